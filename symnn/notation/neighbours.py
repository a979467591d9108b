"""Values of a recurrence: which leaves are read step by step, and where a neighbour is read.

A leaf that stands for a stack one step earlier prints as the stack itself at `t - 1`; what is
before the first step and behind the last one belongs to the values (`values.Series`). Law: the
entry of the leaf at t is the entry of the stack at `t + by`.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Bracket, Factor, Leaf
from symnn.core.scalars import sub
from symnn.core.walk import leaves


def is_stepwise(leaf: Leaf) -> bool:
    """Whether a leaf is a value inside of a recurrence."""
    return bool(leaf.cache.get("stepwise"))


def beside(leaf: Leaf, pos: tuple[Affine, ...]) -> tuple[Leaf, tuple[Affine, ...]]:
    """The stack that a leaf reads, and where.

    >>> x, later = Leaf("x", (4,)), Leaf("later", (4,))
    >>> later.cache["neighbour"] = (x, 1)
    >>> beside(later, (constant(2),))
    (x, (3,))
    """
    if "neighbour" not in leaf.cache:
        return leaf, pos
    stack, by = leaf.cache["neighbour"]
    return stack, (combine(pos[0], constant(by)), *pos[1:])


def is_last_step(leaf: Leaf, pos: tuple[Affine, ...]) -> bool:
    """Whether a stack of states is read at its last step, printed `h_T`: steps count from 1."""
    if not leaf.cache.get("steps") or isinstance(leaf.sizes[0], int):
        return False
    return not pos[0].terms and sub(pos[0].const, leaf.sizes[0]) == -1


def step_indices(bound: Sequence[Index], factors: Sequence[Factor]) -> list[Index]:
    """The bound indices that are the step of some value of a recurrence."""
    found = {
        i
        for f in factors
        if f.pos and not isinstance(f.node, Bracket)
        if any(is_stepwise(x) for x in leaves([f.node]))
        for i in f.pos[0].indices()
    }
    return [i for i in bound if i in found]
