"""One draw of a derivation: sizes, inputs, and the value of every name and gradient.

`Bench.value` evaluates a node over names; `Bench.slopes` compares a gradient with what the program
itself has, by central differences of fourth order with everything downstream recomputed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from symnn.calculus.facts import positive
from symnn.core.errors import DomainError
from symnn.core.node import Leaf, Node
from symnn.derivation.backward import Cotangent
from symnn.derivation.definitions import Binding, Group, Program, direct_leaves
from symnn.derivation.draws import STEP, draw_sizes, draw_values, symbols_of
from symnn.derivation.loops import moved_along
from symnn.lang.call import below, opened
from symnn.oracle import Array, add_values, interpret, order_of

Later = tuple[Binding, list[Node]]  # what is evaluated again, its nodes in order
MOST_ENTRIES = 24
DIRECTIONS = 3
MOST_SIZES = 8
FREE = 1e-3  # below it a positive entry is moved freely as well


class Bench:
    """One draw: sizes, inputs, and the value of every forward name and cotangent."""

    def __init__(
        self, program: Program, cotangents: dict[Leaf, Cotangent], rng: np.random.Generator
    ) -> None:
        self.program, self.cotangents = program, cotangents
        calls = below([program.output.call])
        self.inputs = [c.port for c in program.inputs]
        symbols = symbols_of([*self.inputs, *(b.leaf for b in program.bindings)])
        conditions = [c for call in calls for c in call.conditions]
        whole = opened([program.output.call])[program.output.call]
        drawn = _draw(self.inputs, whole, symbols, conditions, rng)
        self.sizes, self.values, self.smooth = drawn
        self.written = whole
        self.rng = rng
        self._after: dict[Leaf, tuple[dict[Node, Array], list[Later]]] = {}
        for b in program.bindings:
            self.values[b.leaf] = self.value(b.definition)
        self.output = float(self.values[program.output.leaf]) if not whole.rank else 0.0
        for c in _ordered(program, cotangents):
            if c.call is not None:
                self.values[c.call.port] = self.value(c.value if c.closed is None else c.closed)
        for g in program.groups:
            for leaf, definition in g.neighbours.items():
                self.values[leaf] = self.value(definition)

    @property
    def noise(self) -> float:
        """What rounding alone makes of a slope: a gradient far below it cannot be told from 0."""
        return float(10 * np.finfo(float).eps * abs(self.output) / STEP)

    def value(self, node: Node, changed: dict[Node, Array] | None = None) -> Array:
        """A node over names at this draw."""
        return interpret([node], {**self.values, **(changed or {})}, self.sizes)[0]

    def downstream(self, leaf: Leaf, value: Array) -> float:
        """The output with one named value replaced and all after it recomputed."""
        group = next((g for g in self.program.groups if leaf in g.leaves), None)
        if leaf not in self._after:
            self._after[leaf] = self._later(leaf, group)
        still, later = self._after[leaf]
        values = {**still, leaf: value}
        if group is not None:
            values.update(moved_along(group, self.values, self.sizes, leaf, value))
        for b, order in later:
            add_values(order, values, self.sizes)
            values[b.leaf] = values[b.definition]
        return float(values[self.program.output.leaf])

    def _later(self, leaf: Leaf, group: Group | None) -> tuple[dict[Node, Array], list[Later]]:
        """(values that a leaf does not move, each definition it moves with its nodes in order)."""
        moved: set[Node] = {leaf} if group is None else {leaf, *group.leaves}
        fixed = frozenset(moved)
        still = {n: np.asarray(v) for n, v in self.values.items()}
        later: list[Later] = []
        for b in self.program.bindings:
            if b.leaf in fixed or not any(x in moved for x in direct_leaves(b.definition)):
                continue
            reached = []
            for n in order_of([b.definition], {**still, **dict.fromkeys(moved, 0)}):
                if any(c in moved for c in n.children()):
                    reached.append(n)
                    moved.add(n)
                else:
                    add_values([n], still, self.sizes)
            later.append((b, reached))
            moved.add(b.leaf)
        return still, later

    def slopes(self, leaf: Leaf, gradient: Array) -> tuple[Array, Array]:
        """(from the gradient, from central differences) of the output.

        Entry by entry for a small value; along random directions, all entries at once, for a value
        of more than `MOST_ENTRIES` (large sizes that are numbers), or where there is a recurrence
        (each evaluation runs all its steps).
        """
        base = np.asarray(self.values[leaf], dtype=float)
        whole = np.broadcast_to(gradient, base.shape)
        if base.size <= MOST_ENTRIES and not self.program.groups:
            ways = np.eye(base.size).reshape(base.size, *base.shape)
        else:
            ways = self.rng.normal(size=(DIRECTIONS, *base.shape)) / np.sqrt(base.size)
        found = np.asarray([float(np.sum(whole * way)) for way in ways])
        return found, np.asarray([self._along(leaf, base, way) for way in ways])

    def slope(self, leaf: Leaf, way: Array) -> float:
        """The slope of the output along one direction of a named value."""
        return self._along(leaf, np.asarray(self.values[leaf], dtype=float), way)

    def _along(self, leaf: Leaf, base: Array, way: Array) -> float:
        """The slope along a direction, at the step whose estimated error is least.

        A positive entry is moved in proportion (a logarithm may read it), or freely: a weight of
        1e-12 that is only multiplied moves the output by less than it is rounded.
        """
        touched = float(np.min(np.abs(base[way != 0]), initial=1.0))
        largest = float(np.max(np.abs(base[way != 0]), initial=0.0))
        steps = [STEP * max(1.0, largest)]
        if positive(leaf):
            steps = [STEP * touched, *(steps if touched < FREE else ())]
        with np.errstate(all="ignore"):
            found = [_slope(lambda t: self.downstream(leaf, base + t * way), h) for h in steps]
        return min(found, key=lambda pair: (not np.isfinite(pair[1]), pair[1]))[0]


def _draw(
    inputs: list[Leaf],
    whole: Node,
    symbols: list[sp.Symbol],
    conditions: list[tuple[Any, Any]],
    rng: np.random.Generator,
) -> tuple[dict[sp.Symbol, int], dict[Node, Array], bool]:
    """Sizes and inputs; other sizes where none fit (`(YᵀY)⁻¹` wants more rows than columns)."""
    for attempt in range(MOST_SIZES):
        sizes = draw_sizes(symbols, conditions, rng)
        try:
            return sizes, *draw_values(inputs, [whole], sizes, rng)
        except DomainError:
            if attempt == MOST_SIZES - 1:
                raise
    raise AssertionError


def _slope(f: Callable[[float], float], h: float) -> tuple[float, float]:
    """Central difference of fourth order, and an estimate of its error."""
    ahead, behind = f(h), f(-h)
    near, far = ahead - behind, f(2 * h) - f(-2 * h)
    rounding = np.finfo(float).eps * abs(ahead) / h
    return (8 * near - far) / (12 * h), abs(2 * near - far) / (12 * h) + rounding


def _ordered(program: Program, cotangents: dict[Leaf, Cotangent]) -> list[Cotangent]:
    order = {b.leaf: k for k, b in enumerate(program.written)}
    known = sorted(
        (c for leaf, c in cotangents.items() if leaf in order), key=lambda c: -order[c.target]
    )
    return [*known, *(c for leaf, c in cotangents.items() if leaf not in order)]


def relative(found: Array, expected: Array, least: float = 0.0) -> float:
    """Largest deviation relative to the largest expected entry, or to `least` if that is less."""
    scale = max(float(np.max(np.abs(expected), initial=0.0)), 1e-3, least)
    return float(np.max(np.abs(np.asarray(found) - np.asarray(expected)), initial=0.0)) / scale
