"""What convolutions and pools by name mean on NumPy arrays, for `evaluate`.

One relation carries them all: cell a of the input, step i of the output and tap u of the window
belong together where `a = s i + d u − p`. Every kernel sums over all triples that do, zeros (under
a maximum: nothing) outside. Settings are tuples, one value for all axes or one for each.
Plain and slow on purpose: they judge formulas, they do not run networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import ShapeError

Array = NDArray[np.float64]
Ints = Sequence[int]

_BATCH, _GROUP, _OUT, _IN, _SPACE = range(5)


def conv(
    X: Array, K: Array, b: Array | None = None, *, s: Ints = (1,), p: Ints = (0,),
    d: Ints = (1,), g: Ints = (1,), n: Ints | None = None,
) -> Array:  # fmt: skip
    """`Y[m, o, i] = Σ X[m, c, s i + d u − p] K[o, c, u]`; X without m, or X and K without channels.

    >>> conv(np.arange(4.0), np.array([1.0, 1.0]))
    array([1., 3., 5.])
    """
    space, plain = _space_of(K)
    lead = _lead(X, space, plain)
    x, k = _grouped(X, lead, g[0]), _kernel(K, plain, g[0])
    axes = SpaceAxes(space, s, p, d)
    cells, taps = x.shape[3:], k.shape[3:]
    sums = axes.places(cells, n or axes.steps(cells, taps), taps)
    y = _contracted([(x, _X(space)), (k, _K(space))], sums, _Y(space))
    return _plain(_with_bias(y, b, g[0]), lead)


def conv_transposed(
    Y: Array, K: Array, b: Array | None = None, *, s: Ints = (1,), p: Ints = (0,),
    d: Ints = (1,), g: Ints = (1,), n: Ints | None = None,
) -> Array:  # fmt: skip
    """`X[m, c, a] = Σ Y[m, o, i] K[o, c, u]` over `a = s i + d u − p`.

    >>> conv_transposed(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([1., 3., 2.])
    """
    space, plain = _space_of(K)
    lead = _lead(Y, space, plain)
    y, k = _grouped(Y, lead, g[0]), _kernel(K, plain, g[0])
    axes = SpaceAxes(space, s, p, d)
    steps, taps = y.shape[3:], k.shape[3:]
    sums = axes.places(n or axes.cells(steps, taps), steps, taps)
    x = _contracted([(y, _Y(space)), (k, _K(space))], sums, _X(space))
    return _plain(_with_bias(x, b, g[0]), lead)


def correlation(
    X: Array, Y: Array, *, s: Ints = (1,), p: Ints = (0,), d: Ints = (1,), g: Ints = (1,),
    k: Ints | None = None,
) -> Array:  # fmt: skip
    """`K[o, c, u] = Σ X[m, c, s i + d u − p] Y[m, o, i]`; without k the first axis is the batch.

    >>> correlation(np.arange(4.0), np.array([1.0, 1.0]), k=(3,))
    array([1., 3., 5.])
    """
    space = len(k) if k else X.ndim - 2
    lead = X.ndim - space
    x, y = _grouped(X, lead, g[0]), _grouped(Y, lead, g[0])
    axes = SpaceAxes(space, s, p, d)
    cells, steps = x.shape[3:], y.shape[3:]
    taps = k or axes.taps(cells, steps)
    found = _contracted(
        [(x, _X(space)), (y, _Y(space))], axes.places(cells, steps, taps), _K(space)
    )
    merged = found.reshape(-1, *found.shape[2:])
    return merged[0, 0] if lead == 0 else merged


def average_pool(
    X: Array, *, k: Ints, s: Ints | None = None, p: Ints = (0,), d: Ints = (1,),
    n: Ints | None = None, c: Ints = (1,),
) -> Array:  # fmt: skip
    """The mean over each window, zeros outside; c=0: of the cells inside.

    >>> average_pool(np.arange(4.0), k=(2,))
    array([0.5, 2.5])
    >>> average_pool(np.ones(3), k=(3,), s=(2,), p=(1,), c=(0,))
    array([1., 1.])
    """
    axes = SpaceAxes(len(k), s or k, p, d)
    cells = X.shape[X.ndim - len(k) :]
    places = axes.places(cells, n or axes.steps(cells, k), k)
    return _pooled(X, [_shares(m, count_all=bool(c[0])) for m in places])


def average_unpool(
    Y: Array, *, k: Ints, s: Ints | None = None, p: Ints = (0,), d: Ints = (1,),
    n: Ints | None = None, c: Ints = (1,),
) -> Array:  # fmt: skip
    """The adjoint of the average pool: every entry shared out over its window.

    >>> average_unpool(np.array([2.0, 4.0]), k=(2,))
    array([1., 1., 2., 2.])
    """
    axes = SpaceAxes(len(k), s or k, p, d)
    steps = Y.shape[Y.ndim - len(k) :]
    places = axes.places(n or axes.cells(steps, k), steps, k)
    return _pooled(Y, [_shares(m, count_all=bool(c[0])).T for m in places])


def upsample(Y: Array, *, k: Ints) -> Array:
    """Every entry repeated k times along each axis.

    >>> upsample(np.array([1.0, 2.0]), k=(2,))
    array([1., 1., 2., 2.])
    """
    return average_unpool(Y, k=k) * np.prod(k)


def max_pool(
    X: Array, *, k: Ints, s: Ints | None = None, p: Ints = (0,), d: Ints = (1,),
    n: Ints | None = None,
) -> Array:  # fmt: skip
    """The largest entry of each window; cells outside are skipped.

    >>> max_pool(np.array([3.0, 1.0, 2.0, 5.0]), k=(2,))
    array([3., 5.])
    """
    axes = SpaceAxes(len(k), s or k, p, d)
    cells = X.shape[X.ndim - len(k) :]
    return _windows(X, axes, n or axes.steps(cells, k), k).max(axis=-1)


def min_pool(X: Array, **settings: Ints | None) -> Array:
    """The smallest entry of each window; cells outside are skipped."""
    return -max_pool(-X, **settings)  # type: ignore[arg-type]


def min_unpool(Y: Array, X: Array, **settings: Ints) -> Array:
    """Every entry of Y at the place of the first minimum of its window of X."""
    return max_unpool(Y, -X, **settings)


def max_unpool(
    Y: Array, X: Array, *, k: Ints, s: Ints | None = None, p: Ints = (0,), d: Ints = (1,)
) -> Array:
    """Every entry of Y at the place of the first maximum of its window of X.

    >>> max_unpool(np.array([7.0, 8.0]), np.array([3.0, 1.0, 2.0, 5.0]), k=(2,))
    array([7., 0., 0., 8.])
    """
    axes = SpaceAxes(len(k), s or k, p, d)
    lead, steps = X.ndim - len(k), Y.shape[X.ndim - len(k) :]
    found = np.zeros_like(X)
    best = _windows(X, axes, steps, k).argmax(axis=-1)
    taps = np.unravel_index(best, tuple(k))
    grid = np.indices(Y.shape)
    cells = [axes.s[j] * grid[lead + j] + axes.d[j] * taps[j] - axes.p[j] for j in range(len(k))]
    np.add.at(found, (*grid[:lead], *cells), Y)
    return found


class SpaceAxes:
    """Stride, padding and dilation of each axis of space."""

    def __init__(self, space: int, s: Ints, p: Ints, d: Ints) -> None:
        self.s, self.p, self.d = (v * space if len(v) == 1 else v for v in map(tuple, (s, p, d)))

    def steps(self, cells: Ints, taps: Ints) -> list[int]:
        each = zip(cells, taps, self.s, self.p, self.d, strict=True)
        return [(a + 2 * p - d * (u - 1) - 1) // s + 1 for a, u, s, p, d in each]

    def cells(self, steps: Ints, taps: Ints) -> list[int]:
        each = zip(steps, taps, self.s, self.p, self.d, strict=True)
        return [(i - 1) * s - 2 * p + d * (u - 1) + 1 for i, u, s, p, d in each]

    def taps(self, cells: Ints, steps: Ints) -> list[int]:
        each = zip(cells, steps, self.s, self.p, self.d, strict=True)
        return [(a + 2 * p - s * (i - 1) - 1) // d + 1 for a, i, s, p, d in each]

    def places(self, cells: Ints, steps: Ints, taps: Ints) -> list[Array]:
        """`[a = s i + d u − p]` over (a, i, u), for each axis."""
        found = []
        each = zip(cells, steps, taps, self.s, self.p, self.d, strict=True)
        for size, count, width, s, p, d in each:
            a, i, u = np.ogrid[:size, :count, :width]
            found.append((a == s * i + d * u - p).astype(float))
        return found


def _X(space: int) -> list[int]:
    return [_BATCH, _GROUP, _IN, *(_SPACE + 3 * j for j in range(space))]


def _Y(space: int) -> list[int]:
    return [_BATCH, _GROUP, _OUT, *(_SPACE + 3 * j + 1 for j in range(space))]


def _K(space: int) -> list[int]:
    return [_GROUP, _OUT, _IN, *(_SPACE + 3 * j + 2 for j in range(space))]


def _contracted(reads: Any, places: list[Array], result: list[int]) -> Array:
    operands: list[Any] = [part for read in reads for part in read]
    for j, place in enumerate(places):
        operands += [place, [_SPACE + 3 * j + k for k in range(3)]]
    return np.einsum(*operands, result, optimize=True)


def _space_of(K: Array) -> tuple[int, bool]:
    """Axes of space, and whether there are no channels: a kernel has these from three axes on."""
    return (K.ndim, True) if K.ndim <= 2 else (K.ndim - 2, False)


def _lead(X: Array, space: int, plain: bool) -> int:
    lead = X.ndim - space
    if lead not in ((0,) if plain else (1, 2)):
        raise ShapeError(f"conv: an array of shape {X.shape} does not fit the kernel")
    return lead


def _grouped(X: Array, lead: int, groups: int) -> Array:
    """As (batch, group, channel, space...)."""
    whole = X[(None,) * (2 - lead)]
    if whole.shape[1] % groups:
        raise ShapeError(f"conv: {whole.shape[1]} channels do not make {groups} groups")
    return whole.reshape(whole.shape[0], groups, -1, *whole.shape[2:])


def _kernel(K: Array, plain: bool, groups: int) -> Array:
    whole = K[None, None] if plain else K
    if whole.shape[0] % groups:
        raise ShapeError(f"conv: {whole.shape[0]} channels do not make {groups} groups")
    return whole.reshape(groups, -1, *whole.shape[1:])


def _plain(y: Array, lead: int) -> Array:
    merged = y.reshape(y.shape[0], -1, *y.shape[3:])
    return merged[(0,) * (2 - lead)]


def _with_bias(y: Array, b: Array | None, groups: int) -> Array:
    if b is None:
        return y
    return y + b.reshape(groups, -1, *(1,) * (y.ndim - 3))


def _pooled(X: Array, maps: list[Array]) -> Array:
    """X with a matrix applied along each of its last axes."""
    for j, matrix in enumerate(maps):
        axis = X.ndim - len(maps) + j
        X = np.moveaxis(np.tensordot(matrix, X, axes=(1, axis)), 0, axis)
    return X


def _shares(places: Array, *, count_all: bool) -> Array:
    """The share of each cell in each step, from `[a = s i + d u − p]` over (a, i, u)."""
    shares = places.sum(axis=2).T
    return shares / (places.shape[2] if count_all else shares.sum(axis=1, keepdims=True))


def _windows(X: Array, axes: SpaceAxes, steps: Ints, k: Ints) -> Array:
    """The taps of each window in row-major order on the last axis, −∞ outside."""
    lead = X.ndim - len(k)
    grid = np.indices((*steps, *k))
    cells, inside = [], np.ones(grid.shape[1:], bool)
    for j in range(len(k)):
        at = axes.s[j] * grid[j] + axes.d[j] * grid[len(k) + j] - axes.p[j]
        inside &= (at >= 0) & (at < X.shape[lead + j])
        cells.append(np.clip(at, 0, X.shape[lead + j] - 1))
    found = np.where(inside, X[(..., *cells)], -np.inf)
    return found.reshape(*X.shape[:lead], *steps, -1)
