r"""The small symbol grammar: LaTeX for one name, and Python identifiers, to a `Sym`.

    symbol  = core, { "_" script | "^" script }
    core    = letter | Greek | word | "{" core "}"
            | accent core              \hat \tilde \bar \dot (and \widehat, \widetilde, \overline)
            | \mathbf{core} \boldsymbol{core} \bm{core} | \mathcal{X} \mathbb{X}
            | \mathrm{word} \operatorname{word} \text{word}
    script  = character | Greek | "{" characters and Greek "}" | \mathrm{word}

Law: nothing else is accepted, so a symbol never carries markup into a page. To extend: add a
macro to the tables below.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NoReturn

from symnn.core.errors import ParseError, UnknownNameError, explain
from symnn.notation.tree import Sym
from symnn.text.alphabet import ACCENTS, GREEK, GREEK_NAMES

ACCENT_MACROS = {**{name: name for name in ACCENTS}, "widehat": "hat", "widetilde": "tilde",
                 "overline": "bar"}  # fmt: skip
BOLD_MACROS = ("mathbf", "boldsymbol", "bm", "vec")
FONT_MACROS = {"mathcal": "cal", "mathbb": "bb"}
ROMAN_MACROS = ("mathrm", "operatorname", "text", "textrm")

_TOKEN = re.compile(r"\\[A-Za-z]+|\s+|.", re.DOTALL)
_SCRIPT_CHARACTERS = re.compile(r"[A-Za-z0-9,()\[\]*+\-'′]")
_IDENTIFIER = re.compile(r"_*([A-Za-z][A-Za-z0-9_]*?)_*('*)")
_GREEK_HEAD = re.compile(rf"\A[{''.join(GREEK_NAMES)}](?=[\d_']|$)")
_MAXIMUM = 200  # characters; a name is short, and the reader recurses on braces


def parse_symbol(latex: str) -> Sym:
    r"""Read one symbol.

    Args:
        latex: for example `\hat{y}`, `W_Q`, `z^{[1]}`, `\mathbf{W}`, `\mathcal{L}`, `x_{in}`.

    Returns:
        The symbol; Greek letters by their names, accents and scripts in their fields.

    Raises:
        ParseError: anything else, with a caret at the column.

    >>> parse_symbol(r"\hat y^{[1]}")
    Sym(base='y', accent='hat', sub='', sup='[1]', bold=False, roman=False, font='')
    """
    return _Reader(latex).symbol()


def symbol_from_identifier(name: str) -> Sym:
    r"""Read a Python name as a symbol: `y_hat` as \hat y, `W1` as W_1, `delta` or `δ` as δ.

    Other words stay upright (`loss`).

    Raises:
        UnknownNameError: a character outside letters, digits, `_` and `'`, or no letter in front.

    >>> symbol_from_identifier("sigma2").sub
    '2'
    """
    match = _IDENTIFIER.fullmatch(_GREEK_HEAD.sub(lambda m: GREEK_NAMES[m[0]], name))
    if not match:
        raise UnknownNameError(
            explain(
                f"the name {name!r}",
                expected="a letter, then letters, digits, _ and '",
                fix="rename it, or give the symbol with latex=",
            )
        )
    head, *rest = match[1].split("_")
    accent = ""
    if rest and rest[0] in ACCENTS:
        accent, *rest = rest
    elif rest and rest[-1] in ACCENTS:
        *rest, accent = rest
    base, digits = re.fullmatch(r"(.*?)(\d*)", head).groups()  # type: ignore[union-attr]
    sub = ",".join(part for part in [digits, *rest] if part)
    roman = len(base) > 1 and base not in GREEK
    return Sym(base, accent=accent, sub=sub, sup="′" * len(match[2]), roman=roman)


class _Reader:
    """A recursive-descent reader of one symbol, over tokens with their columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > _MAXIMUM:
            self.fail(_MAXIMUM, f"a symbol has at most {_MAXIMUM} characters")
        found = [(m.group(), m.start()) for m in _TOKEN.finditer(text)]
        self.tokens = [(t, at) for t, at in found if not t.isspace()]
        self.next = 0

    def symbol(self) -> Sym:
        sym = self.core()
        while self.peek() in ("_", "^"):
            mark, at = self.take()
            field = "sub" if mark == "_" else "sup"
            if getattr(sym, field):
                self.fail(at, f"a second {'sub' if mark == '_' else 'super'}script")
            sym = replace(sym, **{field: self.script()})
        while self.peek() in ("'", "′"):
            self.take()
            sym = replace(sym, sup=sym.sup + "′")
        if self.peek():
            self.fail(self.column(), "a symbol is one name; expected _ or ^ or the end")
        return sym

    def core(self) -> Sym:
        token, at = self.take()
        macro = token[1:] if token.startswith("\\") else ""
        if macro in GREEK:
            return Sym(macro)
        if macro in ACCENT_MACROS:
            inner = self.core()
            if inner.accent:
                self.fail(at, "a second accent")
            return replace(inner, accent=ACCENT_MACROS[macro])
        if macro in BOLD_MACROS:
            return replace(self.braced_core(), bold=True)
        if macro in FONT_MACROS:
            return replace(self.braced_core(), font=FONT_MACROS[macro])
        if macro in ROMAN_MACROS:
            return Sym(self.word(), roman=True)
        if token == "{":
            self.next -= 1
            return self.braced_core()
        if token.isascii() and token.isalpha():
            return self.letters(token)
        self.fail(at, f"expected a letter, a Greek letter or one of {_known_macros()}")

    def letters(self, first: str) -> Sym:
        """Gather adjacent letters: two or more are a word, upright."""
        word = first
        while (token := self.peek()) and token.isascii() and token.isalpha() and self.adjacent():
            word += self.take()[0]
        return Sym(word, roman=len(word) > 1)

    def braced_core(self) -> Sym:
        if self.peek() != "{":
            return self.core()
        self.take()
        sym = self.core()
        self.expect("}")
        return sym

    def word(self) -> str:
        self.expect("{")
        word = ""
        while (token := self.peek()) and token.isascii() and token.isalnum():
            word += self.take()[0]
        if not word or not word[0].isalpha():
            self.fail(self.column(), "expected a word of letters and digits")
        self.expect("}")
        return word

    def script(self) -> str:
        if self.peek() != "{":
            return self.script_part()
        self.take()
        text = ""
        while self.peek() not in ("}", ""):
            text += self.script_part()
        if not text:
            self.fail(self.column(), "an empty script")
        self.expect("}")
        return text

    def script_part(self) -> str:
        token, at = self.take()
        macro = token[1:] if token.startswith("\\") else ""
        if macro in GREEK:
            return GREEK[macro]
        if macro in ROMAN_MACROS:
            return self.word()
        if macro == "prime":
            return "′"
        if _SCRIPT_CHARACTERS.fullmatch(token):
            return "′" if token == "'" else token
        self.fail(at, "expected letters, digits, Greek, or one of , ( ) [ ] * + -")

    def peek(self) -> str:
        return self.tokens[self.next][0] if self.next < len(self.tokens) else ""

    def adjacent(self) -> bool:
        return self.tokens[self.next][1] == self.tokens[self.next - 1][1] + 1

    def column(self) -> int:
        return self.tokens[self.next][1] if self.next < len(self.tokens) else len(self.text)

    def take(self) -> tuple[str, int]:
        if self.next >= len(self.tokens):
            self.fail(len(self.text), "the symbol ends too early")
        self.next += 1
        return self.tokens[self.next - 1]

    def expect(self, token: str) -> None:
        if self.peek() != token:
            self.fail(self.column(), f"expected {token}")
        self.take()

    def fail(self, column: int, problem: str) -> NoReturn:
        raise ParseError(caret_message(self.text, column, problem))


def caret_message(text: str, column: int, problem: str) -> str:
    """Lay out a parse error: the line with the error, a caret below the column, the problem.

    >>> print(caret_message("a + ]", 4, "expected a term"))
    a + ]
        ^
    expected a term
    """
    start = text.rfind("\n", 0, column) + 1
    end = text.find("\n", column)
    line = text[start : len(text) if end < 0 else end]
    return f"{line}\n{' ' * (column - start)}^\n{problem}"


def _known_macros() -> str:
    names = [*ACCENT_MACROS, *BOLD_MACROS, *FONT_MACROS, *ROMAN_MACROS]
    return " ".join(f"\\{name}" for name in names)
