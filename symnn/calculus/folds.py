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
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.core.function import Function, function
from symnn.core.index import Affine, Index
from symnn.core.node import (
    Factor,
    LinAlg,
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


def _is_map(node: Node, name: str) -> bool:
    return isinstance(node, Map) and node.fn.name == name


def _argument(node: Map) -> Node:
    """The first argument over the map's own axes."""
    arg, axes = node.args[0]
    if axes == tuple(range(node.rank)):
        return arg
    own = fresh_indices(node)
    return make_sum(own, [Term(1, (), (Factor(arg, tuple(own[a].pos for a in axes)),))], STRUCTURE)


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
        if not _is_map(e.node, "exp"):
            continue
        for s in term.factors:
            axis = _normaliser_axis(e, s)
            if axis is not None:
                assert isinstance(e.node, Map)
                p = make_softmax(_argument(e.node), axis)
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
        exponential = _one_plus_exp(s)
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


def _one_plus_exp(s: Factor) -> Factor | None:
    assert isinstance(s.node, Sum)
    if len(s.node.terms) != 2:
        return None
    terms = [instantiate(s.node, t, s.pos) for t in s.node.terms]
    ones = [t for t in terms if t.coef == 1 and not t.factors]
    exps = [
        t for t in terms
        if t.coef == 1 and not t.bound and len(t.factors) == 1
        and t.factors[0].power == 1 and _is_map(t.factors[0].node, "exp")
    ]  # fmt: skip
    return exps[0].factors[0] if len(ones) == 1 and len(exps) == 1 else None


def _with_sigmoid(term: Term, rest: list[Factor], e: Factor, *, negate: bool) -> Term:
    assert isinstance(e.node, Map)
    own = fresh_indices(e.node)
    arg = _scaled(_argument(e.node), -1) if negate else _argument(e.node)
    value = map_node(function("sigmoid"), own, [(arg, positions(own))], STRUCTURE)
    return Term(term.coef, term.bound, (*rest, Factor(value, e.pos)))


def _scaled(node: Node, by: int) -> Node:
    own = fresh_indices(node)
    return make_sum(own, [Term(by, (), (Factor(node, positions(own)),))], STRUCTURE)


def _sigmoid_whole(node: Node) -> Node | None:
    return _rewrite_terms(node, _sigmoid_term)


def _log_rules(node: Node) -> Node | None:
    """Log exp x = x; log softmax = z - lse z; log sum exp z = lse z; log(1 + e^x) = softplus x."""
    if not (_is_map(node, "log") or _is_map(node, "log1p")):
        return None
    assert isinstance(node, Map)
    arg, axes = node.args[0]
    own = fresh_indices(node)
    pos = tuple(own[a].pos for a in axes)
    if node.fn.name == "log1p":
        return _softplus(arg, pos, own) if _is_map(arg, "exp") else None
    if _is_map(arg, "exp"):
        assert isinstance(arg, Map)
        return make_sum(own, [Term(1, (), (Factor(_argument(arg), pos),))], STRUCTURE)
    if isinstance(arg, Softmax) and not arg.domain:
        return _log_softmax(arg, pos, own)
    if isinstance(arg, Sum):
        return _log_of_sum(arg, pos, own)
    return None


def _log_softmax(p: Softmax, pos: tuple[Affine, ...], own: tuple[Index, ...]) -> Node:
    lse = make_logsumexp(p.arg, p.axis)
    outer = pos[: p.axis] + pos[p.axis + 1 :]
    terms = [Term(1, (), (Factor(p.arg, pos),)), Term(-1, (), (Factor(lse, outer),))]
    return make_sum(own, terms, STRUCTURE)


def _log_of_sum(arg: Sum, pos: tuple[Affine, ...], own: tuple[Index, ...]) -> Node | None:
    both = _one_plus_exp(Factor(arg, pos))
    if both is not None:
        return _softplus(both.node, both.pos, own)
    if len(arg.terms) != 1:
        return None
    t = instantiate(arg, arg.terms[0], pos)
    if t.coef != 1 or len(t.bound) != 1 or len(t.factors) != 1:
        return None
    f = t.factors[0]
    places = [k for k, p in enumerate(f.pos) if p.bare is t.bound[0]]
    if not _is_map(f.node, "exp") or f.power != 1 or len(places) != 1:
        return None
    if f.node.sizes[places[0]] != t.bound[0].size:
        return None
    assert isinstance(f.node, Map)
    lse = make_logsumexp(_argument(f.node), places[0])
    outer = f.pos[: places[0]] + f.pos[places[0] + 1 :]
    return make_sum(own, [Term(1, (), (Factor(lse, outer),))], STRUCTURE)


def _log_of_determinants(node: Node) -> Node | None:
    """`log(det(A)² det(B))` is `2 logdet A + logdet B`."""
    if not _is_map(node, "log"):
        return None
    assert isinstance(node, Map)
    arg, axes = node.args[0]
    own = fresh_indices(node)
    pos = tuple(own[a].pos for a in axes)
    if isinstance(arg, Sum):
        if len(arg.terms) != 1 or arg.terms[0].coef != 1 or arg.terms[0].bound:
            return None
        factors = instantiate(arg, arg.terms[0], pos).factors
    else:
        factors = (Factor(arg, pos),)
    terms = []
    for f in factors:
        if not isinstance(f.node, LinAlg) or f.node.kind != "det":
            return None
        value = linalg_node("logdet", f.node.arg, STRUCTURE)
        terms.append(Term(f.power, (), (Factor(value, f.pos),)))
    return make_sum(own, terms, STRUCTURE)


def _softplus(e: Node, pos: tuple[Affine, ...], own: tuple[Index, ...]) -> Node:
    assert isinstance(e, Map)
    return map_node(function("softplus"), own, [(_argument(e), pos)], STRUCTURE)


def _exp_log(node: Node) -> Node | None:
    """Exp log x = x."""
    if not _is_map(node, "exp"):
        return None
    assert isinstance(node, Map)
    arg, axes = node.args[0]
    if not _is_map(arg, "log"):
        return None
    assert isinstance(arg, Map)
    own = fresh_indices(node)
    pos = tuple(own[a].pos for a in axes)
    return make_sum(own, [Term(1, (), (Factor(_argument(arg), pos),))], STRUCTURE)


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
    ("logarithms of exp, softmax, sums of exp", _log_rules),
    ("logarithm of a determinant", _log_of_determinants),
    ("exp of log", _exp_log),
    ("softmax and logsumexp forget or give back a shift", _shift),
    ("parity and scale of functions", _parity),
)
