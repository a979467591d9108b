"""Elementwise functions, one line each: name, meaning, derivative where a shorter form is stated.

Kinks: relu, step, sign, abs, max2, min2 follow one table: slope of relu at 0 is 0, step(0) = 0,
sign(0) = 0, max2(a, b) goes to a where a >= b; second derivatives of kinked functions are 0.
Each slope at a kink lies between the slopes beside it (in the Clarke subdifferential).
Extend: one `register(Function(...))`; the laws in tests/ops run for every entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp
from scipy import special

from symnn.core.function import ARGS, OUT, Function, register

_X, _Y, _C = ARGS[0], ARGS[1], ARGS[2]


def apply(name: str, *args: sp.Expr) -> sp.Expr:
    """The registered function `name` inside a derivative expression."""
    return sp.Function(name)(*args)


def _fn(name: str, numpy: Any, body: sp.Expr | None = None, **more: Any) -> Function:
    source = more.pop("source", f"np.{name}(%s)")
    arity = more.pop("arity", 1)
    return register(Function(name, arity, numpy, source, body, **more))


_fn("exp", np.exp, sp.exp(_X), positive=True)
_fn("log", np.log, sp.log(_X), domain=(0.2, 3.0))
_fn("log1p", np.log1p, derivatives=(1 / (1 + _X),), domain=(-0.7, 2.0))
_fn("expm1", np.expm1, derivatives=(sp.exp(_X),))
_fn("sin", np.sin, sp.sin(_X), parity=-1, bounded=True)
_fn("cos", np.cos, sp.cos(_X), parity=1, bounded=True)
_fn("tan", np.tan, derivatives=(1 + OUT**2,), parity=-1, domain=(-1.2, 1.2))
_fn("sinh", np.sinh, sp.sinh(_X), parity=-1)
_fn("cosh", np.cosh, sp.cosh(_X), parity=1, positive=True)
_fn("tanh", np.tanh, derivatives=(1 - OUT**2,), parity=-1, bounded=True)
_fn("arcsin", np.arcsin, derivatives=((1 - _X**2) ** sp.Rational(-1, 2),), parity=-1,
    domain=(-0.9, 0.9))  # fmt: skip
_fn("arccos", np.arccos, derivatives=(-((1 - _X**2) ** sp.Rational(-1, 2)),), domain=(-0.9, 0.9))
_fn("arctan", np.arctan, derivatives=(1 / (1 + _X**2),), parity=-1)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow."""
    return special.expit(x)


_fn("sigmoid", sigmoid, derivatives=(OUT * (1 - OUT),), positive=True, bounded=True,
    source="1 / (1 + np.exp(-(%s)))")  # fmt: skip
_fn("softplus", lambda x: np.logaddexp(0, x), derivatives=(apply("sigmoid", _X),), positive=True,
    source="np.logaddexp(0, %s)")  # fmt: skip
_fn("erf", special.erf, derivatives=(2 / sp.sqrt(sp.pi) * sp.exp(-(_X**2)),), parity=-1,
    bounded=True, source="erf(%s)")  # fmt: skip
_fn("Phi", special.ndtr, derivatives=(apply("phi", _X),), positive=True, bounded=True,
    source="(1 + erf((%s) / np.sqrt(2))) / 2")  # fmt: skip
_fn("phi", lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi), derivatives=(-_X * OUT,),
    positive=True, parity=1, source="np.exp(-(%s) ** 2 / 2) / np.sqrt(2 * np.pi)")  # fmt: skip

# Kinked functions.
_fn("relu", lambda x: np.maximum(x, 0), derivatives=(apply("step", _X),), nonnegative=True,
    kinked=True, homogeneous=True, kinks=(0.0,), source="np.maximum(%s, 0)")  # fmt: skip
_fn("step", lambda x: (np.asarray(x) > 0).astype(float), derivatives=(sp.Integer(0),),
    zero_one=True, kinked=True, kinks=(0.0,), source="((%s) > 0).astype(float)")  # fmt: skip
_fn("abs", np.abs, derivatives=(apply("sign", _X),), nonnegative=True, kinked=True, parity=1,
    homogeneous=True, kinks=(0.0,))  # fmt: skip
_fn("sign", np.sign, derivatives=(sp.Integer(0),), kinked=True, bounded=True, parity=-1,
    kinks=(0.0,))  # fmt: skip
_fn("max2", np.maximum, arity=2, kinked=True, source="np.maximum(%s, %s)",
    derivatives=(apply("ge", _X, _Y), 1 - apply("ge", _X, _Y)))  # fmt: skip
_fn("min2", np.minimum, arity=2, kinked=True, source="np.minimum(%s, %s)",
    derivatives=(apply("ge", _Y, _X), 1 - apply("ge", _Y, _X)))  # fmt: skip


def _comparison(name: str, symbol: str, compare: Any) -> None:
    _fn(name, lambda a, b: compare(a, b).astype(float), arity=2, zero_one=True, kinked=True,
        derivatives=(sp.Integer(0), sp.Integer(0)),
        source=f"((%s) {symbol} (%s)).astype(float)")  # fmt: skip


_comparison("ge", ">=", np.greater_equal)
_comparison("gt", ">", np.greater)
_comparison("eq", "==", np.equal)

_fn("where", lambda c, a, b: np.where(c != 0, a, b), arity=3, source="np.where(%s, %s, %s)",
    derivatives=(sp.Integer(0), apply("truth", _X), 1 - apply("truth", _X)))  # fmt: skip
_fn("truth", lambda c: (np.asarray(c) != 0).astype(float), derivatives=(sp.Integer(0),),
    zero_one=True, kinked=True, source="((%s) != 0).astype(float)")  # fmt: skip
_fn("clip", np.clip, arity=3, kinked=True, source="np.clip(%s, %s, %s)",
    derivatives=(apply("ge", _X, _Y) * apply("ge", _C, _X),
                 (1 - apply("ge", _X, _Y)) * apply("ge", _C, _Y),
                 1 - apply("ge", _C, apply("max2", _X, _Y))))  # fmt: skip
_fn("pow", np.power, _X**_Y, arity=2, source="(%s) ** (%s)",
    derivatives=(_Y * apply("pow", _X, _Y - 1), OUT * sp.log(_X)), domain=(0.3, 2.0))  # fmt: skip
_fn("arctan2", np.arctan2, arity=2, source="np.arctan2(%s, %s)",
    derivatives=(_Y / (_X**2 + _Y**2), -_X / (_X**2 + _Y**2)), domain=(0.3, 2.0))  # fmt: skip
_fn("not", lambda a: (np.asarray(a) == 0).astype(float), derivatives=(sp.Integer(0),),
    zero_one=True, kinked=True, source="((%s) == 0).astype(float)")  # fmt: skip
_fn("floor", np.floor, derivatives=(sp.Integer(0),), kinked=True)
