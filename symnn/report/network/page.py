"""What the sections of exercise 3 share: the analysis as plain data, and its forms on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Badge, Basis, Run, Runs, Strong
from symnn.report.printing.markup import quoted
from symnn.report.words import Words
from symnn.text.numbers import format_number


class Network:
    """The state of exercise 3 while it is answered."""

    def __init__(self, exercise: Exercise, words: Words, found: Mapping[str, Any]) -> None:
        self.exercise, self.words, self.found = exercise, words, found
        self.key = str(exercise.number)
        self._figures = 0

    def question(self, asks: str, layer: str = "") -> str:
        """The number of the question that asks for something (of a layer); "" if none does."""
        for q in self.exercise.questions:
            if q.asks == asks and (not layer or not q.layers or layer in q.layers):
                return q.number
        return ""

    def figure_label(self) -> str:
        """The label of the next figure."""
        self._figures += 1
        return self.words.title("label.figure", n=f"{self.key}.{self._figures}") + "."

    def name(self, row: Mapping[str, Any]) -> str:
        """The name of a layer, kept on one line."""
        if row["name"] != row["key"]:
            return self.words.text("rule.flatten")
        return str(row["name"]).replace(" ", "\u00a0")

    def number(self, value: int) -> str:
        """A count in the language's form."""
        return format_number(value, self.words.lang)

    def said(self, text: str, *, start: bool = False) -> str:
        """A sentence of the analysis; `start`: with a capital."""
        return text[:1].upper() + text[1:] if start else text

    def shape(self, sizes: Sequence[int]) -> Run:
        """`28 × 28 × 4`."""
        return quoted(r" \times ".join(map(str, sizes)))

    def equal(self, count: Mapping[str, Any]) -> Runs:
        """A formula with its numbers, and its value: strong."""
        value = Strong(self.number(count["value"]))
        return (quoted(count["latex"]), " = ", value) if count["latex"] else (value,)

    def basis(self, kind: str, how: str) -> Basis:
        """What a table or a figure rests on."""
        return Basis(kind, self.words.text(f"evidence.{how}"))

    def counted(self) -> Basis:
        """The counts, which plain loops confirm where the network is small enough."""
        done = self.found["verification"]["done"]
        return self.basis("checked", "counted") if done else self.basis("derived", "counts")

    def badge(self) -> Badge:
        """Whether plain loops counted the same."""
        found = self.found["verification"]
        if not found["done"]:
            return Badge("unchecked", self.words.text("label.not_verified", reason=self.key))
        return Badge("verified", self.said(found["text"]))
