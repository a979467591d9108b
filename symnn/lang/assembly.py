"""Tensors put together and cut: concatenate, stack, pad, flip, roll, diagonals, windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError
from symnn.core.scalars import Scalar, add, exact, neg, sub, to_sympy
from symnn.core.sizes import sign
from symnn.lang.dispatch import implements, unsupported
from symnn.lang.shapes import Bound, Condition, mismatch, must_equal, normal_axes, normal_axis
from symnn.lang.shaping import expand_dims, reshape, shape_of
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import movement, pooling


def _same_shapes(op: str, parts: Sequence[Tensor], axis: int | None) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    first = parts[0]
    calls = [p.call for p in parts]
    for p in parts[1:]:
        if p.ndim != first.ndim:
            ranks = f"{first.ndim} and {p.ndim}"
            raise mismatch(op, calls, "tensors of one rank", ranks, "insert axes with None")
        for k, (s, t) in enumerate(zip(first.sizes, p.sizes, strict=True)):
            if k != axis:
                fix = f"give all the size {s} there"
                conditions += must_equal(op, calls, s, t, f"equal sizes on axis {k}", fix)
    return tuple(conditions)


@implements(np.concatenate, np.concat)
def concatenate(arrays: Any, axis: Any = 0) -> Tensor:
    """Tensors one after the other along an axis."""
    parts = [as_tensor(a) for a in arrays]
    if axis is None:
        raise unsupported("np.concatenate with axis=None (ravel the tensors first)")
    k = normal_axis("concatenate", axis, parts[0].ndim)
    conditions = _same_shapes("concatenate", parts, k)
    body = movement.concatenate([p.call.port for p in parts], k)
    return make("concatenate", parts, body, conditions=conditions, attrs={"axis": k})


@implements(np.stack)
def stack(arrays: Any, axis: Any = 0) -> Tensor:
    """Tensors along a new axis."""
    parts = [as_tensor(a) for a in arrays]
    k = normal_axis("stack", axis, parts[0].ndim + 1)
    conditions = _same_shapes("stack", parts, None)
    body = movement.stack([p.call.port for p in parts], k)
    return make("stack", parts, body, conditions=conditions, attrs={"axis": k})


@implements(np.vstack)
def vstack(tup: Any) -> Tensor:
    """Rows under each other."""
    return concatenate([_at_least_2d(as_tensor(a)) for a in tup], 0)


@implements(np.hstack)
def hstack(tup: Any) -> Tensor:
    """Side by side: axis 1, or axis 0 of vectors."""
    parts = [as_tensor(a) for a in tup]
    parts = [expand_dims(p, 0) if not p.ndim else p for p in parts]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1)


def _at_least_2d(t: Tensor) -> Tensor:
    if t.ndim > 1:
        return t
    return expand_dims(t, 0 if t.ndim else (0, 1))


@implements(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **more: Any) -> Tensor:
    """Constant padding around a tensor."""
    if mode != "constant" or set(more) - {"constant_values"}:
        raise unsupported(f"np.pad with mode={mode!r} (mode='constant' is what there is)")
    t = as_tensor(array)
    widths = _pairs("pad_width", pad_width, t.ndim)
    given = more.get("constant_values", 0)
    if not _finite(given):
        raise DomainError(
            "pad: an infinite value\n  expected: a number\n  fix: a maximum skips what is outside "
            "by define(..., outside={'x': 'skip'}), or by nn.MaxPool2d(..., padding=1)"
        )
    values = _pairs("constant_values", given, t.ndim)
    for w in (x for pair in widths for x in pair):
        if sign(w) != 1:
            raise DomainError(f"pad: a width of {w}\n  expected: sizes >= 0\n  fix: slice instead")
    body = movement.pad(t.call.port, widths, values)
    return make("pad", [t], body, attrs={"widths": widths, "values": values})


def _finite(given: Any) -> bool:
    numbers = [x for x in np.ravel(np.asarray(given, dtype=object)) if isinstance(x, float)]
    return bool(np.isfinite(numbers).all())


def _pairs(what: str, given: Any, rank: int) -> list[tuple[Scalar, Scalar]]:
    """NumPy's spellings: a number, (before, after), or one pair an axis."""
    if isinstance(given, dict):
        given = [given.get(k, given.get(k - rank, (0, 0))) for k in range(rank)]
    if not isinstance(given, (tuple, list, np.ndarray)):
        one = scalar_of(given)
        return [(one, one)] * rank
    rows = [tuple(r) if isinstance(r, (tuple, list, np.ndarray)) else r for r in given]
    if rank and not any(isinstance(r, tuple) for r in rows):
        rows = [tuple(rows)]
    spread = [tuple(r) if isinstance(r, tuple) else (r,) for r in rows]
    made = [(scalar_of(r[0]), scalar_of(r[-1])) for r in spread]
    made = made * rank if len(made) == 1 else made
    if len(made) != rank or any(len(r) > 2 for r in spread):
        raise DomainError(
            f"pad: {what} {given!r} for a tensor of rank {rank}\n"
            "  expected: a number, (before, after), or one pair an axis\n"
            "  fix: give one pair an axis"
        )
    return made


@implements(np.repeat)
def repeat(a: Any, repeats: Any, axis: Any = None) -> Tensor:
    """Every entry so many times in a row along an axis."""
    t = as_tensor(a)
    if isinstance(repeats, (tuple, list, np.ndarray)):
        raise unsupported("np.repeat with one number for each entry")
    t = t if axis is not None else reshape(t, (-1,))
    axes = normal_axes("repeat", 0 if axis is None else axis, t.ndim)
    count = scalar_of(repeats)
    if sign(sub(count, 1)) != 1:
        raise DomainError(f"repeat: {count} times\n  expected: 1 or more\n  fix: slice instead")
    body = pooling.repeat_nearest(t.call.port, axes, [count] * len(axes))
    return make("repeat", [t], body, attrs={"repeats": count})


@implements(np.flip)
def flip(m: Any, axis: Any = None) -> Tensor:
    """Axes in reverse order."""
    t = as_tensor(m)
    axes = normal_axes("flip", axis, t.ndim)
    return make("flip", [t], movement.flip(t.call.port, axes), attrs={"axes": axes})


@implements(np.roll)
def roll(a: Any, shift: Any, axis: Any = None) -> Tensor:
    """Entries moved along axes, wrapping around."""
    t = as_tensor(a)
    if axis is None and t.ndim != 1:
        raise unsupported("np.roll without axis= on a tensor of several axes (ravel it first)")
    axes = [0] if axis is None else (list(axis) if isinstance(axis, (tuple, list)) else [axis])
    shifts = list(shift) if isinstance(shift, (tuple, list)) else [shift] * len(axes)
    body, conditions = t.call.port, []
    for s, one in zip(shifts, axes, strict=True):
        k = normal_axis("roll", one, t.ndim)
        amount, needed = _within(scalar_of(s), t.sizes[k])
        body = movement.roll(body, k, amount)
        conditions += needed
    return make("roll", [t], body, conditions=tuple(conditions), attrs={"shift": tuple(shifts)})


def _within(shift: Scalar, size: Scalar) -> tuple[Scalar, list[Condition]]:
    if isinstance(shift, int) and isinstance(size, int):
        return shift % size, []
    if sign(shift) != 1:
        shift = add(shift, size)
    needed = [v for v in (shift, sub(size, shift)) if sign(v) != 1]
    return shift, [Bound(v) for v in needed]


@implements(np.tril)
def tril(m: Any, k: Any = 0) -> Tensor:
    """The part on and below the diagonal k."""
    return _triangle("tril", m, k, lower=True)


@implements(np.triu)
def triu(m: Any, k: Any = 0) -> Tensor:
    """The part on and above the diagonal k."""
    return _triangle("triu", m, k, lower=False)


def _triangle(op: str, m: Any, k: Any, *, lower: bool) -> Tensor:
    t = as_tensor(m)
    if t.ndim < 2:
        raise unsupported(f"np.{op} of a vector (write v * np.{op}(ones))")
    body = movement.triangle(t.call.port, scalar_of(k), lower=lower)
    return make(op, [t], body, attrs={"k": k})


def _diagonal_of(t: Tensor, offset: int, i: int, j: int) -> tuple[tuple[Scalar, Scalar], Scalar]:
    """Where a diagonal starts, and its length."""
    start: tuple[Scalar, Scalar] = (max(-offset, 0), max(offset, 0))
    lengths = [sub(t.sizes[i], start[0]), sub(t.sizes[j], start[1])]
    gap = sub(lengths[0], lengths[1])
    if sign(gap) == 1:
        return start, lengths[1]
    if sign(neg(gap)) == 1:
        return start, lengths[0]
    return start, exact(sp.Min(to_sympy(lengths[0]), to_sympy(lengths[1])))


@implements(np.diagonal, method="diagonal")
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The diagonal of two axes, as the last axis."""
    t = as_tensor(a)
    i, j = normal_axis("diagonal", axis1, t.ndim), normal_axis("diagonal", axis2, t.ndim)
    start, length = _diagonal_of(t, offset, i, j)
    return make("diagonal", [t], movement.diagonal(t.call.port, start, length, (i, j)))


@implements(np.trace, method="trace")
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, **extra: Any) -> Tensor:
    """The sum of a diagonal of two axes."""
    t = as_tensor(a)
    i, j = normal_axis("trace", axis1, t.ndim), normal_axis("trace", axis2, t.ndim)
    start, length = _diagonal_of(t, offset, i, j)
    return make("trace", [t], movement.trace(t.call.port, start, length, (i, j)))


@implements(np.diag)
def diag(v: Any, k: int = 0) -> Tensor:
    """A matrix with a vector on its diagonal k, or the diagonal k of a matrix."""
    t = as_tensor(v)
    if t.ndim == 2:
        return diagonal(t, k)
    if t.ndim != 1:
        raise unsupported(f"np.diag of a tensor of rank {t.ndim}")
    return make("diag", [t], movement.diagonal_matrix(t.call.port, k))


@implements(np.lib.stride_tricks.sliding_window_view)
def sliding_window_view(x: Any, window_shape: Any, axis: Any = None, **_: Any) -> Tensor:
    """Windows of stride 1; the window axes come last."""
    t = as_tensor(x)
    extents = shape_of(window_shape)
    many = range(t.ndim) if axis is None else (axis if isinstance(axis, (tuple, list)) else [axis])
    axes = [normal_axis("sliding_window_view", k, t.ndim) for k in many]
    if len(axes) != len(extents):
        raise mismatch(
            "sliding_window_view", [t.call], f"{len(axes)} window sizes", str(len(extents)),
            "give one window size an axis, or name the axes with axis=",
        )  # fmt: skip
    left = list(t.sizes)
    for k, e in zip(axes, extents, strict=True):
        left[k] = sub(left[k], sub(e, 1))
    rooms = [sub(left[k], 1) for k in dict.fromkeys(axes)]
    if any(sign(r) == -1 for r in rooms):
        raise mismatch(
            "sliding_window_view", [t.call], "windows no longer than the axes",
            f"windows {window_shape}", "shorten the window or pad the tensor",
        )  # fmt: skip
    body = movement.windows(t.call.port, axes, extents)
    conditions = tuple(Bound(r) for r in rooms if sign(r) is None)
    return make("sliding_window_view", [t], body, conditions=conditions)
