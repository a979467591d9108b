"""The text of every tree, read again, is the tree."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from symnn.notation.latex import to_latex
from symnn.notation.normal import normalise
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.typst import to_typst
from symnn.text.typesetting import render_svgs
from tests.notation.strategies import SIZES, SYMBOLS, formulas


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(formulas)
def test_text_of_a_tree_reads_back_as_the_tree(tree):
    text = to_text(tree)
    assert parse_text(text, [*SYMBOLS, *SIZES]) == normalise(tree), text


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(formulas)
def test_normalising_twice_changes_nothing_more(tree):
    assert normalise(normalise(tree)) == normalise(tree)


@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(formulas)
def test_latex_braces_balance(tree):
    text = to_latex(tree).replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        assert depth >= 0
    assert depth == 0


def test_typst_compiles_random_trees():
    sources = []

    @settings(max_examples=150, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(formulas)
    def collect(tree):
        sources.append(to_typst(tree))

    collect()
    assert len(render_svgs(sources)) == len(sources)
