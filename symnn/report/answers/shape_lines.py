"""The shape line under a matrix form: (p × n)(n) + (p) = (p).

Sizes are read off the symbols of the formula; a product with a row writes its columns as (p × 1).
Law: the result's shape comes from the tensor, not from the formula, so a wrong formula shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.notation import tree as t
from symnn.notation.functions import FUNCTIONS
from symnn.notation.latex import to_latex
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst
from symnn.report.printing.document import Formula

Shape = tuple[Tree, ...]
Shapes = Mapping[t.Sym, Shape]
ONE = t.Num(1)


def shape_line(tree: Tree, result: Shape, shapes: Shapes) -> Formula | None:
    """The line of a formula and the shape of its result; None for a lone name.

    >>> n, p, W, x = t.Sym("n"), t.Sym("p"), t.Sym("W"), t.Sym("x")
    >>> shape_line(t.Mul((W, x)), (p,), {W: (p, n), x: (n,)}).text
    '(p × n)(n) = (p)'
    """
    parts = _line(tree, shapes)
    if parts is None:
        return None
    if not any(isinstance(p, tuple) for p in parts):
        parts = []
    marks = [*parts, " = " if parts else "", result]
    return _formula([m for m in marks if m != ""])


def space(sizes: Shape) -> Formula:
    """`∈ ℝ^(p×n)`."""
    tree = t.Space(sizes)
    return Formula((f"∈ {to_typst(tree)}",), rf"\in {to_latex(tree)}", f"∈ {to_text(tree)}")


def shape(sizes: Shape) -> Formula:
    """`p × n`, or 1 for a scalar."""
    shown = sizes or (ONE,)
    return Formula(
        (" × ".join(map(to_typst, shown)),),
        r" \times ".join(map(to_latex, shown)),
        " × ".join(map(to_text, shown)),
    )


Part = str | Shape


def _formula(parts: Sequence[Part]) -> Formula:
    found = [_written(p) for p in parts]
    return Formula(
        ("".join(f[0] for f in found),),
        "".join(f[1] for f in found),
        "".join(f[2] for f in found),
    )


def _written(part: Part) -> tuple[str, str, str]:
    if isinstance(part, str):
        latex = {" − ": " - ", " ⊙ ": r" \odot ", "σ(": r"\sigma(", "‖": r"\|", "²": "^2"}.get(
            part, part
        )
        typst = {"σ(": r"σ\(", ")": r"\)", "‖": "‖", "²": "^2"}.get(part, part)
        return typst, latex, part
    inner = shape(part)
    return rf"\({inner.pieces[0]}\)", f"({inner.latex})", f"({inner.text})"


def _line(tree: Tree, shapes: Shapes) -> list[Part] | None:
    match tree:
        case t.Chain(parts):
            return _line(parts[-1], shapes)
        case t.Neg(arg):
            return _line(arg, shapes)
        case t.Frac(num, _, False):
            return _line(num, shapes)
        case t.Add(terms):
            return _joined(terms, " + ", shapes)
        case t.Hadamard(factors):
            return _joined(factors, " ⊙ ", shapes)
        case t.Mul(factors):
            return _product(factors, shapes)
        case t.Norm(arg, _, squared):
            inner = dims(arg, shapes)
            return None if inner is None else ["‖", inner, "‖", *(["²"] if squared else [])]
    known = dims(tree, shapes)
    return None if known is None else []


def _joined(terms: Sequence[Tree], sign: str, shapes: Shapes) -> list[Part] | None:
    found: list[Part] = []
    for signed in terms:
        term = signed.arg if isinstance(signed, t.Neg) else signed
        here = " − " if isinstance(signed, t.Neg) else sign
        inner = _line(term, shapes)
        own = dims(term, shapes)
        if inner is None or own is None:
            return None
        if isinstance(term, t.Mul) and inner:
            found += [here, *inner]
        elif own:
            found += [here, own]
    return found[1:]


def _product(factors: Sequence[Tree], shapes: Shapes) -> list[Part] | None:
    known = [dims(f, shapes) for f in factors]
    if any(k is None for k in known):
        return None
    arrays = [k for k in known if k]
    if len(arrays) == 1:
        index = next(i for i, k in enumerate(known) if k)
        return _line(factors[index], shapes) or [arrays[0]]
    rows = any(len(k) == 2 and k[0] == ONE for k in arrays)
    return [(k[0], ONE) if len(k) == 1 and rows else k for k in arrays]


def dims(tree: Tree, shapes: Shapes) -> Shape | None:
    """The shape of a formula: () for a scalar, None where it is not known here."""
    match tree:
        case t.Sym():
            return shapes.get(tree, None if tree.bold else ())
        case t.Num() | t.Const() | t.Norm() | t.Inner() | t.Index() | t.Entry():
            return ()
        case t.Grad(wrt, _):
            return dims(wrt, shapes)
        case t.Differential(arg) | t.Neg(arg):
            return dims(arg, shapes)
        case t.Transpose(arg):
            inner = dims(arg, shapes)
            if inner is None:
                return None
            return (ONE, inner[0]) if len(inner) == 1 else inner[::-1]
        case t.Add(terms) | t.Hadamard(terms):
            return _first(terms, shapes)
        case t.Apply():
            return _applied(tree, shapes)
        case t.Pow(base, _, _) | t.Frac(base, _, _):
            return dims(base, shapes)
        case t.Identity(size):
            return (size, size)
        case t.Ones(size, None):
            return (size,)
        case t.Iverson(t.Relation(_, left, _)):
            return dims(left, shapes)
        case t.Mul(factors):
            return _product_dims(factors, shapes)
    return None


def _applied(tree: t.Apply, shapes: Shapes) -> Shape | None:
    """A function's shape: its argument's, unless it sums entries or lays them out."""
    inner = _first(tree.args, shapes)
    if inner is None or len(tree.args) > 1 or tree.symbol:
        return inner
    if FUNCTIONS[tree.fn].result == 0:
        return ()
    if tree.fn == "diag":
        return (inner[0], inner[0]) if len(inner) == 1 else inner[:1]
    if tree.fn in ("rowmean", "rowsum", "colmean", "colsum") and len(inner) == 2:
        return (inner[tree.fn.startswith("col")],)
    return inner


def _first(terms: Sequence[Tree], shapes: Shapes) -> Shape | None:
    found = [dims(x, shapes) for x in terms]
    if any(f is None for f in found):
        return None
    return next((f for f in found if f), ())


def _product_dims(factors: Sequence[Tree], shapes: Shapes) -> Shape | None:
    known = [dims(f, shapes) for f in factors]
    if any(k is None for k in known):
        return None
    arrays = [k for k in known if k]
    if not arrays:
        return ()
    first, last = arrays[0], arrays[-1]
    if len(arrays) == 1:
        return first
    if len(first) == 2 and first[0] == ONE and len(last) == 1:
        return ()
    if len(last) == 1:
        return (first[0],)
    return (first[0], last[-1])
