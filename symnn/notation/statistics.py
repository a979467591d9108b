"""Means and variances by name, recognised on written trees.

Law: the name replaces what it means, with the same value. Extend: a pattern here, a name in
`functions`.
"""

from __future__ import annotations

from symnn.notation import pieces
from symnn.notation.pieces import Piece
from symnn.notation.tree import (
    Add,
    Apply,
    Entry,
    Mul,
    Neg,
    Norm,
    Num,
    Ones,
    Pow,
    Sym,
    Transpose,
    Tree,
)


def of_rows(matrix: Piece) -> Piece | None:
    """`X 𝟏 / n`: the mean of each row, or the variance; None where the product reads better."""
    match matrix.tree:
        case Pow(base, Num(2), True) if (inner := _centred_rows(base)) is not None:
            return _function("rowvar", inner, matrix.weight)
        case Transpose(Pow(base, Num(2), True)) if (inner := _centred_columns(base)) is not None:
            return _function("rowvar", inner, matrix.weight)
    if matrix.gradient or not isinstance(matrix.tree, Sym | Entry | Apply | Transpose):
        return None
    if isinstance(matrix.tree, Transpose):
        if not isinstance(matrix.tree.arg, Sym | Entry | Apply):
            return None
        return _function("colmean", matrix.tree.arg, matrix.weight)
    return _function("rowmean", matrix.tree, matrix.weight + 1)


def _function(name: str, arg: Tree, weight: int) -> Piece:
    return pieces.whole(Apply(name, (arg,)), weight, 1)


def _centred_rows(tree: Tree) -> Tree | None:
    """X of `X − rowmean(X) 𝟏ᵀ`, either sign; of `Xᵀ − colmean(X) 𝟏ᵀ` it is Xᵀ."""
    match tree:
        case Transpose(Add((x, Neg(Mul((Ones(), Transpose(Apply("colmean", (arg,))))))))):
            return Transpose(x) if x == arg else None
        case Add((x, Neg(Mul((Apply(name, (arg,)), Transpose(Ones())))))):
            pass
        case Add((Mul((Apply(name, (arg,)), Transpose(Ones()))), Neg(x))):
            pass
        case _:
            return None
    rows = name == "rowmean" and arg == x
    columns = name == "colmean" and x == Transpose(arg)
    return x if rows or columns else None


def _centred_columns(tree: Tree) -> Tree | None:
    """Xᵀ of `X − 𝟏 colmean(X)ᵀ`: the rows of Xᵀ are centred."""
    match tree:
        case Add((x, Neg(Mul((Ones(), Transpose(Apply("colmean", (arg,)))))))) if x == arg:
            return Transpose(x)
    return None


def variance(norm: Piece) -> Piece | None:
    """`var(x)` for `‖x − mean(x) 𝟏‖²`, which the caller divides by n; None for anything else."""
    match norm.tree:
        case Norm(Add((x, Neg(Mul((Apply("mean", (arg,)), Ones()))))), _, True) if x == arg:
            return pieces.number(Apply("var", (x,)), norm.weight - 5)
        case Norm(Add((Mul((Apply("mean", (arg,)), Ones())), Neg(x))), _, True) if x == arg:
            return pieces.number(Apply("var", (x,)), norm.weight - 5)
    return None
