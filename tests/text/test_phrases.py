"""Laws of the catalogues, and their refusals; that a language is one file: `test_languages.py`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import symnn
from symnn.core.errors import SymnnError, UnknownNameError, UnsupportedError
from symnn.text.numbers import format_fixed, format_number, format_percent
from symnn.text.phrases import (
    VARIABLE,
    catalogue,
    fitting,
    language_files,
    languages,
    phrase,
    placeholders,
)

ENGLISH = language_files()["en"].read_text("utf-8")


def test_all_languages_have_the_same_keys_in_the_same_order():
    for lang in languages():
        assert list(catalogue(lang)) == list(catalogue("en")), lang


def test_all_languages_have_the_same_placeholders():
    for lang in languages():
        for key, text in catalogue("en").items():
            assert sorted(placeholders(catalogue(lang)[key])) == sorted(placeholders(text)), key


def test_phrases_are_texts_with_balanced_formulas_and_braces():
    for lang in languages():
        for key, text in catalogue(lang).items():
            assert text.count("$") % 2 == 0, key
            prose = re.sub(r"\{\w+\}", "", re.sub(r"\$[^$]*\$", "", text))
            assert not re.search(r"[{}\\]", prose), key


def test_spaces_that_do_not_break_are_visible_in_the_files():
    for path in language_files().values():
        assert not re.search("[\u00a0\u202f\u2009]", path.read_text("utf-8"))


def test_french_typography_is_observed():
    for key, text in catalogue("fr").items():
        prose = re.sub(r"\$[^$]*\$", "x", text)
        for wrong in (
            r"[^\u202f][;!?]",
            r"[^\u00a0]:(?!\})",
            r"«[^\u202f]",
            r"[^\u202f]»",
            r"['\"]",
        ):
            assert not re.search(wrong, prose), (key, wrong)


def test_values_are_put_in_even_with_braces():
    assert phrase("label.exercise", "en", n="{i}") == "exercise {i}"


def test_unknown_language_key_or_value_raises_and_lists_what_exists():
    with pytest.raises(UnsupportedError) as error:
        phrase("rule.affine", "de")
    assert str(error.value) == "no language 'de'; there are en fr"
    with pytest.raises(UnknownNameError) as error:
        phrase("fact.green", "en")
    assert str(error.value) == (
        "no phrase 'fact.green'; in fact there are symmetric "
        "orthogonal diagonal sums_to_one sums_to_zero unit_norm"
    )
    with pytest.raises(UnknownNameError) as error:
        phrase("colour.green", "en")
    assert str(error.value) == (
        "no phrase 'colour.green'; the groups are "
        "rule reason fact label note role algorithm formula report network vae attention evidence "
        "drawing analysis separation"
    )
    with pytest.raises(UnknownNameError) as error:
        phrase("reason.only_term", "en", i="i")
    assert str(error.value) == "the phrase 'reason.only_term' takes i v; given: i"
    with pytest.raises(UnknownNameError, match="takes no values; given: a"):
        phrase("rule.affine", "en", a=1)


def test_fitting_leaves_out_what_a_phrase_does_not_take_but_misses_nothing():
    assert fitting("role.learned", "fr", role="poids", other=1) == "poids, à apprendre"
    with pytest.raises(UnknownNameError, match="takes role; given: none"):
        fitting("role.learned", "fr", other=1)


def test_every_phrase_is_used():
    folder = Path(symnn.__file__).parent
    code = "\n".join(p.read_text("utf-8") for p in folder.rglob("*.py"))
    built = set(re.findall(r"""f["']([^"'\s]*\{[^\s]*?)["'\s]""", code))
    patterns = {re.sub(r"\\\{.*?(\\\}|$)", r"\\w+", re.escape(b)) for b in built}
    anything = {p for p in patterns if re.fullmatch(r"(\w+\\\.)?(\\w\+|\\\.)+", p)}
    narrow, names = patterns - anything, set(re.findall(r"\w+", code))

    def is_used(key: str) -> bool:
        if re.search(rf"""["']{re.escape(key)}["']""", code):
            return True
        if any(re.fullmatch(p, key) for p in narrow):
            return True
        name = key.split(".")[1]
        said = name in names or any(re.fullmatch(p, name) for p in narrow)
        return said and any(re.fullmatch(p, key) for p in anything if p[0] != "\\")

    assert [key for key in catalogue("en") if not is_used(key)] == []


def test_numbers_are_written_with_the_marks_of_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    changed = ENGLISH.replace('decimal_mark = "."', 'decimal_mark = "·"')
    changed = changed.replace('group_mark = ","', 'group_mark = "’"')
    changed = changed.replace('percent = "{number}%"', 'percent = "{number} pct"')
    (tmp_path / "xx.toml").write_text(changed, "utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert languages() == ("en", "fr", "xx")
    assert format_number(28224, "xx") == "28’224"
    assert format_number(0.25, "xx") == "0·25"
    assert format_fixed(1234.5, 2, "xx") == "1’234·50"
    assert format_percent(format_number(12.5, "xx"), "xx") == "12·5 pct"
    assert format_number(28224, "fr") == "28\u202f224"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[language]\nbabel = "none"\n', r"xx\.toml: \[language\]\n  expected: babel colon"),
        ("[language\n", r"xx\.toml\n  expected: TOML"),
    ],
)
def test_a_file_that_is_no_language_is_refused_by_name(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "xx.toml").write_text(text)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(SymnnError, match=message):
        catalogue("xx")


def test_no_language_is_read_before_it_is_asked_for():
    code = "import symnn, symnn.text.phrases as p; print(p._read.cache_info().currsize)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "0"
