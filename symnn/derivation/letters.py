"""Letters of indices: i for outputs, k l for parameters, j for sums, n for the batch...

Letters go by role: the batch is a size that no parameter has, tokens are a size that stands twice
in one value. A letter that is already a name or a size in this derivation is not used; a letter
used twice in one formula gets a prime.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy as sp

from symnn.core.node import Leaf
from symnn.core.scalars import Scalar
from symnn.derivation.program import Program

POOLS = {
    "output": "ijlmqr",
    "parameter": "klmqr",
    "value": "jlmqr",
    "sum": "jlmrqi",
    "batch": "nmts",
    "token": "tsrq",
}


class Letters:
    """Chooses letters for the axes of a derivation's values."""

    def __init__(self, program: Program) -> None:
        leaves = [c.port for c in program.inputs] + [b.leaf for b in program.bindings]
        self.batch = _batch_sizes(leaves)
        self.token = _token_sizes(leaves) - self.batch
        names = {leaf.name for leaf in leaves}
        sizes = {str(s) for leaf in leaves for size in leaf.sizes for s in _symbols(size)}
        self.forbidden = {x for x in names | sizes if len(x) == 1}

    def choose(self, size: Scalar, role: str, used: set[str]) -> str:
        """A letter for an axis of this size; it is added to `used`."""
        if size in self.batch:
            role = "batch"
        elif size in self.token and role != "parameter":
            role = "token"
        letter = next(x for x in _candidates(POOLS[role]) if self._free(x, used))
        used.add(letter)
        return letter

    def _free(self, letter: str, used: set[str]) -> bool:
        return letter not in used and letter not in self.forbidden

    def for_axes(self, leaf: Leaf, role: str, used: set[str]) -> list[str]:
        """Letters for all axes of a value."""
        return [self.choose(s, role, used) for s in leaf.sizes]


def _candidates(pool: str) -> Iterator[str]:
    for primes in range(4):
        for letter in dict.fromkeys(pool + "jlmqrikstuvwhgefo"):
            yield letter + "'" * primes


def _symbols(size: Scalar) -> Iterable[sp.Symbol]:
    return getattr(size, "free_symbols", ())


def _batch_sizes(leaves: list[Leaf]) -> set[Scalar]:
    """Sizes of axes of inputs that are in no parameter, where there are parameters at all."""
    parameters = {s for x in leaves if x.role == "parameter" for s in x.sizes}
    if not parameters:
        return set()
    leading = {
        s for x in leaves if x.role == "input" and x.rank >= 2 for s in x.sizes if s not in parameters
    }
    shared = [s for x in leaves if x.role == "input" for s in x.sizes]
    return {s for s in leading if shared.count(s) > 1}


def _token_sizes(leaves: list[Leaf]) -> set[Scalar]:
    return {s for x in leaves for s in x.sizes if x.role == "port" and x.sizes.count(s) > 1}
