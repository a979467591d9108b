"""The words of the report: both languages alike, and the French page in French."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.report.phrases import en as phrases_en
from symnn.report.phrases import fr as phrases_fr
from symnn.report.phrases.words import Words
from symnn.report.solution import Solution
from symnn.text.phrases import placeholders

EN, FR = phrases_en.PHRASES, phrases_fr.PHRASES
# Words of one language only: French has "as", "points", "bias", "table" and "fit" as well.
ENGLISH = """the and of with for from this that these those is are was has have which where when
while each every any all both into onto over under above below after before between without checked
verified draws error largest step rule answer statement given layer weights input output loss
forward backward proof units hidden network circle star chain then in to by at it its not be can
does"""
FRENCH = """le la les des une du avec dans sur par est sont qui que où chaque perte couche pas règle
réponse énoncé poids biais entrée sortie vérifié tirages écart preuve"""


class Prose(HTMLParser):
    """The text of a page outside code, quotations, formulas and scripts."""

    silent = ("script", "style", "pre", "code", "blockquote", "svg")

    def __init__(self) -> None:
        super().__init__()
        self.depth: dict[str, int] = dict.fromkeys(self.silent, 0)
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in self.depth:
            self.depth[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in self.depth:
            self.depth[tag] -= 1

    def handle_data(self, data: str) -> None:
        if not any(self.depth.values()):
            self.text.append(data)


def prose(page: str) -> list[str]:
    parser = Prose()
    parser.feed(page)
    return re.findall(r"[a-zà-ÿœ]+", " ".join(parser.text).lower().replace("’", " "))


def test_both_languages_have_the_same_keys_and_places() -> None:
    assert list(EN) == list(FR)
    for key in EN:
        assert sorted(placeholders(EN[key])) == sorted(placeholders(FR[key])), key


def test_french_typography() -> None:
    for key, text in FR.items():
        assert not re.search(r"[^\u202f\u00a0] ?[;!?]", text), key
        assert not re.search(r"[^\u00a0]:(?!\})", text), key
        assert "'" not in text, key


def test_the_french_page_has_no_english_words(french: Solution) -> None:
    found = [w for w in prose(french.files["index.html"]) if w in ENGLISH.split()]
    assert found == []


def test_the_english_page_has_no_french_words(english: Solution) -> None:
    found = [w for w in prose(english.files["index.html"]) if w in FRENCH.split()]
    assert found == []


def test_unknown_languages_keys_and_values_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="there are en fr"):
        Words("de")
    with pytest.raises(UnknownNameError, match=r"no phrase 'report\.nothing'"):
        Words("en").text("report.nothing")
    with pytest.raises(UnknownNameError, match=r"takes \['error'\]"):
        Words("en").text("report.affine_checked")
