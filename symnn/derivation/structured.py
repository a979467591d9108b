"""Derivatives in the independent entries of a structured matrix.

The ambient gradient G moves every entry alone. In a symmetric matrix the entries (k,l) and (l,k)
are one variable, so the derivative is `G + Gᵀ − G ⊙ I`; in a diagonal one only the diagonal moves,
so it is `G ⊙ I`. Law: the rule is the slope along the directions that keep the structure. Extend:
a line in `STRUCTURES`.

Source: Petersen & Pedersen, The Matrix Cookbook, 2012, eq. 138.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from symnn.calculus.brackets import same_place
from symnn.calculus.build import fresh_indices
from symnn.calculus.facts import Policy
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import expand, simplify
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.notation import tree as t
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.oracle import Array


@dataclass(frozen=True)
class Structure:
    """One kind of structure.

    Attributes:
        name: of its phrases.
        facts: the declared facts that say so.
        parts: the summands of the derivative, from the ambient gradient.
        written: the same over the name of the gradient, as a reader writes it.
        directions: the moves that keep the structure, with the entry each belongs to.
    """

    name: str
    facts: frozenset[str]
    parts: Callable[[Node], tuple[Node, ...]]
    written: Callable[[Tree, Tree], Tree]
    directions: Callable[[int], Iterator[tuple[tuple[int, int], Array]]]


def _diagonal_parts(node: Node, sign: int = 1) -> tuple[Node, ...]:
    """`[k = l] G_kk`."""
    i, j = fresh_indices(node)
    kept = (Factor(node, (i.pos, i.pos)), same_place(i.pos, j.pos))
    return (make_sum((i, j), [Term(sign, (), kept)]),)


def _symmetric_parts(node: Node) -> tuple[Node, ...]:
    """`G_kl + G_lk`, and minus the diagonal, which would count twice."""
    i, j = fresh_indices(node)
    both = [Term(1, (), (Factor(node, pos),)) for pos in ((i.pos, j.pos), (j.pos, i.pos))]
    return (make_sum((i, j), both), *_diagonal_parts(node, -1))


def _symmetric_moves(n: int) -> Iterator[tuple[tuple[int, int], Array]]:
    for i in range(n):
        for j in range(n):
            way = np.zeros((n, n))
            way[i, j] = way[j, i] = 1.0
            yield (i, j), way


def _diagonal_moves(n: int) -> Iterator[tuple[tuple[int, int], Array]]:
    for i in range(n):
        way = np.zeros((n, n))
        way[i, i] = 1.0
        yield (i, i), way


def _both_halves(g: Tree, size: Tree) -> Tree:
    return t.Add((g, t.Transpose(g), t.Neg(_on_diagonal(g, size))))


def _on_diagonal(g: Tree, size: Tree) -> Tree:
    return t.Hadamard((g, t.Identity(size)))


STRUCTURES = (
    Structure("diagonal", frozenset({"diagonal"}), _diagonal_parts, _on_diagonal, _diagonal_moves),
    Structure("symmetric", frozenset({"symmetric", "pd"}), _symmetric_parts, _both_halves,
              _symmetric_moves),
)  # fmt: skip


def structure_of(leaf: Leaf) -> Structure | None:
    """The structure that was declared of a matrix.

    >>> structure_of(Leaf("A", (3, 3), facts=frozenset({"pd"}))).name
    'symmetric'
    """
    if leaf.rank != 2:
        return None
    return next((s for s in STRUCTURES if s.facts & leaf.facts), None)


def rule_node(gradient: Node, structure: Structure) -> Node:
    """The rule as one sum, not simplified."""
    own = fresh_indices(gradient)
    pos = tuple(i.pos for i in own)
    return make_sum(own, [Term(1, (), (Factor(p, pos),)) for p in structure.parts(gradient)])


def structured_gradient(gradient: Node, structure: Structure) -> Node:
    """The derivative in the independent entries, brought to its shortest form."""
    return _settled(rule_node(gradient, structure))


def settled_parts(gradient: Node, structure: Structure) -> tuple[Node, ...]:
    """The summands, each brought to its shortest form on its own."""
    return tuple(_settled(p) for p in structure.parts(gradient))


def _settled(node: Node) -> Node:
    policy = Policy(facts=True)
    return simplify(expand(node, policy, lambda f: True), policy)


def rule_tree(name: Tree, leaf: Leaf, structure: Structure) -> Tree:
    """The rule over the name of the ambient gradient."""
    return structure.written(name, size_tree(leaf.sizes[0]))


def structured_slopes(
    structure: Structure, value: Array, slope: Callable[[Array], float]
) -> tuple[Array, Array]:
    """(entries of a derivative, slopes along the moves that keep the structure)."""
    moves = list(structure.directions(value.shape[0]))
    found = np.asarray([value[place] for place, _ in moves])
    return found, np.asarray([slope(way) for _, way in moves])
