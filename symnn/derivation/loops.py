"""A recurrence run step by step, by what is printed: for checks.

The steps are evaluated in order from the equations over names, so a disturbance of one value moves
all later steps, as the derivative says. Law: undisturbed, it gives the stacks of the closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import sympy as sp

from symnn.core.node import Leaf, Node
from symnn.core.scalars import evaluate_scalar
from symnn.derivation.definitions import Group
from symnn.derivation.names import Names
from symnn.derivation.recurrences import initial_value
from symnn.notation.tree import Tree
from symnn.notation.values import Series
from symnn.oracle import Array, interpret


def moved_along(
    group: Group,
    values: Mapping[Node, Array],
    sizes: Mapping[sp.Symbol, int],
    leaf: Leaf,
    value: Array,
) -> dict[Node, Array]:
    """The members of a recurrence after one of them was disturbed at every step.

    Args:
        group: the recurrence.
        values: of everything before it, and undisturbed of its members.
        sizes: numbers of the sizes.
        leaf: the disturbed member.
        value: its undisturbed value with the disturbance added.
    """
    shift = value - np.asarray(values[leaf], dtype=float)
    known: dict[Node, Array] = dict(values)
    for b in group.members:
        known[b.leaf] = np.array(values[b.leaf], dtype=float)
    steps = range(int(evaluate_scalar(group.length, dict(sizes))))
    for t in reversed(steps) if group.backward else steps:
        for b in group.written:
            now = interpret([b.definition], known, sizes)[0]
            known[b.leaf][t] = now[t] + (shift[t] if b.leaf is leaf else 0)
    return {b.leaf: known[b.leaf] for b in group.members}


def series_of(
    groups: list[Group],
    values: Mapping[Node, Array],
    sizes: Mapping[sp.Symbol, int],
    names: Names,
) -> dict[Tree, Series]:
    """The stacks that print at `t - 1` or `t + 1`, with what stands at their ends."""
    found: dict[Tree, Series] = {}
    for g in groups:
        for b in g.befores:
            state, by = b.leaf.cache["neighbour"]
            end = interpret([initial_value(b)], values, sizes)[0]
            array = np.asarray(values[state])
            found[names(state)] = _with_end(Series(array), end, by)
    for g in groups:
        for leaf in g.neighbours:
            stack, by = leaf.cache["neighbour"]
            array = np.asarray(values[stack])
            row = np.asarray(values[leaf])[-1 if by > 0 else 0]
            name = names(stack)
            found[name] = _with_end(found.get(name, Series(array)), row, by)
    return found


def _with_end(series: Series, end: Array, by: int) -> Series:
    return replace(series, after=end) if by > 0 else replace(series, before=end)
