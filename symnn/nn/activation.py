"""Activations as functions of a tensor, by name, and as layers named as in torch.nn.

Each is one Call, or a short composition of Calls, of the registered elementwise functions. Extend:
one line in `FUNCTIONS`, one class line below. Law: equal to torch's function of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnn.calculus.build import substitute
from symnn.calculus.facts import STRUCTURE
from symnn.core.node import Leaf, Node
from symnn.lang import functions
from symnn.lang.arithmetic import add, apply, clip, divide, minimum, multiply, negative
from symnn.lang.call import Call, opened
from symnn.lang.comparisons import greater, where
from symnn.lang.functions import elu, leaky_relu, relu, sigmoid, softmax, softplus
from symnn.lang.reductions import logsumexp
from symnn.lang.tensor import Tensor, make
from symnn.nn.module import Module, check_name

Function = Callable[[Tensor], Tensor]
_TEMPLATES: dict[object, tuple[Leaf, Node]] = {}


def fused(op: str, function: Function, x: Tensor) -> Tensor:
    """A composition of elementwise functions as one Call, so that it is one operation."""
    key = (op, x.sizes)
    if key not in _TEMPLATES:
        leaf = Leaf("x", x.sizes)
        made = function(Tensor(Call("argument", (), leaf))).call
        _TEMPLATES[key] = (leaf, opened([made])[made])
    leaf, body = _TEMPLATES[key]
    return make(op, [x], substitute(body, {leaf: x.call.port}, STRUCTURE))


def gelu(x: Tensor, approximate: str = "none") -> Tensor:
    """`x Φ(x)`, or the tanh form."""
    name = "gelu" if approximate == "none" else f"gelu_{approximate}"
    return fused(name, lambda t: functions.gelu(t, approximate), x)


def silu(x: Tensor) -> Tensor:
    """`x sigmoid(x)`."""
    return fused("silu", functions.silu, x)


def relu6(x: Tensor) -> Tensor:
    """min(max(x, 0), 6)."""
    return minimum(relu(x), 6)


def hard_sigmoid(x: Tensor) -> Tensor:
    """min(max(x + 3, 0), 6) / 6."""
    return divide(relu6(add(x, 3)), 6)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """`x - logsumexp(x)`."""
    return x - logsumexp(x, axis=axis, keepdims=True)


def tanh(x: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return apply("tanh", x)


def identity(x: Tensor) -> Tensor:
    """`x` itself."""
    return x


FUNCTIONS: dict[str, Function] = {
    "identity": identity, "linear": identity, "relu": relu, "relu6": relu6, "sigmoid": sigmoid,
    "tanh": tanh, "silu": silu, "swish": silu, "gelu": gelu,
    "gelu_tanh": lambda x: gelu(x, approximate="tanh"), "leaky_relu": leaky_relu, "elu": elu,
    "softplus": softplus, "softmax": softmax, "log_softmax": log_softmax,
    "hard_sigmoid": hard_sigmoid, "hard_swish": lambda x: multiply(x, hard_sigmoid(x)),
    "hard_tanh": lambda x: clip(x, -1, 1),
    "softsign": lambda x: divide(x, add(1, apply("abs", x))),
    "mish": lambda x: multiply(x, tanh(softplus(x))),
    "log_sigmoid": lambda x: negative(softplus(negative(x))),
    "selu": lambda x: multiply(1.0507009873554805, elu(x, 1.6732632423543772)),
}  # fmt: skip


def activation(name: str | Callable[..., Tensor] | None) -> Function:
    """The activation function of that name.

    Raises:
        UnknownNameError: lists what there is.

    >>> from symnn.lang.tensor import tensor
    >>> activation("relu")(tensor("z", ("n",)))
    Tensor(relu: [n])
    """
    if name is None:
        return identity
    if callable(name):
        return name
    found: Function = check_name(name, FUNCTIONS, "activation")
    return found


class Activation(Module):
    """A layer that applies one activation function, by its name.

    >>> from symnn.lang.tensor import tensor
    >>> Activation("tanh")(tensor("z", ("n",)))
    Tensor(tanh: [n])
    """

    kind = "activation"
    function = "identity"

    def __init__(
        self, function: str | None = None, name: str | None = None, **options: Any
    ) -> None:
        super().__init__(name)
        self.function_name = function or self.function
        self.kind = self.function_name
        self.options = options
        activation(self.function_name)

    def settings(self) -> dict[str, Any]:
        return {"function": self.function_name, **self.options}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        made: Any = activation(self.function_name)
        return made(x, **self.options) if self.options else made(x)  # type: ignore[no-any-return]


def _layer(name: str, function: str, formula: str) -> type[Activation]:
    doc = f"""{formula}

    >>> from symnn.lang.tensor import tensor
    >>> {name}()(tensor("z", ("n",))).sizes
    (n,)
    """
    return type(name, (Activation,), {"function": function, "__doc__": doc, "__module__": __name__})


ReLU = _layer("ReLU", "relu", "max(x, 0).")
ReLU6 = _layer("ReLU6", "relu6", "min(max(x, 0), 6).")
Sigmoid = _layer("Sigmoid", "sigmoid", "1 / (1 + exp(-x)).")
Tanh = _layer("Tanh", "tanh", "The hyperbolic tangent.")
SiLU = _layer("SiLU", "silu", "x * sigmoid(x).")
ELU = _layer("ELU", "elu", "x, or exp(x) - 1 below 0.")
SELU = _layer("SELU", "selu", "ELU, scaled to keep mean and variance.")
Mish = _layer("Mish", "mish", "x * tanh(softplus(x)).")
Softplus = _layer("Softplus", "softplus", "log(1 + exp(x)).")
Softsign = _layer("Softsign", "softsign", "x / (1 + |x|).")
Hardsigmoid = _layer("Hardsigmoid", "hard_sigmoid", "min(max(x + 3, 0), 6) / 6.")
Hardswish = _layer("Hardswish", "hard_swish", "x * hard_sigmoid(x).")
Hardtanh = _layer("Hardtanh", "hard_tanh", "x cut to [-1, 1].")
LogSigmoid = _layer("LogSigmoid", "log_sigmoid", "log(sigmoid(x)).")
Identity = _layer("Identity", "identity", "x itself.")


class GELU(Activation):
    """`x Φ(x)`; `approximate="tanh"` is the tanh form.

    >>> from symnn.lang.tensor import tensor
    >>> GELU(approximate="tanh")(tensor("z", ("n",)))
    Tensor(gelu: [n])
    """

    function = "gelu"

    def __init__(self, approximate: str = "none", name: str | None = None) -> None:
        super().__init__("gelu", name, approximate=approximate)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return gelu(x, **self.options)


class LeakyReLU(Activation):
    """`x`, or `slope x` below 0.

    >>> from symnn.lang.tensor import tensor
    >>> LeakyReLU(0.2)(tensor("z", ("n",)))
    Tensor(leaky_relu: [n])
    """

    function = "leaky_relu"

    def __init__(self, negative_slope: float = 0.01, name: str | None = None) -> None:
        super().__init__("leaky_relu", name, slope=negative_slope)


class Softmax(Activation):
    """exp(x) / sum exp(x) along `dim`.

    >>> from symnn.lang.tensor import tensor
    >>> Softmax()(tensor("z", ("B", "n")))
    Tensor(softmax: [B, n])
    """

    function = "softmax"

    def __init__(self, dim: int = -1, name: str | None = None) -> None:
        super().__init__("softmax", name, axis=dim)


class LogSoftmax(Activation):
    """Log of the softmax along `dim`.

    >>> from symnn.lang.tensor import tensor
    >>> LogSoftmax()(tensor("z", ("B", "n"))).sizes
    (B, n)
    """

    function = "log_softmax"

    def __init__(self, dim: int = -1, name: str | None = None) -> None:
        super().__init__("log_softmax", name, axis=dim)


class PReLU(Module):
    """`x`, or a learned slope times x below 0.

    >>> from symnn.lang.tensor import tensor
    >>> PReLU()(tensor("z", ("n",))).sizes
    (n,)
    """

    kind = "prelu"

    def __init__(self, num_parameters: int = 1, name: str | None = None) -> None:
        super().__init__(name)
        self.num_parameters = num_parameters

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        return {"weight": (self.num_parameters,)}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        slope = self.parameter("weight", (self.num_parameters,))
        if self.num_parameters != 1:
            slope = slope[(slice(None), *([None] * (x.ndim - 2)))]
        return where(greater(x, 0), x, multiply(slope, x))


__all__ = [
    "ELU", "GELU", "SELU", "Activation", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
    "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "PReLU", "ReLU", "ReLU6", "SiLU", "Sigmoid",
    "Softmax", "Softplus", "Softsign", "Tanh", "activation",
]  # fmt: skip
