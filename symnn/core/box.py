"""Index boxes: open grids for a set of indices, one axis each, and what is read over them.

Grids, and positions that read no tensor, do not depend on values: they are made once for each set
of indices at given sizes. A read outside its tensor is allowed only where it is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Factor, Node
from symnn.core.scalars import Scalar, evaluate_scalar

Array = np.ndarray[Any, Any]
MOST_ELEMENTS = 2**27
MOST_KEPT = 2**12  # entries of a position that is kept
MOST_BOXES = 2**12


class Box:
    """Open grids for a set of indices, one axis each."""

    def __init__(self, indices: Iterable[Index], sizes: Mapping[sp.Symbol, int]) -> None:
        self.sizes = dict(sizes)
        self.indices = list(indices)
        self.extent = [int(number(i.size, self.sizes)) for i in self.indices]
        self.shape = tuple(self.extent)
        if np.prod(self.extent, dtype=float) > MOST_ELEMENTS:
            gib = np.prod(self.extent, dtype=float) * 8 / 2**30
            raise DomainError(
                f"the oracle would need {gib:.1f} GiB for one term\n"
                f"  fix: evaluate at smaller sizes, or compile the expression"
            )
        self.grid = {
            index: np.arange(e).reshape([-1 if k == a else 1 for a in range(len(self.extent))])
            for k, (index, e) in enumerate(zip(self.indices, self.extent, strict=True))
        }
        self._places: dict[tuple[Affine, ...], tuple[tuple[Array, ...], list[int], list[int]]] = {}
        self._numbers: dict[Scalar, int | float] = {}

    def number(self, value: Scalar) -> int | float:
        """A scalar at the sizes of the box."""
        if isinstance(value, int):
            return value
        if value not in self._numbers:
            self._numbers[value] = number(value, self.sizes)
        return self._numbers[value]

    def position(
        self, p: Affine, values: Mapping[Node, Array], alive: Array | None = None
    ) -> Array:
        """The value of a position over the box; integer reads must stay inside where `alive`."""
        total: Array = np.asarray(int(number(p.const, self.sizes)))
        for atom, c in p.terms:
            weight = int(number(c, self.sizes))
            if isinstance(atom, Index):
                total = total + weight * self.grid[atom]
            else:
                source = values[atom.node]
                places = [self.position(q, values, alive) for q in atom.pos]
                total = total + weight * self._take(atom.node, source, places, alive).astype(int)
        return total

    @staticmethod
    def _take(node: Node, source: Array, places: list[Array], alive: Array | None) -> Array:
        for k, place in enumerate(places):
            if place.size and place.min() >= 0 and place.max() < source.shape[k]:
                continue
            out = (place < 0) | (place >= source.shape[k])
            if alive is not None and np.any(out & alive):
                raise DomainError(f"a read of {node!r} leaves axis {k} of size {source.shape[k]}")
            places[k] = np.clip(place, 0, max(source.shape[k] - 1, 0))
        return np.asarray(source[tuple(places)])

    def read(
        self, node: Node, pos: tuple[Affine, ...], values: Mapping[Node, Array], alive: Array
    ) -> Array:
        """A read over the box; outside the tensor it must be masked by `alive`."""
        source = values[node]
        if not pos:
            return source
        if pos in self._places:
            kept, low, high = self._places[pos]
            if min(low) >= 0 and all(h < n for h, n in zip(high, source.shape, strict=True)):
                return np.asarray(source[kept])
            return self._take(node, source, list(kept), alive)
        places = [self.position(p, values, alive) for p in pos]
        if all(0 < a.size <= MOST_KEPT for a in places) and not any(p.reads() for p in pos):
            ends = [int(a.min()) for a in places], [int(a.max()) for a in places]
            self._places[pos] = tuple(places), *ends
        return self._take(node, source, places, alive)

    def alive(self, brackets: Iterable[Factor], values: Mapping[Node, Array]) -> Array:
        """Where all brackets hold."""
        result: Array = np.asarray(True)
        for b in brackets:
            p = self.position(b.pos[0], values)
            result = result & ((p == 0) if b.node is EQ else (p >= 0))
        return result

    def full(self, value: Array) -> Array:
        """Broadcast to the whole box."""
        return value if value.shape == self.shape else np.broadcast_to(value, self.shape)


@lru_cache(maxsize=MOST_BOXES)
def known_box(indices: tuple[Index, ...], sizes: tuple[tuple[sp.Symbol, int], ...]) -> Box:
    """The box of indices at given sizes."""
    return Box(indices, dict(sizes))


def number(value: Scalar, sizes: Mapping[sp.Symbol, int]) -> int | float:
    """A scalar at bound sizes."""
    return value if isinstance(value, int) else evaluate_scalar(value, dict(sizes))
