"""Laws of the catalogue, and its refusals."""

from __future__ import annotations

import pytest

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.text.phrases import CATALOGUES, phrase, placeholders


def test_all_languages_have_the_same_keys_in_the_same_order():
    keys = {lang: list(catalogue) for lang, catalogue in CATALOGUES.items()}
    assert keys["fr"] == keys["en"]


def test_all_languages_have_the_same_placeholders():
    for key in CATALOGUES["en"]:
        found = {tuple(sorted(placeholders(c[key]))) for c in CATALOGUES.values()}
        assert len(found) == 1, key


def test_french_typography_is_observed():
    for key, text in CATALOGUES["fr"].items():
        assert "'" not in text, key
        assert " :" not in text, key
        assert " ;" not in text, key


def test_values_are_put_in_even_with_braces():
    assert phrase("reason.sum_keeps", "en", condition="{i} = k") == "the sum keeps only {i} = k"


def test_unknown_language_key_or_value_raises_and_lists_what_exists():
    with pytest.raises(UnsupportedError) as error:
        phrase("rule.affine", "de")
    assert str(error.value) == "no language 'de'; there are en fr"
    with pytest.raises(UnknownNameError) as error:
        phrase("fact.green", "en")
    assert str(error.value) == (
        "no phrase 'fact.green'; in fact there are symmetric positive_definite invertible "
        "orthogonal diagonal sums_to_one sums_to_zero one_hot nonzero positive nonnegative binary "
        "unit_norm"
    )
    with pytest.raises(UnknownNameError) as error:
        phrase("colour.green", "en")
    assert str(error.value) == (
        "no phrase 'colour.green'; the groups are "
        "rule reason fact label note role algorithm formula"
    )
    with pytest.raises(UnknownNameError) as error:
        phrase("reason.only_term", "en", i="i")
    assert str(error.value) == "the phrase 'reason.only_term' takes i v; given: i"
