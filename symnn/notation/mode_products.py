"""Where a term is a product of tensors by mode: `G ×₁ A ×₂ B`, `R_(1) (G ×₂ B)_(1)ᵀ`.

Three shapes are known, each of matrices that join an axis of a tensor with something else: with an
axis of the result (the mode product, of two modes or more), with an axis of a second tensor (the
gradient of a Tucker factor, a product of two unfoldings), with one column index of all (the
gradient of a CP factor, an unfolding times a Khatri-Rao product). Law: what is returned has the
value of the term; None leaves it to other forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Protocol

from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import Scalar
from symnn.notation import pieces
from symnn.notation.graph import Graph, Stuck
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.pieces import Piece
from symnn.notation.terms import balanced, opened
from symnn.notation.tree import Tree

Free = tuple[Index, ...]
Matrix = tuple[Factor, Scalar, Free]
Way = tuple[Index, Factor, Scalar]
Ways = dict[Index, Way]
MOST_AXES = 4  # of a sum whose order of axes is searched


class Reads(Protocol):
    """What is needed of the writer of matrix expressions."""

    fixed: dict[Index, Tree]

    def read(
        self, node: Node, pos: tuple[Affine, ...], scale: Scalar = 1
    ) -> tuple[Piece, tuple[Index, ...]]:
        """A read as a piece over its free indices."""

    def sum_piece(self, terms: tuple[Term, ...], target: tuple[Index, ...]) -> Piece:
        """A sum of terms over the target."""


@dataclass(slots=True)
class Parts:
    """The factors of a term: tensors and matrices over their indices, and numbers."""

    tensors: list[tuple[Piece, Free]]
    matrices: list[Matrix]
    numbers: list[tuple[Factor, Scalar]]


def mode_graph(writer: Reads, term: Term, target: Free) -> Graph | None:
    """The product by mode that a term is, times its numbers."""
    if len(target) < 2 or len(term.factors) < 3 or writer.fixed:
        return None
    coef, scaled = balanced(term)
    parts = _parts(writer, scaled)
    if parts is None:
        return None
    found = _product(writer, parts, target) or _columns(writer, parts, target)
    found = found or _unfoldings(writer, parts, target)
    if found is None:
        return None
    graph = Graph(target, [], coef)
    graph.add(found, target)
    for f, scale in parts.numbers:
        graph.add(*writer.read(f.node, f.pos, scale), f.power)
    return graph


def _parts(writer: Reads, factors: Sequence[tuple[Factor, Scalar]]) -> Parts | None:
    """The factors by their number of axes, where every axis is an index of its own."""
    parts = Parts([], [], [])
    wide = []
    for f, scale in factors:
        axes = tuple(p.bare for p in f.pos if p.bare is not None)
        if f.is_bracket or len(set(axes)) < len(f.pos):
            return None
        if not axes:
            parts.numbers.append((f, scale))
        elif len(axes) == 1 or f.power != 1:
            return None
        elif len(axes) == 2:
            parts.matrices.append((f, scale, axes))
        else:
            wide.append((f, scale))
    if len(wide) not in (1, 2) or not parts.matrices:
        return None
    parts.tensors = [in_any_order(writer, f, scale) for f, scale in wide]
    return parts


def in_any_order(writer: Reads, f: Factor, scale: Scalar) -> tuple[Piece, Free]:
    """A tensor, and the order of its axes: of a sum, one in which all its terms are written."""
    with suppress(Stuck):
        return writer.read(f.node, f.pos, scale)
    axes = tuple(p.bare for p in f.pos if p.bare is not None)
    if not isinstance(f.node, Sum) or not len(set(axes)) == len(f.pos) <= MOST_AXES:
        raise Stuck
    for order in permutations(axes):
        with suppress(Stuck):
            return writer.sum_piece(opened(f.node, f.pos, scale), order), order
    raise Stuck


def _product(writer: Reads, parts: Parts, target: Free) -> Piece | None:
    """`G ×₁ A ×₂ B`, where each matrix takes an axis of G to one of the target."""
    if len(parts.tensors) != 1 or len(parts.matrices) < 2:
        return None
    ((base, axes),) = parts.tensors
    ways = _ways(parts.matrices, axes)
    if ways is None or tuple(ways[i][0] if i in ways else i for i in axes) != target:
        return None
    return _times(writer, base, axes, ways)


def _columns(writer: Reads, parts: Parts, target: Free) -> Piece | None:
    """`R_(1) (C ⋄ B)`: every other axis of R is joined with a matrix of the same columns."""
    if len(parts.tensors) != 1 or len(target) != 2:
        return None
    ((base, axes),) = parts.tensors
    row = next((i for i in target if i in axes), None)
    ways = _ways(parts.matrices, axes)
    if row is None or ways is None:
        return None
    column = target[0] if target[1] is row else target[1]
    if ways.keys() != set(axes) - {row} or any(end is not column for end, *_ in ways.values()):
        return None
    order = [i for i in reversed(axes) if i is not row]
    read = [_matrix(writer, ways[i], i, rows=True) for i in order]
    weight = sum(p.weight for p in read) + len(read) - 1
    joined = pieces.whole(KhatriRao(tuple(p.tree for p in read)), weight, 2)
    whole = pieces.product(_unfolding(base, axes.index(row)), joined)
    return whole if target[0] is row else whole.flipped()


def _unfoldings(writer: Reads, parts: Parts, target: Free) -> Piece | None:
    """`R_(1) (G ×₂ B)_(1)ᵀ`: two tensors joined on all axes but one, the target's."""
    if len(parts.tensors) != 2 or len(target) != 2:
        return None
    both = parts.tensors if target[0] in parts.tensors[0][1] else parts.tensors[::-1]
    found = [_joined(writer, both, parts.matrices, target)]
    turned = _joined(writer, both[::-1], parts.matrices, target[::-1])
    found.append(turned and turned.flipped())
    return min((p for p in found if p is not None), key=lambda p: p.weight, default=None)


def _joined(
    writer: Reads, both: Sequence[tuple[Piece, Free]], matrices: list[Matrix],
    target: Free,
) -> Piece | None:  # fmt: skip
    """The product of unfoldings, the matrices being multiplied onto the second tensor."""
    (left, here), (right, there) = both
    ways = _ways(matrices, there)
    if ways is None or target[0] not in here or target[1] not in there or target[1] in ways:
        return None
    mode = here.index(target[0])
    reached = [ways[i][0] if i in ways else i for i in there]
    if len(here) != len(there) or reached != [*here[:mode], target[1], *here[mode + 1 :]]:
        return None
    second = _times(writer, right, there, ways)
    return pieces.product(_unfolding(left, mode), _unfolding(second, mode).flipped())


def _ways(matrices: Sequence[Matrix], axes: Free) -> Ways | None:
    """Where a matrix takes each axis, one matrix an axis; None where one joins anything else."""
    ways: Ways = {}
    for f, scale, (a, b) in matrices:
        own = [i for i in (a, b) if i in axes]
        if len(own) != 1 or own[0] in ways:
            return None
        ways[own[0]] = (b if own[0] is a else a, f, scale)
    return ways


def _times(writer: Reads, base: Piece, axes: Free, ways: Ways) -> Piece:
    read = [_matrix(writer, ways[i], i, rows=False) for i in axes if i in ways]
    modes = tuple(k + 1 for k, i in enumerate(axes) if i in ways)
    tree = ModeProduct(base.tree, tuple(p.tree for p in read), modes)
    weight = base.weight + sum(p.weight for p in read) + len(read)
    gradient = base.gradient or any(p.gradient for p in read)
    return replace(pieces.whole(tree, weight, len(axes)), gradient=gradient)


def _matrix(writer: Reads, way: Way, axis: Index, *, rows: bool) -> Piece:
    """A factor as a matrix whose rows, or columns, go by an axis."""
    _, f, scale = way
    piece, free = writer.read(f.node, f.pos, scale)
    return piece if (free[0] is axis) == rows else piece.flipped()


def _unfolding(piece: Piece, axis: int) -> Piece:
    tree = Unfolding(piece.tree, axis + 1)
    return replace(pieces.whole(tree, piece.weight + 1, 2), gradient=piece.gradient)
