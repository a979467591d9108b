"""Printing any tensor: `x.text()`, `x.latex()`, and its notebook forms.

Named values keep their names; what was named automatically, and gradients, are defined in `where`
lines, so that the printed result can be read (and parsed) alone. Registered as methods of Tensor.
"""

from __future__ import annotations

from typing import Any

from symnn.derivation.definitions import Binding, Program, direct_leaves
from symnn.derivation.names import Names
from symnn.derivation.program import trace
from symnn.derivation.step_parts import derivation_letters
from symnn.lang.tensor import METHODS, Tensor
from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.matrix import matrix_form
from symnn.notation.naming import default_name
from symnn.notation.text import to_text
from symnn.notation.tree import Tree


def tensor_tree(value: Tensor, *, where: bool = True) -> Tree:
    """The notation tree of a tensor's value.

    Args:
        value: any tensor.
        where: define automatic names and gradients behind the formula.

    >>> import numpy as np
    >>> import symnn as sn
    >>> W, x = sn.parameter("W", ("p", "n")), sn.tensor("x", ("n",))
    >>> print(np.tanh(W @ x).text())
    tanh(u)
      where u = W x
    """
    if value.call.is_leaf:
        return default_name(value.call.port)
    program = trace(value.call, output_name="y")
    names = Names(program)
    letters = derivation_letters(program)
    body = matrix_form(program.output.definition, names, letters=letters).tree
    if not where:
        return body
    lines = [
        t.Relation("=", names(b.leaf), matrix_form(b.definition, names, letters=letters).tree)
        for b in _explained(program)
    ]
    return t.Where(body, tuple(lines)) if lines else body


def _explained(program: Program) -> list[Binding]:
    """Automatic names and gradients that the output reads, directly or through one another."""
    wanted = set(direct_leaves(program.output.definition))
    result = []
    for b in reversed(program.bindings[:-1]):
        if b.leaf in wanted and (b.auto or b.call.op == "gradient"):
            wanted.update(direct_leaves(b.definition))
            result.append(b)
    return result[::-1]


def tensor_text(value: Tensor, *, where: bool = True) -> str:
    """Unicode text of a tensor's value."""
    return to_text(tensor_tree(value, where=where))


def tensor_latex(value: Tensor, *, where: bool = True) -> str:
    """LaTeX of a tensor's value."""
    return to_latex(tensor_tree(value, where=where))


def _bundle(value: Tensor, include: Any = None, exclude: Any = None) -> dict[str, str]:
    bundle = {
        "text/plain": f"{value!r}\n{tensor_text(value)}",
        "text/latex": f"$\\displaystyle {tensor_latex(value)}$",
    }
    kept = {k: v for k, v in bundle.items() if include is None or k in include}
    return {k: v for k, v in kept.items() if exclude is None or k not in exclude}


METHODS["text"] = tensor_text
METHODS["latex"] = tensor_latex
METHODS["_repr_latex_"] = lambda value: f"$\\displaystyle {tensor_latex(value)}$"
METHODS["_repr_mimebundle_"] = _bundle
