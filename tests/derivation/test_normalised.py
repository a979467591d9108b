"""Layer, batch, group and RMS norm in unnamed code: x̂ is found, its gradient has its terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnn as sn

THREE = "({G} − mean({G}) 𝟏_n − {x} {x}ᵀ {G} / n) / {s}"


def _vectors() -> tuple[Any, Any, Any]:
    eps = sn.tensor("eps", (), assume={"positive"})
    return sn.parameter("x", ("n",)), sn.tensor("g", ("n",)), eps


def _variances(x: Any) -> dict[str, Any]:
    c = x - np.mean(x)
    return {
        "np.var": np.var(x), "mean of squares": np.mean(c**2), "x.var()": x.var(),
        "sum of squares": np.sum((x - x.mean()) ** 2) / x.shape[0],
    }  # fmt: skip


@pytest.mark.parametrize("name", list(_variances(sn.tensor("x", ("n",)))))
@pytest.mark.parametrize("literal", [True, False])
def test_layer_norm_has_three_terms_however_it_is_written(name: str, literal: bool) -> None:
    x, g, eps = _vectors()
    std = np.sqrt(_variances(x)[name] + (1e-5 if literal else eps))
    d = sn.derive(g @ np.tanh((x - x.mean()) / std), wrt=x)
    first = d.text().splitlines()[0]
    assert first == "∇_x(L) = " + THREE.format(G="∇_{x̂}", x="x̂", s="σ")
    assert d.check(draws=3).passed


def test_names_of_the_user_are_kept() -> None:
    x, g, eps = _vectors()
    s = sn.named("s", np.sqrt(np.var(x) + eps))
    y = sn.named("y", (x - x.mean()) / s)
    d = sn.derive(g @ np.tanh(y), wrt=x)
    assert d.text().splitlines()[0] == "∇_x(L) = " + THREE.format(G="∇_y", x="y", s="s")


def test_rms_norm_has_two_terms() -> None:
    x, g, eps = _vectors()
    d = sn.derive(g @ (x / np.sqrt(np.mean(x**2) + eps)), wrt=x)
    assert d.text().splitlines()[0] == "∇_x(L) = (g − x̂ gᵀ x̂ / n) / r"
    assert d.check(draws=3).passed


def _loss(kind: str) -> tuple[Any, Any]:
    eps = 1e-5
    if kind in ("batch", "layer rows"):
        X, G = sn.parameter("X", ("N", "d")), sn.tensor("G", ("N", "d"))
        axis = 0 if kind == "batch" else 1
        mean, var = (f(X, axis=axis, keepdims=True) for f in (np.mean, np.var))
        gamma, beta = sn.tensor("gamma", ("d",)), sn.tensor("beta", ("d",))
        return np.sum(G * (gamma * (X - mean) / np.sqrt(var + eps) + beta)), X
    if kind == "batch of images":
        X, G = sn.parameter("X", ("N", "C", "M")), sn.tensor("G", ("N", "C", "M"))
        mean, var = (f(X, axis=(0, 2), keepdims=True) for f in (np.mean, np.var))
        return np.sum(G * (X - mean) / np.sqrt(var + eps)), X
    X, G = sn.parameter("X", ("N", 6, "M")), sn.tensor("G", ("N", 6, "M"))
    Z = X.reshape(X.shape[0], 2, 3, X.shape[2])
    mean, var = (f(Z, axis=(2, 3), keepdims=True) for f in (np.mean, np.var))
    return np.sum(G * ((Z - mean) / np.sqrt(var + eps)).reshape(X.shape)), X


def test_a_group_norm_is_that_of_the_tensor_over_groups() -> None:
    loss, X = _loss("group")
    d = sn.derive(loss, wrt=X)
    lines = [line.removeprefix("  where").strip() for line in d.text().splitlines()]
    assert lines[0] == "∇_X(L) = reshape(∇_{X_g}; n=(N, 6, M))"
    assert "X_g = reshape(X; n=(N, 2, 3, M))" in lines
    assert "X̂ = reshape(X̂_g; n=(N, 6, M))" in lines
    (slope,) = (line for line in lines if line.startswith("∇_{(X_g)_{i,j}} = "))
    assert slope.endswith("/ σ_{i,j} for i = 1..N, j = 1..2") and slope.count("mean(") == 2
    assert d.check(draws=3).passed


@pytest.mark.parametrize("kind", ["batch", "layer rows", "batch of images"])
def test_other_norms_read_the_normalised_value_and_are_right(kind: str) -> None:
    loss, X = _loss(kind)
    d = sn.derive(loss, wrt=X)
    answer = d.text().splitlines()[0]
    assert "X̂" in answer and "σ" in answer and "√" not in answer
    assert d.check(draws=3).passed


def test_the_step_is_mean_centring_in_both_languages() -> None:
    x, g, _ = _vectors()
    W = sn.parameter("W", ("n", "n"))
    z = sn.named("z", W @ x)
    d = sn.derive(g @ np.tanh((z - z.mean()) / np.sqrt(np.var(z) + 1e-5)), wrt=W)
    assert "mean centring" in d.text("main", "en")
    assert "centrage sur la moyenne" in d.text("main", "fr")


def test_without_the_rule_the_longer_form_shows() -> None:
    x, g, eps = _vectors()
    loss = g @ ((x - x.mean()) / np.sqrt(np.var(x) + eps))
    with sn.rules_off("mean centring"):
        long = sn.derive(loss, wrt=x)
        assert "x̂" not in long.text()
    assert "x̂" in sn.derive(loss, wrt=x).text()


def test_a_value_under_the_root_of_another_is_no_normalisation() -> None:
    x, g, _ = _vectors()
    y = sn.tensor("y", ("n",))
    d = sn.derive(g @ ((x - x.mean()) / np.sqrt(np.var(y) + 1e-5)), wrt=x)
    assert "x̂" not in d.text("main")
    assert d.check(draws=3).passed
