"""The golden set: right against differences, and as short as the textbook's form."""

from __future__ import annotations

import pytest

import symnn as sn

from .problems import PROBLEMS, Problem


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_gradient_is_its_central_difference(problem: Problem) -> None:
    loss, wrt = problem.build()
    report = sn.derive(loss, wrt=wrt).check(draws=2)
    assert report.passed
    assert report.largest <= 1e-6
