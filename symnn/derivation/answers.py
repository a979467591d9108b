"""Answers: a gradient with the names of cotangents put in, as long as it stays short."""

from __future__ import annotations

from symnn.calculus.build import substitute
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.reading import cost
from symnn.calculus.simplify import simplify
from symnn.core.node import Leaf, Node
from symnn.derivation.cotangents import Cotangent, is_gradient
from symnn.derivation.definitions import direct_leaves

MOST_ANSWER_COST = 9.5
WORTH_SPLICING = 2.5


def answer_value(c: Cotangent, cotangents: dict[Leaf, Cotangent]) -> Node:
    """The gradient with cotangent names put in, as long as it stays short.

    Each is put in as one factor (`((P − Y) Wᵀ ⊙ H')ᵀ 1`), multiplied into the rest only where that
    is clearly shorter.
    """
    value = c.value
    for _ in range(len(cotangents)):
        inside = [x for x in direct_leaves(value) if is_gradient(x) and not is_stepwise(x)]
        if not inside:
            return value
        latest = inside[0]
        assert latest.tag is not None
        kept = substitute(value, {latest: latest.tag.body}, STRUCTURE)
        if cost(kept) > 3 * MOST_ANSWER_COST:
            return c.value  # no rewriting brings this down to an answer
        spliced = simplify(kept)
        value = spliced if cost(spliced) < cost(kept) - WORTH_SPLICING else kept
        if cost(value) > MOST_ANSWER_COST:
            return c.value
    return value


def is_stepwise(leaf: Leaf) -> bool:
    """Whether a leaf belongs to a recurrence, and is read step by step."""
    return bool(leaf.cache.get("stepwise"))
