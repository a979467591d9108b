"""Conditions beside a sum or product sign: `∑_{j ≥ i} r_j`, `∏_{j ≠ i} x_j`.

A bracket between the letter of a sum and another letter stands under the sign; a factor that is 1
at one place (`[i = j] + (1 − [i = j]) x_j`) leaves that place out of a product. Law: the value of
the sum or product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import EQ, Bracket, Factor, Leaf, Sum, Term
from symnn.core.scalars import mul, sub
from symnn.notation.terms import opened
from symnn.notation.tree import All, Iverson, Relation, Tree
from symnn.notation.tree import Index as Letter

_TURNED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def under_the_sign(
    trees: Sequence[Tree], bound: Mapping[str, Index]
) -> tuple[list[int], Index, Tree] | None:
    """The brackets that may stand under a sum sign: their numbers, their index, the condition.

    Args:
        trees: the factors under the sum, as written.
        bound: the indices summed over, by letter.
    """
    for letter, index in reversed(bound.items()):
        found = {k: held for k, tree in enumerate(trees) if (held := _beside(letter, tree))}
        if found:
            conditions = tuple(found.values())
            joined = conditions[0] if len(conditions) == 1 else All(conditions)
            return list(found), index, joined
    return None


def _beside(letter: str, tree: Tree) -> Relation | None:
    """A bracket between a letter and another, the letter first."""
    match tree:
        case Iverson(Relation(rel, Letter(a), Letter(b))) if rel in _TURNED and letter in (a, b):
            return (
                Relation(rel, Letter(a), Letter(b))
                if a == letter
                else Relation(_TURNED[rel], Letter(b), Letter(a))
            )
    return None


def runs_over_an_axis(index: Index, factors: Sequence[Factor]) -> bool:
    """Whether a name is read by the index alone along a whole axis, so that its range is known."""
    return any(
        isinstance(f.node, Leaf) and p.bare is index and sub(size, index.size) == 0
        for f in factors
        if not isinstance(f.node, Bracket)
        for p, size in zip(f.pos, f.node.sizes, strict=True)
    )


def left_out(terms: Sequence[Term], index: Index) -> tuple[list[Term], list[Affine]]:
    """The factor of a product over an index, and the places that the product leaves out."""
    rest, places = list(terms), []
    while True:
        found = _one_left_out(rest, index)
        if found is None:
            return rest, places
        rest, place = found
        places.append(place)
        if len(rest) == 1 and rest[0].coef == 1 and not rest[0].bound:
            factors = rest[0].factors
            if len(factors) == 1 and isinstance(factors[0].node, Sum) and factors[0].power == 1:
                rest = list(opened(factors[0].node, factors[0].pos))


def _one_left_out(terms: list[Term], index: Index) -> tuple[list[Term], Affine] | None:
    """`[i = j]` alone, and all else 0 there: the other terms and i."""
    for lone in terms:
        if lone.coef != 1 or lone.bound or len(lone.factors) != 1:
            continue
        (bracket,) = lone.factors
        c = bracket.pos[0].coefficient(index) if bracket.node is EQ else 0
        if c not in (1, -1):
            continue
        rest = combine(bracket.pos[0], index.pos, mul(-1, c))
        place = combine(constant(0), rest, mul(-1, c))
        others = [t for t in terms if t is not lone]
        if _vanish(others, bracket, {index: place}):
            return [t for t in others if bracket not in t.factors], place
    return None


def _vanish(terms: Sequence[Term], bracket: Factor, there: dict[Index, Affine]) -> bool:
    """Whether terms add up to 0 where the bracket holds."""
    moved = [
        Term(
            t.coef, t.bound,
            tuple(
                Factor(f.node, tuple(p.substitute(there) for p in f.pos), f.power)
                for f in t.factors if f != bracket
            ),
        )
        for t in terms
    ]  # fmt: skip
    bound = {b for t in moved for b in t.bound}
    free = dict.fromkeys(i for t in moved for f in t.factors for i in f.indices())
    total = make_sum(tuple(i for i in free if i not in bound), moved)
    return isinstance(total, Sum) and not total.terms
