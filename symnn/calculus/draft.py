"""One term brought to normal form: powers merged, brackets eliminated, unused indices dropped.

A `Draft` takes factors in, inlines sums of one term, and settles: the rules are applied until none
fires. The primitive group of a sum and new sums come from the normal form, which is given.
Law: the value never changes, and a draft that became zero says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from symnn.calculus.brackets import decide_eq, decide_ge, solve, split_digits
from symnn.calculus.cancellation import Primitive, TermParts, cancelled, may_cancel
from symnn.calculus.centring import NAME as CENTRING
from symnn.calculus.centring import Make, is_centred, lone_axes
from symnn.calculus.facts import (
    Policy,
    is_off,
    nonnegative,
    nonzero,
    note_nonzero,
    sum_along,
    zero_one,
)
from symnn.calculus.instances import instantiate, substitute_factor
from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index, difference
from symnn.core.node import EQ, GE, Factor, Node, Sum, Term
from symnn.core.scalars import Scalar, add, mul, power, rational_content
from symnn.core.sizes import sign


class Draft:
    """A term under construction."""

    __slots__ = ("bound", "coef", "eq", "ge", "make", "policy", "powers", "primitive")

    def __init__(self, term: Term, policy: Policy, primitive: Primitive, make: Make) -> None:
        self.coef = term.coef
        self.bound: dict[Index, None] = dict.fromkeys(term.bound)
        self.powers: dict[tuple[Node, tuple[Affine, ...]], Scalar] = {}
        self.eq: dict[Affine, None] = {}
        self.ge: dict[Affine, None] = {}
        self.policy, self.primitive, self.make = policy, primitive, make

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
        idempotent = zero_one(f.node) and not is_off("masks are idempotent")
        if idempotent and self.powers[key] != 0 and sign(total) == 1 and total != 0:
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
        content, group, axes = self.primitive(node)
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
        found = cancelled(TermParts(self.powers, self.bound, places, self.policy, self.primitive))
        if found is None:
            return None
        for key in found.keys:
            del self.powers[key]
        for index in found.indices:
            del self.bound[index]
        return self.take(found.instead)

    def _unused(self) -> bool:
        """Drop bound indices in no factor, or in one that sums to a constant."""
        if not self.bound:
            return False
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
        return self._centred({i: fs[0] for i, fs in uses.items() if len(fs) == 1})

    def _centred(self, lone: dict[Index, Factor]) -> bool:
        """A centred group over indices that nothing else reads makes the term 0."""
        groups = [f for f in dict.fromkeys(lone.values()) if isinstance(f.node, Sum)]
        for f in groups if groups and not is_off(CENTRING) else ():
            axes = lone_axes(f, [i for i, g in lone.items() if g is f]) if f.power == 1 else ()
            if axes and is_centred(f.node, axes, self.make):
                self.coef = 0
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
