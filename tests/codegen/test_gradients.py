"""Gradients for code equal the derived ones; derived ones compile; refusals are clear."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.core.errors import DomainError, ShapeError, UnknownNameError
from tests.codegen.nets import NETS


def _values(tensors: tuple[sn.Tensor, ...]) -> dict[sn.Tensor, np.ndarray]:
    rng = np.random.default_rng(0)
    sizes: dict[str, int] = {}
    result = {}
    for t in tensors:
        shape = [
            s if isinstance(s, int) else sizes.setdefault(str(s), 3 + len(sizes)) for s in t.sizes
        ]
        result[t] = rng.integers(0, 10, shape) if t.is_integer else rng.normal(size=shape)
    return result


@pytest.mark.parametrize("name", NETS)
def test_gradients_for_code_are_the_derived_ones(name: str) -> None:
    loss, wrt = NETS[name]()
    mine, derived = gradients(loss, wrt), sn.derive(loss, wrt=wrt).gradients
    f = compile([*mine.values(), *(derived[w] for w in wrt)])
    results = f(_values(f.inputs))
    for k in range(len(wrt)):
        assert np.allclose(results[k], results[k + len(wrt)], 1e-11, 1e-12)


def test_a_second_gradient_goes_through_the_first() -> None:
    w = sn.parameter("w", ("n",))
    first = gradients(np.sum(np.tanh(w) ** 2), [w])[w]
    second = gradients(np.sum(first**2), [w])[w]
    at = np.array([0.3, -0.5])
    h = 1e-5
    f = compile(np.sum(first**2))
    slopes = [(f(w=at + h * e) - f(w=at - h * e)) / (2 * h) for e in np.eye(2)]
    assert np.allclose(compile(second)(w=at), slopes, 1e-8)


def test_a_parameter_without_influence_has_gradient_0() -> None:
    w, v = sn.parameter("w", ("n",)), sn.parameter("v", ("n",))
    loss = np.sum(w**2) + np.sum(np.sign(v))
    assert compile(gradients(loss, [v])[v])(v=[1.0, 2.0]).tolist() == [0, 0]


def test_refusals() -> None:
    x, t = sn.tensor("x", ("n",)), sn.tensor("t", ("m",), dtype=int, below="n")
    with pytest.raises(ShapeError, match="expected: a scalar loss"):
        gradients(x * 2, [x])
    with pytest.raises(DomainError, match="holds integers"):
        gradients(np.sum(x[t]), [t])
    with pytest.raises(UnknownNameError, match="does not depend on y"):
        gradients(np.sum(x), [sn.tensor("y", ())])
