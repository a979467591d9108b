"""Formulas of a document as arguments of the printed layout.

Law: a formula is cut only between terms at its top level, so that each part is a formula itself.
"""

from __future__ import annotations

import re

from symnn.report.printing.document import Formula

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\]{}⌊⌋⌈⌉]| [+−-] |.', re.DOTALL)
_NAME = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])")  # a letter alone
_OPEN, _CLOSE = "([{⌊⌈", ")]}⌋⌉"


def inline(formula: Formula, called: str = "inline") -> str:
    """A formula in the style of running text, as a Typst expression; `among` words a short one
    is never cut.
    """
    return f"{called}({', '.join(_body(piece) for piece in formula.pieces)})"


def display_parts(formula: Formula | None) -> str:
    """The parts of a formula between which a line may break: a list of terms for each relation.

    >>> display_parts(Formula(("y", "= a + f(b + c)"), "", ""))
    '(($y$.body,), ($= a$.body, $""+ f(b + c)$.body,),)'
    """
    if formula is None:
        return "()"
    parts = ["(" + ", ".join(map(_body, terms(piece))) + ",)" for piece in formula.pieces]
    return f"({', '.join(parts)},)"


def tall(formula: Formula) -> bool:
    """Whether a formula is more than numbers, so that a table gives it room for its fractions."""
    return any(_NAME.search(piece) for piece in formula.pieces)


def terms(source: str) -> list[str]:
    """A Typst formula cut before its signs of addition at the top level.

    >>> terms('a - (b + c) + "x + y"')
    ['a', '""- (b + c)', '""+ "x + y"']
    """
    found, depth = [""], 0
    for token in _TOKEN.findall(source.strip()):
        depth += (token in _OPEN) - (token in _CLOSE)
        if depth == 0 and len(token) == 3 and token[0] == " " and found[-1].strip(" ="):
            found.append('""' + token[1:])  # a sign that opens a line would be a sign of number
        else:
            found[-1] += token
    return found


def _body(source: str) -> str:
    return f"${source.strip()}$.body"
