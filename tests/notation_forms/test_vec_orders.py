"""Jacobians under both orders of vec: the printed matrix is the Jacobian, entries put so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnn as sn
from symnn.notation.evaluate import evaluate
from symnn.notation.parse import parse_text
from symnn.notation.tree import Sym

SHAPES = {"X": (3, 2), "M": (3, 2), "A": (4, 3), "B": (2, 5)}
FUNCTIONS = {
    "product": lambda x: x["X"] * x["M"],
    "product and itself": lambda x: x["X"] * x["M"] + x["X"],
    "square": lambda x: x["M"] * x["X"] ** 2,
    "both sides": lambda x: x["A"] @ x["X"] @ x["B"],
    "transpose": lambda x: x["X"].T,
    "gram": lambda x: x["X"].T @ x["X"],
}


@pytest.mark.parametrize("vec", ["rows", "columns"])
@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_printed_jacobian_is_the_jacobian(f: Callable, vec: str) -> None:
    tensors = {n: sn.tensor(n, shape) for n, shape in SHAPES.items()}
    jacobian = sn.jacobian(f(tensors), tensors["X"])
    rng = np.random.default_rng(5)
    arrays = {n: rng.normal(size=shape) for n, shape in SHAPES.items()}
    wanted = sn.evaluate(jacobian, {t: arrays[n] for n, t in tensors.items()})
    if vec == "columns":
        wanted = wanted.transpose(1, 0, 3, 2)
    rows = wanted.shape[0] * wanted.shape[1]
    text = jacobian.text(vec=vec, where=False)
    order = "C" if vec == "rows" else "F"
    found = evaluate(
        parse_text(text, [Sym(n) for n in SHAPES]), {Sym(n): a for n, a in arrays.items()}, {},
        functions={"vec": lambda a: np.reshape(a, (-1, 1), order=order)},
    )  # fmt: skip
    np.testing.assert_allclose(found, wanted.reshape(rows, -1), rtol=1e-12, atol=1e-12)
