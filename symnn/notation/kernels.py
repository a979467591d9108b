"""What the functions of the notation mean on NumPy arrays, for `evaluate`.

Entrywise kernels take arrays of one shape. Array kernels take stacks of matrices, the matrix on
the last two axes (a vector is a column there), and keep the leading axes; those that return a
number drop both. Plain and slow on purpose: they judge formulas, they do not run networks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from symnn.core.errors import ShapeError

Array = NDArray[np.float64]


def relu(x: Array) -> Array:
    """The larger of x and 0."""
    return np.maximum(x, 0.0)


def step(x: Array) -> Array:
    """1 above 0, else 0; 0 at 0, as in the table of kinks."""
    return (x > 0).astype(float)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    return special.expit(x)


def softplus(x: Array) -> Array:
    """log(1 + exp(x))."""
    return np.logaddexp(0.0, x)


def gauss(x: Array) -> Array:
    """The density of the standard normal law."""
    return np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)


def gelu(x: Array) -> Array:
    """X Φ(x)."""
    return x * special.ndtr(x)


def silu(x: Array) -> Array:
    """X times the sigmoid of x."""
    return x * special.expit(x)


def clip(x: Array, low: Array, high: Array) -> Array:
    """x, held between two bounds."""
    return np.minimum(np.maximum(x, low), high)


def choose(condition: Array, yes: Array, no: Array) -> Array:
    """`yes` where the condition is not 0, else `no`."""
    return np.where(condition != 0, yes, no)


def softmax(z: Array) -> Array:
    """Of a column vector."""
    return special.softmax(_column("softmax", z), axis=-2)


def logsoftmax(z: Array) -> Array:
    """Of a column vector."""
    return special.log_softmax(_column("logsoftmax", z), axis=-2)


def row_softmax(A: Array) -> Array:
    """Of each row."""
    return special.softmax(A, axis=-1)


def column_softmax(A: Array) -> Array:
    """Of each column."""
    return special.softmax(A, axis=-2)


def logsumexp(A: Array) -> Array:
    """Over all entries."""
    return special.logsumexp(A, axis=(-2, -1))


def row_logsumexp(A: Array) -> Array:
    """Of each row, a column."""
    return special.logsumexp(A, axis=-1, keepdims=True)


def diag(A: Array) -> Array:
    """The diagonal matrix of a column, or the diagonal of a square matrix as a column."""
    rows, columns = A.shape[-2:]
    if columns == 1:
        return A * np.eye(rows)
    _square("diag", A)
    return np.diagonal(A, axis1=-2, axis2=-1)[..., None].copy()


def trace(A: Array) -> Array:
    """The sum of the diagonal."""
    _square("tr", A)
    return np.trace(A, axis1=-2, axis2=-1)


def det(A: Array) -> Array:
    """The determinant."""
    _square("det", A)
    return np.linalg.det(A)


def logdet(A: Array) -> Array:
    """The logarithm of the absolute determinant."""
    _square("logdet", A)
    return np.linalg.slogdet(A)[1]


def inv(A: Array) -> Array:
    """The inverse."""
    _square("inv", A)
    return np.linalg.inv(A)


def cholesky(A: Array) -> Array:
    """Of the symmetric part; the lower factor."""
    _square("chol", A)
    return np.linalg.cholesky((A + np.swapaxes(A, -1, -2)) / 2)


def total(A: Array) -> Array:
    """The sum of all entries."""
    return A.sum(axis=(-2, -1))


def row_sum(A: Array) -> Array:
    """The sum of each row, a column."""
    return A.sum(axis=-1, keepdims=True)


def column_sum(A: Array) -> Array:
    """The sum of each column, as a column vector (Aᵀ𝟏)."""
    return np.swapaxes(A.sum(axis=-2, keepdims=True), -1, -2)


def mean(A: Array) -> Array:
    """The mean of all entries."""
    return A.mean(axis=(-2, -1))


def row_mean(A: Array) -> Array:
    """The mean of each row, a column."""
    return A.mean(axis=-1, keepdims=True)


def column_mean(A: Array) -> Array:
    """The mean of each column, as a column vector."""
    return np.swapaxes(A.mean(axis=-2, keepdims=True), -1, -2)


def variance(A: Array) -> Array:
    """Of all entries, divided by their number."""
    return A.var(axis=(-2, -1))


def row_variance(A: Array) -> Array:
    """Of each row, divided by its length."""
    return A.var(axis=-1, keepdims=True)


def largest(A: Array) -> Array:
    """The largest entry."""
    return A.max(axis=(-2, -1))


def smallest(A: Array) -> Array:
    """The smallest entry."""
    return A.min(axis=(-2, -1))


def row_max(A: Array) -> Array:
    """The largest entry of each row, a column."""
    return A.max(axis=-1, keepdims=True)


def row_min(A: Array) -> Array:
    """The smallest entry of each row, a column."""
    return A.min(axis=-1, keepdims=True)


def argmax(z: Array) -> Array:
    """The position of the first largest entry of a column, counted from 0."""
    return np.argmax(_column("argmax", z)[..., 0], axis=-1).astype(float)


def row_argmax(A: Array) -> Array:
    """The position of the first largest entry of each row, counted from 0."""
    return np.argmax(A, axis=-1, keepdims=True).astype(float)


def vec(A: Array) -> Array:
    """All entries, row after row, as a column."""
    return A.reshape(-1)


def _square(name: str, A: Array) -> None:
    if A.shape[-1] != A.shape[-2]:
        raise ShapeError(f"{name} of a {A.shape[-2]} × {A.shape[-1]} matrix: it is not square")


def _column(name: str, A: Array) -> Array:
    if A.shape[-1] != 1:
        raise ShapeError(
            f"{name} of a {A.shape[-2]} × {A.shape[-1]} matrix: say row{name}, "
            f"or take a column vector"
        )
    return A
