"""What all printers share: how tightly each kind binds, and the style of a page.

Law: parentheses stand where the precedence asks for them and nowhere else. `flat` targets (text)
write fractions and powers on one line and so need more of them. To extend: one line in `_LEVELS`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from symnn.core.errors import UnsupportedError
from symnn.notation import tree as t
from symnn.notation.axis_names import AxisNames
from symnn.notation.commutation import Commutation, VecOrder
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.settings import Setting
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.text.alphabet import GREEK
from symnn.text.numbers import is_decimal
from symnn.text.phrases import language_file


@dataclass(frozen=True, slots=True)
class Style:
    """How a page writes its formulas.

    `bold` honours `Sym.bold` (see `style`); `lang` sets decimal mark, digit groups and the words
    in cases; `indicator` puts 𝟙 in front of an Iverson bracket; `quoted` marks words in text so
    that it reads back (a page for people leaves them as they are).
    """

    bold: bool = True
    lang: str = "en"
    indicator: bool = False
    quoted: bool = True

    def __post_init__(self) -> None:
        language_file(self.lang)  # raises where there is none


class Level(IntEnum):
    """How tightly a form binds, loosest first."""

    WHERE = 0
    EACH = 1
    RELATION = 2
    SUM = 3
    STAR = 4  # ⊙ ⊗ ⊘ ×₁ ⋄
    FRACTION = 5
    PRODUCT = 6
    PREFIX = 7  # ∂L/∂x, dX, a stacked fraction
    POSTFIX = 8  # powers, transposes
    ATOM = 9


_LEVELS: dict[type[Tree], Level] = {
    t.Where: Level.WHERE, t.ForEach: Level.EACH,
    t.Relation: Level.RELATION, t.Chain: Level.RELATION, t.All: Level.RELATION,
    t.Add: Level.SUM, t.Neg: Level.SUM,
    t.Hadamard: Level.STAR, t.Kron: Level.STAR, ModeProduct: Level.STAR, KhatriRao: Level.STAR,
    t.Mul: Level.PRODUCT, t.BigOp: Level.PRODUCT,
    t.Partial: Level.PREFIX, t.Differential: Level.PREFIX,
    t.Pow: Level.POSTFIX, t.Transpose: Level.POSTFIX, t.Grad: Level.POSTFIX,
    **dict.fromkeys(
        (t.Const, t.Sym, t.Entry, t.Colon, t.Apply, t.Index, t.Space, t.Iverson, t.Identity,
         t.Ones, t.Zeros, t.Cases, t.Inner, t.Grid, t.Words, Setting, AxisNames, Commutation,
         VecOrder, Unfolding), Level.ATOM),
}  # fmt: skip


def level(tree: Tree, *, flat: bool) -> Level:
    """Return how tightly a normalised tree binds.

    Raises:
        UnsupportedError: not a kind of the notation tree; the message lists them.
    """
    match tree:
        case t.Num(value):
            whole = isinstance(value, int) or value.denominator == 1 or is_decimal(value)
            if whole:
                return Level.ATOM if value >= 0 else Level.SUM
            return Level.FRACTION if flat else Level.PREFIX
        case t.Frac(_, _, elementwise):
            if elementwise:
                return Level.STAR
            return Level.FRACTION if flat else Level.PREFIX
        case t.Norm(_, _, squared):
            return Level.POSTFIX if squared else Level.ATOM
    if type(tree) not in _LEVELS:
        raise unknown_kind(tree)
    return _LEVELS[type(tree)]


def unknown_kind(tree: object) -> UnsupportedError:
    """Say that a printer or reader met a node which is not of the notation, and list the kinds."""
    names = ", ".join(sorted(k.__name__ for k in _LEVELS.keys() | {t.Num, t.Frac, t.Norm}))
    kind = type(tree).__name__
    return UnsupportedError(f"{kind} is not a kind of the notation tree; the kinds are {names}")


def ends_open(tree: Tree) -> bool:
    """Whether the written form ends in the body of a big operator, which would take in more."""
    match tree:
        case t.BigOp():
            return True
        case t.Mul(factors) | t.Hadamard(factors) | t.Kron(factors) | KhatriRao(factors):
            return ends_open(factors[-1])
        case t.Neg(arg):
            return ends_open(arg)
    return False


def starts_with_digit(tree: Tree) -> bool:
    """Whether a factor begins with a digit, so that a dot must part it from what is before."""
    match tree:
        case t.Num():
            return True
        case t.Pow(base, _, _) | t.Frac(base, _, _):
            return starts_with_digit(base)
        case t.Mul(factors):
            return starts_with_digit(factors[0])
    return False


_AIRY = (
    t.Apply, t.BigOp, t.Frac, t.Partial, t.Grad, t.Iverson, t.Inner, t.Norm, t.Cases, t.Words,
    t.Differential,
)  # fmt: skip


def is_airy(tree: Tree) -> bool:
    """Whether a factor wants a thin space around it: a function, a fraction, a word."""
    while isinstance(tree, t.Transpose | t.Pow | t.Entry):
        tree = tree.arg if isinstance(tree, t.Transpose) else tree.base
    word = isinstance(tree, t.Sym) and len(tree.base) > 1 and tree.base not in GREEK
    return word or isinstance(tree, _AIRY)


def whole_number(tree: Tree) -> bool:
    """Whether a factor is a plain integer, after which a parenthesis needs no space."""
    return isinstance(tree, t.Num) and isinstance(tree.value, int)


def raised_symbol(tree: Tree) -> bool:
    """Whether a tree ends with the superscript of a name, where another would collide."""
    match tree:
        case t.Sym(sup=sup):
            return bool(sup)
        case t.Entry(base, _):
            return raised_symbol(base)
    return False


def style(tree: Tree, ranks: dict[t.Sym, int]) -> Tree:
    """Set bold on the symbols of rank 1 and above, and on their slices.

    >>> W = t.Sym("W")
    >>> style(t.Transpose(W), {W: 2}).arg.bold
    True
    """
    if isinstance(tree, t.Entry) and isinstance(tree.base, t.Sym):
        fixed = sum(not isinstance(p, t.Colon) for p in tree.positions)
        heavy = ranks.get(tree.base, 0) > fixed  # a slice is a vector; a component is a number
        positions = tuple(style(p, ranks) for p in tree.positions)
        return t.Entry(replace(tree.base, bold=True) if heavy else tree.base, positions)
    if isinstance(tree, t.Sym):
        return replace(tree, bold=True) if ranks.get(tree, 0) > 0 else tree
    return map_children(tree, lambda child: style(child, ranks))
