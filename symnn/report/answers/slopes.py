"""A quick judge of many gradients: slopes along random directions, whole tensors at once.

Each gradient, evaluated by the oracle, is paired with a random direction and compared with a
central difference of fourth order of the loss as written. Law: one wrong entry shows with
probability 1, since every entry of a direction is random; a kink at a draw gives nan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symnn.core.scalars import Scalar, to_sympy
from symnn.lang.call import below
from symnn.lang.face import Tensor, evaluate

_STEP = 1e-4
LIMIT = 1e-6
Values = dict[str, np.ndarray]


def slope_error(
    loss: Tensor, gradients: Mapping[str, Tensor], rng: np.random.Generator,
    *, fixed: Mapping[str, Any] | None = None, draws: int = 2,
) -> float:  # fmt: skip
    """The largest relative deviation of a slope over all gradients and draws.

    Args:
        loss: a scalar.
        gradients: by the name of what they belong to.
        rng: of sizes, values and directions.
        fixed: values that are not drawn (positions, masks).
        draws: how often, sizes anew each time.
    """
    worst = 0.0
    names = list(gradients)
    for _ in range(draws):
        values = drawn([loss], rng, fixed or {})
        read = {c.name for g in gradients.values() for c in below([g.call]) if c.is_leaf}
        known = {k: v for k, v in values.items() if k in read}
        found = evaluate([gradients[n] for n in names], known)
        for name, gradient in zip(names, found, strict=True):
            way = rng.standard_normal(values[name].shape)
            expected = float(np.sum(np.asarray(gradient) * way))
            slope = _slope(loss, values, name, way)
            scale = max(abs(slope), float(np.linalg.norm(gradient)), 1e-3)
            worst = max(worst, abs(slope - expected) / scale)
    return worst


def _slope(loss: Tensor, values: Values, name: str, way: np.ndarray) -> float:
    def at(h: float) -> float:
        return float(evaluate(loss, {**values, name: values[name] + h * way}))

    near, far = at(_STEP) - at(-_STEP), at(2 * _STEP) - at(-2 * _STEP)
    return (8 * near - far) / (12 * _STEP)


def drawn(tensors: Sequence[Tensor], rng: np.random.Generator, fixed: Mapping[str, Any]) -> Values:
    """Random values for all leaves below some tensors, sizes drawn pairwise different."""
    leaves = [c for c in below([x.call for x in tensors]) if c.is_leaf and c.op in _DRAWN]
    free = [int(n) for n in rng.permutation(np.arange(2, 8))]
    sizes: dict[str, int] = {}
    values: Values = {}
    for call in leaves:
        shape = [_size(sizes, s, free) for s in call.port.sizes]
        value = rng.standard_normal(shape)
        if "simplex" in call.port.facts:
            value = np.exp(value) / np.sum(np.exp(value), axis=-1, keepdims=True)
        values[str(call.name)] = np.asarray(fixed.get(str(call.name), value))
    return values


_DRAWN = ("parameter", "input")


def _size(sizes: dict[str, int], size: Scalar, free: list[int]) -> int:
    """The number of a size; its symbols get a number when they are first met."""
    value = to_sympy(size)
    for symbol in sorted(value.free_symbols, key=str):
        if str(symbol) not in sizes:
            sizes[str(symbol)] = free.pop() if free else 3
    return int(value.subs({x: sizes[str(x)] for x in value.free_symbols}))
