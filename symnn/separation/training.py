"""The same network trained from the data by gradient descent, to compare with the construction.

Law: sigmoid units, cross-entropy, full batch, standardised inputs, seeded starts: the same seed
gives the same curves. The gradients are written out here (`p - y`, pulled back through the hidden
layer); the derived engine's compiled step replaces them once it is there, and a test compares this
gradient with central differences until then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symnn.separation.points import PointSet

_RATE = 2.0
_SPREAD = 2.0
_POINTS_OF_CURVE = 120

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Training:
    """What gradient descent reached.

    Attributes:
        epochs: steps of each start (full batch).
        losses: for each start, the loss at the epochs of `steps`.
        steps: the recorded epochs.
        right: for each start, points classified rightly at the end.
        points: number of points.
    """

    epochs: int
    losses: tuple[tuple[float, ...], ...]
    steps: tuple[int, ...]
    right: tuple[int, ...]
    points: int

    @property
    def success(self) -> int:
        """Count the starts that classify every point."""
        return sum(r == self.points for r in self.right)

    @property
    def best_loss(self) -> float:
        """Return the least final loss."""
        return min(curve[-1] for curve in self.losses)


def train_network(
    points: PointSet, hidden: int, *, seed: int = 0, restarts: int = 5, epochs: int = 3000
) -> Training:
    """Train `hidden` sigmoid units by gradient descent from several random starts.

    >>> from symnn.separation.points import points_of
    >>> done = train_network(points_of([(0,), (1,)], [0, 1]), 1, restarts=1, epochs=200)
    >>> done.right
    (2,)
    """
    x, y = _standardised(points), np.array(points.labels, dtype=float)
    random = np.random.default_rng(seed)
    steps = sorted({round(k) for k in np.geomspace(1, epochs, _POINTS_OF_CURVE)})
    curves, right = [], []
    for _ in range(restarts):
        weights = start_weights(random, x.shape[1], hidden)
        curve = []
        for epoch in range(1, epochs + 1):
            loss, gradient = loss_and_gradient(weights, x, y)
            weights = tuple(w - _RATE * g for w, g in zip(weights, gradient, strict=True))
            if epoch in steps:
                curve.append(loss)
        curves.append(tuple(curve))
        right.append(int(((_logits(weights, x)[1] > 0) == (y > 0)).sum()))
    return Training(epochs, tuple(curves), tuple(steps), tuple(right), len(points))


def start_weights(random: np.random.Generator, inputs: int, hidden: int) -> tuple[Array, ...]:
    """Draw W [k, d], b [k], v [k] and c [1] from a normal distribution."""
    shapes = ((hidden, inputs), (hidden,), (hidden,), (1,))
    return tuple(_SPREAD * random.standard_normal(shape) for shape in shapes)


def loss_and_gradient(
    weights: tuple[Array, ...], x: Array, y: Array
) -> tuple[float, tuple[Array, ...]]:
    """Return the mean cross-entropy and its gradients for W, b, v, c."""
    v = weights[2]
    h, logits = _logits(weights, x)
    loss = float(np.mean(np.logaddexp(0, logits) - y * logits))
    d_logits = (_sigmoid(logits) - y) / len(y)
    d_z = d_logits[:, None] * v * h * (1 - h)
    return loss, (d_z.T @ x, d_z.sum(axis=0), h.T @ d_logits, d_logits.sum(keepdims=True))


def _logits(weights: tuple[Array, ...], x: Array) -> tuple[Array, Array]:
    W, b, v, c = weights
    h = _sigmoid(x @ W.T + b)
    logits: Array = h @ v + c
    return h, logits


def _sigmoid(z: Array) -> Array:
    value: Array = 0.5 * (1 + np.tanh(0.5 * z))
    return value


def _standardised(points: PointSet) -> Array:
    x = np.array([[float(v) for v in row] for row in points.coordinates])
    spread = x.std(axis=0)
    scaled: Array = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled
