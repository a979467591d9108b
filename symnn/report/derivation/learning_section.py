"""Training with the generated program on data of the report's own making."""

from __future__ import annotations

import numpy as np

from symnn.core.errors import UnsupportedError
from symnn.notation import tree as t
from symnn.notation.tree import Tree
from symnn.report.answers.context import Context
from symnn.report.answers.curves import Curve, draw_curves
from symnn.report.answers.steps_view import StepLines
from symnn.report.derivation.algorithm import number_tree
from symnn.report.derivation.curvature import quadratic
from symnn.report.derivation.learning import NEAR, Learning, Setting, learn, make_setting
from symnn.report.printing.document import Badge, Block, Figure, Note, Paragraph, Runs, Table
from symnn.report.printing.markup import quoted

_LIMIT = 1e-8
_EVERY = 20


def learning_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]] | None:
    """Curves, optimum, cycles and the largest stable step of the whole batch."""
    training = ctx.exercise.data["training"]
    if training is None or ctx.programs is None or ctx.programs.batch_epoch is None:
        return None
    if not quadratic(ctx.model):
        return None
    w = ctx.words
    setting = make_setting(ctx, ctx.programs)
    try:
        found = learn(ctx, setting)
    except np.linalg.LinAlgError as error:
        raise UnsupportedError(
            "these data leave some parameters free: no single optimum"
        ) from error
    blocks: list[Block] = [
        Paragraph(_opening(ctx, setting)),
        _curves(ctx, found),
        _table(ctx, found),
        Note(w.title("label.reading") + ".", w.runs("report.cycle_reading")),
        ctx.claim(found.deviations["affine"], _LIMIT, "report.affine_checked"),
        *_optimum(ctx, found),
        *_largest_step(ctx, found),
    ]
    ctx.answers["training"] = {
        "optimum": found.optimum,
        "rates": {str(r): {"last_loss": c[-1], "cycle_loss": found.cycles[r][0],
                           "epoch_radius": found.cycles[r][1]} for r, c in found.curves.items()},
        "full_batch_bound": found.bound,
        "lambda_max": found.largest,
        "deviations": found.deviations,
    }  # fmt: skip
    return w.title("report.training"), blocks


def _opening(ctx: Context, setting: Setting) -> Runs:
    training = ctx.exercise.data["training"]
    sizes = {"N": setting.samples, **training["sizes"]}
    shown = quoted(", ".join(f"{name} = {value}" for name, value in sizes.items()))
    return ctx.words.runs("report.training_opening", sizes=shown, noise=training["noise"],
                          seed=ctx.seed, algorithm=f"{ctx.number}.1")  # fmt: skip


def _curves(ctx: Context, found: Learning) -> Figure:
    w = ctx.words
    curves = [Curve(f"η = {w.number(rate)}", values) for rate, values in found.curves.items()]
    svg = draw_curves(
        curves, w, prefix="c1", x=w.text("algorithm.epoch"),
        description=w.text("report.curves_description"),
        level=(w.text("report.optimum"), found.optimum),
    )  # fmt: skip
    anchor, label = ctx.next_figure()
    caption = w.runs("report.curves_caption", optimum=found.optimum)
    return Figure(anchor, svg, label, caption)


def _table(ctx: Context, found: Learning) -> Table:
    w = ctx.words
    rows = []
    for rate, values in found.curves.items():
        cycle, radius = found.cycles[rate]
        excess = cycle / found.optimum - 1 if found.optimum > 1e-12 else float("inf")
        rows.append(
            ((w.number(rate),), (w.number(values[-1], 4),), (w.number(cycle, 4),),
             (w.percent(excess, 2),), (w.number(radius, 3),))
        )  # fmt: skip
    heads = ("η", w.text("report.last_loss", epochs=ctx.exercise.data["training"]["epochs"]),
             w.text("report.cycle_loss"), w.text("report.above_optimum"),
             w.text("report.epoch_radius"))  # fmt: skip
    return Table(heads, tuple(rows))


def _optimum(ctx: Context, found: Learning) -> list[Block]:
    w = ctx.words
    return [
        Paragraph(w.runs("report.optimum_text", optimum=w.number(found.optimum, 6),
                         newton=ctx.formula(_newton(ctx)), reached=w.number(found.reached, 6))),
        ctx.claim(max(found.deviations["reached"], found.deviations["newton"]), _LIMIT,
                  "report.optimum_checked"),
    ]  # fmt: skip


def _newton(ctx: Context) -> Tree:
    """`theta* = theta - H^(-1) grad L`, the minimum of a quadratic from anywhere."""
    theta, H = t.Sym("theta", bold=True), t.Sym("H", bold=True)
    loss = ctx.model.names.loss
    step = t.Mul((t.Pow(H, t.Neg(t.Num(1))), t.Grad(theta, loss)))
    return t.Relation("=", t.Sym("theta", sup="*", bold=True), t.Add((theta, t.Neg(step))))


def _largest_step(ctx: Context, found: Learning) -> list[Block]:
    w = ctx.words
    lang = w.lang
    below, above = (found.near[s] for s in NEAR)
    holds = below[-1] < below[0] < above[-1]
    curves = [
        Curve(w.text("report.times_bound", share=w.number(share, 4)), values[::_EVERY], _EVERY)
        for share, values in found.near.items()
    ]
    svg = draw_curves(
        curves, w, prefix="c2", x=w.text("report.step_axis"),
        description=w.text("report.bound_description"),
    )  # fmt: skip
    eigen = t.Sym("lambda", sub="max")
    value = t.Chain((
        t.Frac(t.Num(2), eigen),
        t.Frac(t.Num(2), t.Words(w.number(found.largest, 4))),
        number_tree(float(f"{found.bound:.4g}"), lang),
    ))  # fmt: skip
    text = w.text("report.bound_shown", below=w.number(below[-1], 2), above=w.number(above[-1], 2),
                  steps=len(below) - 1)  # fmt: skip
    if not holds:
        ctx.fail(text)
    badge = Badge("verified" if holds else "failed", text, kind="measured")
    anchor, label = ctx.next_figure()
    return [
        Paragraph(w.runs("report.bound_text", bound=ctx.formula(value), eigen=ctx.formula(eigen))),
        ctx.claim(found.deviations["hessian"], _LIMIT, "report.hessian_checked"),
        Figure(anchor, svg, label, w.runs("report.bound_caption")),
        badge,
    ]
