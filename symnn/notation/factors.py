"""Scalar factors put together: their order in a term, quotients, signed sums.

Order: gradient names, brackets, differences, the rest, and last the groups that hold a bracket, a
gradient or a number (`p_i ([i = j] − p_j)`, `s (1 − s)`). Law: the value of the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symnn.core.index import Index
from symnn.core.scalars import Scalar
from symnn.notation.scalars import Split, split_scalar
from symnn.notation.traversal import walk
from symnn.notation.tree import (
    Add,
    Apply,
    BigOp,
    Differential,
    Entry,
    Frac,
    Grad,
    Iverson,
    Mul,
    Neg,
    Num,
    Partial,
    Pow,
    Sym,
    Tree,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A written factor, the indices that it reads, and whether it divides."""

    tree: Tree
    indices: frozenset[Index] = frozenset()
    below: bool = False


def is_gradient(tree: Tree) -> bool:
    """Whether a name is that of a gradient or differential."""
    while isinstance(tree, Entry):
        tree = tree.base
    named = isinstance(tree, Sym) and tree.base == "delta"
    return named or isinstance(tree, Grad | Differential | Partial)


def order(tree: Tree) -> int:
    """The place of a factor in its term."""
    if is_gradient(tree):
        return 0
    if isinstance(tree, Iverson):
        return 1
    if isinstance(tree, BigOp):
        return 6
    if isinstance(tree, Add):
        last = any(isinstance(x, Iverson) or is_gradient(x) for x in walk(tree))
        number = any(isinstance(x, Num) for x in tree.terms)
        return 5 if last or number else 2
    return 3 if isinstance(tree, Entry | Sym | Pow) else 4


def multiplied(trees: Sequence[Tree]) -> Tree:
    """A flat product of scalars, in order."""
    return _flat(sorted(trees, key=order)) if trees else Num(1)


def unsigned(factors: Sequence[Written]) -> tuple[list[Written], bool]:
    """The factors without their minus signs, and whether there was an odd number of them."""
    plain = [replace(f, tree=f.tree.arg) if isinstance(f.tree, Neg) else f for f in factors]
    return plain, sum(isinstance(f.tree, Neg) for f in factors) % 2 == 1


def quotient(factors: Sequence[Written], first: Sequence[Index] | None = ()) -> Tree:
    """Written factors as one product over another.

    Args:
        factors: what is multiplied.
        first: indices whose factors lead; None keeps the order, brackets right behind the first.
    """
    above = [f for f in factors if not f.below]
    below = [f.tree for f in factors if f.below]
    if first is None:
        kept = sorted(above[1:], key=lambda f: not isinstance(f.tree, Iverson))
        top = _flat([f.tree for f in (*above[:1], *kept)]) if above else Num(1)
    else:
        place = {index: k for k, index in enumerate(first)}
        ordered = sorted(
            above, key=lambda f: min((place.get(i, 99) for i in f.indices), default=-1)
        )
        top = multiplied([f.tree for f in ordered])
    return Frac(top, multiplied(below)) if below else top


def with_coefficient(coef: Scalar, body: Tree) -> tuple[bool, Tree]:
    """Sign, and the body behind the rest of its coefficient."""
    split = split_scalar(coef)
    if split.is_one:
        return split.negative, body
    if body == Num(1):
        return split.negative, _alone(split)
    number, below = split.number, split.below
    if isinstance(body, Frac) and number is not None and isinstance(number.value, Fraction):
        below = (Num(number.value.denominator), *below)
        number = Num(number.value.numerator) if number.value.numerator != 1 else None
        split = replace(split, number=number, below=below)
    tops = [*([split.number] if split.number else []), *split.above]
    if not split.below:
        if isinstance(body, Frac) and body.num == Num(1) and tops:
            return split.negative, Frac(_flat(tops), body.den)
        return split.negative, _flat([*tops, body])
    den = split.below[0] if len(split.below) == 1 else Mul(split.below)
    if isinstance(body, Frac):
        num = [] if body.num == Num(1) and tops else [body.num]
        return split.negative, Frac(_flat([*tops, *num]), _flat([*split.below, body.den]))
    if _has_sum(body):
        lead = _flat(tops) if tops else Num(1)
        return split.negative, _flat([Frac(lead, den), body])
    return split.negative, Frac(_flat([*tops, body]), den)


def _alone(split: Split) -> Tree:
    tops = [*([split.number] if split.number else []), *split.above]
    top = _flat(tops) if tops else Num(1)
    if not split.below:
        return top
    return Frac(top, split.below[0] if len(split.below) == 1 else Mul(split.below))


def _has_sum(tree: Tree) -> bool:
    return isinstance(tree, BigOp) or (
        isinstance(tree, Mul) and any(isinstance(f, BigOp) for f in tree.factors)
    )


def _flat(trees: Sequence[Tree]) -> Tree:
    flat: list[Tree] = []
    for tree in trees:
        flat.extend(tree.factors if isinstance(tree, Mul) else (tree,))
    return flat[0] if len(flat) == 1 else Mul(tuple(flat))


def assemble(terms: Sequence[tuple[bool, Tree]], places: Sequence[int] = ()) -> Tree:
    """A signed sum: positive terms first, then by place, numbers last (but `1 + exp(z)`)."""
    if not terms:
        return Num(0)
    plus = [tree for negative, tree in terms if not negative and not isinstance(tree, Num)]
    functions = all(isinstance(tree, Apply) for tree in plus)

    def place(k: int) -> tuple[bool, int]:
        negative, tree = terms[k]
        if isinstance(tree, Num):
            return negative, 0 if functions and tree == Num(1) else 9
        return negative, places[k] if places else 1

    ordered = [terms[k] for k in sorted(range(len(terms)), key=place)]
    signed = [Neg(tree) if negative else tree for negative, tree in ordered]
    return signed[0] if len(signed) == 1 else Add(tuple(signed))
