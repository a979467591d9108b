"""Losses, models and graphs of machine learning, as their papers print the gradients.

Hadsell et al., 2006 (contrastive); Chen et al., arXiv:2002.05709 (NT-Xent); Rafailov et al.,
arXiv:2305.18290 (DPO); Lin et al., arXiv:1708.02002 (focal); Huber, 1964; Hinton et al.,
arXiv:1503.02531 (distillation); Williams, 1992 (policy gradient); Ramsauer et al., arXiv:2008.02217
(Hopfield); Mikolov et al., arXiv:1310.4546 in Rong's notation, arXiv:1411.2738 (skip-gram); van der
Maaten & Hinton, 2008 (t-SNE); Kipf & Welling, arXiv:1609.02907 (graphs); Hu et al.,
arXiv:2106.09685 (LoRA); Dinh et al., arXiv:1605.08803 (couplings).
"""

from __future__ import annotations

from typing import Any

from .problem import Source, logsumexp, named, relu, softmax, softplus

learning = Source("learning")
graph = Source("graph")
SQ = "n n"


# Contrastive and metric losses.
def _nt_xent(np: Any, Z: Any, P: Any, D: Any, tau: Any) -> Any:
    S = named("S", Z @ Z.T / tau)
    return np.sum(np.log(np.sum(D * np.exp(S), axis=1))) - np.sum(P * S)


learning("nt-xent", "(∇_S + ∇_Sᵀ) Z / τ", _nt_xent, "Z", Z="N d", P="N N", D="N N", tau="",
         positive="tau", facts={"D": "mask positive"})  # fmt: skip
learning("contrastive pair", "−max(0, m − ‖a − b‖) (a − b) / ‖a − b‖",
         lambda np, a, b, m: relu(m - np.linalg.norm(a - b)) ** 2 / 2, "a", a="d", b="d", m="",
         positive="m")  # fmt: skip
learning("ranking pair", "(sigmoid(uᵀ (p − q)) − 1) (p − q)",
         lambda np, u, p, q: softplus(-u @ (p - q)), "u", u="d", p="d", q="d")  # fmt: skip
learning("metric", "(x − y) (x − y)ᵀ", lambda np, x, y, M: (x - y) @ M @ (x - y), "M",
         x="n", y="n", M=SQ)  # fmt: skip
learning("metric by a factor", "2 A (x − y) (x − y)ᵀ",
         lambda np, x, y, A: np.sum((A @ (x - y)) ** 2), "A", x="n", y="n", A="k n")  # fmt: skip
learning("cross-correlation", "2 B (C − 𝐈_d)ᵀ / N",
         lambda np, A, B: np.sum((named("C", A.T @ B / A.shape[0]) - np.eye(A.shape[1])) ** 2),
         "A", A="N d", B="N d")  # fmt: skip

# Preferences, weights, smoothing, robust losses.
learning("dpo", "−β sigmoid(−β (a − b))",
         lambda np, a, b, beta: np.sum(softplus(-beta * (a - b))), "a", a="n", b="n", beta="")  # fmt: skip
learning("focal", "2 (1 − p) ⊙ log(p) − (1 − p) ⊙ (1 − p) ⊘ p",
         lambda np, p: -np.sum((1 - p) ** 2 * np.log(p)), "p", p="n", positive="p")  # fmt: skip
learning("weighted cross-entropy", "wᵀ y softmax(z) − w ⊙ y",
         lambda np, z, w, y: (w @ y) * logsumexp(z) - (w * y) @ z, "z", z="n", w="n", y="n")  # fmt: skip
learning("distillation", "τ (softmax(z / τ) − q)",
         lambda np, z, q, tau: tau**2 * (logsumexp(z / tau) - q @ z / tau), "z",
         z="n", q="n", tau="", positive="tau", facts={"q": "simplex"})  # fmt: skip
learning("huber", "clip(r, −δ, δ)",
         lambda np, r, delta: np.sum(np.where(np.abs(r) <= delta, r**2 / 2,
                                              delta * (np.abs(r) - delta / 2))), "r",
         r="n", delta="", positive="delta")  # fmt: skip
learning("epsilon-insensitive", "sign(r) ⊙ [abs(r) > δ]",
         lambda np, r, delta: np.sum(relu(np.abs(r) - delta)), "r", r="n", delta="",
         positive="delta")  # fmt: skip
learning("dice", "2 (pᵀ t 𝟏_n / (sum(p) + sum(t)) − t) / (sum(p) + sum(t))",
         lambda np, p, t: 1 - 2 * (p @ t) / (np.sum(p) + np.sum(t)), "p", p="n", t="n",
         positive="p t")  # fmt: skip
learning("student t", "2 r ⊘ (ν 𝟏_n + r ⊙ r)", lambda np, r, nu: np.sum(np.log(1 + r**2 / nu)), "r",
         r="n", nu="", positive="nu")  # fmt: skip
learning("cauchy", "2 r ⊘ (1 + r ⊙ r)", lambda np, r: np.sum(np.log(1 + r**2)), "r", r="n")
learning("welsch", "r ⊙ exp(−r ⊙ r / 2)", lambda np, r: -np.sum(np.exp(-(r**2) / 2)), "r", r="n")


def _multiclass_hinge(np: Any, S: Any, Y: Any) -> Any:
    right = np.sum(Y * S, axis=1, keepdims=True)
    return np.sum((1 - Y) * relu(named("M", S - right + 1)))


learning("multiclass hinge", "∇_M − Y ⊙ (∇_M 𝟏_k 𝟏_kᵀ)", _multiclass_hinge, "S", S="N k", Y="N k")

# Policies.
learning("policy gradient", "diag(a) (rowsoftmax(Z) − Y)",
         lambda np, Z, Y, a: np.sum(a * (logsumexp(Z, axis=1) - np.sum(Y * Z, axis=1))), "Z",
         Z="N k", Y="N k", a="N")  # fmt: skip


def _negative_entropy(np: Any, z: Any) -> Any:
    p = named("p", softmax(z))
    return np.sum(p * np.log(p))


learning("entropy bonus", "p ⊙ (log(p) − pᵀ log(p) 𝟏_n)", _negative_entropy, "z", z="n")
learning("soft value", "softmax(q / τ)", lambda np, q, tau: tau * logsumexp(q / tau), "q",
         q="n", tau="", positive="tau")  # fmt: skip
learning("mixture of experts", "p ⊙ (E g − pᵀ E g 𝟏_k)",
         lambda np, z, E, g: g @ (E.T @ named("p", softmax(z))), "z", z="k", E="k d", g="d")  # fmt: skip

# Energies.
learning("rbm weights", "−sigmoid(c + W v) vᵀ",
         lambda np, W, v, b, c: -(b @ v) - np.sum(softplus(c + W @ v)), "W",
         W="h n", v="n", b="n", c="h")  # fmt: skip
learning("rbm visible", "−b − Wᵀ sigmoid(c + W v)",
         lambda np, W, v, b, c: -(b @ v) - np.sum(softplus(c + W @ v)), "v",
         W="h n", v="n", b="n", c="h")  # fmt: skip
learning("hopfield", "ξ − Xᵀ softmax(X ξ)",
         lambda np, X, xi: xi @ xi / 2 - logsumexp(X @ xi), "xi", X="N d", xi="d")  # fmt: skip
learning("score matching", "2 (W z − e) zᵀ",
         lambda np, W, z, e: np.sum((W @ z - e) ** 2), "W", W=SQ, z="n", e="n")  # fmt: skip
learning("affine coupling", "g ⊙ x ⊙ exp(s) − 𝟏_n",
         lambda np, g, x, s: g @ (x * np.exp(s)) - np.sum(s), "s", g="n", x="n", s="n")  # fmt: skip
learning("pair potentials", "exp(U) / sum(exp(U))",
         lambda np, B, a, c: np.log(np.sum(np.exp(named("U", a[:, None] + B + c[None, :])))), "B",
         B="m n", a="m", c="n")  # fmt: skip
learning("unary potentials", "∇_U 𝟏_n",
         lambda np, B, a, c: np.log(np.sum(np.exp(named("U", a[:, None] + B + c[None, :])))), "a",
         B="m n", a="m", c="n")  # fmt: skip


# Embeddings.
def _negative_sampling(np: Any, u: Any, v: Any, N: Any) -> Any:
    return softplus(-(u @ v)) + np.sum(softplus(N @ v))


_WORDS = {"u": "d", "v": "d", "N": "k d"}
learning("skip-gram input", "(sigmoid(uᵀ v) − 1) u + Nᵀ sigmoid(N v)", _negative_sampling, "v",
         **_WORDS)  # fmt: skip
learning("skip-gram output", "(sigmoid(uᵀ v) − 1) v", _negative_sampling, "u", **_WORDS)
learning("skip-gram negatives", "sigmoid(N v) vᵀ", _negative_sampling, "N", **_WORDS)
learning("factorisation machine", "x xᵀ V − diag(x ⊙ x) V",
         lambda np, V, x: (np.sum((V.T @ x) ** 2) - np.sum((V**2).T @ x**2)) / 2, "V",
         V="n k", x="n")  # fmt: skip
learning("lora A", "Bᵀ Xᵀ G", lambda np, X, W, A, B, G: np.sum(G * (X @ (W + B @ A))), "A",
         X="N d", W="d m", B="d r", A="r m", G="N m")  # fmt: skip
learning("lora B", "Xᵀ G Aᵀ", lambda np, X, W, A, B, G: np.sum(G * (X @ (W + B @ A))), "B",
         X="N d", W="d m", B="d r", A="r m", G="N m")  # fmt: skip
learning("weight norm direction", "g h / ‖v‖ − g vᵀ h v / ‖v‖^3",
         lambda np, g, v, h: g * (v @ h) / np.linalg.norm(v), "v", g="", v="n", h="n")  # fmt: skip


# Neighbour embeddings: D holds squared distances.
def _distances(np: Any, Y: Any) -> Any:
    return named("D", np.sum((Y[:, None, :] - Y[None, :, :]) ** 2, axis=-1))


def _tsne(np: Any, Y: Any, P: Any) -> Any:
    D = _distances(np, Y)
    return np.sum(P * np.log(1 + D)) + np.log(np.sum((1 - np.eye(Y.shape[0])) / (1 + D)))


_PAIRS = "2 (diag((∇_D + ∇_Dᵀ) 𝟏_N) − ∇_D − ∇_Dᵀ) Y"
learning("t-sne", _PAIRS, _tsne, "Y", Y="N d", P="N N")
learning("stress", _PAIRS, lambda np, Y, T: np.sum((_distances(np, Y) - T) ** 2), "Y",
         Y="N d", T="N N")  # fmt: skip

# Graphs: A the adjacency, L the Laplacian.
_SYMMETRIC = {"L": "symmetric"}
graph("smoothness", "2 L F", lambda np, F, L: np.trace(F.T @ L @ F), "F", F="N k", L="N N",
      facts=_SYMMETRIC)  # fmt: skip
graph("label propagation", "2 (F − Y) + 2 λ L F",
      lambda np, F, Y, L, lambda_: np.sum((F - Y) ** 2) + lambda_ * np.trace(F.T @ L @ F), "F",
      F="N k", Y="N k", L="N N", lambda_="", facts=_SYMMETRIC)  # fmt: skip


def _gcn(np: Any, A: Any, X: Any, W: Any, V: Any, Y: Any) -> Any:
    H = named("H", relu(named("Z", A @ X @ W)))
    P = named("P", softmax(named("O", A @ H @ V)))
    return -np.sum(Y * np.log(P))


_GCN = {"A": "N N", "X": "N d", "W": "d h", "V": "h k", "Y": "N k"}
graph("gcn last layer", "(A H)ᵀ (P − Y)", _gcn, "V", **_GCN, facts={"Y": "simplex"})
graph("gcn first layer", "(A X)ᵀ ∇_Z", _gcn, "W", **_GCN, facts={"Y": "simplex"})


def _reconstruction(np: Any, Z: Any, A: Any) -> Any:
    S = named("S", Z @ Z.T)
    return np.sum(softplus(S) - A * S)


graph("reconstruction", "(∇_S + ∇_Sᵀ) Z", _reconstruction, "Z", Z="N d", A="N N")
graph("page rank residual", "2 (x − α Aᵀ x − v) − 2 α A (x − α Aᵀ x − v)",
      lambda np, x, A, v, alpha: np.sum((x - alpha * A.T @ x - v) ** 2), "x",
      x="n", A=SQ, v="n", alpha="")  # fmt: skip
