"""Rows in blocks: a sum whose terms hold on ranges of the first axis, `[G_i; G_f; G_g; G_o]`.

The gradient of a matrix that is read in slices is one such sum. Law: the blocks, one below the
other, are the node.
"""

from __future__ import annotations

from symnn.calculus.instances import substitute_factor
from symnn.calculus.normal import make_sum
from symnn.core.index import Index, combine, constant
from symnn.core.node import GE, Factor, Node, Sum, Term
from symnn.core.scalars import Scalar, add, neg, sub

Range = tuple[Scalar, Scalar]


def row_blocks(node: Node) -> list[Node] | None:
    """The blocks of a matrix or vector from top to bottom; None where it has not two or more.

    >>> from symnn.calculus.brackets import at_least_zero
    >>> from symnn.core.node import Leaf
    >>> k, x, y = Index(5), Leaf("x", (2,)), Leaf("y", (3,))
    >>> below, behind = combine(constant(1), k.pos, -1), combine(k.pos, constant(-2))
    >>> top = Term(1, (), (Factor(x, (k.pos,)), at_least_zero(below)))
    >>> rest = Term(1, (), (Factor(y, (behind,)), at_least_zero(behind)))
    >>> row_blocks(make_sum((k,), [top, rest]))
    [x, y]
    """
    if not isinstance(node, Sum) or node.rank not in (1, 2) or len(node.terms) < 2:
        return None
    row = node.indices[0]
    found: dict[Range, list[Term]] = {}
    for term in node.terms:
        split = _range_of(term, row)
        if split is None:
            return None
        rows, rest = split
        found.setdefault(rows, []).append(rest)
    order = _in_order(list(found), row.size)
    if order is None or len(order) < 2:
        return None
    return [_block(node, rows, found[rows]) for rows in order]


def _range_of(term: Term, row: Index) -> tuple[Range, Term] | None:
    """The rows on which a term holds, and the term without the brackets that say so."""
    first: Scalar = 0
    behind: Scalar = row.size
    kept: list[Factor] = []
    for f in term.factors:
        if not f.is_bracket or row not in f.indices():
            kept.append(f)
            continue
        (p,) = f.pos
        if len(p.terms) != 1:
            return None
        sign, shift = p.terms[0][1], p.const
        if f.node is GE and sign == 1:
            first = neg(shift)
        elif f.node is GE and sign == -1:
            behind = add(shift, 1)
        else:
            return None
    return (first, behind), Term(term.coef, term.bound, tuple(kept))


def _in_order(ranges: list[Range], size: Scalar) -> list[Range] | None:
    """The ranges one behind the other, if they make up the axis."""
    found: list[Range] = []
    at: Scalar = 0
    while len(found) < len(ranges):
        following = next((r for r in ranges if sub(r[0], at) == 0 and r not in found), None)
        if following is None:
            return None
        found.append(following)
        at = following[1]
    return found if sub(at, size) == 0 else None


def _block(node: Sum, rows: Range, terms: list[Term]) -> Node:
    """The terms over rows of their own."""
    old, *others = node.indices
    row = Index(sub(rows[1], rows[0]))
    place = {old: combine(constant(rows[0]), row.pos)}
    made = [
        Term(t.coef, t.bound, tuple(substitute_factor(f, place) for f in t.factors)) for t in terms
    ]
    return make_sum((row, *others), made)
