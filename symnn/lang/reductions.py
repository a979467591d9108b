"""Sums, means, extrema, products, softmax along axes: `axis` and `keepdims` as in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.core.node import Node
from symnn.lang.arithmetic import divide, power_, subtract
from symnn.lang.shapes import broadcast_sizes, must_equal, normal_axes, normal_axis
from symnn.lang.tensor import Tensor, as_tensor, implements, make, unsupported
from symnn.ops import algebra


def _reduce(
    op: str, value: Any, axis: Any, keepdims: bool, build: Callable[..., Node], extra: dict[str, Any]
) -> Tensor:
    """One rule for all reductions."""
    _refuse(op, extra)
    t = as_tensor(value)
    axes = normal_axes(op, axis, t.ndim)
    if not axes:
        return t
    body = build(t.call.port, axes, keep=bool(keepdims))
    return make(op, [t], body, attrs={"axes": axes, "keepdims": bool(keepdims)})


def _refuse(op: str, extra: dict[str, Any]) -> None:
    given = [k for k, v in extra.items() if v is not None and v is not np._NoValue]
    if given:
        raise unsupported(f"np.{op} with {', '.join(f'{g}=' for g in given)}")


@implements(np.sum, method="sum")
def sum_(a: Any, axis: Any = None, keepdims: bool = False, **extra: Any) -> Tensor:
    """Sum over axes."""
    return _reduce("sum", a, axis, keepdims, algebra.reduce_sum, extra)


@implements(np.mean, method="mean")
def mean(a: Any, axis: Any = None, keepdims: bool = False, **extra: Any) -> Tensor:
    """Mean over axes."""
    return _reduce("mean", a, axis, keepdims, algebra.reduce_mean, extra)


@implements(np.max, method="max")
def max_(a: Any, axis: Any = None, keepdims: bool = False, **extra: Any) -> Tensor:
    """Maximum over axes; ties go to the first in row-major order."""
    return _reduce("max", a, axis, keepdims, _extremum("max"), extra)


@implements(np.min, method="min")
def min_(a: Any, axis: Any = None, keepdims: bool = False, **extra: Any) -> Tensor:
    """Minimum over axes; ties go to the first in row-major order."""
    return _reduce("min", a, axis, keepdims, _extremum("min"), extra)


def _extremum(kind: str) -> Callable[..., Node]:
    return lambda node, axes, keep: algebra.reduce_extremum(kind, node, axes, keep=keep)


@implements(np.prod, method="prod")
def prod(a: Any, axis: Any = None, keepdims: bool = False, **extra: Any) -> Tensor:
    """Product over axes."""
    return _reduce("prod", a, axis, keepdims, algebra.reduce_product, extra)


@implements(np.var, method="var")
def var(a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False, **extra: Any) -> Tensor:
    """Variance over axes, with divisor count - ddof."""
    _refuse("var", extra)
    t = as_tensor(a)
    centred = subtract(t, mean(t, axis=axis, keepdims=True))
    squares = power_(centred, 2)
    if ddof == 0:
        return mean(squares, axis=axis, keepdims=keepdims)
    count: Any = 1
    for k in normal_axes("var", axis, t.ndim):
        count = count * t.shape[k]
    return divide(sum_(squares, axis=axis, keepdims=keepdims), as_tensor(count - ddof))


@implements(np.std, method="std")
def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False, **extra: Any) -> Tensor:
    """Standard deviation over axes."""
    return power_(var(a, axis=axis, ddof=ddof, keepdims=keepdims, **extra), 0.5)


def softmax(a: Any, axis: int = -1) -> Tensor:
    """Softmax along an axis."""
    t = as_tensor(a)
    k = normal_axis("softmax", axis, t.ndim)
    return make("softmax", [t], algebra.softmax(t.call.port, k), attrs={"axis": k})


def logsumexp(a: Any, axis: int = -1, keepdims: bool = False) -> Tensor:
    """log of the sum of exp along an axis."""
    t = as_tensor(a)
    k = normal_axis("logsumexp", axis, t.ndim)
    return make(
        "logsumexp", [t], algebra.logsumexp(t.call.port, k, keep=keepdims), attrs={"axis": k}
    )


@implements(np.matmul)
def matmul(a: Any, b: Any) -> Tensor:
    """Matrix product by NumPy's rule."""
    left, right = as_tensor(a), as_tensor(b)
    calls = [left.call, right.call]
    if not left.ndim or not right.ndim:
        raise unsupported("matmul of a scalar (write *): np.matmul")
    inner = right.sizes[-2] if right.ndim > 1 else right.sizes[-1]
    conditions = must_equal(
        "matmul", calls, left.sizes[-1], inner, "equal inner sizes",
        f"transpose one operand, or give both the inner size {left.sizes[-1]}",
    )  # fmt: skip
    batch, more = _batch(left, right)
    body = algebra.matmul(left.call.port, right.call.port, batch)
    return make("matmul", [left, right], body, conditions=conditions + more)


def _batch(left: Tensor, right: Tensor) -> Any:
    return broadcast_sizes("matmul", [left.call, right.call], [left.sizes[:-2], right.sizes[:-2]])


@implements(np.transpose, method="transpose")
def transpose(a: Any, axes: Any = None, *more: Any) -> Tensor:
    """Axes reordered; reversed by default."""
    t = as_tensor(a)
    order = (axes, *more) if more else axes
    listed = tuple(reversed(range(t.ndim))) if order is None else tuple(order)
    numbers = tuple(normal_axis("transpose", k, t.ndim) for k in listed)
    return make("transpose", [t], algebra.transpose(t.call.port, numbers), attrs={"axes": numbers})


@implements(np.swapaxes, method="swapaxes")
def swapaxes(a: Any, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged."""
    t = as_tensor(a)
    order = list(range(t.ndim))
    i, j = normal_axis("swapaxes", axis1, t.ndim), normal_axis("swapaxes", axis2, t.ndim)
    order[i], order[j] = order[j], order[i]
    return transpose(t, order)


