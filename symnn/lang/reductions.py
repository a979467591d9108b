"""Sums, means, extrema, products, softmax along axes: `axis` and `keepdims` as in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.core.node import Node
from symnn.lang.arithmetic import apply, divide, power_, subtract
from symnn.lang.dispatch import implements, unsupported
from symnn.lang.shapes import normal_axes, normal_axis
from symnn.lang.shaping import expand_dims
from symnn.lang.tensor import Tensor, as_tensor, make
from symnn.ops import algebra, movement


def _reduce(
    op: str,
    value: Any,
    axis: Any,
    keepdims: bool,
    build: Callable[..., Node],
    extra: dict[str, Any],
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
def sum_(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """Sum over axes."""
    return _reduce("sum", a, axis, keepdims, algebra.reduce_sum, extra)


@implements(np.mean, method="mean")
def mean(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """Mean over axes."""
    return _reduce("mean", a, axis, keepdims, algebra.reduce_mean, extra)


@implements(np.max, np.amax, method="max")
def max_(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """Maximum over axes; ties go to the first in row-major order."""
    return _extremum("max", a, axis, keepdims, extra)


@implements(np.min, np.amin, method="min")
def min_(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """Minimum over axes; ties go to the first in row-major order."""
    return _extremum("min", a, axis, keepdims, extra)


def _extremum(kind: str, a: Any, axis: Any, keepdims: bool, extra: dict[str, Any]) -> Tensor:
    plain, domain = _opened(a, allowed=kind == "max")

    def build(node: Node, axes: tuple[int, ...], keep: bool) -> Node:
        return algebra.reduce_extremum(kind, node, axes, keep=keep, **domain)

    return _reduce(kind, plain, axis, keepdims, build, extra)


def _opened(a: Any, *, allowed: bool = True) -> tuple[Tensor, dict[str, Any]]:
    """The tensor without its -inf part, and that part as the domain of a node."""
    if allowed and isinstance(a, Tensor) and a.domain is not None:
        return Tensor(a.call), {"indices": a.domain[0], "domain": a.domain[1]}
    return as_tensor(a), {}


@implements(np.argmax, method="argmax")
def argmax(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """First index of the maximum along an axis, or its row-major number."""
    return _argument("max", a, axis, keepdims, extra)


@implements(np.argmin, method="argmin")
def argmin(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """First index of the minimum along an axis, or its row-major number."""
    return _argument("min", a, axis, keepdims, extra)


def _argument(kind: str, a: Any, axis: Any, keepdims: bool, extra: dict[str, Any]) -> Tensor:
    op = f"arg{kind}"
    _refuse(op, extra)
    t, domain = _opened(a, allowed=kind == "max")
    axes = normal_axes(op, axis, t.ndim)
    if not axes:
        raise unsupported(f"np.{op} of a rank-0 tensor")
    body = algebra.arg_extremum(kind, t.call.port, axes, **domain)
    result = make(op, [t], body, attrs={"axes": axes}, dtype="int")
    return expand_dims(result, axes) if keepdims else result


@implements(np.cumsum, method="cumsum")
def cumsum(a: Any, axis: Any = None, **extra: Any) -> Tensor:
    """Running sums along an axis; of the flattened tensor by default."""
    _refuse("cumsum", extra)
    t = as_tensor(a)
    if axis is None and t.ndim != 1:
        raise unsupported("np.cumsum without axis= on a tensor of several axes (ravel it first)")
    k = normal_axis("cumsum", 0 if axis is None else axis, t.ndim)
    return make("cumsum", [t], movement.cumsum(t.call.port, k), attrs={"axes": (k,)})


@implements(np.prod, method="prod")
def prod(a: Any, axis: Any = None, *, keepdims: bool = False, **extra: Any) -> Tensor:
    """Product over axes."""
    return _reduce("prod", a, axis, keepdims, algebra.reduce_product, extra)


@implements(np.var, method="var")
def var(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, **extra: Any) -> Tensor:
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
def std(a: Any, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False, **extra: Any) -> Tensor:
    """Standard deviation over axes."""
    return power_(var(a, axis=axis, ddof=ddof, keepdims=keepdims, **extra), 0.5)


def softmax(a: Any, axis: int = -1) -> Tensor:
    """Softmax along an axis, `exp(a) / sum exp(a)`, over the entries that are not -inf.

    Args:
        a: of rank 1 or more.
        axis: of the entries that sum to 1.

    >>> from symnn.lang.tensor import tensor
    >>> softmax(tensor("z", ("B", "n")))
    Tensor(softmax: [B, n])
    """
    t, domain = _opened(a)
    k = normal_axis("softmax", axis, t.ndim)
    return make("softmax", [t], algebra.softmax(t.call.port, k, **domain), attrs={"axis": k})


def logsumexp(a: Any, axis: int = -1, keepdims: bool = False) -> Tensor:
    """Log of the sum of exp along an axis, over the entries that are not -inf.

    Args:
        a: of rank 1 or more.
        axis: that is summed over.
        keepdims: whether the axis stays, with size 1.

    >>> from symnn.lang.tensor import tensor
    >>> logsumexp(tensor("z", ("B", "n")), axis=0)
    Tensor(logsumexp: [n])
    """
    t, domain = _opened(a)
    k = normal_axis("logsumexp", axis, t.ndim)
    body = algebra.logsumexp(t.call.port, k, keep=keepdims, **domain)
    return make("logsumexp", [t], body, attrs={"axis": k})


@implements(np.linalg.norm)
def norm(a: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Vector norms 1, 2 and inf; the Frobenius norm of a matrix or of all entries."""
    t = as_tensor(a)
    axes = normal_axes("linalg.norm", axis, t.ndim)
    more = {"axis": axes, "keepdims": keepdims}
    if ord is None or (ord == 2 and len(axes) == 1) or (ord == "fro" and len(axes) == 2):
        return power_(sum_(power_(t, 2), **more), 0.5)
    if ord == 1 and len(axes) == 1:
        return sum_(apply("abs", t), **more)
    if ord == np.inf and len(axes) == 1:
        return max_(apply("abs", t), **more)
    raise unsupported(f"np.linalg.norm with ord={ord!r} over {len(axes)} axes")
