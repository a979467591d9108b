"""The primaries of the text grammar: names, functions, brackets, big operators, derivatives.

    primary  = number | name | function "(" relation {"," relation} [";" settings] ")"
             | "(" each ")"
             | "‖" sum "‖" ["₁" | "_∞" | "_F"] ["²"] | "[" conditions "]" | "[" rows "]"
             | "{" cases "}" | "⟨" sum "," sum "⟩" | "∇_" name ["(" sum ")"] | "𝐈_" | "𝟏_" | "𝟎_"

Mixed into the parser of `parse`, which has the operators.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symnn.notation import tree as t
from symnn.notation.axis_names import LABEL, AxisNames
from symnn.notation.commutation import Commutation
from symnn.notation.functions import BY_TEXT, FUNCTIONS
from symnn.notation.lexer import Token
from symnn.notation.ranges import Ranges, joined
from symnn.notation.settings import Setting
from symnn.notation.tree import Tree
from symnn.text.alphabet import GREEK_NAMES

_OPENING = "([{⟨∇∂∑∏𝐈𝐊𝟏𝟎𝟙√∞‖d"
_BOLD = {"𝐈": t.Identity, "𝐊": Commutation, "𝟏": t.Ones}


class Atoms(Ranges):
    """What a factor is made of."""

    each: Callable[[], Tree]

    def starts_factor(self) -> bool:
        """Whether a factor begins here, so that the space before it was a product."""
        token = self.here
        if token.kind in ("number", "words", "symbol"):
            return True
        if token.kind == "name":
            return token.text not in ("if", "otherwise", "for", "each") and not self.keyword(
                "where"
            )
        if token.text == "‖" and self.in_norm:
            return False
        return token.kind == "sign" and token.text in _OPENING

    def primary(self) -> Tree:
        token = self.here
        if token.kind == "number":
            return self.number()
        if token.kind == "words":
            return t.Words(self.advance().text[1:-1])
        if token.kind in ("name", "symbol") or token.text == "√":
            return self.named()
        match token.text:
            case "(":
                return self.bracketed(self.each, ")")
            case "[":
                return self.square()
            case "{":
                return self.bracketed(self.cases, "}")
            case "⟨":
                return self.bracketed(self.inner, "⟩")
            case "‖" if not self.in_norm:
                return self.norm()
            case "∇":
                return self.gradient()
            case "𝟙":
                self.advance()
                return self.square()
            case "𝐈" | "𝐊" | "𝟏" | "𝟎":
                return self.sized()
            case "∞":
                self.advance()
                return t.Const("inf")
        self.fail("expected a term")

    def bracketed(self, read: Callable[[], Tree], closing: str) -> Tree:
        self.advance()
        found = self.inside(read)
        self.expect(closing)
        return found

    def named(self, *, applies: bool = True) -> Tree:
        """Read a name: bound index, symbol, function, constant or free index, in this order."""
        token = self.advance()
        applied = applies and self.here.text == "(" and self.here.tight
        if token.text in self.bound and not applied:
            return t.Index(token.text)
        if applied and token.text == "d":
            return t.Differential(self.bracketed(self.sum, ")"))
        if token.symbol is not None and not (applied and token.text in BY_TEXT):
            if applied:
                self.fail(f"{token.text} is no function; a product needs a space")
            return token.symbol
        if token.text == "ℝ":
            return self.space()
        if applied:
            return self.application(token)
        if token.text in ("π", "e"):
            return t.Const({"π": "pi", "e": "e"}[token.text])
        if self.in_size:
            return t.Sym(GREEK_NAMES.get(token.text, token.text))
        if not self.one_letter(token.text):
            self.fail(f"unknown name {token.text!r}; known are {self.known()}", token)
        return t.Index(token.text)

    def application(self, token: Token) -> Tree:
        name = token.text.rstrip("'′")
        prime = len(token.text) - len(name)
        if name == "norm":
            return self.norm_suffix(t.Norm(self.bracketed(self.sum, ")")))
        known = BY_TEXT.get(name) or FUNCTIONS.get(name)
        if known is None and not self.one_letter(name):
            self.fail(f"no function {name!r}; there are {' '.join(BY_TEXT)}", token)
        self.advance()
        args = self.inside(self.arguments)
        self.expect(")")
        if known is not None:
            return t.Apply(known.name, args, prime)
        return t.Apply(GREEK_NAMES.get(name, name), args, prime, symbol=True)

    def arguments(self) -> tuple[Tree, ...]:
        args = self.listed(self.relation)
        return (*args, *self.listed(self.setting)) if self.take_if(";") else args

    def setting(self) -> Tree:
        if not self.after_equals():
            return self.axis_names()
        letter = self.letter()
        self.expect("=")
        if self.here.text != "(":
            return Setting(letter, (self.sum(),))
        self.advance()
        values = self.inside(lambda: self.listed(self.sum))
        self.expect(")")
        return Setting(letter, values)

    def after_equals(self) -> bool:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)].text == "="

    def axis_names(self) -> Tree:
        reads = [self.axis_label()]
        while self.take_if(","):
            reads.append(self.axis_label())
        return AxisNames(tuple(reads), self.axis_label() if self.take_if("→") else "")

    def axis_label(self) -> str:
        """Read the letters of the axes of an array, `N(GC)HW`."""
        start = self.here
        found = LABEL.match(self.text, start.start)
        if found is None:
            self.fail("expected a setting such as s=2, or the letters of axes such as NHWC")
        while self.here.kind != "end" and self.here.start < found.end():
            self.advance()
        last = self.tokens[self.at - 1]
        if last.start + len(last.text) != found.end():
            self.fail("the letters of axes are capitals, 1 and (…)", start)
        return found.group()

    def listed(self, read: Callable[[], Tree]) -> tuple[Tree, ...]:
        items = [read()]
        while self.take_if(","):
            items.append(read())
        return tuple(items)

    def square(self) -> Tree:
        """Read `[i = k]` or the matrix `[a, b; c, d]`."""
        self.expect("[")
        rows = self.inside(self.rows)
        self.expect("]")
        if len(rows) == 1 and all(isinstance(e, t.Relation | t.All) for e in rows[0]):
            return t.Iverson(joined(rows[0]))
        return t.Grid(rows)

    def rows(self) -> tuple[tuple[Tree, ...], ...]:
        rows = [self.listed(self.relation)]
        while self.take_if(";"):
            rows.append(self.listed(self.relation))
        return tuple(rows)

    def cases(self) -> Tree:
        rows = []
        while True:
            form = self.sum()
            if self.take_if("otherwise"):
                return t.Cases(tuple(rows), form)
            self.expect("if")
            rows.append((form, joined(self.listed(self.relation))))
            self.expect(";")

    def inner(self) -> Tree:
        left = self.sum()
        self.expect(",")
        return t.Inner(left, self.sum())

    def norm(self) -> Tree:
        self.expect("‖")
        arg = self.inside(self.sum, in_norm=True)
        self.expect("‖")
        return self.norm_suffix(t.Norm(arg))

    def norm_suffix(self, norm: t.Norm) -> t.Norm:
        if self.here.text == "₁" and self.here.tight:
            self.advance()
            norm = replace(norm, kind="1")
        elif self.here.text == "_" and self.here.tight:
            self.advance()
            kind = {"∞": "inf", "F": "F"}.get(self.here.text)
            if kind is None:
                self.fail("the norms are ‖x‖, ‖x‖₁, ‖x‖_∞ and ‖x‖_F")
            self.advance()
            norm = replace(norm, kind=kind)
        if self.here.text == "²" and self.here.tight:
            self.advance()
            norm = replace(norm, squared=True)
        return norm

    def gradient(self) -> Tree:
        self.advance()
        self.expect("_")
        braced = self.here.text == "{"
        wrt = self.bracketed(self.sum, "}") if braced else self.named(applies=False)
        if self.here.text == "(" and self.here.tight:
            return t.Grad(wrt, self.bracketed(self.sum, ")"))
        return t.Grad(wrt)

    def component(self) -> Tree:
        """Read a primary with its positions: what stands beside ∂ and d."""
        base = self.primary()
        while self.here.text == "_" and self.here.tight:
            base = t.Entry(base, self.positions())
        return base

    def partial(self) -> Tree:
        self.advance()
        if self.here.text == "²":
            self.advance()
        num = self.component()
        self.expect("/")
        below = []
        while self.here.text == "∂" and self.here.tight:
            self.advance()
            below.append(self.component())
        if not 1 <= len(below) <= 2:
            self.fail("a derivative is ∂a/∂b or ∂²a/∂b∂c")
        return t.Partial(num, tuple(below))

    def differential(self) -> Tree:
        self.advance()
        return t.Differential(self.component())

    def sized(self) -> Tree:
        sign = self.advance().text
        sizes = self.lowered(lambda: self.inside(self.sum, in_size=True), "×", in_size=True)
        least, most = {"𝐈": (1, 1), "𝐊": (2, 2), "𝟏": (1, len(sizes))}.get(sign, (1, len(sizes)))
        if not least <= len(sizes) <= most:
            self.fail(f"{sign} takes {least} to {most} sizes")
        if sign == "𝟏" and len(sizes) > 2:
            return t.Ones(*sizes[:2], sizes[2:])
        return t.Zeros(sizes) if sign == "𝟎" else _BOLD[sign](*sizes)

    def space(self) -> Tree:
        if not (self.here.text == "^" and self.here.tight):
            return t.Space()
        self.advance()
        self.expect("(")
        sizes = [self.inside(self.sum, in_size=True)]
        while self.take_if("×"):
            sizes.append(self.inside(self.sum, in_size=True))
        self.expect(")")
        return t.Space(tuple(sizes))
