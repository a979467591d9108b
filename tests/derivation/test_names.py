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
