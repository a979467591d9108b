"""Tensors from sizes alone (eye, ones, arange, ...) and from arrays of numbers.

NumPy's creation functions take no tensor, so NumPy never asks us: `sn.numpy` offers these under the
same names, with symbolic sizes. An array of numbers in an equation becomes a number, an affine
range, or a constant leaf that holds it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Leaf
from symnn.core.scalars import Scalar, add, exact, sub
from symnn.core.sizes import sign
from symnn.lang.call import Call
from symnn.lang.dispatch import METHODS, implements, unsupported
from symnn.lang.places import constant_value, whole_number
from symnn.lang.shaping import shape_of
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, as_tensor, infinite, make
from symnn.ops import constants, movement


def _scalar(value: Any) -> Scalar:
    found = constant_value(as_tensor(value))
    if found is None:
        raise unsupported(f"a creation function with the tensor {value!r} where a number belongs")
    return found


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Tensor:
    """One number everywhere.

    >>> full(("n", 2), 0.5)
    Tensor(full: [n, 2])
    """
    return make("full", [], constants.filled(_scalar(fill_value), shape_of(shape)))


def ones(shape: Any, dtype: Any = None) -> Tensor:
    """Ones of a shape."""
    return full(shape, 1)


def zeros(shape: Any, dtype: Any = None) -> Tensor:
    """Zeros of a shape."""
    return full(shape, 0)


def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Tensor:
    """Ones on the diagonal k.

    >>> eye("n")
    Tensor(eye: [n, n])
    """
    rows = scalar_of(N)
    columns = rows if M is None else scalar_of(M)
    return make("eye", [], constants.identity(rows, columns, scalar_of(k)))


def identity(n: Any, dtype: Any = None) -> Tensor:
    """The identity matrix."""
    return eye(n)


def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Tensor:
    """Ones on and below the diagonal k; a truth value, so that it may be a mask."""
    rows = scalar_of(N)
    columns = rows if M is None else scalar_of(M)
    return make("tri", [], constants.triangle(rows, columns, scalar_of(k)), dtype="bool")


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Tensor:
    """Whole numbers from start, by step; an index position that affine arithmetic keeps.

    >>> arange("n") * 2 + 1
    Tensor(add: [n])
    """
    first, last = (0, start) if stop is None else (start, stop)
    low, high = scalar_of(first), scalar_of(last)
    by = scalar_of(step)
    if by != 1 and not all(isinstance(v, int) for v in (low, high, by)):
        raise unsupported("np.arange with a step and symbolic or fractional ends")
    size = len(range(low, high, by)) if by != 1 else sub(high, low)  # type: ignore[arg-type]
    if not whole_number(size) or sign(sub(size, 1)) == -1:
        raise DomainError(
            f"arange from {low} to {high} by {by} has no entries, or no whole number of them\n"
            "  expected: start < stop\n  fix: change the ends"
        )
    i = Index(size)
    return _affine("arange", (i,), combine(constant(low), i.pos, by))


def _affine(op: str, own: tuple[Index, ...], pos: Affine) -> Tensor:
    made = make(op, [], constants.affine_value(own, pos), dtype="int")
    made.place = (own, pos)
    if sign(pos.const) == 1 and all(sign(c) == 1 for _, c in pos.terms):
        top = pos.const
        for i, c in pos.terms:
            top = add(top, exact(c * (i.size - 1)))
        made.call.port.below = add(top, 1)
    return made


@implements(np.ones_like)
def ones_like(a: Any, dtype: Any = None, **_: Any) -> Tensor:
    """Ones of the shape of a."""
    return full(as_tensor(a).sizes, 1)


@implements(np.zeros_like)
def zeros_like(a: Any, dtype: Any = None, **_: Any) -> Tensor:
    """Zeros of the shape of a."""
    return full(as_tensor(a).sizes, 0)


@implements(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Tensor:
    """One number, in the shape of a."""
    return full(as_tensor(a).sizes, fill_value)


def from_array(array: np.ndarray[Any, Any]) -> Tensor:
    """An array of numbers, or a nested list of tensors, in an equation."""
    if array.dtype == object:
        return _from_objects(array)
    if array.dtype.kind not in "biuf":
        raise DomainError(f"an array of dtype {array.dtype} cannot stand in an equation")
    if not np.all(np.isfinite(array)):
        raise infinite("an array with entries that are not finite")
    if not array.size:
        raise DomainError("an empty array cannot stand in an equation\n  expected: sizes >= 1")
    if array.ndim == 0:
        return as_tensor(array.item())
    if array.dtype.kind in "iu":
        affine = _affine_array(array)
        if affine is not None:
            return affine
    if array.dtype.kind == "b":
        mask = _mask_array(array)
        if mask is not None:
            return mask
    return _constant(array)


METHODS["from_array"] = from_array


def _constant(array: np.ndarray[Any, Any]) -> Tensor:
    kind = {"b": "bool", "f": "float"}.get(array.dtype.kind, "int")
    facts = frozenset({"mask"}) if np.isin(array, (0, 1)).all() else frozenset()
    whole = kind == "int" and int(array.min()) >= 0
    leaf = Leaf(
        "c", array.shape, role="constant", dtype=kind, facts=facts,
        below=int(array.max()) + 1 if whole else None,
    )  # fmt: skip
    leaf.name = f"c{leaf.uid}"
    leaf.cache["value"] = array
    return Tensor(Call("constant", (), leaf, name=leaf.name, attrs={"value": array}))


def _affine_array(array: np.ndarray[Any, Any]) -> Tensor | None:
    """A range or a grid of ranges, if the integers are one."""
    base = int(array.flat[0])
    own = tuple(Index(s) for s in array.shape)
    pos, value = constant(base), np.full(array.shape, base)
    for k, i in enumerate(own):
        if i.size > 1:
            at = tuple(1 if n == k else 0 for n in range(array.ndim))
            slope = int(array[at]) - base
            pos = combine(pos, i.pos, slope)
            grid = np.arange(i.size).reshape([-1 if n == k else 1 for n in range(array.ndim)])
            value = value + slope * grid
    return _affine("constant", own, pos) if np.array_equal(value, array) else None


def _mask_array(array: np.ndarray[Any, Any]) -> Tensor | None:
    """A triangle or its complement, if the truth values are one."""
    if array.ndim != 2:
        return None
    rows, columns = array.shape
    for k in range(-rows, columns + 1):
        if np.array_equal(array, np.tri(rows, columns, k, dtype=bool)):
            return tri(rows, columns, k)
        if np.array_equal(array, ~np.tri(rows, columns, k, dtype=bool)):
            i, j = Index(rows), Index(columns)
            above = constants.below_diagonal(j, i, -k - 1)
            return make("triu", [], constants.guarded((i, j), [above]), dtype="bool")
    return None


def _from_objects(array: np.ndarray[Any, Any]) -> Tensor:
    """A nested list of rank-0 tensors, sizes and numbers, stacked."""
    if not array.ndim:
        return as_tensor(array.item())
    parts = [from_array(a) if isinstance(a, np.ndarray) else as_tensor(a) for a in array]
    return make("stack", parts, movement.stack([p.call.port for p in parts], 0))
