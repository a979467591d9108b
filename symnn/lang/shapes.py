"""Shape rules of the face: broadcasting, axes, and the messages when sizes do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from symnn.core.errors import DomainError, ShapeError
from symnn.core.scalars import Scalar, exact, to_sympy
from symnn.core.sizes import same_size
from symnn.lang.call import Call

Condition = tuple[Scalar, Scalar]


class Bound(tuple[Scalar, Scalar]):
    """The condition `value >= 0`, stored as the equality `min(value, 0) = 0`.

    >>> n = sp.Symbol("n", integer=True, positive=True)
    >>> print(Bound(n - 3))
    n - 3 >= 0
    """

    value: Scalar

    def __new__(cls, value: Scalar) -> Bound:
        made = super().__new__(cls, (exact(sp.Min(to_sympy(value), 0)), 0))
        made.value = value
        return made

    def __str__(self) -> str:
        return f"{self.value} >= 0"


def shape_text(sizes: Sequence[Scalar]) -> str:
    """`[p, n]`."""
    return "[" + ", ".join(map(str, sizes)) + "]"


def describe(call: Call) -> str:
    """`W: [p, n]` for messages."""
    return f"{call.path}: {shape_text(call.port.sizes)}"


def mismatch(op: str, args: Sequence[Call], expected: str, found: str, fix: str) -> ShapeError:
    """The one form of a shape error."""
    operands = "   ".join(describe(a) for a in args)
    lines = [f"ShapeError in {op}", f"  operands: {operands}", f"  expected: {expected}"]
    lines += [f"  found: {found}", f"  fix: {fix}"]
    return ShapeError("\n".join(lines))


def broadcast(op: str, args: Sequence[Call]) -> tuple[tuple[Scalar, ...], tuple[Condition, ...]]:
    """Sizes of the broadcast result by NumPy's rule, and the equalities left undecided."""
    return broadcast_sizes(op, args, [a.port.sizes for a in args])


def broadcast_sizes(
    op: str, args: Sequence[Call], shapes: Sequence[tuple[Scalar, ...]]
) -> tuple[tuple[Scalar, ...], tuple[Condition, ...]]:
    """Broadcast shapes (trailing axes aligned; only the number 1 stretches)."""
    rank = max((len(s) for s in shapes), default=0)
    result: list[Scalar] = []
    conditions: list[Condition] = []
    for k in range(-rank, 0):
        size: Scalar = 1
        for s in shapes:
            if -k > len(s) or s[k] == 1:
                continue
            if size == 1:
                size = s[k]
                continue
            verdict = same_size(size, s[k])
            if verdict is False:
                raise mismatch(
                    op, args, f"equal sizes on axis {k} (or the number 1)",
                    f"{size} against {s[k]}",
                    f"give both the size {size}, or insert an axis with [:, None]",
                )  # fmt: skip
            if verdict is None:
                conditions.append((size, s[k]))
        result.append(size)
    return tuple(result), tuple(conditions)


def must_equal(
    op: str, args: Sequence[Call], a: Scalar, b: Scalar, what: str, fix: str
) -> tuple[Condition, ...]:
    """Require two sizes to agree; returns the condition if that is undecided."""
    verdict = same_size(a, b)
    if verdict is False:
        raise mismatch(op, args, what, f"{a} against {b}", fix)
    return () if verdict else ((a, b),)


def normal_axis(op: str, axis: Any, rank: int) -> int:
    """A nonnegative axis number.

    Raises:
        DomainError: the tensor has no such axis.
    """
    number = int(axis)
    if not -rank <= number < rank:
        raise DomainError(
            f"{op}: axis {axis} of a tensor of rank {rank}\n"
            f"  expected: an axis from {-rank} to {rank - 1}\n  fix: choose one of them"
        )
    return number % rank


def normal_axes(op: str, axis: Any, rank: int) -> tuple[int, ...]:
    """Sorted axis numbers; None means all."""
    if axis is None:
        return tuple(range(rank))
    many = axis if isinstance(axis, (tuple, list)) else (axis,)
    return tuple(sorted({normal_axis(op, a, rank) for a in many}))
