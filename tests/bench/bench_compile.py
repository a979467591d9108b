"""Compiled functions against NumPy written by hand, side by side.

`python -m tests.bench.bench_compile` prints milliseconds of the checked call, of the bare source
and of the hand-written code, and their ratios (medians of interleaved rounds).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from symnn.codegen.compiled import Compiled, compile
from symnn.codegen.gradients import gradients
from symnn.lang.face import named, parameter, tensor
from symnn.lang.functions import logsumexp, softmax

Run = Callable[[], Any]
RNG = np.random.default_rng(0)


def mlp(batch: int = 32, widths: tuple[int, int, int] = (784, 128, 10)) -> tuple[Run, Run, Run]:
    """Loss and gradients of a two-layer ReLU network with softmax cross-entropy."""
    n, h, k = widths
    X, Y = tensor("X", ("N", "n")), tensor("Y", ("N", "k"))
    W1, b1 = parameter("W1", ("n", "h")), parameter("b1", ("h",))
    W2, b2 = parameter("W2", ("h", "k")), parameter("b2", ("k",))
    H = named("H", np.maximum(named("Z1", X @ W1 + b1), 0))
    Z2 = named("Z2", H @ W2 + b2)
    loss = np.sum(Y * (logsumexp(Z2, axis=1, keepdims=True) - Z2)) / X.shape[0]
    wrt = [W1, b1, W2, b2]
    f = compile([loss, *gradients(loss, wrt).values()])
    values = {
        X: RNG.normal(size=(batch, n)), Y: np.eye(k)[RNG.integers(0, k, batch)],
        W1: RNG.normal(size=(n, h)) / 28, b1: np.zeros(h), W2: RNG.normal(size=(h, k)) / 11,
        b2: np.zeros(k),
    }  # fmt: skip
    args = [values[t] for t in (X, Y, W1, b1, W2, b2)]
    return lambda: f(values), _bare(f, values), lambda: hand_mlp(*args)


def hand_mlp(X, Y, W1, b1, W2, b2):  # type: ignore[no-untyped-def]
    Z1 = X @ W1 + b1
    H = np.maximum(Z1, 0)
    Z2 = H @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(P)) / len(X)
    D2 = (P - Y) / len(X)
    D1 = (D2 @ W2.T) * (Z1 > 0)
    return loss, X.T @ D1, D1.sum(axis=0), H.T @ D2, D2.sum(axis=0)


def attention(T: int = 64, d: int = 64) -> tuple[Run, Run, Run]:
    """Loss and gradients of one attention head."""
    X, Y = tensor("X", ("T", "d")), tensor("Y", ("T", "d"))
    wrt = [parameter(f"W{c}", ("d", "d")) for c in "qkv"]
    Q, K, V = (named(c, X @ w) for c, w in zip("QKV", wrt, strict=True))
    A = named("A", softmax(Q @ K.T / np.sqrt(K.shape[-1])))
    loss = np.mean((named("O", A @ V) - Y) ** 2)
    f = compile([loss, *gradients(loss, wrt).values()])
    values = {t: RNG.normal(size=(T if t.sizes == X.sizes else d, d)) / 4 for t in (X, Y, *wrt)}
    args = [values[t] for t in (X, Y, *wrt)]
    return lambda: f(values), _bare(f, values), lambda: hand_attention(*args)


def hand_attention(X, Y, Wq, Wk, Wv):  # type: ignore[no-untyped-def]
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    c = 1 / X.shape[1] ** 0.5
    S = c * (Q @ K.T)
    E = np.exp(S - S.max(axis=1, keepdims=True))
    A = E / E.sum(axis=1, keepdims=True)
    R = A @ V - Y
    dO = 2 / R.size * R
    dA = dO @ V.T
    dS = c * A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    return np.mean(R**2), X.T @ (dS @ K), X.T @ (dS.T @ Q), X.T @ (A.T @ dO)


def _bare(f: Compiled, values: dict[Any, Any]) -> Run:
    """The generated function itself, without the checks of the call."""
    space: dict[str, Any] = {}
    exec(f.source, space)
    args = [values[t] for t in f.inputs]
    return lambda: space["f"](*args)


def main() -> None:
    print(f"{'':24}{'compiled':>10}{'source':>10}{'by hand':>10}{'ratio':>8}{'source':>8}")
    for name, make in (("MLP batch 32", mlp), ("attention T=64 d=64", attention)):
        runs = make()
        assert all(np.allclose(a, b) for a, b in zip(runs[0](), runs[2](), strict=True))
        times = [median(t) * 1e3 for t in zip(*(_round(runs) for _ in range(150)), strict=True)]
        print(
            f"{name:24}{times[0]:>10.3f}{times[1]:>10.3f}{times[2]:>10.3f}"
            f"{times[0] / times[2]:>8.2f}{times[1] / times[2]:>8.2f}"
        )


def _round(runs: tuple[Run, Run, Run]) -> list[float]:
    taken = []
    for run in runs:
        run()  # warm: the round before used other memory
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return taken


if __name__ == "__main__":
    main()
