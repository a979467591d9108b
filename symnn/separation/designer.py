"""From labelled points to the smallest threshold network: the stages, under a time limit.

Law: there is a valid network after the first stage, and each stage only improves it or the lower
bound; time or Ctrl-C ends the work between two improvements, never inside one. Stages: one line;
stripes; all dichotomies; packing bound; greedy; exhaustive search, one size after the other; then,
among the smallest networks, an AND or OR with wide gaps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import DomainError, explain
from symnn.separation.bounds import Packing, pack_pairs, simpler_packing
from symnn.separation.clauses import Instance
from symnn.separation.dichotomies import Dichotomies, linear_dichotomies
from symnn.separation.greedy import even_spread, greedy_units
from symnn.separation.network import build_network, read_output
from symnn.separation.points import PointSet, points_of
from symnn.separation.pool import threshold_pool
from symnn.separation.preference import preferred_units
from symnn.separation.proof import Proof, radon_point, sets_of
from symnn.separation.result import Design
from symnn.separation.search import OutOfTimeError, Search
from symnn.separation.stripes import stripes
from symnn.separation.weights import readable_unit

Progress = Callable[[str, int, int], None]
_SHARE_OF_PACKING = 0.4
_SHARE_OF_GREEDY = 0.3
_SHARE_OF_STAGES, _MOST_RESERVE = 0.65, 1.0
_MOST_CLAUSE_BITS = 20_000_000
_RESTARTS, _FEW_POINTS = 40, 25


def design(
    points: Iterable[Sequence[Any]],
    labels: Iterable[Any],
    *,
    positive: Any = None,
    time_limit: float = 10.0,
    progress: Progress | None = None,
    seed: int = 0,
) -> Design:
    """Find the smallest one-hidden-layer threshold network that classifies all points.

    Args:
        points: N points of d coordinates; a float means the decimal number that it prints as.
        labels: N labels of two classes (with `positive`, that class against the rest).
        positive: the label of class 1; else the greater number, or the label met first.
        time_limit: seconds after which the best network so far is returned with honest bounds.
        progress: called with the stage (a `stage_` key of phrases), the lower and the upper bound.
        seed: of the random directions that are tried where not all splits can be enumerated.

    Returns:
        Design: network, bounds, proof; run on every point in exact arithmetic.

    Raises:
        DomainError: points or labels that no network can classify, or that are no numbers.

    >>> xor = design([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
    >>> xor.hidden_units, xor.proved, xor.reading.kind
    (2, True, 'and')
    """
    return design_points(
        points_of(points, labels, positive=positive),
        time_limit=time_limit,
        progress=progress,
        seed=seed,
    )


def design_points(
    points: PointSet, *, time_limit: float = 10.0, progress: Progress | None = None, seed: int = 0
) -> Design:
    """Find the smallest network for points already checked; see `design`."""
    if not time_limit > 0:
        raise DomainError(
            explain(
                "time limit",
                expected="a positive number of seconds",
                found=str(time_limit),
                fix="give for instance 10",
            )
        )
    reserve = min((1 - _SHARE_OF_STAGES) * time_limit, _MOST_RESERVE)
    work = _Work(points, time.monotonic() + time_limit - reserve, progress, seed)
    interrupted = False
    try:
        with suppress(OutOfTimeError):  # the bounds and the network found by then are the result
            work.run()
    except KeyboardInterrupt:
        if not work.ready:
            raise
        interrupted = True
    return work.result(interrupted)


class _Work:
    """The state of one design: best units so far, lower bound and its proof."""

    def __init__(
        self, points: PointSet, deadline: float, progress: Progress | None, seed: int
    ) -> None:
        self.points, self.deadline, self.progress, self.seed = points, deadline, progress, seed
        self.grid, self.scale = points.scaled()
        self.labels = np.array(points.labels)
        self.sides: NDArray[np.bool_] = np.zeros((0, len(points)), bool)
        self.direction: tuple[int, ...] | None = None
        self.proof = Proof("one", 1)
        self.splits = Dichotomies(self.sides, complete=False)

    @property
    def ready(self) -> bool:
        """Tell whether a valid network is known."""
        return len(self.sides) > 0

    @property
    def upper(self) -> int:
        """Units of the best network so far."""
        return len(self.sides)

    def run(self) -> None:
        """Pass through the stages until the bounds meet or the time is over."""
        self._stripes(thorough=False)
        self._one_line()
        if self.proof.lower == self.upper == 1:
            return
        self._stripes(thorough=True)
        self._say("dichotomies")
        self.splits = linear_dichotomies(self.points.coordinates, deadline=self.deadline)
        self._pack()
        instance = Instance(self._candidates(), self.labels, ((),) * len(self.points))
        if self.proof.lower < self.upper:
            self._greedy(instance)
        bits = len(self.splits) * int(self.labels.sum()) * int((~self.labels).sum())
        if self.splits.complete and bits <= _MOST_CLAUSE_BITS:
            search = Search(instance, self.deadline)
            if self.proof.lower < self.upper:
                self._search(search)
            self._prefer(search)
        self._simplify()

    def result(self, interrupted: bool) -> Design:
        """Turn the best splits into a network with readable weights, and check it."""
        units = [readable_unit(self.grid, self.scale, side, self.direction) for side in self.sides]
        network = build_network(self.points, units)
        return Design(
            self.points, network, self.proof, read_output(network, self.points), interrupted
        )

    def _say(self, stage: str) -> None:
        if self.progress is not None:
            self.progress(stage, self.proof.lower, self.upper)

    def _take(self, sides: NDArray[np.bool_], direction: tuple[int, ...] | None = None) -> None:
        self.sides, self.direction = sides, direction

    def _stripes(self, *, thorough: bool) -> None:
        found = stripes(self.grid, self.labels, thorough=thorough, deadline=self.deadline)
        if not self.ready or len(found.sides) < self.upper:
            self._take(found.sides, found.direction)
        self._say("stripes")

    def _one_line(self) -> None:
        radon = radon_point(self.points)
        if radon is None:
            self._take(self.labels[None, :])
        else:
            self.proof = Proof("radon", 2, radon=radon)
        self._say("one_line")

    def _candidates(self) -> NDArray[np.bool_]:
        if self.splits.complete:
            return self.splits.sides
        return threshold_pool(self.grid, self.sides, seed=self.seed)

    def _pack(self) -> None:
        limit = self._share(_SHARE_OF_PACKING)
        packing = pack_pairs(self.splits, self.labels, self.grid, limit)
        if packing is not None and packing.bound > self.proof.lower:
            self._packed(packing)
        self._say("packing")

    def _packed(self, packing: Packing) -> None:
        self.proof = Proof(
            "packing", packing.bound, len(self.splits), radon=self.proof.radon, packing=packing
        )

    def _greedy(self, instance: Instance) -> None:
        """Take the best of several greedy choices; all but the first start from a given unit.

        Of few points the exhaustive search is faster than many choices, so one is enough there.
        """
        limit = self._share(_SHARE_OF_GREEDY)
        restarts = _RESTARTS if len(self.points) > _FEW_POINTS else 0
        for start in ((), *((k,) for k in even_spread(len(instance.sides), restarts))):
            deadline = limit if start else self.deadline
            if self.proof.lower == self.upper or time.monotonic() > deadline:
                break
            units = greedy_units(instance, deadline=deadline, start=start)
            if units is not None and len(units) < self.upper:
                self._take(instance.sides[list(units)])
            self._say("greedy")

    def _share(self, part: float) -> float:
        """Return the time when a part of what is left will be over."""
        now = time.monotonic()
        return now + part * max(0.0, self.deadline - now)

    def _search(self, search: Search) -> None:
        """Exclude one size after the other until a set is found or the bounds meet."""
        while self.proof.lower < self.upper:
            self._say("search")
            size = self.proof.lower
            units = search.find(size)
            if units is not None:
                self._take(search.instance.sides[list(units)])
                return
            self.proof = Proof(
                "search",
                size + 1,
                len(self.splits),
                sets_of(len(self.splits), size),
                search.nodes,
                search.leaves,
                len(search.certificates),
                search.pairs,
                search.learned(),
                radon=self.proof.radon,
            )

    def _simplify(self) -> None:
        """Choose plain pairs for a packing proof that closes the matter."""
        packing = self.proof.packing
        if packing is not None and self.proof.lower == self.upper:
            self._packed(simpler_packing(packing, self.splits, self.labels, self.grid))

    def _prefer(self, search: Search) -> None:
        self._say("preference")
        units = preferred_units(search, self.grid, self.upper)
        if units is not None:
            self._take(search.instance.sides[list(units)])
