"""Data of the report's own making, the generated program run on it, and what it should reach.

Every number of the training section comes from here: closed-form optimum, largest stable step,
the fixed point of the per-sample cycle. Law: the program under test is called as any user would
call it, with arrays; nothing here knows its formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Parameters = tuple[Array, ...]
Epoch = Callable[[Any, float, Parameters], Parameters]
Loss = Callable[[Parameters], float]


@dataclass(frozen=True)
class Space:
    """The parameters as one vector: shapes, packing and unpacking."""

    shapes: tuple[tuple[int, ...], ...]

    @property
    def size(self) -> int:
        """Number of parameters."""
        return sum(int(np.prod(s)) for s in self.shapes)

    def pack(self, parameters: Parameters) -> Array:
        """One vector."""
        return np.concatenate([np.ravel(p) for p in parameters])

    def unpack(self, vector: Array) -> Parameters:
        """The arrays again."""
        found, at = [], 0
        for shape in self.shapes:
            count = int(np.prod(shape))
            found.append(vector[at : at + count].reshape(shape))
            at += count
        return tuple(found)


def losses(
    epoch: Epoch, loss: Loss, data: Any, rate: float, start: Parameters, epochs: int
) -> tuple[list[float], Parameters]:
    """The mean loss after 0, 1, ..., `epochs` passes of the program, and the last parameters."""
    parameters = start
    found = [loss(parameters)]
    for _ in range(epochs):
        parameters = epoch(data, rate, parameters)
        found.append(loss(parameters))
    return found, parameters


def affine_map(run: Callable[[Array], Array], size: int) -> tuple[Array, Array, float]:
    """Matrix, constant and deviation of a map, from its values at 0 and the unit vectors.

    The deviation is that of the affine map at a point which was not used: 0 up to rounding exactly
    when the map is affine.
    """
    constant = run(np.zeros(size))
    matrix = np.stack([run(unit) - constant for unit in np.eye(size)], axis=1)
    probe = np.cos(np.arange(size) + 1.0)
    expected = run(probe)
    deviation = float(np.max(np.abs(matrix @ probe + constant - expected)))
    return matrix, constant, deviation / max(1.0, float(np.max(np.abs(expected))))


def cycle_point(epoch: Epoch, data: Any, rate: float, space: Space) -> tuple[Array, float, float]:
    """Where the per-sample cycle settles: fixed point of one epoch, its spectral radius, deviation.

    For a quadratic loss one epoch is an affine map of the parameters, whatever the order of the
    examples; its fixed point solves one linear system.
    """
    matrix, constant, deviation = affine_map(
        lambda v: space.pack(epoch(data, rate, space.unpack(v))), space.size
    )
    radius = float(np.max(np.abs(np.linalg.eigvals(matrix))))
    point = np.linalg.solve(np.eye(space.size) - matrix, constant)
    return point, radius, deviation


def least_squares(loss: Loss, space: Space) -> tuple[Array, float]:
    """The exact minimum of a quadratic loss: solve H theta = -g, both read off loss values.

    Only values of the loss are used, so this is independent of every derived gradient.
    """
    size = space.size
    unit = np.eye(size)

    def value(vector: Array) -> float:
        return loss(space.unpack(vector))

    centre = value(np.zeros(size))
    plus = np.array([value(e) for e in unit])
    minus = np.array([value(-e) for e in unit])
    gradient = (plus - minus) / 2
    hessian = np.diag(plus + minus - 2 * centre)
    for i in range(size):
        for j in range(i):
            mixed = value(unit[i] + unit[j]) - plus[i] - plus[j] + centre
            hessian[i, j] = hessian[j, i] = mixed
    point = np.linalg.solve(hessian, -gradient)
    return point, value(point)


def growth(
    epoch: Epoch, loss: Loss, data: Any, rate: float, start: Parameters, steps: int, optimum: float
) -> list[float]:
    """The excess of the loss over its optimum after 0, 1, ... full-batch steps."""
    found, _ = losses(epoch, loss, data, rate, start, steps)
    return [max(f - optimum, 1e-300) for f in found]


def drawn(
    shapes: Mapping[str, tuple[int, ...]], samples: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Standard normal arrays, one leading axis of samples where `samples` is not 0."""
    lead = (samples,) if samples else ()
    return {name: rng.standard_normal((*lead, *shape)) for name, shape in shapes.items()}
