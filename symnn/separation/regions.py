"""Which hidden codes occur somewhere in space: the regions that the lines cut.

Law: exact. A code occurs when its strict inequalities have a solution; made homogeneous, they have
one when the rows can be split from their negatives, which `lp.separate` decides with a proof.
"""

from __future__ import annotations

from itertools import product

from symnn.separation.lp import Plane, separate
from symnn.separation.network import Network
from symnn.separation.rational import Exact

MOST_UNITS = 5


def occurring_codes(network: Network) -> dict[tuple[int, ...], bool]:
    """Tell for every hidden code whether it has a region; for at most `MOST_UNITS` units.

    >>> from symnn.separation.designer import design
    >>> occurring_codes(design([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1]).network)
    {(1, 1): True, (1, 0): True, (0, 1): True, (0, 0): False}
    """
    count = len(network.hidden)
    if count > MOST_UNITS:
        return {}
    return {code: _occurs(network, code) for code in product((1, 0), repeat=count)}


def _occurs(network: Network, code: tuple[int, ...]) -> bool:
    rows: list[list[Exact]] = [[*[0] * len(network.hidden[0].weights), 1]]
    for unit, bit in zip(network.hidden, code, strict=True):
        sign = 1 if bit else -1
        rows.append([sign * w for w in (*unit.weights, unit.bias)])
    return isinstance(separate(rows, [[-value for value in row] for row in rows]), Plane)
