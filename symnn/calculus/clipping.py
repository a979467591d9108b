"""Cases that are a clip: `[|r| ≤ δ] r + [|r| > δ] δ sign(r)` is `clip(r, −δ, δ)`.

A sum that is read entry by entry through one condition `|r| ≤ δ` is looked at in both cases:
inside, the bracket is 1 and `min(|r|, δ)` is |r|; outside it is 0 and the minimum is δ. Where the
first case is `k r` and the second `k δ sign(r)`, the sum is `k clip(r, −δ, δ)`. Law: the same
value, also at the kinks. The gradient of Huber's loss is shown so.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices, map_node, number_node, positions, substitute
from symnn.calculus.facts import Policy, is_off, nonnegative
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.index import Affine
from symnn.core.node import Factor, Map, Node, Sum, Term
from symnn.core.scalars import Scalar, mul, power
from symnn.core.walk import topological


def clipped(node: Node, policy: Policy) -> Node | None:
    """The sum with a clip in place of its cases, or None where it is none."""
    if is_off("clip") or not isinstance(node, Sum):
        return None
    for condition in _conditions(node):
        if pointwise(node, condition):
            found = _split(node, condition, policy)
            if found is not None:
                return found
    return None


def _conditions(node: Node) -> list[Map]:
    """All `[δ ≥ |r|]` and `[δ > |r|]` below, for a δ that is not negative."""
    return [
        n for n in topological([node])
        if isinstance(n, Map) and n.fn.name in ("ge", "gt")
        and _is(n.args[1][0], "abs") and nonnegative(n.args[0][0])
    ]  # fmt: skip


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Map) and node.fn.name == name


def pointwise(node: Node, condition: Node) -> bool:
    """Whether each entry of the node reads the condition at the same entry only."""
    if condition not in topological([node]) or node is condition:
        return True
    if isinstance(node, Map):
        axes = tuple(range(node.rank))
        reads = [(n, own) for n, own in node.args if condition in topological([n])]
        return all(own == axes and pointwise(n, condition) for n, own in reads)
    if not isinstance(node, Sum):
        return False
    whole = positions(node.indices)
    for t in node.terms:
        below = [f for f in t.factors if not f.is_bracket and condition in topological([f.node])]
        if any(f.pos != whole or not pointwise(f.node, condition) for f in below):
            return False
    return True


def _split(node: Sum, condition: Map, policy: Policy) -> Node | None:
    (bound, bound_axes), (size, _) = condition.args
    assert isinstance(size, Map)
    ((inside, axes),) = size.args
    if axes != tuple(range(node.rank)) or size.rank != node.rank:
        return None
    whole = positions(node.indices)
    edge = Factor(bound, tuple(whole[a] for a in bound_axes))
    cut = [n for n in topological([node]) if _is_cut(n, size, bound)]
    holds = [condition, *(n for n in topological([node]) if _is_truth(n, condition))]
    fails = [n for n in topological([node]) if _is_opposite(n, condition) and pointwise(node, n)]
    yes, no = (number_node(case, fresh_indices(condition)) for case in (1, 0))
    outside = _spread(bound, bound_axes, size)
    within = {**dict.fromkeys(holds, yes), **dict.fromkeys(fails, no), **dict.fromkeys(cut, size)}
    beyond = {**dict.fromkeys(holds, no), **dict.fromkeys(fails, yes)}
    beyond |= dict.fromkeys(cut, outside)
    scale = _scale(substitute(node, beyond, policy), inside, edge, node)
    read = Factor(inside, whole)
    if scale is None or _times(scale, read, node, policy) is not substitute(node, within, policy):
        return None
    own = fresh_indices(bound)
    low = make_sum(own, [Term(-1, (), (Factor(bound, positions(own)),))], policy)
    reads = [(inside, whole), (low, edge.pos), (bound, edge.pos)]
    clip = map_node(function("clip"), node.indices, reads, policy)
    return _times(scale, Factor(clip, whole), node, policy)


def _is_truth(node: Node, condition: Map) -> bool:
    return isinstance(node, Map) and node.fn.name == "truth" and node.args[0][0] is condition


def _is_opposite(node: Node, condition: Map) -> bool:
    """Whether a node is `[|r| > δ]` beside `[|r| ≤ δ]`."""
    other = {"ge": "gt", "gt": "ge"}[condition.fn.name]
    return isinstance(node, Map) and node.fn.name == other and node.args == condition.args[::-1]


def _is_cut(node: Node, size: Node, bound: Node) -> bool:
    """Whether a node is `min(|r|, δ)`."""
    if not isinstance(node, Map) or node.fn.name != "min2":
        return False
    first, second = (n for n, _ in node.args)
    return size in (first, second) and (bound in (first, second) or _same(first, second, bound))


def _same(first: Node, second: Node, bound: Node) -> bool:
    """Whether one of two is the number that the bound is."""
    value = _constant(bound)
    return value is not None and value in (_constant(first), _constant(second))


def _spread(bound: Node, axes: tuple[int, ...], like: Node) -> Node:
    """The bound over the axes of |r|."""
    own = fresh_indices(like)
    pos = tuple(own[a].pos for a in axes)
    return make_sum(own, [Term(1, (), (Factor(bound, pos),))])


def _scale(zero: Node, inside: Node, edge: Factor, node: Sum) -> list[Term] | None:
    """The k of `k δ sign(r)`, term by term."""
    whole = positions(node.indices)
    terms = [Term(1, (), (Factor(zero, whole),))]
    if isinstance(zero, Sum):
        terms = [instantiate(zero, t, whole) for t in zero.terms]
    scale = [_without(t, inside, edge, whole) for t in terms]
    return None if None in scale or not scale else scale  # type: ignore[return-value]


def _without(term: Term, inside: Node, edge: Factor, whole: tuple[Affine, ...]) -> Term | None:
    """A term without `δ sign(r)`."""
    signs = [f for f in term.factors if _is_sign(f.node, inside)]
    if len(signs) != 1 or signs[0].power != 1 or signs[0].pos != whole:
        return None
    rest = [f for f in term.factors if f is not signs[0]]
    value = _constant(edge.node)
    if value is not None:
        return Term(mul(term.coef, power(value, -1)), term.bound, tuple(rest))
    if edge not in rest:
        return None
    rest.remove(edge)
    return Term(term.coef, term.bound, tuple(rest))


def _is_sign(node: Node, inside: Node) -> bool:
    return isinstance(node, Map) and node.fn.name == "sign" and node.args[0][0] is inside


def _constant(node: Node) -> Scalar | None:
    """The value of a constant node."""
    if not isinstance(node, Sum) or len(node.terms) != 1:
        return None
    (term,) = node.terms
    return None if term.bound or term.factors else term.coef


def _times(scale: list[Term], read: Factor, node: Sum, policy: Policy) -> Node:
    terms = [Term(t.coef, t.bound, (*t.factors, read)) for t in scale]
    return make_sum(node.indices, terms, policy)
