"""Operators and elementwise functions of the face.

All spellings of one operation (`/`, np.divide, a method, keepdims or None) end here, in one rule.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.calculus.build import number_node, substitute
from symnn.core.index import Index, combine, constant
from symnn.core.node import Sum
from symnn.core.scalars import Scalar, power
from symnn.lang.call import Call
from symnn.lang.shapes import broadcast
from symnn.lang.tensor import METHODS, Place, Tensor, as_tensor, implements, make
from symnn.ops import algebra

METHODS["number_node"] = number_node


def constant_value(t: Tensor) -> Scalar | None:
    """The scalar behind a rank-0 constant (a number, a size, an expression of sizes)."""
    body = t.call.body
    if t.ndim or not isinstance(body, Sum) or t.call.args:
        return None
    if not body.terms:
        return 0
    if len(body.terms) == 1 and not body.terms[0].factors:
        return body.terms[0].coef
    return None


def _linear(op: str, a: Any, b: Any, sign_b: int) -> Tensor:
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast(op, [left.call, right.call])
    body = algebra.linear([(1, left.call.port), (sign_b, right.call.port)], sizes)
    result = make(op, [left, right], body, conditions=conditions, dtype=_dtype(left, right))
    result.place = _place_sum(left, right, sign_b, result)
    return _folded(result)


def _dtype(*parts: Tensor) -> str:
    whole = all(p.is_integer or isinstance(constant_value(p), int) for p in parts)
    return "int" if whole and any(p.is_integer for p in parts) else "float"


def _folded(t: Tensor) -> Tensor:
    """A rank-0 result of constants is a constant again, so that 2 * n / 3 stays a number."""
    if t.ndim or any(constant_value(Tensor(a)) is None for a in t.call.args):
        return t
    return Tensor(Call("number", (), substitute(t.call.body, {a.port: a.body for a in t.call.args})))


@implements(np.add)
def add(a: Any, b: Any) -> Tensor:
    """a + b."""
    return _linear("add", a, b, 1)


@implements(np.subtract)
def subtract(a: Any, b: Any) -> Tensor:
    """a - b."""
    return _linear("subtract", a, b, -1)


@implements(np.negative)
def negative(a: Any) -> Tensor:
    """-a."""
    t = as_tensor(a)
    result = make("negative", [t], algebra.linear([(-1, t.call.port)], t.sizes), dtype=_dtype(t))
    if t.place is not None:
        result.place = (t.place[0], combine(constant(0), t.place[1], -1))
    return _folded(result)


@implements(np.positive)
def positive(a: Any) -> Tensor:
    """+a."""
    return as_tensor(a)


def _product(op: str, a: Any, b: Any, power_b: int) -> Tensor:
    left, right = as_tensor(a), as_tensor(b)
    sizes, conditions = broadcast(op, [left.call, right.call])
    body = algebra.product([(left.call.port, 1), (right.call.port, power_b)], sizes)
    dtype = _dtype(left, right) if power_b == 1 else "float"
    result = make(op, [left, right], body, conditions=conditions, dtype=dtype)
    if power_b == 1:
        result.place = _place_scaled(left, right) or _place_scaled(right, left)
    return _folded(result)


@implements(np.multiply)
def multiply(a: Any, b: Any) -> Tensor:
    """Entrywise a * b."""
    return _product("multiply", a, b, 1)


@implements(np.divide)
def divide(a: Any, b: Any) -> Tensor:
    """Entrywise a / b."""
    return _product("divide", a, b, -1)


def _place_sum(a: Tensor, b: Tensor, sign_b: int, result: Tensor) -> Place | None:
    parts = []
    own = tuple(Index(s) for s in result.sizes)
    for t in (a, b):
        value = constant_value(t)
        if t.place is not None:
            indices, pos = t.place
            mapping = {
                i: (constant(0) if i.size == 1 and o.size != 1 else o.pos)
                for i, o in zip(indices, own[len(own) - len(indices) :], strict=True)
            }
            parts.append(pos.substitute(mapping))
        elif isinstance(value, int) or (value is not None and _is_integer(value)):
            parts.append(constant(value))
        else:
            return None
    return own, combine(parts[0], parts[1], sign_b)


def _is_integer(value: Any) -> bool:
    return bool(getattr(value, "is_integer", False))


def _place_scaled(t: Tensor, factor: Tensor) -> Place | None:
    value = constant_value(factor)
    if t.place is None or value is None or not (isinstance(value, int) or _is_integer(value)):
        return None
    return t.place[0], combine(constant(0), t.place[1], value)


@implements(np.power, np.float_power)
def power_(a: Any, b: Any) -> Tensor:
    """a ** b; a constant exponent stays a power, any other is the two-argument function."""
    left, right = as_tensor(a), as_tensor(b)
    exponent = constant_value(right)
    if exponent is None:
        return _apply("pow", left, right)
    if exponent == 0:
        return as_tensor(1) if not left.ndim else make(
            "power", [left], number_node(1, tuple(Index(s) for s in left.sizes))
        )
    body = algebra.product([(left.call.port, exponent)], left.sizes)
    return _folded(make("power", [left], body, attrs={"exponent": exponent}))


@implements(np.square)
def square(a: Any) -> Tensor:
    """a ** 2."""
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


def _apply(name: str, *values: Any) -> Tensor:
    parts = [as_tensor(v) for v in values]
    sizes, conditions = broadcast(name, [p.call for p in parts])
    body = algebra.elementwise(name, [p.call.port for p in parts], sizes)
    return make(name, parts, body, conditions=conditions)


_UNARY = {
    np.exp: "exp", np.log: "log", np.log1p: "log1p", np.expm1: "expm1", np.sin: "sin",
    np.cos: "cos", np.tan: "tan", np.sinh: "sinh", np.cosh: "cosh", np.tanh: "tanh",
    np.arcsin: "arcsin", np.arccos: "arccos", np.arctan: "arctan", np.abs: "abs",
    np.sign: "sign",
}  # fmt: skip


def _register_unary(ufunc: Any, name: str) -> None:
    implements(ufunc)(lambda a: _apply(name, a))


for _ufunc, _name in _UNARY.items():
    _register_unary(_ufunc, _name)


@implements(np.arctan2)
def arctan2(a: Any, b: Any) -> Tensor:
    """The angle of (b, a)."""
    return _apply("arctan2", a, b)


@implements(np.maximum)
def maximum(a: Any, b: Any) -> Tensor:
    """Entrywise maximum; with 0 it is relu."""
    for one, other in ((a, b), (b, a)):
        if constant_value(as_tensor(other)) == 0:
            return _apply("relu", one)
    return _apply("max2", a, b)


@implements(np.minimum)
def minimum(a: Any, b: Any) -> Tensor:
    """Entrywise minimum; with 0 it is minus relu of minus."""
    for one, other in ((a, b), (b, a)):
        if constant_value(as_tensor(other)) == 0:
            return negative(_apply("relu", negative(one)))
    return _apply("min2", a, b)


def _compare(name: str, a: Any, b: Any) -> Tensor:
    result = _apply(name, a, b)
    result.call.port.dtype = "bool"
    return result


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
    if constant_value(as_tensor(b)) == 0:
        result = _apply("step", a)
        result.call.port.dtype = "bool"
        return result
    return _compare("gt", a, b)


@implements(np.less)
def less(a: Any, b: Any) -> Tensor:
    """1 where a < b."""
    return greater(b, a)


@implements(np.equal)
def equal(a: Any, b: Any) -> Any:
    """1 where a == b, as an entrywise comparison (np.equal); `==` on tensors is identity."""
    return _compare("eq", a, b)


@implements(np.not_equal)
def not_equal(a: Any, b: Any) -> Any:
    """1 where a != b."""
    return subtract(1, _compare("eq", a, b))


@implements(np.logical_not, np.invert)
def logical_not(a: Any) -> Tensor:
    """1 where a is 0."""
    result = _apply("not", a)
    result.call.port.dtype = "bool"
    return result


@implements(np.logical_and, np.bitwise_and)
def logical_and(a: Any, b: Any) -> Tensor:
    """Both, of 0/1 values."""
    result = multiply(_apply("truth", a), _apply("truth", b))
    result.call.port.dtype = "bool"
    return result


@implements(np.where)
def where(condition: Any, a: Any, b: Any) -> Tensor:
    """`a` where the condition holds, else `b`."""
    return _apply("where", condition, a, b)


@implements(np.clip, method="clip")
def clip(a: Any, a_min: Any = None, a_max: Any = None, **bounds: Any) -> Tensor:
    """`a` cut to [a_min, a_max]."""
    low = bounds.get("min", a_min)
    high = bounds.get("max", a_max)
    result = as_tensor(a)
    if low is not None:
        result = maximum(result, low)
    return result if high is None else minimum(result, high)

