"""Matrix and tensor factorisation, embeddings, kernels, and Hessians with structure."""

from __future__ import annotations

from .problem import Source, logdet, named, sigmoid, softplus

factor = Source("factor")
hessian = Source("hessian")
SQ = "n n"

factor("mf U", "2 (U Vᵀ − X) V", lambda np, U, V, X: np.sum((X - U @ V.T) ** 2), "U",
       U="m k", V="n k", X="m n")  # fmt: skip
factor("mf V", "2 (U Vᵀ − X)ᵀ U", lambda np, U, V, X: np.sum((X - U @ V.T) ** 2), "V",
       U="m k", V="n k", X="m n")  # fmt: skip
factor("mf masked", "2 (M ⊙ (U Vᵀ − X)) V", lambda np, U, V, X, M: np.sum(M * (U @ V.T - X) ** 2),
       "U", U="m k", V="n k", X="m n", M="m n")  # fmt: skip
factor("mf regularised", "2 (U Vᵀ − X) V + 2 λ U",
       lambda np, U, V, X, lambda_: np.sum((U @ V.T - X) ** 2) + lambda_ * np.sum(U**2), "U",
       U="m k", V="n k", X="m n", lambda_="")  # fmt: skip
factor("nmf H", "Wᵀ (W H − V)", lambda np, W, H, V: np.sum((V - W @ H) ** 2) / 2, "H",
       W="m k", H="k n", V="m n")  # fmt: skip
factor("nmf kl", "Wᵀ (𝟏_m 𝟏_nᵀ − V ⊘ (W H))",
       lambda np, W, H, V: np.sum(W @ H - V * np.log(W @ H)), "H", W="m k", H="k n", V="m n",
       positive="W H")  # fmt: skip
factor("symmetric mf", "4 (W Wᵀ − X) W", lambda np, W, X: np.sum((W @ W.T - X) ** 2), "W",
       W="n k", X=SQ, facts={"X": "symmetric"})  # fmt: skip
factor("symmetric mf general", "2 (R + Rᵀ) W",
       lambda np, W, X: np.sum(named("R", W @ W.T - X) ** 2), "W", W="n k", X=SQ)  # fmt: skip
factor("three factors", "2 Uᵀ (U S Vᵀ − X) V",
       lambda np, U, S, V, X: np.sum((U @ S @ V.T - X) ** 2), "S",
       U="m k", S="k l", V="n l", X="m n")  # fmt: skip
factor("singular values", "2 diag(Uᵀ (U diag(s) Vᵀ − X) V)",
       lambda np, U, s, V, X: np.sum((U @ np.diag(s) @ V.T - X) ** 2), "s",
       U="m k", s="k", V="n k", X="m n")  # fmt: skip
factor("procrustes", "2 (Q A − B) Aᵀ", lambda np, Q, A, B: np.sum((Q @ A - B) ** 2), "Q",
       Q=SQ, A="n N", B="n N")  # fmt: skip
factor("pca reconstruction", "−2 X Xᵀ w", lambda np, X, w: -np.sum((X.T @ w) ** 2), "w",
       X="n N", w="n")  # fmt: skip
factor("orthogonality penalty", "4 (W Wᵀ W − W)",
       lambda np, W: np.sum((W.T @ W - np.eye(W.shape[1])) ** 2), "W", W="m n")  # fmt: skip
factor("glove", "2 (F ⊙ (U Vᵀ − X)) V",
       lambda np, U, V, X, F: np.sum(F * (U @ V.T - X) ** 2), "U",
       U="m k", V="n k", X="m n", F="m n")  # fmt: skip
factor("skip gram", "(sigmoid(vᵀ u) − y) v",
       lambda np, u, v, y: softplus(u @ v) - y * (u @ v), "u", u="d", v="d", y="")  # fmt: skip
factor("low rank quadratic", "2 Uᵀ (U x − b)", lambda np, U, x, b: np.sum((U @ x - b) ** 2), "x",
       U="k n", x="n", b="k")  # fmt: skip
factor("kernel ridge", "2 K (K a − y) + 2 λ K a",
       lambda np, K, a, y, lambda_: np.sum((K @ a - y) ** 2) + lambda_ * (a @ K @ a), "a",
       K="N N", a="N", y="N", lambda_="", facts={"K": "symmetric"})  # fmt: skip
factor("sylvester", "2 Aᵀ (A X + X B − C) + 2 (A X + X B − C) Bᵀ",
       lambda np, A, X, B, C: np.sum((A @ X + X @ B - C) ** 2), "X",
       A="m m", X="m n", B=SQ, C="m n")  # fmt: skip
factor("log det divergence", "Y⁻¹ − X⁻¹",
       lambda np, X, Y: np.trace(np.linalg.inv(Y) @ X) - logdet(np, X), "X", X=SQ, Y=SQ,
       facts={"X": "pd", "Y": "pd"})  # fmt: skip
factor("graphical lasso", "S − Θ⁻¹ + ρ sign(Θ)",
       lambda np, Theta, S, rho: np.trace(S @ Theta) - logdet(np, Theta)
       + rho * np.sum(np.abs(Theta)), "Theta", Theta="d d", S="d d", rho="",
       facts={"Theta": "pd", "S": "symmetric"})  # fmt: skip
factor("d-optimal design", "diag(A (Aᵀ diag(w) A)⁻¹ Aᵀ)",
       lambda np, w, A: logdet(np, A.T @ np.diag(w) @ A), "w", w="m", A="m n",
       positive="w")  # fmt: skip
factor("commutator", "2 Aᵀ (A X − X A) − 2 (A X − X A) Aᵀ",
       lambda np, A, X: np.sum((A @ X - X @ A) ** 2), "X", A=SQ, X=SQ)  # fmt: skip
factor("resolvent", "−(A + X)⁻ᵀ b cᵀ (A + X)⁻ᵀ",
       lambda np, A, X, b, c: b @ np.linalg.inv(A + X) @ c, "X", A=SQ, X=SQ, b="n", c="n")  # fmt: skip
factor("woodbury", "2 (λ 𝐈_n + X Xᵀ)⁻¹ X",
       lambda np, X, lambda_: logdet(np, lambda_ * np.eye(X.shape[0]) + X @ X.T), "X",
       X="n k", lambda_="", positive="lambda_")  # fmt: skip

# Hessians and Jacobians with structure.
hessian("quadratic", "A + Aᵀ", lambda np, x, A: x @ A @ x, "x", x="n", A=SQ, order="hessian")
hessian("least squares", "2 Aᵀ A", lambda np, A, x, b: np.sum((A @ x - b) ** 2), "x",
        A="m n", x="n", b="m", order="hessian")  # fmt: skip
hessian("mf U", "𝐈_m ⊗ 2 Vᵀ V",
        lambda np, U, V, X: np.sum((X - U @ V.T) ** 2), "U", U="m k", V="n k", X="m n",
        order="hessian")  # fmt: skip
hessian("exponential sum", "diag(exp(x))", lambda np, x: np.sum(np.exp(x)), "x", x="n",
        order="hessian")  # fmt: skip
hessian("ridge", "2 (Aᵀ A + λ 𝐈_n)",
        lambda np, A, x, lambda_: np.sum((A @ x) ** 2) + lambda_ * (x @ x), "x",
        A="m n", x="n", lambda_="", order="hessian")  # fmt: skip
hessian("bilinear mixed", "A", lambda np, x, y, A: x @ A @ y, "x y", x="m", y="n", A="m n",
        order="hessian")  # fmt: skip
hessian("trace XX'", "2 (𝐈_m ⊗ 𝐈_n)", lambda np, X: np.sum(X**2), "X", X="m n", order="hessian")
hessian("sigmoid jacobian", "diag(s ⊙ (1 − s))", lambda np, x: named("s", sigmoid(x)), "x", x="n",
        order="jacobian")  # fmt: skip
hessian("tanh layer", "diag(1 − h ⊙ h) W",
        lambda np, x, W, b: named("h", np.tanh(W @ x + b)), "x", x="n", W="m n", b="m",
        order="jacobian")  # fmt: skip
hessian("norm", "𝐈_n / ‖x‖ − x xᵀ / ‖x‖^3", lambda np, x: np.linalg.norm(x), "x", x="n",
        order="hessian")  # fmt: skip
hessian("outer product left", "𝐈_m ⊗ b", lambda np, a, b: np.outer(a, b), "a", a="m", b="n",
        order="jacobian")  # fmt: skip
hessian("scaling", "diag(b)", lambda np, a, b: a * b, "a", a="n", b="n", order="jacobian")
hessian("row scaling", "𝐈_m ⊗ diag(b)", lambda np, X, b: X * b, "X", X="m n", b="n",
        order="jacobian")  # fmt: skip
hessian("sum of fourth powers", "12 diag(x ⊙ x)", lambda np, x: np.sum(x**4), "x", x="n",
        order="hessian")  # fmt: skip
hessian("product xᵀa xᵀb", "a bᵀ + b aᵀ", lambda np, x, a, b: (x @ a) * (x @ b), "x",
        x="n", a="n", b="n", order="hessian")  # fmt: skip
hessian("log sum", "−diag(1 ⊘ (x ⊙ x))", lambda np, x: np.sum(np.log(x)), "x", x="n",
        positive="x", order="hessian")  # fmt: skip
hessian("gaussian", "exp(−‖x‖² / 2) (x xᵀ − 𝐈_n)", lambda np, x: np.exp(-(x @ x) / 2), "x", x="n",
        order="hessian")  # fmt: skip
