"""Adding a language is one file: a third one, made here, answers an exercise in every output.

Its phrases are the English ones with each letter thirteen places on, so that a word of any output
which it does not have came from elsewhere.
"""

from __future__ import annotations

import codecs
import html
import re

import pytest
import typst

from symnn.cli import main
from symnn.report.exam.sheet import load_sheet, said
from symnn.text.phrases import VARIABLE, catalogue, language_files

EXERCISE = 2
NAMES = {"relu", "sigmoid", "tanh", "numpy", "latex"}  # functions, and what programs are called
_LITERAL = re.compile(r'(?s)^(\w+ = )("""\\?\n.*?"""|".*?")$', re.MULTILINE)
_KEPT = re.compile(r"(\{\w+\}|\$[^$]*\$|\\u[0-9a-f]{4}|\\.)")  # places, formulas, escapes


def turned(text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(p if k % 2 else codecs.encode(p, "rot13") for k, p in enumerate(parts))


def third_language() -> str:
    facts, heading, phrases = (
        language_files()["en"].read_text("utf-8").partition("\n# Rules: names of forward")
    )
    facts = facts.replace('decimal_mark = "."', 'decimal_mark = "·"')
    return facts + heading + _LITERAL.sub(lambda m: m[1] + turned(m[2]), phrases)


def words(text: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[A-Za-zÀ-ÿœ]{3,}", html.unescape(text))}


def quoted() -> set[str]:
    """The words that the sheet says itself."""
    sheet = load_sheet()
    exercise = sheet.exercises[EXERCISE - 1]
    texts = [sheet.title, sheet.subtitle or {}, exercise.title, exercise.statement]
    texts += [*(q.text for q in exercise.questions), *exercise.assumptions]
    return set().union(*(words(said(t, "xx")) for t in texts if t))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each output's text by its kind, solved in a language that symnn does not have."""
    folder, sources = tmp_path_factory.mktemp("languages"), []
    (folder / "xx.toml").write_text(third_language(), "utf-8")
    compiled = typst.compile

    def watched(source: bytes, **options: object) -> object:
        if options.get("format") == "pdf":
            sources.append(source.decode())
        return compiled(source, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        patch.setattr(typst, "compile", watched)
        out = folder / "out"
        assert main(["solve", "--lang", "xx", "--only", str(EXERCISE), "--out", str(out)]) == 0
        known = set().union(*map(words, catalogue("xx").values())) | quoted()
    program = words((out / "descent.py").read_text("utf-8"))
    found = {p.suffix[1:]: p.read_text("utf-8") for p in out.glob("*.[htmx]*")}
    return found | {"typ": sources[-1], "known": " ".join(known), "program": " ".join(program)}


def strange(outputs: dict[str, str], text: str, *, code: bool = False) -> set[str]:
    known = words(outputs["known"]) | NAMES | (words(outputs["program"]) if code else set())
    return words(text) - known


@pytest.mark.slow
def test_the_page_says_nothing_else(outputs: dict[str, str]) -> None:
    page = outputs["html"]
    texts = re.sub(r"(?s)<(script|style|pre|code|blockquote|svg)\b.*?</\1>", " ", page)
    labels = re.findall(r"<(?:text|title|desc|tspan)[^>]*>([^<]+)<", page)
    assert strange(outputs, re.sub(r"<[^>]*>", " ", texts)) == set()
    assert strange(outputs, " ".join(labels)) == set()
    assert 'lang="xx"' in page


@pytest.mark.slow
def test_the_text_says_nothing_else(outputs: dict[str, str]) -> None:
    lines = [x for x in outputs["txt"].splitlines() if not x.startswith("│")]
    found = strange(outputs, "\n".join(lines), code=True)
    assert found <= {"hat", "mathbb", "p×n", "svg", "fig", "figures", "descent", "sum", "max"}


@pytest.mark.slow
def test_markdown_says_nothing_else(outputs: dict[str, str]) -> None:
    plain = re.sub(r"(?s)```.*?```|\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|\]\([^)]*\)|<[^>]*>", " ",
                   outputs["md"])  # fmt: skip
    lines = [x for x in plain.splitlines() if not x.startswith(">")]
    assert strange(outputs, re.sub(r"&\w+;", " ", "\n".join(lines))) == set()


@pytest.mark.slow
def test_latex_says_nothing_else(outputs: dict[str, str]) -> None:
    body = outputs["tex"].partition(r"\begin{document}")[2]
    body = re.sub(r"(?s)\\begin\{(program|statement)\}.*?\\end\{\1\}", " ", body)
    body = re.sub(r"(?s)\\\[.*?\\\]|\\\(.*?\\\)|\$[^$]*\$", " ", body)
    body = re.sub(r"\\(begin|end|hypertarget|hyperlink|includegraphics|color|input|add\w+)"
                  r"(\[[^]]*\])?(\{[^{}]*\})+", " ", body)  # fmt: skip
    found = strange(outputs, re.sub(r"\\[A-Za-z]+", " ", body), code=True)
    assert found <= {
        "alg",
        "allcolors",
        "symnnink",
        "symnnmuted",
        "symnngreen",
        "empty",
        "fig",
        "figures",
        "tikz",
        "pdf",
    }
    assert "[english]" in outputs["tex"]


@pytest.mark.slow
def test_typst_says_nothing_else(outputs: dict[str, str]) -> None:
    body = outputs["typ"].partition("#show: sheet.with")[2]
    said_there = " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', body))
    assert strange(outputs, said_there, code=True) == set()


@pytest.mark.slow
def test_its_numbers_have_its_decimal_mark(outputs: dict[str, str]) -> None:
    assert re.search(r"\d·\d", outputs["md"])
    assert not re.search(r"\d[.,]\d+·10", outputs["md"])
