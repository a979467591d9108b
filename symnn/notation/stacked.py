"""What LaTeX and Typst share: fractions that stack, and scripts where they do not."""

from __future__ import annotations

import re

from symnn.notation import tree as t
from symnn.notation.layout import Level
from symnn.notation.printer import Printer
from symnn.notation.tree import Tree

MOST_ON_A_LINE = 2  # definitions behind a formula; more stand below it


class Stacked(Printer):
    """A printer in two dimensions; inside scripts (`inline`) fractions take a slash."""

    inline = False
    after_name = " "

    def function(self, tree: t.Apply) -> str:
        raise NotImplementedError

    def small(self, tree: Tree, least: Level = Level.WHERE) -> str:
        """Show inside a script."""
        before, self.inline = self.inline, True
        text = self.show(tree, least)
        self.inline = before
        return text

    def last_factor(self, tree: Tree) -> str:
        """A logarithm of one name at the end of a product needs no parentheses: y_i log p_i."""
        match tree:
            case t.Apply("log", (t.Sym() | t.Entry(t.Sym(), _) as arg,), 0, False):
                return f"{self.function(tree)}{self.after_name}{self.show(arg)}"
        return ""

    def position(self, base: Tree, axis: int, position: Tree) -> str:
        before, self.inline = self.inline, True
        text = super().position(base, axis, position)
        self.inline = before
        return text

    def small_span(self, letter: str, upper: Tree) -> tuple[str, str]:
        before, self.inline = self.inline, True
        both = self.span(letter, upper)
        self.inline = before
        return both


def short_positions(tree: t.Entry, shown: list[str]) -> bool:
    """Whether positions stand side by side without commas: W_kl, W_12."""
    return all(
        isinstance(p, t.Index) or (isinstance(p, t.Num) and len(s) == 1)
        for p, s in zip(tree.positions, shown, strict=True)
    )


def index_parts(letter: str) -> tuple[str, str, int]:
    """Split an index letter into name, digits and the number of primes.

    >>> index_parts("i2'")
    ('i', '2', 1)
    """
    marks = len(letter) - len(letter.rstrip("'′"))
    match = re.fullmatch(r"(.*?)(\d*)", letter[: len(letter) - marks])
    name, digits = match.groups() if match else (letter, "")
    return name, digits, marks
