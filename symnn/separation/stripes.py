"""A network that is there at once: stripes along a direction, one unit per change of label.

Law: if the projections of opposite points on a direction differ, the labels along it change c
times, and c threshold units, one in each gap, with output weights +1, -1, +1, ... classify every
point. A direction with all projections distinct always exists, so at most N - 1 units are needed
for N points in any dimension: the existence theorem, with its construction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.separation.rational import primitive

_SMALL_REACH = {1: 1, 2: 4, 3: 2, 4: 1, 5: 1}
_CHUNK = 2048
_MOST_TURNED = 20_000


@dataclass(frozen=True, slots=True)
class Stripes:
    """A direction and the sides [c, N] of its c thresholds, in increasing order."""

    direction: tuple[int, ...]
    sides: NDArray[np.bool_]


def stripes(
    grid: NDArray[Any], labels: NDArray[np.bool_], *, thorough: bool, deadline: float
) -> Stripes:
    """Find a direction with few changes of label.

    Args:
        grid: [N, d] integer coordinates of distinct points.
        labels: [N] classes.
        thorough: in the plane, also try a direction between every two critical ones.
        deadline: a `time.monotonic()` value at which the thorough part stops.

    >>> square = np.array([(0, 0), (1, 1), (0, 1), (1, 0)])
    >>> labels = np.array([False, False, True, True])
    >>> len(stripes(square, labels, thorough=False, deadline=0).sides)
    2
    """
    best: tuple[int, int, tuple[int, ...]] | None = None
    for block in _directions(grid, thorough):
        counts = _changes(block, grid, labels)
        for changes, direction in zip(counts, block, strict=True):
            if changes >= 0:
                plain = tuple(primitive([int(value) for value in direction]))
                key = (int(changes), sum(map(abs, plain)), plain)
                best = key if best is None else min(best, key)
        if best is not None and time.monotonic() > deadline:
            break
    assert best is not None  # the last of the basic directions has distinct projections
    return Stripes(best[2], _sides(np.array(best[2], dtype=grid.dtype), grid, labels))


def small_directions(dimension: int, reach: int | None = None) -> list[tuple[int, ...]]:
    """List primitive integer directions up to sign, the simplest first.

    >>> small_directions(2, 1)
    [(0, 1), (1, 0), (1, -1), (1, 1)]
    """
    reach = _SMALL_REACH.get(dimension, 0) if reach is None else reach
    if reach == 0:
        return [tuple(int(j == k) for j in range(dimension)) for k in range(dimension)]
    found = [
        vector
        for vector in product(range(-reach, reach + 1), repeat=dimension)
        if any(vector) and next(v for v in vector if v) > 0 and list(vector) == primitive(vector)
    ]
    return sorted(found, key=lambda v: (sum(map(abs, v)), max(map(abs, v)), v))


def _directions(grid: NDArray[Any], thorough: bool) -> Iterator[NDArray[Any]]:
    """Yield blocks of directions; the first ends with one whose projections all differ."""
    dimension = grid.shape[1]
    span = 2 * max(abs(int(value)) for value in grid.flat) + 1
    sure = [span**k for k in range(dimension)]
    yield np.array([*small_directions(dimension), tuple(sure)], dtype=object)
    if thorough and dimension == 2:
        turned = _between_critical(grid)
        for start in range(0, len(turned), _CHUNK):
            yield np.array(turned[start : start + _CHUNK], dtype=object)


def _between_critical(grid: NDArray[Any]) -> list[tuple[int, int]]:
    """Return one direction inside each open sector between neighbouring critical directions."""
    first, second = np.triu_indices(len(grid), 1)
    normals: set[tuple[int, int]] = set()
    for a, b in zip(grid[first].tolist(), grid[second].tolist(), strict=True):
        x, y = primitive([a[1] - b[1], b[0] - a[0]])
        normals.add((x, y) if (y, x) > (0, 0) else (-x, -y))
    if len(normals) > _MOST_TURNED:
        return []
    turn = sorted(normals, key=cmp_to_key(_clockwise))
    turn.append((-turn[0][0], -turn[0][1]))
    sums = [(p[0] + q[0], p[1] + q[1], p) for p, q in pairwise(turn)]
    return [(x, y) if x or y else (-p[1], p[0]) for x, y, p in sums]


def _clockwise(p: tuple[int, int], q: tuple[int, int]) -> int:
    """Compare two directions of the upper half-plane by angle."""
    return p[1] * q[0] - p[0] * q[1]


def _changes(block: NDArray[Any], grid: NDArray[Any], labels: NDArray[np.bool_]) -> NDArray[Any]:
    """Count label changes along each direction; -1 where opposite points share a projection."""
    reach = max(abs(int(v)) for v in block.flat) * max(abs(int(v)) for v in grid.flat)
    kind = np.int64 if reach * grid.shape[1] < 2**61 else object
    values = block.astype(kind) @ grid.astype(kind).T
    order = np.argsort(values, axis=1, kind="stable")
    sorted_values = np.take_along_axis(values, order, axis=1)
    sorted_labels = labels[order]
    differs = sorted_labels[:, 1:] != sorted_labels[:, :-1]
    tied = sorted_values[:, 1:] == sorted_values[:, :-1]
    counts: NDArray[Any] = differs.sum(axis=1)
    counts[(tied & differs).any(axis=1)] = -1
    return counts


def _sides(
    direction: NDArray[Any], grid: NDArray[Any], labels: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    values = grid.astype(object) @ direction.astype(object)
    order = sorted(range(len(grid)), key=lambda k: values[k])
    cuts = [values[q] for p, q in pairwise(order) if labels[p] != labels[q]]
    return np.array([[bool(v >= cut) for v in values] for cut in cuts], dtype=bool)
