"""Facts that a name has by its definition: its sign, and constant sums along its axes.

A name is opaque to readers, so what its definition proves is written on its leaf. Law: a fact is
proved on the equations, never guessed.
"""

from __future__ import annotations

from symnn.calculus.build import peel, positions, substitute
from symnn.calculus.facts import bounded, nonnegative, positive
from symnn.calculus.normal import instantiate, make_sum
from symnn.core.index import Index
from symnn.core.node import (
    Factor,
    Leaf,
    Node,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import is_negative, mul
from symnn.derivation.definitions import Binding, direct_leaves


def prove_facts(b: Binding, known: dict[Node, Node]) -> None:
    """Give the name the facts that its definition has: sign, and constant sums along axes."""
    facts = set(b.leaf.facts)
    definition, pos = peel(b.definition, positions(_own(b.definition)))
    if positive(definition):
        facts.add("positive")
    elif nonnegative(definition):
        facts.add("nonnegative")
    if bounded(definition):
        facts.add("bounded")
    if isinstance(definition, Softmax) and [p.bare for p in pos] == list(_own(b.definition)):
        facts.add(f"sums to 1 along {definition.axis}")
    if isinstance(definition, Leaf) and definition.sizes == b.leaf.sizes:
        facts |= definition.facts
    for axis in range(b.definition.rank):
        if _may_be_centred(b.definition, axis) and _sums_to_zero(b.definition, axis, known):
            facts.add(f"sums to 0 along {axis}")
    if facts != set(b.leaf.facts):
        b.leaf.facts = frozenset(facts)
        b.leaf.cache.clear()


def _own(node: Node) -> tuple[Index, ...]:
    if isinstance(node, Sum):
        return node.indices
    known = node.cache.setdefault("own", tuple(Index(s) for s in node.sizes))
    result: tuple[Index, ...] = known
    return result


def _may_be_centred(node: Node, axis: int) -> bool:
    """Only a difference with a term that is constant along the axis can sum to 0."""
    if not isinstance(node, Sum):
        return False
    if len(node.terms) == 1:  # a centred group over something
        factors = node.terms[0].factors
        return any(isinstance(f.node, Sum) and len(f.node.terms) > 1 for f in factors)
    index = node.indices[axis]
    constant = [t for t in node.terms if all(index not in f.indices() for f in t.factors)]
    signs = {is_negative(t.coef) for t in node.terms}
    return bool(constant) and len(signs) == 2


def _sums_to_zero(node: Node, axis: int, known: dict[Node, Node]) -> bool:
    inner: dict[Node, Node] = {x: known[x] for x in direct_leaves(node) if x in known}
    opened_node = substitute(node, inner)
    own = _own(opened_node)
    rest = own[:axis] + own[axis + 1 :]
    total = make_sum(rest, [Term(1, (own[axis],), (Factor(opened_node, positions(own)),))])
    if not isinstance(total, Sum):
        return False
    spread = make_sum(rest, _spread(total))
    return isinstance(spread, Sum) and not spread.terms


def _spread(total: Sum) -> list[Term]:
    """Sums over a group taken inside: the only expansion that centring needs."""
    from_terms: list[Term] = []
    for t in total.terms:
        groups = [f for f in t.factors if isinstance(f.node, Sum) and f.power == 1]
        if len(t.factors) == 1 and groups:
            from_terms.extend(_opened_group(t, groups[0]))
        else:
            from_terms.append(t)
    return from_terms


def _opened_group(t: Term, f: Factor) -> list[Term]:
    return [
        Term(mul(t.coef, o.coef), (*t.bound, *o.bound), o.factors)
        for o in (instantiate(f.node, inner, f.pos) for inner in f.node.terms)
    ]
