"""The syntax tree of the matrix grammar, its tokens and its parser.

    program     = statement { (";" | newline) statement }
    statement   = declaration | name "=" sum | sum
    declaration = name { "," name } ":" { fact } ("scalar" | "vector" | "matrix") [ "(" sizes ")" ]
    sum         = product { ("+" | "-") product }
    product     = signed { ("*" | "/" | ".*" | "./") signed }
    signed      = { "-" | "+" } power
    power       = postfix { ("^" | ".^") { "-" | "+" } postfix }
    postfix     = atom { "'" }
    atom        = number | name | name "(" sum { "," sum } ")" | "(" sum ")"

This is the language of matrixcalculus.org (Laue, Mitterreiter, Giesen, Computing Higher Order
Derivatives of Matrix and Tensor Expressions, NeurIPS 2018), with statements and facts added.
Nothing is evaluated here; errors point at the column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from symnn.core.errors import ParseError
from symnn.lang.matrix_hints import unknown_sign
from symnn.text.symbols import caret_message

_TOKENS = re.compile(
    r"""
    (?P<space>[ \t]+|\#[^\n]*) | (?P<end>;|\n\s*)
    | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>\.\*|\./|\.\^|\.'|[-+*/^'(),:=])
    """,
    re.VERBOSE,
)
KINDS = {"scalar": 0, "vector": 1, "matrix": 2}
FACTS = (
    "symmetric", "pd", "diagonal", "orthogonal", "invertible", "positive", "nonnegative",
    "simplex", "onehot", "mask", "unit", "parameter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One token: kind is number, name, sign, end (of a statement) or "" (of the text)."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Tree:
    """A part of a formula; `op` is "number", "name", "call" or an operator, `at` its column."""

    op: str
    at: int
    args: tuple[Tree, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """`X: symmetric matrix(n, n)`; sizes are names or whole numbers."""

    name: str
    at: int
    rank: int
    sizes: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(slots=True)
class Source:
    """What a text says: declarations by name, then statements (name or "", formula)."""

    text: str
    declarations: dict[str, Declaration] = field(default_factory=dict)
    statements: list[tuple[str, Tree]] = field(default_factory=list)


def fail(text: str, at: int, problem: str) -> NoReturn:
    """Raise a ParseError with a caret at the column."""
    raise ParseError(caret_message(text, at, problem))


def parse_source(text: str) -> Source:
    """Parse a text into declarations and statements.

    Raises:
        ParseError: with a caret at the column.

    >>> parse_source("norm2(W*x - y)^2").statements[0][1].op
    '^'
    """
    return _Parser(text).program()


def _tokens(text: str) -> list[Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            fail(text, at, unknown_sign(text[at]))
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match.group(), at))
        at = match.end()
    return [*found, Token("", "", len(text))]


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.position = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.position]

    def after(self) -> Token:
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.here
        self.position += 1
        return token

    def take(self, *texts: str) -> Token | None:
        return self.advance() if self.here.kind == "sign" and self.here.text in texts else None

    def expect(self, text: str, what: str) -> Token:
        token = self.take(text)
        return token or self.fail(f"expected {text!r} {what}")

    def fail(self, problem: str) -> NoReturn:
        found = f", found {self.here.text!r}" if self.here.text.strip() else ", found the end"
        fail(self.text, self.here.at, problem + found)

    # -- statements ------------------------------------------------------------------------------

    def program(self) -> Source:
        source = Source(self.text)
        while self.here.kind:
            if self.here.kind == "end":
                self.advance()
                continue
            self.statement(source)
            if self.here.kind not in ("", "end"):
                self._not_an_operator()
        return source

    def _not_an_operator(self) -> NoReturn:
        """What follows a whole formula: a factor without *, or a parenthesis too many."""
        here = self.here
        problem = f"expected an operator, ';' or the end, found {here.text!r}"
        if here.kind in ("name", "number") or here.text == "(":
            problem += "\n  fix: write * between factors, and f(x) for a function"
        if here.text == ")":
            problem += "\n  fix: leave it out, or open one before"
        fail(self.text, here.at, problem)

    def statement(self, source: Source) -> None:
        named = self.here.kind == "name" and self.after().kind == "sign"
        if named and self.after().text in (":", ","):
            self.declaration(source)
        elif named and self.after().text == "=":
            name = self.advance()
            self.advance()
            source.statements.append((name.text, self.sum()))
        else:
            source.statements.append(("", self.sum()))

    def declaration(self, source: Source) -> None:
        names = [self.advance()]
        while self.take(","):
            names.append(self.name("a name to declare"))
        self.expect(":", "after the declared names")
        facts = []
        while self.here.text in FACTS:
            facts.append(self.advance().text)
        kind = self.name("scalar, vector or matrix")
        if kind.text not in KINDS:
            known = ", ".join((*KINDS, *FACTS))
            fail(self.text, kind.at, f"unknown kind {kind.text!r}; there is: {known}")
        rank = KINDS[kind.text]
        sizes = self.sizes(rank)
        for name in names:
            if name.text in source.declarations:
                fail(self.text, name.at, f"{name.text} is declared twice")
            source.declarations[name.text] = Declaration(
                name.text, name.at, rank, sizes, tuple(facts)
            )

    def sizes(self, rank: int) -> tuple[str, ...]:
        """The sizes in parentheses; one size of a matrix means a square one."""
        if not self.take("("):
            return ()
        found = []
        while True:
            if self.here.kind not in ("name", "number"):
                self.fail("expected a size")
            found.append(self.advance().text)
            if not self.take(","):
                break
        self.expect(")", "after the sizes")
        if rank == 2 and len(found) == 1:
            found *= 2
        if len(found) != rank:
            self.fail(f"expected {rank} sizes, found {len(found)}")
        return tuple(found)

    def name(self, what: str) -> Token:
        if self.here.kind != "name":
            self.fail(f"expected {what}")
        return self.advance()

    # -- formulas --------------------------------------------------------------------------------

    def binary(self, operand: Callable[[], Tree], *signs: str) -> Tree:
        left = operand()
        while token := self.take(*signs):
            left = Tree(token.text, token.at, (left, operand()))
        return left

    def sum(self) -> Tree:
        return self.binary(self.product, "+", "-")

    def product(self) -> Tree:
        return self.binary(self.signed, "*", "/", ".*", "./")

    def signed(self) -> Tree:
        token = self.take("-", "+")
        if token is None:
            return self.power()
        inner = self.signed()
        return inner if token.text == "+" else Tree("negative", token.at, (inner,))

    def power(self) -> Tree:
        left = self.postfix()
        while token := self.take("^", ".^"):
            minus = None
            while sign := self.take("-", "+"):
                minus = sign if sign.text == "-" and minus is None else None
            right = self.postfix()
            if minus is not None:
                right = Tree("negative", minus.at, (right,))
            left = Tree(token.text, token.at, (left, right))
        return left

    def postfix(self) -> Tree:
        base = self.atom()
        while token := self.take("'", ".'"):
            base = Tree("'", token.at, (base,))
        return base

    def atom(self) -> Tree:
        token = self.here
        if token.kind == "number":
            if float(token.text) == float("inf"):
                self.fail("a number has at most 308 digits before the point")
            return Tree("number", self.advance().at, text=token.text)
        if token.kind == "name":
            self.advance()
            if self.take("("):
                return Tree("call", token.at, self.arguments(), token.text)
            return Tree("name", token.at, text=token.text)
        if self.take("("):
            inner = self.sum()
            self.expect(")", "to close the parenthesis")
            return inner
        before = self.tokens[self.position - 1] if self.position else token
        if before.text == token.text == "*":
            fail(
                self.text,
                before.at,
                "** is not part of the grammar\n  fix: write ^, or .^ for entries",
            )
        self.fail("expected a number, a name or a parenthesis")

    def arguments(self) -> tuple[Tree, ...]:
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.expect(")", "after the arguments")
        return tuple(found)
