"""The exam's network: shapes, parameters, products, in every convention; and its section."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sympy as sp

from symnn import nn
from symnn.analysis.analyzer import analyze
from symnn.analysis.section import solve_question
from symnn.core.errors import SymnnError
from symnn.lang.tensor import tensor
from tests.models.nets import cnn6074

NETWORK: dict[str, Any] = {
    "input": {"height": 28, "width": 28, "channels": 1},
    "layers": [
        {"type": "conv", "name": "Conv 1", "filters": 4, "kernel": 3, "stride": 1, "padding": 1,
         "activation": "relu"},
        {"type": "maxpool", "name": "MaxPool 1", "kernel": 2, "stride": 2},
        {"type": "conv", "name": "Conv 2", "filters": 8, "kernel": 4, "stride": 4, "padding": 1,
         "activation": "relu"},
        {"type": "maxpool", "name": "MaxPool 2", "kernel": 2, "stride": 2},
        {"type": "dense", "name": "FC 1", "units": 128, "activation": "relu"},
        {"type": "dense", "name": "FC 2", "units": 10, "activation": "softmax"},
    ],
}  # fmt: skip


def test_shapes_and_parameters_are_the_exams() -> None:
    a = analyze(cnn6074(), tensor("x", (28, 28, 1)))
    found = [(r.output_shape, r.parameters) for r in a.layers]
    assert found == [
        ((28, 28, 4), 40), ((14, 14, 4), 0), ((4, 4, 8), 520), ((2, 2, 8), 0), ((32,), 0),
        ((128,), 4224), ((10,), 1290),
    ]  # fmt: skip
    assert a.parameters == 6074
    assert a.macs == 41_792


def test_conv_1_in_every_convention() -> None:
    row = analyze(cnn6074(), tensor("x", (28, 28, 1))).layers[0]
    counts = {c: row.count(c) for c in ("macs", "multiplications", "flops", "connections")}
    assert counts == {
        "macs": 28_224, "multiplications": 28_224, "flops": 56_448, "connections": 31_360,
    }  # fmt: skip
    assert row.explain() == "28·28·4 × 3·3·1 = 28,224"
    inside = analyze(cnn6074(), tensor("x", (28, 28, 1)), padding=False).layers[0]
    assert inside.multiplications == 26_896


def test_padded_taps_have_a_closed_form() -> None:
    n = sp.Symbol("n", integer=True, positive=True)
    conv = nn.Conv2d(1, 4, 3, padding=1, channels="last")
    a = analyze(conv, tensor("x", ("n", "n", 1)), padding=False)
    assert sp.expand(a.macs - 4 * (3 * n - 2) ** 2) == 0


def test_backward_is_twice_forward_less_the_first_layer() -> None:
    a = analyze(cnn6074(), tensor("x", ("N", 28, 28, 1)))
    N = sp.Symbol("N", integer=True, positive=True)
    assert a.total.count("macs", backward=True) == (2 * 41_792 - 28_224) * N


def test_an_unknown_convention_lists_what_there_is() -> None:
    with pytest.raises(SymnnError, match="multiplications"):
        analyze(cnn6074(), tensor("x", (28, 28, 1)), convention="gflops")


# -- the section ---------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["en", "fr"])
def section(request: pytest.FixtureRequest) -> dict[str, Any]:
    return solve_question(NETWORK, request.param)


def test_the_section_answers_the_seven_questions(section: dict[str, Any]) -> None:
    rows = {r["key"]: r for r in section["rows"]}
    assert [rows[k]["output_text"] for k in ("Conv 1", "MaxPool 1", "Conv 2", "MaxPool 2")] == [
        "28 × 28 × 4", "14 × 14 × 4", "4 × 4 × 8", "2 × 2 × 8",
    ]  # fmt: skip
    assert rows["Conv 2"]["size"]["text"] == "⌊(14 + 2·1 − 4)/4⌋ + 1 = 4"
    assert rows["Conv 2"]["parameters"]["text"] == "8 (4² · 4 + 1) = 520"
    assert rows["Conv 1"]["multiplications"]["formula"] == "28·28·4 × 3·3·1"
    assert [d["value"] for d in section["deduced"]] == [1, 4]
    totals = section["totals"]
    assert (totals["parameters"], totals["multiplications"]) == (6074, 41_792)
    assert totals["parameters_without_bias"] == 5924
    assert section["rounding"]["exact"]


def test_the_section_goes_beyond(section: dict[str, Any]) -> None:
    values = {c["name"]: c["value"] for c in section["conventions"]}
    assert (values["macs"], values["inside"], values["flops"]) == (28_224, 26_896, 56_448)
    assert section["verification"]["products"] == 41_792
    assert section["backward"]["rule_holds"]
    assert section["receptive"][3]["size"] == [18, 18]
    assert section["symbolic"]["rows"][0]["multiplications"] == "36*n**2"
    assert section["symbolic"]["table"][0] == {
        "n": 28, "parameters": 6074, "multiplications": 41_792,
    }  # fmt: skip
    json.dumps(section, default=str)


def test_uneven_divisions_are_reported() -> None:
    odd = {**NETWORK, "input": {"height": 30, "width": 30, "channels": 1}}
    found = solve_question(odd, "en")
    assert not found["rounding"]["exact"]
    assert "Conv 2" in found["rounding"]["layers"]
