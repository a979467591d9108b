"""Random sums with guarded affine reads of all kinds: steps, windows, digits, flips, overhangs."""

from __future__ import annotations

import numpy as np

from symnn.calculus.brackets import inside
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import EQ, GE, Factor, Node, Term
from symnn.core.walk import leaves
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor, tensor
from symnn.ops import elementwise as _elementwise  # noqa: F401  registers the functions
from tests.calculus.random_sums import NUMBERS, SIZES, Maker


class AffineMaker(Maker):
    """Adds reads at random positions, with the brackets that keep them inside."""

    def _position(self, live: list[Index], size: object) -> tuple[Affine, list[Factor]]:
        count = self.rng.randint(1, min(3, len(live))) if live else 0
        p = constant(self.rng.choice([-1, 0, 0, 1]))
        for i in self.rng.sample(live, count):
            p = combine(p, i.pos, self.rng.choice([1, 1, 1, 2, -1]))
        return p, inside(p, size)  # type: ignore[arg-type]

    def _term(self, own: tuple[Index, ...], depth: int) -> Term:
        t = super()._term(own, depth)
        live = [*own, *t.bound]
        more: list[Factor] = []
        if self.rng.random() < 0.7:
            leaf = self.rng.choice([x for x in self.leaves if x.rank])
            places = [self._position(live, s) for s in leaf.sizes]
            read = Factor(leaf, tuple(p for p, _ in places), self.rng.choice([1, 1, 2, -1]))
            more += [read, *(g for _, guards in places for g in guards)]
        if self.rng.random() < 0.5 and live:
            p, _ = self._position(live, 3)
            more.append(Factor(self.rng.choice([EQ, EQ, GE]), (p,)))
        return Term(t.coef, t.bound, (*t.factors, *more))


def as_tensor(node: Node) -> tuple[Tensor, list[Tensor]]:
    """A Tensor of the node, and its inputs (one vector per size among them, to bind it)."""
    found = sorted(leaves([node]), key=lambda x: x.uid)
    calls = [x.tag if isinstance(x.tag, Call) else Call("input", (), x, name=x.name) for x in found]
    calls += [tensor(f"size_{s}", (s,)).call for s in SIZES]
    return Tensor(Call("random", calls, node)), [Tensor(c) for c in calls]


def arrays(inputs: list[Tensor], seed: int) -> dict[Tensor, np.ndarray]:
    """Random values of the inputs."""
    rng = np.random.default_rng(seed)
    return {t: rng.normal(0, 0.7, [int(NUMBERS.get(s, s)) for s in t.sizes]) for t in inputs}
