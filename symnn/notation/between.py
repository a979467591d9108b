"""Brackets side by side as one: `[x ≥ a] ⊙ [x ≤ b]` is `[a ≤ x ≤ b]`.

Law: the product of the brackets. `[max(x, a) ≤ b]` beside `[x ≥ a]` says no more than `[x ≤ b]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symnn.notation import pieces
from symnn.notation.pieces import Piece
from symnn.notation.tree import All, Apply, Iverson, Num, Relation, Tree

_TURNED = {">=": "<=", ">": "<"}


def joined_brackets(parts: Sequence[Piece]) -> list[Piece]:
    """The factors, two brackets that bound one tree from both sides put into one."""
    for low in parts:
        for high in parts:
            tree = _range(low.tree, high.tree)
            if tree is not None and low.rank == high.rank:
                weight = low.weight + high.weight - 3
                turned = _range(low.turned, high.turned)
                joined = pieces.whole(tree, weight, low.rank)
                if turned is not None:
                    joined = replace(joined, turned=turned, turned_weight=weight)
                return [*(p for p in parts if p is not low and p is not high), joined]
    return list(parts)


def _range(low: Tree, high: Tree) -> Tree | None:
    """`[a ≤ x ≤ b]` of `[a ≤ x]` and `[x ≤ b]`, or None."""
    below, above = _rising(low), _rising(high)
    if below is None or above is None or isinstance(below.right, Num):
        return None
    inside = above.left
    match inside:
        case Apply("max", (a, x), 0) if below.left in (a, x):
            inside = x if a == below.left else a
    if inside != below.right:
        return None
    return Iverson(All((below, Relation(above.rel, inside, above.right))))


def _rising(tree: Tree) -> Relation | None:
    """A bracket as `small ≤ large` or `small < large`."""
    match tree:
        case Iverson(Relation("<=" | "<") as relation):
            return relation
        case Iverson(Relation(rel, left, right)) if rel in _TURNED:
            return Relation(_TURNED[rel], right, left)
    return None
