"""The sheet's reader: every mistake is one message that names exercise, key and line."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from symnn.report.exam.fields import SheetError
from symnn.report.exam.schema import KINDS, schema_text
from symnn.report.exam.sheet import DEFAULT, load_sheet, read_sheet, said

TEXT = resources.files("symnn.report").joinpath("sheets", DEFAULT).read_text("utf-8")


def message(old: str, new: str) -> str:
    """The error after one change of the exam's sheet, its line numbers taken out."""
    assert old in TEXT
    with pytest.raises(SheetError) as caught:
        read_sheet(TEXT.replace(old, new, 1), "exam.toml")
    found = str(caught.value)
    line = int(found.split("line ", 1)[1].split(":", maxsplit=1)[0])
    assert TEXT.replace(old, new, 1).splitlines()[line - 1].strip() != ""
    return found.replace(f"line {line}", "line N")


def test_the_exam_has_one_exercise_of_each_kind() -> None:
    sheet = load_sheet()
    assert [e.kind for e in sheet.exercises] == list(KINDS)
    assert [e.number for e in sheet.exercises] == [1, 2, 3, 4, 5]
    assert sum(len(e.questions) for e in sheet.exercises) == 16
    assert all(q.text["fr"] and q.text["en"] for e in sheet.exercises for q in e.questions)


def test_an_unknown_key_is_refused_with_the_nearest_name() -> None:
    assert message('loss = "L"', 'losss = "L"') == (
        "exam.toml, line N: exercise 2, key derivation.losss\n"
        "  expected: one of tensors, equations, symbols, activation, loss, wrt, batch, example, "
        "training\n"
        "  found: 'losss'\n"
        "  fix: did you mean loss?"
    )


def test_a_wrong_type_names_what_was_expected() -> None:
    assert message("rate = 0.05", 'rate = "x"') == (
        "exam.toml, line N: exercise 2, key derivation.example.rate\n"
        "  expected: a number from 1e-09 to 1000\n"
        "  found: 'x'"
    )


def test_a_missing_key_is_named_with_its_meaning() -> None:
    assert message('wrt = ["b", "W"]\n', "") == (
        "exam.toml, line N: exercise 2, key derivation\n"
        "  expected: the key wrt (the wanted gradients, in order)\n"
        "  found: no such key"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "network"', 'kind = "points"', "no table network, since kind is 'points'"),
        ("rates = [0.002", "rates = [nan", "a number from 1e-09 to 1000"),
        ("y = [1, 3]", "y = [1, 3, 4]", "p = 2 entries"),
        ("kernel = 4", "kernel = 40", "at most the 16 rows that reach this layer"),
        ('wrt = ["b"', 'wrt = ["q"', "one of x, W, b, y, z, y_hat, L"),
        ("number = 3\n", "number = 2\n", "a number of its own"),
        ('asks = "algorithm"', 'asks = "design"', "one of forward, gradients, algorithm"),
        ('layers = ["Conv 1"]', 'layers = ["Conv 9"]', "the name of a layer: Conv 1, MaxPool 1"),
        ('"star", "star", "star", "star", "star", "star",', '"star",', "15 labels, one per point"),
        ("[3, 2], [4, 2]", "[3, 2], [4, 0]", "one class per point"),
        ("number = 2\n", "number = true\n", "a whole number from 1 to 999"),
        ("batch = true", "batch = 1", "true or false"),
        ('activation = "identity"\n', "", "the key activation"),
        ('z = "z^{[1]}"', 'z = "<b>"', "one symbol"),
        ("W = { shape", "class = { shape", "a name that is no word of Python"),
        ("x = { shape", '"x-1" = { shape', "a name of letters, digits and _"),
        ('"z[i] = sum', '"y[i] = sum', "a new name on the left"),
        ("sizes = { n = 3, p = 2 }", "sizes = { n = 3 }", "a number for the size p"),
        ("units = 128,", "filters = 128,", "the key units, since type is 'dense'"),
        ("classes.star", "classes.stra", "one of star, circle"),
    ],
)
def test_contradictions_and_wrong_values_are_refused(old: str, new: str, expected: str) -> None:
    found = message(old, new)
    assert found.startswith("exam.toml, line N: exercise ")
    assert f"expected: {expected}" in found


def test_heads_divide_the_width_of_keys() -> None:
    changed = re.sub(r"key_width = .*", "key_width = 7\nheads = 2", TEXT)
    with pytest.raises(SheetError, match="a divisor of key_width = 7"):
        read_sheet(changed)


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(SheetError, match=r"not TOML: .*at line 10"):
        read_sheet(TEXT.replace("[[exercises]]", "[[exercises", 1), "exam.toml")


def test_deep_nesting_and_huge_numbers_are_refused_without_a_traceback() -> None:
    for text in ("a = " + "[" * 5000, "a = " + "9" * 5000):
        with pytest.raises(SheetError):
            read_sheet(text)


def test_files_that_cannot_be_read_are_refused(tmp_path) -> None:
    with pytest.raises(SheetError, match="no such file"):
        load_sheet(tmp_path / "none.toml")
    with pytest.raises(SheetError, match="is a directory"):
        load_sheet(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"a = 1\nb = '\xe9'\n")
    with pytest.raises(SheetError, match="line 2: not UTF-8"):
        load_sheet(tmp_path / "latin.toml")
    (tmp_path / "big.toml").write_text("#" * 1_000_001)
    with pytest.raises(SheetError, match="at most 1000000 bytes"):
        load_sheet(tmp_path / "big.toml")


def test_a_missing_translation_shows_the_french_text() -> None:
    assert said({"fr": "perte", "en": None}, "en") == "perte"


def test_every_kind_is_in_the_schema_text() -> None:
    text = schema_text()
    assert all(f"## {kind}\n" in text for kind in KINDS)
