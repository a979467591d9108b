"""The cursor of the text parser: the token here, expectations, scopes and error carets.

Law: every failure is a ParseError with a caret; nesting is bounded, so that no text of a stranger
exhausts the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import NoReturn, TypeVar

from symnn.core.errors import ParseError
from symnn.notation import tree as t
from symnn.notation.lexer import KEYWORDS, Token
from symnn.notation.positions import Bases
from symnn.notation.text import symbol_text
from symnn.text.symbols import caret_message

DEEPEST = 40
_LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]*\d*['′]*")
_Read = TypeVar("_Read")


class Reader:
    """Tokens with a position; `bound` holds the index letters in scope."""

    def __init__(
        self, text: str, tokens: list[Token], symbols: Collection[t.Sym], bound: Collection[str]
    ) -> None:
        self.text, self.tokens, self.at = text, tokens, 0
        self.symbols = symbols
        self.bound = list(bound)
        self.starts: list[tuple[str, int, Token]] = []
        self.in_norm = self.in_size = False
        self.depth = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def advance(self) -> Token:
        token = self.here
        if token.kind != "end":
            self.at += 1
        return token

    def keyword(self, word: str) -> bool:
        """Whether a keyword stands here; `where(` is the function."""
        token = self.here
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return token.text == word and not (after.text == "(" and after.tight)

    def take_if(self, text: str) -> bool:
        found = self.keyword(text) if text in KEYWORDS else self.here.text == text
        if found and self.here.kind not in ("symbol", "end"):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take_if(text):
            self.fail(f"expected {text}")

    def after(self, text: str) -> bool:
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return following.text == text and following.tight

    def skip_newline(self, before: str) -> None:
        """Step over a newline that stands before this word, or at the end."""
        if self.here.kind == "newline" and self.tokens[self.at + 1].text in (before, ""):
            self.advance()

    def number(self) -> t.Num:
        text = self.advance().text
        value = Fraction(text) if "/" not in text or int(text.split("/")[1]) else None
        if value is None:
            self.fail("a fraction with denominator 0")
        return t.Num(value.numerator if value.denominator == 1 else value)

    def start_value(self) -> int:
        if self.here.text not in ("0", "1"):
            self.fail("a range starts at 0 or 1")
        return int(self.advance().text)

    def letter(self) -> str:
        name = self.peek_letter()
        self.advance()
        return name

    def peek_letter(self) -> str:
        if self.here.kind not in ("name", "symbol") or not self.one_letter(self.here.text):
            self.fail("expected an index letter")
        return self.here.text

    def one_letter(self, name: str) -> bool:
        return bool(_LETTER.fullmatch(name))

    def find_letters(self) -> None:
        """Bind the letters of `for i = ...` before the body is read, since they stand behind it."""
        for k, token in enumerate(self.tokens[:-2]):
            if token.text == "for" and token.kind == "name":
                each = self.tokens[k + 1].text == "each"
                self.bound.append(self.tokens[k + 1 + each].text)
            if token.text == ".." and k > 2:  # for i = 1..m, j = 1..n
                self.bound.append(self.tokens[k - 3].text)

    def inside(
        self, read: Callable[[], _Read], *, in_norm: bool = False, in_size: bool = False
    ) -> _Read:
        """Read within brackets, where the state outside does not count."""
        before = self.in_norm, self.in_size
        self.in_norm, self.in_size = in_norm, in_size
        with self.deeper():
            found = read()
        self.in_norm, self.in_size = before
        return found

    @contextmanager
    def deeper(self) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"brackets nest deeper than {DEEPEST}")
        yield
        self.depth -= 1

    def check_starts(self, found: Bases) -> None:
        """Refuse a range from 1 for a letter whose positions count from 0 (see `positions`)."""
        for letter, first, token in self.starts:
            if first and not found.first(letter):
                problem = (
                    f"{letter} stands in a computed position, or is compared with a number, "
                    f"and so counts from 0: write {letter}=0"
                )
                self.fail(problem, token)

    def known(self) -> str:
        return " ".join(symbol_text(s) for s in self.symbols) or "none"

    def fail(self, problem: str, token: Token | None = None) -> NoReturn:
        raise ParseError(caret_message(self.text, (token or self.here).start, problem))
