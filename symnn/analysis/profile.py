"""The profile of one operation: its cost forward and backward, and what it keeps for backward.

Backward is derived, never a factor: reverse mode over the operation's own expression with an
opaque cotangent, each argument's cotangent an expression that is counted like any other. What that
expression reads is what must be kept: arguments, the own value, small statistics, and one-byte
masks where only a truth value is read. Inner values of the operation's size are computed again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from symnn.analysis.contraction import plan_term
from symnn.analysis.costs import Cost, cost_of, depends, plan_contracts, plan_cost, touched
from symnn.analysis.counters import Counts, plus
from symnn.analysis.points import UncountableError
from symnn.analysis.scalars import Count, product, sign, sub, total, weight
from symnn.analysis.structure import structure
from symnn.calculus.adjoint import contributions, reverse_all
from symnn.calculus.contributions import Contribution
from symnn.calculus.through_time import scan_adjoint
from symnn.core.errors import SymnnError
from symnn.core.node import Indicator, Leaf, Map, Node, Sum
from symnn.core.recurrence import ScanState
from symnn.core.walk import topological
from symnn.lang.call import Call


@dataclass(frozen=True)
class Kept:
    """Something that backward reads.

    Attributes:
        source: number of the argument; -1 for the operation's own value; None for an inner value.
        kind: "value", "mask" (one byte an entry) or "statistic".
        entries: how many.
    """

    source: int | None
    kind: str
    entries: Count


@dataclass(frozen=True)
class Profile:
    """What one operation costs.

    Attributes:
        forward, inside: with and without products against padding zeros.
        backward: counter for each argument that a gradient goes to.
        kept: what backward reads.
        problem: why something could not be counted, or "".
    """

    forward: Cost
    backward: dict[int, Counts] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    problem: str = ""


_PROFILES: dict[object, Profile] = {}


def profile_of(call: Call, wanted: Collection[int], *, padding: bool = True) -> Profile:
    """The profile of a call; `wanted` are the arguments that gradients go to."""
    ports = tuple(a.port for a in call.args)
    twice = call.op == "add" and len(set(call.args)) == 1
    key = (structure(call.body, ports), tuple(sorted(wanted)), padding, twice)
    if key not in _PROFILES:
        _PROFILES[key] = _profile(call, ports, sorted(wanted), padding)
    return _PROFILES[key]


def _profile(call: Call, ports: tuple[Node, ...], wanted: list[int], padding: bool) -> Profile:
    if call.op == "scan" and call.attrs["state"]:
        return Profile(Cost({}))  # its steps are those of the first state
    try:
        forward = _doubled(call) or cost_of([call.body], padding=padding)
    except (UncountableError, TypeError) as error:
        return Profile(Cost({}), problem=f"{call.op}: {error}")
    if not wanted or isinstance(call.body, Leaf):
        return Profile(forward)
    try:
        return _with_backward(call, ports, wanted, forward, padding)
    except (SymnnError, TypeError) as error:
        return Profile(forward, problem=f"backward of {call.op}: {error}")


def _doubled(call: Call) -> Cost | None:
    """`x + x` is a sum as written, though its body is `2 x`."""
    if call.op == "add" and len(call.args) == 2 and call.args[0] is call.args[1]:
        return Cost({"add": product(call.port.sizes)})
    return None


def _with_backward(
    call: Call, ports: tuple[Node, ...], wanted: list[int], forward: Cost, padding: bool
) -> Profile:
    targets = {ports[k]: k for k in wanted}
    route = Backward(call.body, list(targets), padding)
    made = {targets[p]: c for p, c in route.counters.items() if p in targets}
    inner = plus(*(c for p, c in route.counters.items() if p not in targets))
    if inner:  # the way through inner values is charged once, to the first argument
        first = min(made, default=wanted[0])
        made[first] = plus(made.get(first, {}), inner)
    number: dict[Node, int | None] = {p: k for k, p in enumerate(ports)}
    kept = tuple(dict.fromkeys(_kept(n, call.body, number) for n in route.reads))
    return Profile(forward, made, kept)


def _kept(node: Node, body: Node, number: dict[Node, int | None]) -> Kept:
    entries = product(node.sizes)
    if node is body:
        return Kept(-1, "value", entries)
    if node in number:
        return Kept(number[node], "value", entries)
    if isinstance(node, Indicator):
        return Kept(-1, "mask", product(node.extremum.sizes))
    if _is_mask(node):
        return Kept(-1, "mask", entries)
    return Kept(None, "statistic", entries)


class Backward:
    """Reverse mode over one expression, the cotangent of every inner value an opaque leaf.

    Attributes:
        counters: operations to form the cotangent of each node.
        reads: nodes of the forward pass that the cotangents read.
    """

    def __init__(self, body: Node, targets: list[Node], padding: bool) -> None:
        self.padding = padding
        self.body = body
        self.small = set(_statistics(body))
        self.counters: dict[Node, Counts] = {}
        self.reads: dict[Node, None] = {}
        self.done: set[Node] = {body, *self.small}
        opaque = set(targets)
        order = topological([body])
        needed = set(targets)
        for node in order:
            if any(c in needed for c in node.children()):
                needed.add(node)
        pending: dict[Node, list[tuple[Contribution, bool, bool]]] = {body: []}
        for node in reversed(order):
            if node not in pending:
                continue
            parts = pending.pop(node)
            if node is not body:
                self.counters[node] = self._settled(node, parts)
            if node in opaque:
                continue
            seed = Leaf("g", node.sizes, role="cotangent")
            self.done.add(seed)
            recurrent = isinstance(node, ScanState)
            contraction = recurrent or _contracts(node)
            for c in _contributions(node, seed, needed):
                pending.setdefault(c.target, []).append((c, contraction, recurrent))

    def _settled(self, node: Node, parts: list[tuple[Contribution, bool, bool]]) -> Counts:
        """The cotangent of a node: its contributions, added where they overlap."""
        counters: list[Counts] = []
        written = []
        for part, contraction, recurrent in parts:
            plan = plan_term(part.indices, part.term)
            counters.append(plan_cost(plan, self.padding, contraction=contraction).counter)
            counters.append(self._inner(part, recurrent=recurrent))
            written.append(touched(plan))
        extra = sub(total(written), product(node.sizes))
        if len(parts) > 1 and sign(extra) == 1:
            counters.append({"add": extra})
        return plus(*counters)

    def _inner(self, part: Contribution, *, recurrent: bool) -> Counts:
        """What the factors of a contribution need: derivatives, or forward values made again."""
        roots = [f.node for f in part.term.factors if not f.is_bracket]

        def children(n: Node) -> tuple[Node, ...]:
            return () if n in self.done or _is_mask(n) else n.children()

        order = topological(roots, children)
        for n in order:
            forward = n is self.body or n in self.small or _is_mask(n)
            if (forward or (isinstance(n, Leaf) and n.role != "cotangent")) and depends(n):
                self.reads[n] = None
        cost = cost_of(roots, padding=self.padding, free=self.done)
        self.done |= set(order)
        return {k: v for k, v in cost.counter.items() if k != "mac" or recurrent}


def _contributions(node: Node, seed: Node, needed: Collection[Node]) -> list[Contribution]:
    """What a node passes on; a state of a recurrence passes it to the recurrence's arguments."""
    if not isinstance(node, ScanState):
        return contributions(node, seed, (), needed)
    parts = scan_adjoint(node.scan, {node.number: seed}, (), needed, reverse_all)
    return [Contribution(*part) for part in parts]


def _contracts(node: Node) -> bool:
    """Whether a node sums products of two tensors: its backward is made of MACs then."""
    if not isinstance(node, Sum):
        return False
    return any(
        t.bound and sum(not f.is_bracket for f in t.factors) > 1 and plan_contracts(node, t)
        for t in node.terms
    )


def _statistics(body: Node) -> list[Node]:
    """Inner values much smaller than what they are made of (means, variances): they are kept."""
    size = weight(product(body.sizes))
    found = [n for n in topological([body]) if isinstance(n, Sum) and depends(n) and n is not body]
    return [n for n in found if weight(product(n.sizes)) < size and n.rank < body.rank]


def _is_mask(node: Node) -> bool:
    return isinstance(node, Indicator) or (isinstance(node, Map) and node.fn.zero_one)
