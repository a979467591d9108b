"""Common factors: pairs of terms merged, greedily, while the sum reads shorter.

`A X C + A Y C = A (X + Y) C`: the largest common sub-product of two terms is grown from every pair
of equal factors, bound indices of one mapped onto the other; the rests become one group. Law: the
value never changes, and a read that may leave its tensor keeps its brackets beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symnn.calculus.brackets import inside
from symnn.calculus.build import positions
from symnn.calculus.facts import READER, Policy, is_off
from symnn.calculus.instances import substitute_factor
from symnn.calculus.normal import make_sum, normal_term, note_symmetry
from symnn.calculus.reading import cost, term_cost
from symnn.core.canonical import symmetric
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import Scalar, sub

MOST_TERMS = 12
NAME = "common factors"


def factored(node: Node, policy: Policy = READER) -> Node:
    """Common factors taken out of pairs of terms, greedily, while it gets cheaper."""
    while isinstance(node, Sum) and 1 < len(node.terms) <= MOST_TERMS and not is_off(NAME):
        better = _best_pair(node, policy)
        if better is None:
            return node
        node = better
    return node


def _best_pair(node: Sum, policy: Policy) -> Node | None:
    """The sum with the pair of terms merged that saves most, or None."""
    costs = [term_cost(t) for t in node.terms]
    best, best_gain = None, 1e-9
    for a in range(len(node.terms)):
        for b in range(a + 1, len(node.terms)):
            for merged in _merge_pair(node.indices, node.terms[a], node.terms[b], policy):
                gain = costs[a] + costs[b] - term_cost(merged)
                if gain > best_gain:
                    best, best_gain = (a, b, merged), gain
    if best is None:
        return None
    a, b, merged = best
    rest = [t for k, t in enumerate(node.terms) if k not in (a, b)]
    better = make_sum(node.indices, [*rest, _inner_factored(merged, policy)], policy)
    return better if cost(better) < cost(node) - 1e-9 else None


def _inner_factored(term: Term, policy: Policy) -> Term:
    factors = tuple(
        Factor(factored(f.node, policy), f.pos, f.power) if isinstance(f.node, Sum) else f
        for f in term.factors
    )
    return Term(term.coef, term.bound, factors)


@dataclass
class _Match:
    """A common sub-product of two terms: pairs of factors and the renaming second -> first."""

    pairs: list[tuple[Factor, Factor]]
    renaming: dict[Index, Index]
    policy: Policy


def _merge_pair(
    out: tuple[Index, ...], first: Term, second: Term, policy: Policy
) -> Iterable[Term]:
    second = _apart(second, first)
    seen = set()
    for f in first.factors:
        for g in second.factors:
            match = _grow(first, second, f, g, policy)
            if match is None:
                continue
            signature = frozenset((id(a), id(b)) for a, b in match.pairs)
            if signature in seen:
                continue
            seen.add(signature)
            merged = _merge(out, first, second, match, policy)
            if merged is not None:
                yield merged


def _apart(term: Term, other: Term) -> Term:
    """The term with bound indices of its own."""
    shared = [b for b in term.bound if b in other.bound]
    if not shared:
        return term
    fresh = {b: b.fresh() for b in shared}
    mapping = {b: f.pos for b, f in fresh.items()}
    factors = tuple(substitute_factor(f, mapping) for f in term.factors)
    return Term(term.coef, tuple(fresh.get(b, b) for b in term.bound), factors)


def _grow(first: Term, second: Term, f: Factor, g: Factor, policy: Policy) -> _Match | None:
    match = _Match([], {}, policy)
    if not _extend(match, f, g, first, second):
        return None
    for a in first.factors:
        if any(a is p for p, _ in match.pairs):
            continue
        for b in second.factors:
            if any(b is q for _, q in match.pairs):
                continue
            if _extend(match, a, b, first, second):
                break
    return match


def _extend(match: _Match, f: Factor, g: Factor, first: Term, second: Term) -> bool:
    if f.node is not g.node or not _share_power(f, g):
        return False
    for place in _orders(g, match.policy):
        renaming = dict(match.renaming)
        fits = (_unify(p, q, renaming, first, second) for p, q in zip(f.pos, place, strict=True))
        if all(fits):
            if place is not g.pos:
                note_symmetry(f.node, match.policy)
            match.renaming = renaming
            match.pairs.append((f, g))
            return True
    return False


def _orders(f: Factor, policy: Policy) -> list[tuple[Affine, ...]]:
    """The positions of a factor; of a symmetric one both ways round."""
    if f.is_bracket or not symmetric(f.node, facts=policy.facts, without=policy.disabled):
        return [f.pos]
    return [f.pos, f.pos[::-1]]


def _share_power(f: Factor, g: Factor) -> bool:
    if f.power == g.power:
        return True
    whole = isinstance(f.power, int) and isinstance(g.power, int)
    return whole and (f.power > 0) == (g.power > 0)


def _unify(p: Affine, q: Affine, renaming: dict[Index, Index], first: Term, second: Term) -> bool:
    if p.bare is not None and q.bare is not None and q.bare in second.bound:
        if q.bare in renaming:
            return renaming[q.bare] is p.bare
        if p.bare in first.bound and p.bare not in renaming.values():
            if q.bare.size != p.bare.size:
                return False
            renaming[q.bare] = p.bare
            return True
        return False
    mapping = {a: b.pos for a, b in renaming.items()}
    loose = [i for i in q.indices() if i in second.bound and i not in renaming]
    return not loose and q.substitute(mapping) == p


def _merge(
    out: tuple[Index, ...], first: Term, second: Term, match: _Match, policy: Policy
) -> Term | None:
    mapping = {a: b.pos for a, b in match.renaming.items()}
    common, left, right = [], [], []
    paired_first = {id(f): g for f, g in match.pairs}
    paired_second = {id(g) for _, g in match.pairs}
    for f in first.factors:
        if id(f) not in paired_first:
            left.append(f)
            continue
        shared = _lower(f, paired_first[id(f)])
        common.append(Factor(f.node, f.pos, shared))
        left += _remaining(f, shared)
        right += _remaining(Factor(f.node, f.pos, paired_first[id(f)].power), shared)
    right += [substitute_factor(g, mapping) for g in second.factors if id(g) not in paired_second]
    if not _guards_kept(common, left, right):
        return None
    held = {i for f in common for i in f.indices()}
    held_bound = tuple(b for b in first.bound if b in held)
    return _assemble(out, first, second, common, left, right, held_bound, match, policy)


def _guards_kept(common: list[Factor], left: list[Factor], right: list[Factor]) -> bool:
    """A read that may leave its tensor keeps every bracket of its term beside it."""
    rest = (*left, *right)
    if all(map(_stays_inside, (*common, *rest))):
        return True
    return all(map(_stays_inside, rest)) and not any(f.is_bracket for f in rest)


def _stays_inside(f: Factor) -> bool:
    """Whether a read can never leave its tensor."""
    if f.is_bracket:
        return True
    return not any(inside(p, size) for p, size in zip(f.pos, f.node.sizes, strict=True))


def _assemble(
    out: tuple[Index, ...],
    first: Term,
    second: Term,
    common: list[Factor],
    left: list[Factor],
    right: list[Factor],
    held_bound: tuple[Index, ...],
    match: _Match,
    policy: Policy,
) -> Term | None:
    outer = (*out, *held_bound)
    free = [{i for f in part for i in f.indices() if i in outer} for part in (left, right)]
    if not (free[0] <= free[1] or free[1] <= free[0]):
        return None
    if max(map(len, free)) > 2 and (first.bound or second.bound):
        return None  # of tensors only what is multiplied entry by entry is a group
    axes = tuple(i for i in outer if i in free[0] | free[1])
    left_bound = tuple(b for b in first.bound if b not in held_bound)
    right_bound = tuple(b for b in second.bound if match.renaming.get(b) not in held_bound)
    for rest, bound in ((left, left_bound), (right, right_bound)):
        used = {i for f in rest for i in f.indices()}
        if any(b not in used for b in bound):
            return None
    if _needs_ones(axes, held_bound, (left, right)):
        return None
    group = make_sum(
        axes,
        [Term(first.coef, left_bound, tuple(left)), Term(second.coef, right_bound, tuple(right))],
        policy,
    )
    whole = Term(1, held_bound, (*common, Factor(group, positions(axes))))
    return normal_term(whole, policy)


def _needs_ones(
    axes: tuple[Index, ...], held: tuple[Index, ...], parts: tuple[list[Factor], ...]
) -> bool:
    """Whether a matrix that is multiplied on would hold ones: `(x xᵀ + 𝟏 𝟏ᵀ) g` is no shorter."""
    if len(axes) < 2:
        return False
    free = ({i for f in part for i in f.indices()} for part in parts)
    return any(i in held and i not in own for own in free for i in axes)


def _lower(f: Factor, g: Factor) -> Scalar:
    if f.power == g.power:
        return f.power
    return min(f.power, g.power) if f.power > 0 else max(f.power, g.power)


def _remaining(f: Factor, shared: Scalar) -> list[Factor]:
    rest = sub(f.power, shared)
    return [] if rest == 0 else [Factor(f.node, f.pos, rest)]
