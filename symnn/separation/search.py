"""Is there a separating set of k candidate units? Exhaustive search over clauses.

Law: `None` means that every set of k units was excluded: each branch ends where some clause (a
certificate, see clauses.py) can no longer be broken. The search branches on the clause with the
fewest allowed units; a unit tried is forbidden to its later siblings, so no set is met twice. Units
that survive all known clauses are judged by exact separation, and a failure gives a new clause:
implicit hitting sets (Chandrasekaran, Karp, Moreno-Centeno, Vempala 2011).
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from symnn.core.errors import CheckError, explain
from symnn.separation.clauses import Instance, members_of

_KEPT_LIFTS = 2


class OutOfTimeError(Exception):
    """The time limit was reached; what was proved so far stands."""


class OutOfNodesError(Exception):
    """The number of branches granted to `find_within` was used up."""


@dataclass(slots=True)
class Search:
    """One search with its growing list of certificates, clauses and counters.

    A frozen search learns nothing: it checks that the certificates it was given suffice.
    """

    instance: Instance
    deadline: float = math.inf
    certificates: list[dict[int, int]] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    nodes: int = 0
    leaves: int = 0
    pairs: int = 0
    most_nodes: float = math.inf
    frozen: bool = False

    def __post_init__(self) -> None:
        for (p, q), mask in self.instance.pair_clauses().items():
            self.clauses.append(mask)
            self.certificates.append({p: 1, q: -1})
        self.pairs = len(self.clauses)

    def given(self, multipliers: Mapping[int, int]) -> None:
        """Add a certificate from outside."""
        self.certificates.append(dict(multipliers))
        self.clauses.append(self.instance.clause(multipliers))

    def learned(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Return the certificates found on the way, without the pairs."""
        return tuple(tuple(sorted(one.items())) for one in self.certificates[self.pairs :])

    def find(self, size: int, allowed: int | None = None) -> tuple[int, ...] | None:
        """Return `size` (or fewer) allowed units that separate the classes, None if none do.

        Raises:
            OutOfTimeError: the deadline passed first; nothing is known then.
        """
        universe = self.instance.everything if allowed is None else allowed
        return self._extend((), 0, universe, list(self.clauses), size)

    def find_within(self, nodes: int, size: int, allowed: int) -> tuple[int, ...] | None:
        """As `find`, but None also when so many branches did not settle it: proves nothing."""
        self.most_nodes = self.nodes + nodes
        try:
            return self.find(size, allowed)
        except OutOfNodesError:
            return None
        finally:
            self.most_nodes = math.inf

    def _extend(
        self, chosen: tuple[int, ...], mask: int, allowed: int, unhit: list[int], left: int
    ) -> tuple[int, ...] | None:
        self.nodes += 1
        if self.nodes % 64 == 0 and time.monotonic() > self.deadline:
            raise OutOfTimeError
        if self.nodes > self.most_nodes:
            raise OutOfNodesError
        if not unhit:
            verdict, unhit = self._judge(chosen, allowed)
            if verdict:
                return chosen
        if left == 0:
            return None
        if left == 1:
            return self._last(chosen, allowed, unhit)
        reduced = sorted({clause & allowed for clause in unhit}, key=int.bit_count)
        if not reduced[0] or _disjoint(reduced, left) > left:
            return None
        known = len(self.clauses)
        for unit in self._ordered(reduced, left):
            bit = 1 << unit
            allowed &= ~bit
            fresh = [c for c in self.clauses[known:] if not c & mask]
            if fresh:
                unhit = unhit + fresh
                known = len(self.clauses)
            rest = [clause for clause in unhit if not clause & bit]
            found = self._extend((*chosen, unit), mask | bit, allowed, rest, left - 1)
            if found is not None:
                return found
        return None

    def _ordered(self, reduced: list[int], left: int) -> list[int]:
        """List the units of the smallest clause; of two left, those that can be completed."""
        units = members_of(reduced[0])
        if left > 2:
            return units
        fit = []
        union = 0
        for clause in reduced:
            union |= clause
        for unit in units:
            bit = 1 << unit
            common = union
            for clause in reduced:
                if not clause & bit:
                    common &= clause
                    if not common:
                        break
            else:
                fit.append(unit)
        return fit

    def _last(
        self, chosen: tuple[int, ...], allowed: int, unhit: list[int]
    ) -> tuple[int, ...] | None:
        """Try the units that break every unbroken clause; each failure thins them further."""
        fitting = allowed
        for clause in unhit:
            fitting &= clause
            if not fitting:
                return None
        while fitting:
            unit = (fitting & -fitting).bit_length() - 1
            verdict, learned = self._judge((*chosen, unit), fitting)
            if verdict:
                return (*chosen, unit)
            for clause in learned:
                fitting &= clause
            if time.monotonic() > self.deadline:
                raise OutOfTimeError
        return None

    def _judge(self, units: tuple[int, ...], allowed: int) -> tuple[bool, list[int]]:
        """Separate exactly, or learn the failures that leave the fewest allowed units."""
        self.leaves += 1
        if self.frozen:
            raise CheckError(
                explain(
                    f"search, units {units}",
                    expected="a certificate that they leave unbroken",
                    found="none among those given",
                    fix="the proof is incomplete: report this",
                )
            )
        failures = self.instance.refute(units)
        if not failures:
            return True, []
        clauses = [(self.instance.clause(lift), k) for k, lift in enumerate(failures)]
        clauses.sort(key=lambda item: (item[0] & allowed).bit_count())
        kept = clauses[:_KEPT_LIFTS]
        self.certificates += [failures[k] for _, k in kept]
        self.clauses += [clause for clause, _ in kept]
        return False, [clause for clause, _ in kept]


def _disjoint(clauses: list[int], enough: int) -> int:
    """Count clauses, taken greedily, that share no unit: each needs a unit of its own."""
    used = count = 0
    for clause in clauses:
        if not clause & used:
            used |= clause
            count += 1
            if count > enough:
                break
    return count
