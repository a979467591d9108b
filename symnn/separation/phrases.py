"""The words of this package for people, one dictionary per language.

Law: every language has the same keys and the same placeholders (a test says so); an unknown
language or key raises and lists what exists. To add a language: one more dictionary.
"""

from __future__ import annotations

from symnn.core.errors import UnsupportedError, explain
from symnn.separation.phrases_en import ENGLISH
from symnn.separation.phrases_fr import FRENCH

PHRASES = {"en": ENGLISH, "fr": FRENCH}


def phrase(lang: str, key: str, **values: object) -> str:
    """Return a phrase with its values put in.

    >>> phrase("fr", "points_counted", count=3, name="rond")
    '3 × rond'
    """
    if lang not in PHRASES:
        raise UnsupportedError(
            explain(
                "language",
                expected=" or ".join(PHRASES),
                found=repr(lang),
                fix="choose one of them",
            )
        )
    if key not in PHRASES[lang]:
        raise UnsupportedError(
            explain(
                "phrase",
                expected=", ".join(sorted(PHRASES[lang])),
                found=repr(key),
                fix="add the key to every language",
            )
        )
    return PHRASES[lang][key].format(**values)


def decimal(lang: str, value: float, digits: int = 3) -> str:
    """Write a decimal number with so many significant digits, in the language's way.

    >>> decimal("fr", 0.44721)
    '0,447'
    """
    text = f"{value:.{digits}g}"
    return text.replace(".", ",") if lang == "fr" else text


def grouped(lang: str, value: int) -> str:
    """Write a whole number in groups of three digits.

    >>> grouped("en", 28224)
    '28,224'
    """
    text = f"{value:,}"
    return text.replace(",", "\u202f") if lang == "fr" else text
