"""Five small networks whose generated source is reviewed: `python -m tests.codegen.nets NAME`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.lang.definition import define
from symnn.lang.face import named, parameter, tensor
from symnn.lang.functions import logsumexp, softmax
from symnn.lang.recurrence import scan
from symnn.lang.tensor import Tensor

Net = tuple[Tensor, list[Tensor]]


def dense() -> Net:
    W, b = parameter("W", ("p", "n")), parameter("b", ("p",))
    x, y = tensor("x", ("n",)), tensor("y", ("p",))
    y_hat = named("y_hat", W @ x + b)
    return np.sum((y_hat - y) ** 2), [W, b]


def mlp() -> Net:
    X, Y = tensor("X", ("N", "n")), tensor("Y", ("N", "k"))
    W1, b1 = parameter("W1", ("n", "h")), parameter("b1", ("h",))
    W2, b2 = parameter("W2", ("h", "k")), parameter("b2", ("k",))
    Z1 = named("Z1", X @ W1 + b1)
    H = named("H", np.maximum(Z1, 0))
    Z2 = named("Z2", H @ W2 + b2)
    log_p = Z2 - logsumexp(Z2, axis=1, keepdims=True)
    return -np.mean(np.sum(Y * log_p, axis=1)), [W1, b1, W2, b2]


def attention() -> Net:
    X, Y = tensor("X", ("T", "d")), tensor("Y", ("T", "d"))
    weights = [parameter(f"W{c}", ("d", "d")) for c in "qkv"]
    Q, K, V = (named(c, X @ w) for c, w in zip("QKV", weights, strict=True))
    A = named("A", softmax(Q @ K.T / np.sqrt(K.shape[-1])))
    return np.mean((named("O", A @ V) - Y) ** 2), weights


def convnet() -> Net:
    x, t = tensor("x", ("N", 1, 8, 8)), tensor("t", ("N",), dtype=int, below=10)
    w, b = parameter("w", (4, 1, 3, 3)), parameter("b", (4,))
    W = parameter("W", (64, 10))
    z = define(
        "z[n,o,h,v] = sum(c,k,l: x[n,c,h+k-p,v+l-p] * w[o,c,k,l]) + b[o]",
        x=x, w=w, b=b, p=1, outside={"x": 0},
    )  # fmt: skip
    r = named("r", np.maximum(z, 0))
    m = define("m[n,o,h,v] = max(a,c: r[n,o,2*h+a,2*v+c])", r=r,
               sizes={"a": 2, "c": 2, "h": 4, "v": 4})  # fmt: skip
    scores = named("scores", m.reshape(m.shape[0], -1) @ W)
    right = np.take_along_axis(scores, t[:, None], axis=1)[:, 0]
    return np.mean(logsumexp(scores, axis=1) - right), [w, b, W]


def recurrent() -> Net:
    W, U, b = parameter("W", ("p", "n")), parameter("U", ("p", "p")), parameter("b", ("p",))
    x, y, h0 = tensor("x", ("T", "n")), tensor("y", ("T", "p")), tensor("h0", ("p",))
    h = named("h", scan(lambda h, x: np.tanh(W @ x + U @ h + b), h0, x))
    return np.sum((h - y) ** 2), [W, U, b]


NETS: dict[str, Any] = {
    "dense": dense, "mlp": mlp, "attention": attention, "convnet": convnet, "recurrent": recurrent,
}  # fmt: skip


def source(name: str) -> str:
    """The generated source of loss and gradients."""
    loss, wrt = NETS[name]()
    found = gradients(loss, wrt)
    return compile({"loss": loss, **{f"d{w.name}": found[w] for w in wrt}}).source


if __name__ == "__main__":
    sys.stdout.write(source(sys.argv[1]))
