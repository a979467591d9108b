"""Optimisers: update rules as equations on tensors.

An optimiser says which states it keeps for a parameter and what parameter and states become. The
rule is compiled with the gradient, so it is printed and run like any other equation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from symnn.core.errors import DomainError
from symnn.lang.arithmetic import add, multiply, subtract
from symnn.lang.tensor import Tensor, tensor


class Optimizer(Protocol):
    """What compile_step needs of an optimiser."""

    def states(self, parameter: Tensor) -> dict[str, Tensor]:
        """State tensors of a parameter, all 0 at the start."""

    def update(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The new parameter and the new states."""


@dataclass(frozen=True)
class SGD:
    """Stochastic gradient descent: `W <- W - lr * g`; with momentum `v <- momentum * v + g`,
    `W <- W - lr * v` (Polyak 1964, in the form of Sutskever et al. 2013).

    Attributes:
        lr: the learning rate, > 0.
        momentum: 0 <= momentum < 1.

    >>> SGD(0.1)
    SGD(lr=0.1, momentum=0.0)
    """

    lr: float = 0.1
    momentum: float = 0.0

    def __post_init__(self) -> None:
        if not self.lr > 0 or not 0 <= self.momentum < 1:
            raise DomainError(
                f"SGD with lr={self.lr}, momentum={self.momentum}\n"
                "  expected: lr > 0 and 0 <= momentum < 1\n  fix: choose others"
            )

    def states(self, parameter: Tensor) -> dict[str, Tensor]:
        """The velocity, if there is momentum."""
        if not self.momentum:
            return {}
        return {"velocity": tensor(f"velocity_{parameter.name}", parameter.sizes)}

    def update(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """One step.

        >>> from symnn.lang.binding import evaluate
        >>> w, g = tensor("w", (2,)), tensor("g", (2,))
        >>> new, _ = SGD(0.5).update(w, g, {})
        >>> evaluate(new, w=[1.0, 2.0], g=[2.0, 2.0]).tolist()
        [0.0, 1.0]
        """
        if not self.momentum:
            return subtract(parameter, multiply(self.lr, gradient)), {}
        velocity = add(multiply(self.momentum, states["velocity"]), gradient)
        return subtract(parameter, multiply(self.lr, velocity)), {"velocity": velocity}
