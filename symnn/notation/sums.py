"""Sums: the common content of coefficients, which bound indices belong together, their order.

Law: content times the remaining coefficients gives the old ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Term
from symnn.core.scalars import Scalar, exact, is_number, mul, neg, power, rational_content
from symnn.notation.terms import weight

Scaled = Sequence[tuple[Factor, Scalar]]


def content(coefs: Sequence[Scalar]) -> Scalar:
    """The common factor of coefficients, where taking it out reads shorter; else 1 or -1.

    >>> content([2, -4, -2]), content([Fraction(1, 2), Fraction(1, 3)]), content([-1, -3])
    (2, 1, -1)
    """
    if len(coefs) < 2:
        return 1
    best, best_key = 1, (sum(map(weight, coefs)), 0)
    for common in _shared(coefs):
        rest = [weight(mul(c, power(common, -1))) for c in coefs]
        key = (weight(common) + sum(rest), -rest.count(0))
        if key < best_key:
            best, best_key = common, key
    return neg(best) if all(rational_content(c) < 0 for c in coefs) else best


def _shared(coefs: Sequence[Scalar]) -> list[Scalar]:
    """Candidates for a common factor, positive: the greatest one, and each coefficient."""
    first = coefs[0]
    ratios = [mul(c, power(first, -1)) for c in coefs]
    if not all(is_number(r) for r in ratios):
        return [_gcd([rational_content(c) for c in coefs])]
    greatest = mul(first, _gcd([Fraction(r) for r in ratios]))  # type: ignore[arg-type]
    return [neg(c) if rational_content(c) < 0 else c for c in dict.fromkeys([greatest, *coefs])]


def _gcd(values: Sequence[Fraction]) -> Scalar:
    top = gcd(*(v.numerator for v in values))
    bottom = lcm(*(v.denominator for v in values))
    return exact(Fraction(abs(top), bottom))


def partition(
    bound: Sequence[Index], uses: Sequence[set[Index]]
) -> list[tuple[list[Index], list[int]]]:
    """Groups of bound indices that share factors, each with the numbers of its factors.

    Args:
        bound: the summed indices.
        uses: the indices of each factor.
    """
    groups: list[tuple[list[Index], list[int]]] = []
    for index in bound:
        own = [k for k, used in enumerate(uses) if index in used]
        joined = [g for g in groups if set(g[1]) & set(own)]
        groups = [g for g in groups if not any(g is j for j in joined)]
        indices = sorted([*(i for g in joined for i in g[0]), index], key=list(bound).index)
        numbers = sorted({k for g in joined for k in g[1]} | set(own))
        groups.append((indices, numbers))
    return groups


def reading_order(
    bound: Sequence[Index], scaled: Scaled, free: Sequence[Index]
) -> tuple[list[Index], Scaled]:
    """Bound indices by first use and factors from the output on: `A_{ij} x_j`, `x_j A_{jl} y_l`."""
    place = {index: k for k, index in enumerate(free)}

    def start(pair: tuple[Factor, Scalar]) -> tuple[int, int, int]:
        f = pair[0]
        first = min((place.get(i, len(place)) for i in f.indices()), default=-1)
        return first, f.node.rank if first < len(place) else -f.node.rank, f.node.uid

    ordered = sorted(scaled, key=start)
    plain = sorted(ordered, key=lambda pair: pair[0].is_bracket)
    alone = [p.bare for f, _ in plain for p in f.pos if p.bare in bound]
    met = dict.fromkeys([*alone, *(i for f, _ in plain for i in f.indices() if i in bound)])
    met.update(dict.fromkeys(bound))
    return list(met), ordered  # type: ignore[arg-type]


def summed_in_order(term: Term, free: Sequence[Index]) -> list[Index]:
    """The summed indices of a term in the order in which they are read: what letters go by."""
    return reading_order(term.bound, [(f, 1) for f in term.factors], free)[0]


def slicing_order(bound: Sequence[Index], wide: Sequence[Factor]) -> list[Index]:
    """Indices of all wide factors, those of first axes in front; of groups, first axes only."""

    def first(index: Index) -> bool:
        return all(f.pos[0].bare is index for f in wide)

    shared = [i for i in bound if wide and all(i in f.indices() for f in wide)]
    names = all(isinstance(f.node, Leaf) for f in wide)
    return sorted((i for i in shared if names or first(i)), key=lambda i: not first(i))
