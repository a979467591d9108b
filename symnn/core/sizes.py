"""Sizes: positive integers, known or symbolic, and what can be proved about them.

`sign` is the one prover: it answers 1 (>= 0 for all sizes >= 1), -1 (< 0 for all), or None
(undecided). Everything that must know whether a read stays inside its tensor asks it.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from math import comb, prod
from typing import TypeAlias

import sympy as sp

from symnn.core.scalars import Scalar, exact, is_number, sub, to_sympy

Size: TypeAlias = int | sp.Expr


def size_symbol(name: str) -> sp.Symbol:
    """The size called `name`: a positive integer symbol.

    >>> size_symbol("n").is_positive
    True
    """
    return sp.Symbol(name, integer=True, positive=True)


def sign(value: Scalar) -> int | None:
    """1 if the scalar is >= 0 for all sizes, -1 if it is < 0 for all, None if undecided.

    >>> n = size_symbol("n")
    >>> sign(n - 1), sign(-n), sign(n - 2)
    (1, -1, None)
    """
    if is_number(value):
        return 1 if value >= 0 else -1
    return _sign(value)


@lru_cache(maxsize=100_000)
def _sign(value: sp.Expr) -> int | None:
    monomials = _monomials(value)
    if monomials is not None:
        return _polynomial_sign(monomials)
    if value.has(sp.Min, sp.Max):
        return None
    if _provably_nonneg(value):
        return 1
    if _provably_nonneg(sp.expand(-value - 1)) and _integral(value):
        return -1
    return None


Monomial = tuple[tuple[sp.Symbol, int], ...]


def _monomials(value: sp.Expr) -> dict[Monomial, sp.Rational] | None:
    """Coefficients of an expanded polynomial in sizes; None if it is none."""
    found: dict[Monomial, sp.Rational] = {}
    for term in sp.Add.make_args(value):
        coefficient, rest = term.as_coeff_Mul()
        if not coefficient.is_Rational:
            return None
        powers = []
        for factor in sp.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            if base.is_Symbol and base.is_positive and exponent.is_Integer and exponent > 0:
                powers.append((base, int(exponent)))
            elif factor is not sp.S.One:
                return None
        key = tuple(sorted(powers, key=str))
        found[key] = found.get(key, sp.S.Zero) + coefficient
    return found


def _polynomial_sign(monomials: dict[Monomial, sp.Rational]) -> int | None:
    """1 or -1 if all coefficients have that sign once each size is 1 + something >= 0."""
    shifted: dict[Monomial, sp.Rational] = {}
    for powers, coefficient in monomials.items():
        ranges = [range(e + 1) for _, e in powers]
        for chosen in itertools.product(*ranges):
            ways = prod(comb(e, c) for (_, e), c in zip(powers, chosen, strict=True))
            key = tuple((s, c) for (s, _), c in zip(powers, chosen, strict=True) if c)
            shifted[key] = shifted.get(key, sp.S.Zero) + coefficient * ways
    if all(c >= 0 for c in shifted.values()):
        return 1
    below = all(c <= 0 for c in shifted.values()) and shifted.get((), sp.S.Zero) < 0
    return -1 if below else None


def _integral(value: sp.Expr) -> bool:
    return bool(value.is_integer)


def _provably_nonneg(value: sp.Expr) -> bool:
    """Whether the value is >= 0: each floor in turn is replaced by a bound of its own."""
    inner = {g for f in value.atoms(sp.floor) for g in f.args[0].atoms(sp.floor)}
    floors = sorted(value.atoms(sp.floor) - inner, key=str)
    if not floors:
        return _polynomial_nonneg(value)
    floor = floors[0]
    coefficient = value.coeff(floor)
    rest = sp.expand(value - coefficient * floor)
    if rest.has(floor) or coefficient.has(floor):  # a square of it, say: no bound is known
        return False
    return any(
        _provably_nonneg(sp.expand(sp.cancel(coefficient * bound + rest)))
        for bound in _bounds_of_floor(floor, sign(exact(coefficient)), sign(exact(-coefficient)))
    )


def _bounds_of_floor(floor: sp.Expr, rising: int | None, falling: int | None) -> list[sp.Expr]:
    """Bounds of a floor on the side that its coefficient needs: lower if it is >= 0."""
    inner = floor.args[0]
    num, den = sp.fraction(sp.together(inner))
    if falling == 1:
        return [inner]
    if rising != 1 or not den.is_positive:
        return []
    whole = num.is_integer and den.is_integer
    lower = [(num - den + 1) / den if whole else inner - 1]
    if _provably_nonneg(sp.expand(inner)):
        lower.append(sp.Integer(0))
    return lower


def _polynomial_nonneg(value: sp.Expr) -> bool:
    """All coefficients nonnegative after writing each size as 1 + something >= 0."""
    symbols = sorted(value.free_symbols, key=str)
    numerator, denominator = sp.fraction(sp.together(value))
    if not denominator.is_positive:
        return False
    if not symbols:
        return bool(numerator.is_nonnegative)
    try:
        shifted = sp.Poly(numerator.xreplace({s: s + 1 for s in symbols}), *symbols)
    except sp.PolynomialError:
        return False
    return all(c.is_nonnegative for c in shifted.coeffs())


def same_size(a: Scalar, b: Scalar) -> bool | None:
    """Three-valued equality of sizes: equal, provably or nominally different, undecided.

    Two distinct plain symbols, and a plain symbol against a number, count as different.
    """
    if a == b:
        return True
    if is_number(a) and is_number(b):
        return False
    difference = sub(a, b)
    if difference == 0:
        return True
    plain_a, plain_b = _plain(a), _plain(b)
    if plain_a and plain_b:
        return False
    if sign(sub(difference, 1)) == 1 or sign(sub(exact(-to_sympy(difference)), 1)) == 1:
        return False
    return None


def _plain(a: Scalar) -> bool:
    return is_number(a) or isinstance(a, sp.Symbol)
