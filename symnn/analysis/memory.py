"""Live memory in the order of the operations: what exists at once, and its largest sum.

Inference: a value lives from the operation that makes it to its last reader; views share memory.
Law: the peak is the largest of the sums that are printed with it.
"""

from __future__ import annotations

import sympy as sp

from symnn.analysis.contraction import proxy
from symnn.analysis.counters import product, total
from symnn.analysis.graph import Graph, base, is_view
from symnn.core.scalars import Scalar, exact, mul, sub, to_sympy
from symnn.core.sizes import sign
from symnn.lang.call import Call

MOST_CANDIDATES = 12


def peak_live(graph: Graph, live: set[Call]) -> Scalar:
    """The largest number of entries alive at once, inputs included, parameters not."""
    last: dict[Call, int] = {}
    order = [op for op in graph.order if op in live and not is_view(op)]
    place = {op: k for k, op in enumerate(order)}
    for op in graph.order:
        if op in live:
            at = place.get(op)
            for a in op.args:
                if at is not None:
                    last[base(a)] = at
    for out in graph.outputs:
        last[base(out)] = len(order)
    alive: dict[Call, Scalar] = {
        c: product(c.port.sizes) for c in graph.leaves if c.op in ("input", "mask")
    }
    sums: dict[tuple[object, ...], Scalar] = {}
    for k, op in enumerate(order):
        alive[op] = product(op.port.sizes)
        key = tuple(sorted((str(v) for v in alive.values())))
        if key not in sums:
            sums[key] = total(alive.values())
        alive = {c: v for c, v in alive.items() if last.get(c, -1) > k}
    return largest(list(sums.values()))


def largest(values: list[Scalar]) -> Scalar:
    """The maximum: a number, the provably largest expression, or a Max of what may be largest."""
    distinct = list(dict.fromkeys(values))
    if not distinct:
        return 0
    distinct.sort(key=proxy, reverse=True)
    best: list[Scalar] = []
    for v in distinct:
        if len(best) < MOST_CANDIDATES and not any(sign(sub(b, v)) == 1 for b in best):
            best.append(v)
    if len(best) == 1:
        return best[0]
    return exact(sp.Max(*(to_sympy(b) for b in best), evaluate=False))


def in_bytes(entries: Scalar, each: int) -> Scalar:
    """Entries times bytes."""
    return mul(entries, each)
