"""Laws of the normal form, the simplifier and the two differentiation routes on random sums."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import symnn.ops.elementwise  # noqa: F401  registers the functions
from symnn.calculus.adjoint import reverse
from symnn.calculus.build import number_node, substitute
from symnn.calculus.factoring import factored
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.folds import fold
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import expand, simplify
from symnn.calculus.tangent import coefficient, tangent
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.walk import leaves
from symnn.derivation.differentials import expand_linear

from .random_sums import Maker, values

SEEDS = range(40)


def close(a: np.ndarray, b: np.ndarray) -> bool:
    scale = max(float(np.max(np.abs(a), initial=0.0)), 1.0)
    return bool(np.max(np.abs(a - b), initial=0.0) <= 1e-9 * scale)


@pytest.mark.parametrize("seed", SEEDS)
def test_simplifying_keeps_the_value(seed: int) -> None:
    maker = Maker(seed)
    for rank in (0, 1, 2, 2):
        node = maker.node(rank)
        forms = [simplify(node), factored(node), fold([node])[0]]
        if isinstance(node, Sum):
            forms.append(expand(node, STRUCTURE, lambda f: True))
        first, *rest = values([node, *forms])
        assert all(close(first, other) for other in rest)


@pytest.mark.parametrize("seed", SEEDS)
def test_renaming_indices_and_reordering_gives_the_same_node(seed: int) -> None:
    maker = Maker(seed)
    node = maker.node(2)
    if not isinstance(node, Sum):
        return
    turned = []
    for t in reversed(node.terms):
        fresh = {b: Index(b.size).pos for b in t.bound}
        factors = tuple(
            Factor(f.node, tuple(p.substitute(fresh) for p in f.pos), f.power)
            for f in reversed(t.factors)
        )
        turned.append(Term(t.coef, tuple(p.bare for p in fresh.values()), factors))  # type: ignore[arg-type]
    again = make_sum(node.indices, turned, STRUCTURE)
    assert again is make_sum(node.indices, node.terms, STRUCTURE)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_routes_find_the_same_gradient(seed: int) -> None:
    maker = Maker(seed)
    root = maker.node(0)
    read = [x for x in maker.leaves if x in _leaves(root)]
    if not read:
        return
    found = reverse(root, number_node(1), read)
    moving = {x: Leaf(f"d{x.name}", x.sizes) for x in read}
    form = tangent(root, moving)
    for x in read:
        alone = substitute(form, {d: _zero(d) for y, d in moving.items() if y is not x})
        direct = _linear_coefficient(alone, moving[x])
        if x in found and direct is not None:
            ours, theirs = values([found[x], direct])
            assert close(ours, theirs)


def _leaves(node: Node) -> set[Node]:
    return set(leaves([node]))


def _zero(leaf: Leaf) -> Node:
    return make_sum(tuple(Index(s) for s in leaf.sizes), [])


def _linear_coefficient(form: Node, d: Leaf) -> Node | None:
    opened = expand_linear(form, {d})
    return coefficient(opened, d) if isinstance(opened, Sum) else None


@pytest.mark.parametrize("seed", SEEDS)
def test_gradient_of_a_random_sum_is_its_central_difference(seed: int) -> None:
    maker = Maker(seed)
    root = maker.node(0)
    read = [x for x in maker.leaves if x in _leaves(root)]
    found = reverse(root, number_node(1), read) if read else {}
    for x, gradient in found.items():
        assert isinstance(x, Leaf)
        direction = Leaf("v", x.sizes)
        own = tuple(Index(s) for s in x.sizes)
        pos = tuple(i.pos for i in own)
        slope = make_sum((), [Term(1, own, (Factor(gradient, pos), Factor(direction, pos)))])
        sides = []
        for h in (_H, -_H):
            parts = [Term(1, (), (Factor(x, pos),)), Term(h, (), (Factor(direction, pos),))]
            sides.append(substitute(root, {x: make_sum(own, parts)}))
        slope_value, up, down, base = values([slope, *sides, root])
        expected = (up - down) / (2 * float(_H))
        scale = max(abs(float(expected)), abs(float(base)), 1.0)
        assert abs(float(slope_value) - float(expected)) <= 1e-5 * scale


_H = Fraction(1, 10**6)
