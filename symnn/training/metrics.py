"""Values that are watched: the mean over all samples of a scalar, at the end of each epoch.

A metric is a tensor like the loss, so that accuracy is `argmax(scores) == label`. Law: it never
changes the training.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnn.codegen.batching import mean_over_samples
from symnn.codegen.compiled import Compiled
from symnn.core.errors import ShapeError
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor
from symnn.training.samples import Samples


class Metrics:
    """Compiled metrics over one set of samples.

    Raises:
        ShapeError: a metric that is no scalar.
    """

    def __init__(self, wanted: Mapping[str, Tensor], rows: Samples) -> None:
        self._functions: dict[str, tuple[Compiled, dict[Call, Call]]] = {}
        self._rows = rows
        for name, value in wanted.items():
            if value.ndim:
                raise ShapeError(
                    f"ShapeError in train\n  metric {name} has shape {list(value.sizes)}\n"
                    "  expected: a scalar\n  fix: average it (np.mean)"
                )
            made: dict[Call, Tensor] = {}
            if rows.single:
                value, made, _ = mean_over_samples(value, [Tensor(c) for c in rows.axes])  # noqa: PLW2901
            origin = {t.call: c for c, t in made.items()}
            self._functions[name] = (Compiled([value], single=True), origin)

    def __call__(self, parameters: Mapping[Call, np.ndarray[Any, Any]]) -> dict[str, float]:
        """The value of each metric at the given parameters."""
        found = {}
        for name, (f, origin) in self._functions.items():
            arrays = {**parameters, **self._rows.arrays}
            values = [arrays[origin.get(t.call, t.call)] for t in f.inputs]
            cast = zip(values, f.inputs, strict=True)
            found[name] = float(f.run([f.cast(v, t.call.port.dtype) for v, t in cast]))
        return found
