"""Statistical models: likelihoods, kernels, optimisation, decompositions.

McCullagh & Nelder, 1989 (generalised linear models); Cox, 1972; Bishop, 2006, ch. 9 (mixtures);
Rasmussen & Williams, 2006, sec. 5.4 (marginal likelihood); Bell & Sejnowski, 1995 (ICA); Boyd &
Vandenberghe, 2004; Cuturi, arXiv:1306.0895 (Sinkhorn); Cortes & Vapnik, 1995 (dual).
"""

from __future__ import annotations

from typing import Any

from .problem import Source, logdet, logsumexp, named, softplus

glm = Source("glm")
mixture = Source("mixture")
kernel = Source("kernel")
convex = Source("convex")
SQ = "n n"
_XWY = {"X": "N d", "w": "d", "y": "N"}


# Generalised linear models: η = X w.
def _poisson(np: Any, X: Any, w: Any, y: Any) -> Any:
    eta = named("eta", X @ w)
    return np.sum(np.exp(eta) - y * eta)


def _negative_binomial(np: Any, X: Any, w: Any, y: Any, r: Any) -> Any:
    eta = named("eta", X @ w)
    return np.sum((y + r) * np.log(r + np.exp(eta)) - y * eta)


def _gamma(np: Any, X: Any, w: Any, y: Any) -> Any:
    eta = named("eta", X @ w)
    return np.sum(y * np.exp(-eta) + eta)


glm("poisson", "Xᵀ (exp(η) − y)", _poisson, "w", **_XWY)
glm("poisson Hessian", "Xᵀ diag(exp(η)) X", _poisson, "w", **_XWY, order="hessian")
glm("negative binomial", "Xᵀ ((y + r 𝟏_N) ⊙ exp(η) ⊘ (r 𝟏_N + exp(η)) − y)", _negative_binomial, "w",
    **_XWY, r="", positive="r")  # fmt: skip
glm("gamma", "Xᵀ (1 − y ⊙ exp(−η))", _gamma, "w", **_XWY)
glm("lasso", "Xᵀ (X w − y) + λ sign(w)",
    lambda np, X, w, y, lambda_: np.sum((X @ w - y) ** 2) / 2 + lambda_ * np.sum(np.abs(w)), "w",
    **_XWY, lambda_="")  # fmt: skip
glm("ridge solution", "(Xᵀ X + λ 𝐈_d)⁻¹ Xᵀ",
    lambda np, X, y, lambda_: np.linalg.solve(X.T @ X + lambda_ * np.eye(X.shape[1]), X.T @ y),
    "y", X="N d", y="N", lambda_="", positive="lambda_", order="jacobian")  # fmt: skip
glm("logistic ±1", "−Xᵀ (y ⊙ sigmoid(−y ⊙ η))",
    lambda np, X, w, y: np.sum(softplus(-y * named("eta", X @ w))), "w", **_XWY)  # fmt: skip


def _cox(np: Any, eta: Any, R: Any, delta: Any) -> Any:
    return delta @ (np.log(R @ named("h", np.exp(eta))) - eta)


glm("cox", "h ⊙ (Rᵀ (δ ⊘ (R h))) − δ", _cox, "eta", eta="N", R="N N", delta="N", positive="R")


# Mixtures of unit Gaussians with means in the rows of M: R holds the responsibilities.
def _gmm(np: Any, X: Any, M: Any, w: Any) -> Any:
    D = np.sum((X[:, None, :] - M[None, :, :]) ** 2, axis=-1)
    return np.sum(logsumexp(named("A", w[None, :] - D / 2), axis=1))


_GMM = {"X": "N d", "M": "k d", "w": "k"}
mixture("means", "rowsoftmax(A)ᵀ X − diag(rowsoftmax(A)ᵀ 𝟏_N) M", _gmm, "M", **_GMM)
mixture("weights", "rowsoftmax(A)ᵀ 𝟏_N", _gmm, "w", **_GMM)
mixture("data", "rowsoftmax(A) M − X", _gmm, "X", **_GMM)
mixture("kl covariance", "(𝐈_n − Σ⁻¹) / 2",
        lambda np, Sigma, m: (np.trace(Sigma) + m @ m - logdet(np, Sigma)) / 2, "Sigma",
        Sigma=SQ, m="n", facts={"Sigma": "pd"})  # fmt: skip
mixture("kl factor", "L − L⁻ᵀ",
        lambda np, L: np.sum(L**2) / 2 - logdet(np, L), "L", L=SQ)  # fmt: skip
mixture("ica", "tanh(W X) Xᵀ − W⁻ᵀ",
        lambda np, W, X: np.sum(np.log(np.cosh(W @ X))) - logdet(np, W), "W", W=SQ, X="n N")  # fmt: skip
mixture("pca subspace", "2 S W", lambda np, W, S: np.trace(W.T @ S @ W), "W", W="n k", S=SQ,
        facts={"S": "symmetric"})  # fmt: skip
mixture("probabilistic factor", "Wᵀ (x − W z) − z",
        lambda np, W, z, x: -np.sum((x - W @ z) ** 2) / 2 - z @ z / 2, "z",
        W="n k", z="k", x="n")  # fmt: skip


# Gaussian processes: K is the covariance of the targets t.
def _marginal(np: Any, K: Any, t: Any) -> Any:
    K = named("K", K)
    return (logdet(np, K) + t @ np.linalg.inv(K) @ t) / 2


kernel("noise", "(tr(K⁻¹) − tᵀ K⁻¹ K⁻¹ t) / 2",
       lambda np, C, t, s: _marginal(np, C + s * np.eye(C.shape[0]), t), "s",
       C="N N", t="N", s="", facts={"C": "pd"}, positive="s")  # fmt: skip
kernel("amplitude", "(tr(K⁻¹ C) − tᵀ K⁻¹ C K⁻¹ t) / 2",
       lambda np, C, t, s: _marginal(np, s * C + np.eye(C.shape[0]), t), "s",
       C="N N", t="N", s="", facts={"C": "pd"}, positive="s")  # fmt: skip
kernel("length scale", "sum(∇_K ⊙ C ⊙ D) / ℓ^3",
       lambda np, D, t, ell: _marginal(np, named("C", np.exp(-D / (2 * ell**2)))
                                       + np.eye(D.shape[0]), t), "ell",
       D="N N", t="N", ell="", positive="ell D", facts={"D": "symmetric"})  # fmt: skip
kernel("svm dual", "y ⊙ (K (y ⊙ a)) − 𝟏_N",
       lambda np, K, y, a: (y * a) @ K @ (y * a) / 2 - np.sum(a), "a", K="N N", y="N", a="N",
       facts={"K": "symmetric"})  # fmt: skip
kernel("logistic", "−K (y ⊙ sigmoid(−y ⊙ f))",
       lambda np, K, y, a: np.sum(softplus(-y * named("f", K @ a))), "a", K="N N", y="N", a="N",
       facts={"K": "symmetric"})  # fmt: skip
kernel("hsic", "H L H", lambda np, K, H, L: np.trace(K @ H @ L @ H), "K",
       K=SQ, H=SQ, L=SQ, facts={"H": "symmetric", "L": "symmetric"})  # fmt: skip

# Boyd & Vandenberghe, and transport.
convex("log-sum-exp", "Aᵀ softmax(z)", lambda np, A, x, b: logsumexp(named("z", A @ x + b)), "x",
       A="m n", x="n", b="m")  # fmt: skip
convex("log-sum-exp Hessian", "Aᵀ (diag(grad_z) − grad_z grad_zᵀ) A",
       lambda np, A, x, b: logsumexp(named("z", A @ x + b)), "x", A="m n", x="n", b="m", order="hessian")  # fmt: skip
convex("barrier", "Aᵀ (1 ⊘ (b − A x))",
       lambda np, A, x, b: -np.sum(np.log(b - A @ x)), "x", A="m n", x="n", b="m")  # fmt: skip
convex("barrier Hessian", "Aᵀ diag(1 ⊘ ((b − A x) ⊙ (b − A x))) A",
       lambda np, A, x, b: -np.sum(np.log(b - A @ x)), "x", A="m n", x="n", b="m",
       order="hessian")  # fmt: skip
convex("matrix fractional", "2 Y⁻¹ x", lambda np, x, Y: x @ np.linalg.inv(Y) @ x, "x",
       x="n", Y=SQ, facts={"Y": "pd"})  # fmt: skip
convex("matrix fractional Y", "−Y⁻¹ x xᵀ Y⁻¹", lambda np, x, Y: x @ np.linalg.inv(Y) @ x, "Y",
       x="n", Y=SQ, facts={"Y": "pd"})  # fmt: skip
convex("control", "2 Bᵀ Q (A s + B u) + 2 R u",
       lambda np, A, B, Q, R, s, u: (A @ s + B @ u) @ Q @ (A @ s + B @ u) + u @ R @ u, "u",
       A=SQ, B="n m", Q=SQ, R="m m", s="n", u="m", facts={"Q": "symmetric", "R": "symmetric"})  # fmt: skip
convex("sinkhorn step", "−Kᵀ (g ⊙ u ⊘ (K v))",
       lambda np, g, a, K, v: g @ named("u", a / (K @ v)), "v", g="m", a="m", K="m n", v="n",
       positive="a K v")  # fmt: skip
convex("transport dual", "a − P 𝟏_n",
       lambda np, f, h, a, b, C, eps: a @ f + b @ h - eps * np.sum(named("P",
           np.exp((f[:, None] + h[None, :] - C) / eps))), "f",
       f="m", h="n", a="m", b="n", C="m n", eps="", positive="eps")  # fmt: skip
convex("procrustes", "−2 (B − Q A) Aᵀ", lambda np, Q, A, B: np.sum((B - Q @ A) ** 2), "Q",
       Q=SQ, A="n N", B="n N")  # fmt: skip
convex("itakura-saito", "Wᵀ (1 ⊘ (W H) − V ⊘ ((W H) ⊙ (W H)))",
       lambda np, W, H, V: np.sum(V / (W @ H) + np.log(W @ H)), "H", W="m k", H="k n", V="m n",
       positive="W H V")  # fmt: skip
