"""Saved activations, live memory and training memory, from the equations."""

from __future__ import annotations

import sympy as sp

from symnn import nn
from symnn.analysis.analyzer import Analysis, analyze
from symnn.analysis.memory_views import published_activations
from symnn.lang.tensor import tensor

b, s, h, a = sp.symbols("b s h a", integer=True, positive=True)


def block() -> Analysis:
    layer = nn.TransformerBlock("h", "a", dropout=0.1)
    layer.train()
    return analyze(layer, tensor("x", ("b", "s", "h")), bytes_each=2)


def test_a_transformer_layer_keeps_34_sbh_and_5_ass_b_bytes() -> None:
    view = published_activations(block())
    assert sp.expand(view.bytes - s * b * h * (34 + 5 * a * s / h)) == 0


def test_what_the_published_view_leaves_out_is_listed() -> None:
    analysis = block()
    view = published_activations(analysis)
    assert sp.expand(analysis.saved_bytes - view.bytes - view.left_out_bytes) == 0
    assert view.left_out
    assert all(x.kind == "statistic" for x in view.left_out)


def test_relu_needs_no_mask_where_its_output_is_kept() -> None:
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    rows = analyze(net, tensor("x", ("N", 4))).layers
    kept = [x.name for r in rows for x in r.saved]
    assert kept == ["x", "relu"]


def test_the_batch_that_fits() -> None:
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    analysis = analyze(net, tensor("x", ("N", 4)))
    (limit,) = analysis.solve("saved_bytes", 4800, "N")
    assert limit == 100


def test_peak_of_a_chain_is_its_largest_pair() -> None:
    net = nn.Sequential(nn.Linear(4, 100), nn.ReLU(), nn.Linear(100, 2))
    assert analyze(net, tensor("x", (1, 4))).peak_bytes == 4 * 200
