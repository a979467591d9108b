"""Bishop (Pattern Recognition and Machine Learning, 2006), Magnus & Neudecker (3rd ed.), Goodfellow.

Numbers are those of the book's equations or sections.
"""

from __future__ import annotations

from .problem import (
    Source,
    logdet,
    logsumexp,
    named,
    relu,
    sigmoid,
    softmax,
    softplus,
)

bishop = Source("bishop")
magnus = Source("magnus")
goodfellow = Source("goodfellow")
SQ = "n n"

# Bishop 2.3: the Gaussian.
bishop("2.122 mean", "Λ (X − 𝟏_N μᵀ)ᵀ 𝟏_N",
       lambda np, X, mu, Lambda: -np.sum((X - mu) @ Lambda * (X - mu)) / 2, "mu",
       X="N d", mu="d", Lambda="d d", facts={"Lambda": "symmetric"})  # fmt: skip
bishop("2.34 precision", "1/2 Λ⁻¹ − 1/2 (x − μ) (x − μ)ᵀ",
       lambda np, x, mu, Lambda: logdet(np, Lambda) / 2 - (x - mu) @ Lambda @ (x - mu) / 2,
       "Lambda", x="d", mu="d", Lambda="d d", facts={"Lambda": "symmetric"})  # fmt: skip
bishop("2.34 covariance", "1/2 Σ⁻¹ (x − μ) (x − μ)ᵀ Σ⁻¹ − 1/2 Σ⁻¹",
       lambda np, x, mu, Sigma: -logdet(np, Sigma) / 2
       - (x - mu) @ np.linalg.inv(Sigma) @ (x - mu) / 2,
       "Sigma", x="d", mu="d", Sigma="d d", facts={"Sigma": "pd"})  # fmt: skip
bishop("2.34 x", "−Σ⁻¹ (x − μ)",
       lambda np, x, mu, Sigma: -(x - mu) @ np.linalg.inv(Sigma) @ (x - mu) / 2,
       "x", x="d", mu="d", Sigma="d d", facts={"Sigma": "pd"})  # fmt: skip
bishop("2.34 Hessian", "−Σ⁻¹",
       lambda np, x, mu, Sigma: -(x - mu) @ np.linalg.inv(Sigma) @ (x - mu) / 2,
       "x", x="d", mu="d", Sigma="d d", facts={"Sigma": "pd"}, order="hessian")  # fmt: skip

# Bishop 3: linear regression.
bishop("3.13", "Φᵀ (Φ w − t)", lambda np, Phi, w, t: np.sum((t - Phi @ w) ** 2) / 2, "w",
       Phi="N M", w="M", t="N")  # fmt: skip
bishop("3.13 Hessian", "Φᵀ Φ", lambda np, Phi, w, t: np.sum((t - Phi @ w) ** 2) / 2, "w",
       Phi="N M", w="M", t="N", order="hessian")  # fmt: skip
bishop("3.27 ridge", "Φᵀ (Φ w − t) + λ w",
       lambda np, Phi, w, t, lambda_: np.sum((t - Phi @ w) ** 2) / 2 + lambda_ / 2 * (w @ w), "w",
       Phi="N M", w="M", t="N", lambda_="")  # fmt: skip
bishop("3.27 Hessian", "Φᵀ Φ + λ 𝐈_M",
       lambda np, Phi, w, t, lambda_: np.sum((t - Phi @ w) ** 2) / 2 + lambda_ / 2 * (w @ w), "w",
       Phi="N M", w="M", t="N", lambda_="", order="hessian")  # fmt: skip
bishop("3.33", "Φᵀ (Φ W − T)", lambda np, Phi, W, T: np.sum((T - Phi @ W) ** 2) / 2, "W",
       Phi="N M", W="M K", T="N K")  # fmt: skip
bishop("3.81 prior", "α m", lambda np, m, alpha: alpha * (m @ m) / 2, "m", m="M", alpha="")
bishop("3.10 noise", "N / (2 β) − ‖t − Φ w‖² / 2",
       lambda np, Phi, w, t, beta: Phi.shape[0] / 2 * np.log(beta)
       - beta / 2 * np.sum((t - Phi @ w) ** 2),
       "beta", Phi="N M", w="M", t="N", beta="", positive="beta")  # fmt: skip


# Bishop 4: classification.
def _logistic(np, Phi, w, t):
    y = named("y", sigmoid(Phi @ w))
    return -np.sum(t * np.log(y) + (1 - t) * np.log(1 - y))


bishop("4.91", "Φᵀ (y − t)", _logistic, "w", Phi="N M", w="M", t="N")
bishop("4.97", "Φᵀ diag(y ⊙ (1 − y)) Φ", _logistic, "w", Phi="N M", w="M", t="N", order="hessian")


def _multiclass(np, Phi, W, T):
    Y = named("Y", softmax(Phi @ W))
    return -np.sum(T * np.log(Y))


bishop("4.109", "Φᵀ (Y − T)", _multiclass, "W", Phi="N M", W="M K", T="N K",
       facts={"T": "simplex"})  # fmt: skip
bishop("4.106", "diag(y) − y yᵀ", lambda np, a: named("y", softmax(a)), "a", a="K",
       order="jacobian")  # fmt: skip
bishop("4.88", "σ ⊙ (1 − σ)", lambda np, a: np.sum(named("sigma", sigmoid(a))), "a", a="K")
bishop("4.30 lda", "2 S w / (wᵀ R w) − 2 wᵀ S w R w / (wᵀ R w)²",
       lambda np, w, S, R: (w @ S @ w) / (w @ R @ w), "w", w="n", S=SQ, R=SQ,
       facts={"S": "symmetric", "R": "symmetric"})  # fmt: skip

# Bishop 5: networks, 12: PCA, 6: Gaussian processes.
bishop("5.18 output", "Y − T", lambda np, Y, T: np.sum((Y - T) ** 2) / 2, "Y", Y="N K", T="N K")
bishop("6.90 gp", "1/2 K⁻¹ t tᵀ K⁻¹ − 1/2 K⁻¹",
       lambda np, K, t: -logdet(np, K) / 2 - t @ np.linalg.inv(K) @ t / 2, "K",
       K="N N", t="N", facts={"K": "pd"})  # fmt: skip


def _ppca(np, W, S):
    C = named("C", W @ W.T + np.eye(W.shape[0]))
    return -(logdet(np, C) + np.trace(np.linalg.inv(C) @ S)) / 2


bishop("12.44 ppca", "C⁻¹ S C⁻¹ W − C⁻¹ W", _ppca, "W", W="d m", S="d d",
       facts={"S": "symmetric"})  # fmt: skip
bishop("12.11 pca", "2 S u", lambda np, u, S: u @ S @ u, "u", u="n", S=SQ,
       facts={"S": "symmetric"})  # fmt: skip
bishop("9.19 mixture", "softmax(a)",
       lambda np, a: logsumexp(a), "a", a="K")  # fmt: skip

# Magnus & Neudecker, ch. 8 to 9.
magnus("9.7 a'x", "a", lambda np, x, a: a @ x, "x", x="n", a="n")
magnus("9.7 x'Ax", "(A + Aᵀ) x", lambda np, x, A: x @ A @ x, "x", x="n", A=SQ)
magnus("9.8 a'Xb", "a bᵀ", lambda np, X, a, b: a @ X @ b, "X", X="m n", a="m", b="n")
magnus("9.8 a'XX'a", "2 a aᵀ X", lambda np, X, a: a @ X @ X.T @ a, "X", X="m n", a="m")
magnus("9.8 a'X⁻¹a", "−X⁻ᵀ a aᵀ X⁻ᵀ", lambda np, X, a: a @ np.linalg.inv(X) @ a, "X",
       X=SQ, a="n")  # fmt: skip
magnus("9.9 tr AX", "Aᵀ", lambda np, X, A: np.trace(A @ X), "X", X="m n", A="n m")
magnus("9.9 tr XAX'B", "Bᵀ X Aᵀ + B X A", lambda np, X, A, B: np.trace(X @ A @ X.T @ B), "X",
       X="m n", A=SQ, B="m m")  # fmt: skip
magnus("9.9 tr XAXB", "Bᵀ Xᵀ Aᵀ + Aᵀ Xᵀ Bᵀ", lambda np, X, A, B: np.trace(X @ A @ X @ B), "X",
       X="m n", A="n m", B="n m")  # fmt: skip
magnus("9.9 tr X^p", "5 (X^4)ᵀ", lambda np, X: np.trace(np.linalg.matrix_power(X, 5)), "X", X=SQ)
magnus("9.10 |X'X|", "2 det(Xᵀ X) X (Xᵀ X)⁻¹", lambda np, X: np.linalg.det(X.T @ X), "X", X="m n")
magnus("9.10 |X^p|", "2 det(X)² X⁻ᵀ", lambda np, X: np.linalg.det(X @ X), "X", X=SQ)
magnus("9.10 log|X'X|", "2 X (Xᵀ X)⁻¹", lambda np, X: logdet(np, X.T @ X), "X", X="m n")
magnus("9.10 log|X'AX|", "2 A X (Xᵀ A X)⁻¹", lambda np, X, A: logdet(np, X.T @ A @ X), "X",
       X="m n", A="m m", facts={"A": "pd"})  # fmt: skip
magnus("9.11 Ax", "A", lambda np, x, A: A @ x, "x", x="n", A="m n", order="jacobian")
magnus("9.12 AXB", "A ⊗ Bᵀ", lambda np, X, A, B: A @ X @ B, "X", X="m n", A="p m", B="n q",
       order="jacobian")  # fmt: skip
magnus("9.12 X⁻¹", "−(X⁻¹ ⊗ X⁻ᵀ)", lambda np, X: np.linalg.inv(X), "X", X=SQ, order="jacobian")
magnus("9.12 d XX'", "dX Xᵀ + X dXᵀ", lambda np, X, dX: X @ X.T, "X", X="m n", dX="m n",
       order="differential")  # fmt: skip
magnus("9.12 d X'X", "dXᵀ X + Xᵀ dX", lambda np, X, dX: X.T @ X, "X", X="m n", dX="m n",
       order="differential")  # fmt: skip
magnus("8.4 d (AXB)⁻¹", "−X⁻¹ dX X⁻¹ A⁻¹",
       lambda np, X, dX, A: np.linalg.inv(A @ X), "X", X=SQ, dX=SQ, A=SQ,
       order="differential")  # fmt: skip
magnus("8.5 d pinv", "(Xᵀ X)⁻¹ dXᵀ − (Xᵀ X)⁻¹ (dXᵀ X + Xᵀ dX) (Xᵀ X)⁻¹ Xᵀ",
       lambda np, X, dX: np.linalg.inv(X.T @ X) @ X.T, "X", X="m n", dX="m n",
       order="differential")  # fmt: skip
magnus("10.6 x'Ax", "A + Aᵀ", lambda np, x, A: x @ A @ x, "x", x="n", A=SQ, order="hessian")
magnus("10.6 tr AXBX'", "A ⊗ Bᵀ + Aᵀ ⊗ B", lambda np, X, A, B: np.trace(A @ X @ B @ X.T), "X",
       X="m n", A="m m", B=SQ, order="hessian")  # fmt: skip
magnus("10.6 tr X'AX", "(A + Aᵀ) ⊗ 𝐈_n", lambda np, X, A: np.trace(X.T @ A @ X), "X",
       X="m n", A="m m", order="hessian")  # fmt: skip
magnus("17.3 ols", "(Xᵀ X)⁻¹ Xᵀ", lambda np, y, X: np.linalg.inv(X.T @ X) @ X.T @ y, "y",
       y="m", X="m n", order="jacobian")  # fmt: skip

# Goodfellow, Bengio & Courville, Deep Learning.
goodfellow("4.5 least squares", "Aᵀ (A x − b)", lambda np, A, x, b: np.sum((A @ x - b) ** 2) / 2,
           "x", A="m n", x="n", b="m")  # fmt: skip
goodfellow("5.12 linear regression", "2 Xᵀ (X w − y) / m",
           lambda np, X, w, y: np.sum((X @ w - y) ** 2) / X.shape[0], "w",
           X="m n", w="n", y="m")  # fmt: skip
goodfellow("6.47 affine", "G Wᵀ", lambda np, H, W, G: np.sum(G * (H @ W)), "H",
           H="N n", W="n p", G="N p")  # fmt: skip
goodfellow("6.47 weights", "Hᵀ G", lambda np, H, W, G: np.sum(G * (H @ W)), "W",
           H="N n", W="n p", G="N p")  # fmt: skip


def _mlp(np, X, W1, W2, Y):
    Z = named("Z", X @ W1)
    H = named("H", relu(Z))
    O = named("O", H @ W2)  # noqa: E741
    P = named("P", softmax(O))
    return -np.sum(Y * np.log(P))


_MLP = {"X": "N n", "W1": "n h", "W2": "h k", "Y": "N k"}
goodfellow("6.5 mlp W2", "Hᵀ (P − Y)", _mlp, "W2", **_MLP, facts={"Y": "simplex"})
goodfellow("6.5 mlp W1", "Xᵀ ∇_Z", _mlp, "W1", **_MLP,
           facts={"Y": "simplex"})  # fmt: skip
goodfellow(
    "7.5 weight decay", "α w", lambda np, w, alpha: alpha / 2 * (w @ w), "w", w="n", alpha=""
)
goodfellow("7.19 L1", "α sign(w)", lambda np, w, alpha: alpha * np.sum(np.abs(w)), "w",
           w="n", alpha="")  # fmt: skip
goodfellow("6.24 sigmoid output", "sigmoid(z) − y",
           lambda np, z, y: softplus(z) - y * z, "z", z="", y="")  # fmt: skip
goodfellow("3.41 softplus", "sigmoid(x)", lambda np, x: np.sum(softplus(x)), "x", x="n")
goodfellow("6.29 log softmax", "y − softmax(z)",
           lambda np, z, y: y @ (z - logsumexp(z)), "z", z="n", y="n",
           facts={"y": "simplex"})  # fmt: skip
goodfellow("7.11 dropout", "μ ⊙ (Wᵀ g)", lambda np, h, mu, W, g: g @ (W @ (mu * h)), "h",
           h="n", mu="n", W="m n", g="m", facts={"mu": "mask"})  # fmt: skip
goodfellow("8.2 quadratic", "H (x − a)", lambda np, x, a, H: (x - a) @ H @ (x - a) / 2, "x",
           x="n", a="n", H=SQ, facts={"H": "symmetric"})  # fmt: skip
goodfellow("14.1 autoencoder", "2 (W Wᵀ X − X) Xᵀ W + 2 X (W Wᵀ X − X)ᵀ W",
           lambda np, W, X: np.sum((W @ (W.T @ X) - X) ** 2), "W", W="n k", X="n N")  # fmt: skip
goodfellow("10.26 rnn cell", "(∇_h ⊙ (1 − h ⊙ h)) sᵀ",
           lambda np, W, U, s, x, g: g @ named("h", np.tanh(W @ s + U @ x)), "W",
           W="m m", U="m n", s="m", x="n", g="m")  # fmt: skip
