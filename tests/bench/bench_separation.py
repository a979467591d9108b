"""Timings of the smallest-network search; run `python -m pytest tests/bench/bench_separation.py`.

The limits are those the project promises on one core: sets of up to 20 points needing up to 5
units are proved in under 10 s; 25 points needing 8, or 200 points, give a valid network in 2 s.
"""

import time

import pytest

from symnn.separation import design
from symnn.separation.dichotomies import linear_dichotomies
from tests.separation.sets import board, scattered


@pytest.mark.parametrize("seed", range(20))
def test_twenty_random_points_are_proved_in_under_ten_seconds(benchmark, seed):
    found = benchmark.pedantic(design, scattered(20, seed, (1000, 6)[seed % 2]), rounds=1)
    assert found.proved
    assert benchmark.stats.stats.max < 10


def test_twenty_five_points_needing_eight_units(benchmark):
    found = benchmark.pedantic(design, board(5, 5), {"time_limit": 2}, rounds=1)
    assert found.check() == 25 and found.hidden_units == 8
    assert benchmark.stats.stats.max < 2


@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_points_give_a_valid_network_in_two_seconds(benchmark, seed):
    found = benchmark.pedantic(design, scattered(200, seed), {"time_limit": 2}, rounds=1)
    assert found.check() == 200 and found.lower <= found.upper
    assert benchmark.stats.stats.max < 2


def test_all_dichotomies_of_two_hundred_points(benchmark):
    points, _ = scattered(200, 0)
    assert len(benchmark.pedantic(linear_dichotomies, (points,), rounds=1)) > 19_000


def test_the_first_network_is_there_at_once():
    seen = []
    start = time.monotonic()
    design(
        *scattered(200, 3),
        time_limit=2,
        progress=lambda *_: seen.append(time.monotonic() - start),
    )
    assert seen[0] < 0.5
