import itertools
import random
from fractions import Fraction

import pytest

from symnn.core.errors import DomainError
from symnn.separation import design
from symnn.separation import designer as module
from symnn.separation.recheck import recheck
from symnn.text.phrases import phrase
from tests.separation import brute
from tests.separation.sets import STAR, XOR, board, circle, row, scattered


def proved(points, labels, **options):
    found = design(points, labels, **options)
    assert found.check() == len(set(points))
    assert all(
        found.network.classify(p) == y
        for p, y in zip(found.points.coordinates, found.points.labels, strict=True)
    )
    recheck(found.proof, found.points)
    return found


def test_xor_needs_two_units():
    found = proved(*XOR)
    assert (found.hidden_units, found.proved) == (2, True)


def test_a_star_inside_a_square_of_circles_needs_two_units_a_band():
    found = proved(*STAR)
    assert (found.hidden_units, found.proved, found.reading.kind) == (2, True, "and")
    first, second = found.network.hidden
    assert first.weights == tuple(-w for w in second.weights)


@pytest.mark.parametrize("count", [4, 6, 8, 10, 12, 16])
def test_alternating_points_on_a_circle_need_half_their_number(count):
    found = proved(*circle(count))
    assert (found.hidden_units, found.proved) == (count // 2, True)


@pytest.mark.parametrize("count", [2, 3, 5, 8, 12])
def test_alternating_collinear_points_need_one_unit_less_than_points(count):
    found = proved(*row(count))
    assert (found.hidden_units, found.proved) == (count - 1, True)


def test_threshold_functions_of_the_brute_force_are_complete():
    assert [len(brute.threshold_functions(k)) for k in (1, 2, 3, 4)] == [4, 14, 104, 1882]


@pytest.mark.parametrize("seed", range(40))
def test_random_sets_agree_with_plain_brute_force(seed):
    count, size = 5 + seed % 10, (4, 6, 1000)[seed % 3]
    points, labels = scattered(count, seed, size)
    found = proved(points, labels)
    assert found.proved
    assert brute.smallest(points, labels, min(found.hidden_units, 4)) == (
        found.hidden_units if found.hidden_units <= 4 else None
    )


@pytest.mark.parametrize("seed", range(6))
def test_twenty_points_are_proved(seed):
    found = proved(*scattered(20, seed, (1000, 6)[seed % 2]))
    assert found.proved


def test_covering_all_opposite_pairs_is_not_enough():
    # a board of 3 x 3 needs 4 lines in all, though 4 lines between the cells cover the pairs of
    # any board only when the output can be a threshold of them
    found = proved(*board(3, 3))
    assert (found.hidden_units, found.proved) == (4, True)


def test_a_chessboard_of_25_points_is_settled():
    found = proved(*board(5, 5))
    assert (found.hidden_units, found.proved) == (8, True)


@pytest.mark.parametrize(("bits", "least"), [(2, 2), (3, 3)])
def test_parity_of_bits_needs_as_many_units_as_bits(bits, least):
    points = list(itertools.product((0, 1), repeat=bits))
    found = proved(points, [sum(p) % 2 for p in points])
    assert (found.hidden_units, found.proved) == (least, True)


def test_separable_points_need_one_unit_in_any_dimension():
    draw = random.Random(1)
    points = [tuple(draw.randrange(100) for _ in range(7)) for _ in range(50)]
    found = proved(points, [int(sum(p) > 350) for p in points])
    assert (found.hidden_units, found.proved, found.proof.kind) == (1, True, "one")


def test_many_points_in_many_dimensions_get_a_valid_network_and_honest_bounds():
    draw = random.Random(2)
    points = [tuple(draw.randrange(100) for _ in range(5)) for _ in range(60)]
    found = proved(points, [draw.randrange(2) for _ in points], time_limit=3)
    assert 2 == found.lower <= found.upper < 60
    assert not found.proved


def test_two_hundred_points_get_a_valid_network_and_honest_bounds():
    found = proved(*scattered(200, 1), time_limit=2)
    assert 2 <= found.lower <= found.upper < 100


def test_the_same_points_give_the_same_network():
    assert design(*scattered(16, 3)).to_json() == design(*scattered(16, 3)).to_json()


def test_turning_and_shifting_the_points_changes_no_number_of_units():
    points, labels = scattered(12, 5)
    moved = [(3 * a - b + 7, a + 2 * b) for a, b in points]
    assert design(points, labels).hidden_units == design(moved, labels).hidden_units


def test_decimals_are_the_numbers_that_were_written():
    found = proved([(0.1, 0.2), (0.3, 0.1), (0.2, 0.3), (0.2, 0.1)], [0, 0, 1, 1])
    assert found.points.coordinates[0] == (Fraction(1, 10), Fraction(1, 5))


def test_an_interrupt_returns_the_best_so_far(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "linear_dichotomies", interrupted)
    found = design(*scattered(20, 4))
    assert found.interrupted and found.check() == 20
    assert found.lower == 2 < found.upper


def test_an_interrupt_before_any_network_is_passed_on(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "stripes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        design(*XOR)


def test_every_stage_has_a_name_in_every_language():
    seen = set()
    design(*scattered(20, 0), progress=lambda stage, *_: seen.add(stage))
    assert len(seen) > 4
    assert all(phrase(f"separation.stage_{stage}", lang) for stage in seen for lang in ("en", "fr"))


def test_mixed_integers_and_floats_stay_exact():
    found = design([(10**18 + 1, 0.5), (10**18, 0.25)], [0, 1])
    assert found.points.coordinates[0] == (10**18 + 1, Fraction(1, 2))


def test_progress_never_lowers_the_lower_bound_nor_raises_the_upper():
    seen = []
    design(*scattered(20, 0), progress=lambda stage, low, high: seen.append((low, high)))
    assert all(a[0] <= b[0] and a[1] >= b[1] for a, b in itertools.pairwise(seen))


def test_a_time_limit_that_is_not_positive_is_refused():
    with pytest.raises(DomainError) as caught:
        design(*XOR, time_limit=0)
    assert str(caught.value) == (
        "time limit\n  expected: a positive number of seconds\n  found: 0\n"
        "  fix: give for instance 10"
    )
