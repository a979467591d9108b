"""Windows that slide, read off a term: which cell, step and tap belong together.

A convolution or pool relates three positions on each axis of space: the cell a of the larger
tensor, the step i of the smaller, the tap u of the window, with `a = s i + d u − p`. `Sliding`
holds a term with its equalities `[a = …]` solved for the target, and answers what `convolution`
and `pooling` ask. Law: a reading is accepted only where the term sums over all triples, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sympy as sp

from symnn.core.index import Affine, Index, combine, constant, difference
from symnn.core.node import EQ, GE, Factor, Term
from symnn.core.scalars import Scalar, add, exact, is_negative, mul, power, sub, to_sympy
from symnn.notation.settings import Setting, setting

Positions = tuple[Affine, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of space: `a = stride i + dilation u − padding`."""

    stride: Scalar
    dilation: Scalar
    padding: Scalar


@dataclass(frozen=True, slots=True)
class Read:
    """Factors at one place, their positions with the target's equalities put in."""

    factors: tuple[Factor, ...]
    pos: Positions
    sizes: tuple[Scalar, ...]


class Sliding:
    """A term over its target axes.

    Attributes:
        target: positions of the result, an equality `[a = 2 i + u]` put in for its axis.
        reads: factors at one place each, in order; `rest` are numbers, and reads at the target.
        ranges: positions that the brackets keep at least 0.
    """

    def __init__(self, term: Term, target: Sequence[Index]) -> None:
        self.solved = _equalities(term, target)
        self.axes = tuple(target)
        self.target = tuple(i.pos.substitute(self.solved) for i in target)
        self.ranges = [
            f.pos[0].substitute(self.solved) for f in term.factors if f.node is GE
        ]  # fmt: skip
        plain = [f for f in term.factors if not f.is_bracket]
        whole = tuple(i.pos for i in target)
        self.rest = [f for f in plain if not f.pos or f.pos == whole]
        places: dict[Positions, list[Factor]] = {}
        for f in plain:
            if f not in self.rest:
                places.setdefault(f.pos, []).append(f)
        self.reads = [
            Read(tuple(fs), tuple(p.substitute(self.solved) for p in pos), fs[0].node.sizes)
            for pos, fs in places.items()
        ]
        self.free = {i for i in target if i not in self.solved} | set(term.bound)
        self.whole = all(
            f.node is not EQ or _solves(f, self.solved) for f in term.factors
        )  # fmt: skip

    @property
    def slides(self) -> bool:
        """Whether there is anything to slide: a computed position or an equality."""
        return bool(self.solved or self.ranges) or any(
            p.bare is None for r in self.reads for p in r.pos
        )

    def complete(self, positions: Iterable[Positions], count: int) -> bool:
        """Whether the positions depend on just the free indices, `count` of them."""
        found = {i for pos in positions for p in pos for i in p.indices()}
        return found == self.free and len(found) == count

    def only_ranges(
        self, positions: Sequence[Positions], sizes: Sequence[Sequence[Scalar]]
    ) -> bool:
        """Whether the brackets say no more than that these positions stay inside."""
        inside: set[Affine] = set()
        for pos, extents in zip(positions, sizes, strict=True):
            for p, size in zip(pos, extents, strict=True):
                inside |= {p, combine(constant(sub(size, 1)), p, -1)}
        return all(p in inside for p in self.ranges)


def _equalities(term: Term, target: Sequence[Index]) -> dict[Index, Affine]:
    """`a ↦ 2 i + u` for each bracket `[a = 2 i + u]` with a target index."""
    found: dict[Index, Affine] = {}
    for f in term.factors:
        if f.node is not EQ:
            continue
        for i in target:
            c = f.pos[0].coefficient(i)
            if c in (1, -1) and i not in found:
                rest = combine(f.pos[0], i.pos, mul(-1, c))
                found[i] = combine(constant(0), rest, mul(-1, c))
                break
    mixed = any(i in found for p in found.values() for i in p.indices())
    return {} if mixed else found


def _solves(bracket: Factor, solved: dict[Index, Affine]) -> bool:
    left = bracket.pos[0].substitute(solved)
    return not left.terms and left.const == 0


def relation(cell: Affine, step: Affine, tap: Affine) -> Axis | None:
    """Stride, dilation and padding, one of the three positions being computed from two indices."""
    loose = [p for p in (cell, step, tap) if p.bare is None]
    if len(loose) != 1 or len(set(loose[0].indices())) != 2:
        return None
    if loose[0] is cell:
        stride, dilation = cell.coefficient(step.bare), cell.coefficient(tap.bare)  # type: ignore[arg-type]
    elif loose[0] is tap:
        stride, dilation = mul(-1, tap.coefficient(step.bare)), 1  # type: ignore[arg-type]
    else:
        stride, dilation = 1, mul(-1, step.coefficient(tap.bare))  # type: ignore[arg-type]
    if not (_positive(stride) and _positive(dilation)):
        return None
    placed = combine(combine(constant(0), step, stride), tap, dilation)
    offset = difference(placed, cell)
    return None if offset.terms else Axis(stride, dilation, offset.const)


def _positive(number: Scalar) -> bool:
    return number != 0 and not is_negative(number)


def full(read: Read) -> bool:
    """Whether every index that is a position of its own runs over the whole axis."""
    pairs = zip(read.pos, read.sizes, strict=True)
    return all(p.bare is None or sub(p.bare.size, size) == 0 for p, size in pairs)


def operand(read: Read) -> tuple[Term, tuple[Index, ...]]:
    """What stands at one place, as a term over axes of its own."""
    own = tuple(Index(s) for s in read.sizes)
    pos = tuple(i.pos for i in own)
    return Term(1, (), tuple(Factor(f.node, pos, f.power) for f in read.factors)), own


def steps_settings(axes: Sequence[Axis]) -> tuple[Setting, ...]:
    """The settings s, p and d of a convolution."""
    ones, none = (1,) * len(axes), (0,) * len(axes)
    return (
        *setting("s", [a.stride for a in axes], ones),
        *setting("p", [a.padding for a in axes], none),
        *setting("d", [a.dilation for a in axes], ones),
    )


def quotient(a: Scalar, b: Scalar) -> Scalar:
    """`a / b`."""
    return mul(a, power(b, -1))


def steps_of(cells: Scalar, taps: Scalar, axis: Axis) -> Scalar:
    """How many steps a window makes: `⌊(a + 2 p − d (u − 1) − 1) / s⌋ + 1`.

    >>> steps_of(9, 3, Axis(2, 1, 1))
    5
    """
    span = add(mul(axis.dilation, sub(taps, 1)), 1)
    room = sub(add(cells, mul(2, axis.padding)), span)
    return add(exact(sp.floor(to_sympy(room) / to_sympy(axis.stride))), 1)


def cells_of(steps: Scalar, taps: Scalar, axis: Axis) -> Scalar:
    """How many cells a window covers in so many steps: `(i − 1) s − 2 p + d (u − 1) + 1`.

    >>> cells_of(5, 3, Axis(2, 1, 1))
    9
    """
    grown = add(mul(sub(steps, 1), axis.stride), mul(axis.dilation, sub(taps, 1)))
    return sub(add(grown, 1), mul(2, axis.padding))
