"""`scan`: a recurrence over a sequence of any length, from an ordinary NumPy-style step.

    states = scan(step, init, xs)        h_t = step(h_{t-1}, x_t) for t = 1..T, with h_0 = init

The step runs once, on tensors that stand for the state before a step and for that step's inputs.
What it reads from outside is reached through the recurrence's own arguments. Every name given in
it is a value with the steps on axis 0; so are its outputs, which are not carried but computed from
the stacks. Law: equal to the Python loop, at every length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symnn.calculus.folds import fold
from symnn.calculus.lifting import lift
from symnn.calculus.scans import neighbour, scan_node
from symnn.core.node import Leaf, Node
from symnn.core.recurrence import make_scan_state
from symnn.core.scalars import Scalar
from symnn.core.walk import leaves
from symnn.lang.call import Call, below, opened
from symnn.lang.recurrence_forms import flat_of, in_form, must_keep, results_of, steps_of
from symnn.lang.tensor import Tensor, place_of_leaf


@dataclass(eq=False)
class Recurrence:
    """What was written: one scan, its calls with the steps on axis 0.

    Attributes:
        length: the number of steps.
        states: the calls of the stacked states.
        befores: by state, the call of the stack of states before each step.
        inner: the calls of the names given in the step, in order.
        nexts: by state, the call of the state after each step, as the step says it.
        backward: whether it runs from the last step to the first.
    """

    length: Scalar
    backward: bool = False
    states: list[Call] = field(default_factory=list)
    befores: list[Call] = field(default_factory=list)
    inner: list[Call] = field(default_factory=list)
    nexts: list[Call] = field(default_factory=list)

    @property
    def members(self) -> list[Call]:
        """All its calls, each after what it reads."""
        return [*self.states, *self.befores, *self.inner, *self.nexts]


def scan(
    step: Callable[..., Any],
    init: Any,
    xs: Any = None,
    *,
    length: Any = None,
    reverse: bool = False,
) -> Any:
    """The states of a recurrence after each step.

    Args:
        step: `step(state, x) -> state` or `(state, output)`; `step(state)` where there is no xs.
        init: the state before the first step: a tensor, or a tuple or dict of them.
        xs: a tensor, or a tuple or dict of them, whose first axis is the step.
        length: the number of steps, where there is no xs.
        reverse: run from the last step to the first.

    Returns:
        The states in the form of `init`, the steps on axis 0; with outputs, (states, outputs).

    Raises:
        ShapeError: the step changes the shape of the state; inputs of different lengths.
        DomainError: neither xs nor length; a step that returns another form than its state.

    An exponential moving average:

    >>> from symnn.lang.binding import evaluate
    >>> from symnn.lang.tensor import tensor
    >>> x = tensor("x", ("T",))
    >>> average = scan(lambda m, x: 0.5 * m + 0.5 * x, 0.0, x)
    >>> evaluate(average, x=[4.0, 0.0, 2.0]).tolist()
    [2.0, 1.0, 1.5]
    """
    start, inputs = flat_of(init), flat_of(xs) if xs is not None else []
    work = Recurrence(steps_of(inputs, length), backward=reverse)
    before = [_port("state", t.sizes, t) for t in start]
    now = [_port("x", t.sizes[1:], t) for t in inputs]
    given = [in_form(init, before), *([] if xs is None else [in_form(xs, now)])]
    after, outputs = results_of(step(*given), init)
    must_keep(start, after)
    return _Build(work, start, inputs, before, now).results(after, outputs, init)


def _port(op: str, sizes: tuple[Scalar, ...], like: Tensor) -> Tensor:
    """A tensor that stands for one step's value inside the step."""
    old = like.call.port
    dtype = old.dtype if op == "x" else "float"
    leaf = Leaf(op, sizes, role="port", dtype=dtype, below=old.below if op == "x" else None)
    return Tensor(Call("scan port", (), leaf, name=op), place_of_leaf(leaf))


# -- the calls -------------------------------------------------------------------------------------


class _Build:
    """Makes the scan of a step that ran once, and its calls."""

    def __init__(
        self, work: Recurrence, start: list[Tensor], inputs: list[Tensor], before: list[Tensor],
        now: list[Tensor],
    ) -> None:  # fmt: skip
        self.work, self.start, self.inputs = work, start, inputs
        self.before, self.now = before, now
        self.moving: dict[Node, Node] = {}

    def results(self, after: list[Tensor], outputs: Any, init: Any) -> Any:
        """The stacked states, and outputs where there are some."""
        ends = [t.call for t in after]
        flat = [] if outputs is None else flat_of(outputs)
        roots = [*ends, *(t.call for t in flat)]
        captures = self._captures(roots)
        keys = list(init) if isinstance(init, Mapping) else [None] * len(ends)
        self._states(ends, captures, keys)
        names = [c for c in below(roots) if c.name and c in self.dependent and c not in ends]
        opaque = [*captures, *names, *(c for c in ends if not c.is_leaf)]
        inside = opened([*roots, *names], opaque)
        self._stacks(ends, names, inside)
        states = in_form(init, [Tensor(c) for c in self.work.states])
        if outputs is None:
            return states
        return states, in_form(outputs, [self._output(t, inside) for t in flat])

    def _captures(self, roots: list[Call]) -> list[Call]:
        """The calls outside of the step that it reads, each as large as it can be."""
        ports = {t.call for t in (*self.before, *self.now)}
        dependent: set[Call] = set(ports)
        variable: set[Call] = set()
        found: dict[Call, None] = {}
        for call in below(roots):
            if call.is_leaf or any(a in variable for a in call.args):
                variable.add(call)
            if any(a in dependent for a in call.args):
                dependent.add(call)
        for call in [c for c in below(roots) if c in dependent]:
            found.update((a, None) for a in call.args if a not in dependent and a in variable)
        found.update((r, None) for r in roots if r not in dependent and r in variable)
        self.dependent = dependent - ports
        return list(found)

    def _states(self, ends: list[Call], captures: list[Call], keys: list[Any]) -> None:
        """The scan, and a call for each state."""
        inside = opened(ends, captures)
        node = scan_node(
            fold([captured(c, captures, inside) for c in ends]),
            [(b.call.port, t.call.port) for b, t in zip(self.before, self.start, strict=True)],
            [(x.call.port, t.call.port) for x, t in zip(self.now, self.inputs, strict=True)],
            [(c.port, c.port) for c in captures], self.work.length, backward=self.work.backward,
        )  # fmt: skip
        args = [*(t.call for t in (*self.start, *self.inputs)), *captures]
        conditions = tuple(x for c in below(ends) if c in self.dependent for x in c.conditions)
        for k, (end, key) in enumerate(zip(ends, keys, strict=True)):
            named = end.name if end in self.dependent else None
            call = Call(
                "scan", [*self.work.states[:1], *args], make_scan_state(node, k),
                name=named or key, symbol=end.symbol, conditions=conditions,
                attrs={"recurrence": self.work, "state": k},
            )  # fmt: skip
            self.work.states.append(call)

    def _stacks(self, ends: list[Call], names: list[Call], inside: Mapping[Call, Node]) -> None:
        """The calls of what the step reads and names, with the steps on axis 0."""
        work, early = self.work, not self.work.backward
        for state, end, b, t in zip(work.states, ends, self.before, self.start, strict=True):
            body = neighbour(state.port, t.call.port, early=early)
            call = Call("scan before", [state, t.call], body, attrs={"of": state})
            work.befores.append(call)
            self.moving[b.call.port] = call.port
            if not end.is_leaf:
                self.moving[end.port] = state.port
        for x, t in zip(self.now, self.inputs, strict=True):
            self.moving[x.call.port] = t.call.port
        for c in names:
            call = self._lifted("scan name", inside[c], name=c.name, symbol=c.symbol)
            work.inner.append(call)
            self.moving[c.port] = call.port
        for state, end in zip(work.states, ends, strict=True):
            body = inside[end] if end in self.dependent else end.port
            work.nexts.append(self._lifted("scan next", body, attrs={"of": state}))

    def _lifted(self, op: str, body: Node, **more: Any) -> Call:
        (node,) = lift([body], self.moving, {}, self.work.length)
        args = [x.tag for x in leaves([node]) if isinstance(x.tag, Call)]
        return Call(op, args, node, **more)

    def _output(self, output: Tensor, inside: Mapping[Call, Node]) -> Tensor:
        """An output with the steps on axis 0: a named value, a state, or a new call."""
        call = output.call
        known = self.moving.get(call.port)
        if known is not None and isinstance(known, Leaf) and isinstance(known.tag, Call):
            return Tensor(known.tag)
        body = inside[call] if call in self.dependent or call.op == "number" else call.port
        return Tensor(self._lifted("scan output", body))


def captured(call: Call, captures: list[Call], inside: Mapping[Call, Node]) -> Node:
    """The expression of a call inside the step; a captured one is read through its port."""
    return call.port if call in captures else inside[call]
