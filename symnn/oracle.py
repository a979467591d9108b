"""The interpreter: slow, obvious, the judge of every other path.

Each node is evaluated over its whole index box, output and bound indices alike, with one open grid
per index; nothing is rewritten, contracted or reordered. A read outside its tensor is allowed only
where a bracket of the term is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.box import Box, known_box, number
from symnn.core.errors import DomainError
from symnn.core.index import Index
from symnn.core.node import (
    GE as _GE,
)
from symnn.core.node import (
    ArgExtremum,
    Bracket,
    Extremum,
    Factor,
    Indicator,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.recurrence import Scan, ScanState
from symnn.core.walk import topological

Array = np.ndarray[Any, Any]


def interpret(
    roots: list[Node], values: Mapping[Node, Any], sizes: Mapping[sp.Symbol, int]
) -> list[Array]:
    """Evaluate nodes.

    Args:
        roots: what to evaluate.
        values: arrays of the leaves (or of any node: it is then not opened).
        sizes: the numbers of the size symbols.

    Returns:
        One array per root, in float64 (integers stay integers).

    Raises:
        DomainError: an unbound leaf, a read outside its tensor, a box too large.
    """
    known: dict[Node, Array] = {n: np.asarray(v) for n, v in values.items()}
    add_values(order_of(roots, known), known, sizes)
    return [known[r] for r in roots]


def order_of(roots: list[Node], known: Mapping[Node, Any]) -> list[Node]:
    """The nodes to evaluate for the roots, each after what it reads."""
    opened = topological(roots, lambda n: () if n in known else n.children())
    return [n for n in opened if n not in known]


def add_values(
    order: Iterable[Node], known: dict[Node, Array], sizes: Mapping[sp.Symbol, int]
) -> None:
    """Evaluate nodes in an order of `order_of`, each from the values known before it."""
    for node in order:
        known[node] = _evaluate(node, known, sizes)


def _evaluate(node: Node, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]) -> Array:
    match node:
        case Leaf() if "value" in node.cache:
            return np.asarray(node.cache["value"])
        case Leaf() | Bracket():
            raise DomainError(f"no value was given for {node!r}")
        case Sum():
            return _sum(node, values, sizes)
        case Map():
            return _map(node, values)
        case Extremum() | Product():
            return _window(node, values, sizes)
        case Indicator():
            return _indicator(node.extremum, values, sizes)
        case ArgExtremum():
            return _argument(node.extremum, values, sizes)
        case Softmax() | LogSumExp():
            return _softmax(node, values, sizes)
        case LinAlg():
            return _linalg(node, values[node.arg].astype(float))
        case Scan():
            return _scan(node, values, sizes)
        case ScanState():
            return np.asarray(values[node.scan][node.number])
    raise DomainError(f"the oracle does not know the kind {type(node).__name__}")


def _sum(node: Sum, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]) -> Array:
    bound = tuple(sizes.items())
    total: Array = np.zeros(known_box(node.indices, bound).shape)
    for t in node.terms:
        total = total + _term(node.indices, t, values, bound)
    return total


def _term(
    out: tuple[Index, ...],
    t: Term,
    values: dict[Node, Array],
    sizes: tuple[tuple[sp.Symbol, int], ...],
) -> Array:
    box = known_box((*out, *t.bound), sizes)
    alive = box.alive((f for f in t.factors if f.is_bracket), values)
    product: Array = np.asarray(float(box.number(t.coef)))
    for f in t.factors:
        if not f.is_bracket:
            base = box.read(f.node, f.pos, values, alive).astype(float, copy=False)
            product = product * (base if f.power == 1 else _power(base, box.number(f.power)))
    masked = np.where(alive, product, 0.0)
    axes = tuple(range(len(out), len(out) + len(t.bound)))
    return np.asarray(box.full(masked).sum(axis=axes))


def _power(base: Array, exponent: float) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.power(base, float(exponent)))


def _map(node: Map, values: dict[Node, Array]) -> Array:
    arguments = []
    for arg, axes in node.args:
        value = values[arg]
        order = sorted(range(len(axes)), key=lambda k: axes[k])
        shape = [1] * node.rank
        for k in order:
            shape[axes[k]] = value.shape[k]
        arguments.append(value.transpose(order).reshape(shape))
    with np.errstate(all="ignore"):
        return np.asarray(node.fn.numpy(*arguments))


def window_values(
    node: Extremum | Product, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int], fill: float
) -> Array:
    """The body over (output, flattened bound), `fill` where the domain excludes it."""
    box = Box((*node.indices, *node.bound), sizes)
    alive = box.alive((Factor(_GE, (d,)) for d in node.domain), values)
    read = box.read(node.body, node.pos, values, alive)
    full = box.full(np.where(alive, read, fill))
    return full.reshape(*full.shape[: len(node.indices)], -1)


def _window(
    node: Extremum | Product, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]
) -> Array:
    if isinstance(node, Product):
        return np.asarray(window_values(node, values, sizes, 1.0).prod(axis=-1))
    fill = -np.inf if node.kind == "max" else np.inf
    body = window_values(node, values, sizes, fill)
    result = body.max(axis=-1) if node.kind == "max" else body.min(axis=-1)
    if np.any(result == fill):
        raise DomainError(f"{node.kind} over an empty domain")
    return np.asarray(result)


def _argument(node: Extremum, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]) -> Array:
    if node.kind == "max":
        return np.asarray(window_values(node, values, sizes, -np.inf).argmax(axis=-1))
    return np.asarray(window_values(node, values, sizes, np.inf).argmin(axis=-1))


def _indicator(node: Extremum, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]) -> Array:
    where = _argument(node, values, sizes)
    extent = [int(number(b.size, sizes)) for b in node.bound]
    count = int(np.prod(extent))
    hot = (where[..., None] == np.arange(count)).astype(float)
    return hot.reshape(*where.shape, *extent)


def _softmax(
    node: Softmax | LogSumExp, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]
) -> Array:
    z = values[node.arg].astype(float)
    box = Box(node.indices, sizes)
    alive = box.full(box.alive((Factor(_GE, (d,)) for d in node.domain), values))
    top = np.where(alive, z, -np.inf).max(axis=node.axis, keepdims=True)
    if np.any(top == -np.inf):
        raise DomainError("softmax over an empty domain")
    e = np.where(alive, np.exp(np.where(alive, z - top, 0.0)), 0.0)
    s = e.sum(axis=node.axis, keepdims=True)
    if isinstance(node, Softmax):
        return np.asarray(e / s)
    return np.asarray((np.log(s) + top).squeeze(axis=node.axis))


def _scan(node: Scan, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]) -> Array:
    """The stacks of all states, by a plain loop."""
    steps = int(number(node.length, sizes))
    for x in node.xs:
        if values[x].shape[0] != steps:
            raise DomainError(
                f"a scan of {steps} steps reads {x!r}, which has {values[x].shape[0]}"
            )
    state = [np.asarray(values[i], dtype=float) for i in node.inits]
    held = {p: values[x] for p, x in zip(node.captures, node.held, strict=True)}
    order = topological(node.next)
    stacks = np.empty(len(state), dtype=object)
    stacks[:] = [np.empty((steps, *s.shape)) for s in state]
    for t in reversed(range(steps)) if node.backward else range(steps):
        now = {p: values[x][t] for p, x in zip(node.inputs, node.xs, strict=True)}
        before = dict(zip(node.states, state, strict=True))
        known: dict[Node, Array] = {**held, **now, **before}
        for n in order:
            if n not in known:
                known[n] = _evaluate(n, known, sizes)
        state = [known[n] for n in node.next]
        for k, value in enumerate(state):
            stacks[k][t] = value
    return stacks


def _linalg(node: LinAlg, matrix: Array) -> Array:
    try:
        if node.kind == "inv":
            return np.linalg.inv(matrix)
        if node.kind == "cholesky":
            return np.linalg.cholesky((matrix + np.swapaxes(matrix, -1, -2)) / 2)
    except np.linalg.LinAlgError as error:
        raise DomainError(f"{node!r}: {error}") from error
    if node.kind == "det":
        return np.asarray(np.linalg.det(matrix))
    return np.asarray(np.linalg.slogdet(matrix)[1])
