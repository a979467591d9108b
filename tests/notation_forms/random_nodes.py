"""Random expressions: terms over a few indices, brackets, powers, functions, nested."""

from __future__ import annotations

import random
from fractions import Fraction

from symnn.calculus.brackets import at_least_zero, same_place
from symnn.calculus.build import fresh_indices, map_node, positions
from symnn.calculus.normal import make_sum
from symnn.core.function import function
from symnn.core.index import Index, difference
from symnn.core.node import (
    Factor,
    Leaf,
    Node,
    Term,
    make_extremum,
    make_indicator,
    make_logsumexp,
    make_product,
    make_softmax,
)
from symnn.core.scalars import mul, power
from symnn.core.sizes import size_symbol
from symnn.ops import elementwise as _elementwise  # noqa: F401  registers the functions

SIZES = [size_symbol(x) for x in "npq"]
FUNCTIONS = ["tanh", "exp", "relu", "sigmoid", "step", "abs", "max2", "ge"]
COEFFICIENTS = [1, 1, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 3), 3]


class Maker:
    """Makes random nodes; the same seed makes the same node."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.leaves: dict[tuple[object, ...], list[Leaf]] = {}
        self.count = 0

    def leaf(self, sizes: tuple[object, ...], *, positive: bool = False) -> Leaf:
        """A leaf of these sizes, often one that is there already."""
        known = self.leaves.setdefault((sizes, positive), [])
        if known and self.rng.random() < 0.5:
            return self.rng.choice(known)
        self.count += 1
        letter = (
            "abcdeghuvwxyz"[self.count % 13]
            if len(sizes) < 2
            else "ABCDEGHKMQRUVWXYZ"[self.count % 17]
        )
        facts = frozenset({"positive"}) if positive else frozenset()
        role = self.rng.choice(["input", "parameter", "port"])
        made = Leaf(f"{letter}{self.count}", sizes, facts=facts, role=role)
        known.append(made)
        return made

    def node(self, rank: int, depth: int = 2) -> Node:
        """A node of this rank."""
        out = tuple(Index(self.rng.choice(SIZES)) for _ in range(rank))
        choice = self.rng.random()
        if depth == 0 or choice < 0.55:
            return self.sum(out, depth)
        if choice < 0.75:
            return self.map(out, depth)
        return self.window(out, depth)

    def sum(self, out: tuple[Index, ...], depth: int) -> Node:
        terms = [self.term(out, depth) for _ in range(self.rng.choice([1, 1, 2, 2, 3]))]
        return make_sum(out, terms)

    def term(self, out: tuple[Index, ...], depth: int) -> Term:
        bound = tuple(Index(self.rng.choice(SIZES)) for _ in range(self.rng.choice([0, 1, 1, 2])))
        pool = [*out, *bound]
        factors = [self.factor(pool, depth) for _ in range(self.rng.choice([1, 2, 2, 3]))]
        pairs = [(a, b) for a in pool for b in pool if a is not b and a.size == b.size]
        if pairs and self.rng.random() < 0.3:
            a, b = self.rng.choice(pairs)
            make = same_place if self.rng.random() < 0.7 else _after
            factors.append(make(a.pos, b.pos))
        coef = self.rng.choice(COEFFICIENTS)
        if bound and self.rng.random() < 0.3:
            coef = mul(coef, power(bound[0].size, -1))
        return Term(coef, bound, tuple(factors))

    def factor(self, pool: list[Index], depth: int) -> Factor:
        rank = min(self.rng.choice([0, 1, 1, 2, 2, 2, 3]), len(pool))
        chosen = self.rng.sample(pool, rank)
        if rank == 2 and self.rng.random() < 0.1:
            chosen[1] = chosen[0]
        sizes = tuple(i.size for i in chosen)
        w = self.rng.choice([1, 1, 1, 1, 2, 3, -1, Fraction(1, 2), Fraction(-1, 2)])
        if depth and self.rng.random() < 0.35:
            inner = self.like(sizes, depth - 1)
            return Factor(inner, positions(chosen), self.rng.choice([1, 1, 2]))
        plain = w in (1, 2, 3)
        return Factor(self.leaf(sizes, positive=not plain), positions(chosen), w)

    def like(self, sizes: tuple[object, ...], depth: int) -> Node:
        out = tuple(Index(s) for s in sizes)
        return self.sum(out, depth) if self.rng.random() < 0.7 else self.map(out, depth)

    def map(self, out: tuple[Index, ...], depth: int) -> Node:
        fn = function(self.rng.choice(FUNCTIONS))
        args = []
        for _ in range(fn.arity):
            sizes = tuple(i.size for i in out)
            node = self.like(sizes, depth - 1) if depth else self.leaf(sizes)
            args.append((node, positions(out)))
        return map_node(fn, out, args)

    def window(self, out: tuple[Index, ...], depth: int) -> Node:
        inner = Index(self.rng.choice(SIZES))
        sizes = (*(i.size for i in out), inner.size)
        body = self.like(sizes, depth - 1)
        kind = self.rng.choice(["softmax", "lse", "max", "min", "prod", "hit"])
        own = (*out, inner)
        if kind == "lse":
            return make_logsumexp(body, len(out))
        if kind == "prod":
            return make_product(out, (inner,), body, positions(own))
        if kind in ("max", "min"):
            return make_extremum(kind, out, (inner,), body, positions(own))
        if not out:
            return make_logsumexp(body, 0)
        last = self.like(tuple(i.size for i in out), depth - 1)
        if kind == "hit":
            last = self.leaf(last.sizes)  # no ties
            i = fresh_indices(last)
            return make_indicator(make_extremum("max", i[:-1], i[-1:], last, positions(i)))
        return make_softmax(last, self.rng.randrange(len(out)))


def _after(a: object, b: object) -> Factor:
    return at_least_zero(difference(a, b))  # type: ignore[arg-type]
