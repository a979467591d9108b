"""Exercise of kind `derivation`: forward pass, gradients, algorithm, evidence, what goes beyond.

Each section is one function of the shared `Context`; they run in the order of the page, since the
numbers of the equations follow it.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.core.errors import SymnnError
from symnn.notation.scalars import size_tree
from symnn.report.answers.context import Context, Made, answered
from symnn.report.answers.shape_lines import shape
from symnn.report.answers.solved import Solved
from symnn.report.answers.steps_view import StepLines
from symnn.report.derivation.algorithm import algorithm_section
from symnn.report.derivation.beyond import beyond_section
from symnn.report.derivation.curvature import curvature_section
from symnn.report.derivation.gradients import (
    forward_section,
    gradients_section,
    second_route_section,
)
from symnn.report.derivation.learning_section import learning_section
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Given, Note, Paragraph, Row
from symnn.report.words import Words

Maker = Callable[[Context, StepLines], Made | None]
SECTIONS: tuple[Maker, ...] = (
    forward_section, gradients_section, algorithm_section, second_route_section,
    beyond_section, curvature_section, learning_section,
)  # fmt: skip


def solve_derivation(exercise: Exercise, words: Words, seed: int) -> Solved:
    """Answer every question, and show the evidence."""
    ctx = Context(exercise, words, seed)
    ctx.report = ctx.checked(ctx.model)
    lines = StepLines(ctx, ctx.model, ctx.report)
    found = answered(ctx, (_made(maker, ctx, lines) for maker in SECTIONS))
    found.head = (_given(ctx),)
    return found


def _made(maker: Maker, ctx: Context, lines: StepLines) -> Made | None:
    """A section; one that cannot be made says why, in its place."""
    try:
        return maker(ctx, lines)
    except SymnnError as error:
        first, *_ = str(error).splitlines()
        ctx.answers.setdefault("not_answered", []).append(str(error))
        title = ctx.words.title(f"report.{maker.__name__}")
        return title, [Note(ctx.words.title("label.note") + ".", (first,)), Paragraph(())]


def _given(ctx: Context) -> Given:
    w, model = ctx.words, ctx.model
    rows = []
    for name, value in [*model.tensors.items(), *model.values.items()]:
        leaf = value.call.port
        key = _role(ctx, name)
        learned = name in ctx.exercise.data["wrt"] and name in model.tensors
        role = w.text(key)
        text = w.text("role.learned", role=role) if learned else role
        kind = "parameter" if learned else "loss" if key == "role.loss" else ""
        symbol = ctx.formula(model.names(leaf), model)
        rows.append(Row(symbol, shape(tuple(map(size_tree, leaf.sizes))), text, kind))
    notes = (
        Note(w.title("label.convention") + ".", (
            f"{w.text('note.columns')} {w.text('note.gradient_shape')} {w.text('note.jacobian')}",
        )),
    )  # fmt: skip
    return Given(w.text("label.given"), tuple(rows), notes)


def _role(ctx: Context, name: str) -> str:
    model = ctx.model
    if name in model.tensors:
        return f"role.{model.role(name)}"
    leaf = model.values[name].call.port
    if leaf is model.loss.call.port:
        return "role.loss"
    if leaf in ctx.predictions():
        return "role.output"
    return "role.preactivation" if leaf in model.names.deltas else "role.hidden"
