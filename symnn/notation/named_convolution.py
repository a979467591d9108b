"""Convolutions whose axes have letters: `conv(X, K; s=2, NHWC, HWCO → NHWO)`.

What `convolution` knows in PyTorch's order, in any order: channels last, batches of several axes,
groups with an axis of their own or composed with the channels, kernels without channels, depthwise
ones. An index in two or three of input X, output Y and kernel K is a letter; an axis of space has
one position of X, Y and K each, with `a = s i + d u − p`. Law: the name has the value of the term.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Leaf, Term
from symnn.core.scalars import Scalar, mul, sub
from symnn.core.sizes import sign
from symnn.notation import pieces
from symnn.notation.axis_names import SLIDING, AxisNames, label_of
from symnn.notation.convolution import NAMES, Writes
from symnn.notation.pieces import Piece
from symnn.notation.settings import Setting, setting
from symnn.notation.sliding import (
    Axis,
    Read,
    Sliding,
    cells_of,
    full,
    operand,
    relation,
    steps_of,
    steps_settings,
)
from symnn.notation.tree import Apply

# Letters of an index by the tensors that have it, in the order of their use.
_LETTERS = {"XY": "NBTM", "XK": "CIE", "YK": "OPQ", "XYK": "GRS"}


@dataclass(frozen=True, slots=True)
class Slide:
    """An axis of space: its place among the axes of X, Y and K, and how they are related."""

    at: dict[str, int]
    axis: Axis


@dataclass(slots=True)
class Named:
    """A convolution read off a term: who is X, Y and K, what slides, and what has a letter."""

    reads: dict[str, Read]
    made: str
    slides: list[Slide] = field(default_factory=list)
    digits: dict[tuple[str, int], list[Index]] = field(default_factory=dict)

    def read(self) -> bool:
        """Find slides and letters; whether all axes are one or the other."""
        for role, read in self.reads.items():
            for at, p in enumerate(read.pos):
                slide = self._slide(role, at, p) if p.bare is None else None
                if slide is not None:
                    self.slides.append(slide)
        sliding = {(role, at) for s in self.slides for role, at in s.at.items()}
        if len(sliding) < 3 * len(self.slides) or not 0 < len(self.slides) <= 3:
            return False
        for role, read in self.reads.items():
            for at, p in enumerate(read.pos):
                if (role, at) in sliding:
                    continue
                found = _digits(p, read.sizes[at])
                if found is None:
                    return False
                self.digits[role, at] = found
        return self._letters_are_free()

    def _slide(self, role: str, at: int, p: Affine) -> Slide | None:
        others = [r for r in self.reads if r != role]
        for i, j in permutations(dict.fromkeys(p.indices()), 2):
            ends = [self._alone(i, others[0], others[1]), self._alone(j, others[1], others[0])]
            if None in ends or len(set(p.indices())) != 2:
                continue
            places = {role: at, others[0]: ends[0], others[1]: ends[1]}
            found = relation(*(self.reads[r].pos[places[r]] for r in "XYK"))  # type: ignore[index]
            if found is not None:
                return Slide(places, found)  # type: ignore[arg-type]
        return None

    def _alone(self, i: Index, here: str, elsewhere: str) -> int | None:
        """The axis of one tensor that an index is, being in the other not at all."""
        if any(i in p.indices() for p in self.reads[elsewhere].pos):
            return None
        own = [k for k, p in enumerate(self.reads[here].pos) if i in p.indices()]
        return own[0] if len(own) == 1 and self.reads[here].pos[own[0]].bare is i else None

    def _letters_are_free(self) -> bool:
        """Whether no index is a letter and slides too, or is twice in a tensor."""
        moving = {i for s in self.slides for r, at in s.at.items()
                  for i in self.reads[r].pos[at].indices()}  # fmt: skip
        each = [[i for (r, _), own in self.digits.items() if r == role for i in own]
                for role in self.reads]  # fmt: skip
        counted = all(len(set(own)) == len(own) for own in each)
        shared = all(len(self.owners(i)) > 1 for own in each for i in own)
        return counted and shared and not moving.intersection(i for own in each for i in own)

    def owners(self, i: Index) -> str:
        """The tensors that have a letter."""
        return "".join(r for r in "XYK" if any(i in d for (o, _), d in self.digits.items()
                                               if o == r))  # fmt: skip

    def indices(self) -> set[Index]:
        """All indices."""
        return {i for read in self.reads.values() for p in read.pos for i in p.indices()}

    def known(self) -> int:
        """How many windows are certainly shorter than their way: those of a kernel are."""
        pairs = [(self.reads["Y"].sizes[s.at["Y"]], self.reads["K"].sizes[s.at["K"]])
                 for s in self.slides]  # fmt: skip
        return sum(sign(sub(i, u)) == 1 or (isinstance(u, int) and not isinstance(i, int))
                   for i, u in pairs)  # fmt: skip


def named_convolution(
    writer: Writes, term: Term, target: tuple[Index, ...]
) -> tuple[Piece, Scalar, list[Factor]] | None:
    """The convolution that a term is, the number in front, and what multiplies it, or None."""
    sliding = Sliding(term, target)
    found = _best(sliding)
    piece = None if found is None else _piece(writer, found, len(target))
    return None if piece is None else (piece, 1, sliding.rest)


def named_with_bias(
    writer: Writes, terms: Sequence[Term], target: tuple[Index, ...]
) -> Piece | None:
    """`conv(X, K, b; NHWC, HWCO, O → NHWO)`: a convolution plus what has some of its letters."""
    lone = [t for t in terms if len(t.factors) == 1 and not t.bound and t.coef == 1]
    rest = [t for t in terms if t not in lone]
    if len(lone) != 1 or len(rest) != 1 or rest[0].coef != 1:
        return None
    (bias,) = lone[0].factors
    sliding = Sliding(rest[0], target)
    found = None if sliding.rest or bias.is_bracket else _best(sliding)
    if found is None or found.made == "K" or bias.power != 1 or not bias.pos:
        return None
    pos = tuple(p.substitute(sliding.solved) for p in bias.pos)
    return _piece(writer, found, len(target), Read((bias,), pos, bias.node.sizes))


def _best(sliding: Sliding) -> Named | None:
    """The likeliest reading: a parameter is the kernel, else what is short is."""
    if len(sliding.reads) != 2 or not sliding.slides or not sliding.whole:
        return None
    found = list(_readings(sliding))
    return max(found, key=lambda n: (_has_parameters(n.reads["K"]), n.known()), default=None)


def _readings(sliding: Sliding) -> Iterator[Named]:
    made = Read((), sliding.target, tuple(i.size for i in sliding.axes))
    for name in NAMES:
        others = [x for x in "XYK" if x != name]
        for order in permutations(sliding.reads):
            reads = dict(zip(others, order, strict=True)) | {name: made}
            found = Named({r: reads[r] for r in "XYK"}, name)
            if found.read() and found.indices() == sliding.free and _is_whole(sliding, found):
                yield found


def _is_whole(sliding: Sliding, found: Named) -> bool:
    """Whether every index runs over its axis, and brackets say no more than that."""
    reads = list(found.reads.values())
    inside = sliding.only_ranges([r.pos for r in reads], [r.sizes for r in reads])
    return inside and all(map(full, reads))


def _has_parameters(read: Read) -> bool:
    return any(isinstance(f.node, Leaf) and f.node.role == "parameter" for f in read.factors)


def _digits(p: Affine, size: Scalar) -> list[Index] | None:
    """The indices that an axis is composed of, the outer one first."""
    own = list(dict.fromkeys(p.indices()))
    if p.const != 0:
        return None
    if p.bare is not None:
        return own
    if not own:
        return [] if size == 1 else None
    for outer, inner in permutations(own):
        fits = p.coefficient(inner) == 1 and sub(p.coefficient(outer), inner.size) == 0
        if len(own) == 2 and fits and sub(mul(outer.size, inner.size), size) == 0:
            return [outer, inner]
    return None


def _settings(found: Named) -> tuple[Setting, ...]:
    space = [s.axis for s in found.slides]
    sizes = [{r: found.reads[r].sizes[s.at[r]] for r in "XYK"} for s in found.slides]
    each = list(zip(sizes, space, strict=True))
    own = [size[found.made] for size in sizes]
    match found.made:
        case "Y":
            more = setting("n", own, [steps_of(z["X"], z["K"], a) for z, a in each])
        case "X":
            more = setting("n", own, [cells_of(z["Y"], z["K"], a) for z, a in each])
        case _:
            turned = [Axis(a.dilation, a.stride, a.padding) for a in space]
            implied = [steps_of(z["X"], z["Y"], a) for z, a in zip(sizes, turned, strict=True)]
            more = setting("k", own, implied, whole=True)
    return (*steps_settings(space), *more)


def _lettered(found: Named, bias: Read | None) -> tuple[Setting | AxisNames, ...] | None:
    """The letters of all axes, and the number of groups where no axis tells it."""
    chosen = _chosen(found)
    if chosen is None:
        return None
    slides = dict(zip(SLIDING[len(found.slides)], found.slides, strict=True))
    labels = {}
    for role, read in found.reads.items():
        axes = []
        for at in range(len(read.pos)):
            own = [x for x, s in slides.items() if s.at[role] == at]
            axes.append(own[0] if own else "".join(chosen[i] for i in found.digits[role, at]))
        labels[role] = axes
    groups = _groups(found)
    if groups is None:
        return None
    reads = [label_of(labels[r]) for r in "XYK" if r != found.made]
    if bias is not None:
        own = [_digits(p, size) for p, size in zip(bias.pos, bias.sizes, strict=True)]
        if any(d is None or not set(d) <= set(chosen) for d in own):
            return None
        reads.append(label_of(["".join(chosen[i] for i in d or ()) for d in own]))
    return (*groups, AxisNames(tuple(reads), label_of(labels[found.made])))


def _chosen(found: Named) -> dict[Index, str] | None:
    """A letter for each index; where nothing is summed, what all share are the channels."""
    order = list(dict.fromkeys(i for own in found.digits.values() for i in own))
    channels = not any(found.owners(i) == "XK" for i in order)
    left = {k: list(v) for k, v in _LETTERS.items()}
    if channels:
        left["XYK"] = ["C", *left["XYK"]]
    if any(len(left[o]) < sum(found.owners(i) == o for i in order) for o in left):
        return None
    return {i: left[found.owners(i)].pop(0) for i in order}


def _groups(found: Named) -> tuple[Setting, ...] | None:
    """The setting g where neither array that is read tells the sizes of a composed axis."""
    read = [own for (role, _), own in found.digits.items() if role != found.made]
    alone = {own[0] for own in read if len(own) == 1}
    unknown = [own for own in read if len(own) == 2 and not alone.intersection(own)]
    if not unknown:
        return ()
    outer = {own[0] for own in unknown}
    first, *more = outer
    return None if more or found.owners(first) != "XYK" else setting("g", (first.size,), None)


def _piece(writer: Writes, found: Named, rank: int, bias: Read | None = None) -> Piece | None:
    letters = _lettered(found, bias)
    if letters is None:
        return None
    settings = (*_settings(found), *letters)
    reads = [found.reads[r] for r in "XYK" if r != found.made]
    if bias is not None:
        reads.append(bias)
    read = [writer.sum_piece((term,), own) for term, own in map(operand, reads)]
    weight = 1 + sum(p.weight for p in read) + 2 * len(settings)
    piece = pieces.whole(
        Apply(NAMES[found.made], (*(p.tree for p in read), *settings)), weight, rank
    )
    return replace(piece, gradient=any(p.gradient for p in read))
