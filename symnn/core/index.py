"""Indices and positions.

An *index* is a bound or free variable with a size; it ranges over 0..size-1. A *position* is an
affine combination of indices and integer reads (`idx[b, t]`): where a factor reads its tensor.
Positions are immutable and compare by structure; a bare index is the common case (`pos.bare`).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sympy as sp

from symnn.core.scalars import Scalar, add, mul, neg, scalar_id, sub, to_sympy
from symnn.core.sizes import sign

if TYPE_CHECKING:
    from symnn.core.node import Node

_COUNTER = itertools.count()


class Index:
    """A variable over 0..size-1. Two indices are equal only if they are one object."""

    __slots__ = ("hint", "pos", "size", "uid")

    def __init__(self, size: Scalar, hint: str = "") -> None:
        self.uid = next(_COUNTER)
        self.size = size
        self.hint = hint
        self.pos = Affine(0, ((self, 1),))

    def fresh(self) -> Index:
        """A new index of the same size and hint."""
        return Index(self.size, self.hint)

    def __repr__(self) -> str:
        return f"{self.hint or 'i'}{self.uid}"


class Read:
    """The integer value of a tensor at positions, used inside another position."""

    __slots__ = ("_hash", "node", "pos", "uid")

    def __init__(self, node: Node, pos: tuple[Affine, ...]) -> None:
        self.node, self.pos = node, pos
        self._hash = hash((node.uid, pos))
        self.uid = -1 - node.uid

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Read) and self.node is other.node and self.pos == other.pos

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"{self.node!r}{list(self.pos)}"


Atom = Index | Read


class Affine:
    """`const + sum of coefficient * atom`, atoms sorted by uid, no zero coefficients."""

    __slots__ = ("_hash", "bare", "const", "terms")

    def __init__(self, const: Scalar, terms: tuple[tuple[Any, Scalar], ...]) -> None:
        self.const = const
        self.terms = terms
        lone = len(terms) == 1 and const == 0 and terms[0][1] == 1
        self.bare: Index | None = terms[0][0] if lone and isinstance(terms[0][0], Index) else None
        self._hash = hash((const, terms))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Affine) and self.const == other.const and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        parts = [f"{c}*{a}" if c != 1 else f"{a}" for a, c in self.terms]
        if self.const != 0 or not parts:
            parts.append(str(self.const))
        return " + ".join(parts)

    def indices(self) -> list[Index]:
        """All indices in it, those inside integer reads included."""
        found: list[Index] = []
        for atom, _ in self.terms:
            if isinstance(atom, Index):
                found.append(atom)
            else:
                for p in atom.pos:
                    found.extend(p.indices())
        return found

    def reads(self) -> list[Read]:
        """All integer reads in it, those inside other reads included."""
        found: list[Read] = []
        for atom, _ in self.terms:
            if isinstance(atom, Read):
                found.append(atom)
                for p in atom.pos:
                    found.extend(p.reads())
        return found

    def coefficient(self, atom: Atom) -> Scalar:
        """The coefficient of one atom (0 if absent)."""
        for a, c in self.terms:
            if a is atom or a == atom:
                return c
        return 0

    def substitute(self, mapping: Mapping[Index, Affine]) -> Affine:
        """Replace indices by positions."""
        if self.bare is not None:
            return mapping.get(self.bare, self)
        if not any(i in mapping for i in self.indices()):
            return self
        total = Affine(self.const, ())
        for atom, c in self.terms:
            if isinstance(atom, Index):
                total = combine(total, mapping.get(atom, atom.pos), c)
            else:
                read = Read(atom.node, tuple(p.substitute(mapping) for p in atom.pos))
                total = combine(total, Affine(0, ((read, 1),)), c)
        return total


def combine(a: Affine, b: Affine, factor: Scalar = 1) -> Affine:
    """A + factor * b."""
    terms: dict[Any, Scalar] = dict(a.terms)
    for atom, c in b.terms:
        terms[atom] = add(terms.get(atom, 0), mul(factor, c))
    const = add(a.const, mul(factor, b.const))
    ordered = sorted(((k, v) for k, v in terms.items() if v != 0), key=_atom_order)
    return Affine(const, tuple(ordered))


def _atom_order(item: tuple[Any, Scalar]) -> tuple[int, str]:
    return (item[0].uid, "" if isinstance(item[0], Index) else repr(item[0].pos))


def constant(value: Scalar) -> Affine:
    """A position that is a number or an expression in sizes."""
    return Affine(value, ())


def difference(a: Affine, b: Affine) -> Affine:
    """A - b."""
    return combine(a, b, -1)


def negated(a: Affine) -> Affine:
    """Minus a."""
    return Affine(neg(a.const), tuple((k, neg(c)) for k, c in a.terms))


def bounds(a: Affine) -> tuple[Scalar, Scalar]:
    """Smallest and largest value over the ranges of its atoms (both reached or beyond)."""
    low = high = a.const
    for atom, c in a.terms:
        top = sub(atom.size, 1) if isinstance(atom, Index) else sub(atom.node.below, 1)
        if sign(c) == 1:
            high = add(high, mul(c, top))
        elif sign(neg(c)) == 1:
            low = add(low, mul(c, top))
        else:  # undecided: `sign` answers None for these
            reach = to_sympy(mul(c, top))
            low, high = add(low, sp.Min(reach, 0)), add(high, sp.Max(reach, 0))
    return low, high


def affine_key(a: Affine, number: Mapping[Index, int]) -> tuple[Any, ...]:
    """A canonical key of a position once its indices are numbered."""
    if a.bare is not None:
        return (number[a.bare],)
    parts: list[tuple[Any, ...]] = []
    for atom, c in a.terms:
        if isinstance(atom, Index):
            parts.append((0, number[atom], (), scalar_id(c)))
        else:
            inner = tuple(affine_key(p, number) for p in atom.pos)
            parts.append((1, atom.node.uid, inner, scalar_id(c)))
    return (-1, scalar_id(a.const), tuple(sorted(parts)))
