"""Inverses, determinants and Cholesky factors as pieces and as trees.

`X⁻¹` is a power with exponent −1, `X⁻ᵀ` its transpose; a symmetric matrix has a symmetric inverse.
Law: as the node. Extend: a line in `_NAMES` for a kind that prints as a function.
"""

from __future__ import annotations

from dataclasses import replace

from symnn.notation import pieces
from symnn.notation import tree as t
from symnn.notation.pieces import Piece
from symnn.notation.tree import Tree

_NAMES = {"det": "det", "logdet": "logdet", "cholesky": "chol"}
_MINUS_ONE = t.Neg(t.Num(1))


def linalg_tree(kind: str, matrix: Tree) -> Tree:
    """The function of a matrix as it is written."""
    return t.Pow(matrix, _MINUS_ONE) if kind == "inv" else t.Apply(_NAMES[kind], (matrix,))


def linalg_piece(kind: str, matrix: Piece) -> Piece:
    """The function of a matrix; the argument is transposed where that is shorter."""
    if kind in ("det", "logdet"):
        short = matrix.flipped() if matrix.turned_weight < matrix.weight else matrix
        return pieces.number(linalg_tree(kind, short.tree), short.weight + 1)
    if kind == "cholesky":
        return pieces.whole(linalg_tree(kind, matrix.tree), matrix.weight + 1, 2)
    if matrix.turned_weight < matrix.weight:
        return _inverse(matrix.flipped()).flipped()
    return _inverse(matrix)


def _inverse(matrix: Piece) -> Piece:
    tree, weight = linalg_tree("inv", matrix.tree), matrix.weight + 2
    symmetric = matrix.tree == matrix.turned
    turned = tree if symmetric else t.Transpose(tree)
    whole = pieces.atom(tree, 2)
    return replace(whole, turned=turned, weight=weight, turned_weight=weight + (not symmetric))
