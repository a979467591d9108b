"""Checks: every formula that leaves a derivation is evaluated against the oracle and differences.

Three kinds, each at `draws` random draws of pairwise different sizes: the definition of each
forward name against the expression as written; each gradient, of names and of wanted tensors,
against central differences of the program (everything downstream of the value is recomputed);
each form of a gradient step against the others. A failure raises CheckError with the draw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from symnn.calculus.facts import positive
from symnn.core.errors import CheckError
from symnn.core.node import Leaf, Node
from symnn.derivation.backward import Cotangent
from symnn.derivation.draws import STEP, draw_sizes, draw_values, symbols_of
from symnn.derivation.program import Program, direct_leaves
from symnn.lang.call import below, opened
from symnn.oracle import Array, interpret

TOLERANCE_FORM = 1e-10
TOLERANCE_DIFFERENCE = 1e-6
_MOST_ENTRIES = 60


@dataclass
class Check:
    """One checked claim.

    Attributes:
        subject: the name of what was checked.
        method: "oracle", "central differences" or "equal forms".
        error: largest relative deviation over the draws.
        tolerance: what it had to stay below.
        draws: how many draws.
    """

    subject: str
    method: str
    error: float
    tolerance: float
    draws: int

    @property
    def passed(self) -> bool:
        """Whether the deviation stayed below the tolerance."""
        return bool(self.error <= self.tolerance)


@dataclass
class CheckReport:
    """All checks of a derivation; prints as a table."""

    checks: list[Check] = field(default_factory=list)
    sizes: list[dict[str, int]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether all passed."""
        return all(c.passed for c in self.checks)

    @property
    def largest(self) -> float:
        """Largest deviation against central differences."""
        return max((c.error for c in self.checks if "difference" in c.method), default=0.0)

    def __str__(self) -> str:
        rows = [("what", "method", "deviation", "limit", "")]
        rows += [
            (c.subject, c.method, f"{c.error:.1e}", f"{c.tolerance:.0e}",
             "ok" if c.passed else "FAILED")
            for c in self.checks
        ]  # fmt: skip
        widths = [max(len(r[k]) for r in rows) for k in range(5)]
        lines = ["  ".join(t.ljust(w) for t, w in zip(r, widths, strict=True)) for r in rows]
        draws = "; ".join(", ".join(f"{k}={v}" for k, v in s.items()) for s in self.sizes)
        return "\n".join([*(line.rstrip() for line in lines), f"sizes drawn: {draws or 'fixed'}"])


class Bench:
    """One draw: sizes, inputs, and the value of every forward name and cotangent."""

    def __init__(
        self, program: Program, cotangents: dict[Leaf, Cotangent], rng: np.random.Generator
    ) -> None:
        self.program, self.cotangents = program, cotangents
        calls = below([program.output.call])
        self.inputs = [c.port for c in program.inputs]
        symbols = symbols_of([*self.inputs, *(b.leaf for b in program.bindings)])
        self.sizes: dict[sp.Symbol, int] = draw_sizes(
            symbols, [c for call in calls for c in call.conditions], rng
        )
        whole = opened([program.output.call])[program.output.call]
        self.values: dict[Node, Array] = draw_values(self.inputs, [whole], self.sizes, rng)
        self.written = whole
        self.rng = rng
        for b in program.bindings:
            self.values[b.leaf] = self.value(b.definition)
        self.output = float(self.values[program.output.leaf]) if not whole.rank else 0.0
        for c in _ordered(program, cotangents):
            if c.call is not None:
                self.values[c.call.port] = self.value(c.value)

    def value(self, node: Node, changed: dict[Node, Array] | None = None) -> Array:
        """A node over names at this draw."""
        return interpret([node], {**self.values, **(changed or {})}, self.sizes)[0]

    def downstream(self, leaf: Leaf, value: Array) -> float:
        """The output with one named value replaced and all after it recomputed."""
        values = dict(self.values)
        values[leaf] = value
        moved: set[Node] = {leaf}
        for b in self.program.bindings:
            if b.leaf is leaf or not any(x in moved for x in direct_leaves(b.definition)):
                continue
            values[b.leaf] = interpret([b.definition], values, self.sizes)[0]
            moved.add(b.leaf)
        return float(values[self.program.output.leaf])

    def differences(self, leaf: Leaf) -> tuple[Array, Array]:
        """(entry numbers, central differences) of the output in some entries of a value."""
        base = np.asarray(self.values[leaf], dtype=float)
        count = base.size
        picked = np.arange(count)
        if count > _MOST_ENTRIES:
            picked = np.sort(self.rng.choice(count, _MOST_ENTRIES, replace=False))
        found = []
        for k in picked:
            entry = abs(float(base.flat[k]))
            h = STEP * (entry if positive(leaf) else max(1.0, entry))
            found.append(_slope(lambda t, k=k: self.downstream(leaf, _moved(base, k, t)), h))  # type: ignore[misc]
        return picked, np.asarray(found)


def _moved(base: Array, k: int, by: float) -> Array:
    moved = base.copy()
    moved.flat[k] += by
    return moved


def _slope(f: Callable[[float], float], h: float) -> float:
    """Central difference of fourth order."""
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)


def _ordered(program: Program, cotangents: dict[Leaf, Cotangent]) -> list[Cotangent]:
    order = {b.leaf: k for k, b in enumerate(program.bindings)}
    known = sorted(
        (c for leaf, c in cotangents.items() if leaf in order), key=lambda c: -order[c.target]
    )
    return [*known, *(c for leaf, c in cotangents.items() if leaf not in order)]


def relative(found: Array, expected: Array) -> float:
    """Largest deviation relative to the largest expected entry (absolute for exact zeros)."""
    scale = max(float(np.max(np.abs(expected), initial=0.0)), 1e-3)
    return float(np.max(np.abs(np.asarray(found) - np.asarray(expected)), initial=0.0)) / scale


def run_checks(
    program: Program, cotangents: dict[Leaf, Cotangent], *, draws: int = 2, seed: int = 0
) -> CheckReport:
    """Check every name, form and gradient.

    Raises:
        CheckError: a deviation above its tolerance; the message is the table.
    """
    rng = np.random.default_rng(seed)
    report = CheckReport()
    worst: dict[tuple[str, str], float] = {}
    for _ in range(draws):
        bench = Bench(program, cotangents, rng)
        report.sizes.append({str(s): v for s, v in bench.sizes.items()})
        for key, error in _one_draw(bench):
            worst[key] = max(worst.get(key, 0.0), error)
    for (subject, method), error in worst.items():
        limit = TOLERANCE_DIFFERENCE if "difference" in method else TOLERANCE_FORM
        report.checks.append(Check(subject, method, error, limit, draws))
    if not report.passed:
        raise CheckError(f"a formula failed its check\n{report}")
    return report


def _one_draw(bench: Bench) -> list[tuple[tuple[str, str], float]]:
    found = []
    output = bench.program.output
    written = interpret([bench.written], bench.values, bench.sizes)[0]
    found.append(((output.name, "oracle"), relative(bench.values[output.leaf], written)))
    for c in bench.cotangents.values():
        if c.target is output.leaf:
            continue
        value = bench.value(c.value)
        picked, expected = bench.differences(c.target)
        error = relative(value.ravel()[picked], expected)
        found.append(((f"∇_{c.target.name}", "central differences"), error))
        forms = [c.plain, *(p.named for p in c.paths)] if len(c.paths) == 1 else [c.plain]
        deviation = max((relative(bench.value(f), value) for f in forms), default=0.0)
        found.append(((f"∇_{c.target.name}", "equal forms"), deviation))
    return found
