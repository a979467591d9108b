"""The words of the report: both languages alike, and the French page in French."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.report.solution import Solution
from symnn.report.words import Words

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
    with pytest.raises(UnknownNameError, match="takes error; given: none"):
        Words("en").text("report.affine_checked")
