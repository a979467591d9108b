"""A key of an expression up to the identity of its leaves, so that equal layers are counted once.

Two bodies with one key differ only in which tensors their ports stand for: every count is the
same. Law: equal keys have equal shapes, terms, positions and functions.
"""

from __future__ import annotations

from typing import Any

from symnn.core.index import Affine, Index
from symnn.core.node import (
    ArgExtremum,
    Extremum,
    Indicator,
    Leaf,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
)
from symnn.core.recurrence import Scan, ScanState
from symnn.core.scalars import scalar_id
from symnn.core.walk import topological

Key = tuple[Any, ...]


def structure(root: Node, ports: tuple[Node, ...]) -> Key:
    """The key; ports are numbered in the given order, other leaves by first visit."""
    number: dict[Node, int] = {p: k for k, p in enumerate(ports)}
    rows: list[Key] = []
    for node in topological([root]):
        if node in number and isinstance(node, Leaf):
            rows.append(("port", number[node], _sizes(node), node.role))
            continue
        number.setdefault(node, len(number))
        rows.append((type(node).__name__, number[node], _sizes(node), _content(node, number)))
    return tuple(rows)


def _sizes(node: Node) -> Key:
    return tuple(scalar_id(s) for s in node.sizes)


def _content(node: Node, number: dict[Node, int]) -> Key:
    match node:
        case Leaf():
            return (node.role, node.dtype)
        case Sum():
            return tuple(_term(node, t, number) for t in node.terms)
        case Map():
            return (node.fn.name, *((number[n], axes) for n, axes in node.args))
        case Extremum() | Product():
            order = _numbered((*node.indices, *node.bound))
            kind = getattr(node, "kind", "prod")
            own = tuple(scalar_id(b.size) for b in node.bound)
            return (
                kind, number[node.body], own, _positions(node.pos, order, number),
                _positions(node.domain, order, number),
            )  # fmt: skip
        case Softmax() | LogSumExp():
            order = _numbered(node.indices)
            return (node.axis, number[node.arg], _positions(node.domain, order, number))
        case Indicator() | ArgExtremum():
            return (number[node.extremum],)
        case Scan():  # bodies over ports are interned: equal ones are one node
            args = tuple(number[a] for a in node.args)
            bodies = tuple(n.uid for n in node.next)
            return (bodies, args, scalar_id(node.length), node.backward)
        case ScanState():
            return (number[node.scan], node.number)
    raise TypeError(f"no key for the kind {type(node).__name__}")


def _numbered(indices: tuple[Index, ...]) -> dict[Index, int]:
    return {i: k for k, i in enumerate(indices)}


def _term(node: Sum, t: Any, number: dict[Node, int]) -> Key:
    order = _numbered((*node.indices, *t.bound))
    bound = tuple(scalar_id(b.size) for b in t.bound)
    factors = tuple(
        (
            f.node.uid if f.is_bracket else number[f.node] + 2,
            scalar_id(f.power),
            _positions(f.pos, order, number),
        )
        for f in t.factors
    )
    return (scalar_id(t.coef), bound, factors)


def _positions(pos: tuple[Affine, ...], order: dict[Index, int], number: dict[Node, int]) -> Key:
    return tuple(_position(p, order, number) for p in pos)


def _position(p: Affine, order: dict[Index, int], number: dict[Node, int]) -> Key:
    if p.bare is not None:
        return (order[p.bare],)
    rows = []
    for a, c in p.terms:
        if isinstance(a, Index):
            rows.append((0, order[a], (), scalar_id(c)))
        else:
            rows.append((1, number[a.node], _positions(a.pos, order, number), scalar_id(c)))
    return (-1, scalar_id(p.const), *sorted(rows))
