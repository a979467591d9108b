"""Live memory in the order of the operations: what exists at once, and its largest sum.

Inference: a value lives from the operation that makes it to its last reader; views share memory.
Law: the peak is the largest of the sums that are printed with it.
"""

from __future__ import annotations

import sympy as sp

from symnn.analysis.graph import Graph, base, is_view
from symnn.analysis.scalars import Count, add, expr, product, sign, sub, total, weight
from symnn.core.scalars import Scalar, exact, to_sympy
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
    alive = {c: product(c.port.sizes) for c in graph.leaves if c.op in ("input", "mask")}
    now = total(alive.values())
    sums: dict[Count, None] = {}
    ends: dict[int, list[Call]] = {}
    for c, k in last.items():
        ends.setdefault(k, []).append(c)
    for k, op in enumerate(order):
        alive[op] = product(op.port.sizes)
        now = add(now, alive[op])
        sums[now] = None
        if op not in last:
            ends.setdefault(k, []).append(op)
        for c in ends.get(k, []):
            now = sub(now, alive.pop(c, 0))
    return largest(list(sums))


def largest(values: list[Count]) -> Scalar:
    """The maximum: a number, the provably largest expression, or a Max of what may be largest."""
    distinct = sorted(dict.fromkeys(values), key=weight, reverse=True)
    if not distinct:
        return 0
    best: list[Count] = []
    for v in distinct:
        if len(best) < MOST_CANDIDATES and not any(sign(sub(b, v)) == 1 for b in best):
            best.append(v)
    if len(best) == 1:
        return expr(best[0])
    return exact(sp.Max(*(to_sympy(expr(b)) for b in best), evaluate=False))
