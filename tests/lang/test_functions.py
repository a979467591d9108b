"""Activations, losses and penalties against the formulas they are named after."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

import symnn as sn
from tests.differences import check_gradients, close

RNG = np.random.default_rng(2)
X, Y = RNG.normal(size=(3, 4)) * 1.7, RNG.normal(size=(3, 4))
P = RNG.dirichlet(np.ones(4), 3)
LABELS = np.array([3, 0, 1])
x, y = sn.tensor("x", ("n", "m")), sn.tensor("y", ("n", "m"))
labels = sn.tensor("c", ("n",), dtype=int, below="m")
root = np.sqrt(2 / np.pi)
residual = np.abs(X - Y)


@pytest.mark.parametrize(("value", "wanted"), [
    (sn.sigmoid(x), special.expit(X)),
    (sn.relu(x), np.maximum(X, 0)),
    (sn.softplus(x), np.log1p(np.exp(X))),
    (sn.silu(x), X * special.expit(X)),
    (sn.gelu(x), X * stats.norm.cdf(X)),
    (sn.gelu(x, "tanh"), 0.5 * X * (1 + np.tanh(root * (X + 0.044715 * X**3)))),
    (sn.leaky_relu(x), np.where(X > 0, X, 0.01 * X)),
    (sn.leaky_relu(x, 0.2), np.where(X > 0, X, 0.2 * X)),
    (sn.elu(x), np.where(X > 0, X, np.exp(X) - 1)),
    (sn.elu(x, 0.5), np.where(X > 0, X, 0.5 * (np.exp(X) - 1))),
    (sn.softmax(x), special.softmax(X, axis=-1)),
    (sn.softmax(x, axis=0), special.softmax(X, axis=0)),
    (sn.logsumexp(x), special.logsumexp(X, axis=-1)),
    (sn.logsumexp(x, axis=0, keepdims=True), special.logsumexp(X, axis=0, keepdims=True)),
    (sn.squared_error(x, y), np.sum((X - Y) ** 2)),
    (sn.mse(x, y), np.mean((X - Y) ** 2)),
    (sn.mae(x, y), np.mean(residual)),
    (sn.huber(x, y), np.mean(np.where(residual <= 1, residual**2 / 2, residual - 0.5))),
    (sn.huber(x, y, 0.7),
     np.mean(np.where(residual <= 0.7, residual**2 / 2, 0.7 * (residual - 0.35)))),
    (sn.binary_cross_entropy_with_logits(x, y), np.mean(np.log1p(np.exp(X)) - X * Y)),
    (sn.hinge(x, np.sign(y)), np.mean(np.maximum(0, 1 - X * np.sign(Y)))),
    (sn.l1(x, y), np.abs(X).sum() + np.abs(Y).sum()),
    (sn.l2(x), (X**2).sum()),
    (sn.cross_entropy(x, y, logits=True), np.mean(-np.sum(Y * special.log_softmax(X, 1), 1))),
    (sn.cross_entropy(x, labels, logits=True),
     -np.mean(special.log_softmax(X, 1)[np.arange(3), LABELS])),
    (sn.cross_entropy(sn.softmax(x), labels),
     -np.mean(special.log_softmax(X, 1)[np.arange(3), LABELS])),
], ids=lambda v: v.call.op if isinstance(v, sn.Tensor) else "")  # fmt: skip
def test_value_and_gradients(value: sn.Tensor, wanted: np.ndarray) -> None:
    everything = {x: X, y: Y, labels: LABELS}
    numbers = {t: a for t, a in everything.items() if reads(value, t)}
    assert close(sn.evaluate(value, numbers), np.asarray(wanted), 1e-12)
    check_gradients(value, numbers, None)


def reads(value: sn.Tensor, t: sn.Tensor) -> bool:
    stack, seen = [value.call], set()
    while stack:
        call = stack.pop()
        if call not in seen:
            seen.add(call)
            stack += call.args
    return t.call in seen


def test_cross_entropy_of_one_sample_is_not_averaged() -> None:
    p, t = sn.tensor("p", ("n",)), sn.tensor("t", ("n",))
    value = sn.cross_entropy(p, t)
    assert close(sn.evaluate(value, p=P[0], t=P[1]), -np.sum(P[1] * np.log(P[0])), 1e-12)


@pytest.mark.parametrize("name", [
    "silu", "gelu", "elu", "leaky_relu", "mse", "mae", "huber", "squared_error", "hinge",
    "cross_entropy", "binary_cross_entropy_with_logits", "softmax", "logsumexp", "sigmoid", "relu",
])  # fmt: skip
def test_a_composition_carries_its_name(name: str) -> None:
    two = name in ("mse", "mae", "huber", "squared_error", "hinge") or "entropy" in name
    function = getattr(sn, name)
    assert (function(x, y) if two else function(x)).call.op == name


def test_gelu_lists_its_forms() -> None:
    with pytest.raises(sn.UnsupportedError, match=r"there is: 'none' \(exact\), 'tanh'"):
        sn.gelu(x, "fast")
