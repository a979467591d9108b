r"""Quoted formulas: the LaTeX of a statement, read by a small grammar and set by Typst.

A statement is shown as its author wrote it, so its formulas are quotations and not derived. Law:
every token of the output comes from a table here or is a quoted string, so no text of a sheet is
ever markup; a formula outside the grammar returns None, and the page shows its source. To extend:
a line in a table.
"""

from __future__ import annotations

import re

from symnn.notation.typst import quote
from symnn.text.alphabet import GREEK

SIGNS = {
    "times": "×", "cdot": "·", "dots": "…", "ldots": "…", "cdots": "⋯", "in": "∈", "to": "→",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈",
    "partial": "∂", "nabla": "∇", "infty": "∞", "odot": "⊙", "otimes": "⊗", "top": "⊤",
    "sum": "sum", "prod": "product", "int": "integral", "max": "max", "min": "min", "log": "log",
    "exp": "exp", "ln": "ln", "tanh": "tanh", "quad": "quad", "qquad": "wide", "forall": "∀",
    "mid": "∣", "sim": "∼", "leftarrow": "←", "Rightarrow": "⇒", "iff": "⇔",
    "rightarrow": "→", "{": r"\{", "}": r"\}", "parallel": "∥",
    ",": "thin", ";": "med", " ": "space", "prime": "′", "lfloor": "⌊", "rfloor": "⌋",
}  # fmt: skip
WRAPPERS = {
    "mathbf": "upright(bold({}))", "boldsymbol": "bold({})", "bm": "bold({})",
    "mathcal": "cal({})", "mathbb": "bb({})", "mathrm": "upright({})", "hat": "hat({})",
    "widehat": "hat({})", "tilde": "tilde({})", "bar": "macron({})", "sqrt": "sqrt({})",
    "operatorname": "upright({})",
}  # fmt: skip
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\{,\}\d+|[.,]\d+)?|[A-Za-z]|\s+|.", re.DOTALL)
_ESCAPED = set("()[],;:!.|/")
_DELIMITERS = {
    **{c: "\\" + c for c in "()[]|"}, "\\{": r"\{", "\\}": r"\}", ".": "",
    "\\lfloor": "⌊", "\\rfloor": "⌋",
}  # fmt: skip
_PLAIN = set("+-=<>*")
_DEEPEST = 30


def quoted_formula(latex: str) -> str | None:
    r"""Typst source of a quoted LaTeX formula; None where the grammar does not know it.

    >>> quoted_formula(r"\hat{\mathbf{y}} \in \mathbb{R}^p")
    'hat(upright(bold(y))) ∈ bb(R)^(p)'
    >>> quoted_formula(r"\input{/etc/passwd}") is None
    True
    """
    try:
        return _Reader(latex).sequence(0, "")
    except UnknownFormError:
        return None


class UnknownFormError(Exception):
    """Outside the grammar."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [t for t in _TOKEN.findall(text) if not t.isspace()]
        self.at = 0
        self.bars = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        if self.at > len(self.tokens):
            raise UnknownFormError
        return self.tokens[self.at - 1]

    def sequence(self, depth: int, end: str) -> str:
        if depth > _DEEPEST:
            raise UnknownFormError
        parts: list[str] = []
        while self.peek() != end:
            if not self.peek() or self.peek() == "}":
                raise UnknownFormError
            parts.append(self.scripted(depth))
        return " ".join(p for p in parts if p)

    def scripted(self, depth: int) -> str:
        atom = "" if self.peek() in ("_", "^") else self.atom(depth)
        while self.peek() in ("_", "^", "'"):
            mark = self.take()
            if mark == "'":
                atom += "′" if atom.endswith("′") else "^(′)" if "^" not in atom else "′"
                continue
            inner = self.atom(depth)
            atom += f"{mark}({inner})" if atom else f'""{mark}({inner})'
        return atom

    def atom(self, depth: int) -> str:
        token = self.take()
        if token == "{":
            inner = self.sequence(depth + 1, "}")
            self.take()
            return inner
        if token.startswith("\\"):
            return self.macro(token[1:], depth)
        if token.isascii() and (token.isalpha() or token in _PLAIN):
            return token
        if token[0].isdigit() and token.isascii():
            return f'"{token.replace("{,}", ",")}"' if "," in token else token
        if token in _ESCAPED:
            return "\\" + token
        raise UnknownFormError

    def macro(self, name: str, depth: int) -> str:
        if name in ("text", "textrm"):
            return self.words()
        if name in ("frac", "tfrac"):
            top, below = self.atom(depth), self.atom(depth)
            return f"inline(frac({top}, {below}))" if name == "tfrac" else f"frac({top}, {below})"
        if name == "begin":
            return self.matrix(depth)
        if name == "left":
            return self.paired(depth)
        if name in WRAPPERS:
            return WRAPPERS[name].format(self.atom(depth))
        if name == "|":  # bars open and close in turn
            self.bars += 1
            return 'class("opening", ‖)' if self.bars % 2 else 'class("closing", ‖)'
        if name in SIGNS:
            return SIGNS[name]
        if name in GREEK:
            return GREEK[name]
        raise UnknownFormError

    def paired(self, depth: int) -> str:
        r"""`\left( ... \right)`: delimiters as tall as what they hold; `.` is none."""
        opening = self.take()
        inner = self.sequence(depth + 1, "\\right")
        self.take()
        closing = self.take()
        if opening not in _DELIMITERS or closing not in _DELIMITERS:
            raise UnknownFormError
        return f"lr({_DELIMITERS[opening]} {inner} {_DELIMITERS[closing]})"

    def matrix(self, depth: int) -> str:
        r"""`{pmatrix} a & b \\ c & d \end{pmatrix}`."""
        self.environment()
        rows: list[list[str]] = [[]]
        cell: list[str] = []
        while self.peek() != "\\end":
            if self.peek() in ("&", "\\\\"):
                rows[-1].append(" ".join(cell) or '""')
                cell = []
                if self.take() != "&":
                    rows.append([])
            else:
                cell.append(self.scripted(depth + 1))
        self.take()
        self.environment()
        rows[-1].append(" ".join(cell) or '""')
        return f"mat({'; '.join(', '.join(r) for r in rows)})"

    def environment(self) -> None:
        if self.words() != quote("pmatrix"):
            raise UnknownFormError

    def words(self) -> str:
        if self.take() != "{":
            raise UnknownFormError
        found = ""
        while self.peek() != "}":
            found += self.take()
        self.take()
        return quote(found)
