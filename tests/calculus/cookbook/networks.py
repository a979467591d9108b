"""Convolution, pooling, norms in unnamed code, LSTM, VAE, contrastive losses, tensors, attention.

Published forms: Dumoulin & Visin, arXiv:1603.07285 (convolution); Ioffe & Szegedy, 2015; Ba et al.,
2016; Zhang & Sennrich, 2019; Hochreiter & Schmidhuber, 1997; Kingma & Welling, 2014; van den Oord et
al., 2018; Schroff et al., 2015; Radford et al., 2021; Kolda & Bader, 2009; Vaswani et al., 2017.
"""

from __future__ import annotations

from typing import Any

from .problem import Source, logsumexp, named, relu, sigmoid, softmax, softplus
from .windows import convolution, grouped, pool

conv = Source("conv")
norm = Source("norm")
cell = Source("cell")
bound = Source("bound")
contrast = Source("contrast")
tensors = Source("tensors")
attention = Source("attention")
powers = Source("powers")
SQ = "n n"

# Convolutions: Y is the output, the loss ‖Y‖² / 2, so that ∇_Y = Y.


def _square(np: Any, y: Any) -> Any:
    return np.sum(named("Y", y) ** 2) / 2


_IMAGE = {"x": "C H V", "K": "F C 3 2"}
for number, options, kernel, image in (
    ("", {}, "corr(x, Y; k=(3, 2))", "convᵀ(Y, K)"),
    ("stride", {"s": 2}, "corr(x, Y; s=2, k=(3, 2))", "convᵀ(Y, K; s=2, n=(H, V))"),
    ("padding", {"p": 1}, "corr(x, Y; p=1, k=(3, 2))", "convᵀ(Y, K; p=1)"),
    ("dilation", {"d": 2}, "corr(x, Y; d=2, k=(3, 2))", "convᵀ(Y, K; d=2)"),
    ("stride and padding", {"s": 2, "p": 1}, "corr(x, Y; s=2, p=1, k=(3, 2))",
     "convᵀ(Y, K; s=2, p=1, n=(H, V))"),
):  # fmt: skip

    def _convolved(np: Any, x: Any, K: Any, options: Any = options) -> Any:
        return _square(np, convolution(x, K, **options))

    conv(f"kernel {number}".strip(), kernel, _convolved, "K", **_IMAGE)
    conv(f"input {number}".strip(), image, _convolved, "x", **_IMAGE)

conv("bias", "", lambda np, x, K, b: _square(np, convolution(x, K) + b[:, None, None]), "b",
     b="F", **_IMAGE)  # fmt: skip
for wrt in "Kx":
    conv(f"groups {wrt}", "corr(x, Y; GCHW, GOHW → GOCHW)" if wrt == "K"
         else "convᵀ(Y, K; GOHW, GOCHW → GCHW)", lambda np, x, K: _square(np, grouped(x, K)), wrt,
         x="g C H V", K="g F C 3 2")  # fmt: skip
    conv(f"batch {wrt}", "corr(x, Y)" if wrt == "K" else "convᵀ(Y, K)",
         lambda np, x, K: _square(np, convolution(x, K)), wrt, x="N C H V", K="F C 3 2")  # fmt: skip

# Pools of images of 8 x 6 (a size that the stride need not divide).
for kind, k, s, p, published in (
    ("max", 2, 2, 0, "maxunpool(Y, x; k=(2, 2))"),
    ("max", 3, 1, 0, "maxunpool(Y, x; k=(3, 3), s=1)"),
    ("max", 2, 2, 1, "maxunpool(Y, x; k=(2, 2), p=1)"),
    ("mean", 2, 2, 0, "upsample(Y; k=(2, 2)) / 4"),
    ("mean", 3, 1, 0, "avgunpool(Y; k=(3, 3), s=1)"),
    ("mean", 2, 2, 1, "avgunpool(Y; k=(2, 2), p=1)"),
):

    def _pooled(np: Any, x: Any, kind: Any = kind, k: Any = k, s: Any = s, p: Any = p) -> Any:
        return _square(np, pool(kind, x, k, s, p))

    conv(f"{kind} pool {k} {s} {p}", published, _pooled, "x", x="C 8 6")

# Norms of unnamed code: x̂ is found, σ and r are its root; g is the incoming gradient.


def _normal(np: Any, x: Any, axis: Any, eps: Any, *, mean: bool = True) -> Any:
    if not mean:
        return x / np.sqrt(np.mean(x**2, axis=axis, keepdims=True) + eps)
    centre = x - np.mean(x, axis=axis, keepdims=True)
    return centre / np.sqrt(np.var(x, axis=axis, keepdims=True) + eps)


_VECTOR = {"x": "n", "g": "n", "eps": "", "positive": "eps"}
_ROWS = {"X": "N d", "G": "N d", "eps": "", "positive": "eps"}
norm("layer", "(g − mean(g) 𝟏_n − x̂ x̂ᵀ g / n) / σ",
     lambda np, x, g, eps: g @ ((x - np.mean(x)) / np.sqrt(np.var(x) + eps)), "x", **_VECTOR)  # fmt: skip
norm("layer, mean of squares", "(g − mean(g) 𝟏_n − x̂ x̂ᵀ g / n) / σ",
     lambda np, x, g, eps: g @ ((x - np.mean(x)) / np.sqrt(np.mean((x - np.mean(x)) ** 2) + eps)),
     "x", **_VECTOR)  # fmt: skip
norm("rms", "(g − x̂ᵀ g x̂ / n) / r",
     lambda np, x, g, eps: g @ (x / np.sqrt(np.mean(x**2) + eps)), "x", **_VECTOR)  # fmt: skip
norm("batch", "(G − 𝟏_N 𝟏_Nᵀ G / N − X̂ diag((G ⊙ X̂)ᵀ 𝟏_N) / N) diag(1 ⊘ σ)",
     lambda np, X, G, eps: np.sum(G * _normal(np, X, 0, eps)), "X", **_ROWS)  # fmt: skip
norm("layer rows", "diag(1 ⊘ σ) (G − G 𝟏_d 𝟏_dᵀ / d − diag((G ⊙ X̂) 𝟏_d) X̂ / d)",
     lambda np, X, G, eps: np.sum(G * _normal(np, X, 1, eps)), "X", **_ROWS)  # fmt: skip
norm("rms rows", "diag(1 ⊘ r) (G − diag((G ⊙ X̂) 𝟏_d) X̂ / d)",
     lambda np, X, G, eps: np.sum(G * _normal(np, X, 1, eps, mean=False)), "X", **_ROWS)  # fmt: skip
norm("batch scale", "(G ⊙ X̂)ᵀ 𝟏_N",
     lambda np, X, G, gamma, eps: np.sum(G * (gamma * _normal(np, X, 0, eps))), "gamma",
     gamma="d", **_ROWS)  # fmt: skip
norm("batch of images", "",
     lambda np, X, G, eps: np.sum(G * _normal(np, X, (0, 2), eps)), "X",
     X="N C M", G="N C M", eps="", positive="eps")  # fmt: skip
norm("group", "", lambda np, X, G, eps: np.sum(G * _normal(np, X, (2, 3), eps)), "X",
     X="N g c M", G="N g c M", eps="", positive="eps")  # fmt: skip
norm("instance", "", lambda np, X, G, eps: np.sum(G * _normal(np, X, 2, eps)), "X",
     X="N C M", G="N C M", eps="", positive="eps")  # fmt: skip

# LSTM: one step with all its gates; u is [h; x], g the gradient in the new state (Greff et al.,
# arXiv:1503.04069: δW = δa ⊗ u).


def _lstm(np: Any, g: Any, c: Any, F: Any, I: Any, Z: Any, O: Any, u: Any) -> Any:  # noqa: E741
    f, i = named("f", sigmoid(named("a_f", F @ u))), named("i", sigmoid(named("a_i", I @ u)))
    z, o = named("z", np.tanh(named("a_z", Z @ u))), named("o", sigmoid(named("a_o", O @ u)))
    s = named("s", f * c + i * z)
    return g @ (o * named("t", np.tanh(s)))


_CELL = {"g": "n", "c": "n", "F": "n m", "I": "n m", "Z": "n m", "O": "n m", "u": "m"}
for wrt, published in (
    ("c", "∇_s ⊙ f"), ("O", "∇_{a_o} uᵀ"), ("F", "∇_{a_f} uᵀ"), ("I", "∇_{a_i} uᵀ"),
    ("Z", "∇_{a_z} uᵀ"),
):  # fmt: skip
    cell(f"lstm {wrt}", published, _lstm, wrt, **_CELL)

# The bound of the VAE: Gaussian code (m, v = log variance), one draw e, decoder W (Rezende et al.,
# arXiv:1401.4082, sec. 3: the gradient in the mean is the one in z).


def _elbo(np: Any, x: Any, m: Any, v: Any, e: Any, W: Any) -> Any:
    z = named("z", m + np.exp(v / 2) * e)
    kl = np.sum(m**2 + np.exp(v) - v - 1) / 2
    return np.sum((x - W @ z) ** 2) / 2 + kl


def _bernoulli(np: Any, x: Any, m: Any, v: Any, e: Any, W: Any) -> Any:
    a = named("a", W @ named("z", m + np.exp(v / 2) * e))
    return np.sum(softplus(a) - x * a) + np.sum(m**2 + np.exp(v) - v - 1) / 2


_VAE = {"x": "d", "m": "k", "v": "k", "e": "k", "W": "d k"}
bound("mean", "∇_z + m", _elbo, "m", **_VAE)
bound("log variance", "(∇_z ⊙ e ⊙ exp(v / 2) + exp(v) − 1) / 2", _elbo, "v", **_VAE)
bound("decoder", "(W z − x) zᵀ", _elbo, "W", **_VAE)
bound("bernoulli mean", "∇_z + m", _bernoulli, "m", **_VAE)
bound("bernoulli decoder", "(sigmoid(a) − x) zᵀ", _bernoulli, "W", **_VAE)

# Contrastive losses.


def _info_nce(np: Any, Q: Any, K: Any, tau: Any) -> Any:
    S = named("S", Q @ K.T / tau)
    return np.mean(logsumexp(S, axis=1) - np.diag(S))


def _clip(np: Any, A: Any, B: Any) -> Any:
    S = named("S", A @ B.T)
    rows, columns = logsumexp(S, axis=1), logsumexp(S, axis=0)
    return np.sum(rows + columns - 2 * np.diag(S)) / 2


contrast(
    "info nce queries",
    "(rowsoftmax(S) − 𝐈_N) K / (N τ)",
    _info_nce,
    "Q",
    Q="N d",
    K="N d",
    tau="",
    positive="tau",
)
contrast(
    "info nce keys",
    "(rowsoftmax(S) − 𝐈_N)ᵀ Q / (N τ)",
    _info_nce,
    "K",
    Q="N d",
    K="N d",
    tau="",
    positive="tau",
)
contrast("clip first", "∇_S B", _clip, "A", A="N d", B="N d")
contrast("clip second", "∇_Sᵀ A", _clip, "B", A="N d", B="N d")
contrast("triplet hinge anchor", "2 step(α + ‖a − p‖² − ‖a − q‖²) (q − p)",
         lambda np, a, p, q, alpha: relu(alpha + np.sum((a - p) ** 2) - np.sum((a - q) ** 2)), "a",
         a="d", p="d", q="d", alpha="")  # fmt: skip
contrast("triplet hinge positive", "2 step(α + ‖a − p‖² − ‖a − q‖²) (p − a)",
         lambda np, a, p, q, alpha: relu(alpha + np.sum((a - p) ** 2) - np.sum((a - q) ** 2)), "p",
         a="d", p="d", q="d", alpha="")  # fmt: skip
contrast("pairwise logistic", "(sigmoid(xᵀ y) − t) y",
         lambda np, x, y, t: softplus(x @ y) - t * (x @ y), "x", x="d", y="d", t="")  # fmt: skip

# Tensors: CP and Tucker decompositions of order 3.


def _cp(np: Any, A: Any, B: Any, C: Any, X: Any) -> Any:
    return np.sum((X - np.einsum("ir,jr,kr->ijk", A, B, C)) ** 2)


def _tucker(np: Any, T: Any, A: Any, B: Any, C: Any, X: Any) -> Any:
    return np.sum((X - np.einsum("abc,ia,jb,kc->ijk", T, A, B, C)) ** 2)


_CP = {"A": "m r", "B": "n r", "C": "k r", "X": "m n k"}
for wrt, more, mode in (("A", "BC", 1), ("B", "AC", 2), ("C", "AB", 3)):
    first, second = more  # Kolda & Bader 2009, 3.4, with ⋄ for their ⊙
    tensors(f"cp {wrt}", f"2 ({wrt} (({first}ᵀ {first}) ⊙ ({second}ᵀ {second}))"
            f" − X_({mode}) ({second} ⋄ {first}))", _cp, wrt, **_CP)  # fmt: skip
_TUCKER = {"T": "a b c", "A": "m a", "B": "n b", "C": "k c", "X": "m n k"}
_R = "2 (T ×₁ A ×₂ B ×₃ C − X)"  # Kolda & Bader 2009, 4.2
tensors("tucker T", f"{_R} ×₁ Aᵀ ×₂ Bᵀ ×₃ Cᵀ", _tucker, "T", **_TUCKER)
tensors("tucker A", f"{_R}_(1) (T ×₂ B ×₃ C)_(1)ᵀ", _tucker, "A", **_TUCKER)
tensors("tucker B", f"{_R}_(2) (T ×₁ A ×₃ C)_(2)ᵀ", _tucker, "B", **_TUCKER)
tensors("tucker C", f"{_R}_(3) (T ×₁ A ×₂ B)_(3)ᵀ", _tucker, "C", **_TUCKER)

# Attention with a scale, a causal mask, an additive bias, a gate, and linear attention.


def _attend(np: Any, S: Any, V: Any, G: Any) -> Any:
    return np.sum(G * (named("A", softmax(named("S", S))) @ V))


_QKV = {"Q": "T d", "K": "U d", "V": "U v", "G": "T v"}
_INNER = "A ⊙ (∇_A − (A ⊙ ∇_A) 𝟏_U 𝟏_Uᵀ)"  # Dao et al., arXiv:2205.14135, appendix B
attention("scaled Q", "∇_S K / sqrt(d)",
          lambda np, Q, K, V, G: _attend(np, Q @ K.T / np.sqrt(Q.shape[-1]), V, G), "Q", **_QKV)  # fmt: skip
attention("scaled K", "∇_Sᵀ Q / sqrt(d)",
          lambda np, Q, K, V, G: _attend(np, Q @ K.T / np.sqrt(Q.shape[-1]), V, G), "K", **_QKV)  # fmt: skip
attention("additive bias", _INNER,
          lambda np, Q, K, V, G, B: _attend(np, Q @ K.T + B, V, G), "B", B="T U", **_QKV)  # fmt: skip
attention("projected W", "Xᵀ ∇_S Y",
          lambda np, X, W, Y, V, G: _attend(np, X @ W @ Y.T, V, G), "W",
          X="T d", W="d e", Y="U e", V="U v", G="T v")  # fmt: skip
attention("output projection", "(A V)ᵀ G",
          lambda np, A, V, W, G: np.sum(G * (A @ V @ W)), "W", A="T U", V="U v", W="v o", G="T o")  # fmt: skip
attention("gated values", "Aᵀ (G ⊙ Z)",
          lambda np, A, V, Z, G: np.sum(G * (Z * (A @ V))), "V", A="T U", V="U v", Z="T v", G="T v")  # fmt: skip
attention("linear Q", "G Vᵀ K", lambda np, Q, K, V, G: np.sum(G * (Q @ (K.T @ V))), "Q", **_QKV)
attention("linear K", "V Gᵀ Q", lambda np, Q, K, V, G: np.sum(G * (Q @ (K.T @ V))), "K", **_QKV)
attention("pooling by a query", "Xᵀ ∇_s",
          lambda np, X, q, y: y @ (X.T @ named("a", softmax(named("s", X @ q)))), "q",
          X="T d", q="d", y="d")  # fmt: skip

# Powers and the pseudo-inverse of full column rank.
powers("square", "Aᵀ C + C Aᵀ", lambda np, A, C: np.sum(C * (A @ A)), "A", A=SQ, C=SQ)
powers("cube", "Aᵀ Aᵀ C + Aᵀ C Aᵀ + C Aᵀ Aᵀ", lambda np, A, C: np.sum(C * (A @ A @ A)), "A",
       A=SQ, C=SQ)  # fmt: skip
powers("trace of a cube", "3 Aᵀ Aᵀ", lambda np, A: np.trace(A @ A @ A), "A", A=SQ)
powers("trace of a fourth power", "4 Aᵀ Aᵀ Aᵀ", lambda np, A: np.trace(A @ A @ A @ A), "A", A=SQ)
powers("inverse square", "−A⁻ᵀ A⁻ᵀ C A⁻ᵀ − A⁻ᵀ C A⁻ᵀ A⁻ᵀ",
       lambda np, A, C: np.sum(C * (np.linalg.inv(A) @ np.linalg.inv(A))), "A", A=SQ, C=SQ)  # fmt: skip
powers("pseudo-inverse by b", "X (Xᵀ X)⁻¹ c",
       lambda np, X, b, c: c @ np.linalg.solve(X.T @ X, X.T @ b), "b", X="N d", b="N", c="d")  # fmt: skip
powers("pseudo-inverse by X", "",
       lambda np, X, b, c: c @ np.linalg.solve(X.T @ X, X.T @ b), "X", X="N d", b="N", c="d")  # fmt: skip
powers("least squares value", "−2 (y − X w) wᵀ",
       lambda np, X, y, w: np.sum((y - X @ w) ** 2), "X", X="N d", y="N", w="d")  # fmt: skip
powers("projection", "2 X (Xᵀ X)⁻¹ Xᵀ y",
       lambda np, X, y: y @ X @ np.linalg.inv(X.T @ X) @ X.T @ y, "y", X="N d", y="N")  # fmt: skip
