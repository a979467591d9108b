"""Comparisons, logic and `np.where`.

Comparisons of integer tensors (arange, integer inputs, affine arithmetic) are exact brackets;
`where` under a bracket is guarded terms, under anything else the function `where`. A -inf branch
becomes a domain that softmax, logsumexp, exp and max take; any other infinity raises.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.calculus.brackets import at_least_zero, equal_to_zero
from symnn.calculus.normal import make_sum
from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import GE, Factor, Sum, Term
from symnn.lang.arithmetic import apply, multiply, subtract
from symnn.lang.dispatch import implements, unsupported
from symnn.lang.places import combined, constant_value, has_bounds, under
from symnn.lang.shapes import broadcast
from symnn.lang.tensor import Tensor, as_tensor, infinite, make
from symnn.ops import algebra
from symnn.ops.constants import complement, guarded

Guards = tuple[tuple[Index, ...], tuple[Factor, ...]]


def _compare(name: str, a: Any, b: Any) -> Tensor:
    """`a >= b`, `a > b` or `a == b`: a bracket where both are integers."""
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast(name, [left.call, right.call])
    gap = combined(left, right, -1, sizes)
    if gap is None or not has_bounds(gap[1]):
        ports = [left.call.port, right.call.port]
        body = algebra.elementwise(name, ports, sizes)
    else:
        out, p = gap
        p = combine(p, constant(-1)) if name == "gt" else p
        body = guarded(out, [equal_to_zero(p) if name == "eq" else at_least_zero(p)])
    return make(name, [left, right], body, conditions=conditions, dtype="bool")


@implements(np.greater_equal)
def greater_equal(a: Any, b: Any) -> Tensor:
    """1 where a >= b."""
    return _compare("ge", a, b)


@implements(np.less_equal)
def less_equal(a: Any, b: Any) -> Tensor:
    """1 where a <= b."""
    return _compare("ge", b, a)


@implements(np.greater)
def greater(a: Any, b: Any) -> Tensor:
    """1 where a > b; against 0 the step function."""
    t = as_tensor(a)
    if constant_value(as_tensor(b)) == 0 and not t.is_integer:
        body = algebra.elementwise("step", [t.call.port], t.sizes)
        return make("step", [t], body, dtype="bool")
    return _compare("gt", a, b)


@implements(np.less)
def less(a: Any, b: Any) -> Tensor:
    """1 where a < b."""
    return greater(b, a)


@implements(np.equal)
def equal(a: Any, b: Any) -> Any:
    """1 where a == b, entry by entry; `x == x` of one tensor object is True."""
    return _compare("eq", a, b)


@implements(np.not_equal)
def not_equal(a: Any, b: Any) -> Any:
    """1 where a != b."""
    return logical_not(_compare("eq", a, b))


@implements(np.logical_not, np.invert)
def logical_not(a: Any) -> Tensor:
    """1 where a is 0."""
    t = as_tensor(a)
    guards = guards_of(t)
    if guards is None:
        body = algebra.elementwise("not", [t.call.port], t.sizes)
    else:
        out, brackets = guards
        body = make_sum(out, [Term(1, (), tuple(alt)) for alt in complement(brackets)])
    return make("not", [t], body, dtype="bool")


@implements(np.logical_and, np.bitwise_and)
def logical_and(a: Any, b: Any) -> Tensor:
    """Both, of truth values."""
    left, right = as_tensor(a), as_tensor(b)
    both = guards_of(left), guards_of(right)
    if both[0] is None or both[1] is None:
        return _as_bool(multiply(_truth(left), _truth(right)))
    sizes, conditions = broadcast("logical_and", [left.call, right.call])
    out = tuple(Index(s) for s in sizes)
    brackets = [f for g in both if g is not None for f in _spread(g, out)]
    return make(
        "logical_and", [left, right], guarded(out, brackets), conditions=conditions, dtype="bool"
    )


@implements(np.logical_or, np.bitwise_or)
def logical_or(a: Any, b: Any) -> Tensor:
    """Either, of truth values."""
    neither = multiply(logical_not(a), logical_not(b))
    return _as_bool(subtract(1, neither))


def _truth(t: Tensor) -> Tensor:
    return t if t.call.port.dtype == "bool" else apply("truth", t)


def _as_bool(t: Tensor) -> Tensor:
    t.call.port.dtype = "bool"
    return t


def guards_of(t: Tensor) -> Guards | None:
    """The brackets of a truth value that is nothing but brackets."""
    call = t.call
    while call.op == "named":
        call = call.args[0]
    body = call.body
    if not isinstance(body, Sum) or call.is_leaf or len(body.terms) > 1:
        return None
    if not body.terms:
        return body.indices, (at_least_zero(constant(-1)),)
    term = body.terms[0]
    pure = term.coef == 1 and not term.bound and all(f.is_bracket for f in term.factors)
    return (body.indices, term.factors) if pure else None


def _spread(guards: Guards, out: tuple[Index, ...]) -> list[Factor]:
    own, brackets = guards
    return [Factor(f.node, (under((own, f.pos[0]), out),)) for f in brackets]


@implements(np.where)
def where(condition: Any, *branches: Any) -> Tensor:
    """`a` where the condition holds, else `b`."""
    if len(branches) != 2:
        raise unsupported("np.where with one argument (the positions of a condition)")
    a, b = branches
    held = as_tensor(condition)
    for value, other, kept in ((b, a, True), (a, b, False)):
        if isinstance(value, (float, np.floating)) and not np.isfinite(value):
            return _masked(held, other, float(value), kept=kept)
    guards = guards_of(held)
    if guards is None:
        return apply("where", held, a, b)
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast("where", [held.call, left.call, right.call])
    out = tuple(Index(s) for s in sizes)
    inside = _spread(guards, out)
    terms = [_guarded_read(left, out, inside)]
    terms += [_guarded_read(right, out, alternative) for alternative in complement(inside)]
    return make("where", [held, left, right], algebra.build(out, *terms), conditions=conditions)


def _guarded_read(t: Tensor, out: tuple[Index, ...], brackets: list[Factor]) -> Term:
    pos = algebra.broadcast_positions(t.call.port, out)
    return Term(1, (), (Factor(t.call.port, pos), *brackets))


def _masked(held: Tensor, value: Any, fill: float, *, kept: bool) -> Tensor:
    """`value` where finite, with the domain that softmax and max take."""
    if fill != -np.inf:
        raise infinite(f"np.where(mask, x, {fill})")
    guards = guards_of(held)
    inner = as_tensor(value)
    if guards is None:
        raise _needs_comparison(held)
    sizes, conditions = broadcast("where", [held.call, inner.call])
    out = tuple(Index(s) for s in sizes)
    brackets = _spread(guards, out)
    if not kept:
        alternatives = complement(brackets)
        if len(alternatives) != 1:
            raise _needs_comparison(held)
        brackets = alternatives[0]
    pos = algebra.broadcast_positions(inner.call.port, out)
    body = algebra.build(out, Term(1, (), (Factor(inner.call.port, pos),)))
    domain = (out, tuple(p for f in brackets for p in _as_domain(f)))
    result = make("mask", [held, inner], body, conditions=conditions, attrs={"domain": domain})
    result.domain = domain
    return result


def _as_domain(f: Factor) -> tuple[Affine, ...]:
    p = f.pos[0]
    return (p,) if f.node is GE else (p, combine(constant(0), p, -1))


def _needs_comparison(held: Tensor) -> DomainError:
    return DomainError(
        f"np.where(mask, scores, -np.inf) with the mask {held.call.path}\n"
        "  expected: a mask made by comparing arange positions, such as i[:, None] >= i\n"
        "  fix: build it from sn.numpy.arange, or write a large finite number such as -1e9"
    )
