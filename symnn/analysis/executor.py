"""The counting executor: computes an expression scalar by scalar and counts what it does.

It walks every point of every term in plain loops, in the order of the term's plan, and adds one to
a counter at each product, sum, comparison and function call. Slow, for small sizes only: it is the
judge of the closed forms, and its values are compared with the oracle's, so that what was counted
is a computation of the right answer.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.analysis.contraction import Plan, Step, plan_term, ranges_of
from symnn.analysis.costs import depends
from symnn.analysis.functions import function_cost
from symnn.core.errors import UnsupportedError
from symnn.core.index import Affine, Index
from symnn.core.node import Extremum, Factor, Leaf, LogSumExp, Map, Node, Product, Softmax, Sum
from symnn.core.recurrence import Scan, ScanState
from symnn.core.scalars import evaluate_scalar, to_sympy
from symnn.core.walk import topological
from symnn.oracle import interpret

Array = np.ndarray[Any, Any]
Point = dict[Index, int]
Table = dict[tuple[int, ...], float]


class Executor:
    """Evaluates nodes at fixed sizes.

    Attributes:
        counts: operations done so far, by kind.
        padding: also do the products against padding zeros.
    """

    def __init__(
        self, values: Mapping[Node, Any], sizes: Mapping[sp.Symbol, int] | None = None, *,
        padding: bool = True,
    ) -> None:  # fmt: skip
        self.values: dict[Node, Array] = {n: np.asarray(v, float) for n, v in values.items()}
        self.sizes = dict(sizes or {})
        self.counts: Tally[str] = Tally()
        self.padding = padding

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

    # -- positions -----------------------------------------------------------------------------
    def number(self, value: Any) -> int:
        """A size or coefficient as a number."""
        return int(evaluate_scalar(value, self.sizes))

    def box(self, indices: Sequence[Index]) -> Any:
        """All points of a box."""
        ranges = [range(self.number(i.size)) for i in indices]
        for values in itertools.product(*ranges):
            yield dict(zip(indices, values, strict=True))

    def at(self, p: Affine, point: Point) -> int:
        """A position at a point."""
        total = self.number(p.const)
        for atom, c in p.terms:
            if isinstance(atom, Index):
                total += self.number(c) * point[atom]
            else:
                place = tuple(self.at(q, point) for q in atom.pos)
                total += self.number(c) * int(self.values[atom.node][place])
        return total

    def holds(self, guards: Sequence[Affine], point: Point) -> bool:
        """Whether the guards that read only this point's indices hold."""
        return all(self.at(g, point) >= 0 for g in guards if all(i in point for i in g.indices()))

    # -- kinds ---------------------------------------------------------------------------------
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

    # -- sums ----------------------------------------------------------------------------------
    def _sum(self, node: Sum) -> Array:
        result = np.zeros([self.number(s) for s in node.sizes])
        written = np.zeros(result.shape, dtype=int)
        for term in node.terms:
            self._add(plan_term(node.indices, term), result, written)
        if len(node.terms) > 1:
            self.counts["add"] += int(np.maximum(written - 1, 0).sum())
        return result

    def _add(self, plan: Plan, result: Array, written: Array) -> None:
        """Compute a term and add it into place."""
        tables = self._tables(plan)
        coefficient = float(evaluate_scalar(plan.term.coef, self.sizes))
        final = tables[-1] if tables else {(): 1.0}
        indices = plan.result.indices if tables else ()
        free = [i for i in plan.scattered if i not in indices]
        touched: set[tuple[int, ...]] = set()
        writes = 0
        for place in self.box([*indices, *free]):
            if not self.holds([*plan.masks, *plan.padding], place):
                continue
            value = final.get(tuple(place[i] for i in indices), 0.0)
            out = tuple(
                self.at(plan.solved[o], place) if o in plan.solved else place[o] for o in plan.out
            )
            if not all(0 <= k < n for k, n in zip(out, result.shape, strict=True)):
                continue
            result[out] += (
                coefficient / value
                if plan.operands and plan.result.inverse
                else (coefficient * value)
            )
            writes += 1
            touched.add(out)
        for out in touched:
            written[out] += 1
        self._finish(plan, tables, writes, len(touched))

    def _finish(self, plan: Plan, tables: list[Table], writes: int, touched: int) -> None:
        if not plan.operands:
            return
        if plan.result.inverse:
            self.counts["div"] += len(tables[-1])
        elif plan.term.coef not in (1, -1):
            own = [len(t) for t, o in zip(tables, plan.operands, strict=True) if o.factor]
            self.counts["mul"] += min([len(tables[-1]), *own])
        self.counts["add"] += writes - touched

    def _tables(self, plan: Plan) -> list[Table]:
        """The operands as tables over their indices, then the result of every step."""
        tables = [self._read(plan, o.factor) for o in plan.operands if o.factor is not None]
        for step in plan.steps:
            if step.kind == "power":
                self._power(plan, step, tables)
            else:
                tables.append(self._stage(plan, step, tables))
        return tables

    def _read(self, plan: Plan, factor: Factor) -> Table:
        """Entries of a factor at its own indices; reads outside give 0 and are cut by guards."""
        source = self.values[factor.node]
        own = next(o.indices for o in plan.operands if o.factor is factor)
        table: Table = {}
        power = abs(float(evaluate_scalar(factor.power, self.sizes)))
        for point in self.box(own):
            place = tuple(self.at(p.substitute(plan.solved), point) for p in factor.pos)
            inside = all(0 <= k < n for k, n in zip(place, source.shape, strict=True))
            value = float(source[place]) if inside else 0.0
            table[tuple(point.values())] = value**power
        return table

    def _power(self, plan: Plan, step: Step, tables: list[Table]) -> None:
        """The values are raised when read; here the work is counted."""
        factor = plan.operands[step.left].factor
        assert factor is not None
        bare = all(p.bare is not None or not p.terms for p in factor.pos)
        entries = len(tables[step.left]) if bare else self.values[factor.node].size
        size = abs(to_sympy(factor.power))
        if (2 * size).is_Integer:
            whole = int(size)
            products = whole.bit_length() + whole.bit_count() - 2 if whole else 0
            self.counts["mul"] += entries * (products + (whole > 0 and not size.is_Integer))
            self.counts["sqrt"] += 0 if size.is_Integer else entries
        else:
            self.counts["pow"] += entries

    def _stage(self, plan: Plan, step: Step, tables: list[Table]) -> Table:
        guards = plan.masks if self.padding else [*plan.masks, *plan.padding]
        left, right = plan.operands[step.left], plan.operands[step.right]
        turned = step.kind == "pair" and left.inverse != right.inverse
        if turned and step.summed:
            self.counts["div"] += len(tables[step.left if left.inverse else step.right])
        table: Table = {}
        for point in self.box(step.over):
            if not self.holds(guards, point):
                continue
            alive = self.holds(plan.padding, point)
            value = tables[step.left][tuple(point[i] for i in left.indices)]
            if step.kind == "pair":
                other = tables[step.right][tuple(point[i] for i in right.indices)]
                value = self._times(step, value, other, (left.inverse, right.inverse))
            key = tuple(point[i] for i in step.kept)
            if key in table:
                self.counts["add"] += 1
            table[key] = table.get(key, 0.0) + (value if alive else 0.0)
        return table

    def _times(self, step: Step, a: float, b: float, inverse: tuple[bool, bool]) -> float:
        turned = inverse[0] != inverse[1]
        if turned and not step.summed:
            self.counts["div"] += 1
        else:
            self.counts["mul"] += 1
            self.counts["mac"] += step.summed
        if not turned:
            return a * b
        return b / a if inverse[0] else a / b


def counted(
    root: Node, values: Mapping[Node, Any], *, padding: bool = True
) -> tuple[Array, dict[str, int]]:
    """The value of a node and the operations that it took.

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
