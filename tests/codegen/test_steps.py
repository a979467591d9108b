"""Steps: the update rule on the gradients of the loss, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.codegen.batching import mean_over_samples
from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.codegen.steps import compile_step
from symnn.core.errors import DomainError, UnknownNameError
from symnn.lang.optimizers import SGD
from tests.codegen.nets import NETS


def _net() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    return np.sum((np.tanh(W @ x + b) - y) ** 2), [W, b]


def _gradients(W, b, x, y):  # type: ignore[no-untyped-def]
    a = np.tanh(W @ x + b)
    d = 2 * (a - y) * (1 - a**2)
    return np.outer(d, x), d, np.sum((a - y) ** 2)


def test_a_step_is_the_rule() -> None:
    loss, wrt = _net()
    rng = np.random.default_rng(0)
    W, b, x, y = (rng.normal(size=s) for s in ((2, 3), (2,), (3,), (2,)))
    s = compile_step(loss, wrt, SGD(0.1)).load({"W": W, "b": b})
    dW, db, value = _gradients(W, b, x, y)
    assert np.isclose(s.step(x=x, y=y), value, rtol=1e-13)
    assert np.allclose(s.params["W"], W - 0.1 * dW, rtol=1e-13)
    assert np.allclose(s.params["b"], b - 0.1 * db, rtol=1e-13)


def test_momentum_keeps_a_velocity() -> None:
    loss, wrt = _net()
    rng = np.random.default_rng(0)
    W, b, x, y = (rng.normal(size=s) for s in ((2, 3), (2,), (3,), (2,)))
    s = compile_step(loss, wrt, SGD(0.1, momentum=0.9)).load({"W": W, "b": b})
    v = np.zeros_like(W)
    for _ in range(3):
        dW, _, _ = _gradients(W, b, x, y)
        s.step(x=x, y=y)
        v = 0.9 * v + dW
        W, b = W - 0.1 * v, s.params["b"]
        assert np.allclose(s.params["W"], W, rtol=1e-12)


def test_an_epoch_of_batches_is_the_mean_gradient_of_each_batch() -> None:
    loss, wrt = _net()
    rng = np.random.default_rng(0)
    W, b, X, Y = (rng.normal(size=s) for s in ((2, 3), (2,), (7, 3), (7, 2)))
    s = compile_step(loss, wrt, SGD(0.1), batch=3).load({"W": W, "b": b})
    given = {str(t.name): {"x": X, "y": Y}[str(t.name)] for t in s.inputs}
    mean = s.epoch(*given.values())
    total = 0.0
    for start in range(0, 7, 3):
        parts = [
            _gradients(W, b, x, y)
            for x, y in zip(X[start : start + 3], Y[start : start + 3], strict=True)
        ]
        total += sum(p[2] for p in parts)
        W = W - 0.1 * np.mean([p[0] for p in parts], axis=0)
        b = b - 0.1 * np.mean([p[1] for p in parts], axis=0)
    assert np.allclose(s.params["W"], W, rtol=1e-12)
    assert np.isclose(mean, total / 7)


def test_a_batched_loss_is_the_mean_of_the_losses() -> None:
    z, t = sn.tensor("z", (3, 4)), sn.tensor("t", (3,), dtype=int, below=4)
    picked = np.take_along_axis(sn.softmax(z), t[:, None], axis=1)
    loss = np.sum(np.max(z, axis=0)) * np.prod(picked) + np.sum(sn.logsumexp(z, axis=0))
    rng = np.random.default_rng(0)
    Z, T = rng.normal(size=(5, 3, 4)), rng.integers(0, 4, size=(5, 3))
    mean, made, _ = mean_over_samples(loss, [z, t])
    f, g = compile(loss), compile([mean, gradients(mean, [made[z.call]])[made[z.call]]])
    got, slope = g({made[z.call]: Z, made[t.call]: T})
    assert np.isclose(got, np.mean([f(z=a, t=b) for a, b in zip(Z, T, strict=True)]), rtol=1e-13)
    one = compile(gradients(loss, [z])[z])
    wanted = np.stack([one(z=a, t=b) for a, b in zip(Z, T, strict=True)]) / 5
    assert np.allclose(slope, wanted, rtol=1e-12)


@pytest.mark.parametrize("name", ["dense", "attention"])
def test_whole_nets_in_batches(name: str) -> None:
    loss, wrt = NETS[name]()
    s = compile_step(loss, wrt, SGD(0.05), batch=4)
    rng = np.random.default_rng(0)
    size = {"n": 3, "p": 2, "T": 5, "d": 4}
    s.load({w: 0.3 * rng.normal(size=[size[str(k)] for k in w.sizes]) for w in wrt})
    data = {
        str(t.name): rng.normal(size=(12, *(size[str(k)] for k in t.sizes[1:]))) for t in s.inputs
    }
    losses = [s.epoch(**data) for _ in range(20)]
    assert losses[-1] < losses[0]


def test_refusals() -> None:
    loss, wrt = _net()
    with pytest.raises(UnknownNameError, match="call load"):
        compile_step(loss, wrt).step(x=np.ones(3), y=np.ones(2))
    with pytest.raises(DomainError, match="expected: lr > 0"):
        SGD(0)
