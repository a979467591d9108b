"""Folds of logarithms and exponentials: `log exp x`, `log sum exp z`, `log det A`, `exp log x`.

Each is a function node -> node or None; `folds` lists them with their laws. Law: a fold never
changes a value where the logarithms exist.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices, map_node
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.instances import instantiate
from symnn.calculus.maps import argument, is_map, one_plus_exp
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.index import Affine, Index
from symnn.core.node import (
    Factor,
    LinAlg,
    Map,
    Node,
    Softmax,
    Sum,
    Term,
    make_logsumexp,
)


def log_rules(node: Node) -> Node | None:
    """Log exp x = x; log softmax = z - lse z; log sum exp z = lse z; log(1 + e^x) = softplus x."""
    if not (is_map(node, "log") or is_map(node, "log1p")):
        return None
    assert isinstance(node, Map)
    arg, axes = node.args[0]
    own = fresh_indices(node)
    pos = tuple(own[a].pos for a in axes)
    if node.fn.name == "log1p":
        return _softplus(arg, pos, own) if is_map(arg, "exp") else None
    if is_map(arg, "exp"):
        assert isinstance(arg, Map)
        return make_sum(own, [Term(1, (), (Factor(argument(arg), pos),))], STRUCTURE)
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
    both = one_plus_exp(Factor(arg, pos))
    if both is not None:
        return _softplus(both.node, both.pos, own)
    if len(arg.terms) != 1:
        return None
    t = instantiate(arg, arg.terms[0], pos)
    if t.coef != 1 or len(t.bound) != 1 or len(t.factors) != 1:
        return None
    f = t.factors[0]
    places = [k for k, p in enumerate(f.pos) if p.bare is t.bound[0]]
    if not is_map(f.node, "exp") or f.power != 1 or len(places) != 1:
        return None
    if f.node.sizes[places[0]] != t.bound[0].size:
        return None
    assert isinstance(f.node, Map)
    lse = make_logsumexp(argument(f.node), places[0])
    outer = f.pos[: places[0]] + f.pos[places[0] + 1 :]
    return make_sum(own, [Term(1, (), (Factor(lse, outer),))], STRUCTURE)


def log_of_determinants(node: Node) -> Node | None:
    """`log(det(A)² det(B))` is `2 logdet A + logdet B`."""
    if not is_map(node, "log"):
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
    return map_node(function("softplus"), own, [(argument(e), pos)], STRUCTURE)


def exp_of_log(node: Node) -> Node | None:
    """Exp log x = x."""
    if not is_map(node, "exp"):
        return None
    assert isinstance(node, Map)
    arg, axes = node.args[0]
    if not is_map(arg, "log"):
        return None
    assert isinstance(arg, Map)
    own = fresh_indices(node)
    pos = tuple(own[a].pos for a in axes)
    return make_sum(own, [Term(1, (), (Factor(argument(arg), pos),))], STRUCTURE)
