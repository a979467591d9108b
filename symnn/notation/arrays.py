"""Operations of `evaluate` on values: products, powers, norms, functions.

Law: nothing is broadcast except over index letters; what does not fit raises ShapeError with the
formula and the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

import numpy as np

from symnn.core.errors import ShapeError, UnsupportedError, explain
from symnn.notation import tree as t
from symnn.notation.functions import FUNCTIONS, Function, function
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.notation.values import Scope, Value, as_matrix, filled, squeezed

_OF_ALL_ENTRIES = ("sum", "mean", "var", "max", "min")
Settings = Mapping[str, tuple[int, ...]]


def product(tree: t.Mul, values: list[Value]) -> Value:
    """Multiply from the left: numbers scale, matrices and columns must fit.

    Where the next factor does not fit, those from it on are multiplied first: `A xᵀ x`.
    """
    result = values[0]
    for k in range(1, len(values)):
        found = _times(result, values[k])
        if found is None:
            rest = product(t.Mul(tree.factors[k:]), values[k:]) if k + 1 < len(values) else None
            found = _times(result, rest) if rest is not None else None
            if found is None:
                shown = f"({result.shown()}) times {to_text(tree.factors[k])} ({values[k].shown()})"
                raise ShapeError(explain(to_text(tree), expected="sizes that fit", found=shown))
            return found
        result = found
    return result


def _times(left: Value, right: Value) -> Value | None:
    if not left.rank or not right.rank:
        small, large = sorted((left, right), key=lambda v: v.rank)
        return Value(filled(small, large).array * large.array, large.rank)
    if left.rank == right.rank == 2 and left.shape[1] == right.shape[0]:
        return squeezed(Value(left.array @ right.array, 2))
    return None


def kronecker(values: list[Value]) -> Value:
    """The Kronecker product, over letters too."""

    def two(a: Value, b: Value) -> Value:
        (m, n), (p, q) = a.shape, b.shape
        array = np.einsum("...ij,...kl->...ikjl", a.array, b.array)
        return Value(array.reshape((*array.shape[:-4], m * p, n * q)), 2)

    return squeezed(reduce(two, map(as_matrix, values)))


def transposed(tree: Tree, value: Value) -> Value:
    """Rows for columns; a number stays."""
    if value.rank > 2:
        raise ShapeError(f"{to_text(tree)}: a tensor ({value.shown()}) has no transpose")
    return Value(np.swapaxes(value.array, -1, -2), 2) if value.rank else value


def power(tree: t.Pow, base: Value, exponent: Value, *, elementwise: bool) -> Value:
    """A power of a number, of each entry, or a whole power of a square matrix."""
    if exponent.rank:
        raise ShapeError(f"{to_text(tree)}: the exponent is {exponent.shown()}, not a number")
    if elementwise or not base.rank:
        return Value(base.array ** filled(exponent, base).array, base.rank)
    whole = np.unique(exponent.array)
    if base.rank == 2 and base.shape[0] == base.shape[1] and len(whole) == 1 and whole % 1 == 0:
        return Value(np.linalg.matrix_power(base.array, int(whole[0])), 2)
    raise ShapeError(
        explain(
            to_text(tree),
            expected="a square matrix and a whole power",
            found=f"{base.shown()}",
            fix="write the power of each entry as ^⊙",
        )
    )


def total(value: Value) -> Value:
    """The sum of all entries."""
    axes = tuple(range(-value.rank, 0))
    return Value(value.array.sum(axis=axes) if axes else value.array, 0)


def norm(tree: t.Norm, value: Value, kind: str, *, squared: bool) -> Value:
    """Euclidean or Frobenius; the 1- and maximum norm of a vector."""
    size = np.abs(value.array)
    axes = tuple(range(-value.rank, 0))
    if kind in ("1", "inf") and (value.rank > 2 or (value.rank == 2 and 1 not in value.shape)):
        raise ShapeError(f"{to_text(tree)}: this norm is for vectors, found {value.shown()}")
    if not axes:
        found = size
    elif kind in ("2", "F"):
        found = np.sqrt((size**2).sum(axis=axes))
    else:
        found = size.sum(axis=axes) if kind == "1" else size.max(axis=axes)
    return Value(found**2 if squared else found, 0)


def grid(rows: list[list[Value]]) -> Value:
    """A matrix of numbers, or of blocks."""
    if len({len(row) for row in rows}) > 1:
        raise ShapeError("the rows of a matrix have different lengths")
    lines = [np.concatenate(_alike([as_matrix(v).array for v in row]), axis=-1) for row in rows]
    return squeezed(Value(np.concatenate(_alike(lines), axis=-2), 2))


def _alike(arrays: list[Any]) -> list[Any]:
    """Broadcast the leading letter axes, not the last two."""
    lead = np.broadcast_shapes(*(a.shape[:-2] for a in arrays))
    return [np.broadcast_to(a, lead + a.shape[-2:]) for a in arrays]


def applied(
    tree: t.Apply,
    args: list[Value],
    scope: Scope,
    settings: Settings | None = None,
    axes: Sequence[str] = (),
) -> Value:
    """Apply a function of the caller or of the table, with its settings.

    Raises:
        UnsupportedError: no meaning for it; lists what exists.
        ShapeError: arguments that do not fit.
    """
    key = tree.fn + "′" * tree.prime
    if key in scope.functions:
        return _entries(tree, scope.functions[key], args)
    if tree.symbol and tree.fn not in FUNCTIONS:
        known = " ".join(scope.functions) or "none"
        raise UnsupportedError(f"no meaning for {to_text(tree)}; functions given: {known}")
    known = function(tree.fn)
    least, most = known.arity
    if not least <= len(args) <= most:
        raise ShapeError(f"{to_text(tree)}: {tree.fn} takes {least} to {most} arguments")
    if tree.prime:
        if tree.prime > 1 or known.derivative is None:
            raise UnsupportedError(f"no meaning for {to_text(tree)}; give it in functions")
        return _entries(tree, known.derivative, args)
    if tree.fn in ("max", "min") and len(args) > 1:
        return _entries(tree, _extremum(tree.fn), args)
    unknown = [s for s in settings or () if s not in known.settings]
    if unknown:
        there = f"there are {' '.join(known.settings)}" if known.settings else "it has none"
        raise UnsupportedError(f"{to_text(tree)}: {tree.fn} has no setting {unknown[0]}; {there}")
    if axes and known.named is None:
        raise UnsupportedError(f"{to_text(tree)}: the axes of {tree.fn} have no letters")
    if axes:
        known = replace(known, meaning=partial(known.named, axes=axes))  # type: ignore[arg-type]
    return _of_table(tree, known, args, scope, settings or {})


def _extremum(name: str) -> Any:
    pick = {"max": np.maximum, "min": np.minimum}[name]
    return lambda *arrays: reduce(pick, arrays)


def _of_table(
    tree: t.Apply, known: Function, args: list[Value], scope: Scope, settings: Settings
) -> Value:
    if known.domain == "entries":
        return _entries(tree, known.meaning, args)
    if known.domain == "tensor":
        return _tensor(
            tree, replace(known, meaning=partial(known.meaning, **settings)), args, scope
        )
    (value,) = args
    if value.rank > 2 and tree.fn in _OF_ALL_ENTRIES:
        flat = value.array.reshape(*value.array.shape[: -value.rank], -1, 1)
        value = Value(flat, 2)
    if value.rank > 2:
        raise ShapeError(f"{to_text(tree)}: expected a vector or matrix, found {value.shown()}")
    found = known.meaning(as_matrix(value).array)
    return squeezed(Value(found, 2)) if known.result is None else Value(found, known.result)


def _entries(tree: t.Apply, meaning: Any, args: list[Value]) -> Value:
    """Apply entry by entry: arrays of one shape, numbers beside them for every entry."""
    like = max(args, key=lambda v: v.rank)
    full = [filled(a, like) for a in args]
    if len({v.shape for v in full}) > 1:
        found = "; ".join(v.shown() for v in args)
        raise ShapeError(explain(to_text(tree), expected="equal shapes", found=found))
    return Value(np.asarray(meaning(*(v.array for v in full))), like.rank)


def _tensor(tree: t.Apply, known: Function, args: list[Value], scope: Scope) -> Value:
    """Apply to arrays as NumPy has them, at each point of the box."""
    box = tuple(size for _, size in scope.letters)
    full = [np.broadcast_to(a.array, box + a.shape) for a in args]
    results = []
    for point in np.ndindex(*box):
        cut = [a[point] for a in full]
        vectors = [c[:, 0] if c.ndim == 2 and c.shape[1] == 1 else c for c in cut]
        try:
            results.append(known.meaning(*vectors))
        except ValueError as error:
            shapes = "; ".join(a.shown() for a in args)
            raise ShapeError(explain(to_text(tree), found=f"{shapes} ({error})")) from error
    found = np.stack(results).reshape(box + results[0].shape)
    if results[0].ndim == 1:
        return squeezed(Value(found[..., None], 2))
    return squeezed(Value(found, results[0].ndim))
