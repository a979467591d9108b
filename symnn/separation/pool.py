"""Candidate units where not all splits can be enumerated: thresholds along many directions.

Law: a pool gives networks (upper bounds), never lower bounds. It holds the units of the network
already known, so that a search in it starts from something valid. Deterministic for a seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_DIRECTIONS = 120
_REACH = 9
_MOST_SPLITS = 20_000


def threshold_pool(grid: NDArray[Any], known: NDArray[np.bool_], *, seed: int) -> NDArray[np.bool_]:
    """Return distinct splits: the known ones, then thresholds along random integer directions.

    >>> pool = threshold_pool(np.array([(0, 0), (1, 2), (3, 1)]), np.zeros((0, 3), bool), seed=0)
    >>> len(pool)
    3
    """
    random = np.random.default_rng(seed)
    count, dimension = grid.shape
    limit = max(1, min(_DIRECTIONS, _MOST_SPLITS // count))
    directions = np.vstack(
        [np.eye(dimension, dtype=int), random.integers(-_REACH, _REACH + 1, (limit, dimension))]
    )
    values = directions.astype(object) @ grid.astype(object).T
    found = dict.fromkeys(_packed(side) for side in known)
    for row in values:
        for cut in sorted(set(row))[1:]:
            found[_packed(np.array([bool(v >= cut) for v in row]))] = None
    rows = np.frombuffer(b"".join(found), np.uint8).reshape(len(found), -1)
    return np.unpackbits(rows, axis=1, count=count).astype(bool)


def _packed(side: NDArray[np.bool_]) -> bytes:
    return np.packbits(side ^ side[0]).tobytes()
