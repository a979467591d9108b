"""Values read by groups: `X_{n,3 g + j}` of a group norm as a tensor of its own, and back.

The tensor over the digits is the value reshaped; what is computed of it is read back where a
bracket `[c = 3 g + j]` joins the digits. Law: opening the names gives the original.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.calculus.brackets import same_place
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import EQ, Factor, Leaf, Node, Term


def is_grouped(value: Factor, own: Sequence[Index]) -> bool:
    """Whether a value is read at digits of its axes, each of the indices once."""
    used = [i for p in value.pos for i in p.indices()]
    composed = any(p.bare is None for p in value.pos)
    whole = all(p.bare is not None or len(p.terms) > 1 for p in value.pos)
    return composed and whole and value.power == 1 and sorted(map(id, used)) == sorted(map(id, own))


def over_digits(value: Factor, own: tuple[Index, ...]) -> Node:
    """The value over its digits."""
    return make_sum(own, [Term(1, (), (value,))], STRUCTURE)


def joined(made: Leaf, order: Sequence[Index], value: Factor) -> Node:
    """What was made over digits, over the axes of the value again."""
    new = tuple(Index(s) for s in value.node.sizes)
    digits = {i: i.fresh() for p in value.pos if p.bare is None for i in p.indices()}
    at = {p.bare: i.pos for p, i in zip(value.pos, new, strict=True) if p.bare is not None}
    at |= {i: d.pos for i, d in digits.items()}
    brackets = [same_place(i.pos, p.substitute(at))
                for p, i in zip(value.pos, new, strict=True) if p.bare is None]  # fmt: skip
    read = Factor(made, tuple(at[i] for i in order))
    return make_sum(new, [Term(1, tuple(digits.values()), (read, *brackets))], STRUCTURE)


def read_joined(
    term: Term, read: Factor, at: Mapping[Index, Affine], value: Factor
) -> tuple[tuple[Index, ...], tuple[Factor, ...], tuple[Affine, ...]] | None:
    """(bound indices, factors, positions of the joined read) where brackets join the digits."""
    rest = [f for f in term.factors if f is not read]
    pos, digits = [], set()
    for p in value.pos:
        place = p.substitute(at)
        if p.bare is not None:
            pos.append(place)
            continue
        found = [(f, c) for f in rest if (c := _joining(f, place)) is not None]
        if not found or any(at[i].bare not in term.bound for i in p.indices()):
            return None
        rest.remove(found[0][0])
        pos.append(found[0][1])
        digits |= {at[i].bare for i in p.indices()}
    if any(i in digits for f in rest for i in f.indices()):
        return None
    return tuple(b for b in term.bound if b not in digits), tuple(rest), tuple(pos)


def _joining(f: Factor, place: Affine) -> Affine | None:
    """`c` of a bracket `[c = place]`."""
    if f.node is not EQ:
        return None
    ahead = combine(place, f.pos[0])
    behind = combine(place, combine(constant(0), f.pos[0], -1))
    return next((c for c in (ahead, behind) if c.bare is not None), None)
