"""The index graph of one term, reduced to one matrix expression.

Vertices are indices, edges factors of two indices, labels factors of one. A bound vertex without
edges is an inner product, with one edge a matrix times a vector, with two a matrix product (its
label a diagonal between them); edges side by side are a Hadamard product; a closed pair is a sum, a
trace or a norm. What is not series-parallel raises `Stuck`, and the caller writes it otherwise.

Law: the value of the term, at any sizes. Each vertex is removed once, so the work is linear.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.core.index import Index
from symnn.core.scalars import Scalar, mul
from symnn.notation import pieces, statistics
from symnn.notation.assembly import TermForm
from symnn.notation.items import (
    Item,
    contracted,
    has_divisor,
    merged,
    pair,
    squared_norm,
    with_labels,
)
from symnn.notation.pieces import Piece
from symnn.notation.tree import Apply, Norm


class Stuck(Exception):  # noqa: N818  control flow, never seen by a user
    """No matrix notation for this expression; the caller chooses another form."""


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
    wholes: list[Item] = field(default_factory=list)
    closed: set[Index] = field(default_factory=set)

    def add(self, piece: Piece, indices: tuple[Index, ...], power: Scalar = 1) -> None:
        """Put in a factor over its indices."""
        if not indices:
            self.scalars.append(Item(piece, power))
        elif indices == self.target and len(indices) > 2:
            self.wholes.append(Item(piece, power))
        elif len(indices) == 1:
            self.labels.setdefault(indices[0], []).append(Item(piece, power))
        elif len(indices) > 2:
            raise Stuck
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
        """Leaves with a label first, then leaves, then the inside of a chain, at a parameter."""
        best, best_key = None, (9, 9, 9)
        for vertex in left:
            degree = len(self._neighbours(vertex))
            key = (max(degree, 1), vertex not in self.labels, not self._by_parameter(vertex))
            if degree <= 2 and key < best_key:
                best, best_key = vertex, key
        if best is None:
            raise Stuck
        return best

    def _by_parameter(self, vertex: Index) -> bool:
        return any(
            i.piece.parameter for e, items in self.edges.items() if vertex in e for i in items
        )

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
        averaged = has_divisor(self.coef, mul(a.size, b.size))
        if len(items) == 1 and items[0].power == 2:
            norm = squared_norm(items[0].piece)
            variance = statistics.variance(norm.piece) if averaged else None
            if variance is not None:
                self.coef, norm = mul(self.coef, mul(a.size, b.size)), Item(variance)
            self.scalars.append(norm)
        elif len(items) == 2 and all(i.power == 1 for i in items) and not averaged:
            self.scalars.append(Item(pair(items[0].piece, items[1].piece)))
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
        if name == "sum" and arg.rank == 1 and isinstance(arg.tree, Apply) and arg.tree.fn == "abs":
            self.scalars.append(Item(pieces.number(Norm(arg.tree.args[0], "1"), arg.weight)))
            return
        self.scalars.append(Item(pieces.number(Apply(name, (arg.tree,)), arg.weight + 1)))

    # -- the end ---------------------------------------------------------------------------------

    def _core(self) -> Piece | None:
        if not self.target:
            return None
        if len(self.target) > 2:
            if not self.wholes:
                return pieces.ones_tensor([i.size for i in self.target])
            return merged(self.wholes)
        if len(self.target) == 1:
            (row,) = self.target
            return merged(self.labels.get(row, []), row.size)
        row, column = self.target
        above, beside = self.labels.get(row, []), self.labels.get(column, [])
        if self.diagonal:
            return self._diagonal(row, column, above)
        if (row, column) in self.edges or (column, row) in self.edges:
            return with_labels(self._take(row, column), above, beside, row, column)
        return pieces.outer(merged(above, row.size), merged(beside, column.size))

    @staticmethod
    def _diagonal(row: Index, column: Index, items: list[Item]) -> Piece:
        if row.size != column.size:
            raise Stuck  # 1 at the places (i, i) of a matrix that is not square has no name
        return pieces.diagonal_matrix(merged(items)) if items else pieces.identity(row.size)
