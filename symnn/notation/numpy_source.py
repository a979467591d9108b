"""NumPy source of a formula in matrix notation: `np.outer(delta, x)` for δ xᵀ.

A vector is a rank-1 array in the source, whether it stands as a column or as a row in the formula;
`Piece.kind` remembers which: "scalar", "vector", "row", "matrix" or "diag" (a diagonal matrix held
as its vector). Law: the source computes what `evaluate` does. To extend: a line in `MEANINGS`, in
`HELPERS`, or an arm in `_piece`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from symnn.core.errors import ShapeError, UnsupportedError, explain
from symnn.notation import tree as t
from symnn.notation.normal import normalise, terms_of
from symnn.notation.numpy_names import MEANINGS, WHOLE, identifiers
from symnn.notation.numpy_pieces import ATOM, POWER, PRODUCT, SUM, UNARY, Piece, multiplied
from symnn.notation.text import to_text
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree
from symnn.text.numbers import is_decimal

_KINDS = {0: "scalar", 1: "vector", 2: "matrix"}
_MAPS = ("scalar", "diag", "matrix")
_COMPARE = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def to_numpy_expression(tree: Tree, ranks: Mapping[t.Sym, int]) -> str:
    """Return NumPy source for an expression.

    Args:
        tree: matrix notation over scalars, vectors and matrices; entries `x_i` index rows.
        ranks: the rank (0, 1 or 2) of each symbol; sizes are 0. Gradients have their variable's.

    Raises:
        ShapeError: kinds that do not fit, such as a column plus a row.
        UnsupportedError: a form or function without NumPy source here.

    >>> W, x, b = t.Sym("W"), t.Sym("x"), t.Sym("b")
    >>> to_numpy_expression(t.Add((t.Mul((W, x)), b)), {W: 2, x: 1, b: 1})
    'W @ x + b'
    """
    tree = normalise(tree)
    found = [n for n in walk(tree) if isinstance(n, t.Sym)]
    writer = _Writer(ranks, identifiers([*ranks, *found]))
    piece = writer.piece(tree)
    if piece.kind == "row":
        return f"{piece.at(ATOM)}[None, :]"
    return f"np.diag({piece.source})" if piece.kind == "diag" else piece.source


class _Writer:
    """Turns nodes into pieces; see the module text."""

    def __init__(self, ranks: Mapping[t.Sym, int], names: Mapping[t.Sym, str]) -> None:
        self.ranks, self.names = ranks, names

    def piece(self, tree: Tree) -> Piece:
        match tree:
            case t.Num(value):
                plain = isinstance(value, int) or is_decimal(value)
                level = ATOM if plain else PRODUCT
                text = str(float(value)) if plain and not isinstance(value, int) else str(value)
                return Piece(text.replace("/", " / "), "scalar", level)
            case t.Const(name):
                return Piece(f"np.{name}", "scalar")
            case t.Sym() | t.Grad():
                return self.name(tree)
            case t.Index(letter):
                return Piece(re.sub("['′]", "_prime", letter), "scalar")
            case t.Entry():
                return self.entry(tree)
            case t.Neg() | t.Add():
                return self.sum(tree)
            case t.Mul(factors):
                return self.product(tree, factors)
            case t.Hadamard(factors):
                return self.joined(tree, factors, " * ", PRODUCT)
            case t.Frac(num, den, _):
                return self.quotient(tree, num, den)
            case t.Pow():
                return self.power(tree)
            case t.Transpose(arg):
                return self.transposed(self.piece(arg))
            case t.Apply():
                return self.application(tree)
        return self.rest(tree)

    def rest(self, tree: Tree) -> Piece:
        match tree:
            case t.Norm(arg, kind, squared):
                return self.norm(self.array(arg), kind, squared)
            case t.Inner(left, right):
                both = self.joined(tree, (left, right), " * ", PRODUCT)
                return Piece(f"np.sum({both.source})", "scalar")
            case t.Kron(factors):
                shown = ", ".join(self.array(f).source for f in factors)
                return Piece(f"np.kron({shown})", self.array(factors[0]).kind)
            case t.Iverson(condition):
                found = self.condition(condition)
                return Piece(f"({found.source}) * 1.0", found.kind, PRODUCT)
            case t.Cases(rows, otherwise):
                return self.cases(rows, otherwise)
            case t.BigOp():
                return self.big(tree)
            case t.Identity(size):
                return Piece(f"np.eye({self.piece(size).source})", "matrix")
            case t.Ones():
                return self.filled("ones", tree.sizes)
            case t.Zeros(sizes):
                return self.filled("zeros", sizes)
        raise UnsupportedError(f"no NumPy source for {to_text(tree)} ({type(tree).__name__})")

    def name(self, tree: t.Sym | t.Grad) -> Piece:
        symbol = tree if isinstance(tree, t.Sym) else tree.wrt
        if not isinstance(symbol, t.Sym) or symbol not in self.ranks:
            known = " ".join(map(to_text, self.ranks)) or "none"
            raise UnsupportedError(f"the rank of {to_text(symbol)} is not known; known: {known}")
        if self.ranks[symbol] not in _KINDS:
            raise UnsupportedError(
                f"{to_text(symbol)} has rank {self.ranks[symbol]}, not 0, 1 or 2"
            )
        mark = "grad_" if isinstance(tree, t.Grad) else ""
        return Piece(mark + self.names[symbol], _KINDS[self.ranks[symbol]])

    def array(self, tree: Tree) -> Piece:
        """A piece whose diagonal matrices are written out."""
        found = self.piece(tree)
        return Piece(f"np.diag({found.source})", "matrix") if found.kind == "diag" else found

    def sum(self, tree: Tree) -> Piece:
        pieces = [(negative, term, self.array(term)) for negative, term in terms_of(tree)]
        kind = self.common(tree, [p for _, _, p in pieces])
        text = ""
        for k, (negative, _, piece) in enumerate(pieces):
            sign = ("-" if negative else "") if k == 0 else " - " if negative else " + "
            text += sign + piece.at(PRODUCT if negative else SUM)
        return Piece(text, kind, SUM if len(pieces) > 1 else UNARY - 1)

    def common(self, tree: Tree, pieces: list[Piece]) -> str:
        kinds = {p.kind for p in pieces} - {"scalar"}
        if len(kinds) > 1:
            found = " and ".join(sorted(kinds))
            raise ShapeError(explain(to_text(tree), expected="one kind", found=found))
        return kinds.pop() if kinds else "scalar"

    def joined(self, tree: Tree, parts: tuple[Tree, ...], sign: str, level: int) -> Piece:
        pieces = [self.array(p) for p in parts]
        first, *others = [p.at(level if k == 0 else level + 1) for k, p in enumerate(pieces)]
        return Piece(sign.join([first, *others]), self.common(tree, pieces), level)

    def product(self, tree: t.Mul, factors: tuple[Tree, ...]) -> Piece:
        pieces = [self.piece(f) for f in factors]
        if pieces[-1].kind == "vector" and all(p.kind in _MAPS for p in pieces[:-1]):
            return self.from_right(tree, pieces)
        return self.from_left(tree, list(factors), pieces)

    def from_left(self, tree: t.Mul, factors: list[Tree], pieces: list[Piece]) -> Piece:
        """Multiply from the left; what a row of `A xᵀ x` is multiplied with comes before A."""
        result = pieces[0]
        for k in range(1, len(pieces)):
            if result.kind == "matrix" and pieces[k].kind == "row":
                number = self.from_left(tree, factors[k:], pieces[k:])
                return multiplied(tree, factors[k - 1], result, factors[k], number)
            result = multiplied(tree, factors[k - 1], result, factors[k], pieces[k])
        return result

    def from_right(self, tree: t.Mul, pieces: list[Piece]) -> Piece:
        """Multiply matrices with a vector from the right, so that no two matrices meet."""
        result = pieces[-1]
        for k in range(len(pieces) - 2, -1, -1):
            result = multiplied(tree, tree.factors[k], pieces[k], tree.factors[k + 1], result)
        return result

    def quotient(self, tree: Tree, num: Tree, den: Tree) -> Piece:
        top, below = self.array(num), self.array(den)
        kind = self.common(tree, [top, below])
        return Piece(f"{top.at(PRODUCT)} / {below.at(UNARY)}", kind, PRODUCT)

    def power(self, tree: t.Pow) -> Piece:
        base, exponent = self.array(tree.base), self.piece(tree.exponent)
        if tree.elementwise or base.kind == "scalar":
            return Piece(f"{base.at(ATOM)} ** {exponent.at(ATOM)}", base.kind, POWER)
        if base.kind != "matrix":
            raise ShapeError(
                f"{to_text(tree)}: a {base.kind} has no power; write ^⊙ for each entry"
            )
        if exponent.source == "-1":
            return Piece(f"np.linalg.inv({base.source})", "matrix")
        return Piece(f"np.linalg.matrix_power({base.source}, {exponent.source})", "matrix")

    def transposed(self, piece: Piece) -> Piece:
        if piece.kind == "matrix":
            return Piece(piece.at(ATOM) + ".T", "matrix")
        kind = {"vector": "row", "row": "vector"}.get(piece.kind, piece.kind)
        return Piece(piece.source, kind, piece.level)

    def application(self, tree: t.Apply) -> Piece:
        if tree.prime or tree.symbol:
            raise UnsupportedError(f"no NumPy source for {to_text(tree)}; put its definition in")
        if tree.fn == "where":
            return self.cases(((tree.args[1], tree.args[0]),), tree.args[2])
        args = [self.array(a) for a in tree.args]
        if tree.fn in ("max", "min") and len(args) == 2:
            shown = ", ".join(a.source for a in args)
            return Piece(f"np.{tree.fn}imum({shown})", self.common(tree, args))
        if tree.fn in MEANINGS:
            text = MEANINGS[tree.fn].format(*(a.source for a in args))
            return Piece(text, self.common(tree, args))
        if tree.fn == "diag" and args[0].kind == "vector":
            return Piece(args[0].source, "diag", args[0].level)
        if (tree.fn, args[0].kind) not in WHOLE:
            raise UnsupportedError(f"no NumPy source for {tree.fn} of a {args[0].kind}")
        template, kind = WHOLE[tree.fn, args[0].kind]
        return Piece(template.format(args[0].source), kind)

    def norm(self, piece: Piece, kind: str, squared: bool) -> Piece:
        if kind in ("2", "F") and squared:
            return Piece(f"np.sum({piece.at(ATOM)} ** 2)", "scalar")
        order = {"1": ", 1", "inf": ", np.inf"}.get(kind, "")
        text = f"np.linalg.norm({piece.source}{order})"
        return Piece(f"{text} ** 2", "scalar", POWER) if squared else Piece(text, "scalar")

    def entry(self, tree: t.Entry) -> Piece:
        base = self.array(tree.base)
        rank = {"scalar": 0, "vector": 1, "row": 1, "matrix": 2}[base.kind]
        colons = sum(isinstance(p, t.Colon) for p in tree.positions)
        left = rank - len(tree.positions) + colons
        if left < 0 or base.kind == "row":
            raise ShapeError(f"{to_text(tree)}: {base.kind} has no such position")
        shown = ", ".join(map(self.position, tree.positions))
        return Piece(f"{base.at(ATOM)}[{shown}]", _KINDS[left])

    def position(self, tree: Tree) -> str:
        if not isinstance(tree, t.Colon):
            return self.piece(tree).source
        if tree.first is None or tree.last is None:
            return ":"
        first = "" if tree.first == t.Num(0) else self.piece(tree.first).source
        step = "" if tree.step == 1 else f":{tree.step}"
        return f"{first}:{self.piece(tree.last).source}{step}"

    def condition(self, tree: Tree) -> Piece:
        match tree:
            case t.Relation(rel, left, right) if rel in _COMPARE:
                both = self.array(left), self.array(right)
                text = f"{both[0].at(SUM)} {_COMPARE[rel]} {both[1].at(SUM)}"
                return Piece(text, self.common(tree, list(both)), 0)
            case t.All(conditions):
                found = [self.condition(c) for c in conditions]
                text = " & ".join(f.at(SUM) for f in found)
                return Piece(text, self.common(tree, found), 0)
        raise UnsupportedError(f"{to_text(tree)} is no condition")

    def cases(self, rows: tuple[tuple[Tree, Tree], ...], otherwise: Tree) -> Piece:
        if not rows:
            return self.array(otherwise)
        (form, condition), *rest = rows
        parts = [self.condition(condition), self.array(form), self.cases(tuple(rest), otherwise)]
        text = ", ".join(p.source for p in parts)
        return Piece(f"np.where({text})", self.common(form, parts))

    def big(self, tree: t.BigOp) -> Piece:
        body = self.array(tree.body)
        loops = []
        for letter, upper in tree.indices:
            if upper is None:
                raise UnsupportedError(f"the range of {letter} is not known; give its upper bound")
            name = self.piece(t.Index(letter)).source
            loops.append(f"for {name} in range({self.piece(upper).source})")
        if tree.condition is not None:
            loops.append(f"if {self.condition(tree.condition).source}")
        inside = f"{body.source} {' '.join(loops)}"
        function = {"prod": f"np.prod([{inside}], axis=0)"}.get(tree.op, f"{tree.op}({inside})")
        return Piece(function, body.kind)

    def filled(self, what: str, sizes: tuple[Tree, ...]) -> Piece:
        shown = [self.piece(s).source for s in sizes]
        inside = shown[0] if len(shown) == 1 else f"({', '.join(shown)})"
        return Piece(f"np.{what}({inside})", _KINDS.get(len(sizes), "matrix"))
