"""The normal form: one term made canonical, terms collected into an interned sum.

`make_sum` is the only way to build a `Sum`. It brings each term to normal form (`draft`) and
collects like terms. It never expands a product of sums: a group of several terms stays one factor,
with its rational content taken out (`primitive`), so that R, -R, 2R and R^T are one node.
Law: the value never changes (tests evaluate both sides on random terms).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from symnn.calculus.draft import Draft
from symnn.calculus.facts import READER, Policy, is_off, note_fact
from symnn.calculus.instances import instantiate, substitute_factor
from symnn.core.canonical import SYMMETRIC, symmetric, term_key
from symnn.core.index import Index, constant
from symnn.core.node import Factor, Node, Sum, Term, intern
from symnn.core.scalars import Scalar, add, mul, neg, power, rational_content, scalar_id
from symnn.core.walk import leaves

_MOST_WHOLE = 1000
_MOST_FLATTENED = 8


def normal_term(term: Term, policy: Policy = READER) -> Term | None:
    """One term in normal form, or None where it is zero."""
    draft = Draft(term, policy, primitive, make_sum)
    if term.coef == 0 or not draft.take(term.factors) or not draft.settle():
        return None
    return Term(draft.coef, tuple(draft.bound), draft.factors())


def make_sum(indices: tuple[Index, ...], terms: Iterable[Term], policy: Policy = READER) -> Node:
    """The interned sum of terms over `indices`; a plain copy of a node is that node.

    >>> from symnn.core.node import Leaf
    >>> i = Index(3)
    >>> v = Leaf("v", (3,))
    >>> make_sum((i,), [Term(1, (), (Factor(v, (i.pos,)),))]) is v
    True
    """
    collected: dict[object, Term] = {}
    stack = list(reversed(list(terms)))
    while stack:
        term = normal_term(stack.pop(), policy)
        if term is None:
            continue
        lone = _lone_group(term, policy)
        if lone is not None:
            stack.extend(reversed(lone))
            continue
        key, bound, factors = term_key(
            indices, term.bound, term.factors, facts=policy.facts, without=policy.disabled
        )
        if policy.facts:
            _note_turned(term.factors, factors, policy)
        known = collected.get(key)
        coef = term.coef if known is None else add(known.coef, term.coef)
        if known is not None and is_off("like terms"):
            coef, key = term.coef, (*key, len(collected))
        collected[key] = Term(coef, bound, factors)
    return _intern_sum(indices, {k: t for k, t in collected.items() if t.coef != 0})


def _note_turned(before: tuple[Factor, ...], after: tuple[Factor, ...], policy: Policy) -> None:
    """Record the symmetry that exchanged the positions of a factor."""
    for f in after:
        if f not in before:
            note_symmetry(f.node, policy)


def note_symmetry(node: Node, policy: Policy) -> None:
    """Record the declared facts that make a node symmetric, unless its structure does."""
    if symmetric(node, facts=False):
        return
    for leaf in leaves([node]):
        for fact in sorted(leaf.facts & SYMMETRIC):
            if (leaf, fact) not in policy.disabled:
                note_fact(leaf, fact)


def _lone_group(term: Term, policy: Policy) -> list[Term] | None:
    """The terms of a group that is all the term consists of.

    Where structure is kept, long groups stay shared: a chain of residual sums is linear so.
    """
    if len(term.factors) != 1 or term.bound:
        return None
    f = term.factors[0]
    if not isinstance(f.node, Sum) or f.power != 1:
        return None
    if not policy.inline and len(f.node.terms) > _MOST_FLATTENED:
        return None
    inner = (instantiate(f.node, t, f.pos) for t in f.node.terms)
    opened = [t.scaled(mul(t.coef, term.coef)) for t in inner]
    return opened if len(opened) > 1 else None


def _intern_sum(indices: tuple[Index, ...], terms: dict[object, Term]) -> Node:
    if len(terms) == 1:
        (term,) = terms.values()
        if term.coef == 1 and len(term.factors) == 1 and not term.bound:
            f = term.factors[0]
            plain = f.power == 1 and not f.is_bracket and f.pos == tuple(i.pos for i in indices)
            if plain and f.node.sizes == tuple(i.size for i in indices):  # else a slice from 0
                return f.node
    ordered = sorted(terms.items(), key=lambda item: item[0])  # type: ignore[arg-type,return-value]
    key = tuple((k, _coef_key(t.coef)) for k, t in ordered)
    sizes = tuple(i.size for i in indices)
    return intern(Sum, sizes, key, indices=indices, terms=tuple(t for _, t in ordered))


def _coef_key(coef: Scalar) -> object:
    return coef


def primitive(node: Sum) -> tuple[Scalar, Node, tuple[int, ...]]:
    """(content, group, axes): node[p] = content * group[p[axes[0]], p[axes[1]], ...].

    The group is the same for all multiples, negatives and axis orders (up to three axes).
    """
    known = node.cache.get("primitive")
    if known is None:
        known = _primitive(node)
        node.cache["primitive"] = known
    return known


def _primitive(node: Sum) -> tuple[Scalar, Node, tuple[int, ...]]:
    thin, kept = _used_axes(node)
    content, group, axes = _ordered_group(thin)
    return content, group, tuple(kept[a] for a in axes)


def _used_axes(node: Sum) -> tuple[Sum, list[int]]:
    """The sum without axes of size 1 and axes that no term reads, and the axes kept."""
    unit = {i: constant(0) for i in node.indices if i.size == 1}
    used = {i for t in node.terms for f in t.factors for i in f.indices()}
    kept = [k for k, i in enumerate(node.indices) if i in used and i not in unit]
    if len(kept) == node.rank:
        return node, kept
    terms = [
        Term(t.coef, t.bound, tuple(substitute_factor(f, unit) for f in t.factors))
        for t in node.terms
    ]
    out = tuple(node.indices[k] for k in kept)
    thin = make_sum(out, terms, Policy(inline=False))
    if not isinstance(thin, Sum) or not thin.terms:  # x[i] - x[0] with i of size 1
        return node, list(range(node.rank))
    return thin, kept


def _ordered_group(node: Sum) -> tuple[Scalar, Node, tuple[int, ...]]:
    own = tuple(range(node.rank))
    axes_orders = list(itertools.permutations(own)) if node.rank <= 3 else [own]
    keyed = []
    for axes in axes_orders:
        out = tuple(node.indices[a] for a in axes)
        rows = sorted(((term_key(out, t.bound, t.factors)[0], t) for t in node.terms), key=_key)
        key = (tuple(scalar_id(i.size) for i in out), *(k for k, _ in rows))
        keyed.append((key, _ratios(rows), axes, out, rows))
    least = min(k[0] for k in keyed)
    ties = [k for k in keyed if k[0] == least]
    _, _, axes, out, rows = ties[0]
    content = _content([t for _, t in rows])
    inverse = power(content, -1)
    group = make_sum(out, [t.scaled(mul(t.coef, inverse)) for _, t in rows], Policy(inline=False))
    if isinstance(group, Sum):
        group.cache.setdefault("primitive", (1, group, tuple(range(group.rank))))
        if node.rank == 2 and len(ties) == 2 and ties[0][1] == ties[1][1]:
            group.cache["symmetric"] = True
    return content, group, axes


def _key(row: tuple[Any, Term]) -> Any:
    return row[0]


def _ratios(rows: list[tuple[Any, Term]]) -> tuple[Scalar, ...]:
    return tuple(t.coef for _, t in rows)


def _content(terms: list[Term]) -> Scalar:
    """Common factor of the coefficients, with the sign of the first.

    Where whole numbers would be large (v + 0.00001), the first coefficient that has factors is
    taken out instead; both choices scale with the sum, so its multiples share one group.
    """
    first = terms[0].coef
    ratios = [mul(t.coef, power(first, -1)) for t in terms]
    if all(isinstance(r, (int, Fraction)) for r in ratios):
        shares = [Fraction(r) for r in ratios]
        common = _rational_gcd(shares)
        if max(abs(r) for r in shares) > _MOST_WHOLE * Fraction(common):
            lead = next(r for t, r in zip(terms, shares, strict=True) if t.factors)
            common = abs(lead)
        return mul(first, common)
    common = _rational_gcd([rational_content(t.coef) for t in terms])
    return neg(common) if rational_content(first) < 0 else common


def _rational_gcd(values: list[Fraction]) -> Scalar:
    numerator = gcd(*(v.numerator for v in values))
    denominator = lcm(*(v.denominator for v in values))
    result = Fraction(abs(numerator), denominator)
    return int(result) if result.denominator == 1 else result
