"""The grammar of index notation: `y[n,h] = sum(k: x[n,h+k] * w[k])`. Own lexer, own parser.

    equation   := name [ "[" index {"," index} "]" ] "=" sum
    sum        := product {("+" | "-") product}
    product    := signed {("*" | "/") signed}
    signed     := ("-" | "+") signed | atom [("^" | "**") signed]
    atom       := number | "(" sum ")" | reduction | along | call | read | name | bracket
    reduction  := ("sum" | "mean" | "prod" | "max" | "min" | "logsumexp") "(" names ":" sum ")"
    along      := ("softmax" | "logsumexp") "[" name "]" "(" sum ")"
    call       := name "(" sum {"," sum} ")"          read := name "[" sum {"," sum} "]"
    bracket    := "[" sum relation sum {"," sum relation sum} "]"    relation := = >= <= > <

Law: text never reaches eval; each error has a caret under the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symnn.core.errors import ParseError
from symnn.lang.equation_tree import (
    Apply,
    Binary,
    Equation,
    Expression,
    Iverson,
    Name,
    Negate,
    Number,
    ReadOf,
    Reduce,
)

REDUCTIONS = ("sum", "mean", "prod", "max", "min", "logsumexp")
ALONG = ("softmax", "logsumexp")
RELATIONS = (">=", "<=", "=", ">", "<")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|>=|<=|[-+*/^()\[\],:=<>]))"
)
_MOST_NESTED = 40
_LONGEST_CHAIN = 100


def pointed(text: str, at: int) -> str:
    """The line of the text that holds a place, with a caret under it.

    >>> print(pointed("y = x", 4))
      y = x
          ^
    """
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start:] if end < 0 else text[start:end]
    return f"  {line}\n  {' ' * (at - start)}^"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise _error(text, place, "a name, a number or an operator", repr(text[place]))
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return [*found, _Token("end", "the end", len(text.rstrip()))]


def _error(text: str, at: int, expected: str, found: str) -> ParseError:
    return ParseError(
        f"ParseError in define\n{pointed(text, at)}\n  expected: {expected}\n  found: {found}\n"
        '  fix: write it as in "y[i] = sum(k: A[i,k] * x[k])"'
    )


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.next, self.depth = text, _tokens(text), 0, 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def peek(self, *texts: str, ahead: int = 0) -> bool:
        place = self.next + ahead
        known = place < len(self.tokens) and self.tokens[place].kind == "sign"
        return known and self.tokens[place].text in texts

    def take(self, *texts: str) -> _Token:
        if not self.peek(*texts):
            raise self.fail(" or ".join(repr(t) for t in texts))
        self.next += 1
        return self.tokens[self.next - 1]

    def fail(self, expected: str) -> ParseError:
        found = self.token.text if self.token.kind == "end" else repr(self.token.text)
        return _error(self.text, self.token.at, expected, found)

    def name(self, what: str = "a name") -> Name:
        if self.token.kind != "name":
            raise self.fail(what)
        self.next += 1
        return Name(self.tokens[self.next - 1].text, self.tokens[self.next - 1].at)

    def names(self, closing: str) -> tuple[Name, ...]:
        found = [self.name("an index")]
        while self.peek(","):
            self.take(",")
            found.append(self.name("an index"))
        self.take(closing)
        return tuple(found)

    def equation(self) -> Equation:
        name = self.name("the name of the result")
        indices: tuple[Name, ...] = ()
        if self.peek("["):
            self.take("[")
            indices = self.names("]")
        self.take("=")
        body = self.sum()
        if self.token.kind != "end":
            raise self.fail("an operator, or the end")
        return Equation(name, indices, body, self.text)

    def sum(self) -> Expression:
        self.depth += 1
        if self.depth > _MOST_NESTED:
            raise self.fail(f"at most {_MOST_NESTED} nested brackets")
        left = self.chain(("+", "-"), self.product)
        self.depth -= 1
        return left

    def product(self) -> Expression:
        return self.chain(("*", "/"), self.signed)

    def chain(self, operators: tuple[str, ...], part: Callable[[], Expression]) -> Expression:
        left = part()
        for _ in range(_LONGEST_CHAIN):
            if not self.peek(*operators):
                return left
            op = self.take(*operators)
            left = Binary(op.text, left, part(), op.at)
        raise self.fail(f"at most {_LONGEST_CHAIN} terms or factors in a row")

    def signed(self) -> Expression:
        minus, at = False, self.token.at
        while self.peek("-", "+"):
            minus ^= self.take("-", "+").text == "-"
        value = self.atom()
        if self.peek("^", "**"):
            op = self.take("^", "**")
            self.depth += 1
            if self.depth > _MOST_NESTED:
                raise self.fail(f"at most {_MOST_NESTED} nested powers")
            value = Binary("^", value, self.signed(), op.at)
            self.depth -= 1
        return Negate(value, at) if minus else value

    def atom(self) -> Expression:
        token = self.token
        if token.kind == "number":
            self.next += 1
            return Number(Fraction(token.text), token.at)
        if self.peek("("):
            self.take("(")
            inner = self.sum()
            self.take(")")
            return inner
        if self.peek("["):
            return self.bracket()
        if token.kind != "name":
            raise self.fail("a number, a name, ( or [")
        name = self.name()
        if self.peek("["):
            return self.along(name) if name.text in ALONG else self.read(name)
        if self.peek("("):
            return self.reduction(name) if name.text in REDUCTIONS else self.call(name)
        return name

    def read(self, name: Name) -> Expression:
        self.take("[")
        return ReadOf(name, self.list("]"), name.at)

    def call(self, name: Name) -> Expression:
        self.take("(")
        return Apply(name, self.list(")"), name.at)

    def list(self, closing: str) -> tuple[Expression, ...]:
        found = [self.sum()]
        while self.peek(","):
            self.take(",")
            found.append(self.sum())
        self.take(closing)
        return tuple(found)

    def along(self, name: Name) -> Expression:
        self.take("[")
        indices = self.names("]")
        self.take("(")
        body = self.sum()
        self.take(")")
        return Reduce(name.text, indices, body, name.at)

    def reduction(self, name: Name) -> Expression:
        self.take("(")
        indices = self.names(":")
        body = self.sum()
        self.take(")")
        return Reduce(name.text, indices, body, name.at)

    def bracket(self) -> Expression:
        at = self.take("[").at
        relations = [self.relation()]
        while self.peek(","):
            self.take(",")
            relations.append(self.relation())
        self.take("]")
        return Iverson(tuple(relations), at)

    def relation(self) -> tuple[str, Expression, Expression]:
        left = self.sum()
        op = self.take(*RELATIONS)
        return op.text, left, self.sum()


def parse_equation(text: str) -> Equation:
    """The tree of an equation.

    Raises:
        ParseError: the text is not in the grammar; with a caret under the place.

    >>> parse_equation("y[i] = 2*x[i]").name.text
    'y'
    """
    return _Parser(text).equation()
