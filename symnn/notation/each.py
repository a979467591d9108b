"""A slice form said once: `∇_{W_b} = X_bᵀ ∇_{Y_b} for b = 1..B`.

The letters of the right side stand on the left too, outermost first, and the gradient of a slice
is written as one. Law: the equation holds for every value of the letters.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.notation.traversal import map_children
from symnn.notation.tree import Differential, Entry, ForEach, Grad, Index, Relation, Sym, Tree


def letters_of_each(tree: Tree) -> tuple[Tree, list[tuple[str, Tree | None]]]:
    """The body of nested slices and their letters, outermost first.

    >>> letters_of_each(ForEach(ForEach(Sym("A"), "j"), "i"))[1]
    [('i', None), ('j', None)]
    """
    letters = []
    while isinstance(tree, ForEach):
        letters.append((tree.index, tree.upper))
        tree = tree.body
    return tree, letters


def slice_equation(left: Tree, right: Tree, free: Sequence[str] = ()) -> Tree | None:
    """The equation of one slice, or of one entry, or None where the left side takes no letters.

    Args:
        left: a name, a gradient or a differential.
        right: nested slices, or a form in index notation.
        free: the letters of a form in index notation, in the order of the axes.
    """
    body, letters = letters_of_each(right)
    names = [letter for letter, _ in letters] or list(free)
    positions = tuple(map(Index, names))
    match left:
        case Grad(Sym() as wrt, of) if positions:
            head: Tree = Grad(Entry(wrt, positions), of)
        case Sym() if positions:
            head = Entry(left, positions)
        case Differential(Sym() as arg) if positions:
            head = Differential(Entry(arg, positions))
        case _:
            return None
    tree: Tree = Relation("=", head, _slopes(body))
    for letter, upper in reversed(letters):
        tree = ForEach(tree, letter, upper)
    return tree


def _slopes(tree: Tree) -> Tree:
    """`∇_{Y_b}` for the slice b of a gradient."""
    match tree:
        case Entry(Grad(wrt, None), positions):
            return Grad(Entry(wrt, positions))
    return map_children(tree, _slopes)
