from fractions import Fraction

import numpy as np
import pytest

from symnn.core.errors import CheckError
from symnn.separation import design
from symnn.separation.network import Network, build_network, verify_network
from symnn.separation.points import points_of
from symnn.separation.regions import occurring_codes
from symnn.separation.section import default_points
from symnn.separation.weights import (
    SHARE,
    Unit,
    output_plane,
    readable_unit,
    widest_gap,
)
from tests.separation.sets import XOR, row, scattered


def test_a_wrong_network_is_refused():
    points = points_of([(0,), (1,)], [0, 1])
    wrong = Network((Unit((Fraction(-1),), Fraction(1, 2)),), (Fraction(1),), Fraction(-1, 2))
    with pytest.raises(CheckError):
        verify_network(wrong, points)


def test_a_point_on_a_line_is_refused():
    points = points_of([(0,), (1,)], [0, 1])
    touching = Network((Unit((Fraction(1),), Fraction(0)),), (Fraction(1),), Fraction(-1, 2))
    with pytest.raises(CheckError):
        verify_network(touching, points)


@pytest.mark.parametrize("seed", range(6))
def test_the_widest_gap_is_that_of_a_fine_scan_of_directions(seed):
    points, _ = scattered(9, seed, 30)
    grid = np.array(points)
    side = grid @ np.array([3, 7]) > np.median(grid @ np.array([3, 7]))
    angles = np.linspace(0, 2 * np.pi, 200_001)
    values = np.stack([np.cos(angles), np.sin(angles)], axis=1) @ grid.T
    best = (values[:, side].min(axis=1) - values[:, ~side].max(axis=1)).max()
    exact = float(widest_gap(grid, side).squared) ** 0.5
    # the scan stops up to a step of 3e-5 rad short of the best direction, at a radius of 45
    assert best - 1e-9 <= exact <= best + 3e-3


@pytest.mark.parametrize("seed", range(6))
def test_readable_lines_keep_most_of_the_gap_and_the_middle_of_it(seed):
    points, _ = scattered(12, seed, 50)
    grid = np.array(points)
    side = grid @ np.array([5, -2]) > np.median(grid @ np.array([5, -2]))
    unit = readable_unit(grid, 1, side)
    distances = np.abs(grid @ np.array(unit.weights, float) + float(unit.bias)) / unit.norm
    widest = float(widest_gap(grid, side).squared) ** 0.5
    assert 2 * distances.min() >= 0.8 * float(SHARE) * widest - 1e-9
    assert [unit.fires(p) for p in points] == side.tolist()


def test_in_space_the_gap_is_that_of_the_nearest_points():
    grid = np.array([(0, 0, 0), (0, 3, 0), (4, 1, 2), (5, 0, 2)])
    side = np.array([False, False, True, True])
    assert float(widest_gap(grid, side).squared) == pytest.approx(20.0)


def test_output_weights_are_small_integers():
    ones = [(1, 1, 0), (1, 0, 1), (1, 1, 1)]
    zeros = [(0, 1, 1), (1, 0, 0), (0, 0, 0)]
    plane = output_plane(ones, zeros)
    assert plane.weights == (2, 1, 1) and plane.bias == Fraction(-5, 2)


def test_kinds_of_outputs_are_recognised():
    stars = default_points("stars")
    ring = design(stars.coordinates, stars.labels)
    assert (ring.hidden_units, ring.reading.kind) == (3, "and")
    outside = design(stars.coordinates, [not y for y in stars.labels])
    assert outside.reading.kind == "or"
    assert design(*row(5)).reading.kind == "parity"
    assert design([(0,), (1,)], [0, 1]).reading.kind == "single"
    assert design(*XOR).reading.xor


def test_cases_of_a_monotone_output():
    lines = [Unit((Fraction(1),), Fraction(-k)) for k in (1, 3, 5)]
    points = points_of([(0,), (2,), (4,), (6,)], [0, 1, 0, 1])
    network = build_network(points, lines)
    assert network.output == (1, -1, 1) and network.bias == Fraction(-1, 2)


def test_parallel_lines_of_three_cut_no_region_for_other_codes():
    found = design(*row(4))
    codes = occurring_codes(found.network)
    assert sorted(code for code, occurs in codes.items() if occurs) == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 1, 0),
        (1, 1, 1),
    ]


def test_three_lines_in_general_position_cut_seven_regions():
    stars = default_points("stars")
    found = design(stars.coordinates, stars.labels)
    assert sum(occurring_codes(found.network).values()) == 7


def test_json_holds_the_contract():
    data = design(*XOR).to_json()
    assert data["hidden"] == [[1, 1, "-1/2"], [-1, -1, "3/2"]]
    assert data["output"] == [1, 1, "-3/2"]
    assert (data["hidden_units"], data["lower"], data["upper"], data["proved"]) == (2, 2, 2, True)
    assert len(data["margins"]["units"]) == 2 and len(data["margins"]["points"]) == 4


def test_the_truth_table_counts_every_point_once():
    found = design(*scattered(20, 2))
    rows = found.truth_table()
    assert sorted(k for r in rows for k in r.points) == list(range(20))
    assert all(r.output == found.points.labels[k] for r in rows for k in r.points)


def test_the_notebook_shows_text_and_json():
    bundle = design(*XOR)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("2 hidden units: minimal, proved.")
    assert bundle["application/json"]["proved"] is True
