"""Literal numbers in every language and target."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symnn.core.errors import UnsupportedError
from symnn.text.numbers import format_number


@pytest.mark.parametrize(
    ("x", "lang", "target", "expected"),
    [
        (3002, "en", "text", "3,002"),
        (3002, "fr", "text", "3\u202f002"),
        (101770, "en", "latex", r"101\,770"),
        (101770, "fr", "latex", r"101\,770"),
        (4224, "fr", "latex", "4224"),
        (101770, "fr", "typst", '"101\u202f770"'),
        (-7, "en", "text", "−7"),
        (-7, "en", "latex", "-7"),
        (0.25, "fr", "latex", "0{,}25"),
        (0.25, "fr", "typst", '"0,25"'),
        (0.25, "en", "typst", "0.25"),
        (Fraction(1, 2), "en", "text", "1/2"),
        (Fraction(1, 2), "fr", "latex", r"\frac{1}{2}"),
        (Fraction(1, 2), "fr", "typst", "frac(1, 2)"),
        (Fraction(8943, 200000), "en", "text", "0.044715"),
        (Fraction(8943, 200000), "fr", "text", "0,044715"),
        (Fraction(6, 3), "en", "text", "2"),
        (8.13e-10, "en", "text", "8.13·10⁻¹⁰"),
        (8.13e-10, "fr", "latex", r"8{,}13 \cdot 10^{-10}"),
        (8e-10, "fr", "typst", "8 dot 10^(-10)"),
        (1e9, "en", "text", "1·10⁹"),
        (0.0, "en", "text", "0"),
        (12.5, "en", "text", "12.5"),
        (float("inf"), "en", "latex", r"\infty"),
        (float("-inf"), "en", "text", "−∞"),
        (10**18, "en", "text", "1,000,000,000,000,000,000"),
    ],
)
def test_number_is_written(x, lang, target, expected):
    assert format_number(x, lang, target=target) == expected


def test_unknown_language_or_target_raises():
    with pytest.raises(UnsupportedError, match="no language 'de'; there are en fr"):
        format_number(1, "de")
    with pytest.raises(UnsupportedError, match="no target 'rtf'; there are text latex typst"):
        format_number(1, target="rtf")
