"""What convolutions and pools mean on NumPy arrays whose axes are named: `conv(X, K; NHWC, …)`.

The arrays are split at their composed axes and contracted as an einsum; the letters of space
contract with `[a = s i + d u − p]`. Law: with the letters of PyTorch's order the value is that of
`window_kernels`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import ShapeError
from symnn.notation.axis_names import SPACE, letters_of
from symnn.notation.window_kernels import SpaceAxes

Array = NDArray[np.float64]
Ints = Sequence[int]
_ROLES = "XYK"


def conv(
    X: Array, K: Array, b: Array | None = None, *, axes: Sequence[str], n: Ints | None = None,
    **settings: Ints,
) -> Array:  # fmt: skip
    """The convolution.

    >>> conv(np.ones((4, 1)), np.ones((2, 1, 3)), axes=("LC", "LCO", "LO")).shape
    (3, 3)
    """
    return _contracted("XK", "Y", [X, K, b], axes, n, **settings)


def conv_transposed(
    Y: Array, K: Array, b: Array | None = None, *, axes: Sequence[str], n: Ints | None = None,
    **settings: Ints,
) -> Array:  # fmt: skip
    """The transposed convolution."""
    return _contracted("YK", "X", [Y, K, b], axes, n, **settings)


def correlation(
    X: Array, Y: Array, *, axes: Sequence[str], k: Ints | None = None, **settings: Ints
) -> Array:
    """The correlation of input and output, a kernel."""
    return _contracted("XY", "K", [X, Y, None], axes, k, **settings)


def pooled(kernel: Callable[..., Array]) -> Callable[..., Array]:
    """A pool over the axes of space, wherever they stand."""

    def named(*arrays: Array, axes: Sequence[str], **settings: Ints) -> Array:
        letters = letters_of(axes[0])
        order = sorted(range(len(letters)), key=lambda k: letters[k] in SPACE)
        found = kernel(*(a.transpose(order) for a in arrays), **settings)
        return found.transpose(np.argsort(order))

    return named


def reshape(X: Array, *, n: Ints) -> Array:
    """The entries in the same order.

    >>> reshape(np.arange(4.0), n=(2, 2))
    array([[0., 1.],
           [2., 3.]])
    """
    return X.reshape(tuple(n))


def rearrange(X: Array, *, axes: Sequence[str], **sizes: Ints) -> Array:
    """The axes composed anew of their letters, as einops writes it.

    >>> rearrange(np.arange(4.0), axes=("(AB)", "BA"), B=(2,))
    array([[0., 2.],
           [1., 3.]])
    """
    old, new = map(letters_of, axes)
    known = {x: v[0] for x, v in sizes.items()}
    for axis, size in zip(old, X.shape, strict=True):
        unknown = [x for x in axis if x not in known]
        if len(unknown) > 1:
            raise ShapeError(f"the sizes of {' and '.join(unknown)} are not known: give one")
        known.update({x: size // int(np.prod([known[y] for y in axis if y != x])) for x in unknown})
    flat = _flat(old)
    split = X.reshape([known[x] for x in flat]).transpose([flat.index(x) for x in _flat(new)])
    return split.reshape([int(np.prod([known[x] for x in axis])) for axis in new])


def _contracted(
    given: str, made: str, arrays: Sequence[Array | None], axes: Sequence[str],
    size: Ints | None, s: Ints = (1,), p: Ints = (0,), d: Ints = (1,), g: Ints = (),
) -> Array:  # fmt: skip
    *read, result = map(letters_of, axes)
    space = [x for x in SPACE if x in axes[0]]
    reads = [(a, x) for a, x in zip(arrays, read, strict=False) if a is not None]
    extents = _extents(reads, g)
    sizes = {r: [a.shape[x.index(i)] for i in space]
             for r, (a, x) in zip(given, reads, strict=False)}  # fmt: skip
    windows = SpaceAxes(len(space), s, p, d)
    sizes[made] = list(size or _implied(made, windows, sizes))
    known = {r: {**extents, **dict(zip(space, sizes[r], strict=True))} for r in _ROLES}
    operands: list[Any] = []
    for role, (array, letters) in zip(given, reads, strict=False):
        flat = _flat(letters)
        operands += [array.reshape([known[role][x] for x in flat]), _numbers(flat, role)]
    for x, place in zip(space, windows.places(*(sizes[r] for r in "XYK")), strict=True):
        operands += [place, [_numbers([x], role)[0] for role in "XYK"]]
    flat = _flat(result)
    found = np.einsum(*operands, _numbers(flat, made), optimize=True)
    for bias, letters in reads[2:]:
        found = found + _spread(bias, _flat(letters), flat, extents)
    return found.reshape([int(np.prod([known[made][x] for x in axis])) for axis in result])


def _implied(made: str, windows: SpaceAxes, sizes: dict[str, list[int]]) -> list[int]:
    """The size of the result that the others imply."""
    match made:
        case "Y":
            return windows.steps(sizes["X"], sizes["K"])
        case "X":
            return windows.cells(sizes["Y"], sizes["K"])
    return windows.taps(sizes["X"], sizes["Y"])


def _flat(axes: Sequence[str]) -> list[str]:
    return [x for axis in axes for x in axis]


def _numbers(letters: Sequence[str], role: str) -> list[int]:
    """A number for each letter; of space, one for each of cell, step and tap."""
    return [ord(x) - 65 if x not in SPACE else 26 + 3 * SPACE.index(x) + _ROLES.index(role)
            for x in letters]  # fmt: skip


def _spread(bias: Array, own: list[str], target: list[str], extents: dict[str, int]) -> Array:
    """A bias over the axes of the result."""
    split = bias.reshape([extents[x] for x in own])
    order = split.transpose([own.index(x) for x in target if x in own])
    return order.reshape([extents[x] if x in own else 1 for x in target])


def _extents(reads: Sequence[tuple[Array, list[str]]], g: Ints) -> dict[str, int]:
    """How many entries each letter has, but those of space."""
    known = {"G": g[0]} if g else {}
    for array, letters in sorted(reads * 2, key=lambda read: max(map(len, read[1]))):
        if array.ndim != len(letters):
            raise ShapeError(f"an array of shape {array.shape} has not the axes {letters}")
        for size, axis in zip(array.shape, letters, strict=True):
            unknown = [x for x in axis if x not in known and x not in SPACE]
            rest = int(np.prod([known[x] for x in axis if x in known]))
            if len(unknown) == 1:
                known[unknown[0]] = size // rest
            if axis not in SPACE and not unknown and rest != size:
                raise ShapeError(f"an axis {axis or 1} of {size} entries should have {rest}")
    return known
