"""Random sizes and values for checks: pairwise different sizes, facts kept, kinks avoided.

Pairwise different sizes catch `A + A` for `A + A^T`; values respect what was declared (simplex,
one-hot, positive, symmetric, integers below a size) and are drawn again where a function would
leave its domain or stand within 100 steps h of a kink. Same seed, same draws.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.box import MOST_ELEMENTS
from symnn.core.errors import DomainError
from symnn.core.node import Extremum, Leaf, LinAlg, Map, Node
from symnn.core.scalars import evaluate_scalar
from symnn.core.walk import topological
from symnn.oracle import Array, interpret, window_values

STEP = 2e-5
_MOST_DRAWS = 40
MOST_CONDITION = 200.0
SINGULAR = 1e12


def draw_sizes(
    symbols: Iterable[sp.Symbol], conditions: Iterable[tuple[Any, Any]], rng: np.random.Generator
) -> dict[sp.Symbol, int]:
    """Pairwise different numbers from 2 upwards that meet the recorded conditions.

    Raises:
        DomainError: no draw meets the conditions.
    """
    ordered = sorted(set(symbols), key=str)
    wanted = list(conditions)
    for attempt in range(400):
        spread = 3 + attempt // 40
        pool = rng.permutation(np.arange(2, 2 + len(ordered) + spread))
        sizes = {s: int(v) for s, v in zip(ordered, pool, strict=False)}
        if all(_holds(a, b, sizes) for a, b in wanted):
            return sizes
    text = ", ".join(f"{a} = {b}" for a, b in wanted)
    raise DomainError(f"no sizes found that meet {text}\n  fix: give some sizes as numbers")


def _holds(a: Any, b: Any, sizes: dict[sp.Symbol, int]) -> bool:
    return evaluate_scalar(a, sizes) == evaluate_scalar(b, sizes)


def draw_leaf(leaf: Leaf, sizes: Mapping[sp.Symbol, int], rng: np.random.Generator) -> Array:
    """A random value of one leaf that has its declared facts."""
    if leaf.role == "constant" and "value" in leaf.cache:
        return np.asarray(leaf.cache["value"])
    shape = [int(evaluate_scalar(s, dict(sizes))) for s in leaf.sizes]
    if math.prod(shape) > MOST_ELEMENTS:
        raise DomainError(
            f"{leaf.name} of sizes {shape} would take {math.prod(shape) * 8 / 2**30:.3g} GiB\n"
            "  fix: check at smaller sizes, or with names for sizes"
        )
    if leaf.dtype == "int":
        top = 2 if leaf.below is None else int(evaluate_scalar(leaf.below, dict(sizes)))
        return np.asarray(rng.integers(0, top, shape))
    facts = leaf.facts
    if "onehot" in facts:
        return np.asarray(np.eye(shape[-1])[rng.integers(0, shape[-1], shape[:-1])])
    if "mask" in facts:
        return np.asarray(rng.integers(0, 2, shape).astype(float))
    if "simplex" in facts:
        return np.asarray(rng.dirichlet(np.ones(shape[-1]), shape[:-1]))
    for axis in range(len(shape)):
        if f"sums to 1 along {axis}" in facts:
            rest = shape[:axis] + shape[axis + 1 :]
            return np.moveaxis(rng.dirichlet(np.ones(shape[axis]), rest), -1, axis)
    value = rng.normal(0.0, 0.8, shape)
    if facts & {"positive", "nonnegative"}:
        value = np.exp(value * 0.5)
    if facts & {"symmetric", "pd"}:
        value = _symmetric(value, positive="pd" in facts)
    return _structured(np.asarray(value), facts)


def _structured(value: Array, facts: Collection[str]) -> Array:
    """A value made diagonal, orthogonal, or of unit norm along its last axis."""
    if "diagonal" in facts:
        return value * np.eye(*value.shape[-2:])
    if "orthogonal" in facts:
        return np.asarray(np.linalg.qr(value)[0])
    if "unit" in facts:
        return np.asarray(value / np.linalg.norm(value, axis=-1, keepdims=True))
    return value


def _symmetric(value: Array, *, positive: bool) -> Array:
    turned = np.swapaxes(value, -1, -2)
    if not positive:
        return np.asarray((value + turned) / 2)
    return np.asarray(value @ turned + np.eye(value.shape[-1]))


def draw_values(
    inputs: Iterable[Leaf],
    roots: list[Node],
    sizes: Mapping[sp.Symbol, int],
    rng: np.random.Generator,
) -> tuple[dict[Node, Array], bool]:
    """Values of all inputs at which the roots are finite, and whether kinks are away.

    An expression may stand on a kink wherever it is drawn (the maximum minus itself under relu);
    then the values are finite only, and differences must not be taken there.

    Raises:
        DomainError: no draw of `_MOST_DRAWS` was finite.
    """
    leaves = list(inputs)
    kinked: dict[Node, Array] | None = None
    for attempt in range(_MOST_DRAWS):
        values: dict[Node, Array] = {x: draw_leaf(x, sizes, rng) for x in leaves}
        if attempt % 2:  # logarithms and roots of plain inputs want positive ones
            values = {x: np.abs(v) + 0.3 if _free(x) else v for x, v in values.items()}  # type: ignore[arg-type]
        finite, smooth = _usable(roots, values, sizes)
        if smooth:
            return values, True
        if finite:
            kinked = values
    if kinked is not None:
        return kinked, False
    raise DomainError("no random inputs found at which the expression is finite")


def _free(leaf: Leaf) -> bool:
    return leaf.dtype != "int" and leaf.role != "constant" and not leaf.facts


def _usable(
    roots: list[Node], values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]
) -> tuple[bool, bool]:
    """(finite, and away from kinks)."""
    order = topological(roots)
    watched = [n for n in order if _watched(n)]
    arguments = [a for n in watched for a in n.children()]
    results = interpret([*roots, *arguments], values, sizes)
    if not all(np.all(np.isfinite(r)) and np.all(np.abs(r) < 1e6) for r in results):
        return False, False
    known = dict(zip(arguments, results[len(roots) :], strict=True))
    if any(isinstance(n, LinAlg) and _singular(known[n.arg]) for n in watched):
        return False, False
    return True, all(_away(n, known, sizes) for n in watched)


def _singular(value: Array) -> bool:
    """A matrix without inverse up to rounding: other sizes are wanted (`AᵀA` of a wide A)."""
    return bool(np.any(np.linalg.cond(value) > SINGULAR))


def _watched(node: Node) -> bool:
    return (isinstance(node, Map) and node.fn.kinked) or isinstance(node, Extremum | LinAlg)


def _away(node: Node, known: Mapping[Node, Array], sizes: Mapping[sp.Symbol, int]) -> bool:
    """Whether no kink lies within 100 steps, and a matrix to be inverted is far from singular."""
    margin = 100 * STEP
    if isinstance(node, LinAlg):
        return bool(np.all(np.linalg.cond(known[node.arg]) < MOST_CONDITION))
    if isinstance(node, Map):
        if node.fn.kinks:
            x = known[node.args[0][0]]
            return all(bool(np.all(np.abs(x - k) > margin)) for k in node.fn.kinks)
        if len(node.args) >= 2:
            return _apart(node, known, margin)
        return True
    assert isinstance(node, Extremum)
    fill = -np.inf if node.kind == "max" else np.inf
    rows = np.sort(window_values(node, dict(known), sizes, fill), axis=-1)
    if rows.shape[-1] < 2:
        return True
    gaps = rows[..., -1] - rows[..., -2] if node.kind == "max" else rows[..., 1] - rows[..., 0]
    return bool(np.all(gaps > margin))  # a tie is a kink


def _apart(node: Map, known: Mapping[Node, Array], margin: float) -> bool:
    arrays = []
    for arg, axes in node.args[:2]:
        value = known[arg]
        order = sorted(range(len(axes)), key=lambda k: axes[k])
        shape = [1] * node.rank
        for k in order:
            shape[axes[k]] = value.shape[k]
        arrays.append(value.transpose(order).reshape(shape))
    return bool(np.all(np.abs(arrays[0] - arrays[1]) > margin))


def symbols_of(nodes: Iterable[Node]) -> list[sp.Symbol]:
    """Size symbols of the nodes, by name."""
    found = {s for n in nodes for size in n.sizes for s in getattr(size, "free_symbols", ())}
    return sorted(found, key=str)
