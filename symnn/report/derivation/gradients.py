"""Questions on the forward pass and the gradients, and the second route that must agree."""

from __future__ import annotations

import numpy as np

from symnn.core.node import Leaf
from symnn.derivation.bench import Bench
from symnn.derivation.checks import relative
from symnn.derivation.views import View
from symnn.lang.call import opened
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.measure import length
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.context import DRAWS, Context, gradient_badge, sizes_text
from symnn.report.answers.drawn import graph_blocks
from symnn.report.answers.shape_lines import space
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.printing.document import Answer, Badge, Block, Paragraph, StepLine, Steps

_LONGEST = 60
_LIMIT = 1e-10


def _heads(ctx: Context) -> tuple[str, str, str]:
    w = ctx.words
    return w.text("label.component_form"), w.text("label.matrix_form"), w.text("label.rule")


# -- forward -------------------------------------------------------------------------------------


def forward_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]]:
    """The forward equations, then the prediction in one formula."""
    w = ctx.words
    views = [v for v in ctx.model.derivation.views if v.step.kind == "forward"]
    steps = Steps(_heads(ctx), lines.of(views), detail_word=w.text("label.detail"),
                  label=w.text("report.to_loss"))  # fmt: skip
    blocks: list[Block] = [steps, *_prediction(ctx)]
    ctx.answers["forward"] = [
        {
            "component": ctx.formula(t.Chain((v.left, *v.components))).latex,
            "matrix": None if v.matrix is None
            else ctx.formula(t.Relation("=", v.matrix_left, v.matrix)).latex,
            "shape": [str(s) for s in v.step.subject.sizes],
        }
        for v in views
    ]  # fmt: skip
    blocks += graph_blocks(ctx)
    return w.title("label.forward"), blocks


def _prediction(ctx: Context) -> list[Block]:
    """The boxed answer: every value that the loss compares with a target, in the inputs alone."""
    w, blocks = ctx.words, []
    number = ctx.question("forward")
    for leaf, value in ctx.predictions().items():
        body = opened([value.call])[value.call]
        form = matrix_form(body, ctx.model.names)
        if form.kind != "matrix" or length(form.tree) > _LONGEST:
            continue
        tree = t.Relation("=", ctx.model.names(leaf), form.tree)
        here = ctx.next_number()
        badge = _forward_badge(ctx)
        blocks.append(
            Answer(anchor(here), w.title("label.answer", n=number or "1"), ctx.formula(tree), (),
                   space(tuple(map(size_tree, leaf.sizes))), here, badge)
        )  # fmt: skip
        ctx.answers["prediction"] = {
            "latex": ctx.formula(tree).latex,
            "text": ctx.formula(tree).text,
        }
    return blocks


def _forward_badge(ctx: Context) -> Badge:
    report, w = ctx.report, ctx.words
    if isinstance(report, str):
        return gradient_badge(ctx, report, "")
    mine = [c for c in report.checks if c.method in ("oracle", "printed text")]
    worst = max((c.error for c in mine), default=0.0)
    lines = (
        (w.text("label.method"), w.text("report.forward_method")),
        (w.text("label.sizes"), sizes_text(report.sizes)),
    )
    draws = len(report.sizes)
    text = w.text("label.verified", draws=draws, error=w.number(worst, 1))
    return Badge("verified", text, lines)


# -- gradients -----------------------------------------------------------------------------------


def gradients_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]]:
    """Every step from the loss back; one group and one boxed answer per wanted tensor."""
    w, model = ctx.words, ctx.model
    wanted = [x.call.port for x in model.wrt]
    views = [v for v in model.derivation.views if v.step.kind not in ("forward", "answer")]
    shared, own = _grouped(views, wanted)
    blocks: list[Block] = [Paragraph(_opening(ctx))]
    blocks.append(Steps(_heads(ctx), lines.of(shared), detail_word=w.text("label.detail"),
                        label=w.text("report.to_parameters")))  # fmt: skip
    ctx.answers["gradients"] = []
    for k, leaf in enumerate(wanted):
        role = w.text(f"role.{_role_of(ctx, leaf)}")
        group = Steps(_heads(ctx), lines.of(own[leaf]), label=role,
                      detail_word=w.text("label.detail"))  # fmt: skip
        if own[leaf]:
            blocks.append(group)
        blocks.append(_gradient_answer(ctx, leaf, k))
    title = "label.two_gradients" if len(wanted) == 2 else "label.gradients"
    return w.title(title), blocks


def _role_of(ctx: Context, leaf: Leaf) -> str:
    name = next((n for n, x in ctx.model.tensors.items() if x.call.port is leaf), "")
    return ctx.model.role(name) if name else "hidden"


def _grouped(views: list[View], wanted: list[Leaf]) -> tuple[list[View], dict[Leaf, list[View]]]:
    own: dict[Leaf, list[View]] = {leaf: [] for leaf in wanted}
    shared = []
    for view in views:
        own.get(view.step.subject, shared).append(view)
    return shared, own


def _opening(ctx: Context) -> tuple[object, ...]:
    w, names = ctx.words, ctx.model.names
    parts: list[object] = [w.text("note.start"), " "]
    bracket = ctx.formula(t.Iverson(t.Relation("=", t.Index("i"), t.Index("k"))))
    parts += list(w.runs("note.bracket", bracket=bracket))
    for leaf in names.deltas:
        defined = t.Relation("=", names.gradient(leaf), t.Grad(names(leaf), names.loss))
        parts += [" ", *w.runs("note.delta", delta=ctx.formula(defined))]
    return tuple(parts)


def _gradient_answer(ctx: Context, leaf: Leaf, k: int) -> Answer:
    w, model = ctx.words, ctx.model
    view = next(
        v for v in model.derivation.views if v.step.kind == "answer" and v.step.subject is leaf
    )
    tree: Tree = (
        t.Chain((view.left, *view.components)) if view.matrix is None
        else t.Relation("=", view.matrix_left, view.matrix)
    )  # fmt: skip
    number = ctx.question("gradients") or "2"
    letter = f" {chr(ord('a') + k)}" if len(model.wrt) > 1 else ""
    here = ctx.next_number()
    badge = gradient_badge(ctx, ctx.report, leaf.name)
    formula = ctx.formula(tree)
    ctx.answers["gradients"].append(
        {
            "of": leaf.name,
            "latex": formula.latex,
            "text": formula.text,
            "shape": [str(s) for s in leaf.sizes],
            "check": {"state": badge.state, "text": badge.text, "evidence": dict(badge.lines)},
        }
    )
    ctx.summary.append(f"{formula.text}   [{badge.text}]")
    return Answer(
        anchor(here), w.title("label.answer", n=number + letter), formula, (),
        space(tuple(map(size_tree, leaf.sizes))), here, badge,
    )  # fmt: skip


# -- second route --------------------------------------------------------------------------------


def second_route_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]]:
    """The gradients by differentials, computed on their own, and the comparison."""
    w, model = ctx.words, ctx.model
    route = model.derivation.differentials()
    names = model.names
    rows = []
    for step in route.steps:
        left = names(step.differential)
        value = t.Relation("=", left, matrix_form(step.value, names).tree)
        pairs = [
            t.Inner(matrix_form(value_of, names).tree, names(route.differentials[leaf]))
            for leaf, value_of in step.coefficients.items()
        ]
        total = pairs[0] if len(pairs) == 1 else t.Add(tuple(pairs))
        here = ctx.next_number()
        form = t.Relation("=", t.Differential(names.loss), total)
        rows.append(
            StepLine(anchor(here), here, ctx.formula(value, display=True),
                     ctx.formula(form, display=True), (), None, False,
                     w.text("rule.differential"), _identified(ctx, step.coefficients))
        )  # fmt: skip
    heads = (w.text("report.differential_of"), w.text("report.form_of_loss"), w.text("label.rule"))
    blocks: list[Block] = [
        Paragraph(w.runs("report.second_route_opening")),
        Steps(heads, tuple(rows), detail_word=w.text("label.detail")),
        *_found(ctx, route.gradients),
        _agreement(ctx, route.gradients),
    ]
    return w.title("report.second_route"), blocks


def _identified(ctx: Context, coefficients: dict[Leaf, object]) -> tuple[object, ...]:
    """Which gradients the coefficients are."""
    names = ctx.model.names
    parts: list[object] = []
    for leaf in coefficients:
        shown = ctx.formula(names.gradient(leaf))
        parts += [", "] * bool(parts) + [shown]
    return ctx.words.runs("report.read_off", names="").__add__(tuple(parts))


def _found(ctx: Context, gradients: dict[Leaf, object]) -> list[Block]:
    rows: list[Block] = []
    for x in ctx.model.wrt:
        leaf = x.call.port
        tree = matrix_form(gradients[leaf], ctx.model.names).tree  # type: ignore[arg-type]
        left = t.Grad(ctx.model.names(leaf), ctx.model.names.loss)
        rows.append(
            Paragraph((ctx.formula(t.Relation("=", left, tree), display=True),), display=True)
        )
    return rows


def _agreement(ctx: Context, gradients: dict[Leaf, object]) -> Badge:
    """Both routes evaluated at the same draws."""
    d = ctx.model.derivation
    rng = np.random.default_rng(ctx.seed)
    worst = 0.0
    for _ in range(DRAWS):
        bench = Bench(d.program, d.cotangents, rng)
        for x in ctx.model.wrt:
            leaf = x.call.port
            found = bench.value(gradients[leaf])  # type: ignore[arg-type]
            worst = max(worst, relative(found, bench.value(d.cotangents[leaf].value)))
    badge = ctx.claim(worst, _LIMIT, "report.routes_agree", draws=DRAWS)
    ctx.answers["second_route"] = {"state": badge.state, "deviation": worst, "draws": DRAWS}
    return badge
