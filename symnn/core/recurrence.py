"""The recurrence as a node: `h_t = f(h_{t-1}, x_t)` for every step, never unrolled.

A `Scan` owns a closed body: `next`, one expression a carried state, over *ports* only. Ports stand
for the states before the step, for step t of each input, and for what does not change (captures);
they depend on kind, number, sizes and type alone, so bodies equal up to ports are one node. Its
value is the tuple of the stacked states; `ScanState` is one of them, with the steps on axis 0.

Build through `symnn.calculus.scans.scan_node`, which makes the ports and drops what is not read.
"""

from __future__ import annotations

from functools import cache

from symnn.core.node import Leaf, Node, intern
from symnn.core.scalars import Scalar, scalar_id

STATE, INPUT, CAPTURE = "state", "step input", "capture"
Nodes = tuple[Node, ...]
Ports = tuple[Leaf, ...]


class Scan(Node):
    """A recurrence over `length` steps, from the last one to the first where `backward`.

    Attributes:
        next: the states after one step, over the ports.
        states, inputs, captures: the ports that `next` reads.
        inits, xs, held: what they stand for: the states before the first step, stacks whose axis
            0 is the step, and values that every step reads whole.
    """

    __slots__ = (
        "backward", "captures", "held", "inits", "inputs", "length", "next", "states", "xs",
    )  # fmt: skip

    next: Nodes
    states: Ports
    inputs: Ports
    captures: Ports
    inits: Nodes
    xs: Nodes
    held: Nodes
    length: Scalar
    backward: bool

    @property
    def args(self) -> Nodes:
        """What it is a function of: the initial states, the inputs, the captures."""
        return (*self.inits, *self.xs, *self.held)

    @property
    def ports(self) -> Ports:
        """The ports of `args`, in the same order."""
        return (*self.states, *self.inputs, *self.captures)

    def children(self) -> Nodes:
        return tuple(dict.fromkeys(self.args))

    def __repr__(self) -> str:
        return f"scan({', '.join(map(repr, self.next))})"


class ScanState(Node):
    """The stack of one carried state after each step: axes (step, axes of the state)."""

    __slots__ = ("number", "scan")

    scan: Scan
    number: int

    @property
    def init(self) -> Node:
        """The state before the first step."""
        return self.scan.inits[self.number]

    def children(self) -> Nodes:
        return (self.scan,)

    def __repr__(self) -> str:
        return f"{self.scan!r}[{self.number}]"


@cache
def _port(kind: str, number: int, key: object, sizes: tuple[Scalar, ...], dtype: str) -> Leaf:
    return Leaf(f"{kind} {number}", sizes, role="port", dtype=dtype)


def scan_port(kind: str, number: int, like: Leaf) -> Leaf:
    """The port of this kind, number, shape and type: always the same leaf."""
    below = None if like.below is None else scalar_id(like.below)
    key = (tuple(map(scalar_id, like.sizes)), below)
    port = _port(kind, number, key, like.sizes, like.dtype)
    port.below = like.below
    return port


def make_scan(
    next: Nodes, states: Ports, inputs: Ports, captures: Ports,
    inits: Nodes, xs: Nodes, held: Nodes, length: Scalar, *, backward: bool = False,
) -> Scan:  # fmt: skip
    """An interned recurrence; the ports are those of `scan_port`, in order."""
    key = (
        tuple(n.uid for n in next), tuple(p.uid for p in (*states, *inputs, *captures)),
        tuple(n.uid for n in (*inits, *xs, *held)), scalar_id(length), backward,
    )  # fmt: skip
    return intern(
        Scan, (), key, next=next, states=states, inputs=inputs, captures=captures,
        inits=inits, xs=xs, held=held, length=length, backward=backward,
    )  # fmt: skip


def make_scan_state(scan: Scan, number: int) -> ScanState:
    """The stack of one state."""
    sizes = (scan.length, *scan.states[number].sizes)
    return intern(ScanState, sizes, (scan.uid, number), scan=scan, number=number)
