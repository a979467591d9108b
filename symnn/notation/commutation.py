"""The commutation matrix, which turns vec(X) into vec(Xᵀ), and what a line says about vec.

Law: `𝐊_{m×n} (a ⊗ b) = b ⊗ a` for a of size m and b of size n, whatever vec does. With vec row by
row it is the matrix that takes vec(X) to vec(Xᵀ) for X of m rows and n columns (Magnus &
Neudecker, Matrix Differential Calculus, 3.7, where vec goes column by column and X is n by m).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symnn.notation.tree import Tree


@dataclass(frozen=True, slots=True)
class Commutation(Tree):
    """`𝐊_{m×n}`."""

    rows: Tree
    columns: Tree


@dataclass(frozen=True, slots=True)
class VecOrder(Tree):
    """A `where` line that says how vec goes: "rows" or "columns"."""

    order: str


def commutation_matrix(m: int, n: int) -> NDArray[np.float64]:
    """The matrix of zeros and ones.

    >>> a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])
    >>> bool((commutation_matrix(2, 3) @ np.kron(a, b) == np.kron(b, a)).all())
    True
    """
    found = np.zeros((m * n, m * n))
    i, j = np.indices((m, n))
    found[j * m + i, i * n + j] = 1.0
    return found
