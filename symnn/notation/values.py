"""Values of a formula over a box of index letters, and the scope that holds names and letters.

With k letters in scope every array has k leading axes (each of the letter's size, or 1), then
its own: none for a number, two for a matrix or a column vector, more for a tensor. A 1 x 1 matrix
is a number. Law: shapes are compared here and nowhere broadcast but over letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import DomainError, ShapeError, UnknownNameError, explain
from symnn.notation import tree as t
from symnn.notation.text import symbol_text, to_text
from symnn.notation.traversal import map_children, walk
from symnn.notation.tree import Tree

Array = NDArray[Any]
LARGEST_BOX = 10**8


@dataclass(frozen=True, slots=True)
class Value:
    """An array over the box; `rank` is the number of its own axes: 0, 2 or more."""

    array: Array
    rank: int

    @property
    def shape(self) -> tuple[int, ...]:
        """The own shape, without the box."""
        return self.array.shape[self.array.ndim - self.rank :]

    def shown(self) -> str:
        """Return the shape as a reader writes it: `scalar`, `3 × 1`."""
        return " × ".join(map(str, self.shape)) or "scalar"


@dataclass(frozen=True, slots=True)
class Series:
    """A stack of steps, with what stands before its first entry and behind its last one.

    `turned`: a read at one step is a row, or the transposed matrix.
    """

    array: Array
    before: Array | None = None
    after: Array | None = None
    turned: bool = False

    def extended(self) -> tuple[Array, int]:
        """The stack with its ends, and how many entries stand in front."""
        ends = [self.before], [self.after]
        rows = [[np.asarray(e)[None] for e in end if e is not None] for end in ends]
        whole = np.concatenate([*rows[0], self.array, *rows[1]])
        return turned_steps(whole) if self.turned else whole, len(rows[0])


def turned_steps(stack: Array) -> Array:
    """A stack with each step transposed; steps that are vectors become rows.

    >>> turned_steps(np.zeros((4, 3))).shape
    (4, 1, 3)
    """
    if stack.ndim == 2:
        return stack[:, None, :]
    return stack.swapaxes(1, 2) if stack.ndim == 3 else stack


@dataclass(frozen=True, slots=True)
class Scope:
    """Names, sizes, functions, the letters in order with their sizes, and where values matter.

    `live` has one axis per letter; a read outside a tensor is 0 where it is False. `series` are
    the arrays whose first axis may be read one step outside.
    """

    raw: Mapping[Tree, Array]
    sizes: Mapping[str, int]
    functions: Mapping[str, Callable[..., Any]]
    letters: tuple[tuple[str, int], ...] = ()
    live: Array = field(default_factory=lambda: np.array(True))
    series: Mapping[Tree, Series] = field(default_factory=dict)

    def within(self, letters: tuple[tuple[str, int], ...]) -> Scope:
        """Return the scope with further letters, innermost last."""
        grown = self.letters + letters
        points = int(np.prod([size for _, size in grown], dtype=object))
        if points > LARGEST_BOX:
            raise DomainError(
                f"evaluating takes {points:,} index points, more than {LARGEST_BOX:,}; "
                f"take smaller sizes"
            )
        live = self.live.reshape(self.live.shape + (1,) * len(letters))
        return replace(self, letters=grown, live=live)

    def where(self, condition: Array) -> Scope:
        """Return the scope in which values matter only where the condition holds."""
        return replace(self, live=self.live & condition)

    def letter(self, name: str) -> Value:
        """Return the values of an index letter, counted from 0, along its axis."""
        for axis in reversed(range(len(self.letters))):
            if self.letters[axis][0] == name:
                shape = [1] * len(self.letters)
                shape[axis] = self.letters[axis][1]
                return Value(np.arange(shape[axis]).reshape(shape), 0)
        known = " ".join(letter for letter, _ in self.letters) or "none"
        raise UnknownNameError(f"the index {name} has no range here; letters in scope: {known}")

    def named(self, sym: t.Sym) -> Value:
        """Return the value of a symbol: a bound array, or a size."""
        if sym in self.raw:
            return lifted(self.raw[sym], len(self.letters))
        for name in (symbol_text(sym), sym.base if not (sym.sub or sym.sup or sym.accent) else ""):
            if name in self.sizes:
                return lifted(np.array(self.sizes[name]), len(self.letters))
        known = ", ".join([*map(shown_key, self.raw), *self.sizes]) or "none"
        raise UnknownNameError(f"no value for {symbol_text(sym)}; values and sizes: {known}")


def lifted(raw: Array, letters: int) -> Value:
    """Take an array without letters into a scope: a rank-1 array becomes a column."""
    raw = np.asarray(raw)
    core = raw[:, None] if raw.ndim == 1 else raw
    return squeezed(Value(core.reshape((1,) * letters + core.shape), core.ndim))


def squeezed(value: Value) -> Value:
    """A 1 x 1 matrix is a number."""
    if value.rank == 2 and value.shape == (1, 1):
        return Value(value.array[..., 0, 0], 0)
    return value


def as_matrix(value: Value) -> Value:
    """A number is a 1 x 1 matrix where a matrix is asked for."""
    return Value(value.array[..., None, None], 2) if value.rank == 0 else value


def filled(value: Value, like: Value) -> Value:
    """Give a number the own shape of an array beside it."""
    if value.rank or not like.rank:
        return value
    array = value.array.reshape(value.array.shape + (1,) * like.rank)
    return Value(np.broadcast_to(array, value.array.shape + like.shape), like.rank)


def same_shapes(tree: Tree, parts: tuple[Tree, ...], values: list[Value]) -> None:
    """Raise unless all values have one own shape.

    Raises:
        ShapeError: with each part of the formula and its shape.
    """
    if len({(v.rank, v.shape) for v in values}) > 1:
        pairs = zip(parts, values, strict=True)
        rows = "; ".join(f"{to_text(p)} is {v.shown()}" for p, v in pairs)
        raise ShapeError(explain(to_text(tree), expected="equal shapes", found=rows))


def is_literal(tree: Tree) -> bool:
    """Whether a tree is written with numbers only: 1, 1/2, −3; it stands for every entry."""
    kinds = (t.Num, t.Const, t.Neg, t.Frac, t.Pow, t.Mul, t.Add)
    return all(isinstance(node, kinds) for node in walk(tree))


def plain(tree: Tree) -> Tree:
    """Return the tree with light letters: style does not distinguish values."""
    if isinstance(tree, t.Sym):
        return replace(tree, bold=False)
    return map_children(tree, plain)


def shown_key(key: Tree) -> str:
    """Return the text of a name in a message."""
    return to_text(key)
