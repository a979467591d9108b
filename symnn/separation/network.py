"""A one-hidden-layer threshold network in exact arithmetic, and what its output computes.

Law: the forward pass is rational arithmetic, so "classifies every point" is decided, not measured.
Units are turned so that output weights are positive: the output is then a monotone function of the
half-planes, read as AND, OR, "at least t of k" or a list of cases. Parallel lines keep one
direction: their output is a parity of the borders passed (XOR).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import CheckError, explain
from symnn.separation.points import PointSet
from symnn.separation.rational import Exact, primitive
from symnn.separation.weights import Unit, output_plane

_MOST_CASES = 12


@dataclass(frozen=True, slots=True)
class Network:
    """h_j = [w_j . x + b_j > 0]; y = [v . h + s . x + c > 0], s empty unless inputs skip."""

    hidden: tuple[Unit, ...]
    output: tuple[Fraction, ...]
    bias: Fraction
    skip: tuple[Fraction, ...] = ()

    def code(self, point: Sequence[Exact]) -> tuple[int, ...]:
        """Return the values of the hidden units at a point."""
        return tuple(int(unit.fires(point)) for unit in self.hidden)

    def score_of_code(self, code: Sequence[int]) -> Fraction:
        """Evaluate `v . h + c` on a hidden code."""
        return sum((v * h for v, h in zip(self.output, code, strict=True)), self.bias)

    def score(self, point: Sequence[Exact]) -> Fraction:
        """Evaluate the output's argument at a point."""
        direct = sum((s * x for s, x in zip(self.skip, point, strict=False)), Fraction(0))
        return self.score_of_code(self.code(point)) + direct

    def classify(self, point: Sequence[Exact]) -> bool:
        """Return the class of a point.

        >>> one = Network((Unit((Fraction(1),), Fraction(-1)),), (Fraction(1),), Fraction(-1, 2))
        >>> one.classify((2,)), one.classify((0,))
        (True, False)
        """
        return self.score(point) > 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the output unit computes from the half-planes.

    `kind` is single, and, or, atleast, parity or cases; `need` counts the half-planes of atleast;
    `cases` are the smallest sets of units that switch the output on; `xor` says that on the codes
    that occur the output is XOR (or its complement) of all units.
    """

    kind: str
    need: int
    cases: tuple[tuple[int, ...], ...]
    xor: bool


def build_network(points: PointSet, units: Sequence[Unit], *, skip: bool = False) -> Network:
    """Find the output weights for given hidden units, turn and order the units, check all points.

    Raises:
        CheckError: a point is misclassified or lies on a line (never for separating units).
    """
    parallel = len(units) > 2 and all(_parallel(units[0], unit) for unit in units)
    if parallel:
        units = _aligned(units)
    network = _with_output(points, units, skip)
    network = Network(*_without_idle(network), network.bias, network.skip)
    if not parallel:
        network = _turned_positive(network)
    verify_network(network, points)
    return network


def verify_network(network: Network, points: PointSet) -> None:
    """Run the network on every point in exact arithmetic.

    Raises:
        CheckError: a point is misclassified, or lies on the line of a unit.
    """
    signs = hidden_signs(network.hidden, points)
    for k, (point, label) in enumerate(zip(points.coordinates, points.labels, strict=True)):
        direct = sum((s * x for s, x in zip(network.skip, point, strict=False)), Fraction(0))
        score = network.score_of_code([int(s > 0) for s in signs[:, k]]) + direct
        if not signs[:, k].all() or score == 0 or (score > 0) != label:
            raise CheckError(
                explain(
                    f"point ({', '.join(map(str, point))})",
                    expected=f"class '{points.classes[label]}', off every line",
                    found=f"output value {score}",
                    fix="report this: the construction is wrong",
                )
            )


def hidden_signs(units: Sequence[Unit], points: PointSet) -> NDArray[np.int8]:
    """Return the sign [k, N] of every unit's value on every point, decided in integers.

    >>> from symnn.separation.points import points_of
    >>> hidden_signs([Unit((Fraction(1),), Fraction(-1))], points_of([(0,), (1,), (2,)], "aab"))
    array([[-1,  0,  1]], dtype=int8)
    """
    grid, scale = points.scaled()
    rows = [primitive([*unit.weights, unit.bias]) for unit in units]
    table = np.array(rows, dtype=object).reshape(len(rows), points.dimension + 1)
    values = table[:, :-1] @ grid.astype(object).T + scale * table[:, -1:]
    signs: NDArray[np.int8] = np.sign(values).astype(np.int8)
    return signs


def read_output(network: Network, points: PointSet) -> Reading:
    """Recognise the boolean function of the output unit.

    >>> line = tuple(Unit((Fraction(1),), Fraction(-k)) for k in (1, 2))
    >>> from symnn.separation.points import points_of
    >>> both = Network(line, (Fraction(1), Fraction(1)), Fraction(-3, 2))
    >>> read_output(both, points_of([(0,), (3,)], [0, 1])).kind
    'and'
    """
    count = len(network.hidden)
    codes = {network.code(p): y for p, y in zip(points.coordinates, points.labels, strict=True)}
    shift = {(sum(code) + label) % 2 for code, label in codes.items()}
    xor = len(shift) == 1 and count > 1
    if any(v < 0 for v in network.output):
        return Reading("parity" if xor else "cases", 0, (), xor)
    cases = _smallest_cases(network)
    if count == 1:
        return Reading("single", 1, cases, False)
    sizes = {len(case) for case in cases}
    if len(set(network.output)) == 1 and len(sizes) == 1:
        need = sizes.pop()
        kind = {count: "and", 1: "or"}.get(need, "atleast")
        return Reading(kind, need, cases, xor)
    return Reading("cases", 0, cases, xor)


def _smallest_cases(network: Network) -> tuple[tuple[int, ...], ...]:
    """List the minimal sets of units that switch a monotone output on; none if there are many."""
    count = len(network.hidden)
    if count > _MOST_CASES:
        equal = len(set(network.output)) == 1
        need = next((t for t in range(count + 1) if network.output[0] * t + network.bias > 0), 0)
        return (tuple(range(need)),) if equal else ()
    found: list[tuple[int, ...]] = []
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            code = [int(k in chosen) for k in range(count)]
            if network.score_of_code(code) > 0 and not any(set(c) <= set(chosen) for c in found):
                found.append(chosen)
    return tuple(found)


def _with_output(points: PointSet, units: Sequence[Unit], skip: bool) -> Network:
    rows: tuple[dict[tuple[Exact, ...], None], ...] = ({}, {})
    codes = (hidden_signs(units, points) > 0).T.astype(int).tolist()
    for code, point, label in zip(codes, points.coordinates, points.labels, strict=True):
        rows[label][(*code, *(point if skip else ()))] = None
    plane = output_plane(list(rows[1]), list(rows[0]))
    size = len(units)
    return Network(tuple(units), plane.weights[:size], plane.bias, plane.weights[size:])


def _without_idle(network: Network) -> tuple[tuple[Unit, ...], tuple[Fraction, ...]]:
    kept = [k for k, v in enumerate(network.output) if v]
    return tuple(network.hidden[k] for k in kept), tuple(network.output[k] for k in kept)


def _turned_positive(network: Network) -> Network:
    """Turn each unit of negative output weight: v h = v - v (1 - h)."""
    units = [
        unit if v > 0 else unit.turned()
        for unit, v in zip(network.hidden, network.output, strict=True)
    ]
    bias = network.bias + sum((v for v in network.output if v < 0), Fraction(0))
    order = sorted(range(len(units)), key=lambda k: _simplicity(units[k]))
    return Network(
        tuple(units[k] for k in order),
        tuple(abs(network.output[k]) for k in order),
        bias,
        network.skip,
    )


def _simplicity(unit: Unit) -> tuple[Fraction, tuple[Fraction, ...], Fraction]:
    return (
        sum((abs(w) for w in unit.weights), Fraction(0)),
        tuple(-w for w in unit.weights),
        unit.bias,
    )


def _parallel(one: Unit, other: Unit) -> bool:
    pairs = list(zip(one.weights, other.weights, strict=True))
    return all(a * d == b * c for a, b in pairs for c, d in pairs)


def _aligned(units: Sequence[Unit]) -> list[Unit]:
    """Give parallel units one direction and sort them by the border they hold."""
    lead = next(k for k, w in enumerate(units[0].weights) if w)
    ahead = [unit if unit.weights[lead] > 0 else unit.turned() for unit in units]
    return sorted(ahead, key=lambda unit: -unit.bias / unit.weights[lead])
