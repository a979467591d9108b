"""Random NumPy programs: a list of calls that runs on arrays and on symbolic tensors alike.

The generator runs the program on numbers as it writes it, so that every call fits; sizes are
pairwise different, so that what fits by number fits by name (or is recorded as a condition).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

SIZES = {"n": 3, "m": 4, "p": 5}
LEAVES = [("n", "m"), ("m",), ("n",), ("m", "p"), ("p", "m"), ()]
Step = tuple[str, Callable[..., Any], tuple[int, ...]]
MOST_ENTRIES = 80

UNARY: dict[str, Callable[..., Any]] = {
    "tanh": np.tanh, "sin": np.sin, "exp tanh": lambda a: np.exp(np.tanh(a)),
    "square": np.square, "negative": lambda a: -a, "half": lambda a: a / 2,
    "shift": lambda a: 1 + a,
    "log1p of square": lambda a: np.log1p(a * a), "root": lambda a: np.sqrt(1 + a**2),
    "relu": lambda a: np.maximum(a, 0), "abs": np.abs, "inverse": lambda a: 1 / (1 + a**2),
    "arctan": np.arctan, "clip": lambda a: np.clip(a, -0.8, 0.9), "cube": lambda a: a**3,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "where": lambda a: np.where(a > 0.1, a, 0.3 * a),
    "transpose": lambda a: a.T, "ravel": lambda a: a.reshape(-1), "sum": np.sum,
    "mean": np.mean, "Gram": lambda a: a @ a.T, "trace": lambda a: np.trace(a @ a.T),
    "diag": lambda a: np.diag(a @ a.T), "power 1.5": lambda a: (1 + np.abs(a)) ** 1.5,
}  # fmt: skip
AXIS: dict[str, Callable[..., Any]] = {
    "sum axis": lambda a, k: a.sum(axis=k), "mean axis": lambda a, k: a.mean(axis=k, keepdims=True),
    "max axis": lambda a, k: np.max(a, axis=k), "var": lambda a, k: np.var(a, axis=k),
    "softmax": lambda a, k: np.exp(a) / np.exp(a).sum(axis=k, keepdims=True),
    "lse": lambda a, k: np.log(np.sum(np.exp(a), axis=k)),
    "norm": lambda a, k: np.sqrt(1 + (a**2).sum(axis=k, keepdims=True)),
    "prod": lambda a, k: np.prod(np.tanh(a), axis=k), "cumsum": lambda a, k: np.cumsum(a, axis=k),
    "flip": lambda a, k: np.flip(a, axis=k), "roll": lambda a, k: np.roll(a, 1, axis=k),
    "centre": lambda a, k: a - a.mean(axis=k, keepdims=True), "expand": np.expand_dims,
    "drop first": lambda a, k: np.moveaxis(np.moveaxis(a, k, 0)[1:], 0, k),
    "drop last": lambda a, k: np.moveaxis(np.moveaxis(a, k, 0)[:-1], 0, k),
    "first": lambda a, k: np.moveaxis(a, k, 0)[0], "last": lambda a, k: np.moveaxis(a, k, 0)[-1],
    "pad": lambda a, k: np.pad(a, [(1, 0) if j == k else (0, 0) for j in range(a.ndim)]),
}  # fmt: skip
BINARY: dict[str, Callable[..., Any]] = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply,
    "divide": lambda a, b: a / (1 + b**2), "maximum": np.maximum, "minimum": np.minimum,
    "matmul": np.matmul, "dot": np.dot, "outer": lambda a, b: a[..., None] * b,
    "inner": np.inner, "where2": lambda a, b: np.where(a > b, a, b * 0.5),
    "concatenate": lambda a, b: np.concatenate([a, b]),
    "einsum": lambda a, b: np.einsum("ij,kj->ik", a, b), "kron": np.kron,
}  # fmt: skip


class Program:
    """Leaves and steps; `run` gives the value of the last step."""

    def __init__(self, seed: int, length: int = 7) -> None:
        rng = random.Random(seed)
        numbers = np.random.default_rng(seed)
        self.shapes = [rng.choice(LEAVES) for _ in range(rng.randint(2, 3))]
        self.arrays = [numbers.uniform(-1.2, 1.2, [SIZES[s] for s in x]) for x in self.shapes]
        self.steps: list[Step] = []
        pool: list[Any] = list(self.arrays)
        for _ in range(40 * length):
            if len(self.steps) == length:
                break
            self._try(rng, pool)

    def _try(self, rng: random.Random, pool: list[Any]) -> None:
        name, function, arity = self._choose(rng)
        chosen = tuple(
            rng.randrange(len(pool)) if rng.random() < 0.4 else len(pool) - 1 for _ in range(arity)
        )
        if name in AXIS:
            if not pool[chosen[0]].ndim:
                return
            axis = rng.randrange(pool[chosen[0]].ndim)
            function = _fixed(function, axis)
            name = f"{name} {axis}"
        try:
            value = np.asarray(function(*(pool[k] for k in chosen)))
        except (TypeError, ValueError, IndexError, np.exceptions.AxisError):
            return
        if not 0 < value.size <= MOST_ENTRIES or value.ndim > 3 or not np.all(np.isfinite(value)):
            return
        self._add(pool, (name, function, chosen), value)
        if np.max(np.abs(value)) > 3:
            self._add(pool, ("tanh", np.tanh, (len(pool) - 1,)), np.tanh(value))

    def _add(self, pool: list[Any], step: Step, value: Any) -> None:
        self.steps.append(step)
        pool.append(value)

    @staticmethod
    def _choose(rng: random.Random) -> tuple[str, Callable[..., Any], int]:
        table, arity = rng.choice([(UNARY, 1), (AXIS, 1), (BINARY, 2), (BINARY, 2)])
        name = rng.choice(list(table))
        return name, table[name], arity

    def run(self, *inputs: Any) -> Any:
        """The value of the last step."""
        pool = list(inputs)
        for _, function, chosen in self.steps:
            pool.append(function(*(pool[k] for k in chosen)))
        return pool[-1]

    def __repr__(self) -> str:
        lines = [f"{k}: {s}" for k, s in enumerate(self.shapes)]
        lines += [f"{len(lines) + k}: {name} {c}" for k, (name, _, c) in enumerate(self.steps)]
        return "\n".join(lines)


def _fixed(function: Callable[..., Any], axis: int) -> Callable[..., Any]:
    return lambda a: function(a, axis)
