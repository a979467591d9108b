"""Variants of attention and a whole transformer block: each derived in full, folded, and checked.

Law: a variant is a net of `attention_nets`; its equations, steps and counts are the engine's. A
line that stands word for word in the derivation of plain attention is not printed twice: it keeps
the number that it has there, and references lead to it.
"""

from __future__ import annotations

from symnn.derivation.checks import TOLERANCE_DIFFERENCE, CheckReport
from symnn.derivation.views import View
from symnn.lang.face import Tensor
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.attention.model import model_of
from symnn.report.attention.nets import VARIANTS
from symnn.report.attention.page import Page
from symnn.report.printing.document import (
    Badge,
    Block,
    Fold,
    Paragraph,
    Ref,
    Run,
    Runs,
    Steps,
    Table,
)

_DRAWS = 2
_KEYS = ("multi_head", "grouped", "cross", "causal", "padding", "block")
Row = tuple[Runs, ...]


def variants_section(page: Page) -> tuple[str, list[Block]]:
    """Heads, another sequence, masks, a whole block: the same rules, every step shown."""
    w = page.words
    made = [derived(page, f"attention.{key}") for key in _KEYS]
    folds: list[Block] = [fold for fold, _ in made]
    return w.title("attention.variants_title"), [
        Paragraph(w.runs("attention.variants_opening")),
        *folds,
        summary(page, [row for _, row in made]),
        Paragraph(w.runs("attention.variants_reading")),
    ]


def summary(page: Page, rows: list[Row]) -> Table:
    """What was derived and checked, a row a variant."""
    w = page.words
    heads = (w.text("attention.variant"), w.text("attention.count_parameters"),
             w.text("attention.count_steps"), w.text("attention.count_checks"),
             w.text("attention.all_grads"))  # fmt: skip
    return Table(heads, tuple(rows), caption=w.runs("attention.variants_checked"),
                 basis=page.ctx.basis("checked", "column"))  # fmt: skip


def derived(page: Page, key: str) -> tuple[Fold, Row]:
    """One variant: what changes, forward and backward steps under a fold, its row of the table."""
    w, ctx = page.words, page.ctx
    net = VARIANTS[key]()
    inputs: list[Tensor] = [net.X] if key == "attention.block" else []
    model = model_of(ctx.exercise, net, [*net.parameters.values(), *inputs])
    report = ctx.checked(model, draws=_DRAWS)
    lines = StepLines(ctx, model, report)
    shown = [v for v in model.derivation.views if v.step.kind != "answer"]
    known = _numbers(page)
    same = {id(v.step): known[_words(v)] for v in shown if _words(v) in known}
    lines.numbers |= same
    parts: list[Block] = [Paragraph(w.runs(f"{key}_text"))]
    for label, forward in (("attention.forward_steps", True), ("attention.backward_steps", False)):
        views = [
            v for v in shown if id(v.step) not in same and v.step.level != "detail"
            and (v.step.kind == "forward") is forward
        ]  # fmt: skip
        parts.append(Steps(page.heads, lines.of(views), label=w.title(label)))
    if same:
        parts.append(Paragraph((*w.runs("attention.same_lines", n=len(same)), *_links(same))))
    badge, checks, error = _verdict(page, report)
    count, steps = len(net.parameters), len(model.derivation.steps)
    ctx.answers.setdefault("variants", []).append(
        {"variant": key, "parameters": count, "steps": steps, "checks": checks, "deviation": error}
    )
    mark = "✓" if badge.state == "verified" else "✗"
    row: Row = ((w.text(key),), (f"{count}",), (f"{steps}",), (f"{checks}",),
                (f"{mark} {w.number(error, 1)}",))  # fmt: skip
    return Fold(w.title(key), (*parts, badge)), row


def _words(view: View) -> tuple[object, ...]:
    """What a line says."""
    return view.left, tuple(view.components), view.matrix


def _numbers(page: Page) -> dict[tuple[object, ...], str]:
    """The numbers of the lines of plain attention, by what they say."""
    views = page.model.derivation.views
    return {_words(v): n for v in views if v.step.level != "detail"
            and (n := page.lines.number(v.step))}  # fmt: skip


def _links(same: dict[int, str]) -> list[Run]:
    found: list[Run] = []
    for number in same.values():
        found += [", " if found else " ", Ref(anchor(number), f"({number})")]
    return [*found, "."]


def _verdict(page: Page, report: CheckReport | str) -> tuple[Badge, int, float]:
    """The badge of a derivation, how many checks were made, the largest deviation of a gradient."""
    w = page.words
    if isinstance(report, str):
        reason = report.splitlines()[0]
        return Badge("failed", w.text("label.failed", reason=reason)), 0, float("nan")
    badge = page.claim(report.largest, "attention.variant_checked", TOLERANCE_DIFFERENCE,
                       checks=len(report.checks), draws=_DRAWS)  # fmt: skip
    return badge, len(report.checks), report.largest
