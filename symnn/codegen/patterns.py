"""What a position is: inside its axis or not, digits of a number, a window, a diagonal.

Pure questions about affine positions; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from symnn.core.index import Affine, Index, Read, bounds, combine, constant
from symnn.core.scalars import Scalar, exact, mul, neg, sub, to_sympy
from symnn.core.sizes import sign


def overhang(p: Affine, size: Scalar) -> tuple[Scalar, Scalar]:
    """How far a position reaches below 0 and beyond the last entry (0 where it cannot)."""
    low, high = bounds(p)
    return _excess(neg(low)), _excess(sub(high, sub(size, 1)))


def _excess(value: Scalar) -> Scalar:
    if sign(neg(value)) == 1:
        return 0
    if sign(value) == 1:
        return value
    return exact(sp.Max(0, to_sympy(value)))


def sides(p: Affine, size: Scalar) -> tuple[Affine, Affine]:
    """The two positions that are >= 0 where p is inside an axis."""
    return p, combine(constant(sub(size, 1)), p, -1)


def backward(step: Scalar) -> bool:
    """Whether a coefficient is negative at all sizes (`1 - m` is, and looks positive)."""
    return step != 0 and sign(neg(step)) == 1


def in_order(p: Affine) -> list[Index]:
    """The indices of a position, oldest first."""
    return sorted(p.indices(), key=lambda i: i.uid)


def shares_indices(pos: Sequence[Affine]) -> bool:
    """Whether an index stands in two positions, or twice in one."""
    seen: set[Index] = set()
    for p in pos:
        own = set(p.indices())
        if own & seen or len(own) != len(p.indices()):
            return True
        seen |= own
    return False


def diagonal_axes(pos: Sequence[Affine], sizes: Sequence[Scalar]) -> tuple[int, int] | None:
    """The two axes of a plain diagonal, all other axes plain, whole and different."""
    bare = [p.bare for p in pos]
    if None in bare or len(set(bare)) != len(bare) - 1:
        return None
    if any(i.size != s for i, s in zip(bare, sizes, strict=True)):  # type: ignore[union-attr]
        return None
    first, second = (k for k, i in enumerate(bare) if bare.count(i) == 2)
    return first, second


def descending(p: Affine) -> list[tuple[Index, Scalar]]:
    """The terms of a position by falling coefficients."""

    def order(term: tuple[Index, Scalar]) -> int:
        return sum(sign(sub(c, term[1])) == 1 for _, c in p.terms)

    return sorted(p.terms, key=order)


def is_digits(p: Affine, size: Scalar) -> bool:
    """Whether the position is a mixed-radix number that covers the whole axis."""
    if p.const != 0 or any(isinstance(a, Read) or backward(c) for a, c in p.terms):
        return False
    expected: Scalar = 1
    for index, c in reversed(descending(p)):
        if sub(c, expected) != 0:
            return False
        expected = mul(c, index.size)
    return sub(expected, size) == 0


Window = tuple[tuple[Index, Scalar], tuple[Index, int]]


def window_of(p: Affine) -> Window | None:
    """(start, step), (index inside, +1 or -1) of a position with two indices."""
    if len(p.terms) != 2 or any(isinstance(a, Read) for a, _ in p.terms):
        return None
    unit = [(a, c) for a, c in p.terms if c in (1, -1)]
    if not unit:
        return None
    backwards = [t for t in unit if backward(t[1])]
    inner = max(backwards or unit, key=lambda t: (smallness(t[0].size), t[0].uid))
    outer = next(t for t in p.terms if t[0] is not inner[0])
    return None if backward(outer[1]) else (outer, inner)


def smallness(size: Scalar) -> int:
    """Known numbers first (the smaller the better), then symbols, then expressions."""
    if isinstance(size, int):
        return 10**9 - size
    return 1 if size.is_Symbol else 0  # type: ignore[union-attr]
