"""Strings of strangers: nothing of a sheet is ever markup or code."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from symnn.core.errors import SymnnError
from symnn.report.exam.sheet import read_sheet
from symnn.report.printing.document import Source
from symnn.report.printing.markup import paragraphs, runs
from symnn.report.printing.quoted import quoted_formula
from symnn.report.printing.typesetter import clean
from symnn.report.solution import solve_sheet
from symnn.text.typesetting import render_svgs

NASTY = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    '#eval("1") #read("/etc/passwd") $ \\ ` ${x} {{x}}',
    "]]> --> <!-- &amp; &lt;",
]
SHEET = """
title.fr = '''{nasty}'''
subtitle.fr = '''{nasty}'''
[[exercises]]
number = 1
kind = "points"
title.fr = '''{nasty}'''
statement.fr = '''{nasty} $x^2$ $\\input{{x}}$'''
[[exercises.questions]]
number = '''{nasty}'''
asks = "design"
text.fr = '''{nasty}'''
[exercises.points]
data = [[0, 0], [1, 1]]
labels = ["a", "b"]
classes.a = {{ fr = '''{nasty}''' }}
"""


class Tags(HTMLParser):
    """The tags and attributes of a page, and the text outside script and style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize("nasty", NASTY)
def test_a_hostile_sheet_makes_a_harmless_page(nasty: str) -> None:
    page = solve_sheet(read_sheet(SHEET.format(nasty=nasty)), "fr").files["index.html"]
    tags = Tags()
    tags.feed(page)
    assert "img" not in tags.tags
    assert not any(name.startswith("on") for name in tags.attributes)
    assert page.count("<script") == 2
    assert "\ue000" not in page


@pytest.mark.parametrize("latex", [
    r"\input{/etc/passwd}", r"\def\x{1}", "x $ y", "#eval(1)", "{", "}", "x_", r"\frac{1}",
    "é", "a & b", r"\begin{tabular}", "\\", "{" * 100 + "}" * 100,
])  # fmt: skip
def test_formulas_outside_the_grammar_are_shown_as_source(latex: str) -> None:
    assert quoted_formula(latex) is None


@pytest.mark.parametrize("latex", [
    "(", ")]", "a,b;c", r"\text{#eval(1) \"}", r"\hat{a, b}", "a/b//c", r"\{x\}", "x'", "[)", "1,5",
    r"|x|", r"\|x\|", "_2", r"\sum_{i=1}^n x_i!", r"\text{a" + '"' + "b}",
])  # fmt: skip
def test_formulas_inside_the_grammar_always_compile(latex: str) -> None:
    source = quoted_formula(latex)
    assert source is not None
    assert len(render_svgs([source])) == 1


def test_the_markup_of_statements_knows_four_marks_and_no_more() -> None:
    found = runs(r"<b> **s** *e* $x$ $\bad$ [a](b) `c`")
    assert [type(r).__name__ for r in found if not isinstance(r, str)] == [
        "Strong", "Emphasis", "Formula", "Source",
    ]  # fmt: skip
    assert isinstance(found[-2], Source)
    assert clean("<b>") == "&lt;b&gt;"
    assert [p.bullet for p in paragraphs("- a\n- b\n\nc")] == [True, True, False]


def test_equations_are_never_executed(tmp_path) -> None:
    target = tmp_path / "made"
    equation = f"L = sum(i: __import__('os').system('touch {target}'))"
    sheet = re.sub(r"\[exercises.points\].*", "", SHEET.format(nasty="x"), flags=re.DOTALL)
    sheet = (
        sheet.replace('"points"', '"derivation"').replace('"design"', '"forward"')
        + f"""
[exercises.derivation]
equations = ["{equation}"]
loss = "L"
wrt = ["u"]
tensors.u = {{ shape = ["n"], role = "parameter" }}
"""
    )
    with pytest.raises(SymnnError, match="an equation of index notation"):
        solve_sheet(read_sheet(sheet), "fr")
    assert not target.exists()
