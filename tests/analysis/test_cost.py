"""`sn.cost` of a value: the totals of the analyser, symbolic and in numbers."""

from __future__ import annotations

import numpy as np

import symnn as sn


def test_a_layer_and_its_loss_cost_what_a_reader_counts():
    n, p = sn.sizes("n p")
    W, b = sn.parameter("W", (p, n)), sn.parameter("b", (p,))
    x, y = sn.tensor("x", (n,)), sn.tensor("y", (p,))
    c = sn.cost(np.sum((W @ x + b - y) ** 2))
    N, P = n.expr, p.expr
    assert c.macs == N * P
    assert c.multiplications == N * P + P  # the squares too
    assert c.parameters == N * P + P
    assert c.backward_macs == N * P  # the outer product; x is given
    assert c.activations == 4 * (N + P)
    assert c.not_counted == ()


def test_it_is_the_total_of_the_analysis():
    T = sn.sizes("T")
    X = sn.tensor("X", (T, 16))
    value = sn.softmax(X @ X.T) @ X
    total, found = sn.analyze(value).total, sn.cost(value)
    assert (found.macs, found.flops) == (total.macs, total.flops)
    assert found.macs == 2 * 16 * T.expr**2
    assert sn.cost(value, bytes_each=8).activations == 2 * found.activations
