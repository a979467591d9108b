"""The own layout on random graphs, and every engine that works here."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from symnn.drawing import engines
from symnn.drawing.engines import arrange, available
from symnn.drawing.ranks import APART, Layers, crossings, make_layers, order, own_layout, spaced

SEEDS = range(25)


def random_layers(seed: int, count: int = 24) -> Layers:
    rng = random.Random(seed)
    keys = [f"v{k}" for k in range(count)]
    edges = []
    for k in range(1, count):
        for j in sorted(rng.sample(range(k), min(k, rng.choice([1, 1, 2, 3])))):
            edges.append((keys[j], keys[k]))
    sizes = {k: (rng.uniform(40, 120), rng.uniform(30, 90)) for k in keys}
    labels = [(rng.uniform(5, 90), rng.uniform(5, 20), rng.uniform(5, 30)) for _ in edges]
    return make_layers(sizes, edges, labels)


def assert_apart(layers: Layers) -> None:
    for rank in layers.ranks:
        for a, b in pairwise(rank):
            assert b.at - a.at >= a.after + b.before + APART / 2 - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_links_join_neighbouring_ranks(seed: int) -> None:
    layers = random_layers(seed)
    assert all(b.rank == a.rank + 1 for a, b in layers.links)
    for route in layers.routes:
        assert [c.kind for c in route].count("label") == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_of_a_rank_keep_apart(seed: int) -> None:
    layers = random_layers(seed)
    own_layout(layers)
    assert_apart(layers)


@pytest.mark.parametrize("seed", SEEDS)
def test_ordering_never_adds_crossings(seed: int) -> None:
    layers = random_layers(seed)
    before = crossings(layers)
    order(layers)
    assert crossings(layers) <= before


def test_own_layout_is_deterministic() -> None:
    one, two = random_layers(3), random_layers(3)
    own_layout(one)
    own_layout(two)
    assert [[c.at for c in r] for r in one.ranks] == [[c.at for c in r] for r in two.ranks]


@pytest.mark.parametrize("seed", SEEDS)
def test_spacing_is_the_nearest_that_keeps_the_gaps(seed: int) -> None:
    rng = random.Random(seed)
    wanted = [rng.uniform(0, 50) for _ in range(6)]
    weights = [rng.uniform(0.5, 3) for _ in range(6)]
    gaps = [rng.uniform(2, 9) for _ in range(5)]
    found = spaced(wanted, weights, gaps)
    assert all(b - a >= g - 1e-9 for (a, b), g in zip(pairwise(found), gaps, strict=True))

    def cost(places: list[float]) -> float:
        return sum(w * (p - x) ** 2 for w, p, x in zip(weights, places, wanted, strict=True))

    for _ in range(200):
        moved = [p + rng.gauss(0, 0.3) for p in found]
        if all(b - a >= g for (a, b), g in zip(pairwise(moved), gaps, strict=True)):
            assert cost(moved) >= cost(found) - 1e-9


@pytest.mark.parametrize("engine", available())
def test_every_engine_says_that_it_placed_the_cells(engine: str) -> None:
    layers = random_layers(1)
    assert arrange(layers, engine) == engine
    assert_apart(layers)


def test_a_broken_graphviz_leaves_the_own_layout(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(engines, "available", lambda: ("dot", "own"))
    monkeypatch.setattr(engines, "_plain", lambda dot, engine: None)
    layers = random_layers(2)
    assert arrange(layers) == "own"
    assert_apart(layers)
