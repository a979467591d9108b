"""Expressions of the literature, named: what a reader should see is in `tests/golden/forms.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

import symnn as sn
from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.build import number_node
from symnn.calculus.folds import fold
from symnn.calculus.simplify import simplify
from symnn.core.node import Node
from symnn.lang.call import opened


@dataclass(frozen=True)
class Example:
    """A node with its label; `rows` is the number of output axes of a Jacobian."""

    label: str
    node: Node
    rows: int | None = None


def value(tensor: object, *opaque: object) -> Node:
    """The expression of a tensor, the opaque ones read through their ports."""
    call = tensor.call
    return fold([opened([call], [o.call for o in opaque])[call]])[0]


def gradients(label: str, tensor: object, *wrt: object, opaque: tuple = ()) -> Iterator[Example]:
    """The gradient (or Jacobian) in each tensor."""
    node = value(tensor, *opaque)
    seed = delta(node.sizes) if node.rank else number_node(1)
    found = reverse(node, seed, [w.call.port for w in wrt], lead=node.rank, simplify=simplify)
    for w in wrt:
        rows = node.rank or None
        mark = "d" if node.rank else "∇"
        yield Example(f"{label} {mark}{w.name}", simplify(found[w.call.port]), rows)


def examples() -> Iterator[Example]:
    """All examples, in order."""
    yield from _dense()
    yield from _batches()
    yield from _losses()
    yield from _identities()
    yield from _statistics()
    yield from _attention()
    yield from _jacobians()
    yield from _tensors()
    yield from _convolutions()


n, p, m, N, T, d = sn.sizes("n c h N T d")
x, y = sn.tensor("x", (n,)), sn.tensor("y", (p,))
z, u = sn.tensor("z", (p,)), sn.tensor("u", (n,))
A, B = sn.tensor("A", (n, n)), sn.tensor("B", (n, n))
S = sn.tensor("S", (n, n), assume={"symmetric"})
X, Y = sn.tensor("X", (N, n)), sn.tensor("Y", (N, p))


def _dense() -> Iterator[Example]:
    W, b = sn.parameter("W", (p, n)), sn.parameter("b", (p,))
    y_hat = sn.named("y_hat", W @ x + b)
    yield Example("dense", value(y_hat))
    loss = np.sum((y_hat - y) ** 2)
    yield Example("squared error", value(loss, y_hat))
    yield from gradients("squared error", loss, y_hat, opaque=(y_hat,))
    yield from gradients("dense squared error", loss, W, b, x)
    a = sn.named("a", np.tanh(W @ x + b))
    g = sn.tensor("delta", (p,))
    yield Example("tanh layer", value(a))
    yield from gradients("tanh layer", np.sum(g * a), W, b, x)
    yield from gradients("relu layer", np.sum(g * np.maximum(W @ x + b, 0)), W, x)
    q = sn.named("p", sn.softmax(z))
    yield Example("softmax", value(q))
    yield Example("cross-entropy", value(-np.sum(y * np.log(q)), q))
    yield from gradients("cross-entropy", -np.sum(y * np.log(q)), q, opaque=(q,))
    yield from gradients("softmax", q, z)
    yield Example("sigmoid derivative", value(sn.sigmoid(z) * (1 - sn.sigmoid(z))))
    yield Example("leaky relu", value(np.where(z > 0, z, 0.1 * z)))
    yield Example("gelu by tanh", value(0.5 * z * (1 + np.tanh(0.8 * (z + 0.044715 * z**3)))))
    yield Example("huber", value(np.where(np.abs(z) <= 1, 0.5 * z**2, np.abs(z) - 0.5)))


def _batches() -> Iterator[Example]:
    W, b = sn.parameter("W", (p, n)), sn.parameter("b", (p,))
    V, w = sn.parameter("V", (n, p)), sn.parameter("w", (n,))
    t = sn.tensor("t", (N,))
    yield Example("dense batch", value(X @ W.T + b))
    loss = np.sum((X @ W.T + b - Y) ** 2) / X.shape[0]
    yield Example("mean squared error", value(loss))
    yield from gradients("mean squared error", loss, W, b)
    P = sn.named("P", sn.softmax(X @ V + b))
    yield Example("softmax rows", value(P))
    yield Example("mean cross-entropy", value(-np.mean(np.sum(Y * np.log(P), axis=1)), P))
    yield from gradients("rows of a softmax", np.sum(Y * P), P, opaque=(P,))
    ridge = np.sum((X @ w - t) ** 2) / X.shape[0] + 0.5 * np.sum(w**2)
    yield Example("ridge", value(ridge))
    yield from gradients("ridge", ridge, w)
    s = sn.sigmoid(X @ w)
    logistic = -np.mean(t * np.log(s) + (1 - t) * np.log(1 - s))
    yield from gradients("logistic regression", logistic, w)


def _losses() -> Iterator[Example]:
    w, t = sn.parameter("w", (n,)), sn.tensor("t", (N,))
    hinge = np.sum(np.maximum(0, 1 - t * (X @ w)))
    yield Example("hinge", value(hinge))
    yield from gradients("hinge", hinge, w)
    yield Example("lasso", value(np.sum((X @ w - t) ** 2) + 0.1 * np.sum(np.abs(w))))
    yield Example("gelu", value(sn.gelu(z)))
    yield from gradients("gelu", np.sum(sn.gelu(z)), z)
    centred = X - np.mean(X, axis=0)
    yield Example("covariance", value(centred.T @ centred / X.shape[0]))
    yield Example("clip", value(np.clip(z, 0, 1)))


def _identities() -> Iterator[Example]:
    yield Example("quadratic form", value(x @ A @ x))
    yield from gradients("quadratic form", x @ A @ x, x, A)
    yield from gradients("symmetric form", x @ S @ x, x)
    yield Example("trace", value(np.trace(A)))
    yield from gradients("trace of a product", np.trace(A @ B), A)
    yield from gradients("trace of a cube", np.trace(A @ A @ A), A)
    yield from gradients("rank one fit", np.sum((A - np.outer(x, u)) ** 2), A, x)
    yield Example("frobenius norm", value(np.linalg.norm(X)))
    yield from gradients("norm", np.sqrt(np.sum(x**2)), x)
    yield Example("inner product times vector", value((x @ u) * x))
    yield Example("inner product times matrix", value((x @ u) * A))
    yield Example("projection", value((x @ u) * u / (u @ u)))
    yield Example("bilinear form of a ⊙", value(x @ (A * B) @ u))
    yield Example("diagonal scaling", value(A * x))
    yield Example("row division", value(A / x[:, None]))
    yield Example("row normalisation", value(X / np.sum(X, axis=1, keepdims=True)))
    yield Example("sum of entries", value(np.sum(A * B)))
    yield Example("square of a matrix", value(A @ A))
    yield Example("gram matrix", value(A.T @ A))
    yield Example("polynomial", value(x**3 + 2 * x**2 - x + 5))
    yield Example("reciprocal", value(1 / (1 + np.exp(-x))))
    yield Example("gaussian", value(np.exp(-(x**2) / 2)))


def _statistics() -> Iterator[Example]:
    eps = 1e-5
    yield Example("mean", value(np.mean(x)))
    yield Example("centred", value(x - np.mean(x)))
    yield Example("standardised", value((x - np.mean(x)) / np.sqrt(np.var(x) + eps)))
    yield from gradients("variance", np.var(x), x)
    centred = X - np.mean(X, axis=1, keepdims=True)
    yield Example(
        "layer norm of rows", value(centred / np.sqrt(np.var(X, axis=1, keepdims=True) + eps))
    )
    yield Example("batch norm", value((X - np.mean(X, axis=0)) / np.sqrt(np.var(X, axis=0) + eps)))
    yield Example("log-sum-exp", value(np.log(np.sum(np.exp(z)))))
    yield Example("log-sum-exp of rows", value(np.log(np.sum(np.exp(X), axis=1))))
    yield Example("maximum of rows", value(np.max(X, axis=1)))
    yield Example("argmax", value(np.argmax(z)))
    yield from gradients("maximum", np.max(z), z)
    s = sn.tensor("s", (p,))
    divergence = -0.5 * np.sum(1 + s - z**2 - np.exp(s))
    yield Example("divergence", value(divergence))
    yield from gradients("divergence", divergence, z, s)
    cosine = x @ u / (np.linalg.norm(x) * np.linalg.norm(u))
    yield Example("cosine", value(cosine))
    yield from gradients("cosine", cosine, x)


def _attention() -> Iterator[Example]:
    Q, K, V = sn.tensor("Q", (T, d)), sn.tensor("K", (T, d)), sn.tensor("V", (T, "v"))
    scores = sn.named("S", Q @ K.T / np.sqrt(K.shape[-1]))
    weights = sn.named("A", sn.softmax(scores))
    G, R = sn.tensor("G", (T, "v")), sn.tensor("R", (T, T))
    yield Example("scores", value(scores))
    yield Example("attention weights", value(weights, scores))
    yield Example("attention", value(sn.softmax(Q @ K.T / np.sqrt(K.shape[-1])) @ V))
    yield from gradients("attention", np.sum(G * (weights @ V)), weights, V, opaque=(weights,))
    yield from gradients("scores", np.sum(R * scores), Q, K)
    yield from gradients("softmax of rows", np.sum(R * weights), scores, opaque=(scores,))


def _jacobians() -> Iterator[Example]:
    W, b = sn.parameter("W", (p, n)), sn.parameter("b", (p,))
    V = sn.parameter("V", (n, p))
    yield from gradients("dense", W @ x + b, W, b, x)
    yield from gradients("elementwise", np.tanh(z), z)
    yield from gradients("matrix product", X @ V, X, V)
    yield from gradients("square of a matrix", A @ A, A)
    yield from gradients("elementwise square", A * A, A)
    yield from gradients("outer product", np.outer(x, y), x, y)
    yield from gradients("times its sum", x * np.sum(x), x)
    yield from gradients("softmax of a product", sn.softmax(A @ x), x)


def _tensors() -> Iterator[Example]:
    E = sn.tensor("E", ("b", T, n))
    W = sn.parameter("W", (n, d))
    D = sn.tensor("D", ("b", T, d))
    yield Example("batched product", value(E @ W))
    yield from gradients("batched product", np.sum(D * (E @ W)), W, E)
    yield Example("batched scores", value(np.einsum("bti,bsi->bts", E, E)))
    yield Example("tensor norm", value(np.sum(E**2)))
    yield Example("outer product of three", value(np.einsum("i,j,k->ijk", x, y, z)))
    M, t = sn.parameter("M", ("v", d)), sn.tensor("t", (N,), dtype=int, below="v")
    yield Example("embedding", value(M[t]))
    yield from gradients("embedding", np.sum(sn.tensor("G", (N, d)) * M[t]), M)
    yield Example("cumulative sum", value(np.cumsum(x)))
    yield Example("differences", value(x[1:] - x[:-1]))
    yield Example("concatenation", value(np.concatenate([x, u])))
    yield Example("causal mask", value(np.tril(A)))
    yield Example("product of rows", value(np.prod(X, axis=1)))
    yield from gradients("product", np.prod(z), z)


def _convolutions() -> Iterator[Example]:
    img, K = sn.tensor("x", ("C", "H", "V")), sn.parameter("K", ("F", "C", "k", "k"))
    b = sn.parameter("b", ("F",))
    conv = sn.define("y[o,h,v] = sum(c,u,w: x[c,h+u,v+w] * K[o,c,u,w])", x=img, K=K)
    yield Example("convolution without bias", value(conv))
    padded = sn.define(
        "y[o,h,v] = sum(c,u,w: x[c,2*h+u-1,2*v+w-1] * K[o,c,u,w])",
        x=sn.tensor("x", ("C", 6, 6)),
        K=sn.parameter("K", ("F", "C", 3, 3)),
        outside={"x": 0},
    )
    yield Example("strided convolution", value(padded))
    yield Example("convolution", value(conv + b[:, None, None]))
    yield from gradients("convolution", np.sum(sn.tensor("G", conv.shape) * conv), K, img)
    small = sn.tensor("x", ("C", 6, 8))
    pool = np.max(np.reshape(small, (small.shape[0], 3, 2, 4, 2)), axis=(2, 4))
    yield Example("pooling", value(pool))
    flat = np.reshape(small, (small.shape[0] * 48,))
    yield Example("flatten", value(flat))
    U = sn.parameter("U", (m, small.shape[0] * 48))
    yield Example("dense after flatten", value(U @ flat))
