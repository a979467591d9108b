"""Integer tensors as positions: what `x[t]`, `i >= j` and `one_hot` read.

A tensor made from `arange` and integer inputs by affine arithmetic carries its position (`place`);
any other integer tensor is read as it stands, through its port.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symnn.calculus.build import Positions, fresh_indices, positions
from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, Read, bounds, combine, constant
from symnn.core.node import Leaf, Sum
from symnn.core.scalars import Scalar, add, sub
from symnn.core.sizes import sign
from symnn.lang.shapes import Bound, Condition
from symnn.lang.tensor import Place, Tensor


def constant_value(t: Tensor) -> Scalar | None:
    """The scalar behind a rank-0 constant (a number, a size, an expression of sizes)."""
    body = t.call.body
    if t.ndim or not isinstance(body, Sum) or t.call.args:
        return None
    if not body.terms:
        return 0
    if len(body.terms) == 1 and not body.terms[0].factors:
        return body.terms[0].coef
    return None


def whole_number(value: Any) -> bool:
    """Whether a scalar is an integer for all sizes."""
    return isinstance(value, int) or bool(getattr(value, "is_integer", False) is True)


def place_of(t: Tensor) -> Place | None:
    """Own indices and position of an integer tensor or integer constant; None: not an integer."""
    if t.place is not None:
        return t.place
    value = constant_value(t)
    if value is not None:
        return ((), constant(value)) if whole_number(value) else None
    if not t.is_integer:
        return None
    own = fresh_indices(t.call.port)
    return own, Affine(0, ((Read(t.call.port, positions(own)), 1),))


def under(place: Place, out: Sequence[Index]) -> Affine:
    """The position with its own indices aligned to the trailing output indices."""
    own, pos = place
    mapping = {
        i: (constant(0) if i.size == 1 and o.size != 1 else o.pos)
        for i, o in zip(own, out[len(out) - len(own) :], strict=True)
    }
    return pos.substitute(mapping)


def moved(made: Tensor, t: Tensor, out: Sequence[Index], pos: Positions) -> Tensor:
    """Give a tensor that reads `t` at positions the place that follows."""
    place = place_of(t) if t.is_integer else None
    if place is None:
        return made
    mapping = dict(zip(place[0], pos, strict=True))
    return settled(made, (tuple(out), place[1].substitute(mapping)))


def combined(a: Tensor, b: Tensor, sign_b: int, sizes: Sequence[Scalar]) -> Place | None:
    """The place of a + b or a - b; None unless both are integers."""
    left, right = place_of(a), place_of(b)
    if left is None or right is None or not (a.is_integer or b.is_integer):
        return None
    out = tuple(Index(s) for s in sizes)
    return out, combine(under(left, out), under(right, out), sign_b)


def settled(result: Tensor, place: Place | None) -> Tensor:
    """Give an integer result its place, or where that reads another call's value, its range."""
    if place is None or not result.is_integer:
        return result
    reads = [a.node for a, _ in place[1].terms if isinstance(a, Read)]
    if not any(isinstance(n, Leaf) and n.role == "port" for n in reads):
        result.place = place
    elif has_bounds(place[1]):
        low, high = bounds(place[1])
        result.call.port.below = add(high, 1) if sign(low) == 1 else None
    return result


def scaled(t: Tensor, factor: Tensor) -> Place | None:
    """The place of t * factor, a whole constant."""
    value = constant_value(factor)
    place = place_of(t) if t.is_integer else None
    if place is None or not whole_number(value):
        return None
    return place[0], combine(constant(0), place[1], value)  # type: ignore[arg-type]


def has_bounds(pos: Affine) -> bool:
    """Whether the range of a position is known."""
    known = all(isinstance(a, Index) or a.node.below is not None for a, _ in pos.terms)
    return known and all(sign(c) is not None for _, c in pos.terms)


def checked_read(
    op: str, t: Tensor, pos: Affine, axis: int
) -> tuple[Affine, tuple[Condition, ...]]:
    """The position in range of an axis: negative ones count from the end, as in NumPy.

    Returns:
        The position and the bounds that could not be decided.

    Raises:
        DomainError: it leaves the axis, or its range is not known.
    """
    size = t.sizes[axis]
    if not has_bounds(pos):
        loose = [a.node.name for a, _ in pos.terms if isinstance(a, Read) and a.node.below is None]
        raise DomainError(
            f"{op} of {t.call.path}: the range of the index {(loose or [pos])[0]} is not known\n"
            "  fix: give the index tensor below=, as in sn.tensor('t', shape, dtype=int, below=V)"
        )
    low, high = bounds(pos)
    if sign(high) == -1:
        pos = combine(pos, constant(size))
        low, high = bounds(pos)
    room = sub(sub(size, 1), high)
    if sign(low) == -1 or sign(room) == -1 or _foreign(high, size):
        raise DomainError(
            f"{op} of {t.call.path}: index out of range on axis {axis} of size {size}\n"
            f"  expected: 0 to {sub(size, 1)}\n  found: {low} to {high}\n"
            "  fix: shift or clip the index, or give the axis that size"
        )
    return pos, tuple(Bound(v) for v in (low, room) if sign(v) is None)


def _foreign(high: Scalar, size: Scalar) -> bool:
    """Whether the range 0..V-1 belongs to another plain size than the axis."""
    top = sub(high, -1)
    return bool(
        getattr(top, "is_Symbol", False) and getattr(size, "is_Symbol", False) and top != size
    )
