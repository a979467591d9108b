"""Tokens of the Unicode text: names, numbers, raised digits, words in quotes and single signs.

A known symbol is matched first, longest first, with all its marks (`ŷ`, `W_Q`, `z^[1]`); so `W_Q`
is one name where the caller has it, and the component Q of W where not. `tight` tells that no
space stands before a token: `f(x)` applies, `f (x)` multiplies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from symnn.core.errors import ParseError
from symnn.notation.text import symbol_text
from symnn.notation.tree import Sym
from symnn.text.alphabet import LOWERED_SUBSCRIPTS, LOWERED_SUPERSCRIPTS
from symnn.text.symbols import caret_message

KEYWORDS = ("where", "if", "otherwise", "for", "each")
_RAISED = "".join(LOWERED_SUPERSCRIPTS)
_LOWERED = "".join(LOWERED_SUBSCRIPTS)
_TOKENS = re.compile(
    rf"""
    (?P<space>[ \t\u202f\u00a0]+) | (?P<newline>\n\s*)
    | (?P<number>[0-9]+(?:\.(?!\.)[0-9]+|/[0-9]+(?![.\w]))?)
    | (?P<raised>[{_RAISED}]+) | (?P<lowered>[{_LOWERED}]+)
    | (?P<words>"[^"\n]*")
    | (?P<name>convᵀ(?=\()|[^\W\d_ᵀ{_RAISED}][^\W_ᵀ{_RAISED}{_LOWERED}]*[\u0300-\u036f]*['′]*)
    | (?P<sign>:=|\.\.|\^⊙|[-−+·/⊙⊗⊘⋄()\[\]{{}},;:=≠<≤>≥∈≈←→|‖⟨⟩∇∂∑∏ᵀ^_×√∞𝟏𝐈𝐊𝟎𝟙])
    """,
    re.VERBOSE,
)
_TRANSPOSED = "convᵀ("
_BOLD = {"𝟏", "𝐈", "𝐊", "𝟎", "𝟙"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: `kind` is number, raised, lowered, words, name, symbol, sign, newline or end."""

    kind: str
    text: str
    start: int
    tight: bool
    symbol: Sym | None = None


def tokenise(text: str, symbols: Collection[Sym]) -> list[Token]:
    """Cut NFC text into tokens, an `end` token last.

    Raises:
        ParseError: a character that is not of the grammar.

    >>> [t.text for t in tokenise("W_Q xᵀ", [Sym("W", sub="Q"), Sym("x")])]
    ['W_Q', 'x', 'ᵀ', '']
    """
    known = _by_first_letter(symbols)
    tokens: list[Token] = []
    at, tight = 0, False
    while at < len(text):
        token = _symbol_at(text, at, known, tight) or _plain_at(text, at, known, tight)
        at += len(token.text)
        tight = token.kind not in ("space", "newline")
        if token.kind != "space":
            tokens.append(token)
    return [*tokens, Token("end", "", len(text), tight=False)]


def _by_first_letter(symbols: Collection[Sym]) -> dict[str, list[tuple[str, Sym]]]:
    known: dict[str, list[tuple[str, Sym]]] = {}
    for symbol in symbols:
        shown = symbol_text(symbol)
        known.setdefault(shown[0], []).append((shown, symbol))
    for names in known.values():
        names.sort(key=lambda pair: -len(pair[0]))
    return known


def _symbol_at(
    text: str, at: int, known: dict[str, list[tuple[str, Sym]]], tight: bool
) -> Token | None:
    if text.startswith(_TRANSPOSED, at):  # convᵀ( is the function, also beside a layer conv
        return None
    for shown, symbol in known.get(text[at], ()):
        if text.startswith(shown, at) and _complete(text, at + len(shown), shown):
            return Token("symbol", shown, at, tight, symbol)
    return None


def _complete(text: str, end: int, shown: str) -> bool:
    """Whether a name ends here, so that `x` is not found at the front of `xs`."""
    after = text[end : end + 1]
    if not after or not (_letter(shown[-1]) or after in "'′"):
        return True
    return not (_letter(after) or after in "'′")


def _letter(char: str) -> bool:
    return unicodedata.category(char) in ("Ll", "Lu", "Lo", "Nd", "Mn") and char not in _BOLD


def _plain_at(text: str, at: int, known: dict[str, list[tuple[str, Sym]]], tight: bool) -> Token:
    if text[at] in _BOLD:
        return Token("sign", text[at], at, tight)
    match = _TOKENS.match(text, at)
    if not match:
        raise ParseError(caret_message(text, at, f"{text[at]!r} is not part of the notation"))
    kind, found = match.lastgroup or "", match.group()
    if (
        kind == "name"
        and found[0] == "d"
        and len(found) > 1
        and _symbol_at(text, at + 1, known, True)
    ):
        return Token("sign", "d", at, tight)
    return Token(kind, found, at, tight)
