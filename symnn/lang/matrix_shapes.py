"""Shapes of matrix formulas: (rows, columns) of every part, by unification.

A scalar is 1 × 1, a vector n × 1, its transpose 1 × n. Sizes that are not declared are variables;
each operation equates some. A name without declaration is a matrix if it begins with an upper-case
letter, a scalar if it is Greek, else a vector; where that does not fit, letters from a to h are
taken as scalars, as few as possible, so that `x'*A*x + c*sin(y)'*x` needs no declaration.
Functions have their rules in `matrix_functions`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from symnn.core.errors import ShapeError
from symnn.lang.matrix_functions import (
    ENTRYWISE,
    ONE,
    RULES,
    SCALAR,
    Dim,
    Misfit,
    Shape,
    is_scalar,
    shape_text,
)
from symnn.lang.matrix_hints import unknown_function
from symnn.lang.matrix_tree import Declaration, Source, Tree, fail
from symnn.text.alphabet import GREEK
from symnn.text.symbols import caret_message

_SCALAR_LETTERS = set("abcdefgh")
_FRESH = ("m", "n", "p", "q", "r", "s", "k", "l", "d", "h")
_MOST_SCALARS = 3


@dataclass
class Shapes:
    """The shape of every name and part of a source; `sizes` names every variable."""

    source: Source
    names: dict[str, Shape] = field(default_factory=dict)
    parts: dict[int, Shape] = field(default_factory=dict)
    results: list[Shape] = field(default_factory=list)

    def of(self, tree: Tree) -> Shape:
        """The shape of a part, its sizes resolved."""
        rows, columns = self.parts[id(tree)]
        return rows.root(), columns.root()


def infer(source: Source, declared: dict[str, Declaration]) -> Shapes:
    """Shapes of all parts.

    Raises:
        ShapeError: an operation whose operands do not fit, with a caret at it.
    """
    free = [n for n in _free_names(source) if n not in declared]
    doubtful = [n for n in free if n in _SCALAR_LETTERS]
    first: Misfit | None = None
    for count in range(min(len(doubtful), _MOST_SCALARS) + 1):
        found = []
        for scalars in itertools.combinations(doubtful, count):
            try:
                found.append(_Inference(source, declared, set(scalars)).run())
            except Misfit as misfit:
                first = first or misfit
        if found:  # where several fit, the one whose result is a scalar
            return min(found, key=lambda s: not is_scalar(s.results[-1]))
    assert first is not None
    raise ShapeError(caret_message(source.text, first.at, first.problem))


def _free_names(source: Source) -> list[str]:
    """Names read before they are defined, by first use."""
    defined: set[str] = set()
    found: dict[str, None] = {}
    for name, tree in source.statements:
        for part in _walk(tree):
            if part.op == "name" and part.text not in defined and part.text != "eye":
                found[part.text] = None
        defined.add(name)
    return list(found)


def _walk(tree: Tree) -> list[Tree]:
    stack, found = [tree], []
    while stack:
        part = stack.pop()
        found.append(part)
        stack.extend(reversed(part.args))
    return found


def conventional_rank(name: str) -> int:
    """The rank of a name without declaration.

    >>> [conventional_rank(n) for n in ("X", "x", "alpha", "λ")]
    [2, 1, 0, 0]
    """
    if name.rstrip("_0123456789") in GREEK or name[0] in GREEK.values():
        return 0
    return 2 if name[0].isupper() else 1


class _Inference:
    """One attempt, with some names taken as scalars."""

    def __init__(self, source: Source, declared: dict[str, Declaration], scalars: set[str]) -> None:
        self.shapes = Shapes(source)
        self.declared, self.scalars = declared, scalars
        self.named: dict[str, Dim] = {"1": ONE}

    def run(self) -> Shapes:
        for name, tree in self.shapes.source.statements:
            shape = self.shape(tree)
            self.shapes.results.append(shape)
            if name:
                if name in self.shapes.names:
                    raise Misfit(tree.at, f"{name} is defined twice, or read before it is defined")
                self.shapes.names[name] = shape
        self._name_the_rest()
        return self.shapes

    def _name_the_rest(self) -> None:
        taken = {*self.named, *self.shapes.names}
        fresh = (n for n in itertools.chain(_FRESH, (f"n{k}" for k in itertools.count(1))))
        for shape in (*self.shapes.names.values(), *self.shapes.parts.values()):
            for dim in shape:
                if not dim.root().value:
                    dim.root().value = next(n for n in fresh if n not in taken)

    def dim(self, size: str) -> Dim:
        return self.named.setdefault(size, Dim(size))

    def shape(self, tree: Tree) -> Shape:
        """The shape of a part; parts are visited once, inner ones first."""
        arguments = [self.shape(a) for a in tree.args]
        found = self._shape(tree, arguments)
        self.shapes.parts[id(tree)] = found
        return found

    def _shape(self, tree: Tree, args: list[Shape]) -> Shape:
        match tree.op:
            case "number":
                return SCALAR
            case "name":
                return self._name(tree)
            case "negative":
                return args[0]
            case "'":
                return args[0][1], args[0][0]
            case "+" | "-":
                return self._sum(tree, args)
            case "*":
                return self._product(tree, args)
            case ".*" | "./":
                return args[1] if is_scalar(args[0]) else self._like(tree, args)
            case "/":
                if not is_scalar(args[1]):
                    raise Misfit(tree.at, "only a scalar divides; write ./ for entries, inv(A)*b")
                return args[0]
            case "^":
                return self._power(tree, args)
            case ".^":
                return args[0] if is_scalar(args[1]) else self._like(tree, args)
        return self._call(tree, args)

    def _name(self, tree: Tree) -> Shape:
        name = tree.text
        if name in self.shapes.names:
            return self.shapes.names[name]
        if name == "eye" and name not in self.declared:
            side = Dim()
            return side, side
        declaration = self.declared.get(name)
        if declaration is None:
            rank = 0 if name in self.scalars else conventional_rank(name)
            sizes = [Dim() for _ in range(rank)]
        else:
            sizes = [self.dim(s) for s in declaration.sizes]
            sizes += [Dim() for _ in range(declaration.rank - len(sizes))]
            if set(declaration.facts) & {"symmetric", "pd", "diagonal", "orthogonal"}:
                self.equal(sizes[0], sizes[-1], tree.at, f"{name} is declared square")
        rows, columns = [*sizes, ONE, ONE][:2]
        self.shapes.names[name] = (rows, columns)
        return rows, columns

    def equal(self, a: Dim, b: Dim, at: int, problem: str) -> None:
        """Equate two sizes."""
        a, b = a.root(), b.root()
        if a is b:
            return
        if a.value and b.value:
            raise Misfit(at, f"{problem}\n  found: {a.value} against {b.value}")
        if ONE in (a, b):
            raise Misfit(at, f"{problem}\n  found: a vector or scalar against a matrix or vector")
        if a.value:
            b.link = a
        else:
            a.link = b

    def _like(self, tree: Tree, args: list[Shape]) -> Shape:
        """Operands of one shape; a scalar on the right stands for all entries."""
        if is_scalar(args[1]) and tree.op in (".*", "./"):
            return args[0]
        left, right = args
        both = f"{shape_text(left)} and {shape_text(right)}"
        problem = f"{tree.op} needs operands of one shape: {both}"
        for a, b in zip(left, right, strict=True):
            self.equal(a, b, tree.at, problem)
        return left

    def _sum(self, tree: Tree, args: list[Shape]) -> Shape:
        for k, other in ((0, 1), (1, 0)):
            if _is_number(tree.args[k]):
                return args[other]
            row = args[k][0].root() is ONE and args[k][1].root() is not ONE
            if row and args[other][0].root() is not ONE:  # a row is added to each row
                self.equal(args[k][1], args[other][1], tree.at, "the row must fit the matrix")
                return args[other]
        return self._like(tree, args)

    def _product(self, tree: Tree, args: list[Shape]) -> Shape:
        left, right = args
        if is_scalar(left):
            return right
        if is_scalar(right):
            return left
        problem = (
            f"* multiplies matrices: {shape_text(left)} times {shape_text(right)} do not fit\n"
            "  fix: write .* for entries, or transpose one side with '"
        )
        self.equal(left[1], right[0], tree.at, problem)
        return left[0], right[1]

    def _power(self, tree: Tree, args: list[Shape]) -> Shape:
        base, exponent = args
        if not is_scalar(exponent):
            if tree.args[1].text == "T" and "T" not in self.declared:
                raise Misfit(tree.at, "T is no exponent\n  fix: write x' for the transpose")
            raise Misfit(tree.at, "the exponent of ^ is a scalar; write .^ for entries")
        if not is_scalar(base):
            self.equal(*base, tree.at, "^ of a matrix needs a square one; write .^ for entries")
        return base

    def _call(self, tree: Tree, args: list[Shape]) -> Shape:
        if tree.text in ENTRYWISE:
            if len(args) != ENTRYWISE[tree.text]:
                count = ENTRYWISE[tree.text]
                plural = "s" if count > 1 else ""
                raise Misfit(tree.at, f"{tree.text} takes {count} argument{plural}")
            return args[0] if len(args) == 1 else self._sum(tree, args)
        if tree.text not in RULES:
            problem = unknown_function(tree.text, {*ENTRYWISE, *RULES})
            fail(self.shapes.source.text, tree.at, problem)
        if len(args) != 1:
            raise Misfit(tree.at, f"{tree.text} takes 1 argument")
        return RULES[tree.text](self, tree, args[0])


def _is_number(tree: Tree) -> bool:
    return tree.op == "number" or (tree.op == "negative" and _is_number(tree.args[0]))


def names_of(shapes: Shapes, names: Sequence[str]) -> list[tuple[str, ...]]:
    """The sizes of names by rank: () for a scalar, (n,) for a vector, (m, n) for a matrix."""
    return [tuple(d.root().value for d in shapes.names[n] if d.root() is not ONE) for n in names]
