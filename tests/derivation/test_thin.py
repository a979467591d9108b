"""Axes of size 1, slices under an inverse, recurrences without names: printed forms are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn

Shapes = tuple[tuple[Any, ...], ...]


def _decay(x: Any, start: Any, weight: Any = 0.5) -> Any:
    return sn.scan(lambda h, u: np.tanh(h * weight + u), start, x)


CASES: dict[str, tuple[Callable[..., Any], Shapes]] = {
    "column": (lambda w, s: np.sum(sn.named("u", w * np.tanh(s)) ** 2), (("n", 1), ("n", 1))),
    "cases of a column": (lambda s: np.sum(np.where(np.abs(s) < 1, s**2, s)), (("n", 1),)),
    "mean kept": (lambda a: np.sum(np.tan(np.mean(a, -1, keepdims=True)) * a), (("n", "n"),)),
    "diagonal of a row": (lambda r: 2 * np.sum(np.diagonal(r)), ((1, "n"),)),
    "1 × 1 inverse": (lambda r: np.linalg.inv(r @ r.T + np.eye(1))[0, 0], ((1, "n"),)),
    "1 × 1 log det": (lambda r: np.linalg.slogdet(r @ r.T + 2 * np.eye(1))[1], ((1, "n"),)),
    "1 × 1 det": (lambda r: np.linalg.det(r @ r.T + 2 * np.eye(1)), ((1, "n"),)),
    "inverse of slices": (lambda t: np.sum(np.linalg.inv(t[:, 1:] * t[:, :2] + 4 * np.eye(2))),
                          ((2, 3),)),
    "scan without names": (lambda x: np.sum(_decay(x, x) ** 2), (("n",),)),
    "scan of a scalar": (lambda h, x: np.sum(_decay(x, h) ** 2), ((), ("T",))),
    "scan of affine steps": (lambda w, h, x: np.sum(_decay(x, h, w) ** 2),
                             (("n",), ("n",), ("T", "n"))),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_printed_form_has_the_value_of_its_step(name: str) -> None:
    f, shapes = CASES[name]
    tensors = [sn.parameter("abc"[k], s) for k, s in enumerate(shapes)]
    assert sn.derive(f(*tensors), wrt=tensors).check(draws=2).passed


def test_jvp_where_every_path_is_zero() -> None:
    x, v = sn.tensor("x", (3,)), sn.tensor("v", (3,))
    moved = sn.jvp(np.sum(x - x) * x, x, v)
    assert not np.any(sn.evaluate(moved, {x: np.ones(3), v: np.ones(3)}))
