"""Compiled Hessians: equal to jax's, and evaluated at the cost of their closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnn as sn

from ..bench.bench_hessian import TOLERANCE, Case, cases, compared

SMALL = {
    c.name: c for c in cases(n=7, samples=6, features=4, m=5, k=3, columns=8)
}  # pairwise different sizes


@pytest.mark.parametrize("case", SMALL.values(), ids=list(SMALL))
def test_values_are_those_of_jax(case: Case) -> None:
    assert compared(case, rounds=1)[2] < TOLERANCE


def _source(case: Case) -> str:
    tensors = {k: sn.parameter(k, sizes) for k, sizes in case.shapes.items()}
    value = case.loss(sn.numpy, *tensors.values())
    return sn.compile([sn.hessian(value, tensors[a], tensors[b]) for a, b in case.blocks]).source


def test_a_block_diagonal_is_written_through_a_view_of_zeros() -> None:
    source = _source(SMALL["factorisation U"])
    assert "np.eye" not in source
    assert 'np.einsum("ijik->ijk", out)[...] = 2 * (V.T @ V)' in source


def test_a_weighted_gram_matrix_is_the_product_of_one_array_with_itself() -> None:
    assert "scaled.T @ scaled" in _source(SMALL["logistic"])


def test_a_weight_of_unknown_sign_is_not_put_under_a_root() -> None:
    X, d = sn.tensor("X", ("N", "k")), sn.tensor("d", ("N",))
    f = sn.compile(X.T @ (d[:, None] * X))
    assert "sqrt" not in f.source
    values = {"X": np.arange(6.0).reshape(3, 2), "d": np.array([1.0, -2.0, 3.0])}
    expected = values["X"].T @ (values["d"][:, None] * values["X"])
    np.testing.assert_allclose(f(values), expected)


def _weights(x: Any) -> dict[str, Any]:
    s = sn.sigmoid(x)
    return {
        "s (1 - s)": s * (1 - s), "1 - tanh²": 1 - np.tanh(x) ** 2, "x²": x**2,
        "1 / (1 + x²)": 1 / (1 + x**2), "exp": np.exp(x),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(_weights(sn.tensor("x", ("N",)))))
def test_a_provably_nonnegative_weight_is(name: str) -> None:
    X, x = sn.tensor("X", ("N", "k")), sn.tensor("x", ("N",))
    product = X.T @ (_weights(x)[name][:, None] * X)
    f = sn.compile(product)
    assert "scaled.T @ scaled" in f.source
    rng = np.random.default_rng(3)
    values = {X: rng.normal(size=(5, 3)), x: rng.normal(size=5)}
    np.testing.assert_allclose(f(values), sn.evaluate(product, values), rtol=1e-12)


def test_two_diagonals_and_a_dense_part_are_added() -> None:
    X, w = sn.parameter("X", ("m", "n")), sn.tensor("w", ("m", "n"))
    loss = np.sum(w * X**2) + np.sum(X) ** 2 + np.sum(np.sum(X, axis=0) ** 2)
    H = sn.hessian(loss, X)
    rng = np.random.default_rng(4)
    values = {X: rng.normal(size=(3, 4)), w: rng.normal(size=(3, 4))}
    f = sn.compile(H)
    given = {t: values[t] for t in f.inputs}
    expected = sn.evaluate(H, {t: values[t] for t in f.inputs})
    np.testing.assert_allclose(f(given), expected, rtol=1e-13)
