"""Recurrences in a derivation: the steps as they are written.

A state is defined twice: by the closed recurrence, which is what evaluates and compiles, and by
what its step says over names, which is what is printed. Law: both have the same values (the checks
compare them). Its gradients: `through_time`.
"""

from collections.abc import Collection

from symnn.calculus.build import fresh_indices, positions
from symnn.calculus.normal import make_sum
from symnn.core.index import constant
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.core.scalars import sub
from symnn.derivation.definitions import Binding, Group
from symnn.lang.call import Call
from symnn.lang.recurrence import Recurrence

MEMBERS = ("scan", "scan before", "scan name", "scan next")


def spread(calls: list[Call], wanted: Collection[Call]) -> tuple[list[Call], dict[Call, Call]]:
    """The calls with each recurrence as its members, and the states that `named` only renames.

    Returns:
        The calls in order, and state -> the call that gives it its name.
    """
    works = dict.fromkeys(c.attrs["recurrence"] for c in calls if c.op == "scan")
    members = {c for work in works for c in work.members}
    ordered: list[Call] = []
    for c in calls:
        if c.op == "scan" and c.attrs["state"] == 0:
            ordered += c.attrs["recurrence"].members
        elif c not in members:
            ordered.append(c)
    renamed: dict[Call, Call] = {}
    for c in calls:
        if c.op == "named" and c.args[0].op == "scan" and c not in wanted:
            renamed.setdefault(c.args[0], c)
    return ordered, renamed


def group_of(work: Recurrence, bindings: list[Binding]) -> Group:
    """Take the recurrence out of the bindings as they were named; `scan next` are no values."""
    by_call = {b.call: b for b in bindings}
    states = [by_call[c] for c in work.states]
    befores = [by_call[c] for c in work.befores]
    nexts = [by_call[c] for c in work.nexts]
    first, last = bindings.index(states[0]), bindings.index(nexts[-1])
    own = {*states, *befores, *nexts}
    inner = [b for b in bindings[first : last + 1] if b not in own]
    for b in nexts:
        bindings.remove(b)
    says = {s.leaf: n.definition for s, n in zip(states, nexts, strict=True)}
    group = Group(states, befores, inner, says, work.length, work.backward)
    step = 1 if work.backward else -1
    for s, b in zip(states, befores, strict=True):
        b.leaf.name = f"{s.name}_before"  # a label for messages; it prints as the state
        b.leaf.cache["neighbour"] = (s.leaf, step)
        s.leaf.cache["steps"] = True
    for b in (*befores, *inner):
        b.leaf.cache["stepwise"] = True
    return group


def is_before(leaf: Leaf) -> bool:
    """Whether a leaf is the stack of the states before each step."""
    return "neighbour" in leaf.cache


def initial_value(before: Binding) -> Node:
    """The state before the first step, over names."""
    leaf, _ = before.leaf.cache["neighbour"]
    own = fresh_indices(leaf)[1:]
    early = before.leaf.cache["neighbour"][1] < 0
    first = constant(0 if early else sub(leaf.sizes[0], 1))
    return make_sum(own, [Term(1, (), (Factor(before.definition, (first, *positions(own))),))])


def is_named_first(before: Binding) -> bool:
    """Whether the state before the first step is called so already: h0 of h."""
    state, by = before.leaf.cache["neighbour"]
    value = initial_value(before)
    return by < 0 and isinstance(value, Leaf) and value.name.replace("_", "") == f"{state.name}0"
