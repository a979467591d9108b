"""Kronecker products: a tensor whose factors each own one (row, column) pair.

A Jacobian has its output axes first. With row-major vec its matrix is `A ⊗ B`: A owns the first
pair of axes and B the second; an axis without partner gives a row or a column, so that
`[i = k] x_l` is `I ⊗ xᵀ`. A factor that owns a row and the other column is put right by a
commutation matrix: d(XᵀX) is `(I + K) (Xᵀ ⊗ I)`. Law: the tensor, reshaped to (rows, columns), is
the matrix. Columns first: give rows and columns in reverse order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symnn.calculus.normal import substitute_factor
from symnn.core.index import Index
from symnn.core.node import Factor, Term
from symnn.core.scalars import is_negative, mul, power
from symnn.notation import combine, pieces
from symnn.notation.commutation import Commutation
from symnn.notation.deltas import equates
from symnn.notation.graph import Stuck
from symnn.notation.measure import length
from symnn.notation.pieces import Piece
from symnn.notation.scalars import Split, size_tree, split_scalar
from symnn.notation.sums import content, partition
from symnn.notation.tree import Add, Apply, Identity, Kron, Mul, Neg, Tree
from symnn.notation.writer import MatrixWriter

Pair = tuple[Index, ...]


def kronecker_tree(
    writer: MatrixWriter, terms: Sequence[Term], rows: Sequence[Index], columns: Sequence[Index],
    *, turned: bool = False,
) -> Tree | None:  # fmt: skip
    """The matrix over (rows, columns) as a sum of Kronecker products, or None.

    Args:
        writer: writes the factors.
        terms: terms over the indices, in normal form.
        rows: the output's axes.
        columns: the axes of what is differentiated in.
        turned: whether the axes are given last first, since vec goes column by column.
    """
    for pairs in _pairings(list(rows), list(columns)):
        try:
            return _sum(writer, terms, pairs, set(rows))
        except Stuck:
            continue
    whole = _entrywise(writer, terms, tuple(rows), tuple(columns), turned=turned)
    if whole is not None:
        return whole
    try:
        return _mixed_sum(writer, terms, tuple(rows), tuple(columns))
    except Stuck:
        return None


def _entrywise(
    writer: MatrixWriter, terms: Sequence[Term], rows: Pair, columns: Pair, *, turned: bool
) -> Tree | None:
    """`diag(vec(M))`: each entry of the output reads the same entry only; M as it is, not Mᵀ."""
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
        matrix = writer.sum_piece(tuple(inside), rows[::-1] if turned else rows)
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
    whole, scalar = _product(writer, term, pairs, rows)
    return split.negative, _scaled(whole, scalar, split)


def _scaled(whole: Piece, scalar: Piece | None, split: Split) -> Piece:
    if scalar is not None:
        whole = combine.scalar_times(scalar, whole)
    return combine.scaled(whole, split)


def _product(
    writer: MatrixWriter, term: Term, pairs: Sequence[Pair], rows: set[Index]
) -> tuple[Piece, Piece | None]:
    """`A ⊗ B` of a term without its coefficient, and the number in front, if any."""
    shares = _shares(term, pairs)
    parts = []
    for pair, (bound, factors) in zip(pairs, shares[1:], strict=True):
        piece = writer.sum_piece((Term(1, bound, factors),), pair)
        parts.append(piece if pair[0] in rows else piece.flipped())
    tree = Kron(tuple(p.tree for p in parts))
    weight = sum(p.weight for p in parts) + len(parts) - 1
    whole = replace(pieces.number(tree, weight), rank=2, kind=pieces.PRODUCT)
    bound, factors = shares[0]
    scalar = writer.sum_piece((Term(1, bound, factors),), ()) if factors or bound else None
    return whole, scalar


@dataclass(frozen=True, slots=True)
class _Share:
    """One term of a sum: its sign, `A ⊗ B`, the number in front, the coefficient."""

    negative: bool
    whole: Piece
    scalar: Piece | None
    split: Split

    def same(self, other: _Share) -> bool:
        """Whether two are equal but for the sign."""
        numbers = [(x.scalar and x.scalar.tree) for x in (self, other)]
        coefs = [(x.split.number, x.split.above, x.split.below) for x in (self, other)]
        return (
            self.whole.tree == other.whole.tree
            and numbers[0] == numbers[1]
            and coefs[0] == coefs[1]
        )

    def signed(self, whole: Piece) -> tuple[bool, Piece]:
        """The term with another product in its place."""
        return self.negative, _scaled(whole, self.scalar, self.split)


def _mixed_sum(writer: MatrixWriter, terms: Sequence[Term], rows: Pair, columns: Pair) -> Tree:
    """Each term by a pairing of its own: `v ⊗ I + W ⊗ x`, `(I + K) (A ⊗ B)`."""
    straight: list[_Share] = []
    crossed: list[_Share] = []
    common = content([term.coef for term in terms])
    for term in terms:
        split = split_scalar(mul(term.coef, power(common, -1)))
        try:
            product = _paired(writer, term, _pairings(list(rows), list(columns)), rows)
            straight.append(_Share(split.negative, *product, split))
        except Stuck:
            product = _paired(writer, term, _crossings(rows, columns), rows)
            crossed.append(_Share(split.negative, *product, split))
    signed = []
    for share in crossed:
        twin = next((x for x in straight if x.same(share)), None)
        swap: Tree = Commutation(size_tree(rows[1].size), size_tree(rows[0].size))
        if twin is not None:
            straight.remove(twin)
            one = Identity(size_tree(mul(rows[0].size, rows[1].size)))
            swap = Add((one, swap if share.negative == twin.negative else Neg(swap)))
        signed.append((twin or share).signed(_left(swap, share.whole)))
    signed = [*(x.signed(x.whole) for x in straight), *signed]
    total = combine.scaled(combine.added(signed), split_scalar(common))
    return (combine.negated(total) if is_negative(common) else total).tree


def _crossings(rows: Pair, columns: Pair) -> Iterator[list[Pair]]:
    """The second row with the first column, the first with the second."""
    if len(rows) == len(columns) == 2:
        yield [(rows[1], columns[0]), (rows[0], columns[1])]


def _paired(
    writer: MatrixWriter, term: Term, pairings: Iterable[Sequence[Pair]], rows: Pair
) -> tuple[Piece, Piece | None]:
    """The first pairing that a term fits.

    Raises:
        Stuck: none.
    """
    for pairs in pairings:
        try:
            return _product(writer, term, pairs, set(rows))
        except Stuck:
            continue
    raise Stuck


def _left(left: Tree, whole: Piece) -> Piece:
    """`left (A ⊗ B)`; of two identities, left alone."""
    assert isinstance(whole.tree, Kron)
    added = length(left) + 1
    if all(isinstance(f, Identity) for f in whole.tree.factors):
        return replace(whole, tree=left, turned=left, weight=added - 1, turned_weight=added - 1)
    tree = Mul((left, whole.tree))
    weight = whole.weight + added
    return replace(whole, tree=tree, turned=tree, weight=weight, turned_weight=weight)


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
