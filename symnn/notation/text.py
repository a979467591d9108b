"""The Unicode printer: one line of text that a reader understands and `parse_text` reads back.

Grammar in short (the parser's module states it whole): a space is a product, `f(x)` without a
space applies, `W_{k,l}` is a component, `x²` and `x^(1/2)` are powers, names carry their own marks
(`ŷ`, `W_Q`, `z^[1]`, `δ⁽³⁾`). Light and bold letters look alike here.
"""

from __future__ import annotations

import re
from typing import ClassVar

from symnn.notation import tree as t
from symnn.notation.commutation import Commutation
from symnn.notation.each import letters_of_each
from symnn.notation.functions import FUNCTIONS, Function
from symnn.notation.layout import Level, Style, ends_open
from symnn.notation.multilinear import KhatriRao
from symnn.notation.printer import Printer
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree
from symnn.text import alphabet
from symnn.text.numbers import format_number
from symnn.text.phrases import language

RELATIONS = {
    "=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥", "in": "∈", "approx": "≈",
    "defined": ":=", "assigned": "←",
}  # fmt: skip
BIG = {"sum": "∑", "prod": "∏", "max": "max", "min": "min"}
CONSTANTS = {"pi": "π", "e": "e", "inf": "∞"}
NORMS = {"2": "", "1": "₁", "inf": "_∞", "F": "_F"}
_PLAIN = re.compile(r"[^\W_]+[′']*")


def to_text(tree: Tree, style: Style = Style()) -> str:  # noqa: B008 (frozen)
    """Print a notation tree as one line of Unicode text.

    Args:
        tree: any tree.
        style: language of words and numbers; only English reads back.

    Returns:
        Text that `parse_text` turns into `normalise(tree)`.

    Raises:
        UnsupportedError: a node that is not of the notation, or an unknown function.

    >>> delta, x = t.Sym("delta"), t.Sym("x")
    >>> to_text(t.Mul((delta, t.Transpose(x))))
    'δ xᵀ'
    >>> to_text(t.Entry(t.Sym("W"), (t.Index("k"), t.Index("l"))))
    'W_{k,l}'
    """
    return _Text(style).print(tree)


def symbol_text(sym: t.Sym) -> str:
    """Return the text of one name, for example ŷ, W_Q, z^[1], δ⁽³⁾."""
    base = alphabet.GREEK.get(sym.base, sym.base)
    if sym.font:
        change = {"cal": alphabet.script, "bb": alphabet.blackboard}[sym.font]
        base = "".join(change(c) for c in base)
    text = alphabet.accented(base, sym.accent)
    if sym.sub:
        text += f"_{sym.sub}" if sym.sub.isalnum() else f"_{{{sym.sub}}}"
    marks = len(sym.sup) - len(sym.sup.rstrip("′"))
    sup = sym.sup[: len(sym.sup) - marks]
    if re.fullmatch(r"\(\d+\)", sup):
        text += alphabet.raised(sup)
    elif sup:
        text += f"^{sup}" if re.fullmatch(r"\[\w+\]|\*", sup) else f"^{{{sup}}}"
    return text + "′" * marks


class _Text(Printer):
    flat = True
    minus = "−"
    stars: ClassVar = {t.Hadamard: "⊙", t.Kron: "⊗", t.Frac: "⊘", KhatriRao: "⋄"}
    unfolding_sign = "_({})"
    relations = RELATIONS
    dot = " · "

    def parens(self, text: str) -> str:
        return f"({text})"

    def num(self, tree: t.Num) -> str:
        groups = language(self.style.lang).group_mark != ","  # a comma parts arguments
        return format_number(tree.value, self.style.lang, grouping=groups)

    def const(self, tree: t.Const) -> str:
        return CONSTANTS[tree.name]

    def sym(self, tree: t.Sym) -> str:
        return symbol_text(tree)

    def index(self, tree: t.Index) -> str:
        return tree.letter

    def colon(self, tree: t.Colon) -> str:
        return ":"

    def component(self, tree: t.Entry, positions: list[str]) -> str:
        base = self.show(tree.base, Level.ATOM)
        closed = isinstance(tree.base, t.Apply | t.Grid) or base.startswith("(")
        if not closed and not (isinstance(tree.base, t.Sym) and not tree.base.sub):
            base = f"({base})"
        return base + self.lowered(positions)

    def lowered(self, parts: list[str], separator: str = ",") -> str:
        if len(parts) == 1 and len(parts[0]) == 1 and parts[0].isalnum():
            return f"_{parts[0]}"
        return f"_{{{separator.join(parts)}}}"

    def factor(self, tree: Tree, *, first: bool, last: bool) -> str:
        """`(∂L/∂Z) H`: what stands behind a slash would be read as part of the denominator."""
        shown = super().factor(tree, first=first, last=last)
        whole = isinstance(tree, t.Partial) and all(isinstance(d, t.Sym) for d in tree.den)
        return self.parens(shown) if whole and not last else shown

    def fraction(self, num: Tree, den: Tree) -> str:
        top = self.parens(self.show(num)) if ends_open(num) else self.show(num, Level.PRODUCT)
        return f"{top} / {self.show(den, Level.PREFIX)}"

    def power(self, base: str, exponent: Tree, *, elementwise: bool) -> str:
        mark = "^⊙" if elementwise else "^"
        shown = self.show(exponent)
        digits = shown.replace("−", "", 1)
        if isinstance(exponent, t.Num | t.Neg) and digits.isascii() and digits.isdigit():
            if elementwise:
                return base + mark + (shown if shown == digits else f"({shown})")
            return base + alphabet.raised(shown)
        return f"{base}{mark}({shown})"

    def transposed(self, tree: t.Transpose) -> str:
        if isinstance(tree.arg, t.Grad):
            return self.show(tree.arg) + "ᵀ"
        inverse = t.inverse_of(tree.arg)
        if inverse is not None:
            return self.raised_base(inverse) + "⁻ᵀ"
        return self.show(tree.arg, Level.ATOM) + "ᵀ"

    def application(self, tree: t.Apply, args: list[str]) -> str:
        name = self.letter(tree.fn) if tree.symbol else self.function(FUNCTIONS[tree.fn])
        return f"{name}{'′' * tree.prime}({', '.join(args)})"

    def function(self, known: Function) -> str:
        return known.text or "_".join(filter(None, self.called(known)))

    def letter(self, fn: str) -> str:
        return alphabet.GREEK.get(fn, fn)

    def norm(self, tree: t.Norm) -> str:
        inner = self.show(tree.arg)
        bars = any(isinstance(n, t.Norm) for n in walk(tree.arg))
        text = f"norm({inner})" if bars else f"‖{inner}‖"
        return text + NORMS[tree.kind] + ("²" if tree.squared else "")

    def big(self, tree: t.BigOp) -> str:
        text = ""
        for k, (letter, upper) in enumerate(tree.indices):
            condition = tree.condition if k == len(tree.indices) - 1 else None
            text += f"{BIG[tree.op]}_{self.range(letter, upper, condition)} "
        body = self.show(tree.body, Level.PRODUCT)
        return text + body

    def range(self, letter: str, upper: Tree | None, condition: Tree | None) -> str:
        shown = self.show(condition) if condition is not None else ""
        if upper is None and not shown:
            return self.lowered([letter])[1:]
        if upper is None:
            return f"{{{shown}}}" if self.leads(letter, condition) else f"{{{letter}, {shown}}}"
        first, last = self.span(letter, upper)
        extra = f", {shown}" if shown else ""
        return f"{{{letter}={first}{extra}}}^{{{last}}}"

    def iverson(self, tree: t.Iverson) -> str:
        return ("𝟙" if self.style.indicator else "") + f"[{self.show(tree.condition)}]"

    def identity(self, tree: t.Identity) -> str:
        return "𝐈" + self.sizes((tree.size,))

    def commutation(self, tree: Commutation) -> str:
        return "𝐊" + self.sizes((tree.rows, tree.columns))

    def ones(self, tree: t.Ones) -> str:
        return "𝟏" + self.sizes(tree.sizes)

    def zeros(self, tree: t.Zeros) -> str:
        return "𝟎" + self.sizes(tree.sizes)

    def space(self, tree: t.Space) -> str:
        shown = "×".join(self.show(s, Level.PREFIX) for s in tree.sizes)
        return f"ℝ^({shown})" if shown else "ℝ"

    def sizes(self, sizes: tuple[Tree, ...]) -> str:
        return self.lowered([self.show(s, Level.PREFIX) for s in sizes], "×")

    def cases(self, tree: t.Cases) -> str:
        rows = [f"{self.show(e, Level.SUM)} {self.word('if')} {self.show(c)}" for e, c in tree.rows]
        rows.append(f"{self.show(tree.otherwise, Level.SUM)} {self.word('otherwise')}")
        return f"{{{'; '.join(rows)}}}"

    def grad(self, tree: t.Grad) -> str:
        shown = self.show(tree.wrt)
        sub = f"_{shown}" if _PLAIN.fullmatch(shown) else f"_{{{shown}}}"
        return f"∇{sub}" + (f"({self.show(tree.of)})" if tree.of is not None else "")

    def partial(self, tree: t.Partial) -> str:
        order = "²" if len(tree.den) == 2 else ""
        below = "".join("∂" + self.show(d, Level.ATOM) for d in tree.den)
        return f"∂{order}{self.show(tree.num, Level.ATOM)}/{below}"

    def differential(self, tree: t.Differential) -> str:
        base = tree.arg.base if isinstance(tree.arg, t.Entry) else tree.arg
        if isinstance(base, t.Sym):
            return "d" + self.show(tree.arg)
        return f"d({self.show(tree.arg)})"

    def inner(self, tree: t.Inner) -> str:
        return f"⟨{self.show(tree.left, Level.SUM)}, {self.show(tree.right, Level.SUM)}⟩"

    def each(self, tree: t.ForEach) -> str:
        inside, letters = letters_of_each(tree)
        spans = []
        for letter, upper in letters:
            whole = "{} = {}..{}".format(letter, *self.span(letter, upper)) if upper else letter
            spans.append(whole)
        word = self.word("for" if letters[0][1] else "for_each")
        return f"{self.show(inside, Level.EACH)} {word} {self.comma.join(spans)}"

    def grid(self, tree: t.Grid) -> str:
        rows = [", ".join(self.show(e, Level.SUM) for e in row) for row in tree.rows]
        return f"[{'; '.join(rows)}]"

    def times_mode(self, mode: int) -> str:
        return "×" + alphabet.lowered(str(mode))

    def words(self, tree: t.Words) -> str:
        return '"' + tree.text.replace('"', "'") + '"' if self.style.quoted else tree.text

    def where(self, tree: t.Where) -> str:
        word = self.word("where")
        lines = [self.show(tree.body, Level.EACH)]
        for k, definition in enumerate(tree.definitions):
            lines.append(f"  {word if k == 0 else ' ' * len(word)} {self.show(definition)}")
        return "\n".join(lines)
