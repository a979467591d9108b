"""Checks: every formula that leaves a derivation is evaluated against the oracle and differences.

Three kinds, each at `draws` random draws of pairwise different sizes: the definition of each
forward name against the expression as written; each gradient, of names and of wanted tensors,
against central differences of the program (everything downstream of the value is recomputed);
each form of a gradient step against the others. A failure raises CheckError with the draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from symnn.core.errors import CheckError
from symnn.core.node import Leaf, Node
from symnn.derivation.backward import Cotangent
from symnn.derivation.bench import Bench, relative
from symnn.derivation.definitions import Program
from symnn.derivation.layouts import Layout
from symnn.derivation.printed import printed_errors
from symnn.derivation.structured import structure_of, structured_slopes
from symnn.derivation.views import View
from symnn.oracle import interpret

TOLERANCE_FORM = 1e-10
TOLERANCE_DIFFERENCE = 1e-6
NOT_VERIFIED = "not verified: a kink at every draw"
TOO_LARGE = "not verified: too large at the given sizes"


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
    def verified(self) -> bool:
        """Whether it could be checked at all."""
        return self.method not in (NOT_VERIFIED, TOO_LARGE)

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
    def unverified(self) -> list[str]:
        """What could not be checked."""
        return [c.subject for c in self.checks if not c.verified]

    @property
    def largest(self) -> float:
        """Largest deviation against central differences."""
        return max((c.error for c in self.checks if "difference" in c.method), default=0.0)

    def __str__(self) -> str:
        rows = [("what", "method", "deviation", "limit", "")]
        rows += [
            (c.subject, c.method, f"{c.error:.1e}", f"{c.tolerance:.0e}",
             "-" if not c.verified else "ok" if c.passed else "FAILED")
            for c in self.checks
        ]  # fmt: skip
        widths = [max(len(r[k]) for r in rows) for k in range(5)]
        lines = ["  ".join(t.ljust(w) for t, w in zip(r, widths, strict=True)) for r in rows]
        draws = "; ".join(", ".join(f"{k}={v}" for k, v in s.items()) for s in self.sizes)
        return "\n".join([*(line.rstrip() for line in lines), f"sizes drawn: {draws or 'fixed'}"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """The table as text and HTML, for notebooks."""
        head, *rows, last = ([c for c in x.split("  ") if c] for x in str(self).splitlines())
        cells = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
        heads = "".join(f"<th>{c}</th>" for c in head)
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>"
        return {"text/plain": str(self), "text/html": f"{table}<p>{' '.join(last)}</p>"}


def run_checks(
    program: Program,
    cotangents: dict[Leaf, Cotangent],
    *,
    structured: Mapping[Leaf, Node] | None = None,
    layout: Layout | None = None,
    views: list[View] | None = None,
    draws: int = 2,
    seed: int = 0,
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
        for key, error in (*_one_draw(bench), *_structured(bench, structured or {})):
            worst[key] = max(worst.get(key, 0.0), error)
        for subject, error in printed_errors(bench, layout, views) if layout and views else ():
            key = (subject, "printed text" if error is not None else TOO_LARGE)
            worst[key] = max(worst.get(key, 0.0), error or 0.0)
    for (subject, method), error in worst.items():
        limit = TOLERANCE_DIFFERENCE if "difference" in method else TOLERANCE_FORM
        report.checks.append(Check(subject, method, error, limit, draws))
    if not report.passed:
        raise CheckError(f"a formula failed its check\n{report}")
    return report


def _structured(
    bench: Bench, structured: Mapping[Leaf, Node]
) -> list[tuple[tuple[str, str], float]]:
    """Derivatives in independent entries against slopes along the moves that keep the structure."""
    found = []
    for leaf, node in structured.items():
        structure = structure_of(leaf)
        assert structure is not None
        if not bench.smooth:
            found.append(((f"d_{leaf.name}", NOT_VERIFIED), 0.0))
            continue
        value = np.broadcast_to(bench.value(node), bench.values[leaf].shape)
        error = relative(*structured_slopes(structure, value, partial(bench.slope, leaf)))
        found.append(((f"d_{leaf.name}", f"central differences, {structure.name}"), error))
    return found


def _one_draw(bench: Bench) -> list[tuple[tuple[str, str], float]]:
    found = []
    output = bench.program.output
    written = interpret([bench.written], bench.values, bench.sizes)[0]
    found.append(((output.name, "oracle"), relative(bench.values[output.leaf], written)))
    for c in bench.cotangents.values():
        if c.target is output.leaf:
            continue
        value = bench.value(c.value)
        if bench.smooth:
            least = bench.noise / TOLERANCE_DIFFERENCE
            error = relative(*bench.slopes(c.target, value), least=least)
            found.append(((f"∇_{c.target.name}", "central differences"), error))
        else:
            found.append(((f"∇_{c.target.name}", NOT_VERIFIED), 0.0))
        forms = [c.plain, *(p.named for p in c.paths)] if len(c.paths) == 1 else [c.plain]
        forms += [] if c.closed is None else [c.closed]
        deviation = max((relative(bench.value(f), value) for f in forms), default=0.0)
        found.append(((f"∇_{c.target.name}", "equal forms"), deviation))
    return found
