"""Exactly, once per rule: SymPy differentiates the loss written out in scalars."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.core.node import Leaf
from symnn.derivation.exact import exact_error
from symnn.lang.call import opened

from .problems import PROBLEMS, Problem

NAMES = [
    "linear_layer_weights", "sigmoid_squared_weights", "tanh_squared", "softplus_squared",
    "gelu_squared", "relu_squared", "absolute_error", "logistic_regression", "hinge",
    "frobenius_norm", "skip_input", "huber", "skip_delta", "attention_queries",
    "trace_of_product", "tied_weights", "log_sum_exp", "exponential_loss", "quadratic_form",
]  # fmt: skip


def exact(loss: sn.Tensor, wrt: sn.Tensor) -> float:
    d = sn.derive(loss, wrt=wrt)
    gradient = d.gradients[wrt]
    expressions = opened([loss.call, gradient.call])
    leaves = [c.port for c in d.program.inputs]
    assert not any(x.facts for x in leaves), "the ambient gradient is checked with facts off"
    found = {wrt.call.port: expressions[gradient.call]}
    return exact_error(expressions[loss.call], found, leaves, _small(leaves))


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if p.name in NAMES], ids=lambda p: p.name)
def test_gradient_is_exact_at_forty_digits(problem: Problem) -> None:
    loss, wrt = problem.build()
    if not wrt.call.is_leaf:
        wrt = next(t for t in sn.derive(loss).wrt)
    assert exact(loss, wrt) < 1e-35


def test_softmax_is_exact_at_forty_digits() -> None:
    z, y = sn.parameter("z", ("k",)), sn.tensor("y", ("k",))
    assert exact(np.sum((sn.softmax(z) - y) ** 2), z) < 1e-35
    assert exact(-np.sum(y * np.log(sn.softmax(z))), z) < 1e-35


def test_maximum_and_product_are_exact_at_forty_digits() -> None:
    x, y = sn.parameter("x", ("n", "m")), sn.tensor("y", ("n",))
    assert exact(np.sum(np.max(x, axis=1) * y), x) < 1e-35
    assert exact(np.sum(np.prod(x, axis=1) * y), x) < 1e-35


def _small(leaves: list[Leaf]) -> dict[object, int]:
    """Sizes 2 where that leaves at most 12 scalars, else 1 for the last ones."""
    symbols = sorted({s for x in leaves for s in x.sizes if not isinstance(s, int)}, key=str)
    sizes = dict.fromkeys(symbols, 2)
    for s in [*symbols[::-1], None]:
        count = sum(int(np.prod([sizes.get(t, t) for t in x.sizes])) for x in leaves)
        if count <= 12 or s is None:
            return sizes
        sizes[s] = 1
    return sizes
