"""Convolutions and pools by name: each printed name, read back, has the value of the term."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.lang.call import opened
from symnn.notation.matrix import matrix_form

from .judge import agree

nn = sn.nn
Case = tuple[Any, tuple[Any, ...], tuple[str, ...]]

CONVOLUTIONS: dict[str, Case] = {
    "1-d": (nn.Conv1d(2, 3, 4, bias=False), ("N", 2, 9),
            ("conv(X, W)", "convᵀ(G, W)", "corr(X, G)")),
    "1-d, any length": (nn.Conv1d(2, 3, 2, bias=False), ("N", 2, "L"),
                        ("conv(X, W)", "convᵀ(G, W)", "corr(X, G)")),
    "2-d, padded": (nn.Conv2d(2, 3, 3, padding=1), (2, 2, "H", "W_1"),
                    ("conv(X, W, b; p=1)", "convᵀ(G, W; p=1)", "corr(X, G; p=1)")),
    "stride": (nn.Conv2d(2, 3, 3, stride=2, padding=1, bias=False), ("N", 2, 7, 9),
               ("conv(X, W; s=2, p=1)", "convᵀ(G, W; s=2, p=1)", "corr(X, G; s=2, p=1)")),
    "stride with a rest": (
        nn.Conv2d(2, 3, 3, stride=2, bias=False), ("N", 2, 8, 10),
        ("conv(X, W; s=2)", "convᵀ(G, W; s=2, n=(8, 10))", "corr(X, G; s=2, k=(3, 3))")),
    "dilation": (nn.Conv2d(2, 3, 3, dilation=2, bias=False), ("N", 2, 7, 9),
                 ("conv(X, W; d=2)", "convᵀ(G, W; d=2)", "corr(X, G; d=2)")),
    "stride and dilation": (
        nn.Conv1d(2, 3, 3, stride=2, dilation=3, bias=False), ("N", 2, 13),
        ("conv(X, W; s=2, d=3)", "convᵀ(G, W; s=2, d=3)", "corr(X, G; s=2, d=3)")),
    "groups": (nn.Conv2d(4, 6, 3, groups=2, bias=False), ("N", 4, 5, 6),
               ("conv(X, W; g=2)", "convᵀ(G, W; g=2)", "corr(X, G; g=2)")),
    "depthwise": (nn.Conv2d(3, 3, 2, groups=3, bias=False), ("N", 3, 5, 6),
                  ("conv(X, W; g=3)", "convᵀ(G, W; g=3)", "corr(X, G; g=3)")),
    "one channel": (nn.Conv2d(1, 1, 2, bias=False), ("N", 1, 5, 6),
                    ("conv(X, W)", "convᵀ(G, W)", "corr(X, G)")),
    "3-d": (nn.Conv3d(2, 3, 2, bias=False), ("N", 2, 3, 4, 5),
            ("conv(X, W)", "convᵀ(G, W)", "corr(X, G)")),
    "axes of their own": (
        nn.Conv2d(2, 3, (3, 5), stride=(1, 2), padding=(1, 2), bias=False), ("N", 2, 4, 7),
        ("conv(X, W; s=(1, 2), p=(1, 2))", "convᵀ(G, W; s=(1, 2), p=(1, 2))",
         "corr(X, G; s=(1, 2), p=(1, 2))")),
    "transposed": (nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1), ("N", 2, 3, 4),
                   ("convᵀ(X, W, b; s=2, p=1)", "conv(G, W; s=2, p=1)", "corr(G, X; s=2, p=1)")),
}  # fmt: skip

POOLS: dict[str, Case] = {
    "average": (nn.AvgPool2d(2), ("N", 3, 4, 6),
                ("avgpool(X; k=(2, 2))", "1/4 upsample(G; k=(2, 2))")),
    "average, overlapping": (
        nn.AvgPool2d(3, 2, 1), ("N", 2, 5, 7),
        ("avgpool(X; k=(3, 3), s=2, p=1)", "avgunpool(G; k=(3, 3), s=2, p=1)")),
    "average with a rest": (nn.AvgPool1d(2), ("N", 3, 7),
                            ("avgpool(X; k=2)", "avgunpool(G; k=2, n=7)")),
    "average of one axis": (nn.AvgPool2d((1, 2)), ("N", 3, 4, 6),
                            ("avgpool(X; k=(1, 2))", "1/2 upsample(G; k=(1, 2))")),
    "maximum": (nn.MaxPool2d(2), ("N", 3, 4, 6),
                ("maxpool(X; k=(2, 2))", "maxunpool(G, X; k=(2, 2))")),
    "maximum, overlapping": (
        nn.MaxPool2d(3, 2, 1), ("N", 2, 5, 7),
        ("maxpool(X; k=(3, 3), s=2, p=1)", "maxunpool(G, X; k=(3, 3), s=2, p=1)")),
    "maximum with a rest": (nn.MaxPool1d(3), ("N", 2, 8),
                            ("maxpool(X; k=3)", "maxunpool(G, X; k=3)")),
    "maximum, dilated": (nn.MaxPool1d(2, 1, dilation=2), ("N", 2, 7),
                         ("maxpool(X; k=2, s=1, d=2)", "maxunpool(G, X; k=2, s=1, d=2)")),
    "upsampling": (nn.Upsample(scale_factor=2), ("N", 2, "H", "V"),
                   ("upsample(X; k=(2, 2))", "4 avgpool(G; k=(2, 2))")),
}  # fmt: skip


def printed(layer: Any, shape: tuple[Any, ...]) -> list[str]:
    """The forward form and the gradients, each compared with its numbers at two draws."""
    x = sn.tensor("X", shape)
    y = layer(x)
    g = sn.tensor("G", y.shape)
    weights = layer.parameters()[:1]
    d = sn.derive(np.sum(y * g), wrt=[x, *weights])
    calls = [y.call, *(d.gradients[w].call for w in (x, *weights))]
    nodes = [opened([call])[call] for call in calls]
    texts = [agree(n, matrix_form(n)) for n in nodes]
    return [re.sub(r"_conv(t|_transpose)?\b", "", text) for text in texts]


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_and_their_gradients_print_by_name(name: str) -> None:
    layer, shape, wanted = CONVOLUTIONS[name]
    assert tuple(printed(layer, shape)) == wanted


@pytest.mark.parametrize("name", POOLS)
def test_pools_and_their_gradients_print_by_name(name: str) -> None:
    layer, shape, wanted = POOLS[name]
    assert tuple(printed(layer, shape)) == wanted


def test_a_layer_called_conv_leaves_the_transposed_convolution_its_name() -> None:
    layer = nn.Conv2d(2, 3, 3, padding=1, bias=False)
    x = sn.tensor("X", ("N", 2, "H", "V"))
    d = sn.derive(np.sum(layer(x) ** 2), wrt=[x, *layer.parameters()])
    assert "convᵀ(conv, W_conv; p=1)" in d.text()
    assert d.check().passed
