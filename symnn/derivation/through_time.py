"""Backpropagation through time: the gradients of a recurrence, as they are evaluated and printed.

The gradient of a state is defined twice: by the closed recurrence backwards, and as it is printed,
the direct part plus what the next step passes back. Law: both have the same values (the checks
compare them).
"""

from collections.abc import Collection

from symnn.calculus.adjoint import reverse, reverse_all
from symnn.calculus.build import fresh_indices, positions
from symnn.calculus.facts import READER
from symnn.calculus.scans import neighbour
from symnn.calculus.simplify import simplify
from symnn.calculus.through_time import Backward
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.core.recurrence import Scan, ScanState
from symnn.derivation.cotangents import (
    Cotangent,
    Path,
    gradient_call,
    paths_of,
    settle,
    total,
    with_names,
)
from symnn.derivation.definitions import Binding, Group, direct_leaves
from symnn.derivation.shifts import shifted
from symnn.derivation.steps import Form

Parts = dict[Leaf, list[Path]]


def through_time(
    group: Group,
    parts: Parts,
    done: dict[Leaf, Cotangent],
    needed: Collection[Leaf],
    names: dict[Node, Node],
    simple: bool,
) -> Parts:
    """The cotangents of a recurrence; what it passes to its arguments is returned.

    Args:
        group: the recurrence; everything that reads it has been done.
        parts: what its readers outside pass to its members; taken out.
        done: takes the cotangents of the members.
        needed: leaves on the way to what is wanted.
        names: the name of every definition.
        simple: run the simplifier on each.
    """
    members = group.members
    outside: Parts = {b.leaf: parts.pop(b.leaf) for b in members if b.leaf in parts}
    if not outside:
        return {}
    work = _Through(group, needed, names, simple)
    work.close(outside, done)
    inside: Parts = {x: list(ps) for x, ps in outside.items() if x not in group.nexts}
    for b in reversed(group.step):
        if b.leaf in group.nexts:
            if b.leaf not in done:
                continue
        elif b.leaf in inside:
            done[b.leaf] = settle(b.leaf, inside.pop(b.leaf), simple=simple, named=True)
            _stepwise(done[b.leaf])
        else:
            continue
        for leaf, path in paths_of(b, done[b.leaf], work.needed, names, simple=simple):
            inside.setdefault(leaf, []).append(path)
    work.back(inside, outside, done)
    own = {b.leaf for b in members}
    return {x: ps for x, ps in inside.items() if x not in own}


def _stepwise(c: Cotangent) -> None:
    """Its name is read step by step."""
    if c.call is not None:
        c.call.port.cache["stepwise"] = True


class _Through:
    """One recurrence on the way back."""

    def __init__(
        self, group: Group, needed: Collection[Leaf], names: dict[Node, Node], simple: bool
    ) -> None:
        self.group, self.names, self.simple = group, names, simple
        self.needed = {*needed, *(b.leaf for b in group.befores)}
        for b in group.step:
            if any(x in self.needed for x in direct_leaves(b.definition)):
                self.needed.add(b.leaf)

    def close(self, outside: Parts, done: dict[Leaf, Cotangent]) -> None:
        """The gradients of the states in closed form: direct, plus the recurrence backwards."""
        direct = self._direct({x: [p.final for p in ps] for x, ps in outside.items()})
        scan = _scan_of(self.group)
        grads = {k: direct[b.leaf] for k, b in enumerate(self.group.states) if b.leaf in direct}
        back = Backward(scan, grads, (), reverse_all, READER)
        pending: dict[Leaf, list[Node]] = {}
        for k, b in enumerate(self.group.states):
            found = [direct[b.leaf]] if b.leaf in direct else []
            if k in back.messages:
                found.append(neighbour(back.messages[k], None, early=self.group.backward))
            pending[b.leaf] = found
        for b in reversed(self.group.step):
            parts = pending.get(b.leaf)
            if not parts:
                continue
            seed = total(parts)
            if b.leaf in self.group.nexts:
                seed = self._name_state(b.leaf, with_names(seed, self.names), done)
            for leaf, part in self._passed(b, seed, {*self.group.leaves}).items():
                pending.setdefault(leaf, []).append(part)

    def _name_state(self, leaf: Leaf, closed: Node, done: dict[Leaf, Cotangent]) -> Node:
        """The name of a state's gradient, by its closed form."""
        c = Cotangent(leaf, [], closed, closed, closed=closed)
        c.call = gradient_call(leaf, closed)
        _stepwise(c)
        done[leaf] = c
        return c.read

    @staticmethod
    def _passed(b: Binding, grad: Node, targets: Collection[Leaf]) -> dict[Leaf, Node]:
        """What a binding passes to the targets among the leaves that it reads."""
        own = [x for x in direct_leaves(b.definition) if x in targets]
        if not own or isinstance(b.definition, Leaf):
            return dict.fromkeys(own, grad)
        return reverse(b.definition, grad, own)  # type: ignore[return-value]

    def _direct(self, pending: dict[Leaf, list[Node]]) -> dict[Leaf, Node]:
        """What outside passes to the states, also through the values inside of a step."""
        own = {b.leaf for b in self.group.members}
        for b in [*reversed(self.group.inner), *self.group.befores]:
            if b.leaf not in pending:
                continue
            grad = total(pending.pop(b.leaf))
            for leaf, part in self._passed(b, grad, own).items():
                pending.setdefault(leaf, []).append(part)
        return {x: total(parts) for x, parts in pending.items()}

    def back(self, inside: Parts, outside: Parts, done: dict[Leaf, Cotangent]) -> None:
        """The gradients of the states as they are printed, and those of the initial ones."""
        for state, before in zip(self.group.states, self.group.befores, strict=True):
            paths = [*outside.get(state.leaf, ()), *inside.pop(state.leaf, ())]
            if before.leaf in inside:
                c = settle(before.leaf, inside.pop(before.leaf), simple=self.simple, named=False)
                done[before.leaf] = c
                self._to_init(before, c, inside)
                later = shifted(c.value, self.group)
                paths.append(Path(before, later, later, put_in=True))
            if state.leaf not in done or not paths:
                continue
            made = settle(state.leaf, paths, simple=self.simple, named=False)
            known = done[state.leaf]
            known.paths, known.plain, known.value = made.paths, made.plain, made.value
            known.facts, known.nonzero = made.facts, made.nonzero

    def _to_init(self, before: Binding, c: Cotangent, inside: Parts) -> None:
        """The initial state gets what the first step passes back."""
        states = {b.leaf for b in self.group.states}
        targets = [x for x in direct_leaves(before.definition) if x in self.needed - states]
        if not targets:
            return
        for leaf, part in reverse(before.definition, c.value, targets).items():
            value = simplify(with_names(part, self.names))
            inside.setdefault(leaf, []).append(  # type: ignore[arg-type]
                Path(before, value, value, put_in=True)
            )


def sum_of_paths(c: Cotangent, letters: tuple[str, ...]) -> Form:
    """`direct + what the next step passes back`, each as it was derived."""
    own = fresh_indices(c.target)
    terms = tuple(Term(1, (), (Factor(p.final, positions(own)),)) for p in c.paths)
    return Form(own, terms, dict(zip(own, letters, strict=True)), c.value)


def _scan_of(group: Group) -> Scan:
    definition = group.states[0].definition
    assert isinstance(definition, ScanState)
    return definition.scan
