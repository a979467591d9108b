"""sn.same: equal by normal form, equal at every draw, different with a counterexample."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn


def test_spellings_of_softmax_are_one_normal_form() -> None:
    z = sn.tensor("z", ("N", "k"))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    verdict = sn.same(e / e.sum(axis=1)[:, None], sn.softmax(z))
    assert verdict.equal and verdict.proved
    assert str(verdict) == "equal: one normal form"


def test_an_identity_that_no_rule_knows_is_equal_at_every_draw() -> None:
    x = sn.tensor("x", ("n",))
    verdict = sn.same(np.sin(x) ** 2 + np.cos(x) ** 2, np.ones_like(x))
    assert verdict.equal and not verdict.proved
    assert str(verdict) == "equal at every draw"


def test_a_missing_transpose_is_found_with_a_counterexample() -> None:
    A, x = sn.tensor("A", ("n", "n")), sn.tensor("x", ("n",))
    verdict = sn.same(A @ x, A.T @ x)
    assert not verdict
    assert set(verdict.counterexample) == {"A", "x", "left", "right"}
    assert str(verdict).startswith("different (relative deviation ")


def test_shapes_must_match() -> None:
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("m",))
    with pytest.raises(sn.ShapeError) as caught:
        sn.same(x, y)
    assert str(caught.value) == (
        "ShapeError in same\n  expected: one shape\n  found: [n] against [m]\n"
        "  fix: compare values of one shape"
    )
