"""The simplifier: shorter sums by expanding and by taking common factors out.

`reading.cost` estimates how long a sum reads. `simplify` builds a few candidates (as it is,
factored, expanded, both) and keeps the cheapest, inner groups first. Law: the value never changes.
Above `MOST_COST` only groups inside are simplified, so nothing here explodes.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.calculus.cases import by_cases
from symnn.calculus.clipping import clipped
from symnn.calculus.factoring import factored
from symnn.calculus.facts import READER, Policy, recording, replay, rules_left_out
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.calculus.reading import cost
from symnn.calculus.reflection import reflected
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import mul

MOST_EXPANDED = 48
MOST_COST = 80.0
_MOST_ROUNDS = 6


def simplify(node: Node, policy: Policy = READER) -> Node:
    """The cheapest of the candidates; names (leaves) are never opened."""
    if not isinstance(node, Sum):
        return node
    memo = node.cache.setdefault("simplified", {})
    key = (policy.inline, policy.facts, policy.disabled, rules_left_out())
    if key not in memo:
        with recording() as uses:
            memo[key] = (_simplify(node, policy), uses)
    result: Node
    result, uses = memo[key]
    replay(uses)
    return result


def _simplify(node: Sum, policy: Policy) -> Node:
    plain = _with_simple_groups(node, policy)
    if not isinstance(plain, Sum):
        return plain
    best: Node = plain
    if cost(plain) > MOST_COST:
        return plain
    turned = reflected(plain, policy)
    if turned is not None:
        turned = factored(_expanded(turned, policy), policy)
        best = turned if cost(turned) < cost(plain) - 1e-9 else plain
    for make in (factored, _expanded, lambda n, p: factored(_expanded(n, p), p), _one_group):
        candidate = make(plain, policy)
        if cost(candidate) < cost(best) - 1e-9:
            best = candidate
    return clipped(best, policy) or by_cases(best, policy) or best


def _with_simple_groups(node: Sum, policy: Policy) -> Node:
    """Each anonymous group inside simplified first."""
    if not any(isinstance(f.node, Sum) for t in node.terms for f in t.factors):
        return node if policy is READER else make_sum(node.indices, node.terms, policy)
    terms = []
    for t in node.terms:
        factors = tuple(Factor(simplify(f.node, policy), f.pos, f.power) for f in t.factors)
        terms.append(Term(t.coef, t.bound, factors))
    return make_sum(node.indices, terms, policy)


def _expanded(node: Node, policy: Policy) -> Node:
    """Products of sums multiplied out, up to `MOST_EXPANDED` terms."""
    return expand(node, policy, lambda f: True)


def expand(node: Node, policy: Policy, which: Callable[[Factor], bool]) -> Node:
    """Multiply out the groups that `which` selects."""
    for _ in range(_MOST_ROUNDS):
        if not isinstance(node, Sum):
            return node
        terms: list[Term] = []
        for t in node.terms:
            terms.extend(_expand_term(t, which))
            if len(terms) > MOST_EXPANDED:
                return node
        if len(terms) == len(node.terms):
            return node
        node = make_sum(node.indices, terms, policy)
    return node


def _expand_term(term: Term, which: Callable[[Factor], bool]) -> list[Term]:
    for k, f in enumerate(term.factors):
        small = isinstance(f.power, int) and f.power in (1, 2)
        if isinstance(f.node, Sum) and small and which(f):
            rest = list(term.factors[:k] + term.factors[k + 1 :])
            if f.power == 2:
                rest.append(Factor(f.node, f.pos))
            opened = [instantiate(f.node, t, f.pos) for t in f.node.terms]
            return [
                Term(mul(term.coef, o.coef), (*term.bound, *o.bound), (*rest, *o.factors))
                for o in opened
            ]
    return [term]


def _one_group(node: Node, policy: Policy) -> Node:
    """One group expanded and the rest factored, the best of a few choices."""
    if not isinstance(node, Sum):
        return node
    groups = dict.fromkeys(f.node for t in node.terms for f in t.factors if isinstance(f.node, Sum))
    best: Node = node
    for group in list(groups)[:_MOST_ROUNDS]:
        opened = expand(node, policy, lambda f, g=group: f.node is g)  # type: ignore[misc]
        candidate = factored(opened, policy)
        if cost(candidate) < cost(best):
            best = candidate
    return best
