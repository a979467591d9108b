"""Size: an axis length as the user sees it, `x.shape[0]`.

A Size is SymPy in sizes (`(x.shape[0] // 2, p)`) and a rank-0 tensor in NumPy functions
(`scores / np.sqrt(K.shape[-1])`). What needs a number (`range`, `len`, `int`, `if`) raises and
says what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from symnn.core.errors import DomainError, SymnnError
from symnn.core.scalars import Scalar, exact, to_sympy
from symnn.core.sizes import sign, size_symbol
from symnn.notation.latex import to_latex
from symnn.notation.scalars import size_tree


class Size:
    """A symbolic axis length; plain integers stay `int`.

    >>> n = sizes("n")
    >>> 2 * n + 1, (n + 1) * (n - 1) == n**2 - 1
    (2*n + 1, True)
    """

    __slots__ = ("expr",)
    __array_priority__ = 1000

    def __init__(self, expr: Scalar) -> None:
        self.expr = exact(expr)

    def __repr__(self) -> str:
        return str(self.expr)

    def _repr_latex_(self) -> str:
        return f"${to_latex(size_tree(self.expr))}$"

    def __hash__(self) -> int:
        return hash(self.expr)

    def __eq__(self, other: object) -> bool:
        return scalar_of(other) == self.expr if _is_scalar(other) else NotImplemented

    def _sympy_(self) -> sp.Expr:
        return to_sympy(self.expr)

    def _op(self, other: Any, combine: Any) -> Any:
        if not _is_scalar(other):
            return NotImplemented
        return as_size(exact(combine(to_sympy(self.expr), to_sympy(scalar_of(other)))))

    def __add__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.expand(a + b))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.expand(a - b))

    def __rsub__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.expand(b - a))

    def __mul__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.expand(a * b))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.cancel(a / b))

    def __rtruediv__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.cancel(b / a))

    def __rfloordiv__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.floor(b / a))

    def __mod__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.expand(a - b * sp.floor(a / b)))

    def __rpow__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: b**a)

    def __floordiv__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: sp.floor(a / b))

    def __pow__(self, other: Any) -> Any:
        return self._op(other, lambda a, b: a**b)

    def __neg__(self) -> Any:
        return as_size(exact(-to_sympy(self.expr)))

    def __ge__(self, other: Any) -> Any:
        return self._decided(other, lambda a, b: a - b)

    def __gt__(self, other: Any) -> Any:
        return self._decided(other, lambda a, b: a - b - 1)

    def __le__(self, other: Any) -> Any:
        return self._decided(other, lambda a, b: b - a)

    def __lt__(self, other: Any) -> Any:
        return self._decided(other, lambda a, b: b - a - 1)

    def _decided(self, other: Any, combine: Any) -> Any:
        """Whether a difference is >= 0, where that holds for every size or for none."""
        if not _is_scalar(other):
            return NotImplemented
        gap = exact(sp.expand(combine(to_sympy(self.expr), to_sympy(scalar_of(other)))))
        verdict = sign(gap)
        if verdict is None:
            raise DomainError(
                f"whether {gap} >= 0 depends on the size {self}\n"
                "  fix: give the axis a number, or write np.where in place of if"
            )
        return verdict == 1

    def _no_number(self, what: str) -> Any:
        raise DomainError(
            f"{what} needs a number, but the size {self} is symbolic\n"
            f"  fix: give the axis a number, or write the loop as an index "
            f"(sn.numpy.arange({self}), a sum over an axis)"
        )

    def __index__(self) -> int:
        return int(self._no_number("range, len or int"))

    def __bool__(self) -> bool:
        return bool(self._no_number("a condition (if, while, and, or)"))

    def __float__(self) -> float:
        return float(self._no_number("float"))


def _is_scalar(value: object) -> bool:
    return isinstance(value, (int, Size, sp.Expr)) or (
        isinstance(value, float) or hasattr(value, "denominator")
    )


def scalar_of(value: Any) -> Scalar:
    """The exact scalar behind an int, Size, SymPy expression or size name.

    >>> scalar_of("n"), scalar_of(3)
    (n, 3)
    """
    if isinstance(value, Size):
        return value.expr
    if isinstance(value, str):
        if not value.isidentifier():
            raise SymnnError(f"a size name must be an identifier, found {value!r}")
        return size_symbol(value)
    return exact(value)


def as_size(value: Scalar) -> int | Size | Scalar:
    """An int for a whole number, a number for a fraction, else a Size."""
    return value if not isinstance(value, sp.Expr) else Size(value)


def sizes(names: str) -> Any:
    """Symbolic sizes by name.

    Args:
        names: names between spaces or commas.

    Returns:
        A Size for one name, else a tuple of them in order.

    >>> n, p = sizes("n p")
    >>> (n + 1) * p
    n*p + p
    """
    made = tuple(Size(scalar_of(name)) for name in names.replace(",", " ").split())
    return made[0] if len(made) == 1 else made


def numbers_of_sizes(given: Mapping[Any, int] | None) -> dict[sp.Symbol, int]:
    """The size symbols of `{"T": 10}`, with their numbers.

    Raises:
        DomainError: no name of a size, or no positive whole number.

    >>> numbers_of_sizes({"T": 10})
    {T: 10}
    """
    found: dict[sp.Symbol, int] = {}
    for name, number in (given or {}).items():
        symbol = scalar_of(name)
        if not isinstance(symbol, sp.Symbol):
            raise DomainError(f'sizes: {name} is no name of a size; write sizes={{"T": 10}}')
        if isinstance(number, bool) or int(number) != number or number < 1:
            raise DomainError(f"sizes: {name} is a whole number from 1 on, found {number!r}")
        found[symbol] = int(number)
    return found
