"""One way to write a number, for every language and target.

Decimal comma and narrow spaces between groups in French, point and commas in English; scientific
as 8·10⁻¹⁰. Exact integers and fractions stay exact. Law: the same number reads the same
everywhere. The marks are those of `[language]` in the language's file. To extend: an arm in
`_dress` for a target.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from symnn.core.errors import UnsupportedError
from symnn.text.alphabet import raised
from symnn.text.phrases import language

Number = int | float | Fraction

_TARGETS = ("text", "latex", "typst")


def format_number(
    x: Number, lang: str = "en", *, digits: int = 3, target: str = "text", grouping: bool = True
) -> str:
    """Write a number.

    Args:
        x: an int or Fraction is written exactly; a float with `digits` significant digits, in
            scientific form from 1e6 up and below 1e-3.
        lang: a language.
        digits: significant digits of a float.
        target: "text", "latex" or "typst"; the last two are for mathematics mode.
        grouping: part groups of three, from five digits on (from four in prose: 3 002).

    Raises:
        UnsupportedError: unknown language or target.

    >>> format_number(101770), format_number(101770, "fr"), format_number(0.25, "fr")
    ('101,770', '101\u202f770', '0,25')
    >>> format_number(8.13e-10, digits=1)
    '8·10⁻¹⁰'
    """
    if target not in _TARGETS:
        raise UnsupportedError(f"no target {target!r}; there are {' '.join(_TARGETS)}")
    if isinstance(x, float) and not math.isfinite(x):
        return _infinite(x, target)
    if x < 0:
        minus = "−" if target == "text" else "-"
        return minus + format_number(-x, lang, digits=digits, target=target, grouping=grouping)
    x = x.numerator if isinstance(x, Fraction) and x.denominator == 1 else x
    if isinstance(x, Fraction) and not is_decimal(x):
        return _fraction(x, lang, target, grouping)
    if isinstance(x, float) and x and not 1e-3 <= x < 1e6:
        return _scientific(x, lang, digits, target)
    return _dress(_plain(x, digits), lang, target, grouping)


def format_fixed(x: float, decimals: int, lang: str) -> str:
    """Write a number with so many decimals, zeros at the end too.

    >>> format_fixed(0.5, 2, "fr")
    '0,50'
    """
    return _dress(f"{x:.{decimals}f}", lang, "text", grouping=True)


def format_percent(number: str, lang: str) -> str:
    r"""Write a number, already in the language's form, as a percentage.

    >>> format_percent("12.5", "en"), format_percent("12,5", "fr")
    ('12.5%', '12,5\u202f%')
    """
    return language(lang).percent.format(number=number)


def is_decimal(value: Fraction) -> bool:
    """Whether a fraction prints as a decimal: it ends within 17 places, and no short form exists.

    >>> is_decimal(Fraction(8943, 200000)), is_decimal(Fraction(1, 4)), is_decimal(Fraction(1, 12))
    (True, False, False)
    """
    binary = value.denominator & (value.denominator - 1) == 0  # 1/64 is a share, not a decimal
    short = binary and value.denominator <= 4096 and abs(value.numerator) < 100
    return value.denominator > 9 and not short and (value * 10**17).denominator == 1


def _plain(x: Number, digits: int) -> str:
    """Write in positional form, with a point and no groups."""
    if isinstance(x, int):
        return str(x)
    if isinstance(x, Fraction):
        return f"{Decimal(x.numerator) / Decimal(x.denominator):f}"
    return f"{Decimal(f'{x:.{digits}g}'):f}"


def _scientific(x: float, lang: str, digits: int, target: str) -> str:
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    shown, power = _dress(mantissa, lang, target, grouping=False), str(int(exponent))
    if target == "latex":
        return rf"{shown} \cdot 10^{{{power}}}"
    if target == "typst":
        return f"{shown} dot 10^({power})"
    return f"{shown}·10{raised(power.replace('-', '−'))}"


def _fraction(x: Fraction, lang: str, target: str, grouping: bool) -> str:
    parts = [_dress(str(n), lang, target, grouping) for n in (x.numerator, x.denominator)]
    if target == "latex":
        return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
    return "/".join(parts) if target == "text" else f"frac({parts[0]}, {parts[1]})"


def _infinite(x: float, target: str) -> str:
    if math.isnan(x):
        return {"text": "NaN", "latex": r"\mathrm{NaN}", "typst": '"NaN"'}[target]
    minus = "" if x > 0 else "−" if target == "text" else "-"
    return minus + {"text": "∞", "latex": r"\infty", "typst": "infinity"}[target]


def _dress(plain: str, lang: str, target: str, grouping: bool) -> str:
    """Put in the decimal mark and the group separators of a language and target."""
    whole, _, decimals = plain.partition(".")
    mark, group = language(lang).decimal_mark, language(lang).group_mark
    if target == "latex":
        mark, group = mark.replace(",", "{,}"), r"\,"
    elif target == "typst":
        group = "\u202f"
    least = 4 if target == "text" else 5
    if grouping and len(whole) >= least:
        head = len(whole) % 3 or 3
        whole = group.join([whole[:head], *(whole[k : k + 3] for k in range(head, len(whole), 3))])
    text = whole + (mark + decimals if decimals else "")
    quoted = target == "typst" and not text.replace(".", "").isdigit()
    return f'"{text}"' if quoted else text
