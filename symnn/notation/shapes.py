"""Shapes of written formulas, and the shape line below one: `(p × 1)(1 × n) = (p × n)`.

A shape is (): a number, or (rows, columns), sizes as trees; a vector is a column. Law: the shape is
that of the value. Extend: an arm in `shape_of` per kind of the notation tree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symnn.core.errors import UnknownNameError
from symnn.notation import tree as t
from symnn.notation.functions import FUNCTIONS
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.text import to_text
from symnn.notation.tree import Tree

Shape = tuple[Tree, ...]
ONE = t.Num(1)


@dataclass(frozen=True, slots=True)
class ShapeLine:
    """The shapes of the parts of the top product, sum or ⊙, and of the whole.

    Attributes:
        op: "product", "entrywise", "sum" or "" (a single part).
        parts: the shape of each part that is an array.
        result: the shape of the whole.
    """

    op: str
    parts: tuple[Shape, ...]
    result: Shape


def shape_line(tree: Tree, shapes: Mapping[Tree, Sequence[Tree]]) -> ShapeLine:
    """The shape line of a formula in matrix notation.

    Args:
        tree: the formula.
        shapes: the sizes of each name, one tree an axis.

    Raises:
        UnknownNameError: a name without shape.

    >>> p, n, delta, x = t.Sym("p"), t.Sym("n"), t.Sym("delta"), t.Sym("x")
    >>> line = shape_line(t.Mul((delta, t.Transpose(x))), {delta: (p,), x: (n,)})
    >>> shape_text(line)
    '(p × 1)(1 × n) = (p × n)'
    """
    result = shape_of(tree, shapes)
    inner = _bare(tree, shapes)
    match inner:
        case t.Mul(trees):
            op = "product"
        case t.Hadamard(trees):
            op = "entrywise"
        case t.Add(trees):
            op = "sum"
        case _:
            op, trees = "", (inner,)
    found = (shape_of(part, shapes) for part in trees)
    parts = tuple(shape for shape in found if shape)
    return ShapeLine(op if len(parts) > 1 else "", parts, result)


_JOINT = {"product": "", "entrywise": " ⊙ ", "sum": " + ", "": ""}


def shape_text(line: ShapeLine) -> str:
    """A shape line as text."""
    parts = _JOINT[line.op].join(_shown(shape) for shape in line.parts)
    return f"{parts} = {_shown(line.result)}" if len(line.parts) > 1 else _shown(line.result)


def _shown(shape: Shape) -> str:
    return f"({' × '.join(to_text(size) for size in shape) or '1 × 1'})"


def _bare(tree: Tree, shapes: Mapping[Tree, Sequence[Tree]]) -> Tree:
    """The formula without sign, scalar factor and scalar denominator."""
    match tree:
        case t.Neg(arg) | t.Frac(arg, _, False):
            return _bare(arg, shapes)
        case t.Mul(factors):
            arrays = tuple(f for f in factors if shape_of(f, shapes))
            if len(arrays) == 1:
                return _bare(arrays[0], shapes)
            return t.Mul(arrays) if arrays else tree
    return tree


def shape_of(tree: Tree, shapes: Mapping[Tree, Sequence[Tree]]) -> Shape:
    """The shape of a formula; of a tensor, all its sizes.

    Raises:
        UnknownNameError: a name without shape.
    """
    if tree in shapes:
        return _column(tuple(shapes[tree]))
    match tree:
        case t.Num() | t.Const() | t.Index() | t.Norm() | t.Inner():
            return ()
        case t.Grad(wrt, _):
            return shape_of(wrt, shapes)
        case t.Neg(arg) | t.Differential(arg) | t.Frac(arg, _, False) | t.Pow(arg, _, _):
            return shape_of(arg, shapes)
        case t.Transpose(arg):
            return shape_of(arg, shapes)[::-1]
        case t.Add(parts) | t.Hadamard(parts):
            return _widest(parts, shapes)
        case t.Mul(factors):
            return _product([shape_of(f, shapes) for f in factors])
        case t.Kron(factors):
            return _kronecker([shape_of(f, shapes) for f in factors])
        case t.Apply():
            return _applied(tree, shapes)
        case t.Entry(base, positions):
            return _entry(base, positions, shapes)
    return _other(tree, shapes)


def _other(tree: Tree, shapes: Mapping[Tree, Sequence[Tree]]) -> Shape:
    match tree:
        case t.Identity(size):
            return (size, size)
        case t.Ones(size, columns, more):
            return (size, columns or ONE, *more)
        case t.Zeros(sizes):
            return _column(sizes)
        case t.Frac(num, den, True):
            return _widest((num, den), shapes)
        case t.BigOp(_, body, _, _):
            return shape_of(body, shapes)
        case t.ForEach(body, _, upper):
            inner = shape_of(body, shapes)
            kept = inner[:1] if inner[1:] == (ONE,) else inner
            return _column((upper or ONE, *kept))
        case t.Iverson(t.Relation(_, left, right)):
            return _widest((left, right), shapes)
        case t.Iverson():
            return ()
        case t.Cases(rows, otherwise):
            return _widest((*(form for form, _ in rows), otherwise), shapes)
        case ModeProduct(base, factors, modes):
            made = dict(zip(modes, (shape_of(f, shapes)[0] for f in factors), strict=True))
            return tuple(made.get(k, s) for k, s in enumerate(shape_of(base, shapes), start=1))
        case Unfolding(base, mode):
            whole = shape_of(base, shapes)
            return (whole[mode - 1], _times((*whole[: mode - 1], *whole[mode:])))
        case KhatriRao(factors):
            found = [shape_of(f, shapes) for f in factors]
            return (_times([rows for rows, _ in found]), found[0][1])
        case t.Grid(rows):
            return (t.Num(len(rows)), t.Num(len(rows[0])))
    known = ", ".join(to_text(name) for name in shapes) or "none"
    raise UnknownNameError(f"no shape for {to_text(tree)}; shapes are given for {known}")


def _column(sizes: tuple[Tree, ...]) -> Shape:
    return (sizes[0], ONE) if len(sizes) == 1 else sizes


def _widest(parts: Sequence[Tree], shapes: Mapping[Tree, Sequence[Tree]]) -> Shape:
    return max((shape_of(part, shapes) for part in parts), key=len)


def _product(found: Sequence[Shape]) -> Shape:
    """Numbers scale; a row times a column is a number."""
    result: Shape = ()
    for shape in found:
        if not shape or not result:
            result = result or shape
        else:
            result = (result[0], shape[1])
            result = () if result == (ONE, ONE) else result
    return result


def _kronecker(found: Sequence[Shape]) -> Shape:
    rows, columns = zip(*(shape or (ONE, ONE) for shape in found), strict=True)
    return tuple(_times([s for s in side if s != ONE]) for side in (rows, columns))


def _times(sizes: Sequence[Tree]) -> Tree:
    if not sizes:
        return ONE
    return sizes[0] if len(sizes) == 1 else t.Mul(tuple(sizes))


def _applied(tree: t.Apply, shapes: Mapping[Tree, Sequence[Tree]]) -> Shape:
    known = FUNCTIONS.get(tree.fn)
    wide = _widest(tree.args, shapes)
    if known is None or known.domain == "entries" or len(tree.args) > 1 or not wide:
        return wide
    if known.result == 0:
        return ()
    if tree.fn == "vec":
        return (_times([s for s in wide if s != ONE]), ONE)
    if tree.fn == "diag":
        return (wide[0], wide[0]) if wide[1] == ONE else (wide[0], ONE)
    if tree.fn.startswith("col") and tree.fn != "colsoftmax":
        return (wide[1], ONE)
    if tree.fn.startswith("row") and tree.fn != "rowsoftmax":
        return (wide[0], ONE)
    return wide


def _entry(base: Tree, positions: Sequence[Tree], shapes: Mapping[Tree, Sequence[Tree]]) -> Shape:
    """Of a read; `Entry(base, ())` has the sizes of a stack whose steps are read transposed."""
    known = next((x for x in (t.Entry(base, ()), base) if x in shapes), None)
    whole = shape_of(base, shapes) if known is None else tuple(shapes[known])
    parts = [*positions, *[t.Colon()] * (len(whole) - len(positions))]
    pairs = zip(whole, parts, strict=False)
    return _column(tuple(p.count or size for size, p in pairs if isinstance(p, t.Colon)))
