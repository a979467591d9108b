"""Exact scalars: the numbers in front of terms, in positions and in sizes.

A scalar is an `int`, a `Fraction`, or a SymPy expression in size symbols (positive integers);
whatever is a number is kept as int or Fraction, because SymPy integers lead every profile.
Law: equal values that `expand` finds equal are equal objects by `==` and have one `scalar_id`.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeAlias

import sympy as sp

from symnn.core.errors import DomainError

Scalar: TypeAlias = int | Fraction | sp.Expr


def exact(value: Any) -> Scalar:
    """Turn a Python, NumPy or SymPy number or expression into a scalar.

    A float becomes the decimal that it prints as (0.1 is 1/10), since that is what was written.

    >>> exact(0.1), exact(2.0), exact(sp.Rational(1, 2))
    (Fraction(1, 10), 2, Fraction(1, 2))
    """
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else value
    if isinstance(value, sp.Basic):
        return _from_sympy(value)
    if isinstance(value, float) or hasattr(value, "dtype"):
        number = value.item() if hasattr(value, "item") else value
        if isinstance(number, int):
            return int(number)
        return exact(Fraction(repr(float(number))))
    raise TypeError(f"not an exact scalar: {value!r}")


def _from_sympy(value: sp.Basic) -> Scalar:
    if value.is_Integer:
        return int(value)
    if value.is_Rational:
        return Fraction(int(value.p), int(value.q))
    if value.is_Float:
        return exact(float(value))
    return value


def to_sympy(value: Scalar) -> sp.Expr:
    """The SymPy form of a scalar."""
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    return sp.sympify(value) if not isinstance(value, int) else sp.Integer(value)


@lru_cache(maxsize=100_000)
def _add(a: Any, b: Any) -> Scalar:
    return _from_sympy(sp.expand(to_sympy(a) + to_sympy(b)))


@lru_cache(maxsize=100_000)
def _mul(a: Any, b: Any) -> Scalar:
    return _from_sympy(sp.expand(sp.powsimp(to_sympy(a) * to_sympy(b))))


@lru_cache(maxsize=100_000)
def _pow(a: Any, b: Any) -> Scalar:
    return _from_sympy(sp.powdenest(to_sympy(a) ** to_sympy(b)))


def add(a: Scalar, b: Scalar) -> Scalar:
    """A + b."""
    if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)):
        return a + b if isinstance(a, int) and isinstance(b, int) else exact(Fraction(a + b))
    return _add(a, b)


def mul(a: Scalar, b: Scalar) -> Scalar:
    """A · b."""
    if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)):
        return a * b if isinstance(a, int) and isinstance(b, int) else exact(Fraction(a * b))
    if a == 1:
        return b
    if b == 1:
        return a
    return _mul(a, b)


def power(a: Scalar, b: Scalar) -> Scalar:
    """A ** b, exactly (a root stays a root)."""
    if isinstance(a, int) and isinstance(b, int) and (b > 0 or a == 1):
        return int(a ** abs(b))
    if isinstance(b, int) and isinstance(a, (int, Fraction)) and (a != 0 or b > 0):
        return exact(Fraction(a) ** b)
    return _pow(a, b)


def neg(a: Scalar) -> Scalar:
    """Minus a."""
    return -a if isinstance(a, (int, Fraction)) else _mul(-1, a)


def sub(a: Scalar, b: Scalar) -> Scalar:
    """A - b."""
    return add(a, neg(b))


def is_number(a: Scalar) -> bool:
    """Whether the scalar is a rational number."""
    return isinstance(a, (int, Fraction))


def rational_content(a: Scalar) -> Fraction:
    """The rational factor in front of a scalar (6 for 6*n/p); 1 for a bare expression."""
    if isinstance(a, (int, Fraction)):
        return Fraction(a)
    coefficient, _ = a.as_coeff_Mul()
    number = _from_sympy(coefficient)
    return Fraction(number) if isinstance(number, (int, Fraction)) and number else Fraction(1)


def is_negative(a: Scalar) -> bool:
    """Whether a scalar is written with a minus sign in front."""
    return rational_content(a) < 0


_IDS: dict[Any, tuple[int, int, int]] = {}
_ALIKE: dict[int, int] = {}


def scalar_id(a: Scalar) -> tuple[int, int, int]:
    """An orderable, hashable stand-in for a scalar inside canonical keys.

    It depends on how the scalar is written, not on what the process met before: same script, same
    order, same text.
    """
    if isinstance(a, int):
        return (0, a, 1)
    if isinstance(a, Fraction):
        return (0, a.numerator, a.denominator)
    known = _IDS.get(a)
    if known is None:
        digest = int.from_bytes(sha256(str(a).encode()).digest()[:7])
        twin = _ALIKE[digest] = _ALIKE.get(digest, -1) + 1  # two symbols of one name
        known = _IDS[a] = (1, digest, twin)
    return known


def evaluate_scalar(a: Scalar, sizes: dict[sp.Symbol, int]) -> int | float:
    """The number that a scalar is at given sizes.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> evaluate_scalar(n / 2, {n: 3})
    1.5
    """
    if isinstance(a, int):
        return a
    if isinstance(a, Fraction):
        return float(a)
    if a in sizes:
        return sizes[a]
    value = a.xreplace({s: sp.Integer(v) for s, v in sizes.items()})
    value = sp.sympify(value).doit()
    if value.is_Integer:
        return int(value)
    if value.free_symbols:
        unbound = ", ".join(sorted(str(s) for s in value.free_symbols))
        raise KeyError(f"size {unbound} is not bound")
    if value in (sp.zoo, sp.nan):
        at = ", ".join(f"{s}={v}" for s, v in sizes.items())
        raise DomainError(f"{a} has no value at {at}\n  fix: give every axis an entry")
    return float(value)
