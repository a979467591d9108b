"""Gradients of a derivation, looked up by the tensor they belong to or by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symnn.core.errors import UnknownNameError
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor

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

    def __repr__(self) -> str:
        return f"Gradients({', '.join(str(c.name) for c, _ in self._pairs)})"
