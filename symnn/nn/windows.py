"""Arguments of window layers: numbers, pairs, "same", "valid", channels first or last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symnn.core.errors import DomainError, explain
from symnn.core.scalars import Scalar, mul, sub
from symnn.core.sizes import sign
from symnn.lang.shapes import Bound
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor
from symnn.nn.module import Module
from symnn.ops.convolution import Window, floor_divided


def per_axis(value: Any, rank: int, what: str) -> tuple[Scalar, ...]:
    """One number per spatial axis, from a number or one number each.

    >>> per_axis(3, 2, "kernel_size")
    (3, 3)
    """
    many = tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank
    if len(many) != rank:
        raise DomainError(
            explain(
                f"{what}={value!r}",
                expected=f"a number, or {rank} numbers",
                found=f"{len(many)}",
                fix=f"give {rank} numbers",
            )
        )
    return tuple(scalar_of(v) for v in many)


def paddings(
    value: Any, rank: int, kernel: Sequence[Scalar], stride: Sequence[Scalar],
    dilation: Sequence[Scalar],
) -> tuple[tuple[Scalar, Scalar], ...]:  # fmt: skip
    """(before, after) per axis, from a number, a number or pair per axis, "same" or "valid"."""
    if value == "valid":
        return ((0, 0),) * rank
    if value == "same":
        if any(s != 1 for s in stride):
            raise DomainError(
                explain(
                    "padding='same'",
                    expected="stride 1",
                    found=f"stride {list(stride)}",
                    fix="give the padding as numbers",
                )
            )
        totals = [mul(d, sub(k, 1)) for k, d in zip(kernel, dilation, strict=True)]
        halves = [floor_divided(t, 2) for t in totals]
        return tuple((h, sub(t, h)) for h, t in zip(halves, totals, strict=True))
    if isinstance(value, str):
        raise DomainError(
            explain(
                f"padding={value!r}",
                expected="a number, pairs, 'same' or 'valid'",
                fix="use one of these",
            )
        )
    many = tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank
    if len(many) != rank:
        raise DomainError(
            explain(
                f"padding={value!r}",
                expected=f"one number or pair for each of {rank} axes",
                fix=f"give {rank} of them",
            )
        )
    pairs = [tuple(v) if isinstance(v, (tuple, list)) else (v, v) for v in many]
    return tuple((scalar_of(a), scalar_of(b)) for a, b in pairs)


def spatial_axes(x: Tensor, rank: int, last: bool) -> tuple[int, ...]:
    """The axes that windows move over."""
    start = x.ndim - rank - 1 if last else x.ndim - rank
    return tuple(range(start, start + rank))


def check_rank(layer: Module, x: Tensor, rank: int, *, last: bool) -> None:
    """An input needs a channel axis and `rank` spatial ones; batch axes are free."""
    if x.ndim < rank + 1:
        order = ["channels", *["space"] * rank]
        wanted = order[1:] + order[:1] if last else order
        raise layer.misfit(
            x, f"at least {rank + 1} axes: [batch, {', '.join(wanted)}]", f"{x.ndim} axes",
            "insert the missing axes with x[:, None]",
        )  # fmt: skip


def fit(
    layer: Module, x: Tensor, axes: Sequence[int], windows: Sequence[Window]
) -> tuple[tuple[Scalar, Scalar], ...]:
    """Conditions for every window to fit at least once.

    Raises:
        ShapeError: the window is longer than the padded axis; says which padding would fit.
    """
    conditions = []
    for a, w in zip(axes, windows, strict=True):
        room = sub(w.steps(x.sizes[a]), 1)
        if sign(room) == -1:
            short = sub(w.span, x.sizes[a])
            fix = f"padding={-(-short // 2)}" if isinstance(short, int) else "a smaller kernel"
            raise layer.misfit(
                x, f"axis {a} of at least {w.span} cells with padding {w.before} + {w.after}",
                f"{x.sizes[a]}", f"{fix}, or kernel_size of at most {x.sizes[a]}",
            )  # fmt: skip
        if sign(room) is None:
            conditions.append(Bound(room))
    return tuple(conditions)


def is_last(channels: str) -> bool:
    """Whether channels are the last axis.

    Raises:
        DomainError: neither "first" nor "last".
    """
    if channels not in ("first", "last"):
        raise DomainError(
            explain(f"channels={channels!r}", expected="'first' or 'last'", fix="use one of these")
        )
    return channels == "last"
