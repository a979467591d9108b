r"""The LaTeX printer: mathematics mode, with the macros of amsmath, amssymb and bm only.

Arguments are always braced (`\mathbf{z}`), delimiters grow only around what is tall, and user
strings are escaped. Law: what it prints compiles under pdflatex and under KaTeX.
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
    "=": "=", "!=": r"\neq", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "in": r"\in",
    "approx": r"\approx", "defined": ":=", "assigned": r"\leftarrow",
}  # fmt: skip
BIG = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}
CONSTANTS = {"pi": r"\pi", "e": "e", "inf": r"\infty"}
NORMS = {"2": "", "1": "_{1}", "inf": r"_{\infty}", "F": "_{F}"}
DELIMITED = {
    "abs": (r"\lvert", r"\rvert"), "floor": (r"\lfloor", r"\rfloor"),
    "ceil": (r"\lceil", r"\rceil"),
}  # fmt: skip
_TALL = re.compile(r"\\(frac|sum|prod|max|min|begin)(?![a-z])")
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


def to_latex(tree: Tree, style: Style = Style()) -> str:  # noqa: B008 (frozen)
    r"""Print a notation tree as LaTeX for mathematics mode.

    Args:
        tree: any tree.
        style: bold letters, language of words and numbers.

    Raises:
        UnsupportedError: a node that is not of the notation, or an unknown function.

    >>> W, x = t.Sym("W", bold=True), t.Sym("x", accent="hat")
    >>> print(to_latex(t.Mul((t.Transpose(W), x))))
    \mathbf{W}^{\top} \hat{x}
    """
    return _Latex(style).print(tree)


def escape(text: str) -> str:
    r"""Escape a user's string for LaTeX text.

    >>> print(escape("50% of_x"))
    50\% of\_x
    """
    return "".join(_ESCAPES.get(c, c) for c in text)


def nucleus(sym: t.Sym, *, bold: bool = True) -> str:
    """Return the LaTeX of a name without its scripts."""
    if sym.base in GREEK:
        greek = "\\" + sym.base
        base = rf"\boldsymbol{{{greek}}}" if sym.bold and bold else greek
    elif sym.font:
        base = rf"\math{sym.font}{{{escape(sym.base)}}}"
    elif sym.roman or len(sym.base) > 1:
        word = "mathbf" if sym.bold and bold else "mathrm"
        base = rf"\{word}{{{escape(sym.base)}}}"
    else:
        base = escape(sym.base)
        base = rf"\mathbf{{{base}}}" if sym.bold and bold else base
    return rf"\{sym.accent}{{{base}}}" if sym.accent else base


def script(text: str) -> str:
    r"""Return the LaTeX of a sub- or superscript: words upright, Greek by macro."""
    parts = []
    for part in re.findall(r"[A-Za-z]{2,}\d*|[A-Za-z]\d+|.", text):
        if len(part) > 1:
            parts.append(rf"\mathrm{{{part}}}")
        elif part in GREEK_NAMES:
            parts.append(rf"\{GREEK_NAMES[part]} ")
        else:
            parts.append(r"\prime " if part == "′" else escape(part))
    return "".join(parts).strip()


class _Latex(Stacked):
    stars: ClassVar = {t.Hadamard: r"\odot", t.Kron: r"\otimes", t.Frac: r"\oslash",
                       KhatriRao: r"\diamond"}  # fmt: skip
    times_sign, unfolding_sign = r"\times_{{{}}}", "_{{({})}}"
    relations = RELATIONS
    tight, dot, arrow = r" \, ", r" \cdot ", r" \to "

    def parens(self, text: str) -> str:
        return self.delimited("(", text, ")")

    def delimited(self, left: str, text: str, right: str) -> str:
        if _TALL.search(text):
            return rf"\left{left} {text} \right{right}"
        gap = " " if left.startswith("\\") else ""
        return f"{left}{gap}{text}{gap}{right}"

    def separator(self, left: Tree, right: Tree) -> str:
        """An operator name brings its own thin space."""
        head = right
        while isinstance(head, t.Transpose | t.Pow):
            head = head.arg if isinstance(head, t.Transpose) else head.base
        if isinstance(head, t.Apply) and not head.symbol and head.fn not in (*DELIMITED, "sqrt"):
            return " "
        return super().separator(left, right)

    def num(self, tree: t.Num) -> str:
        if self.inline and isinstance(tree.value, Fraction):
            text = format_number(tree.value, self.style.lang, target="text")
            return text.replace(",", "{,}").replace("−", "-")
        return format_number(tree.value, self.style.lang, target="latex")

    def const(self, tree: t.Const) -> str:
        return CONSTANTS[tree.name]

    def sym(self, tree: t.Sym) -> str:
        sub = f"_{{{script(tree.sub)}}}" if tree.sub else ""
        sup = f"^{{{script(tree.sup)}}}" if tree.sup else ""
        return nucleus(tree, bold=self.style.bold) + sub + sup

    def index(self, tree: t.Index) -> str:
        return self.letter(tree.letter)

    def letter(self, letter: str) -> str:
        name, digits, marks = index_parts(letter)
        macro = GREEK_NAMES.get(name) or (name if name in GREEK else "")
        base = f"\\{macro}" if macro else escape(name) if len(name) == 1 else nucleus(t.Sym(name))
        return base + (f"_{{{digits}}}" if digits else "") + "'" * marks

    def colon(self, tree: t.Colon) -> str:
        return ":"

    def component(self, tree: t.Entry, positions: list[str]) -> str:
        sub = f"_{{{('' if short_positions(tree, positions) else ',').join(positions)}}}"
        base = tree.base
        if isinstance(base, t.Sym) and not base.sub:
            sup = f"^{{{script(base.sup)}}}" if base.sup else ""
            return nucleus(base, bold=self.style.bold) + sub + sup
        shown = self.show(base, Level.ATOM)
        if isinstance(base, t.Sym | t.Entry | t.Ones | t.Identity | t.Zeros):
            shown = self.parens(shown)
        return shown + sub

    def fraction(self, num: Tree, den: Tree) -> str:
        if self.inline:
            return f"{self.show(num, Level.PRODUCT)}/{self.show(den, Level.PREFIX)}"
        return rf"\frac{{{self.show(num)}}}{{{self.show(den)}}}"

    def power(self, base: str, exponent: Tree, *, elementwise: bool) -> str:
        mark = r"\odot " if elementwise else ""
        return f"{base}^{{{mark}{self.small(exponent)}}}"

    def transposed(self, tree: t.Transpose) -> str:
        arg = tree.arg
        if isinstance(arg, t.Sym) and arg.sup:
            return self.sym(arg)[:-1] + r"\top}"
        inverse = t.inverse_of(arg)
        if inverse is not None:
            return self.raised_base(inverse) + r"^{-\top}"
        bare = isinstance(arg, t.Grad) and arg.of is None
        least = Level.POSTFIX if bare else Level.ATOM
        text = self.show(arg, least)
        if isinstance(arg, t.Entry) and isinstance(arg.base, t.Sym) and arg.base.sup:
            text = self.parens(text)
        return text + r"^{\top}"

    def application(self, tree: t.Apply, args: list[str]) -> str:
        plain = not tree.prime and len(args) == 1
        if tree.fn == "sqrt" and plain:
            return rf"\sqrt{{{args[0]}}}"
        if tree.fn in DELIMITED and plain:
            left, right = DELIMITED[tree.fn]
            return self.delimited(left, args[0], right)
        return self.function(tree) + "'" * tree.prime + self.parens(", ".join(args))

    def function(self, tree: t.Apply) -> str:
        if tree.symbol:
            return self.letter(tree.fn)
        known = FUNCTIONS[tree.fn]
        name, below = self.called(known)
        return known.latex or rf"\operatorname{{{name}}}" + rf"_{{\text{{{below}}}}}" * bool(below)

    def norm(self, tree: t.Norm) -> str:
        text = self.delimited(r"\lVert", self.show(tree.arg), r"\rVert")
        return text + NORMS[tree.kind] + ("^{2}" if tree.squared else "")

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
            return f"_{{{', '.join(parts)}}}"
        first, last = self.small_span(letter, upper)
        extremum = op in ("max", "min")
        start = rf"{first} \leq {name} \leq {last}" if extremum else f"{name}={first}"
        if shown:
            start = rf"\substack{{{start} \\ {shown[0]}}}"
        return f"_{{{start}}}" if extremum else f"_{{{start}}}^{{{last}}}"

    def iverson(self, tree: t.Iverson) -> str:
        mark = r"\mathbf{1}" if self.style.indicator else ""
        return mark + self.delimited("[", self.show(tree.condition), "]")

    def identity(self, tree: t.Identity) -> str:
        return r"\mathbf{I}" + self.sizes((tree.size,))

    def commutation(self, tree: Commutation) -> str:
        return r"\mathbf{K}" + self.sizes((tree.rows, tree.columns))

    def ones(self, tree: t.Ones) -> str:
        return r"\mathbf{1}" + self.sizes(tree.sizes)

    def zeros(self, tree: t.Zeros) -> str:
        return r"\mathbf{0}" + self.sizes(tree.sizes)

    def sizes(self, sizes: tuple[Tree, ...]) -> str:
        return "_{" + r" \times ".join(self.small(s, Level.PREFIX) for s in sizes) + "}"

    def space(self, tree: t.Space) -> str:
        shown = r" \times ".join(self.small(s, Level.PREFIX) for s in tree.sizes)
        return r"\mathbb{R}" + (f"^{{{shown}}}" if shown else "")

    def cases(self, tree: t.Cases) -> str:
        rows = [
            rf"{self.show(e, Level.SUM)} & \text{{{self.word('if')} }} {self.show(c)}"
            for e, c in tree.rows
        ]
        rows.append(rf"{self.show(tree.otherwise, Level.SUM)} & \text{{{self.word('otherwise')}}}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def grad(self, tree: t.Grad) -> str:
        of = f" {self.show(tree.of, Level.ATOM)}" if tree.of is not None else ""
        return rf"\nabla_{{{self.small(tree.wrt)}}}{of}"

    def partial(self, tree: t.Partial) -> str:
        order = "^{2}" if len(tree.den) == 2 else ""
        below = r" \, ".join(rf"\partial {self.show(d, Level.ATOM)}" for d in tree.den)
        return rf"\frac{{\partial{order} {self.show(tree.num, Level.ATOM)}}}{{{below}}}"

    def differential(self, tree: t.Differential) -> str:
        return r"\mathrm{d} " + self.show(tree.arg, Level.ATOM)

    def inner(self, tree: t.Inner) -> str:
        both = f"{self.show(tree.left, Level.SUM)}, {self.show(tree.right, Level.SUM)}"
        return self.delimited(r"\langle", both, r"\rangle")

    def each(self, tree: t.ForEach) -> str:
        inside, letters = letters_of_each(tree)
        spans = []
        for letter, upper in letters:
            shown = self.letter(letter)
            if upper is not None:
                shown += r" = {}, \ldots, {}".format(*self.span(letter, upper))
            spans.append(shown)
        word = self.word("for" if letters[0][1] else "for_each")
        ranges = r", \; ".join(spans)
        return rf"{self.show(inside, Level.EACH)} \quad \text{{{word} }} {ranges}"

    def grid(self, tree: t.Grid) -> str:
        rows = [" & ".join(self.show(e, Level.SUM) for e in row) for row in tree.rows]
        return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"

    def upright(self, letters: str) -> str:
        return rf"\mathrm{{{letters}}}"

    def words(self, tree: t.Words) -> str:
        return rf"\text{{{escape(tree.text)}}}"

    def where(self, tree: t.Where) -> str:
        word, lines = self.word("where"), [self.show(d) for d in tree.definitions]
        shown, body = r", \quad ".join(lines), self.show(tree.body, Level.EACH)
        if len(lines) > MOST_ON_A_LINE:
            rows = [body, rf"\text{{{word} }} {lines[0]}", *lines[1:]]
            inside = r" \\ ".join(f"& {row}" for row in rows)
            return rf"\begin{{aligned}} {inside} \end{{aligned}}"
        return rf"{body} \quad \text{{{word} }} {shown}" if shown else body
