"""Why fewer hidden units cannot do: the evidence, as plain data that can be checked again.

Law: every number here is an integer or fraction that was verified exactly. A proof says "at least
`lower` units" and by what: `one` (a hidden layer has a unit), `radon` (the convex hulls of the
classes share a point), `packing` (weighted pairs of opposite points, see bounds.py), or `search`
(all sets of lower - 1 dichotomies were excluded, see search.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from symnn.separation.bounds import Packing
from symnn.separation.lp import Certificate, separate
from symnn.separation.points import PointSet


@dataclass(frozen=True, slots=True)
class RadonPoint:
    """A point of both convex hulls: equal convex combinations of the two classes."""

    point: tuple[Fraction, ...]
    ones: tuple[tuple[int, Fraction], ...]
    zeros: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence for a lower bound.

    Attributes:
        kind: one, radon, packing or search.
        lower: the bound proved.
        dichotomies: how many linear splits the points have, 0 when they were not enumerated.
        sets: how many sets of lower - 1 splits a search excluded.
        nodes: branches that the search visited.
        judged: sets that survived all known certificates and were judged by a linear program.
        certificates: certificates in use at the end, the pairs included.
        pairs: the pairs of opposite points among them.
        learned: the certificates that are no pairs, as (point, multiplier) lists.
        radon: the point of both convex hulls, None if the classes are linearly separable.
        packing: the weighted pairs, None unless they prove the bound.
    """

    kind: str
    lower: int
    dichotomies: int = 0
    sets: int = 0
    nodes: int = 0
    judged: int = 0
    certificates: int = 0
    pairs: int = 0
    learned: tuple[tuple[tuple[int, int], ...], ...] = ()
    radon: RadonPoint | None = None
    packing: Packing | None = None

    def to_json(self) -> dict[str, object]:
        """Return the evidence with fractions as strings and points by their position."""
        data: dict[str, object] = {
            "kind": self.kind,
            "lower": self.lower,
            "dichotomies": self.dichotomies,
        }
        if self.kind == "search":
            data |= {
                "sets_excluded": self.sets,
                "branches": self.nodes,
                "judged": self.judged,
                "certificates": self.certificates,
                "pairs": self.pairs,
                "learned": [[list(item) for item in one] for one in self.learned],
            }
        if self.packing:
            data["packing"] = {
                "pairs": [list(pair) for pair in self.packing.pairs],
                "weights": list(self.packing.weights),
                "most": self.packing.most,
            }
        if self.radon:
            data["radon"] = {
                "point": [str(v) for v in self.radon.point],
                "ones": [[k, str(v)] for k, v in self.radon.ones],
                "zeros": [[k, str(v)] for k, v in self.radon.zeros],
            }
        return data


def radon_point(points: PointSet) -> RadonPoint | None:
    """Find a point of both convex hulls, verified exactly; None if one line separates the classes.

    >>> from symnn.separation.reading import DATA, read_points
    >>> radon_point(read_points(DATA / "xor.csv")).point
    (Fraction(1, 2), Fraction(1, 2))
    """
    ones = [k for k, label in enumerate(points.labels) if label]
    zeros = [k for k, label in enumerate(points.labels) if not label]
    rows = points.coordinates
    verdict = separate([rows[k] for k in ones], [rows[k] for k in zeros])
    if not isinstance(verdict, Certificate):
        return None
    total = sum(verdict.first)
    first = _shares(ones, verdict.first, total)
    point = tuple(
        sum((share * rows[k][axis] for k, share in first), Fraction(0))
        for axis in range(points.dimension)
    )
    return RadonPoint(point, first, _shares(zeros, verdict.second, total))


def _shares(
    members: Sequence[int], weights: Sequence[int], total: int
) -> tuple[tuple[int, Fraction], ...]:
    return tuple((k, Fraction(w, total)) for k, w in zip(members, weights, strict=True) if w)


def sets_of(count: int, size: int) -> int:
    """Count the sets of at most `size` among `count` splits.

    >>> sets_of(4, 2)
    11
    """
    return sum(math.comb(count, k) for k in range(size + 1))
