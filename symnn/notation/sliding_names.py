"""Where the writer of matrix expressions asks for convolutions and pools by name.

Law: what is returned has the value of the term or node; None leaves it to other forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from symnn.core.index import Affine, Index
from symnn.core.node import Extremum, Node, Term
from symnn.core.scalars import Scalar, mul
from symnn.notation.convolution import convolution, with_bias
from symnn.notation.graph import Graph, Stuck
from symnn.notation.named_convolution import named_convolution, named_with_bias
from symnn.notation.pieces import Piece
from symnn.notation.pooling import max_piece, pooling
from symnn.notation.rearranged import rearranged


class Reads(Protocol):
    """What is needed of the writer of matrix expressions."""

    def sum_piece(self, terms: tuple[Term, ...], target: tuple[Index, ...]) -> Piece:
        """A sum of terms over the target."""

    def read(
        self, node: Node, pos: tuple[Affine, ...], scale: Scalar = 1
    ) -> tuple[Piece, tuple[Index, ...]]:
        """A read as a piece over its free indices."""


def sliding_graph(writer: Reads, term: Term, target: tuple[Index, ...]) -> Graph | None:
    """A convolution or pool, times what multiplies it entry by entry."""
    if not target or all(p.bare is not None for f in term.factors for p in f.pos):
        return None
    found = (
        convolution(writer, term, target)
        or pooling(writer, term, target)
        or named_convolution(writer, term, target)
        or rearranged(writer, term, target)
    )
    if found is None:
        return None
    named, number, rest = found
    graph = Graph(target, [], mul(term.coef, number))
    graph.add(named, target)
    for f in rest:
        piece, free = writer.read(f.node, f.pos)
        if free not in ((), target):
            raise Stuck
        graph.add(piece, free, f.power)
    return graph


def biased_convolution(
    writer: Reads, terms: Sequence[Term], target: tuple[Index, ...]
) -> Piece | None:
    """A convolution plus a bias, as one name."""
    if len(terms) != 2:
        return None
    plain = with_bias(writer, terms, target) if len(target) > 2 else None
    return plain or named_with_bias(writer, terms, target)


def max_pool(writer: Reads, node: Extremum, pos: Sequence[Affine]) -> Piece | None:
    """`maxpool(X)` where all axes are read."""
    whole = len({p.bare for p in pos}) == node.rank and all(p.bare for p in pos)
    return max_piece(writer, node) if whole and node.rank else None
