"""Among the smallest networks, the one to hand out: an AND or an OR, with wide gaps.

Law: the number of units never changes here. Candidates are restricted to units with one class
wholly on one side (then the output is an AND or an OR of half-planes), and to gaps of at least a
width that bisection makes as large as possible (in the plane). Branches are counted, not seconds:
the same points give the same network on every machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symnn.separation.clauses import bit_mask
from symnn.separation.search import Search
from symnn.separation.weights import widest_gap

_MOST_CANDIDATES = 800
_BRANCHES = 4000
_GAP_DIMENSIONS = 2


def preferred_units(search: Search, grid: NDArray[np.object_], size: int) -> tuple[int, ...] | None:
    """Return a readable separating set of that size; None if the search does not find any."""
    instance = search.instance
    if len(instance.sides) > _MOST_CANDIDATES:
        return None
    widths = np.zeros(len(instance.sides))
    if grid.shape[1] <= _GAP_DIMENSIONS:
        widths[:] = [float(widest_gap(grid, side).squared) for side in instance.sides]
    for wanted in (instance.labels, ~instance.labels, None):
        mixed: NDArray[np.bool_] = np.zeros(len(instance.sides), bool)
        if wanted is not None:
            inside = instance.sides[:, wanted]
            mixed[:] = inside.any(axis=1) & ~inside.all(axis=1)
        found = _widest(search, widths, ~mixed, size)
        if found is not None:
            return found
    return None


def _widest(
    search: Search, widths: NDArray[np.float64], usable: NDArray[np.bool_], size: int
) -> tuple[int, ...] | None:
    """Bisect over the least gap that every unit of the set must have."""
    levels = sorted(set(widths[usable]))
    if not levels:
        return None
    best = search.find_within(_BRANCHES, size, bit_mask(usable))
    low, high = 0, len(levels)
    while best is not None and high - low > 1:
        middle = (low + high) // 2
        found = search.find_within(_BRANCHES, size, bit_mask(usable & (widths >= levels[middle])))
        if found is None:
            high = middle
        else:
            best, low = found, middle
    return best
