"""The entrywise functions of the matrix grammar, by name, with their number of arguments."""

from __future__ import annotations

ENTRYWISE: dict[str, int] = {
    "exp": 1, "log": 1, "sin": 1, "cos": 1, "tan": 1, "arcsin": 1, "arccos": 1, "arctan": 1,
    "sinh": 1, "cosh": 1, "tanh": 1, "abs": 1, "sign": 1, "sqrt": 1, "relu": 1, "sigmoid": 1,
    "softplus": 1, "gelu": 1, "silu": 1, "step": 1, "erf": 1, "max": 2, "min": 2,
}  # fmt: skip
