r"""Words for LaTeX: every character that a stranger may write, for pdflatex and for xelatex alike.

Law: what it returns is text and never a command of the writer of the words. A character that the
fonts of T1 lack is written as a symbol of mathematics, else taken apart, else named by its code.
"""

from __future__ import annotations

import re
import unicodedata

from symnn.text.alphabet import GREEK

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}", "\n": " ", "\t": " ",
    "\u00a0": "~", "\u202f": r"\,", "\u2009": r"\,", "·": r"\textperiodcentered{}",
    "…": r"\dots{}", "€": r"\texteuro{}", "§": r"\S{}",
}  # fmt: skip
_SYMBOLS = {
    "−": "-", "×": r"\times", "±": r"\pm", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "≈": r"\approx", "∈": r"\in", "→": r"\to", "←": r"\leftarrow", "∞": r"\infty", "∂": r"\partial",
    "∇": r"\nabla", "∑": r"\sum", "√": r"\surd", "⊙": r"\odot", "⊗": r"\otimes", "‖": r"\Vert",
    "✓": r"\checkmark", "✗": r"\times", "○": r"\circ", "▷": r"\triangleright", "ℒ": r"\mathcal{L}",
    "ℝ": r"\mathbb{R}", "′": r"{}'", "⊤": r"\top", "ᵀ": r"{}^\top", "²": "^2", "³": "^3", "¹": "^1",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "½": r"\tfrac12", "•": r"\bullet", "°": r"{}^\circ",
    "★": r"\star", "△": r"\triangle", "□": r"\square", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow",
}  # fmt: skip
_LETTERS = {letter: f"\\{name}" for name, letter in GREEK.items()}
_ACCENTS = {"\u0302": r"\^", "\u0303": r"\~", "\u0304": r"\=", "\u0307": r"\.", "\u0301": r"\'"}
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"
_PLAIN = str.maketrans(_RAISED + _LOWERED, "0123456789+-" * 2)
_PIECE = re.compile(
    f"([{_RAISED}]+)|([{_LOWERED}]+)|([A-Za-z][{''.join(_ACCENTS)}])|(.)", re.DOTALL
)
_QUOTES = "«»‘’“”„–—œŒ"  # in T1 beside Latin-1 and Latin Extended-A
_LIGATURES = re.compile(r"([-,'?!])(?=[-,'`])")
_MISSING = "\u0132\u0133\u0138\u0149\u017f"  # letters of Latin Extended-A that T1 lacks


def tex_text(text: str) -> str:
    r"""A text escaped for LaTeX.

    >>> print(tex_text("50 % of a_1: 8·10⁻¹⁰, β ≤ 1"))
    50 \% of a\_1: 8\textperiodcentered{}10$^{-10}$, $\beta$ $\leq$ 1
    """
    return _LIGATURES.sub(r"\1{}", "".join(_piece(m) for m in _PIECE.finditer(text)))


def tex_code(line: str) -> str:
    r"""One line of a program, its spaces kept.

    >>> print(tex_code("  x = y_1 @ W"))
    \ \ x\ =\ y\_1\ @\ W
    """
    return tex_text(line).replace(" ", "\\ ")


def _piece(match: re.Match[str]) -> str:
    raised, lowered, accented, char = match.groups()
    if raised:
        return f"$^{{{raised.translate(_PLAIN)}}}$"
    if lowered:
        return f"$_{{{lowered.translate(_PLAIN)}}}$"
    if accented:
        return f"{_ACCENTS[accented[1]]}{{{accented[0]}}}"
    return _character(char)


def _character(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    if char in _SYMBOLS or char in _LETTERS:
        return f"${_SYMBOLS.get(char) or _LETTERS[char]}$"
    if " " <= char <= "~" or char in _QUOTES:
        return char
    if "\u00a1" <= char <= "\u017f" and char not in _MISSING and char.isalpha():
        return char
    return _named(char)


def _named(char: str) -> str:
    """A character that the fonts lack: its parts if these are known, else its code."""
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Mn"):
        return ""
    parts = unicodedata.normalize("NFKD", char)
    if parts != char and all(" " <= c <= "~" for c in parts):
        return "".join(_character(c) for c in parts)
    return rf"\texttt{{[U+{ord(char):04X}]}}"
