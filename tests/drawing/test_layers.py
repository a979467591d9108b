"""Networks by layers, passes as matrices, units: what is drawn is what was computed."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import ShapeError, UnsupportedError
from symnn.derivation.program import trace
from symnn.drawing.canvas import Canvas
from symnn.drawing.columns import columns
from symnn.drawing.drawer import draw
from symnn.drawing.figures import layers_figure
from symnn.drawing.grids import grids_of
from symnn.drawing.matrices import matrices_figure
from symnn.drawing.reading import forward_graph
from symnn.drawing.rows import fold_rows, prepared, rows_of
from symnn.drawing.units import units_diagram
from symnn.drawing.volumes import Volumes, scale_of, volumes_picture
from symnn.probability.moments import source
from tests.drawing.samples import holds
from tests.models.nets import cnn6074

ROWS: list[dict[str, Any]] = [
    {"name": "image", "op": "input", "output_shape": (28, 28, 1)},
    {"name": "Conv 1", "op": "Conv2d", "output_shape": (28, 28, 4), "parameters": 40,
     "kernel": 3, "stride": 1, "padding": 1, "activation": "relu"},
    {"name": "Pool", "op": "MaxPool2d", "output_shape": (14, 14, 4), "kernel": 2, "stride": 2},
    {"name": "flat", "op": "Flatten", "output_shape": (784,)},
    {"name": "FC", "op": "Linear", "output_shape": (10,), "parameters": 7850},
]  # fmt: skip


def canvases() -> list[Canvas]:
    rows = rows_of(ROWS)
    return [volumes_picture(rows, lang, way, "t").canvas
            for lang in ("en", "fr") for way in ("wide", "tall")]  # fmt: skip


def test_texts_of_layers_do_not_touch() -> None:
    for canvas in canvases():
        texts = [m for m in canvas.marks if m.kind in ("text", "label")]
        nodes = [m for m in canvas.marks if m.kind == "node"]
        for a, b in combinations(texts, 2):
            assert not a.box.overlaps(b.box), (a, b)
        for a in texts:
            for b in nodes:
                assert not a.box.overlaps(b.box), (a, b)
        assert all(m.box.inside(canvas.bounds()) for m in canvas.marks)


def test_volumes_are_to_scale() -> None:
    rows = rows_of(ROWS)
    scene = Volumes(rows, canvases()[0], "en", 104.0)
    unit = scale_of(rows, 104.0)
    assert scene.front(rows[1]) == (28 * unit, 28 * unit)
    assert scene.front(rows[2]) == (14 * unit, 14 * unit)


def test_a_model_is_drawn_from_its_analysis() -> None:
    d = draw(cnn6074(), sn.tensor("x", (28, 28, 1)), lang="fr")
    assert "Conv 2 4 × 4 × 8, 520 paramètres" in d.alt
    assert "8 filtres 4 × 4 × 4" in d.svg
    assert d.layout == "scale"
    ET.fromstring(d.svg)


def test_rows_and_figure_agree() -> None:
    figure = layers_figure(ROWS, "en", prefix="f3")
    assert "3.7 px per pixel" in figure.caption
    assert "7,850 parameters" in figure.wide
    assert 'id="f3-w' in figure.wide


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_of_the_exam_network_are_readable_on_paper(lang: str) -> None:
    d = draw(cnn6074(), sn.tensor("x", (28, 28, 1)), lang=lang)
    canvas = d._wide.canvas
    paper = 174 / 25.4 * 72 / canvas.bounds().w  # points of the page for a pixel of the picture
    sizes = [operation[5] for operation in canvas.operations if operation[0] == "text"]
    assert min(sizes) * paper >= 7.5
    assert canvas.bounds().w > 2 * canvas.bounds().h


def test_a_long_network_turns_into_rows_joined_by_a_line() -> None:
    rows = rows_of([ROWS[0], *[{**ROWS[1], "name": f"Conv {k}"} for k in range(9)], *ROWS[3:]])
    canvas = volumes_picture(rows, "fr", "wide", "t").canvas
    turns = [o for o in canvas.operations if o[0] == "path" and len(o[1]) == 6]
    assert 1 <= len(turns) <= 3
    assert canvas.bounds().w <= 800
    shut = [m for m in canvas.marks if m.kind in ("text", "label", "node")]
    for a, b in combinations(shut, 2):
        assert not a.box.overlaps(b.box), (a, b)
    lines = [m.box for m in canvas.marks if m.kind == "line"]
    assert all(box.inside(canvas.bounds()) for box in lines)


def test_columns_are_spread_evenly_over_rows() -> None:
    found = columns([(10,)] * 5, (2,), 47)
    assert [[k for k, _ in row] for row in found] == [[0, 1, 2], [3, 4]]


def test_an_incomplete_row_is_refused_by_number() -> None:
    with pytest.raises(UnsupportedError) as caught:
        rows_of([ROWS[0], {"name": "a", "op": "b"}])
    assert str(caught.value) == (
        "row 2 of the network\n  expected: name, op, output_shape, parameters, kernel, stride, "
        "padding, activation, title, filters\n  found: without output_shape"
    )


def test_repeated_layers_are_folded_and_depth_merges() -> None:
    rows = rows_of(
        [{"name": f"block{k}.{part}", "op": part, "output_shape": (8,), "parameters": 4}
         for k in range(12) for part in ("attn", "mlp")]
    )  # fmt: skip
    folded = [(r.name, r.repeat) for r in fold_rows(rows)]
    assert folded == [("block0.attn", 12), ("block0.mlp", 12)]
    assert [r.parameters for r in prepared(rows, 1)] == [8] * 12


def test_strange_layer_names_are_shown_as_they_are() -> None:
    d = draw([{**ROWS[0], "name": '<b>&"'}, *ROWS[1:]])
    root = ET.fromstring(d.svg)
    assert any(e.text == '<b>&"' for e in root.iter())
    assert d.png()[:4] == b"\x89PNG"


def attention() -> sn.Tensor:
    T, d, k = sn.sizes("T d k")
    X = sn.tensor("X", (T, d))
    Q = sn.named("Q", X @ sn.parameter("W_Q", (d, k)))
    K = sn.named("K", X @ sn.parameter("W_K", (d, k)))
    A = sn.named("A", sn.softmax(Q @ K.T / np.sqrt(k), axis=-1))
    return sn.named("Z", A @ X)


def test_grids_hold_the_computed_values() -> None:
    value = attention()
    program = trace(value.call)
    grids = grids_of(program, forward_graph(value), {"T": 5, "d": 4, "k": 3}, 0)
    X, Wq, Wk = (grids[n].values for n in ("X", "W_Q", "W_K"))
    scores = np.exp(X @ Wq @ (X @ Wk).T / np.sqrt(3))
    np.testing.assert_allclose(grids["A"].values, scores / scores.sum(1, keepdims=True))
    assert grids["A"].weights
    assert not grids["Q"].weights


def test_matrices_are_in_true_proportion_and_repeatable() -> None:
    sizes = {"T": 5, "d": 4, "k": 3}
    one, two = (matrices_figure(attention(), sizes, "fr") for _ in range(2))
    assert one == two
    assert one.wide.count("fill-opacity") == 20 + 2 * 15 + 25 + 20  # X, Q and K, A, Z
    assert "chaque ligne" in one.wide


def test_units_are_lines_and_circles() -> None:
    d = units_diagram([2, 3, 1])
    assert d.wide.count("<rect") == 6
    assert d.wide.count("fill:none;stroke:") == 2 * 3 + 3
    assert d.dot.count("->") == 9


def test_units_do_not_overlap_and_are_seen() -> None:
    for canvas in (units_diagram([4, 20, 3])._wide.canvas, units_diagram([4, 20, 3])._tall.canvas):
        nodes = [m for m in canvas.marks if m.kind == "node"]
        texts = [m for m in canvas.marks if m.kind == "text"]
        for a, b in combinations([*nodes, *texts], 2):
            assert not a.box.overlaps(b.box), (a, b)
        assert all(holds(canvas.bounds(), m.box.centre) for m in canvas.marks)


def test_wrong_weights_are_refused_with_both_shapes() -> None:
    with pytest.raises(ShapeError) as caught:
        units_diagram([2, 3], weights=[np.zeros((2, 3))])
    assert str(caught.value) == (
        "weights of a network with units\n  expected: (3, 2)\n  found: (2, 3)"
    )


def test_a_random_source_is_a_dashed_ellipse_without_gradient() -> None:
    mu, s = sn.parameter("mu", ("d",)), sn.parameter("s", ("d",))
    eps = source("epsilon", ("d",))
    z = sn.named("z", mu + np.exp(s) * eps)
    d = draw(np.sum(z * z))
    assert "random source, not differentiated" in d.svg
    assert "stroke-dasharray:5 3" in d.svg


def test_tikz_holds_no_space_that_pdflatex_does_not_know() -> None:
    text = draw(cnn6074(), sn.tensor("x", (28, 28, 1)), lang="fr").tikz
    assert r"4\,224" in text
    assert not {"\u202f", "\u00a0"} & set(text)
