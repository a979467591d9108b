"""Kinds that own an axis, as pieces: softmax, log-sum-exp, maxima over whole axes.

Law: as the node; a window or a domain raises `Stuck`. Extend: a function here, an arm in
`MatrixWriter`.
"""

from __future__ import annotations

from typing import Protocol

from symnn.core.index import Affine, Index
from symnn.core.node import Extremum, LogSumExp, Node, Softmax
from symnn.notation import maps, pieces
from symnn.notation import tree as t
from symnn.notation.graph import Stuck
from symnn.notation.pieces import Piece

Positions = tuple[Affine, ...]
Free = tuple[Index, ...]


class Reads(Protocol):
    """What the functions below need of a writer."""

    def read(self, node: Node, pos: Positions) -> tuple[Piece, Free]:
        """A read as a piece over its free indices."""

    def position(self, p: Affine) -> t.Tree:
        """A position without free indices."""


def softmax_of(writer: Reads, node: Softmax, pos: Positions, free: Free) -> Piece:
    """Softmax of a column, of the rows or columns of a matrix; an entry of a softmax."""
    if node.domain:
        raise Stuck
    axis = pos[node.axis].bare
    if axis in free and sum(axis in p.indices() for p in pos) == 1:
        arg, _ = writer.read(node.arg, pos)
        return maps.softmax_piece(arg, along_rows=free[-1] is axis)
    if free:
        raise Stuck
    inner = Index(node.sizes[node.axis])
    opened = tuple(inner.pos if k == node.axis else p for k, p in enumerate(pos))
    vector, _ = writer.read(node.arg, opened)
    whole = maps.softmax_piece(vector, along_rows=True)
    entry = t.Entry(whole.tree, (writer.position(pos[node.axis]),))
    return pieces.number(entry, whole.weight + 1)


def logsumexp_of(writer: Reads, node: LogSumExp, pos: Positions) -> Piece:
    """Log-sum-exp of a column or of each row."""
    if node.domain:
        raise Stuck
    inner = Index(node.arg.sizes[node.axis])
    piece, free = writer.read(node.arg, (*pos[: node.axis], inner.pos, *pos[node.axis :]))
    if piece.rank > 2:
        raise Stuck
    return maps.reduction_piece("logsumexp", piece, along_rows=free[-1] is inner)


def extremum_of(writer: Reads, node: Extremum, name: str, pos: Positions) -> Piece:
    """The extremum over whole axes of its body."""
    if node.domain or any(p.bare is None for p in node.pos):
        raise Stuck
    mapping = dict(zip(node.indices, pos, strict=True))
    inner = {b: b.fresh() for b in node.bound}
    mapping.update({b: f.pos for b, f in inner.items()})
    body, free = writer.read(node.body, tuple(p.substitute(mapping) for p in node.pos))
    if body.rank > 2:
        raise Stuck
    if set(inner.values()) == set(free) and (name in ("max", "min") or body.rank == 1):
        return maps.total_piece(name, body)
    if len(inner) != 1 or body.rank != 2:
        raise Stuck
    (only,) = inner.values()
    return maps.reduction_piece(name, body, along_rows=free[-1] is only)
