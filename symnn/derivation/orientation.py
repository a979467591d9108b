"""Which way round a sum gets its name: the order of its axes and its scale.

The normal form keeps one group for all multiples and transposes of a sum, the least by its key:
`(64 X − X 𝟏𝟏ᵀ)ᵀ`. A reader wants the matrix as its parts are read, and the entries themselves with
the coefficient 1: `X − X 𝟏𝟏ᵀ / 64`. Law: node = factor · shown, axes in the order that is returned.
"""

from __future__ import annotations

import itertools
from math import gcd

from symnn.calculus.normal import make_sum
from symnn.core.index import Index
from symnn.core.node import Node, Sum, Term
from symnn.core.scalars import Scalar, mul, power

_MOST_AXES = 3


def readable(node: Node) -> tuple[Node, Scalar, tuple[int, ...]]:
    """(shown, factor, axes): `node[p] = factor * shown[p[axes[0]], p[axes[1]], ...]`."""
    if not isinstance(node, Sum) or not node.terms:
        return node, 1, tuple(range(node.rank))
    axes, factor = _order(node), _scale(node.terms)
    if factor == 1 and axes == tuple(range(node.rank)):
        return node, factor, axes
    out = tuple(node.indices[a] for a in axes)
    inverse = power(factor, -1)
    return make_sum(out, [t.scaled(mul(t.coef, inverse)) for t in node.terms]), factor, axes


def _order(node: Sum) -> tuple[int, ...]:
    """The order of axes that agrees with most reads; the present one on ties."""
    present = tuple(range(node.rank))
    if not 2 <= node.rank <= _MOST_AXES:
        return present
    pairs = _precedences(node.terms, node.indices)

    def agreement(axes: tuple[int, ...]) -> int:
        place = {node.indices[a]: k for k, a in enumerate(axes)}
        return sum(n if place[a] < place[b] else -n for (a, b), n in pairs.items())

    return max(itertools.permutations(present), key=agreement)


def _precedences(terms: tuple[Term, ...], out: tuple[Index, ...]) -> dict[tuple[Index, Index], int]:
    """How often one output index is read before another by the same factor."""
    found: dict[tuple[Index, Index], int] = {}
    for t in terms:
        for f in t.factors:
            read = [p.bare for p in f.pos if p.bare in out]
            for a, b in itertools.combinations(read, 2):
                if a is not b and a is not None and b is not None:
                    found[a, b] = found.get((a, b), 0) + 1
    return found


def _scale(terms: tuple[Term, ...]) -> Scalar:
    """The whole number that the entries carry and the sums beside them do not share."""
    plain = [t.coef for t in terms if t.factors and not _sums(t)]
    rest = [t.coef for t in terms if _sums(t)]
    if not plain or not rest:
        return 1
    numbers = [c for c in (*plain, *rest) if isinstance(c, int)]
    common = gcd(*numbers[: len(plain)])
    if len(numbers) < len(plain) + len(rest) or not any(c % common for c in rest):
        return 1
    return common


def _sums(term: Term) -> bool:
    """Whether a term sums over an index, itself or in a sum that it reads."""
    return bool(term.bound) or any(isinstance(f.node, Sum) for f in term.factors)
