"""Contributions: what one reader passes to the cotangent of a node, and their sum.

A contribution is one term over (lead, target indices). Law: the cotangent of a node is the sum of
the contributions of all its readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.calculus.brackets import same_place
from symnn.calculus.build import Positions, fresh_indices, positions
from symnn.calculus.facts import Policy
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Node, Term


@dataclass(frozen=True)
class Contribution:
    """Terms of a cotangent over (lead, target indices): what one reader passes to `target`."""

    target: Node
    indices: tuple[Index, ...]
    term: Term


def collected(
    lead: tuple[Index, ...], node: Node, parts: list[Contribution], policy: Policy
) -> Node:
    """The sum of contributions to a node."""
    own = fresh_indices(node)
    terms = []
    for part in parts:
        mapping = {a: b.pos for a, b in zip(part.indices, own, strict=True)}
        factors = tuple(
            Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power)
            for f in part.term.factors
        )
        terms.append(Term(part.term.coef, part.term.bound, factors))
    return make_sum((*lead, *own), terms, policy)


def place(target: Node, pos: Positions, term: Term) -> Contribution:
    """Write a term to `target` at `pos`: brackets for all but bare, distinct, whole indices."""
    own = fresh_indices(target)
    mapping: dict[Index, Affine] = {}
    brackets = []
    for a, p in zip(own, pos, strict=True):
        known = p.bare is not None and p.bare in term.bound and p.bare not in mapping
        if known and p.bare.size == a.size:  # type: ignore[union-attr]
            mapping[p.bare] = a.pos  # type: ignore[index]
        else:
            brackets.append((a, p))
    factors = [
        Factor(f.node, tuple(q.substitute(mapping) for q in f.pos), f.power) for f in term.factors
    ]
    factors += [same_place(a.pos, p.substitute(mapping)) for a, p in brackets]
    bound = tuple(b for b in term.bound if b not in mapping)
    return Contribution(target, own, Term(term.coef, bound, tuple(factors)))


def seeded(
    seeds: Sequence[tuple[Node, Node]], lead: tuple[Index, ...]
) -> dict[Node, list[Contribution]]:
    """The cotangents of the roots, as what a reader passes to them."""
    given: dict[Node, list[Contribution]] = {}
    for root, cotangent in seeds:
        own = fresh_indices(root)
        term = Term(1, (), (Factor(cotangent, positions((*lead, *own))),))
        given.setdefault(root, []).append(Contribution(root, own, term))
    return given


def given_back(seed: Contribution) -> Node:
    """The cotangent that a seed was made of."""
    return seed.term.factors[0].node
