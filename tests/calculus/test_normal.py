"""The normal form never changes a value; equal terms are one object; brackets solve rightly."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.calculus.adjoint import reverse
from symnn.calculus.brackets import equal_to_zero, same_place, solve, split_digits
from symnn.calculus.build import fresh_indices, map_node, positions
from symnn.calculus.facts import READER, STRUCTURE, WITH_FACTS
from symnn.calculus.normal import make_sum, primitive
from symnn.core.function import function
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Factor, Leaf, Node, Sum, Term, make_extremum, make_softmax
from symnn.core.scalars import exact
from symnn.core.sizes import size_symbol
from symnn.lang import face  # noqa: F401  registers the functions
from symnn.oracle import _term, interpret
from tests.differences import close, differences
from tests.strategies import NUMBERS, M, N, P, RawTerms

SEEDS = st.integers(0, 2**32)


def raw_value(out: tuple[Index, ...], terms: list[Term], values: dict) -> np.ndarray:  # type: ignore
    total = np.zeros(RawTerms.extent(tuple(i.size for i in out)))
    for t in terms:
        total = total + _term(out, t, values, tuple(NUMBERS.items()))
    return total


@settings(max_examples=120)
@given(SEEDS)
def test_every_policy_keeps_the_value_of_raw_terms(seed: int) -> None:
    raw = RawTerms(seed)
    out, terms = raw.sum()
    wanted = raw_value(out, terms, raw.values)
    for policy in (READER, STRUCTURE, WITH_FACTS):
        node = make_sum(out, terms, policy)
        assert close(interpret([node], raw.values, NUMBERS)[0], wanted, 1e-9), policy


@settings(max_examples=60)
@given(SEEDS)
def test_the_gradient_of_raw_terms_is_the_finite_difference(seed: int) -> None:
    raw = RawTerms(seed)
    out, terms = raw.sum()
    node = make_sum(out, terms)
    g = Leaf("g", node.sizes)
    values = {**raw.values, g: np.random.default_rng(1).normal(size=RawTerms.extent(node.sizes))}
    found = reverse(node, g, raw.leaves)
    x = raw.rng.choice(raw.leaves)

    def value(v: np.ndarray) -> np.ndarray:
        return np.sum(values[g] * interpret([node], {**values, x: v}, NUMBERS)[0])

    wanted = differences(value, values[x])
    got = interpret([found[x]], values, NUMBERS)[0] if x in found else np.zeros_like(wanted)
    assert close(got, wanted)


@settings(max_examples=100)
@given(SEEDS)
def test_names_and_order_of_bound_indices_do_not_matter(seed: int) -> None:
    raw = RawTerms(seed)
    out, terms = raw.sum()
    again = []
    for t in terms:
        mapping = {b: b.fresh().pos for b in t.bound}
        factors = [
            Factor(f.node, tuple(p.substitute(mapping) for p in f.pos), f.power) for f in t.factors
        ]
        raw.rng.shuffle(factors)
        bound = [m.bare for m in mapping.values()]
        raw.rng.shuffle(bound)
        again.append(Term(t.coef, tuple(bound), tuple(factors)))
    random.Random(seed).shuffle(again)
    turned = {o: o.fresh() for o in out}
    moved = [
        Term(t.coef, t.bound, tuple(
            Factor(f.node, tuple(p.substitute({o: n.pos for o, n in turned.items()})
                                 for p in f.pos), f.power) for f in t.factors))
        for t in again
    ]  # fmt: skip
    first = make_sum(out, terms)
    second = make_sum(tuple(turned.values()), moved)
    if first is not second:  # different solutions of one bracket: the values must agree
        a, b = interpret([first, second], raw.values, NUMBERS)
        assert close(a, b, 1e-9)


@settings(max_examples=100)
@given(SEEDS, st.sampled_from([1, 2, -1, exact(0.5), exact(-0.5), exact(1.5)]))
def test_powers_of_a_group_keep_its_value(seed: int, power) -> None:  # type: ignore[no-untyped-def]
    raw = RawTerms(seed)
    i = Index(N)
    x = raw.leaves[1]
    scale = raw.rng.choice([4, 9, exact(0.25), N, 2 * N])
    terms = [Term(scale, (), (Factor(x, (i.pos,)),)), Term(scale, (), (Factor(x, (i.pos,), 2),))]
    node = make_sum((i,), terms)
    j = Index(N)
    powered = make_sum((j,), [Term(3, (), (Factor(node, (j.pos,), power),))])
    a, b = interpret([node, powered], raw.values, NUMBERS)
    assert close(b, 3 * a ** float(power), 1e-12)


@pytest.mark.parametrize("power", [exact(0.5), exact(-0.5), exact(1.5), -1, 2])
def test_a_negative_group_under_a_power_keeps_its_sign(power) -> None:  # type: ignore[no-untyped-def]
    """(b - a)^w may not become (-1)^w (a - b)^w for fractional w."""
    a, b = Leaf("a", (N,)), Leaf("b", (N,))
    values = {a: np.array([1.0, 2.0, 3.0]), b: np.array([3.0, 4.0, 7.0])}
    for first, second, sign in ((a, b, -1), (b, a, 1)):
        i, j = Index(N), Index(N)
        group = make_sum((i,), [Term(-2, (), (Factor(first, (i.pos,)),)),
                                Term(2, (), (Factor(second, (i.pos,)),))])  # fmt: skip
        if sign < 0:
            node = make_sum((j,), [Term(1, (), (Factor(group, (j.pos,), power),))])
            wanted = (2 * (values[b] - values[a])) ** float(power)
        else:
            minus = make_sum((i,), [Term(-1, (), (Factor(group, (i.pos,)),))])
            node = make_sum((j,), [Term(1, (), (Factor(minus, (j.pos,), power),))])
            wanted = (2 * (values[b] - values[a])) ** float(power)
        assert close(interpret([node], values, NUMBERS)[0], wanted, 1e-12)


def test_a_root_of_a_square_is_not_the_base() -> None:
    x = Leaf("x", (3,))
    i, j = Index(3), Index(3)
    squared = make_sum((i,), [Term(4, (), (Factor(x, (i.pos,), 2),))])
    root = make_sum((j,), [Term(1, (), (Factor(squared, (j.pos,), exact(0.5)),))])
    assert close(interpret([root], {x: np.array([-1.0, 2, -3])}, {})[0], np.array([2.0, 4, 6]), 0)


def test_a_negative_power_of_a_bracket_is_not_opened() -> None:
    x = Leaf("x", (3,))
    i, j = Index(3), Index(3)
    masked = make_sum((i,), [Term(1, (), (Factor(x, (i.pos,)), equal_to_zero(i.pos)))])
    inverse = make_sum((j,), [Term(1, (), (Factor(masked, (j.pos,), -1),))])
    got = interpret([inverse], {x: np.array([2.0, 1, 1])}, {})[0]
    assert got[0] == 0.5
    assert np.isinf(got[1])


def test_primitive_is_shared_by_multiples_negatives_and_transposes() -> None:
    a, b = Leaf("a", (N, M)), Leaf("b", (N, M))

    def combination(p: int, q: int, *, turn: bool = False) -> Node:
        i, j = Index(N), Index(M)
        out = (j, i) if turn else (i, j)
        return make_sum(out, [Term(p, (), (Factor(a, (i.pos, j.pos)),)),
                              Term(q, (), (Factor(b, (i.pos, j.pos)),))])  # fmt: skip

    groups = {primitive(combination(*pq))[1] for pq in [(1, -1), (-1, 1), (2, -2), (-6, 6)]}
    groups.add(primitive(combination(3, -3, turn=True))[1])
    assert len(groups) == 1


@settings(max_examples=100)
@given(SEEDS)
def test_primitive_times_content_is_the_node(seed: int) -> None:
    raw = RawTerms(seed)
    out, terms = raw.sum()
    node = make_sum(out, terms)
    if not isinstance(node, Sum) or not node.terms:
        return
    content, group, axes = primitive(node)
    own = fresh_indices(node)
    factor = Factor(group, tuple(own[a].pos for a in axes))
    a = interpret([node], raw.values, NUMBERS)[0]
    b = raw_value(own, [Term(content, (), (factor,))],
                  {**raw.values, group: interpret([group], raw.values, NUMBERS)[0]})  # fmt: skip
    assert close(b, a, 1e-9)


# -- brackets ------------------------------------------------------------------------------------


def digits(seed: int) -> tuple[Affine, list[Index]]:
    rng = random.Random(seed)
    sizes = [rng.choice([2, 3, N, M, P]) for _ in range(3)]
    indices = [Index(s) for s in (*sizes, *sizes)]
    p = constant(rng.choice([0, 0, 0, 1, -1]))
    radix = exact(1)
    for k in reversed(range(3)):
        for side, sign in ((0, 1), (3, -1)):
            if rng.random() < 0.85:
                p = combine(p, indices[k + side].pos, exact(sign * radix))
        radix = exact(radix * rng.choice([sizes[k], sizes[k], 2, 3]))
    return p, indices


@settings(max_examples=120)
@given(SEEDS)
def test_split_digits_has_the_same_solutions(seed: int) -> None:
    p, indices = digits(seed)
    split = split_digits(p)
    if split is None:
        return
    whole = raw_value(tuple(indices), [Term(1, (), (equal_to_zero(p),))], {})
    both = raw_value(tuple(indices), [Term(1, (), tuple(map(equal_to_zero, split)))], {})
    assert np.array_equal(whole, both)


@settings(max_examples=120)
@given(SEEDS)
def test_a_solved_bracket_counts_the_same_points(seed: int) -> None:
    raw = RawTerms(seed)
    live = list(raw.indices(2, 4))
    p = combine(raw.affine(live), raw.affine(live), -1)
    free = tuple(i for i in live if raw.rng.random() < 0.3)
    bound = tuple(i for i in live if i not in free)
    solution = solve(p, set(bound))
    if solution is None:
        return
    index, value, ranges = solution
    before = raw_value(free, [Term(1, bound, (equal_to_zero(p),))], {})
    assert index not in value.indices()
    rest = tuple(b for b in bound if b is not index)
    after = raw_value(free, [Term(1, rest, tuple(ranges))], {})
    assert np.array_equal(before, after)


def test_the_mixed_radix_bracket_is_kept_and_solved_when_split_again() -> None:
    x = Leaf("x", (N, M))
    a, b, f = Index(N), Index(M), Index(N * M)
    flat = same_place(f.pos, combine(b.pos, a.pos, M))
    merged = make_sum((f,), [Term(1, (a, b), (Factor(x, (a.pos, b.pos)), flat))])
    i, j = Index(N), Index(M)
    back = make_sum((i, j), [Term(1, (), (Factor(merged, (combine(j.pos, i.pos, M),)),))])
    assert back is x


# -- reads of part of an axis --------------------------------------------------------------------


def test_a_slice_from_zero_is_not_the_tensor() -> None:
    x = Leaf("x", (5,))
    i = Index(3)
    sliced = make_sum((i,), [Term(1, (), (Factor(x, (i.pos,)),))])
    assert sliced is not x
    assert sliced.sizes == (3,)


def test_the_gradient_of_a_slice_is_padded_with_zeros() -> None:
    x, g = Leaf("x", (5,)), Leaf("g", (3,))
    i = Index(3)
    sliced = make_sum((i,), [Term(1, (), (Factor(x, (i.pos,)),))])
    found = reverse(sliced, g, [x])[x]
    assert np.array_equal(interpret([found], {g: np.array([1.0, 2, 3])}, {})[0], [1, 2, 3, 0, 0])


def test_the_sum_over_part_of_a_simplex_is_not_one() -> None:
    p = Leaf("p", (5,), facts=frozenset({"simplex"}))
    part, whole = Index(3), Index(5)
    some = make_sum((), [Term(1, (part,), (Factor(p, (part.pos,)),))], WITH_FACTS)
    every = make_sum((), [Term(1, (whole,), (Factor(p, (whole.pos,)),))], WITH_FACTS)
    value = np.array([0.1, 0.2, 0.3, 0.1, 0.3])
    assert close(interpret([some], {p: value}, {})[0], np.float64(0.6), 1e-12)
    assert not every.terms[0].factors


def test_a_function_of_a_diagonal_reads_both_axes_at_once() -> None:
    x = Leaf("x", (N, N))
    i = Index(N)
    node = map_node(function("tanh"), (i,), [(x, (i.pos, i.pos))])
    value = np.arange(9.0).reshape(3, 3)
    assert close(interpret([node], {x: value}, NUMBERS)[0], np.tanh(np.diag(value)), 1e-12)
    g = Leaf("g", (N,))
    found = reverse(node, g, [x])[x]
    slope = interpret([found], {x: value, g: np.ones(3)}, NUMBERS)[0]
    assert close(slope, np.diag(1 - np.tanh(np.diag(value)) ** 2), 1e-12)


def test_extremum_and_softmax_with_a_domain_have_gradients_inside_it_only() -> None:
    x, g = Leaf("x", (4, 4)), Leaf("g", (4,))
    value = np.random.default_rng(0).normal(size=(4, 4))
    seed = np.array([1.0, -2, 3, 0.5])
    i, j = Index(4), Index(4)
    low = combine(i.pos, j.pos, -1)
    top = make_extremum("max", (i,), (j,), x, positions((i, j)), (low,))
    found = reverse(top, g, [x])[x]
    wanted = differences(lambda v: seed @ np.where(np.tri(4) > 0, v, -np.inf).max(1), value)
    assert close(interpret([found], {x: value, g: seed}, {})[0], wanted)
    a, b = Index(4), Index(4)
    p = make_softmax(x, 1, (a, b), (combine(a.pos, b.pos, -1),))
    G = Leaf("G", (4, 4))
    weights = np.random.default_rng(1).normal(size=(4, 4))
    found = reverse(p, G, [x])[x]

    def masked(v: np.ndarray) -> float:
        e = np.exp(v) * np.tri(4)
        return float(np.sum(weights * e / e.sum(1, keepdims=True)))

    wanted = differences(lambda v: np.asarray(masked(v)), value)
    assert close(interpret([found], {x: value, G: weights}, {})[0], wanted)


def test_a_difference_along_an_axis_of_size_one_is_zero_under_a_power() -> None:
    x, y = Leaf("x", (1, N)), Leaf("y", (N,))
    i, j, k = Index(1), Index(N), Index(N)
    moved = Factor(x, (constant(0), j.pos))
    nothing = make_sum((i, j), [Term(1, (), (Factor(x, (i.pos, j.pos)),)), Term(-1, (), (moved,))])
    other = Factor(y, (k.pos,))
    node = make_sum((k,), [Term(1, (), (Factor(nothing, (constant(0), k.pos), 2), other))])
    values = {x: np.ones((1, 3)), y: np.ones(3)}
    assert np.array_equal(interpret([node], values, NUMBERS)[0], np.zeros(3))


def test_like_terms_collect_and_zero_vanishes() -> None:
    x = Leaf("x", (N,))
    i = Index(N)
    read = Factor(x, (i.pos,))
    nothing = make_sum((i,), [Term(2, (), (read,)), Term(-2, (), (read,))])
    assert nothing.terms == ()
    assert make_sum((i,), [Term(3, (), (read,)), Term(-2, (), (read,))]) is x


def test_an_unused_index_multiplies_by_its_size() -> None:
    x = Leaf("x", ())
    k = Index(size_symbol("q"))
    node = make_sum((), [Term(1, (k,), (Factor(x, ()),))])
    assert node.terms[0].coef == size_symbol("q")
