"""Equal blocks of computational graphs: found, framed, renamed, laid out."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn import nn
from symnn.derivation.derivation import derive
from symnn.drawing.blocks import frame_blocks
from symnn.drawing.graph import Graph
from symnn.drawing.ranking import longest_path_ranks
from symnn.drawing.reading import computational_graph, forward_graph
from symnn.drawing.repetition import repetitions


def stack(copies: int = 12, odd: int = -1) -> sn.Tensor:
    """Residual blocks; the odd one out has another sign."""
    h = sn.tensor("X", ("B", "d"))
    for k in range(copies):
        inner = nn.Linear("d", "d", name=f"layer{k}")(h)
        h = sn.named(f"h{k}", h - np.tanh(inner) if k == odd else h + np.tanh(inner))
    return h


@pytest.fixture(scope="module")
def framed() -> Graph:
    X, Y = sn.tensor("X", ("B", "d")), sn.tensor("Y", ("B", "d"))
    body = [nn.Sequential(nn.Linear("d", "h"), nn.ReLU(), nn.Linear("h", "d")) for _ in range(12)]
    loss = sn.mse(nn.Sequential(*map(nn.Residual, body))(X), Y)
    return frame_blocks(computational_graph(derive(loss), "fr"), "fr")


def test_all_twelve_blocks_stand_in_one_frame(framed: Graph) -> None:
    assert [f.said for f in framed.frames] == ["bloc × 12, ℓ = 1, …, 12"]
    assert len(framed.nodes) == 13


def test_names_in_the_frame_have_no_number_but_the_letter(framed: Graph) -> None:
    shown = [framed.nodes[k].label.text + framed.nodes[k].short.text for k in framed.frames[0].keys]
    assert all("^{(ℓ" in text for text in shown)
    assert not any("residual1" in text or "residual_1" in text for text in shown)


def test_the_input_of_the_block_carries_the_gradient_of_a_copy_in_the_midst(framed: Graph) -> None:
    entry = next(v for v in framed.nodes.values() if v.words == "entrée du bloc")
    assert [e.source for e in framed.into(entry.key)] == ["X"]
    assert all(e.gradient.text for e in framed.out_of(entry.key))
    assert framed.totals[entry.key].text.startswith("∇_{residual^{(ℓ-1)}}(L) = ")


def test_a_copy_with_another_formula_ends_the_repetition() -> None:
    assert [len(r.copies) for r in repetitions(forward_graph(sn.named("y", -stack(8))))] == [8]
    cut = repetitions(forward_graph(sn.named("y", -stack(8, odd=4))))
    assert [len(r.copies) for r in cut] == [4, 3]


def test_what_is_not_in_a_frame_keeps_two_ranks_away_from_it() -> None:
    keys = ["x", "p", "y", "a", "b", "c"]
    edges = [("x", "a"), ("a", "b"), ("p", "b"), ("b", "c"), ("y", "c")]
    ranks = longest_path_ranks(keys, edges, [("p", "a", "b")])
    inside = {ranks[k] for k in ("p", "a", "b")}
    assert ranks["x"] <= min(inside) - 2
    assert min(ranks["y"], ranks["c"]) > max(inside)


def test_what_a_model_returns_is_drawn_to_a_depth() -> None:
    model = nn.Sequential(*[nn.TransformerBlock(8, 2) for _ in range(4)], nn.Linear(8, 3))
    value = model(sn.tensor("X", ("T", 8)))
    shallow = sn.draw(value, depth=1).alt
    assert shallow.endswith("block1 reads X; linear1 reads block1; y reads linear1.")
    assert "attn reads norm1" in sn.draw(value, depth=2).alt
