"""Good networks quickly: greedy choice of units, then removal of those not needed.

Law: an upper bound only. Each step solves a linear program for the output weights that err least,
and takes the candidate unit whose weighted error its dual multipliers name (the weak learner of
LPBoost, Demiriz, Bennett, Shawe-Taylor 2002). The programs are in floating point; the result
counts only after the exact judgement of `Instance.refute`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from symnn.separation.clauses import Instance

_TOLERANCE = 1e-7


def greedy_units(
    instance: Instance, *, deadline: float, start: Sequence[int] = ()
) -> tuple[int, ...] | None:
    """Choose units that separate the classes; None if the candidates or the time do not allow.

    >>> sides = np.array([[0, 1, 1, 1], [0, 0, 0, 1], [0, 0, 1, 1]], bool)
    >>> labels = np.array([0, 1, 1, 0], bool)
    >>> greedy_units(Instance(sides, labels, ((),) * 4), deadline=float("inf"))
    (0, 1)
    """
    chosen = list(start)
    signs = np.where(instance.labels, 1.0, -1.0)
    table = instance.sides.astype(np.float32)
    while time.monotonic() < deadline:
        loss, dual = _least_error(instance, chosen, signs)
        if loss < _TOLERANCE:
            kept = _thinned(instance, chosen, signs, deadline)
            for candidate in (kept, chosen):
                if not instance.refute(candidate):
                    return tuple(sorted(candidate))
            return None
        edges = np.abs(table @ (dual * signs).astype(np.float32))
        edges[chosen] = 0
        unit = int(np.argmax(edges))
        if edges[unit] < _TOLERANCE:
            return None
        chosen.append(unit)
    return None


def even_spread(count: int, most: int) -> list[int]:
    """List at most so many positions, evenly spread over `count`.

    >>> even_spread(10, 4), even_spread(2, 4)
    ([0, 2, 5, 7], [0, 1])
    """
    if count <= most:
        return list(range(count))
    return [k * count // most for k in range(most)]


def _thinned(
    instance: Instance, chosen: Sequence[int], signs: NDArray[np.float64], deadline: float
) -> list[int]:
    """Drop units, the earliest first, as long as the rest still separates."""
    kept = list(chosen)
    for unit in chosen:
        if time.monotonic() > deadline:
            break
        rest = [other for other in kept if other != unit]
        if rest and _least_error(instance, rest, signs)[0] < _TOLERANCE:
            kept = rest
    return kept


def _least_error(
    instance: Instance, chosen: Sequence[int], signs: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Minimise the total hinge error over output weights; return it with its dual multipliers."""
    count = len(signs)
    codes = instance.sides[list(chosen)].T.astype(float)
    skip = np.array(instance.skip, dtype=float).reshape(count, -1)
    features = np.hstack([codes, skip, np.ones((count, 1))])
    width = features.shape[1]
    answer = linprog(
        np.r_[np.zeros(width), np.ones(count)],
        A_ub=np.hstack([-signs[:, None] * features, -np.eye(count)]),
        b_ub=-np.ones(count),
        bounds=[(None, None)] * width + [(0, None)] * count,
        method="highs",
    )
    if answer.x is None:
        return float("inf"), np.ones(count)
    return float(answer.fun), -np.asarray(answer.ineqlin.marginals)
