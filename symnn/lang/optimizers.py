"""Optimisers: update rules as equations on tensors.

An optimiser says which states it keeps for a parameter and what parameter and states become. The
rule is compiled with the gradient, so it is printed and run like any other equation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from symnn.core.errors import DomainError
from symnn.lang.arithmetic import add, divide, multiply, power_, subtract
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


Rates = tuple[Tensor | float, Tensor | float, Tensor | float, Tensor | float]


def _unnamed(name: str, value: Tensor) -> Tensor:
    return value


def adam_equations(
    parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor], rates: Rates,
    name: Callable[[str, Tensor], Tensor] = _unnamed,
) -> dict[str, Tensor]:  # fmt: skip
    """The equations of Adam, one after another, by what they compute.

    Args:
        parameter: what is learned.
        gradient: of the loss in it.
        states: "mean", "square" and "count" of the step before.
        rates: lr, beta1, beta2 and eps, as numbers or as rank-0 tensors.
        name: gives each value a name as it is made.

    >>> w, g = tensor("w", (2,)), tensor("g", (2,))
    >>> list(adam_equations(w, g, Adam().states(w), (0.1, 0.9, 0.999, 1e-8)))
    ['count', 'mean', 'square', 'mean_corrected', 'square_corrected', 'parameter']
    """
    lr, beta1, beta2, eps = rates
    found: dict[str, Tensor] = {}

    def keep(key: str, value: Tensor) -> Tensor:
        return found.setdefault(key, name(key, value))

    count = keep("count", add(states["count"], 1))
    mean = keep("mean", _blend(beta1, states["mean"], gradient))
    square = keep("square", _blend(beta2, states["square"], multiply(gradient, gradient)))
    first = keep("mean_corrected", divide(mean, subtract(1, power_(beta1, count))))
    second = keep("square_corrected", divide(square, subtract(1, power_(beta2, count))))
    step = divide(first, add(np.sqrt(second), eps))
    keep("parameter", subtract(parameter, multiply(lr, step)))
    return found


def _blend(share: Tensor | float, old: Tensor, new: Tensor) -> Tensor:
    """`share old + (1 - share) new`."""
    made: Tensor = add(multiply(share, old), multiply(subtract(1, share), new))
    return made


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba, 2015, algorithm 1): means of the gradient and of its square.

        t <- t + 1;  m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2
        W <- W - lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)

    Attributes:
        lr: the learning rate, > 0.
        beta1, beta2: how much of the means is kept, in [0, 1).
        eps: keeps the quotient finite, > 0.

    >>> Adam(0.01)
    Adam(lr=0.01, beta1=0.9, beta2=0.999, eps=1e-08)
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        inside = 0 <= self.beta1 < 1 and 0 <= self.beta2 < 1
        if not self.lr > 0 or not inside or not self.eps > 0:
            raise DomainError(
                f"{self}\n  expected: lr > 0, 0 <= beta1, beta2 < 1 and eps > 0\n"
                "  fix: choose others"
            )

    def states(self, parameter: Tensor) -> dict[str, Tensor]:
        """The two means and the number of steps."""
        name, sizes = parameter.name, parameter.sizes
        return {
            "mean": tensor(f"mean_{name}", sizes),
            "square": tensor(f"square_{name}", sizes),
            "count": tensor(f"count_{name}", ()),
        }

    def update(
        self, parameter: Tensor, gradient: Tensor, states: Mapping[str, Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """One step.

        >>> from symnn.lang.binding import evaluate
        >>> w, g = tensor("w", (2,)), tensor("g", (2,))
        >>> rule = Adam(0.5)
        >>> own = rule.states(w)
        >>> new, _ = rule.update(w, g, own)
        >>> zero = {"mean_w": [0, 0], "square_w": [0, 0], "count_w": 0}
        >>> evaluate(new, {"w": [1.0, 2.0], "g": [2.0, -3.0], **zero}).round(6).tolist()
        [0.5, 2.5]
        """
        rates = (self.lr, self.beta1, self.beta2, self.eps)
        new = adam_equations(parameter, gradient, states, rates)
        return new["parameter"], {name: new[name] for name in states}
