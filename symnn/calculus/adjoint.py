"""One adjoint rule, applied to terms; reverse mode from a node to the leaves below it.

For factor k of a term with cotangent G: `dA[a] += G * w * A^(w-1) * rest * [a = R]`, all other
indices summed; the normal form solves the brackets. Dense layers, convolutions, attention,
embedding, broadcast and trace are this one case. The other kinds each have one function below.
The result of a term's adjoint is terms, so it applies again: order 2, Jacobians and Hessians keep
the output's own indices free (`lead` axes in front of every cotangent).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from symnn.calculus.brackets import same_place
from symnn.calculus.build import Positions, expression_terms, fresh_indices, positions
from symnn.calculus.contributions import Contribution, collected, given_back, place, seeded
from symnn.calculus.facts import READER, Policy
from symnn.calculus.linalg import adjoint_terms
from symnn.calculus.normal import make_sum
from symnn.calculus.through_time import scan_adjoint
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
from symnn.core.recurrence import Scan, ScanState
from symnn.core.scalars import mul, sub
from symnn.core.walk import topological

Simplify = Callable[[Node], Node]


def reverse(
    root: Node,
    cotangent: Node,
    wrt: Collection[Node],
    *,
    lead: int = 0,
    simplify: Simplify | None = None,
    policy: Policy = READER,
) -> dict[Node, Node]:
    """Cotangents of the `wrt` nodes, which stay opaque.

    Args:
        root: the node that is differentiated.
        cotangent: its cotangent, with `lead` free axes in front of the root's own.
        wrt: nodes below the root to differentiate in.
        lead: number of free axes (0 for the gradient of a scalar).
        simplify: applied to each cotangent before it goes on.
        policy: normal form of the results.

    Returns:
        A node per wrt node that the root reads; axes: lead, then the wrt node's own.
    """
    return reverse_all([(root, cotangent)], wrt, lead=lead, simplify=simplify, policy=policy)


def reverse_all(
    seeds: Sequence[tuple[Node, Node]],
    wrt: Collection[Node],
    *,
    lead: int = 0,
    simplify: Simplify | None = None,
    policy: Policy = READER,
) -> dict[Node, Node]:
    """Cotangents through several roots at once; `seeds` are (root, its cotangent).

    A root that is `wrt` itself is opened as well, as in `reverse`.
    """
    opaque = set(wrt)
    roots = dict.fromkeys(root for root, _ in seeds)
    order = topological(roots, lambda n: () if n in opaque and n not in roots else n.children())
    needed = _needed(order, opaque)
    lead_indices = tuple(Index(s) for s in seeds[0][1].sizes[:lead])
    pending: dict[Node, list[Contribution]] = {}
    stacks: dict[Node, dict[int, Node]] = {}
    found: dict[Node, Node] = {}
    given = seeded(seeds, lead_indices)
    for node in reversed(order):
        parts = [*given.get(node, ()), *pending.pop(node, ())]
        if isinstance(node, Scan) and node in stacks:
            made = scan_adjoint(node, stacks[node], lead_indices, needed, reverse_all, policy)
            for target, indices, term in made:
                pending.setdefault(target, []).append(Contribution(target, indices, term))
            continue
        if not parts:
            continue
        lone = node in roots and len(parts) == 1
        grad = given_back(parts[0]) if lone else collected(lead_indices, node, parts, policy)
        if simplify is not None and not lone:
            grad = simplify(grad)
        if node in opaque:
            found[node] = grad
        if node in opaque and node not in roots:
            continue
        if isinstance(node, ScanState):
            stacks.setdefault(node.scan, {})[node.number] = grad
            continue
        for c in contributions(node, grad, lead_indices, needed):
            pending.setdefault(c.target, []).append(c)
    return found


def _needed(order: list[Node], wrt: set[Node]) -> set[Node]:
    needed: set[Node] = set(wrt)
    for node in order:
        if any(c in needed for c in node.children()):
            needed.add(node)
    return needed


def contributions(
    node: Node, grad: Node, lead: tuple[Index, ...], needed: Collection[Node]
) -> list[Contribution]:
    """What `node`, whose cotangent is `grad`, passes to each of its children in `needed`."""
    if isinstance(grad, Sum) and not grad.terms:
        return []
    match node:
        case Sum():
            return _of_sum(node, grad, lead, needed)
        case Map():
            return _of_map(node, grad, lead, needed)
        case Softmax():
            return _of_softmax(node, grad, lead)
        case LogSumExp():
            return _of_logsumexp(node, grad, lead)
        case Extremum():
            return _of_extremum(node, grad, lead)
        case Product():
            return _of_product(node, grad, lead)
        case LinAlg():
            own, terms = adjoint_terms(node, grad, lead)
            return [Contribution(node.arg, own, t) for t in terms]
        case Leaf() | Indicator() | ArgExtremum():
            return []
    raise UnsupportedError(f"no derivative is known for the kind {type(node).__name__}")


def _of_sum(
    node: Sum, grad: Node, lead: tuple[Index, ...], needed: Collection[Node]
) -> list[Contribution]:
    found = []
    seed = Factor(grad, positions((*lead, *node.indices)))
    for t in node.terms:
        for k, f in enumerate(t.factors):
            if f.is_bracket or f.node not in needed:
                continue
            rest = list(t.factors[:k] + t.factors[k + 1 :])
            lowered = sub(f.power, 1)
            if lowered != 0:
                rest.append(Factor(f.node, f.pos, lowered))
            term = Term(mul(t.coef, f.power), (*node.indices, *t.bound), (seed, *rest))
            found.append(place(f.node, f.pos, term))
    return found


def _of_map(
    node: Map, grad: Node, lead: tuple[Index, ...], needed: Collection[Node]
) -> list[Contribution]:
    own = fresh_indices(node)
    seed = Factor(grad, positions((*lead, *own)))
    reads: dict[Any, tuple[Node, Positions]] = {OUT: (node, positions(own))}
    for symbol, (arg, axes) in zip(ARGS, node.args, strict=False):
        reads[symbol] = (arg, tuple(own[a].pos for a in axes))
    found = []
    for k, (arg, axes) in enumerate(node.args):
        if arg not in needed:
            continue
        for t in expression_terms(derivative(node.fn, k), own, reads):
            term = Term(t.coef, own, (seed, *t.factors))
            if t.coef != 0:
                found.append(place(arg, tuple(own[a].pos for a in axes), term))
    return found


def _of_softmax(node: Softmax, grad: Node, lead: tuple[Index, ...]) -> list[Contribution]:
    own = fresh_indices(node)
    inner = Index(node.sizes[node.axis])
    other = tuple(inner if k == node.axis else i for k, i in enumerate(own))
    centred = make_sum(
        (*lead, *own),
        [
            Term(1, (), (Factor(grad, positions((*lead, *own))),)),
            Term(
                -1,
                (inner,),
                (Factor(grad, positions((*lead, *other))), Factor(node, positions(other))),
            ),
        ],
    )
    term = Term(1, own, (Factor(node, positions(own)), Factor(centred, positions((*lead, *own)))))
    return [place(node.arg, positions(own), term)]


def _of_logsumexp(node: LogSumExp, grad: Node, lead: tuple[Index, ...]) -> list[Contribution]:
    p = make_softmax(node.arg, node.axis, node.indices, node.domain)
    own = fresh_indices(p)
    outer = own[: node.axis] + own[node.axis + 1 :]
    seed = Factor(grad, positions((*lead, *outer)))
    return [place(node.arg, positions(own), Term(1, own, (seed, Factor(p, positions(own)))))]


def _of_extremum(node: Extremum, grad: Node, lead: tuple[Index, ...]) -> list[Contribution]:
    where = make_indicator(node)
    seed = Factor(grad, positions((*lead, *node.indices)))
    hit = Factor(where, positions((*node.indices, *node.bound)))
    return [place(node.body, node.pos, Term(1, (*node.indices, *node.bound), (seed, hit)))]


def _of_product(node: Product, grad: Node, lead: tuple[Index, ...]) -> list[Contribution]:
    """`prod(i: [i=k] + (1-[i=k]) b_i)` for each k, again a Product."""
    held = tuple(b.fresh() for b in node.bound)
    same = tuple(same_place(b.pos, h.pos) for b, h in zip(node.bound, held, strict=True))
    body = Factor(node.body, node.pos)
    axes = (*node.indices, *held, *node.bound)
    guarded = make_sum(
        axes,
        [Term(1, (), same), Term(1, (), (body,)), Term(-1, (), (*same, body))],
    )
    others = make_product((*node.indices, *held), node.bound, guarded, positions(axes), node.domain)
    mapping = {b: h.pos for b, h in zip(node.bound, held, strict=True)}
    inside = tuple(Factor(GE, (d.substitute(mapping),)) for d in node.domain)
    seed = Factor(grad, positions((*lead, *node.indices)))
    rest = Factor(others, positions((*node.indices, *held)))
    term = Term(1, (*node.indices, *held), (seed, rest, *inside))
    return [place(node.body, tuple(p.substitute(mapping) for p in node.pos), term)]


def delta(sizes: tuple[object, ...]) -> Node:
    """The identity cotangent of a node with these sizes: axes twice, `[i = j]` each."""
    rows = tuple(Index(s) for s in sizes)
    columns = tuple(Index(s) for s in sizes)
    brackets = tuple(same_place(r.pos, c.pos) for r, c in zip(rows, columns, strict=True))
    return make_sum((*rows, *columns), [Term(1, (), brackets)])
