"""The matrix form of a node: as short as a textbook line, and always something.

`matrix_form` tries, in this order: matrix notation; a Kronecker product of a tensor's (row, column)
pairs; slices ("for each b"); a product of matrix entries; index notation. The kind says which.
Orientation: vectors are columns, a matrix has its axes as (row, column).

Law: never an exception; the form, evaluated, equals the node. Extend: a function in `_FALLBACKS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from symnn.calculus.facts import READER
from symnn.calculus.simplify import expand
from symnn.core.index import Index
from symnn.core.node import Node, Sum
from symnn.notation import tree as t
from symnn.notation.components import component_form
from symnn.notation.graph import Stuck
from symnn.notation.kronecker import kronecker_tree
from symnn.notation.letters import Letters, free_letters, letters_for, name_letters
from symnn.notation.maps import FormStyle
from symnn.notation.measure import length
from symnn.notation.naming import Names, default_name
from symnn.notation.scalars import size_tree
from symnn.notation.terms import opened
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree
from symnn.notation.writer import MatrixWriter

MOST_TERMS = 6


@dataclass(frozen=True, slots=True)
class Form:
    """A written node.

    Attributes:
        tree: what is printed.
        kind: "matrix", "kronecker", "slices", "entries" or "index".
        letters: for "entries" and "index", the letter of each axis.
        note: phrase key of what the reader must know (row-major vec), or "".
        rows: for "kronecker", how many leading axes make the rows.
    """

    tree: Tree
    kind: str
    letters: tuple[str, ...] = ()
    note: str = ""
    rows: int = 0


def matrix_form(
    node: Node,
    names: Names = default_name,
    *,
    style: FormStyle = FormStyle(),  # noqa: B008 (frozen)
    letters: Letters | None = None,
    free: Sequence[str] | None = None,
    rows: int | None = None,
    loss: Tree | None = None,
    vec: str = "rows",
) -> Form:
    """Write a node in matrix notation, or in the next best form.

    Args:
        node: an expression over leaves.
        names: the tree of a leaf's name.
        style: how functions are written.
        letters: chooses index letters; by default those that suit the expression.
        free: letters of the node's own axes, where index notation needs them.
        rows: for a Jacobian, how many leading axes are those of the output.
        vec: "rows" or "columns", how the entries of the output and of what is differentiated go.
        loss: where given, gradient names in index notation print as `∂L/∂W_{kl}`.

    Returns:
        A Form; its kind says how to read the tree.

    >>> from symnn.core.node import Leaf
    >>> matrix_form(Leaf("W", (2, 3))).tree.base
    'W'
    """
    letters = letters or letters_for(node, name_letters([node], names))
    own = node.indices if isinstance(node, Sum) else tuple(Index(s) for s in node.sizes)
    writer = MatrixWriter(names, style, letters)
    found = _matrix(node, writer, own) or _kronecker(node, writer, own, rows, vec)
    found = found or _slices(node, writer, own)
    if found is not None and (node.rank > 2 or found.kind != "slices"):
        return found
    at = tuple(free or free_letters(node, letters))
    tree = component_form(node, names, letters, at, style=style, loss=loss)
    if found is not None and _sums(tree) and not _sums(found.tree):
        return found  # slices in place of numbers, where they spare the sums
    return Form(tree, "index", at)


def _matrix(node: Node, writer: MatrixWriter, own: tuple[Index, ...]) -> Form | None:
    """Matrix notation; slices in its place where they spare a sum."""
    tree = _shortest(node, writer, own)
    if tree is None:
        return None
    held = _slices(node, writer, own) if _sums(tree) else None
    if held is None or _sums(held.tree) or length(held.tree) >= length(tree):
        return Form(tree, "matrix")
    return held


def _sums(tree: Tree) -> bool:
    """Whether a sum sign is left."""
    return any(isinstance(x, t.BigOp) for x in walk(tree))


def _shortest(node: Node, writer: MatrixWriter, own: tuple[Index, ...]) -> Tree | None:
    trees = []
    for candidate in _candidates(node):
        with suppress(Stuck):
            trees.append(writer.read(candidate, tuple(i.pos for i in own))[0].tree)
    return min(trees, key=length) if trees else None


def step_form(node: Node, names: Names, letters: Letters, letter: str) -> Tree | None:
    """Write one step of a stack: the matrix form with the first axis held at a letter.

    Returns:
        The tree over the letter, or None where one step has no matrix notation.
    """
    own = node.indices if isinstance(node, Sum) else tuple(Index(s) for s in node.sizes)
    writer = MatrixWriter(names, FormStyle(), letters)
    with writer.holding({own[0]: t.Index(letter)}):
        return _shortest(node, writer, own)


def _candidates(node: Node) -> list[Node]:
    """The node as it is, and with its products of sums multiplied out where that is short."""
    if not isinstance(node, Sum) or len(node.terms) > MOST_TERMS:
        return [node]
    groups = sum(isinstance(f.node, Sum) for term in node.terms for f in term.factors)
    if not groups:
        return [node]
    opened_out = expand(node, READER, lambda f: f.power == 1)
    few = isinstance(opened_out, Sum) and len(opened_out.terms) <= MOST_TERMS
    return [node, opened_out] if few and opened_out is not node else [node]


def _kronecker(
    node: Node, writer: MatrixWriter, own: tuple[Index, ...], rows: int | None, vec: str
) -> Form | None:
    """`A ⊗ B` for a Jacobian; where the split is not given, only 2 | 2 axes are tried."""
    if not isinstance(node, Sum) or node.rank < 3 or (rows is None and node.rank != 4):
        return None
    split = rows if rows is not None else 2
    if not 0 < split < node.rank:
        return None
    terms = opened(node, tuple(i.pos for i in own))
    rows, columns = own[:split], own[split:]
    if vec == "columns":
        rows, columns = rows[::-1], columns[::-1]
    tree = kronecker_tree(writer, terms, rows, columns, turned=vec == "columns")
    return tree and Form(tree, "kronecker", note=f"note.vec_{vec}", rows=split)


def _slices(node: Node, writer: MatrixWriter, own: tuple[Index, ...]) -> Form | None:
    """`A_b B_b for each b`: leading axes held at letters, as few as it takes."""
    usual = max(node.rank - 2, 1)
    counts = [usual, *(k for k in range(1, node.rank + 1) if k != usual)]
    trees = [tree for k in counts if (tree := _held(node, writer, own, k)) is not None]
    return Form(min(trees, key=length), "slices") if trees else None


def _held(node: Node, writer: MatrixWriter, own: tuple[Index, ...], count: int) -> Tree | None:
    """The slices over so many leading axes."""
    used: set[str] = set()
    held = own[:count]
    chosen = {i: writer.letters.of(i, "output", used) for i in held}
    with writer.holding({i: t.Index(x) for i, x in chosen.items()}):
        try:
            tree = writer.read(node, tuple(i.pos for i in own))[0].tree
        except Stuck:
            return None
    for i in reversed(held):
        tree = t.ForEach(tree, chosen[i], size_tree(i.size))
    return tree
