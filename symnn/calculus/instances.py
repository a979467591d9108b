"""Terms read at positions: indices replaced, bound indices made fresh.

Law: reading a term at its own indices changes nothing but the names of its bound indices.
"""

from __future__ import annotations

from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Sum, Term


def substitute_factor(f: Factor, mapping: dict[Index, Affine]) -> Factor:
    """A factor with indices replaced by positions."""
    return Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power)


def instantiate(node: Sum, term: Term, pos: tuple[Affine, ...]) -> Term:
    """A term of `node` read at positions, its bound indices fresh."""
    mapping = dict(zip(node.indices, pos, strict=True))
    fresh = tuple(b.fresh() for b in term.bound)
    mapping.update((b, g.pos) for b, g in zip(term.bound, fresh, strict=True))
    return Term(term.coef, fresh, tuple(substitute_factor(f, mapping) for f in term.factors))
