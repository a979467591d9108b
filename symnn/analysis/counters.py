"""Counters: how many operations of each primitive kind, as exact scalars in the sizes.

A counter is a plain mapping from a kind to a scalar. `mac` counts the products that are summed;
each is also in `mul`, and its addition in `add`. Law: counters add and scale entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symnn.core.scalars import Scalar, add, mul

Counter = dict[str, Scalar]

# All kinds in the order of print; "bias" (additions of a bias, which are also in add) is a note.
ARITHMETIC = ("mul", "add", "cmp", "div")
FUNCTIONS = ("exp", "log", "tanh", "erf", "sqrt", "sin", "cos", "pow")
NOTES = ("mac", "bias")


def count(**kinds: Scalar) -> Counter:
    """A counter of the kinds that are not zero.

    >>> count(mul=3, add=0)
    {'mul': 3}
    """
    return {k: v for k, v in kinds.items() if v != 0}


def plus(*counters: Mapping[str, Scalar]) -> Counter:
    """The sum of counters.

    >>> plus({"mul": 1}, {"mul": 2, "add": 1})
    {'mul': 3, 'add': 1}
    """
    total: Counter = {}
    for c in counters:
        for kind, value in c.items():
            total[kind] = add(total.get(kind, 0), value)
    return {k: v for k, v in total.items() if v != 0}


def times(counter: Mapping[str, Scalar], factor: Scalar) -> Counter:
    """Every count times a factor."""
    return {k: mul(v, factor) for k, v in counter.items()}


def total(values: Iterable[Scalar]) -> Scalar:
    """The sum of scalars, equal ones taken together first."""
    groups: dict[Scalar, int] = {}
    for v in values:
        groups[v] = groups.get(v, 0) + 1
    result: Scalar = 0
    for value, number in groups.items():
        result = add(result, mul(number, value))
    return result


def product(values: Iterable[Scalar]) -> Scalar:
    """The product of scalars."""
    result: Scalar = 1
    for v in values:
        result = mul(result, v)
    return result


def operations(counter: Mapping[str, Scalar]) -> Scalar:
    """Everything that is an operation of its own: products, sums, comparisons, functions."""
    return total(v for k, v in counter.items() if k not in NOTES)
