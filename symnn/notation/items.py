"""Items: pieces to a power, as the labels and edges of an index graph, and what becomes of them.

Labels on one index make a Hadamard product or quotient; over a closed index an inner product, a
norm, a trace. Law: the value of the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy as sp

from symnn.core.index import Index
from symnn.core.scalars import Scalar, is_number, mul, neg
from symnn.core.sizes import sign
from symnn.notation import pieces
from symnn.notation.between import joined_brackets
from symnn.notation.pieces import Piece
from symnn.notation.scalars import scalar_tree
from symnn.notation.tree import Apply, Norm, Num, Pow


@dataclass(frozen=True, slots=True)
class Item:
    """A piece to a power, as a label or an edge."""

    piece: Piece
    power: Scalar = 1


def powered(item: Item) -> Piece:
    """An item with a positive power as one piece."""
    if item.power == 1:
        return item.piece
    norm = item.piece.tree
    if isinstance(norm, Norm) and norm.squared:
        return _norm_power(norm, item.piece, mul(item.power, 2))
    root = item.power == Fraction(1, 2)
    squared = item.power == 2
    return pieces.raised(item.piece, scalar_tree(item.power), squared=squared, root=root)


def _norm_power(norm: Norm, piece: Piece, power: Scalar) -> Piece:
    if power == 2:
        return piece
    plain = pieces.number(Norm(norm.arg, norm.kind), piece.weight - 1)
    if power == 1:
        return plain
    return pieces.number(Pow(plain.tree, scalar_tree(power)), plain.weight + 2)


def merged(items: Sequence[Item], size: Scalar | None = None) -> Piece:
    """Items on one index or pair as one piece: their Hadamard product and quotient."""
    above = joined_brackets([powered(i) for i in items if not is_below(i.power)])
    below = [powered(Item(i.piece, neg(i.power))) for i in items if is_below(i.power)]
    if not above and not below:
        assert size is not None
        return pieces.ones(size)
    if not below:
        return pieces.entrywise(above)
    unit = replace(pieces.number(Num(1)), literal=True)
    top = pieces.entrywise(above) if above else unit
    return pieces.divided(top, pieces.entrywise(below))


def is_below(power: Scalar) -> bool:
    """Whether a power is written below a fraction line."""
    return sign(power) == -1 or (not is_number(power) and bool(power.could_extract_minus_sign()))


def squared_norm(piece: Piece) -> Item:
    """The sum of squares of all entries."""
    if piece.turned_weight < piece.weight and piece.rank == 2:
        piece = piece.flipped()
    kind = "F" if piece.rank >= 2 else "2"
    return Item(pieces.number(Norm(piece.tree, kind, squared=True), piece.weight + 2))


def contracted(items: Sequence[Item]) -> Item:
    """The sum over the one index of a product of labels."""
    if len(items) == 1 and items[0].power == 2:
        return squared_norm(items[0].piece)
    above = [i for i in items if not is_below(i.power)]
    below = [i for i in items if is_below(i.power)]
    if len(above) < 2:
        inside = merged(items)
        return Item(pieces.number(Apply("sum", (inside.tree,)), inside.weight + 1))
    best: Piece | None = None
    for k, first in enumerate(above):
        rest = [*above[:k], *above[k + 1 :], *below]
        trial = pieces.inner(powered(first), merged(rest))
        if best is None or trial.weight < best.weight:
            best = trial
    assert best is not None
    return Item(best)


def pair(left: Piece, right: Piece) -> Piece:
    """`sum_ij A_ij B_ij`: a sum of products, or the trace of a product."""
    wise = pieces.entrywise([left, right])
    turned = wise.flipped()
    wise = turned if turned.weight < wise.weight else wise
    best = pieces.number(Apply("sum", (wise.tree,)), wise.weight + 1)
    for a, b in ((left.flipped(), right), (left, right.flipped())):
        for first, second in ((a, b), (b, a)):
            whole = pieces.product(first, second)
            if whole.weight + 1 < best.weight:
                best = pieces.number(Apply("tr", (whole.tree,)), whole.weight + 1)
    return best


def with_labels(
    edge: Piece, above: list[Item], beside: list[Item], row: Index, column: Index
) -> Piece:
    """A matrix with its rows and columns scaled: diagonal factors, or ⊙ and ⊘ with `a bᵀ`."""
    if not above and not beside:
        return edge
    divides = any(is_below(i.power) for i in (*above, *beside))
    diagonals = _by_diagonals(edge, above, beside)
    spread = _by_outer(edge, above, beside, row, column)
    return spread if spread.weight < diagonals.weight + divides else diagonals


def _by_outer(
    edge: Piece, above: list[Item], beside: list[Item], row: Index, column: Index
) -> Piece:
    both = []
    for down in (False, True):
        rows = [_positive(i) for i in above if is_below(i.power) is down]
        columns = [_positive(i) for i in beside if is_below(i.power) is down]
        both.append((rows, columns))
    result = edge
    if any(both[0]):
        factor = pieces.outer(merged(both[0][0], row.size), merged(both[0][1], column.size))
        result = pieces.entrywise([result, factor])
    if any(both[1]):
        factor = pieces.outer(merged(both[1][0], row.size), merged(both[1][1], column.size))
        result = pieces.divided(result, factor)
    return result


def _positive(item: Item) -> Item:
    return Item(item.piece, neg(item.power)) if is_below(item.power) else item


def _by_diagonals(edge: Piece, above: list[Item], beside: list[Item]) -> Piece:
    result = edge
    if above:
        result = pieces.product(pieces.diagonal_matrix(merged(above)), result)
    if beside:
        result = pieces.product(result, pieces.diagonal_matrix(merged(beside)))
    return result


def has_divisor(coef: Scalar, count: Scalar) -> bool:
    """Whether the coefficient is written with `1 / count`."""
    if is_number(count):
        one = Fraction(1, int(count))  # type: ignore[arg-type]
        return is_number(coef) and count != 1 and abs(coef) == one
    if is_number(coef):
        return False
    number, coef = coef.as_coeff_Mul()
    whole, count = count.as_coeff_Mul()
    if number.q % whole:
        return False
    powers = dict(a.as_base_exp() for a in sp.Mul.make_args(coef))
    parts = [a.as_base_exp() for a in sp.Mul.make_args(count)]
    return all(powers.get(base, sp.S.Zero) + exponent <= 0 for base, exponent in parts)
