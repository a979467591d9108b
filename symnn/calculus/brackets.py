"""Brackets: when `[p = 0]` can be solved and when `[p >= 0]` says nothing.

Law: eliminating a bracket never changes the value of a term. A solution that may leave the range
of its index brings its range brackets with it. A bracket of mixed-radix digits (flatten,
non-overlapping windows) is kept: solving it would only hide the digits.
"""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from symnn.core.index import Affine, Index, Read, bounds, combine, constant, difference, negated
from symnn.core.node import EQ, GE, Factor
from symnn.core.scalars import Scalar, exact, neg, sub, to_sympy
from symnn.core.sizes import sign


def equal_to_zero(p: Affine) -> Factor:
    """The bracket [p = 0]."""
    return Factor(EQ, (p,))


def at_least_zero(p: Affine) -> Factor:
    """The bracket [p >= 0]."""
    return Factor(GE, (p,))


def same_place(a: Affine, b: Affine) -> Factor:
    """The bracket [a = b]."""
    return equal_to_zero(difference(a, b))


def inside(p: Affine, size: Scalar) -> list[Factor]:
    """The brackets of 0 <= p < size that its indices' ranges do not imply."""
    if p.bare is not None and p.bare.size == size:
        return []
    wanted = (p, combine(constant(sub(size, 1)), p, -1))
    return [at_least_zero(w) for w in wanted if decide_ge(w) is not True]


@lru_cache(maxsize=50_000)
def decide_ge(p: Affine) -> bool | None:
    """Whether p >= 0 holds everywhere (True), nowhere (False), or depends (None)."""
    low, high = bounds(p)
    if sign(low) == 1:
        return True
    if sign(high) == -1:
        return False
    return None


@lru_cache(maxsize=50_000)
def decide_eq(p: Affine) -> bool | None:
    """Whether p = 0 holds everywhere (True), nowhere (False), or depends (None)."""
    if not p.terms:
        if p.const == 0:
            return True
        return False if sign(p.const) == -1 or sign(sub(p.const, 1)) == 1 else None
    low, high = bounds(p)
    if sign(sub(low, 1)) == 1 or sign(high) == -1:
        return False
    return None


def solve(p: Affine, bound: set[Index]) -> tuple[Index, Affine, list[Factor]] | None:
    """Solve [p = 0] for a bound index: (index, its value, the range brackets to add)."""
    candidates = []
    for atom, c in p.terms:
        if not isinstance(atom, Index) or atom not in bound or c not in (1, -1):
            continue
        rest = combine(p, atom.pos, neg(c))
        value = negated(rest) if c == 1 else rest
        if atom in value.indices():
            continue
        ranges = inside(value, atom.size)
        if not ranges:
            return atom, value, []
        candidates.append((atom, value, ranges))
    for atom, value, ranges in candidates:
        if not _is_digit(atom, value, bound):
            return atom, value, ranges
    return None


def _is_digit(index: Index, value: Affine, bound: set[Index]) -> bool:
    """Whether `index` is the low digit of a mixed-radix number with another bound index."""
    others = [(a, c) for a, c in value.terms if isinstance(a, Read) or a in bound]
    return any(sign(sub(_absolute(c), index.size)) == 1 for _, c in others)


def _absolute(c: Scalar) -> Scalar:
    return c if sign(c) == 1 else neg(c)


def split_digits(p: Affine) -> tuple[Affine, Affine] | None:
    """`n*P + Q = 0` with |Q| < n is P = 0 and Q = 0: undoes flatten after reshape."""
    radices = {_absolute(c) for _, c in p.terms} - {1}
    for radix in sorted(radices, key=str):
        high = [(a, c) for a, c in p.terms if _multiple(c, radix) is not None]
        low = [(a, c) for a, c in p.terms if _multiple(c, radix) is None]
        if not high or not low or not _divides(p.const, radix):
            continue
        q = Affine(0, tuple(low))
        lo, hi = bounds(q)
        if sign(sub(sub(radix, 1), hi)) == 1 and sign(sub(radix, sub(1, lo))) == 1:
            quotient = Affine(
                _multiple(p.const, radix) or 0,
                tuple((a, _multiple(c, radix) or 0) for a, c in high),
            )
            return quotient, q
    return None


def _divides(c: Scalar, radix: Scalar) -> bool:
    return _multiple(c, radix) is not None


@lru_cache(maxsize=50_000)
def _multiple(c: Scalar, radix: Scalar) -> Scalar | None:
    """C / radix where it is a whole number, else None."""
    if c == 0:
        return 0
    if isinstance(c, int) and isinstance(radix, int):
        return c // radix if c % radix == 0 else None
    ratio = exact(sp.cancel(to_sympy(c) / to_sympy(radix)))
    if isinstance(ratio, int):
        return ratio
    whole = isinstance(ratio, sp.Expr) and ratio.is_integer and not ratio.has(sp.floor)
    return ratio if whole else None
