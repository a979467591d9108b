"""Kronecker products in a term: `A_{a,c} B_{b,d}` at the row `p a + b` and the column `q c + d`.

Law: the term's value, with A ⊗ B in place of its brackets and of both factors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Factor, Node, Term
from symnn.core.scalars import mul, sub
from symnn.notation import pieces
from symnn.notation.pieces import Piece
from symnn.notation.tree import Kron

Read = Callable[[Node, tuple[Affine, ...]], tuple[Piece, tuple[Index, ...]]]


def kron_of(term: Term, target: tuple[Index, ...], read: Read) -> tuple[Piece, Term] | None:
    """`A ⊗ B` over the target, and the term without it; None where the term holds none.

    Args:
        term: a product with its brackets.
        target: the row and the column.
        read: writes a node read at positions, and says how its rows and columns go.
    """
    if len(target) != 2:
        return None
    brackets = [f for f in term.factors if f.node is EQ]
    split = [_split(f, i, term) for i in target for f in brackets if i in f.indices()]
    if len(split) != 2 or None in split or len(brackets) != 2:
        return None
    (outer_row, inner_row), (outer_column, inner_column) = split  # type: ignore[misc]
    first = _factor(term, outer_row, outer_column)
    second = _factor(term, inner_row, inner_column)
    if first is None or second is None:
        return None
    gone = {outer_row, inner_row, outer_column, inner_column}
    rest = tuple(f for f in term.factors if f not in (first, second, *brackets))
    if any(set(f.indices()) & (gone | set(target)) for f in rest):
        return None
    a, b = _by_rows(read, first, outer_row), _by_rows(read, second, inner_row)
    tree, turned = Kron((a.tree, b.tree)), Kron((a.turned, b.turned))
    weight = a.weight + b.weight + 1
    whole = replace(pieces.whole(tree, weight, 2), turned=turned, turned_weight=weight)
    return whole, Term(term.coef, tuple(i for i in term.bound if i not in gone), rest)


def _by_rows(read: Read, f: Factor, row: Index) -> Piece:
    """A factor as a matrix whose rows go by an index."""
    piece, free = read(f.node, f.pos)
    return piece if free[0] is row else piece.flipped()


def _split(f: Factor, place: Index, term: Term) -> tuple[Index, Index] | None:
    """The indices a and b of `[i = p a + b]`, with p the size of b."""
    (position,) = f.pos
    sign = position.coefficient(place)
    others = [i for i in position.indices() if i is not place]
    if sign not in (1, -1) or len(others) != 2 or position.const != 0:
        return None
    for a, b in (others, others[::-1]):
        steps = mul(-1, mul(sign, position.coefficient(a)))
        one = mul(-1, mul(sign, position.coefficient(b)))
        if one == 1 and sub(steps, b.size) == 0 and a in term.bound and b in term.bound:
            return a, b
    return None


def _factor(term: Term, row: Index, column: Index) -> Factor | None:
    """The only factor that reads two indices, as a matrix."""
    found = [f for f in term.factors if f.node is not EQ and {row, column} & set(f.indices())]
    lone = len(found) == 1 and found[0].power == 1 and len(found[0].pos) == 2
    bare = [p.bare for p in found[0].pos] if lone else []
    return found[0] if set(bare) == {row, column} else None
