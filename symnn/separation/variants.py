"""The same classifier with other units: sigmoid or tanh, ReLU, skip connections, one long way.

Law: a smooth unit differs from the step by at most 1 / (1 + exp(beta |z|)), so the output moves by
at most sum_j |v_j| / (1 + exp(beta |z_j|)); while that is less than the margin |v . h + c| of every
point, every point stays right. The bound is derived, then the smooth network is run. ReLU and skip
networks are exact: their output weights are found and checked in rationals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from symnn.separation.clauses import Instance
from symnn.separation.dichotomies import Dichotomies
from symnn.separation.lp import Plane, separate
from symnn.separation.network import Network, build_network
from symnn.separation.points import PointSet
from symnn.separation.rational import primitive
from symnn.separation.search import OutOfNodesError, Search
from symnn.separation.weights import Unit, readable_unit

_BISECTIONS = 60
_ACTIVATIONS = {"sigmoid": 1.0, "tanh": 2.0}
_MOST_SIGNED_UNITS = 6
_MOST_SKIP_SPLITS = 800
_SKIP_BRANCHES = 3000
_CLEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Smooth:
    """A network of sigmoid or tanh units.

    Attributes:
        activation: sigmoid or tanh.
        bound: every steepness above it keeps all points right (proved); 0 if any does.
        used: the steepness that was run.
        right: points classified rightly in that run.
        measured: the least steepness from which the run was right on a grid up to `used`.
    """

    activation: str
    bound: float
    used: float
    right: int
    measured: float


@dataclass(frozen=True, slots=True)
class ReluNetwork:
    """y = [v . relu(W x + b) + c > 0], exact."""

    units: tuple[Unit, ...]
    output: tuple[Fraction, ...]
    bias: Fraction
    ramps: bool

    def score(self, point: Sequence[Fraction]) -> Fraction:
        """Evaluate the output's argument exactly."""
        values = [max(unit.value(point), Fraction(0)) for unit in self.units]
        return sum((v * r for v, r in zip(self.output, values, strict=True)), self.bias)


@dataclass(frozen=True, slots=True)
class SkipNetwork:
    """A threshold network whose output also reads the inputs; `proved`: no fewer units can do."""

    network: Network
    proved: bool


def smooth_variant(network: Network, points: PointSet, activation: str) -> Smooth:
    """Derive the steepness bound of sigmoid or tanh units, and run the network with it.

    tanh(z) = 2 sigmoid(2 z) - 1, so tanh needs half the steepness, with v/2 and c + sum(v)/2.

    >>> from symnn.separation.designer import design
    >>> xor = design([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
    >>> smooth = smooth_variant(xor.network, xor.points, "sigmoid")
    >>> round(smooth.bound, 4), smooth.right
    (2.1972, 4)
    """
    factor = _ACTIVATIONS[activation]
    z = np.array([[float(u.value(p)) for u in network.hidden] for p in points.coordinates])
    weights = np.array([float(abs(v)) for v in network.output])
    margins = np.array([abs(float(network.score(p))) for p in points.coordinates])
    bound = _least(lambda beta: bool((_drift(beta, z, weights) < margins).all()))
    used = _round_up(bound * 1.05 / factor) if bound else 1.0
    labels = np.array(points.labels)

    def right(beta: float) -> int:
        return int((np.sign(_run(network, z, beta, activation)) == np.where(labels, 1, -1)).sum())

    measured = _least(lambda beta: right(beta / factor) == len(points))
    return Smooth(activation, bound / factor, used, right(used), measured / factor)


def _drift(
    beta: float, z: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Bound how far the output value of each point can move."""
    moved: NDArray[np.float64] = (weights / (1 + np.exp(np.minimum(beta * np.abs(z), 700)))).sum(1)
    return moved


def _run(
    network: Network, z: NDArray[np.float64], beta: float, activation: str
) -> NDArray[np.float64]:
    """Evaluate the output value of the smooth network; values too near 0 count as 0."""
    v = np.array([float(w) for w in network.output])
    c = float(network.bias)
    if activation == "tanh":
        values = np.tanh(beta * z) @ (v / 2) + c + v.sum() / 2
    else:
        values = (1 / (1 + np.exp(-np.clip(beta * z, -700, 700)))) @ v + c
    return np.where(np.abs(values) < _CLEAR, 0.0, values)


def _least(holds: object) -> float:
    """Bisect for the steepness from which a monotone condition holds; 0 if it always does."""
    assert callable(holds)
    if holds(1e-6):
        return 0.0
    high = 1.0
    while not holds(high):
        high *= 2
    low = high / 2 if high > 1 else 0.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _round_up(value: float) -> float:
    """Round up to two significant digits."""
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.ceil(value / step) * step, 12)


def relu_variant(network: Network, points: PointSet) -> ReluNetwork:
    """Build a ReLU network on the same lines: one unit a line if that separates, else two.

    >>> from symnn.separation.designer import design
    >>> xor = design([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
    >>> len(relu_variant(xor.network, xor.points).units)
    2
    """
    count = len(network.hidden)
    if count <= _MOST_SIGNED_UNITS:
        for signs in product((True, False), repeat=count):
            units = tuple(
                unit.turned() if turn else unit
                for unit, turn in zip(network.hidden, signs, strict=True)
            )
            found = _relu_output(units, points)
            if found is not None:
                return found
    return _ramps(network, points)


def _relu_output(units: tuple[Unit, ...], points: PointSet) -> ReluNetwork | None:
    rows: tuple[list[list[Fraction]], ...] = ([], [])
    for point, label in zip(points.coordinates, points.labels, strict=True):
        rows[label].append([max(unit.value(point), Fraction(0)) for unit in units])
    plane = separate(rows[1], rows[0])
    if not isinstance(plane, Plane):
        return None
    whole = [Fraction(v) for v in primitive(plane.weights)]
    values = [
        [sum(v * r for v, r in zip(whole, row, strict=True)) for row in part] for part in rows
    ]
    return ReluNetwork(units, tuple(whole), -Fraction(max(values[0]) + min(values[1])) / 2, False)


def _ramps(network: Network, points: PointSet) -> ReluNetwork:
    """Replace each step by a ramp that ends before the nearest points: exact on the points."""
    units: list[Unit] = []
    output: list[Fraction] = []
    for unit, v in zip(network.hidden, network.output, strict=True):
        m = min(abs(unit.value(p)) for p in points.coordinates)
        slope = tuple(w / (2 * m) for w in unit.weights)
        units += [Unit(slope, (unit.bias + m) / (2 * m)), Unit(slope, (unit.bias - m) / (2 * m))]
        output += [v, -v]
    return ReluNetwork(tuple(units), tuple(output), network.bias, True)


def skip_variant(network: Network, points: PointSet, splits: Dichotomies) -> SkipNetwork:
    """Find the fewest hidden units when the output also reads the inputs.

    >>> from symnn.separation.designer import design
    >>> from symnn.separation.dichotomies import linear_dichotomies
    >>> xor = design([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
    >>> best = skip_variant(xor.network, xor.points, linear_dichotomies(xor.points.coordinates))
    >>> len(best.network.hidden), best.proved
    (1, True)
    """
    same = SkipNetwork(network, proved=False)
    if not splits.complete or len(splits) > _MOST_SKIP_SPLITS:
        return same
    grid, scale = points.scaled()
    skip = tuple(tuple(row) for row in grid.tolist())
    search = Search(Instance(splits.sides, np.array(points.labels), skip))
    proved = True
    for size in range(len(network.hidden)):
        search.most_nodes = search.nodes + _SKIP_BRANCHES
        try:
            units = search.find(size)
        except OutOfNodesError:
            proved = False
            continue
        if units is not None:
            hidden = [readable_unit(grid, scale, splits.sides[k]) for k in units]
            return SkipNetwork(build_network(points, hidden, skip=True), proved)
    return SkipNetwork(network, proved)
