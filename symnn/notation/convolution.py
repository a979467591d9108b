"""Convolutions by name: `conv(X, K; s, p, d, g)`, its transpose `convᵀ`, and `corr` for the kernel.

Three tensors belong to a convolution: the input X over cells, the output Y over steps, the kernel K
(out, in, taps). A term reads two of them and is the third: Y is the convolution, X the transposed
one, K the correlation of input and output. Zeros outside; X and Y with a batch in front or without,
or all three without channels. Law: the name has the value of the term; anything else is left to
index notation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Protocol

from symnn.core.index import Index, combine, constant, difference
from symnn.core.node import Factor, Leaf, Term
from symnn.core.scalars import Scalar, mul
from symnn.notation import pieces
from symnn.notation.pieces import Piece
from symnn.notation.settings import Setting, setting
from symnn.notation.sliding import (
    Axis,
    Read,
    Sliding,
    cells_of,
    full,
    operand,
    quotient,
    relation,
    steps_of,
    steps_settings,
)
from symnn.notation.tree import Apply

NAMES = {"Y": "conv", "X": "convt", "K": "corr"}


class Writes(Protocol):
    """What is needed of the writer of matrix expressions."""

    def sum_piece(self, terms: tuple[Term, ...], target: tuple[Index, ...]) -> Piece:
        """A sum of terms over the target."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Who is input, output and kernel, each with its positions; `made` is the one written."""

    X: Read
    Y: Read
    K: Read
    made: str

    @property
    def space(self) -> int:
        """How many axes slide."""
        return len(self.K.pos) - 2 * self.channels

    @property
    def channels(self) -> bool:
        """Whether there are channels: a kernel has them from three axes on."""
        return len(self.K.pos) > 2

    def fits(self) -> bool:
        """Whether the numbers of axes do."""
        lead = len(self.X.pos) - self.space
        return len(self.X.pos) == len(self.Y.pos) and lead in ((1, 2) if self.channels else (0,))

    def reads(self) -> list[Read]:
        """The two that are read, in the order of the arguments."""
        return [r for name, r in (("X", self.X), ("Y", self.Y), ("K", self.K)) if name != self.made]


def convolution(
    writer: Writes, term: Term, target: tuple[Index, ...]
) -> tuple[Piece, Scalar, list[Factor]] | None:
    """The convolution that a term is, the number in front, and what multiplies it, or None."""
    sliding = Sliding(term, target)
    found = _read(sliding)
    return None if found is None else (_piece(writer, *found, len(target)), 1, sliding.rest)


def with_bias(writer: Writes, terms: Sequence[Term], target: tuple[Index, ...]) -> Piece | None:
    """`conv(X, K, b)`: a convolution plus a vector over its channels."""
    lone = [t for t in terms if _is_vector(t)]
    if len(terms) != 2 or len(lone) != 1:
        return None
    (rest,) = (t for t in terms if t is not lone[0])
    sliding = Sliding(rest, target)
    found = _read(sliding) if rest.coef == 1 and not sliding.rest else None
    if found is None or found[0].made == "K" or not found[0].channels:
        return None
    channel = target[len(target) - found[0].space - 1]
    if lone[0].factors[0].pos[0].bare is not channel:
        return None
    whole, bias = _piece(writer, *found, len(target)), writer.sum_piece((lone[0],), (channel,))
    assert isinstance(whole.tree, Apply)
    args = (*whole.tree.args[:2], bias.tree, *whole.tree.args[2:])
    return pieces.whole(Apply(whole.tree.fn, args), whole.weight + bias.weight, len(target))


def _is_vector(term: Term) -> bool:
    lone = len(term.factors) == 1 and not term.bound and term.coef == 1
    return lone and not term.factors[0].is_bracket and len(term.factors[0].pos) == 1


def _read(sliding: Sliding) -> tuple[Roles, tuple[Setting, ...]] | None:
    if len(sliding.reads) != 2 or not sliding.slides or not sliding.whole:
        return None
    for roles in _assignments(sliding):
        settings = _settings(sliding, roles)
        if settings is not None:
            return roles, settings
    return None


def _piece(writer: Writes, roles: Roles, settings: tuple[Setting, ...], rank: int) -> Piece:
    read = [writer.sum_piece((term,), own) for term, own in map(operand, roles.reads())]
    args = (*(p.tree for p in read), *settings)
    weight = 1 + sum(p.weight for p in read) + 2 * len(settings)
    piece = pieces.whole(Apply(NAMES[roles.made], args), weight, rank)
    return replace(piece, gradient=any(p.gradient for p in read))


def _assignments(sliding: Sliding) -> Iterator[Roles]:
    """Who may be input, output and kernel, a convolution first."""
    made = Read((), sliding.target, tuple(i.size for i in sliding.axes))
    for name in NAMES:
        others = [x for x in "XYK" if x != name]
        for first, second in permutations(sorted(sliding.reads, key=_is_of_parameters)):
            roles = Roles(**{name: made, others[0]: first, others[1]: second}, made=name)
            if roles.fits():
                yield roles


def _is_of_parameters(read: Read) -> bool:
    """Whether a parameter stands at a place: the kernel, where either could be it."""
    return any(isinstance(f.node, Leaf) and f.node.role == "parameter" for f in read.factors)


def _settings(sliding: Sliding, roles: Roles) -> tuple[Setting, ...] | None:
    """The settings of the convolution that the roles are, or None where they are none."""
    X, Y, K = roles.X.pos, roles.Y.pos, roles.K.pos
    lead, space = len(X) - roles.space, roles.space
    found = [relation(*p) for p in zip(X[lead:], Y[lead:], K[len(K) - space :], strict=True)]
    axes = [a for a in found if a is not None]
    groups = _groups(roles) if roles.channels else (1, 0)
    if len(axes) < space or groups is None or (lead == 2 and X[0] != Y[0]):
        return None
    count = 2 * space + groups[1] + (lead == 2)
    sizes = [roles.X.sizes, roles.Y.sizes, roles.K.sizes]
    if not (sliding.complete((X, Y, K), count) and sliding.only_ranges((X, Y, K), sizes)):
        return None
    if not all(map(full, (roles.X, roles.Y, roles.K))):
        return None
    return (*steps_settings(axes), *setting("g", (groups[0],), (1,)), *_size(roles, axes))


def _groups(roles: Roles) -> tuple[Scalar, int] | None:
    """The number of groups, and how many indices number the channels.

    Group γ reads the channels `γ C + c` of the input with the rows `γ R + r` of the kernel.
    """
    at = len(roles.X.pos) - roles.space - 1
    x, y, (o, c) = roles.X.pos[at], roles.Y.pos[at], roles.K.pos[:2]
    if o != y:
        return None
    each, made = roles.K.sizes[1], roles.K.sizes[0]
    if x == c:
        parts, groups = [o, c], 1
    else:
        groups = quotient(roles.X.sizes[at], each)
        group = combine(constant(0), difference(x, c), quotient(1, each))
        row = combine(o, group, mul(-1, quotient(made, groups)))
        parts = [group, row, c]
    moving = [p for p in parts if p.terms]
    if any(p.const != 0 for p in parts) or any(p.bare is None for p in moving[1:]):
        return None
    if len({i for p in moving for i in p.indices()}) != len(moving):
        return None
    return groups, len(moving)


def _size(roles: Roles, axes: Sequence[Axis]) -> tuple[Setting, ...]:
    """The size of the result, where it does not follow from those of the arguments."""
    space = roles.space
    cells, steps, taps = (r.sizes[len(r.sizes) - space :] for r in (roles.X, roles.Y, roles.K))
    each = list(zip(cells, steps, taps, axes, strict=True))
    if roles.made == "K":  # taps step over the cells as steps do, the stride for the dilation
        turned = [Axis(x.dilation, x.stride, x.padding) for x in axes]
        implied = [steps_of(a, i, x) for (a, i, _, _), x in zip(each, turned, strict=True)]
        batch = len(roles.X.sizes) == space + 2
        return setting("k", taps, implied if batch else None, whole=True)
    if roles.made == "Y":
        return setting("n", steps, [steps_of(a, u, x) for a, _, u, x in each])
    return setting("n", cells, [cells_of(i, u, x) for _, i, u, x in each])
