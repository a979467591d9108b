"""Terms over the indices of an equation, multiplied, raised and put under functions."""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.build import map_node, positions
from symnn.calculus.facts import STRUCTURE
from symnn.core.function import function
from symnn.core.index import Affine, Index
from symnn.core.node import GE, Factor, Term
from symnn.core.scalars import Scalar, mul, power
from symnn.ops.algebra import build


def free(terms: list[Term]) -> tuple[Index, ...]:
    """Indices of the terms that they do not sum, by first appearance."""
    return tuple(
        dict.fromkeys(i for t in terms for f in t.factors for i in f.indices() if i not in t.bound)
    )


def single(terms: list[Term]) -> Term:
    """One term; a sum of several becomes a node of its own."""
    if len(terms) == 1:
        return terms[0]
    own = free(terms)
    return Term(1, (), (Factor(build(own, *terms), positions(own)),))


def times(a: Term, b: Term) -> Term:
    """The product of two terms."""
    return Term(mul(a.coef, b.coef), (*a.bound, *b.bound), (*a.factors, *b.factors))


def raised(terms: list[Term], exponent: Scalar) -> Term:
    """Terms to a constant power."""
    if len(terms) == 1 and not terms[0].factors and not terms[0].bound:
        return Term(power(terms[0].coef, exponent), (), ())
    own = free(terms)
    return Term(1, (), (Factor(build(own, *terms), positions(own), exponent),))


def mapped(name: str, args: list[list[Term]]) -> Term:
    """A registered function of terms."""
    own = tuple(dict.fromkeys(i for a in args for i in free(a)))
    reads = [(build(free(a), *a), positions(free(a))) for a in args]
    return Term(1, (), (Factor(map_node(function(name), own, reads, STRUCTURE), positions(own)),))


def lone_read(terms: list[Term], domain: Sequence[Affine]) -> Factor | None:
    """The one read of a tensor, where the domain keeps it inside."""
    (term, *more) = terms
    plain = [f for f in term.factors if not f.is_bracket]
    guarded = all(f.node is GE and f.pos[0] in domain for f in term.factors if f.is_bracket)
    alone = not more and term.coef == 1 and not term.bound and len(plain) == 1
    return plain[0] if domain and alone and guarded and plain[0].power == 1 else None
