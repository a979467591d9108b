"""The graph is the derivation: bindings, reads, shapes and gradients, nothing typed in."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.derivation.definitions import direct_leaves
from symnn.drawing.folding import fold_blocks
from symnn.drawing.reading import computational_graph
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.text import to_text
from tests.drawing.samples import LOSSES, deep


@pytest.mark.parametrize("name", LOSSES)
def test_every_binding_is_a_vertex_and_every_read_an_edge(name: str) -> None:
    d = LOSSES[name]()
    graph = computational_graph(d)
    ends = {(e.source, e.target) for e in graph.edges}
    for b in d.program.bindings:
        assert b.leaf.name in graph.nodes
        for leaf in direct_leaves(b.definition):
            assert (leaf.name, b.leaf.name) in ends
    output = d.program.output.leaf.name
    reads = sum(len(direct_leaves(b.definition)) for b in d.program.bindings)
    assert len(graph.edges) == reads + 1
    assert (output, f"{output} value") in ends


@pytest.mark.parametrize("name", LOSSES)
def test_every_gradient_is_the_printed_form_of_the_derivation(name: str) -> None:
    d = LOSSES[name]()
    graph = computational_graph(d)
    back = {(e.source, e.target): e for e in graph.edges if e.gradient.text}
    expected = 1  # the loss itself
    for leaf, cotangent in d.cotangents.items():
        for path in cotangent.paths:
            expected += 1
            edge = back[leaf.name, path.user.leaf.name]
            node = cotangent.value if len(cotangent.paths) == 1 else path.final
            value = to_text(_full(matrix_form(node, d.names).tree, d))
            assert edge.gradient.text.split(" = ")[-1] == value.split(" = ")[-1]
    assert len(back) == expected


def _full(tree: t.Tree, d: sn.Derivation) -> t.Tree:
    from symnn.drawing.reading import _in_full

    return _in_full(tree, d.names.loss)


def test_shapes_are_those_of_the_tensors() -> None:
    graph = computational_graph(LOSSES["layer"]())
    shapes = {e.source: e.shape.text for e in graph.edges}
    assert shapes["W"] == "p × n"
    assert shapes["x"] == "n"
    assert shapes["L"] == "1"


def test_a_value_with_two_readers_has_its_sum_below() -> None:
    d = deep(2)
    graph = computational_graph(d)
    several = {leaf.name for leaf, c in d.cotangents.items() if len(c.paths) > 1}
    assert several
    assert set(graph.totals) == several


def test_parameters_are_called_weights_and_bias_as_they_are_used() -> None:
    graph = computational_graph(LOSSES["layer"](), "fr")
    words = {k: v.words for k, v in graph.nodes.items()}
    assert (words["W"], words["b"], words["x"], words["y"]) == ("poids", "biais", "entrée", "cible")
    assert words["L"] == "perte quadratique"


def test_networkx_view_has_the_same_edges() -> None:
    graph = computational_graph(LOSSES["attention"]())
    view = graph.networkx()
    assert sorted(view.edges()) == sorted((e.source, e.target) for e in graph.edges)


def test_repeated_blocks_are_folded_with_their_count() -> None:
    graph = fold_blocks(computational_graph(deep(12)))
    counts = {v.repeat for v in graph.nodes.values()}
    assert max(counts) in (11, 12)
    assert len(graph.nodes) < 14
    ends = {end for e in graph.edges for end in (e.source, e.target)}
    assert ends == set(graph.nodes)


def test_a_graph_without_repetition_is_not_folded() -> None:
    graph = computational_graph(LOSSES["attention"]())
    assert fold_blocks(graph) is graph


def test_a_loss_without_parameters_is_drawn_forward_only() -> None:
    x = sn.tensor("x", ("n",))
    graph = sn_draw_graph(np.sum(np.exp(x)))
    assert not any(e.gradient.text for e in graph.edges)


def sn_draw_graph(value: sn.Tensor):  # type: ignore[no-untyped-def]
    from symnn.drawing.reading import forward_graph

    return forward_graph(value)
