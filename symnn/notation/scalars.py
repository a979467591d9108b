"""Scalars as written: coefficients and sizes of the calculus turned into notation trees.

`scalar_tree` writes a whole scalar, `split_scalar` parts it into sign, numerator and denominator so
that they can stand around a matrix (`2 Xᵀ r / n`). Numbers stay exact; `Num` prints 1/2 or
0.044715. Law: the tree has the value of the scalar. To extend: an arm in `_sympy_tree`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import sympy as sp

from symnn.core.scalars import Scalar, exact, to_sympy
from symnn.notation.tree import Add, Apply, Const, Frac, Mul, Neg, Num, Pow, Sym, Tree
from symnn.text.numbers import is_decimal
from symnn.text.symbols import symbol_from_identifier

_MOST_IN_FRONT = 9


@dataclass(frozen=True, slots=True)
class Split:
    """A scalar in parts: minus sign, number in front, further factors, denominator factors."""

    negative: bool
    number: Num | None
    above: tuple[Tree, ...]
    below: tuple[Tree, ...]

    @property
    def is_one(self) -> bool:
        """Whether nothing but a sign is left."""
        return self.number is None and not self.above and not self.below


def scalar_tree(coef: Scalar) -> Tree:
    """Write a scalar: ints, fractions, sizes, roots, floors, products and sums of them.

    >>> from symnn.core.sizes import size_symbol
    >>> scalar_tree(1 / sp.sqrt(size_symbol("d"))).den.fn
    'sqrt'
    """
    if isinstance(coef, int | Fraction):
        return _number(coef)
    return _sympy_tree(coef)


@lru_cache(maxsize=20_000)
def split_scalar(coef: Scalar) -> Split:
    """Part a scalar into sign, number, numerator and denominator.

    >>> split_scalar(Fraction(-1, 2)).number
    Num(value=Fraction(1, 2))
    """
    if isinstance(coef, int | Fraction):
        return _number_split(coef)
    root = _under_one_root(coef)
    if root is not None:
        return Split(False, None, (), (Apply("sqrt", (_sympy_tree(root),)),))
    number = Fraction(1)
    above: list[Tree] = []
    below: list[Tree] = []
    for part in sp.Mul.make_args(_gathered(coef)):
        base, exponent = part.as_base_exp()
        if part.is_Rational:
            number *= Fraction(int(part.p), int(part.q))
        elif exponent.is_number and exponent.is_negative:
            below.append(_power(base, -exponent))
        else:
            above.append(_power(base, exponent))
    negative, number = number < 0, abs(number)
    return _placed(negative, number, tuple(above), tuple(below))


def _number_split(coef: int | Fraction) -> Split:
    """A number stands in front; the share of a count (1/64) divides, as `/ n` would."""
    size = abs(Fraction(coef))
    if size.denominator > _MOST_IN_FRONT and not is_decimal(size):
        above = None if size.numerator == 1 else Num(size.numerator)
        return Split(coef < 0, above, (), (Num(size.denominator),))
    return Split(coef < 0, None if size == 1 else Num(exact(size)), (), ())  # type: ignore[arg-type]


def _under_one_root(coef: sp.Expr) -> sp.Expr | None:
    """`2n` for `sqrt(2) / (2 sqrt(n))`: what is under the root of a plain reciprocal root.

    >>> from symnn.core.sizes import size_symbol
    >>> _under_one_root(1 / sp.sqrt(2 * size_symbol("n")))
    2*n
    """
    if not isinstance(coef, sp.Mul) or not coef.free_symbols or not coef.is_positive:
        return None
    if not any(part.is_Pow and part.base.is_Integer for part in coef.args):
        return None
    number, rest = (coef**-2).as_coeff_Mul()
    plain = number.is_Integer and all(part.is_Symbol for part in sp.Mul.make_args(rest))
    return number * rest if plain else None


def _placed(
    negative: bool, number: Fraction, above: tuple[Tree, ...], below: tuple[Tree, ...]
) -> Split:
    """Put the number beside what is there: `1 / (2n)` in one denominator, `n / 2`, `2 / n`."""
    if (below or above) and number.denominator != 1:
        below = (Num(number.denominator), *below)
        number = Fraction(number.numerator)
    front = None if number == 1 else Num(exact(number))  # type: ignore[arg-type]
    return Split(negative, front, above, below)


def joined(split: Split, *, signed: bool = True) -> Tree:
    """Write the parts of a scalar as one tree."""
    tops = ([split.number] if split.number else []) + list(split.above)
    top: Tree = Num(1) if not tops else tops[0] if len(tops) == 1 else Mul(tuple(tops))
    if split.below:
        below = split.below[0] if len(split.below) == 1 else Mul(split.below)
        top = Frac(top, below)
    return Neg(top) if signed and split.negative else top


def size_tree(size: Scalar) -> Tree:
    """Write a size."""
    return scalar_tree(size)


def _gathered(value: sp.Expr) -> sp.Expr:
    """A sum as one product where its terms share factors or a denominator."""
    if isinstance(value, sp.Add):
        together = sp.factor_terms(sp.together(value))
        return together if isinstance(together, sp.Mul) else value
    return value


def _number(value: int | Fraction) -> Tree:
    return Neg(Num(-value)) if value < 0 else Num(value)


def _power(base: sp.Expr, exponent: sp.Expr) -> Tree:
    if exponent == 1:
        return _sympy_tree(base)
    if exponent == sp.Rational(1, 2):
        return Apply("sqrt", (_sympy_tree(base),))
    return Pow(_sympy_tree(base), _sympy_tree(exponent))


@lru_cache(maxsize=20_000)
def _sympy_tree(value: sp.Expr) -> Tree:
    match value:
        case sp.Rational() | sp.Float():
            return _number(exact(to_sympy(exact(value))))  # type: ignore[arg-type]
        case sp.Symbol():
            return _symbol(value.name)
        case sp.Add():
            return _sum(value)
        case sp.Mul() | sp.Pow():
            return joined(split_scalar(value))
    if value is sp.pi:
        return Const("pi")
    if value is sp.E:
        return Const("e")
    if value is sp.oo:
        return Const("inf")
    name = {"ceiling": "ceil", "Max": "max", "Min": "min", "Abs": "abs"}.get(
        type(value).__name__, type(value).__name__
    )
    return Apply(name, tuple(_sympy_tree(sp.factor_terms(sp.together(a))) for a in value.args))


def _sum(value: sp.Add) -> Tree:
    """Terms by falling degree, a positive one first, numbers last."""
    terms = sorted(value.args, key=lambda a: (a.is_number, bool(a.could_extract_minus_sign())))
    return Add(tuple(_sympy_tree(a) for a in terms))


def _symbol(name: str) -> Sym:
    return symbol_from_identifier(name)
