import itertools
from dataclasses import replace

import numpy as np
import pytest

from symnn.core.errors import CheckError
from symnn.separation import design
from symnn.separation.bounds import Packing, pack_pairs
from symnn.separation.clauses import Instance, members_of
from symnn.separation.dichotomies import linear_dichotomies
from symnn.separation.proof import Proof
from symnn.separation.recheck import recheck
from symnn.separation.search import OutOfTimeError, Search
from tests.separation.sets import XOR, board, circle, scattered


def instance_of(points, labels):
    splits = linear_dichotomies(points)
    return Instance(splits.sides, np.array(labels, bool), ((),) * len(points))


@pytest.mark.parametrize("seed", range(8))
def test_the_search_agrees_with_trying_every_set(seed):
    points, labels = scattered(8, seed, (4, 100)[seed % 2])
    instance = instance_of(points, labels)
    for size in (1, 2, 3):
        plain = any(
            not instance.refute(units)
            for units in itertools.combinations(range(len(instance.sides)), size)
        )
        assert (Search(instance).find(size) is not None) == plain


def test_the_search_agrees_with_trying_every_set_of_any_units():
    # abstract units: any sides at all, so that a set dropped by mistake has no look-alike
    random = np.random.default_rng(7)
    answers = set()
    for _ in range(250):
        units, points = int(random.integers(5, 11)), int(random.integers(5, 9))
        sides = random.random((units, points)) < 0.4
        labels = np.arange(points) % 2 == 0
        instance = Instance(sides, labels, ((),) * points)
        search = Search(instance)
        for size in (1, 2, 3, 4):
            plain = any(
                not instance.refute(chosen) for chosen in itertools.combinations(range(units), size)
            )
            found = search.find(size)
            assert (found is not None) == plain
            assert found is None or not instance.refute(found)
            answers.add((size, plain))
    assert len(answers) >= 6


@pytest.mark.parametrize("seed", range(6))
def test_every_learned_certificate_balances_the_codes_of_units_outside_its_clause(seed):
    points, labels = scattered(14, seed)
    instance = instance_of(points, labels)
    search = Search(instance)
    for size in range(1, 6):
        search.find(size)
    for certificate, clause in zip(search.certificates, search.clauses, strict=True):
        assert sum(certificate.values()) == 0
        assert all((m > 0) == instance.labels[k] for k, m in certificate.items())
        breaking = members_of(clause)
        for unit, side in enumerate(instance.sides):
            held = sum(m for k, m in certificate.items() if side[k])
            assert (held != 0) == (unit in breaking)


def test_a_search_out_of_time_says_so():
    with pytest.raises(OutOfTimeError):
        Search(instance_of(*scattered(40, 1)), deadline=0.0).find(5)


@pytest.mark.parametrize(("sample", "bound"), [(circle(12), 6), (board(4, 4), 6), (XOR, 2)])
def test_the_packing_bound_is_recounted_exactly(sample, bound):
    points, labels = sample
    splits = linear_dichotomies(points)
    packing = pack_pairs(splits, np.array(labels, bool), np.array(points), float("inf"))
    loads = [
        sum(
            w
            for (p, q), w in zip(packing.pairs, packing.weights, strict=True)
            if side[p] != side[q]
        )
        for side in splits.sides
    ]
    assert (max(loads), packing.bound) == (packing.most, bound)


def test_no_bound_is_taken_from_an_incomplete_list():
    points, labels = scattered(150, 0)
    splits = linear_dichotomies(points, deadline=0.0)
    assert pack_pairs(splits, np.array(labels, bool), np.array(points), 0.0) is None


def searched():
    return next(
        found
        for found in (design(*scattered(20, seed)) for seed in range(30))
        if found.proof.kind == "search" and found.proof.learned
    )


def test_a_search_proof_stands_on_its_certificates_alone():
    found = searched()
    recheck(found.proof, found.points)
    with pytest.raises(CheckError):
        recheck(replace(found.proof, learned=()), found.points)


def test_tampered_proofs_are_refused():
    found = design(*circle(8))
    pairs, weights = found.proof.packing.pairs, found.proof.packing.weights
    heavy = Packing(pairs, (5, *weights[1:]), 2)
    for proof in (
        replace(found.proof, lower=5),
        replace(found.proof, packing=replace(heavy, pairs=((0, 1), *pairs[1:]))),
        Proof("one", 2),
        Proof("guess", 1),
    ):
        with pytest.raises(CheckError):
            recheck(proof, found.points)
    xor = design(*XOR)
    moved = replace(xor.proof.radon, point=(0, 0))
    with pytest.raises(CheckError):
        recheck(replace(xor.proof, radon=moved), xor.points)
