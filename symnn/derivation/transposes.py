"""Transposes pushed through formulas, down to names that may stand for transposed arrays.

Law: the tree that comes out has the value of the tree that went in, or of its transpose. A form
whose shape is not known raises UnknownNameError, and the caller leaves the transpose in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symnn.core.errors import UnknownNameError
from symnn.notation import tree as t
from symnn.notation.functions import FUNCTIONS
from symnn.notation.measure import length
from symnn.notation.normal import normalise
from symnn.notation.shapes import ONE, shape_of
from symnn.notation.traversal import children, map_children
from symnn.notation.tree import Tree

Shapes = Mapping[Tree, tuple[Tree, ...]]
_ALONG = {"row": "col", "col": "row"}
_SYMMETRIC = ("sum", "mean", "tr", "det", "logdet")
_WITH_TRANSPOSE = ("inv", "softmax")


@dataclass(frozen=True)
class Name:
    """An array under a layout: its tree, and whether it is the transpose of what it was."""

    tree: Tree
    turned: bool


def name_at_step(tree: Tree, steps: Mapping[Tree, Name]) -> Name | None:
    """`h_t`, `δ_t` or `∇_{h_t}` under a layout; None for any other tree."""
    match tree:
        case t.Entry(base, (at,)) if base in steps:
            name = steps[base]
            return Name(t.Entry(name.tree, (at,)), name.turned)
        case t.Grad(t.Entry(base, (_,)) as entry, None) if t.Grad(base) in steps:
            name = steps[t.Grad(base)]
            shown = tree
            if isinstance(name.tree, t.Partial):
                shown = t.Partial(name.tree.num, (entry,))
            return Name(shown, name.turned)
    return None


def _outside(tree: Tree) -> Tree:
    """`(a − b)ᵀ` for `aᵀ − bᵀ`: a transpose that all parts have, once."""
    parts = list(children(tree))
    bare = [_untransposed(p) for p in parts]
    if not any(a is not b for a, b in zip(parts, bare, strict=True)) or None in bare:
        return tree
    known = dict(zip(parts, bare, strict=True))
    return t.Transpose(map_children(tree, lambda c: known[c] or c))


def _untransposed(tree: Tree) -> Tree | None:
    """What a tree is the transpose of; a number is its own; None for any other."""
    match tree:
        case t.Transpose(arg):
            return arg
        case t.Neg(arg):
            inner = _untransposed(arg)
            return None if inner is None else t.Neg(inner)
        case t.Num() | t.Const():
            return tree
    return None


def _outside_relation(rel: str, left: Tree, right: Tree) -> Tree:
    """`[U > 0]ᵀ` for `[Uᵀ > 0]`."""
    bare = _untransposed(left), _untransposed(right)
    if None in bare or bare == (left, right):
        return t.Iverson(t.Relation(rel, left, right))
    return t.Transpose(t.Iverson(t.Relation(rel, bare[0] or left, bare[1] or right)))


def _bare(tree: Tree) -> Tree:
    """Without a transpose, where only the entries count."""
    tree = normalise(tree)
    return tree.arg if isinstance(tree, t.Transpose) else tree


class Turner:
    """Pushes transposes down to the names; `steps` are those of stacks at one step."""

    def __init__(
        self, names: Mapping[Tree, Name], shapes: Shapes, steps: Mapping[Tree, Name]
    ) -> None:
        self.names, self.shapes, self.steps = names, shapes, steps

    def turn(self, tree: Tree, up: bool) -> Tree:
        """The tree, or its transpose, over the new names."""
        shape = shape_of(tree, self.shapes)
        name = self.names.get(tree) or name_at_step(tree, self.steps)
        if name is not None:
            return name.tree if name.turned == up or not shape else t.Transpose(name.tree)
        up = up and bool(shape)
        match tree:
            case t.Transpose(arg):
                return self.turn(arg, not up)
            case t.Mul(factors):
                return self._product(factors, up)
            case t.Apply():
                return self._applied(tree, up)
            case t.Neg() | t.Differential():
                return map_children(tree, lambda c: self.turn(c, up))
            case t.Add() | t.Hadamard() | t.Frac():
                return self._entrywise(tree, up)
            case t.Pow(base, exponent, elementwise):
                return t.Pow(self.turn(base, up), self.turn(exponent, False), elementwise)
            case t.Ones(size, columns) if columns is not None:
                return t.Ones(columns, size) if up else tree
            case t.Identity():
                return tree
            case t.BigOp("sum", body):
                return replace(tree, body=self.turn(body, up))
            case t.Iverson(t.Relation(rel, left, right)) if shape:
                sides = self.turn(left, up), self.turn(right, up)
                return _outside_relation(rel, *sides)
            case t.Norm(arg, kind, squared):
                return t.Norm(_bare(self.turn(arg, False)), kind, squared)
        inner = map_children(tree, self._inside)
        return t.Transpose(inner) if up else inner

    def _entrywise(self, tree: Tree, up: bool) -> Tree:
        """`(W x − y)ᵀ` or `xᵀ Wᵀ − yᵀ`, whichever is shorter."""
        pushed = _outside(map_children(tree, lambda c: self.turn(c, up)))
        if not up:
            return pushed
        whole = t.Transpose(map_children(tree, lambda c: self.turn(c, False)))
        return min(pushed, whole, key=length)

    def _inside(self, tree: Tree) -> Tree:
        kept = t.Num | t.Index | t.Relation | t.Colon
        return tree if isinstance(tree, kept) else self.turn(tree, False)

    def _product(self, factors: tuple[Tree, ...], up: bool) -> Tree:
        if not up:
            return t.Mul(tuple(self.turn(f, False) for f in factors))
        scalars = [f for f in factors if not shape_of(f, self.shapes)]
        arrays = [f for f in factors if shape_of(f, self.shapes)]
        turned = (self.turn(f, True) for f in reversed(arrays))
        return t.Mul((*(self.turn(f, False) for f in scalars), *turned))

    def _applied(self, tree: t.Apply, up: bool) -> Tree:
        shape = shape_of(tree, self.shapes)
        if not shape and tree.fn in _SYMMETRIC:
            return t.Apply(tree.fn, (_bare(self.turn(tree.args[0], False)),))
        known = FUNCTIONS.get(tree.fn)
        if tree.fn in ("diag", "vec") or not shape:
            inner = map_children(tree, lambda c: self.turn(c, False))
            both_ways = tree.fn == "diag" and len(shape) == 2 and shape[1] != ONE
            return t.Transpose(inner) if up and not both_ways else inner
        if tree.fn[:3] in _ALONG:
            return self._along(tree, up)
        entrywise = known is None or known.domain == "entries" or len(tree.args) > 1
        if entrywise or tree.fn in _WITH_TRANSPOSE:
            return _outside(map_children(tree, lambda c: self.turn(c, up)))
        raise UnknownNameError(f"no transpose of {tree.fn}")

    def _along(self, tree: t.Apply, up: bool) -> Tree:
        """A function of rows or columns: of the columns, if its argument is transposed."""
        arg = normalise(self.turn(tree.args[0], False))
        keeps = shape_of(tree, self.shapes) == shape_of(tree.args[0], self.shapes)
        turned = isinstance(arg, t.Transpose)
        other = _ALONG[tree.fn[:3]] + tree.fn[3:]
        turned = turned and other in FUNCTIONS
        if turned and isinstance(arg, t.Transpose):
            arg = arg.arg
        fn = other if turned else tree.fn
        made = replace(tree, fn=fn, args=(arg, *tree.args[1:]))
        return t.Transpose(made) if up != (turned and keeps) else made
