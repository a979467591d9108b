r"""Sentences with `$formulas$` for a terminal: the formulas as readable characters.

Law: what stands between dollar signs is a small LaTeX (`SIGNS`, Greek letters, accents, `\frac`,
groups); everything else is kept as it is. To extend: a row in `SIGNS`.
"""

from __future__ import annotations

import re
import unicodedata

from symnn.text.alphabet import ACCENTS, GREEK, SUPERSCRIPTS

SIGNS = {
    "geq": "≥", "leq": "≤", "approx": "≈", "neq": "≠", "dots": "…", "mid": "|",
    "lvert": "|", "rvert": "|", "mathrm": "", "mathbf": "", "operatorname": "", ",": " ",
}  # fmt: skip
_FORMULA = re.compile(r"\$([^$\n]+)\$")
_FRACTION = re.compile(r"\\t?frac\{([^{}]*)\}\{([^{}]*)\}")
_ACCENT = re.compile(rf"\\({'|'.join(ACCENTS)})(?:\{{(\w)\}}| (\w))")
_BARS = re.compile(r"\\(?:left|right)\|")
_TIMES = re.compile(r" ?\\cdot ?")
_POWER = re.compile(r"\^\{?(−?\d+)\}?")
_COMMAND = re.compile(r"\\([A-Za-z]+|,)")
_SIMPLE_SCRIPT = re.compile(r"_\{?(\w+)\}?")


def plain(text: str) -> str:
    r"""A sentence without dollar signs.

    >>> plain(r"so $k \geq \frac{5}{2}$, with $\tilde{x} = (x, -1)$ and $h_{1}$")
    'so k ≥ 5/2, with x̃ = (x, −1) and h1'
    """
    return _FORMULA.sub(lambda match: readable(match[1]), text)


def readable(latex: str) -> str:
    r"""A formula as characters; where a command is not known, its LaTeX.

    >>> readable(r"\beta \geq 1{,}5"), readable(r"\left( x \right)")
    ('β ≥ 1,5', '\\left( x \\right)')
    >>> readable(r"\left|v_j\right| > 0")
    '|vj| > 0'
    """
    found = _readable(latex)
    return latex if "\\" in found else found


def _readable(latex: str) -> str:
    latex = _FRACTION.sub(r"\1/\2", latex.replace("-", "−").replace("{,}", ","))
    latex = _TIMES.sub("·", _BARS.sub("|", latex))
    latex = _POWER.sub(lambda m: "".join(SUPERSCRIPTS[c] for c in m[1]), latex)
    latex = _ACCENT.sub(_accented, latex)
    latex = _COMMAND.sub(lambda m: SIGNS[m[1]] if m[1] in SIGNS else _letter(m), latex)
    return _SIMPLE_SCRIPT.sub(r"\1", latex).replace("{", "(").replace("}", ")")


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (match[2] or match[3]) + ACCENTS[match[1]])


def _letter(match: re.Match[str]) -> str:
    return GREEK.get(match[1], match[0])
