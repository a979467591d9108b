"""Can two finite sets be split by a hyperplane? The answer comes with an exact proof.

Law: HiGHS proposes in floating point, rational arithmetic decides. Either a `Plane` whose every
value was checked to be strictly positive or negative, or a `Certificate`: nonnegative integers,
not all zero, that balance the two classes (`sum a_i p_i = sum b_j q_j`, `sum a_i = sum b_j`), so
that the two convex hulls share a point and no hyperplane can exist (Farkas 1902; Radon 1921).
When the proposal does not verify, an exact simplex over fractions (Bland's rule, so it ends)
answers instead: no answer is ever guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from symnn.core.errors import CheckError, explain
from symnn.separation.rational import Exact, null_vector, primitive

_SIMPLEX_CELLS = 1200
_DENOMINATORS = (1, 2, 6, 60, 5040, 10**6)
_TINY = 1e-9

Vectors = Sequence[Sequence[Exact]]


@dataclass(frozen=True, slots=True)
class Plane:
    """`weights . z + bias` is positive on the first set and negative on the second."""

    weights: tuple[Fraction, ...]
    bias: Fraction

    def value(self, vector: Sequence[Exact]) -> Fraction:
        """Evaluate exactly."""
        return sum((w * z for w, z in zip(self.weights, vector, strict=True)), self.bias)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Integer multipliers of the first and second set whose weighted sums agree."""

    first: tuple[int, ...]
    second: tuple[int, ...]


def separate(first: Vectors, second: Vectors) -> Plane | Certificate:
    """Split two finite sets of vectors strictly, or prove that no hyperplane does.

    >>> separate([(0, 0)], [(1, 0), (0, 1)]).value((0, 0)) > 0
    True
    >>> separate([(0, 0), (1, 1)], [(1, 0), (0, 1)])
    Certificate(first=(1, 1), second=(1, 1))
    """
    cells = (len(first) + len(second)) * (len(first[0]) + 2)
    if cells > _SIMPLEX_CELLS:
        proposal = _proposed_plane(first, second) or _proposed_certificate(first, second)
        if proposal is not None:
            return proposal
    return _simplex(first, second)


def verify_plane(plane: Plane, first: Vectors, second: Vectors) -> bool:
    """Check in exact arithmetic that the plane splits the sets strictly.

    >>> verify_plane(Plane((Fraction(1),), Fraction(0)), [(1,)], [(0,)])
    False
    """
    return all(plane.value(z) > 0 for z in first) and all(plane.value(z) < 0 for z in second)


def verify_certificate(certificate: Certificate, first: Vectors, second: Vectors) -> bool:
    """Check in exact arithmetic that the multipliers balance the two sets.

    >>> verify_certificate(Certificate((2,), (1, 1)), [(1,)], [(0,), (2,)])
    True
    """
    a, b = certificate.first, certificate.second
    if min(*a, *b) < 0 or sum(a) == 0 or sum(a) != sum(b):
        return False
    width = len(first[0])
    return all(
        sum(m * z[k] for m, z in zip(a, first, strict=True))
        == sum(m * z[k] for m, z in zip(b, second, strict=True))
        for k in range(width)
    )


def _signed(first: Vectors, second: Vectors) -> list[list[Exact]]:
    """List the columns (z, 1) of the first set and -(z, 1) of the second."""
    return [[*z, 1] for z in first] + [[-value for value in (*z, 1)] for z in second]


def _proposed_plane(first: Vectors, second: Vectors) -> Plane | None:
    """Let HiGHS find weights of least absolute sum with values at least 1, then verify."""
    rows = np.array(_signed(first, second), dtype=float)
    width = rows.shape[1]
    cost = np.ones(2 * width)
    cost[[width - 1, -1]] = 0.01
    answer = linprog(cost, A_ub=np.hstack([-rows, rows]), b_ub=-np.ones(len(rows)), method="highs")
    if answer.x is None:
        return None
    found = answer.x[:width] - answer.x[width:]
    for denominator in _DENOMINATORS:
        exact = [Fraction(round(float(value) * denominator), denominator) for value in found]
        plane = Plane(tuple(exact[:-1]), exact[-1])
        if verify_plane(plane, first, second):
            return plane
    return None


def _proposed_certificate(first: Vectors, second: Vectors) -> Certificate | None:
    """Let HiGHS find the support of a balanced combination, solve it exactly, then verify."""
    columns = _signed(first, second)
    matrix = np.array(columns, dtype=float).T
    total = np.r_[np.ones(len(first)), np.zeros(len(second))]
    target = np.r_[np.zeros(len(matrix)), 1.0]
    answer = linprog(
        np.zeros(len(columns)), A_eq=np.vstack([matrix, total]), b_eq=target, method="highs-ds"
    )
    if answer.x is None:
        return None
    support = [k for k, value in enumerate(answer.x) if value > _TINY]
    vector = null_vector([[columns[k][row] for k in support] for row in range(len(columns[0]))])
    if vector is None:
        return None
    if min(vector) < 0:
        vector = [-value for value in vector]
    dense = dict(zip(support, vector, strict=True))
    weights = tuple(dense.get(k, 0) for k in range(len(columns)))
    certificate = Certificate(weights[: len(first)], weights[len(first) :])
    return certificate if verify_certificate(certificate, first, second) else None


def _simplex(first: Vectors, second: Vectors) -> Plane | Certificate:
    """Decide by phase one of the simplex method over fractions, with Bland's rule.

    Unknowns are the multipliers; the last row asks the first class to sum to 1. Artificial
    unknowns are the identity at the right, so the reduced costs there give the dual vector.
    """
    columns = _signed(first, second)
    count, height = len(columns), len(columns[0]) + 1
    table = [
        [Fraction(columns[j][r]) for j in range(count)] + _unit(r, height) + [Fraction(0)]
        for r in range(height - 1)
    ]
    table.append(
        [Fraction(int(j < len(first))) for j in range(count)]
        + _unit(height - 1, height)
        + [Fraction(1)]
    )
    cost = [-sum((row[j] for row in table), Fraction(0)) for j in range(count)]
    cost += [Fraction(0)] * height + [-sum((row[-1] for row in table), Fraction(0))]
    basis = list(range(count, count + height))
    _pivot_until_optimal(table, cost, basis, count)
    if cost[-1] == 0:
        return _read_certificate(table, basis, len(first), count)
    dual = [cost[count + r] - 1 for r in range(height)]
    plane = Plane(tuple(dual[:-2]), dual[-2] + dual[-1] / 2)
    if not verify_plane(plane, first, second):
        raise CheckError(
            explain(
                "exact simplex",
                expected="a plane that separates",
                found=str(plane),
                fix="report this: the arithmetic is wrong",
            )
        )
    return plane


def _unit(position: int, size: int) -> list[Fraction]:
    return [Fraction(int(k == position)) for k in range(size)]


def _pivot_until_optimal(
    table: list[list[Fraction]], cost: list[Fraction], basis: list[int], count: int
) -> None:
    """Enter the first column of negative cost, leave by the least ratio, ties by least index."""
    while True:
        entering = next((j for j in range(count) if cost[j] < 0), None)
        if entering is None or cost[-1] == 0:
            return
        ratios = [
            (row[-1] / row[entering], basis[r], r)
            for r, row in enumerate(table)
            if row[entering] > 0
        ]
        leaving = min(ratios)[2]
        head = table[leaving][entering]
        pivot_row = [value / head for value in table[leaving]]
        table[leaving] = pivot_row
        for r, row in enumerate(table):
            if r != leaving and row[entering]:
                factor = row[entering]
                table[r] = [a - factor * b if b else a for a, b in zip(row, pivot_row, strict=True)]
        factor = cost[entering]
        cost[:] = [a - factor * b if b else a for a, b in zip(cost, pivot_row, strict=True)]
        basis[leaving] = entering


def _read_certificate(
    table: list[list[Fraction]], basis: list[int], size: int, count: int
) -> Certificate:
    values = {j: row[-1] for j, row in zip(basis, table, strict=True)}
    whole = primitive([values.get(j, Fraction(0)) for j in range(count)])
    return Certificate(tuple(whole[:size]), tuple(whole[size:]))
