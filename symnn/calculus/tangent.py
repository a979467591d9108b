"""Forward mode: the differential of a node as a linear form in the differentials below it.

The second route to a gradient, on purpose separate from the adjoint: `dL = <G, dW>` is built by the
product and chain rules and G is read off. Law: the tangent is linear in the differentials, and the
coefficient of dW is what reverse mode finds (a test compares both on every registered operation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnn.calculus.brackets import same_place
from symnn.calculus.build import Positions, expression_terms, fresh_indices, positions
from symnn.calculus.facts import READER, Policy
from symnn.calculus.linalg import tangent_terms
from symnn.calculus.normal import make_sum
from symnn.calculus.scans import scan_tangent
from symnn.core.errors import UnsupportedError
from symnn.core.function import ARGS, OUT, derivative
from symnn.core.index import Index
from symnn.core.node import (
    GE,
    ArgExtremum,
    Extremum,
    Factor,
    Indicator,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
    make_indicator,
    make_product,
    make_softmax,
)
from symnn.core.recurrence import Scan, ScanState, make_scan_state
from symnn.core.scalars import mul, sub
from symnn.core.walk import topological


def tangent(root: Node, differentials: Mapping[Node, Node], policy: Policy = READER) -> Node:
    """The differential of `root`, given those of nodes below it (shapes alike).

    >>> from symnn.core.index import Index
    >>> x, dx = Leaf("x", ()), Leaf("dx", ())
    >>> square = make_sum((), [Term(1, (), (Factor(x, (), 2),))])
    >>> tangent(square, {x: dx}).terms[0].coef
    2
    """
    known: dict[Node, Node | None] = dict(differentials)
    for node in topological([root], lambda n: () if n in differentials else n.children()):
        if node not in known:
            moving = any(known.get(c) is not None for c in node.children())
            known[node] = _tangent(node, known, policy) if moving else None
    result = known[root]
    return make_sum(fresh_indices(root), []) if result is None else result


def _tangent(node: Node, known: Mapping[Node, Node | None], policy: Policy) -> Node | None:
    match node:
        case Sum():
            return make_sum(node.indices, _of_sum(node, known), policy)
        case Map():
            return _of_map(node, known, policy)
        case Softmax():
            return _of_softmax(node, known, policy)
        case LogSumExp():
            return _of_logsumexp(node, known, policy)
        case Extremum():
            return _of_extremum(node, known, policy)
        case Product():
            return _of_product(node, known, policy)
        case LinAlg():
            d = known.get(node.arg)
            return None if d is None else make_sum(*tangent_terms(node, d), policy)
        case Scan():
            return scan_tangent(node, known, tangent, policy)
        case ScanState():
            moved = known[node.scan]
            assert isinstance(moved, Scan)
            return make_scan_state(moved, node.number)
        case Leaf() | Indicator() | ArgExtremum():
            return None
    raise UnsupportedError(f"no differential is known for the kind {type(node).__name__}")


def _of_sum(node: Sum, known: Mapping[Node, Node | None]) -> list[Term]:
    """The product rule: one factor at a time is replaced by its differential."""
    terms = []
    for t in node.terms:
        for k, f in enumerate(t.factors):
            d = None if f.is_bracket else known.get(f.node)
            if d is None:
                continue
            others = list(t.factors[:k] + t.factors[k + 1 :])
            if f.power != 1:
                others.append(Factor(f.node, f.pos, sub(f.power, 1)))
            terms.append(Term(mul(t.coef, f.power), t.bound, (*others, Factor(d, f.pos))))
    return terms


def _of_map(node: Map, known: Mapping[Node, Node | None], policy: Policy) -> Node:
    """The chain rule: df = sum over arguments of f' dx."""
    own = fresh_indices(node)
    reads: dict[Any, tuple[Node, Positions]] = {OUT: (node, positions(own))}
    for symbol, (arg, axes) in zip(ARGS, node.args, strict=False):
        reads[symbol] = (arg, tuple(own[a].pos for a in axes))
    terms = []
    for k, (arg, axes) in enumerate(node.args):
        d = known.get(arg)
        if d is None:
            continue
        read = Factor(d, tuple(own[a].pos for a in axes))
        for t in expression_terms(derivative(node.fn, k), own, reads):
            terms.append(Term(t.coef, (), (*t.factors, read)))
    return make_sum(own, terms, policy)


def _weighted(node: Softmax | LogSumExp, d: Node, p: Node) -> tuple[tuple[Index, ...], Term]:
    """Sum over the axis of p * dz, over the remaining indices."""
    own = fresh_indices(p)
    outer = own[: node.axis] + own[node.axis + 1 :]
    reads = (Factor(p, positions(own)), Factor(d, positions(own)))
    return outer, Term(1, (own[node.axis],), reads)


def _of_softmax(node: Softmax, known: Mapping[Node, Node | None], policy: Policy) -> Node | None:
    """Dp = p * (dz - sum p dz)."""
    d = known.get(node.arg)
    if d is None:
        return None
    outer, mean = _weighted(node, d, node)
    average = make_sum(outer, [mean], policy)
    own = fresh_indices(node)
    rest = positions(own[: node.axis] + own[node.axis + 1 :])
    p = Factor(node, positions(own))
    terms = [
        Term(1, (), (p, Factor(d, positions(own)))),
        Term(-1, (), (p, Factor(average, rest))),
    ]
    return make_sum(own, terms, policy)


def _of_logsumexp(
    node: LogSumExp, known: Mapping[Node, Node | None], policy: Policy
) -> Node | None:
    """D lse = sum p dz."""
    d = known.get(node.arg)
    if d is None:
        return None
    p = make_softmax(node.arg, node.axis, node.indices, node.domain)
    outer, mean = _weighted(node, d, p)
    return make_sum(outer, [mean], policy)


def _of_extremum(node: Extremum, known: Mapping[Node, Node | None], policy: Policy) -> Node | None:
    """The differential of the entry that attains it."""
    d = known.get(node.body)
    if d is None:
        return None
    where = Factor(make_indicator(node), positions((*node.indices, *node.bound)))
    inside = tuple(Factor(GE, (q,)) for q in node.domain)
    term = Term(1, node.bound, (where, Factor(d, node.pos), *inside))
    return make_sum(node.indices, [term], policy)


def _of_product(node: Product, known: Mapping[Node, Node | None], policy: Policy) -> Node | None:
    """Sum over k of db_k times the product of the others."""
    d = known.get(node.body)
    if d is None:
        return None
    held = tuple(b.fresh() for b in node.bound)
    same = tuple(same_place(b.pos, h.pos) for b, h in zip(node.bound, held, strict=True))
    body = Factor(node.body, node.pos)
    axes = (*node.indices, *held, *node.bound)
    parts = [Term(1, (), same), Term(1, (), (body,)), Term(-1, (), (*same, body))]
    rest = make_product(
        (*node.indices, *held), node.bound, make_sum(axes, parts), positions(axes), node.domain
    )
    mapping = {b: h.pos for b, h in zip(node.bound, held, strict=True)}
    inside = tuple(Factor(GE, (q.substitute(mapping),)) for q in node.domain)
    read = Factor(d, tuple(p.substitute(mapping) for p in node.pos))
    term = Term(1, held, (read, Factor(rest, positions((*node.indices, *held))), *inside))
    return make_sum(node.indices, [term], policy)


def coefficient(form: Node, differential: Node, policy: Policy = READER) -> Node:
    """G with `form = <G, differential>` for a scalar linear form.

    Raises:
        UnsupportedError: the form is not linear in the differential.
    """
    own = fresh_indices(differential)
    terms = []
    for t in form.terms if isinstance(form, Sum) else ():
        mine = [f for f in t.factors if f.node is differential]
        inside = any(differential in topological([f.node]) for f in t.factors if f not in mine)
        if inside or len(mine) > 1 or any(f.power != 1 for f in mine):
            raise UnsupportedError(f"{form!r} is not linear in {differential!r}")
        if not mine:
            continue
        rest = tuple(f for f in t.factors if f is not mine[0])
        places = (same_place(a.pos, p) for a, p in zip(own, mine[0].pos, strict=True))
        terms.append(Term(t.coef, t.bound, (*rest, *places)))
    return make_sum(own, terms, policy)
