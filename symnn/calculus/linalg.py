"""Derivatives of inverses, determinants and Cholesky factors, as terms over the same nodes.

    Y = A⁻¹       dY = -Y dA Y            Ā = -Yᵀ Ȳ Yᵀ
    d = det A     dd = d tr(A⁻¹ dA)       Ā = d̄ d A⁻ᵀ
    l = log|det|  dl = tr(A⁻¹ dA)         Ā = l̄ A⁻ᵀ
    L = chol A    dL = L Φ(L⁻¹ dA L⁻ᵀ)    Ā = sym(L⁻ᵀ Φ(Lᵀ L̄) L⁻¹)

Φ keeps the lower triangle and halves the diagonal; the Cholesky factor is that of the symmetric
part of A. Everything is in terms of the node itself, so the rules apply to their results: order 2
follows. det A⁻¹ needs an invertible A. Sources: Magnus & Neudecker, Matrix Differential Calculus,
3rd ed., ch. 8; Murray, arXiv:1602.07527, eq. 8 and 10 (Cholesky).
"""

from __future__ import annotations

from fractions import Fraction

from symnn.calculus.brackets import at_least_zero, same_place
from symnn.calculus.build import fresh_indices, positions
from symnn.calculus.facts import nonzero, note_nonzero
from symnn.calculus.matrices import linalg_node
from symnn.core.errors import UnsupportedError
from symnn.core.index import Index, difference
from symnn.core.node import Factor, LinAlg, Node, Term
from symnn.core.scalars import Scalar

HALF = Fraction(1, 2)


def adjoint_terms(
    node: LinAlg, grad: Node, lead: tuple[Index, ...]
) -> tuple[tuple[Index, ...], list[Term]]:
    """The cotangent of the argument: its indices, and terms over (lead, indices).

    Raises:
        UnsupportedError: an unknown kind.
    """
    own = fresh_indices(node.arg)
    batch, row, column = own[:-2], own[-2], own[-1]
    outer = positions((*lead, *batch))
    match node.kind:
        case "inv":
            i, j = row.fresh(), column.fresh()
            reads: tuple[Factor, ...] = (
                Factor(node, positions((*batch, i, row))),
                Factor(grad, (*outer, i.pos, j.pos)),
                Factor(node, positions((*batch, column, j))),
            )
            return own, [Term(-1, (i, j), reads)]
        case "det" | "logdet":
            inverse = linalg_node("inv", node.arg)
            reads = (Factor(grad, outer), Factor(inverse, positions((*batch, column, row))))
            if node.kind == "det":
                if not nonzero(node):
                    note_nonzero(node)
                reads = (*reads, Factor(node, positions(batch)))
            return own, [Term(1, (), reads)]
        case "cholesky":
            return own, _cholesky_adjoint(node, grad, lead, own)
    raise UnsupportedError(f"no derivative is known for {node.kind}")


def _cholesky_adjoint(
    node: LinAlg, grad: Node, lead: tuple[Index, ...], own: tuple[Index, ...]
) -> list[Term]:
    batch, row, column = own[:-2], own[-2], own[-1]
    i, j, k = row.fresh(), row.fresh(), row.fresh()
    inverse = linalg_node("inv", node)
    product = (
        Factor(node, positions((*batch, k, i))),
        Factor(grad, positions((*lead, *batch, k, j))),
    )
    return [
        Term(c * HALF, (i, j, k), (*_sides(inverse, batch, (i, a), (j, b)), *product, half))
        for a, b in ((row, column), (column, row))
        for c, half in _lower(i, j)
    ]


def _sides(
    inverse: Node, batch: tuple[Index, ...], left: tuple[Index, Index], right: tuple[Index, Index]
) -> tuple[Factor, Factor]:
    reads = (positions((*batch, *pair)) for pair in (left, right))
    first, second = (Factor(inverse, pos) for pos in reads)
    return first, second


def _lower(i: Index, j: Index) -> list[tuple[Scalar, Factor]]:
    """Φ: `[i >= j] - 1/2 [i = j]`."""
    return [
        (1, at_least_zero(difference(i.pos, j.pos))),
        (-HALF, same_place(i.pos, j.pos)),
    ]  # fmt: skip


def tangent_terms(node: LinAlg, d: Node) -> tuple[tuple[Index, ...], list[Term]]:
    """The differential of the node, given that of its argument: its indices and terms.

    Raises:
        UnsupportedError: an unknown kind.
    """
    own = fresh_indices(node)
    match node.kind:
        case "inv":
            batch, row, column = own[:-2], own[-2], own[-1]
            i, j = row.fresh(), column.fresh()
            reads: tuple[Factor, ...] = (
                Factor(node, positions((*batch, row, i))),
                Factor(d, positions((*batch, i, j))),
                Factor(node, positions((*batch, j, column))),
            )
            return own, [Term(-1, (i, j), reads)]
        case "det" | "logdet":
            i, j = Index(node.arg.sizes[-1]), Index(node.arg.sizes[-1])
            inverse = linalg_node("inv", node.arg)
            reads = (
                Factor(inverse, positions((*own, j, i))),
                Factor(d, positions((*own, i, j))),
            )
            if node.kind == "det":
                reads = (*reads, Factor(node, positions(own)))
            return own, [Term(1, (i, j), reads)]
        case "cholesky":
            return own, _cholesky_tangent(node, d, own)
    raise UnsupportedError(f"no differential is known for {node.kind}")


def _cholesky_tangent(node: LinAlg, d: Node, own: tuple[Index, ...]) -> list[Term]:
    batch, row, column = own[:-2], own[-2], own[-1]
    i, a, b = row.fresh(), row.fresh(), row.fresh()
    inverse = linalg_node("inv", node)
    left = (
        Factor(node, positions((*batch, row, i))),
        Factor(inverse, positions((*batch, i, a))),
        Factor(inverse, positions((*batch, column, b))),
    )
    return [
        Term(c * HALF, (i, a, b), (*left, Factor(d, positions((*batch, *pair))), half))
        for pair in ((a, b), (b, a))
        for c, half in _lower(i, column)
    ]
