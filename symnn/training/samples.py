"""The data of a training run: which arrays differ from sample to sample, and along which axis.

A loss for one sample takes arrays with one more axis in front; a loss for a batch takes arrays of
the declared rank, cut along the axis whose size no parameter has. Arrays that are neither (a
constant beside the samples) are passed whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import ShapeError
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Samples:
    """Arrays by call, the sample axis of those that have one, and the number of samples.

    Attributes:
        arrays: all data arrays.
        axes: the sample axis; a call without one is passed whole.
        count: number of samples.
        single: whether the loss is written for one sample.
    """

    arrays: dict[Call, Array]
    axes: dict[Call, int]
    count: int
    single: bool

    def rows(self, places: Array) -> dict[Call, Array]:
        """The arrays at some samples."""
        return {
            c: np.take(a, places, axis=self.axes[c]) if c in self.axes else a
            for c, a in self.arrays.items()
        }

    def one(self, place: int) -> dict[Call, Array]:
        """The arrays of one sample, without the sample axis."""
        return {c: a[place] if c in self.axes else a for c, a in self.arrays.items()}


def samples(data: Mapping[Call, Array], wrt: Sequence[Tensor]) -> Samples:
    """Decide what the arrays are.

    Raises:
        ShapeError: arrays whose ranks or numbers of samples do not fit.
    """
    extra = {c: a.ndim - len(c.port.sizes) for c, a in data.items()}
    wrong = [c for c, more in extra.items() if more not in (0, 1)]
    if wrong:
        c = wrong[0]
        raise ShapeError(
            f"ShapeError in train\n  {c.path} has shape {data[c].shape}\n"
            f"  expected: {list(c.port.sizes)}, or one more axis of samples in front\n"
            "  fix: reshape the array"
        )
    if any(extra.values()):
        axes = {c: 0 for c, more in extra.items() if more}
        return Samples(dict(data), axes, _count(data, axes), True)
    axes = _batch_axes(data, wrt)
    return Samples(dict(data), axes, _count(data, axes), False)


def _batch_axes(data: Mapping[Call, Array], wrt: Sequence[Tensor]) -> dict[Call, int]:
    """The axis of the symbol that most inputs share and no parameter has."""
    taken = {s for p in wrt for size in p.sizes for s in getattr(size, "free_symbols", ())}
    found: dict[sp.Symbol, dict[Call, int]] = {}
    for c in data:
        for k, size in enumerate(c.port.sizes):
            if isinstance(size, sp.Symbol) and size not in taken and c not in found.get(size, {}):
                found.setdefault(size, {})[c] = k
    if not found:
        raise ShapeError(
            "ShapeError in train\n  the data has the shapes of one sample\n"
            "  expected: one more axis of samples in front, or a loss with a batch size\n"
            "  fix: stack the samples along a first axis"
        )
    return max(found.values(), key=lambda axes: (len(axes), -sum(axes.values())))


def _count(data: Mapping[Call, Array], axes: Mapping[Call, int]) -> int:
    counts = {c.path: data[c].shape[k] for c, k in axes.items()}
    if len(set(counts.values())) != 1:
        found = ", ".join(f"{name}: {n}" for name, n in counts.items())
        raise ShapeError(
            f"ShapeError in train\n  expected: one number of samples\n  found: {found}\n"
            "  fix: give all arrays the same number of samples"
        )
    count = next(iter(counts.values()))
    if not count:
        raise ShapeError("ShapeError in train\n  there are no samples\n  fix: pass some data")
    return count
