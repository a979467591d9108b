"""Certificates as clauses: what every separating set of hidden units must contain.

Law: a certificate gives points integer multipliers, positive on class 1 and negative on class 0,
of sum zero. A unit *breaks* it when the multipliers of the points on its positive side do not
sum to zero. If no unit of a set breaks it, the weighted output sums of the two classes agree,
whatever the output weights, so the set separates nothing. Hence each certificate is a clause:
some unit among those that break it. A pair of opposite points is the smallest certificate (the
units that pass between them); others are learned from failures. Integers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from symnn.separation.lp import Certificate, Plane, separate
from symnn.separation.rational import Exact

Multipliers = Mapping[int, int]
Row = tuple[Exact, ...]
_MOST_LIFTS = 48


@dataclass(slots=True)
class Instance:
    """The points as a search sees them.

    Attributes:
        sides: [M, N] bool, the side of every point for each candidate unit.
        labels: [N] bool, True for class 1.
        skip: [N] vectors that the output unit reads beside the hidden units (skip connections);
            empty vectors when there are none. Certificates balance them too.
    """

    sides: NDArray[np.bool_]
    labels: NDArray[np.bool_]
    skip: tuple[Row, ...]
    _sums: NDArray[np.int64] = field(init=False)
    _separable: set[tuple[frozenset[Row], frozenset[Row]]] = field(init=False)

    def __post_init__(self) -> None:
        self._sums = self.sides.astype(np.int64)
        self._separable = set()

    @property
    def everything(self) -> int:
        """Bit mask of all candidate units."""
        return (1 << len(self.sides)) - 1

    def clause(self, multipliers: Multipliers) -> int:
        """Return the bit mask of the units that break a certificate."""
        members = list(multipliers)
        weights = np.array([multipliers[k] for k in members], dtype=object)
        if sum(abs(weight) for weight in weights) < 2**62:
            weights = weights.astype(np.int64)
        return bit_mask(self._sums[:, members] @ weights != 0)

    def pair_clauses(self) -> dict[tuple[int, int], int]:
        """Return the clause of every pair (class 1, class 0), none under skip connections."""
        if self.skip[0]:
            return {}
        ones, zeros = np.flatnonzero(self.labels), np.flatnonzero(~self.labels)
        return {
            (int(p), int(q)): bit_mask(self.sides[:, p] != self.sides[:, q])
            for p in ones
            for q in zeros
        }

    def refute(self, units: Iterable[int]) -> list[dict[int, int]]:
        """Return certificates that no given unit breaks; none when the units separate."""
        chosen = sorted(units)
        holders: tuple[dict[Row, list[int]], ...] = ({}, {})
        codes = self.sides[np.array(chosen, dtype=int)].T.astype(int).tolist()
        for k, code in enumerate(codes):
            row = (*code, *self.skip[k])
            holders[int(self.labels[k])].setdefault(row, []).append(k)
        zeros, ones = holders
        verdict = self._decide(list(ones), list(zeros))
        if not isinstance(verdict, Certificate):
            return []
        first = [(row, a) for row, a in zip(ones, verdict.first, strict=True) if a]
        second = [(row, -b) for row, b in zip(zeros, verdict.second, strict=True) if b]
        choices = [ones[row] for row, _ in first] + [zeros[row] for row, _ in second]
        weights = [weight for _, weight in first + second]
        return [
            dict(zip(points, weights, strict=True))
            for points, _ in zip(product(*choices), range(_MOST_LIFTS), strict=False)
        ]

    def _decide(self, ones: list[Row], zeros: list[Row]) -> bool | Certificate:
        """Separate two lists of rows; remember what rows of zeros and ones gave."""
        shared = set(ones) & set(zeros)
        if shared:
            row = min(shared)
            return Certificate(
                tuple(int(z == row) for z in ones), tuple(int(z == row) for z in zeros)
            )
        return _balanced_pairs(ones, zeros) or self._programmed(ones, zeros)

    def _programmed(self, ones: list[Row], zeros: list[Row]) -> bool | Certificate:
        key = (frozenset(ones), frozenset(zeros))
        if key in self._separable:
            return True
        verdict = separate(ones, zeros)
        if isinstance(verdict, Plane):
            self._separable.add(key)
            return True
        return verdict


def _balanced_pairs(ones: list[Row], zeros: list[Row]) -> Certificate | None:
    """Find p + p' = q + q' between the classes, the commonest certificate, without a program."""
    sums: dict[Row, tuple[int, int]] = {}
    for i, p in enumerate(ones):
        for j in range(i, len(ones)):
            sums.setdefault(tuple(map(sum, zip(p, ones[j], strict=True))), (i, j))
    for i, q in enumerate(zeros):
        for j in range(i, len(zeros)):
            met = sums.get(tuple(map(sum, zip(q, zeros[j], strict=True))))
            if met is not None:
                return Certificate(_counts(met, len(ones)), _counts((i, j), len(zeros)))
    return None


def _counts(members: tuple[int, int], size: int) -> tuple[int, ...]:
    return tuple(members.count(k) for k in range(size))


def bit_mask(flags: NDArray[np.bool_]) -> int:
    """Pack flags into an integer, flag 0 in bit 0.

    >>> bit_mask(np.array([True, False, True]))
    5
    """
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def members_of(mask: int) -> list[int]:
    """List the set bits of an integer, lowest first.

    >>> members_of(5)
    [0, 2]
    """
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
