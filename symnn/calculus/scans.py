"""Recurrences: how a `Scan` is made, its neighbours in time, forward mode through it.

The differential of a recurrence is the recurrence of the differentials, which reads the states
as known stacks. Law: as the unrolled loop, at every length. For reverse mode see `through_time`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symnn.calculus.brackets import at_least_zero, same_place
from symnn.calculus.build import fresh_indices, positions, substitute_all
from symnn.calculus.facts import STRUCTURE, Policy
from symnn.calculus.lifting import lift
from symnn.calculus.normal import make_sum
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import ArgExtremum, Factor, Indicator, Leaf, Node, Sum, Term
from symnn.core.recurrence import (
    CAPTURE,
    INPUT,
    STATE,
    Scan,
    ScanState,
    make_scan,
    make_scan_state,
    scan_port,
)
from symnn.core.scalars import Scalar, sub
from symnn.core.walk import leaves, topological

Pairs = Sequence[tuple[Leaf, Node]]
Part = tuple[Node, tuple[Index, ...], Term]


def scan_node(
    next: Sequence[Node],
    states: Pairs,
    inputs: Pairs,
    captures: Pairs,
    length: Scalar,
    *,
    backward: bool = False,
    policy: Policy = STRUCTURE,
) -> Scan:
    """The recurrence of a body over any leaves, as the interned node over its own ports.

    Args:
        next: the states after one step.
        states: (leaf of the state before the step, its initial value).
        inputs: (leaf of one step's input, the stack of all of them); what is not read is dropped.
        captures: (leaf, value) of what every step reads.
        length: the number of steps.
        backward: from the last step to the first.
        policy: normal form of the body.
    """
    used = set(leaves(next))
    replaced: dict[Node, Node] = {}
    carried, inits = _ported(STATE, states, replaced)
    each, xs = _ported(INPUT, [pair for pair in inputs if pair[0] in used], replaced)
    whole, held = _ported(CAPTURE, [pair for pair in captures if pair[0] in used], replaced)
    bodies = tuple(substitute_all(list(next), replaced, policy))
    return make_scan(bodies, carried, each, whole, inits, xs, held, length, backward=backward)


def _ported(
    kind: str, pairs: Pairs, replaced: dict[Node, Node]
) -> tuple[tuple[Leaf, ...], tuple[Node, ...]]:
    """The ports of the pairs and their values; what a port replaces is noted."""
    ports = tuple(scan_port(kind, k, leaf) for k, (leaf, _) in enumerate(pairs))
    replaced.update(zip((leaf for leaf, _ in pairs), ports, strict=True))
    return ports, tuple(value for _, value in pairs)


# -- neighbours in time ----------------------------------------------------------------------------


def neighbour(stack: Node, end: Node | None, *, early: bool, policy: Policy = STRUCTURE) -> Node:
    """A stack read one step earlier (or later); beyond its end stands `end`, or 0.

    >>> len(neighbour(Leaf("x", (4,)), Leaf("x0", ()), early=True).terms)
    2
    """
    own = fresh_indices(stack)
    t, rest = own[0], positions(own[1:])
    at = combine(t.pos, constant(-1 if early else 1))
    last = constant(0 if early else sub(t.size, 1))
    held = at if early else combine(combine(last, constant(-1)), t.pos, -1)
    terms = [Term(1, (), (Factor(stack, (at, *rest)), at_least_zero(held)))]
    if end is not None:
        terms.append(Term(1, (), (Factor(end, rest), same_place(t.pos, last))))
    return make_sum(own, terms, policy)


def previous(state: ScanState, policy: Policy = STRUCTURE) -> Node:
    """The stack of the states before each step."""
    return neighbour(state, state.init, early=not state.scan.backward, policy=policy)


def zeros(like: Leaf) -> Node:
    """0 in the shape of a leaf."""
    return make_sum(fresh_indices(like), [])


def is_zero(node: Node) -> bool:
    """Whether a node has no terms."""
    return isinstance(node, Sum) and not node.terms


def _is_dear(node: Node) -> bool:
    """Whether a value is worth a stack: a function, or a contraction."""
    if isinstance(node, Sum):
        return any(t.bound and len(t.factors) > 1 for t in node.terms)
    return not isinstance(node, (Leaf, Scan, Indicator, ArgExtremum))


@dataclass
class OneStep:
    """What one step reads, as leaves of a new body, with the stacks that they stand for."""

    scan: Scan
    policy: Policy
    inputs: list[tuple[Leaf, Node]] = field(default_factory=list)
    captures: list[tuple[Leaf, Node]] = field(default_factory=list)
    results: dict[Node, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        scan = self.scan
        self.captures = list(zip(scan.captures, scan.held, strict=True))
        for k, (port, body) in enumerate(zip(scan.states, scan.next, strict=True)):
            stack = make_scan_state(scan, k)
            self.inputs.append((port, previous(stack, self.policy)))
            if not isinstance(body, Leaf) and leaves([body]):
                self._known(body, stack)
        self.inputs += zip(scan.inputs, scan.xs, strict=True)
        self._functions()

    def _known(self, node: Node, stack: Node) -> None:
        """A value of the body that stands in a stack."""
        result = Leaf(f"result {len(self.results)}", node.sizes, role="port")
        self.inputs.append((result, stack))
        self.results[node] = result

    def _functions(self) -> None:
        """Functions and contractions inside of a step: computed once for all steps."""
        moving: dict[Node, Node] = dict(self.inputs)
        found = [n for n in topological(self.scan.next) if n not in self.results and _is_dear(n)]
        own = {port for port, _ in self.inputs}
        found = [n for n in found if own & set(leaves([n]))]
        stated = substitute_all(found, self.results, self.policy)
        stacks = lift(stated, moving, dict(self.captures), self.scan.length, self.policy)
        for node, stack in zip(found, stacks, strict=True):
            self._known(node, stack)

    def by_results(self, nodes: Sequence[Node]) -> list[Node]:
        """Nodes stated in terms of the states after the step, which are known."""
        return substitute_all(list(nodes), self.results, self.policy)


# -- forward mode ----------------------------------------------------------------------------------


def scan_tangent(
    scan: Scan,
    known: Mapping[Node, Node | None],
    tangent: Callable[..., Node],
    policy: Policy = STRUCTURE,
) -> Scan:
    """The recurrence of the differentials: `dh_t = J_t dh_{t-1} + ...`, state by state.

    Args:
        scan: the recurrence.
        known: differentials of its arguments; None or absent: it does not move.
        tangent: forward mode, for the body.
        policy: normal form of the results.
    """
    step = OneStep(scan, policy)
    moving: dict[Node, Node] = {}
    states = []
    for port, init in zip(scan.states, scan.inits, strict=True):
        leaf = Leaf(f"d {port.name}", port.sizes, role="port")
        states.append((leaf, known.get(init) or zeros(leaf)))
        moving[port] = leaf
    inputs, captures = list(step.inputs), list(step.captures)
    for pairs, ports, args in (
        (inputs, scan.inputs, scan.xs), (captures, scan.captures, scan.held)
    ):  # fmt: skip
        for port, arg in zip(ports, args, strict=True):
            d = known.get(arg)
            if d is not None:
                moving[port] = Leaf(f"d {port.name}", port.sizes, role="port")
                pairs.append((moving[port], d))  # type: ignore[arg-type]
    bodies = step.by_results([tangent(b, moving, policy) for b in scan.next])
    return scan_node(
        bodies, states, inputs, captures, scan.length, backward=scan.backward, policy=policy
    )


def first_position(scan: Scan) -> Affine:
    """Where a stack has the step that is made first."""
    return constant(sub(scan.length, 1) if scan.backward else 0)
