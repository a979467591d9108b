"""Exercise of kind `generative`: the variational autoencoder, explained, derived, demonstrated.

Each section is one function of the shared page; they run in the order of the page.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symnn.core.node import Leaf
from symnn.core.scalars import to_sympy
from symnn.derivation.steps import Step
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.scalars import size_tree
from symnn.report.answers.context import answered
from symnn.report.answers.shape_lines import shape
from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import (
    Answer,
    Block,
    Figure,
    Fold,
    Note,
    Paragraph,
    Runs,
    Table,
)
from symnn.report.vae.beta import beta_section
from symnn.report.vae.bound import bound_section
from symnn.report.vae.demonstration import demonstration_section
from symnn.report.vae.divergences import divergence_section
from symnn.report.vae.estimators import estimator_section
from symnn.report.vae.likelihood import likelihood_section
from symnn.report.vae.linear import linear_section
from symnn.report.vae.model import Coder
from symnn.report.vae.page import VaePage
from symnn.report.vae.scheme import scheme
from symnn.report.words import Words

_SAID = ("encoder", "decoder", "noise", "law", "ae", "vae", "to_prior", "to_image")
Maker = Callable[[VaePage], tuple[str, list[Block]]]


def solve_vae(exercise: Exercise, words: Words, seed: int) -> Solved:
    """Answer both questions, and show the evidence."""
    page = VaePage(exercise, words, seed)
    return answered(page.ctx, (maker(page) for maker in SECTIONS))


def explain_section(page: VaePage) -> tuple[str, list[Block]]:
    """How it works, with the drawing and the forward equations."""
    w = page.words
    label = w.title("label.answer", n=page.ctx.question("explain") or "1")
    labels = {n: page.ctx.styled(page.name(n)) for n in ("X", "M", "S", "Z", "O", "R", "D")}
    noise = page.vae.E
    assert noise is not None
    labels["E"] = page.ctx.styled(page.model.names(noise.call.port))
    said = {k: w.text(f"vae.{k}") for k in _SAID} | {"title": w.title("vae.explain_title")}
    figure = w.title("label.figure", n=f"{page.ctx.number}.1") + "."
    drawn = scheme(labels, said, w.text("vae.scheme_description"), "vs", w.lang)
    terms = [page.leaf(n) for n in ("R", "D", "L")]
    views = [v for v in page.model.derivation.views if v.step.kind == "forward"]
    return w.title("vae.explain_title"), [
        Answer(f"a{page.ctx.number}-1", label, None, w.runs("vae.explain"),
               basis=page.ctx.basis("stated", "kingma")),
        Figure(f"fig{page.ctx.number}-1", drawn.html, figure, w.runs("vae.scheme_caption"), True,
               page.ctx.basis("derived", "drawn"), drawn.tikz),
        Paragraph(w.runs("vae.equations", S=page.formula(page.name("S")),
                         E=page.formula(page.model.names(noise.call.port)))),
        page.steps([v for v in views if v.step.subject not in terms]),
        Paragraph(page.said(f"vae.losses_{page.likelihood}")),
        page.steps([v for v in views if v.step.subject in terms]),
    ]  # fmt: skip


def difference_section(page: VaePage) -> tuple[str, list[Block]]:
    """The main difference, then a table whose rows are computed."""
    w = page.words
    label = w.title("label.answer", n=page.ctx.question("compare") or "2")
    return w.title("vae.difference_title"), [
        Answer(
            f"a{page.ctx.number}-2",
            label,
            None,
            w.runs("vae.difference"),
            basis=page.ctx.basis("stated", "autoencoder"),
        ),
        _compared(page),
    ]


def _compared(page: VaePage) -> Table:
    w = page.words
    rows: list[tuple[Runs, ...]] = []

    def row(key: str, ae: Runs, vae: Runs) -> None:
        rows.append(((w.text(key),), ae, vae))

    def spaces(net: Coder, names: tuple[str, ...]) -> Runs:
        runs: list[object] = []
        for n in names:
            sizes = shape(tuple(map(size_tree, net.values[n].sizes)))
            runs += [", "] * bool(runs) + [page.formula(page.name(n)), " (", sizes, ")"]
        return tuple(runs)  # type: ignore[return-value]

    row("vae.returns", spaces(page.ae, ("M",)), spaces(page.vae, ("M", "S")))
    row("vae.code", *((page.formula(_code(page, net)),) for net in (page.ae, page.vae)))
    row("vae.loss_terms", (page.formula(page.name("R")),),
        (page.formula(t.Add((page.name("R"), page.name("D")))),))  # fmt: skip
    row("vae.count", *((page.formula(size_tree(_entries(net))),) for net in (page.ae, page.vae)))
    row("vae.random", (w.text("vae.no"),), (w.text("vae.yes"),))
    row("vae.generates", (w.text("vae.no_law"),), (w.text("vae.draw"),))
    page.ctx.answers["difference"] = {
        "ae_parameters": str(_entries(page.ae)), "vae_parameters": str(_entries(page.vae)),
    }  # fmt: skip
    return Table(("", w.text("vae.ae"), w.text("vae.vae")), tuple(rows),
                 basis=page.ctx.basis("derived", "networks"))  # fmt: skip


def _code(page: VaePage, net: Coder) -> t.Tree:
    """What the decoder receives."""
    if net is page.ae:
        return page.name("M")
    definition = page.model.derivation.program.by_leaf[page.leaf("Z")].definition
    return matrix_form(definition, page.model.names).tree


def _entries(net: Coder) -> object:
    total = 0
    for p in net.parameters.values():
        total += np.prod([to_sympy(s) for s in p.sizes])
    return total.expand()  # type: ignore[union-attr]


def gradient_section(page: VaePage) -> tuple[str, list[Block]]:
    """Every step from the loss back to the encoder, then all gradients."""
    w, model = page.words, page.model
    steps: tuple[Step, ...] = model.derivation.steps
    views = [v for v in model.derivation.views if v.step.kind not in ("forward", "answer")]
    rows: list[tuple[Runs, ...]] = []
    found = []
    for leaf in _backwards(page):
        shown = page.formula(_gradient(page, leaf))
        error = _error(page, leaf)
        sizes = shape(tuple(map(size_tree, leaf.sizes)))
        rows.append(((shown,), (sizes,), (w.number(error, 1),)))
        found.append({"of": leaf.name, "latex": shown.latex, "text": shown.text,
                      "deviation": error})  # fmt: skip
    page.ctx.answers["gradients"] = found
    heads = (w.text("label.gradients"), w.text("label.shape"), w.text("label.relative_error"))
    return w.title("vae.gradients_title"), [
        Paragraph(w.runs("vae.gradients_opening", steps=len(steps))),
        Table(heads, tuple(rows), caption=w.runs("vae.gradients_caption"),
              basis=page.ctx.basis("checked", "column")),
        Note(w.title("label.reading") + ".", w.runs(
            "vae.gradients_reading", M=page.formula(page.name("M")),
            S=page.formula(page.name("S")))),
        Fold(w.title("vae.all_steps"), (page.steps(views),)),
    ]  # fmt: skip


def _backwards(page: VaePage) -> list[Leaf]:
    """The arrays from the output back to the encoder, then the parameters."""
    bindings = page.model.derivation.program.bindings
    arrays = [b.leaf for b in reversed(bindings) if b.leaf.rank]
    return [*arrays, *(page.leaf(name) for name in page.vae.parameters)]


def _gradient(page: VaePage, leaf: Leaf) -> t.Tree:
    """`gradient = value`, with the short name between where the program gave one."""
    names = page.model.names
    value = matrix_form(page.model.derivation.cotangents[leaf].value, names).tree
    full, short = t.Grad(names(leaf), names.loss), names.gradient(leaf)
    if isinstance(short, t.Grad):
        return t.Relation("=", full, value)
    return t.Chain((full, short, value))


def _error(page: VaePage, leaf: Leaf) -> float:
    if isinstance(page.report, str):
        return float("nan")
    subject = f"∇_{leaf.name}"
    mine = [c.error for c in page.report.checks
            if c.subject == subject and "difference" in c.method]  # fmt: skip
    return max(mine, default=float("nan"))


SECTIONS: tuple[Maker, ...] = (
    explain_section, difference_section, bound_section, divergence_section, likelihood_section,
    linear_section, estimator_section, gradient_section, demonstration_section,
    beta_section,
)  # fmt: skip
