"""How many cells of a window lie inside: the divisor of an average that counts no padding.

Law: `counts_inside` is true where the read is the number of taps u with `0 ≤ s i + d u − p < n`.
"""

from __future__ import annotations

from symnn.calculus.brackets import inside
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import GE, Sum
from symnn.core.scalars import Scalar, mul, sub
from symnn.notation.sliding import Axis, Read


def is_count(read: Read) -> bool:
    """Whether a read divides by a number of places on one axis."""
    (f, *more) = read.factors
    if more or f.power != -1 or not isinstance(f.node, Sum) or f.node.rank != 1:
        return False
    (term, *others) = f.node.terms
    brackets = all(b.node is GE for b in term.factors)
    return not others and term.coef == 1 and len(term.bound) == 1 and brackets


def counts_inside(read: Read, axis: Axis, taps: Scalar, cells: Scalar) -> bool:
    """Whether a count is that of the cells inside a window."""
    node = read.factors[0].node
    assert isinstance(node, Sum)
    (term,), (tap,), (step,) = node.terms, node.terms[0].bound, node.indices
    wanted = {f.pos[0] for f in inside(_cell(axis, step, tap), cells)}
    return sub(tap.size, taps) == 0 and {f.pos[0] for f in term.factors} == wanted


def always_inside(axis: Axis, taps: Scalar, steps: Scalar, cells: Scalar) -> bool:
    """Whether no window reaches outside."""
    return not inside(_cell(axis, Index(steps), Index(taps)), cells)


def _cell(axis: Axis, step: Index, tap: Index) -> Affine:
    """`s i + d u − p`."""
    at = combine(constant(mul(-1, axis.padding)), step.pos, axis.stride)
    return combine(at, tap.pos, axis.dilation)
