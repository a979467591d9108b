"""Sizes and coefficients as Python source.

`whole` expressions are integers (shapes, slices): a quotient is `//`. Others are numbers in
formulas: a quotient is `/`. Nothing here evaluates text; an unknown form raises.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy as sp

from symnn.codegen.code import ATOM, NEGATIVE, PLUS, Code, call, negated, over, plus, times
from symnn.codegen.code import power as power_code
from symnn.codegen.code import whole_over as floor_over
from symnn.core.errors import UnsupportedError
from symnn.core.scalars import Scalar, exact

NameOf = Callable[[sp.Symbol], str]


def whole(value: Scalar, names: NameOf) -> Code:
    """An integer expression.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> whole(sp.floor((n - 3) / 2) + 1, str).text
    '(n - 3) // 2 + 1'
    """
    return _source(value, names, True)


def real(value: Scalar, names: NameOf) -> Code:
    """A number in a formula.

    >>> real(Fraction(1, 3), str).text, real(Fraction(1, 10), str).text
    ('1 / 3', '0.1')
    """
    return _source(value, names, False)


def number(value: int | Fraction) -> Code:
    """A rational number: an integer, a short decimal, else a quotient."""
    if value < 0:
        return negated(number(-value))
    if isinstance(value, int) or value.denominator == 1:
        return Code(str(int(value)))
    if _is_decimal(value.denominator) and Fraction(repr(float(value))) == value:
        return Code(repr(float(value)))
    return over(Code(str(value.numerator)), Code(str(value.denominator)))


def _is_decimal(denominator: int) -> bool:
    for p in (2, 5):
        while denominator % p == 0:
            denominator //= p
    return denominator == 1


def _source(value: Scalar, names: NameOf, integer: bool) -> Code:
    if isinstance(value, (int, Fraction)):
        return number(value)
    if isinstance(value, sp.Rational):
        return number(exact(value))  # type: ignore[arg-type]
    if isinstance(value, sp.Symbol):
        return Code(names(value))
    if isinstance(value, sp.Add):
        return _add(value, names, integer)
    if isinstance(value, sp.Mul):
        return _mul(value, names, integer)
    if isinstance(value, sp.Pow):
        return _power(value, names, integer)
    return _function(value, names, integer)


def _add(value: sp.Add, names: NameOf, integer: bool) -> Code:
    top, bottom = sp.fraction(sp.together(value))
    if integer and bottom != 1:
        return floor_over(_source(top, names, True), _source(bottom, names, True))
    terms = sorted(
        value.args, key=lambda t: (_leading_minus(t), t.is_number, sp.default_sort_key(t))
    )
    return plus([(_leading_minus(t), _source(-t if _leading_minus(t) else t, names, integer))
                 for t in terms])  # fmt: skip


def _leading_minus(term: sp.Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _mul(value: sp.Mul, names: NameOf, integer: bool) -> Code:
    if _leading_minus(value):
        return negated(_source(-value, names, integer))
    top, bottom = sp.fraction(value)
    if bottom != 1:
        quotient = floor_over if integer else over
        return quotient(_source(top, names, integer), _source(bottom, names, integer))
    coefficient, rest = value.as_coeff_Mul()
    parts = [] if coefficient == 1 else [_source(coefficient, names, integer)]
    parts += [_source(f, names, integer) for f in sp.Mul.make_args(rest)]
    return times(parts)


def _power(value: sp.Pow, names: NameOf, integer: bool) -> Code:
    base, exponent = value.as_base_exp()
    if _leading_minus(exponent):
        return over(Code("1"), _source(1 / value, names, integer))
    return power_code(_source(base, names, integer), _source(exponent, names, False))


def _function(value: sp.Expr, names: NameOf, integer: bool) -> Code:
    args = value.args
    if isinstance(value, (sp.floor, sp.ceiling)):
        up = isinstance(value, sp.ceiling)
        top, bottom = sp.fraction(sp.together(-args[0] if up else args[0]))
        down = floor_over(_source(top, names, True), _source(bottom, names, True))
        return negated(down) if up else down
    if isinstance(value, (sp.Min, sp.Max)):
        name = type(value).__name__.lower()
        return call(name, *(_source(a, names, integer) for a in args))
    if value in (sp.pi, sp.E):
        return Code("np.pi" if value == sp.pi else "np.e")
    if isinstance(value, (sp.log, sp.exp)):
        return call("float", call(f"np.{type(value).__name__}", _source(args[0], names, integer)))
    raise UnsupportedError(
        f"the size {value} has no Python source\n"
        "  there is: + - * / ** floor ceiling Min Max log exp pi"
    )


def shifted(code: Code, by: Code) -> Code:
    """`code + by`, with nothing where `by` is 0.

    >>> shifted(Code("n"), Code("-1", NEGATIVE)).text
    'n - 1'
    """
    if by.text == "0":
        return code
    if code.text == "0":
        return by
    if by.level == NEGATIVE:
        return plus([(False, code), (True, Code(by.text[1:], ATOM))])
    return Code(plus([(False, code), (False, by)]).text, PLUS)
