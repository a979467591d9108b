"""Cases beside a condition: `a + [x > 0] (1 − a)` is `[x > 0] + a [x ≤ 0]`.

A sum with one condition in some of its terms is `C` times the condition and the rest `R`. Where
`C + R`, its value in the first case, is shorter than `C`, both cases are written out. Beside
`[u > 0]`, `relu(u)` is u. Law: the same value, also at the kinks.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices, map_node, number_node, substitute
from symnn.calculus.clipping import pointwise
from symnn.calculus.facts import Policy, is_off
from symnn.calculus.normal import make_sum
from symnn.calculus.reading import cost
from symnn.core.function import function
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Leaf, Map, Node, Sum, Term
from symnn.core.sizes import size_symbol
from symnn.core.walk import topological

NAME = "cases"
CONDITIONS = ("step", "gt", "ge")


def by_cases(node: Node, policy: Policy) -> Node | None:
    """The sum with both cases of a condition written out, or None where it is no shorter.

    >>> import symnn.ops.elementwise
    >>> sorted(len(t.factors) for t in by_cases(sample(), Policy()).terms)
    [1, 2]
    """
    if is_off(NAME) or not isinstance(node, Sum):
        return None
    near = _without_relu(node, policy)
    for condition in _conditions(near):
        found = _written_out(near, condition, policy)
        if found is not None:
            return found
    return near if near is not node and cost(near) < cost(node) else None


def sample() -> Node:
    """A sum where the rule acts: `exp(x) + [x > 0] (1 − exp(x))`."""
    i = Index(size_symbol("n"))
    x: list[tuple[Node, tuple[Affine, ...]]] = [(Leaf("x", (i.size,)), (i.pos,))]
    c, e = (Factor(map_node(function(name), (i,), x), (i.pos,)) for name in ("step", "exp"))
    return make_sum((i,), [Term(1, (), (e,)), Term(1, (), (c,)), Term(-1, (), (c, e))])


def _conditions(node: Node) -> list[Factor]:
    """Conditions read entry by entry over all axes of a sum."""
    if not isinstance(node, Sum):
        return []
    whole = tuple(i.pos for i in node.indices)
    return list(dict.fromkeys(f for t in node.terms for f in t.factors if _is_condition(f, whole)))


def _is_condition(f: Factor, whole: tuple[object, ...]) -> bool:
    return f.pos == whole and f.power == 1 and _comparison(f.node) is not None


def _comparison(node: Node) -> Map | None:
    """The comparison that a condition is, as it is or as the truth of one."""
    if not isinstance(node, Map):
        return None
    if node.fn.name == "truth":
        ((inside, axes),) = node.args
        return _comparison(inside) if axes == tuple(range(node.rank)) else None
    return node if node.fn.name in CONDITIONS else None


def _written_out(node: Node, condition: Factor, policy: Policy) -> Node | None:
    assert isinstance(node, Sum)
    inside = [t for t in node.terms if condition in t.factors]
    rest = [t for t in node.terms if condition not in t.factors]
    if not rest:
        return None
    bare = [Term(t.coef, t.bound, tuple(f for f in t.factors if f != condition)) for t in inside]
    first = make_sum(node.indices, [*bare, *rest], policy)
    if cost(first) > cost(make_sum(node.indices, bare, policy)) - 1e-9:
        return None
    other = _complement(condition)
    read = Factor(first, condition.pos)
    terms = [Term(t.coef, t.bound, (*t.factors, other)) for t in rest]
    return make_sum(node.indices, [Term(1, (), (condition, read)), *terms], policy)


def _complement(condition: Factor) -> Factor:
    """`[x ≤ 0]` for `[x > 0]`, `[a < b]` for `[a ≥ b]`."""
    node = _comparison(condition.node)
    assert node is not None
    own = fresh_indices(node)
    reads = [(arg, tuple(own[a].pos for a in axes)) for arg, axes in node.args]
    if node.fn.name == "step":
        reads.append((number_node(0), ()))
    name = "gt" if node.fn.name == "ge" else "ge"
    return Factor(map_node(function(name), own, reads[::-1]), condition.pos)


def _without_relu(node: Sum, policy: Policy) -> Node:
    """The sum with `relu(u)` read as u in terms with `[u > 0]`."""
    terms = [_term_without_relu(t) for t in node.terms]
    if all(a is b for a, b in zip(terms, node.terms, strict=True)):
        return node
    return make_sum(node.indices, terms, policy)


def _term_without_relu(term: Term) -> Term:
    for step in term.factors:
        if not isinstance(step.node, Map) or step.node.fn.name != "step":
            continue
        ((inside, axes),) = step.node.args
        if axes != tuple(range(step.node.rank)):
            continue
        factors = tuple(_opened(f, step, inside) for f in term.factors)
        if any(a is not b for a, b in zip(factors, term.factors, strict=True)):
            return _term_without_relu(Term(term.coef, term.bound, factors))
    return term


def _opened(f: Factor, step: Factor, inside: Node) -> Factor:
    """A factor at the same entries as the condition, with `relu(u)` opened."""
    if f is step or f.is_bracket or f.pos != step.pos:
        return f
    cut = [
        n for n in topological([f.node])
        if isinstance(n, Map) and n.fn.name == "relu" and n.args[0][0] is inside
        and n.rank == inside.rank
    ]  # fmt: skip
    if len(cut) != 1 or not pointwise(f.node, cut[0]):
        return f
    return Factor(substitute(f.node, {cut[0]: inside}), f.pos, f.power)
