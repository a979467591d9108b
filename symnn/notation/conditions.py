"""Positions and brackets as written: `2 i + u − p`, `[i = k]`, `[s ≤ t]`.

A bracket `[p = 0]` is shown solved for its earliest letter, a `[p ≥ 0]` with its negative part on
the other side; letters count from 0 inside, as everywhere in the tree. Law: equal truth values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from symnn.core.index import Affine, Index, Read, combine, negated
from symnn.core.node import EQ, GE, Factor
from symnn.core.scalars import Scalar, add, is_number, neg, rational_content
from symnn.notation.letters import letter_rank
from symnn.notation.scalars import scalar_tree
from symnn.notation.tree import Add, All, Iverson, Mul, Neg, Num, Relation, Tree
from symnn.notation.tree import Index as Letter


@dataclass(frozen=True, slots=True)
class Places:
    """How indices are written: their trees, and how an integer read is."""

    letters: Mapping[Index, Tree]
    read: Callable[[Read], Tree]


def position_tree(p: Affine, places: Places) -> Tree:
    """An affine position."""

    def place(item: tuple[Any, Scalar]) -> tuple[bool, bool, Scalar, tuple[int, int, str]]:
        """Positive first, symbols before numbers, the larger factor first, then the letters."""
        atom, c = item
        letter = (0, -1, "") if isinstance(atom, Read) else _letter(places.letters[atom])
        return _is_minus(c), is_number(c), -abs(c) if is_number(c) else 0, letter

    ordered = sorted(p.terms, key=place)
    terms = [
        _times(c, places.read(a) if isinstance(a, Read) else places.letters[a]) for a, c in ordered
    ]
    if p.const != 0 or not terms:
        constant = scalar_tree(p.const)
        terms.extend(constant.terms if isinstance(constant, Add) else (constant,))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def _is_minus(c: Scalar) -> bool:
    return rational_content(c) < 0


def _times(c: Scalar, tree: Tree) -> Tree:
    if c == 1:
        return tree
    if _is_minus(c):
        return Neg(_times(neg(c), tree))
    factor = scalar_tree(c)
    factors = factor.factors if isinstance(factor, Mul) else (factor,)
    return Mul((*factors, tree))


def bracket_tree(f: Factor, places: Places) -> Tree:
    """An EQ or GE factor as an Iverson bracket."""
    p = f.pos[0]
    if f.node is not EQ:
        return Iverson(at_least_zero(p, places))
    left, right, _ = _solved(p, places)
    return Iverson(Relation("=", position_tree(left, places), position_tree(right, places)))


def at_least_zero(p: Affine, places: Places, lead: Collection[Index] = ()) -> Tree:
    """The condition `p ≥ 0`, solved for a letter of `lead`, else for the earliest."""
    left, right, sign = _solved(p, places, lead)
    strict = Affine(add(right.const, -sign), right.terms)
    rel = ">=" if sign == 1 else "<="
    if _length(strict.const) < _length(right.const):
        rel, right = (">" if sign == 1 else "<"), strict
    return Relation(rel, position_tree(left, places), position_tree(right, places))


def range_tree(p: Affine, top: Scalar, places: Places) -> Tree:
    """`[0 ≤ p ≤ top]`, or `[0 ≤ p < n]` where that is shorter."""
    position = position_tree(p, places)
    above = add(top, 1)
    rel, last = ("<", above) if _length(above) < _length(top) else ("<=", top)
    low = Relation("<=", Num(0), position)
    return Iverson(All((low, Relation(rel, position, scalar_tree(last)))))


def ranges_apart(
    factors: Sequence[tuple[Factor, Scalar]],
) -> tuple[list[tuple[Factor, Scalar]], list[tuple[Affine, Scalar]]]:
    """Take out pairs of brackets `[p ≥ 0] [c − p ≥ 0]` with several letters in p, as (p, c)."""
    rest = list(factors)
    found: list[tuple[Affine, Scalar]] = []
    guards = [f for f, _ in factors if f.node is GE and len(f.pos[0].terms) > 1]
    while guards:
        f = guards.pop(0)
        for g in guards:
            total = combine(f.pos[0], g.pos[0])
            if not total.terms:
                low = f if _length(f.pos[0].const) <= _length(g.pos[0].const) else g
                found.append((low.pos[0], total.const))
                guards.remove(g)
                rest = [pair for pair in rest if pair[0] is not f and pair[0] is not g]
                break
    return rest, found


def _length(c: Scalar) -> int:
    if c == 0:
        return 0
    return len(c.args) if isinstance(c, sp.Add) else 1


def _solved(p: Affine, places: Places, lead: Collection[Index] = ()) -> tuple[Affine, Affine, int]:
    """`p = sign * (left - right)`, left the earliest letter that stands alone."""
    for index in sorted(p.indices(), key=lambda i: (i not in lead, _letter(places.letters[i]))):
        c = p.coefficient(index)
        rest = combine(p, index.pos, neg(c))
        value = negated(rest) if c == 1 else rest
        subtracts = any(_is_minus(d) for _, d in value.terms)
        if c in (1, -1) and index not in rest.indices() and not subtracts:
            return index.pos, value, int(c)
    plus = tuple((a, c) for a, c in p.terms if not _is_minus(c))
    minus = tuple((a, neg(c)) for a, c in p.terms if _is_minus(c))
    below = _is_minus(p.const)
    left = Affine(0 if below else p.const, plus)
    return left, Affine(neg(p.const) if below else 0, minus), 1


def _letter(tree: Tree) -> tuple[int, int, str]:
    return letter_rank(tree.letter) if isinstance(tree, Letter) else (0, -1, "")


def domain_tree(
    domain: Sequence[Affine], places: Places, lead: Collection[Index] = ()
) -> Tree | None:
    """All positions of a domain at once, or None where there are none."""
    parts = tuple(at_least_zero(d, places, lead) for d in domain)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(parts)
