"""Binding: values by name, path or tensor, and the size symbols that their shapes determine.

Every mismatch is reported in one message, with the sizes bound so far and the fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError, ShapeError, UnknownNameError
from symnn.core.node import Extremum, Node, Product, Sum
from symnn.core.recurrence import Scan
from symnn.core.scalars import evaluate_scalar, to_sympy
from symnn.core.walk import topological
from symnn.lang.call import Call, below, opened
from symnn.lang.shapes import Bound
from symnn.lang.size import numbers_of_sizes
from symnn.lang.tensor import Tensor, as_tensor
from symnn.oracle import Array, interpret

_LARGEST_SEARCH = 2000


def leaf_calls(roots: Iterable[Call]) -> list[Call]:
    """The tensors that values must be given for, by first use (not the constants)."""
    return [c for c in below(roots) if c.is_leaf and c.op != "constant"]


def arrays_for(
    inputs: list[Call], given: Mapping[Any, Any], *, where: str = "evaluate"
) -> dict[Call, Array]:
    """The array of each input call.

    Args:
        inputs: the calls that values are wanted for.
        where: the function's name, for messages.
        given: by name (`W=...`) or by tensor (`{W: ...}`).

    Raises:
        UnknownNameError: a name that is no input, an input without a value, a name that two have.
        DomainError: NaN or infinity, a float where an index is expected, an index out of range.
    """
    by_name: dict[str, list[Call]] = {}
    for call in inputs:
        by_name.setdefault(str(call.name), []).append(call)
    result: dict[Call, Array] = {}
    for key, value in given.items():
        if isinstance(key, Tensor):
            result[key.call] = np.asarray(value)
            continue
        found = by_name.get(key, [])
        if len(found) != 1:
            raise _bad_name(where, key, by_name, len(found))
        result[found[0]] = np.asarray(value)
    missing = [str(c.name) for c in inputs if c not in result]
    if missing:
        raise UnknownNameError(
            f"{where}: no value for {', '.join(missing)}\n"
            f"  expected: {', '.join(by_name)}\n  fix: pass {missing[0]}=array"
        )
    for call, value in result.items():
        _check_values(where, call, value)
    return result


def _bad_name(where: str, key: str, known: Mapping[str, Any], count: int) -> UnknownNameError:
    if count > 1:
        return UnknownNameError(
            f"{where}: {count} tensors are called {key}\n  fix: bind by tensor: {{{key}: array}}"
        )
    return UnknownNameError(
        f"{where}: there is no tensor called {key}\n  expected: {', '.join(known)}\n"
        f"  fix: use one of these names"
    )


def _check_values(where: str, call: Call, value: Array) -> None:
    if value.dtype.kind not in "biuf":
        raise DomainError(f"{where}: {call.path} needs numbers, found dtype {value.dtype}")
    if not np.all(np.isfinite(value)):
        bad = np.argwhere(~np.isfinite(np.atleast_1d(value)))[0].tolist()
        raise DomainError(
            f"{where}: {call.path} has a NaN or infinite entry at {bad}\n"
            "  expected: finite numbers\n  fix: clean the data first"
        )
    if call.port.dtype == "int" and value.dtype.kind not in "iu":
        raise DomainError(
            f"{where}: {call.path} holds indices and needs integers, found {value.dtype}\n"
            "  fix: pass an array of an integer dtype"
        )


def bind_sizes(
    arrays: Mapping[Call, Array],
    conditions: Iterable[tuple[Any, Any]] = (),
    where: str = "evaluate",
    given: Mapping[sp.Symbol, int] | None = None,
) -> dict[sp.Symbol, int]:
    """Numbers of the size symbols, from the shapes of the arrays and those that are given.

    Raises:
        ShapeError: every axis that does not fit, and the sizes bound so far.
    """
    bound = dict(given or {})
    origin = dict.fromkeys(bound, "sizes=")
    wrong: list[str] = []
    later: list[tuple[str, Any, int]] = []
    for call, value in arrays.items():
        sizes = call.port.sizes
        if value.ndim != len(sizes):
            wrong.append(
                f"{call.path} has {value.ndim} axes {value.shape}, expected {_text(sizes)}"
            )
            continue
        for k, (size, extent) in enumerate(zip(sizes, value.shape, strict=True)):
            place = f"{call.path} axis {k}"
            if isinstance(size, sp.Symbol):
                if bound.setdefault(size, extent) != extent:
                    before = f"{bound[size]} from {origin[size]}"
                    wrong.append(f"size {size} is {before} but {extent} from {place}")
                origin.setdefault(size, place)
            elif isinstance(size, int):
                if size != extent:
                    wrong.append(f"{place} is {extent}, expected {size}")
            else:
                later.append((place, size, extent))
    _solve_expressions(later, bound, wrong)
    _check_conditions(conditions, bound, wrong)
    if wrong:
        sizes_text = ", ".join(f"{s}={v}" for s, v in bound.items()) or "none"
        raise ShapeError(
            f"ShapeError in {where}\n  "
            + "\n  ".join(wrong)
            + f"\n  bound so far: {sizes_text}\n  fix: give arrays of the declared shapes"
        )
    return bound


def _text(sizes: Iterable[Any]) -> str:
    return "[" + ", ".join(map(str, sizes)) + "]"


def _solve_expressions(
    later: list[tuple[str, Any, int]], bound: dict[sp.Symbol, int], wrong: list[str]
) -> None:
    """Solve the sizes with one unknown, then those that this leaves with one, and so on."""
    open_ = list(later)
    while open_:
        still = [entry for entry in open_ if not _solve_one(*entry, bound, wrong)]
        if len(still) == len(open_):
            break
        open_ = still
    for place, size, extent in open_:
        wrong.append(f"{place} is {extent}, and {size} = {extent} has more than one unknown size")


def _solve_one(
    place: str, size: Any, extent: int, bound: dict[sp.Symbol, int], wrong: list[str]
) -> bool:
    """Whether a size is settled: known, solved, or wrong."""
    value = to_sympy(size).xreplace({s: sp.Integer(v) for s, v in bound.items()})
    unknown = sorted(value.free_symbols, key=str)
    if len(unknown) > 1:
        return False
    if not unknown:
        if value != extent:
            wrong.append(f"{place} is {extent}, expected {size} = {value}")
        return True
    whole = _whole_roots(value, unknown[0], extent)
    if len(whole) == 1:
        bound[unknown[0]] = whole[0]
    else:
        count = "no whole solution" if not whole else f"several solutions {whole}"
        wrong.append(f"{place} is {extent}, and {size} = {extent} has {count}")
    return True


def _whole_roots(value: sp.Expr, symbol: sp.Symbol, extent: int) -> list[int]:
    """Positive whole solutions; a floor is searched, since it has no inverse."""
    if value.has(sp.floor, sp.Min, sp.Max):
        tried = range(1, _LARGEST_SEARCH)
        return [k for k in tried if value.xreplace({symbol: sp.Integer(k)}) == extent][:3]
    roots = sp.solve(value - extent, symbol)
    return [int(r) for r in roots if r.is_Integer and r > 0]


def _check_conditions(
    conditions: Iterable[tuple[Any, Any]], bound: dict[sp.Symbol, int], wrong: list[str]
) -> None:
    for condition in conditions:
        left, right = condition
        if (symbols_in(left) | symbols_in(right)) - set(bound):
            continue  # reported as unbound where it is used
        a, b = evaluate_scalar(left, bound), evaluate_scalar(right, bound)
        if a != b and isinstance(condition, Bound):
            value = evaluate_scalar(condition.value, bound)
            wrong.append(f"{condition} was assumed, but {condition.value} is {value}")
        elif a != b:
            wrong.append(f"{left} = {right} was assumed, but {left} is {a} and {right} is {b}")


def conditions_of(roots: Iterable[Call]) -> list[tuple[Any, Any]]:
    """Undecided equalities that the calls below rely on."""
    return [c for call in below(roots) for c in call.conditions]


def evaluate(
    value: Tensor | list[Tensor], values: Any = None, /, *,
    sizes: Mapping[Any, int] | None = None, **named: Any,
) -> Any:  # fmt: skip
    """Numbers of a symbolic value, by the oracle.

    Args:
        value: a tensor, or a list of tensors.
        values: a dict keyed by tensor or name; tensors that are not read only bind sizes.
        sizes: numbers of sizes by name, where no tensor has an axis of them: `{"T": 10}`.
        **named: arrays by name.

    Returns:
        A float64 array (0-d for a scalar), or a list of them.

    Raises:
        ShapeError, UnknownNameError, DomainError: what does not fit, all at once.

    >>> from symnn.lang.tensor import tensor
    >>> x = tensor("x", ("n",))
    >>> float(evaluate(np.sum(x * x), x=[1.0, 2.0]))
    5.0
    """
    roots = [as_tensor(t).call for t in (value if isinstance(value, list) else [value])]
    inputs = leaf_calls(roots)
    arrays = arrays_for(inputs, {**(values or {}), **named})
    # tensors that are not read still bind their sizes
    bound = bind_sizes(arrays, conditions_of(roots), given=numbers_of_sizes(sizes))
    arrays = {c: a for c, a in arrays.items() if c in inputs}
    _check_indices(arrays, bound)
    expressions = opened(roots)
    nodes = [expressions[r] for r in roots]
    _must_be_bound(nodes, bound)
    try:
        results = interpret(nodes, {c.port: a for c, a in arrays.items()}, bound)
    except ValueError as error:
        if all(bound.values()):
            raise
        at = ", ".join(f"{s}={v}" for s, v in bound.items())
        problem = f"evaluate: no value at {at}: {error}"
        raise DomainError(f"{problem}\n  fix: give every axis an entry") from error
    return results if isinstance(value, list) else results[0]


def _check_indices(arrays: Mapping[Call, Array], bound: dict[sp.Symbol, int]) -> None:
    """Integers must be 0..below-1."""
    for call, value in arrays.items():
        below = call.port.below
        if below is None or symbols_in(below) - set(bound):
            continue
        top = int(evaluate_scalar(below, bound))
        wrong = value[(value < 0) | (value >= top)] if value.size else value
        if wrong.size:
            raise DomainError(
                f"evaluate: {call.path} has the index {wrong.flat[0]}\n"
                f"  expected: 0 to {top - 1}\n"
                "  fix: declare below= as large as the largest index + 1"
            )


def _must_be_bound(nodes: list[Any], bound: Mapping[sp.Symbol, int]) -> None:
    symbols = {s for n in topological(nodes) for s in free_sizes(n)}
    free = sorted(symbols - set(bound), key=str)
    if free:
        raise ShapeError(
            f"ShapeError in evaluate\n  size {free[0]} cannot be bound: no input has an axis of it"
            f'\n  fix: give it a number: sizes={{"{free[0]}": 10}}'
        )


def symbols_in(value: Any) -> set[sp.Symbol]:
    """The size symbols of a scalar."""
    return set(getattr(value, "free_symbols", ()))


def free_sizes(node: Node) -> set[sp.Symbol]:
    """The size symbols of a node itself: axes, bound indices, coefficients, positions, powers."""
    scalars: list[Any] = list(node.sizes)
    if isinstance(node, (Extremum, Product)):
        scalars += [b.size for b in node.bound]
    for t in node.terms if isinstance(node, Sum) else ():
        scalars += [t.coef, *(b.size for b in t.bound), *(f.power for f in t.factors)]
        positions = [p for f in t.factors for p in f.pos]
        scalars += [p.const for p in positions] + [c for p in positions for _, c in p.terms]
    if isinstance(node, Scan):
        scalars.append(node.length)
        inner = {s for n in topological(node.next) for s in free_sizes(n)}
    else:
        inner = set()
    return inner | {s for v in scalars if not isinstance(v, int) for s in symbols_in(v)}
