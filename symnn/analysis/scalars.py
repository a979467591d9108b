"""Counts while they are being summed: polynomials as tables, turned into SymPy once at the end.

A `Poly` maps monomials (atoms with exponents) to rational coefficients; atoms are size symbols and
whatever else SymPy has in a size (floor, Max). Whole numbers stay ints. Law: `expr(mul(a, b))` is
what `symnn.core.scalars.mul` gives, and so for sums (tests).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

import sympy as sp

from symnn.core import sizes
from symnn.core.scalars import Scalar, exact, to_sympy

PROXY = 50  # the number that stands for a symbol when costs are compared
Monomial = tuple[tuple[sp.Expr, int], ...]
Number = int | Fraction


class Poly:
    """A polynomial that is not a whole number; immutable."""

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Mapping[Monomial, Number]) -> None:
        self.terms = terms
        self._hash = hash(frozenset(terms.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Poly) and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return str(expr(self))


Count: TypeAlias = int | Fraction | sp.Expr | Poly


@lru_cache(maxsize=100_000)
def _of_expr(value: sp.Expr) -> Mapping[Monomial, Number]:
    terms: dict[Monomial, Number] = {}
    for part in sp.Add.make_args(sp.expand(value)):
        coefficient, rest = part.as_coeff_Mul()
        powers: dict[sp.Expr, int] = {}
        for factor in sp.Mul.make_args(rest):
            atom, exponent = factor.as_base_exp()
            if not (exponent.is_Integer and exponent > 0):
                atom, exponent = factor, sp.Integer(1)
            if atom != 1:
                powers[atom] = powers.get(atom, 0) + int(exponent)
        if not coefficient.is_Rational:
            powers[coefficient] = powers.get(coefficient, 0) + 1
            coefficient = sp.Integer(1)
        key = _monomial(powers)
        terms[key] = _plus(terms.get(key, 0), exact(coefficient))
    return terms


def _monomial(powers: Mapping[sp.Expr, int]) -> Monomial:
    return tuple(sorted(powers.items(), key=_by_name))


def _by_name(item: tuple[sp.Expr, int]) -> tuple[str, int]:
    return (_name(item[0]), item[1])


@lru_cache(maxsize=100_000)
def _name(atom: sp.Expr) -> str:
    return str(atom)


def _plus(a: Number, b: Number) -> Number:
    total = a + b
    return int(total) if isinstance(total, Fraction) and total.denominator == 1 else total


def _terms(value: Count) -> Mapping[Monomial, Number]:
    if isinstance(value, Poly):
        return value.terms
    if isinstance(value, (int, Fraction)):
        return {(): value} if value else {}
    return _of_expr(value)


def _made(terms: dict[Monomial, Number]) -> Count:
    kept = {k: v for k, v in terms.items() if v != 0}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    return Poly(kept)


def mul(a: Count, b: Count) -> Count:
    """A · b.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> mul(2, n + 1)
    2*n + 2
    """
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    if isinstance(a, int) and a == 1:
        return b
    if isinstance(b, int) and b == 1:
        return a
    terms: dict[Monomial, Number] = {}
    for left, c in _terms(a).items():
        for right, d in _terms(b).items():
            key = _times(left, right)
            terms[key] = _plus(terms.get(key, 0), c * d)
    return _made(terms)


@lru_cache(maxsize=100_000)
def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, k in right:
        powers[atom] = powers.get(atom, 0) + k
    return _monomial(powers)


def add(a: Count, b: Count) -> Count:
    """A + b."""
    if isinstance(a, int) and isinstance(b, int):
        return a + b
    if isinstance(a, int) and a == 0:
        return b
    if isinstance(b, int) and b == 0:
        return a
    terms = dict(_terms(a))
    for key, d in _terms(b).items():
        terms[key] = _plus(terms.get(key, 0), d)
    return _made(terms)


def sub(a: Count, b: Count) -> Count:
    """A - b."""
    return add(a, mul(-1, b))


def product(values: Iterable[Count]) -> Count:
    """The product."""
    result: Count = 1
    for v in values:
        result = mul(result, v)
    return result


def total(values: Iterable[Count]) -> Count:
    """The sum."""
    result: Count = 0
    for v in values:
        result = add(result, v)
    return result


def expr(value: Count) -> Scalar:
    """The count as an exact scalar: an int, a Fraction, or SymPy."""
    if not isinstance(value, Poly):
        return value
    parts = [_product_of(m, c) for m, c in value.terms.items()]
    return parts[0] if len(parts) == 1 else exact(sp.Add(*parts))


def _product_of(monomial: Monomial, coefficient: Number) -> sp.Expr:
    """`coefficient * monomial`; a number in front of symbols needs no evaluation."""
    rest = _expr_of(monomial)
    if coefficient == 1:
        return rest
    if rest.is_Add or rest.is_Number:
        return sp.expand(to_sympy(coefficient) * rest)
    return sp.Mul._from_args((to_sympy(coefficient), *sp.Mul.make_args(rest)))


@lru_cache(maxsize=100_000)
def _expr_of(monomial: Monomial) -> sp.Expr:
    return sp.Mul(*(atom**k for atom, k in monomial))


def weight(value: Count) -> float:
    """The count with every symbol at one number, to compare what costs more."""
    if not isinstance(value, Poly):
        return float(value) if isinstance(value, (int, Fraction)) else _at_proxy(value)
    return sum(
        float(c) * math.prod(_at_proxy(atom) ** k for atom, k in m) for m, c in value.terms.items()
    )


@lru_cache(maxsize=100_000)
def _at_proxy(value: sp.Expr) -> float:
    return float(value.xreplace({s: sp.Integer(PROXY) for s in value.free_symbols}))


def sign(value: Count) -> int | None:
    """1 if the count is >= 0 for all sizes, -1 if it is < 0, None if undecided."""
    if isinstance(value, Poly):
        if all(c > 0 for c in value.terms.values()) and _positive(value):
            return 1
        value = expr(value)
    return sizes.sign(value)


def _positive(value: Poly) -> bool:
    return all(atom.is_Symbol for m in value.terms for atom, _ in m)
