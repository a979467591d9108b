"""Operations of one expression as written: every node below the root once, in closed form.

A sum is counted term by term in the order that its plan says, an elementwise function once per
entry, a maximum by comparisons, softmax with its shift. `padding=True` counts products against
padding zeros as work, as every program does; `False` counts only points inside the tensors. Masks
(causal, triangular) always cut the domain. Law: equal to what the counting executor does (tests).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from symnn.analysis.contraction import Plan, Step, injective, plan_term, ranges_of
from symnn.analysis.counters import Counts, count, plus, times
from symnn.analysis.functions import function_cost
from symnn.analysis.points import points
from symnn.analysis.scalars import Count, add, product, sign, sub, total, weight
from symnn.core.index import Affine, Index
from symnn.core.node import (
    ArgExtremum,
    Extremum,
    Factor,
    Indicator,
    Leaf,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.recurrence import Scan, ScanState
from symnn.core.scalars import Scalar, to_sympy
from symnn.core.walk import topological


@dataclass(frozen=True)
class Domain:
    """Where the products of a contraction come from, for explanations: outputs x summed."""

    outputs: tuple[Scalar, ...]
    summed: tuple[Scalar, ...]


@dataclass(frozen=True)
class Cost:
    """A counter, and the domains of its MACs in order."""

    counter: Counts
    domains: tuple[Domain, ...] = ()


def cost_of(roots: Iterable[Node], *, padding: bool = True, free: Collection[Node] = ()) -> Cost:
    """The operations to compute the roots from leaves and `free` nodes.

    >>> from symnn.core.node import Term
    >>> from symnn.ops.algebra import build
    >>> i, x = Index(3), Leaf("x", (3,))
    >>> cost_of([build((), Term(1, (i,), (Factor(x, (i.pos,)),)))]).counter
    {'add': 2}
    """
    known = set(free)
    counters: list[Counts] = []
    domains: list[Domain] = []
    for node in topological(roots, lambda n: () if n in known else n.children()):
        if node in known or isinstance(node, Leaf) or not depends(node):
            continue
        cost = _node(node, padding)
        counters.append(cost.counter)
        domains += cost.domains
    return Cost(plus(*counters), tuple(domains))


def depends(node: Node) -> bool:
    """Whether a node reads any leaf; what does not is a constant, computed once."""
    known = node.cache.get("depends")
    if known is None:
        known = isinstance(node, Leaf) or any(depends(c) for c in node.children())
        node.cache["depends"] = known
    return bool(known)


def _node(node: Node, padding: bool) -> Cost:
    match node:
        case Sum():
            return _sum(node, padding)
        case Map():
            return Cost(times(function_cost(node.fn.name), product(node.sizes)))
        case Extremum() | Product():
            return Cost(_window(node, padding))
        case ArgExtremum():
            return Cost(_window(node.extremum, padding))
        case Indicator():
            return Cost({})  # the place was found with the maximum
        case Softmax() | LogSumExp():
            return Cost(_softmax(node))
        case Scan():
            return _scan(node, padding)
        case ScanState():
            return Cost({})  # a stack of the recurrence, whose steps are counted
    raise TypeError(f"no cost for the kind {type(node).__name__}")


def _scan(node: Scan, padding: bool) -> Cost:
    """The steps, each as its body costs."""
    one = cost_of(node.next, padding=padding)
    domains = tuple(Domain((node.length, *d.outputs), d.summed) for d in one.domains)
    return Cost(times(one.counter, node.length), domains)


def _window(node: Extremum | Product, padding: bool) -> Counts:
    reads = set(ranges_of(Factor(node.body, node.pos)))
    kept = [d for d in node.domain if not padding or d not in reads]
    inner = points((*node.indices, *node.bound), kept)
    work = sub(inner, product(node.sizes))
    return count(mul=work) if isinstance(node, Product) else count(cmp=work)


def _softmax(node: Softmax | LogSumExp) -> Counts:
    entries = points(node.indices, node.domain)
    rows = product(s for k, s in enumerate(node.arg.sizes) if k != node.axis)
    rest = sub(entries, rows)
    if isinstance(node, Softmax):
        return count(cmp=rest, add=add(entries, rest), exp=entries, div=entries)
    return count(cmp=rest, add=add(add(entries, rest), rows), exp=entries, log=rows)


def _sum(node: Sum, padding: bool) -> Cost:
    counters: list[Counts] = []
    domains: list[Domain] = []
    written: list[Count] = []
    for term in node.terms:
        plan = plan_term(node.indices, term)
        made = plan_cost(plan, padding)
        counters.append(made.counter)
        domains += made.domains
        written.append(touched(plan))
    if len(node.terms) > 1:
        extra = sub(total(written), product(node.sizes))
        if sign(extra) == 1:
            counters.append(count(add=extra, bias=_biases(node, written)))
    return Cost(plus(*counters), tuple(domains))


def _biases(node: Sum, written: Sequence[Count]) -> Count:
    """Additions of a parameter that stands alone in its term."""
    return total(
        w
        for t, w in zip(node.terms, written, strict=True)
        if len(t.factors) == 1 and not t.bound and _is_parameter(t.factors[0].node)
    )


def _is_parameter(node: Node) -> bool:
    return isinstance(node, Leaf) and bool(node.cache.get("parameter", node.role == "parameter"))


def within(guards: Iterable[Affine], indices: Collection[Index]) -> list[Affine]:
    """The guards that only read the given indices."""
    own = set(indices)
    return [g for g in guards if all(i in own for i in g.indices())]


def touched(plan: Plan) -> Count:
    """How many entries of the output the term writes."""
    places = [plan.solved[o] for o in plan.out if o in plan.solved]
    if not all(injective(p) for p in places):
        return product(o.size for o in plan.out)
    guards = within((*plan.masks, *plan.padding), plan.scattered)
    return points(plan.scattered, guards)


def stage_points(plan: Plan, indices: Sequence[Index], padding: bool) -> Count:
    """Points of a stage: masks cut it, padding only where it is not counted as work."""
    guards = plan.masks if padding else [*plan.masks, *plan.padding]
    return points(indices, within(guards, indices))


def plan_contracts(node: Sum, term: Term) -> bool:
    """Whether a term sums products."""
    return any(s.kind == "pair" and s.summed for s in plan_term(node.indices, term).steps)


def plan_cost(plan: Plan, padding: bool, *, contraction: bool | None = None) -> Cost:
    """The cost of one term; `contraction` overrules whether its products are MACs."""
    counters: list[Counts] = []
    domains: list[Domain] = []
    for step in plan.steps:
        if step.kind == "power":
            counters.append(_power(plan, step))
            continue
        inner = stage_points(plan, step.over, padding)
        left = stage_points(plan, step.kept, padding)
        if step.kind == "sum":
            counters.append(count(add=sub(inner, left)))
            continue
        mac = step.summed if contraction is None else contraction
        counters.append(_pair(plan, step, inner, left, mac))
        if mac:
            domains.append(_domain(plan, step))
    counters += _finish(plan, padding)
    return Cost(plus(*counters), tuple(domains))


def _pair(plan: Plan, step: Step, inner: Count, left: Count, mac: bool) -> Counts:
    a, b = plan.operands[step.left], plan.operands[step.right]
    turned = a.inverse != b.inverse
    if turned and not step.summed and not mac:
        return count(div=inner)
    made = count(mac=inner if mac else 0, mul=inner, add=sub(inner, left))
    if turned:
        inverse = a if a.inverse else b
        made = plus(made, count(div=product(i.size for i in inverse.indices)))
    return made


def _power(plan: Plan, step: Step) -> Counts:
    operand = plan.operands[step.left]
    factor = operand.factor
    assert factor is not None
    bare = all(p.bare is not None or not p.terms for p in factor.pos)
    entries = product(i.size for i in operand.indices) if bare else product(factor.node.sizes)
    return times(power_cost(factor.power), entries)


def power_cost(power: Scalar) -> Counts:
    """Operations of `x ** |power|`; the division of a negative power is counted where it is used.

    >>> power_cost(2), power_cost(3)
    ({'mul': 1}, {'mul': 2})
    """
    size = abs(to_sympy(power))
    doubled = size * 2
    if size.is_Integer:
        n = int(size)
        return count(mul=n.bit_length() + n.bit_count() - 2)
    if doubled.is_Integer:
        n = int(size)
        extra = n.bit_length() + n.bit_count() - 2 + 1 if n else 0
        return count(sqrt=1, mul=extra)
    return {"pow": 1}


def _finish(plan: Plan, padding: bool) -> list[Counts]:
    """The inverse of the result, the coefficient, and the additions of overlapping writes."""
    if not plan.operands:
        return []
    made: list[Counts] = []
    entries = stage_points(plan, plan.result.indices, padding)
    scaled = plan.term.coef not in (1, -1)
    if plan.result.inverse:
        made.append(count(div=entries))
    elif scaled:
        sizes = [entries, *(product(i.size for i in o.indices) for o in plan.operands if o.factor)]
        made.append(count(mul=min(sizes, key=weight)))
    places = [plan.solved[o] for o in plan.out if o in plan.solved]
    if not all(injective(p) for p in places):
        collisions = entries if plan.hits else sub(entries, touched(plan))
        if sign(collisions) == 1:
            made.append(count(add=collisions))
    return made


def _domain(plan: Plan, step: Step) -> Domain:
    """Output sizes in axis order; summed sizes, window taps before channels."""
    shown = {o for o in plan.out if o in step.over}
    outputs = tuple(o.size for o in plan.out if o in shown)
    rest = [i for i in step.over if i not in shown]
    taps = [i for i in rest if _in_window(plan, i)]
    ordered = sorted(taps, key=lambda i: i.uid) + [i for i in rest if i not in taps]
    return Domain(outputs, tuple(i.size for i in ordered))


def _in_window(plan: Plan, index: Index) -> bool:
    reads = [p for f in plan.term.factors if not f.is_bracket for p in f.pos]
    return any(index in p.indices() and len(p.terms) > 1 for p in reads)
