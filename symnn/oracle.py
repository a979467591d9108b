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

from symnn.core.errors import DomainError
from symnn.core.index import Affine, Index
from symnn.core.node import (
    EQ,
    GE,
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
from symnn.core.scalars import Scalar, evaluate_scalar
from symnn.core.walk import topological

Array = np.ndarray[Any, Any]
MOST_ELEMENTS = 2**27


class _Box:
    """Open grids for a set of indices, one axis each."""

    def __init__(self, indices: Iterable[Index], sizes: Mapping[sp.Symbol, int]) -> None:
        self.sizes = dict(sizes)
        self.indices = list(indices)
        self.extent = [int(number(i.size, self.sizes)) for i in self.indices]
        if np.prod(self.extent, dtype=float) > MOST_ELEMENTS:
            gib = np.prod(self.extent, dtype=float) * 8 / 2**30
            raise DomainError(
                f"the oracle would need {gib:.1f} GiB for one term\n"
                f"  fix: evaluate at smaller sizes, or compile the expression"
            )
        self.grid = {
            index: np.arange(e).reshape([-1 if k == a else 1 for a in range(len(self.extent))])
            for k, (index, e) in enumerate(zip(self.indices, self.extent, strict=True))
        }

    def position(
        self, p: Affine, values: Mapping[Node, Array], alive: Array | None = None
    ) -> Array:
        """The value of a position over the box; integer reads must stay inside where `alive`."""
        total: Array = np.asarray(int(number(p.const, self.sizes)))
        for atom, c in p.terms:
            weight = int(number(c, self.sizes))
            if isinstance(atom, Index):
                total = total + weight * self.grid[atom]
            else:
                source = values[atom.node]
                places = [self.position(q, values, alive) for q in atom.pos]
                total = total + weight * self._take(atom.node, source, places, alive).astype(int)
        return total

    @staticmethod
    def _take(node: Node, source: Array, places: list[Array], alive: Array | None) -> Array:
        for k, place in enumerate(places):
            if place.size and place.min() >= 0 and place.max() < source.shape[k]:
                continue
            out = (place < 0) | (place >= source.shape[k])
            if alive is not None and np.any(out & alive):
                raise DomainError(f"a read of {node!r} leaves axis {k} of size {source.shape[k]}")
            places[k] = np.clip(place, 0, max(source.shape[k] - 1, 0))
        return np.asarray(source[tuple(places)])

    def read(
        self, node: Node, pos: tuple[Affine, ...], values: Mapping[Node, Array], alive: Array
    ) -> Array:
        """A read over the box; outside the tensor it must be masked by `alive`."""
        source = values[node]
        if not pos:
            return source
        places = [self.position(p, values, alive) for p in pos]
        return self._take(node, source, places, alive)

    def alive(self, brackets: Iterable[Factor], values: Mapping[Node, Array]) -> Array:
        """Where all brackets hold."""
        result: Array = np.asarray(True)
        for b in brackets:
            p = self.position(b.pos[0], values)
            result = result & ((p == 0) if b.node is EQ else (p >= 0))
        return result

    def full(self, value: Array) -> Array:
        """Broadcast to the whole box."""
        return np.broadcast_to(value, self.extent)


def number(value: Scalar, sizes: Mapping[sp.Symbol, int]) -> int | float:
    """A scalar at bound sizes."""
    return value if isinstance(value, int) else evaluate_scalar(value, dict(sizes))


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
    opened = topological(roots, lambda n: () if n in known else n.children())
    for node in opened:
        if node not in known:
            known[node] = _evaluate(node, known, sizes)
    return [known[r] for r in roots]


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
    shape = [int(number(i.size, sizes)) for i in node.indices]
    total: Array = np.zeros(shape)
    for t in node.terms:
        total = total + _term(node.indices, t, values, sizes)
    return total


def _term(
    out: tuple[Index, ...], t: Term, values: dict[Node, Array], sizes: Mapping[sp.Symbol, int]
) -> Array:
    box = _Box((*out, *t.bound), sizes)
    alive = box.alive((f for f in t.factors if f.is_bracket), values)
    product: Array = np.asarray(float(number(t.coef, sizes)))
    for f in t.factors:
        if not f.is_bracket:
            base = box.read(f.node, f.pos, values, alive).astype(float)
            product = product * (base if f.power == 1 else _power(base, f.power, sizes))
    masked = np.where(alive, product, 0.0)
    axes = tuple(range(len(out), len(out) + len(t.bound)))
    return np.asarray(box.full(masked).sum(axis=axes))


def _power(base: Array, w: Scalar, sizes: Mapping[sp.Symbol, int]) -> Array:
    exponent = number(w, sizes)
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
    box = _Box((*node.indices, *node.bound), sizes)
    alive = box.alive((Factor(GE, (d,)) for d in node.domain), values)
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
    box = _Box(node.indices, sizes)
    alive = box.full(box.alive((Factor(GE, (d,)) for d in node.domain), values))
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
