"""Reading entries and slices of arrays over a box of index letters.

Law: a position outside the array raises, except where a bracket beside it is 0 (`Scope.live` is
False there); then the read is 0.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symnn.core.errors import ShapeError, explain
from symnn.notation import tree as t
from symnn.notation.text import to_text
from symnn.notation.values import Array, Scope, Value, as_matrix, squeezed


def read(tree: t.Entry, base: Value | Array, positions: list[Value | None], scope: Scope) -> Value:
    """Read `base` at positions; None is a whole axis, as are axes without a position.

    Args:
        tree: the entry, for messages.
        base: an array without letters (a bound name), or a value over the box.
        positions: numbers over the box.
        scope: the letters.

    Raises:
        ShapeError: too many positions, or a position outside.
    """
    depth = len(scope.letters)
    if isinstance(base, Value):
        core = _core_of(base, len(positions))
        array = np.broadcast_to(core.array, (*(s for _, s in scope.letters), *core.shape))
        rank = core.rank
    else:
        array, rank = base, base.ndim
    if len(positions) > rank:
        found = f"{len(positions)} positions for {rank} axes"
        raise ShapeError(explain(to_text(tree), expected="a position per axis", found=found))
    positions = positions + [None] * (rank - len(positions))
    lead = array.ndim - rank
    fixed = [k for k, p in enumerate(positions) if p is not None]
    free = [k for k, p in enumerate(positions) if p is None]
    array = np.moveaxis(array, [lead + k for k in fixed + free], range(lead, lead + rank))
    box = tuple(np.arange(s).reshape([-1 if a == k else 1 for a in range(depth)])
                for k, (_, s) in enumerate(scope.letters[:lead]))  # fmt: skip
    taken, inside = _positions(tree, positions, array.shape[lead:], scope)
    found = array[(*box, *taken)]
    missing = depth - (found.ndim - len(free))
    found = found.reshape((1,) * missing + found.shape)
    if not inside.all():
        found = np.where(inside.reshape(inside.shape + (1,) * len(free)), found, 0)
    if len(free) == 1:
        return squeezed(Value(found[..., None], 2))
    return squeezed(Value(found, len(free)))


def parts(tree: t.Entry, base: Value | Array, size: Callable[[t.Tree], int]) -> Value | Array:
    """The base with each axis that is read at a range `first:last` cut down to it.

    Raises:
        ShapeError: a range that ends outside.
    """
    for axis, p in enumerate(tree.positions):
        if not isinstance(p, t.Colon) or p.first is None or p.last is None:
            continue
        array = base.array if isinstance(base, Value) else base
        at = axis + (array.ndim - base.rank if isinstance(base, Value) else 0)
        first, last, whole = size(p.first), size(p.last), array.shape[at]
        if last > whole:
            found = f"positions {first + 1} to {last}"
            raise ShapeError(explain(to_text(tree), expected=f"an end up to {whole}", found=found))
        array = array[(slice(None),) * at + (slice(first, last, p.step),)]
        base = Value(array, base.rank) if isinstance(base, Value) else array
    return base


def _core_of(value: Value, positions: int) -> Value:
    """A column read at one position is a vector; a number is a 1 x 1 matrix."""
    value = as_matrix(value)
    if positions == 1 and value.rank == 2 and value.shape[1] == 1:
        return Value(value.array[..., 0], 1)
    return value


def _positions(
    tree: t.Entry, positions: list[Value | None], sizes: tuple[int, ...], scope: Scope
) -> tuple[list[Array], Array]:
    """Check the positions; return them held inside, and where all are inside."""
    inside = np.ones((1,) * len(scope.letters), bool)
    taken = []
    fixed = [p for p in positions if p is not None]
    for axis, (position, size) in enumerate(zip(fixed, sizes, strict=False)):
        if position.rank:
            raise ShapeError(f"{to_text(tree)}: a position is a number, not {position.shown()}")
        whole = np.rint(position.array).astype(int)
        valid = (whole >= 0) & (whole < size) & (whole == position.array)
        outside = np.broadcast_arrays(~valid & scope.live, whole)
        if outside[0].any():
            where = int(outside[1][outside[0]][0])
            raise ShapeError(
                explain(
                    f"{to_text(tree)} reads outside its tensor",
                    expected=f"position {axis + 1} from 0 to {size - 1}",
                    found=str(where),
                    fix="give the term a bracket that is 0 there",
                )
            )
        inside = inside & valid
        taken.append(np.clip(whole, 0, size - 1))
    return taken, inside
