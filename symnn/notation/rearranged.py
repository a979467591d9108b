"""Tensors whose entries only change places: `reshape(X; n=(…))`, `rearrange(X; N(CRS)HW → …)`.

Each axis is composed of digits, row by row; with the digits in the same order it is a reshape, in
any other an einops-like rearrangement over letters, whose sizes are given where no axis tells
them (`R=2`). Law: the name has the value of the term.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Factor, Term
from symnn.core.scalars import Scalar, mul, sub
from symnn.notation import pieces
from symnn.notation.axis_names import AxisNames, label_of
from symnn.notation.convolution import Writes
from symnn.notation.pieces import Piece
from symnn.notation.settings import Setting, setting
from symnn.notation.sliding import Sliding, operand
from symnn.notation.tree import Apply

_LETTERS = {False: "NCHWABDEFGIJKLMO", True: "RSTUPQVXYZ"}  # True: not first in an axis


def rearranged(
    writer: Writes, term: Term, target: tuple[Index, ...]
) -> tuple[Piece, Scalar, list[Factor]] | None:
    """The rearrangement that a term is, or None."""
    sliding = Sliding(term, target)
    if len(sliding.reads) != 1 or not sliding.whole or sliding.ranges:
        return None
    (read,) = sliding.reads
    if len(target) <= 2 and len(read.pos) <= 2:
        return None
    before = [_digits(p, s) for p, s in zip(read.pos, read.sizes, strict=True)]
    after = [_digits(p, i.size) for p, i in zip(sliding.target, target, strict=True)]
    if None in before or None in after:
        return None
    old = [i for own in before for i in own or ()]
    new = [i for own in after for i in own or ()]
    if set(old) != set(new) or len(set(old)) != len(old) or set(old) != sliding.free:
        return None
    if len(old) != len(new) or all(len(own or ()) == 1 for own in (*before, *after)):
        return None
    inside, own = operand(read)
    piece = writer.sum_piece((inside,), own)
    name = "reshape"
    settings: Sequence[Setting | AxisNames] = setting(
        "n", [i.size for i in target], None, whole=True
    )
    if old == new and len(target) == 1:
        name, settings = "vec", ()
    elif old != new:
        letters = _letters(before, after, old)
        if letters is None:
            return None
        name, settings = "rearrange", letters
    tree = Apply(name, (piece.tree, *settings))
    return pieces.whole(tree, piece.weight + 3, len(target)), 1, sliding.rest


def _digits(p: Affine, size: Scalar) -> list[Index] | None:
    """The indices that an axis is composed of, outer ones first."""
    if p.bare is not None:
        return [p.bare] if sub(p.bare.size, size) == 0 else None
    found: list[Index] = []
    unit: Scalar = 1
    rest = p
    while rest.terms:
        inner = next((i for i in dict.fromkeys(rest.indices())
                      if sub(rest.coefficient(i), unit) == 0), None)  # fmt: skip
        if inner is None:
            return None
        found.insert(0, inner)
        rest = combine(rest, inner.pos, mul(-1, unit))
        unit = mul(unit, inner.size)
    return found if rest == constant(0) and sub(unit, size) == 0 else None


def _letters(
    before: Sequence[list[Index] | None], after: Sequence[list[Index] | None], order: list[Index]
) -> tuple[Setting | AxisNames, ...] | None:
    """The letters of the axes; R, S... are the digits that are inner ones before and after."""
    inner = [{i for own in side for i in (own or ())[1:]} for side in (before, after)]
    left = {k: list(v) for k, v in _LETTERS.items()}
    chosen = {}
    for i in order:
        kind = left[i in inner[0] and i in inner[1]]
        if not kind:
            return None
        chosen[i] = kind.pop(0)
    labels = [label_of(["".join(chosen[i] for i in own or ()) for own in side])
              for side in (before, after)]  # fmt: skip
    given = [
        s for own in before for i in (own or ())[1:] for s in setting(chosen[i], [i.size], None)
    ]
    return (*given, AxisNames((labels[0],), labels[1]))
