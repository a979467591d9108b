"""Sizes of the indices of an equation, from the axes that they read.

A bare position gives its index the size of the axis. An index that only stands in affine positions
(`s*h + k - p`) gets as many values as keep the read inside, `floor((H + 2p - k)/s) + 1`. Whatever
disagrees raises one error with a caret, both origins and the fix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sympy as sp

from symnn.core.errors import ShapeError
from symnn.core.index import Affine, Index, bounds, combine
from symnn.core.scalars import Scalar, add, exact, mul, neg, power, sub, to_sympy
from symnn.core.sizes import same_size, sign
from symnn.lang.equation_text import pointed
from symnn.lang.shapes import Bound, Condition, describe
from symnn.lang.tensor import Tensor


@dataclass(frozen=True)
class Place:
    """One position of one read."""

    tensor: Tensor
    axis: int
    pos: Affine
    at: int
    padded: bool

    @property
    def size(self) -> Scalar:
        """The axis length."""
        return self.tensor.sizes[self.axis]


@dataclass
class Extents:
    """What is known about sizes so far."""

    text: str
    where: str
    places: list[Place] = field(default_factory=list)
    origin: dict[Index, Place | None] = field(default_factory=dict)
    indices: dict[Index, int] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def bound_text(self) -> str:
        """`b=batch, o=128`."""
        return ", ".join(f"{i.hint}={i.size}" for i in self.origin) or "none"

    def error(self, at: int, lines: list[str], fix: str) -> ShapeError:
        """A shape error with a caret."""
        head = f"ShapeError in define{self.where}\n{pointed(self.text, at)}"
        rest = [*lines, f"bound so far: {self.bound_text()}", f"fix: {fix}"]
        return ShapeError("\n  ".join([head, *rest]))


def infer(extents: Extents, given: Mapping[str, Scalar]) -> None:
    """Set the size of every index.

    Raises:
        ShapeError: two sizes for an index, or none.
    """
    for index in extents.indices:
        if index.hint in given:
            index.size = given[index.hint]
            extents.origin[index] = None
    for place in extents.places:
        if place.pos.bare is not None:
            _bare(extents, place.pos.bare, place)
    changed = True
    while changed:
        changed = any(_affine(extents, p) for p in extents.places)
    for index, at in extents.indices.items():
        if index not in extents.origin:
            raise extents.error(
                at, [f"index {index.hint} has no size: no tensor is read at it alone"],
                f'say sizes={{"{index.hint}": ...}}',
            )  # fmt: skip


def _bare(extents: Extents, index: Index, place: Place) -> None:
    if index not in extents.origin:
        index.size = place.size
        extents.origin[index] = place
        return
    if extents.origin[index] is None:  # given by the user: the range of the read decides
        return
    verdict = same_size(index.size, place.size)
    if verdict is None:
        extents.conditions.append((index.size, place.size))
    if verdict is False and not place.padded:
        raise _two_sizes(extents, index, place)


def _two_sizes(extents: Extents, index: Index, place: Place) -> ShapeError:
    first = extents.origin[index]
    have = f"index {index.hint} has size {index.size}"
    come = "as given in sizes="
    if first is not None:
        come = f"from {first.tensor.call.path} axis {first.axis}"
    also = f"but {place.size}"
    wide = max(len(have), len(also))
    left = [
        f"{have:>{wide}} {come}",
        f"{also:>{wide}} from {place.tensor.call.path} axis {place.axis}",
    ]
    column = max(map(len, left))
    texts = ["" if first is None else describe(first.tensor.call), describe(place.tensor.call)]
    lines = [f"{a:<{column}}   {b}".rstrip() for a, b in zip(left, texts, strict=True)]
    return extents.error(place.at, lines, _fix(index, first, place))


def _fix(index: Index, first: Place | None, place: Place) -> str:
    shape = list(place.tensor.sizes)
    shape[place.axis] = index.size
    text = ", ".join(map(str, shape))
    other = "" if first is None else f", or {first.tensor.call.path} the size {place.size} there"
    return f"give {place.tensor.call.path} the shape [{text}]{other}"


def _affine(extents: Extents, place: Place) -> bool:
    """Size the one index of a position that has none yet."""
    unknown = [i for i in dict.fromkeys(place.pos.indices()) if i not in extents.origin]
    if len(unknown) != 1 or place.pos.bare is not None:
        return False
    (index,) = unknown
    step = place.pos.coefficient(index)
    if sign(sub(step, 1)) != 1:
        return False
    low, high = bounds(combine(place.pos, index.pos, neg(step)))
    overhang: Scalar = 0
    if place.padded and sign(low) != 1:
        overhang = neg(low)
    room = sub(add(sub(place.size, 1), overhang), high)
    last = exact(sp.floor(to_sympy(mul(room, power(step, -1)))))
    size = add(last, 1)
    if sign(sub(size, 1)) == -1:
        raise extents.error(
            place.at,
            [f"index {index.hint} has no values: the read never fits axis {place.axis} of size "
             f"{place.size}   {describe(place.tensor.call)}"],
            "pad the tensor with outside=, or shorten the window",
        )  # fmt: skip
    if sign(sub(size, 1)) is None:
        extents.conditions.append(Bound(sub(size, 1)))
    index.size = size
    extents.origin[index] = place
    return True


def outside(pos: Affine, size: Scalar) -> tuple[bool | None, list[Scalar]]:
    """Whether a read leaves 0..size-1 (True, False, None) and what must be >= 0."""
    low, high = bounds(pos)
    room = sub(sub(size, 1), high)
    signs = [sign(low), sign(room)]
    if -1 in signs:
        return True, []
    unsure = [v for v, s in zip((low, room), signs, strict=True) if s is None]
    return (None if unsure else False), unsure
