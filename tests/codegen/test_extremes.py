"""Compiled code at the ends of its domain: large scores, empty batches, other layouts and types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.codegen.compiled import compile

SCORES = np.array([1000.0, -1000.0, 0.5, 999.0])
SHIFTED = np.exp(SCORES - 1000.0) / np.exp(SCORES - 1000.0).sum()
CASES: dict[str, tuple[Callable[..., Any], Any]] = {
    "softmax": (lambda z: np.sum(sn.softmax(z) * np.arange(4)), None),
    "softmax by exp": (lambda z: np.sum(np.exp(z) / np.sum(np.exp(z)) * np.arange(4)), None),
    "logsumexp": (sn.logsumexp, SHIFTED),
    "log of a sum": (lambda z: np.log(np.sum(np.exp(z))), SHIFTED),
    "softplus": (lambda z: np.sum(sn.softplus(z)), 1 / (1 + np.exp(-np.clip(SCORES, -700, 700)))),
    "log(1 + exp)": (lambda z: np.sum(np.log(1 + np.exp(z))), None),
    "sigmoid": (lambda z: np.sum(sn.sigmoid(z)), None),
    "elu": (lambda z: np.sum(sn.elu(z)), [1, 0, 1, 1]),
    "silu": (lambda z: np.sum(sn.silu(z)), None),
    "gelu": (lambda z: np.sum(sn.gelu(z)), None),
    "cross-entropy": (lambda z: sn.cross_entropy(z, np.eye(4)[1], logits=True),
                      SHIFTED - np.eye(4)[1]),
    "binary cross-entropy": (
        lambda z: sn.binary_cross_entropy_with_logits(z, np.array([1.0, 1.0, 0.0, 0.0])), None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_scores_give_numbers(name: str, dtype: Any) -> None:
    f, slope = CASES[name]
    z = sn.parameter("z", (4,))
    loss = f(z)
    run = compile([loss, sn.derive(loss, wrt=z).gradients[z]], dtype=dtype)
    value, gradient = run(z=SCORES)
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))
    if slope is not None:
        np.testing.assert_allclose(gradient, slope, atol=1e-12 if dtype is np.float64 else 1e-6)


def test_layouts_and_types_of_inputs_do_not_matter() -> None:
    W, x = sn.parameter("W", ("p", "n")), sn.tensor("x", ("n", "m"))
    run = compile(np.sum(np.tanh(W @ x)))
    a, b = np.arange(12).reshape(4, 3) % 5, np.arange(6).reshape(3, 2) % 4
    wanted = np.sum(np.tanh(a @ b))
    for first in (a.astype(float), a, np.asfortranarray(a), np.repeat(a, 2, 0)[::2], a.tolist()):
        for second in (b, b[::-1].copy()[::-1], b.astype(np.float32), b.astype(np.uint8)):
            assert abs(run(W=first, x=second) - wanted) < 1e-12


@pytest.mark.parametrize("count", [0, 1, 2])
def test_any_number_of_samples(count: int) -> None:
    X, w = sn.tensor("X", ("N", "m")), sn.parameter("w", ("m",))
    loss = np.sum((X @ w) ** 2) + np.sum(np.max(X * w, axis=1))
    run = compile([loss, sn.derive(loss, wrt=w).gradients[w]])
    numbers = {"X": np.ones((count, 3)), "w": np.array([1.0, 2.0, 3.0])}
    value, gradient = run(**numbers)
    assert value == count * (36 + 3)
    assert gradient.tolist() == [12.0 * count, 12.0 * count, 13.0 * count]


def test_nothing_has_no_maximum_and_no_mean() -> None:
    X = sn.tensor("X", ("N", "m"))
    with pytest.raises(sn.DomainError, match="at least one entry along each axis"):
        compile(np.sum(np.max(X, axis=0)))(X=np.ones((0, 3)))
    with pytest.raises(sn.DomainError, match="no value at"):
        sn.evaluate(np.mean(X), X=np.ones((0, 3)))
