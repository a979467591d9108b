"""A matrix that is read in slices: its gradient is written as blocks of rows, and is checked."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.derivation import views


def two_halves() -> sn.Derivation:
    p = sn.sizes("p")
    W, b = sn.parameter("W", (2 * p, "n")), sn.parameter("b", (2 * p,))
    x = sn.tensor("x", ("n",))
    z = sn.named("z", W @ x + b)
    u, v = sn.named("u", z[:p]), sn.named("v", z[p:])
    return sn.derive(np.sum(sn.sigmoid(u) * np.tanh(v) ** 2), wrt=[W, b])


def test_the_gradient_of_what_is_sliced_is_made_of_blocks() -> None:
    d = two_halves()
    assert "∇_z = [∇_u; ∇_v]" in d.text("layers").splitlines()
    report = d.check(draws=2)
    assert report.passed
    assert not report.unverified


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
def test_blocks_are_right_in_every_layout(layout: str) -> None:
    assert two_halves().check(draws=1, layout=layout).passed


def test_blocks_in_the_wrong_order_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    d = two_halves()
    blocks = views.row_blocks
    monkeypatch.setattr(views, "row_blocks", lambda n: (blocks(n) or [])[::-1])
    with pytest.raises(sn.CheckError):
        d.check(draws=1)
