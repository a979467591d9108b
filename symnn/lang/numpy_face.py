"""`sn.numpy`: NumPy's names, with creation functions that take symbolic sizes.

Code written as `f(np, W, x)` runs with `sn.numpy`, `numpy` or `jax.numpy` alike. Functions of
tensors are the same ones that NumPy itself dispatches to; there is no second rule.

>>> from symnn.lang.tensor import tensor
>>> W = tensor("W", ("p", "n"))
>>> sum(W @ eye(W.shape[1]), axis=0)
Tensor(sum: [n])
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as _np

from symnn.core.errors import UnsupportedError
from symnn.lang import creation as _creation
from symnn.lang import face as _face
from symnn.lang.dispatch import NUMPY_FUNCTIONS as _FUNCTIONS
from symnn.lang.dispatch import UFUNCS as _UFUNCS
from symnn.lang.dispatch import unsupported as _unsupported
from symnn.lang.tensor import as_tensor as asarray

array = asarray
pi, e, inf, nan, newaxis = _np.pi, _np.e, _np.inf, _np.nan, None
float32, float64, int32, int64, bool_ = _np.float32, _np.float64, _np.int32, _np.int64, _np.bool_
ndarray = _face.Tensor
linalg = SimpleNamespace(
    **{
        name: _FUNCTIONS[function]
        for name in _np.linalg.__all__
        if (function := getattr(_np.linalg, name)) in _FUNCTIONS
    }
)
lib = SimpleNamespace(
    stride_tricks=SimpleNamespace(
        sliding_window_view=_FUNCTIONS[_np.lib.stride_tricks.sliding_window_view]
    )
)

_CREATION = (
    "arange", "eye", "full", "full_like", "identity", "ones", "ones_like",
    "tri", "zeros", "zeros_like",
)  # fmt: skip


def _named() -> dict[str, Any]:
    """Every registered function under all of NumPy's names for it (`abs` and `absolute`)."""
    known = {**_FUNCTIONS, **_UFUNCS}
    return {
        name: known[function]
        for name in dir(_np)
        if not name.startswith("_")
        for function in [getattr(_np, name, None)]
        if callable(function) and not isinstance(function, type) and function in known
    }


_NAMES = {**_named(), **{name: getattr(_creation, name) for name in _CREATION}}
globals().update(_NAMES)

__all__ = [*_NAMES, "array", "asarray", "e", "inf", "lib", "linalg", "nan", "newaxis", "pi"]  # noqa: PLE0604


class _NoFunctionError(UnsupportedError, AttributeError):
    """A name that NumPy may have and sn.numpy has not."""


def __getattr__(name: str) -> Any:
    raise _NoFunctionError(str(_unsupported(f"sn.numpy.{name}")))
