"""Names as pieces: whole, a slice with some positions held, the diagonal of a matrix.

Law: the array that the read has. A read along a diagonal of a tensor raises `Stuck`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symnn.core.canonical import symmetric
from symnn.core.index import Affine, Index
from symnn.core.node import Leaf, Term
from symnn.notation import pieces
from symnn.notation import tree as t
from symnn.notation.assembly import TermForm
from symnn.notation.graph import Stuck
from symnn.notation.items import Item
from symnn.notation.naming import Names
from symnn.notation.pieces import Piece
from symnn.notation.tree import Grad, Transpose, Tree

Positions = tuple[Affine, ...]
Free = tuple[Index, ...]


def leaf_piece(
    leaf: Leaf,
    name: Tree,
    pos: Positions,
    free: Free,
    position: Callable[[Affine], Tree],
    *,
    sides: bool = False,
) -> Piece:
    """A read of a leaf over its free indices.

    Args:
        leaf: what is read.
        name: how it is called.
        pos: where it is read.
        free: the indices of the result, in order of appearance.
        position: writes a position that is held.
        sides: whether a symmetric leaf and its transpose are told apart.
    """
    bare = [(p.bare, s) for p, s in zip(pos, leaf.sizes, strict=True) if p.bare in free]
    if any(i is not None and i.size != s for i, s in bare):
        raise Stuck  # the first entries of an axis have no name of their own
    if len(free) > 2 and tuple(i for i, _ in bare) != free:
        raise Stuck  # a tensor of more than two axes is not transposed
    late = leaf.role == "parameter" and leaf.rank == 1
    if all(p.bare in free for p in pos):
        if len(free) == leaf.rank:
            same = len(free) > 2 or (symmetric(leaf, facts=True) and not sides)
            atom = pieces.atom(name, leaf.rank, symmetric=same)
            return replace(atom, late=late, parameter=leaf.role == "parameter")
        if leaf.rank == 2:
            return diagonal_of(pieces.atom(name, 2))
    mixed = any(p.bare not in free and set(p.indices()) & set(free) for p in pos)
    if mixed or len(bare) != len(free):
        raise Stuck
    read = [t.Colon() if p.bare in free else position(p) for p in pos]
    while read and isinstance(read[-1], t.Colon):
        read.pop()
    entry = pieces.atom(t.Entry(name, tuple(read)), len(free), symmetric=len(free) > 2)
    return replace(entry, late=late)


def diagonal_of(matrix: Piece) -> Piece:
    """The diagonal of a matrix, as a column."""
    vector = pieces.whole(t.Apply("diag", (matrix.tree,)), matrix.weight + 1, 1)
    return replace(vector, diagonal_of=matrix)


def tensor_norm(term: Term, names: Names) -> TermForm | None:
    """`‖K‖_F²` of a tensor, all axes summed."""
    if len(term.factors) != 1:
        return None
    (f,) = term.factors
    whole = isinstance(f.node, Leaf) and {p.bare for p in f.pos} == set(term.bound)
    if not whole or f.power != 2 or len(term.bound) != len(f.pos):
        return None
    norm = t.Norm(names(f.node), "F", squared=True)  # type: ignore[arg-type]
    return TermForm(term.coef, [Item(pieces.number(norm, 3))], None)


def slope(tree: Tree, name: Grad) -> Tree:
    """`∇_{h_t}` of `h_t`, and its transpose of `h_tᵀ`."""
    if isinstance(tree, Transpose):
        return Transpose(Grad(tree.arg, name.of))
    return Grad(tree, name.of)
