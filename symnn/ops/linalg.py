"""Matrix functions on nodes: inverse, determinant, Cholesky factor, of the last two axes.

All others are compositions: `solve` is the inverse times, the pseudo-inverse of full column rank
is `(AᵀA)⁻¹Aᵀ`, powers are products. To add one, compose it here; a new kind belongs to
`symnn.calculus.linalg`, with its derivative.
"""

from __future__ import annotations

from symnn.calculus.facts import STRUCTURE
from symnn.calculus.matrices import linalg_node
from symnn.core.node import Node
from symnn.core.scalars import Scalar
from symnn.ops.algebra import matmul, transpose


def inverse(node: Node) -> Node:
    """The inverse of each matrix."""
    return linalg_node("inv", node, STRUCTURE)


def determinant(node: Node) -> Node:
    """The determinant of each matrix."""
    return linalg_node("det", node, STRUCTURE)


def log_determinant(node: Node) -> Node:
    """The logarithm of the absolute determinant of each matrix."""
    return linalg_node("logdet", node, STRUCTURE)


def cholesky(node: Node) -> Node:
    """The lower triangular L with `L Lᵀ = (A + Aᵀ) / 2`."""
    return linalg_node("cholesky", node, STRUCTURE)


def solve(a: Node, b: Node, batch: tuple[Scalar, ...]) -> Node:
    """`A⁻¹ b`."""
    return matmul(inverse(a), b, batch)


def turned(node: Node) -> Node:
    """The last two axes exchanged."""
    rank = node.rank
    return transpose(node, (*range(rank - 2), rank - 1, rank - 2))


def pseudo_inverse(node: Node) -> Node:
    """`(AᵀA)⁻¹Aᵀ` of a matrix of full column rank."""
    batch = node.sizes[:-2]
    gram = matmul(turned(node), node, batch)
    return matmul(inverse(gram), turned(node), batch)


def matrix_power(node: Node, exponent: int) -> Node:
    """`A A ... A`, at least one factor; negative exponents through the inverse."""
    base = inverse(node) if exponent < 0 else node
    result = base
    for _ in range(abs(exponent) - 1):
        result = matmul(result, base, node.sizes[:-2])
    return result
