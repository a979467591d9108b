"""Layouts: every formula, printed in the other conventions, is checked in them."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import CheckError, ShapeError, UnsupportedError
from symnn.derivation import layouts
from symnn.derivation.layouts import LAYOUTS, SAMPLES
from symnn.derivation.transposes import Turner

from .test_steps import DERIVATIONS, batch_rows, linear_layer, softmax_regression

OTHERS = [(a, b) for a in LAYOUTS for b in SAMPLES if (a, b) != ("mixed", "rows")]


@pytest.mark.parametrize(("layout", "samples"), OTHERS)
@pytest.mark.parametrize("build", DERIVATIONS, ids=lambda b: b.__name__)
def test_every_printed_form_is_right_in_its_layout(build, layout: str, samples: str) -> None:
    assert build().check(draws=1, layout=layout, samples=samples).passed


def test_the_numerator_layout_has_rows_of_what_is_differentiated() -> None:
    text = softmax_regression().text("main", layout="numerator")
    assert text.startswith("# Numerator layout: ")
    assert "δ = (p − y)ᵀ   (1 × k)" in text
    assert "∂L/∂W = x δ   (n × 1)(1 × k) = (n × k)" in text
    assert "∂z/∂b = 𝐈_k" in text


def test_the_denominator_layout_transposes_the_jacobian() -> None:
    A, x, y = sn.tensor("A", ("m", "n")), sn.parameter("x", ("n",)), sn.tensor("y", ("m",))
    u = sn.named("u", A @ x)
    d = sn.derive(np.sum((u - y) ** 4), wrt=x)
    mixed, other = d.text("all"), d.text("all", layout="denominator")
    assert "∂u/∂x = A   [" in mixed
    assert "∂u/∂x = Aᵀ   [" in other
    assert d.check(layout="denominator").passed


def test_samples_as_columns_turn_the_batch_around() -> None:
    text = batch_rows().text("all", samples="columns")
    assert text.startswith("# Samples are columns.")
    assert "U = W_1ᵀ X + b_1 𝟏_Nᵀ   (h × N)" in text
    assert "H = max(0, U)   (h × N)" in text
    assert "∇_{W_2} = H ∇_Zᵀ   (h × N)(N × k) = (h × k)" in text


def test_the_convention_is_stated_once_and_in_french() -> None:
    text = linear_layer().text("all", "fr", layout="numerator", samples="columns")
    assert text.count("Disposition au numérateur") == text.count("Les exemples sont") == 1
    assert "# " not in linear_layer().text("all", "fr")


def test_shapes_stand_at_every_step_and_are_checked(monkeypatch) -> None:
    text = linear_layer().text("all")
    assert "∇_W = ∇_ŷ xᵀ   (p × 1)(1 × n) = (p × n)" in text
    assert "ŷ = W x + b   (p × 1)" in text
    monkeypatch.setattr(layouts.Layout, "turns", lambda self, view: view.step.kind == "answer")
    with pytest.raises(ShapeError, match="found: "):
        linear_layer().text("all")


def test_latex_and_typst_follow_the_layout() -> None:
    d = linear_layer()
    assert r"\frac{\partial L}{\partial W}" in d.latex(layout="numerator")
    assert "∇" in d.typst() or "nabla" in d.typst()
    assert "(∂ L)/(∂ W) &= 2 x (hat(y) - y)^⊤" in d.typst(layout="numerator")


def test_unknown_layouts_list_what_there_is() -> None:
    with pytest.raises(UnsupportedError, match="mixed, numerator, denominator"):
        linear_layer().text(layout="jacobian")


def rnn(*, batch: bool) -> sn.Derivation:
    W, U = sn.parameter("W", ("p", "n")), sn.parameter("U", ("p", "p"))
    front = ("N",) if batch else ()
    h0, x = sn.parameter("h0", (*front, "p")), sn.tensor("x", ("T", *front, "n"))

    def step(h: sn.Tensor, x: sn.Tensor) -> sn.Tensor:
        return np.tanh(x @ W.T + h @ U.T) if batch else np.tanh(W @ x + U @ h)

    h = sn.named("h", sn.scan(step, h0, x))
    return sn.derive(np.sum((h - sn.tensor("y", ("T", *front, "p"))) ** 2), wrt=[W, U, h0, x])


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("layout", ["numerator", "denominator", "mixed"])
@pytest.mark.parametrize("samples", ["rows", "columns"])
def test_every_layout_of_a_recurrence_is_checked(batch: bool, layout: str, samples: str) -> None:
    assert rnn(batch=batch).check(draws=1, layout=layout, samples=samples).passed


def test_in_the_numerator_layout_each_step_is_a_row() -> None:
    lines = rnn(batch=False).text("main", layout="numerator").splitlines()
    for line in (
        "∂L/∂h_t = 2(h_t − y_t)ᵀ + δ_{t + 1} U",
        "δ_t = ∂L/∂h_t ⊙ (1 − h_t ⊙ h_t)ᵀ",
        "∂L/∂U = ∑_{t=1}^{T} h_{t − 1} δ_t",
        "∂L/∂x_t = δ_t W",
    ):
        assert any(x.strip().startswith(line) for x in lines), line
    batch = rnn(batch=True).text("main", layout="numerator")
    assert "∂L/∂U = ∑_{t=1}^{T} h_{t − 1}ᵀ δ_tᵀ" in batch
    assert "each step of it" in batch.splitlines()[1]


def test_a_wrong_row_of_a_recurrence_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    d = rnn(batch=False)
    monkeypatch.setattr(Turner, "turn", lambda self, tree, up: tree)
    with pytest.raises((CheckError, ShapeError)):
        d.check(draws=1, layout="numerator")


def test_answers_define_the_names_and_gradients_that_they_read() -> None:
    W1, W2 = sn.parameter("W1", ("h", "n")), sn.parameter("W2", ("p", "h"))
    x, y = sn.tensor("x", ("N", "n")), sn.tensor("y", ("N", "p"))
    z = sn.named("z", x @ W1.T)
    loss = np.mean((np.tanh(np.tanh(z) @ W2.T @ W2) @ W2.T - y) ** 2)
    text = sn.derive(loss, wrt=W1).text()
    first, *rest = text.splitlines()
    assert first == "∇_{W_1}(L) = ∇_zᵀ x"
    assert rest[0] == "  where H = tanh(z)"
    assert rest[-1].strip().startswith("∇_z = ")  # in the order in which they are computed
