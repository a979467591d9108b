"""The whole NumPy face: importing it fills the tables of `dispatch`.

`symnn/__init__` reaches tensors through here, so that no operation is missing.
"""

from __future__ import annotations

from symnn.lang import (
    arithmetic,
    assembly,
    comparisons,
    contraction,
    creation,
    functions,
    indexing,
    linalg,
    reductions,
    shaping,
)
from symnn.lang.binding import evaluate
from symnn.lang.recurrence import scan
from symnn.lang.size import Size, sizes
from symnn.lang.tensor import Tensor, named, parameter, tensor

interpret = evaluate

__all__ = [
    "Size", "Tensor", "arithmetic", "assembly", "comparisons", "contraction", "creation",
    "evaluate", "functions", "indexing", "interpret", "linalg", "named", "parameter", "reductions",
    "scan", "shaping", "sizes", "tensor",
]  # fmt: skip
