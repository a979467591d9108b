"""Sums that only join arrays: concatenate and stack.

Terms guarded by `[0 <= o - start < size]` whose ranges follow one another are a concatenation;
terms guarded by `[o = 0]`, `[o = 1]`, ... are a stack. Anything else is not a join (None).
"""

from __future__ import annotations

from symnn.calculus.brackets import inside
from symnn.core.index import Index, constant
from symnn.core.node import EQ, GE, Factor, Sum, Term
from symnn.core.scalars import Scalar, add, sub


def concatenation(node: Sum) -> tuple[int, list[Factor]] | None:
    """(axis, the reads in order) of a concatenation of whole arrays."""
    if len(node.terms) < 2:
        return None
    for axis in range(node.rank):
        found = [_piece(node, t, axis) for t in node.terms]
        if None not in found:
            ordered = _consecutive(found, axis, node.sizes[axis])  # type: ignore[arg-type]
            if ordered is not None:
                return axis, ordered
    return None


def _piece(node: Sum, term: Term, axis: int) -> tuple[Scalar, Factor] | None:
    reads = [f for f in term.factors if not f.is_bracket]
    if term.coef != 1 or term.bound or len(reads) != 1 or reads[0].power != 1:
        return None
    f = reads[0]
    if f.node.rank != node.rank or any(g.node is EQ for g in term.factors):
        return None
    p = f.pos[axis]
    others = all(
        q.bare is i and i.size == f.node.sizes[k]  # a smaller index reads a slice
        for k, (q, i) in enumerate(zip(f.pos, node.indices, strict=True))
        if k != axis
    )
    if not others or len(p.terms) != 1 or p.terms[0] != (node.indices[axis], 1):
        return None
    guards = {g.pos[0] for g in term.factors if g.node is GE}
    wanted = {g.pos[0] for g in inside(p, f.node.sizes[axis])}
    return (p.const, f) if guards == wanted else None


def _consecutive(
    found: list[tuple[Scalar, Factor]], axis: int, size: Scalar
) -> list[Factor] | None:
    ordered: list[Factor] = []
    start: Scalar = 0
    left = list(found)
    while left:
        here = [e for e in left if add(e[0], start) == 0]
        if len(here) != 1:
            return None
        left.remove(here[0])
        f = here[0][1]
        ordered.append(f)
        start = add(start, f.node.sizes[axis])
    return ordered if sub(start, size) == 0 else None


def stack(node: Sum) -> tuple[int, list[list[Term]]] | None:
    """(axis, terms of each layer without their bracket) of arrays side by side on a new axis."""
    for axis, index in enumerate(node.indices):
        if not isinstance(index.size, int) or index.size < 2:
            continue
        layers: dict[int, list[Term]] = {}
        for t in node.terms:
            place = _layer(t, index)
            if place is None:
                break
            layers.setdefault(place, []).append(_without(t, index, place))
        else:
            if sorted(layers) == list(range(index.size)):
                return axis, [layers[k] for k in range(index.size)]
    return None


def _layer(term: Term, index: Index) -> int | None:
    """The number k of a bracket [index = k] of the term."""
    for f in term.factors:
        p = f.pos[0] if f.node is EQ else None
        if p is not None and len(p.terms) == 1 and p.terms[0][0] is index:
            value = -p.const * p.terms[0][1] if p.terms[0][1] in (1, -1) else None  # type: ignore[operator]
            if isinstance(value, int) and 0 <= value < index.size:  # type: ignore[operator]
                return value
    return None


def _without(term: Term, index: Index, place: int) -> Term:
    mapping = {index: constant(place)}
    kept = []
    for f in term.factors:
        made = Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power)
        if not (made.node is EQ and not made.pos[0].terms and made.pos[0].const == 0):
            kept.append(made)
    return Term(term.coef, term.bound, tuple(kept))
