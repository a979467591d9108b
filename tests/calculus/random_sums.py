"""Random sums in index notation, for the laws of the normal form, the folds and the simplifier."""

from __future__ import annotations

import random

import numpy as np

from symnn.calculus.build import map_node
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.index import Index, constant, difference
from symnn.core.node import EQ, GE, Factor, Leaf, Node, Term, make_softmax
from symnn.core.sizes import size_symbol
from symnn.core.walk import leaves
from symnn.oracle import interpret

SIZES = [size_symbol(s) for s in "mnk"]
NUMBERS = dict(zip(SIZES, (2, 3, 4), strict=True))


class Maker:
    """Makes random nodes over a fixed set of leaves; same seed, same nodes."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        shapes = [(), *((s,) for s in SIZES), *((s, t) for s in SIZES for t in SIZES)]
        self.leaves = [Leaf(f"t{i}", shape) for i, shape in enumerate(shapes)]
        self.pool: list[Node] = list(self.leaves)

    def node(self, rank: int, depth: int = 2) -> Node:
        """A random node of the given rank."""
        made = self._sum(rank, depth)
        self.pool.append(made)
        return made

    def _sum(self, rank: int, depth: int) -> Node:
        own = tuple(Index(self.rng.choice(SIZES)) for _ in range(rank))
        terms = [self._term(own, depth) for _ in range(self.rng.randint(1, 3))]
        policy = STRUCTURE if self.rng.random() < 0.5 else None
        return make_sum(own, terms, policy) if policy else make_sum(own, terms)

    def _term(self, own: tuple[Index, ...], depth: int) -> Term:
        bound = tuple(Index(self.rng.choice(SIZES)) for _ in range(self.rng.randint(0, 2)))
        live = [*own, *bound]
        factors = [self._factor(live, depth) for _ in range(self.rng.randint(1, 3))]
        factors += self._brackets(live)
        return Term(self.rng.choice([-2, -1, 1, 1, 3]), bound, tuple(factors))

    def _factor(self, live: list[Index], depth: int) -> Factor:
        source = self._source(depth)
        pos = []
        for size in source.sizes:
            fitting = [i for i in live if i.size == size]
            pos.append(self.rng.choice(fitting).pos if fitting else constant(0))
        return Factor(source, tuple(pos), self.rng.choice([1, 1, 1, 2]))

    def _source(self, depth: int) -> Node:
        kind = self.rng.random()
        if depth == 0 or kind < 0.5:
            return self.rng.choice(self.pool)
        inner = self._sum(self.rng.randint(0, 2), depth - 1)
        if kind < 0.75:
            return inner
        own = tuple(Index(s) for s in inner.sizes)
        if kind < 0.85 and inner.rank:
            return make_softmax(inner, self.rng.randrange(inner.rank))
        name = self.rng.choice(["tanh", "sin", "sigmoid"])
        return map_node(function(name), own, [(inner, tuple(i.pos for i in own))], STRUCTURE)

    def _brackets(self, live: list[Index]) -> list[Factor]:
        if len(live) < 2 or self.rng.random() < 0.6:
            return []
        a, b = self.rng.sample(live, 2)
        shift = constant(self.rng.choice([0, 0, 1, -1]))
        return [Factor(self.rng.choice([EQ, GE]), (difference(difference(a.pos, b.pos), shift),))]


def values(nodes: list[Node], seed: int = 0) -> list[np.ndarray]:
    """The nodes at random leaf values."""
    rng = np.random.default_rng(seed)
    bound = {
        leaf: rng.normal(0, 0.7, [NUMBERS[s] for s in leaf.sizes])
        for leaf in sorted(leaves(nodes), key=lambda x: x.uid)
    }
    return interpret(nodes, bound, NUMBERS)
