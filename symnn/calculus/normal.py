"""The normal form: one term made canonical, terms collected into an interned sum.

`make_sum` is the only way to build a `Sum`. It merges powers, inlines sums of one term, eliminates
brackets, drops unused indices, collects like terms. It never expands a product of sums: a group of
several terms stays one factor, with its rational content taken out, so that R, -R, 2R and R^T
are one node. Law: the value never changes (tests evaluate both sides on random terms).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from symnn.calculus.brackets import decide_eq, decide_ge, solve, split_digits
from symnn.calculus.cancellation import TermParts, cancelled, may_cancel
from symnn.calculus.facts import (
    READER,
    Policy,
    is_off,
    nonnegative,
    nonzero,
    note_fact,
    note_nonzero,
    sum_along,
    zero_one,
)
from symnn.core.canonical import SYMMETRIC, symmetric, term_key
from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, constant, difference
from symnn.core.node import EQ, GE, Factor, Node, Sum, Term, intern
from symnn.core.scalars import Scalar, add, mul, neg, power, rational_content, scalar_id
from symnn.core.sizes import sign
from symnn.core.walk import leaves

_MOST_WHOLE = 1000
_MOST_FLATTENED = 8


class _Draft:
    """A term under construction."""

    __slots__ = ("bound", "coef", "eq", "ge", "policy", "powers")

    def __init__(self, coef: Scalar, bound: Iterable[Index], policy: Policy) -> None:
        self.coef = coef
        self.bound: dict[Index, None] = dict.fromkeys(bound)
        self.powers: dict[tuple[Node, tuple[Affine, ...]], Scalar] = {}
        self.eq: dict[Affine, None] = {}
        self.ge: dict[Affine, None] = {}
        self.policy = policy

    def factors(self) -> tuple[Factor, ...]:
        plain = [Factor(n, p, w) for (n, p), w in self.powers.items()]
        eqs = [Factor(EQ, (p,)) for p in self.eq]
        return tuple(plain + eqs + [Factor(GE, (p,)) for p in self.ge])

    def take(self, factors: Iterable[Factor]) -> bool:
        """Multiply factors in; False if the term became zero."""
        stack = list(reversed(list(factors)))
        while stack:
            f = stack.pop()
            if f.node is EQ:
                self.eq[f.pos[0]] = None
            elif f.node is GE:
                self.ge[f.pos[0]] = None
            elif isinstance(f.node, Sum):
                more = self._open(f)
                if more is None:
                    return False
                stack.extend(reversed(more))
            else:
                self._merge(f)
        return True

    def _merge(self, f: Factor) -> None:
        key = (f.node, f.pos)
        if key not in self.powers:
            self.powers[key] = f.power
            return
        total = add(self.powers[key], f.power)
        if zero_one(f.node) and self.powers[key] != 0 and sign(total) == 1 and total != 0:
            total = 1
        if total == 0:
            del self.powers[key]
            if not nonzero(f.node):
                note_nonzero(f.node)
        else:
            self.powers[key] = total

    def _open(self, f: Factor) -> list[Factor] | None:
        """Inline a sum of one term; otherwise merge its primitive group. None: zero."""
        node = f.node
        assert isinstance(node, Sum)
        if not node.terms:
            if sign(f.power) == -1:
                raise DomainError("division by an expression that is identically 0")
            return None
        if len(node.terms) == 1 and self._inlinable(node.terms[0], f.power):
            term = instantiate(node, node.terms[0], f.pos)
            self.coef = mul(self.coef, power(term.coef, f.power))
            self.bound.update(dict.fromkeys(term.bound))
            return [
                g if g.is_bracket else Factor(g.node, g.pos, mul(g.power, f.power))
                for g in term.factors
            ]
        content, group, axes = primitive(node)
        if not isinstance(f.power, int) and rational_content(content) < 0:
            self._merge(f)
            return []
        self.coef = mul(self.coef, power(content, f.power))
        self._merge(Factor(group, tuple(f.pos[a] for a in axes), f.power))
        return []

    def _inlinable(self, term: Term, w: Scalar) -> bool:
        if w == 1:
            return self.policy.inline or not term.bound
        if term.bound:
            return False
        if isinstance(w, int):
            return w > 0 or not any(f.is_bracket for f in term.factors)
        if sign(w) != 1 and any(f.is_bracket for f in term.factors):
            return False
        return rational_content(term.coef) > 0 and all(
            f.is_bracket or nonnegative(f.node) for f in term.factors
        )

    def settle(self) -> bool:
        """Apply the rules until nothing changes; False if the term became zero."""
        while True:
            alive, changed = self._brackets()
            if not alive:
                return False
            if not changed and not self._unused():
                verdict = self._cancel()
                if verdict is not None:
                    if not verdict:
                        return False
                    continue
                return self.coef != 0
            if self.coef == 0:
                return False

    def _brackets(self) -> tuple[bool, bool]:
        for p in list(self.eq):
            verdict = decide_eq(p)
            if verdict is False:
                return False, True
            if verdict is True:
                del self.eq[p]
                return True, True
            digits = split_digits(p)
            if digits:
                del self.eq[p]
                self.eq.update(dict.fromkeys(digits))
                return True, True
            solution = None if is_off("delta elimination") else solve(p, set(self.bound))
            if solution:
                index, value, ranges = solution
                del self.eq[p]
                return self._substitute(index, value, ranges), True
        return self._guards()

    def _guards(self) -> tuple[bool, bool]:
        for p in list(self.ge):
            verdict = decide_ge(p)
            if verdict is False:
                return False, True
            implied = any(q != p and decide_ge(difference(p, q)) is True for q in self.ge)
            if verdict is True or implied:
                del self.ge[p]
                return True, True
        return True, False

    def _substitute(self, index: Index, value: Affine, ranges: list[Factor]) -> bool:
        mapping = {index: value}
        factors = [substitute_factor(f, mapping) for f in self.factors()]
        del self.bound[index]
        self.powers, self.eq, self.ge = {}, {}, {}
        return self.take([*factors, *ranges])

    def _cancel(self) -> bool | None:
        """Cancel one pair of factors over a shared index: whether the term lives, None if none."""
        if not may_cancel(self.powers, self.policy):
            return None
        places = Counter(i for f in self.factors() for i in f.indices())
        found = cancelled(TermParts(self.powers, self.bound, places, self.policy, primitive))
        if found is None:
            return None
        for key in found.keys:
            del self.powers[key]
        for index in found.indices:
            del self.bound[index]
        return self.take(found.instead)

    def _unused(self) -> bool:
        """Drop bound indices in no factor, or in one that sums to a constant."""
        uses: dict[Index, list[Factor]] = {b: [] for b in self.bound}
        for f in self.factors():
            for i in dict.fromkeys(f.indices()):
                if i in uses:
                    uses[i].append(f)
        for index, readers in uses.items():
            if not readers:
                del self.bound[index]
                self.coef = mul(self.coef, index.size)
                return True
            if len(readers) == 1 and self.policy.facts and not is_off("sums along an axis"):
                total = _constant_sum(readers[0], index, self.policy)
                if total is not None:
                    del self.bound[index]
                    del self.powers[(readers[0].node, readers[0].pos)]
                    self.coef = mul(self.coef, total)
                    return True
        return False


def _constant_sum(f: Factor, index: Index, policy: Policy) -> int | None:
    if f.is_bracket or f.power != 1:
        return None
    places = [k for k, p in enumerate(f.pos) if index in p.indices()]
    if len(places) != 1 or f.pos[places[0]].bare is not index:
        return None
    if index.size != f.node.sizes[places[0]]:
        return None
    return sum_along(f.node, places[0], policy)


def substitute_factor(f: Factor, mapping: dict[Index, Affine]) -> Factor:
    """A factor with indices replaced by positions."""
    return Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power)


def instantiate(node: Sum, term: Term, pos: tuple[Affine, ...]) -> Term:
    """A term of `node` read at positions, its bound indices fresh."""
    mapping = dict(zip(node.indices, pos, strict=True))
    fresh = tuple(b.fresh() for b in term.bound)
    mapping.update((b, g.pos) for b, g in zip(term.bound, fresh, strict=True))
    return Term(term.coef, fresh, tuple(substitute_factor(f, mapping) for f in term.factors))


def normal_term(term: Term, policy: Policy = READER) -> Term | None:
    """One term in normal form, or None where it is zero."""
    draft = _Draft(term.coef, term.bound, policy)
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
    many = list(itertools.permutations(range(node.rank)))
    axes_orders = many if node.rank <= 3 else [tuple(range(node.rank))]
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
