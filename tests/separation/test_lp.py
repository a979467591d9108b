import random

import pytest

from symnn.separation.lp import (
    Certificate,
    Plane,
    separate,
    verify_certificate,
    verify_plane,
)


def cloud(draw, count, width, size):
    return [tuple(draw.randrange(size) for _ in range(width)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(30))
def test_the_answer_carries_its_own_exact_proof(seed):
    draw = random.Random(seed)
    width = 1 + seed % 4
    first, second = cloud(draw, 1 + seed % 9, width, 9), cloud(draw, 1 + seed % 7, width, 9)
    verdict = separate(first, second)
    if isinstance(verdict, Plane):
        assert verify_plane(verdict, first, second)
    else:
        assert verify_certificate(verdict, first, second)


@pytest.mark.parametrize("shift", [0, 3, 40])
def test_large_problems_take_the_proposal_and_verify_it(shift):
    draw = random.Random(shift)
    first = cloud(draw, 200, 3, 40)
    second = [(a + shift, b, c) for a, b, c in cloud(draw, 200, 3, 40)]
    verdict = separate(first, second)
    assert isinstance(verdict, Plane) == (shift == 40)
    if isinstance(verdict, Certificate):
        assert verify_certificate(verdict, first, second)


def test_a_gap_that_floating_point_cannot_see_is_still_decided():
    tiny = 10**25
    assert isinstance(separate([(tiny + 1,)], [(tiny,), (0,)]), Plane)
    assert isinstance(separate([(tiny,)], [(tiny,), (0,)]), Certificate)


def test_wrong_certificates_are_refused():
    first, second = [(0,), (2,)], [(1,)]
    assert verify_certificate(Certificate((1, 1), (2,)), first, second)
    for a, b in (((1, 2), (3,)), ((0, 0), (0,)), ((-1, 3), (2,)), ((1, 1), (1,))):
        assert not verify_certificate(Certificate(a, b), first, second)
