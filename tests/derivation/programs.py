"""Random NumPy programs over symbolic sizes, each operation spelled in several ways."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

import symnn as sn

Shape = tuple[str, ...]
SHAPES: dict[str, Shape] = {
    "x": ("n",), "y": ("n",), "w": ("m",), "A": ("n", "m"), "B": ("m", "n"), "C": ("n", "n"),
    "s": (),
}  # fmt: skip


class ProgramMaker:
    """Writes one random scalar program; same seed, same program."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.leaves = {
            k: (sn.parameter if k in "xwA" else sn.tensor)(k, shape) for k, shape in SHAPES.items()
        }
        self.count = 0

    def loss(self) -> Any:
        """A scalar that depends on at least one parameter."""
        while True:
            value = self.expr(self.rng.choice([("n",), ("m",), ("n", "m"), ("n", "n")]), 3)
            value = self.rng.choice([np.sum, np.mean])(
                value**2 if self.rng.random() < 0.5 else value
            )
            if any(c.op == "parameter" for c in _calls(value)):
                return value

    def expr(self, shape: Shape, depth: int) -> Any:
        """A random expression of the shape."""
        if depth == 0:
            return self.leaf(shape)
        options: list[Callable[[Shape, int], Any]] = [
            self.unary, self.unary, self.binary, self.binary, self.contraction, self.normalised,
        ]  # fmt: skip
        if len(shape) == 2:
            options += [self.outer, self.turned]
        if shape:
            options.append(self.softmax)
        value = self.rng.choice(options)(shape, depth)
        if self.rng.random() < 0.15:
            self.count += 1
            value = sn.named(f"v{self.count}", value)
        return value

    def leaf(self, shape: Shape) -> Any:
        fitting = [k for k, s in SHAPES.items() if s == shape]
        if fitting:
            return self.leaves[self.rng.choice(fitting)]
        return np.outer(self.leaves["w"], self.leaves["w"])

    def unary(self, shape: Shape, depth: int) -> Any:
        u = self.expr(shape, depth - 1)
        return self.rng.choice([
            lambda: np.tanh(u), lambda: 1 / (1 + np.exp(-u)), lambda: sn.sigmoid(u),
            lambda: np.sin(u), lambda: np.log(1 + np.exp(u)), lambda: np.maximum(u, 0),
            lambda: np.abs(u), lambda: u**2, lambda: np.square(u) * u, lambda: -u,
            lambda: np.exp(np.tanh(u)), lambda: np.where(u > 0, u, 0.1 * u), lambda: u / 3,
            lambda: np.log(1 + u * u), lambda: np.sqrt(1 + u**2), lambda: np.clip(u, -0.5, 0.5),
        ])()  # fmt: skip

    def binary(self, shape: Shape, depth: int) -> Any:
        u, v = self.expr(shape, depth - 1), self.expr(self.part(shape), depth - 1)
        return self.rng.choice([
            lambda: u + v, lambda: v - u, lambda: u * v, lambda: np.multiply(v, u),
            lambda: u / (1 + v**2), lambda: np.divide(u, 2 + np.tanh(v)),
            lambda: np.subtract(u, v), lambda: 2 * u - v / 2,
        ])()  # fmt: skip

    def part(self, shape: Shape) -> Shape:
        """The shape, or one that broadcasts to it."""
        return self.rng.choice([shape, shape, shape[1:], ()])

    def contraction(self, shape: Shape, depth: int) -> Any:
        inner = self.rng.choice(["n", "m"])
        if not shape:
            return self.expr((inner,), depth - 1) @ self.expr((inner,), depth - 1)
        if len(shape) == 1:
            a = self.expr((shape[0], inner), depth - 1)
            v = self.expr((inner,), depth - 1)
            return self.rng.choice([
                lambda: a @ v, lambda: np.sum(a * v, axis=1), lambda: np.einsum("ij,j->i", a, v),
            ])()  # fmt: skip
        a, b = self.expr((shape[0], inner), depth - 1), self.expr((inner, shape[1]), depth - 1)
        return self.rng.choice([lambda: a @ b, lambda: np.einsum("ik,kj->ij", a, b)])()

    def normalised(self, shape: Shape, depth: int) -> Any:
        u = self.expr(shape, depth - 1)
        if not shape:
            return u
        axis = self.rng.randrange(len(shape))
        return self.rng.choice([
            lambda: u - np.mean(u, axis=axis, keepdims=True),
            lambda: u / np.sqrt(np.sum(u**2, axis=axis, keepdims=True) + 1),
            lambda: (u - u.mean(axis=axis, keepdims=True))
            / np.sqrt(np.var(u, axis=axis, keepdims=True) + 1),
            lambda: u - np.max(u, axis=axis, keepdims=True),
        ])()  # fmt: skip

    def softmax(self, shape: Shape, depth: int) -> Any:
        u = self.expr(shape, depth - 1)
        axis = self.rng.randrange(len(shape))
        e = np.exp(u)
        shifted = np.exp(u - np.max(u, axis=axis, keepdims=True))
        return self.rng.choice([
            lambda: sn.softmax(u, axis=axis),
            lambda: e / np.sum(e, axis=axis, keepdims=True),
            lambda: shifted / shifted.sum(axis=axis, keepdims=True),
            lambda: np.divide(e, np.expand_dims(np.sum(e, axis=axis), axis)),
            lambda: e * (1 / np.sum(e, axis=axis, keepdims=True)),
        ])()  # fmt: skip

    def outer(self, shape: Shape, depth: int) -> Any:
        u, v = self.expr((shape[0],), depth - 1), self.expr((shape[1],), depth - 1)
        return self.rng.choice([
            lambda: np.outer(u, v), lambda: u[:, None] * v, lambda: u[:, None] + v[None, :],
        ])()  # fmt: skip

    def turned(self, shape: Shape, depth: int) -> Any:
        return self.expr((shape[1], shape[0]), depth - 1).T


def _calls(value: Any) -> list[Any]:
    from symnn.lang.call import below

    return below([value.call])
