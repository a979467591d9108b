"""Where two counts meet: the size at which one overtakes the other, or a budget is spent."""

from __future__ import annotations

import sympy as sp

from symnn.core.errors import DomainError, explain


def solutions(left: sp.Expr, right: sp.Expr, unknown: sp.Symbol) -> list[sp.Expr]:
    """The positive solutions of `left = right` in one size.

    >>> T, d = sp.symbols("T d", integer=True, positive=True)
    >>> solutions(4 * T**2 * d, 24 * T * d**2, T)
    [6*d]
    """
    gap = sp.expand(left - right)
    if unknown not in gap.free_symbols:
        raise DomainError(
            explain(
                f"solve for {unknown}",
                expected=f"an equation with {unknown}",
                found=f"{left} = {right}",
                fix="choose another size",
            )
        )
    real = sp.Symbol("_t", positive=True)
    roots = sp.solve(gap.xreplace({unknown: real}), real)
    kept = [sp.factor(r.xreplace({real: unknown})) for r in roots if r.is_positive is not False]
    return sorted(kept, key=sp.default_sort_key)
