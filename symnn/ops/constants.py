"""Tensors that read no tensor: numbers, ranges, identities, triangles, as brackets.

`arange` is `sum(k: [i > k])`: its value counts, its face carries the affine position. Law: every
function here equals NumPy's of the same name at every size.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.brackets import at_least_zero, same_place
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Factor, Node, Term
from symnn.core.scalars import Scalar, exact


def filled(value: Scalar, sizes: Sequence[Scalar]) -> Node:
    """One number everywhere."""
    return make_sum(tuple(Index(s) for s in sizes), [Term(exact(value), (), ())])


def index_value(index: Index) -> Term:
    """The value of an index as a term: `sum(k: [index - k - 1 >= 0])`."""
    counter = index.fresh()
    below = combine(combine(index.pos, counter.pos, -1), constant(1), -1)
    return Term(1, (counter,), (at_least_zero(below),))


def affine_value(out: tuple[Index, ...], pos: Affine) -> Node:
    """The tensor whose entries are the values of a position over `out`."""
    terms = [Term(pos.const, (), ())]
    for atom, c in pos.terms:
        if isinstance(atom, Index):
            terms.append(index_value(atom).scaled(c))
        else:
            terms.append(Term(c, (), (Factor(atom.node, atom.pos),)))
    return make_sum(out, terms)


def guarded(out: tuple[Index, ...], brackets: Sequence[Factor]) -> Node:
    """1 where all brackets hold, else 0."""
    return make_sum(out, [Term(1, (), tuple(brackets))])


def identity(rows: Scalar, columns: Scalar, offset: Scalar = 0) -> Node:
    """`[i + offset = j]`."""
    i, j = Index(rows), Index(columns)
    return guarded((i, j), [same_place(combine(i.pos, constant(offset)), j.pos)])


def triangle(rows: Scalar, columns: Scalar, offset: Scalar = 0) -> Node:
    """`[i + offset >= j]`: ones on and below the diagonal `offset`."""
    i, j = Index(rows), Index(columns)
    return guarded((i, j), [below_diagonal(i, j, offset)])


def below_diagonal(i: Index, j: Index, offset: Scalar = 0) -> Factor:
    """The bracket `[i + offset >= j]`."""
    return at_least_zero(combine(combine(i.pos, constant(offset)), j.pos, -1))


def complement(brackets: Sequence[Factor]) -> list[list[Factor]]:
    """Where not all brackets hold, as disjoint alternatives (each a product of brackets)."""
    alternatives: list[list[Factor]] = []
    held: list[Factor] = []
    for f in brackets:
        p = f.pos[0]
        below = at_least_zero(combine(constant(-1), p, -1))
        above = at_least_zero(combine(p, constant(-1)))
        for g in [below] if f.node.uid == 1 else [above, below]:
            alternatives.append([*held, g])
        held.append(f)
    return alternatives
