"""Sums computed scalar by scalar: every term in plain loops, in the order of its plan.

Law: one is added to a counter at each product, division, sum and power that is done; nothing is
counted that is not computed. `executor` adds the other kinds of nodes.
"""

from __future__ import annotations

import itertools
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.analysis.contraction import Plan, Step, plan_term
from symnn.core.index import Affine, Index
from symnn.core.node import Factor, Node, Sum
from symnn.core.scalars import evaluate_scalar, to_sympy

Array = np.ndarray[Any, Any]
Point = dict[Index, int]
Table = dict[tuple[int, ...], float]


class SumExecutor:
    """Evaluates sums at fixed sizes, from the values of what they read.

    Attributes:
        values: of nodes, each an array.
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

    # -- terms ---------------------------------------------------------------------------------
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
