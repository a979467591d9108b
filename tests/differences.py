"""Gradients against central differences: order 1 of NumPy's own function, order 2 of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.facts import READER, STRUCTURE
from symnn.core.node import Leaf
from symnn.lang.binding import bind_sizes, leaf_calls
from symnn.lang.call import opened
from symnn.lang.tensor import Tensor
from symnn.oracle import interpret

STEP = 1e-5
TOLERANCE = 1e-6  # float64, central differences of smooth functions of order 1


def differences(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """d f / d x by central differences; axes of f, then of x."""
    columns = []
    for k in range(x.size):
        up, down = x.astype(float).copy(), x.astype(float).copy()
        up.flat[k] += STEP
        down.flat[k] -= STEP
        columns.append((np.asarray(f(up)) - np.asarray(f(down))) / (2 * STEP))
    return np.stack(columns, -1).reshape((*columns[0].shape, *x.shape))


def close(a: np.ndarray, b: np.ndarray, tolerance: float = TOLERANCE) -> bool:
    """Relative error at most the tolerance, of the largest entry."""
    assert a.shape == b.shape, (a.shape, b.shape)
    a, b = np.asarray(a), np.asarray(b)
    scale = max(1.0, float(np.max(np.abs(b), initial=0.0)))
    return bool(np.max(np.abs(a - b), initial=0.0) <= tolerance * scale)


def check_gradients(
    value: Tensor,
    numbers: dict[Tensor, Any],
    function: Callable[..., Any] | None,
    *,
    order: int = 2,
    tolerance: float = TOLERANCE,
) -> None:
    """Reverse mode against differences, for both policies at order 1, and at order 2."""
    root = opened([value.call])[value.call]
    arrays = {t.call: np.asarray(a) for t, a in numbers.items()}
    known = {t.call.port: np.asarray(a) for t, a in numbers.items()}
    sizes = bind_sizes({c: a for c, a in arrays.items() if c in leaf_calls([value.call])})
    result = interpret([root], known, sizes)[0]
    seed = Leaf("seed", root.sizes)
    known[seed] = np.random.default_rng(5).normal(size=result.shape)
    wrt = [t.call.port for t in numbers if not t.is_integer]
    gradients = {}
    for policy in (STRUCTURE, READER):
        gradients = reverse(root, seed, wrt, policy=policy)
        for leaf in wrt:
            if leaf in gradients:
                got = interpret([gradients[leaf]], known, sizes)[0]
                wanted = _first_order(root, seed, leaf, known, sizes, numbers, function)
                assert close(got, wanted, tolerance), (leaf, policy, got, wanted)
    if order > 1:
        for leaf, gradient in gradients.items():
            _second_order(leaf, gradient, wrt, known, sizes, tolerance)


def _first_order(root, seed, leaf, known, sizes, numbers, function):  # type: ignore[no-untyped-def]
    def value(x: np.ndarray) -> np.ndarray:
        if function is None:
            return np.sum(known[seed] * interpret([root], {**known, leaf: x}, sizes)[0])
        args = [x if t.call.port is leaf else np.asarray(a) for t, a in numbers.items()]
        return np.sum(known[seed] * function(*args))

    return differences(value, known[leaf])


def _second_order(leaf, gradient, wrt, known, sizes, tolerance):  # type: ignore[no-untyped-def]
    found = reverse(gradient, delta(gradient.sizes), wrt, lead=gradient.rank)
    for other in wrt:

        def slope(x: np.ndarray, other: Leaf = other) -> np.ndarray:
            return interpret([gradient], {**known, other: x}, sizes)[0]

        wanted = differences(slope, known[other])
        if other not in found:
            assert close(np.zeros_like(wanted), wanted, tolerance), (leaf, other, "missing")
            continue
        got = interpret([found[other]], known, sizes)[0]
        assert close(got, wanted, tolerance), (leaf, other, got, wanted)
