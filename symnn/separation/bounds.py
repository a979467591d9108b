"""Lower bounds that fit on a page: weighted pairs of opposite points.

Law: give pairs of opposite points integer weights. If no line passes between pairs of total weight
more than `most`, then k lines pass between at most k * most, so k >= total / most. HiGHS proposes
the weights (the dual of fractional covering), they are rounded to integers, and both numbers are
recounted in integers over all linear dichotomies, so that the bound holds whatever was proposed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from symnn.separation.dichotomies import Dichotomies

_SCALES = (1, 2, 3, 6, 12, 60, 840)
_NEAREST = 2
_ROUNDS = 30
_ROWS = 64
_ALL_PAIRS = 40
_SIMPLE_MOST = (1, 2)
_SIMPLE_CELLS = 60_000
_SIMPLE_NODES = 200


@dataclass(frozen=True, slots=True)
class Packing:
    """Pairs (class 1, class 0) with weights; no line separates more than `most` of `total`."""

    pairs: tuple[tuple[int, int], ...]
    weights: tuple[int, ...]
    most: int

    @property
    def total(self) -> int:
        """Sum of the weights."""
        return sum(self.weights)

    @property
    def bound(self) -> int:
        """The least number of lines: total / most, rounded up."""
        return -(-self.total // self.most)


def pack_pairs(
    dichotomies: Dichotomies, labels: NDArray[np.bool_], grid: NDArray[np.object_], deadline: float
) -> Packing | None:
    """Find a good packing of pairs; None when the dichotomies are not all known.

    >>> from symnn.separation.dichotomies import linear_dichotomies
    >>> row = [(0,), (1,), (2,), (3,)]
    >>> found = pack_pairs(linear_dichotomies(row), np.array([0, 1, 0, 1], bool),
    ...                    np.array(row), float("inf"))
    >>> found.bound, found.most, found.pairs
    (3, 1, ((1, 0), (1, 2), (3, 2)))
    """
    if not dichotomies.complete or not len(dichotomies):
        return None
    pairs = _candidates(labels, grid)
    cuts = dichotomies.sides[:, pairs[:, 0]] != dichotomies.sides[:, pairs[:, 1]]
    weights = _proposed(cuts, deadline)
    best: Packing | None = None
    for scale in _SCALES:
        whole = np.floor(weights * scale + 1e-6).astype(np.int64)
        if not whole.any():
            continue
        kept = np.flatnonzero(whole)
        most = int((cuts[:, kept].astype(np.int64) @ whole[kept]).max())
        packing = Packing(
            tuple((int(p), int(q)) for p, q in pairs[kept]), tuple(map(int, whole[kept])), most
        )
        if best is None or packing.bound > best.bound:
            best = packing
    return best


def simpler_packing(
    found: Packing, dichotomies: Dichotomies, labels: NDArray[np.bool_], grid: NDArray[np.object_]
) -> Packing:
    """Look for few short pairs of weight 1 that prove the same bound: easier to read, to draw.

    >>> from symnn.separation.dichotomies import linear_dichotomies
    >>> labels, row = np.array([0, 1, 0], bool), np.array([(0,), (1,), (2,)])
    >>> simpler_packing(Packing(((1, 0), (1, 2)), (3, 3), 3), linear_dichotomies(row), labels, row)
    Packing(pairs=((1, 0), (1, 2)), weights=(1, 1), most=1)
    """
    pairs, spots = _candidates(labels, grid), grid.astype(float)
    cuts = dichotomies.sides[:, pairs[:, 0]] != dichotomies.sides[:, pairs[:, 1]]
    if cuts.size > _SIMPLE_CELLS:
        return found
    cuts = _undominated(cuts)
    count = cuts.shape[1]
    lengths = np.hypot.reduce(spots[pairs[:, 0]] - spots[pairs[:, 1]], axis=1)
    for most in _SIMPLE_MOST:
        need = (found.bound - 1) * most + 1
        rows = np.vstack([cuts.astype(float), np.ones(count)])
        answer = milp(
            lengths,
            constraints=LinearConstraint(
                rows, np.r_[np.zeros(len(cuts)), need], np.r_[np.full(len(cuts), most), need]
            ),
            bounds=Bounds(0, 1),
            integrality=np.ones(count),
            options={"node_limit": _SIMPLE_NODES},
        )
        if answer.x is None:
            continue
        kept = np.flatnonzero(np.round(answer.x) > 0)
        load = int(cuts[:, kept].sum(axis=1).max())
        simple = Packing(tuple((int(p), int(q)) for p, q in pairs[kept]), (1,) * len(kept), load)
        if simple.bound >= found.bound:
            return simple
    return found


def _undominated(cuts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the rows that no other row contains: the others ask nothing more."""
    masks = sorted({int.from_bytes(np.packbits(row).tobytes()) for row in cuts}, reverse=True)
    masks.sort(key=int.bit_count, reverse=True)
    kept: list[int] = []
    for mask in masks:
        if not any(mask & other == mask for other in kept):
            kept.append(mask)
    width = -(-cuts.shape[1] // 8)
    rows = np.frombuffer(b"".join(m.to_bytes(width) for m in kept), np.uint8)
    return np.unpackbits(rows.reshape(-1, width), axis=1, count=cuts.shape[1]).astype(bool)


def _candidates(labels: NDArray[np.bool_], grid: NDArray[np.object_]) -> NDArray[np.int64]:
    """Take all opposite pairs of a small set, of a large one those of near points."""
    ones, zeros = np.flatnonzero(labels), np.flatnonzero(~labels)
    if len(labels) <= _ALL_PAIRS:
        return np.array([(p, q) for p in ones for q in zeros])
    spread = grid.astype(float)
    gaps = ((spread[ones, None, :] - spread[None, zeros, :]) ** 2).sum(axis=2)
    near = {
        (int(p), int(zeros[k]))
        for p, row in zip(ones, gaps, strict=True)
        for k in np.argsort(row, kind="stable")[:_NEAREST]
    }
    near |= {
        (int(ones[k]), int(q))
        for q, row in zip(zeros, gaps.T, strict=True)
        for k in np.argsort(row, kind="stable")[:_NEAREST]
    }
    return np.array(sorted(near))


def _proposed(cuts: NDArray[np.bool_], deadline: float) -> NDArray[np.float64]:
    """Maximise the total weight with at most 1 per line, adding violated lines round by round."""
    _, count = cuts.shape
    rows: list[int] = []
    table = cuts.astype(np.float32)
    weights = np.ones(count)
    for _ in range(_ROUNDS):
        loads = table @ weights.astype(np.float32)
        order = np.argsort(-loads, kind="stable")[:_ROWS]
        fresh = [int(k) for k in order if loads[k] > 1 + 1e-6 and int(k) not in rows]
        if not fresh or time.monotonic() > deadline:
            break
        rows += fresh
        answer = linprog(
            -np.ones(count),
            A_ub=table[rows],
            b_ub=np.ones(len(rows)),
            bounds=(0, 1),
            method="highs-ds",
            options={"time_limit": max(0.05, deadline - time.monotonic())},
        )
        if answer.x is None:
            break
        weights = answer.x
    worst = float((table @ weights.astype(np.float32)).max())
    return weights / max(worst, 1.0)
