"""Every known derivative: equal to jax's at two draws, printed right, and as short as published."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from . import judge
from .matrix_cookbook import cookbook
from .problem import Problem
from .sources import ALL, SOURCES
from .table import identity


@cache
def _found(problem: Problem) -> judge.Derived:
    return judge.derive(problem)


@pytest.mark.parametrize("number", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("problem", ALL, ids=str)
def test_derivative_is_right_and_prints_right(problem: Problem, number: int) -> None:
    found = _found(problem)
    at = judge.draw(found, number)
    value = judge.value(found, at)
    assert judge.deviation(value, judge.wanted(problem, at)) < 1e-8
    assert judge.deviation(judge.printed_value(found, at, value), value) < 1e-8
    if problem.published:
        published = judge.printed_value(found, at, value, problem.published)
        assert judge.deviation(published, value) < 1e-8


def test_names_are_said_once() -> None:
    assert len({str(p) for p in ALL}) == len(ALL)


def test_numbers_come_with_their_identity() -> None:
    said = {p.number: identity(p) for p in cookbook.problems if p.number in ("100", "142", "98")}
    assert said["100"] == "∂(tr(X A))/∂X"
    assert said["142"] == "∂(xᵀ diag(A))/∂x"
    assert said["98"].startswith("∂²(") and said["98"].endswith("/∂x∂x")


def test_printed_forms_are_as_short_as_published() -> None:
    ratios = [
        judge.own_length(_found(p)) / judge.published_length(_found(p)) for p in ALL if p.published
    ]
    assert np.median(ratios) <= 1.0
    assert np.percentile(ratios, 90) <= 1.3


def test_results_are_in_matrix_notation() -> None:
    kinds = [_found(p).form.kind for p in ALL if _found(p).node.rank <= 2]
    assert kinds.count("matrix") >= 0.9 * len(kinds)
    every = [_found(p).form.kind for p in ALL]
    assert set(every) <= {"matrix", "kronecker", "slices", "index"}
    assert every.count("index") <= 0.02 * len(every)


def test_no_result_is_zero_by_omission() -> None:
    assert [str(p) for p in ALL if _found(p).text == "0"] == []


def test_every_source_is_asked() -> None:
    assert sum(len(s.problems) for s in SOURCES) == len(ALL) >= 420
