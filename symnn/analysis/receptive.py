"""Receptive fields: which entries of the input one entry of a value depends on.

Read off the positions: a read at `s*i + d*u - p` makes the field `r + (span of u) * j` wide, and
its jump `s * j`. An axis that is summed over, or softmaxed, is seen whole. Law: the field is the
extent of the nonzero entries of the Jacobian, for weights that vanish nowhere (tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.analysis.graph import Graph, resolved
from symnn.analysis.scalars import weight
from symnn.core.index import Affine, Index
from symnn.core.node import Extremum, Leaf, LogSumExp, Map, Node, Product, Softmax, Sum
from symnn.core.scalars import Scalar, add, mul, sub
from symnn.core.walk import topological
from symnn.lang.call import Call


@dataclass(frozen=True)
class Seen:
    """What one entry sees along one axis of the input.

    Attributes:
        axis: the axis of the value that moves the field; -1: the whole axis is seen.
        width, jump, start: the field of entry i is `start + jump*i ... + width - 1`.
    """

    axis: int
    width: Scalar = 1
    jump: Scalar = 1
    start: Scalar = 0


WHOLE = Seen(-1)
Fields = tuple[Seen | None, ...]  # one per axis of the input; None: not seen at all


def receptive_fields(graph: Graph, source: Call) -> dict[Call, Fields]:
    """The fields of every operation with respect to the input `source`."""
    rank = len(source.port.sizes)
    known: dict[Call, Fields] = {source: tuple(Seen(k) for k in range(rank))}
    nothing: Fields = (None,) * rank
    for op in graph.order:
        ports = {a.port: known.get(resolved(a), nothing) for a in op.args}
        known[op] = _of_body(op.body, ports, nothing)
    return known


def _of_body(body: Node, ports: dict[Leaf, Fields], nothing: Fields) -> Fields:
    state: dict[Node, Fields] = {}
    for node in topological([body]):
        if isinstance(node, Leaf):
            state[node] = ports.get(node, nothing)
            continue
        reads = [r for r in _reads(node) if any(s is not None for s in state[r[0]])]
        state[node] = _merged([_moved(state[n], pos, out) for n, pos, out in reads], nothing)
        if isinstance(node, (Softmax, LogSumExp)):
            state[node] = tuple(_along(s, node) for s in state[node])
    return state[body]


def _along(seen: Seen | None, node: Softmax | LogSumExp) -> Seen | None:
    """Along the axis of a softmax everything is seen; of a log-sum-exp the axis goes away."""
    if seen is None or seen.axis < 0:
        return seen
    if seen.axis == node.axis:
        return WHOLE
    gone = isinstance(node, LogSumExp) and seen.axis > node.axis
    return Seen(seen.axis - 1, seen.width, seen.jump, seen.start) if gone else seen


Read = tuple[Node, Sequence[Affine], tuple[Index, ...]]


def _reads(node: Node) -> list[Read]:
    match node:
        case Sum():
            return [
                (f.node, f.pos, node.indices)
                for t in node.terms
                for f in t.factors
                if not f.is_bracket
            ]
        case Map():
            own = tuple(Index(s) for s in node.sizes)
            return [(n, [own[a].pos for a in axes], own) for n, axes in node.args]
        case Extremum() | Product():
            return [(node.body, node.pos, node.indices)]
        case Softmax() | LogSumExp():
            own = tuple(Index(s) for s in node.arg.sizes)
            return [(node.arg, [i.pos for i in own], own)]
    return [(c, [Index(s).pos for s in c.sizes], ()) for c in node.children()]


def _moved(fields: Fields, pos: Sequence[Affine], out: tuple[Index, ...]) -> Fields:
    """The fields of a read, over the axes of the reader."""
    place = {i: k for k, i in enumerate(out)}
    made: list[Seen | None] = []
    for seen in fields:
        if seen is None or seen.axis < 0:
            made.append(seen)
            continue
        p = pos[seen.axis]
        moving = [(a, c) for a, c in p.terms if isinstance(a, Index) and a in place]
        if len(moving) != 1 or any(not isinstance(a, Index) for a, _ in p.terms):
            made.append(WHOLE)
            continue
        (index, step), low, high = moving[0], p.const, p.const
        for a, c in p.terms:
            if a is not index:
                end = mul(c, sub(a.size, 1))
                low, high = (low, add(high, end)) if weight(end) >= 0 else (add(low, end), high)
        made.append(
            Seen(
                place[index],
                add(seen.width, mul(sub(high, low), seen.jump)),
                mul(seen.jump, step),
                add(seen.start, mul(low, seen.jump)),
            )
        )
    return tuple(made)


def _merged(many: list[Fields], nothing: Fields) -> Fields:
    if not many:
        return nothing
    result = list(many[0])
    for fields in many[1:]:
        result = [_union(a, b) for a, b in zip(result, fields, strict=True)]
    return tuple(result)


def _union(a: Seen | None, b: Seen | None) -> Seen | None:
    if a is None or b is None or a == b:
        return b if a is None else a
    if a.axis < 0 or b.axis < 0 or a.axis != b.axis or a.jump != b.jump:
        return WHOLE
    low = a.start if weight(a.start) <= weight(b.start) else b.start
    ends = [add(s.start, s.width) for s in (a, b)]
    high = max(ends, key=weight)
    return Seen(a.axis, sub(high, low), a.jump, low)
