"""Models with branches: units, edges, frames, folding, depth, both languages."""

from __future__ import annotations

import time

import pytest

import symnn as sn
from symnn import nn
from symnn.drawing.folding import fold_blocks
from symnn.drawing.model_graph import is_chain, model_graph
from symnn.drawing.picture import graph_picture


@pytest.fixture(scope="module")
def stack():
    X = sn.tensor("X", ("T", 64))
    layers = [nn.TransformerBlock(64, 4) for _ in range(12)]
    return nn.Sequential(*layers, nn.Linear(64, 10)), X


def test_a_transformer_block_shows_its_three_readers_and_both_residual_paths(stack):
    model, X = stack
    graph = model_graph(model(X))
    reads = {v: sorted(e.source for e in graph.into(v)) for v in graph.nodes}
    assert reads["block1.attn"] == ["block1.attn.K", "block1.attn.Q", "block1.attn.V"]
    sums = [
        k for k, v in graph.nodes.items() if v.label.text == "+" and k.split("#")[0] == "block1"
    ]
    assert [reads[k] for k in sums] == [["X", "block1.attn.O"], ["block1", "block1.mlp.down"]]


def test_equal_blocks_are_drawn_once_in_a_frame_that_counts_them(stack):
    model, X = stack
    graph = fold_blocks(model_graph(model(X), "fr"))
    assert [f.said for f in graph.frames] == ["block × 12"]
    assert len(graph.nodes) == 15
    assert {v.repeat for v in graph.nodes.values()} == {1}
    assert "couche dense · 4\u202f160 paramètres" in {v.words for v in graph.nodes.values()}


def test_parameters_of_all_units_add_up_to_the_model(stack):
    model, X = stack
    counted = [
        int(v.words.split(" · ")[1].split()[0].replace(",", ""))
        for v in model_graph(model(X)).nodes.values()
        if " · " in v.words
    ]
    assert sum(counted) == sn.analyze(model, X).parameters


def test_depth_merges_what_lies_below(stack):
    model, X = stack
    graph = model_graph(model(X), depth=1)
    assert is_chain(graph)
    assert [v.label.text for v in graph.nodes.values()][:3] == ["X", "block1", "block2"]
    folded = fold_blocks(graph)
    assert [v.repeat for v in folded.nodes.values()] == [1, 12, 1, 1]


def test_a_frame_starts_where_the_block_does():
    image = sn.tensor("I", ("B", 3, 8, 8))

    def block():
        body = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.BatchNorm2d(4))
        return nn.Sequential(nn.Residual(body), nn.ReLU())

    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), block(), block(), block())
    graph = fold_blocks(model_graph(model(image)))
    assert [(f.said, len(f.keys)) for f in graph.frames] == [("block × 3", 4)]
    assert [v.label.text for v in graph.nodes.values() if v.kind == "data"] == ["I", "y"]
    svg = sn.draw(model, image).svg
    assert "block × 3" in svg
    assert "convolution 3 × 3, p = 1" in svg


def test_a_chain_of_volumes_is_still_drawn_to_scale():
    image = sn.tensor("I", ("B", 1, 8, 8))
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 10))
    assert sn.draw(model, image).layout == "scale"


def test_a_hundred_different_blocks_take_seconds():
    X = sn.tensor("X", ("T", 8))
    model = nn.Sequential(*[nn.Residual(nn.Linear(8, 8)) for _ in range(100)])
    start = time.process_time()
    graph = model_graph(model(X))
    assert len(graph.nodes) == 202
    assert time.process_time() - start < 10


def test_the_equations_of_a_deep_stack_are_listed_in_part_and_counted(stack):
    model, X = stack
    canvas = sn.draw(model(X), lang="fr", fold=False)._wide.canvas
    listed = [m for m in canvas.marks if m.of == "list" and m.kind == "label"]
    assert 0 < len(listed) <= 16
    assert all(m.box.w <= 1.6 * 942 for m in listed)
    said = [o[1] for o in canvas.operations if o[0] == "text" and "équations" in o[1]]
    assert len(said) == 1


def test_the_noise_of_a_variational_autoencoder_is_a_random_source() -> None:
    model = nn.VAE(nn.Linear(6, 4), nn.Linear(2, 6), 2)
    graph = model_graph(model(sn.tensor("x", ("N", 6))), "fr")
    noise = [v for v in graph.nodes.values() if v.kind == "random"]
    assert [v.words for v in noise] == ["bruit"]
    assert "add" not in [v.label.text for v in graph.nodes.values()]


class _Crossed(nn.Module):
    """An encoder, and a decoder that reads it between its own layers."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.TransformerBlock(8, 2)
        self.own, self.cross = nn.MultiHeadAttention(8, 2), nn.MultiHeadAttention(8, 2)

    def forward(self, x: sn.Tensor, y: sn.Tensor) -> sn.Tensor:
        y = y + self.own(y)
        return y + self.cross(y, self.encoder(x))


def test_a_frame_holds_its_own_vertices_alone() -> None:
    X, Y = sn.tensor("X", ("T", 8)), sn.tensor("Y", ("U", 8))
    block = nn.Sequential(nn.TransformerBlock(8, 2), nn.Linear(8, 4))
    seen = 0
    for graph in (model_graph(_Crossed()(X, Y)), model_graph(block(X))):
        marks = graph_picture(graph).canvas.marks
        for frame in (m for m in marks if m.kind == "frame"):
            keys = next(f.keys for f in graph.frames if f.caption == frame.of)
            inside = {m.of for m in marks if m.kind == "node" and m.box.overlaps(frame.box)}
            assert inside == set(keys)
            seen += 1
    assert seen
