"""Are two expressions equal? A verdict, with a counterexample where they are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np

from symnn.calculus.facts import READER
from symnn.calculus.folds import fold
from symnn.calculus.simplify import simplify
from symnn.core.errors import ShapeError
from symnn.core.node import Leaf, Node
from symnn.core.sizes import same_size
from symnn.core.walk import leaves
from symnn.derivation.bench import relative
from symnn.derivation.draws import draw_sizes, draw_values, symbols_of
from symnn.lang.binding import conditions_of
from symnn.lang.call import opened
from symnn.lang.tensor import Tensor, as_tensor
from symnn.oracle import interpret

TOLERANCE = 1e-9


@dataclass
class Verdict:
    """Whether two expressions are equal; true and false like the answer.

    Attributes:
        equal: the answer.
        proved: by one normal form (else by evaluation at random draws).
        deviation: largest relative deviation seen.
        counterexample: inputs at which they differ, by name, with the two values.
    """

    equal: bool
    proved: bool
    deviation: float = 0.0
    counterexample: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.equal

    def __str__(self) -> str:
        if self.equal:
            return "equal: one normal form" if self.proved else "equal at every draw"
        inputs = ", ".join(f"{k} = {np.array2string(np.asarray(v), precision=3)}"
                           for k, v in self.counterexample.items())  # fmt: skip
        return f"different (relative deviation {self.deviation:.1g}): {inputs}"

    def _repr_html_(self) -> str:
        head = str(self) if self.equal else str(self).partition(": ")[0]
        shown = {k: np.array2string(np.asarray(v), precision=3)
                 for k, v in self.counterexample.items()}  # fmt: skip
        rows = "".join(
            f"<tr><td>{escape(k)}</td><td>{escape(v)}</td></tr>" for k, v in shown.items()
        )
        return f"<p>{escape(head)}</p>" + (f"<table>{rows}</table>" if rows else "")


def same(a: Any, b: Any, *, draws: int = 4, seed: int = 0) -> Verdict:
    """Compare two expressions over the same inputs.

    Args:
        a: a tensor or number.
        b: another of the same shape.
        draws: how many random draws, where the normal forms differ.
        seed: same seed, same draws.

    Raises:
        ShapeError: the shapes differ.

    >>> from symnn.lang.tensor import tensor
    >>> x = tensor("x", ("n",))
    >>> bool(same(np.sum(x * x), np.sum(x**2))), bool(same(np.sum(x), np.sum(x**2)))
    (True, False)
    """
    left, right = as_tensor(a), as_tensor(b)
    _must_match(left, right)
    expressions = opened([left.call, right.call])
    nodes = [simplify(n) for n in fold([expressions[left.call], expressions[right.call]], READER)]
    if nodes[0] is nodes[1]:
        return Verdict(True, True)
    conditions = conditions_of([left.call, right.call])
    return _by_evaluation(nodes, conditions, np.random.default_rng(seed), draws)


def _must_match(left: Tensor, right: Tensor) -> None:
    fits = len(left.sizes) == len(right.sizes) and all(
        same_size(p, q) is not False for p, q in zip(left.sizes, right.sizes, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"ShapeError in same\n  expected: one shape\n  found: {list(left.sizes)} against "
            f"{list(right.sizes)}\n  fix: compare values of one shape"
        )


def _by_evaluation(
    nodes: list[Node], conditions: list[Any], rng: np.random.Generator, draws: int
) -> Verdict:
    inputs: list[Leaf] = leaves(nodes)
    worst = 0.0
    for _ in range(draws):
        sizes = draw_sizes(symbols_of([*inputs, *nodes]), conditions, rng)
        values, _ = draw_values(inputs, nodes, sizes, rng)
        found = interpret(nodes, values, sizes)
        worst = max(worst, relative(found[0], found[1]))
        if worst > TOLERANCE:
            example = {x.name: values[x] for x in inputs}
            return Verdict(False, False, worst, {**example, "left": found[0], "right": found[1]})
    return Verdict(True, False, worst)
