"""Lengths of published forms, counted by hand."""

from __future__ import annotations

import pytest

from symnn.notation.measure import length
from symnn.notation.parse import parse_text
from symnn.notation.tree import Sym
from symnn.text.symbols import parse_symbol

SYMBOLS = [parse_symbol(n) for n in ["p", "y", r"\hat y", "x", "A", "W", r"\delta", "n"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p − y", 3),
        ("2(ŷ − y) xᵀ", 8),
        ("δ xᵀ", 4),
        ("A ⊙ (∇_A − (A ⊙ ∇_A) 𝟏_n 𝟏_nᵀ)", 12),
        ("−y / p", 4),
        ("‖ŷ − y‖²", 5),
        ("∑_{i=1}^{n} δ_i x_i", 6),
        ("tanh(W x)", 4),
    ],
)
def test_length_counts_symbols_and_operators(text, expected):
    assert length(parse_text(text, SYMBOLS)) == expected


def test_a_decorated_name_counts_one():
    assert length(Sym("W", accent="hat", sub="Q", sup="[1]")) == 1
