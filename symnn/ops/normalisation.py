"""The last step of every normalisation, on nodes: `x * r * weight + bias`.

`r` is the inverse deviation `(variance + eps)^(-1/2)`, one per row or per channel; each of `r`,
`weight` and `bias` says which axes of x it is read at. The statistics before it are ordinary means.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.build import fresh_indices, positions
from symnn.core.node import Factor, Node, Term
from symnn.ops.algebra import build

Placed = tuple[Node, Sequence[int]]


def scale_and_shift(x: Node, scales: Sequence[Placed], shift: Placed | None) -> Node:
    """`x * s_1 * s_2 * ... + shift`, each read at its axes of x."""
    own = fresh_indices(x)

    def read(part: Placed) -> Factor:
        return Factor(part[0], tuple(own[a].pos for a in part[1]))

    terms = [Term(1, (), (Factor(x, positions(own)), *map(read, scales)))]
    if shift is not None:
        terms.append(Term(1, (), (read(shift),)))
    return build(own, *terms)


def subtract_along(x: Node, mean: Placed) -> Node:
    """`x - mean`, the mean read at its axes of x."""
    own = fresh_indices(x)
    at = tuple(own[a].pos for a in mean[1])
    return build(
        own, Term(1, (), (Factor(x, positions(own)),)), Term(-1, (), (Factor(mean[0], at),))
    )
