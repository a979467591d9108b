"""The golden set: right against differences, and as short as the textbook's form."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn

from .problems import PROBLEMS, Problem


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_gradient_is_its_central_difference(problem: Problem) -> None:
    loss, wrt = problem.build()
    report = sn.derive(loss, wrt=wrt).check(draws=2)
    assert report.passed
    assert report.largest <= 1e-6


def test_automatic_names_are_no_sizes() -> None:
    """An unnamed activation of a layer of width h is not called h."""
    W1, W2 = sn.parameter("W1", ("h", "n")), sn.parameter("W2", ("p", "h"))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    d = sn.derive(np.sum((np.tanh(W2 @ np.tanh(W1 @ x)) - y) ** 2), wrt=[W1, W2])
    assert not {b.name for b in d.program.bindings} & {"h", "n", "p"}
    assert d.check().passed
