"""What a program is made of: bindings, each a name with its definition over earlier names."""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.core.node import (
    Leaf,
    Node,
)
from symnn.core.walk import leaves
from symnn.lang.call import Call


@dataclass(eq=False)
class Binding:
    """One named value.

    Attributes:
        call: the Call that carries name and symbol; its port is what readers read.
        definition: its value over leaves and the ports of earlier bindings.
        auto: named by the program, not by the user.
        name: the identifier; a call without a name keeps none, the binding has it.
    """

    call: Call
    definition: Node
    auto: bool = False
    name: str = ""

    @property
    def leaf(self) -> Leaf:
        """What other definitions read."""
        return self.call.port


@dataclass
class Program:
    """Inputs, then bindings, each after what it reads; the last one is the output."""

    inputs: list[Call]
    bindings: list[Binding]
    output: Binding
    by_leaf: dict[Leaf, Binding] = field(default_factory=dict)

    def users(self) -> dict[Leaf, list[Binding]]:
        """Who reads each leaf, in program order."""
        result: dict[Leaf, list[Binding]] = {}
        for b in self.bindings:
            for leaf in direct_leaves(b.definition):
                result.setdefault(leaf, []).append(b)
        return result


def direct_leaves(node: Node) -> list[Leaf]:
    """Leaves and ports that a definition reads, by first use."""
    known = node.cache.get("leaves")
    if known is None:
        known = leaves([node])
        node.cache["leaves"] = known
    return list(known)


def call_of(leaf: Leaf) -> Call | None:
    """The Call whose value a leaf stands for."""
    return leaf.tag if isinstance(leaf.tag, Call) else None
