"""Sources of elementwise functions with their arguments put in.

A function states its source once, with `%s` for each argument; here brackets that a plain argument
does not need are dropped. Law: the text means the function of the arguments.
"""

from __future__ import annotations

import ast
import re

from symnn.codegen.code import ATOM, COMPARE, MATMUL, NEGATIVE, PLUS, POWER, TIMES, Code

_LEVELS = {
    ast.Compare: COMPARE, ast.Add: PLUS, ast.Sub: PLUS, ast.MatMult: MATMUL, ast.Mult: TIMES,
    ast.Div: TIMES, ast.Pow: POWER, ast.UnaryOp: NEGATIVE,
}  # fmt: skip


def applied(template: str, codes: list[Code]) -> str:
    """A function's source with its arguments; brackets around plain arguments are dropped.

    >>> applied("1 / (1 + np.exp(-(%s)))", [Code("z")])
    '1 / (1 + np.exp(-z))'
    """
    for code in codes:
        at = template.index("%s")
        before, after = template[:at], template[at + 2 :]
        bracket = before.endswith("(") and after.startswith(")") and not re.search(r"\w\($", before)
        if bracket and code.level == ATOM:
            before, after = before[:-1], after[1:]
        text = code.text if bracket or re.search(r"[(,] ?$", before) else f"({code.text})"
        template = before + text.replace("%", "%") + after
    return template


def one_bracket(text: str) -> bool:
    """Whether a first bracket closes at the end."""
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return k == len(text) - 1 and text.startswith("(")
    return False


def level_of(text: str) -> int:
    """The level of the outermost operator of an expression.

    >>> level_of("1 / (1 + a)") == TIMES, level_of("np.exp(a + b)") == ATOM
    (True, True)
    """
    tree = ast.parse(text, mode="eval").body
    if isinstance(tree, ast.BinOp):
        return _LEVELS.get(type(tree.op), COMPARE)
    if isinstance(tree, (ast.Compare, ast.BoolOp, ast.IfExp, ast.Lambda)):
        return COMPARE
    return NEGATIVE if isinstance(tree, ast.UnaryOp) else ATOM
