"""Terms of a sum assembled: scalars in front, ones where an index is missing, order and signs.

Positive terms first, biases late, numbers last (but `1 + exp(z)`). Law: the value of the terms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symnn.core.index import Index
from symnn.core.scalars import Scalar, is_negative, is_number, mul, neg, power
from symnn.notation import combine, pieces
from symnn.notation import tree as t
from symnn.notation.items import Item, merged, powered
from symnn.notation.pieces import Piece
from symnn.notation.scalars import split_scalar
from symnn.notation.sums import content

Free = tuple[Index, ...]


@dataclass(slots=True)
class TermForm:
    """One term of a sum: coefficient, scalar pieces above and below, the array (None: number).

    `late`: a bias or a penalty, which stands behind the terms with data.
    """

    coef: Scalar
    above: list[Item]
    core: Piece | None
    late: bool = False


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


def total(forms: list[TermForm]) -> Piece:
    """The sum of terms: the common factor of coefficients and common divisors around it."""
    below = _common_divisors(forms)
    forms = [_without(f, below) for f in forms]
    common = content([f.coef for f in forms])
    if common != 1:
        forms = [replace(f, coef=mul(f.coef, power(common, -1))) for f in forms]
    piece = combine.added(signed(forms))
    if common == 1 and not below:
        return piece
    piece = combine.scaled(piece, split_scalar(common), [merged(below)] if below else [])
    return combine.negated(piece) if is_negative(common) else piece


def _common_divisors(forms: list[TermForm]) -> list[Item]:
    """The scalars that divide every one of several terms, as they stand below."""
    if len(forms) < 2:
        return []
    return [Item(i.piece, neg(i.power)) for i in forms[0].above
            if _below(i.power) and all(_found(i, f) for f in forms)]  # fmt: skip


def _without(form: TermForm, below: list[Item]) -> TermForm:
    """A term without divisors that it has."""
    left = list(form.above)
    for divisor in below:
        left.remove(next(i for i in left if _same(i, divisor)))
    return replace(form, above=left)


def _found(item: Item, form: TermForm) -> bool:
    return any(i.piece.tree == item.piece.tree and i.power == item.power for i in form.above)


def _same(item: Item, divisor: Item) -> bool:
    return item.piece.tree == divisor.piece.tree and item.power == neg(divisor.power)


def signed(forms: list[TermForm]) -> list[tuple[bool, Piece]]:
    """The terms with their signs, in the order of print."""
    plain = any(f.core is not None and f.core.special for f in forms)
    some = any(f.core is None or not f.core.literal or f.above for f in forms)
    pairs = [term_piece(f, literal=some and not plain) for f in forms]
    places = [_place(f, pair, pairs) for f, pair in zip(forms, pairs, strict=True)]
    return [pairs[k] for k in sorted(range(len(pairs)), key=places.__getitem__)]


def _below(power_: Scalar) -> bool:
    return is_negative(power_)


def _place(
    form: TermForm, pair: tuple[bool, Piece], pairs: list[tuple[bool, Piece]]
) -> tuple[bool, int]:
    """Positive first, plain terms before multiples, biases late, numbers last."""
    negative, piece = pair
    if combine.is_number(piece):
        others = [p for n, p in pairs if not combine.is_number(p) and not n]
        first = piece.tree == t.Num(1) and all(p.kind == pieces.FUNCTION for p in others)
        return negative, 0 if first else 9
    return negative, 1 + 4 * (form.late or piece.late) + (form.coef not in (1, -1))
