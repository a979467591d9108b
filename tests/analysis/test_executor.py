"""The closed forms count what the counting executor does, and that computes the right values."""

from __future__ import annotations

import numpy as np
import pytest

from symnn import nn
from symnn.analysis.costs import cost_of
from symnn.analysis.executor import counted
from symnn.analysis.graph import is_alias, is_view
from symnn.lang.call import below
from symnn.lang.tensor import Tensor, tensor
from symnn.oracle import interpret


def operations(value: Tensor) -> list:
    calls = below([value.call])
    return [c for c in calls if not c.is_leaf and not is_alias(c) and c.op != "number"]


CASES = {
    "dense": lambda: nn.Linear(5, 3, activation="relu")(tensor("x", (2, 5))),
    "conv": lambda: nn.Conv2d(2, 3, 3, padding=1)(tensor("x", (2, 2, 5, 4))),
    "conv stride": lambda: nn.Conv2d(2, 4, 3, 2, (1, 0), (1, 2))(tensor("x", (1, 2, 6, 7))),
    "conv pair": lambda: nn.Conv1d(2, 3, 4, padding=[(2, 1)])(tensor("x", (2, 2, 5))),
    "conv grouped": lambda: nn.Conv2d(4, 6, 2, groups=2)(tensor("x", (1, 4, 4, 3))),
    "depthwise": lambda: nn.Conv2d(3, 3, 3, padding=1, groups=3)(tensor("x", (1, 3, 4, 4))),
    "channels last": lambda: nn.Conv2d(2, 3, 2, channels="last")(tensor("x", (4, 5, 2))),
    "transpose": lambda: nn.ConvTranspose2d(2, 3, 3, 2, 1)(tensor("x", (1, 2, 3, 3))),
    "transpose grouped": lambda: nn.ConvTranspose1d(4, 4, 2, 2, groups=2)(tensor("x", (1, 4, 3))),
    "max pool": lambda: nn.MaxPool2d(3, 2, 1)(tensor("x", (1, 2, 6, 5))),
    "avg pool": lambda: nn.AvgPool2d(2)(tensor("x", (1, 2, 4, 4))),
    "avg pool padded": lambda: nn.AvgPool1d(3, 2, 1, count_include_pad=False)(
        tensor("x", (1, 2, 6))
    ),
    "adaptive": lambda: nn.AdaptiveAvgPool1d(3)(tensor("x", (1, 2, 7))),
    "adaptive max": lambda: nn.AdaptiveMaxPool1d(3)(tensor("x", (1, 2, 7))),
    "softmax": lambda: nn.Softmax()(tensor("x", (3, 4))),
    "log softmax": lambda: nn.LogSoftmax()(tensor("x", (3, 4))),
    "gelu": lambda: nn.GELU()(tensor("x", (3, 4))),
    "silu": lambda: nn.SiLU()(tensor("x", (3, 4))),
    "layer norm": lambda: nn.LayerNorm(4)(tensor("x", (3, 4))),
    "rms norm": lambda: nn.RMSNorm(4)(tensor("x", (3, 4))),
    "batch norm": lambda: nn.BatchNorm2d(2)(tensor("x", (2, 2, 3, 2))),
    "group norm": lambda: nn.GroupNorm(2, 4)(tensor("x", (2, 4, 3))),
    "attention": lambda: nn.SelfAttention(4, 3)(tensor("x", (5, 4))),
    "causal attention": lambda: nn.SelfAttention(4, 3, causal=True)(tensor("x", (5, 4))),
    "heads": lambda: nn.MultiHeadAttention(4, 2)(tensor("x", (1, 3, 4))),
    "upsample": lambda: nn.Upsample(2)(tensor("x", (1, 2, 3, 2))),
    "concat": lambda: nn.Concat(nn.Conv1d(2, 3, 1), nn.Identity())(tensor("x", (1, 2, 3))),
    "lstm": lambda: nn.LSTM(2, 3)(tensor("x", (1, 2, 2))),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("padding", [True, False])
def test_closed_forms_equal_the_counting_executor(name: str, padding: bool) -> None:
    rng = np.random.default_rng(0)
    for call in operations(CASES[name]()):
        values = {a.port: rng.uniform(0.5, 2.0, a.port.sizes) for a in call.args}
        value, counts = counted(call.body, values, padding=padding)
        closed = cost_of([call.body], padding=padding).counter
        closed.pop("bias", None)
        if is_view(call):
            assert not closed, call
        assert counts == closed, f"{name}: {call}: executed {counts}, closed form {closed}"
        np.testing.assert_allclose(value, interpret([call.body], values, {})[0], atol=1e-12)
