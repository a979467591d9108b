"""Gradients of a derivation, looked up by the tensor they belong to or by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symnn.core.errors import UnknownNameError
from symnn.derivation.names import named_symbol
from symnn.derivation.showing import tensor_tree
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.tree import Tree

Wanted = Tensor | str


class Gradients(Mapping[Any, Tensor]):
    """Gradient tensors by the tensor they belong to, or by its name."""

    def __init__(self, pairs: list[tuple[Call, Tensor]]) -> None:
        self._pairs = pairs

    def __getitem__(self, key: Wanted) -> Tensor:
        for call, value in self._pairs:
            if (key.call is call) if isinstance(key, Tensor) else key == call.name:
                return value
        known = ", ".join(str(c.name) for c, _ in self._pairs)
        raise UnknownNameError(
            f"no gradient was derived for {key!r}\n  expected: {known}\n  fix: add it to wrt"
        )

    def __iter__(self) -> Iterator[str]:
        return iter(str(c.name) for c, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def _repr_latex_(self) -> str:
        lines = [to_latex(_equation(call, value)) for call, value in self._pairs]
        rows = " \\\\\n".join(lines)
        body = rows if len(lines) == 1 else f"\\begin{{gathered}}\n{rows}\n\\end{{gathered}}"
        return f"$\\displaystyle {body}$"

    def __repr__(self) -> str:
        return f"Gradients({', '.join(str(c.name) for c, _ in self._pairs)})"


def _equation(call: Call, value: Tensor) -> Tree:
    """`∇_W = ...` with its `where` lines."""
    left, found = t.Grad(named_symbol(call)), tensor_tree(value)
    if isinstance(found, t.Where):
        return t.Where(t.Relation("=", left, found.body), found.definitions)
    return t.Relation("=", left, found)
