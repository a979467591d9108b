"""Parts of arrays by ranges, `W_{p+1:2p,:}`: values, sources, and every line checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import ShapeError
from symnn.notation import tree as t
from symnn.notation.evaluate import evaluate
from symnn.notation.latex import to_latex
from symnn.notation.numpy_source import to_numpy_expression
from symnn.notation.parse import parse_text
from symnn.notation.typst import to_typst

x, W, n, p = (t.Sym(c) for c in "xWnp")
VALUES = {x: np.arange(7.0), W: np.arange(24.0).reshape(8, 3)}
SIZES = {"n": 7, "p": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x_{2:n}", VALUES[x][1:]),
        ("x_{1:2:n}", VALUES[x][::2]),
        ("x_{2:2:6}", VALUES[x][1:6:2]),
        ("W_{p + 1:2 p,:}", VALUES[W][2:4]),
        ("W_{2:3,2:3}ᵀ", VALUES[W][1:3, 1:3].T),
        ("(2 W)_{p + 1:2 p,3}", 2 * VALUES[W][2:4, 2]),
    ],
)
def test_values_of_ranges(text, value):
    assert np.array_equal(evaluate(parse_text(text, [x, W, n, p]), VALUES, SIZES), value)


def test_a_range_that_ends_outside_is_an_error():
    with pytest.raises(ShapeError, match="an end up to 7"):
        evaluate(parse_text("x_{2:8}", [x]), VALUES, SIZES)


def squares_of_differences() -> tuple[sn.Tensor, list[sn.Tensor]]:
    z = sn.tensor("z", ("n",))
    return np.sum((z[1:] - z[:-1]) ** 2), [z]


def every_other() -> tuple[sn.Tensor, list[sn.Tensor]]:
    z = sn.tensor("z", ("n",))
    return np.sum(z[::2] ** 2), [z]


def packed() -> tuple[sn.Tensor, list[sn.Tensor]]:
    p = sn.sizes("p")
    W, v = sn.parameter("W", (4 * p, "n")), sn.tensor("v", ("n",))
    return np.sum((sn.named("W_f", W[p : 2 * p]) @ v) ** 2), [W]


@pytest.mark.parametrize(
    ("build", "line"),
    [
        (squares_of_differences, "L = ‖z_{2:n} − z_{1:n − 1}‖²"),
        (every_other, "L = ‖z_{1:2:n}‖²"),
        (packed, "W_f = W_{p + 1:2 p,:}"),
    ],
)
def test_slices_are_written_as_ranges(build: Callable[[], tuple], line: str) -> None:
    loss, wrt = build()
    d = sn.derive(loss, wrt=wrt)
    assert any(f" {line}   " in row for row in d.text("all").splitlines())
    assert d.check(draws=2).passed


def test_ranges_in_the_other_targets():
    tree = parse_text("W_{p + 1:2 p,:}", [W, p])
    assert to_latex(tree) == "W_{p + 1:2 p,:}"
    assert to_typst(tree) == 'W_(p + 1":"2 p comma":")'
    assert to_numpy_expression(tree, {W: 2, p: 0}) == "W[p:2 * p, :]"
