"""Formulas of textbooks, by their text; the printed forms are in golden.txt."""

from __future__ import annotations

from symnn.notation.layout import style
from symnn.notation.parse import parse_text
from symnn.notation.tree import Tree
from symnn.text.symbols import parse_symbol

RANKS = {
    "x": 1, "y": 1, r"\hat y": 1, "z^{[1]}": 1, "W^{[1]}": 2, "b^{[1]}": 1, r"\delta": 1, "W": 2,
    "b": 1, r"\mathcal{L}": 0, "n": 0, "p": 0, "A": 2, "Q": 2, "K": 2, "V": 2, "S": 2, "d": 0,
    "X": 2, "v": 1, "t": 0, r"\Sigma": 2, r"\delta^{(3)}": 1, r"\lambda": 0, r"\tilde x": 1,
    "W_Q": 2, "r": 0, "s": 0, "m": 0, r"\operatorname{loss}": 0, "H": 0, r"\mu": 1,
}  # fmt: skip
SYMBOLS = {parse_symbol(name): rank for name, rank in RANKS.items()}

TEXTS = [
    "z^[1] = W^[1] x + b^[1]",
    "ŷ = σ(z^[1]) = z^[1]",
    "ℒ = ‖ŷ − y‖² = (ŷ − y)ᵀ (ŷ − y)",
    "ℒ = ∑_{i=1}^{p} (ŷ_i − y_i)²",
    "z^[1]_i = ∑_{j=1}^{n} W^[1]_{i,j} x_j + b^[1]_i",
    "∂ℒ/∂ŷ_i = 2(ŷ_i − y_i)",
    "δ = ∇_ŷ(ℒ) ⊙ σ′(z^[1]) = 2(ŷ − y)",
    "∂z^[1]_i/∂b_k = [i = k]",
    "∂ℒ/∂W_{k,l} = ∑_{i=1}^{p} δ_i [i = k] x_l = δ_k x_l",
    "∇_{W^[1]}(ℒ) = 2(ŷ − y) xᵀ",
    "δ_k · 1 + ∑_{i ≠ k} δ_i · 0",
    "∇_S = A ⊙ (∇_A − (A ⊙ ∇_A) 𝟏_n 𝟏_nᵀ)",
    "A = rowsoftmax(Q Kᵀ / √(d))",
    "∂y/∂x = diag(y) − y yᵀ",
    "H = (diag(v) A diag(v)ᵀ) ⊗ (x xᵀ)",
    "y_{o,h} = ∑_{c=1}^{p} ∑_{u=0}^{r − 1} W_{o,c,u} x_{c,s h + u − m}",
    "[0 ≤ s h + u − m < n]",
    "X_i = A_i ⊙ v for i = 1..n",
    "v := {x if x > 0; 1/2 x otherwise}",
    "log(det(Σ)) + 1/2 (x − μ)ᵀ Σ⁻¹ (x − μ)",
    "ℒ = log(x_1) y_2 − ∑_{i=1}^{n} y_i log(x_i)",
    "1 − x^⊙2",
    "x ⊘ (𝟏_p + v)",
    "−y / (1 − y)",
    "∇_Q = ∇_S K / √(d)\n  where S = Q Kᵀ / √(d)\n        A = rowsoftmax(S)",
    "∂²ℒ/∂x_i∂x_j = 0.044715 λ",
    "⟨∇_S, dQ Kᵀ + Q d(Kᵀ)⟩",
    "δ⁽³⁾ = (Wᵀ δ⁽³⁾) ⊙ (1 − A)",
    "loss ∈ ℝ^(p×n)",
    "max_{i=1}^{n} x_i^(1/2)",
    "[1, 0; n, −p]",
    "W_Qᵀ W^[1]ᵀ (W_Q)_{k,2} (z^[1]_2)²",
    "x̃ ← x − λ ∇_x",
    "(∑_{i=1}^{n} x_i) / n",
    "A_{:,2} + max(x, 0)² + abs(y)",
    '∏_{i=1}^{n} (1 − x_i) ≈ π ∞ "row by row"',
]


def trees() -> list[Tree]:
    """Return the trees of `TEXTS`, with bold vectors and matrices."""
    return [style(parse_text(text, list(SYMBOLS)), SYMBOLS) for text in TEXTS]
