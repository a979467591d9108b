"""The strict evaluator of notation trees: the judge of what is printed.

A rank-1 array is a column (n x 1), its transpose a row; products must fit, sums and ⊙ need equal
shapes, and a number is added to an array only where it is written as a number (`1 − a^⊙2`).
Letters and positions of component forms count from 0 inside, as in `positions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from symnn.notation.interpret import value_of
from symnn.notation.normal import normalise
from symnn.notation.tree import Tree
from symnn.notation.values import Array, Scope, Series, plain


def evaluate(
    tree: Tree,
    values: Mapping[Tree, Any],
    sizes: Mapping[str, int],
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Array:
    """Evaluate a formula in numbers.

    Args:
        tree: an expression, or one with `Where` definitions (evaluated first, in order).
        values: arrays by symbol, or `Series` of steps; gradients also by `Grad(W)` (this serves
            `∂L/∂W_{kl}` too),
            local derivatives by `Partial(u, (v,))` with the axes of u first.
        sizes: sizes by name.
        functions: further functions, or other meanings, by name ("sigma", "sigma′").

    Returns:
        A number (shape ()), a vector (n,) for a column, a matrix or a tensor.

    Raises:
        ShapeError: shapes that do not fit, a read outside a tensor.
        UnknownNameError: a name or letter without value.
        UnsupportedError: a form without value (a relation, words).

    >>> from symnn.notation.tree import Mul, Sym, Transpose
    >>> x = Sym("x")
    >>> evaluate(Mul((Transpose(x), x)), {x: np.array([3.0, 4.0])}, {})
    array(25.)
    """
    found = evaluate_components(tree, values, sizes, functions=functions)
    return found[:, 0] if found.ndim == 2 and found.shape[1] == 1 else found


def evaluate_components(
    tree: Tree,
    values: Mapping[Tree, Any],
    sizes: Mapping[str, int],
    free: Sequence[tuple[str, int]] = (),
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Array:
    """Evaluate a component form at all values of its free letters.

    Args:
        tree: for example the right side of `y_i = Σ_j W_{i,j} x_j`.
        values: as in `evaluate`.
        sizes: as in `evaluate`.
        free: the free letters with their sizes, in the order of the axes of the result.
        functions: as in `evaluate`.

    Returns:
        The array over the free letters (then the own axes, if the form is a slice).

    >>> from symnn.notation.tree import Entry, Index, Sym
    >>> i, x = Index("i"), Sym("x")
    >>> evaluate_components(Entry(x, (i,)), {x: np.array([3.0, 4.0])}, {}, [("i", 2)])
    array([3., 4.])
    """
    series = {plain(key): value for key, value in values.items() if isinstance(value, Series)}
    arrays = {key: v.array if isinstance(v, Series) else v for key, v in values.items()}
    raw = {plain(key): np.asarray(value) for key, value in arrays.items()}
    scope = Scope(raw, dict(sizes), dict(functions or {}), series=series).within(tuple(free))
    with np.errstate(all="ignore"):
        found = value_of(plain(normalise(tree)), scope)
    return np.broadcast_to(found.array, (*(s for _, s in free), *found.shape)).copy()
