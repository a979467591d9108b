"""Products of tensors by mode, as Kolda & Bader write them (SIAM Review 51, 2009, 2.4 to 2.6).

`G ×₂ B` contracts axis 2 of G with the columns of B; `X_(1)` is the unfolding, whose columns go
with the earlier of the other axes fastest; `C ⋄ B` is the Khatri-Rao product, the Kronecker product
column by column (there ⊙, which here is the entrywise product). Law: `(G ×ₙ A)_(n) = A G_(n)`, and
`X_(1) (C ⋄ B)` is the sum over j and k of `X_{i,j,k} B_{j,r} C_{k,r}`. To extend: a subclass of
`Multilinear`, its arm in `value_by_mode`, a method of the printers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.notation.tree import Tree

Array = NDArray[Any]


class Multilinear(Tree):
    """A product or reading of tensors by mode; its trees are evaluated first."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ModeProduct(Multilinear):
    """`base ×₁ A ×₃ C`: a matrix for each mode, modes counted from 1."""

    base: Tree
    factors: tuple[Tree, ...]
    modes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unfolding(Multilinear):
    """`base_(1)`: the matrix whose rows go by one mode."""

    base: Tree
    mode: int


@dataclass(frozen=True, slots=True)
class KhatriRao(Multilinear):
    """`C ⋄ B`."""

    factors: tuple[Tree, ...]


def mode_product(array: Array, rank: int, matrix: Array, mode: int) -> Array:
    """The product over the last `rank` axes of an array, those before them side by side.

    >>> mode_product(np.ones((2, 3, 4)), 3, np.ones((5, 3)), 2).shape
    (2, 5, 4)
    """
    axes = list(range(1, rank + 1))
    made = [0 if a == mode else a for a in axes]
    return np.asarray(np.einsum(array, [..., *axes], matrix, [..., 0, mode], [..., *made]))


def unfolded(array: Array, rank: int, mode: int) -> Array:
    """The unfolding over the last `rank` axes.

    >>> unfolded(np.arange(8.0).reshape(2, 2, 2), 3, 1)
    array([[0., 2., 1., 3.],
           [4., 6., 5., 7.]])
    """
    box = array.ndim - rank
    others = [box + k for k in range(rank) if k != mode - 1]
    turned = array.transpose([*range(box), box + mode - 1, *others[::-1]])
    return turned.reshape((*turned.shape[: box + 1], -1))


def khatri_rao(arrays: Sequence[Array]) -> Array:
    """The Kronecker product of each column.

    >>> khatri_rao([np.array([[1.0], [10.0]]), np.array([[1.0], [2.0]])]).ravel()
    array([ 1.,  2., 10., 20.])
    """

    def two(a: Array, b: Array) -> Array:
        found = np.einsum("...ir,...jr->...ijr", a, b)
        return np.asarray(found.reshape((*found.shape[:-3], -1, found.shape[-1])))

    return reduce(two, arrays)


def value_by_mode(tree: Multilinear, parts: Sequence[tuple[Array, int]]) -> tuple[Array, int]:
    """The value and its number of axes, of the values of the trees below with theirs."""
    array, rank = parts[0]
    match tree:
        case ModeProduct(_, _, modes):
            for (matrix, _), mode in zip(parts[1:], modes, strict=True):
                array = mode_product(array, rank, matrix, mode)
            return array, rank
        case Unfolding(_, mode):
            return unfolded(array, rank, mode), 2
    return khatri_rao([a for a, _ in parts]), 2
