"""Terms made ready for print: groups scaled so that numbers are short and signs positive.

The normal form takes the content out of every group, which gives `100 √10 / √(1 + 100000 v)` for
`1 / √(v + 10⁻⁵)`; `balanced` puts it back where that reads shorter, turns `−(y − ŷ)` into `ŷ − y`,
and under even powers subtracts what is given (`(ŷ − y)²`). Law: the value of the term.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod

import sympy as sp

from symnn.calculus.facts import READER
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum, normal_term
from symnn.core.index import Affine
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.scalars import (
    Scalar,
    exact,
    is_negative,
    is_number,
    mul,
    neg,
    power,
    rational_content,
    to_sympy,
)
from symnn.text.numbers import is_decimal

Positions = tuple[Affine, ...]


def read_through(node: Sum) -> Node:
    """A sum with sums of one term inside it read through."""
    plain = node.cache.get("read through")
    if plain is None:
        plain = make_sum(node.indices, node.terms, READER)
        node.cache["read through"] = plain
    return plain  # type: ignore[no-any-return]


def opened(node: Sum, pos: Positions, scale: Scalar = 1) -> tuple[Term, ...]:
    """The terms of a sum at positions, times `scale`."""
    plain = read_through(node)
    if not isinstance(plain, Sum):
        return (Term(scale, (), (Factor(plain, pos),)),)
    found = [instantiate(plain, term, pos) for term in plain.terms]
    if len({p.bare for p in pos if p.bare}) < len(pos):  # a diagonal or an entry: brackets settle
        found = [t for t in map(normal_term, found) if t is not None]
    return tuple(term if scale == 1 else term.scaled(mul(term.coef, scale)) for term in found)


def balanced(term: Term) -> tuple[Scalar, list[tuple[Factor, Scalar]]]:
    """The coefficient, and each factor with the scale that its group is to be read with."""
    coef = term.coef
    scales: dict[int, Scalar] = {}
    groups: list[tuple[int, Sum]] = []
    for k, f in enumerate(term.factors):
        group = read_through(f.node) if isinstance(f.node, Sum) else None
        if isinstance(group, Sum) and len(group.terms) == 1 and f.power == 1:
            inner = group.terms[0]
            if is_negative(coef) and not is_negative(balanced(inner.scaled(neg(inner.coef)))[0]):
                scales[k], coef = -1, neg(coef)
        if isinstance(group, Sum) and len(group.terms) > 1:
            groups.append((k, group))
            common = _numeric_content(group) if isinstance(f.power, int) else 1
            scales[k] = power(common, -1)
            coef = mul(coef, power(common, f.power))
    for k, group in sorted(groups, key=lambda g: isinstance(term.factors[g[0]].power, int)):
        coefs = [mul(t.coef, scales[k]) for t in group.terms]
        scale, coef = _scale(coef, coefs, group, term.factors[k].power)
        scales[k] = mul(scales[k], scale)
    return coef, [(f, scales.get(k, 1)) for k, f in enumerate(term.factors)]


def _numeric_content(group: Sum) -> Scalar:
    """The number that all coefficients share, roots included (`√10` of `√10 a − √10 b`)."""
    numbers = [_numeric(t.coef) for t in group.terms]
    ratios = [exact(sp.nsimplify(n / numbers[0])) for n in numbers]
    if is_number(numbers_first := exact(numbers[0])) or not all(map(is_number, ratios)):
        return 1
    return numbers_first if all(Fraction(r).denominator == 1 for r in ratios) else 1  # type: ignore


def _numeric(c: Scalar) -> sp.Expr:
    return abs(sp.Mul(*(a for a in sp.Mul.make_args(to_sympy(c)) if a.is_number)))


def _scale(coef: Scalar, coefs: list[Scalar], group: Sum, w: Scalar) -> tuple[Scalar, Scalar]:
    """The scale of a group with these coefficients, and the coefficient that goes with it."""
    spans = [_span(t) for t in group.terms]
    best, best_coef = Fraction(1), coef
    least = weight(coef) + sum(map(_weight_of_mean, coefs, spans))
    for s in _candidates(coef, coefs, w):
        outer = mul(coef, power(exact(s), neg(w)))
        scaled = [mul(c, exact(s)) for c in coefs]
        total = weight(outer) + sum(map(_weight_of_mean, scaled, spans))
        if total < least:
            best, best_coef, least = s, outer, total
    if isinstance(w, int) and _turns(group, even=w % 2 == 0, negative=is_negative(best_coef)):
        best = -best
        best_coef = best_coef if w % 2 == 0 else neg(best_coef)
    return exact(best), best_coef


def _span(term: Term) -> int:
    """How many values a term sums over, where that is a number: 1 if it sums over nothing."""
    sizes = [i.size for i in term.bound]
    for f in term.factors:
        if isinstance(f.node, Sum) and len(f.node.terms) == 1:
            sizes += [i.size for i in f.node.terms[0].bound]
    return prod(s for s in sizes if isinstance(s, int))


def _weight_of_mean(coef: Scalar, span: int) -> int:
    """The weight of a coefficient; the share 1/n of a sum of n values is a mean, and is free."""
    return 0 if span > 1 and abs(mul(coef, span)) == 1 else weight(coef)


def _candidates(coef: Scalar, coefs: list[Scalar], w: Scalar) -> list[Fraction]:
    found = [1 / abs(rational_content(c)) for c in coefs]
    numeric = _numeric(coef)
    if numeric != 1:
        root = exact(sp.powdenest(numeric ** (1 / to_sympy(w)), force=True))
        if is_number(root):
            found.append(Fraction(root))  # type: ignore[arg-type]
    return [s for s in dict.fromkeys(found) if s != 1]


def _turns(group: Sum, *, even: bool, negative: bool) -> bool:
    """Whether a group reads better with all signs changed."""
    minus = [t for t in group.terms if is_negative(t.coef)]
    plus = [t for t in group.terms if not is_negative(t.coef)]
    if not (even or negative) or not minus:
        return False
    if len(plus) != 1 or len(minus) != 1:
        return len(minus) > len(plus)
    if not even and not plus[0].factors:
        return False  # 1 − s stays
    difference = _givenness(plus[0], group) - _givenness(minus[0], group)
    return difference > 0 or (negative and not even and difference == 0)


def _givenness(term: Term, group: Sum) -> int:
    """2 for what is constant along an axis, 1 for an input, 0 for a computed value."""
    free = {i for f in term.factors for i in f.indices()} - set(term.bound)
    if len(free) < group.rank:
        return 2
    if len(term.factors) == 1 and isinstance(term.factors[0].node, Leaf):
        return int(term.factors[0].node.role == "input")
    return 0


def is_of_parameters(term: Term) -> bool:
    """Whether a term reads parameters only: a bias or a penalty, which stands late in a sum."""
    return bool(term.factors) and all(
        isinstance(f.node, Leaf) and f.node.role == "parameter" for f in term.factors
    )


def weight(c: Scalar) -> int:
    """How long a coefficient is in print: 0 for 1 and -1."""
    if is_number(c):
        value = abs(Fraction(c))  # type: ignore[arg-type]
        if value == 1:
            return 0
        if is_decimal(value):
            return len(str(float(value)).split("e")[0].replace(".", "").strip("0"))
        below = len(str(value.denominator)) if value.denominator != 1 else 0
        return below + (len(str(value.numerator)) if value.numerator != 1 else 0)
    total = 0
    for part in sp.Mul.make_args(to_sympy(c)):
        base, exponent = part.as_base_exp()
        root = 0 if exponent in (1, -1) else 2
        total += root + (weight(exact(base)) if base.is_Rational else 1)
    return total


def constant_value(node: Node) -> Scalar | None:
    """The value of a node that is the same number everywhere, or None."""
    if not isinstance(node, Sum) or len(node.terms) != 1:
        return None
    (term,) = node.terms
    return None if term.bound or term.factors else term.coef
