"""Petersen & Pedersen, The Matrix Cookbook, version of 15 November 2012, section 2 by number.

Left out: eigenvalues (2.3), the Hermitian rules (45), functions of a matrix (128), Toeplitz matrices
(143, 144), and what is no derivative of its own: 33 (a constant), 41 (42 by the adjugate), 47 and 50
(sums over 49), 79 (80 entry by entry), 94 (the function of 95), 96 (that of 97 and 98), 133 to 136
(notation). The table prints the identity beside each number, made of the function itself. Forms with `J^{ij}` are written as Jacobians; 34 to 44, 59 and 80 as differentials
in a direction dX, 46 and 48 along a line A + s B.
"""

from __future__ import annotations

from .problem import Source, logdet, named, sigmoid

cookbook = Source("cookbook")
SQ = "n n"

# 2 Derivatives: differentials.
cookbook("34", "α dX", lambda np, X, dX, alpha: alpha * X, "X", X="m n", dX="m n", alpha="",
         order="differential")  # fmt: skip
cookbook("35", "dX", lambda np, X, dX, Y: X + Y, "X", X="m n", dX="m n", Y="m n",
         order="differential")  # fmt: skip
cookbook("36", "tr(dX)", lambda np, X, dX: np.trace(X), "X", X=SQ, dX=SQ, order="differential")
cookbook("37", "dX Y", lambda np, X, dX, Y: X @ Y, "X", X="m n", dX="m n", Y="n p",
         order="differential")  # fmt: skip
cookbook("37b", "dX X + X dX", lambda np, X, dX: X @ X, "X", X=SQ, dX=SQ, order="differential")
cookbook("38", "dX ⊙ Y", lambda np, X, dX, Y: X * Y, "X", X="m n", dX="m n", Y="m n",
         order="differential")  # fmt: skip
cookbook("39", "dX ⊗ Y", lambda np, X, dX, Y: np.kron(X, Y), "X", X="m n", dX="m n", Y="p q",
         order="differential")  # fmt: skip
cookbook("40", "−X⁻¹ dX X⁻¹", lambda np, X, dX: np.linalg.inv(X), "X", X=SQ, dX=SQ,
         order="differential")  # fmt: skip
cookbook("42", "det(X) tr(X⁻¹ dX)", lambda np, X, dX: np.linalg.det(X), "X", X=SQ, dX=SQ,
         order="differential")  # fmt: skip
cookbook("43", "tr(X⁻¹ dX)", lambda np, X, dX: logdet(np, X), "X", X=SQ, dX=SQ,
         order="differential")  # fmt: skip
cookbook("44", "dXᵀ", lambda np, X, dX: X.T, "X", X="m n", dX="m n", order="differential")

# 2.1 Determinants.
cookbook("46", "det(A + s B) tr((A + s B)⁻¹ B)",
         lambda np, s, A, B: np.linalg.det(A + s * B), "s", s="", A=SQ, B=SQ)  # fmt: skip
cookbook("48", "det(Y) (tr(Y⁻¹ B)² − tr(Y⁻¹ B Y⁻¹ B))",
         lambda np, s, A, B: np.linalg.det(named("Y", A + s * B)), "s", s="", A=SQ, B=SQ,
         order="hessian")  # fmt: skip
cookbook("49", "det(X) X⁻ᵀ", lambda np, X: np.linalg.det(X), "X", X=SQ)
cookbook("51", "det(A X B) X⁻ᵀ", lambda np, X, A, B: np.linalg.det(A @ X @ B), "X",
         X=SQ, A=SQ, B=SQ)  # fmt: skip
cookbook("52", "2 det(Xᵀ A X) X⁻ᵀ", lambda np, X, A: np.linalg.det(X.T @ A @ X), "X", X=SQ, A=SQ)
cookbook("53", "2 det(Xᵀ A X) A X (Xᵀ A X)⁻¹", lambda np, X, A: np.linalg.det(X.T @ A @ X), "X",
         X="m n", A="m m", facts={"A": "symmetric"})  # fmt: skip
cookbook("54", "det(Xᵀ A X) (A X (Xᵀ A X)⁻¹ + Aᵀ X (Xᵀ Aᵀ X)⁻¹)",
         lambda np, X, A: np.linalg.det(X.T @ A @ X), "X", X="m n", A="m m")  # fmt: skip
cookbook("55", "2 X (Xᵀ X)⁻¹", lambda np, X: logdet(np, X.T @ X), "X", X="m n")
cookbook("56", "−2 P (Pᵀ P)⁻¹", lambda np, P: -logdet(np, P.T @ P), "P", P="m n")  # P is X⁺ᵀ
cookbook("57", "X⁻ᵀ", lambda np, X: logdet(np, X), "X", X=SQ)
cookbook("58", "3 det(X)^3 X⁻ᵀ",
         lambda np, X: np.linalg.det(np.linalg.matrix_power(X, 3)), "X", X=SQ)  # fmt: skip

# 2.2 Inverses.
cookbook("59", "−Y⁻¹ dY Y⁻¹", lambda np, Y, dY: np.linalg.inv(Y), "Y", Y=SQ, dY=SQ,
         order="differential")  # fmt: skip
cookbook("60", "−(X⁻¹ ⊗ X⁻ᵀ)", lambda np, X: np.linalg.inv(X), "X", X=SQ, order="jacobian")
cookbook("61", "−X⁻ᵀ a bᵀ X⁻ᵀ", lambda np, X, a, b: a @ np.linalg.inv(X) @ b, "X",
         X=SQ, a="n", b="n")  # fmt: skip
cookbook("62", "−det(X⁻¹) X⁻ᵀ", lambda np, X: np.linalg.det(np.linalg.inv(X)), "X", X=SQ)
cookbook("63", "−(X⁻¹ B A X⁻¹)ᵀ", lambda np, X, A, B: np.trace(A @ np.linalg.inv(X) @ B), "X",
         X=SQ, A="m n", B="n m")  # fmt: skip
cookbook("64", "−((X + A)⁻¹ (X + A)⁻¹)ᵀ", lambda np, X, A: np.trace(np.linalg.inv(X + A)), "X",
         X=SQ, A=SQ)  # fmt: skip
cookbook("65", "−2 Wᵀ W Wᵀ",
         lambda np, A: np.sum(named("W", np.linalg.inv(A)) ** 2), "A", A=SQ)  # fmt: skip

# 2.4.1 First order.
cookbook("69", "a", lambda np, x, a: x @ a, "x", x="n", a="n")
cookbook("70", "a bᵀ", lambda np, X, a, b: a @ X @ b, "X", X="m n", a="m", b="n")
cookbook("71", "b aᵀ", lambda np, X, a, b: a @ X.T @ b, "X", X="m n", a="n", b="m")
cookbook("72", "a aᵀ", lambda np, X, a: a @ X @ a, "X", X=SQ, a="n")
cookbook("72b", "a aᵀ", lambda np, X, a: a @ X.T @ a, "X", X=SQ, a="n")
cookbook("73", "𝐈_m ⊗ 𝐈_n", lambda np, X: X, "X", X="m n", order="jacobian")
cookbook("74", "𝐈_m ⊗ Aᵀ", lambda np, X, A: X @ A, "X", X="m n", A="n p", order="jacobian")
cookbook("75", "dXᵀ A", lambda np, X, dX, A: X.T @ A, "X",
         X="m n", dX="m n", A="m p", order="differential")  # fmt: skip

# 2.4.2 Second order.
cookbook("76", "2 sum(X) 𝟏_m 𝟏_nᵀ", lambda np, X: np.sum(X) ** 2, "X", X="m n")
cookbook("77", "X (b cᵀ + c bᵀ)", lambda np, X, b, c: b @ X.T @ X @ c, "X", X="m n", b="n", c="n")
cookbook("78", "Bᵀ C (D x + d) + Dᵀ Cᵀ (B x + b)",
         lambda np, x, B, b, C, D, d: (B @ x + b) @ C @ (D @ x + d), "x",
         x="n", B="m n", b="m", C="m p", D="p n", d="p")  # fmt: skip
cookbook("80", "Xᵀ B dX + dXᵀ B X", lambda np, X, dX, B: X.T @ B @ X, "X",
         X="m n", dX="m n", B="m m", order="differential")  # fmt: skip
cookbook("81", "(B + Bᵀ) x", lambda np, x, B: x @ B @ x, "x", x="n", B=SQ)
cookbook("82", "Dᵀ X b cᵀ + D X c bᵀ", lambda np, X, D, b, c: b @ X.T @ D @ X @ c, "X",
         X="m n", D="m m", b="n", c="n")  # fmt: skip
cookbook("83", "(D + Dᵀ) (X b + c) bᵀ",
         lambda np, X, D, b, c: (X @ b + c) @ D @ (X @ b + c), "X",
         X="m n", D="m m", b="n", c="m")  # fmt: skip
_W = {"W": "symmetric"}
cookbook("84", "−2 Aᵀ W (x − A s)", lambda np, x, A, s, W: (x - A @ s) @ W @ (x - A @ s), "s",
         x="m", A="m n", s="n", W="m m", facts=_W)  # fmt: skip
cookbook("85", "2 W (x − s)", lambda np, x, s, W: (x - s) @ W @ (x - s), "x",
         x="n", s="n", W=SQ, facts=_W)  # fmt: skip
cookbook("86", "−2 W (x − s)", lambda np, x, s, W: (x - s) @ W @ (x - s), "s",
         x="n", s="n", W=SQ, facts=_W)  # fmt: skip
cookbook("87", "2 W (x − A s)", lambda np, x, A, s, W: (x - A @ s) @ W @ (x - A @ s), "x",
         x="m", A="m n", s="n", W="m m", facts=_W)  # fmt: skip
cookbook("88", "−2 W (x − A s) sᵀ", lambda np, x, A, s, W: (x - A @ s) @ W @ (x - A @ s), "A",
         x="m", A="m n", s="n", W="m m", facts=_W)  # fmt: skip

cookbook("89", "−2 (a − xᵀ b) b", lambda np, x, a, b: (a - x @ b) ** 2, "x", x="n", a="", b="n")

# 2.4.3 Higher order and non-linear.
cookbook("90", "dX X + X dX", lambda np, X, dX: np.linalg.matrix_power(X, 2), "X", X=SQ, dX=SQ,
         order="differential")  # fmt: skip
cookbook("91", "a bᵀ (X²)ᵀ + Xᵀ a bᵀ Xᵀ + (X²)ᵀ a bᵀ",
         lambda np, X, a, b: a @ np.linalg.matrix_power(X, 3) @ b, "X", X=SQ, a="n", b="n")  # fmt: skip
cookbook("92", "Xᵀ X² (a bᵀ + b aᵀ) + X² (a bᵀ + b aᵀ) Xᵀ",
         lambda np, X, a, b: a @ np.linalg.matrix_power(X, 2).T @ np.linalg.matrix_power(X, 2) @ b,
         "X", X=SQ, a="n", b="n")  # fmt: skip
cookbook("93", "(1 − s ⊙ s) ⊙ (A r) + r ⊙ (1 − r) ⊙ (Aᵀ s)",
         lambda np, x, A: named("s", np.tanh(x)) @ A @ named("r", sigmoid(x)), "x",
         x="n", A=SQ)  # fmt: skip
cookbook("95", "2 Aᵀ A x / (xᵀ Bᵀ B x) − 2 xᵀ Aᵀ A x Bᵀ B x / (xᵀ Bᵀ B x)²",
         lambda np, x, A, B: ((A @ x) @ (A @ x)) / ((B @ x) @ (B @ x)), "x",
         x="n", A="m n", B="p n")  # fmt: skip

# 2.4.4 Gradient and Hessian.
cookbook("97", "(A + Aᵀ) x + b", lambda np, x, A, b: x @ A @ x + b @ x, "x", x="n", A=SQ, b="n")
cookbook("98", "A + Aᵀ", lambda np, x, A, b: x @ A @ x + b @ x, "x", x="n", A=SQ, b="n",
         order="hessian")  # fmt: skip

# 2.5 Traces.
cookbook("99", "𝐈_n", lambda np, X: np.trace(X), "X", X=SQ)
cookbook("100", "Aᵀ", lambda np, X, A: np.trace(X @ A), "X", X="m n", A="n m")
cookbook("101", "Aᵀ Bᵀ", lambda np, X, A, B: np.trace(A @ X @ B), "X", X="m n", A="p m", B="n p")
cookbook("102", "B A", lambda np, X, A, B: np.trace(A @ X.T @ B), "X", X="m n", A="p n", B="m p")
cookbook("103", "A", lambda np, X, A: np.trace(X.T @ A), "X", X="m n", A="m n")
cookbook("104", "A", lambda np, X, A: np.trace(A @ X.T), "X", X="m n", A="m n")
cookbook("105", "tr(A) 𝐈_n", lambda np, X, A: np.trace(np.kron(A, X)), "X", X=SQ, A="m m")
cookbook("106", "2 Xᵀ", lambda np, X: np.trace(X @ X), "X", X=SQ)
cookbook("107", "(X B + B X)ᵀ", lambda np, X, B: np.trace(X @ X @ B), "X", X=SQ, B=SQ)
cookbook("108", "B X + Bᵀ X", lambda np, X, B: np.trace(X.T @ B @ X), "X", X="m n", B="m m")
cookbook("109", "B X + Bᵀ X", lambda np, X, B: np.trace(B @ X @ X.T), "X", X="m n", B="m m")
cookbook("110", "B X + Bᵀ X", lambda np, X, B: np.trace(X @ X.T @ B), "X", X="m n", B="m m")
cookbook("111", "X Bᵀ + X B", lambda np, X, B: np.trace(X @ B @ X.T), "X", X="m n", B=SQ)
cookbook("112", "X Bᵀ + X B", lambda np, X, B: np.trace(B @ X.T @ X), "X", X="m n", B=SQ)
cookbook("113", "X Bᵀ + X B", lambda np, X, B: np.trace(X.T @ X @ B), "X", X="m n", B=SQ)
cookbook("114", "Aᵀ Xᵀ Bᵀ + Bᵀ Xᵀ Aᵀ", lambda np, X, A, B: np.trace(A @ X @ B @ X), "X",
         X="m n", A="n m", B="n m")  # fmt: skip
cookbook("115", "2 X", lambda np, X: np.trace(X.T @ X), "X", X="m n")
cookbook("115b", "2 X", lambda np, X: np.trace(X @ X.T), "X", X="m n")
cookbook("116", "Cᵀ X B Bᵀ + C X B Bᵀ", lambda np, X, B, C: np.trace(B.T @ X.T @ C @ X @ B), "X",
         X="m n", B="n p", C="m m")  # fmt: skip
cookbook("117", "B X C + Bᵀ X Cᵀ", lambda np, X, B, C: np.trace(X.T @ B @ X @ C), "X",
         X="m n", B="m m", C=SQ)  # fmt: skip
cookbook("118", "Aᵀ Cᵀ X Bᵀ + C A X B",
         lambda np, X, A, B, C: np.trace(A @ X @ B @ X.T @ C), "X",
         X="m n", A="p m", B=SQ, C="m p")  # fmt: skip
cookbook("119", "2 Aᵀ (A X B + C) Bᵀ",
         lambda np, X, A, B, C: np.trace((A @ X @ B + C) @ (A @ X @ B + C).T), "X",
         X="m n", A="p m", B="n q", C="p q")  # fmt: skip
cookbook("120", "2 tr(X) 𝐈_n", lambda np, X: np.trace(np.kron(X, X)), "X", X=SQ)
cookbook("121", "3 (X²)ᵀ", lambda np, X: np.trace(np.linalg.matrix_power(X, 3)), "X", X=SQ)
cookbook("121b", "4 (X^3)ᵀ", lambda np, X: np.trace(np.linalg.matrix_power(X, 4)), "X", X=SQ)
cookbook("122", "(A X² + X A X + X² A)ᵀ",
         lambda np, X, A: np.trace(A @ np.linalg.matrix_power(X, 3)), "X", X=SQ, A=SQ)  # fmt: skip
cookbook("123",
         "C X Xᵀ C X B Bᵀ + Cᵀ X B Bᵀ Xᵀ Cᵀ X + C X B Bᵀ Xᵀ C X + Cᵀ X Xᵀ Cᵀ X B Bᵀ",
         lambda np, X, B, C: np.trace(B.T @ X.T @ C @ X @ X.T @ C @ X @ B), "X",
         X="m n", B="n p", C="m m")  # fmt: skip
cookbook("124", "−(X⁻¹ B A X⁻¹)ᵀ", lambda np, X, A, B: np.trace(A @ np.linalg.inv(X) @ B), "X",
         X=SQ, A="m n", B="n m")  # fmt: skip
_C = {"C": "symmetric", "B": "symmetric"}
cookbook("125", "−C X (Xᵀ C X)⁻¹ (A + Aᵀ) (Xᵀ C X)⁻¹",
         lambda np, X, A, C: np.trace(np.linalg.inv(X.T @ C @ X) @ A), "X",
         X="m n", A=SQ, C="m m", facts={"C": "symmetric"})  # fmt: skip
cookbook("126", "−2 C X (Xᵀ C X)⁻¹ Xᵀ B X (Xᵀ C X)⁻¹ + 2 B X (Xᵀ C X)⁻¹",
         lambda np, X, B, C: np.trace(np.linalg.inv(X.T @ C @ X) @ (X.T @ B @ X)), "X",
         X="m n", B="m m", C="m m", facts=_C)  # fmt: skip
cookbook("127", "−2 C X (A + Xᵀ C X)⁻¹ Xᵀ B X (A + Xᵀ C X)⁻¹ + 2 B X (A + Xᵀ C X)⁻¹",
         lambda np, X, A, B, C: np.trace(np.linalg.inv(A + X.T @ C @ X) @ (X.T @ B @ X)), "X",
         X="m n", A=SQ, B="m m", C="m m", facts={**_C, "A": "symmetric"})  # fmt: skip

# 2.6 Norms.
cookbook("129", "(x − a) / ‖x − a‖", lambda np, x, a: np.linalg.norm(x - a), "x", x="n", a="n")
cookbook("130", "𝐈_n / ‖x − a‖ − (x − a) (x − a)ᵀ / ‖x − a‖^3",
         lambda np, x, a: (x - a) / np.linalg.norm(x - a), "x", x="n", a="n",
         order="jacobian")  # fmt: skip
cookbook("131", "2 x", lambda np, x: np.linalg.norm(x) ** 2, "x", x="n")
cookbook("132", "2 X", lambda np, X: np.linalg.norm(X) ** 2, "X", X="m n")

# 2.8 Structured matrices: the two halves of a symmetric matrix move together.
_S = {"X": "symmetric"}
cookbook("137", "Aᵀ (1 − U ⊙ U) Bᵀ", lambda np, X, A, B: np.sum(named("U", np.tanh(A @ X @ B))),
         "X", X="m n", A="p m", B="n q")  # fmt: skip
cookbook("138", "2 B X + 2 X B − (2 B X) ⊙ 𝐈_n",
         lambda np, X, B: np.trace(X @ B @ X), "X", X=SQ, B=SQ, facts={**_S, "B": "symmetric"},
         order="structured")  # fmt: skip
cookbook("139", "A + Aᵀ − A ⊙ 𝐈_n", lambda np, X, A: np.trace(A @ X), "X", X=SQ, A=SQ,
         facts=_S, order="structured")  # fmt: skip
cookbook("140", "det(X) (2 X⁻¹ − X⁻¹ ⊙ 𝐈_n)", lambda np, X: np.linalg.det(X), "X", X=SQ,
         facts=_S, order="structured")  # fmt: skip
cookbook("141", "2 X⁻¹ − X⁻¹ ⊙ 𝐈_n", lambda np, X: logdet(np, X), "X", X=SQ,
         facts=_S, order="structured")  # fmt: skip
cookbook("142", "diag(A)", lambda np, x, A: np.trace(A @ np.diag(x)), "x", x="n", A=SQ)
