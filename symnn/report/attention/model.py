"""Self-attention and what follows it, as equations: the one place of exercise 5 that writes them.

Every variant of the page (biases, mask, pooling, output layer) is made here by the same few lines
of NumPy; all else on the page is derived from the tensors that come back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symnn.derivation.derivation import derive
from symnn.lang.face import Tensor, named, parameter, sizes, tensor
from symnn.lang.functions import softmax
from symnn.nn.activation import activation
from symnn.nn.attention import causal_mask
from symnn.report.answers.model import Model
from symnn.report.exam.sheet import Exercise

LOSS = r"\mathcal{L}"


@dataclass(frozen=True)
class Shape:
    """Names or numbers of the sizes: tokens, width, keys, values, hidden units."""

    tokens: Any
    width: Any
    keys: Any
    values: Any
    hidden: Any
    activation: str = "tanh"
    masked: bool = False


@dataclass(frozen=True)
class Net:
    """The values of one network in order, its parameters, and its input."""

    values: Mapping[str, Tensor]
    parameters: Mapping[str, Tensor]
    X: Tensor
    target: Tensor | None = None

    @property
    def loss(self) -> Tensor:
        """The scalar at the end."""
        return self.values["L"]


def shape_of(exercise: Exercise) -> Shape:
    """The sizes that the sheet gives; values as wide as keys where it does not say."""
    data = exercise.data
    hidden = data["hidden"] or {"units": "m", "activation": "tanh"}
    values = data["value_width"] or "d_v"
    return Shape(
        data["tokens"], data["width"], data["key_width"], values, hidden["units"],
        hidden["activation"], bool(data["masked"]),
    )  # fmt: skip


def attention_net(
    s: Shape, *, biases: bool = False, pooled: bool = False, output: Any = None,
    X: Tensor | None = None, parameters: Mapping[str, Tensor] | None = None,
) -> Net:  # fmt: skip
    """Attention, a hidden layer, and the squared error.

    Args:
        s: the sizes.
        biases: of the three projections.
        pooled: average the tokens before the hidden layer.
        output: classes of an output layer with softmax, in place of the squared error.
        X: the input, in place of a new one.
        parameters: parameters of another net, shared.
    """
    known = dict(parameters or {})

    def weight(name: str, *shape: Any) -> Tensor:
        return known.setdefault(name, parameter(name, shape, latex=name))

    x = tensor("X", (s.tokens, s.width)) if X is None else X
    v: dict[str, Tensor] = {}
    for name, width in (("Q", s.keys), ("K", s.keys), ("V", s.values)):
        product = x @ weight(f"W_{name}", s.width, width)
        v[name] = named(name, product + weight(f"b_{name}", width) if biases else product)
    v["S"] = named("S", v["Q"] @ v["K"].T / np.sqrt(_size(s.keys)))
    masked = v["S"]
    if s.masked:
        masked = np.where(causal_mask(_size(s.tokens), _size(s.tokens)), v["S"], -np.inf)
    v["A"] = named("A", softmax(masked, axis=-1))
    v["Z"] = named("Z", v["A"] @ v["V"])
    _hidden(s, v, weight, pooled)
    y = _loss(s, v, weight, pooled, output)
    return Net(v, known, x, y)


def _hidden(s: Shape, v: dict[str, Tensor], weight: Any, pooled: bool) -> None:
    z = v["Z"]
    if pooled:
        z = v["z"] = named("z", np.mean(z, axis=0), latex=r"\bar z")
    low = "u" if pooled else "U"
    v[low] = named(low, z @ weight("W_1", s.values, s.hidden) + weight("b_1", s.hidden))
    high = "h" if pooled else "H"
    v[high] = named(high, activation(s.activation)(v[low]))


def _loss(s: Shape, v: dict[str, Tensor], weight: Any, pooled: bool, output: Any) -> Tensor:
    high = "h" if pooled else "H"
    lead = () if pooled else (s.tokens,)
    if output is None:
        y = tensor("y" if pooled else "Y", (*lead, s.hidden))
        v["L"] = named("L", np.sum((v[high] - y) ** 2), latex=LOSS)
        return y
    low, prob = ("o", "p") if pooled else ("O", "P")
    v[low] = named(low, v[high] @ weight("W_2", s.hidden, output) + weight("b_2", output))
    v[prob] = named(prob, softmax(v[low], axis=-1))
    y = tensor("y" if pooled else "Y", (*lead, output), assume={"simplex"})
    v["L"] = named("L", -np.sum(y * np.log(v[prob])), latex=LOSS)
    return y


def _size(value: Any) -> Any:
    return sizes(value) if isinstance(value, str) else value


def model_of(exercise: Exercise, net: Net, wrt: list[Tensor]) -> Model:
    """The net as the report's model: what its step lines and badges take."""
    derivation = derive(net.loss, wrt=wrt)
    roles = {name: {"role": "bias" if name[0] == "b" else "weights"} for name in net.parameters}
    known = {"X": {"role": "input"}, "Y": {"role": "target"}, "y": {"role": "target"}}
    stand_in = replace(exercise, data={"equations": [], "tensors": {**known, **roles}})
    tensors = {"X": net.X, **net.parameters}
    if net.target is not None:
        tensors[str(net.target.name)] = net.target
    return Model(stand_in, tensors, dict(net.values), net.loss, derivation, derivation.names)
