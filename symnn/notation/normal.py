"""One shape for trees that are written alike: what printers print and the parser gives back.

Law: `normalise(t)` means the same as `t`, and `parse_text(to_text(t)) == normalise(t)`. Nested
sums and products are flat, signs stand outside products, the first term of a sum is positive where
any is, adjacent sum signs are one `BigOp`. Numbers and names are never changed.
"""

from __future__ import annotations

from dataclasses import replace

from symnn.notation.functions import COMPARISONS
from symnn.notation.multilinear import KhatriRao, ModeProduct
from symnn.notation.traversal import map_children
from symnn.notation.tree import (
    Add,
    All,
    Apply,
    BigOp,
    Chain,
    Hadamard,
    Iverson,
    Kron,
    Mul,
    Neg,
    Norm,
    Num,
    Pow,
    Relation,
    Tree,
    Zeros,
)


def normalise(tree: Tree) -> Tree:
    """Return the tree in the shape that printers and the parser share.

    >>> normalise(Mul((Num(-2), Mul((Num(3), Num(5))))))
    Neg(arg=Mul(factors=(Num(value=2), Num(value=3), Num(value=5))))
    """
    tree = map_children(tree, normalise)
    match tree:
        case Num(value) if value < 0:
            return Neg(Num(-value))
        case Zeros(()):
            return Num(0)
        case Add(terms):
            return _sum(_flat(terms, Add))
        case Mul(factors):
            return _product(_flat(factors, Mul))
        case ModeProduct(ModeProduct(base, inner, below), factors, modes):
            return ModeProduct(base, inner + factors, below + modes)
        case Hadamard(factors) | Kron(factors) | KhatriRao(factors):
            return replace(tree, factors=_flat(factors, type(tree)))
        case Apply("inv", (arg,), 0, False):
            return Pow(arg, Neg(Num(1)))
        case Apply(fn, (a, b), 0, False) if fn in COMPARISONS:
            return Iverson(Relation(COMPARISONS[fn], a, b))
        case Pow(Norm(arg, kind, False), Num(2), False):
            return Norm(arg, kind, squared=True)
        case Chain((left, right)):
            return Relation("=", left, right)
        case All(conditions):
            flat = _flat(conditions, All)
            return flat[0] if len(flat) == 1 else All(flat)
        case BigOp(op, BigOp(inner, body, more, condition), indices, None) if op == inner:
            return BigOp(op, body, indices + more, condition)
    return tree


def terms_of(tree: Tree) -> list[tuple[bool, Tree]]:
    """List the terms of a normalised sum as (negative, term without its sign).

    >>> terms_of(Neg(Num(3)))
    [(True, Num(value=3))]
    """
    terms = tree.terms if isinstance(tree, Add) else (tree,)
    return [(True, t.arg) if isinstance(t, Neg) else (False, t) for t in terms]


def right_side(tree: Tree) -> Tree:
    """Return what a printed equation says about its left side: the last form of a chain."""
    match tree:
        case Chain(parts):
            return parts[-1]
        case Relation(_, _, right):
            return right
    if hasattr(tree, "body"):  # Where, ForEach, BigOp
        return replace(tree, body=right_side(tree.body))  # type: ignore[type-var]
    return tree


def _flat(items: tuple[Tree, ...], kind: type[Tree]) -> tuple[Tree, ...]:
    """Splice items of the same kind in place; they are flat already."""
    spliced: list[Tree] = []
    for item in items:
        inner = next(iter(_fields(item)), ()) if type(item) is kind else (item,)
        spliced.extend(inner)
    return tuple(spliced)


def _fields(tree: Tree) -> list[tuple[Tree, ...]]:
    return [
        getattr(tree, name) for name in ("terms", "factors", "conditions") if hasattr(tree, name)
    ]


def _sum(terms: tuple[Tree, ...]) -> Tree:
    if len(terms) == 1:
        return terms[0]
    first = next((k for k, t in enumerate(terms) if not isinstance(t, Neg)), 0)
    return Add((terms[first], *terms[:first], *terms[first + 1 :]))


def _product(factors: tuple[Tree, ...]) -> Tree:
    if len(factors) == 1:
        return factors[0]
    match factors:
        case (Num() as number, Hadamard(first)):  # 2a ⊙ b
            return Hadamard((_product(_flat((number, first[0]), Mul)), *first[1:]))
        case (Num() as number, ModeProduct(base, matrices, modes)):  # 2X ×₁ A
            return ModeProduct(_product(_flat((number, base), Mul)), matrices, modes)
    if isinstance(factors[0], Neg):
        return Neg(_product(_flat((factors[0].arg, *factors[1:]), Mul)))
    return Mul(factors)
