"""Whatever a stranger writes is read or refused, never a crash."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnn.core.errors import ParseError
from symnn.notation.normal import normalise
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.text.symbols import parse_symbol
from tests.notation.strategies import SIZES, SYMBOLS

PIECES = [
    "x", "W_Q", "ŷ", "∑_{i=1}^{n} ", "∑_i ", "max_i ", "max(", "tanh(", "(", ")", "[", "]", "{",
    "}", " ", " ", " ", "_", "^", "_{i,j}", "_i", "²", "⁻¹", "ᵀ", "+", "−", "/", "⊙", "⊗", "⊘", "=",
    "≤", "∇_", "∂", "∂W/∂x", "d", "dW", "‖", "₁", "⟨", "⟩", ",", ";", ":", "𝟏_n", "𝐈_", "ℝ", "if",
    " for i = 1..n", "where", "otherwise", "\n", "1", "1/2", "0.5", "i", "′", "\u0302", "√(", "∞",
    "π", "𝟙", "..", ":=", "f(", "é", "\\", '"a"',
]  # fmt: skip
OPTIONS = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=500, **OPTIONS)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_text_is_read_or_refused(text):
    symbols = [*SYMBOLS, *SIZES]
    try:
        tree = parse_text(text, symbols)
    except ParseError as error:
        assert "^" in str(error)
        return
    assert parse_text(to_text(tree), symbols) == normalise(tree), to_text(tree)


@settings(max_examples=300, **OPTIONS)
@given(st.text(alphabet="xyW_^{}[]()\\ahtbrmdel1,' ", max_size=12))
def test_symbol_is_read_or_refused(text):
    try:
        symbol = parse_symbol(text)
    except ParseError as error:
        assert "^" in str(error)
        return
    assert parse_text(to_text(symbol), [symbol]) == symbol
