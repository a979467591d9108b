"""Axes moved, inserted, dropped, repeated, merged and split; the place of an index goes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.calculus.build import Positions, fresh_indices
from symnn.core.errors import DomainError
from symnn.core.index import Index, constant
from symnn.core.scalars import Scalar, exact, to_sympy
from symnn.core.sizes import same_size
from symnn.lang.dispatch import METHODS, implements, unsupported
from symnn.lang.places import moved
from symnn.lang.shapes import Condition, mismatch, must_equal, normal_axes, normal_axis, shape_text
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import movement


def view(
    op: str,
    t: Tensor,
    out: Sequence[Index],
    pos: Positions,
    conditions: tuple[Condition, ...] = (),
    attrs: dict[str, Any] | None = None,
) -> Tensor:
    """The tensor of reads `t[pos]` over `out`."""
    body = movement.read(t.call.port, out, pos)
    made = make(op, [t], body, conditions=conditions, attrs=attrs, dtype=t.call.port.dtype)
    return moved(made, t, out, pos)


@implements(np.transpose, np.permute_dims, method="transpose")
def transpose(a: Any, axes: Any = None, *more: Any) -> Tensor:
    """Axes reordered; reversed by default."""
    t = as_tensor(a)
    order = (axes, *more) if more else axes
    listed = tuple(reversed(range(t.ndim))) if order is None else tuple(order)
    numbers = tuple(normal_axis("transpose", k, t.ndim) for k in listed)
    if sorted(numbers) != list(range(t.ndim)):
        raise DomainError(
            f"transpose: axes {listed} of a tensor of rank {t.ndim}\n"
            f"  expected: each axis from 0 to {t.ndim - 1} once\n  fix: list every axis"
        )
    own = fresh_indices(t.call.port)
    out = tuple(own[k] for k in numbers)
    return view("transpose", t, out, tuple(i.pos for i in own), attrs={"axes": numbers})


@implements(np.swapaxes, method="swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged."""
    t = as_tensor(a)
    order = list(range(t.ndim))
    i, j = normal_axis("swapaxes", axis1, t.ndim), normal_axis("swapaxes", axis2, t.ndim)
    order[i], order[j] = order[j], order[i]
    return transpose(t, order)


@implements(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Tensor:
    """Axes moved to other places, the rest in order."""
    t = as_tensor(a)
    from_, to = (
        [normal_axis("moveaxis", k, t.ndim) for k in (x if isinstance(x, (tuple, list)) else [x])]
        for x in (source, destination)
    )
    order = [k for k in range(t.ndim) if k not in from_]
    for place, axis in sorted(zip(to, from_, strict=True)):
        order.insert(place, axis)
    return transpose(t, order)


@implements(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Tensor:
    """Axes of size 1 inserted."""
    t = as_tensor(a)
    many = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = t.ndim + len(many)
    axes = tuple(normal_axis("expand_dims", k, rank) for k in many)
    own = iter(fresh_indices(t.call.port))
    out = tuple(Index(1) if k in axes else next(own) for k in range(rank))
    pos = tuple(i.pos for k, i in enumerate(out) if k not in axes)
    return view("expand_dims", t, out, pos, attrs={"axes": axes})


@implements(np.squeeze, method="squeeze")
def squeeze(a: Any, axis: Any = None) -> Tensor:
    """Axes of size 1 dropped."""
    t = as_tensor(a)
    ones = tuple(k for k, s in enumerate(t.sizes) if s == 1)
    axes = ones if axis is None else normal_axes("squeeze", axis, t.ndim)
    for k in axes:
        if t.sizes[k] != 1:
            raise mismatch(
                "squeeze",
                [t.call],
                f"axis {k} of size 1",
                f"size {t.sizes[k]}",
                "name another axis",
            )
    own = fresh_indices(t.call.port)
    out = tuple(i for k, i in enumerate(own) if k not in axes)
    pos = tuple(constant(0) if k in axes else i.pos for k, i in enumerate(own))
    return view("squeeze", t, out, pos, attrs={"axes": axes})


def shape_of(shape: Any) -> tuple[Scalar, ...]:
    """Exact sizes of a shape argument."""
    many = shape if isinstance(shape, (tuple, list)) else (shape,)
    return tuple(scalar_of(s) for s in many)


@implements(np.reshape, method="reshape")
def reshape(a: Any, shape: Any = None, *more: Any, order: str = "C", **extra: Any) -> Tensor:
    """The same entries in row-major order under another shape; one size may be -1."""
    if order != "C" or extra.get("copy") is not None or shape is None:
        raise unsupported(f"np.reshape with order={order!r} (row-major 'C' is what there is)")
    t = as_tensor(a)
    wanted = shape_of((shape, *more) if more else shape)
    sizes, conditions = _solved_shape(t, wanted)
    body = movement.reshape(t.call.port, sizes)
    dtype = t.call.port.dtype
    attrs = {"shape": sizes}
    made = make("reshape", [t], body, conditions=conditions, attrs=attrs, dtype=dtype)
    made.call.port.below = t.call.port.below
    return made


def _solved_shape(
    t: Tensor, wanted: tuple[Scalar, ...]
) -> tuple[tuple[Scalar, ...], tuple[Condition, ...]]:
    total = movement.volume(t.sizes)
    free = [k for k, s in enumerate(wanted) if s == -1]
    if len(free) > 1:
        raise mismatch(
            "reshape", [t.call], "at most one size of -1", shape_text(wanted), "name all but one"
        )
    if free:
        rest = movement.volume([s for s in wanted if s != -1])
        quotient = exact(sp.cancel(to_sympy(total) / to_sympy(rest)))
        sizes = tuple(quotient if s == -1 else s for s in wanted)
        whole = exact(sp.floor(to_sympy(quotient)))
        if isinstance(whole, int) and whole != quotient:
            raise _wrong_volume(t, wanted, total)
        return sizes, () if whole == quotient else ((whole, quotient),)
    volume = movement.volume(wanted)
    if movement.provably_equal(total, volume):
        return wanted, ()
    if same_size(total, volume) is False:
        raise _wrong_volume(t, wanted, total)
    return wanted, ((total, volume),)


def _wrong_volume(t: Tensor, wanted: tuple[Scalar, ...], total: Scalar) -> Exception:
    return mismatch(
        "reshape", [t.call], f"a shape of {total} entries", shape_text(wanted),
        "change the shape, or write -1 for one size",
    )  # fmt: skip


@implements(np.ravel, method="ravel")
def ravel(a: Any, order: str = "C") -> Tensor:
    """All entries on one axis, row-major."""
    return reshape(a, -1, order=order)


METHODS["flatten"] = ravel


@implements(np.copy, method="copy")
def copy(a: Any, *_: Any, **__: Any) -> Tensor:
    """The tensor itself: equations are immutable."""
    return as_tensor(a)


def astype(a: Tensor, dtype: Any, **_: Any) -> Tensor:
    """The tensor itself for float types; truth values become 0 and 1."""
    kind = np.dtype(dtype).kind
    if kind == "f" or (kind in "iu" and (a.is_integer or a.call.port.dtype == "bool")):
        return a
    raise unsupported(f"astype({np.dtype(dtype)}) of a float tensor")


METHODS["astype"] = astype


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Tensor:
    """Repeated along new leading axes and axes of size 1."""
    t, wanted = as_tensor(array), shape_of(shape)
    if len(wanted) < t.ndim:
        raise mismatch(
            "broadcast_to", [t.call], f"at least {t.ndim} axes", shape_text(wanted), "add axes"
        )
    conditions: list[Condition] = []
    for own, new in zip(t.sizes, wanted[len(wanted) - t.ndim :], strict=True):
        if own != 1:
            conditions += must_equal(
                "broadcast_to", [t.call], own, new, "equal sizes, or the number 1", "insert an axis"
            )
    out = tuple(Index(s) for s in wanted)
    pos = tuple(
        constant(0) if s == 1 else i.pos
        for s, i in zip(t.sizes, out[len(out) - t.ndim :], strict=True)
    )
    return view("broadcast_to", t, out, pos, tuple(conditions))


@implements(np.shape)
def shape(a: Any) -> tuple[Any, ...]:
    """Axis lengths."""
    return as_tensor(a).shape


@implements(np.ndim)
def ndim(a: Any) -> int:
    """Number of axes."""
    return as_tensor(a).ndim


@implements(np.size)
def size(a: Any, axis: Any = None) -> Any:
    """Number of entries, or the length of an axis."""
    t = as_tensor(a)
    return t.size if axis is None else t.shape[axis]
