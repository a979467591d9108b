"""Elementwise functions as data: one registered `Function` a name.

A function is a SymPy expression in `ARGS`; its derivatives are SymPy's, unless `derivatives` states
a shorter form, which may use `OUT`, the function's own value (tanh: 1 - OUT^2). The laws (stated
derivative = differentiated body = finite differences) are tests over all registered functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sympy as sp

from symnn.core.errors import UnsupportedError

ARGS: tuple[sp.Symbol, ...] = sp.symbols("arg0 arg1 arg2", real=True)
OUT: sp.Symbol = sp.Symbol("out", real=True)


@dataclass(frozen=True, eq=False)
class Function:
    """An elementwise function.

    Attributes:
        name: the name in text, errors and code.
        body: SymPy expression in `ARGS`, or None for a primitive known only by `numpy`.
        numpy: the vectorised evaluation, the oracle's meaning.
        derivatives: one SymPy expression an argument, in ARGS and OUT; None: from the body.
        zero_one: the value is 0 or 1.  nonnegative, positive: sign facts of the value.
        bounded: the value lies between -1 and 1.
        kinked: derivatives hold almost everywhere; the table of kinks says what holds at the kink.
        parity: +1 even, -1 odd, 0 neither.
        homogeneous: f(c x) = c f(x) for c > 0.
        domain: interval of arguments that draws must stay in.
    """

    name: str
    arity: int
    numpy: Callable[..., Any]
    source: str
    body: sp.Expr | None = None
    derivatives: tuple[sp.Expr, ...] | None = None
    zero_one: bool = False
    nonnegative: bool = False
    positive: bool = False
    bounded: bool = False
    kinked: bool = False
    parity: int = 0
    homogeneous: bool = False
    domain: tuple[float, float] = (-2.0, 2.0)
    kinks: tuple[float, ...] = field(default=())

    def __repr__(self) -> str:
        return self.name


FUNCTIONS: dict[str, Function] = {}


def register(function: Function) -> Function:
    """Make a function known under its name."""
    FUNCTIONS[function.name] = function
    return function


def function(name: str) -> Function:
    """The registered function of that name.

    Raises:
        UnsupportedError: unknown name; lists what exists.
    """
    if name not in FUNCTIONS:
        known = ", ".join(sorted(FUNCTIONS))
        raise UnsupportedError(f"unknown elementwise function {name!r}\n  there is: {known}")
    return FUNCTIONS[name]


@cache
def derivative(fn: Function, which: int) -> sp.Expr:
    """The derivative of `fn` in its argument `which`, as an expression in ARGS and OUT."""
    if fn.derivatives is not None:
        return sp.sympify(fn.derivatives[which])
    if fn.body is None:
        raise UnsupportedError(f"{fn.name} has neither a body nor a stated derivative")
    result = sp.diff(fn.body, ARGS[which])
    if result.has(sp.Derivative, sp.Subs, sp.Heaviside, sp.DiracDelta):
        raise UnsupportedError(f"no derivative known for {fn.name}: SymPy gives {result}")
    return sp.simplify(result.subs(fn.body, OUT))
