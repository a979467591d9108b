"""The reflection of the sigmoid: `sigmoid(-x) = 1 - sigmoid(x)`.

A candidate of the simplifier: values at arguments with a minus in front are read at the opposite
argument, so that `sigmoid(x) + sigmoid(-x)` meets as 1. A lone `sigmoid(-x)` is shorter as it
stands and stays. Law: the value never changes.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices, map_node, positions
from symnn.calculus.facts import Policy, is_off
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.node import Factor, Map, Node, Sum, Term
from symnn.core.scalars import is_negative, neg

NAME = "reflection of the sigmoid"


def reflected(node: Sum, policy: Policy) -> Node | None:
    """The sum without sigmoids of negative arguments, or None where it has none."""
    if is_off(NAME):
        return None
    terms = [_reflected_term(t, policy) for t in node.terms]
    if all(a is b for a, b in zip(terms, node.terms, strict=True)):
        return None
    return make_sum(node.indices, terms, policy)


def _reflected_term(term: Term, policy: Policy) -> Term:
    factors = tuple(_reflected(f, policy) for f in term.factors)
    if all(a is b for a, b in zip(factors, term.factors, strict=True)):
        return term
    return Term(term.coef, term.bound, factors)


def _reflected(f: Factor, policy: Policy) -> Factor:
    node = f.node
    if isinstance(node, Sum):  # `1 - sigmoid(-x)` inside a group
        inner = reflected(node, policy)
        return f if inner is None else Factor(inner, f.pos, f.power)
    if not isinstance(node, Map) or node.fn.name != "sigmoid":
        return f
    arg, axes = node.args[0]
    if not isinstance(arg, Sum) or not all(is_negative(t.coef) for t in arg.terms):
        return f
    opposite = make_sum(arg.indices, [t.scaled(neg(t.coef)) for t in arg.terms], policy)
    own = fresh_indices(node)
    value = map_node(function("sigmoid"), own, [(opposite, tuple(own[a].pos for a in axes))])
    read = Factor(value, positions(own))
    return Factor(make_sum(own, [Term(1, (), ()), Term(-1, (), (read,))], policy), f.pos, f.power)
