"""Functions as written: registered elementwise functions, softmax, maxima, conditions.

`written` turns a function and its written arguments into one tree, for matrices and components
alike; `piece_of_map` does it for pieces. `FormStyle` holds the choices a page may make.
To extend: a line in `_SPECIAL`; a name that the notation knows needs none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symnn.notation import pieces
from symnn.notation.functions import FUNCTIONS
from symnn.notation.pieces import Piece
from symnn.notation.tree import (
    Add,
    Apply,
    Cases,
    Iverson,
    Neg,
    Num,
    Pow,
    Relation,
    Tree,
)


@dataclass(frozen=True, slots=True)
class FormStyle:
    """How functions are written.

    Attributes:
        relu: "max" writes max(0, z), "relu" writes relu(z).
        step: "bracket" writes [z > 0], "step" writes step(z).
    """

    relu: str = "max"
    step: str = "bracket"


def written(name: str, args: tuple[Tree, ...], style: FormStyle, *, array: bool = False) -> Tree:
    """A registered function applied to written arguments; `array` for entrywise powers."""
    if name == "relu" and style.relu == "max":
        return Apply("max", (Num(0), *args))
    if name == "step" and style.step == "bracket":
        if isinstance(args[0], Neg):
            return Iverson(Relation("<", args[0].arg, Num(0)))
        return Iverson(Relation(">", args[0], Num(0)))
    if name == "pow":
        return Pow(args[0], args[1], elementwise=array)
    if name in _SPECIAL:
        return _SPECIAL[name](args)
    return Apply(name, args, symbol=name not in FUNCTIONS)


_MIRRORED = {">=": "<=", ">": "<", "=": "="}
_TURNED = {"ge": "<=", "gt": "<", "eq": "="}


def _relation(rel: str) -> Callable[[tuple[Tree, ...]], Tree]:
    """A comparison as a bracket, a number on its right."""

    def make(args: tuple[Tree, ...]) -> Tree:
        if isinstance(args[0], Num):
            return Iverson(Relation(_MIRRORED[rel], args[1], args[0]))
        return Iverson(Relation(rel, args[0], args[1]))

    return make


def condition(tree: Tree) -> Tree:
    """A 0/1 expression as a condition."""
    return tree.condition if isinstance(tree, Iverson) else Relation("!=", tree, Num(0))


def _cut(left: Tree, right: Tree) -> Tree:
    """`min(max(x, a), b)` as `clip(x, a, b)`."""
    match left:
        case Apply("max", ((Num() | Neg(Num())) as low, x), 0) | Apply("max", (x, low), 0):
            return Apply("clip", (x, low, right))
    return Apply("min", (left, right))


_SPECIAL: dict[str, Callable[[tuple[Tree, ...]], Tree]] = {
    "max2": lambda args: Apply("max", args),
    "min2": lambda args: _cut(*args),
    "ge": _relation(">="),
    "gt": _relation(">"),
    "eq": _relation("="),
    "where": lambda args: Cases(((args[1], condition(args[0])),), args[2]),
    "truth": lambda args: Iverson(condition(args[0])),
    "not": lambda args: Iverson(Relation("=", args[0], Num(0))),
    "log1p": lambda args: Apply("log", (Add((Num(1), args[0])),)),
    "expm1": lambda args: Add((Apply("exp", args), Neg(Num(1)))),
}


def piece_of_map(name: str, args: Sequence[Piece], style: FormStyle) -> Piece | None:
    """A function of pieces of one rank, or None where no notation fits (array exponents)."""
    rank = max((a.rank for a in args), default=0)
    if name == "pow" and args[1].rank and not args[1].literal:
        return None
    if name in _TURNED and rank and not args[0].rank:  # [h ≤ δ] for [δ ≥ h]
        rel = _TURNED[name]
        return pieces.applied(lambda trees: Iverson(Relation(rel, trees[1], trees[0])), args)
    return pieces.applied(lambda trees: written(name, trees, style, array=rank > 0), args)


def softmax_piece(arg: Piece, *, along_rows: bool) -> Piece:
    """Softmax of a column, of each row (`along_rows`), or of each column."""
    if arg.rank == 1:
        return pieces.whole(Apply("softmax", (arg.tree,)), arg.weight + 1, 1)
    rows = pieces.whole(Apply("rowsoftmax", (arg.tree,)), arg.weight + 1, 2)
    columns = pieces.whole(Apply("colsoftmax", (arg.tree,)), arg.weight + 1, 2)
    return rows if along_rows else columns


def reduction_piece(name: str, arg: Piece, *, along_rows: bool) -> Piece:
    """`logsumexp`, `max`... of a column, or of each row of a matrix (a column)."""
    if arg.rank == 1:
        return pieces.number(Apply(name, (arg.tree,)), arg.weight + 1)
    source = arg if along_rows else arg.flipped()
    return pieces.whole(Apply("row" + name, (source.tree,)), source.weight + 1, 1)


def total_piece(name: str, arg: Piece) -> Piece:
    """The maximum, minimum or log-sum-exp of all entries."""
    return pieces.number(Apply(name, (arg.tree,)), arg.weight + 1)
