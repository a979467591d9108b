"""The walk that all printers share; a target adds how each form is set.

A printer is a subclass with one small method per form. The walk decides on order, signs,
parentheses, index bases and separators, so that targets agree. Law: every kind of `tree` has a
line in `_METHODS`; any other node raises UnsupportedError.
"""

from __future__ import annotations

from typing import ClassVar

from symnn.notation import tree as t
from symnn.notation.axis_names import AxisNames
from symnn.notation.commutation import Commutation, VecOrder
from symnn.notation.functions import Function, function
from symnn.notation.layout import (
    Level,
    Style,
    ends_open,
    is_airy,
    level,
    raised_symbol,
    starts_with_digit,
    unknown_kind,
    whole_number,
)
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.normal import normalise, terms_of
from symnn.notation.positions import Bases, bases, shifted, steps_shifted
from symnn.notation.settings import Setting, split
from symnn.notation.traversal import children
from symnn.notation.tree import Tree
from symnn.text.phrases import phrase

_METHODS: dict[type[Tree], str] = {
    t.Num: "num", t.Const: "const", t.Sym: "sym", t.Index: "index", t.Colon: "colon",
    t.Entry: "entry", t.Neg: "sum", t.Add: "sum", t.Mul: "product", t.Hadamard: "star",
    t.Kron: "star", t.Frac: "frac", t.Pow: "pow", t.Transpose: "transposed", t.Apply: "apply",
    t.Norm: "norm", t.BigOp: "big", t.Relation: "relation", t.All: "conditions",
    t.Iverson: "iverson", t.Identity: "identity", t.Ones: "ones", t.Zeros: "zeros",
    t.Cases: "cases", t.Grad: "grad", t.Partial: "partial", t.Differential: "differential",
    t.Inner: "inner", t.ForEach: "each", t.Grid: "grid", t.Words: "words", t.Chain: "chain",
    t.Where: "where", t.Space: "space", Setting: "setting",
    AxisNames: "axis_names", Commutation: "commutation", VecOrder: "vec_order",
    ModeProduct: "mode_product", Unfolding: "unfolding", KhatriRao: "star",
}  # fmt: skip


class Printer:
    """Base of the printers; see the module text. Abstract: a target defines the missing methods."""

    flat = False
    minus, plus = "-", "+"
    stars: ClassVar[dict[type[Tree], str]]
    relations: ClassVar[dict[str, str]]
    juxtaposed, tight, dot = " ", " ", " "
    comma, semicolon, setting_sign = ", ", "; ", "="
    arrow = " → "
    times_sign = unfolding_sign = ""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.bases = Bases()

    def print(self, tree: Tree) -> str:
        """Print a whole formula."""
        tree = normalise(tree)
        self.bases = bases(tree)
        return self.show(steps_shifted(tree, self.bases, 1))

    def show(self, tree: Tree, least: Level = Level.WHERE) -> str:
        """Print a tree, in parentheses if it binds more loosely than `least`."""
        if type(tree) not in _METHODS:
            raise unknown_kind(tree)
        text = getattr(self, _METHODS[type(tree)])(tree)
        return text if level(tree, flat=self.flat) >= least else self.parens(text)

    def sum(self, tree: Tree) -> str:
        text = ""
        for k, (negative, term) in enumerate(terms_of(tree)):
            shown = self.last_factor(term) or self.show(term, Level.STAR)
            if k:
                text += f" {self.minus if negative else self.plus} {shown}"
            else:
                text += self.minus + shown if negative else shown
        return text

    def product(self, tree: t.Mul) -> str:
        text, before = "", None
        for k, factor in enumerate(tree.factors):
            shown = self.factor(factor, first=k == 0, last=k == len(tree.factors) - 1)
            if before is not None:
                joined = whole_number(before) and shown.startswith("(")
                text += "" if joined else self.separator(before, factor)
            text += shown
            before = factor
        return text

    def factor(self, tree: Tree, *, first: bool, last: bool) -> str:
        if last and (bare := self.last_factor(tree)):
            return bare
        if ends_open(tree) and not isinstance(tree, t.Neg | t.Hadamard | t.Kron):
            return self.show(tree) if last else self.parens(self.show(tree))
        if isinstance(tree, t.Num) and first:
            return self.show(tree, Level.FRACTION)
        return self.show(tree, Level.PREFIX)

    def last_factor(self, tree: Tree) -> str:
        """Print a factor in a way that only an end of product allows, or return nothing."""
        return ""

    def separator(self, left: Tree, right: Tree) -> str:
        if starts_with_digit(right):
            return self.dot
        if isinstance(left, t.Num):
            return self.juxtaposed
        closed = level(left, flat=self.flat) < Level.PREFIX
        return self.tight if is_airy(left) or is_airy(right) or closed else self.juxtaposed

    def star(self, tree: t.Hadamard | t.Kron | KhatriRao) -> str:
        first, *more = tree.factors
        shown = [self.first_operand(first), *map(self.star_operand, more)]
        return f" {self.stars[type(tree)]} ".join(shown)

    def first_operand(self, tree: Tree) -> str:
        match tree:
            case t.Mul((t.Num(), other)) as scaled if not ends_open(other):
                return self.product(scaled)
        return self.star_operand(tree)

    def mode_product(self, tree: ModeProduct) -> str:
        shown = self.first_operand(tree.base)
        for factor, mode in zip(tree.factors, tree.modes, strict=True):
            shown += f" {self.times_mode(mode)} {self.star_operand(factor)}"
        return shown

    def times_mode(self, mode: int) -> str:
        return self.times_sign.format(mode)

    def unfolding(self, tree: Unfolding) -> str:
        bare = isinstance(tree.base, t.Sym) and not tree.base.sub and not tree.base.sup
        base = self.show(tree.base)
        return (base if bare else self.parens(base)) + self.unfolding_sign.format(tree.mode)

    def star_operand(self, tree: Tree) -> str:
        least = Level.PREFIX if not isinstance(tree, t.Num) else Level.FRACTION
        return self.show(tree, least)

    def frac(self, tree: t.Frac) -> str:
        if tree.elementwise:
            sign = self.stars[t.Frac]
            return f"{self.star_operand(tree.num)} {sign} {self.star_operand(tree.den)}"
        return self.fraction(tree.num, tree.den)

    def pow(self, tree: t.Pow) -> str:
        return self.power(self.raised_base(tree.base), tree.exponent, elementwise=tree.elementwise)

    def raised_base(self, tree: Tree) -> str:
        base = self.show(tree, Level.ATOM)
        return self.parens(base) if raised_symbol(tree) else base

    def relation(self, tree: t.Relation) -> str:
        sign = self.relations.get(tree.rel)
        if sign is None:
            raise unknown_kind(tree)
        return f"{self.show(tree.left, Level.SUM)} {sign} {self.show(tree.right, Level.SUM)}"

    def chain(self, tree: t.Chain) -> str:
        return f" {self.relations['=']} ".join(self.show(p, Level.SUM) for p in tree.parts)

    def conditions(self, tree: t.All) -> str:
        """Print conditions with commas; `0 ≤ a, a < n` as `0 ≤ a < n`."""
        text, before = "", None
        for condition in tree.conditions:
            joined = (
                isinstance(condition, t.Relation)
                and isinstance(before, t.Relation)
                and before.right == condition.left
                and (before.rel, condition.rel) != ("=", "=")  # that is a chain
            )
            if joined:
                right = self.show(condition.right, Level.SUM)
                text += f" {self.relations[condition.rel]} {right}"
            else:
                text += (", " if text else "") + self.show(condition, Level.RELATION)
            before = condition
        return text

    def apply(self, tree: t.Apply) -> str:
        plain, settings = split(tree.args)
        args = [self.show(a, Level.RELATION) for a in plain]
        if not tree.symbol:
            function(tree.fn)
        if settings:
            args[-1] += self.semicolon + self.comma.join(map(self.show, settings))
        return self.application(tree, args)

    def setting(self, tree: Setting) -> str:
        values = [self.show(v, Level.SUM) for v in tree.values]
        value = values[0] if len(values) == 1 else self.parens(self.comma.join(values))
        return f"{tree.name}{self.setting_sign}{value}"

    def axis_names(self, tree: AxisNames) -> str:
        reads = self.comma.join(map(self.upright, tree.reads))
        return f"{reads}{self.arrow}{self.upright(tree.made)}" if tree.made else reads

    def upright(self, letters: str) -> str:
        return letters

    def vec_order(self, tree: VecOrder) -> str:
        return self.words(t.Words(self.word(f"vec_{tree.order}")))

    def entry(self, tree: t.Entry) -> str:
        shown = [self.position(tree.base, k, p) for k, p in enumerate(tree.positions)]
        return self.component(tree, shown)

    def position(self, base: Tree, axis: int, position: Tree) -> str:
        if isinstance(position, t.Colon) and position.first and position.last:
            low = (base, axis) in self.bases.axes  # the axis counts from 0
            ends = shifted(position.first, 0 if low else 1), shifted(position.last, -low)
            first, last = (self.show(x, Level.SUM) for x in ends)
            parts = [first, last] if position.step == 1 else [first, str(position.step), last]
            return self.colon(t.Colon()).join(parts)
        number = isinstance(position, t.Num) or position == t.Neg(t.Num(1))
        if number and (base, axis) not in self.bases.axes:
            position = shifted(position, 1)
        return self.show(position, Level.SUM)

    def word(self, key: str) -> str:
        return phrase(f"formula.{key}", self.style.lang)

    def called(self, known: Function) -> tuple[str, str]:
        """The name of a function in the language, and the word below it (`softmax`, `lignes`)."""
        side = known.name[:3] if known.name[:3] in ("row", "col") else ""
        name = known.name.removeprefix(side)
        name = self.word(name) if name in ("mean", "sum") else name
        if not side:
            return name, ""
        whole = phrase(f"formula.by_{side}", self.style.lang, name=name)
        name, _, below = whole.partition("_")
        return name, below

    def span(self, letter: str, upper: Tree) -> tuple[str, str]:
        """Return the printed first and last value of an index letter."""
        first = self.bases.first(letter)
        return str(first), self.show(upper if first else shifted(upper, -1), Level.SUM)

    def leads(self, letter: str, condition: Tree | None) -> bool:
        """Whether the condition itself names the letter first (`i ≠ k`), so that it says enough."""
        while condition is not None and not isinstance(condition, t.Index):
            condition = next(children(condition), None)
        return condition == t.Index(letter)

    # What a target defines.
    def parens(self, text: str) -> str:
        raise NotImplementedError

    def fraction(self, num: Tree, den: Tree) -> str:
        raise NotImplementedError

    def power(self, base: str, exponent: Tree, *, elementwise: bool) -> str:
        raise NotImplementedError

    def application(self, tree: t.Apply, args: list[str]) -> str:
        raise NotImplementedError

    def words(self, tree: t.Words) -> str:
        raise NotImplementedError

    def component(self, tree: t.Entry, positions: list[str]) -> str:
        raise NotImplementedError
