r"""Formulas of a document for LaTeX, with the places where a line may break.

Law: a formula is cut only at its top level, outside braces, parentheses and environments; the
text between two cuts is what the notation tree printed.
"""

from __future__ import annotations

import re

from symnn.report.printing.document import Formula

_TOKEN = re.compile(
    r"\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\left\b|\\right\b|\\[lr](?:floor|ceil|Vert|vert|angle)\b"
    r"|\\[A-Za-z]+|\\.| (?:=|\\leftarrow|\\in|[+-]) |.", re.DOTALL,
)  # fmt: skip
_RELATIONS = (" = ", r" \leftarrow ", r" \in ")
_OPENING, _CLOSING = ("{", "(", "[", r"\left"), ("}", ")", "]", r"\right")
_PAIRED = re.compile(r"\\(?:left|right)\b\.?")
_ROW = r" \\ "
_SHORT = 16  # signs of a formula that a line of text holds without a break
_LINE = 34  # signs, about as many as fill the width of a step


def inline(formula: Formula) -> str:
    r"""A formula in a line of text; a long one may break inside its parentheses, too.

    >>> inline(Formula(("x",), "x", "x"))
    '$x$'
    """
    style = r"\displaystyle " if formula.display else ""
    latex = formula.latex.strip()
    long = visible(formula) > _SHORT
    return f"${style}{_PAIRED.sub('', latex) if long else latex}$"


def groups(formula: Formula | None) -> str:
    r"""A formula as the three groups of `\fit`: whole, by relations, by terms.

    >>> groups(Formula((), "y = a + b = c", ""))
    '{y = a + b = c}{y &= a + b \\\\ &= c}{y &= a + b \\\\ &= c}'
    """
    if formula is None:
        return ""
    latex = formula.latex.strip()
    left, *rest = _cut(latex, _RELATIONS)
    rows = [f"{left} &{rest[0]}", *(f"&{r}" for r in rest[1:])] if rest else [f"&{left}"]
    lines = [line for row in rows for line in _lines(row)]
    return f"{{{latex}}}{{{_ROW.join(rows)}}}{{{_ROW.join(lines)}}}"


def visible(formula: Formula) -> int:
    """About how many signs a formula shows."""
    return _length(formula.latex)


def _lines(row: str) -> list[str]:
    """A row cut before signs of addition, so that no line is much longer than `_LINE` signs."""
    found = [""]
    for term in _cut(row, (" + ", " - ")):
        if found[-1] and _length(found[-1] + term) > _LINE:
            found.append(r"&\qquad " + term)
        else:
            found[-1] += (" " if found[-1] else "") + term
    return found


def _length(latex: str) -> int:
    """About how many signs a formula shows."""
    bare = re.sub(r"\\(?:mathbf|mathcal|mathrm|boldsymbol|operatorname|left|right|,)", "", latex)
    return len(re.sub(r"\\[A-Za-z]+|[{}_^&\\ ]", lambda m: "x" if len(m[0]) > 1 else "", bare))


def _cut(latex: str, signs: tuple[str, ...]) -> list[str]:
    """Cut before signs at the top level; a sign opens the part that follows it."""
    found, depth = [""], 0
    for token in _TOKEN.findall(latex):
        depth += (token in _OPENING or token.startswith(r"\begin")) - (
            token in _CLOSING or token.startswith(r"\end")
        )
        if depth == 0 and token in signs and found[-1].strip():
            found.append(token.lstrip())
        else:
            found[-1] += token
    return [latex] if depth else [part.strip() for part in found]
