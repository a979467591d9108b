"""Layers and losses of networks, as CS231n, the original papers and lecture notes give them."""

from __future__ import annotations

from typing import Any

from .problem import (
    Source,
    gelu,
    logsumexp,
    named,
    relu,
    sigmoid,
    softmax,
    softplus,
)

cs231n = Source("cs231n")
layer = Source("layer")
loss = Source("loss")

# CS231n: backpropagation notes and assignments.
cs231n("affine x", "G Wᵀ", lambda np, X, W, b, G: np.sum(G * (X @ W + b)), "X",
       X="N d", W="d m", b="m", G="N m")  # fmt: skip
cs231n("affine W", "Xᵀ G", lambda np, X, W, b, G: np.sum(G * (X @ W + b)), "W",
       X="N d", W="d m", b="m", G="N m")  # fmt: skip
cs231n("affine b", "Gᵀ 𝟏_N", lambda np, X, W, b, G: np.sum(G * (X @ W + b)), "b",
       X="N d", W="d m", b="m", G="N m")  # fmt: skip
cs231n("relu", "G ⊙ [X > 0]", lambda np, X, G: np.sum(G * relu(X)), "X", X="N d", G="N d")
cs231n("sigmoid", "g ⊙ s ⊙ (1 − s)", lambda np, x, g: g @ named("s", sigmoid(x)), "x", x="n", g="n")
cs231n("tanh", "g ⊙ (1 − t ⊙ t)", lambda np, x, g: g @ named("t", np.tanh(x)), "x", x="n", g="n")
cs231n("sigmoid neuron", "s (1 − s) x", lambda np, w, x, b: named("s", sigmoid(w @ x + b)), "w",
       w="n", x="n", b="")  # fmt: skip


def _softmax_loss(np: Any, X: Any, W: Any, Y: Any, lambda_: Any) -> Any:
    P = named("P", softmax(X @ W))
    return -np.sum(Y * np.log(P)) / X.shape[0] + lambda_ * np.sum(W * W)


cs231n("softmax loss", "Xᵀ (P − Y) / N + 2 λ W", _softmax_loss, "W",
       X="N d", W="d k", Y="N k", lambda_="", facts={"Y": "simplex"})  # fmt: skip
cs231n("svm binary", "−Xᵀ (y ⊙ step(1 − y ⊙ (X w)))",
       lambda np, X, w, y: np.sum(relu(1 - y * (X @ w))), "w", X="N d", w="d", y="N")  # fmt: skip
cs231n("l2 loss", "2 (f − y)", lambda np, f, y: np.sum((f - y) ** 2), "f", f="n", y="n")
cs231n("l1 loss", "sign(f − y)", lambda np, f, y: np.sum(np.abs(f - y)), "f", f="n", y="n")
cs231n("matmul left", "G Bᵀ", lambda np, A, B, G: np.sum(G * (A @ B)), "A",
       A="m n", B="n p", G="m p")  # fmt: skip
cs231n("matmul right", "Aᵀ G", lambda np, A, B, G: np.sum(G * (A @ B)), "B",
       A="m n", B="n p", G="m p")  # fmt: skip
cs231n("elementwise product", "G ⊙ B", lambda np, A, B, G: np.sum(G * A * B), "A",
       A="m n", B="m n", G="m n")  # fmt: skip
cs231n("two layers", "Xᵀ ∇_Z",
       lambda np, X, W1, W2, Y: np.sum((named("H", relu(named("Z", X @ W1))) @ W2 - Y) ** 2),
       "W1", X="N d", W1="d h", W2="h k", Y="N k")  # fmt: skip
cs231n("transpose", "Gᵀ", lambda np, X, G: np.sum(G * X.T), "X", X="m n", G="n m")
cs231n("outer", "G b", lambda np, a, b, G: np.sum(G * np.outer(a, b)), "a", a="m", b="n", G="m n")
cs231n("row sum", "g 𝟏_nᵀ", lambda np, X, g: g @ np.sum(X, axis=1), "X", X="m n", g="m")
cs231n("column mean", "𝟏_m gᵀ / m", lambda np, X, g: g @ np.mean(X, axis=0), "X", X="m n", g="n")

# Normalisation: x̂ is the normalised input, s its standard deviation, g the incoming gradient.


def _layer_norm(np: Any, x: Any, g: Any, eps: Any) -> Any:
    c = x - np.mean(x)
    s = named("s", np.sqrt(np.mean(c**2) + eps))
    return g @ named("y", c / s)


layer("layer norm", "(g − mean(g) 𝟏_n − yᵀ g y / n) / s", _layer_norm, "x", x="n", g="n", eps="",
      positive="eps")  # fmt: skip


def _batch_norm(np: Any, X: Any, G: Any, eps: Any) -> Any:
    C = X - np.mean(X, axis=0)
    s = named("s", np.sqrt(np.mean(C**2, axis=0) + eps))
    return np.sum(G * named("Y", C / s))


layer("batch norm", "(G − 𝟏_N 𝟏_Nᵀ G / N − Y diag((G ⊙ Y)ᵀ 𝟏_N) / N) diag(1 ⊘ s)",
      _batch_norm, "X", X="N d", G="N d", eps="", positive="eps")  # fmt: skip


def _rms_norm(np: Any, x: Any, g: Any, eps: Any) -> Any:
    r = named("r", np.sqrt(np.mean(x**2) + eps))
    return g @ named("y", x / r)


layer("rms norm", "(g − yᵀ g y / n) / r", _rms_norm, "x", x="n", g="n", eps="", positive="eps")
layer("norm scale", "g ⊙ y", lambda np, gamma, y, g: g @ (gamma * y), "gamma",
      gamma="n", y="n", g="n")  # fmt: skip
layer("unit vector", "(g − yᵀ g y) / ‖x‖",
      lambda np, x, g: g @ named("y", x / np.linalg.norm(x)), "x", x="n", g="n")  # fmt: skip
layer("weight norm", "vᵀ h / ‖v‖", lambda np, g, v, h: g * (v @ h) / np.linalg.norm(v), "g",
      g="", v="n", h="n")  # fmt: skip
layer("mean centring", "G − 𝟏_N 𝟏_Nᵀ G / N", lambda np, X, G: np.sum(G * (X - np.mean(X, axis=0))),
      "X", X="N d", G="N d")  # fmt: skip

# Attention.


def _attention(np: Any, Q: Any, K: Any, V: Any, G: Any) -> Any:
    S = named("S", Q @ K.T)
    A = named("A", softmax(S))
    return np.sum(G * (A @ V))


_QKV = {"Q": "T d", "K": "U d", "V": "U v", "G": "T v"}
layer("attention V", "Aᵀ G", _attention, "V", **_QKV)
layer("attention Q", "∇_S K", _attention, "Q", **_QKV)
layer("attention K", "∇_Sᵀ Q", _attention, "K", **_QKV)
layer("self attention values", "Xᵀ Aᵀ G",
      lambda np, X, W, A, G: np.sum(G * (A @ X @ W)), "W", X="T d", W="d v", A="T T", G="T v")  # fmt: skip
layer("softmax", "p ⊙ (g − pᵀ g 𝟏_n)", lambda np, z, g: g @ named("p", softmax(z)), "z",
      z="n", g="n")  # fmt: skip
layer("softmax rows", "P ⊙ (G − (P ⊙ G) 𝟏_n 𝟏_nᵀ)",
      lambda np, Z, G: np.sum(G * named("P", softmax(Z))), "Z", Z="m n", G="m n")  # fmt: skip
layer("softmax jacobian", "diag(p) − p pᵀ", lambda np, z: named("p", softmax(z)), "z", z="n",
      order="jacobian")  # fmt: skip
layer("log softmax jacobian", "𝐈_n − 𝟏_n softmax(z)ᵀ", lambda np, z: z - logsumexp(z), "z", z="n",
      order="jacobian")  # fmt: skip
layer("temperature", "p ⊙ (g − pᵀ g 𝟏_n) / τ",
      lambda np, z, g, tau: g @ named("p", softmax(z / tau)), "z", z="n", g="n", tau="",
      positive="tau")  # fmt: skip
layer("logsumexp hessian", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ",
      lambda np, z: logsumexp(z), "z", z="n", order="hessian")  # fmt: skip

# Activations and gates.
layer("gelu", "g ⊙ (Φ(x) + x ⊙ φ(x))", lambda np, x, g: g @ gelu(x), "x", x="n", g="n")
layer("silu", "g ⊙ (s + x ⊙ s ⊙ (1 − s))",
      lambda np, x, g: g @ (x * named("s", sigmoid(x))), "x", x="n", g="n")  # fmt: skip
layer("softplus", "g ⊙ sigmoid(x)", lambda np, x, g: g @ softplus(x), "x", x="n", g="n")
layer("glu", "Aᵀ (g ⊙ s)",
    lambda np, x, A, B, g: g @ ((A @ x) * named("s", sigmoid(B))), "x", x="n", A="m n", B="m", g="m")  # fmt: skip
layer("highway", "g ⊙ t",
      lambda np, h, x, t, g: g @ (t * h + (1 - t) * x), "h", h="n", x="n", t="n", g="n")  # fmt: skip
layer("lstm cell", "g ⊙ f", lambda np, c, f, i, z, g: g @ (f * c + i * z), "c",
      c="n", f="n", i="n", z="n", g="n")  # fmt: skip
layer("lstm output gate", "∇_a hᵀ",
      lambda np, W, h, c, g: g @ (named("o", sigmoid(named("a", W @ h))) * np.tanh(c)), "W",
      W="n n", h="n", c="n", g="n")  # fmt: skip
layer("gru", "g ⊙ (1 − z)", lambda np, h, z, k, g: g @ ((1 - z) * h + z * k), "h",
      h="n", z="n", k="n", g="n")  # fmt: skip
layer("residual", "g + Wᵀ g", lambda np, x, W, g: g @ (x + W @ x), "x", x="n", W="n n", g="n")
layer("bilinear", "x yᵀ", lambda np, W, x, y: x @ W @ y, "W",
      W="m n", x="m", y="n")  # fmt: skip
layer("graph convolution", "Xᵀ Aᵀ G", lambda np, W, A, X, G: np.sum(G * (A @ X @ W)), "W",
      W="d k", A="N N", X="N d", G="N k")  # fmt: skip
layer("rnn unrolled", "∇_a ⊙ (1 − a ⊙ a)",
      lambda np, x, W, g: g @ named("b", np.tanh(W @ named("a", np.tanh(x)))), "x",
      x="n", W="n n", g="n")  # fmt: skip

# Losses.
loss("mse", "2 (P − Y) / (N k)",
     lambda np, P, Y: np.mean((P - Y) ** 2), "P", P="N k", Y="N k")  # fmt: skip
loss("mae", "sign(p − y) / n", lambda np, p, y: np.mean(np.abs(p - y)), "p", p="n", y="n")
loss("pseudo huber", "r ⊘ sqrt(1 + r ⊙ r)",
     lambda np, r: np.sum(np.sqrt(1 + r**2) - 1), "r", r="n")  # fmt: skip
loss("log cosh", "tanh(r)", lambda np, r: np.sum(np.log(np.cosh(r))), "r", r="n")
loss("cross entropy", "−y ⊘ p", lambda np, p, y: -np.sum(y * np.log(p)), "p", p="n", y="n",
     positive="p")  # fmt: skip
loss("softmax cross entropy", "softmax(z) − y",
     lambda np, z, y: logsumexp(z) - y @ z, "z", z="n", y="n")  # fmt: skip
loss("bce logits", "(sigmoid(z) − y) / n",
     lambda np, z, y: np.mean(softplus(z) - y * z), "z", z="n", y="n")  # fmt: skip
loss("logistic ±1", "−y ⊙ sigmoid(−y ⊙ z)", lambda np, z, y: np.sum(softplus(-y * z)), "z",
     z="n", y="n")  # fmt: skip
loss("exponential", "−y ⊙ exp(−y ⊙ z)", lambda np, z, y: np.sum(np.exp(-y * z)), "z",
     z="n", y="n")  # fmt: skip
loss("hinge", "−y ⊙ step(1 − y ⊙ z)", lambda np, z, y: np.sum(relu(1 - y * z)), "z", z="n", y="n")
loss("squared hinge", "−2 y ⊙ max(0, 1 − y ⊙ z)",
     lambda np, z, y: np.sum(relu(1 - y * z) ** 2), "z", z="n", y="n")  # fmt: skip
loss("poisson", "exp(z) − y", lambda np, z, y: np.sum(np.exp(z) - y * z), "z", z="n", y="n")
loss("kl to target", "log(q) − log(p) + 1",
     lambda np, q, p: np.sum(q * (np.log(q) - np.log(p))), "q", q="n", p="n",
     positive="q p")  # fmt: skip
loss("entropy", "−log(p) − 1", lambda np, p: -np.sum(p * np.log(p)), "p", p="n", positive="p")
loss("gaussian kl mean", "m", lambda np, m, v: np.sum(m**2 + np.exp(v) - v - 1) / 2, "m",
     m="n", v="n")  # fmt: skip
loss("gaussian kl log variance", "(exp(v) − 1) / 2",
     lambda np, m, v: np.sum(m**2 + np.exp(v) - v - 1) / 2, "v", m="n", v="n")  # fmt: skip
loss("gaussian nll mean", "(m − y) ⊙ exp(−v)",
     lambda np, m, v, y: np.sum((y - m) ** 2 * np.exp(-v) + v) / 2, "m", m="n", v="n", y="n")  # fmt: skip
loss("cosine similarity", "y / (‖x‖ ‖y‖) − xᵀ y x / (‖x‖^3 ‖y‖)",
     lambda np, x, y: (x @ y) / (np.linalg.norm(x) * np.linalg.norm(y)), "x",
     x="n", y="n")  # fmt: skip
loss("triplet", "2 (q − p)",
     lambda np, a, p, q: np.sum((a - p) ** 2) - np.sum((a - q) ** 2), "a",
     a="d", p="d", q="d")  # fmt: skip
loss("info nce", "Kᵀ softmax(K q) − k",
     lambda np, q, K, k: logsumexp(K @ q) - k @ q, "q", q="d", K="N d", k="d")  # fmt: skip
loss("label smoothing", "softmax(z) − (1 − α) y − α 𝟏_n / n",
     lambda np, z, y, alpha: logsumexp(z) - (1 - alpha) * (y @ z) - alpha * np.mean(z), "z",
     z="n", y="n", alpha="")  # fmt: skip
loss("elastic net", "Xᵀ (X w − y) + α sign(w) + β w",
     lambda np, X, w, y, alpha, beta: np.sum((X @ w - y) ** 2) / 2
     + alpha * np.sum(np.abs(w)) + beta / 2 * (w @ w), "w",
     X="N d", w="d", y="N", alpha="", beta="")  # fmt: skip
loss("weighted least squares", "2 Xᵀ (a ⊙ (X w − y))",
     lambda np, X, w, y, a: np.sum(a * (X @ w - y) ** 2), "w", X="N d", w="d", y="N", a="N")  # fmt: skip
loss("generalised least squares", "2 Xᵀ V (X w − y)",
     lambda np, X, w, y, V: (X @ w - y) @ V @ (X @ w - y), "w", X="N d", w="d", y="N", V="N N",
     facts={"V": "symmetric"})  # fmt: skip
loss("quantile", "τ 𝟏_n − step(−r)",
     lambda np, r, tau: np.sum(tau * r + relu(-r)), "r", r="n", tau="")  # fmt: skip
loss("mahalanobis", "2 M (x − y)", lambda np, x, y, M: (x - y) @ M @ (x - y), "x",
     x="n", y="n", M="n n", facts={"M": "symmetric"})  # fmt: skip
loss("rayleigh", "2 (A x / ‖x‖² − xᵀ A x x / ‖x‖^4)",
     lambda np, x, A: (x @ A @ x) / (x @ x), "x", x="n", A="n n", facts={"A": "symmetric"})  # fmt: skip

# Activations as their papers define them, written with `np.where`; the derivative case by case.
layer("leaky relu", "g ⊙ ([x > 0] + α [x ≤ 0])",
      lambda np, x, g, alpha: g @ np.where(x > 0, x, alpha * x), "x", x="n", g="n", alpha="")  # fmt: skip
layer("elu", "g ⊙ ([x > 0] + α exp(x) ⊙ [x ≤ 0])",
      lambda np, x, g, alpha: g @ np.where(x > 0, x, alpha * (np.exp(x) - 1)), "x",
      x="n", g="n", alpha="")  # fmt: skip
layer("selu", "λ g ⊙ ([x > 0] + α exp(x) ⊙ [x ≤ 0])",
      lambda np, x, g, alpha, lambda_: g @ (lambda_ * np.where(x > 0, x, alpha * (np.exp(x) - 1))),
      "x", x="n", g="n", alpha="", lambda_="")  # fmt: skip
layer("mish", "g ⊙ (t + x ⊙ sigmoid(x) ⊙ (1 − t ⊙ t))",
      lambda np, x, g: g @ (x * named("t", np.tanh(softplus(x)))), "x", x="n", g="n")  # fmt: skip
layer("tanhshrink", "g ⊙ tanh(x) ⊙ tanh(x)", lambda np, x, g: g @ (x - np.tanh(x)), "x",
      x="n", g="n")  # fmt: skip
layer("relu6", "g ⊙ [0 < x ≤ 6]", lambda np, x, g: g @ np.clip(x, 0, 6), "x", x="n", g="n")
layer("squared relu", "2 g ⊙ max(0, x)", lambda np, x, g: g @ relu(x) ** 2, "x", x="n", g="n")
