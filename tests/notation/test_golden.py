"""The printed forms of textbook formulas, literally; golden.txt is rewritten by SYMNN_REGOLD=1."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from symnn.core.errors import ParseError, UnsupportedError
from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.measure import length
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.typst import to_typst
from symnn.text.typesetting import render_svgs
from tests.notation.golden import SYMBOLS, TEXTS, trees

GOLDEN = Path(__file__).with_name("golden.txt")


def printed():
    blocks = []
    for text, tree in zip(TEXTS, trees(), strict=True):
        french = to_typst(tree, Style(lang="fr", indicator=True))
        blocks.append("\n".join([text, to_latex(tree), to_typst(tree), french]))
    return "\n\n".join(blocks) + "\n"


def test_text_is_what_was_read():
    assert [to_text(tree) for tree in trees()] == TEXTS


def test_latex_and_typst_are_those_of_the_golden_file():
    if os.environ.get("SYMNN_REGOLD"):
        GOLDEN.write_text(printed(), encoding="utf-8")
    assert printed() == GOLDEN.read_text(encoding="utf-8")


def test_typst_compiles_every_golden_formula():
    page = render_svgs([to_typst(tree) for tree in trees()])
    assert all(f.width > 0 and f.height > f.depth > -0.5 for f in page)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_functions_argument_never_slips_into_its_subscript_in_typst(lang):
    texts = [to_typst(tree, Style(lang=lang, indicator=True)) for tree in trees()]
    assert any("softmax" in text for text in texts)
    assert [found for text in texts if (found := re.findall(r'_(?:"[^"]*"|\w+)\(', text))] == []


def test_light_letters_where_bold_is_off():
    assert to_latex(trees()[0], Style(bold=False)) == "z^{[1]} = W^{[1]} x + b^{[1]}"


@pytest.mark.parametrize("printer", [to_text, to_latex, to_typst, length])
def test_a_node_that_is_not_of_the_notation_raises_and_lists_the_kinds(printer):
    with pytest.raises(UnsupportedError) as error:
        printer(t.Neg(t.Tree()))
    assert str(error.value).startswith(
        "Tree is not a kind of the notation tree; the kinds are Add, All, Apply, AxisNames, BigOp"
    )


def test_an_unknown_function_raises_and_lists_the_functions():
    with pytest.raises(UnsupportedError) as error:
        to_text(t.Apply("frob", (t.Sym("x"),)))
    assert str(error.value).startswith(
        "there is no function 'frob' in the notation; there are exp log log1p"
    )


def test_a_users_words_are_never_markup():
    words = t.Words('#$x$ \\input{a} & "b" <i>')
    assert to_latex(words) == (r'\text{\#\$x\$ \textbackslash{}input\{a\} \& "b" <i>}')
    assert to_typst(words) == r'"#$x$ \\input{a} & \"b\" <i>"'
    name = t.Sym("a#b", sub="$", sup="\\x")
    page = render_svgs([to_typst(words), to_typst(name)])
    assert len(page) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("W x +", "W x +\n     ^\nexpected a term"),
        ("W (x", "W (x\n    ^\nexpected )"),
        ("foo x", "foo x\n^\nunknown name 'foo'; known are "),
        ("foo(x)", "foo(x)\n^\nno function 'foo'; there are exp log"),
        ("W(x)", "W(x)\n ^\nW is no function; a product needs a space"),
        ("x @ y", "x @ y\n  ^\n'@' is not part of the notation"),
        ("x)", "x)\n ^\nexpected an operator or the end"),
        ("∑_{i=2}^{n} x_i", "∑_{i=2}^{n} x_i\n   ^\na range starts as i=0 or i=1"),
        (
            "∑_{j=1}^{n} x_{j + 1}",
            "∑_{j=1}^{n} x_{j + 1}\n   ^\n"
            "j stands in a computed position, or is compared with a number, "
            "and so counts from 0: write j=0",
        ),
        ("(" * 100, "(" * 100 + "\n" + " " * 41 + "^\nbrackets nest deeper than 40"),
        ("x = 1\n  where y", "  where y\n        ^\nexpected a definition, name := form"),
        ("1/0", "1/0\n   ^\na fraction with denominator 0"),
        ("‖x‖_3", "‖x‖_3\n    ^\nthe norms are ‖x‖, ‖x‖₁, ‖x‖_∞ and ‖x‖_F"),
        ("__import__(x)", "__import__(x)\n^\nexpected a term"),
    ],
)
def test_bad_text_is_refused_with_a_caret(text, message):
    with pytest.raises(ParseError) as error:
        parse_text(text, list(SYMBOLS))
    assert str(error.value).startswith(message)
