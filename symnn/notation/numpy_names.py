"""Names and functions of generated NumPy source.

Law: each symbol gets an identifier of its own, never a keyword nor a name that the source uses. To
extend: a line in a table.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from symnn.notation import tree as t

_TAKEN = {"np", "rng", "sum", "max", "min", "range", "float", "softmax", "sigmoid", "logsumexp"}

# Functions entry by entry: templates over the argument, which arrives without parentheses.
MEANINGS = {
    **{name: f"np.{name}({{0}})" for name in (
        "exp", "log", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
        "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sqrt", "abs", "sign", "floor", "ceil")},
    "relu": "np.maximum({0}, 0)", "step": "np.heaviside({0}, 0)", "sigmoid": "sigmoid({0})",
    "softplus": "np.logaddexp(0, {0})", "clip": "np.clip({0}, {1}, {2})",
    "arctan2": "np.arctan2({0}, {1})",
}  # fmt: skip
# Functions of whole arrays: kind of the argument, template, kind of the result.
WHOLE = {
    ("softmax", "vector"): ("softmax({0})", "vector"),
    ("rowsoftmax", "matrix"): ("softmax({0})", "matrix"),
    ("logsumexp", "vector"): ("logsumexp({0})", "scalar"),
    ("diag", "matrix"): ("np.diagonal({0})", "vector"),
    ("tr", "matrix"): ("np.trace({0})", "scalar"),
    ("det", "matrix"): ("np.linalg.det({0})", "scalar"),
    ("logdet", "matrix"): ("np.linalg.slogdet({0})[1]", "scalar"),
    ("rowsum", "matrix"): ("np.sum({0}, axis=1)", "vector"),
    ("colsum", "matrix"): ("np.sum({0}, axis=0)", "vector"),
    ("rowmean", "matrix"): ("np.mean({0}, axis=1)", "vector"),
    ("colmean", "matrix"): ("np.mean({0}, axis=0)", "vector"),
    ("vec", "matrix"): ("np.ravel({0})", "vector"),
    ("argmax", "vector"): ("np.argmax({0})", "scalar"),
    **{(name, kind): (f"np.{name}({{0}})", "scalar")
       for name in ("sum", "mean", "var", "max", "min") for kind in ("vector", "row", "matrix")},
}  # fmt: skip
HELPERS = {
    "sigmoid": "def sigmoid(z):\n    return 0.5 * (1 + np.tanh(0.5 * z))",
    "softmax": (
        "def softmax(z):\n"
        "    e = np.exp(z - np.max(z, axis=-1, keepdims=True))\n"
        "    return e / np.sum(e, axis=-1, keepdims=True)"
    ),
    "logsumexp": (
        "def logsumexp(z):\n    m = np.max(z)\n    return m + np.log(np.sum(np.exp(z - m)))"
    ),
}


def identifiers(symbols: Iterable[t.Sym]) -> dict[t.Sym, str]:
    """Give each symbol a Python name of its own, never a keyword.

    >>> names = [t.Sym("lambda"), t.Sym("y", accent="hat"), t.Sym("z", sup="[1]")]
    >>> list(identifiers(names).values())
    ['lambda_', 'y_hat', 'z_1']
    """
    names: dict[t.Sym, str] = {}
    for symbol in symbols:
        if symbol in names:
            continue
        name = base = _identifier(symbol)
        count = 1
        while name in names.values():
            count += 1
            name = f"{base}_v{count}"
        names[symbol] = name
    return names


def _identifier(symbol: t.Sym) -> str:
    marks = "_prime" * symbol.sup.count("′")
    parts = [symbol.base, symbol.accent, symbol.sub, symbol.sup.replace("′", "")]
    clean = [re.sub(r"[^A-Za-z0-9]+", "_", p).strip("_") for p in parts]
    name = "_".join(c for c in clean if c) + marks
    if not name or name[0].isdigit():
        name = "v" + name
    return name + "_" if keyword.iskeyword(name) or name in _TAKEN else name
