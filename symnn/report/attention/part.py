"""Exercise of kind `attention`: explanation, formalism, forward and backward pass, evidence.

Each section is one function of the shared `Page`; they run in the order of the page, since the
numbers of the equations follow it. To add a section: one function here in `SECTIONS`.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.report.answers.context import answered
from symnn.report.answers.solved import Solved
from symnn.report.attention.backward import backward_section, identities_section
from symnn.report.attention.costs import costs_section
from symnn.report.attention.forward import explain_section, formalism_section, hidden_section
from symnn.report.attention.page import Page
from symnn.report.attention.positions import positions_section
from symnn.report.attention.properties import properties_section
from symnn.report.attention.scale import example_section, scale_section
from symnn.report.attention.training import training_section
from symnn.report.attention.variants import variants_section
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Block
from symnn.report.words import Words

Maker = Callable[[Page], tuple[str, list[Block]]]
SECTIONS: tuple[Maker, ...] = (
    explain_section, formalism_section, hidden_section, scale_section, example_section,
    backward_section, identities_section, training_section, properties_section,
    positions_section, variants_section, costs_section,
)  # fmt: skip


def solve_attention(exercise: Exercise, words: Words, seed: int) -> Solved:
    """Answer every question, and show the evidence."""
    page = Page(exercise, words, seed)
    return answered(page.ctx, (maker(page) for maker in SECTIONS))
