"""The Markdown of a sheet: words are never markup, tables keep their columns."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from symnn.report.printing.markdown import to_markdown, words
from symnn.report.solution import Solution
from tests.report.documents import HOSTILE, every_block


def tokens(text: str) -> list[Token]:
    """All tokens of a Markdown text, those of lines included."""
    found = MarkdownIt("commonmark").enable("table").parse(text)
    return [t for token in found for t in (token, *(token.children or ()))]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup(text: str) -> None:
    found = tokens(to_markdown(every_block(text)))
    html = {t.content for t in found if t.type.startswith("html")}
    assert all(re.fullmatch(r'(<a id="[\w-]+">|</a>|\s)+', content) for content in html)
    links = {str(t.attrGet("href")) for t in found if t.type == "link_open"}
    assert links <= {"#eq1", "#nowhere"}
    images = {str(t.attrGet("src")) for t in found if t.type == "image"}
    assert images == {"figures/fi1.svg", "figures/fi2.svg"}
    assert [t.tag for t in found if t.type == "heading_open"] == ["h1", "h2", "h3"]


@pytest.mark.parametrize("text", HOSTILE)
def test_every_row_has_the_cells_of_its_head(text: str) -> None:
    rows = re.findall(r"^\|.*\|$", to_markdown(every_block(text)), re.MULTILINE)
    counts = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    heads = [k for k, row in enumerate(rows) if set(row) <= set("| -") and "---" in row]
    assert len(heads) >= 5
    for start, end in zip(heads, [*heads[1:], len(rows) + 1], strict=True):
        assert set(counts[start - 1 : end - 1]) == {counts[start]}


def test_words_come_back_from_a_reader() -> None:
    for text in HOSTILE[:4]:
        plain = " ".join(text.split())
        shown = "".join(t.content for t in tokens("x" + words(plain)) if t.type == "text")
        assert shown == "x" + plain


def test_the_sheet_has_its_numbers_and_formulas(french: Solution) -> None:
    text = french.files["exam.md"]
    assert isinstance(text, str)
    assert "(2.12)" in text and "28\u202f224" in text
    assert r"$\nabla_{\mathbf{W}^{[1]}} \mathcal{L} = 2(\hat{\mathbf{y}} - \mathbf{y})" in text
    targets = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert targets <= set(re.findall(r'<a id="([^"]+)"', text))
