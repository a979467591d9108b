"""What an elementwise function costs, one line each; any other function is one call of its name.

The lines are the usual evaluation of the function (sigmoid: exp, one sum, one division). The
stated costs are the same in the forward and in the backward pass.
"""

from __future__ import annotations

from symnn.analysis.counters import Counter

COSTS: dict[str, Counter] = {
    "relu": {"cmp": 1}, "step": {"cmp": 1}, "sign": {"cmp": 2}, "abs": {"cmp": 1},
    "max2": {"cmp": 1}, "min2": {"cmp": 1}, "ge": {"cmp": 1}, "gt": {"cmp": 1}, "eq": {"cmp": 1},
    "clip": {"cmp": 2},
    "where": {"cmp": 1}, "truth": {"cmp": 1}, "not": {"cmp": 1}, "floor": {"cmp": 1},
    "sigmoid": {"exp": 1, "add": 1, "div": 1},
    "softplus": {"exp": 1, "add": 1, "log": 1},
    "Phi": {"mul": 2, "add": 1, "erf": 1},
    "phi": {"mul": 3, "exp": 1},
    "expm1": {"exp": 1, "add": 1},
    "log1p": {"log": 1, "add": 1},
    "cosh": {"exp": 1, "add": 1, "div": 1, "mul": 1},
    "sinh": {"exp": 1, "add": 1, "div": 1, "mul": 1},
}  # fmt: skip


def function_cost(name: str) -> Counter:
    """Operations of one evaluation.

    >>> function_cost("tanh"), function_cost("relu")
    ({'tanh': 1}, {'cmp': 1})
    """
    return COSTS.get(name, {name: 1})
