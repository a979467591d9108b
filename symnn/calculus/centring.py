"""Mean centring: `x - mean(x)` sums to 0.

A group that sums to 0 over indices that nothing else reads makes its term 0. It is what leaves
three terms in the gradients of layer, batch and group norm. Law: proved on the terms of the group,
never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from symnn.calculus.facts import rules_left_out
from symnn.calculus.instances import instantiate
from symnn.core.index import Index
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import is_negative, mul

NAME = "mean centring"
Make = Callable[[tuple[Index, ...], Iterable[Term]], Node]


def may_be_centred(node: Node, axes: Iterable[int]) -> bool:
    """Only a difference with a term that is constant along the axes can sum to 0.

    >>> from symnn.core.node import Leaf
    >>> may_be_centred(Leaf("x", (3,)), (0,))
    False
    """
    if not isinstance(node, Sum) or len(node.terms) < 2:
        return False
    along = {node.indices[a] for a in axes}
    constant = [t for t in node.terms if not along.intersection(indices_of(t))]
    return bool(constant) and len({is_negative(t.coef) for t in node.terms}) == 2


def indices_of(term: Term) -> set[Index]:
    """The indices that the factors of a term read."""
    return {i for f in term.factors for i in f.indices()}


def is_centred(node: Node, axes: tuple[int, ...], make: Make) -> bool:
    """Whether the node sums to 0 over these axes together; remembered."""
    key = ("centred", axes, rules_left_out())
    if key not in node.cache:
        node.cache[key] = may_be_centred(node, axes) and _sums_to_zero(node, axes, make)
    return bool(node.cache[key])


def _sums_to_zero(node: Node, axes: tuple[int, ...], make: Make) -> bool:
    assert isinstance(node, Sum)
    gone = tuple(node.indices[a] for a in axes)
    rest = tuple(i for i in node.indices if i not in gone)
    total = make(rest, [Term(t.coef, (*t.bound, *gone), t.factors) for t in node.terms])
    if isinstance(total, Sum) and total.terms:  # sums over a group, taken inside
        total = make(rest, [o for t in total.terms for o in _spread(t)])
    return isinstance(total, Sum) and not total.terms


def _spread(term: Term) -> list[Term]:
    f = term.factors[0] if len(term.factors) == 1 else None
    if f is None or not isinstance(f.node, Sum) or f.power != 1:
        return [term]
    return [Term(mul(term.coef, o.coef), (*term.bound, *o.bound), o.factors)
            for o in (instantiate(f.node, t, f.pos) for t in f.node.terms)]  # fmt: skip


def lone_axes(f: Factor, lone: Collection[Index]) -> tuple[int, ...]:
    """The axes that a factor reads whole, each by an index that nothing else reads."""
    bare = [p.bare for p in f.pos]
    return tuple(
        k for k, (i, size) in enumerate(zip(bare, f.node.sizes, strict=True))
        if i is not None and i in lone and i.size == size
        and sum(i in p.indices() for p in f.pos) == 1
    )  # fmt: skip
