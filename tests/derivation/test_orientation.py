"""Names of sums: the axes as their parts are read, entries with the coefficient 1."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn


@pytest.mark.parametrize("width", [64, 48, "d"])
def test_centred_rows_are_named_as_they_are_read(width):
    X, G = sn.tensor("X", ("T", width)), sn.tensor("G", ("T", width))
    d = sn.derive(np.sum(np.tanh(X - X.mean(axis=1, keepdims=True)) * G), wrt=X)
    size = f"{{{width}}}" if isinstance(width, int) else width
    assert f"U = X − rowmean(X) 𝟏_{size}ᵀ" in d.text("main")
    answer = d.text().splitlines()[0]
    assert answer == f"∇_X(L) = ∇_U − ∇_U 𝟏_{size} 𝟏_{size}ᵀ / {width}"
    assert d.check(draws=3).passed


def test_the_name_of_a_sum_keeps_the_order_in_which_it_is_read():
    X, W = sn.tensor("X", ("n", "m")), sn.parameter("W", ("n", "m"))
    d = sn.derive(np.sum(np.tanh(3 * X + 5 * W + X * W)), wrt=W)
    assert "ᵀ" not in d.text("main")
    assert d.check(draws=3).passed


def test_a_normalised_square_keeps_its_power_in_the_mean():
    x, c = sn.tensor("x", ("n",)), sn.tensor("c", ("n",))
    v = x * x - np.mean(x * x)
    d = sn.derive(np.sum(c * v / np.sqrt(np.mean(v * v) + 1)), wrt=x)
    assert d.check(draws=3).passed
