"""Kronecker products: a tensor whose factors each own one (row, column) pair.

A Jacobian has its output axes first. With row-major vec its matrix is `A ⊗ B`: A owns the first
pair of axes and B the second; an axis without partner gives a row or a column, so that
`[i = k] x_l` is `I ⊗ xᵀ`. Law: the tensor, reshaped to (rows, columns), is the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symnn.calculus.normal import substitute_factor
from symnn.core.index import Index
from symnn.core.node import Factor, Term
from symnn.core.scalars import is_negative, mul, power
from symnn.notation import combine, pieces
from symnn.notation.deltas import equates
from symnn.notation.graph import Stuck
from symnn.notation.pieces import Piece
from symnn.notation.scalars import split_scalar
from symnn.notation.sums import content, partition
from symnn.notation.tree import Apply, Kron, Tree
from symnn.notation.writer import MatrixWriter

Pair = tuple[Index, ...]


def kronecker_tree(
    writer: MatrixWriter, terms: Sequence[Term], rows: Sequence[Index], columns: Sequence[Index]
) -> Tree | None:
    """The matrix over (rows, columns) as a sum of Kronecker products, or None.

    Args:
        writer: writes the factors.
        terms: terms over the indices, in normal form.
        rows: the output's axes.
        columns: the axes of what is differentiated in.
    """
    for pairs in _pairings(list(rows), list(columns)):
        try:
            return _sum(writer, terms, pairs, set(rows))
        except Stuck:
            continue
    return _entrywise(writer, terms, tuple(rows), tuple(columns))


def _entrywise(
    writer: MatrixWriter, terms: Sequence[Term], rows: Pair, columns: Pair
) -> Tree | None:
    """`diag(vec(M))`: each entry of the output reads the same entry only."""
    if len(rows) != len(columns) or len(rows) != 2:
        return None
    mapping = {c: r.pos for r, c in zip(rows, columns, strict=True)}
    inside = []
    for term in terms:
        rest = list(term.factors)
        for r, c in zip(rows, columns, strict=True):
            bracket = next((f for f in rest if equates(f, r, c)), None)
            if bracket is None:
                return None
            rest.remove(bracket)
        moved = tuple(substitute_factor(f, mapping) for f in rest)
        inside.append(Term(term.coef, term.bound, moved))
    lone = inside[0].coef if len(inside) == 1 else 1
    inside = [term.scaled(1) for term in inside] if lone != 1 else inside
    try:
        matrix = writer.sum_piece(tuple(inside), rows)
    except Stuck:
        return None
    whole = pieces.whole(Apply("diag", (Apply("vec", (matrix.tree,)),)), matrix.weight + 2, 2)
    whole = combine.scaled(whole, split_scalar(lone))
    return combine.negated(whole).tree if is_negative(lone) else whole.tree


def _pairings(rows: list[Index], columns: list[Index]) -> Iterator[list[Pair]]:
    """Ways to pair rows with columns in order, the axes left over alone."""
    if not rows or not columns:
        yield [(i,) for i in rows or columns]
        return
    for rest in _pairings(rows[1:], columns[1:]):
        yield [(rows[0], columns[0]), *rest]
    if len(rows) > len(columns):
        for rest in _pairings(rows[1:], columns):
            yield [(rows[0],), *rest]
    elif len(columns) > len(rows):
        for rest in _pairings(rows, columns[1:]):
            yield [(columns[0],), *rest]


def _sum(
    writer: MatrixWriter, terms: Sequence[Term], pairs: Sequence[Pair], rows: set[Index]
) -> Tree:
    common = content([term.coef for term in terms]) if len(terms) > 1 else 1
    inverse = power(common, -1)
    signed = [_term(writer, term, pairs, rows, mul(term.coef, inverse)) for term in terms]
    total = combine.added(signed)
    if common != 1:
        total = combine.scaled(total, split_scalar(common))
        total = combine.negated(total) if is_negative(common) else total
    return total.tree


def _term(
    writer: MatrixWriter, term: Term, pairs: Sequence[Pair], rows: set[Index], coef: object
) -> tuple[bool, Piece]:
    split = split_scalar(coef)  # type: ignore[arg-type]
    shares = _shares(term, pairs)
    parts = []
    for pair, (bound, factors) in zip(pairs, shares[1:], strict=True):
        piece = writer.sum_piece((Term(1, bound, factors),), pair)
        parts.append(piece if pair[0] in rows else piece.flipped())
    tree = Kron(tuple(p.tree for p in parts))
    weight = sum(p.weight for p in parts) + len(parts) - 1
    whole = replace(pieces.number(tree, weight), rank=2, kind=pieces.PRODUCT)
    bound, factors = shares[0]
    if factors or bound:
        scalar = writer.sum_piece((Term(1, bound, factors),), ())
        whole = combine.scalar_times(scalar, whole)
    return split.negative, combine.scaled(whole, split)


def _shares(
    term: Term, pairs: Sequence[Pair]
) -> list[tuple[tuple[Index, ...], tuple[Factor, ...]]]:
    """The bound indices and factors of no pair, then of each pair.

    Raises:
        Stuck: a component of the term reads more than one pair.
    """
    uses = [set(f.indices()) for f in term.factors]
    owner = {i: k + 1 for k, pair in enumerate(pairs) for i in pair}
    shares: list[tuple[list[Index], list[Factor]]] = [([], []) for _ in range(len(pairs) + 1)]
    groups = partition(term.bound, uses)
    inside = {k for _, numbers in groups for k in numbers}
    groups += [([], [k]) for k in range(len(uses)) if k not in inside]
    for indices, numbers in groups:
        free = {owner[i] for k in numbers for i in uses[k] if i in owner}
        if len(free) > 1:
            raise Stuck
        where = free.pop() if free else 0
        shares[where][0].extend(indices)
        shares[where][1].extend(term.factors[k] for k in numbers)
    return [(tuple(b), tuple(f)) for b, f in shares]
