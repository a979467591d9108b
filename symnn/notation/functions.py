r"""The functions that a formula may apply, with their names per target and their NumPy meaning.

Law: `text` names are unique, for the parser looks a function up by them. A function acts on
`entries` (arrays of one shape, entry by entry), on an `array` (matrix or column, result a number
where `result` is 0) or on a `tensor` of any rank. To extend: add one line to `_TABLE`.

LaTeX names without a macro of their own print as \operatorname.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from symnn.core.errors import UnsupportedError
from symnn.notation import kernels as k
from symnn.notation import named_kernels as named
from symnn.notation import window_kernels as w


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `arity` is its least and greatest number of arguments, `settings` the letters
    of what may be set behind them, `named` its meaning where the axes have letters.
    """

    name: str
    domain: str
    meaning: Callable[..., Any]
    arity: tuple[int, int] = (1, 1)
    result: int | None = None
    text: str = ""
    latex: str = ""
    typst: str = ""
    settings: str = ""
    named: Callable[..., Any] | None = None
    derivative: Callable[..., Any] | None = None

    def shown(self) -> str:
        """Return its name in text."""
        return self.text or self.name


def _entries(name: str, meaning: Any, derivative: Any = None, **options: Any) -> Function:
    return Function(name, "entries", meaning, derivative=derivative, **options)


def _array(name: str, meaning: Any, result: int | None = None, **options: Any) -> Function:
    return Function(name, "array", meaning, result=result, **options)


def _tensor(name: str, meaning: Any, **options: Any) -> Function:
    return Function(name, "tensor", meaning, **options)


_TWO, _THREE = (2, 2), (3, 3)


def _unpool(name: str, meaning: Any) -> Function:
    return _tensor(name, meaning, arity=_TWO, settings="kspd", named=named.pooled(meaning))


_TABLE = (
    _entries("exp", np.exp, np.exp, latex=r"\exp"),
    _entries("log", np.log, lambda x: 1 / x, latex=r"\log"),
    _entries("log1p", np.log1p, lambda x: 1 / (1 + x)),
    _entries("expm1", np.expm1, np.exp),
    _entries("sin", np.sin, np.cos, latex=r"\sin"),
    _entries("cos", np.cos, lambda x: -np.sin(x), latex=r"\cos"),
    _entries("tan", np.tan, lambda x: 1 + np.tan(x) ** 2, latex=r"\tan"),
    _entries("arcsin", np.arcsin, latex=r"\arcsin"),
    _entries("arccos", np.arccos, latex=r"\arccos"),
    _entries("arctan", np.arctan, lambda x: 1 / (1 + x**2), latex=r"\arctan"),
    _entries("sinh", np.sinh, np.cosh, latex=r"\sinh"),
    _entries("cosh", np.cosh, np.sinh, latex=r"\cosh"),
    _entries("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2, latex=r"\tanh"),
    _entries("arcsinh", np.arcsinh),
    _entries("arccosh", np.arccosh),
    _entries("arctanh", np.arctanh),
    _entries("sqrt", np.sqrt, lambda x: 0.5 / np.sqrt(x), text="√"),
    _entries("abs", np.abs, np.sign),
    _entries("sign", np.sign, np.zeros_like),
    _entries("floor", np.floor, np.zeros_like),
    _entries("ceil", np.ceil, np.zeros_like),
    _entries("relu", k.relu, k.step, latex=r"\operatorname{ReLU}", typst='"ReLU"'),
    _entries("step", k.step, np.zeros_like),
    _entries("sigmoid", k.sigmoid, lambda x: k.sigmoid(x) * k.sigmoid(-x)),
    _entries("softplus", k.softplus, k.sigmoid),
    _entries("erf", special.erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2))),
    _entries("erfc", special.erfc, lambda x: -2 / np.sqrt(np.pi) * np.exp(-(x**2))),
    _entries("gelu", k.gelu, lambda x: special.ndtr(x) + x * k.gauss(x)),
    _entries("silu", k.silu, lambda x: k.sigmoid(x) * (1 + x * k.sigmoid(-x))),
    _entries("Phi", special.ndtr, k.gauss, text="Φ", latex=r"\Phi", typst="Φ"),
    _entries("phi", k.gauss, lambda x: -x * k.gauss(x), text="φ", latex=r"\varphi", typst="φ"),
    _entries("loggamma", special.gammaln, special.digamma),
    _entries("digamma", special.digamma),
    _entries("trigamma", lambda x: special.polygamma(1, x)),
    _entries("where", k.choose, arity=_THREE),
    _entries("clip", k.clip, arity=_THREE),
    _entries("ge", lambda a, b: (a >= b) * 1.0, arity=_TWO),
    _entries("gt", lambda a, b: (a > b) * 1.0, arity=_TWO),
    _entries("le", lambda a, b: (a <= b) * 1.0, arity=_TWO),
    _entries("lt", lambda a, b: (a < b) * 1.0, arity=_TWO),
    _entries("eq", lambda a, b: (a == b) * 1.0, arity=_TWO),
    _entries("ne", lambda a, b: (a != b) * 1.0, arity=_TWO),
    _entries("mod", np.mod, arity=_TWO),
    _entries("arctan2", np.arctan2, arity=_TWO),
    _array("softmax", k.softmax),
    _array("logsoftmax", k.logsoftmax),
    _array("rowsoftmax", k.row_softmax),
    _array("colsoftmax", k.column_softmax),
    _array("logsumexp", k.logsumexp, 0),
    _array("rowlogsumexp", k.row_logsumexp),
    _array("diag", k.diag),
    _array("tr", k.trace, 0),
    _array("det", k.det, 0, latex=r"\det"),
    _array("logdet", k.logdet, 0),
    _array("inv", k.inv),
    _array("chol", k.cholesky),
    _array("sum", k.total, 0),
    _array("rowsum", k.row_sum),
    _array("colsum", k.column_sum),
    _array("mean", k.mean, 0),
    _array("rowmean", k.row_mean),
    _array("colmean", k.column_mean),
    _array("var", k.variance, 0),
    _array("rowvar", k.row_variance),
    _array("rowmax", k.row_max),
    _array("rowmin", k.row_min),
    _array("argmax", k.argmax, 0),
    _array("rowargmax", k.row_argmax),
    # One argument: the extremum of all entries; several: entry by entry.
    _array("max", k.largest, 0, arity=(1, 9), latex=r"\max"),
    _array("min", k.smallest, 0, arity=(1, 9), latex=r"\min"),
    _tensor("vec", k.vec),
    _tensor("conv", w.conv, arity=(2, 3), settings="spdgn", named=named.conv),
    _tensor(
        "convt",
        w.conv_transposed,
        arity=(2, 3),
        settings="spdgn",
        named=named.conv_transposed,
        text="convᵀ",
        latex=r"\operatorname{conv}^{\top}",
        typst='"conv"^⊤',
    ),
    _tensor("corr", w.correlation, arity=_TWO, settings="spdgk", named=named.correlation),
    _tensor("avgpool", w.average_pool, settings="kspdnc", named=named.pooled(w.average_pool)),
    _tensor("avgunpool", w.average_unpool, settings="kspdnc", named=named.pooled(w.average_unpool)),
    _tensor("upsample", w.upsample, settings="k", named=named.pooled(w.upsample)),
    _tensor("maxpool", w.max_pool, settings="kspdn", named=named.pooled(w.max_pool)),
    _unpool("maxunpool", w.max_unpool),
    _tensor("minpool", w.min_pool, settings="kspdn", named=named.pooled(w.min_pool)),
    _unpool("minunpool", w.min_unpool),
    _tensor("reshape", named.reshape, settings="n"),
    _tensor(
        "rearrange", named.rearrange, settings="ABCDEFGHIJKLMNOPQRSTUVWXYZ", named=named.rearrange
    ),
)

FUNCTIONS = {f.name: f for f in _TABLE}
BY_TEXT = {f.shown(): f for f in _TABLE}
COMPARISONS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=", "ne": "!="}


def function(name: str) -> Function:
    """Look a function up by its name.

    Raises:
        UnsupportedError: no such function; the message lists them all.

    >>> function("Phi").text
    'Φ'
    """
    if name not in FUNCTIONS:
        raise UnsupportedError(
            f"there is no function {name!r} in the notation; there are {' '.join(FUNCTIONS)}"
        )
    return FUNCTIONS[name]
