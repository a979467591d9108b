"""Positions: substitution, bounds, keys."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.core.box import Box, number
from symnn.core.index import Affine, Index, Read, affine_key, bounds, combine, constant, difference
from symnn.core.node import Leaf, numbering
from tests.strategies import NUMBERS, N, RawTerms

SEEDS = st.integers(0, 2**32)


def values(p: Affine, indices: list[Index]) -> np.ndarray:
    return Box(indices, NUMBERS).position(p, {})


@settings(max_examples=150)
@given(SEEDS)
def test_bounds_contain_every_value_and_are_reached(seed: int) -> None:
    raw = RawTerms(seed)
    live = list(raw.indices(1, 3))
    p = combine(raw.affine(live), raw.affine(live), raw.rng.choice([1, -1, 2]))
    low, high = (number(b, NUMBERS) for b in bounds(p))
    found = values(p, live)
    assert found.min() == low
    assert found.max() == high


@settings(max_examples=150)
@given(SEEDS)
def test_substitution_is_composition(seed: int) -> None:
    raw = RawTerms(seed)
    live, inner = list(raw.indices(2, 3)), list(raw.indices(1, 2))
    p = raw.affine(live)
    mapping = {i: raw.affine(inner) for i in live if raw.rng.random() < 0.6}
    rest = [i for i in live if i not in mapping]
    direct = Box([*inner, *rest], NUMBERS)
    q = p.substitute(mapping)
    assert not set(q.indices()) & set(mapping)
    parts = {i: direct.position(mapping.get(i, i.pos), {}) for i in live}
    wanted = sum(number(c, NUMBERS) * parts[a] for a, c in p.terms) + number(p.const, NUMBERS)
    assert np.array_equal(np.broadcast_to(direct.position(q, {}), direct.extent),
                          np.broadcast_to(wanted, direct.extent))  # fmt: skip


def test_equal_positions_have_equal_keys_whatever_their_indices() -> None:
    keys = []
    for order in ([0, 1], [1, 0]):
        i, j = (Index(N) for _ in range(2))
        parts = [combine(constant(1), i.pos, 2), j.pos]
        random.Random(0).shuffle(order)
        p = combine(parts[order[0]], parts[order[1]])
        keys.append(affine_key(p, numbering((i, j))))
    assert keys[0] == keys[1]


def test_an_integer_read_is_an_atom() -> None:
    leaf = Leaf("t", (N,), dtype="int", below=4)
    i = Index(N)
    p = Affine(0, ((Read(leaf, (i.pos,)), 1),))
    assert difference(p, p) == constant(0)
    assert bounds(combine(constant(1), p, 2)) == (1, 7)
    j = Index(N)
    assert p.substitute({i: j.pos}).indices() == [j]
