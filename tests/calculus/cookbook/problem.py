"""One known derivative, and what it takes to compare symnn's with it.

A problem is a function of NumPy-style code, written once: with symbolic tensors it gives the
equations, with jax arrays the numbers. `order` says what is wanted: the gradient of a scalar, the
Jacobian, the Hessian, the differential in a direction dX, or the structured gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp

import symnn as sn


@dataclass(frozen=True, eq=False)
class Problem:
    """A derivative with its published form.

    Attributes:
        number: where it is published ("49" of the Matrix Cookbook).
        published: the form there, in symnn's text grammar, in the names of the problem; "" where no
            textbook has one.
        f: NumPy-style code, called as f(np, **tensors).
        wrt: the name differentiated in; for a mixed Hessian two names, "x y".
        shapes: sizes by name, "m n"; () is "".
        facts: declared facts by name.
        order: "gradient", "jacobian", "hessian", "differential" or "structured".
        positive: names whose values are positive.
    """

    source: str
    number: str
    published: str
    f: Callable[..., Any]
    wrt: str
    shapes: dict[str, str]
    order: str = "gradient"
    facts: dict[str, str] = field(default_factory=dict)
    positive: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.number}"


class Source:
    """Collects the problems of one book or topic."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def __call__(
        self, number: str, published: str, f: Callable[..., Any], wrt: str, /, **options: Any
    ) -> None:
        """Add a problem; sizes are given by name (X="n n"), the rest as in `Problem`."""
        known = {"order", "facts", "positive"}
        shapes = {k: v for k, v in options.items() if k not in known}
        rest = {k: v for k, v in options.items() if k in known}
        self.problems.append(Problem(self.name, number, published, f, wrt, shapes, **rest))


def named(name: str, value: Any, latex: str | None = None) -> Any:
    """A named intermediate, where the value is symbolic."""
    return sn.named(name, value, latex) if isinstance(value, sn.Tensor) else value


def softmax(z: Any, axis: int = -1) -> Any:
    return sn.softmax(z, axis) if isinstance(z, sn.Tensor) else jax.nn.softmax(z, axis)


def sigmoid(z: Any) -> Any:
    return sn.sigmoid(z) if isinstance(z, sn.Tensor) else jax.nn.sigmoid(z)


def relu(z: Any) -> Any:
    return sn.relu(z) if isinstance(z, sn.Tensor) else jax.nn.relu(z)


def softplus(z: Any) -> Any:
    return sn.softplus(z) if isinstance(z, sn.Tensor) else jax.nn.softplus(z)


def logsumexp(z: Any, axis: int = -1, keepdims: bool = False) -> Any:
    if isinstance(z, sn.Tensor):
        return sn.numpy.log(sn.numpy.sum(sn.numpy.exp(z), axis=axis, keepdims=keepdims))
    return jnp.log(jnp.sum(jnp.exp(z), axis=axis, keepdims=keepdims))


def gelu(z: Any) -> Any:
    return sn.gelu(z) if isinstance(z, sn.Tensor) else jax.nn.gelu(z, approximate=False)


def logdet(np: Any, X: Any) -> Any:
    return np.linalg.slogdet(X)[1]
