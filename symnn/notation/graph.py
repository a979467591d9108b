"""The index graph of one term, reduced to one matrix expression.

Vertices are indices, edges factors of two indices, labels factors of one. A bound vertex without
edges is an inner product, with one edge a matrix times a vector, with two a matrix product (its
label a diagonal between them); edges side by side are a Hadamard product; a closed pair is a sum, a
trace or a norm. What is not series-parallel raises `Stuck`, and the caller writes it otherwise.

Law: the value of the term, at any sizes. Each vertex is removed once, so the work is linear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import sympy as sp

from symnn.core.index import Index
from symnn.core.scalars import Scalar, is_number, mul, neg
from symnn.core.sizes import sign
from symnn.notation import pieces, statistics
from symnn.notation.pieces import Piece
from symnn.notation.scalars import scalar_tree
from symnn.notation.tree import Apply, Norm, Num, Pow


class Stuck(Exception):  # noqa: N818  control flow, never seen by a user
    """No matrix notation for this expression; the caller chooses another form."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece to a power, as a label or an edge."""

    piece: Piece
    power: Scalar = 1


@dataclass(slots=True)
class TermForm:
    """One term of a sum: coefficient, scalar pieces above and below, the array (None: number)."""

    coef: Scalar
    above: list[Item]
    core: Piece | None


@dataclass(slots=True)
class Graph:
    """The state of a reduction; edges are oriented from the first index of their key."""

    target: tuple[Index, ...]
    bound: list[Index]
    coef: Scalar = 1
    labels: dict[Index, list[Item]] = field(default_factory=dict)
    edges: dict[tuple[Index, Index], list[Item]] = field(default_factory=dict)
    scalars: list[Item] = field(default_factory=list)
    diagonal: bool = False
    closed: set[Index] = field(default_factory=set)

    def add(self, piece: Piece, indices: tuple[Index, ...], power: Scalar = 1) -> None:
        """Put in a factor over its indices."""
        if not indices:
            self.scalars.append(Item(piece, power))
        elif len(indices) == 1:
            self.labels.setdefault(indices[0], []).append(Item(piece, power))
        else:
            a, b = indices
            if (b, a) in self.edges:
                a, b, piece = b, a, piece.flipped()
            self.edges.setdefault((a, b), []).append(Item(piece, power))

    def reduced(self) -> TermForm:
        """Remove all bound indices and write what is left over the target."""
        left = list(self.bound)
        while left:
            vertex = self._next(left)
            self._remove(vertex)
            self.closed.add(vertex)
            left = [v for v in left if v not in self.closed]
        return TermForm(self.coef, self.scalars, self._core())

    # -- one vertex ------------------------------------------------------------------------------

    def _neighbours(self, vertex: Index) -> list[Index]:
        return [b if a is vertex else a for a, b in self.edges if vertex in (a, b)]

    def _next(self, left: list[Index]) -> Index:
        """Leaves with a label first, then leaves, then the inside of a chain."""
        best, best_key = None, (9, 9)
        for vertex in left:
            degree = len(self._neighbours(vertex))
            key = (max(degree, 1), 0 if vertex in self.labels else 1)
            if degree <= 2 and key < best_key:
                best, best_key = vertex, key
        if best is None:
            raise Stuck
        return best

    def _remove(self, vertex: Index) -> None:
        around = self._neighbours(vertex)
        if not around:
            self._close(vertex)
        elif len(around) == 1:
            (other,) = around
            closed = other in self.bound and self._neighbours(other) == [vertex]
            if closed and not self.labels.get(vertex) and not self.labels.get(other):
                self._close_pair(other, vertex)
                self.closed.add(other)
            else:
                self._fold_leaf(other, vertex)
        else:
            self._series(around[0], vertex, around[1])

    def _fold_leaf(self, other: Index, vertex: Index) -> None:
        """A matrix times the vector on its leaf; the mean or variance of rows by name."""
        edge = self._take(other, vertex)
        labels = self.labels.pop(vertex, [])
        piece = None
        if not labels and has_divisor(self.coef, vertex.size):
            piece = statistics.of_rows(edge)
        if piece is None:
            piece = pieces.product(edge, merged(labels, vertex.size))
        else:
            self.coef = mul(self.coef, vertex.size)
        self.labels.setdefault(other, []).append(Item(piece))

    def _take(self, a: Index, b: Index) -> Piece:
        """Remove the edge between two vertices; the matrix with rows a and columns b."""
        if (a, b) in self.edges:
            return merged(self.edges.pop((a, b)))
        items = self.edges.pop((b, a))
        return merged([Item(i.piece.flipped(), i.power) for i in items])

    def _series(self, a: Index, vertex: Index, b: Index) -> None:
        left, right = self._take(a, vertex), self._take(vertex, b)
        if self.labels.get(vertex):
            label = merged(self.labels.pop(vertex))
            left = pieces.product(left, pieces.diagonal_matrix(label))
        self.add(pieces.product(left, right), (a, b))

    def _close(self, vertex: Index) -> None:
        items = self.labels.pop(vertex, [])
        if not items:
            self.coef = mul(self.coef, vertex.size)
            return
        if len(items) == 1 and items[0].power == 1:
            self._sum(items[0].piece, [vertex.size])
            return
        norm = contracted(items)
        variance = statistics.variance(norm.piece)
        if variance is not None and has_divisor(self.coef, vertex.size):
            self.coef, norm = mul(self.coef, vertex.size), Item(variance)
        self.scalars.append(norm)

    def _close_pair(self, a: Index, b: Index) -> None:
        items = self.edges.pop((a, b), None)
        if items is None:
            items = self.edges.pop((b, a))
        if len(items) == 1 and items[0].power == 2:
            self.scalars.append(squared_norm(items[0].piece))
        elif len(items) == 2 and all(i.power == 1 for i in items):
            self.scalars.append(Item(_pair(items[0].piece, items[1].piece)))
        else:
            self._sum(merged(items), [a.size, b.size])

    def _sum(self, piece: Piece, sizes: list[Scalar]) -> None:
        """A lone factor: its sum, its trace, or its mean where the coefficient says so."""
        count: Scalar = 1
        for size in sizes:
            count = mul(count, size)
        name, arg = "sum", piece
        if piece.diagonal_of is not None:
            name, arg = "tr", piece.diagonal_of
        elif has_divisor(self.coef, count):
            name, self.coef = "mean", mul(self.coef, count)
        if arg.turned_weight < arg.weight:
            arg = arg.flipped()
        self.scalars.append(Item(pieces.number(Apply(name, (arg.tree,)), arg.weight + 1)))

    # -- the end ---------------------------------------------------------------------------------

    def _core(self) -> Piece | None:
        if not self.target:
            return None
        if len(self.target) == 1:
            (row,) = self.target
            return merged(self.labels.get(row, []), row.size)
        row, column = self.target
        above, beside = self.labels.get(row, []), self.labels.get(column, [])
        if self.diagonal:
            return self._diagonal(row, above)
        if (row, column) in self.edges or (column, row) in self.edges:
            return _with_labels(self._take(row, column), above, beside, row, column)
        return pieces.outer(merged(above, row.size), merged(beside, column.size))

    def _diagonal(self, row: Index, items: list[Item]) -> Piece:
        return pieces.diagonal_matrix(merged(items)) if items else pieces.identity(row.size)


def powered(item: Item) -> Piece:
    """An item with a positive power as one piece."""
    if item.power == 1:
        return item.piece
    norm = item.piece.tree
    if isinstance(norm, Norm) and norm.squared:
        return _norm_power(norm, item.piece, mul(item.power, 2))
    root = item.power == Fraction(1, 2)
    squared = item.power == 2
    return pieces.raised(item.piece, scalar_tree(item.power), squared=squared, root=root)


def _norm_power(norm: Norm, piece: Piece, power: Scalar) -> Piece:
    if power == 2:
        return piece
    plain = pieces.number(Norm(norm.arg, norm.kind), piece.weight - 1)
    if power == 1:
        return plain
    return pieces.number(Pow(plain.tree, scalar_tree(power)), plain.weight + 2)


def merged(items: Sequence[Item], size: Scalar | None = None) -> Piece:
    """Items on one index or pair as one piece: their Hadamard product and quotient."""
    above = [powered(i) for i in items if not _is_below(i.power)]
    below = [powered(Item(i.piece, neg(i.power))) for i in items if _is_below(i.power)]
    if not above and not below:
        assert size is not None
        return pieces.ones(size)
    if not below:
        return pieces.entrywise(above)
    unit = replace(pieces.number(Num(1)), literal=True)
    top = pieces.entrywise(above) if above else unit
    return pieces.divided(top, pieces.entrywise(below))


def _is_below(power: Scalar) -> bool:
    return sign(power) == -1 or (not is_number(power) and bool(power.could_extract_minus_sign()))


def squared_norm(piece: Piece) -> Item:
    """The sum of squares of all entries."""
    if piece.turned_weight < piece.weight and piece.rank == 2:
        piece = piece.flipped()
    kind = "F" if piece.rank == 2 else "2"
    return Item(pieces.number(Norm(piece.tree, kind, squared=True), piece.weight + 2))


def contracted(items: Sequence[Item]) -> Item:
    """The sum over the one index of a product of labels."""
    if len(items) == 1 and items[0].power == 2:
        return squared_norm(items[0].piece)
    above = [i for i in items if not _is_below(i.power)]
    below = [i for i in items if _is_below(i.power)]
    if len(above) < 2:
        inside = merged(items)
        return Item(pieces.number(Apply("sum", (inside.tree,)), inside.weight + 1))
    best: Piece | None = None
    for k, first in enumerate(above):
        rest = [*above[:k], *above[k + 1 :], *below]
        trial = pieces.inner(powered(first), merged(rest))
        if best is None or trial.weight < best.weight:
            best = trial
    assert best is not None
    return Item(best)


def _pair(left: Piece, right: Piece) -> Piece:
    """`sum_ij A_ij B_ij`: a sum of products, or the trace of a product."""
    wise = pieces.entrywise([left, right])
    turned = wise.flipped()
    wise = turned if turned.weight < wise.weight else wise
    best = pieces.number(Apply("sum", (wise.tree,)), wise.weight + 1)
    for a, b in ((left.flipped(), right), (left, right.flipped())):
        for first, second in ((a, b), (b, a)):
            whole = pieces.product(first, second)
            if whole.weight + 1 < best.weight:
                best = pieces.number(Apply("tr", (whole.tree,)), whole.weight + 1)
    return best


def _with_labels(
    edge: Piece, above: list[Item], beside: list[Item], row: Index, column: Index
) -> Piece:
    """A matrix with its rows and columns scaled: diagonal factors, or ⊙ and ⊘ with `a bᵀ`."""
    if not above and not beside:
        return edge
    divides = any(_is_below(i.power) for i in (*above, *beside))
    diagonals = _by_diagonals(edge, above, beside)
    spread = _by_outer(edge, above, beside, row, column)
    return spread if spread.weight < diagonals.weight + divides else diagonals


def _by_outer(
    edge: Piece, above: list[Item], beside: list[Item], row: Index, column: Index
) -> Piece:
    both = []
    for down in (False, True):
        rows = [_positive(i) for i in above if _is_below(i.power) is down]
        columns = [_positive(i) for i in beside if _is_below(i.power) is down]
        both.append((rows, columns))
    result = edge
    if any(both[0]):
        factor = pieces.outer(merged(both[0][0], row.size), merged(both[0][1], column.size))
        result = pieces.entrywise([result, factor])
    if any(both[1]):
        factor = pieces.outer(merged(both[1][0], row.size), merged(both[1][1], column.size))
        result = pieces.divided(result, factor)
    return result


def _positive(item: Item) -> Item:
    return Item(item.piece, neg(item.power)) if _is_below(item.power) else item


def _by_diagonals(edge: Piece, above: list[Item], beside: list[Item]) -> Piece:
    result = edge
    if above:
        result = pieces.product(pieces.diagonal_matrix(merged(above)), result)
    if beside:
        result = pieces.product(result, pieces.diagonal_matrix(merged(beside)))
    return result


def has_divisor(coef: Scalar, count: Scalar) -> bool:
    """Whether the coefficient is written with `1 / count`."""
    if is_number(count):
        one = Fraction(1, int(count))  # type: ignore[arg-type]
        return is_number(coef) and count != 1 and abs(coef) == one
    if is_number(coef):
        return False
    powers = dict(a.as_base_exp() for a in sp.Mul.make_args(coef))
    parts = [a.as_base_exp() for a in sp.Mul.make_args(count)]
    return all(powers.get(base, sp.S.Zero) + exponent <= 0 for base, exponent in parts)
