"""Linear algebra over the rationals: rank, null vectors, the simplest fraction of an interval.

Law: every number is a Python integer or Fraction; nothing is rounded. Fraction-free elimination
(Bareiss 1968) keeps the numbers small. To extend: exact operations only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Exact = Fraction | int


def independent_columns(rows: Sequence[Sequence[Exact]]) -> list[int]:
    """Return the first columns that form a basis of the column space.

    >>> independent_columns([[0, 1, 2], [0, 2, 4], [0, 0, 1]])
    [1, 2]
    """
    return echelon(rows)[1]


def echelon(rows: Sequence[Sequence[Exact]]) -> tuple[list[list[Fraction]], list[int]]:
    """Reduce to row echelon form with unit pivots; return the pivot rows and pivot columns.

    >>> echelon([[2, 4], [1, 2]])
    ([[Fraction(1, 1), Fraction(2, 1)]], [0])
    """
    work = [[Fraction(value) for value in row] for row in rows]
    width = len(work[0]) if work else 0
    pivots: list[int] = []
    for column in range(width):
        top = len(pivots)
        found = next((r for r in range(top, len(work)) if work[r][column]), None)
        if found is None:
            continue
        work[top], work[found] = work[found], work[top]
        head = work[top][column]
        work[top] = [value / head for value in work[top]]
        for r, row in enumerate(work):
            if r != top and row[column]:
                factor = row[column]
                work[r] = [a - factor * b for a, b in zip(row, work[top], strict=True)]
        pivots.append(column)
    return work[: len(pivots)], pivots


def null_vector(rows: Sequence[Sequence[Exact]]) -> list[int] | None:
    """Return the primitive integer vector that spans the null space, None unless it is a line.

    >>> null_vector([[1, 1, -1], [0, 2, -1]])
    [1, 1, 2]
    """
    reduced, pivots = echelon(rows)
    width = len(rows[0])
    free = [column for column in range(width) if column not in pivots]
    if len(free) != 1:
        return None
    vector = [Fraction(0)] * width
    vector[free[0]] = Fraction(1)
    for row, pivot in zip(reduced, pivots, strict=True):
        vector[pivot] = -row[free[0]]
    return primitive(vector)


def normal_vector(directions: Sequence[Sequence[Exact]]) -> list[int] | None:
    """Return the primitive normal of d-1 directions in d dimensions, None if they are dependent.

    >>> normal_vector([[1, 0, 0], [0, 2, 0]])
    [0, 0, 1]
    """
    return null_vector(directions)


def primitive(vector: Sequence[Exact]) -> list[int]:
    """Scale a rational vector by a positive number to coprime integers.

    >>> primitive([Fraction(1, 2), Fraction(-3, 4)])
    [2, -3]
    """
    if all(type(value) is int for value in vector):
        whole = [int(value) for value in vector]
    else:
        scale = math.lcm(*(value.denominator for value in vector))
        whole = [value.numerator * (scale // value.denominator) for value in vector]
    common = math.gcd(*whole) or 1
    return [value // common for value in whole]


def simplest_between(low: Exact, high: Exact) -> Fraction:
    """Return the fraction of least denominator (then least size) with low <= f <= high.

    The walk down the Stern-Brocot tree (Graham, Knuth, Patashnik, Concrete Mathematics, 4.5).

    >>> simplest_between(Fraction(3, 10), Fraction(2, 5))
    Fraction(1, 3)
    >>> simplest_between(-2, Fraction(1, 2))
    Fraction(0, 1)
    """
    low, high = Fraction(low), Fraction(high)
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    base = whole - 1
    return base + 1 / simplest_between(1 / (high - base), 1 / (low - base))
