"""`compile_step`: loss, gradients and update of the parameters in one function that keeps state.

Law: a step is the update rule applied to the gradients of the loss, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp

from symnn.codegen.batching import mean_over_samples
from symnn.codegen.compiled import Compiled
from symnn.codegen.gradients import gradients
from symnn.core.errors import DomainError, ShapeError, UnknownNameError
from symnn.lang.binding import arrays_for, bind_sizes, conditions_of, leaf_calls
from symnn.lang.call import Call
from symnn.lang.optimizers import SGD, Optimizer
from symnn.lang.tensor import Tensor, named

Array = np.ndarray[Any, Any]


class Step:
    """Training state: parameters, optimiser states, and the compiled step.

    Attributes:
        loss: the scalar that is minimised.
        wrt: the parameters.
        inputs: the data inputs, in the order that `epoch` takes them.
        batch: how many samples `epoch` takes in one step (None: all).
    """

    def __init__(
        self,
        loss: Tensor,
        wrt: Sequence[Tensor],
        optimizer: Optimizer,
        batch: int | None,
        dtype: Any,
    ) -> None:
        self.loss, self.wrt, self.batch = loss, tuple(wrt), batch
        found = gradients(loss, self.wrt)
        states = [optimizer.states(p) for p in self.wrt]
        self._states = tuple(t for own in states for t in own.values())
        outputs, later = [loss], []
        for p, own in zip(self.wrt, states, strict=True):
            new, changed = optimizer.update(p, found[p], own)
            outputs.append(named(f"new_{p.name}", new))
            later += [named(f"new_{own[k].name}", v) for k, v in changed.items()]
        self.compiled = Compiled([*outputs, *later], name="step", dtype=dtype)
        kept = {t.call for t in (*self.wrt, *self._states)}
        self.inputs = tuple(t for t in self.compiled.inputs if t.call not in kept)
        self._conditions = conditions_of([loss.call])
        self._values: dict[Call, Array] = {}

    @property
    def source(self) -> str:
        """The generated module."""
        return self.compiled.source

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """The source as Markdown, for notebooks."""
        return {"text/plain": self.source, "text/markdown": f"```python\n{self.source}```"}

    @property
    def params(self) -> dict[str, Array]:
        """The parameters by name (copies)."""
        return {
            str(p.name): self._values[p.call].copy() for p in self.wrt if p.call in self._values
        }

    @property
    def values(self) -> dict[Call, Array]:
        """Parameters and states by call (not copied)."""
        return self._values

    def load(self, params: Mapping[Any, Any]) -> Step:
        """Set the parameters (by name or tensor); optimiser states start at 0."""
        arrays = arrays_for([p.call for p in self.wrt], params, where="load")
        bind_sizes(arrays, (), where="load")
        self._values = {c: np.array(a, dtype=self.compiled.dtype) for c, a in arrays.items()}
        return self

    def step(self, values: Mapping[Any, Any] | None = None, /, **data: Any) -> float:
        """One update on one batch (arrays of the declared shapes); the loss before it."""
        given = arrays_for([t.call for t in self.inputs], {**(values or {}), **data}, where="step")
        self.check(given)
        return self.advance(given)

    def check(self, data: Mapping[Call, Array]) -> None:
        """Whether data and parameters fit together.

        Raises:
            ShapeError: all that does not fit.  UnknownNameError: parameters were not loaded.
        """
        missing = [str(p.name) for p in self.wrt if p.call not in self._values]
        if missing:
            raise UnknownNameError(
                f"step: no value for {', '.join(missing)}\n  fix: call load({{name: array}}) first"
            )
        known = {p.call: self._values[p.call] for p in self.wrt}
        bound = bind_sizes({**known, **data}, self._conditions, where="step")
        self.compiled.order_for(bound)
        for t in self._states:
            if t.call not in self._values:
                shape = [int(_number(s, bound)) for s in t.sizes]
                self._values[t.call] = np.zeros(shape, dtype=self.compiled.dtype)

    def advance(self, data: Mapping[Call, Array]) -> float:
        """One update on arrays that are known to fit."""
        everything = {**self._values, **data}
        cast = self.compiled.cast
        calls = self.compiled.function.inputs
        loss, *new = self.compiled.run([cast(everything[c], c.port.dtype) for c in calls])
        for t, value in zip((*self.wrt, *self._states), new, strict=True):
            self._values[t.call] = value
        return float(loss)

    def epoch(self, *arrays: Any, order: Sequence[int] | None = None, **data: Any) -> float:
        """One pass over samples along the first axis; the mean loss.

        Args:
            *arrays: in the order of `inputs`; or by name.
            order: of the samples.
            **data: arrays by name.
        """
        names = {str(t.name): a for t, a in zip(self.inputs, arrays, strict=False)}
        given = arrays_for([t.call for t in self.inputs], {**names, **data}, where="epoch")
        counts = {a.shape[0] if a.ndim else 0 for a in given.values()}
        if len(counts) != 1 or 0 in counts:
            raise ShapeError(
                f"ShapeError in epoch\n  expected: one number of samples\n  found: {sorted(counts)}"
                "\n  fix: give all arrays the same first axis"
            )
        (count,) = counts
        places = np.arange(count) if order is None else np.asarray(order)
        size = self.batch or count
        total = 0.0
        for start in range(0, count, size):
            rows = places[start : start + size]
            part = {c: a[rows] for c, a in given.items()}
            if start == 0:
                self.check(part)
            total += self.advance(part) * len(rows)
        return total / count


def _number(size: Any, bound: Mapping[Any, int]) -> int:
    return int(size.xreplace(dict(bound))) if hasattr(size, "xreplace") else int(size)


def compile_step(
    loss: Tensor,
    wrt: Sequence[Tensor] | Tensor,
    optimizer: Optimizer | None = None,
    batch: int | None = None,
    *,
    dtype: Any = float,
) -> Step:
    """A stateful training step.

    Args:
        loss: rank 0; written for one sample, or for a batch (all inputs then have one first axis,
            of a symbolic size that no parameter has).
        wrt: the parameters.
        optimizer: SGD(0.1) if None.
        batch: samples in a step. With a loss for one sample, the step then takes inputs with one
            more axis in front and minimises the mean.
        dtype: float64 or float32.

    Raises:
        DomainError: a batch below 1.

    >>> from symnn.lang.face import parameter, tensor
    >>> w, x, y = parameter("w", ("n",)), tensor("x", ("n",)), tensor("y", ())
    >>> s = compile_step((w @ x - y) ** 2, [w], SGD(0.25)).load({"w": [0.0, 0.0]})
    >>> s.step(x=[1.0, 0.0], y=1.0), s.params["w"].tolist()
    (1.0, [0.5, 0.0])
    """
    many = [wrt] if isinstance(wrt, Tensor) else list(wrt)
    if batch is not None:
        if batch < 1:
            raise DomainError(f"compile_step: batch={batch}\n  expected: 1 or more")
        data = data_inputs(loss, many)
        if not has_batch_axis(data, many):
            loss = mean_over_samples(loss, data)[0]
    return Step(loss, many, optimizer or SGD(), batch, dtype)


def data_inputs(loss: Tensor, wrt: Sequence[Tensor]) -> list[Tensor]:
    """The inputs of a loss that are no parameters."""
    parameters = {t.call for t in wrt}
    return [Tensor(c) for c in leaf_calls([loss.call]) if c not in parameters]


def has_batch_axis(data: Sequence[Tensor], wrt: Sequence[Tensor]) -> bool:
    """Whether all inputs have one first axis, of a size that no parameter has."""
    first = {t.sizes[0] if t.ndim else None for t in data}
    if len(first) != 1 or None in first:
        return False
    (size,) = first
    return isinstance(size, sp.Symbol) and all(size not in p.sizes for p in wrt)
