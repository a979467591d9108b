"""Golden derivations: every step of representative losses, reviewed as text in both languages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnn as sn
from symnn.derivation.layers import fold_layers, general, layer_of, particular
from symnn.derivation.texts import matrix_equation


def linear_layer() -> sn.Derivation:
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    y_hat = sn.named("y_hat", W @ x + b)
    return sn.derive(np.sum((y_hat - y) ** 2), wrt=[W, b])


def softmax_regression() -> sn.Derivation:
    W, b = sn.parameter("W", ("k", "n")), sn.parameter("b", ("k",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("k",), assume={"simplex"})
    z = sn.named("z", W @ x + b)
    p = sn.named("p", sn.softmax(z))
    return sn.derive(-np.sum(y * np.log(p)), wrt=[W, b])


def batch_rows() -> sn.Derivation:
    X, Y = sn.tensor("X", ("N", "d")), sn.tensor("Y", ("N", "k"), assume={"simplex"})
    W1, b1 = sn.parameter("W1", ("d", "h")), sn.parameter("b1", ("h",))
    W2, b2 = sn.parameter("W2", ("h", "k")), sn.parameter("b2", ("k",))
    Z = sn.named("Z", np.maximum(X @ W1 + b1, 0) @ W2 + b2)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = sn.named("P", E / E.sum(axis=1)[:, None])
    return sn.derive(-np.mean(np.sum(Y * np.log(P), axis=1)))


def attention() -> sn.Derivation:
    Q, K = sn.parameter("Q", ("T", "d")), sn.parameter("K", ("T", "d"))
    V, Y = sn.parameter("V", ("T", "v")), sn.tensor("Y", ("T", "v"))
    S = sn.named("S", Q @ K.T / np.sqrt(K.shape[-1]))
    A = sn.named("A", sn.softmax(S))
    Z = sn.named("Z", A @ V)
    return sn.derive(np.sum((Z - Y) ** 2), wrt=[Q, K, V])


def residual() -> sn.Derivation:
    W, b = sn.parameter("W", ("n", "n")), sn.parameter("b", ("n",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("n",))
    h = sn.named("h", x + np.tanh(W @ x + b))
    return sn.derive(np.sum((h - y) ** 2), wrt=[W, b, x])


def layer_norm() -> sn.Derivation:
    x, y = sn.parameter("x", ("d",)), sn.tensor("y", ("d",))
    c = sn.named("c", x - np.mean(x))
    v = sn.named("v", np.mean(c**2))
    r = sn.named("r", 1 / np.sqrt(v + 1e-5))
    x_hat = sn.named("x_hat", c * r)
    return sn.derive(np.sum((x_hat - y) ** 2), wrt=x)


DERIVATIONS = [
    linear_layer, softmax_regression, batch_rows, attention, residual, layer_norm,
]  # fmt: skip


@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_step_reads_as_reviewed(
    build: Callable[[], sn.Derivation], lang: str, golden: Callable[[str, str], None]
) -> None:
    golden(f"derivation/{build.__name__}.{lang}.txt", build().text("all", lang) + "\n")


@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
def test_every_step_is_checked(build: Callable[[], sn.Derivation]) -> None:
    report = build().check()
    assert report.passed
    assert report.largest < 1e-7


@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
def test_differentials_find_the_same_gradients(build: Callable[[], sn.Derivation]) -> None:
    d = build()
    second = d.differentials()
    rng = np.random.default_rng(3)
    from symnn.derivation.bench import Bench, relative

    bench = Bench(d.program, d.cotangents, rng)
    for w in d.wrt:
        ours = bench.value(d.cotangents[w.call.port].value)
        assert relative(bench.value(second.gradients[w.call.port]), ours) < 1e-10


def deep(layers: int) -> sn.Derivation:
    a = sn.tensor("a0", ("n0",), latex="a^{[0]}")
    parameters = []
    for k in range(1, layers + 1):
        W = sn.parameter(f"W{k}", (f"n{k}", f"n{k - 1}"), latex=f"W^{{[{k}]}}")
        b = sn.parameter(f"b{k}", (f"n{k}",), latex=f"b^{{[{k}]}}")
        z = sn.named(f"z{k}", W @ a + b, latex=f"z^{{[{k}]}}")
        a = sn.named(f"a{k}", np.tanh(z), latex=f"a^{{[{k}]}}")
        parameters += [W, b]
    y = sn.tensor("y", (f"n{layers}",))
    return sn.derive(np.sum((a - y) ** 2), wrt=parameters)


def test_a_deep_net_is_a_recursion(golden: Callable[[str, str], None]) -> None:
    golden("derivation/deep.layers.txt", deep(5).text("layers") + "\n")


def test_folded_layers_unfold_to_the_original_lines() -> None:
    views = [v for v in deep(4).views if v.matrix is not None]
    pairs = [(v.matrix_left, matrix_equation(v)) for v in views]
    for line in fold_layers(pairs):  # type: ignore[arg-type]
        for layer, place in zip(line.layers or (), line.places, strict=False):
            assert particular(line.equation, layer) == pairs[place][1]


def test_general_and_particular_are_inverse() -> None:
    for v in deep(3).views:
        layer = layer_of(v.left)
        if layer is not None:
            assert particular(general(v.left, layer), layer) == v.left
