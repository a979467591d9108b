"""Every way a hyperplane can split a finite point set, enumerated in integers.

Law: a split (dichotomy) is linear exactly when it is found here. Its cone of separating
functions is pointed once the points span the space, so it has an extreme ray: a hyperplane
through d affinely independent points. The points off that hyperplane keep their sides, and
those on it are split by a linear dichotomy inside it: a recursion on the dimension that needs
no general position and no floating point. A split and its complement count once; the trivial
split is left out. To extend: a faster base case only, the recursion stays the judge.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.separation.rational import independent_columns, normal_vector

Bits = NDArray[np.bool_]

MOST_HYPERPLANES = 100_000
_CHUNK = 4096
_INT64_SAFE = 2**61


@dataclass(frozen=True, slots=True)
class Dichotomies:
    """The linear splits of N points: `sides[m, i]` says on which side of split m point i lies.

    `complete` is False when there were too many hyperplanes to enumerate, or no time to do so;
    then no lower bound may rest on the list.
    """

    sides: Bits
    complete: bool

    def __len__(self) -> int:
        """Count the splits, a split and its complement once."""
        return int(self.sides.shape[0])


def linear_dichotomies(
    points: Sequence[Sequence[Fraction | int]], *, deadline: float = math.inf
) -> Dichotomies:
    """Enumerate all non-trivial linear dichotomies of distinct points, up to complement.

    Args:
        points: N distinct points of equal dimension, exact numbers.
        deadline: a `time.monotonic()` value after which the list is returned incomplete.

    Returns:
        The splits in a fixed order, each with point 0 on side False.

    Four points in general position have 7 splits, as Cover's count 2(1 + 3 + 3) / 2 includes the
    trivial one (Cover 1965, Geometrical and statistical properties of systems of linear
    inequalities, theorem 1):

    >>> len(linear_dichotomies([(0, 0), (1, 0), (0, 1), (3, 2)]))
    6
    >>> linear_dichotomies([(0, 0), (1, 1), (2, 2)]).sides.astype(int).tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    grid = integer_grid(points)
    count, dimension = grid.shape
    if math.comb(count, dimension) > MOST_HYPERPLANES:
        return Dichotomies(np.zeros((0, count), bool), complete=False)
    packed: set[bytes] = set()
    complete = True
    for block in _splits(grid):
        packed.update(_canonical(block))
        if time.monotonic() > deadline:
            complete = False
            break
    rows = np.frombuffer(b"".join(sorted(packed)), np.uint8).reshape(len(packed), -1)
    sides = np.unpackbits(rows, axis=1, count=count).astype(bool)
    return Dichotomies(sides[sides.any(axis=1)], complete)


def integer_grid(points: Sequence[Sequence[Fraction | int]]) -> NDArray[np.object_]:
    """Scale exact points to integers and keep coordinates that span their affine hull.

    Scaling and dropping dependent coordinates change no dichotomy.

    >>> integer_grid([(Fraction(1, 2), 7), (1, 7), (2, 7)]).tolist()
    [[1], [2], [4]]
    """
    columns = []
    for axis in zip(*points, strict=True):
        values = [Fraction(value) for value in axis]
        scale = math.lcm(*(value.denominator for value in values))
        columns.append([int(value * scale) for value in values])
    rows = list(zip(*columns, strict=True))
    offsets = [[a - b for a, b in zip(row, rows[0], strict=True)] for row in rows]
    kept = independent_columns(offsets)
    return np.array([[row[k] for k in kept] for row in rows], dtype=object).reshape(
        len(rows), len(kept)
    )


def _canonical(block: Bits) -> list[bytes]:
    """Orient each split so that point 0 lies on side False, and pack it to bytes."""
    rows = np.packbits(block ^ block[:, :1], axis=1)
    text, width = rows.tobytes(), rows.shape[1]
    return [text[start : start + width] for start in range(0, len(text), width)]


def _splits(grid: NDArray[np.object_]) -> Iterator[Bits]:
    """Yield blocks of linear splits (all of them, repetitions allowed) of spanning points."""
    count, dimension = grid.shape
    if dimension == 0:
        yield np.zeros((1, count), bool)
    elif dimension == 1:
        order = np.argsort(grid[:, 0], kind="stable")
        ranks = np.empty(count, int)
        ranks[order] = np.arange(count)
        yield ranks[None, :] >= np.arange(count)[:, None]
    elif dimension == 2:
        yield from _plane_splits(grid)
    else:
        yield from _space_splits(grid)


def _plane_splits(grid: NDArray[np.object_]) -> Iterator[Bits]:
    """Split by the line through every two points, in blocks of lines."""
    reach = max(abs(int(value)) for value in grid.flat) + 1
    exact = grid.astype(np.int64) if 8 * reach * reach < _INT64_SAFE else grid
    first, second = np.triu_indices(len(grid), 1)
    for start in range(0, len(first), _CHUNK):
        a, b = exact[first[start : start + _CHUNK]], exact[second[start : start + _CHUNK]]
        normal = np.stack([a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]], axis=1)
        values = normal @ exact.T - (normal * a).sum(axis=1)[:, None]
        fresh = (values == 0).cumsum(axis=1)[np.arange(len(a)), second[start : start + _CHUNK]] == 2
        fresh &= (values == 0).cumsum(axis=1)[np.arange(len(a)), first[start : start + _CHUNK]] == 1
        yield from _turned(exact, normal[fresh], np.sign(values[fresh]).astype(np.int8))


def _turned(exact: NDArray[Any], normal: NDArray[Any], signs: NDArray[np.int8]) -> Iterator[Bits]:
    """Turn each line a little about a point between its neighbours: prefixes go to one side.

    Each line comes once, by the first two points that it holds.
    """
    on_line, positive = signs == 0, signs > 0
    along = np.stack([normal[:, 1], -normal[:, 0]], axis=1) @ exact.T
    beyond = along.max(initial=0) + 1
    rank = np.argsort(np.argsort(np.where(on_line, along, beyond), axis=1), axis=1)
    for cut in range(int(on_line.sum(axis=1).max(initial=0)) + 1):
        yield positive | (on_line & (rank < cut))
        yield positive | (on_line & (rank >= cut))


def _space_splits(grid: NDArray[np.object_]) -> Iterator[Bits]:
    """Split by the hyperplane through every d independent points; recurse on those it holds."""
    count, dimension = grid.shape
    seen: set[bytes] = set()
    for chosen in combinations(range(count), dimension):
        normal = normal_vector([list(grid[k] - grid[chosen[0]]) for k in chosen[1:]])
        if normal is None:
            continue
        values = (grid - grid[chosen[0]]) @ np.array(normal, dtype=object)
        on_plane = values == 0
        key = np.packbits(on_plane).tobytes()
        if key in seen:
            continue
        seen.add(key)
        positive = (values > 0).astype(bool)
        members = np.flatnonzero(on_plane)
        held = integer_grid([tuple(grid[k]) for k in members])
        for part in _splits(held):
            block = np.repeat(positive[None, :], len(part), axis=0)
            block[:, members] = part
            yield block
            mirrored = block.copy()
            mirrored[:, members] = ~part
            yield mirrored
