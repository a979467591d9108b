"""Check a proof again, from its data alone and in exact arithmetic.

Law: nothing of the search that found the proof is trusted: points and multipliers are summed again,
loads are recounted over dichotomies enumerated anew, and an exhaustive search that may learn
nothing must find the given certificates sufficient. A flaw raises CheckError.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from symnn.core.errors import CheckError, explain
from symnn.separation.bounds import Packing
from symnn.separation.clauses import Instance
from symnn.separation.dichotomies import linear_dichotomies
from symnn.separation.points import PointSet
from symnn.separation.proof import Proof, RadonPoint
from symnn.separation.search import Search


def recheck(proof: Proof, points: PointSet) -> None:
    """Check the evidence for a lower bound again.

    Raises:
        CheckError: the evidence does not prove the bound.

    >>> from symnn.separation.designer import design
    >>> done = design([(k,) for k in range(5)], [0, 1, 0, 1, 0])
    >>> recheck(done.proof, done.points)
    """
    if proof.radon is not None:
        _recheck_radon(proof.radon, points)
    match proof.kind:
        case "one":
            holds = proof.lower == 1
        case "radon":
            holds = proof.radon is not None and proof.lower == 2
        case "packing":
            holds = proof.packing is not None and _packed(proof.packing, points) >= proof.lower
        case "search":
            holds = _searched(proof, points)
        case _:
            holds = False
    _demand(holds, f"at least {proof.lower} units", f"'{proof.kind}' does not prove it")


def _recheck_radon(radon: RadonPoint, points: PointSet) -> None:
    for label, shares in ((True, radon.ones), (False, radon.zeros)):
        convex = sum(share for _, share in shares) == 1 and all(share > 0 for _, share in shares)
        own = all(points.labels[k] == label for k, _ in shares)
        meets = _combined(shares, points) == radon.point
        _demand(convex and own and meets, "a convex combination", str(shares))


def _combined(shares: Sequence[tuple[int, Fraction]], points: PointSet) -> tuple[Fraction, ...]:
    return tuple(
        sum((share * points.coordinates[k][axis] for k, share in shares), Fraction(0))
        for axis in range(points.dimension)
    )


def _packed(packing: Packing, points: PointSet) -> int:
    """Recount what the most loaded dichotomy separates; return the bound that follows."""
    for p, q in packing.pairs:
        _demand(points.labels[p] and not points.labels[q], "opposite points", f"pair {(p, q)}")
    splits = linear_dichotomies(points.coordinates)
    _demand(splits.complete and min(packing.weights) >= 0, "all dichotomies", "a part of them")
    first, second = np.array(packing.pairs).T
    cuts = (splits.sides[:, first] != splits.sides[:, second]).astype(object)
    most = max(cuts @ np.array(packing.weights, dtype=object))
    return -(-packing.total // int(most))


def _searched(proof: Proof, points: PointSet) -> bool:
    """Search all sets again with the given certificates only."""
    splits = linear_dichotomies(points.coordinates)
    _demand(splits.complete, "all dichotomies", "a part of them")
    labels = np.array(points.labels)
    search = Search(Instance(splits.sides, labels, ((),) * len(points)), frozen=True)
    for certificate in proof.learned:
        signs = all((m > 0) == points.labels[k] for k, m in certificate)
        _demand(signs and sum(m for _, m in certificate) == 0, "balance", str(certificate))
        search.given(dict(certificate))
    return search.find(proof.lower - 1) is None


def _demand(holds: bool, expected: str, found: str) -> None:
    if not holds:
        raise CheckError(
            explain("proof", expected=expected, found=found, fix="report this: the proof is wrong")
        )
