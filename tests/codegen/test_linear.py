"""Solving: an inverse that is only multiplied is never formed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnn as sn

A, B = sn.tensor("A", ("n", "n")), sn.tensor("B", ("n", "k"))
x, b = sn.tensor("x", ("n",)), sn.tensor("b", ("n",))
X, y = sn.tensor("X", ("N", "n")), sn.tensor("y", ("N",))
inv = np.linalg.inv

PRODUCTS = {
    "vector": np.linalg.solve(A, b),
    "matrix": np.linalg.solve(A, B),
    "quadratic": x @ inv(A) @ b,
    "from the right": B.T @ inv(A),
    "transposed": inv(A).T @ b,
    "normal equations": np.linalg.solve(X.T @ X, X.T @ y),
    "sandwich": B.T @ inv(A) @ B,
}


def _values(f: Any) -> dict[Any, Any]:
    rng = np.random.default_rng(2)
    sizes = {"n": 4, "k": 3, "N": 6}
    return {t: rng.normal(size=[sizes[str(s)] for s in t.sizes]) for t in f.inputs}


@pytest.mark.parametrize("name", list(PRODUCTS))
def test_a_product_with_an_inverse_solves(name: str) -> None:
    f = sn.compile(PRODUCTS[name])
    assert "np.linalg.solve(" in f.source and "np.linalg.inv(" not in f.source
    values = _values(f)
    np.testing.assert_allclose(f(values), sn.evaluate(PRODUCTS[name], values), rtol=1e-10)


def test_an_inverse_with_several_readers_is_formed_once() -> None:
    z = np.linalg.solve(A, b)
    f = sn.compile([z, sn.derive(x @ z, wrt=A).gradients[A]])
    assert f.source.count("np.linalg.inv(") == 1 and "solve" not in f.source
    values = _values(f)
    inverse = np.linalg.inv(values[A])
    expected = -np.outer(inverse.T @ values[x], inverse @ values[b])
    np.testing.assert_allclose(f(values)[1], expected, rtol=1e-10)


def test_products_are_ordered_by_the_sizes_of_the_call() -> None:
    A, B, C = sn.tensor("A", ("n", "d")), sn.tensor("B", ("d", "n")), sn.tensor("C", ("n", "d"))
    f = sn.compile(np.einsum("ij,jk,kl->il", A, B, C))
    rng = np.random.default_rng(0)
    orders = []
    for n, d in ((3, 40), (40, 3), (3, 40)):
        at = {
            "A": rng.normal(size=(n, d)),
            "B": rng.normal(size=(d, n)),
            "C": rng.normal(size=(n, d)),
        }
        wanted = np.einsum("ij,jk,kl->il", *at.values())
        assert np.allclose(f(at), wanted, rtol=1e-12, atol=1e-12)
        orders.append(f.source.splitlines()[-1].strip())
    assert orders == ["return A @ B @ C", "return A @ (C.T @ B.T).T", "return A @ B @ C"]
    s = sn.compile_step(np.sum(np.einsum("ij,jk,kl->il", A, B, C) ** 2), [A], sn.SGD(0.1))
    s.load({"A": np.ones((40, 3))}).step(B=np.ones((3, 40)), C=np.ones((40, 3)))
    assert "A @ B" not in s.source
