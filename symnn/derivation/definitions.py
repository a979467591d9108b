"""What a program is made of: bindings, each a name with its definition over earlier names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symnn.core.node import (
    Leaf,
    Node,
)
from symnn.core.scalars import Scalar
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
        shown: the definition as it is shown, where it is differentiated over fewer names.
    """

    call: Call
    definition: Node
    auto: bool = False
    name: str = ""
    shown: Node | None = None

    @property
    def leaf(self) -> Leaf:
        """What other definitions read."""
        return self.call.port


@dataclass(eq=False)
class Group:
    """A recurrence in a program: its values in order, and what the step says of them.

    Attributes:
        states: the stacked states, each defined by the closed recurrence.
        befores: the states before each step, defined by the stacks.
        inner: the values inside of a step, over `befores` and each other.
        nexts: by state, the state after a step over the names: what is printed.
        neighbours: by leaf, the definition of a stack read one step later (or earlier).
        length, backward: the number of steps, and whether they run from the last to the first.
    """

    states: list[Binding]
    befores: list[Binding]
    inner: list[Binding]
    nexts: dict[Leaf, Node]
    length: Scalar
    backward: bool = False
    neighbours: dict[Leaf, Node] = field(default_factory=dict)

    @property
    def members(self) -> list[Binding]:
        """In the order in which they are evaluated."""
        return [*self.states, *self.befores, *self.inner]

    @property
    def leaves(self) -> set[Leaf]:
        """The leaves of its members."""
        return {b.leaf for b in self.members}

    @property
    def written(self) -> list[Binding]:
        """In the order in which they are read, each state as the step says it."""
        return [*self.befores, *self.step]

    @property
    def step(self) -> list[Binding]:
        """One step: inner values and states, each after what it reads of the same step."""
        says = [replace(b, definition=self.nexts[b.leaf]) for b in self.states]
        waiting = {b.leaf: b for b in (*self.inner, *says)}
        found: list[Binding] = []
        while waiting:
            ready = next(b for b in waiting.values()
                         if not any(x in waiting for x in direct_leaves(b.definition)))  # fmt: skip
            found.append(waiting.pop(ready.leaf))
        return found


@dataclass
class Program:
    """Inputs, then bindings, each after what it reads; the last one is the output."""

    inputs: list[Call]
    bindings: list[Binding]
    output: Binding
    by_leaf: dict[Leaf, Binding] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    @property
    def written(self) -> list[Binding]:
        """The bindings as a reader meets them: recurrences as steps."""
        members = {b.leaf: g for g in self.groups for b in g.members}
        found: list[Binding] = []
        for b in self.bindings:
            group = members.get(b.leaf)
            if group is None:
                found.append(b)
            elif b is group.states[0]:
                found += group.written
        return found

    def group_of(self, binding: Binding) -> Group | None:
        """The recurrence that a binding belongs to."""
        return next((g for g in self.groups if any(b is binding for b in g.members)), None)

    def users(self) -> dict[Leaf, list[Binding]]:
        """Who reads each leaf, in program order."""
        result: dict[Leaf, list[Binding]] = {}
        for b in self.written:
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
