"""Losses that are drawn: a path, a graph with branches, skips and shared values, and odd names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

import symnn as sn
from symnn.derivation.derivation import Derivation
from symnn.drawing.canvas import Box, Canvas, Point


def layer() -> Derivation:
    n, p = sn.sizes("n p")
    W, b = sn.parameter("W", (p, n)), sn.parameter("b", (p,))
    x, y = sn.tensor("x", (n,)), sn.tensor("y", (p,))
    z = sn.named("z", W @ x + b, latex="z^{[1]}")
    y_hat = sn.named("y_hat", np.tanh(z), latex=r"\hat y")
    return sn.derive(np.sum((y_hat - y) ** 2))


def attention() -> Derivation:
    T, d, k, v = sn.sizes("T d k v")
    X, Y = sn.tensor("X", (T, d)), sn.tensor("Y", (T, v))
    Q = sn.named("Q", X @ sn.parameter("W_Q", (d, k)))
    K = sn.named("K", X @ sn.parameter("W_K", (d, k)))
    V = sn.named("V", X @ sn.parameter("W_V", (d, v)))
    A = sn.named("A", sn.softmax(sn.named("S", Q @ K.T / np.sqrt(k)), axis=-1))
    return sn.derive(np.sum((sn.named("Z", A @ V) - Y) ** 2))


def deep(count: int = 4, *, skip: bool = True) -> Derivation:
    n = sn.sizes("n")
    h = sn.tensor("x", (n,))
    for k in range(count):
        W = sn.parameter(f"W{k}", (n, n))
        new = sn.named(f"h{k}", np.tanh(sn.named(f"z{k}", W @ h)))
        h = sn.named(f"s{k}", new + h) if skip else new
    return sn.derive(np.sum(h * h))


def short() -> Derivation:
    """Not a path, and narrow enough to stay wide."""
    return deep(1)


LOSSES = {"layer": layer, "attention": attention, "deep": deep, "short": short}


def sampled(canvas: Canvas) -> Iterator[Point]:
    """Points on all lines of a canvas."""
    for operation in canvas.operations:
        if operation[0] == "path":
            points, curve = operation[1], operation[3]
            groups = range(0, len(points) - 1, 3 if curve else 1)
            for k in groups:
                for step in range(21):
                    yield _at(points[k : k + (4 if curve else 2)], step / 20)


def _at(points: tuple[Point, ...], u: float) -> Point:
    while len(points) > 1:
        points = tuple(
            ((1 - u) * a[0] + u * b[0], (1 - u) * a[1] + u * b[1]) for a, b in pairwise(points)
        )
    return points[0]


def holds(box: Box, point: Point, margin: float = 0.0) -> bool:
    x, y = point
    return box.x - margin < x < box.right + margin and box.y - margin < y < box.bottom + margin
