"""The length of a formula: its symbols and operators, the measure that all forms compete by.

A name, number, constant or constant array counts 1, however decorated; so does each operator:
plus and minus, a product by juxtaposition, ⊙ and ⊗, a fraction, a power, a transpose, a function
name, a norm, a sum sign, a relation, a bracket. Parentheses are free; so are index letters under a
sum sign. A component counts its name and one for each position. Law: equal printed forms have
equal lengths. To extend: one line in `_OWN`.
"""

from __future__ import annotations

from symnn.notation import tree as t
from symnn.notation.axis_names import AxisNames
from symnn.notation.commutation import Commutation, VecOrder
from symnn.notation.layout import unknown_kind
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.normal import normalise
from symnn.notation.settings import Setting
from symnn.notation.traversal import children
from symnn.notation.tree import Tree

# What a node adds to the lengths of the trees below it.
_OWN: dict[type[Tree], int] = {
    t.Num: 1, t.Const: 1, t.Sym: 1, t.Index: 1, t.Colon: 1, t.Words: 1,
    t.Neg: 1, t.Frac: 1, t.Pow: 1, t.Transpose: 1, t.Apply: 1, t.Norm: 1, t.BigOp: 1,
    t.Relation: 1, t.Iverson: 1, t.Cases: 1, t.Partial: 1, t.Differential: 1, t.Inner: 1,
    t.ForEach: 1, t.Grid: 1, t.Entry: 0, t.Where: 0, Setting: 1, VecOrder: 0,
    Unfolding: 1,
}  # fmt: skip
_SIZED = (t.Identity, Commutation, t.Ones, t.Zeros, t.Space)  # their sizes are free
_JOINED = (t.Add, t.Mul, t.Hadamard, t.Kron, t.Chain, t.All, ModeProduct, KhatriRao)


def length(tree: Tree) -> int:
    """Count the symbols and operators of a formula as it prints.

    >>> y, yhat, x = t.Sym("y"), t.Sym("y", accent="hat"), t.Sym("x")
    >>> length(t.Mul((t.Num(2), t.Add((yhat, t.Neg(y))), t.Transpose(x))))  # 2 · (ŷ − y) · x ᵀ
    8
    """
    return _length(normalise(tree))


def _length(tree: Tree) -> int:
    below = sum(_length(c) for c in _counted(tree))
    if isinstance(tree, _SIZED):
        return 1
    if isinstance(tree, t.Add):  # the minus of a term is the sign that joins it
        signed = sum(isinstance(c, t.Neg) for c in tree.terms[1:])
        return below + len(tree.terms) - 1 - signed
    if isinstance(tree, _JOINED):
        return below + len(list(children(tree))) - 1
    if isinstance(tree, AxisNames):  # one symbol for each array, and the arrow
        return len(tree.reads) + 2 * bool(tree.made)
    if isinstance(tree, t.Grad):
        return 1 if tree.of is None else 1 + _length(tree.of)
    if type(tree) not in _OWN:
        raise unknown_kind(tree)
    squared = isinstance(tree, t.Norm) and tree.squared
    return below + _OWN[type(tree)] + squared


def _counted(tree: Tree) -> list[Tree]:
    """The trees below that count: not the bounds of a sum, which belong to its sign."""
    match tree:
        case t.BigOp(_, body, _, condition):
            return [body] if condition is None else [body, condition]
        case t.ForEach(body, _, _):
            return [body]
        case t.Colon(first, last):
            return [x for x in (first, last) if x]
        case t.Identity() | Commutation() | t.Ones() | t.Zeros() | t.Space() | t.Grad():
            return []
    return list(children(tree))
