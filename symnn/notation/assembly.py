"""Terms of a sum assembled: scalars in front, ones where an index is missing, order and signs.

Positive terms first, biases late, numbers last (but `1 + exp(z)`). Law: the value of the terms.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnn.core.index import Index
from symnn.core.scalars import Scalar, is_negative, is_number, neg
from symnn.notation import combine, pieces
from symnn.notation import tree as t
from symnn.notation.items import Item, merged, powered
from symnn.notation.pieces import Piece
from symnn.notation.scalars import split_scalar

Free = tuple[Index, ...]


@dataclass(slots=True)
class TermForm:
    """One term of a sum: coefficient, scalar pieces above and below, the array (None: number)."""

    coef: Scalar
    above: list[Item]
    core: Piece | None


def spread(piece: Piece, free: Free, target: Free) -> Piece:
    """A piece over `free` as one over `target`, with ones where an index is missing."""
    if free == target or not target:
        return piece
    if len(target) == len(free) == 2:
        return piece.flipped()
    if not free:
        unit = (
            pieces.ones(target[0].size)
            if len(target) == 1
            else pieces.ones_matrix(target[0].size, target[1].size)
        )
        return combine.front([piece], unit)
    row, column = target
    if free[0] is row:
        return pieces.outer(piece, pieces.ones(column.size))
    return pieces.outer(pieces.ones(row.size), piece)


def term_piece(form: TermForm, *, literal: bool) -> tuple[bool, Piece]:
    """Sign and piece of a term: number, scalar pieces, then the array."""
    split = split_scalar(form.coef)
    above = [i for i in form.above if not _below(i.power)]
    below = [Item(i.piece, neg(i.power)) for i in form.above if _below(i.power)]
    scalars = [powered(i) for i in above]
    core = form.core
    if core is not None and core.literal and literal and is_number(form.coef) and not form.above:
        return split.negative, combine.literal_number(abs(form.coef), core.rank)  # type: ignore
    body = combine.front(scalars, core)
    dens = [merged(below)] if below else []
    return split.negative, combine.scaled(body, split, dens)


def signed(forms: list[TermForm]) -> list[tuple[bool, Piece]]:
    """The terms with their signs, in the order of print."""
    plain = any(f.core is not None and f.core.special for f in forms)
    some = any(f.core is None or not f.core.literal or f.above for f in forms)
    pairs = [term_piece(f, literal=some and not plain) for f in forms]
    return sorted(pairs, key=lambda pair: _term_order(pair, pairs))


def _below(power_: Scalar) -> bool:
    return is_negative(power_)


def _term_order(pair: tuple[bool, Piece], all_: list[tuple[bool, Piece]]) -> tuple[int, int]:
    """Positive first; numbers last unless only functions stand beside them; biases late."""
    negative, piece = pair
    if piece.literal:
        others = [p for n, p in all_ if not p.literal and not n]
        one = piece.tree == t.Num(1)
        first = one and all(p.kind == pieces.FUNCTION for p in others)
        return (negative, 0 if first else 9)
    return (negative, 5 if piece.late else 1)
