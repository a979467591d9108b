"""Nested floors of output sizes made one: floor((floor(x) + b)/c) = floor((x + b)/c), b, c whole.

Source: Graham, Knuth, Patashnik, Concrete Mathematics, section 3.2, (3.11).
"""

from __future__ import annotations

import sympy as sp

from symnn.core.scalars import Scalar


def flattened(value: Scalar) -> Scalar:
    """The value with nested floors joined.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> flattened(sp.floor(sp.floor(n / 2) / 4 - sp.Rational(1, 2)) + 1)
    floor(n/8 - 1/2) + 1
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


def floor_text(value: Scalar, *, latex: bool = False) -> str:
    """A size as readers write it, whole fractions under the floor.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> floor_text(sp.floor(n / 8 - sp.Rational(1, 2)) + 1)
    '⌊(n - 4)/8⌋ + 1'
    """
    if not isinstance(value, sp.Expr):
        return str(value)
    names: dict[sp.Symbol, str] = {}
    shown = value
    for k, floor in enumerate(sorted(value.atoms(sp.floor), key=str)):
        mark = sp.Symbol(f"FLOOR{k}", integer=True)
        top, bottom = sp.fraction(sp.together(floor.args[0]))
        left, right = (r"\left\lfloor ", r" \right\rfloor") if latex else ("⌊", "⌋")
        if latex:
            inside = rf"\frac{{{sp.latex(top)}}}{{{sp.latex(bottom)}}}"
        else:
            inside = f"({top})/{bottom}" if top.is_Add else f"{top}/{bottom}"
        names[mark] = f"{left}{inside}{right}"
        shown = shown.xreplace({floor: mark})
    text = sp.latex(shown) if latex else str(shown).replace("**", "^").replace("*", "·")
    for mark, name in sorted(names.items(), key=str, reverse=True):
        text = text.replace(sp.latex(mark) if latex else str(mark), name)
    return text
