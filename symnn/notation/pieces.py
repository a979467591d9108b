"""Pieces: matrix expressions that know how to write themselves and their transpose.

A `Piece` has rank 0 (a number), 1 (a column) or 2. Each constructor builds both orientations and
keeps the shorter writing of each, so that transposes end up where they cost least:
`(A B)ᵀ` is `Bᵀ Aᵀ`, `(Aᵀ B)ᵀ` is `Bᵀ A`. `weight` counts symbols and operators.

Laws: `turned` is the transpose of `tree`; scalars stand in front of products. Extend: one function
that builds both orientations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symnn.core.scalars import Scalar
from symnn.notation.powers import with_powers
from symnn.notation.scalars import size_tree
from symnn.notation.tree import (
    Apply,
    Differential,
    Frac,
    Grad,
    Hadamard,
    Identity,
    Mul,
    Num,
    Ones,
    Pow,
    Sym,
    Transpose,
    Tree,
)

MATRIX, PRODUCT, FUNCTION, GROUP, CONSTANT = range(5)


@dataclass(frozen=True, slots=True)
class Piece:
    """A matrix expression.

    Attributes:
        tree, turned: it and its transpose, as written.
        weight, turned_weight: their lengths.
        rank: 0, 1 (a column) or 2.
        kind: what it is, for the order of factors and terms.
        gradient: whether the name of a gradient or differential is in it.
        diagonal_of: for the diagonal vector of a matrix, that matrix.
        literal: ones, which a sum may write as a number.
        special: an identity or diagonal matrix: no number is added to its entries.
        late: a bias, which stands last in a sum.
        parameter: the name of a parameter: products with it are formed first.
        ends: the two columns of an inner product, the two factors of an outer product.
    """

    tree: Tree
    turned: Tree
    weight: int
    turned_weight: int
    rank: int
    kind: int = MATRIX
    gradient: bool = False
    diagonal_of: Piece | None = None
    literal: bool = False
    special: bool = False
    late: bool = False
    parameter: bool = False
    ends: tuple[Piece, Piece] | None = None

    def flipped(self) -> Piece:
        """The transpose."""
        return replace(
            self, tree=self.turned, turned=self.tree,
            weight=self.turned_weight, turned_weight=self.weight,
            ends=self.ends and (self.ends[1], self.ends[0]),
        )  # fmt: skip


def balanced(piece: Piece) -> Piece:
    """Write an orientation as the transpose of the other where that is shorter."""
    if piece.rank == 0:
        return replace(piece, turned=piece.tree, turned_weight=piece.weight)
    tie = piece.kind == GROUP  # (X Wᵀ − Y)ᵀ rather than W Xᵀ − Yᵀ
    if piece.turned_weight + tie > piece.weight + 1:
        return replace(piece, turned=Transpose(piece.tree), turned_weight=piece.weight + 1)
    if piece.weight + tie > piece.turned_weight + 1 and piece.rank == 2:
        return replace(piece, tree=Transpose(piece.turned), weight=piece.turned_weight + 1)
    return piece


def atom(tree: Tree, rank: int, *, symmetric: bool = False, kind: int = MATRIX) -> Piece:
    """A name, or anything that is transposed as a whole."""
    weight = 1
    gradient = isinstance(tree, Grad | Differential) or (
        isinstance(tree, Sym) and tree.base == "delta"
    )
    if rank == 0 or symmetric:
        return Piece(tree, tree, weight, weight, rank, kind, gradient)
    return Piece(tree, Transpose(tree), weight, weight + 1, rank, kind, gradient)


def number(tree: Tree, weight: int = 1) -> Piece:
    """A scalar."""
    return Piece(tree, tree, weight, weight, 0)


def ones(size: Scalar) -> Piece:
    """The column of ones."""
    return replace(atom(Ones(size_tree(size)), 1, kind=CONSTANT), literal=True)


def ones_matrix(rows: Scalar, columns: Scalar) -> Piece:
    """The matrix of ones."""
    tree = Ones(size_tree(rows), size_tree(columns))
    turned = Ones(size_tree(columns), size_tree(rows))
    return Piece(tree, turned, 1, 1, 2, CONSTANT, literal=True)


def ones_tensor(sizes: Sequence[Scalar]) -> Piece:
    """The tensor of ones, of three axes or more."""
    first, second, *more = map(size_tree, sizes)
    tree = Ones(first, second, tuple(more))
    return Piece(tree, tree, 1, 1, len(sizes), CONSTANT, literal=True)


def identity(size: Scalar) -> Piece:
    """The identity matrix."""
    tree = Identity(size_tree(size))
    return Piece(tree, tree, 1, 1, 2, CONSTANT, special=True)


def times(*trees: Tree) -> Tree:
    """A flat product."""
    flat: list[Tree] = []
    for tree in trees:
        flat.extend(tree.factors if isinstance(tree, Mul) else (tree,))
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def product(left: Piece, right: Piece) -> Piece:
    """Matrix product; a column on the right gives a column."""
    if left.rank == right.rank == 2:
        base, power = _matrix_power(left)
        other, more = _matrix_power(right)
        if base.tree == other.tree:
            return _raised_matrix(base, power + more)
    tree, saved = with_powers(times(left.tree, right.tree))
    turned, turned_saved = with_powers(times(right.turned, left.turned))
    return balanced(
        Piece(
            tree,
            turned,
            left.weight + right.weight + 1 - saved,
            left.turned_weight + right.turned_weight + 1 - turned_saved,
            right.rank,
            PRODUCT,
            left.gradient or right.gradient,
        )
    )


def _matrix_power(piece: Piece) -> tuple[Piece, int]:
    """`A` and 2 of `A²`; any other matrix and 1."""
    match piece.tree, piece.turned:
        case Pow(tree, Num(int(n)), False), Pow(turned, Num(), False):
            weight, turned_weight = piece.weight - 2, piece.turned_weight - 2
            base = replace(piece, tree=tree, turned=turned, weight=weight, kind=MATRIX)
            return replace(base, turned_weight=turned_weight), n
    return piece, 1


def _raised_matrix(base: Piece, power: int) -> Piece:
    """A whole power of a square matrix."""
    tree, turned = Pow(base.tree, Num(power)), Pow(base.turned, Num(power))
    weight, turned_weight = base.weight + 2, base.turned_weight + 2
    return Piece(tree, turned, weight, turned_weight, 2, PRODUCT, base.gradient)


def outer(left: Piece, right: Piece) -> Piece:
    """`a bᵀ` of two columns."""
    if left.literal and right.literal:
        assert isinstance(left.tree, Ones)
        assert isinstance(right.tree, Ones)
        a, b = left.tree.size, right.tree.size
        return Piece(Ones(a, b), Ones(b, a), 1, 1, 2, CONSTANT, literal=True)
    return Piece(
        times(left.tree, right.turned),
        times(right.tree, left.turned),
        left.weight + right.turned_weight + 1,
        left.turned_weight + right.weight + 1,
        2,
        PRODUCT,
        left.gradient or right.gradient,
        late=(left.literal and right.late) or (right.literal and left.late),
        ends=(left, right),
    )


def inner(left: Piece, right: Piece) -> Piece:
    """`aᵀ b` of two columns, the shorter way round."""
    first = left.turned_weight + right.weight
    second = right.turned_weight + left.weight
    a, b = (left, right) if first <= second else (right, left)
    return replace(
        number(times(a.turned, b.tree), min(first, second) + 1),
        kind=PRODUCT, gradient=a.gradient or b.gradient, ends=(a, b),
    )  # fmt: skip


def entrywise(parts: Sequence[Piece]) -> Piece:
    """The Hadamard product, or the product of numbers."""
    parts = [p for p in parts if not p.literal] or [parts[0]]
    if len(parts) == 1:
        return parts[0]
    parts = sorted(parts, key=factor_order)
    join: Callable[[tuple[Tree, ...]], Tree] = Hadamard if parts[0].rank else _product_of_numbers
    return balanced(
        Piece(
            join(tuple(p.tree for p in parts)),
            join(tuple(p.turned for p in parts)),
            sum(p.weight for p in parts) + len(parts) - 1,
            sum(p.turned_weight for p in parts) + len(parts) - 1,
            parts[0].rank,
            PRODUCT,
            any(p.gradient for p in parts),
        )
    )


def _product_of_numbers(trees: tuple[Tree, ...]) -> Tree:
    return times(*trees)


def factor_order(piece: Piece) -> tuple[int, int]:
    """Gradient names first, groups last."""
    if piece.gradient and piece.kind in (MATRIX, PRODUCT):
        return (0, piece.kind)
    return (1, piece.kind)


def divided(above: Piece, below: Piece) -> Piece:
    """Entrywise division, or of numbers."""
    wise = above.rank > 0 or below.rank > 0
    top = number(Num(1)) if above.literal and wise else above
    return balanced(
        Piece(
            Frac(top.tree, below.tree, elementwise=wise),
            Frac(top.turned, below.turned, elementwise=wise),
            top.weight + below.weight + 1,
            top.turned_weight + below.turned_weight + 1,
            max(above.rank, below.rank),
            PRODUCT,
            above.gradient or below.gradient,
        )
    )


def raised(base: Piece, exponent: Tree, *, squared: bool, root: bool) -> Piece:
    """A power of every entry: `z ⊙ z` for a short base, a root as a function."""
    if root:
        return applied(lambda t: Apply("sqrt", t), [base])
    if squared and base.rank and base.kind == MATRIX:
        return entrywise([base, base])
    turned = base.rank == 2 and base.turned_weight < base.weight
    given = base.flipped() if turned else base
    power = whole(Pow(given.tree, exponent, elementwise=base.rank > 0), given.weight + 2, base.rank)
    power = replace(power, kind=PRODUCT, gradient=base.gradient)
    return power.flipped() if turned else power


def applied(make: Callable[[tuple[Tree, ...]], Tree], args: Sequence[Piece]) -> Piece:
    """An entrywise function of pieces of one rank (numbers may stand beside arrays)."""
    rank = max(a.rank for a in args)
    weight = sum(a.weight for a in args) + 1
    inside = sum(a.turned_weight for a in args) + 1
    if rank and inside >= weight:
        return whole(make(tuple(a.tree for a in args)), weight, rank)
    return balanced(
        Piece(
            make(tuple(a.tree for a in args)),
            make(tuple(a.turned for a in args)),
            weight,
            inside,
            rank,
            FUNCTION,
        )
    )


def whole(tree: Tree, weight: int, rank: int, *, kind: int = FUNCTION) -> Piece:
    """A function of a matrix that is transposed as a whole."""
    piece = atom(tree, rank, kind=kind)
    return replace(piece, weight=weight, turned_weight=weight + (rank > 0))


def diagonal_matrix(vector: Piece) -> Piece:
    """`diag(v)`; its own transpose."""
    tree = Apply("diag", (vector.tree,))
    weight = vector.weight + 1
    return Piece(tree, tree, weight, weight, 2, FUNCTION, vector.gradient, special=True)
