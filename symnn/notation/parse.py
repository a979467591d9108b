"""The parser: reads back what `to_text` prints.

    formula  = each, { newline "where" relation { newline relation } }
    each     = relation, [ "for" range { ("for" | ",") range } ]
    range    = ["each"] letter | letter "=" first ".." last
    relation = sum, { ( "=" | "≠" | "<" | "≤" | ">" | "≥" | "∈" | "≈" | ":=" | "←" ) sum }
    sum      = ["−"] star { ("+" | "−") star }
    star     = fraction { ("⊙" | "⊗" | "⋄" | "⊘" | "×" lowered digits) fraction }
    fraction = product { "/" product }
    product  = factor { ["·"] factor }                 a space; none needed after a number
    factor   = big | "∂" … | "d" … | postfix
    postfix  = primary { "ᵀ" | "⁻ᵀ" | raised digits | "^(" sum ")" | "^⊙" … | "_" positions
               | "_(" number ")" }

`atoms` has the primaries. A name is a symbol of the caller, else an index if it is one letter,
else an error that lists what is known. Nothing is ever evaluated as Python. Law:
`parse_text(to_text(t), symbols) == normalise(t)`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from symnn.notation import tree as t
from symnn.notation.atoms import Atoms
from symnn.notation.lexer import tokenise
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.notation.normal import normalise
from symnn.notation.positions import Bases, bases, shifted, steps_shifted
from symnn.notation.ranges import BIG
from symnn.notation.text import RELATIONS
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.text.alphabet import LOWERED_SUBSCRIPTS, LOWERED_SUPERSCRIPTS

RELATION_NAMES = {sign: name for name, sign in RELATIONS.items()}
_STARS = {"⊙": t.Hadamard, "⊗": t.Kron, "⋄": KhatriRao, "⊘": t.Frac}


def parse_text(text: str, symbols: Collection[t.Sym], *, indices: Collection[str] = ()) -> Tree:
    """Read the text of a formula.

    Args:
        text: Unicode text as `to_text` prints it (English words).
        symbols: every quantity and size that may occur; other single letters are indices.
        indices: letters that are free indices even if a symbol has the same name.

    Returns:
        The tree, normalised; index letters and positions count from 0 inside (`positions`).

    Raises:
        ParseError: with a caret at the column.

    >>> parse_text("δ xᵀ", [t.Sym("delta"), t.Sym("x")]).factors[1].arg.base
    'x'
    """
    text = unicodedata.normalize("NFC", text)
    parser = _Parser(text, tokenise(text, symbols), symbols, set(indices))
    raw = normalise(parser.formula())
    found = bases(raw)
    parser.check_starts(found)
    return normalise(_lower_numbers(steps_shifted(raw, found, -1), found))


def _lower_numbers(tree: Tree, found: Bases) -> Tree:
    """Undo the shift of lone numbers in positions that print from 1."""
    tree_below = map_children(tree, lambda child: _lower_numbers(child, found))
    if not isinstance(tree, t.Entry) or not isinstance(tree_below, t.Entry):
        return tree_below
    positions = tuple(
        _lowered(p, low=(tree.base, k) in found.axes) for k, p in enumerate(tree_below.positions)
    )
    return t.Entry(tree_below.base, positions)


def _lowered(position: Tree, *, low: bool) -> Tree:
    """A position from 0; `low` where its axis prints from 0 already."""
    match position:
        case t.Colon(first, last, step) if first and last:
            return t.Colon(shifted(first, 0 if low else -1), shifted(last, int(low)), step)
        case t.Num() if not low:
            return shifted(position, -1)
    return position


class _Parser(Atoms):
    """The operators, loosest first."""

    def formula(self) -> Tree:
        self.find_letters()
        body = self.each()
        self.skip_newline("where")
        definitions = []
        if self.take_if("where"):
            definitions.append(self.definition())
            while self.here.kind == "newline":
                self.advance()
                if self.here.kind != "end":
                    definitions.append(self.definition())
        if self.here.kind != "end":
            self.fail("expected an operator or the end")
        return t.Where(body, tuple(definitions)) if definitions else body

    def definition(self) -> Tree:
        start = self.here
        found = self.relation()
        if not isinstance(found, t.Relation | t.Words):
            self.fail("expected a definition, name := form", start)
        return found

    def each(self) -> Tree:
        body = self.relation()
        ranges: list[tuple[str, Tree | None]] = []
        while self.take_if("for") or (ranges and self.take_if(",")):
            ranges.append(self.each_range())
        for letter, upper in reversed(ranges):
            body = t.ForEach(body, letter, upper)
        return body

    def each_range(self) -> tuple[str, Tree | None]:
        if self.take_if("each"):
            return self.letter(), None
        letter, at = self.letter(), self.here
        if not self.take_if("="):
            return letter, None
        first = self.start_value()
        self.expect("..")
        return letter, self.upper(letter, first, self.sum(), at)

    def relation(self) -> Tree:
        parts, signs = [self.sum()], []
        while self.here.kind == "sign" and self.here.text in RELATION_NAMES:
            signs.append(RELATION_NAMES[self.advance().text])
            parts.append(self.sum())
        if not signs:
            return parts[0]
        if len(signs) > 1 and set(signs) == {"="}:
            return t.Chain(tuple(parts))
        pairs = zip(signs, parts, parts[1:], strict=False)
        relations = tuple(t.Relation(sign, left, right) for sign, left, right in pairs)
        return relations[0] if len(relations) == 1 else t.All(relations)

    def sum(self) -> Tree:
        terms = [self.term(leading=True)]
        while self.here.kind == "sign" and self.here.text in "+−-":
            terms.append(self.term())
        return terms[0] if len(terms) == 1 else t.Add(tuple(terms))

    def term(self, *, leading: bool = False) -> Tree:
        negative = self.here.text in ("−", "-")
        if negative or not leading:
            self.advance()
        star = self.star()
        return t.Neg(star) if negative else star

    def star(self) -> Tree:
        left = self.quotient()
        while self.here.kind == "sign" and (self.here.text in _STARS or self.times_mode()):
            if self.take_if("×"):
                mode = int("".join(LOWERED_SUBSCRIPTS[c] for c in self.advance().text))
                left = ModeProduct(left, (self.quotient(),), (mode,))
                continue
            kind = _STARS[self.advance().text]
            right = self.quotient()
            left = t.Frac(left, right, True) if kind is t.Frac else kind((left, right))
        return left

    def times_mode(self) -> bool:
        """Whether `×₁` stands here."""
        after = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        return self.here.text == "×" and after.kind == "lowered" and after.text[0] not in "₊₋₍₎₀"

    def quotient(self) -> Tree:
        left = self.product()
        while self.take_if("/"):
            left = t.Frac(left, self.product())
        return left

    def product(self) -> Tree:
        factors = [self.factor()]
        while self.take_if("·") or self.starts_factor():
            factors.append(self.factor())
        return factors[0] if len(factors) == 1 else t.Mul(tuple(factors))

    def factor(self) -> Tree:
        token = self.here
        if token.text in ("∑", "∏") or (token.text in BIG and self.opens_range()):
            return self.big()
        if token.text == "∂":
            return self.partial()
        if token.text == "d" and (token.kind == "sign" or self.after("(")):
            return self.differential()
        return self.postfix(self.primary())

    def postfix(self, base: Tree) -> Tree:
        while self.here.tight:
            token = self.here
            if token.text == "ᵀ":
                self.advance()
                base = t.Transpose(base)
            elif token.text == "⁻":  # X⁻ᵀ
                self.advance()
                self.expect("ᵀ")
                base = t.Transpose(t.Pow(base, t.Neg(t.Num(1))))
            elif token.kind == "raised":
                base = t.Pow(base, self.raised_number())
            elif token.text in ("^", "^⊙"):
                self.advance()
                base = t.Pow(base, self.exponent(), token.text == "^⊙")
            elif token.text == "_" and self.after("("):
                base = Unfolding(base, self.mode())
            elif token.text == "_":
                base = t.Entry(base, self.positions())
            else:
                break
        return base

    def mode(self) -> int:
        self.advance()
        self.expect("(")
        start = self.here
        number = self.number().value if start.kind == "number" else 0
        if not isinstance(number, int) or number < 1:
            self.fail("the mode of an unfolding is a number from 1 on, X_(1)", start)
        self.expect(")")
        return number

    def raised_number(self) -> Tree:
        plain = "".join(LOWERED_SUPERSCRIPTS[c] for c in self.here.text)
        digits = plain.removeprefix("−")
        if not digits.isdigit():
            self.fail("a raised power is a whole number; write ^(…) for others")
        self.advance()
        number = t.Num(int(digits))
        return t.Neg(number) if plain != digits else number

    def exponent(self) -> Tree:
        if self.here.kind == "number":
            return self.number()
        self.expect("(")
        found = self.inside(self.sum)
        self.expect(")")
        return found
