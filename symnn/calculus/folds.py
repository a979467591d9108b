"""Folds: hand-written forms recognised as the named function that they are.

Each fold is a function node -> node or None, listed in `FOLDS` with its law in words; `fold`
applies them bottom-up until nothing matches. Law: a fold never changes a value (tests evaluate
both sides).
Extend: write the function, add a line to the list.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symnn.calculus.build import fresh_indices, map_node, positions, rebuild
from symnn.calculus.facts import STRUCTURE, Policy, is_off
from symnn.calculus.instances import instantiate
from symnn.calculus.logarithms import exp_of_log, log_of_determinants, log_rules
from symnn.calculus.maps import argument, is_map, one_plus_exp
from symnn.calculus.normal import make_sum
from symnn.core.function import Function, function
from symnn.core.node import (
    Factor,
    LogSumExp,
    Map,
    Node,
    Softmax,
    Sum,
    Term,
    make_logsumexp,
    make_softmax,
)
from symnn.core.scalars import exact, is_number, neg
from symnn.core.walk import topological

Fold = Callable[[Node], Node | None]


def fold(roots: list[Node], policy: Policy = STRUCTURE) -> list[Node]:
    """The roots with every fold applied, bottom-up, sharing kept."""
    known: dict[Node, Node] = {}
    for node in topological(roots):
        known[node] = _fold_one(rebuild(node, known, policy))
    return [known[r] for r in roots]


def _fold_one(node: Node) -> Node:
    for _ in range(20):
        for name, rule in FOLDS:
            better = None if is_off(name) else rule(node)
            if better is not None and better is not node:
                node = better
                break
        else:
            return node
    return node


def _rewrite_terms(node: Node, rule: Callable[[Sum, Term], Term | None]) -> Node | None:
    if not isinstance(node, Sum):
        return None
    changed = False
    terms = []
    for t in node.terms:
        new = rule(node, t)
        changed |= new is not None
        terms.append(t if new is None else new)
    return make_sum(node.indices, terms, STRUCTURE) if changed else None


def _softmax_term(node: Sum, term: Term) -> Term | None:
    """exp(z)_k / sum_k exp(z)_k = softmax(z)_k."""
    for e in term.factors:
        if not is_map(e.node, "exp"):
            continue
        for s in term.factors:
            axis = _normaliser_axis(e, s)
            if axis is not None:
                assert isinstance(e.node, Map)
                p = make_softmax(argument(e.node), axis)
                rest = tuple(f for f in term.factors if f is not e and f is not s)
                return Term(term.coef, term.bound, (*rest, Factor(p, e.pos, e.power)))
    return None


def _normaliser_axis(e: Factor, s: Factor) -> int | None:
    """The axis along which `s` sums `e`'s node at e's other positions, to minus e's power."""
    if not isinstance(s.node, Sum) or s.power != neg(e.power) or len(s.node.terms) != 1:
        return None
    inner = instantiate(s.node, s.node.terms[0], s.pos)
    if inner.coef != 1 or len(inner.bound) != 1 or len(inner.factors) != 1:
        return None
    f = inner.factors[0]
    if f.node is not e.node or f.power != 1:
        return None
    axes = [k for k, p in enumerate(f.pos) if p.bare is inner.bound[0]]
    if [f.node.sizes[k] for k in axes] != [inner.bound[0].size]:
        return None
    same = all(p == q for k, (p, q) in enumerate(zip(f.pos, e.pos, strict=True)) if [k] != axes)
    return axes[0] if len(axes) == 1 and same else None


def _softmax_whole(node: Node) -> Node | None:
    return _rewrite_terms(node, _softmax_term)


def _sigmoid_term(node: Sum, term: Term) -> Term | None:
    """1 / (1 + e^-x) = sigmoid(x);  e^x / (1 + e^x) = sigmoid(x)."""
    for s in term.factors:
        if s.power != -1 or not isinstance(s.node, Sum):
            continue
        exponential = one_plus_exp(s)
        if exponential is None:
            continue
        rest = [f for f in term.factors if f is not s]
        e = exponential
        matching = [f for f in rest if f.node is e.node and f.pos == e.pos and f.power == 1]
        arg_negated = not matching
        if matching:
            rest.remove(matching[0])
        assert isinstance(e.node, Map)
        return _with_sigmoid(term, rest, e, negate=arg_negated)
    return None


def _with_sigmoid(term: Term, rest: list[Factor], e: Factor, *, negate: bool) -> Term:
    assert isinstance(e.node, Map)
    own = fresh_indices(e.node)
    arg = _scaled(argument(e.node), -1) if negate else argument(e.node)
    value = map_node(function("sigmoid"), own, [(arg, positions(own))], STRUCTURE)
    return Term(term.coef, term.bound, (*rest, Factor(value, e.pos)))


def _scaled(node: Node, by: int) -> Node:
    own = fresh_indices(node)
    return make_sum(own, [Term(by, (), (Factor(node, positions(own)),))], STRUCTURE)


def _sigmoid_whole(node: Node) -> Node | None:
    return _rewrite_terms(node, _sigmoid_term)


def _shift(node: Node) -> Node | None:
    """softmax(z + c 1) = softmax(z); lse(z + c 1) = lse(z) + c, c constant along the axis."""
    if not isinstance(node, (Softmax, LogSumExp)) or node.domain or not isinstance(node.arg, Sum):
        return None
    arg = node.arg
    index = arg.indices[node.axis]
    moving = [t for t in arg.terms if any(index in f.indices() for f in t.factors)]
    fixed = [t for t in arg.terms if t not in moving]
    if not fixed or not moving:
        return None
    rest = make_sum(arg.indices, moving, STRUCTURE)
    if isinstance(node, Softmax):
        return make_softmax(rest, node.axis)
    outer = arg.indices[: node.axis] + arg.indices[node.axis + 1 :]
    lse = make_logsumexp(rest, node.axis)
    return make_sum(outer, [Term(1, (), (Factor(lse, positions(outer)),)), *fixed], STRUCTURE)


def _parity(node: Node) -> Node | None:
    """f(-x) = -f(x) for odd f, f(x) for even f; relu and abs pull out a positive factor."""
    if not isinstance(node, Map) or len(node.args) != 1:
        return None
    arg, axes = node.args[0]
    if not isinstance(arg, Sum) or len(arg.terms) != 1 or not is_number(arg.terms[0].coef):
        return None
    outside, inside = _pulled(node.fn, Fraction(arg.terms[0].coef))
    if outside == 1 and inside == arg.terms[0].coef:
        return None
    new = make_sum(arg.indices, [arg.terms[0].scaled(exact(inside))], STRUCTURE)
    own = fresh_indices(node)
    value = map_node(node.fn, own, [(new, tuple(own[a].pos for a in axes))], STRUCTURE)
    return make_sum(own, [Term(exact(outside), (), (Factor(value, positions(own)),))], STRUCTURE)


def _pulled(fn: Function, coef: Fraction) -> tuple[Fraction, Fraction]:
    """(outside, inside): f(coef x) = outside * f(inside x)."""
    turn = coef < 0 and fn.parity != 0
    outside = Fraction(-1 if turn and fn.parity < 0 else 1)
    inside = -coef if turn else coef
    if fn.homogeneous:
        return outside * abs(inside), inside / abs(inside)
    if fn.name in ("sign", "step"):
        return outside, inside / abs(inside)
    return outside, inside


FOLDS: tuple[tuple[str, Fold], ...] = (
    ("exp over its sum is softmax", _softmax_whole),
    ("1 / (1 + exp(-x)) is sigmoid", _sigmoid_whole),
    ("logarithms of exp, softmax, sums of exp", log_rules),
    ("logarithm of a determinant", log_of_determinants),
    ("exp of log", exp_of_log),
    ("softmax and logsumexp forget or give back a shift", _shift),
    ("parity and scale of functions", _parity),
)
