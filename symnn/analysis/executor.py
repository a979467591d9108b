"""The counting executor: computes an expression scalar by scalar and counts what it does.

It walks every point of every term in plain loops, in the order of the term's plan, and adds one to
a counter at each product, sum, comparison and function call. Slow, for small sizes only: it is the
judge of the closed forms, and its values are compared with the oracle's, so that what was counted
is a computation of the right answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from symnn.analysis.contraction import ranges_of
from symnn.analysis.costs import depends
from symnn.analysis.executor_sums import Array, SumExecutor
from symnn.analysis.functions import function_cost
from symnn.core.errors import UnsupportedError
from symnn.core.node import Extremum, Factor, Leaf, LogSumExp, Map, Node, Product, Softmax, Sum
from symnn.core.recurrence import Scan, ScanState
from symnn.core.walk import topological
from symnn.oracle import interpret


class Executor(SumExecutor):
    """Evaluates nodes of every kind at fixed sizes."""

    def run(self, root: Node) -> Array:
        """The value of a node, everything below it computed once."""
        for node in topological([root], lambda n: () if n in self.values else n.children()):
            if node in self.values:
                continue
            if not depends(node):
                self.values[node] = interpret([node], {}, self.sizes)[0]
            else:
                self.values[node] = self._node(node)
        return self.values[root]

    def _node(self, node: Node) -> Array:
        match node:
            case Leaf() if "value" in node.cache:
                return np.asarray(node.cache["value"], float)
            case Sum():
                return self._sum(node)
            case Map():
                return self._map(node)
            case Extremum() | Product():
                return self._window(node)
            case Softmax() | LogSumExp():
                return self._softmax(node)
            case Scan():
                return self._scan(node)
            case ScanState():
                return np.asarray(self.values[node.scan][node.number])
        raise UnsupportedError(f"the counting executor does not know {type(node).__name__}")

    def _scan(self, node: Scan) -> Array:
        """The stacks of all states; every step is counted."""
        length = self.number(node.length)
        state = [np.asarray(self.values[i], float) for i in node.inits]
        stacks = np.empty(len(state), dtype=object)
        stacks[:] = [np.empty((length, *s.shape)) for s in state]
        for t in range(length)[:: -1 if node.backward else 1]:
            now = [self.values[x][t] for x in node.xs]
            values: dict[Node, Array] = {}
            values.update(zip(node.ports, [*state, *now, *self._held(node)], strict=True))
            step = Executor(values, self.sizes, padding=self.padding)
            state = [step.run(n) for n in node.next]
            self.counts.update(step.counts)
            for k, s in enumerate(state):
                stacks[k][t] = s
        return stacks

    def _held(self, node: Scan) -> list[Array]:
        return [self.values[x] for x in node.held]

    def _map(self, node: Map) -> Array:
        result = np.empty([self.number(s) for s in node.sizes])
        for place in np.ndindex(*result.shape):
            args = [self.values[n][tuple(place[a] for a in axes)] for n, axes in node.args]
            result[place] = node.fn.numpy(*args)
            self.counts.update(function_cost(node.fn.name))
        return result

    def _window(self, node: Extremum | Product) -> Array:
        result = np.empty([self.number(s) for s in node.sizes])
        reads = ranges_of(Factor(node.body, node.pos))
        masks = [d for d in node.domain if d not in reads]
        for place in self.box(node.indices):
            best: float | None = None
            for taps in self.box(node.bound):
                point = {**place, **taps}
                alive = self.holds(node.domain, point)
                if not alive and not (self.padding and self.holds(masks, point)):
                    continue
                here = tuple(self.at(p, point) for p in node.pos)
                value = float(self.values[node.body][here]) if alive else math.nan
                best = self._joined(node, best, value)
            result[tuple(place.values())] = best
        return result

    def _joined(self, node: Extremum | Product, best: float | None, value: float) -> float:
        if best is None:
            return value
        if isinstance(node, Product):
            self.counts["mul"] += 1
            return best if math.isnan(value) else best * value
        self.counts["cmp"] += 1
        if math.isnan(value) or math.isnan(best):
            return best if math.isnan(value) else value
        return max(best, value) if node.kind == "max" else min(best, value)

    def _softmax(self, node: Softmax | LogSumExp) -> Array:
        source = self.values[node.arg]
        result = np.zeros([self.number(s) for s in node.sizes])
        outer = [i for k, i in enumerate(node.indices) if k != node.axis]
        along = node.indices[node.axis]
        for place in self.box(outer):
            points = [{**place, along: t} for t in range(source.shape[node.axis])]
            alive = [p for p in points if self.holds(node.domain, p)]
            row = [float(source[tuple(p[i] for i in node.indices)]) for p in alive]
            top, e = max(row), [math.exp(v - max(row)) for v in row]
            self.counts.update(cmp=len(row) - 1, exp=len(row), add=2 * len(row) - 1)
            if isinstance(node, Softmax):
                self.counts["div"] += len(row)
                for p, v in zip(alive, e, strict=True):
                    result[tuple(p[i] for i in node.indices)] = v / sum(e)
            else:
                self.counts.update(log=1, add=1)
                result[tuple(place.values())] = math.log(sum(e)) + top
        return result


def counted(
    root: Node, values: Mapping[Node, Any], *, padding: bool = True
) -> tuple[Array, dict[str, int]]:
    """The value of a node and the operations that it took.

    >>> from symnn.core.index import Index
    >>> from symnn.core.node import Term
    >>> from symnn.ops.algebra import build
    >>> i, x = Index(3), Leaf("x", (3,))
    >>> node = build((), Term(1, (i,), (Factor(x, (i.pos,)),)))
    >>> value, counts = counted(node, {x: [1.0, 2.0, 3.0]})
    >>> float(value), counts
    (6.0, {'add': 2})
    """
    executor = Executor(values, padding=padding)
    result = executor.run(root)
    return result, {k: v for k, v in executor.counts.items() if v}
