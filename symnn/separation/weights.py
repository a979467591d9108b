"""Readable weights: small integers for the lines, through gaps close to the widest.

Law: a unit's value is never 0 on a point, and the widest gap of a split is exact in the plane (it
lies across an edge of one convex hull, or between two corners). A simpler line is preferred while
it keeps `SHARE` of that gap; the bias is the simplest fraction in the middle fifth of the gap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp, nnls

from symnn.separation.lp import Plane, separate, verify_plane
from symnn.separation.rational import Exact, primitive, simplest_between
from symnn.separation.stripes import small_directions

SHARE = Fraction(4, 5)
_MOST_INTEGER_UNITS = 10
_ROUNDINGS = (1, 2, 3, 4, 6, 8, 12, 20, 100, 1000, 10**6)
_RESPONSE = 1000.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A threshold unit: 1 where `weights . x + bias > 0`, else 0."""

    weights: tuple[Fraction, ...]
    bias: Fraction

    def value(self, point: Sequence[Exact]) -> Fraction:
        """Evaluate `weights . x + bias` exactly.

        >>> Unit((Fraction(1), Fraction(1)), Fraction(-1, 2)).value((0, 1))
        Fraction(1, 2)
        """
        return sum((w * x for w, x in zip(self.weights, point, strict=True)), self.bias)

    def fires(self, point: Sequence[Exact]) -> bool:
        """Tell whether the unit is 1 at a point."""
        return self.value(point) > 0

    def turned(self) -> Unit:
        """Return the unit of the other side; equal to 1 - h away from its line."""
        return Unit(tuple(-w for w in self.weights), -self.bias)

    @property
    def norm(self) -> float:
        """Euclidean length of the weights."""
        return math.sqrt(sum(w * w for w in self.weights))


@dataclass(frozen=True, slots=True)
class Gap:
    """A direction, the empty interval of its values, and the squared width it stands for."""

    direction: tuple[int, ...]
    low: int
    high: int

    @property
    def squared(self) -> Fraction:
        """Squared Euclidean width of the empty strip."""
        return Fraction((self.high - self.low) ** 2, sum(w * w for w in self.direction))


def widest_gap(grid: NDArray[Any], side: NDArray[np.bool_]) -> Gap:
    """Return the widest empty strip between the two sides of a split (exact in the plane).

    >>> square = np.array([(0, 0), (2, 0), (0, 2), (2, 2)])
    >>> widest_gap(square, np.array([False, False, False, True])).squared
    Fraction(2, 1)
    """
    return max(_gaps(_wide_directions(grid, side), grid, side), key=lambda gap: gap.squared)


def readable_unit(
    grid: NDArray[Any],
    scale: int,
    side: NDArray[np.bool_],
    direction: tuple[int, ...] | None = None,
) -> Unit:
    """Build a unit with small weights that is 1 on the points of one side only.

    Args:
        grid: [N, d] integer coordinates, `scale` times the points.
        scale: the common scale.
        side: [N] the points where the unit must be 1.
        direction: take this direction if it separates (stripes share one).
    """
    given = _gaps([direction], grid, side) if direction else []
    if given:
        return _unit_in(given[0], scale)
    widest = widest_gap(grid, side)
    simple = _gaps(small_directions(grid.shape[1]) + _approximations(widest.direction), grid, side)
    enough = widest.squared * SHARE**2
    return _unit_in(next((gap for gap in simple if gap.squared >= enough), widest), scale)


def output_plane(ones: Sequence[Sequence[Exact]], zeros: Sequence[Sequence[Exact]]) -> Plane:
    """Find output weights of least absolute sum, integers for few units, with a centred bias.

    >>> output_plane([(1, 1)], [(0, 1), (1, 0)])
    Plane(weights=(Fraction(1, 1), Fraction(1, 1)), bias=Fraction(-3, 2))
    """
    weights = _small_integers(ones, zeros) if len(ones[0]) <= _MOST_INTEGER_UNITS else None
    if weights is None:
        plane = separate(ones, zeros)
        assert isinstance(plane, Plane)
        weights = [Fraction(w) for w in primitive(plane.weights)]
    low = max(sum(w * z for w, z in zip(weights, row, strict=True)) for row in zeros)
    high = min(sum(w * z for w, z in zip(weights, row, strict=True)) for row in ones)
    return Plane(tuple(weights), -Fraction(low + high) / 2)


def _small_integers(
    ones: Sequence[Sequence[Exact]], zeros: Sequence[Sequence[Exact]]
) -> list[Fraction] | None:
    """Let HiGHS minimise the sum of |v| over integers; accept only what verifies."""
    up, down = np.array(ones, dtype=float), np.array(zeros, dtype=float)
    rows = np.vstack([np.c_[up, np.ones(len(up))], -np.c_[down, np.ones(len(down))]])
    lower = np.r_[np.ones(len(up)), np.zeros(len(down))]
    width = up.shape[1]
    answer = milp(
        np.r_[np.ones(2 * width), 0.0],
        constraints=LinearConstraint(np.hstack([rows[:, :-1], -rows[:, :-1], rows[:, -1:]]), lower),
        bounds=Bounds(np.r_[np.zeros(2 * width), -np.inf], np.inf),
        integrality=np.ones(2 * width + 1),
        options={"node_limit": 2000},
    )
    if answer.x is None:
        return None
    whole = [Fraction(round(v)) for v in answer.x[:width] - answer.x[width : 2 * width]]
    bias = Fraction(round(answer.x[-1])) - Fraction(1, 2)
    return whole if verify_plane(Plane(tuple(whole), bias), ones, zeros) else None


def _unit_in(gap: Gap, scale: int) -> Unit:
    low, high = Fraction(gap.low, scale), Fraction(gap.high, scale)
    tenth = (high - low) / 10
    bias = -simplest_between(low + 4 * tenth, high - 4 * tenth)
    return Unit(tuple(Fraction(w) for w in gap.direction), bias)


def _gaps(
    directions: Sequence[Sequence[int]], grid: NDArray[Any], side: NDArray[np.bool_]
) -> list[Gap]:
    """Keep the directions, turned towards the side, along which the split is strict."""
    block = np.array(directions, dtype=object)
    reach = max(abs(int(v)) for v in block.flat) * max(abs(int(v)) for v in grid.flat)
    kind = np.int64 if reach * grid.shape[1] < 2**61 else object
    values = block.astype(kind) @ grid.astype(kind).T
    inside, outside = values[:, side], values[:, ~side]
    up = (outside.max(axis=1), inside.min(axis=1))
    down = (-outside.min(axis=1), -inside.max(axis=1))
    found = []
    for k, direction in enumerate(directions):
        for sign, (low, high) in ((1, up), (-1, down)):
            if low[k] < high[k]:
                turned = tuple(sign * int(w) for w in direction)
                found.append(Gap(turned, int(low[k]), int(high[k])))
    return found


def _wide_directions(grid: NDArray[Any], side: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """List candidate normals: exact in the plane; elsewhere nearest points and a proved one."""
    inside, outside = grid[side].tolist(), grid[~side].tolist()
    dimension = grid.shape[1]
    if dimension == 1:
        return [(1,)]
    if dimension > 2:
        proved = separate(inside, outside)
        assert isinstance(proved, Plane)
        nearest = _approximations(_nearest_direction(grid[side], grid[~side]))
        return [*small_directions(dimension), *nearest, tuple(primitive(proved.weights))]
    hulls = convex_corners(inside), convex_corners(outside)
    normals = [
        (p[1] - q[1], q[0] - p[0])
        for hull in hulls
        for p, q in pairwise([*hull, hull[0]])
        if p != q
    ]
    links = [(p[0] - q[0], p[1] - q[1]) for p in hulls[0] for q in hulls[1]]
    return sorted({(x, y) for x, y in (primitive(w) for w in normals + links)})


def convex_corners(points: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return the corners of the convex hull in order (Andrew's monotone chain, exact).

    >>> convex_corners([(0, 0), (1, 0), (2, 0), (1, 1)])
    [(0, 0), (2, 0), (1, 1)]
    """
    ordered = sorted({(p[0], p[1]) for p in points})
    if len(ordered) < 3:
        return ordered
    halves = []
    for run in (ordered, ordered[::-1]):
        chain: list[tuple[int, int]] = []
        for p in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        halves += chain[:-1]
    return halves


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _nearest_direction(inside: NDArray[Any], outside: NDArray[Any]) -> tuple[float, ...]:
    """Return, in floating point, the link of the nearest points of two convex hulls."""
    a, b = inside.astype(float), outside.astype(float)
    size = max(np.abs(a).max(), np.abs(b).max(), 1.0)
    top = np.hstack([a.T, -b.T]) / size
    sums = np.array([[1.0] * len(a) + [0.0] * len(b), [0.0] * len(a) + [1.0] * len(b)])
    target = np.r_[np.zeros(len(top)), _RESPONSE, _RESPONSE]
    weights, _ = nnls(np.vstack([top, _RESPONSE * sums]), target)
    return tuple(map(float, top @ weights))


def _approximations(direction: Sequence[float | int]) -> list[tuple[int, ...]]:
    """Round a direction to integers, coarse first."""
    largest = max(abs(w) for w in direction)
    if largest == 0:
        return []
    ratios = [Fraction(w) / Fraction(largest) for w in direction]
    rounded = [tuple(primitive([r.limit_denominator(q) for r in ratios])) for q in _ROUNDINGS]
    return [vector for vector in dict.fromkeys(rounded) if any(vector)]
