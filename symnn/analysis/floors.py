"""Nested floors of output sizes made one: floor((floor(x) + b)/c) = floor((x + b)/c) for whole b, c.

Source: Graham, Knuth, Patashnik, Concrete Mathematics, section 3.2, (3.11).
"""

from __future__ import annotations

import sympy as sp

from symnn.core.scalars import Scalar


def flattened(value: Scalar) -> Scalar:
    """The value with nested floors joined.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> flattened(sp.floor(sp.floor(n / 2) / 4 - sp.Rational(1, 2)) + 1)
    floor(n/8 + 1/2)
    """
    if not isinstance(value, sp.Expr):
        return value
    return value.replace(lambda e: isinstance(e, sp.floor), _joined).doit()


def _joined(outer: sp.Expr) -> sp.Expr:
    inside = sp.expand(outer.args[0])
    floors = [t for t in sp.Add.make_args(inside) if t.has(sp.floor)]
    if len(floors) != 1:
        return outer
    scale, inner = floors[0].as_coeff_Mul()
    rest = inside - floors[0]
    divisor = 1 / scale
    whole = isinstance(inner, sp.floor) and divisor.is_Integer and divisor > 0
    if not whole or not (rest * divisor).is_integer:
        return outer
    return sp.floor(sp.expand((inner.args[0] + rest * divisor) / divisor))

