"""Which block is printed by which method: what the printers of HTML, PDF and LaTeX share.

Law: every kind of block has its method, and a kind that a printer does not know raises. To extend:
a dataclass in `document`, an arm here, a method in each printer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.document import Block


class BlockPrinter(ABC):
    """A printer of blocks. `target` is named in errors."""

    target: ClassVar[str]

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case doc.Paragraph():
                return self.own_paragraph(block)
            case doc.Statement():
                return self.statement(block)
            case doc.Given():
                return self.given(block)
            case doc.Steps():
                return self.steps(block)
            case doc.Answer():
                return self.answer(block)
            case doc.AlgorithmBlock():
                return self.algorithm(block)
            case doc.Figure():
                return self.figure(block)
            case doc.Table():
                return self.table(block)
            case doc.Fold():
                return self.fold(block)
            case doc.Badge():
                return self.own_badge(block)
            case doc.Note():
                return self.note(block)
        raise UnsupportedError(f"no {self.target} for a block of kind {type(block).__name__}")

    @abstractmethod
    def own_paragraph(self, p: doc.Paragraph) -> str:
        """A paragraph that stands by itself."""

    @abstractmethod
    def statement(self, s: doc.Statement) -> str:
        """The quoted statement."""

    @abstractmethod
    def given(self, g: doc.Given) -> str:
        """The table of given symbols."""

    @abstractmethod
    def steps(self, s: doc.Steps) -> str:
        """Lines of a derivation."""

    @abstractmethod
    def answer(self, a: doc.Answer) -> str:
        """A boxed result."""

    @abstractmethod
    def algorithm(self, a: doc.AlgorithmBlock) -> str:
        """Pseudocode and its program."""

    @abstractmethod
    def figure(self, f: doc.Figure) -> str:
        """A picture with its caption."""

    @abstractmethod
    def table(self, t: doc.Table) -> str:
        """Rows under heads."""

    @abstractmethod
    def fold(self, f: doc.Fold) -> str:
        """Blocks under a summary."""

    @abstractmethod
    def own_badge(self, b: doc.Badge) -> str:
        """A badge that stands by itself."""

    @abstractmethod
    def note(self, n: doc.Note) -> str:
        """A labelled remark."""
