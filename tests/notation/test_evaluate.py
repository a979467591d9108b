"""The evaluator against NumPy, and its refusals."""

from __future__ import annotations

import numpy as np
import pytest

from symnn.core.errors import ShapeError, UnknownNameError, UnsupportedError
from symnn.notation.evaluate import evaluate, evaluate_components
from symnn.notation.normal import right_side
from symnn.notation.parse import parse_text
from symnn.notation.tree import Grad, Partial, Sym
from symnn.text.symbols import parse_symbol

NAMES = ["W", "x", "y", r"\hat y", "A", "B", r"\delta", "X", "K", "L", "s", "n", "p", "k", "c", "t"]
SYMBOLS = {name: parse_symbol(name) for name in NAMES}
SIZES = {"n": 3, "p": 2, "k": 2}
rng = np.random.default_rng(0)
V = {
    "W": rng.normal(size=(2, 3)), "x": rng.normal(size=3), "y": rng.normal(size=2),
    r"\hat y": rng.normal(size=2), "A": rng.normal(size=(3, 3)), "B": rng.normal(size=(3, 3)),
    r"\delta": rng.normal(size=2), "X": rng.normal(size=(2, 6)), "K": rng.normal(size=(4, 2, 3)),
    "s": np.array(1.5), "t": np.array([2, 0, 1]),
}  # fmt: skip
VALUES = {SYMBOLS[name]: value for name, value in V.items()}
W, x, y, d, A, B, X, K, s = (V[k] for k in ["W", "x", "y", r"\delta", "A", "B", "X", "K", "s"])


def read(text, indices=()):
    return parse_text(text, list(SYMBOLS.values()), indices=indices)


def value(text, **options):
    return evaluate(right_side(read(text)), VALUES, SIZES, **options)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W x + y", W @ x + y),
        ("δ xᵀ", np.outer(d, x)),
        ("δᵀ W x", d @ W @ x),
        ("2(ŷ − y) xᵀ", 2 * np.outer(V[r"\hat y"] - y, x)),
        ("s A + Aᵀ", s * A + A.T),
        ("tanh(W x) ⊙ y", np.tanh(W @ x) * y),
        ("tanh′(x)", 1 - np.tanh(x) ** 2),
        ("1 − x^⊙2", 1 - x**2),
        ("diag(x) A", np.diag(x) @ A),
        ("tr(A B) + sum(A)", np.trace(A @ B) + A.sum()),
        ("‖x‖² + ‖x‖₁ + ‖x‖_∞", x @ x + np.abs(x).sum() + np.abs(x).max()),
        ("A⁻¹ x", np.linalg.solve(A, x)),
        ("A² ", A @ A),
        ("softmax(x)", np.exp(x) / np.exp(x).sum()),
        ("rowsoftmax(A)", np.exp(A) / np.exp(A).sum(1, keepdims=True)),
        ("𝐈_n − 𝟏_n 𝟏_nᵀ / n", np.eye(3) - 1 / 3),
        ("A ⊗ y", np.kron(A, y[:, None])),
        ("⟨A, B⟩", (A * B).sum()),
        ("x ⊘ (A x)", x / (A @ x)),
        ("max(x, 0)", np.maximum(x, 0)),
        ("max(x)", x.max()),
        ("where(A > 0, A, 0)", np.where(A > 0, A, 0)),
        ("[A ≥ B]", (A >= B) * 1.0),
        ("[s, 0; 1, 2]", np.array([[s, 0], [1, 2]])),
        ("∑_{i=1}^{n} x_i²", x @ x),
        ("∏_{i=1}^{n} x_i", x.prod()),
        ("max_i x_i", x.max()),
        ("∑_{i=1}^{n} ∑_{j=1}^{n} [i = j] A_{i,j}", np.trace(A)),
        ("∑_{i=1}^{n} ∑_{j=1, j ≠ i}^{n} A_{i,j}", A.sum() - np.trace(A)),
        ("x_1 + A_{2,3}", x[0] + A[1, 2]),
        ("∑_i x_{t_i}", x.sum()),
        ("A_{:,2}", A[:, 1]),
        ("A_2", A[1]),
        ("W_i ⊙ x for i = 1..p", W * x),
        ("(W x)_2", (W @ x)[1]),
        ("∑_{i=0}^{n − 1} i x_i", np.arange(3) @ x),
        ("{s if s > 0; 0 otherwise}", s),
        ("u + v\n  where u = W x\n        v = u + y", 2 * W @ x + y),
        ("∑_i v_i\n  where v_i = x_i²", x @ x),
    ],
)
def test_formula_has_the_value_that_numpy_gives(text, expected):
    symbols = [*SYMBOLS.values(), Sym("u"), Sym("v")]
    found = evaluate(parse_text(text, symbols), VALUES, SIZES)
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_component_form_runs_over_its_free_letters():
    found = evaluate_components(read("∑_{j=1}^{n} W_{i,j} x_j + y_i"), VALUES, SIZES, [("i", 2)])
    np.testing.assert_allclose(found, W @ x + y)


def test_windows_count_from_zero_and_read_zero_under_a_zero_bracket():
    text = "∑_{c=1}^{p} ∑_{u=0}^{n − 1} K_{o,c,u} [0 ≤ 2 i + u − 1 < 6] X_{c, 2 i + u − 1}"
    symbols = [*SYMBOLS.values()]
    tree = parse_text(text, symbols, indices=["c", "u", "o", "i"])
    found = evaluate_components(tree, VALUES, SIZES, [("o", 4), ("i", 3)])
    conv = evaluate(parse_text("conv(X, K; s=2, p=1)", symbols), VALUES, SIZES)
    np.testing.assert_allclose(found, conv)
    padded = np.pad(X, [(0, 0), (1, 1)])
    expected = np.einsum(
        "ocu,ciu->oi", K, np.stack([padded[:, 2 * i : 2 * i + 3] for i in range(3)], 1)
    )
    np.testing.assert_allclose(found, expected)


def test_a_read_outside_without_a_bracket_raises():
    tree = parse_text("x_{2 i}", [SYMBOLS["x"]])
    with pytest.raises(ShapeError) as error:
        evaluate_components(tree, VALUES, SIZES, [("i", 3)])
    assert str(error.value) == (
        "x_{2 i} reads outside its tensor\n"
        "  expected: position 1 from 0 to 2\n"
        "  found: 4\n"
        "  fix: give the term a bracket that is 0 there"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W + Wᵀ", "W + Wᵀ\n  expected: equal shapes\n  found: W is 2 × 3; Wᵀ is 3 × 2"),
        ("x + xᵀ", "x + xᵀ\n  expected: equal shapes\n  found: x is 3 × 1; xᵀ is 1 × 3"),
        ("W y", "W y\n  expected: sizes that fit\n  found: (2 × 3) times y (2 × 1)"),
        ("x x", "x x\n  expected: sizes that fit\n  found: (3 × 1) times x (3 × 1)"),
        ("s + x", "s + x\n  expected: equal shapes\n  found: s is scalar; x is 3 × 1"),
        ("A ⊙ x", "A ⊙ x\n  expected: equal shapes\n  found: A is 3 × 3; x is 3 × 1"),
        ("s / x", "s / x\n  expected: a scalar denominator\n  found: x is 3 × 1"),
        ("x²", "x²\n  expected: a square matrix and a whole power\n  found: 3 × 1\n"
               "  fix: write the power of each entry as ^⊙"),
        ("softmax(A)", "softmax of a 3 × 3 matrix: say rowsoftmax, or take a column vector"),
    ],
)  # fmt: skip
def test_shapes_that_do_not_fit_raise(text, message):
    with pytest.raises(ShapeError) as error:
        value(text)
    assert str(error.value) == message


def test_names_and_functions_without_meaning_raise():
    with pytest.raises(UnknownNameError, match="no value for L; values and sizes: W, x"):
        value("L")
    with pytest.raises(UnsupportedError, match=r"no meaning for σ\(x\); functions given: none"):
        value("σ(x)")
    np.testing.assert_allclose(value("σ(x)", functions={"sigma": np.sin}), np.sin(x))
    with pytest.raises(UnsupportedError, match="has no value of its own"):
        evaluate(read("x = y"), VALUES, SIZES)
    with pytest.raises(UnknownNameError, match="the index i has no range here"):
        value("x_i")


def test_gradients_are_values_too():
    values = {**VALUES, Grad(SYMBOLS["W"]): 2 * W}
    np.testing.assert_allclose(evaluate(read("∇_W x"), values, SIZES), 2 * W @ x)
    found = evaluate_components(read("∂L/∂W_{i,j}"), values, SIZES, [("i", 2), ("j", 3)])
    np.testing.assert_allclose(found, 2 * W)
    jacobian = {**VALUES, Partial(SYMBOLS["y"], (SYMBOLS["x"],)): W}
    text = "∑_{i=1}^{p} δ_i ∂y_i/∂x_j"
    found = evaluate_components(read(text), jacobian, SIZES, [("j", 3)])
    np.testing.assert_allclose(found, d @ W)


def test_an_unknown_range_raises():
    with pytest.raises(UnsupportedError, match="the range of i is not known"):
        evaluate(read("∑_i s"), VALUES, SIZES)
