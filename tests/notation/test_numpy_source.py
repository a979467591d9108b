"""NumPy source: literal lines, and the same numbers as the evaluator."""

from __future__ import annotations

import numpy as np
import pytest

from symnn.core.errors import ShapeError, UnsupportedError
from symnn.notation.evaluate import evaluate
from symnn.notation.numpy_names import HELPERS, identifiers
from symnn.notation.numpy_source import to_numpy_expression
from symnn.notation.parse import parse_text
from symnn.notation.tree import Grad, Sym
from symnn.text.symbols import parse_symbol

RANKS = {parse_symbol(name): rank for name, rank in {
    "W": 2, "x": 1, "b": 1, "y": 1, r"\hat y": 1, r"\delta": 1, "A": 2, "B": 2, r"\eta": 0,
    "s": 0, "n": 0, "p": 0, r"\lambda": 0, "X": 2,
}.items()}  # fmt: skip
SIZES = {"n": 3, "p": 2}
SHAPES = {"W": (2, 3), "x": (3,), "b": (2,), "y": (2,), "y_hat": (2,), "delta": (2,), "A": (3, 3),
          "B": (3, 3), "eta": (), "s": (), "lambda_": (), "X": (5, 3)}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("W x + b", "W @ x + b"),
        ("2(ŷ − y)", "2 * (y_hat - y)"),
        ("δ xᵀ", "np.outer(delta, x)"),
        ("Wᵀ δ", "W.T @ delta"),
        ("W − η δ xᵀ", "W - np.outer(eta * delta, x)"),
        ("b ⊙ y", "b * y"),
        ("diag(x) A", "x[:, None] * A"),
        ("A diag(x)", "A * x"),
        ("diag(x) A x", "x * (A @ x)"),
        ("A B x", "A @ (B @ x)"),
        ("xᵀ A x", "x @ A @ x"),
        ("xᵀ x", "x @ x"),
        ("‖x‖²", "np.sum(x ** 2)"),
        ("1 − x^⊙2", "1 - x ** 2"),
        ("tanh(W x)", "np.tanh(W @ x)"),
        ("softmax(x)", "softmax(x)"),
        ("A 𝟏_n", "np.sum(A, axis=1)"),
        ("𝟏_nᵀ A x", "np.sum(A, axis=0) @ x"),
        ("A⁻¹ x", "np.linalg.inv(A) @ x"),
        ("𝐈_n − x xᵀ / n", "np.eye(n) - np.outer(x, x) / n"),
        ("tr(A B)", "np.trace(A @ B)"),
        ("λ x", "lambda_ * x"),
        ("−x", "-x"),
        ("−(x + x)", "-(x + x)"),
        ("x − (x − x)", "x - (x - x)"),
        ("(s x)ᵀ (A x)", "s * x @ A @ x"),
        ("1/2 x", "1 / 2 * x"),
        ("s / (s + 1)", "s / (s + 1)"),
        ("max(x, 0)", "np.maximum(x, 0)"),
        ("where(x > 0, x, 0)", "np.where(x > 0, x, 0)"),
        ("[A ≥ B]", "(A >= B) * 1.0"),
        ("∑_{i=1}^{n} x_i²", "sum(x[i] ** 2 for i in range(n))"),
        ("X_1 + x", "X[0] + x"),
        ("(δ xᵀ)ᵀ", "np.outer(delta, x).T"),
        ("(−2)² s", "(-2) ** 2 * s"),
        ("A diag(x) B", "A * x @ B"),
        ("diag(x)", "np.diag(x)"),
        ("xᵀ", "x[None, :]"),
        ("⟨A, B⟩", "np.sum(A * B)"),
        ("A^⊙2 ⊘ B", "A ** 2 / B"),
    ],
)
def test_source_is_short_and_computes_the_formula(text, source):
    tree = parse_text(text, list(RANKS))
    assert to_numpy_expression(tree, RANKS) == source
    rng = np.random.default_rng(1)
    scope = {name: rng.uniform(0.5, 1.5, shape) for name, shape in SHAPES.items()} | SIZES
    names = identifiers(RANKS)
    values = {s: scope[n] for s, n in names.items() if n not in SIZES}
    space = {"np": np}
    exec("\n".join(HELPERS.values()), space)
    found = eval(source, space | scope)
    np.testing.assert_allclose(found, evaluate(tree, values, SIZES), rtol=1e-12)


def test_gradients_get_names_of_their_own():
    W = Sym("W")
    assert to_numpy_expression(Grad(W), {W: 2}) == "grad_W"


def test_identifiers_are_unique_and_no_keywords():
    names = [r"\lambda", "z^{[1]}", "z_1", r"\hat y", "max", "x'", "W^{*}", r"\mathcal{L}", "L"]
    symbols = [parse_symbol(name) for name in names]
    assert list(identifiers(symbols).values()) == [
        "lambda_", "z_1", "z_1_v2", "y_hat", "max_", "x_prime", "W", "L", "L_v2",
    ]  # fmt: skip


def test_kinds_that_do_not_fit_raise():
    with pytest.raises(ShapeError) as error:
        to_numpy_expression(parse_text("x + xᵀ", list(RANKS)), RANKS)
    assert str(error.value) == "x + xᵀ\n  expected: one kind\n  found: row and vector"
    with pytest.raises(ShapeError) as error:
        to_numpy_expression(parse_text("x x", list(RANKS)), RANKS)
    assert str(error.value) == (
        "x x\n  expected: kinds that fit\n  found: a vector times a vector at x"
    )
    with pytest.raises(UnsupportedError, match="the rank of z is not known; known: W x"):
        to_numpy_expression(Sym("z"), RANKS)
