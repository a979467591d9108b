"""Messages of derive and its products, literally."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnn as sn


def message(action: Callable[[], object]) -> str:
    with pytest.raises(sn.SymnnError) as caught:
        action()
    return str(caught.value)


def net() -> tuple[sn.Tensor, sn.Tensor, sn.Tensor]:
    W, x = sn.parameter("W", ("p", "n")), sn.tensor("x", ("n",))
    return W, x, W @ x


def test_a_loss_that_is_no_scalar() -> None:
    W, _, z = net()
    assert message(lambda: sn.derive(z, wrt=W)) == (
        "ShapeError in derive\n  expected: a scalar loss\n  found: shape [p]\n"
        "  fix: sum or average it (np.sum, np.mean), or use sn.jacobian"
    )


def test_a_tensor_that_does_not_occur() -> None:
    _, _, z = net()
    other = sn.parameter("V", ("p",))
    assert message(lambda: sn.derive(np.sum(z), wrt=other)) == (
        "derive: the expression does not depend on V\n  expected: one of W, x\n"
        "  fix: differentiate in a tensor that it reads"
    )


def test_an_integer_wrt() -> None:
    E, t = sn.parameter("E", ("V", "d")), sn.tensor("t", ("T",), dtype=int, below="V")
    assert message(lambda: sn.derive(np.sum(E[t] ** 2), wrt=t)) == (
        "derive: t holds integers and has no derivative\n  expected: a float tensor\n"
        "  fix: leave it out of wrt"
    )


def test_no_parameter_at_all() -> None:
    x = sn.tensor("x", ("n",))
    assert message(lambda: sn.derive(np.sum(x))) == (
        "derive: there is no parameter to differentiate in\n"
        "  fix: name the tensors with wrt=, or make them with sn.parameter"
    )


def test_a_function_whose_wrt_has_no_shape() -> None:
    assert message(lambda: sn.derive(np.sum, wrt="W", x=("n",))) == (
        "derive: wrt names W, which has no shape\n  expected: one of x\n  fix: pass W=shape"
    )


def test_shapes_for_a_tensor() -> None:
    x = sn.tensor("x", ("n",))
    assert message(lambda: sn.derive(np.sum(x), wrt=x, y=("n",))) == (
        "derive: unexpected y\n"
        "  fix: shapes by name are for a function; a tensor already has its inputs"
    )


def test_an_unknown_gradient() -> None:
    W, x, z = net()
    d = sn.derive(np.sum(z**2), wrt=W)
    assert message(lambda: d.gradients[x]) == (
        "no gradient was derived for Tensor(x: [n])\n  expected: W\n  fix: add it to wrt"
    )


def test_an_unknown_depth() -> None:
    W, _, z = net()
    d = sn.derive(np.sum(z**2), wrt=W)
    assert message(lambda: d.text("deep")) == (
        "unknown depth 'deep'\n  there is: answers, layers, main, all"
    )


def test_a_vector_of_the_wrong_shape() -> None:
    W, x, z = net()
    assert message(lambda: sn.hvp(np.sum(z**2), W, x)) == (
        "ShapeError in hvp\n  expected: the shape of W, [p, n]\n  found: [n]\n"
        "  fix: give a vector of that shape"
    )
