"""`sn.cost`: what one value costs, as formulas in its sizes.

The totals of `analyze`, without the table. Law: the same counters, nothing counted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp

from symnn.analysis.analyzer import analyze
from symnn.core.scalars import to_sympy
from symnn.lang.tensor import Tensor


@dataclass(frozen=True)
class CostOfValue:
    """Counts of one evaluation, SymPy expressions in the sizes.

    Attributes:
        multiplications: all products.
        macs: products that are summed.
        flops: two per MAC.
        operations: every product, sum, comparison, division and function call, one each.
        parameters: entries of the parameters that it reads, a shared one once.
        activations: bytes that the backward pass reads again.
        peak: most bytes of values alive at once in the forward pass.
        backward_macs: MACs of the gradients of all parameters.
        not_counted: what could not be counted; empty unless something is missing.
    """

    multiplications: sp.Expr
    macs: sp.Expr
    flops: sp.Expr
    operations: sp.Expr
    parameters: sp.Expr
    activations: sp.Expr
    peak: sp.Expr
    backward_macs: sp.Expr
    not_counted: tuple[str, ...] = ()


def cost(value: Tensor, *, bytes_each: int = 4, padding: bool = True) -> CostOfValue:
    """What a value costs to compute and to differentiate.

    Args:
        value: a loss or any other tensor.
        bytes_each: bytes of a float.
        padding: count products against padding zeros.

    >>> import symnn as sn
    >>> W, x = sn.parameter("W", ("p", "n")), sn.tensor("x", ("n",))
    >>> c = cost(W @ x)
    >>> c.macs, c.flops, c.parameters, c.activations
    (n*p, 2*n*p, n*p, 4*n)
    """
    found = analyze(value, bytes_each=bytes_each, padding=padding)
    total = found.total
    counts: dict[str, Any] = {
        "multiplications": total.multiplications,
        "macs": total.macs,
        "flops": total.flops,
        "operations": total.flops_exact,
        "parameters": total.parameters,
        "activations": total.saved_bytes,
        "peak": found.peak_bytes,
        "backward_macs": total.backward.get("mac", 0),
    }
    exact = {k: sp.sympify(to_sympy(v)) for k, v in counts.items()}
    return CostOfValue(**exact, not_counted=tuple(found.not_counted))
