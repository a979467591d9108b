"""Symbols: a tensor and a size of one letter stay apart in print and when print is read back."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn


@pytest.mark.parametrize(
    ("name", "shape"), [("d", ("d",)), ("d", ("n", "d")), ("n", ("n", "d")), ("n", ())]
)
def test_a_tensor_named_like_a_size_is_told_from_it(name: str, shape: tuple[str, ...]) -> None:
    w, x = sn.parameter(name, shape), sn.tensor("X", ("n", "d"))
    d = sn.derive(np.mean(np.mean(x * w, axis=0) ** 2), wrt=w)
    assert d.check().passed  # the printed text, parsed again, included
    assert f"∇_{name}′(L)" in d.text()


def test_a_name_that_is_no_size_is_printed_as_it_is() -> None:
    w, x = sn.parameter("w", ("d",)), sn.tensor("X", ("n", "d"))
    assert sn.derive(np.sum(x @ w), wrt=w).text() == "∇_w(L) = Xᵀ 𝟏_n"


@pytest.mark.parametrize("named", [True, False])
def test_a_gradient_of_a_gradient_says_of_which_loss(named: bool) -> None:
    A, b, x = sn.parameter("A", ("p", "n")), sn.parameter("b", ("p",)), sn.tensor("x", ("n",))
    loss = np.sum(np.tanh(A @ x + b) ** 2)
    first = sn.derive(sn.named("J", loss) if named else loss, wrt=[A, b])
    penalty = np.sum(first.gradients[A] ** 2) + np.sum(first.gradients[b])
    second = sn.derive(sn.named("M", penalty) if named else penalty, wrt=A)
    text = second.text("main")
    assert f"∇_A({'J' if named else 'L′'}) = " in text
    assert f"∇_A({'M' if named else 'L'}) = " in text
    assert second.check(draws=2).passed
