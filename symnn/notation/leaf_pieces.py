"""Names as pieces: whole, a slice with some positions held, the diagonal of a matrix.

Law: the array that the read has. A read along a diagonal of a tensor raises `Stuck`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import sympy as sp

from symnn.core.canonical import symmetric
from symnn.core.index import Affine, Index
from symnn.core.node import Leaf, Term
from symnn.core.scalars import Scalar, add, exact, mul, sub, to_sympy
from symnn.notation import pieces
from symnn.notation import tree as t
from symnn.notation.assembly import TermForm
from symnn.notation.graph import Stuck
from symnn.notation.items import Item
from symnn.notation.naming import Names
from symnn.notation.pieces import Piece
from symnn.notation.scalars import size_tree
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
    ranges = [_range_of(p, s, free) for p, s in zip(pos, leaf.sizes, strict=True)]
    if any(ranges):
        return _slice(name, pos, free, ranges, position)
    bare = [(p.bare, s) for p, s in zip(pos, leaf.sizes, strict=True) if p.bare in free]
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


def _range_of(p: Affine, size: Scalar, free: Free) -> t.Colon | None:
    """The part of an axis that a free index runs over; None where it is all of it, or held."""
    if len(p.terms) != 1 or p.terms[0][0] not in free:
        return None
    index, step = p.terms[0]
    if p.const == 0 and step == 1 and index.size == size:
        return None
    if not isinstance(step, int) or step < 1:
        raise Stuck
    last = add(p.const, index.size)
    if step > 1:
        fits = add(exact(sp.floor(to_sympy(mul(sub(sub(size, p.const), 1), Fraction(1, step))))), 1)
        if sub(fits, index.size) != 0:
            raise Stuck  # it ends before the axis does
        last = size
    return t.Colon(size_tree(p.const), size_tree(last), step, size_tree(index.size))


def _slice(
    name: Tree, pos: Positions, free: Free, ranges: Sequence[t.Colon | None],
    position: Callable[[Affine], Tree],
) -> Piece:  # fmt: skip
    """A part of a leaf: `W_{p+1:2p,:}`; of a matrix in either orientation."""
    axes = [next((i for i in p.indices() if i in free), None) for p in pos]
    own = tuple(i for i in axes if i is not None)
    if len(set(own)) < len(own) or any(
        i is not None and len(p.terms) > 1 for i, p in zip(axes, pos, strict=True)
    ):
        raise Stuck
    if len(own) != len(free) or (len(free) > 2 and own != free):
        raise Stuck
    read = [
        r or (position(p) if i is None else t.Colon())
        for r, i, p in zip(ranges, axes, pos, strict=True)
    ]
    return pieces.atom(t.Entry(name, tuple(read)), len(free), symmetric=len(free) > 2)


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
