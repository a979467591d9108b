"""Batched results are written once, for each value of the batch letters."""

from __future__ import annotations

import numpy as np

import symnn as sn
from symnn.notation import tree as t
from symnn.notation.each import slice_equation
from symnn.notation.normal import normalise
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text

SIZES = ("N", "H", "T", "d")


def test_one_batch_axis_stands_on_both_sides() -> None:
    W, X = sn.parameter("W", ("B", "p", "n")), sn.tensor("X", ("B", "N", "n"))
    G = sn.tensor("G", ("B", "N", "p"))
    d = sn.derive(np.sum(np.matmul(X, np.swapaxes(W, -1, -2)) * G), wrt=[W, X])
    assert d.text().splitlines() == [
        "∇_{W_i}(L) = G_iᵀ X_i for i = 1..B",
        "∇_{X_i}(L) = G_i W_i for i = 1..B",
    ]
    assert d.check(draws=2).passed


def test_a_shared_weight_sums_over_the_batch() -> None:
    W, X = sn.parameter("W", ("p", "n")), sn.tensor("X", ("B", "N", "n"))
    G = sn.tensor("G", ("B", "N", "p"))
    d = sn.derive(np.sum((X @ W.T) * G), wrt=W)
    assert d.text() == "∇_W(L) = ∑_{m=1}^{B} G_mᵀ X_m"


def test_several_batch_axes_are_named_outermost_first() -> None:
    Q, K, V, G = (sn.tensor(name, SIZES) for name in "QKVG")
    scores = np.einsum("nhtd,nhsd->nhts", Q, K) / np.sqrt(Q.shape[-1])
    A = sn.named("A", sn.softmax(scores))
    d = sn.derive(np.sum(np.einsum("nhts,nhsd->nhtd", A, V) * G), wrt=[Q, V])
    lines = d.text().splitlines()
    assert lines[1] == "∇_{V_{i,j}}(L) = A_{i,j}ᵀ G_{i,j} for i = 1..N, j = 1..H"
    assert lines[0].startswith("∇_{Q_{i,j}}(L) = (A_{i,j} ⊙ (∇_{A_{i,j}} − ")
    assert d.check(draws=2).passed


def test_the_ranges_read_back_in_their_order() -> None:
    A, n, m = t.Sym("A"), t.Sym("n"), t.Sym("m")
    body = t.Entry(A, (t.Index("i"), t.Index("j")))
    tree = t.ForEach(t.ForEach(body, "j", n), "i", m)
    assert to_text(tree) == "A_{i,j} for i = 1..m, j = 1..n"
    assert parse_text(to_text(tree), [A, n, m]) == normalise(tree)
    assert slice_equation(t.Transpose(A), tree) is None
