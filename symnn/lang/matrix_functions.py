"""Sizes and functions of the matrix grammar: what each function needs, and the shape it gives.

`ENTRYWISE` lists the functions of each entry with their number of arguments, `RULES` all others.
Extend: a line in one of them, and one in `matrix_grammar` that builds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from symnn.lang.matrix_tree import Tree

ENTRYWISE: dict[str, int] = {
    "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "arcsin": 1, "arccos": 1, "arctan": 1,
    "sinh": 1, "cosh": 1, "tanh": 1, "abs": 1, "sign": 1, "sqrt": 1, "relu": 1, "sigmoid": 1,
    "softplus": 1, "gelu": 1, "silu": 1, "step": 1, "erf": 1, "max": 2, "min": 2,
}  # fmt: skip


@dataclass(eq=False)
class Dim:
    """A size: a variable, a name or a number, or whatever it was equated with."""

    value: str = ""
    link: Dim | None = None

    def root(self) -> Dim:
        """What it stands for now."""
        here = self
        while here.link is not None:
            here = here.link
        return here


ONE = Dim("1")
Shape = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)


class Misfit(Exception):  # noqa: N818
    """Operands that do not fit; control flow, turned into a ShapeError."""

    def __init__(self, at: int, problem: str) -> None:
        self.at, self.problem = at, problem


def is_scalar(shape: Shape) -> bool:
    """Whether a shape is 1 × 1."""
    return shape[0].root() is ONE and shape[1].root() is ONE


def shape_text(shape: Shape) -> str:
    """`m×n`, a question mark for what is not known."""
    return "×".join(d.root().value or "?" for d in shape)


class Check(Protocol):
    """What a rule may ask of the inference."""

    def equal(self, a: Dim, b: Dim, at: int, problem: str) -> None:
        """Equate two sizes."""


def _scalar(check: Check, tree: Tree, arg: Shape) -> Shape:
    return SCALAR


def _same(check: Check, tree: Tree, arg: Shape) -> Shape:
    return arg


def _square(check: Check, tree: Tree, arg: Shape) -> Shape:
    check.equal(*arg, tree.at, f"{tree.text} needs a square matrix")
    return arg


def _square_to_scalar(check: Check, tree: Tree, arg: Shape) -> Shape:
    _square(check, tree, arg)
    return SCALAR


def _diag(check: Check, tree: Tree, arg: Shape) -> Shape:
    if arg[1].root() is ONE:
        return arg[0], arg[0]
    check.equal(*arg, tree.at, "diag needs a column or a square matrix")
    return arg[0], ONE


def _rows(check: Check, tree: Tree, arg: Shape) -> Shape:
    vector = ONE in (arg[0].root(), arg[1].root())
    return SCALAR if vector else (arg[0], ONE)


def _filled(rank: int) -> Callable[[Check, Tree, Shape], Shape]:
    def rule(check: Check, tree: Tree, arg: Shape) -> Shape:
        if not is_scalar(arg):
            raise Misfit(tree.at, f"{tree.text}(c) repeats a scalar")
        return Dim(), Dim() if rank == 2 else ONE

    return rule


RULES: dict[str, Callable[[Check, Tree, Shape], Shape]] = {
    "sum": _scalar, "norm1": _scalar, "norm2": _scalar, "mean": _scalar,
    "tr": _square_to_scalar, "det": _square_to_scalar, "logdet": _square_to_scalar,
    "inv": _square, "chol": _square, "diag": _diag, "softmax": _same, "logsumexp": _rows,
    "rowsum": _rows, "vector": _filled(1), "matrix": _filled(2),
}  # fmt: skip
