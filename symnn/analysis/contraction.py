"""The order in which a term is computed: powers, then products pair by pair, then the scale.

A term `c * sum(bound) A^w * B * ...` becomes steps: a power of an operand, a sum over indices that
one operand alone has, a product of two operands summed over what nobody else reads, and at last
the coefficient, where it is cheapest. The cheapest order is searched with every symbol at one
size. The same steps are counted in closed form and executed by the counting executor.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from symnn.analysis.points import UncountableError, solved
from symnn.analysis.scalars import weight
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import EQ, GE, Factor, Indicator, Term
from symnn.core.scalars import Scalar, sub, to_sympy


@dataclass(frozen=True)
class Operand:
    """A tensor at some stage: what it reads and over which indices it varies."""

    indices: tuple[Index, ...]
    factor: Factor | None = None
    inverse: bool = False


@dataclass(frozen=True)
class Step:
    """One stage.

    Attributes:
        kind: "power" (of a factor), "sum", "pair".
        left, right: numbers of operands; the result is the next number.
        over: all indices of the stage.  kept: those of the result.
        summed: whether the products are added up (a MAC).
    """

    kind: str
    left: int
    right: int = -1
    over: tuple[Index, ...] = ()
    kept: tuple[Index, ...] = ()
    summed: bool = False


@dataclass
class Plan:
    """Steps of one term.

    Attributes:
        out: output indices of the node.
        free: indices that remain once equalities are solved; `solved` gives the others.
        masks: guards that cut the domain; `padding`: guards of reads outside a tensor.
        operands: factors first, then the results of steps.
        hits: factors that are indicators of a maximum: they select, nothing is multiplied.
    """

    term: Term
    out: tuple[Index, ...]
    free: tuple[Index, ...]
    solved: dict[Index, Affine] = field(default_factory=dict)
    masks: list[Affine] = field(default_factory=list)
    padding: list[Affine] = field(default_factory=list)
    operands: list[Operand] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    hits: list[Factor] = field(default_factory=list)

    @property
    def result(self) -> Operand:
        """The last operand."""
        return self.operands[-1]

    @property
    def scattered(self) -> tuple[Index, ...]:
        """Indices that decide where a result is written."""
        found = [i for o in self.out if o in self.solved for i in self.solved[o].indices()]
        kept = [o for o in self.out if o not in self.solved]
        return tuple(dict.fromkeys(i for i in (*kept, *found) if i in self.free))


def plan_term(out: tuple[Index, ...], term: Term) -> Plan:
    """The steps of one term over the output indices."""
    plan = Plan(term, out, (*out, *term.bound))
    _solve(plan)
    real = [f for f in term.factors if not f.is_bracket]
    plan.hits = [f for f in real if isinstance(f.node, Indicator)]
    chosen = {i for f in plan.hits for i in _chosen(f)}
    for f in real:
        if f not in plan.hits:
            indices = tuple(i for i in _used(f, plan) if i not in chosen)
            plan.operands.append(Operand(indices, f, _inverse(f.power)))
    plan.free = tuple(i for i in plan.free if i not in chosen)
    _powers(plan)
    _pairs(plan)
    return plan


def _chosen(f: Factor) -> list[Index]:
    """The indices that an indicator decides: where the maximum is."""
    assert isinstance(f.node, Indicator)
    own = len(f.node.extremum.indices)
    return [p.bare for p in f.pos[own:] if p.bare is not None]


def _solve(plan: Plan) -> None:
    """Solve the equalities; sort the inequalities into masks and padding."""
    eqs = [f.pos[0] for f in plan.term.factors if f.node is EQ]
    guards = [f.pos[0] for f in plan.term.factors if f.node is GE]
    reads = {q for f in plan.term.factors if not f.is_bracket for q in ranges_of(f)}
    padding = [g for g in guards if g in reads]
    masks = [g for g in guards if g not in reads]
    while eqs:
        p = eqs.pop(0)
        if not p.terms:
            continue
        found = solved(p, plan.free)
        if found is None:
            raise UncountableError(f"[{p} = 0] cannot be solved for an index")
        index, value, ranges = found
        mapping = {index: value}
        plan.solved = {k: v.substitute(mapping) for k, v in plan.solved.items()}
        plan.solved[index] = value
        plan.free = tuple(i for i in plan.free if i is not index)
        eqs = [q.substitute(mapping) for q in eqs]
        masks = [q.substitute(mapping) for q in masks]
        padding = [q.substitute(mapping) for q in padding] + ranges
    plan.masks, plan.padding = [g for g in masks if g not in padding], padding


def ranges_of(f: Factor) -> list[Affine]:
    """Guards that would keep the reads of a factor inside its tensor."""
    return [
        g
        for p, size in zip(f.pos, f.node.sizes, strict=True)
        for g in (p, combine(constant(sub(size, 1)), p, -1))
    ]


def _used(f: Factor, plan: Plan) -> tuple[Index, ...]:
    found = [i for p in f.pos for i in p.substitute(plan.solved).indices()]
    return tuple(dict.fromkeys(i for i in found if i in plan.free))


def _inverse(power: Scalar) -> bool:
    return bool(to_sympy(power).is_negative) if not isinstance(power, int) else power < 0


def _powers(plan: Plan) -> None:
    for k, operand in enumerate(list(plan.operands)):
        assert operand.factor is not None
        if operand.factor.power not in (1, -1):
            plan.steps.append(Step("power", k))


def _pairs(plan: Plan) -> None:
    """Search the cheapest order, then write it as steps."""
    needed = set(plan.scattered)
    alive = list(range(len(plan.operands)))
    if not alive:
        return
    for k in list(alive):
        alive[alive.index(k)] = _summed_alone(plan, k, alive, needed)
    while len(alive) > 1:
        a, b = _best_pair(plan, alive, needed)
        rest = [k for k in alive if k not in (a, b)]
        over = tuple(dict.fromkeys((*plan.operands[a].indices, *plan.operands[b].indices)))
        wanted = needed | {i for k in rest for i in plan.operands[k].indices}
        kept = tuple(i for i in over if i in wanted)
        last = not rest and (len(plan.free) > len(kept) or _writes(plan))
        plan.steps.append(Step("pair", a, b, over, kept, len(kept) < len(over) or last))
        flags = plan.operands[a].inverse and plan.operands[b].inverse
        plan.operands.append(Operand(kept, None, flags))
        alive = [*rest, len(plan.operands) - 1]


def _writes(plan: Plan) -> bool:
    """Whether results are added into place: a sum over where a read lands."""
    return any(o in plan.solved and len(plan.solved[o].terms) > 1 for o in plan.out)


def _summed_alone(plan: Plan, k: int, alive: Sequence[int], needed: set[Index]) -> int:
    """Sum an operand over the indices that only it has, within the guards that cut them."""
    own = plan.operands[k]
    others = needed | {i for m in alive if m != k for i in plan.operands[m].indices}
    private = [i for i in own.indices if i not in others]
    if not private:
        return k
    guards = [g for g in (*plan.masks, *plan.padding) if any(i in private for i in g.indices())]
    tied = [i for g in guards for i in g.indices() if i in plan.free]
    over = tuple(dict.fromkeys((*own.indices, *tied)))
    kept = tuple(i for i in over if i in others)
    plan.steps.append(Step("sum", k, -1, over, kept, True))
    plan.operands.append(Operand(kept, None, own.inverse))
    return len(plan.operands) - 1


def _best_pair(plan: Plan, alive: Sequence[int], needed: set[Index]) -> tuple[int, int]:
    if len(alive) == 2:
        return alive[0], alive[1]
    sets = tuple(frozenset(plan.operands[k].indices) for k in alive)
    _, order = _search(sets, frozenset(needed))
    a, b = order[0]
    return alive[a], alive[b]


def _search(
    sets: tuple[frozenset[Index], ...], needed: frozenset[Index]
) -> tuple[float, list[tuple[int, int]]]:
    """The cheapest pairwise order: all orders up to five operands, greedily above."""
    if len(sets) <= 1:
        return 0.0, []
    best: tuple[float, list[tuple[int, int]]] | None = None
    pairs = list(itertools.combinations(range(len(sets)), 2))
    if len(sets) > 4:
        pairs = [min(pairs, key=lambda p: _volume(sets[p[0]] | sets[p[1]]))]
    for a, b in pairs:
        rest = tuple(s for k, s in enumerate(sets) if k not in (a, b))
        over = sets[a] | sets[b]
        kept = over & frozenset(needed.union(*rest))
        cost, order = _search((*rest, kept), needed)
        cost += _volume(over)
        if best is None or cost < best[0] - 1e-9:
            best = (cost, [(a, b), *order])
    assert best is not None
    return best


def _volume(indices: frozenset[Index]) -> float:
    result = 1.0
    for i in indices:
        result *= weight(i.size)
    return result


def injective(value: Affine) -> bool:
    """Whether different indices give different values: strides that do not overlap."""
    rows = sorted(
        ((weight(c), weight(a.size)) for a, c in value.terms if isinstance(a, Index)),
        key=lambda row: abs(row[0]),
    )
    reach = 0.0
    for c, size in rows:
        if abs(c) <= reach:
            return False
        reach += abs(c) * (size - 1)
    return all(isinstance(a, Index) for a, _ in value.terms)
