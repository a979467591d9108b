"""Conditions stand beside the sign: products that leave a place out, cumulative sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.lang.call import opened
from symnn.notation.matrix import matrix_form

from .judge import agree

CASES: dict[str, tuple[Callable[[Any, Any, Any], Any], str, str]] = {
    "product": (lambda x, r, X: np.prod(x), "x", "∇_{x_j}(L) = ∏_{l=1, l ≠ j}^{n} x_l"),
    "product of sums": (lambda x, r, X: np.prod(x * r + 1), "x",
                        "∇_{x_j}(L) = r_j ∏_{l=1, l ≠ j}^{n} (x_l r_l + 1)"),
    "products of rows": (lambda x, r, X: x @ np.prod(X, axis=1), "X",
                         "∇_{X_{j,l}}(L) = x_j ∏_{r=1, r ≠ l}^{m} X_{j,r}"),
    "cumulative sum": (lambda x, r, X: r @ np.cumsum(x), "x", "∇_{x_j}(L) = ∑_{l ≥ j} r_l"),
    "its square": (lambda x, r, X: r @ np.cumsum(x) ** 2, "x",
                   "∇_{x_j}(L) = 2 ∑_{l=1}^{n} ∑_{m ≥ j, m ≥ l} x_l r_m"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_gradients_read_as_in_a_textbook(name: str) -> None:
    make, wrt, wanted = CASES[name]
    found = {k: sn.tensor(k, ("n",)) for k in ("x", "r")} | {"X": sn.tensor("X", ("n", "m"))}
    d = sn.derive(make(found["x"], found["r"], found["X"]), wrt=found[wrt])
    assert d.text() == wanted
    assert d.check(draws=3).passed


def test_the_hessian_of_a_product_leaves_two_places_out() -> None:
    x = sn.tensor("x", ("n",))
    H = sn.hessian(np.prod(x), x)
    assert H.text() == "(1 − [i = j]) ∏_{l=1, l ≠ j, l ≠ i}^{n} x_l"
    whole = opened([H.call])[H.call]
    assert agree(whole, matrix_form(whole)) == H.text()
