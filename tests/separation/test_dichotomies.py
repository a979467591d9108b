import itertools
import math
import random

import numpy as np
import pytest

from symnn.separation.dichotomies import integer_grid, linear_dichotomies
from symnn.separation.lp import Plane, separate
from tests.separation import brute
from tests.separation.sets import row, scattered


def as_set(points):
    return {tuple(side) for side in linear_dichotomies(points).sides.tolist()}


@pytest.mark.parametrize("count", [3, 5, 8, 13])
def test_the_number_in_general_position_is_covers_count(count):
    points = [(k, k * k) for k in range(count)]
    cover = 2 * sum(math.comb(count - 1, k) for k in range(3))
    assert len(linear_dichotomies(points)) == cover // 2 - 1


@pytest.mark.parametrize("count", [5, 7])
def test_covers_count_holds_in_space(count):
    points = [(k, k**2, k**3) for k in range(count)]
    cover = 2 * sum(math.comb(count - 1, k) for k in range(4))
    assert len(linear_dichotomies(points)) == cover // 2 - 1


@pytest.mark.parametrize("seed", range(12))
def test_a_turning_direction_finds_the_same_dichotomies(seed):
    size = (3, 4, 6, 1000)[seed % 4]
    points, _ = scattered(min(9, size * size), seed, size)
    assert as_set(points) == set(brute.dichotomies(points))


def test_collinear_points_split_between_neighbours_only():
    points, _ = row(6)
    assert len(linear_dichotomies(points)) == 5


@pytest.mark.parametrize("seed", range(4))
def test_every_subset_is_listed_exactly_when_a_plane_splits_it(seed):
    draw = random.Random(seed)
    points = draw.sample(list(itertools.product(range(3), repeat=3)), 7)
    found = as_set(points)
    for side in itertools.product((False, True), repeat=6):
        flags = (False, *side)
        if any(flags):
            ones = [p for p, s in zip(points, flags, strict=True) if s]
            zeros = [p for p, s in zip(points, flags, strict=True) if not s]
            assert isinstance(separate(ones, zeros), Plane) == (flags in found)


def test_huge_coordinates_stay_exact():
    big = 10**30
    points = [(0, 0), (big, 1), (2 * big, 2), (3 * big, 4)]
    assert as_set(points) == as_set([(0, 0), (1, 1), (2, 2), (3, 4)])


def test_points_of_a_plane_in_space_count_as_points_of_the_plane():
    flat = [(0, 0), (2, 0), (0, 2), (2, 3), (1, 1)]
    assert as_set([(a, b, a + b) for a, b in flat]) == as_set(flat)
    assert integer_grid([(a, a, 1) for a in range(3)]).shape == (3, 1)


def test_too_many_hyperplanes_are_declared_incomplete():
    points = np.random.default_rng(0).integers(0, 10**6, (60, 6)).tolist()
    assert not linear_dichotomies(points).complete


def test_an_early_deadline_is_declared_incomplete():
    points, _ = scattered(150, 0)
    assert not linear_dichotomies(points, deadline=0.0).complete
