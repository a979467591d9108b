"""The tables behind NumPy's protocols: which function builds which equations.

`implements` enters a function for ufuncs (`UFUNCS`), NumPy functions (`NUMPY_FUNCTIONS`) and
methods (`METHODS`); what is in no table raises through `unsupported`, which lists what there is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.core.errors import UnsupportedError

UFUNCS: dict[Any, Callable[..., Any]] = {}
NUMPY_FUNCTIONS: dict[Any, Callable[..., Any]] = {}
METHODS: dict[str, Callable[..., Any]] = {}

REDUCTIONS: dict[Any, Any] = {
    np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min,
}  # fmt: skip


def implements(*targets: Any, method: str = "") -> Callable[[Any], Any]:
    """Register a function for NumPy functions or ufuncs, and as a method of Tensor."""

    def note(function: Any) -> Any:
        for t in targets:
            (UFUNCS if isinstance(t, np.ufunc) else NUMPY_FUNCTIONS)[t] = function
        if method:
            METHODS[method] = function
        return function

    return note


def unsupported(what: str) -> UnsupportedError:
    """An error that names the function and lists what there is."""
    ufuncs = sorted({u.__name__ for u in UFUNCS})
    functions = sorted({function_name(f) for f in NUMPY_FUNCTIONS})
    return UnsupportedError(
        f"{what} has no equations in symnn\n"
        f"  elementwise and operators: {', '.join(ufuncs)}\n"
        f"  functions: {', '.join(functions)}"
    )


def function_name(function: Any) -> str:
    """`linalg.norm` for np.linalg.norm, `sum` for np.sum.

    >>> function_name(np.linalg.norm), function_name(np.sum)
    ('linalg.norm', 'sum')
    """
    module = str(getattr(function, "__module__", "numpy"))
    inner = module.removeprefix("numpy").lstrip(".")
    name = getattr(function, "__name__", str(function))
    return f"{inner}.{name}" if inner and not inner.startswith("_") else str(name)
