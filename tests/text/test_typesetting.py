"""SVG of formulas: shared glyphs, baselines, speed."""

from __future__ import annotations

import re
import time

import pytest

from symnn.core.errors import UnsupportedError
from symnn.text.typesetting import render_svgs


def test_glyphs_are_defined_once_and_all_are_found():
    page = render_svgs(["x + y", "x - y", "x + y"], prefix="p")
    ids = re.findall(r'<symbol id="([^"]+)"', page.defs)
    assert len(ids) == len(set(ids)) == 4
    used = set(re.findall(r'href="#([^"]+)"', "".join(f.svg for f in page)))
    assert used == set(ids)
    assert all(name.startswith("p") for name in ids)
    assert page.formulas[0] == page.formulas[2]


def test_colour_is_that_of_the_text_and_no_marker_is_left():
    text = "".join(f.svg for f in render_svgs(["(a)/(b)", "sqrt(x)", "hat(y)"]))
    assert "#0" not in text.replace('href="#', "")
    assert "currentColor" in text
    assert "<defs" not in text
    assert "xlink" not in text


def test_depth_is_below_the_baseline():
    flat, deep, fraction = render_svgs(["x", "y_j", "(a)/(b)"])
    assert abs(flat.depth) < 0.02
    assert deep.depth > 0.2
    assert fraction.height > fraction.depth > 0.5
    assert "vertical-align:-" in fraction.svg


def test_running_text_style_is_smaller():
    (large,) = render_svgs(["sum_(i=1)^n x_i"])
    (small,) = render_svgs(["sum_(i=1)^n x_i"], display=False)
    assert small.height < large.height


def test_same_sources_give_the_same_bytes():
    assert render_svgs(["x y", "z"]) == render_svgs(["x y", "z"])


def test_a_hundred_formulas_take_less_than_a_second():
    render_svgs(["x"])  # fonts are loaded once
    sources = [f"W_({k}) x + (a_{k})/(b) + sum_(i=1)^n hat(y)_i" for k in range(100)]
    start = time.perf_counter()
    assert len(render_svgs(sources)) == 100
    assert time.perf_counter() - start < 1


def test_a_refused_source_is_named():
    with pytest.raises(UnsupportedError) as error:
        render_svgs(["x", "foo(x)", "y"])
    assert "found: foo(x)" in str(error.value)
    assert "Typst refuses a formula" in str(error.value)


def test_no_formula_is_an_empty_page():
    assert len(render_svgs([])) == 0
