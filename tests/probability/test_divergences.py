"""Divergences and their gradients against JAX at two sizes, and where they must be 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import ShapeError
from symnn.probability.divergences import (
    bernoulli,
    categorical,
    gaussian_diagonal,
    gaussian_factor,
    gaussian_full,
)
from symnn.probability.moments import expectation, source

Case = tuple[sn.Tensor, list[sn.Tensor], Callable[..., Any], Callable[[Any, int], dict[str, Any]]]


def _definite(rng: np.random.Generator, k: int) -> np.ndarray:
    A = rng.standard_normal((k, k + 2))
    return A @ A.T / k + 0.3 * np.eye(k)


def _diagonal(jnp: Any) -> Case:
    m, s = sn.tensor("m", ("k",)), sn.tensor("s", ("k",))

    def expected(m: Any, s: Any) -> Any:
        return 0.5 * jnp.sum(m**2 + jnp.exp(s) - s - 1)

    return gaussian_diagonal(m, s), [m, s], expected, lambda rng, k: {
        "m": rng.standard_normal(k), "s": rng.standard_normal(k),
    }  # fmt: skip


def _full(jnp: Any) -> Case:
    m, m0 = sn.tensor("m", ("k",)), sn.tensor("m_0", ("k",))
    S, P = (sn.tensor(n, ("k", "k"), assume={"symmetric", "pd"}) for n in "SP")

    def expected(m: Any, S: Any, m_0: Any, P: Any) -> Any:
        r, logdet = m - m_0, jnp.linalg.slogdet
        inner = jnp.trace(P @ S) + r @ P @ r - len(m) - logdet(S)[1] - logdet(P)[1]
        return 0.5 * inner

    return gaussian_full(m, S, m0, P), [m, S], expected, lambda rng, k: {
        "m": rng.standard_normal(k), "S": _definite(rng, k), "m_0": rng.standard_normal(k),
        "P": _definite(rng, k),
    }  # fmt: skip


def _factor(jnp: Any) -> Case:
    m, L = sn.tensor("m", ("k",)), sn.tensor("L", ("k", "k"))

    def expected(m: Any, L: Any) -> Any:
        S = L @ L.T
        return 0.5 * (jnp.trace(S) + m @ m - len(m) - jnp.linalg.slogdet(S)[1])

    return gaussian_factor(m, L), [m, L], expected, lambda rng, k: {
        "m": rng.standard_normal(k), "L": np.linalg.cholesky(_definite(rng, k)),
    }  # fmt: skip


def _bernoulli(jnp: Any) -> Case:
    q, p = sn.tensor("q", ("k",)), sn.tensor("p", ("k",))

    def expected(q: Any, p: Any) -> Any:
        return jnp.sum(q * jnp.log(q / p) + (1 - q) * jnp.log((1 - q) / (1 - p)))

    return bernoulli(q, p), [q, p], expected, lambda rng, k: {
        "q": rng.uniform(0.1, 0.9, k), "p": rng.uniform(0.1, 0.9, k),
    }  # fmt: skip


def _categorical(jnp: Any) -> Case:
    import jax

    a, p = sn.tensor("a", ("k",)), sn.tensor("p", ("k",))

    def expected(a: Any, p: Any) -> Any:
        q = jax.nn.softmax(a)
        return jnp.sum(q * (jnp.log(q) - jnp.log(p)))

    return categorical(sn.named("q", sn.softmax(a)), p), [a, p], expected, lambda rng, k: {
        "a": rng.standard_normal(k), "p": rng.dirichlet(np.ones(k)),
    }  # fmt: skip


@pytest.mark.parametrize("make", [_diagonal, _full, _factor, _bernoulli, _categorical])
def test_values_and_gradients_agree_with_jax(make: Callable[[Any], Case]) -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    value, wrt, expected, draw = make(jax.numpy)
    d = sn.derive(sn.named("D", value), wrt=wrt)
    for k in (2, 5):
        given = draw(np.random.default_rng(k), k)
        assert float(sn.evaluate(value, given)) == pytest.approx(float(expected(**given)), 1e-12)
        names = [str(x.name) for x in wrt]
        slopes = jax.grad(lambda free, fixed: expected(**free, **fixed))(
            {n: given[n] for n in names}, {n: v for n, v in given.items() if n not in names}
        )
        for name in names:
            found = sn.evaluate([value, d.gradients[name]], given)[1]
            np.testing.assert_allclose(found, slopes[name], rtol=1e-10, atol=1e-12)


def test_a_law_has_no_divergence_from_itself() -> None:
    rng = np.random.default_rng(0)
    S, m = _definite(rng, 3), rng.standard_normal(3)
    value, *_ = _full(np)
    same = {"m": m, "m_0": m, "S": S, "P": np.linalg.inv(S)}
    assert float(sn.evaluate(value, same)) == pytest.approx(0, abs=1e-12)
    assert float(sn.evaluate(value, {**same, "m_0": m + 0.1})) > 0
    q, p = sn.tensor("q", ("k",)), sn.tensor("p", ("k",))
    half = rng.uniform(0.1, 0.9, 4)
    assert float(sn.evaluate(bernoulli(q, p), q=half, p=half)) == pytest.approx(0, abs=1e-15)


def test_moments_of_a_correlated_source() -> None:
    S = sn.tensor("S", ("k", "k"), assume={"symmetric", "pd"})
    A, m = sn.tensor("A", ("k", "k")), sn.tensor("m", ("k",))
    u = source("u", ("k",), covariance=S)
    rng = np.random.default_rng(1)
    given = {"A": rng.standard_normal((3, 3)), "m": rng.standard_normal(3), "S": _definite(rng, 3)}
    draws = rng.multivariate_normal(np.zeros(3), given["S"], 200_000)

    def form(z: np.ndarray) -> np.ndarray:
        return np.einsum("si,ij,sj->s", z, given["A"], z)

    for value, found in (
        ((u + m) @ A @ (u + m), form(draws + given["m"])),
        (((u + m) @ A @ (u + m)) ** 2, form(draws + given["m"]) ** 2),
    ):
        mean = float(sn.evaluate(expectation(value, [u]), given))
        assert abs(found.mean() - mean) < 5 * found.std() / np.sqrt(len(found))


def test_a_covariance_of_another_shape_is_refused() -> None:
    with pytest.raises(ShapeError, match="expected: a covariance of shape"):
        source("u", ("k",), covariance=sn.tensor("S", ("k", "n")))
