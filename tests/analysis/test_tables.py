"""Tables: every format carries the unit, the total and what was not counted; JSON reads back."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import numpy as np
import pytest
import sympy as sp

from symnn import nn
from symnn.analysis.analyzer import Analysis, analyze
from symnn.analysis.tables import TARGETS
from symnn.analysis.views import VIEWS
from symnn.core.errors import SymnnError
from symnn.lang.creation import arange
from symnn.lang.tensor import parameter, tensor


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1, activation="relu"), nn.MaxPool2d(2),
                        nn.Flatten(), nn.Linear(None, 10, name="a_b & <c>"))  # fmt: skip
    return analyze(net, tensor("x", ("N", 1, 28, 28)))


@pytest.mark.parametrize("target", [t for t in TARGETS if t not in ("csv", "json")])
def test_every_format_names_unit_total_and_omissions(analysis: Analysis, target: str) -> None:
    text = analysis.to(target)
    for word in ("MACs", "Total", "not counted:"):
        assert word in text


def test_csv_has_a_row_for_each_layer_and_the_total(analysis: Analysis) -> None:
    rows = list(csv.DictReader(io.StringIO(analysis.to("csv"))))
    assert [r["layer"] for r in rows] == ["conv1", "maxpool1", "flatten1", "a_b & <c>", "Total"]
    assert rows[-1]["parameters"] == str(40 + 7850)


def test_json_gives_numbers_or_expressions_that_sympy_reads(analysis: Analysis) -> None:
    N = sp.Symbol("N", integer=True, positive=True)
    data = json.loads(analysis.to("json"))
    assert data["sizes"] == ["N"]
    assert data["total"]["parameters"] == 7890
    assert sp.sympify(data["total"]["macs"], locals={"N": N}) == analysis.macs
    assert data["layers"][0]["receptive_field"] == "all × 3 × 3"
    assert data["layers"][0]["explanation"].startswith("N·28·28·4 × 3·3·1 = ") or (
        data["layers"][0]["explanation"].startswith("N·4·28·28 × 3·3·1 = ")
    )
    numbers = json.loads(analysis.at(N=2).to("json"))
    assert numbers["total"]["macs"] == 2 * (28_224 + 7840)


def test_html_and_latex_escape_names(analysis: Analysis) -> None:
    assert "a_b &amp; &lt;c&gt;" in analysis.to("html")
    HTMLParser().feed(analysis.to("html"))
    assert r"a\_b \& <c>" in analysis.to("latex")


def test_an_unknown_format_or_size_or_layer_lists_what_there_is(analysis: Analysis) -> None:
    calls = (lambda: analysis.to("xls"), lambda: analysis.at(M=1), lambda: analysis.layer("z"))
    for wrong in calls:
        with pytest.raises(SymnnError, match="expected"):
            wrong()


def test_every_view_says_its_unit(analysis: Analysis) -> None:
    for name, view in VIEWS.items():
        assert view.name == name
        assert view.unit and view.meaning
        assert analysis.total.count(name) != 0


def test_a_numpy_function_is_analysed_call_by_call() -> None:
    W = parameter("W", ("n", "p"))
    a = analyze(lambda v: np.tanh(v @ W), tensor("x", ("N", "n")))
    assert [r.op for r in a.layers] == ["matmul", "tanh"]
    assert str(a.parameters) == "n*p"


def test_sums_are_counted_as_written_and_constants_not_at_all() -> None:
    x = tensor("x", ("N", "n"))
    assert {k: str(v) for k, v in analyze(x + x).total.forward.items()} == {"add": "N*n"}
    table = np.cos(arange(8) * 1)
    assert analyze(tensor("y", (8,)) + table).total.forward == {"add": 8}


def test_attention_weights_without_a_mask_cost_a_softmax() -> None:
    a = analyze(nn.Softmax(), tensor("z", ("r", "n")))
    r, n = sp.symbols("r n", integer=True, positive=True)
    wanted = {"cmp": n * r - r, "add": 2 * n * r - r, "exp": n * r, "div": n * r}
    assert all(sp.expand(a.total.forward[k] - v) == 0 for k, v in wanted.items())
    assert a.total.forward.keys() == wanted.keys()
