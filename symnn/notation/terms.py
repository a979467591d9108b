"""Terms made ready for print: groups scaled so that numbers are short and signs positive.

The normal form takes the content out of every group, which gives `100 √10 / √(1 + 100000 v)` for
`1 / √(v + 10⁻⁵)`; `balanced` puts it back where that reads shorter, turns `−(y − ŷ)` into `ŷ − y`,
and under even powers subtracts what is given (`(ŷ − y)²`). Law: the value of the term.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sympy as sp

from symnn.calculus.facts import READER
from symnn.calculus.normal import instantiate, make_sum, normal_term, substitute_factor
from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Factor, Leaf, Node, Sum, Term
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
    best, best_coef = Fraction(1), coef
    least = weight(coef) + sum(map(weight, coefs))
    for s in _candidates(coef, coefs, w):
        outer = mul(coef, power(exact(s), neg(w)))
        total = weight(outer) + sum(weight(mul(c, exact(s))) for c in coefs)
        if total < least:
            best, best_coef, least = s, outer, total
    if isinstance(w, int) and _turns(group, even=w % 2 == 0, negative=is_negative(best_coef)):
        best = -best
        best_coef = best_coef if w % 2 == 0 else neg(best_coef)
    return exact(best), best_coef


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
        below = len(str(value.denominator)) if value.denominator != 1 else 0
        return below + (len(str(value.numerator)) if value.numerator != 1 else 0)
    total = 0
    for part in sp.Mul.make_args(to_sympy(c)):
        base, exponent = part.as_base_exp()
        root = 0 if exponent in (1, -1) else 2
        total += root + (weight(exact(base)) if base.is_Rational else 1)
    return total


def earliest(term: Term, place: Mapping[Index, int]) -> Term:
    """The term read at the earliest letters: `[i = k] p_i`, `p_i ([i = j] − p_j)`.

    Args:
        term: a term in normal form.
        place: the free indices by their rank as letters.
    """
    return turned(_solved(term, place), place)


def _solved(term: Term, place: Mapping[Index, int]) -> Term:
    mapping: dict[Index, Affine] = {}
    for f in term.factors:
        ends = _equated(f)
        if ends and all(i in place for i in ends):
            first, last = sorted(ends, key=place.__getitem__)
            mapping[last] = first.pos
    return _mapped(term, mapping) if mapping else term


def _mapped(term: Term, mapping: Mapping[Index, Affine]) -> Term:
    """Indices replaced in all factors but the brackets."""
    moved = (f if f.node is EQ else substitute_factor(f, dict(mapping)) for f in term.factors)
    return Term(term.coef, term.bound, tuple(moved))


def _equated(f: Factor) -> list[Index]:
    """The two indices of a bracket `[i = k]`, else none."""
    if f.node is not EQ or f.pos[0].const != 0 or len(f.pos[0].terms) != 2:
        return []
    (a, c), (b, d) = f.pos[0].terms
    plain = isinstance(a, Index) and isinstance(b, Index) and {c, d} == {1, -1}
    return [a, b] if plain else []


def turned(term: Term, place: Mapping[Index, int]) -> Term:
    """`p_j ([i = j] − p_i)` with i and j exchanged, if its value is symmetric."""
    group, labels = _delta_group(term) or (None, [])
    if group is None:
        return term
    i, j = (p.bare for p in group.pos)
    if i is None or j is None or i not in place or j not in place:
        return term
    exchange = {i: j.pos, j: i.pos}
    for label in labels:
        late = label.pos[0].bare is max(i, j, key=place.__getitem__)
        if late and _symmetric(group, label, (i, j), place):
            moved = tuple(
                substitute_factor(f, exchange) if f is group or f is label else f
                for f in term.factors
            )
            return Term(term.coef, term.bound, moved)
    return term


def _symmetric(
    group: Factor, label: Factor, ends: tuple[Index, Index], place: Mapping[Index, int]
) -> bool:
    """Whether label times group keeps its value when the two indices are exchanged."""
    assert isinstance(group.node, Sum)
    i, j = ends
    plain = [Term(t.coef, t.bound, (*t.factors, label)) for t in opened(group.node, group.pos)]
    back = [_mapped(t, {i: j.pos, j: i.pos}) for t in plain]
    first, second = (make_sum(ends, [_solved(t, place) for t in side]) for side in (plain, back))
    return first is second


def unsolved(term: Term) -> bool:
    """Whether a bracket of the term holds a bound index that the normal form would remove."""
    bound = set(term.bound)
    for f in term.factors:
        found = [f]
        if isinstance(f.node, Sum):
            mapping = dict(zip(f.node.indices, f.pos, strict=True))
            found = [substitute_factor(g, mapping) for t in f.node.terms for g in t.factors]
        if any(bound & set(_equated(g)) for g in found):
            return True
    return False


def labels_inside(term: Term) -> Term:
    """`p_i ([i = j] − p_j)` multiplied out: `diag(p) − p pᵀ` is shorter as a matrix."""
    found = _delta_group(term)
    return _absorbed(term, *found) if found else term


def _delta_group(term: Term) -> tuple[Factor, list[Factor]] | None:
    """A group over two indices that holds a bracket, and the vectors beside it."""
    for f in term.factors:
        if not (isinstance(f.node, Sum) and f.power == 1 and len(f.pos) == 2):
            continue
        ends = {p.bare for p in f.pos}
        if None in ends or len(ends) != 2 or not _has_delta(f.node):
            continue
        labels = [g for g in term.factors if _is_label(g, ends)]
        if labels:
            return f, labels
    return None


def _has_delta(node: Sum) -> bool:
    return any(f.node is EQ for t in node.terms for f in t.factors)


def _is_label(f: Factor, ends: set[Index | None]) -> bool:
    return not f.is_bracket and len(f.pos) == 1 and f.pos[0].bare in ends


def _absorbed(term: Term, group: Factor, labels: list[Factor]) -> Term:
    assert isinstance(group.node, Sum)
    indices = tuple(p.bare for p in group.pos if p.bare)
    terms = [Term(t.coef, t.bound, (*t.factors, *labels)) for t in opened(group.node, group.pos)]
    whole = Factor(make_sum(indices, terms, READER), group.pos)
    kept = [g for g in term.factors if g is not group and not any(g is x for x in labels)]
    return Term(term.coef, term.bound, (*kept, whole))
