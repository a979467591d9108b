"""Gradients of the states before a step, read at the step after it: `Uᵀ δ_t` becomes `Uᵀ δ_{t+1}`.

Law: entry t of the result is what step t + 1 passes back (t - 1, where time runs back), and 0 where
there is no such step.
"""

from __future__ import annotations

from symnn.calculus.build import fresh_indices, positions, substitute
from symnn.calculus.facts import READER
from symnn.calculus.normal import make_sum
from symnn.calculus.scans import neighbour
from symnn.calculus.simplify import simplify
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.derivation.cotangents import is_gradient, total
from symnn.derivation.definitions import Group, direct_leaves


def shifted(value: Node, group: Group) -> Node:
    """A gradient of the states before a step, at the step after it.

    What is linear in gradients is read there, where they are 0 behind the last step; the rest
    (from readers outside) is cut off by a bracket.

    Args:
        value: over names; its first axis is the step.
        group: the recurrence; takes the definitions of the stacks that are read one step later.
    """
    own = value.indices if isinstance(value, Sum) else fresh_indices(value)
    terms = value.terms if isinstance(value, Sum) else [_whole(value, own)]
    later = [t for t in terms if _readable(t, group)]
    rest = [t for t in terms if t not in later]
    found = []
    if later:
        part = make_sum(own, later)
        steps = [x for x in direct_leaves(part) if group.length in x.sizes]
        found.append(substitute(part, {x: _later(x, group) for x in steps}))
    if rest:
        early = group.backward
        found.append(neighbour(make_sum(own, rest), None, early=early, policy=READER))
    return simplify(total(found))


def _readable(term: Term, group: Group) -> bool:
    """Whether a term has a gradient, and the steps only on first axes."""
    leaves = [x for f in term.factors if not f.is_bracket for x in direct_leaves(f.node)]
    steps = [x.sizes for x in leaves if group.length in x.sizes]
    first = all(s[0] == group.length and s.count(group.length) == 1 for s in steps)
    return first and any(is_gradient(x) for x in leaves)


def _later(leaf: Leaf, group: Group) -> Leaf:
    """The stack read at the step after; 0 behind the last one for a gradient, else 1."""
    pairs = zip(group.states, group.befores, strict=True)
    state = next((s for s, b in pairs if b.leaf is leaf), None)
    if state is not None:
        return state.leaf
    place = (leaf, -1 if group.backward else 1)
    known = next((x for x in group.neighbours if x.cache["neighbour"] == place), None)
    if known is not None:
        return known
    own = fresh_indices(leaf)[1:]
    end = None if is_gradient(leaf) else make_sum(own, [Term(1, (), ())])
    made = Leaf(f"{leaf.name}_later", leaf.sizes, role="port", tag=leaf.tag)
    made.cache["neighbour"] = place
    made.cache["stepwise"] = True
    group.neighbours[made] = neighbour(leaf, end, early=group.backward)
    return made


def _whole(node: Node, own: tuple[Index, ...]) -> Term:
    return Term(1, (), (Factor(node, positions(own)),))
