"""Exercise 3 on the page: its numbers in both languages, and what happens when one is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from symnn.analysis.section import solve_question
from symnn.core.errors import CheckError
from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise, load_sheet
from symnn.report.network import part as network_part
from symnn.report.network.part import solve_network
from symnn.report.printing.document import Document, Part
from symnn.report.printing.html import to_html
from symnn.report.printing.quoted import quoted_formula
from symnn.report.solution import _PAGE_WORDS
from symnn.report.words import Words
from tests.report.test_words import ENGLISH, FRENCH

SHOWN = ("40", "520", "4224", "1290", "6074", "5924", "28224", "26896", "8192", "41792", "38544",
         "56448", "55360", "24296", "11032", "25088", "31360")  # fmt: skip
LABELS = (
    r"\lfloor (28 + 2 \cdot 1 - 3)/1 \rfloor + 1 = 28", r"\lfloor (28 - 2)/2 \rfloor + 1 = 14",
    r"\lfloor (14 + 2 \cdot 1 - 4)/4 \rfloor + 1 = 4", r"\lfloor (4 - 2)/2 \rfloor + 1 = 2",
    r"2 \cdot 2 \cdot 8 = 32", r"28 \times 28 \times 4", r"14 \times 14 \times 4",
    r"4 \times 4 \times 8", r"2 \times 2 \times 8", r"28 \cdot 28 \cdot 4 \times 3 \cdot 3 \cdot 1",
)  # fmt: skip


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return next(e for e in load_sheet().exercises if e.kind == "network")


@pytest.fixture(scope="module", params=["fr", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def solved(exercise: Exercise, lang: str) -> Solved:
    return solve_network(exercise, Words(lang), 0)


@pytest.fixture(scope="module")
def page(solved: Solved, lang: str) -> str:
    words = Words(lang)
    part = Part("ex3", "3", "", "", "", solved.head, solved.sections)
    labels = {name: words.text(key) for name, key in _PAGE_WORDS.items()}
    return to_html(Document(lang, "", "", (part,), labels))


class Text(HTMLParser):
    """The words of a page outside pictures and scripts, cell by cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.silent = 0
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in ("svg", "style", "script", "code")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("svg", "style", "script", "code")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def text_of(page: str) -> str:
    return " ".join(Text(page).found)


def test_every_number_is_on_the_page(page: str, lang: str) -> None:
    mark = "\u202f" if lang == "fr" else ","
    found = re.findall(f"\\d+(?:{mark}\\d{{3}})*", text_of(page))
    numbers = {n.replace(mark, "") for n in found}
    assert [n for n in SHOWN if n not in numbers] == []


def test_every_rule_is_on_the_page_with_its_numbers(page: str) -> None:
    labels = re.findall(r'aria-label="([^"]*)"', page)
    assert [x for x in LABELS if x not in labels] == []


def test_every_question_is_answered_and_k_explained(page: str, lang: str) -> None:
    text = text_of(page)
    answer = "Réponse" if lang == "fr" else "Answer"
    assert all(f"{answer} {n}" in text for n in (1, 4, 7))
    column = re.findall(r'data-head="question"><span>([^<]*)<', page)
    assert column == ["2", "3", "4", "5", "–", "6", "6", ""]
    assert "k = 4, car un filtre" in text or "k = 4, since a filter" in text
    assert page.count('class="badge verified"') == 1
    assert page.count('class="on-wide"') == page.count('class="on-narrow"') == 2


def test_no_formula_shows_its_source(page: str) -> None:
    assert re.findall(r"<code>\\[^<]*</code></span>", page) == []


def test_one_language_only(page: str, lang: str) -> None:
    foreign = set((ENGLISH if lang == "fr" else FRENCH).split())
    words = re.findall(r"[a-zà-ÿœ]+", text_of(page).lower().replace("’", " "))
    assert [w for w in words if w in foreign] == []


def test_counts_that_disagree_are_a_failed_check(
    exercise: Exercise, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*args: object) -> None:
        raise CheckError("Conv 1: 1 products, not 2")

    monkeypatch.setattr(network_part, "solve_question", wrong)
    found = solve_network(exercise, Words(lang), 0)
    assert len(found.failures) == 1
    assert "Conv 1: 1 products" in found.failures[0]


def test_other_networks_are_answered_too(exercise: Exercise, lang: str) -> None:
    dense = {"input": {"height": 4, "width": 5, "channels": 2}, "layers": [
        {"type": "avgpool", "name": "P", "kernel": 2, "stride": 2},
        {"type": "dense", "name": "D", "units": 3, "bias": False},
    ]}  # fmt: skip
    found = solve_network(replace(exercise, data=dense, questions=()), Words(lang), 0)
    assert found.failures == []
    assert found.answers["answer"]["totals"]["parameters"] == 2 * 2 * 2 * 3


def test_the_shape_of_any_image_is_unambiguous(exercise: Exercise) -> None:
    rows = solve_question(exercise.data, "en")["symbolic"]["rows"]
    conv = next(r for r in rows if r["layer"] == "Conv 2")
    side = r"\left(\left\lfloor \frac{n - 4}{8} \right\rfloor + 1\right)"
    assert conv["output_latex"] == rf"{side} \times {side} \times 8"
    assert quoted_formula(conv["output_latex"])
