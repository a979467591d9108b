"""Sums over three indices or more at once: `mean(X_{:,c} ⊙ G_{:,c})`, `var(X_n)`, `‖K‖_F²`.

Bound indices that only whole reads share make a number: the sum of all entries of their product, a
mean where the coefficient divides by their number, a norm where it is a square. Law: the number is
the sum of the factors over the indices.
"""

from __future__ import annotations

from collections.abc import Collection

from symnn.core.index import Index
from symnn.core.node import Factor, Sum, Term
from symnn.core.scalars import Scalar, is_number, mul, power
from symnn.notation import pieces, statistics
from symnn.notation.graph import Stuck
from symnn.notation.items import Item, has_divisor, merged, squared_norm
from symnn.notation.mode_products import Reads, in_any_order
from symnn.notation.sums import partition
from symnn.notation.tree import Apply


def wide_sums(
    writer: Reads, term: Term, fixed: Collection[Index]
) -> tuple[Term, list[Item]] | None:
    """The rest of a term, and the numbers that its wide sums are; None where it has none."""
    uses = [set(f.indices()) - set(fixed) for f in term.factors]
    found: list[Item] = []
    coef, gone, done = term.coef, set[Index](), set[int]()
    for own, numbers in partition(term.bound, uses):
        factors = [term.factors[k] for k in numbers]
        if len(own) < 3 or any(uses[k] != set(own) for k in numbers):
            continue
        if any(f.is_bracket for f in factors):
            continue
        count: Scalar = 1
        for i in own:
            count = mul(count, i.size)
        scales = [_scale(f) for f in factors]
        for f, scale in zip(factors, scales, strict=True):
            coef = mul(coef, power(scale, mul(-1, f.power)))
        reads = list(zip(factors, scales, strict=True))
        item, mean = _number(writer, reads, averaged=has_divisor(coef, count))
        if item is None:
            return None
        found.append(item)
        coef = mul(coef, count) if mean else coef
        gone |= set(own)
        done |= set(numbers)
    if not found:
        return None
    bound = tuple(b for b in term.bound if b not in gone)
    rest = tuple(f for k, f in enumerate(term.factors) if k not in done)
    return Term(coef, bound, rest), found


def _scale(f: Factor) -> Scalar:
    """What brings `3 x − Σ x / n` to `x − Σ x / (3 n)`, a difference from the mean."""
    if not isinstance(f.node, Sum) or len(f.node.terms) < 2 or not isinstance(f.power, int):
        return 1
    (lead, *_) = [abs(t.coef) for t in f.node.terms if not t.bound and is_number(t.coef)] or [1]
    return power(lead, -1)


def _number(
    writer: Reads, factors: list[tuple[Factor, Scalar]], *, averaged: bool
) -> tuple[Item | None, bool]:
    """The sum of all entries of a product, and whether it is their mean."""
    try:
        if len(factors) == 1:
            ((f, scale),) = factors
            read = [(*in_any_order(writer, f, scale), f.power)]
        else:
            read = [(*writer.read(f.node, f.pos, scale), f.power) for f, scale in factors]
    except Stuck:
        return None, False
    first = read[0][1]
    if any(free != first for _, free, _ in read):
        return None, False
    items = [Item(piece, exponent) for piece, _, exponent in read]
    if len(items) == 1 and items[0].power == 2:
        norm = squared_norm(items[0].piece)
        variance = statistics.variance(norm.piece) if averaged else None
        return (Item(variance), True) if variance is not None else (norm, False)
    whole = merged(items)
    name = "mean" if averaged else "sum"
    return Item(pieces.number(Apply(name, (whole.tree,)), whole.weight + 1)), averaged
