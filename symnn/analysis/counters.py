"""Counters: how many operations of each primitive kind, as exact scalars in the sizes.

A counter is a plain mapping from a kind to a scalar. `mac` counts the products that are summed;
each is also in `mul`, and its addition in `add`. Law: counters add and scale entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symnn.analysis import scalars
from symnn.analysis.scalars import Count, add, expr, mul
from symnn.core.scalars import Scalar

Counter = dict[str, Scalar]  # as readers see it
Counts = dict[str, Count]  # while it is being summed

# All kinds in the order of print; "bias" (additions of a bias, which are also in add) is a note.
ARITHMETIC = ("mul", "add", "cmp", "div")
FUNCTIONS = ("exp", "log", "tanh", "erf", "sqrt", "sin", "cos", "pow")
NOTES = ("mac", "bias")


def count(**kinds: Count) -> Counts:
    """A counter of the kinds that are not zero.

    >>> count(mul=3, add=0)
    {'mul': 3}
    """
    return {k: v for k, v in kinds.items() if v != 0}


def plus(*counters: Mapping[str, Count]) -> Counts:
    """The sum of counters.

    >>> plus({"mul": 1}, {"mul": 2, "add": 1})
    {'mul': 3, 'add': 1}
    """
    result: Counts = {}
    for c in counters:
        for kind, value in c.items():
            result[kind] = add(result.get(kind, 0), value)
    return {k: v for k, v in result.items() if v != 0}


def times(counter: Mapping[str, Count], factor: Count) -> Counts:
    """Every count times a factor."""
    return {k: mul(v, factor) for k, v in counter.items()}


def settled(counter: Mapping[str, Count]) -> Counter:
    """The counter as readers see it."""
    return {k: expr(v) for k, v in counter.items()}


def total(values: Iterable[Count]) -> Scalar:
    """The sum, as readers see it."""
    return expr(scalars.total(values))


def product(values: Iterable[Count]) -> Scalar:
    """The product, as readers see it."""
    return expr(scalars.product(values))


def operations(counter: Mapping[str, Scalar]) -> Scalar:
    """Everything that is an operation of its own: products, sums, comparisons, functions."""
    return total(v for k, v in counter.items() if k not in NOTES)
