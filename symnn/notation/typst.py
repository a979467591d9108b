"""The Typst printer: source for mathematics mode of the `typst` wheel.

Typst reads adjacent letters as one name, treats `f(x)` after a known name as a call and parts
arguments at commas; so letters stand apart, operators are Unicode characters, and names of
functions and strings of users are always quoted. Law: what it prints compiles, and no string of a
user is ever markup.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import ClassVar

from symnn.notation import tree as t
from symnn.notation.commutation import Commutation
from symnn.notation.each import letters_of_each
from symnn.notation.functions import FUNCTIONS
from symnn.notation.layout import Level, Style
from symnn.notation.multilinear import KhatriRao
from symnn.notation.stacked import MOST_ON_A_LINE, Stacked, index_parts, short_positions
from symnn.notation.tree import Tree
from symnn.text.alphabet import GREEK, GREEK_NAMES
from symnn.text.numbers import format_number

RELATIONS = {
    "=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈", "approx": "≈",
    "defined": ":=", "assigned": "←",
}  # fmt: skip
BIG = {"sum": "sum", "prod": "product", "max": "max", "min": "min"}
ACCENTS = {"hat": "hat", "tilde": "tilde", "bar": "macron", "dot": "dot"}
CONSTANTS = {"pi": "π", "e": "e", "inf": "∞"}
NORMS = {"2": "", "1": "_1", "inf": "_∞", "F": "_F"}
DELIMITED = {"abs": "abs", "floor": "floor", "ceil": "ceil", "sqrt": "sqrt"}
# Typst keeps the spaces beside a string, which then stand twice: remove them.
_AROUND_STRINGS = re.compile(r' *("(?:[^"\\]|\\.)*") *')
_PLAIN_SCRIPT = re.compile(r"[A-Za-z0-9()\[\]+\-*,]")


def to_typst(tree: Tree, style: Style = Style()) -> str:  # noqa: B008 (frozen)
    """Print a notation tree as Typst source for mathematics mode, without the dollar signs.

    Args:
        tree: any tree.
        style: bold letters, language of words and numbers.

    Raises:
        UnsupportedError: a node that is not of the notation, or an unknown function.

    >>> to_typst(t.Mul((t.Transpose(t.Sym("W", bold=True)), t.Sym("x", accent="hat"))))
    'upright(bold(W))^⊤ hat(x)'
    """
    return _AROUND_STRINGS.sub(lambda match: match[1], _Typst(style).print(tree))


def quote(text: str) -> str:
    r"""Quote a user's string for Typst: in mathematics it prints upright, as it is.

    >>> print(quote('say "$x$"'))
    "say \"$x$\""
    """
    clean = " ".join(text.split())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'


def nucleus(sym: t.Sym, *, bold: bool = True) -> str:
    """Return the Typst source of a name without its scripts."""
    letter = GREEK.get(sym.base, sym.base)
    single = len(letter) == 1 and letter.isalpha()
    base = letter if single else quote(sym.base)
    if sym.font:
        base = f"{sym.font}({base})"
    if sym.bold and bold:
        base = f"bold({base})" if sym.base in GREEK else f"upright(bold({base}))"
    elif sym.roman and single:
        base = f"upright({base})"
    return f"{ACCENTS[sym.accent]}({base})" if sym.accent else base


def script(text: str) -> str:
    """Return the source of a sub- or superscript: words and strange signs quoted."""
    parts = []
    for part in re.findall(r"[A-Za-z]{2,}\d*|[A-Za-z]\d+|\d+|.", text):
        plain = part.isdigit() or _PLAIN_SCRIPT.fullmatch(part) or part in GREEK_NAMES
        parts.append("prime" if part == "′" else part if plain else quote(part))
    return f"({' '.join(parts)})" if _balanced(text) else f"({quote(text)})"


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in "([") - (char in ")]")
        if depth < 0:
            return False
    return depth == 0


class _Typst(Stacked):
    stars: ClassVar = {t.Hadamard: "⊙", t.Kron: "⊗", t.Frac: "⊘", KhatriRao: "⋄"}
    times_sign, unfolding_sign = "×_{}", "_(({}))"
    relations = RELATIONS
    tight, dot, after_name = " thin ", " dot ", " thin "
    comma, semicolon, setting_sign = " comma ", '";" thin ', " = "
    arrow = " -> "

    def parens(self, text: str) -> str:
        return f"({text})"

    def separator(self, left: Tree, right: Tree) -> str:
        """A number stands apart from a function's name, which is a string here."""
        if isinstance(left, t.Num) and isinstance(right, t.Apply) and not right.symbol:
            return self.tight if right.fn not in DELIMITED else self.juxtaposed
        return super().separator(left, right)

    def num(self, tree: t.Num) -> str:
        if self.inline and isinstance(tree.value, Fraction):
            return quote(format_number(tree.value, self.style.lang))
        return format_number(tree.value, self.style.lang, target="typst")

    def const(self, tree: t.Const) -> str:
        return CONSTANTS[tree.name]

    def sym(self, tree: t.Sym) -> str:
        return nucleus(tree, bold=self.style.bold) + self.scripts(tree.sub, tree.sup)

    def scripts(self, sub: str, sup: str) -> str:
        return (f"_{script(sub)}" if sub else "") + (f"^{script(sup)}" if sup else "")

    def index(self, tree: t.Index) -> str:
        return self.letter(tree.letter)

    def letter(self, letter: str) -> str:
        name, digits, marks = index_parts(letter)
        base = GREEK.get(name, name)
        base = base if len(base) == 1 and base.isalpha() else quote(name)
        return base + "'" * marks + (f"_({digits})" if digits else "")

    def colon(self, tree: t.Colon) -> str:
        return '":"'

    def component(self, tree: t.Entry, positions: list[str]) -> str:
        separator = " " if short_positions(tree, positions) else " comma "
        sub = f"_({separator.join(positions)})"
        base = tree.base
        if isinstance(base, t.Sym) and not base.sub:
            return nucleus(base, bold=self.style.bold) + sub + self.scripts("", base.sup)
        shown = self.show(base, Level.ATOM)
        if isinstance(base, t.Sym | t.Entry | t.Ones | t.Identity | t.Zeros):
            shown = self.parens(shown)
        return shown + sub

    def fraction(self, num: Tree, den: Tree) -> str:
        if self.inline:
            return f"{self.show(num, Level.PRODUCT)} slash {self.show(den, Level.PREFIX)}"
        return f"({self.show(num)})/({self.show(den)})"

    def power(self, base: str, exponent: Tree, *, elementwise: bool) -> str:
        return f"{base}^({'⊙ ' if elementwise else ''}{self.small(exponent)})"

    def transposed(self, tree: t.Transpose) -> str:
        arg = tree.arg
        if isinstance(arg, t.Sym) and arg.sup:
            return self.sym(arg)[:-1] + " ⊤)"
        inverse = t.inverse_of(arg)
        if inverse is not None:
            return self.raised_base(inverse) + "^(-⊤)"
        bare = isinstance(arg, t.Grad) and arg.of is None
        least = Level.POSTFIX if bare else Level.ATOM
        text = self.show(arg, least)
        if isinstance(arg, t.Entry) and isinstance(arg.base, t.Sym) and arg.base.sup:
            text = self.parens(text)
        return text + "^⊤"

    def application(self, tree: t.Apply, args: list[str]) -> str:
        if tree.fn in DELIMITED and not tree.prime and len(args) == 1:
            return f"{DELIMITED[tree.fn]}({args[0]})"
        return f"{self.function(tree)}({' comma '.join(args)})"

    def function(self, tree: t.Apply) -> str:
        """The name; primes go before a subscript, which must not swallow the argument."""
        primes = "'" * tree.prime
        if tree.symbol:
            return self.letter(tree.fn + primes)
        known = FUNCTIONS[tree.fn]
        name, below = self.called(known)
        upright = known.typst or f'"{name}"'
        return upright + primes + f'_("{below}")' * bool(below)

    def norm(self, tree: t.Norm) -> str:
        return f"norm({self.show(tree.arg)}){NORMS[tree.kind]}" + ("^2" if tree.squared else "")

    def big(self, tree: t.BigOp) -> str:
        text = ""
        for k, (letter, upper) in enumerate(tree.indices):
            condition = tree.condition if k == len(tree.indices) - 1 else None
            text += BIG[tree.op] + self.range(tree.op, letter, upper, condition) + " "
        return text + self.show(tree.body, Level.PRODUCT)

    def range(self, op: str, letter: str, upper: Tree | None, condition: Tree | None) -> str:
        shown = [self.small(condition)] if condition is not None else []
        name = self.letter(letter)
        if upper is None:
            parts = shown if self.leads(letter, condition) else [name, *shown]
            return f"_({' comma '.join(parts)})"
        first, last = self.small_span(letter, upper)
        extremum = op in ("max", "min")
        start = f"{first} ≤ {name} ≤ {last}" if extremum else f"{name}={first}"
        start = " \\ ".join([start, *shown])
        return f"_({start})" if extremum else f"_({start})^({last})"

    def conditions(self, tree: t.All) -> str:
        return super().conditions(tree).replace(", ", " comma ")

    def iverson(self, tree: t.Iverson) -> str:
        mark = "bb(1) " if self.style.indicator else ""
        return f"{mark}[{self.show(tree.condition)}]"

    def identity(self, tree: t.Identity) -> str:
        return "upright(bold(I))" + self.sizes((tree.size,))

    def commutation(self, tree: Commutation) -> str:
        return "upright(bold(K))" + self.sizes((tree.rows, tree.columns))

    def ones(self, tree: t.Ones) -> str:
        return "upright(bold(1))" + self.sizes(tree.sizes)

    def zeros(self, tree: t.Zeros) -> str:
        return "upright(bold(0))" + self.sizes(tree.sizes)

    def sizes(self, sizes: tuple[Tree, ...]) -> str:
        return "_(" + " × ".join(self.small(s, Level.PREFIX) for s in sizes) + ")"

    def space(self, tree: t.Space) -> str:
        shown = " × ".join(self.small(s, Level.PREFIX) for s in tree.sizes)
        return "bb(R)" + (f"^({shown})" if shown else "")

    def cases(self, tree: t.Cases) -> str:
        rows = [
            f"{self.show(e, Level.SUM)} & {self.said('if')} {self.show(c)}" for e, c in tree.rows
        ]
        rows.append(f"{self.show(tree.otherwise, Level.SUM)} & {quote(self.word('otherwise'))}")
        return f"cases({', '.join(rows)})"

    def grad(self, tree: t.Grad) -> str:
        of = f" {self.show(tree.of, Level.ATOM)}" if tree.of is not None else ""
        return f'class("normal", ∇)_({self.small(tree.wrt)}){of}'

    def partial(self, tree: t.Partial) -> str:
        order = "^2" if len(tree.den) == 2 else ""
        below = " thin ".join(f"∂ {self.show(d, Level.ATOM)}" for d in tree.den)
        return f"(∂{order} {self.show(tree.num, Level.ATOM)})/({below})"

    def differential(self, tree: t.Differential) -> str:
        return "upright(d) " + self.show(tree.arg, Level.ATOM)

    def inner(self, tree: t.Inner) -> str:
        both = f"{self.show(tree.left, Level.SUM)} comma {self.show(tree.right, Level.SUM)}"
        return f"lr(⟨ {both} ⟩)"

    def each(self, tree: t.ForEach) -> str:
        inside, letters = letters_of_each(tree)
        spans = []
        for letter, upper in letters:
            shown = self.letter(letter)
            if upper is not None:
                shown += " = {} comma … comma {}".format(*self.span(letter, upper))
            spans.append(shown)
        word = self.said("for" if letters[0][1] else "for_each")
        return f"{self.show(inside, Level.EACH)} quad {word} {' comma thin '.join(spans)}"

    def grid(self, tree: t.Grid) -> str:
        rows = [", ".join(self.show(e, Level.SUM) for e in row) for row in tree.rows]
        return f'mat(delim: "[", {"; ".join(rows)})'

    def upright(self, letters: str) -> str:
        return quote(letters)

    def words(self, tree: t.Words) -> str:
        return quote(tree.text)

    def where(self, tree: t.Where) -> str:
        lines = [self.show(d) for d in tree.definitions]
        shown, body = " comma quad ".join(lines), self.show(tree.body, Level.EACH)
        if len(lines) > MOST_ON_A_LINE:
            rest = "".join(f" \\ & {line}" for line in lines[1:])
            return f"& {body} \\ & {self.said('where')} {lines[0]}{rest}"
        return f"{body} quad {self.said('where')} {shown}" if shown else body

    def said(self, key: str) -> str:
        """A word in front of a form; its space belongs to it."""
        return quote(self.word(key))[:-1] + ' "'
