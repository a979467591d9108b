"""The rendered results in reports/ are compared literally, but for what was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from symnn.report.compare import alike, main, trimmed

REPORTS = Path(__file__).parents[2] / "reports"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("largest error 3·10⁻¹¹", "largest error 8·10⁻¹²"),
        ("largest difference 0", "largest difference 2·10⁻¹⁶"),
        ("écart 0,1710 ± 0,02", "écart 0,1712 ± 0,0201"),
        ("7·10⁷ just above", "7.1·10⁷ just above"),
    ],
)
def test_measured_numbers_may_differ_a_little(a: str, b: str) -> None:
    assert alike(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("28 224 multiplications", "28 225 multiplications"),
        ("28,224 products", "28,244 products"),
        ("$2(y - t)x^T$", "$3(y - t)x^T$"),
        ("$W x$", "$W^T x$"),
        ("largest error 3·10⁻¹¹", "largest error 3·10⁻⁴"),
        ("loss 0.171", "loss 0.271"),
        ("[(2.1)](#eq2-1)", "[(2.2)](#eq2-2)"),
        ("verified", "failed"),
    ],
)
def test_all_else_is_literal(a: str, b: str) -> None:
    assert not alike(a, b)


def test_the_command_says_where_they_differ(tmp_path: Path, capsys) -> None:
    kept, made = tmp_path / "kept.md", tmp_path / "made.md"
    made.write_text("one\n![x](figures/a.svg)two 3\n", "utf-8")
    assert main([str(kept), str(made), "--write"]) == 0
    assert kept.read_text("utf-8") == "one\ntwo 3\n"
    assert main([str(kept), str(made)]) == 0
    made.write_text("one\ntwo 4\nthree\n", "utf-8")
    assert main([str(kept), str(made)]) == 1
    out = capsys.readouterr().out
    assert "line 2\n  kept: two 3\n  made: two 4" in out
    assert "line 3\n  kept: (no line)\n  made: three" in out


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_results_that_ship_are_whole(lang: str) -> None:
    text = (REPORTS / f"exam.{lang}.md").read_text("utf-8")
    assert trimmed(text) == text
    assert {"fr": "28\u202f224", "en": "28,224"}[lang] in text
    assert "✗" not in text
    assert len(text.encode()) < 500_000
