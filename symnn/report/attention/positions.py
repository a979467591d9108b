"""Positions: sinusoids added to the tokens, rotations of queries and keys, and what they know.

Law: that only differences of positions matter is proved on the equations: the derivative of the
scores in a shift of all positions is the empty sum. It is then measured, also where it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.calculus.facts import READER
from symnn.calculus.simplify import expand
from symnn.core.node import Sum
from symnn.derivation.bench import relative
from symnn.derivation.products import jacobian
from symnn.lang.call import below, opened
from symnn.lang.face import Tensor, named, tensor
from symnn.notation import tree as t
from symnn.report.answers.slopes import drawn
from symnn.report.attention.nets import rotary, sinusoidal
from symnn.report.attention.page import EXACT, TRIALS, Page, value_of
from symnn.report.attention.variants import derived, summary
from symnn.report.printing.document import Block, Paragraph, Runs, Table

Scores = Callable[[Tensor | None], Tensor]


def positions_section(page: Page) -> tuple[str, list[Block]]:
    """Two encodings derived in full, and the table of what a shift of all positions changes."""
    w = page.words
    made = [derived(page, f"attention.{key}") for key in ("sinusoidal", "rotary")]
    c, one = t.Sym("c"), t.Ones(page.sizes_of("X")[0])
    p = t.Sym("p", bold=True)
    shifted = t.Add((p, t.Mul((c, one))))
    return w.title("attention.positions_title"), [
        Paragraph(w.runs("attention.positions_opening", p=p)),
        *(fold for fold, _ in made),
        summary(page, [row for _, row in made]),
        Paragraph(w.runs("attention.shift", p=p, shifted=shifted, c=c)),
        _shifts(page),
        Paragraph(w.runs("attention.shift_reading")),
    ]


def _frequencies(shift: Tensor | None) -> tuple[Tensor, Tensor]:
    """Sines and cosines of positions times frequencies, the positions moved."""
    p, omega = tensor("p", ("T",)), tensor("omega", ("l",))
    angle = np.outer(p if shift is None else p + shift, omega)
    return np.sin(angle), np.cos(angle)


def encodings(shift: Tensor | None) -> Tensor:
    """Scalar products of the sinusoidal encodings of all pairs of positions."""
    sin, cos = _frequencies(shift)
    made: Tensor = sin @ sin.T + cos @ cos.T
    return made


CASES: dict[str, Scores] = {
    "attention.case_encodings": encodings,
    "attention.case_sinusoidal": lambda c: sinusoidal(c).values["S"],
    "attention.case_rotary": lambda c: rotary(c).values["S"],
}


def depends_on_differences(scores: Scores) -> bool:
    """Whether the derivative of the scores in a common shift is 0 on the equations."""
    c = tensor("c", ())
    moved = jacobian(named("scores", scores(c)), c)
    whole = opened([moved.call])[moved.call]
    found = expand(whole, READER, lambda f: True)
    return isinstance(found, Sum) and not found.terms


def _shifts(page: Page) -> Table:
    w, rng = page.words, page.ctx.rng(17)
    rows: list[tuple[Runs, ...]] = []
    found: list[dict[str, Any]] = []
    for key, scores in CASES.items():
        proved = depends_on_differences(scores)
        deviation = _measured(scores, rng)
        if proved != (deviation < EXACT):
            page.ctx.fail(f"{key}: {proved}, {deviation:.1e}")
        rows.append(((w.text(key),), (w.text(f"attention.shift_{'zero' if proved else 'other'}"),),
                     (w.number(deviation, 1),),
                     ("✓" if proved else w.text("attention.broken"),)))  # fmt: skip
        found.append({"case": key, "proved": proved, "deviation": deviation})
    page.ctx.answers["shifts"] = found
    heads = (
        w.text("attention.scores"), w.text("attention.shift_derivative"),
        w.text("attention.difference", draws=TRIALS), w.text("attention.differences_only"),
    )  # fmt: skip
    return Table(heads, tuple(rows), basis=page.ctx.basis("proved", "shifted", draws=TRIALS))


def _measured(scores: Scores, rng: np.random.Generator) -> float:
    """The largest change of a score when all positions move by one number."""
    c, worst = tensor("c", ()), 0.0
    value = scores(c)
    for _ in range(TRIALS):
        known = drawn([value], rng, {})
        names = {call.name for call in below([value.call]) if call.is_leaf}
        here = {n: v for n, v in known.items() if n in names}
        still = value_of([value], {**here, "c": np.array(0.0)})[0]
        moved = value_of([value], {**here, "c": rng.standard_normal()})[0]
        worst = max(worst, relative(moved, still))
    return worst
