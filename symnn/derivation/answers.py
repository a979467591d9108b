"""Answers: a gradient with the names of cotangents put in, as long as it stays short.

A name stays where books keep it: one that is read twice, one that is a summand (`∇_z + m`), and one
that is a long product entry by entry (`δ = g ⊙ o ⊙ t ⊙ (1 − o)`), so that `∇_W = δ hᵀ`. A gradient
that is nothing but a name is what the name stands for.
"""

from __future__ import annotations

from symnn.calculus.build import substitute
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.reading import cost
from symnn.calculus.simplify import simplify
from symnn.core.node import Leaf, Node, Sum, Term
from symnn.core.walk import topological
from symnn.derivation.cotangents import Cotangent, is_gradient
from symnn.derivation.definitions import direct_leaves

MOST_ANSWER_COST = 9.5
MOST_PRODUCT_COST = 6.2
MOST_SHORT_COST = 2.0
WORTH_SPLICING = 2.5


def answer_value(c: Cotangent, cotangents: dict[Leaf, Cotangent]) -> Node:
    """The gradient with cotangent names put in, as long as it stays short.

    Each is put in as one factor (`((P − Y) Wᵀ ⊙ H')ᵀ 1`), multiplied into the rest only where that
    is clearly shorter.
    """
    value = named = c.value
    most = MOST_ANSWER_COST
    for _ in range(len(cotangents)):
        inside = [x for x in direct_leaves(value) if is_gradient(x) and not is_stepwise(x)]
        if not inside:
            return value
        name = inside[0]
        assert name.tag is not None
        body, only = name.tag.body, _is_only(value, name)
        apart = _readers(value, name) > 1 or (not only and _is_a_term(value, name))
        if apart and cost(body) > MOST_SHORT_COST:
            return named
        if not only and _is_entrywise(body):
            most = MOST_PRODUCT_COST
        kept = substitute(value, {name: body}, STRUCTURE)
        if cost(kept) > 3 * MOST_ANSWER_COST:
            return named  # no rewriting brings this down to an answer
        spliced = simplify(kept)
        value = spliced if cost(spliced) < cost(kept) - WORTH_SPLICING else kept
        if cost(value) > most:
            return named
        named = value if only else named
    return value


def _is_only(value: Node, name: Leaf) -> bool:
    """Whether a gradient is a name, up to a number and the order of axes."""
    if not isinstance(value, Sum) or len(value.terms) != 1:
        return value is name
    (term,) = value.terms
    return not term.bound and [f.node for f in term.factors] == [name]


def _is_a_term(value: Node, name: Leaf) -> bool:
    """Whether the name is one summand: `∇_z + m`."""
    return any(not t.bound and [f.node for f in t.factors] == [name] for t in _terms(value))


def _terms(node: Node) -> tuple[Term, ...]:
    return node.terms if isinstance(node, Sum) else ()


def _is_entrywise(node: Node) -> bool:
    """Whether a node is one product with a factor that is multiplied entry by entry."""
    if not isinstance(node, Sum) or len(node.terms) != 1 or not node.indices:
        return False
    arrays = [f for f in node.terms[0].factors if f.pos and not f.is_bracket and f.power == 1]
    return len(arrays) > 1 and any(set(f.indices()) == set(node.indices) for f in arrays)


def _readers(value: Node, name: Leaf) -> int:
    """How many factors read the name."""
    return sum(
        f.node is name
        for n in topological([value]) for t in _terms(n) for f in t.factors
    )  # fmt: skip


def is_stepwise(leaf: Leaf) -> bool:
    """Whether a leaf belongs to a recurrence, and is read step by step."""
    return bool(leaf.cache.get("stepwise"))
