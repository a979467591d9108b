"""The symbol grammar, what it accepts and how it refuses."""

from __future__ import annotations

import pytest

from symnn.core.errors import ParseError, UnknownNameError
from symnn.notation.latex import to_latex
from symnn.notation.text import to_text
from symnn.text.symbols import parse_symbol, symbol_from_identifier


@pytest.mark.parametrize(
    ("latex", "text", "printed"),
    [
        ("x", "x", "x"),
        (r"\delta", "δ", r"\delta"),
        (r"\Theta", "Θ", r"\Theta"),
        (r"\hat y", "ŷ", r"\hat{y}"),
        (r"\hat{y}", "ŷ", r"\hat{y}"),
        (r"\tilde\theta", "θ̃", r"\tilde{\theta}"),
        (r"\bar{x}", "x̄", r"\bar{x}"),
        (r"\mathbf{W}", "W", r"\mathbf{W}"),
        (r"\hat{\mathbf{y}}", "ŷ", r"\hat{\mathbf{y}}"),
        (r"\boldsymbol{\theta}", "θ", r"\boldsymbol{\theta}"),
        (r"\mathcal{L}", "ℒ", r"\mathcal{L}"),
        (r"\mathcal{D}", "𝒟", r"\mathcal{D}"),
        (r"\mathrm{loss}", "loss", r"\mathrm{loss}"),
        (r"\operatorname{KL}", "KL", r"\mathrm{KL}"),
        ("loss", "loss", r"\mathrm{loss}"),
        ("W_Q", "W_Q", "W_{Q}"),
        ("z^{[1]}", "z^[1]", "z^{[1]}"),
        (r"\delta^{(3)}", "δ⁽³⁾", r"\delta^{(3)}"),
        ("x_{in}", "x_in", r"x_{\mathrm{in}}"),
        (r"\sigma_\theta", "σ_θ", r"\sigma_{\theta}"),
        ("A^{T}", "A^{T}", "A^{T}"),
        ("W_Q^{[1]}'", "W_Q^[1]′", r"W_{Q}^{[1]\prime}"),
        (r"\ell", "ℓ", r"\ell"),
    ],
)
def test_symbol_prints_as_written(latex, text, printed):
    symbol = parse_symbol(latex)
    assert to_text(symbol) == text
    assert to_latex(symbol) == printed


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("x + y", "x + y\n  ^\na symbol is one name; expected _ or ^ or the end"),
        ("x_", "x_\n  ^\nthe symbol ends too early"),
        ("x_a_b", "x_a_b\n   ^\na second subscript"),
        ("x_{}", "x_{}\n   ^\nan empty script"),
        (r"x_{\input}", r"x_{\input}" "\n   ^\n"
         "expected letters, digits, Greek, or one of , ( ) [ ] * + -"),
        (r"\hat{\tilde x}", r"\hat{\tilde x}" "\n^\na second accent"),
        (r"\mathrm{a b", r"\mathrm{a b" "\n           ^\nexpected }"),
        ("{" * 60 + "x", None),
        ("x" * 300, None),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_a_caret(latex, message):
    with pytest.raises(ParseError) as error:
        parse_symbol(latex)
    if message:
        assert str(error.value) == message


@pytest.mark.parametrize("latex", [r"\input{x}", r"\frac{1}{2}", "<b>", "1x", "", "$x$", "x\\"])
def test_markup_is_refused(latex):
    with pytest.raises(ParseError):
        parse_symbol(latex)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("y_hat", "ŷ"), ("W_Q", "W_Q"), ("delta", "δ"), ("sigma2", "σ_2"), ("W1", "W_1"),
        ("z_1", "z_1"), ("loss", "loss"), ("L", "L"), ("x_hat_1", "x̂_1"), ("lambda_", "λ"),
        ("W_ih_l0", "W_{ih,l0}"), ("theta_bar", "θ̄"), ("x'", "x′"), ("b_out", "b_out"),
    ],
)  # fmt: skip
def test_identifier_becomes_the_usual_symbol(name, text):
    assert to_text(symbol_from_identifier(name)) == text


@pytest.mark.parametrize("name", ["", "1x", "x y", "a.b", "x-y", "é", "x<b>", "_", "x'y"])
def test_identifier_with_markup_is_refused(name):
    with pytest.raises(UnknownNameError):
        symbol_from_identifier(name)
