"""The function under construction: its statements, its names, the sizes that it needs.

Every value is assigned once; equal text is assigned once only. Names are identifiers that no
keyword, builtin or other name of the function shares.
"""

from __future__ import annotations

import builtins
import keyword
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import sympy as sp

from symnn.codegen.code import ATOM, Code
from symnn.codegen.size_source import real, whole
from symnn.core.scalars import Scalar, evaluate_scalar

LONGEST = 56
_NOMINAL = 32
_TAKEN = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np", "special"}


class Writer:
    """Collects the body of one generated function.

    Attributes:
        dtype: the floating-point type of all values.
        extents: numbers of the sizes, where they are known, to compare costs with.
        compared: whether a choice was made by sizes that are symbols.
        lines: the statements so far.
        imports: lines above the function, by first use.
    """

    def __init__(
        self,
        dtype: np.dtype,  # type: ignore[type-arg]
        extents: Mapping[sp.Symbol, int] | None = None,
    ) -> None:
        self.dtype = dtype
        self.extents, self.compared = extents or {}, False
        self.lines: list[str] = []
        self.imports: dict[str, None] = {}
        self.sizes: dict[sp.Symbol, str] = {}
        self._names: set[str] = set(_TAKEN)
        self._known: dict[str, Code] = {}

    def name(self, wanted: str) -> str:
        """A free identifier like the wanted one.

        >>> w = Writer(np.dtype(float))
        >>> w.name("lambda"), w.name("z"), w.name("z")
        ('lambda_', 'z', 'z_2')
        """
        base = unicodedata.normalize("NFKC", wanted)
        found, k = base, 1
        while found in self._names:
            k += 1
            found = f"{base}_" if base in _TAKEN and k == 2 else f"{base}_{k}"
        self._names.add(found)
        return found

    def size_name(self, symbol: sp.Symbol) -> str:
        """The variable of a size, which the function then reads off a shape."""
        if symbol not in self.sizes:
            self.sizes[symbol] = self.name(symbol.name)
        return self.sizes[symbol]

    def whole(self, value: Scalar) -> Code:
        """An integer expression in sizes."""
        return whole(value, self.size_name)

    def real(self, value: Scalar) -> Code:
        """A number in a formula."""
        return real(value, self.size_name)

    def assign(self, wanted: str, code: Code) -> Code:
        """A variable that holds the value of an expression (the same one for the same text)."""
        if code.text.isidentifier():
            return code
        if code.text not in self._known:
            name = self.name(wanted)
            self.lines.append(f"{name} = {code.text}")
            self._known[code.text] = Code(name)
        return self._known[code.text]

    def define(self, name: str, code: Code) -> Code:
        """A variable under a name that was reserved before."""
        if code.text.isidentifier():
            return code
        if code.text not in self._known:
            self.lines.append(f"{name} = {code.text}")
            self._known[code.text] = Code(name)
        return self._known[code.text]

    def short(self, wanted: str, code: Code) -> Code:
        """The expression itself, or a variable for it if it is long."""
        return code if len(code.text) <= LONGEST else self.assign(wanted, code)

    def extent(self, size: Scalar) -> int:
        """The number of a size, or a middling one where it is not known."""
        if isinstance(size, int):
            return size
        self.compared = True
        symbols = getattr(size, "free_symbols", ())
        known = {s: self.extents.get(s, _NOMINAL) for s in symbols}
        return max(2, int(evaluate_scalar(size, known)))

    def statements(self, lines: Iterable[str]) -> None:
        """Add statements as they are."""
        self.lines.extend(lines)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """The lines written inside stand below `head`; what they assign is forgotten after it."""
        known, start = dict(self._known), len(self.lines)
        yield
        self._known = known
        self.lines[start:] = [head, *(f"    {line}" for line in self.lines[start:])]

    def array_type(self) -> str:
        """`, dtype=np.float32` where it is not the default."""
        return "" if self.dtype == np.float64 else f", dtype=np.{self.dtype.name}"

    def as_float(self, code: Code) -> Code:
        """Truth values or integers as floats."""
        kind = "float" if self.dtype == np.float64 else f"np.{self.dtype.name}"
        inner = code.text if code.level == ATOM else f"({code.text})"
        return Code(f"{inner}.astype({kind})")
