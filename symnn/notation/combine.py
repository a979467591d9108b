"""Pieces in sums and beside scalars: signs, coefficients, sums over a letter, numbers.

Law: as in `pieces`, both orientations are built and agree. An inner product beside a column joins
its chain (`x aᵀ b`), beside a matrix it is written `⟨a, b⟩ A`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symnn.core.scalars import Scalar
from symnn.notation.pieces import (
    CONSTANT,
    GROUP,
    PRODUCT,
    Piece,
    balanced,
    number,
    times,
)
from symnn.notation.scalars import Split, scalar_tree, size_tree
from symnn.notation.tree import Add, BigOp, Frac, Inner, Mul, Neg, Num, Tree, Zeros


def scaled(piece: Piece, split: Split, below: Sequence[Piece] = ()) -> Piece:
    """A piece with a number, size factors and scalar trees around it; the sign is left out.

    `below` are further scalars of the denominator.
    """
    if below and split.number is not None and isinstance(split.number.value, Fraction):
        value = split.number.value
        number = Num(value.numerator) if value.numerator != 1 else None
        split = replace(split, number=number, below=(Num(value.denominator), *split.below))
    front = ([split.number] if split.number else []) + list(split.above)
    dens = [*split.below, *(p.tree for p in below)]
    if not front and not dens:
        return piece

    def around(tree: Tree) -> Tree:
        skip = isinstance(tree, Num) and tree.value == 1 and front
        top = times(*front, *([] if skip else [tree]))
        if not dens:
            return top
        return Frac(top, dens[0] if len(dens) == 1 else Mul(tuple(dens)))

    grown = 2 * (len(front) + len(split.below)) + sum(p.weight + 1 for p in below)
    return replace(
        piece,
        tree=around(piece.tree), turned=around(piece.turned),
        weight=piece.weight + grown, turned_weight=piece.turned_weight + grown,
        kind=PRODUCT, diagonal_of=None, literal=False, ends=None,
    )  # fmt: skip


def added(terms: Sequence[tuple[bool, Piece]]) -> Piece:
    """A signed sum, a positive term first."""
    if len(terms) == 1:
        negative, piece = terms[0]
        return negated(piece) if negative else piece
    ordered = sorted(terms, key=lambda t: t[0])
    rank = max(p.rank for _, p in ordered)

    def side(turned: bool) -> Tree:
        written = [(n, p.turned if turned else p.tree) for n, p in ordered]
        return Add(tuple(Neg(tree) if n else tree for n, tree in written))

    return balanced(
        Piece(
            side(False), side(True),
            sum(p.weight for _, p in ordered) + len(ordered) - 1,
            sum(p.turned_weight for _, p in ordered) + len(ordered) - 1,
            rank, GROUP, any(p.gradient for _, p in ordered),
        )
    )  # fmt: skip


def negated(piece: Piece) -> Piece:
    """Minus a piece."""
    return replace(
        piece, tree=Neg(piece.tree), turned=Neg(piece.turned),
        weight=piece.weight + 1, turned_weight=piece.turned_weight + 1, kind=GROUP,
        diagonal_of=None, literal=False, ends=None,
    )  # fmt: skip


def zero(sizes: Sequence[Scalar]) -> Piece:
    """Nothing but zeros."""
    if not sizes:
        return number(Num(0))
    shape = tuple(size_tree(s) for s in sizes)
    return Piece(Zeros(shape), Zeros(shape[::-1]), 1, 1, len(sizes), CONSTANT)


def literal_number(value: Scalar, rank: int) -> Piece:
    """A number that stands for every entry beside an array."""
    tree = scalar_tree(value)
    return Piece(tree, tree, 1, 1, rank, CONSTANT, literal=True)


def front(scalars: Sequence[Piece], core: Piece | None) -> Piece:
    """Scalars in front of an array, or their product where there is none."""
    parts = sorted(scalars, key=lambda p: p.kind == GROUP)
    if core is None:
        return _numbers_product(parts)
    for scalar in parts:
        core = scalar_times(scalar, core)
    return core


def _numbers_product(parts: Sequence[Piece]) -> Piece:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return number(Num(1))
    whole = number(times(*(p.tree for p in parts)), sum(p.weight + 1 for p in parts) - 1)
    return replace(whole, kind=PRODUCT, gradient=any(p.gradient for p in parts))


def scalar_times(scalar: Piece, core: Piece) -> Piece:
    """A scalar beside an array; an inner product joins the chain: `x aᵀ b`, `u aᵀ b vᵀ`."""
    if scalar.ends is not None and core.rank == 1 and core.kind != GROUP:
        tree, turned = times(core.tree, scalar.tree), times(scalar.tree, core.turned)
    elif scalar.ends is not None and core.ends is not None:
        left, right = core.ends
        tree = times(left.tree, scalar.tree, right.turned)
        turned = times(right.tree, scalar.tree, left.turned)
    else:
        lead = scalar.tree
        if scalar.ends is not None:
            lead = Inner(scalar.ends[0].tree, scalar.ends[1].tree)
        tree, turned = times(lead, core.tree), times(lead, core.turned)
    return replace(
        core, tree=tree, turned=turned,
        weight=core.weight + scalar.weight + 1,
        turned_weight=core.turned_weight + scalar.weight + 1,
        kind=PRODUCT, literal=False, diagonal_of=None, ends=None,
        gradient=core.gradient or scalar.gradient,
    )  # fmt: skip


def big_sum(body: Piece, letter: str, size: Scalar) -> Piece:
    """`Σ_letter` of a piece."""

    def over(tree: Tree) -> Tree:
        return BigOp("sum", tree, ((letter, size_tree(size)),))

    return replace(
        body, tree=over(body.tree), turned=over(body.turned),
        weight=body.weight + 1, turned_weight=body.turned_weight + 1,
        kind=PRODUCT, literal=False, diagonal_of=None, ends=None,
    )  # fmt: skip


def is_number(piece: Piece) -> bool:
    """Whether a piece is written with digits only, so that it may stand for every entry."""
    tree = piece.tree.arg if isinstance(piece.tree, Neg) else piece.tree
    return isinstance(tree, Num)
