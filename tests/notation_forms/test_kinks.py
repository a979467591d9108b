"""Kinked functions print by name: a clip for Huber, one bracket for a range, absolute values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn

nn = sn.nn
CASES: dict[str, tuple[Callable[[Any, Any, Any], Any], str]] = {
    "huber": (lambda r, y, d: sn.huber(r, y), "clip(r − y, −1, 1) / n"),
    "huber of a symbol": (sn.huber, "clip(r − y, −δ, δ) / n"),
    "huber by cases": (
        lambda r, y, d: np.sum(
            np.where(np.abs(r) <= d, r**2 / 2, d * (np.abs(r) - d / 2))), "clip(r, −δ, δ)"),
    "weighted": (
        lambda r, y, d: y @ np.where(np.abs(r) < d, r**2, 2 * d * np.abs(r) - d**2),
        "2 y ⊙ clip(r, −δ, δ)"),
    "clip": (lambda r, y, d: y @ np.clip(r, -1, 1), "y ⊙ [−1 ≤ r ≤ 1]"),
    "relu6": (lambda r, y, d: y @ nn.ReLU6()(r), "y ⊙ [0 < r ≤ 6]"),
    "absolute": (lambda r, y, d: np.sum(np.abs(r - y)), "sign(r − y)"),
    "hinge": (lambda r, y, d: np.sum(np.maximum(0, 1 - y * r)), "−y ⊙ [1 − r ⊙ y > 0]"),
    "cases": (lambda r, y, d: np.sum(np.where(r > y, r**2, 0)), "2 r ⊙ [r > y]"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_kinked_functions_print_by_name(name: str) -> None:
    make, wanted = CASES[name]
    r, y = sn.tensor("r", ("n",)), sn.tensor("y", ("n",))
    delta = sn.tensor("delta", (), assume={"positive"})
    d = sn.derive(make(r, y, delta), wrt=r)
    assert d.text() == f"∇_r(L) = {wanted}"
    assert d.check(draws=3).passed


def test_a_bound_of_unknown_sign_makes_no_clip() -> None:
    r, delta = sn.tensor("r", ("n",)), sn.tensor("delta", ())
    d = sn.derive(sn.huber(r, 0, delta), wrt=r)
    assert "clip" not in d.text()
    assert d.check(draws=3).passed
