"""Linear algebra of the face: `np.linalg.inv`, `det`, `slogdet`, `solve`, `cholesky`, `pinv`...

Matrices stand on the last two axes, leading axes are a batch, as in NumPy. Whether a matrix has an
inverse cannot be seen from its sizes; it is assumed, as on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.core.errors import ShapeError
from symnn.core.node import Node
from symnn.lang.arithmetic import apply
from symnn.lang.creation import eye
from symnn.lang.dispatch import implements, unsupported
from symnn.lang.shapes import Condition, broadcast_sizes, must_equal
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import linalg

SlogdetResult = type(np.linalg.slogdet(np.eye(1)))


def _matrix(op: str, a: Any, *, square: bool = True) -> tuple[Tensor, tuple[Condition, ...]]:
    """The operand, checked to be a square matrix or a stack of them."""
    t = as_tensor(a)
    if t.ndim < 2:
        shape = ", ".join(map(str, t.sizes))
        raise ShapeError(
            f"ShapeError in {op}\n  expected: a matrix, or a stack of them\n"
            f"  found: {t.call.path} of shape [{shape}]\n  fix: give it two axes"
        )
    if not square:
        return t, ()
    fix = "only square matrices have an inverse or a determinant; np.linalg.pinv takes others"
    return t, must_equal(op, [t.call], t.sizes[-2], t.sizes[-1], "a square matrix", fix)


def _function(op: str, a: Any, build: Callable[[Node], Node]) -> Tensor:
    t, conditions = _matrix(op, a)
    return make(op, [t], build(t.call.port), conditions=conditions)


@implements(np.linalg.inv)
def inv(a: Any) -> Tensor:
    """The inverse.

    >>> from symnn.lang.tensor import tensor
    >>> inv(tensor("A", ("n", "n")))
    Tensor(inv: [n, n])
    """
    return _function("inv", a, linalg.inverse)


@implements(np.linalg.det)
def det(a: Any) -> Tensor:
    """The determinant."""
    return _function("det", a, linalg.determinant)


def logdet(a: Any) -> Tensor:
    """The logarithm of the absolute determinant.

    >>> from symnn.lang.tensor import tensor
    >>> logdet(tensor("A", ("n", "n")))
    Tensor(logdet: [])
    """
    return _function("logdet", a, linalg.log_determinant)


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """Sign and logarithm of the absolute determinant; the sign has derivative 0."""
    return SlogdetResult(apply("sign", det(a)), logdet(a))


@implements(np.linalg.cholesky)
def cholesky(a: Any, *, upper: bool = False) -> Tensor:
    """The lower triangular factor of the symmetric part; its transpose with `upper`."""
    lower = _function("cholesky", a, linalg.cholesky)
    if not upper:
        return lower
    return make("transpose", [lower], linalg.turned(lower.call.port))


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Tensor:
    """The x of `A x = b`, as `A⁻¹ b`; a rank-1 b is one right side."""
    left, conditions = _matrix("solve", a)
    right = as_tensor(b)
    calls = [left.call, right.call]
    rows = right.sizes[-2] if right.ndim > 1 else right.sizes[-1]
    fix = f"give b the length {left.sizes[-1]}"
    conditions += must_equal("solve", calls, left.sizes[-1], rows, "as many rows as A", fix)
    batch, more = broadcast_sizes("solve", calls, [left.sizes[:-2], right.sizes[:-2]])
    body = linalg.solve(left.call.port, right.call.port, batch)
    return make("solve", [left, right], body, conditions=conditions + more)


@implements(np.linalg.pinv)
def pinv(a: Any, *args: Any, **options: Any) -> Tensor:
    """The pseudo-inverse of a matrix of full column rank, `(AᵀA)⁻¹Aᵀ`."""
    if args or options:
        raise unsupported("np.linalg.pinv with a tolerance (full column rank is assumed)")
    t, _ = _matrix("pinv", a, square=False)
    return make("pinv", [t], linalg.pseudo_inverse(t.call.port))


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: Any) -> Tensor:
    """A whole power of a square matrix; a negative one is that of the inverse."""
    t, conditions = _matrix("matrix_power", a)
    if not isinstance(n, (int, np.integer)):
        raise unsupported(f"np.linalg.matrix_power with the exponent {n!r} (a whole number)")
    if n == 0:
        if t.ndim > 2:
            raise unsupported("np.linalg.matrix_power 0 of a stack of matrices")
        return eye(t.shape[-1])
    return make(
        "matrix_power", [t], linalg.matrix_power(t.call.port, int(n)), conditions=conditions
    )
