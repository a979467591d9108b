"""The loss of a network file, and the symbols under which its derivation reads as a textbook's.

    [loss]
    type = "cross_entropy"        # one line each in `LOSSES`
    target = "y"                  # the name of what is compared (default: y)

Law: a loss is a scalar, averaged over the samples where the input has an axis of samples.
Cross-entropy takes probabilities behind a softmax, else scores. Extend: a line in `LOSSES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from symnn.core.errors import UnknownNameError, UnsupportedError, explain
from symnn.core.scalars import Scalar
from symnn.importers.networks import Network
from symnn.lang.call import Call, below
from symnn.lang.functions import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge,
    huber,
    mae,
    mse,
)
from symnn.lang.size import as_size
from symnn.lang.tensor import Tensor, tensor

_BEFORE_ACTIVATION = ("linear", "conv")
_LETTERS = {"W": "W", "b": "b"}


@dataclass(frozen=True)
class Objective:
    """What a network is trained on.

    Attributes:
        loss: a scalar.  target: what the output is compared with.
        input, output: of the network.
        classes: the number of classes, where the target is a class coded one-hot.
    """

    loss: Tensor
    target: Tensor
    input: Tensor
    output: Tensor
    classes: Scalar | None = None


@dataclass(frozen=True)
class _Loss:
    make: Callable[[Tensor, Tensor], Tensor]
    facts: frozenset[str] = frozenset()


def _squared(output: Tensor, target: Tensor) -> Tensor:
    """The squared distance, averaged over the samples."""
    total = np.sum((output - target) ** 2)
    rows = output.sizes[:-1]
    return total / as_size(rows[0]) if len(output.sizes) > 1 else total


def _entropy(output: Tensor, target: Tensor) -> Tensor:
    return cross_entropy(output, target, logits=behind(output.call).op != "softmax")


LOSSES = {
    "cross_entropy": _Loss(_entropy, frozenset({"onehot"})),
    "squared_error": _Loss(_squared),
    "mse": _Loss(mse),
    "mae": _Loss(mae),
    "huber": _Loss(huber),
    "hinge": _Loss(hinge),
    "binary_cross_entropy": _Loss(binary_cross_entropy_with_logits),
}


def objective(network: Network, kind: str = "") -> Objective:
    """The loss of a network: that of its file, or of the given kind.

    Raises:
        UnsupportedError: the file has no loss, or the kind is unknown; lists what there is.

    >>> from symnn.importers.networks import parse_network
    >>> net = parse_network('''
    ... input = { shape = ["N", 4] }
    ... layers = [{ type = "dense", units = 3 }]
    ... loss = { type = "cross_entropy" }
    ... ''')
    >>> objective(net).target.sizes
    (N, 3)
    """
    table = network.loss or {}
    wanted = kind or table.get("type", "")
    if wanted not in LOSSES:
        raise UnsupportedError(
            explain(f"the network {network.name}", expected=f"a loss: {', '.join(LOSSES)}",
                    found=repr(wanted) if wanted else "none",
                    fix='[loss] with type = "cross_entropy" in its file, or --loss cross_entropy')
        )  # fmt: skip
    output = dressed(network)
    name = table.get("target", "y")
    taken = {c.name for c in below([output.call])}
    if name in taken:
        raise UnknownNameError(
            explain(f"the network {network.name}", expected="a target with a name of its own",
                    found=f"{name}, which is in the network", fix="target = ... in [loss]")
        )  # fmt: skip
    chosen = LOSSES[wanted]
    target = tensor(name, output.sizes, assume=chosen.facts)
    _symbol(target.call, _case("y", output.call) if name == "y" else None)
    classes = output.sizes[-1] if "onehot" in chosen.facts else None
    return Objective(chosen.make(output, target), target, network.input, output, classes)


def behind(call: Call) -> Call:
    """The operation that a chain of names stands for."""
    while call.args and call.body is call.args[0].port:
        call = call.args[0]
    return call


def dressed(network: Network) -> Tensor:
    """The output, its layers numbered: `z^{(k)} = W^{(k)} a^{(k-1)} + b^{(k)}`.

    What the file names keeps its name.
    """
    call = network.value.call
    while call.op == "Sequential" and call.args:
        call = call.args[0]
    count = 0
    for c in below([call]):
        layer = c.attrs.get("layer")
        path = str(c.attrs.get("path", ""))
        if layer is None or "." in path:
            continue
        count += 1
        if path == f"{layer.kind}{_digits(path)}":
            _number(c, count)
    for c in below([call]):
        if c.op == "input" and c.name == "x":
            _symbol(c, _case("x", c))
    return Tensor(call)


def _digits(path: str) -> str:
    return path[len(path.rstrip("0123456789")) :]


def _number(layer: Call, k: int) -> None:
    """Symbols of one layer's parameters, sum and value."""
    inner = behind(layer)
    source = inner.args[0] if inner.args else inner
    source = source if inner.op not in _BEFORE_ACTIVATION else inner
    if source.op in _BEFORE_ACTIVATION:
        for p in source.args:
            letter = str(p.name).split("_", maxsplit=1)[0]
            if p.op == "parameter" and letter in _LETTERS:
                _symbol(p, rf"{_LETTERS[letter]}^{{({k})}}")
        if source is not inner:
            source.name = source.name or f"z_{k}"
            _symbol(source, rf"{_case('z', source)}^{{({k})}}")
    letter = "z" if source is inner and source.op in _BEFORE_ACTIVATION else "a"
    _symbol(layer, rf"{_case(letter, layer)}^{{({k})}}")


def _case(letter: str, call: Call) -> str:
    """A vector is a small letter; rows of samples are a capital."""
    return letter if len(call.port.sizes) < 2 else letter.upper()


def _symbol(call: Call, latex: str | None) -> None:
    call.symbol = call.symbol or latex
