"""Sums that only join arrays: concatenate and stack.

Terms guarded by `[0 <= o - start < size]` whose ranges follow one another are a concatenation;
terms guarded by `[o = 0]`, `[o = 1]`, ... are a stack; an array read one place earlier with
something at `[o = 0]` is joined to it. Anything else is not a join (None).
"""

from __future__ import annotations

from symnn.calculus.brackets import inside
from symnn.core.index import Affine, Index, combine, constant, difference
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


def beside(node: Sum) -> tuple[Index, bool, Factor, list[Term]] | None:
    """(index, early, read, terms at the end) of an array read one place earlier or later.

    What stands at the end that this leaves free has the bracket [o = 0] or [o = size - 1].
    """
    for axis, index in enumerate(node.indices):
        last = sub(index.size, 1)
        for early in (True, False):
            end = constant(0) if early else constant(last)
            rest = [t for t in node.terms if _has_end(t, index, end)]
            others = [t for t in node.terms if t not in rest]
            read = _beside(node, others[0], axis, early) if len(others) == 1 else None
            if rest and read is not None:
                return index, early, read, [_at_end(t, index, end) for t in rest]
    return None


def _has_end(term: Term, index: Index, end: Affine) -> bool:
    places = (difference(index.pos, end), difference(end, index.pos))
    return any(f.node is EQ and f.pos[0] in places for f in term.factors)


def _at_end(term: Term, index: Index, end: Affine) -> Term:
    """The term without its bracket, where it holds."""
    places = (difference(index.pos, end), difference(end, index.pos))
    kept = [f for f in term.factors if f.node is not EQ or f.pos[0] not in places]
    mapping = {index: end}
    moved = (Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power) for f in kept)
    return Term(term.coef, term.bound, tuple(moved))


def _beside(node: Sum, term: Term, axis: int, early: bool) -> Factor | None:
    """The read of the term, if it is whole but for one place along the axis."""
    reads = [f for f in term.factors if not f.is_bracket]
    if term.coef != 1 or term.bound or len(reads) != 1 or len(term.factors) != 2:
        return None
    f, index = reads[0], node.indices[axis]
    moved = combine(index.pos, constant(-1 if early else 1))
    wanted = {i.pos: i.size for i in node.indices if i is not index} | {moved: index.size}
    whole = dict(zip(f.pos, f.node.sizes, strict=True)) == wanted and f.node.rank == node.rank
    return (
        f
        if f.power == 1 and whole and set(inside(moved, index.size)) <= set(term.factors)
        else None
    )


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
