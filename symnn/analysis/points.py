"""How many points a domain has: a box of indices, cut by brackets.

Equalities are solved for an index with coefficient 1; inequalities are counted exactly, component
by component: numbers by enumeration, symbols by summing the length of one index's interval over
the other. Law: the closed form, at numbers, is what enumeration gives (tests).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import sympy as sp

from symnn.analysis import scalars
from symnn.analysis.scalars import Count
from symnn.calculus.brackets import decide_ge, inside
from symnn.core.errors import UnsupportedError
from symnn.core.index import Affine, Index, combine, negated
from symnn.core.scalars import Scalar, add, exact, mul, neg, sub, to_sympy
from symnn.core.sizes import sign

MOST_ENUMERATED = 5_000_000
MOST_SUMMED = 64


class UncountableError(UnsupportedError):
    """No closed form for the number of points of a domain."""


def solved(p: Affine, indices: Sequence[Index]) -> tuple[Index, Affine, list[Affine]] | None:
    """[p = 0] solved for an index: (index, value, range positions >= 0); None if impossible.

    An index whose value always stays in range comes first, then the first one in `indices`.
    """
    best = None
    place = {index: k for k, index in enumerate(indices)}
    rows = [(a, c) for a, c in p.terms if isinstance(a, Index) and a in place and c in (1, -1)]
    for atom, c in sorted(rows, key=lambda row: place[row[0]]):
        rest = combine(p, atom.pos, neg(c))
        value = negated(rest) if c == 1 else rest
        ranges = [f.pos[0] for f in inside(value, atom.size)]
        if not ranges or _flat(value, atom.size):
            return atom, value, []
        if best is None:
            best = (atom, value, ranges)
    return best


def _flat(value: Affine, size: Scalar) -> bool:
    """Whether a value is the row-major number of indices that fill `size` exactly."""
    rows = [(a, c) for a, c in value.terms if isinstance(a, Index)]
    if value.const != 0 or len(rows) != len(value.terms):
        return False
    stride: Scalar = 1
    while rows:
        found = next(((a, c) for a, c in rows if sub(c, stride) == 0), None)
        if found is None:
            return False
        rows.remove(found)
        stride = mul(stride, found[0].size)
    return sub(stride, size) == 0


def points(indices: Sequence[Index], guards: Sequence[Affine]) -> Count:
    """The number of points of the box where every guard is >= 0.

    >>> i, j = Index(4), Index(4)
    >>> points((i, j), [combine(i.pos, j.pos, -1)])
    10
    """
    active = [g for g in dict.fromkeys(guards) if decide_ge(g) is not True]
    if any(decide_ge(g) is False for g in active):
        return 0
    parts, free = _components(list(indices), active)
    count = scalars.product(i.size for i in free)
    for part, own in parts:
        count = scalars.mul(count, _component(part, own))
    return count


def _components(
    indices: list[Index], guards: list[Affine]
) -> tuple[list[tuple[list[Index], list[Affine]]], list[Index]]:
    """Groups of indices that guards tie together, and the free ones."""
    group = {i: k for k, i in enumerate(indices)}
    for g in guards:
        tied = [i for i in g.indices() if i in group]
        for i in tied[1:]:
            old, new = group[i], group[tied[0]]
            group = {j: new if v == old else v for j, v in group.items()}
    bound = {i for g in guards for i in g.indices()}
    parts: dict[int, list[Index]] = {}
    for i in indices:
        if i in bound:
            parts.setdefault(group[i], []).append(i)
    made = [
        (part, [g for g in guards if any(i in part for i in g.indices())])
        for part in parts.values()
    ]
    return made, [i for i in indices if i not in bound]


def _component(part: list[Index], guards: list[Affine]) -> Scalar:
    if any(not isinstance(a, Index) or a not in part for g in guards for a, _ in g.terms):
        raise UncountableError("a domain that depends on the values of a tensor")
    place = {i: k for k, i in enumerate(part)}
    key = tuple(
        (g.const, tuple(sorted((place[a], c) for a, c in g.terms))) for g in guards
    )  # fmt: skip
    return _counted(tuple(i.size for i in part), key)


Rows = tuple[tuple[Scalar, tuple[tuple[int, Scalar], ...]], ...]


@lru_cache(maxsize=20_000)
def _counted(sizes: tuple[Scalar, ...], guards: Rows) -> Scalar:
    numbers = [*sizes, *(g[0] for g in guards), *(c for g in guards for _, c in g[1])]
    if all(isinstance(v, int) for v in numbers) and math.prod(sizes) <= MOST_ENUMERATED:
        return _enumerated(sizes, guards)  # type: ignore[arg-type]
    return _symbolic(sizes, guards)


def _enumerated(sizes: tuple[int, ...], guards: Rows) -> int:
    grid = np.ogrid[tuple(slice(0, s) for s in sizes)]
    alive = np.ones(sizes, dtype=bool)
    for const, terms in guards:
        alive &= sum((c * grid[k] for k, c in terms), start=np.asarray(const)) >= 0
    return int(alive.sum())


def _symbolic(sizes: tuple[Scalar, ...], guards: Rows) -> Scalar:
    """Sum the length of the interval of one index over the other ones."""
    if len(sizes) == 1:
        return _interval(sizes[0], guards, 0, {})
    small = [k for k, s in enumerate(sizes) if isinstance(s, int) and s <= MOST_SUMMED]
    if len(small) >= len(sizes) - 1:
        inner = next((k for k in range(len(sizes)) if k not in small), len(sizes) - 1)
        outer = [k for k in range(len(sizes)) if k != inner]
        total: Scalar = 0
        for values in np.ndindex(*(int(sizes[k]) for k in outer)):
            at = dict(zip(outer, values, strict=True))
            total = add(total, _interval(sizes[inner], guards, inner, at))
        return total
    if len(sizes) == 2:
        return _triangle(sizes, guards)
    raise UncountableError("a domain of more than two symbolic indices")


def _interval(size: Scalar, guards: Rows, inner: int, at: dict[int, int]) -> Scalar:
    """How many values of one index satisfy the guards, the other indices given."""
    lows: list[Scalar] = [0]
    highs: list[Scalar] = [sub(size, 1)]
    for const, terms in guards:
        rest: Scalar = const
        step: Scalar = 0
        for k, c in terms:
            if k == inner:
                step = c
            else:
                rest = add(rest, mul(c, at[k]))
        if step == 0:
            if sign(rest) == -1:
                return 0
            if sign(rest) is None:
                raise UncountableError(f"whether {rest} >= 0 is not known")
        elif sign(step) == 1:
            lows.append(_divided(neg(rest), step, up=True))
        else:
            highs.append(_divided(rest, neg(step), up=False))
    low, high = _extreme(lows, sp.Max), _extreme(highs, sp.Min)
    length = add(sub(high, low), 1)
    if sign(length) == -1:
        return 0
    return length if sign(length) == 1 else exact(sp.Max(to_sympy(length), 0))


def _divided(a: Scalar, b: Scalar, *, up: bool) -> Scalar:
    if isinstance(a, int) and isinstance(b, int):
        return -(-a // b) if up else a // b
    return exact((sp.ceiling if up else sp.floor)(to_sympy(a) / to_sympy(b)))


def _extreme(values: list[Scalar], pick: type[sp.Basic]) -> Scalar:
    """The largest or smallest of bounds; sizes are taken to be large where that is undecided."""
    best = values[0]
    for v in values[1:]:
        difference = sub(v, best) if pick is sp.Max else sub(best, v)
        if sign(difference) == 1:
            best = v
        elif sign(difference) is None and sign(neg(difference)) != 1:
            best = exact(pick(to_sympy(best), to_sympy(v)))
    return best


def _triangle(sizes: tuple[Scalar, ...], guards: Rows) -> Scalar:
    """Two symbolic indices: sum the inner interval in closed form over the outer index."""
    outer = sp.Symbol("_i", integer=True, nonnegative=True)
    for inner in (1, 0):
        low: Scalar = 0
        high: Scalar = sub(sizes[inner], 1)
        sound = True
        for const, terms in guards:
            step = dict(terms).get(inner, 0)
            rest = add(const, mul(dict(terms).get(1 - inner, 0), outer))
            fits = _below(rest, high, outer, sizes[1 - inner])
            if step == -1 and high == sub(sizes[inner], 1) and fits:
                high = rest
            elif step == 1 and low == 0 and _below(0, neg(rest), outer, sizes[1 - inner]):
                low = neg(rest)
            else:
                sound = False
        if sound and _below(sub(low, 1), high, outer, sizes[1 - inner]):
            length = to_sympy(add(sub(high, low), 1))
            top = to_sympy(sub(sizes[1 - inner], 1))
            return exact(sp.expand(sp.summation(length, (outer, 0, top))))
    raise UncountableError("a domain with two symbolic indices that is no triangle")


def _below(a: Scalar, b: Scalar, outer: sp.Symbol, size: Scalar) -> bool:
    """Whether a <= b for all outer values: linear, so at both ends."""
    gap = to_sympy(sub(b, a))
    ends = (sp.Integer(0), to_sympy(sub(size, 1)))
    return all(sign(exact(sp.expand(gap.xreplace({outer: e})))) == 1 for e in ends)
