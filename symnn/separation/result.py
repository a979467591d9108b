"""The result object of a design: network, bounds, proof, tables, JSON and text.

Law: what it shows was computed from the network in exact arithmetic; words come from phrases.py.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from symnn.separation.network import Network, Reading, verify_network
from symnn.separation.points import PointSet
from symnn.separation.proof import Proof
from symnn.separation.statements import (
    proof_statement,
    reading_statement,
    status_statement,
    unit_formulas,
)
from symnn.text.inline import plain
from symnn.text.numbers import format_number
from symnn.text.phrases import phrase

_WIDTH = 100
_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of the truth table: a hidden code that occurs, its value, class and points."""

    code: tuple[int, ...]
    value: Fraction
    output: bool
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A network that classifies every point, and what is proved about its size.

    >>> from symnn.separation.designer import design
    >>> print(design([(0, 0), (1, 1)], ["no", "yes"], positive="yes"))
    1 hidden unit: minimal, proved.
    ...
    """

    points: PointSet
    network: Network
    proof: Proof
    reading: Reading
    interrupted: bool = False

    @property
    def hidden_units(self) -> int:
        """Number of hidden units of the network."""
        return len(self.network.hidden)

    @property
    def upper(self) -> int:
        """The least number of units known to suffice."""
        return self.hidden_units

    @property
    def lower(self) -> int:
        """The number of units proved necessary."""
        return self.proof.lower

    @property
    def proved(self) -> bool:
        """Tell whether the network is proved minimal."""
        return self.lower == self.upper

    def check(self) -> int:
        """Run the network on every point in exact arithmetic; return how many points.

        Raises:
            CheckError: a point is misclassified or lies on a line.
        """
        verify_network(self.network, self.points)
        return len(self.points)

    def truth_table(self) -> tuple[CodeRow, ...]:
        """List the hidden codes that occur, class 1 first, with their points."""
        held: dict[tuple[int, ...], list[int]] = {}
        for k, point in enumerate(self.points.coordinates):
            held.setdefault(self.network.code(point), []).append(k)
        rows = [
            CodeRow(code, value, value > 0, tuple(members))
            for code, members in held.items()
            for value in [self.network.score_of_code(code)]
        ]
        return tuple(sorted(rows, key=lambda row: (-row.value, [-h for h in row.code])))

    def distances(self) -> tuple[float, ...]:
        """Return for each unit the distance of its line to the nearest point."""
        return tuple(
            float(min(abs(unit.value(p)) for p in self.points.coordinates)) / unit.norm
            for unit in self.network.hidden
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain data; numbers of the network are integers, or fractions as strings."""
        network, points = self.network, self.points.coordinates
        return {
            "hidden_units": self.hidden_units,
            "lower": self.lower,
            "upper": self.upper,
            "proved": self.proved,
            "interrupted": self.interrupted,
            "hidden": [[*map(_plain, u.weights), _plain(u.bias)] for u in network.hidden],
            "output": [*map(_plain, network.output), _plain(network.bias)],
            "classes": list(self.points.classes),
            "axes": list(self.points.axes),
            "reading": {
                "kind": self.reading.kind,
                "need": self.reading.need,
                "cases": [list(case) for case in self.reading.cases],
                "xor": self.reading.xor,
            },
            "margins": {
                "units": [float(f"{d:.6g}") for d in self.distances()],
                "points": [
                    {
                        "hidden": [_plain(u.value(p)) for u in network.hidden],
                        "output": _plain(network.score(p)),
                    }
                    for p in points
                ],
            },
            "points": [[_plain(v) for v in p] for p in points],
            "labels": [int(label) for label in self.points.labels],
            "proof": self.proof.to_json(),
        }

    def text(self, lang: str = "en", *, width: int = _WIDTH, colour: bool = False) -> str:
        """Return the result as a page of text."""
        buffer = io.StringIO()
        console = Console(
            file=buffer,
            width=width,
            force_terminal=colour,
            color_system="256" if colour else None,
            highlight=False,
        )
        console.print(self.page(lang))
        return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines())

    def page(self, lang: str = "en") -> Group:
        """Return the result for a rich console."""
        parts: list[Any] = [Text(plain(status_statement(self, lang)), style="bold"), Text("")]
        parts += [Text(f"  {formula}") for formula in unit_formulas(self.network, self.points.axes)]
        parts += [
            Text(""),
            Text(plain(reading_statement(self, lang))),
            Text(plain(proof_statement(self, lang))),
            Text(""),
            Text(phrase("separation.truth_table", lang), style="bold"),
            self._table(lang),
            Text(""),
            Text(
                phrase(
                    "separation.checked",
                    lang,
                    count=len(self.points),
                    distance=format_number(min(self.distances()), lang),
                )
            ),
        ]
        return Group(*parts)

    def _table(self, lang: str) -> Table:
        table = Table(box=None)
        for k in range(self.hidden_units) if self.hidden_units <= 12 else ():
            table.add_column(f"h{k + 1}", justify="right")
        wide = self.hidden_units > 12
        if wide:
            table.add_column("h")
        table.add_column(phrase("separation.output_value", lang), justify="right")
        table.add_column("ŷ", justify="right")
        table.add_column(phrase("separation.points_of_region", lang))
        for row in self.truth_table()[:_MOST_ROWS]:
            code = ["".join(map(str, row.code))] if wide else [str(h) for h in row.code]
            name = self.points.classes[row.output]
            members = phrase("separation.points_counted", lang, count=len(row.points), name=name)
            table.add_row(*code, str(row.value).replace("-", "−"), str(int(row.output)), members)
        return table

    def __str__(self) -> str:
        """Return the English text."""
        return self.text()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Show text and JSON in a notebook."""
        return {"text/plain": str(self), "application/json": json.loads(json.dumps(self.to_json()))}


def _plain(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else str(value)
