"""Positions, and the ranges of big operators, in the text grammar.

    big      = ("∑" | "∏" | "max" | "min") "_" range ["^" last] product
    position = ":" | sum [ ":" [ step ":" ] sum ]     both ends included
    range    = letter | "{" letter "=" first {"," relation} "}" | "{" relation "}"

A range that starts at 0 ends one below its size (see `positions`).
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.notation import tree as t
from symnn.notation.lexer import Token
from symnn.notation.positions import shifted
from symnn.notation.reader import Reader
from symnn.notation.tree import Tree

BIG = {"∑": "sum", "∏": "prod", "Σ": "sum", "Π": "prod", "max": "max", "min": "min"}


class Ranges(Reader):
    """Mixed into the parser of `parse`, which has the operators."""

    relation: Callable[[], Tree]
    sum: Callable[[], Tree]
    product: Callable[[], Tree]
    primary: Callable[[], Tree]
    named: Callable[[], Tree]

    def positions(self) -> tuple[Tree, ...]:
        return self.lowered(self.position, ",")

    def position(self) -> Tree:
        if self.take_if(":"):
            return t.Colon()
        first, step = self.inside(self.sum), 1
        if not self.take_if(":"):
            return first
        last, at = self.inside(self.sum), self.here
        if self.take_if(":"):
            step, last = self.step_of(last, at), self.inside(self.sum)
        return t.Colon(first, last, step)

    def step_of(self, tree: Tree, at: Token) -> int:
        """Return the step of a range `first:step:last`."""
        match tree:
            case t.Num(int(value)) if value > 0:
                return value
        self.fail("the step of a range is a whole number, 1:2:n", at)

    def lowered(
        self, read: Callable[[], Tree], separator: str, *, in_size: bool = False
    ) -> tuple[Tree, ...]:
        """Read `_a` or `_{a,b}`."""
        self.expect("_")
        if not self.take_if("{"):
            if self.here.kind == "number":
                return (self.number(),)
            return (read(),) if self.here.text == ":" else (self.inside_name(in_size),)
        items = [read()]
        while self.take_if(separator):
            items.append(read())
        self.expect("}")
        return tuple(items)

    def inside_name(self, in_size: bool) -> Tree:
        if self.here.kind not in ("name", "symbol"):
            self.fail("expected a letter or { after _")
        return self.inside(self.named, in_size=in_size)

    def opens_range(self) -> bool:
        """Whether a name such as max or Σ is a big operator here, and no symbol."""
        return self.here.kind == "name" and self.after("_")

    def big(self) -> Tree:
        op = BIG[self.advance().text]
        self.expect("_")
        braced = self.take_if("{")
        at = self.here
        letter = self.peek_letter()
        self.bound.append(letter)
        items = self.listed(self.relation) if braced else (t.Index(self.letter()),)
        if braced:
            self.expect("}")
        upper = None
        if self.here.text == "^" and self.here.tight:
            self.advance()
            upper, items = self.last(letter, items, at), items[1:]
        elif items[0] == t.Index(letter):
            items = items[1:]
        condition = joined(items) if items else None
        with self.deeper():
            body = self.product()
        self.bound.remove(letter)
        return t.BigOp(op, body, ((letter, upper),), condition)

    def last(self, letter: str, items: tuple[Tree, ...], at: Token) -> Tree:
        match items[0]:
            case t.Relation("=", t.Index(name), t.Num(0 | 1 as first)) if name == letter:
                last = self.lowered_bound()
                return self.upper(letter, first, last, at)
        self.fail(f"a range starts as {letter}=0 or {letter}=1", at)

    def lowered_bound(self) -> Tree:
        braced = self.take_if("{")
        last = self.inside(self.sum if braced else self.primary, in_size=True)
        if braced:
            self.expect("}")
        return last

    def upper(self, letter: str, first: int, last: Tree, at: Token) -> Tree:
        """Return the size of a range from its last printed value."""
        self.starts.append((letter, first, at))
        return last if first else shifted(last, 1)


def joined(conditions: tuple[Tree, ...]) -> Tree:
    """Several conditions as one."""
    return conditions[0] if len(conditions) == 1 else t.All(conditions)
