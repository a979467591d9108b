"""Recurrent layers: unrolled over a sequence of known length, a `scan` over a symbolic one.

    RNN   h = tanh(W_x x + b_x + W_h h + b_h)
    LSTM  i,f,g,o = split(W_x x + b_x + W_h h + b_h);  c = s(f) c + s(i) tanh(g);  h = s(o) tanh(c)
    GRU   r,z = s(...);  n = tanh(W_n x + b_n + r (U_n h + c_n));  h = (1 - z) n + z h

Weights as in torch.nn: one matrix for the input and one for the state, gates stacked in the order
above. The scan names its gates and their rows of the weights: `i_t = s(W_i x_t + U_i h_{t-1} + …)`.
Law: the scan at T steps is the unrolled layer of T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from symnn.core.errors import DomainError
from symnn.core.sizes import same_size
from symnn.lang.arithmetic import add, multiply, subtract
from symnn.lang.assembly import concatenate, stack
from symnn.lang.creation import zeros
from symnn.lang.functions import relu, sigmoid
from symnn.lang.recurrence import scan
from symnn.lang.shaping import swapaxes
from symnn.lang.size import as_size, scalar_of
from symnn.lang.tensor import Tensor, named
from symnn.nn.activation import tanh
from symnn.nn.dense import Dropout, linear
from symnn.nn.module import Module

State = tuple[Tensor, ...]
Gates = Sequence[Tensor]
Name = Callable[[str, Tensor], Tensor]


class _Recurrent(Module):
    """One or several layers; input [N, T, in] (batch_first) or [T, N, in]; output the states h."""

    gates: ClassVar[tuple[str, ...]] = ("",)
    states = 1
    letters: ClassVar[dict[str, str]] = {
        "weight_ih": "W", "weight_hh": "U", "bias_ih": "b", "bias_hh": "c",
    }  # fmt: skip

    def __init__(
        self, input_size: Any, hidden_size: Any, num_layers: int = 1, bias: bool = True,
        batch_first: bool = True, dropout: float = 0.0, bidirectional: bool = False,
        nonlinearity: str = "tanh", *, last_only: bool = False, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.input_size, self.hidden_size = scalar_of(input_size), scalar_of(hidden_size)
        self.num_layers, self.use_bias, self.batch_first = num_layers, bias, batch_first
        self.bidirectional, self.last_only = bidirectional, last_only
        if nonlinearity not in ("tanh", "relu"):
            raise DomainError(f"nonlinearity={nonlinearity!r}\n  expected: 'tanh' or 'relu'")
        self.function = tanh if nonlinearity == "tanh" else relu
        self.dropout = Dropout(dropout, name="drop")

    def settings(self) -> dict[str, Any]:
        return {
            "input_size": self.input_size, "hidden_size": self.hidden_size,
            "num_layers": self.num_layers,
        }  # fmt: skip

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        made: dict[str, tuple[Any, ...]] = {}
        rows = len(self.gates) * as_size(self.hidden_size)
        ways = 2 if self.bidirectional else 1
        for layer in range(self.num_layers):
            width = self.input_size if layer == 0 else ways * as_size(self.hidden_size)
            for end in ("", "_reverse")[:ways]:
                made[f"weight_ih_l{layer}{end}"] = (rows, width)
                made[f"weight_hh_l{layer}{end}"] = (rows, self.hidden_size)
                if self.use_bias:
                    made[f"bias_ih_l{layer}{end}"] = (rows,)
                    made[f"bias_hh_l{layer}{end}"] = (rows,)
        return made

    def _leaf_name(self, key: str) -> str:
        stem, _, end = key.partition("_l")
        return super()._leaf_name(stem) + (f"_{end}" if end != "0" else "")

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        time = 1 if self.batch_first else 0
        length = x.sizes[time]
        if same_size(x.sizes[-1], self.input_size) is False:
            raise self.misfit(
                x, f"a last axis of {self.input_size} (input_size)", f"{x.sizes[-1]}",
                f"input_size={x.sizes[-1]}",
            )  # fmt: skip
        if not isinstance(length, int):
            return self._scanned(x)
        steps = [x[:, t] if self.batch_first else x[t] for t in range(length)]
        for layer in range(self.num_layers):
            if layer:
                steps = [self.dropout(s) if self.training else s for s in steps]
            steps = self._layer(steps, layer)
        return steps[-1] if self.last_only else stack(steps, axis=time)

    def _layer(self, steps: list[Tensor], layer: int) -> list[Tensor]:
        forward = self._run(steps, f"_l{layer}")
        if not self.bidirectional:
            return forward
        back = self._run(steps[::-1], f"_l{layer}_reverse")[::-1]
        return [join(a, b) for a, b in zip(forward, back, strict=True)]

    def _weights(self, end: str) -> list[Tensor | None]:
        """Weights of input and state, then their biases."""
        shapes = self.shapes()
        names = ["weight_ih", "weight_hh", *(["bias_ih", "bias_hh"] if self.use_bias else [])]
        made: list[Tensor | None] = [self.parameter(n + end, shapes[n + end]) for n in names]
        return made if self.use_bias else [*made, None, None]

    def _scanned(self, x: Tensor) -> Tensor:
        """The layers over a symbolic number of steps, which come first inside."""
        stack = swapaxes(x, 0, 1) if self.batch_first else x
        for layer in range(self.num_layers):
            if layer and self.training:
                stack = self.dropout(stack)
            ways = [self._scan(stack, f"_l{layer}")]
            if self.bidirectional:
                ways.append(self._scan(stack, f"_l{layer}_reverse", reverse=True))
            stack = join(*ways) if self.bidirectional else ways[0]
        if self.last_only:
            return stack[-1]
        return swapaxes(stack, 0, 1) if self.batch_first else stack

    def _scan(self, stack: Tensor, end: str, *, reverse: bool = False) -> Tensor:
        """One direction of a layer; what the inputs give is computed for all steps at once."""
        w, u, b, c = self._weights(end)
        start = zeros((*stack.shape[1:-1], as_size(self.hidden_size)))
        names = ("h", "c")[: self.states]

        inputs, rows, bias, biases = (
            [None] * len(self.gates) if x is None else self._named_gates(x) for x in (w, u, b, c)
        )
        pairs = zip(inputs, bias, strict=True)
        gates = tuple(linear(stack, *pair) for pair in pairs)  # type: ignore[arg-type]

        def step(state: dict[str, Tensor], inputs: Gates) -> dict[str, Tensor]:
            now = tuple(state.values())
            parts = [linear(now[0], *pair) for pair in zip(rows, biases, strict=True)]  # type: ignore[arg-type]
            return dict(zip(names, self.step(inputs, parts, now, named), strict=True))

        states: Tensor = scan(step, dict.fromkeys(names, start), gates, reverse=reverse)["h"]
        return states

    def _run(self, steps: list[Tensor], end: str) -> list[Tensor]:
        w, u, b, c = self._weights(end)
        start = zeros((*steps[0].shape[:-1], as_size(self.hidden_size)))
        state: State = (start,) * self.states
        found = []
        for x in steps:
            parts = linear(x, w, b), linear(state[0], u, c)  # type: ignore[arg-type]
            state = self.step(self._gates(parts[0]), self._gates(parts[1]), state, _unnamed)
            found.append(state[0])
        return found

    def step(self, from_input: Gates, from_state: Gates, state: State, name: Name) -> State:
        """The next state from the two affine parts of each gate; `name` names a gate."""
        raise NotImplementedError

    def _named_gates(self, weight: Tensor) -> list[Tensor]:
        """The rows of a weight that belong to each gate: W_i, W_f, ..."""
        if len(self.gates) == 1:
            return [weight]
        whole = str(weight.name)
        own = whole.replace(f"_{self.kind}", "", 1) if self.name in (None, self.kind) else whole
        parts = self._gates(weight, axis=0)
        return [named(f"{own}_{g}", x) for g, x in zip(self.gates, parts, strict=True)]

    def _gates(self, z: Tensor, axis: int = -1) -> list[Tensor]:
        """The parts of an axis, one a gate."""
        if len(self.gates) == 1:
            return [z]
        h = as_size(self.hidden_size)
        parts = [slice(k * h, (k + 1) * h) for k in range(len(self.gates))]
        return [z[part] if axis == 0 else z[..., part] for part in parts]


def _unnamed(_: str, value: Tensor) -> Tensor:
    return value


def join(a: Tensor, b: Tensor) -> Tensor:
    """Two states on one axis."""
    made: Tensor = concatenate([a, b], axis=-1)
    return made


class RNN(_Recurrent):
    """A plain recurrent layer.

    >>> from symnn.lang.tensor import tensor
    >>> RNN("n", "h")(tensor("x", ("N", "T", "n"))).sizes
    (N, T, h)
    """

    kind = "rnn"

    def step(self, from_input: Gates, from_state: Gates, state: State, name: Name) -> State:
        return (self.function(add(from_input[0], from_state[0])),)


class LSTM(_Recurrent):
    """Long short-term memory.

    >>> from symnn.lang.tensor import tensor
    >>> LSTM("n", "h")(tensor("x", ("N", 3, "n"))).sizes
    (N, 3, h)
    """

    kind, gates, states = "lstm", ("i", "f", "g", "o"), 2

    def step(self, from_input: Gates, from_state: Gates, state: State, name: Name) -> State:
        functions = (sigmoid, sigmoid, tanh, sigmoid)
        given = zip(self.gates, functions, from_input, from_state, strict=True)
        i, f, g, o = (name(gate, function(add(a, b))) for gate, function, a, b in given)
        c = name("c", add(multiply(i, g), multiply(f, state[1])))
        return multiply(tanh(c), o), c


class GRU(_Recurrent):
    """Gated recurrent unit, torch's variant (the reset gate after the product).

    >>> from symnn.lang.tensor import tensor
    >>> GRU("n", "h")(tensor("x", ("N", "T", "n"))).sizes
    (N, T, h)
    """

    kind, gates = "gru", ("r", "z", "n")

    def step(self, from_input: Gates, from_state: Gates, state: State, name: Name) -> State:
        (a_r, a_z, a_n), (h_r, h_z, h_n) = from_input, from_state
        r, z = name("r", sigmoid(add(a_r, h_r))), name("z", sigmoid(add(a_z, h_z)))
        n = name("n", tanh(add(a_n, multiply(r, h_n))))
        return (add(multiply(subtract(1, z), n), multiply(z, state[0])),)
