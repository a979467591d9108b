"""Initial parameters: given arrays, or named random draws.

"glorot": uniform on +-sqrt(6 / (fan in + fan out)) for matrices and kernels, 0 for vectors and
scalars (Glorot & Bengio 2010); "normal": standard normal times 0.01; "zeros".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symnn.core.errors import ShapeError, UnknownNameError, UnsupportedError
from symnn.core.scalars import evaluate_scalar
from symnn.lang.tensor import Tensor

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


def glorot(shape: Shape, rng: np.random.Generator) -> Array:
    """Uniform, scaled by the fans; the last two axes are the matrix, others a kernel's taps."""
    if len(shape) < 2:
        return np.zeros(shape)
    taps = int(np.prod(shape[2:]))
    bound = np.sqrt(6 / (taps * (shape[0] + shape[1])))
    return rng.uniform(-bound, bound, shape)


def normal(shape: Shape, rng: np.random.Generator) -> Array:
    """Normal with standard deviation 0.01."""
    return 0.01 * rng.standard_normal(shape)


def zeros(shape: Shape, rng: np.random.Generator) -> Array:
    """Zeros."""
    return np.zeros(shape)


INITIALISERS: dict[str, Callable[[Shape, np.random.Generator], Array]] = {
    "glorot": glorot, "normal": normal, "zeros": zeros,
}  # fmt: skip


def initial(
    parameters: Sequence[Tensor], how: Any, bound: Mapping[Any, int], rng: np.random.Generator
) -> dict[Tensor, Array]:
    """The first value of each parameter.

    Args:
        parameters: in order; draws are made in this order.
        how: a name, or a dict (by name or tensor) of arrays and names; "glorot" for the rest.
        bound: numbers of the size symbols.
        rng: source of the draws.

    Raises:
        ShapeError: a size that is not bound.  UnsupportedError: an unknown initialiser.
    """
    given = how if isinstance(how, Mapping) else {}
    _known_keys(parameters, given)
    found: dict[Tensor, Array] = {}
    for p in parameters:
        one = next((v for k, v in given.items() if _is(k, p)), None)
        if one is None:
            one = "glorot" if isinstance(how, Mapping) else how
        found[p] = _draw(p, one, bound, rng) if isinstance(one, str) else np.asarray(one, float)
    return found


def _is(key: Any, p: Tensor) -> bool:
    return key.call is p.call if isinstance(key, Tensor) else key == p.name


def _known_keys(parameters: Sequence[Tensor], given: Mapping[Any, Any]) -> None:
    for key in given:
        if not any(_is(key, p) for p in parameters):
            known = ", ".join(str(p.name) for p in parameters)
            raise UnknownNameError(
                f"train: init names {key!r}, which is no parameter\n  expected: {known}\n"
                "  fix: use one of these names"
            )


def _draw(p: Tensor, name: str, bound: Mapping[Any, int], rng: np.random.Generator) -> Array:
    if name not in INITIALISERS:
        raise UnsupportedError(
            f"train: unknown initialiser {name!r}\n  there is: {', '.join(INITIALISERS)}"
        )
    try:
        shape = tuple(int(evaluate_scalar(s, dict(bound))) for s in p.sizes)
    except KeyError as error:
        raise ShapeError(
            f"ShapeError in train\n  {p.name}: {list(p.sizes)}, {error.args[0]} by the data\n"
            f"  fix: pass sizes={{name: number}}, or init={{{p.name!r}: array}}"
        ) from error
    return INITIALISERS[name](shape, rng)
