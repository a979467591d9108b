"""Random equations and NumPy programs; one profile, so that every run sees the same ones.

`raw_terms(seed)` gives terms as nobody would write them: strides, offsets, mixed radices, guards,
integer reads, fractional and negative powers. `programs()` gives expression trees of NumPy calls.
"""

from __future__ import annotations

import random

import numpy as np
import sympy as sp
from hypothesis import HealthCheck, settings

from symnn.calculus.brackets import at_least_zero, equal_to_zero, inside
from symnn.core.index import Affine, Index, Read, combine, constant
from symnn.core.node import Factor, Leaf, Term
from symnn.core.scalars import exact
from symnn.core.sizes import size_symbol

settings.register_profile(
    "symnn", derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
settings.load_profile("symnn")

N, M, P = (size_symbol(s) for s in "nmp")
NUMBERS = {N: 3, M: 2, P: 4}
SIZES = [N, M, P, 2, 3, N * M, N + 1]


class RawTerms:
    """Terms over random indices; `values` are positive, so that any power is real."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        numbers = np.random.default_rng(seed)
        shapes = [(), (N,), (M,), (N, M), (N, N), (N * M,), (3, P), (N + 1,), (2, N, M)]
        self.leaves = [
            Leaf(f"t{k}", s, facts=frozenset({"positive"})) for k, s in enumerate(shapes)
        ]
        self.integers = [
            Leaf("k", (N,), dtype="int", below=M),
            Leaf("l", (M,), dtype="int", below=N),
        ]
        self.values = {x: numbers.uniform(0.5, 2, self.extent(x.sizes)) for x in self.leaves}
        for x in self.integers:
            self.values[x] = numbers.integers(0, int(x.below.subs(NUMBERS)), self.extent(x.sizes))

    @staticmethod
    def extent(sizes: tuple[sp.Expr | int, ...]) -> tuple[int, ...]:
        return tuple(int(sp.sympify(s).subs(NUMBERS)) for s in sizes)

    def indices(self, low: int, high: int) -> tuple[Index, ...]:
        return tuple(Index(self.rng.choice(SIZES)) for _ in range(self.rng.randint(low, high)))

    def affine(self, live: list[Index]) -> Affine:
        """A random position."""
        pos = constant(self.rng.choice([0, 0, 0, 1, -1, N - 1]))
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            if live:
                step = self.rng.choice([1, 1, 1, 1, -1, 2, N, M])
                pos = combine(pos, self.rng.choice(live).pos, exact(step))
        return pos

    def position(self, size: sp.Expr | int, live: list[Index]) -> tuple[Affine, list[Factor]]:
        """A position in an axis, with the guards that it needs."""
        fitting = [i for i in live if i.size == size]
        if fitting and self.rng.random() < 0.6:
            return self.rng.choice(fitting).pos, []
        readers = [x for x in self.integers if x.below == size]
        rows = [i for x in readers for i in live if i.size == x.sizes[0]]
        if rows and self.rng.random() < 0.5:
            return Affine(0, ((Read(readers[0], (self.rng.choice(rows).pos,)), 1),)), []
        pos = self.affine(live)
        return pos, inside(pos, exact(size))

    def factor(self, live: list[Index]) -> list[Factor]:
        """A read of a leaf to a power, with its guards."""
        source = self.rng.choice(self.leaves)
        placed = [self.position(s, live) for s in source.sizes]
        power = exact(self.rng.choice([1, 1, 1, 2, -1, sp.Rational(1, 2), sp.Rational(-3, 2)]))
        guards = [g for _, found in placed for g in found]
        return [Factor(source, tuple(p for p, _ in placed), power), *guards]

    def bracket(self, live: list[Index]) -> Factor:
        """A random bracket, sometimes one of mixed radix."""
        wide = [i for i in live if i.size == N * M]
        rows, columns = [i for i in live if i.size == N], [i for i in live if i.size == M]
        if wide and rows and columns and self.rng.random() < 0.7:
            flat = combine(columns[0].pos, rows[0].pos, M)
            return equal_to_zero(combine(wide[0].pos, flat, -1))
        p = combine(self.affine(live), self.affine(live), -1)
        return equal_to_zero(p) if self.rng.random() < 0.6 else at_least_zero(p)

    def term(self, out: tuple[Index, ...]) -> Term:
        """A random term over the output indices."""
        bound = self.indices(0, 3)
        live = [*out, *bound]
        factors = [f for _ in range(self.rng.randint(1, 3)) for f in self.factor(live)]
        factors += [self.bracket(live) for _ in range(self.rng.choice([0, 0, 1, 1, 2]))]
        self.rng.shuffle(factors)
        coef = self.rng.choice([1, -1, 2, sp.Rational(-2, 3), N, 1 / N, N - 1])
        return Term(exact(sp.sympify(coef)), bound, tuple(factors))

    def sum(self) -> tuple[tuple[Index, ...], list[Term]]:
        """Output indices and terms."""
        out = self.indices(0, 2)
        return out, [self.term(out) for _ in range(self.rng.randint(1, 3))]
