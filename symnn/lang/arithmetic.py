"""Operators and elementwise functions of the face.

All spellings of one operation (`/`, np.divide, a method, keepdims or None) end here, in one rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.calculus.brackets import at_least_zero
from symnn.calculus.build import at, number_node, positions, substitute
from symnn.core.index import Index
from symnn.core.node import Term
from symnn.core.scalars import Scalar, power, to_sympy
from symnn.lang.call import Call
from symnn.lang.dispatch import METHODS, implements
from symnn.lang.places import combined, constant_value, scaled, settled, under
from symnn.lang.shapes import broadcast
from symnn.lang.tensor import Domain, Tensor, as_tensor, make
from symnn.ops import algebra

METHODS["number_node"] = number_node


def _linear(op: str, a: Any, b: Any, sign_b: int) -> Tensor:
    a, b, domain = split_domain(a, b) if sign_b == 1 else split_domain(a, None, b)
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast(op, [left.call, right.call])
    body = algebra.linear([(1, left.call.port), (sign_b, right.call.port)], sizes)
    result = make(op, [left, right], body, conditions=conditions, dtype=_dtype(left, right))
    settled(result, combined(left, right, sign_b, sizes))
    result.domain = spread(domain, sizes)
    return _folded(result)


def split_domain(a: Any, b: Any = None, other: Any = None) -> tuple[Any, Any, Domain | None]:
    """The operands without their -inf parts, and where the result is finite.

    `scores + np.where(mask, 0, -np.inf)` is -inf where one operand is.
    """
    found = [x for x in (a, b) if isinstance(x, Tensor) and x.domain is not None]
    domain = found[0].domain if len(found) == 1 else None
    plain = [Tensor(x.call, x.place) if len(found) == 1 and x is found[0] else x for x in (a, b)]
    return plain[0], (other if other is not None else plain[1]), domain


def spread(domain: Domain | None, sizes: tuple[Scalar, ...]) -> Domain | None:
    """A domain over broadcast sizes."""
    if domain is None:
        return None
    out = tuple(Index(s) for s in sizes)
    return out, tuple(under((domain[0], d), out) for d in domain[1])


def _dtype(*parts: Tensor) -> str:
    whole = all(p.is_integer or isinstance(constant_value(p), int) for p in parts)
    return "int" if whole and any(p.is_integer for p in parts) else "float"


def _folded(t: Tensor) -> Tensor:
    """A rank-0 result of constants is a constant again, so that 2 * n / 3 stays a number."""
    if t.ndim or any(constant_value(Tensor(a)) is None for a in t.call.args):
        return t
    return Tensor(
        Call("number", (), substitute(t.call.body, {a.port: a.body for a in t.call.args}))
    )


@implements(np.add)
def add(a: Any, b: Any) -> Tensor:
    """A + b."""
    return _linear("add", a, b, 1)


@implements(np.subtract)
def subtract(a: Any, b: Any) -> Tensor:
    """A - b."""
    return _linear("subtract", a, b, -1)


@implements(np.negative)
def negative(a: Any) -> Tensor:
    """-a."""
    t = as_tensor(a)
    result = make("negative", [t], algebra.linear([(-1, t.call.port)], t.sizes), dtype=_dtype(t))
    return _folded(settled(result, scaled(t, as_tensor(-1))))


@implements(np.positive)
def positive(a: Any) -> Tensor:
    """+a."""
    return as_tensor(a)


def _product(op: str, a: Any, b: Any, power_b: int) -> Tensor:
    a, b, domain = _scaled_domain(a, b)
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast(op, [left.call, right.call])
    body = algebra.product([(left.call.port, 1), (right.call.port, power_b)], sizes)
    dtype = _dtype(left, right) if power_b == 1 else "float"
    result = make(op, [left, right], body, conditions=conditions, dtype=dtype)
    if power_b == 1:
        settled(result, scaled(left, right) or scaled(right, left))
    result.domain = spread(domain, sizes)
    return _folded(result)


def _scaled_domain(a: Any, b: Any) -> tuple[Any, Any, Domain | None]:
    """-inf times a positive constant, or over one, stays -inf."""
    if not isinstance(a, Tensor) or a.domain is None:
        a, b = (a, b) if not isinstance(b, Tensor) or b.domain is None else (b, a)
    if not isinstance(a, Tensor) or a.domain is None:
        return a, b, None
    factor = constant_value(as_tensor(b))
    if factor is None or not to_sympy(factor).is_positive:
        return a, b, None
    return Tensor(a.call, a.place), b, a.domain


@implements(np.multiply)
def multiply(a: Any, b: Any) -> Tensor:
    """Entrywise a * b."""
    return _product("multiply", a, b, 1)


@implements(np.divide)
def divide(a: Any, b: Any) -> Tensor:
    """Entrywise a / b."""
    return _product("divide", a, b, -1)


@implements(np.power, np.float_power)
def power_(a: Any, b: Any) -> Tensor:
    """A ** b; a constant exponent stays a power, any other is the two-argument function."""
    left, right = as_tensor(a), as_tensor(b)
    exponent = constant_value(right)
    if exponent is None:
        if constant_value(left) is not None and constant_value(left) == 1:
            return multiply(left, power_(right, 0))
        return apply("pow", left, right)
    if exponent == 0:
        return (
            as_tensor(1)
            if not left.ndim
            else make("power", [left], number_node(1, tuple(Index(s) for s in left.sizes)))
        )
    body = algebra.product([(left.call.port, exponent)], left.sizes)
    return _folded(make("power", [left], body, attrs={"exponent": exponent}))


@implements(np.square)
def square(a: Any) -> Tensor:
    """A ** 2."""
    return power_(a, 2)


@implements(np.sqrt)
def sqrt(a: Any) -> Tensor:
    """The square root, as the power 1/2."""
    return power_(a, 0.5)


@implements(np.cbrt)
def cbrt(a: Any) -> Tensor:
    """The cube root, as the power 1/3."""
    return power_(a, power(3, -1))


@implements(np.reciprocal)
def reciprocal(a: Any) -> Tensor:
    """1 / a."""
    return power_(a, -1)


def apply(name: str, *values: Any) -> Tensor:
    """A registered elementwise function of broadcast values."""
    parts = [as_tensor(v) for v in values]
    sizes, conditions = broadcast(name, [p.call for p in parts])
    body = algebra.elementwise(name, [p.call.port for p in parts], sizes)
    return make(name, parts, body, conditions=conditions)


_UNARY = {
    np.log: "log", np.log1p: "log1p", np.expm1: "expm1", np.sin: "sin",
    np.cos: "cos", np.tan: "tan", np.sinh: "sinh", np.cosh: "cosh", np.tanh: "tanh",
    np.arcsin: "arcsin", np.arccos: "arccos", np.arctan: "arctan", np.abs: "abs",
    np.sign: "sign", np.fabs: "abs",
}  # fmt: skip


def _register_unary(ufunc: Any, name: str) -> None:
    implements(ufunc)(lambda a: apply(name, a))


for _ufunc, _name in _UNARY.items():
    _register_unary(_ufunc, _name)


@implements(np.exp)
def exp(a: Any) -> Tensor:
    """E ** a; where `a` is -inf by `np.where(mask, a, -np.inf)`, exactly 0."""
    plain, _, domain = split_domain(a)
    result = apply("exp", plain)
    if domain is None:
        return result
    own, inside = domain
    guards = tuple(at_least_zero(d) for d in inside)
    port = result.call.port
    return make(
        "mask", [result], algebra.build(own, Term(1, (), (at(port, *positions(own)), *guards)))
    )


@implements(np.logaddexp)
def logaddexp(a: Any, b: Any) -> Tensor:
    """log(e^a + e^b), as a + softplus(b - a)."""
    if constant_value(as_tensor(a)) == 0:
        return apply("softplus", b)
    return add(a, apply("softplus", subtract(b, a)))


@implements(np.arctan2)
def arctan2(a: Any, b: Any) -> Tensor:
    """The angle of (b, a)."""
    return apply("arctan2", a, b)


@implements(np.maximum)
def maximum(a: Any, b: Any) -> Tensor:
    """Entrywise maximum; with 0 it is relu."""
    for one, other in ((a, b), (b, a)):
        if constant_value(as_tensor(other)) == 0:
            return apply("relu", one)
    return apply("max2", a, b)


@implements(np.minimum)
def minimum(a: Any, b: Any) -> Tensor:
    """Entrywise minimum; with 0 it is minus relu of minus."""
    for one, other in ((a, b), (b, a)):
        if constant_value(as_tensor(other)) == 0:
            return negative(apply("relu", negative(one)))
    return apply("min2", a, b)


@implements(np.clip, method="clip")
def clip(a: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Tensor:
    """`a` cut to [a_min, a_max]."""
    low = bounds.get("min", a_min)
    high = bounds.get("max", a_max)
    result = as_tensor(a)
    if low is not None:
        result = maximum(result, low)
    return result if high is None else minimum(result, high)
