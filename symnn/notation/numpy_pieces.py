"""Pieces of NumPy source with the kind of their value, and how two of them multiply.

Kinds: "scalar", "vector", "row", "matrix", "diag" (a diagonal matrix held as its vector).
"""

from __future__ import annotations

from dataclasses import dataclass

from symnn.core.errors import ShapeError, explain
from symnn.notation import tree as t
from symnn.notation.text import to_text
from symnn.notation.tree import Tree

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)  # how tightly Python binds


@dataclass(frozen=True, slots=True)
class Piece:
    """Source with its kind, and how tightly it binds in Python."""

    source: str
    kind: str
    level: int = ATOM

    def at(self, least: int) -> str:
        """Return the source, in parentheses if it binds more loosely."""
        return self.source if self.level >= least else f"({self.source})"


def multiplied(tree: t.Mul, left: Tree, a: Piece, right: Tree, b: Piece) -> Piece:
    """Multiply two pieces as NumPy does it best: dot, outer, row scaling, sums for ones."""
    times = f"{a.at(PRODUCT)} * {b.at(UNARY)}"
    dot = f"{a.at(PRODUCT)} @ {b.at(UNARY)}"
    match a.kind, b.kind:
        case ("scalar", kind) | (kind, "scalar"):
            return Piece(times, kind, PRODUCT)
        case "matrix", "vector" if isinstance(right, t.Ones) and b.source.startswith("np.ones("):
            return Piece(f"np.sum({a.source}, axis=1)", "vector")
        case "row", "matrix" if isinstance(left, t.Transpose) and isinstance(left.arg, t.Ones):
            return Piece(f"np.sum({b.source}, axis=0)", "row")
        case "row", "vector":
            return Piece(dot, "scalar", PRODUCT)
        case "vector", "row":
            return Piece(f"np.outer({a.source}, {b.source})", "matrix")
        case "diag", "matrix":
            return Piece(f"{a.at(ATOM)}[:, None] * {b.at(UNARY)}", "matrix", PRODUCT)
        case ("diag", "vector" | "diag") | ("row" | "matrix", "diag"):
            return Piece(times, "diag" if a.kind == b.kind else b.kind if a.kind == "diag"
                          else a.kind, PRODUCT)  # fmt: skip
        case "matrix", "vector" | "matrix":
            return Piece(dot, b.kind, PRODUCT)
        case "row", "matrix":
            return Piece(dot, "row", PRODUCT)
    found = f"a {a.kind} times a {b.kind} at {to_text(right)}"
    raise ShapeError(explain(to_text(tree), expected="kinds that fit", found=found))
