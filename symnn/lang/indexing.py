"""`x[key]`, take and take_along_axis, by NumPy's rules.

Integers, slices, Ellipsis and None move axes; integer tensors are positions (affine where they come
from arange, reads of an integer tensor otherwise) and broadcast together, in front unless they
stand side by side. A boolean index has no fixed size and raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.scalars import Scalar, add, exact, mul, sub, to_sympy
from symnn.core.sizes import sign
from symnn.lang.dispatch import METHODS, implements, unsupported
from symnn.lang.places import checked_read, constant_value, moved, place_of, under, whole_number
from symnn.lang.shapes import Bound, Condition, broadcast, broadcast_sizes, normal_axis
from symnn.lang.shaping import reshape
from symnn.lang.size import Size, scalar_of
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import movement


@dataclass
class _Reading:
    """Output indices and positions under construction."""

    out: list[Index] = field(default_factory=list)
    pos: list[Affine] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)


def getitem(t: Tensor, key: Any) -> Tensor:
    """`t[key]`."""
    t = as_tensor(t)
    items = _expanded(t, key if isinstance(key, tuple) else (key,))
    arrays = [x for x in items if isinstance(x, Tensor)]
    reading = _Reading()
    if arrays:
        args = [t, *(a for a in arrays if a.ndim or a.place is not None or not _is_constant(a))]
        _read_with_arrays(t, items, arrays, reading)
    else:
        args = [t]
        axis = 0
        for item in items:
            axis = _read_one(t, item, axis, reading)
    body = movement.read(t.call.port, reading.out, tuple(reading.pos))
    made = make(
        "index", args, body, conditions=tuple(reading.conditions), dtype=t.call.port.dtype,
        attrs={"key": key},
    )  # fmt: skip
    return moved(made, t, reading.out, tuple(reading.pos))


METHODS["__getitem__"] = getitem


def _is_constant(a: Tensor) -> bool:
    return constant_value(a) is not None


def _expanded(t: Tensor, key: tuple[Any, ...]) -> list[Any]:
    """One item an axis, None for a new axis; integer arrays as tensors."""
    items = [_item(t, k) for k in key]
    used = sum(k is not None and k is not Ellipsis for k in items)
    dots = [n for n, k in enumerate(items) if k is Ellipsis]
    if used > t.ndim or len(dots) > 1:
        raise DomainError(
            f"index of {t.call.path}: {used} indices for a tensor of rank {t.ndim}\n"
            f"  expected: at most {t.ndim}, and one Ellipsis\n  fix: drop the extra ones"
        )
    whole = [slice(None)] * (t.ndim - used)
    at = dots[0] if dots else len(items)
    return [*items[:at], *whole, *items[at + 1 :]]


def _item(t: Tensor, k: Any) -> Any:
    if k is None or k is Ellipsis or isinstance(k, slice):
        return k
    if isinstance(k, (bool, np.bool_)) or getattr(k, "dtype", None) == np.bool_:
        raise DomainError(
            f"index of {t.call.path} by a boolean mask: the result would have no fixed size\n"
            "  fix: write np.where(mask, x, 0), or multiply by the mask"
        )
    if isinstance(k, (int, np.integer, Size, sp.Expr)):
        return scalar_of(k)
    made = as_tensor(k)
    value = constant_value(made)
    if value is not None and whole_number(value):
        return value
    if place_of(made) is None:
        raise DomainError(
            f"index of {t.call.path} by {made.call.path}, which holds no integers\n"
            "  fix: make it with dtype=int and below=, with arange, or with argmax"
        )
    return made


def _read_one(t: Tensor, item: Any, axis: int, reading: _Reading) -> int:
    """Take one int, slice or None; the next axis."""
    if item is None:
        reading.out.append(Index(1))
        return axis
    if isinstance(item, slice):
        start, count, step = _span(t, item, axis, reading)
        index = Index(count)
        reading.out.append(index)
        reading.pos.append(combine(constant(start), index.pos, step))
        return axis + 1
    reading.pos.append(_checked(t, constant(item), axis, reading))
    return axis + 1


def _checked(t: Tensor, pos: Affine, axis: int, reading: _Reading) -> Affine:
    pos, conditions = checked_read("index", t, pos, axis)
    reading.conditions += conditions
    return pos


def _read_with_arrays(
    t: Tensor, items: Sequence[Any], arrays: Sequence[Tensor], reading: _Reading
) -> None:
    sizes, conditions = broadcast("index", [a.call for a in arrays])
    reading.conditions += conditions
    shared = [Index(s) for s in sizes]
    advanced = [n for n, x in enumerate(items) if not (x is None or isinstance(x, slice))]
    together = advanced == list(range(advanced[0], advanced[-1] + 1))
    if not together:
        reading.out += shared
    axis = 0
    for n, item in enumerate(items):
        if n == advanced[0] and together:
            reading.out += shared
        if isinstance(item, Tensor):
            place = place_of(item)
            assert place is not None
            reading.pos.append(_checked(t, under(place, shared), axis, reading))
            axis += 1
        else:
            axis = _read_one(t, item, axis, reading)


def _span(t: Tensor, cut: slice, axis: int, reading: _Reading) -> tuple[Scalar, Scalar, int]:
    """(start, count, step) of a slice."""
    size = t.sizes[axis]
    step = 1 if cut.step is None else int(cut.step)
    ends = [None if e is None else scalar_of(_plain(e)) for e in (cut.start, cut.stop)]
    if isinstance(size, int) and all(e is None or isinstance(e, int) for e in ends):
        start, stop, step = slice(*ends, step).indices(size)
        count = len(range(start, stop, step))
        if not count:
            raise _empty(t, cut, axis)
        return start, count, step
    if step < 0:
        if ends != [None, None]:
            raise unsupported(f"a slice {cut} with a negative step on an axis of symbolic size")
        return sub(size, 1), _count(size, -step), step
    low = 0 if ends[0] is None else _from_end(ends[0], size)
    high = size if ends[1] is None else _from_end(ends[1], size)
    high = _clipped(high, size)
    length = sub(high, low)
    if sign(sub(length, 1)) == -1:
        raise _empty(t, cut, axis)
    needed = (low, sub(size, high), sub(length, 1))
    reading.conditions += [Bound(v) for v in needed if sign(v) is None]
    return low, _count(length, step), step


def _plain(end: Any) -> Any:
    value = constant_value(end) if isinstance(end, Tensor) else end
    if value is None:
        raise unsupported("a slice whose ends are tensors")
    return value


def _from_end(end: Scalar, size: Scalar) -> Scalar:
    """A negative end counts from the end."""
    return end if sign(end) != -1 else add(size, end)


def _clipped(high: Scalar, size: Scalar) -> Scalar:
    """NumPy cuts a stop beyond the end."""
    return size if sign(sub(high, size)) == 1 else high


def _count(length: Scalar, step: int) -> Scalar:
    """Number of steps: floor((length - 1) / step) + 1."""
    if step == 1:
        return length
    last = mul(sub(length, 1), exact(sp.Rational(1, step)))
    return add(exact(sp.floor(to_sympy(last))), 1)


def _empty(t: Tensor, cut: slice, axis: int) -> DomainError:
    return DomainError(
        f"index of {t.call.path}: the slice {cut.start}:{cut.stop} of axis {axis} is empty\n"
        f"  expected: at least one entry of {t.sizes[axis]}\n  fix: change the bounds"
    )


@implements(np.take, method="take")
def take(a: Any, indices: Any, axis: Any = None, **extra: Any) -> Tensor:
    """Entries along an axis at integer indices."""
    if any(v is not None and v != "raise" for v in extra.values()):
        raise unsupported(f"np.take with {', '.join(extra)}")
    t = as_tensor(a)
    if axis is None:
        return getitem(reshape(t, -1), indices)
    k = normal_axis("take", axis, t.ndim)
    return getitem(t, (*(slice(None),) * k, indices))


@implements(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Tensor:
    """`arr[i, indices[i, j]]`: one integer per place."""
    t, at = as_tensor(arr), as_tensor(indices)
    if axis is None:
        return getitem(reshape(t, -1), at)
    k = normal_axis("take_along_axis", axis, t.ndim)
    if at.ndim != t.ndim:
        raise DomainError(
            f"take_along_axis: indices of rank {at.ndim} for a tensor of rank {t.ndim}\n"
            "  expected: equal ranks\n  fix: insert axes with None"
        )
    place = place_of(at)
    if place is None:
        raise unsupported("np.take_along_axis by a tensor that holds no integers")
    shapes = [(*x.sizes[:k], 1, *x.sizes[k + 1 :]) for x in (t, at)]
    sizes, conditions = broadcast_sizes("take_along_axis", [t.call, at.call], shapes)
    out = [Index(at.sizes[k] if n == k else s) for n, s in enumerate(sizes)]
    pos = [
        constant(0) if s == 1 and o.size != 1 else o.pos for s, o in zip(t.sizes, out, strict=True)
    ]
    pos[k], bounds_ = checked_read("take_along_axis", t, under(place, out), k)
    body = movement.read(t.call.port, out, tuple(pos))
    return make("take_along_axis", [t, at], body, conditions=conditions + bounds_)
