"""The operations and layers below a value, as the analyser walks them.

Calls whose body is only another call's port are aliases (names, layers, models); calls that only
reorder entries are views: neither computes nor occupies memory. Each operation belongs to the
innermost layer during whose call it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symnn.analysis.scalars import Count, expr, mul, product
from symnn.core.node import Leaf, Sum
from symnn.core.scalars import Scalar
from symnn.lang.call import Call, below


@dataclass(eq=False)
class LayerCall:
    """One layer call: the wrapper Call, its layer calls inside, its own operations."""

    call: Call
    parent: LayerCall | None = None
    children: list[LayerCall] = field(default_factory=list)
    operations: list[Call] = field(default_factory=list)
    leaves: list[Call] = field(default_factory=list)
    times: Scalar = 1

    @property
    def path(self) -> str:
        """Dotted path."""
        return str(self.call.attrs["path"])


@dataclass
class Graph:
    """Everything below the outputs.

    Attributes:
        layers: all layer calls, in the order of their first operation.
        loose: operations outside of every layer, each a row of its own.
        owner: the layer of each operation and leaf.
        order: operations that compute, each after its arguments.
    """

    outputs: list[Call]
    layers: list[LayerCall]
    loose: list[LayerCall]
    owner: dict[Call, LayerCall]
    order: list[Call]
    leaves: list[Call]


def is_alias(call: Call) -> bool:
    """Whether the call is another name of its argument."""
    return call.op == "repeat" or (bool(call.args) and call.body is call.args[0].port)


def is_layer(call: Call) -> bool:
    """Whether a layer made it around its result."""
    return "layer" in call.attrs and "first" in call.attrs


def resolved(call: Call) -> Call:
    """The call behind aliases."""
    while is_alias(call):
        call = call.args[0]
    return call


def is_view(call: Call) -> bool:
    """Whether it only reorders all entries of its argument: reshape, transpose, new axes."""
    body = call.body
    if not isinstance(body, Sum) or len(body.terms) != 1 or call.is_leaf:
        return False
    term = body.terms[0]
    real = [f for f in term.factors if not f.is_bracket]
    if term.coef != 1 or len(real) != 1 or real[0].power != 1 or not isinstance(real[0].node, Leaf):
        return False
    return _volume(body.sizes) == _volume(real[0].node.sizes) or (
        not term.bound and not any(f.is_bracket for f in term.factors)
    )


def _volume(sizes: Sequence[Scalar]) -> Count:
    return product(sizes)


def base(call: Call) -> Call:
    """The call whose memory a value lives in: behind aliases and views."""
    while True:
        if is_alias(call) or is_view(call):
            call = call.args[0]
        else:
            return call


def read_graph(outputs: list[Call]) -> Graph:
    """Walk the calls below the outputs."""
    calls = below(outputs)
    wrappers = sorted((c for c in calls if is_layer(c)), key=lambda c: (c.attrs["first"], -c.uid))
    layers: list[LayerCall] = []
    stack: list[LayerCall] = []
    for w in wrappers:
        while stack and stack[-1].call.uid < w.attrs["first"]:
            stack.pop()
        made = LayerCall(w, stack[-1] if stack else None)
        if made.parent is not None:
            made.parent.children.append(made)
        made.times = _times(made)
        layers.append(made)
        stack.append(made)
    return _assigned(outputs, calls, layers)


def _times(layer: LayerCall) -> Scalar:
    outer: Scalar = 1 if layer.parent is None else layer.parent.times
    repeats = layer.call.op == "Repeat"
    own = layer.call.attrs["times"] if repeats else 1
    return outer if isinstance(own, int) else expr(mul(outer, own))


def _give_leaves(order: list[Call], leaves: list[Call], owner: dict[Call, LayerCall]) -> None:
    """A leaf belongs to the layer that made it, else to its first reader."""
    for op in order:
        for a in op.args:
            end = resolved(a)
            if end.is_leaf:
                owner.setdefault(end, owner[op])
    for leaf in leaves:
        if leaf in owner:
            owner[leaf].leaves.append(leaf)


def _assigned(outputs: list[Call], calls: list[Call], layers: list[LayerCall]) -> Graph:
    owner: dict[Call, LayerCall] = {}
    loose: list[LayerCall] = []
    leaves = [c for c in calls if c.is_leaf]
    events = sorted(layers, key=lambda x: x.call.attrs["first"])
    stack: list[LayerCall] = []
    at = 0
    for c in sorted(calls, key=lambda c: c.uid):
        while at < len(events) and events[at].call.attrs["first"] < c.uid:
            while stack and stack[-1].call.uid < events[at].call.attrs["first"]:
                stack.pop()
            stack.append(events[at])
            at += 1
        while stack and stack[-1].call.uid < c.uid:
            stack.pop()
        if is_layer(c) or (is_alias(c) and not c.is_leaf):
            continue
        if stack:
            owner[c] = stack[-1]
        elif not c.is_leaf and c.op != "number":
            owner[c] = LayerCall(c)
            loose.append(owner[c])
        if c in owner and not c.is_leaf and c.op != "number":
            owner[c].operations.append(c)
    order = [c for c in calls if c in owner and not c.is_leaf and c.op != "number"]
    _give_leaves(order, leaves, owner)
    return Graph(outputs, layers, loose, owner, order, leaves)
