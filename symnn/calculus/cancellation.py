"""Pairs of factors that cancel over a shared index: `A A⁻¹ = I`, and what declared facts add.

`cancelled` looks for an inverse and its argument that share a bound index and nothing else; the
argument may stand as one factor or as the factors of a product (`XᵀX` before `(XᵀX)⁻¹`). With
facts it also knows `Q Qᵀ = I` of an orthogonal Q, `uᵀu = 1` of a unit vector, and `y_i y_j =
[i = j] y_i` of one-hot rows. Functions pair up too: `sinh / cosh = tanh`. Law: the value never
changes. Extend: one function in `_RULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from symnn.calculus.brackets import same_place
from symnn.calculus.facts import Policy, is_off, note_fact
from symnn.core.canonical import symmetric
from symnn.core.function import function
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Leaf, LinAlg, Map, Node, Sum, Term, make_map
from symnn.core.scalars import Scalar
from symnn.core.sizes import sign

Positions = tuple[Affine, ...]
Key = tuple[Node, Positions]
Powers = Mapping[Key, Scalar]
Primitive = Callable[[Sum], tuple[Scalar, Node, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Factors that go, indices that are summed no more, factors that come instead."""

    keys: tuple[Key, ...]
    indices: tuple[Index, ...]
    instead: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class TermParts:
    """A term under construction, and where each of its indices stands."""

    powers: Powers
    bound: Mapping[Index, None]
    places: Mapping[Index, int]
    policy: Policy
    primitive: Primitive

    def only_in(self, index: Index | None, keys: tuple[Key, ...]) -> bool:
        """Whether a bound index stands in these factors and nowhere else."""
        if index is None or index not in self.bound:
            return False
        inside = sum(1 for _, pos in keys for p in pos for i in p.indices() if i is index)
        return inside == self.places.get(index, 0)


def may_cancel(powers: Powers, policy: Policy) -> bool:
    """Whether `cancelled` could find anything: a cheap look before the search."""
    for node, _ in powers:
        if isinstance(node, LinAlg) or (isinstance(node, Map) and node.fn.name in _PAIRS):
            return True
        if policy.facts and isinstance(node, Leaf) and node.facts & _FACTS:
            return True
    return False


def cancelled(parts: TermParts) -> Cancelled | None:
    """The first cancellation found, or None."""
    for rule in _RULES:
        for key, power in parts.powers.items():
            found = rule(parts, key, power)
            if found is not None:
                return found
    return None


# -- inverses --------------------------------------------------------------------------------------


def _inverse(parts: TermParts, key: Key, power: Scalar) -> Cancelled | None:
    node, pos = key
    if not isinstance(node, LinAlg) or node.kind != "inv" or power != 1:
        return None
    if is_off("inverse times matrix"):
        return None
    for shared, kept, row in ((pos[-1], pos[-2], True), (pos[-2], pos[-1], False)):
        index = shared.bare
        if index is None or index not in parts.bound or shared == kept:
            continue
        found = _whole(parts, key, index, kept, row=row)
        found = found or _parts(parts, key, index, kept, row=row)
        if found is not None:
            return found
    return None


def _whole(
    parts: TermParts, key: Key, index: Index, kept: Affine, *, row: bool
) -> Cancelled | None:
    """The argument as one factor."""
    node, pos = key
    assert isinstance(node, LinAlg)
    target, axes = node.arg, tuple(range(node.arg.rank))
    if isinstance(target, Sum):
        _, target, axes = parts.primitive(target)
    for other, power in parts.powers.items():
        if other[0] is not target or power != 1:
            continue
        read = dict(zip(axes, other[1], strict=True))
        place = tuple(read[a] for a in range(node.arg.rank))
        if place[:-2] != pos[:-2] or not parts.only_in(index, (key, other)):
            continue
        ends = (place[-2], place[-1]) if row else (place[-1], place[-2])
        if ends[0].bare is not index and symmetric(
            node.arg, facts=parts.policy.facts, without=parts.policy.disabled
        ):
            ends = ends[1], ends[0]
        if ends[0].bare is index and ends[1].bare is not index:
            return Cancelled((key, other), (index,), (same_place(kept, ends[1]),))
    return None


def _parts(
    parts: TermParts, key: Key, index: Index, kept: Affine, *, row: bool
) -> Cancelled | None:
    """The argument as the factors of one term."""
    node, pos = key
    assert isinstance(node, LinAlg)
    pattern = _pattern(node.arg)
    if pattern is None:
        return None
    assert isinstance(node.arg, Sum)
    ends = node.arg.indices[-2:] if row else node.arg.indices[-1:-3:-1]
    known = dict(zip(node.arg.indices[:-2], pos[:-2], strict=True))
    known[ends[0]] = index.pos
    others = [k for k, w in parts.powers.items() if k != key]
    for keys, mapping in _matches(list(pattern.factors), others, known, parts, pattern):
        gone = (index, *(mapping[b].bare for b in pattern.bound))
        if ends[1] in mapping and all(parts.only_in(i, (key, *keys)) for i in gone):
            dropped = tuple(i for i in gone if i is not None)
            return Cancelled((key, *keys), dropped, (same_place(kept, mapping[ends[1]]),))
    return None


def _pattern(arg: Node) -> Term | None:
    if not isinstance(arg, Sum) or len(arg.terms) != 1:
        return None
    (term,) = arg.terms
    plain = term.coef == 1 and all(
        not f.is_bracket and all(p.bare is not None for p in f.pos) for f in term.factors
    )
    return term if plain else None


def _matches(
    pattern: list[Factor],
    others: list[Key],
    known: dict[Index, Affine],
    parts: TermParts,
    term: Term,
) -> Iterator[tuple[tuple[Key, ...], dict[Index, Affine]]]:
    """Ways to find the pattern's factors among the others, each used once."""
    if not pattern:
        yield (), known
        return
    first, *rest = pattern
    for k, other in enumerate(others):
        if other[0] is not first.node or parts.powers[other] != first.power:
            continue
        orders = [other[1]]
        if symmetric(other[0], facts=parts.policy.facts, without=parts.policy.disabled):
            orders.append(other[1][::-1])
        for place in orders:
            mapping = _unified(first.pos, place, known, parts, term)
            if mapping is None:
                continue
            left = others[:k] + others[k + 1 :]
            for keys, found in _matches(rest, left, mapping, parts, term):
                yield (other, *keys), found


def _unified(
    pattern: Positions,
    place: Positions,
    known: dict[Index, Affine],
    parts: TermParts,
    term: Term,
) -> dict[Index, Affine] | None:
    mapping = dict(known)
    for p, q in zip(pattern, place, strict=True):
        assert p.bare is not None
        if p.bare in mapping:
            if mapping[p.bare] != q:
                return None
            continue
        if p.bare in term.bound and (q.bare not in parts.bound or q in mapping.values()):
            return None
        mapping[p.bare] = q
    return mapping


# -- declared facts --------------------------------------------------------------------------------

_FACTS = frozenset({"orthogonal", "unit", "onehot"})


def _declared(parts: TermParts, node: Node, fact: str) -> bool:
    if not parts.policy.facts or not isinstance(node, Leaf) or fact not in node.facts:
        return False
    if is_off(f"{fact} tensors"):
        return False
    return (node, fact) not in parts.policy.disabled


def _orthogonal(parts: TermParts, key: Key, power: Scalar) -> Cancelled | None:
    """`Σ_k Q_ik Q_jk = [i = j]`, and over the other axis."""
    node, pos = key
    if not _declared(parts, node, "orthogonal") or power not in (1, 2):
        return None
    for axis in (-1, -2):
        index, other_axis = pos[axis].bare, -3 - axis
        if axis == -1 and node.sizes[-1] != node.sizes[-2]:
            continue
        if power == 2 and parts.only_in(index, (key,)):
            note_fact(node, "orthogonal")
            return Cancelled((key,), (index,), ())  # type: ignore[arg-type]
        for other, w in parts.powers.items():
            same = other[0] is node and other != key and w == power == 1
            beside = same and other[1][axis].bare is index and other[1][:-2] == pos[:-2]
            if beside and parts.only_in(index, (key, other)):
                note_fact(node, "orthogonal")
                bracket = same_place(pos[other_axis], other[1][other_axis])
                return Cancelled((key, other), (index,), (bracket,))  # type: ignore[arg-type]
    return None


def _unit(parts: TermParts, key: Key, power: Scalar) -> Cancelled | None:
    """`Σ_k u_k² = 1`."""
    node, pos = key
    if not _declared(parts, node, "unit") or power != 2:
        return None
    if not parts.only_in(pos[-1].bare, (key,)):
        return None
    note_fact(node, "unit")
    return Cancelled((key,), (pos[-1].bare,), ())  # type: ignore[arg-type]


def _onehot(parts: TermParts, key: Key, power: Scalar) -> Cancelled | None:
    """`y_i y_j = [i = j] y_i`."""
    node, pos = key
    if not _declared(parts, node, "onehot"):
        return None
    for other in parts.powers:
        if other[0] is node and other != key and other[1][:-1] == pos[:-1]:
            note_fact(node, "onehot")
            return Cancelled((other,), (), (same_place(pos[-1], other[1][-1]),))
    return None


# -- functions -------------------------------------------------------------------------------------

_PAIRS = {"sinh": "cosh", "step": "relu", "sign": "abs"}


def _functions(parts: TermParts, key: Key, power: Scalar) -> Cancelled | None:
    """`sinh / cosh = tanh`, `step(x) relu(x) = relu(x)`, `sign(x) |x| = x`."""
    node, pos = key
    if not isinstance(node, Map) or node.fn.name not in _PAIRS or power != 1:
        return None
    other = make_map(function(_PAIRS[node.fn.name]), node.sizes, node.args)
    beside = parts.powers.get((other, pos))
    if beside is None or is_off(f"{node.fn.name} beside {other.fn.name}"):
        return None
    match node.fn.name:
        case "sinh" if beside == -1:
            tanh = make_map(function("tanh"), node.sizes, node.args)
            return Cancelled((key, (other, pos)), (), (Factor(tanh, pos),))
        case "step" if sign(beside) == 1:
            return Cancelled((key,), (), ())
        case "sign" if beside == 1:
            arg, axes = node.args[0]
            return Cancelled((key, (other, pos)), (), (Factor(arg, tuple(pos[a] for a in axes)),))
    return None


_RULES: tuple[Callable[[TermParts, Key, Scalar], Cancelled | None], ...] = (
    _inverse, _functions, _orthogonal, _unit, _onehot,
)  # fmt: skip
