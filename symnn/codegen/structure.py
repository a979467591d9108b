"""One structure for equal work: contractions stand as nodes of their own, sums of sums are one sum.

Derived formulas come with products written out, forward code comes as it was called; after this
pass `X @ W + b` is one node in both, so that it is computed once. Law: no value changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symnn.calculus.build import positions, rebuild
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import mul
from symnn.core.walk import topological


def restructured(roots: Sequence[Node]) -> list[Node]:
    """The roots in the common structure, sharing kept."""
    order = topological(roots)
    readers = Counter(c for n in order for c in n.children())
    readers.update(roots)
    known: dict[Node, Node] = {}
    for node in order:
        made = rebuild(node, known, STRUCTURE) if node.children() else node
        if isinstance(made, Sum) and isinstance(node, Sum):
            made = _flattened(made, {known[c] for c in node.children() if readers[c] > 1})
        known[node] = _lifted(made) if isinstance(made, Sum) else made
    return [known[r] for r in roots]


def _flattened(node: Sum, shared: set[Node]) -> Node:
    """Sums over single reads of sums, unless others read those too."""
    terms = [_flat_term(t, shared) for t in node.terms]
    if all(a is b for a, b in zip(terms, node.terms, strict=True)):
        return node
    return make_sum(node.indices, terms, STRUCTURE)


def _flat_term(term: Term, shared: set[Node]) -> Term:
    while len(term.factors) == 1 and term.bound:
        f = term.factors[0]
        inner = f.node
        if not isinstance(inner, Sum) or len(inner.terms) != 1 or f.power != 1:
            return term
        if inner in shared or any(p.bare is None for p in f.pos):
            return term
        opened = instantiate(inner, inner.terms[0], f.pos)
        coef = mul(term.coef, opened.coef)
        term = Term(coef, (*term.bound, *opened.bound), opened.factors)
    return term


def _lifted(node: Sum) -> Node:
    """Contractions among several terms become nodes that the terms read."""
    if len(node.terms) < 2 or not any(t.bound for t in node.terms):
        return node
    return make_sum(node.indices, [_own_node(node, t) for t in node.terms], STRUCTURE)


def _own_node(node: Sum, term: Term) -> Term:
    if not term.bound:
        return term
    used = {i for f in term.factors for i in f.indices()}
    own = tuple(i for i in node.indices if i in used)
    made = make_sum(own, [Term(1, term.bound, term.factors)], STRUCTURE)
    return Term(term.coef, (), (Factor(made, positions(own)),))
