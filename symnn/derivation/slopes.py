"""Jacobians and Hessians held to numbers: slopes of a value along random directions.

The derived array, evaluated on the inputs with everything opened, is contracted with a direction
of the wanted tensor; the program itself gives the same slope by a central difference of fourth
order, everything downstream recomputed. Law: a wrong entry shows at every draw, since every entry
of a direction is random.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symnn.core.errors import CheckError
from symnn.core.node import Node
from symnn.derivation.bench import relative
from symnn.derivation.definitions import Program, direct_leaves
from symnn.derivation.draws import STEP, draw_sizes, draw_values, symbols_of
from symnn.derivation.program import trace
from symnn.lang.binding import conditions_of
from symnn.lang.call import opened
from symnn.lang.tensor import Tensor
from symnn.oracle import Array, interpret

LIMIT = 1e-5  # a difference of a gradient: noise of 1e-16 over a step of 2e-5, times its size


def jacobian_error(
    value: Tensor, wrt: Tensor, jacobian: Tensor, *, draws: int = 3, seed: int = 0
) -> float | None:
    """The largest relative deviation of a Jacobian from differences; None at kinks only.

    Args:
        value: what was differentiated; a gradient, for a Hessian.
        wrt: the tensor, an input or a named value.
        jacobian: axes of `value`, then of `wrt`.
        draws: random sizes and values.
        seed: same seed, same draws.

    Raises:
        CheckError: it deviates by more than `LIMIT`.

    >>> from symnn.derivation.products import jacobian
    >>> from symnn.lang.tensor import tensor
    >>> A, x = tensor("A", ("m", "n")), tensor("x", ("n",))
    >>> jacobian_error(A @ x, x, jacobian(A @ x, x)) < 1e-8
    True
    """
    program = trace(value.call, [wrt.call], output_name="y")
    roots = [value.call, jacobian.call]
    expressions = opened(roots)
    inputs = [c.port for c in program.inputs]
    conditions = conditions_of(roots)
    rng = np.random.default_rng(seed)
    errors = []
    for _ in range(draws):
        sizes = draw_sizes(symbols_of([*inputs, *expressions.values()]), conditions, rng)
        values, smooth = draw_values(inputs, [expressions[value.call]], sizes, rng)
        if smooth:
            derived = interpret([expressions[jacobian.call]], values, sizes)[0]
            errors.append(_Downstream(program, wrt, values, sizes).error(derived, rng))
    if errors and max(errors) > LIMIT:
        raise CheckError(
            f"the derivative of {value.call.path} in {wrt.call.path} deviates by "
            f"{max(errors):.1e} from differences"
        )
    return max(errors) if errors else None


class _Downstream:
    """The output as a function of a change of the wanted value."""

    def __init__(
        self, program: Program, wrt: Tensor, values: dict[Node, Array], sizes: dict[object, int]
    ) -> None:
        self.program, self.leaf, self.sizes = program, wrt.call.port, sizes
        self.values = dict(values)
        for b in program.bindings:
            self.values[b.leaf] = interpret([b.definition], self.values, sizes)[0]  # type: ignore[arg-type]
        self.start = np.asarray(self.values[self.leaf], dtype=float)

    def error(self, derived: Array, rng: np.random.Generator) -> float:
        """The relative deviation of a Jacobian along a random direction."""
        way = rng.normal(size=self.start.shape)
        found = np.tensordot(derived, way, axes=way.ndim) if way.ndim else derived * way
        return relative(found, _slope(lambda s: self(s * way)))

    def __call__(self, change: Array) -> Array:
        values = dict(self.values)
        values[self.leaf] = self.start + change
        moved: set[Node] = {self.leaf}
        for b in self.program.bindings:
            if b.leaf is self.leaf or not any(x in moved for x in direct_leaves(b.definition)):
                continue
            values[b.leaf] = interpret([b.definition], values, self.sizes)[0]  # type: ignore[arg-type]
            moved.add(b.leaf)
        return np.asarray(values[self.program.output.leaf])


def _slope(f: Callable[[float], Array]) -> Array:
    h = STEP * 10
    near, far = f(h) - f(-h), f(2 * h) - f(-2 * h)
    return np.asarray((8 * near - far) / (12 * h))
