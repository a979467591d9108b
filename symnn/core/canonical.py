"""Canonical keys of terms: equal keys if and only if equal up to the names of bound indices.

Bound indices are told apart by colour refinement over the factors and slots that they stand in;
what stays tied is settled by trying the orders of the tie (at most 24) and taking the least key.
"""

from __future__ import annotations

import itertools
from typing import Any

from symnn.core.index import Affine, Index, Read, affine_key, negated
from symnn.core.node import EQ, Factor, Leaf, LinAlg, Node, Sum
from symnn.core.scalars import scalar_id

_MOST_ORDERS = 24


SYMMETRIC = frozenset({"symmetric", "pd", "diagonal"})
Without = frozenset[tuple[Node, str]]
NOTHING: Without = frozenset()


def symmetric(node: Node, *, facts: bool, without: Without = NOTHING) -> bool:
    """Whether the node's two axes may be exchanged: by structure, or by a declared fact.

    `without` are facts not to be used; a sum that is symmetric by facts has been found so, under
    the same ones, by whoever made it.
    """
    if node.rank != 2:
        return False
    if isinstance(node, Leaf):
        return facts and any((node, f) not in without for f in node.facts & SYMMETRIC)
    if isinstance(node, LinAlg):
        return node.kind == "inv" and symmetric(node.arg, facts=facts, without=without)
    if not isinstance(node, Sum):
        return False
    known = node.cache.get("symmetric", False)
    return bool(known or (facts and node.cache.get(("symmetric", without), False)))


def _keyed(
    factor: Factor, number: dict[Index, int], *, even: bool
) -> tuple[tuple[Any, ...], Factor]:
    """Key of one factor once the indices are numbered; positions of a symmetric node in order."""
    reads = [affine_key(p, number) for p in factor.pos]
    if factor.node is EQ:  # a position and its negative are the same bracket
        reads = [min(reads[0], affine_key(negated(factor.pos[0]), number))]
    elif even and len(reads) == 2 and reads[1] < reads[0]:
        reads.reverse()
        factor = Factor(factor.node, factor.pos[::-1], factor.power)
    return (factor.node.uid, scalar_id(factor.power), tuple(reads)), factor


def term_key(
    out: tuple[Index, ...], bound: tuple[Index, ...], factors: tuple[Factor, ...],
    *, facts: bool = False, without: Without = NOTHING,
) -> tuple[tuple[Any, ...], tuple[Index, ...], tuple[Factor, ...]]:  # fmt: skip
    """The canonical key of a term, its bound indices in canonical order, its factors sorted."""
    number = {index: k for k, index in enumerate(out)}
    best = None
    even = {f for f in factors if f.is_bracket or symmetric(f.node, facts=facts, without=without)}
    for order in _orders(number, bound, factors, even):
        trial = dict(number)
        trial.update((index, len(number) + k) for k, index in enumerate(order))
        keyed = sorted([_keyed(f, trial, even=f in even) for f in factors], key=_first)
        key = tuple(k for k, _ in keyed)
        if best is None or key < best[0]:
            best = (key, order, tuple(f for _, f in keyed))
    assert best is not None
    key, order, ordered = best
    return (tuple(scalar_id(b.size) for b in order), key), order, ordered


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _orders(
    number: dict[Index, int],
    bound: tuple[Index, ...],
    factors: tuple[Factor, ...],
    even: set[Factor],
) -> list[tuple[Index, ...]]:
    if len(bound) <= 1:
        return [bound]
    colours = _refine(number, bound, factors, even)
    classes: dict[int, list[Index]] = {}
    for index in bound:
        classes.setdefault(colours[index], []).append(index)
    groups = [classes[c] for c in sorted(classes)]
    choices = [list(itertools.islice(itertools.permutations(g), _MOST_ORDERS)) for g in groups]
    combos = itertools.islice(itertools.product(*choices), _MOST_ORDERS)
    return [tuple(itertools.chain(*combo)) for combo in combos]


def _refine(
    number: dict[Index, int],
    bound: tuple[Index, ...],
    factors: tuple[Factor, ...],
    even: set[Factor],
) -> dict[Index, int]:
    """Colours of indices; the slots of an `even` factor (bracket, symmetric) are alike.

    A node counts as its rank among the nodes of the term, never as its number: colours, and with
    them the order of a tie, are the same whatever the process made before.
    """
    rank = _ranks(factors)
    colour: dict[Index, int] = {i: -1 - k for i, k in number.items()}
    colour.update((b, hash(scalar_id(b.size))) for b in bound)
    for _ in range(len(bound)):
        marks: dict[Index, list[int]] = {b: [] for b in bound}
        for f in factors:
            alike = f in even
            slots = _slots(f, colour, rank, alike=alike)
            whole = hash((rank[f.node], scalar_id(f.power), slots))
            for slot, p in enumerate(f.pos):
                _mark(p, (whole, 0 if alike else slot), marks, rank)
        new = {b: hash((colour[b], tuple(sorted(marks[b])))) for b in bound}
        if len(set(new.values())) == len({colour[b] for b in bound}):
            return {**colour, **new}
        colour.update(new)
    return colour


def _ranks(factors: tuple[Factor, ...]) -> dict[Node, int]:
    nodes = {f.node for f in factors}
    nodes.update(read.node for f in factors for p in f.pos for read in p.reads())
    return {node: k for k, node in enumerate(sorted(nodes, key=_number))}


def _number(node: Node) -> int:
    return node.uid


def _slots(
    f: Factor, colour: dict[Index, int], rank: dict[Node, int], *, alike: bool
) -> tuple[Any, ...]:
    slots = tuple(_position_colour(p, colour, rank) for p in f.pos)
    return (sum(slots),) if alike else slots


def _position_colour(p: Affine, colour: dict[Index, int], rank: dict[Node, int]) -> int:
    total = hash(scalar_id(p.const))
    for atom, c in p.terms:
        size = scalar_id(abs(c) if isinstance(c, int) else c)
        total += hash((_atom_colour(atom, colour, rank), size))
    return total


def _atom_colour(atom: Index | Read, colour: dict[Index, int], rank: dict[Node, int]) -> int:
    if isinstance(atom, Index):
        return colour.get(atom, 0)
    return hash((rank[atom.node], tuple(_position_colour(p, colour, rank) for p in atom.pos)))


def _mark(
    p: Affine, tag: tuple[int, int], marks: dict[Index, list[int]], rank: dict[Node, int]
) -> None:
    for atom, c in p.terms:
        if isinstance(atom, Index):
            if atom in marks:
                marks[atom].append(hash((tag, scalar_id(abs(c) if isinstance(c, int) else c))))
        else:
            for slot, inner in enumerate(atom.pos):
                _mark(inner, (hash((tag, rank[atom.node])), slot), marks, rank)
