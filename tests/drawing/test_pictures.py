"""Pictures: nothing overlaps, nothing is cut, the same bytes each time, strange names harmless."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import DomainError, UnsupportedError
from symnn.drawing.canvas import DARK, LIGHT, Canvas
from symnn.drawing.diagram import rendered
from symnn.drawing.drawer import draw
from symnn.drawing.engines import available
from symnn.drawing.figures import graph_figure
from symnn.drawing.picture import graph_picture
from symnn.drawing.reading import computational_graph
from tests.drawing.samples import LOSSES, deep, holds, sampled

CASES = [(name, way, engine) for name in LOSSES for way in ("wide", "tall")
         for engine in available()]  # fmt: skip


def canvas_of(name: str, way: str, engine: str = "own") -> Canvas:
    graph = computational_graph(LOSSES[name](), "fr")
    return graph_picture(graph, "fr", way, engine=engine).canvas


@pytest.mark.parametrize(("name", "way", "engine"), CASES)
def test_no_label_touches_a_vertex_or_another_label(name: str, way: str, engine: str) -> None:
    marks = canvas_of(name, way, engine).marks
    nodes = [m for m in marks if m.kind == "node"]
    labels = [m for m in marks if m.kind in ("label", "text")]
    for a, b in combinations(nodes, 2):
        assert not a.box.overlaps(b.box, 4), (a, b)
    for a, b in combinations(labels, 2):
        assert not a.box.overlaps(b.box), (a, b)
    for label in labels:
        for node in nodes:
            if label.of == node.of:
                assert label.box.inside(node.box), (label, node)
            else:
                assert not label.box.overlaps(node.box), (label, node)


@pytest.mark.parametrize(("name", "way", "engine"), CASES)
def test_no_line_runs_through_a_label_or_a_vertex(name: str, way: str, engine: str) -> None:
    canvas = canvas_of(name, way, engine)
    shut = [m for m in canvas.marks if m.kind in ("label", "text", "node")]
    for point in sampled(canvas):
        for mark in shut:
            assert not holds(mark.box, point, -1.5), (mark, point)


@pytest.mark.parametrize(("name", "way", "engine"), CASES)
def test_the_view_box_holds_everything(name: str, way: str, engine: str) -> None:
    canvas = canvas_of(name, way, engine)
    whole = canvas.bounds()
    assert all(m.box.inside(whole) for m in canvas.marks)
    assert all(holds(whole, p) for p in sampled(canvas))


@pytest.mark.parametrize("name", LOSSES)
def test_the_same_drawing_has_the_same_bytes(name: str) -> None:
    first, second = draw(LOSSES[name]()), draw(LOSSES[name]())
    assert (first.svg, first.tall, first.dot, first.tikz) == (
        second.svg, second.tall, second.dot, second.tikz,
    )  # fmt: skip


def test_svg_is_well_formed_titled_and_has_ids_of_its_own() -> None:
    figure = graph_figure(LOSSES["attention"](), "en", prefix="fig2")
    ids: list[str] = []
    for svg in (figure.wide, figure.tall):
        root = ET.fromstring(svg)
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"].startswith("Computational graph: ")
        assert root[0].tag.endswith("title")
        ids += re.findall(r'id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert all(i.startswith("fig2") for i in ids)


def test_every_reference_to_a_glyph_exists() -> None:
    svg = graph_figure(LOSSES["layer"]()).wide
    known = set(re.findall(r'<symbol id="([^"]+)"', svg))
    assert set(re.findall(r'href="#([^"]+)"', svg)) <= known


def test_colours_are_tokens_of_both_modes() -> None:
    svg = graph_figure(LOSSES["layer"]()).wide
    used = set(re.findall(r"var\(--([a-z-]+),", svg))
    assert used <= set(LIGHT) == set(DARK)
    bare = re.sub(r"var\(--[a-z-]+,#[0-9a-f]+\)", "", svg)
    assert not re.search(r"#[0-9a-f]{6}\b", bare)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'a"b', "x]]>", "\\N", "a&b;"])
def test_strange_names_are_shown_as_they_are(name: str) -> None:
    x = sn.parameter("x", ("n",))
    d = draw(np.sum(x * x), roles={"x": name})
    root = ET.fromstring(d.svg)
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert any(name in (e.text or "") for e in root.iter())
    assert "<script" not in d.svg
    assert d.pdf()[:5] == b"%PDF-"


def test_the_gradient_of_the_textbook_layer_stands_on_its_edges() -> None:
    marks = {m.of for m in canvas_of("layer", "wide").marks if m.kind == "label"}
    assert {"W>z", "z>W", "b>z", "z>b", "y_hat>z", "L>y_hat", "x>z"} <= marks
    assert "z>x" not in marks  # not wanted, so not derived


def test_a_wide_picture_turns_beyond_its_limit() -> None:
    wide = graph_picture(computational_graph(deep(6)), "en", "wide").canvas.bounds()
    assert wide.w <= 1.6 * 942


def test_a_short_graph_stays_wide() -> None:
    bounds = graph_picture(computational_graph(LOSSES["short"]()), "en", "wide").canvas.bounds()
    assert bounds.w > bounds.h


def test_files_have_the_kind_of_their_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    d = draw(LOSSES["layer"]())
    starts = {"svg": b"<svg", "pdf": b"%PDF-", "png": b"\x89PNG", "dot": b"digraph",
              "tex": b"\\providecommand"}  # fmt: skip
    for ending, start in starts.items():
        assert d.save(tmp_path / f"net.{ending}").read_bytes().startswith(start)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f"net.{e}" for e in starts)


@pytest.mark.parametrize(("unit", "wide"), [("", 75), ("px", 75), ("pt", 100)])
def test_a_file_has_the_size_that_its_svg_gives(unit: str, wide: int) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="100{unit}" height="40{unit}"/>'
    png = rendered(svg, "png", 72)
    assert int.from_bytes(png[16:20], "big") == wide


def test_words_of_files_are_set_in_a_face_that_every_machine_has() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="40">'
        '<text x="2" y="20" style="font-family:{};font-size:12px">poids</text></svg>'
    )
    assert rendered(svg.format("'DejaVu Sans',sans-serif"), "png") == rendered(
        svg.format("'New Computer Modern'"), "png"
    )


def test_an_unknown_ending_is_refused_by_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnsupportedError) as caught:
        draw(LOSSES["layer"]()).save(tmp_path / "net.jpg")
    assert str(caught.value) == (
        "cannot draw to net.jpg\n  expected: .svg .dot .gv .pdf .png .tex\n  found: .jpg"
    )


def test_a_missing_folder_is_refused_by_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "no" / "net.svg"
    with pytest.raises(DomainError) as caught:
        draw(LOSSES["layer"]()).save(path)
    assert str(caught.value) == (
        f"{path}\n  expected: a file that can be written\n  found: No such file or directory"
    )


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(UnsupportedError) as caught:
        draw(3)
    assert str(caught.value) == (
        "sn.draw\n  expected: a tensor, a Derivation, a model with inputs, an Analysis, or rows\n"
        "  found: int\n  fix: for a function, call it on symbolic tensors first"
    )


def test_an_unknown_engine_or_orientation_is_refused() -> None:
    graph = computational_graph(LOSSES["attention"]())
    with pytest.raises(UnsupportedError, match="no layout engine 'neato' here\n  there is: "):
        graph_picture(graph, engine="neato")
    with pytest.raises(UnsupportedError) as caught:
        graph_picture(graph, "en", "round")
    assert str(caught.value) == "no orientation 'round'\n  there is: wide, tall"


def test_a_notebook_gets_text_and_svg() -> None:
    d = draw(LOSSES["layer"]())
    assert set(d._repr_mimebundle_()) == {"text/plain", "image/svg+xml"}
    assert set(d._repr_mimebundle_(include=["image/svg+xml"])) == {"image/svg+xml"}
