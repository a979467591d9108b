"""The table of evidence: nothing on the page lacks a row, and a row says what was done."""

from __future__ import annotations

import re

import pytest

from symnn.report.answers.context import CLAIM_KINDS
from symnn.report.answers.evidence import KINDS, evidence_data, evidence_part, evidence_rows, plain
from symnn.report.printing.document import (
    Answer,
    Badge,
    Basis,
    Figure,
    Formula,
    Part,
    Section,
    Table,
)
from symnn.report.solution import Solution
from symnn.report.words import Words
from symnn.text.phrases import catalogue

WORDS = Words("en")
BOX = Answer("eq7-1", "Answer 1", Formula(("a",), "a", "a"), number="7.1")


def part(*blocks: object, number: str = "7") -> Part:
    section = Section("s7-1", "7.1", "First", tuple(blocks))  # type: ignore[arg-type]
    return Part(f"ex{number}", number, "Exercise 7", "Title", "", (), (section,))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nothing_on_the_page_lacks_a_row(lang: str, french: Solution, english: Solution) -> None:
    solution = {"fr": french, "en": english}[lang]
    page = solution.files["index.html"]
    assert isinstance(page, str)
    body, table = page.split('<article id="evidence">')
    rows = [r for p in solution.document.parts[:-1] for r in evidence_rows(p, Words(lang))]
    known = {a for r in rows for a in r.anchors}
    shown = set(re.findall(r'id="(eq[\d-]+[a-z]?|a\d+-\d+|k\d+-\d+|fig\d+-\d+)"', body))
    assert len(shown) > 100
    assert shown <= known
    badges = re.findall(r'<span class="badge \w+">.*?</span> (.*?)</span>', body)
    assert len(badges) > 20
    cells = set(re.findall(r"<td[^>]*><span>(.*?)</span></td>", table))
    assert set(badges) <= cells
    links = set(re.findall(r'<a href="#([^"]+)"', table))
    assert links <= set(re.findall(r'id="([^"]+)"', body))
    tables = [b for p in solution.document.parts[:-1] for s in p.sections for b in s.blocks
              if isinstance(b, Table)]  # fmt: skip
    assert len(tables) > 10


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_claim_of_the_exam_rests_on_something(
    lang: str, french: Solution, english: Solution
) -> None:
    solution = {"fr": french, "en": english}[lang]
    for p in solution.document.parts[:-1]:
        rows = evidence_rows(p, Words(lang))
        bare = [(r.where[0].text, plain(r.claim)) for r in rows if r.state != "verified"]
        assert bare == []
        assert all(r.kind in KINDS and r.how for r in rows)
        found = evidence_data(p, Words(lang))
        assert len(found["claims"]) == len(rows)
    lines = solution.answers["exercises"][1]["evidence"]["lines"]
    assert [x["number"] for x in lines[:3]] == ["2.1", "2.2", "2.3"]
    assert 0 <= lines[0]["deviation"] < 1e-10


def test_a_badge_stands_for_what_is_before_it() -> None:
    figure = Figure("fig7-1", "<svg/>", "Figure 7.1.", ())
    rows = evidence_rows(part(BOX, figure, Badge("verified", "fine"), Table(("h",), ())), WORDS)
    (row,) = rows
    assert row.anchors == ("s7-1", "eq7-1", "fig7-1")
    assert plain(row.claim) == "Answer 1, Figure 7.1, table (h)"
    assert (row.kind, row.how, row.state) == ("checked", "fine", "verified")


def test_what_nothing_verifies_is_listed_as_such() -> None:
    rows = evidence_rows(
        part(BOX, Table(("h",), (), basis=Basis("measured", "seeds 1 to 3"))), WORDS
    )
    assert [(r.state, r.kind, r.how) for r in rows] == [
        ("verified", "measured", "seeds 1 to 3"), ("unchecked", "", "no check of its own"),
    ]  # fmt: skip


def test_failures_are_red_lines_and_counted() -> None:
    whole = evidence_part([part(BOX, Badge("failed", "wrong"))], ["exercise 7: wrong"], WORDS)
    badges = [(b.state, b.text) for b in whole.head if isinstance(b, Badge)]
    assert badges == [("failed", "1 failed checks"), ("failed", "exercise 7: wrong")]
    (table,) = whole.sections[0].blocks
    assert isinstance(table, Table)
    assert plain(table.rows[0][2]) == "✗\u00a0checked"


def test_every_kind_of_claim_has_a_phrase() -> None:
    assert all(f"evidence.{kind}" in catalogue("en") for kind in KINDS)
    assert set(CLAIM_KINDS) <= set(catalogue("en"))
    assert set(CLAIM_KINDS.values()) <= set(KINDS)
