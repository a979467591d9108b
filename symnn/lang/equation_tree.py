"""The tree of an equation in index notation; `at` is a place in its text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: Fraction
    at: int


@dataclass(frozen=True)
class Name:
    """An index, a scalar, or a tensor of rank 0."""

    text: str
    at: int


@dataclass(frozen=True)
class ReadOf:
    """`x[i, j+1]`."""

    name: Name
    positions: tuple[Expression, ...]
    at: int


@dataclass(frozen=True)
class Apply:
    """`tanh(e)`."""

    name: Name
    args: tuple[Expression, ...]
    at: int


@dataclass(frozen=True)
class Binary:
    """`a + b`, with op one of + - * / ^."""

    op: str
    left: Expression
    right: Expression
    at: int


@dataclass(frozen=True)
class Negate:
    """`-a`."""

    value: Expression
    at: int


@dataclass(frozen=True)
class Reduce:
    """`sum(i, j: e)`; `along` keeps the index (softmax)."""

    kind: str
    indices: tuple[Name, ...]
    body: Expression
    at: int


@dataclass(frozen=True)
class Iverson:
    """`[i >= j, k = 0]`: 1 where all hold."""

    relations: tuple[tuple[str, Expression, Expression], ...]
    at: int


Expression = Number | Name | ReadOf | Apply | Binary | Negate | Reduce | Iverson


@dataclass(frozen=True)
class Equation:
    """Left side and right side."""

    name: Name
    indices: tuple[Name, ...]
    body: Expression
    text: str


def start_of(tree: Expression) -> int:
    """Where the text of a tree begins (a binary operator stands at its sign)."""
    while isinstance(tree, Binary):
        tree = tree.left
    return tree.at
