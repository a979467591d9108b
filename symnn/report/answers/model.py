"""A sheet's equations as tensors: one place turns index-notation text into a loss.

Law: the text goes to `sn.define` only, which parses it with symnn's own grammar; an error there
comes back with the exercise, the key and the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symnn.core.errors import SymnnError, UnsupportedError
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.derivation import Derivation, derive
from symnn.derivation.names import Names
from symnn.lang.definition import define
from symnn.lang.size import sizes
from symnn.lang.tensor import Tensor, parameter, tensor
from symnn.report.answers.batching import batch_equations
from symnn.report.exam.consistency import LEFT
from symnn.report.exam.sheet import Exercise

LEARNED = ("weights", "bias", "parameter")
DATA = ("input", "target")
BATCH_SIZES = ("m", "M", "B", "batch")


@dataclass
class Model:
    """Tensors and values by name, the loss, and its derivation."""

    exercise: Exercise
    tensors: dict[str, Tensor]
    values: dict[str, Tensor]
    loss: Tensor
    derivation: Derivation
    names: Names

    @property
    def wrt(self) -> list[Tensor]:
        """The wanted tensors."""
        return self.derivation.wrt

    def role(self, name: str) -> str:
        """The declared role of a tensor."""
        return str(self.exercise.data["tensors"][name]["role"])


def build(exercise: Exercise, *, activation: str | None = None, batch: bool = False) -> Model:
    """Build the tensors of an exercise and derive its gradients.

    Args:
        exercise: of kind `derivation`.
        activation: what `sigma` is, in place of the sheet's own.
        batch: give every value that depends on the data a leading axis of size m.

    Raises:
        SheetError: an equation that cannot be read or whose shapes do not fit.
    """
    data = exercise.data
    tensors = {
        name: _tensor(name, t, batch_size(exercise) if batch and t["role"] in DATA else "")
        for name, t in data["tensors"].items()
    }
    equations = list(data["equations"])
    texts = equations
    if batch:
        moving = [n for n, t in data["tensors"].items() if t["role"] in DATA]
        texts = batch_equations(equations, moving, data["loss"], batch_size(exercise))
    known: dict[str, Any] = dict(tensors)
    values: dict[str, Tensor] = {}
    sigma = activation or data["activation"] or "identity"
    for k, text in enumerate(texts):
        name, value = _define(exercise, k, with_activation(text, sigma), known, batch=batch)
        known[name] = values[name] = value
    loss = values[data["loss"]]
    try:
        derivation = derive(loss, wrt=[known[name] for name in data["wrt"]])
    except SymnnError as error:
        exercise.place.fail((*exercise.path, "loss"), "a loss to derive", "none", detail=str(error))
    return Model(exercise, tensors, values, loss, derivation, derivation.names)


def predicted(model: Model, target: str) -> Tensor | None:
    """The named value that the loss compares with a target: read with it, of the same shape."""
    port = model.tensors[target].call.port
    reads = direct_leaves(model.derivation.program.output.definition)
    values = {v.call.port: v for v in model.values.values()}
    found = [x for x in reads if x is not port and x.sizes == port.sizes and x in values]
    return values[found[0]] if port in reads and found else None


def redefine(model: Model, wanted: str, replaced: Mapping[str, Tensor]) -> Tensor:
    """A value of the model with some tensors replaced: the equations read again."""
    data = model.exercise.data
    sigma = data["activation"] or "identity"
    known: dict[str, Any] = {**model.tensors, **replaced}
    for k, text in enumerate(data["equations"]):
        name, value = _define(model.exercise, k, with_activation(text, sigma), known, batch=False)
        known[name] = value
        if name == wanted:
            break
    result: Tensor = known[wanted]
    return result


def with_activation(equation: str, activation: str) -> str:
    """Replace `sigma(...)` by a function.

    >>> with_activation("a[i] = sigma(z[i])", "tanh")
    'a[i] = tanh(z[i])'
    """
    function = "" if activation == "identity" else activation
    return re.sub(r"\bsigma\s*\(", f"{function}(", equation)


def batch_size(exercise: Exercise) -> str:
    """The name of the batch's size: the first that the sheet does not use."""
    data = exercise.data
    taken = {s for x in data["tensors"].values() for s in x["shape"]} | set(data["tensors"])
    taken |= {m[1] for m in map(LEFT.match, data["equations"]) if m}
    free = [name for name in BATCH_SIZES if name not in taken]
    if not free:
        raise UnsupportedError(f"no free name for the batch size among {', '.join(BATCH_SIZES)}")
    return free[0]


def _tensor(name: str, given: Mapping[str, Any], batch: str) -> Tensor:
    shape = ([batch] if batch else []) + list(given["shape"])
    make = parameter if given["role"] in LEARNED else tensor
    latex = given["latex"]
    if batch and latex:
        latex = _capital(latex)
    return make(name, tuple(shape), assume=given["assume"], latex=latex)


def _capital(latex: str) -> str:
    r"""The symbol of a batch of rows: a capital, `x` to `X`, `\hat{y}` to `\hat{Y}`."""
    return re.sub(r"(?<![\\A-Za-z])[a-z](?![A-Za-z])", lambda m: m[0].upper(), latex, count=1)


def _define(
    exercise: Exercise, k: int, text: str, known: dict[str, Any], *, batch: bool
) -> tuple[str, Tensor]:
    match = LEFT.match(text)
    assert match is not None  # consistency has seen every left side
    name = match[1]
    symbols = exercise.data["symbols"] or {}
    latex = symbols.get(name)
    if latex and batch and name != exercise.data["loss"]:
        latex = _capital(latex)
    used = {n: v for n, v in known.items() if re.search(rf"\b{n}\b", text[match.end() :])}
    if batch and name == exercise.data["loss"]:
        used[batch_size(exercise)] = sizes(batch_size(exercise))
    try:
        value = define(text, **used)
    except SymnnError as error:
        exercise.place.fail(
            (*exercise.path, "equations", k),
            "an equation of index notation",
            text,
            detail=str(error),
        )
    value.call.symbol = latex
    return name, value
