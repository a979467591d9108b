"""Brackets `[i = k]` in terms: solved for the earliest letter, taken out of groups, put into them.

Components read `[i = k] p_i` and `p_i ([i = j] − p_j)`; matrices are shorter multiplied out,
`diag(p) − p pᵀ`. Law: the value of the term. Extend: a rewrite of one term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.calculus.facts import READER
from symnn.calculus.instances import substitute_factor
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index
from symnn.core.node import EQ, Factor, Sum, Term
from symnn.core.scalars import Scalar
from symnn.notation.terms import opened, read_through


def earliest(term: Term, place: Mapping[Index, int]) -> Term:
    """The term read at the earliest letters: `[i = k] p_i`, `p_i ([i = j] − p_j)`.

    Args:
        term: a term in normal form.
        place: the free indices by their rank as letters.
    """
    return turned(_solved(brackets_out(term), place), place)


def brackets_out(term: Term) -> Term:
    """Brackets that all terms of a group share, in front: `[i = k] ([j = l] − A_{ij})`."""
    factors: list[Factor] = []
    for f in term.factors:
        group = read_through(f.node) if isinstance(f.node, Sum) and f.power == 1 else None
        shared = _shared_brackets(group.terms) if isinstance(group, Sum) else []
        if not isinstance(group, Sum) or not shared:
            factors.append(f)
            continue
        mapping = dict(zip(group.indices, f.pos, strict=True))
        factors += [substitute_factor(g, mapping) for g in shared]
        rest = [_without(t, shared) for t in group.terms]
        factors.append(Factor(make_sum(group.indices, rest, READER), f.pos))
    return Term(term.coef, term.bound, tuple(factors))


def bracketed(terms: Sequence[Term]) -> Sequence[Term]:
    """Terms that all hold a bracket as one: `[i = k] (a_i + b_i)`."""
    shared = _shared_brackets(terms)
    if not shared:
        return terms
    rest = [_without(t, shared) for t in terms]
    bound = {b for t in terms for b in t.bound}
    free = dict.fromkeys(i for t in rest for f in t.factors for i in f.indices())
    own = tuple(i for i in free if i not in bound)
    whole = Factor(make_sum(own, rest, READER), tuple(i.pos for i in own))
    return [Term(1, (), (*shared, whole))]


def _without(term: Term, shared: Sequence[Factor]) -> Term:
    return Term(term.coef, term.bound, tuple(f for f in term.factors if f not in shared))


def _shared_brackets(terms: Sequence[Term]) -> list[Factor]:
    if len(terms) < 2:
        return []
    first, *others = (t.factors for t in terms)
    return [f for f in first if f.node is EQ and all(f in other for other in others)]


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


def equates(f: Factor, a: Index, b: Index) -> bool:
    """Whether a factor is the bracket `[a = b]`."""
    return {*_equated(f)} == {a, b}


def _equated(f: Factor) -> list[Index]:
    """The two indices of a bracket `[i = k]`, else none."""
    if f.node is not EQ or f.pos[0].const != 0 or len(f.pos[0].terms) != 2:
        return []
    (a, c), (b, d) = f.pos[0].terms
    plain = isinstance(a, Index) and isinstance(b, Index) and {c, d} == {1, -1}
    return [a, b] if plain else []


def turned(term: Term, place: Mapping[Index, int]) -> Term:
    """`p_j ([i = j] − p_i)` with i and j exchanged, if its value is symmetric."""
    for group in term.factors:
        if not isinstance(group.node, Sum) or group.power != 1:
            continue
        for i, j in _delta_ends(group, place):
            exchange = {i: j.pos, j: i.pos}
            for label in _labels(term, group, (i, j)):
                late = max(i, j, key=place.__getitem__) in label.indices()
                if late and _symmetric(group, label, (i, j), place):
                    moved = tuple(
                        substitute_factor(f, exchange) if f is group or f is label else f
                        for f in term.factors
                    )
                    return Term(term.coef, term.bound, moved)
    return term


def _delta_ends(group: Factor, place: Mapping[Index, int]) -> list[tuple[Index, Index]]:
    """The pairs of letters that a bracket inside the group equates."""
    assert isinstance(group.node, Sum)
    brackets = (g for t in opened(group.node, group.pos) for g in t.factors)
    pairs = (tuple(_equated(g)) for g in brackets)
    return [p for p in dict.fromkeys(pairs) if p and all(i in place for i in p)]  # type: ignore


def _labels(term: Term, group: Factor, ends: tuple[Index, Index]) -> list[Factor]:
    """Factors that read one of the two ends."""
    return [
        f
        for f in term.factors
        if f is not group and not f.is_bracket and len({*f.indices()} & {*ends}) == 1
    ]


def _symmetric(
    group: Factor, label: Factor, ends: tuple[Index, Index], place: Mapping[Index, int]
) -> bool:
    """Whether label times group keeps its value when the two indices are exchanged."""
    assert isinstance(group.node, Sum)
    i, j = ends
    out = tuple(dict.fromkeys((*group.indices(), *label.indices())))
    plain = [Term(t.coef, t.bound, (*t.factors, label)) for t in opened(group.node, group.pos)]
    back = [_mapped(t, {i: j.pos, j: i.pos}) for t in plain]
    first, second = (make_sum(out, [_solved(t, place) for t in side]) for side in (plain, back))
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


def without_equality(
    factors: list[tuple[Factor, Scalar]], target: tuple[Index, ...]
) -> tuple[list[tuple[Factor, Scalar]], bool]:
    """Take `[row = column]` out, putting the row for the column; whether it was there."""
    if len(target) != 2:
        return factors, False
    row, column = target
    rest = [(f, scale) for f, scale in factors if not equates(f, row, column)]
    if len(rest) == len(factors):
        return rest, False
    mapping = {column: row.pos}
    return [(substitute_factor(f, mapping), scale) for f, scale in rest], True
