"""The table of known derivatives: `python -m tests.calculus.cookbook.table [source] [-v]`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import symnn as sn

from . import judge
from .problem import Problem
from .sources import ALL


@dataclass
class Row:
    """What one problem came to."""

    problem: Problem
    identity: str = ""
    text: str = ""
    kind: str = ""
    rank: int = 0
    own: int = 0
    published: int = 0
    seconds: float = 0.0
    error: float = float("inf")
    printed: float = float("inf")
    failure: str = ""

    @property
    def ratio(self) -> float:
        return self.own / max(self.published, 1)


def row(p: Problem) -> Row:
    result = Row(p)
    try:
        result.identity = identity(p)
        found = judge.derive(p)
        result.text, result.kind, result.seconds = found.text, found.form.kind, found.seconds
        result.rank = found.node.rank
        result.own, result.published = judge.own_length(found), judge.published_length(found)
        at = judge.draw(found, 0)
        value = judge.value(found, at)
        result.error = judge.deviation(value, judge.wanted(p, at))
        result.printed = judge.deviation(judge.printed_value(found, at, value), value)
        known = judge.printed_value(found, at, value, p.published) if p.published else value
        if judge.deviation(known, value) > 1e-9:
            result.failure = "published form differs"
    except Exception as error:  # the table shows it
        result.failure = f"{type(error).__name__}: {str(error)[:200]}"
    return result


_SIGNS = {
    "gradient": "∂({f})/∂{x}", "jacobian": "∂({f})/∂{x}", "hessian": "∂²({f})/∂{x}∂{y}",
    "differential": "d({f})", "structured": "∂({f})/∂{x}, {x} symmetric",
}  # fmt: skip


def identity(p: Problem) -> str:
    """What is differentiated, in a formula made of the function: a wrong number is seen by it.

    >>> from .sources import ALL
    >>> identity(next(p for p in ALL if str(p) == "cookbook 100"))
    '∂(tr(X A))/∂X'
    """
    value = p.f(sn.numpy, **judge.tensors_of(p))
    first, *more = p.wrt.split()
    f = "; ".join(line.strip() for line in value.text().splitlines())
    return _SIGNS[p.order].format(f=f, x=first, y=(more or [first])[0])


def summary(rows: Sequence[Row]) -> str:
    low = [r for r in rows if r.rank <= 2]
    ratios = np.array([r.ratio for r in rows if r.own and r.problem.published])
    times = np.array([r.seconds for r in rows]) * 1000
    wrong = [r for r in rows if not (r.error < 1e-8 and r.printed < 1e-8) or r.failure]
    nothing = sum(r.text == "0" for r in rows)
    matrix = sum(r.kind == "matrix" for r in rows)
    return (
        f"{len(rows)} derivatives, {len(wrong)} wrong or failed, {nothing} of them 0; "
        f"{len(ratios)} with a published form\n"
        f"matrix notation: {matrix} ({100 * matrix / len(rows):.0f} %), "
        f"of the {len(low)} of rank <= 2: {100 * np.mean([r.kind == 'matrix' for r in low]):.0f} %\n"
        f"length against the published form: median {np.median(ratios):.2f}, "
        f"90th percentile {np.percentile(ratios, 90):.2f}, max {ratios.max():.2f}\n"
        f"derive, simplify, print: median {np.median(times):.1f} ms, max {times.max():.0f} ms"
    )


def main(arguments: Sequence[str]) -> None:
    wanted = [a for a in arguments if not a.startswith("-")]
    problems = [p for p in ALL if not wanted or any(str(p).startswith(w) for w in wanted)]
    rows = [row(p) for p in problems]
    for r in rows:
        bad = r.failure or r.error > 1e-8 or r.printed > 1e-8
        if "-v" in arguments or bad or r.ratio > 1.3 or r.kind not in ("matrix", "kronecker"):
            print(f"{r.problem!s:22} {r.kind[:6]:7}{r.own:3}/{r.published:<3} ", end="")
            print(f"{r.seconds * 1e3:6.1f} ms err {r.error:.0e} {r.printed:.0e}  {r.failure}")
            print(f"    {r.identity}\n    {r.text}\n    {r.problem.published}")
    print(summary(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
