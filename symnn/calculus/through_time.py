"""Backpropagation through time: reverse mode through a `Scan`.

With D_t the whole cotangent of the state after step t and J_t the Jacobian of one step, the message
to the step before is r_t = J_t' D_t with D_t = direct_t + r_{t+1}: a recurrence in the other
direction, never unrolled. Gradients of inputs are the vector-Jacobian product of the body lifted
over t, those of captures its sum over t, that of the initial state is r of the first step.
Law: as the unrolled loop, at every length and order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from symnn.calculus.build import fresh_indices, positions, substitute_all
from symnn.calculus.facts import STRUCTURE, Policy
from symnn.calculus.lifting import lift
from symnn.calculus.normal import make_sum
from symnn.calculus.scans import OneStep, first_position, is_zero, neighbour, scan_node, zeros
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.core.recurrence import Scan, make_scan_state

Part = tuple[Node, tuple[Index, ...], Term]


def scan_adjoint(
    scan: Scan,
    grads: Mapping[int, Node],
    lead: tuple[Index, ...],
    needed: Collection[Node],
    reverse: Callable[..., dict[Node, Node]],
    policy: Policy = STRUCTURE,
) -> list[Part]:
    """What a recurrence passes to its arguments.

    Args:
        scan: the recurrence.
        grads: cotangents of its stacks by number; axes: lead, step, state.
        lead: free axes in front of every cotangent.
        needed: the arguments that want one.
        reverse: reverse mode over several roots, for the body.
        policy: normal form of the results.

    Returns:
        (argument, its indices, term) as a `Contribution` has them.
    """
    back = Backward(scan, grads, lead, reverse, policy)
    parts: list[Part] = []
    for k, init in enumerate(scan.inits):
        if init in needed and k in back.messages:
            own = fresh_indices(init)
            pos = (first_position(scan), *positions((*lead, *own)))
            parts.append((init, own, Term(1, (), (Factor(back.messages[k], pos),))))
    args = [*zip(scan.inputs, scan.xs, strict=True), *zip(scan.captures, scan.held, strict=True)]
    wanted = [(port, arg) for port, arg in args if arg in needed and port in back.found]
    stacks = back.lifted([back.found[port] for port, _ in wanted])
    for (port, arg), stack in zip(wanted, stacks, strict=True):
        t, own = Index(scan.length), tuple(Index(s) for s in port.sizes)
        read = Factor(stack, positions((t, *lead, *own)))
        if port in scan.inputs:
            parts.append((arg, (t, *own), Term(1, (), (read,))))
            continue
        total = make_sum((*lead, *own), [Term(1, (t,), (read,))], policy)
        parts.append((arg, own, Term(1, (), (Factor(total, positions((*lead, *own))),))))
    return parts


class Backward:
    """The recurrence backwards in time.

    Attributes:
        found: cotangents of the ports at one step, over the leaves of that step.
        messages: by state, the stack of what each step passes to the step before.
    """

    def __init__(
        self, scan: Scan, grads: Mapping[int, Node], lead: tuple[Index, ...],
        reverse: Callable[..., dict[Node, Node]], policy: Policy,
    ) -> None:  # fmt: skip
        self.scan, self.policy, self.lead = scan, policy, lead
        self.step = OneStep(scan, policy)
        self.messages: dict[int, Node] = {}
        sizes = tuple(i.size for i in lead)
        self.direct = {
            k: Leaf(f"direct {k}", (*sizes, *scan.states[k].sizes), role="port") for k in grads
        }
        for k, g in grads.items():
            self.step.inputs.append((self.direct[k], self._steps_first(g)))
        self.carried = {
            k: Leaf(f"message {k}", (*sizes, *p.sizes), role="port")
            for k, p in enumerate(scan.states)
        }
        self.found = self._body(reverse)
        self._drop_idle()
        self._close()

    def _steps_first(self, g: Node) -> Node:
        """The cotangent with the steps in front of the lead axes."""
        own = fresh_indices(g)
        n = len(self.lead)
        order = (own[n], *own[:n], *own[n + 1 :])
        return make_sum(order, [Term(1, (), (Factor(g, positions(own)),))], self.policy)

    def _body(self, reverse: Callable[..., dict[Node, Node]]) -> dict[Node, Node]:
        """The vector-Jacobian product of one step."""
        seeds = []
        for k, body in enumerate(self.scan.next):
            own = fresh_indices(self.carried[k])
            both = [self.carried[k], *([self.direct[k]] if k in self.direct else [])]
            terms = [Term(1, (), (Factor(x, positions(own)),)) for x in both]
            seeds.append((body, make_sum(own, terms, self.policy)))
        ports = [p for p in self.scan.ports if p.dtype != "int"]
        found = reverse(seeds, ports, lead=len(self.lead), policy=self.policy)
        made = self.step.by_results(list(found.values()))
        return dict(zip(found, made, strict=True))

    def _drop_idle(self) -> None:
        """Without the messages that are always 0."""
        while True:
            idle = {
                k: leaf for k, leaf in self.carried.items()
                if is_zero(self.found.get(self.scan.states[k], zeros(leaf)))
            }  # fmt: skip
            if not idle:
                return
            gone: dict[Node, Node] = {leaf: zeros(leaf) for leaf in idle.values()}
            made = substitute_all(list(self.found.values()), gone, self.policy)
            self.found = dict(zip(self.found, made, strict=True))
            self.carried = {k: x for k, x in self.carried.items() if k not in idle}

    def _close(self) -> None:
        """The recurrence of the messages."""
        if not self.carried:
            return
        scan = scan_node(
            [self.found[self.scan.states[k]] for k in self.carried],
            [(leaf, zeros(leaf)) for leaf in self.carried.values()],
            self.step.inputs, self.step.captures, self.scan.length,
            backward=not self.scan.backward, policy=self.policy,
        )  # fmt: skip
        for n, k in enumerate(self.carried):
            self.messages[k] = make_scan_state(scan, n)

    def lifted(self, nodes: Sequence[Node]) -> list[Node]:
        """Expressions of one step for all steps; axes: step, lead, own."""
        early = self.scan.backward
        moving: dict[Node, Node] = dict(self.step.inputs)
        for k, leaf in self.carried.items():
            moving[leaf] = neighbour(self.messages[k], None, early=early, policy=self.policy)
        still: dict[Node, Node] = dict(self.step.captures)
        return lift(nodes, moving, still, self.scan.length, self.policy)
