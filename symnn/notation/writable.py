"""Which expressions have a matrix form: what `inv` and `det` of an argument need to be written.

Law: true exactly where `MatrixWriter` reads the last two axes without getting stuck, the leading
ones held at a letter each.
"""

from __future__ import annotations

from symnn.core.index import Index
from symnn.core.node import Node
from symnn.notation import tree as t
from symnn.notation.graph import Stuck
from symnn.notation.writer import MatrixWriter


def has_matrix_form(node: Node) -> bool:
    """Whether the matrix on the last two axes can be written without components.

    >>> from symnn.core.node import Leaf
    >>> has_matrix_form(Leaf("A", (3, 3)))
    True
    """
    own = tuple(Index(s) for s in node.sizes)
    held = {i: t.Index(f"b{k}") for k, i in enumerate(own[:-2])}
    writer = MatrixWriter()
    with writer.holding(held):
        try:
            piece, free = writer.read(node, tuple(i.pos for i in own))
        except Stuck:
            return False
    return piece.rank == len(free) == 2
