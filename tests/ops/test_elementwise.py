"""Laws of every registered elementwise function: derivatives, facts, parity, scale."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symnn as sn  # noqa: F401  the face registers the functions
from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.build import map_node, positions
from symnn.core.function import ARGS, FUNCTIONS, Function, derivative
from symnn.core.index import Index
from symnn.core.node import Leaf
from symnn.lang import face  # noqa: F401
from symnn.oracle import interpret
from tests.differences import close, differences

NAMES = sorted(FUNCTIONS)


def draws(fn: Function, seed: int = 0) -> list[np.ndarray]:
    """Arguments inside the domain and away from kinks and from each other."""
    rng = np.random.default_rng(seed)
    low, high = fn.domain
    found = []
    for _ in range(fn.arity):
        x = rng.uniform(low, high, 11)
        for kink in fn.kinks:
            x = np.where(np.abs(x - kink) < 0.01, kink + 0.1, x)
        found.append(x)
    return found


def applied(fn: Function) -> tuple[object, list[Leaf]]:
    leaves = [Leaf(f"x{k}", (11,)) for k in range(fn.arity)]
    i = Index(11)
    return map_node(fn, (i,), [(x, positions((i,))) for x in leaves]), leaves


SMOOTH = [n for n in NAMES if n != "floor"]  # floor has a kink at every whole number


@pytest.mark.parametrize("name", SMOOTH)
def test_the_derivative_is_the_finite_difference_at_orders_1_and_2(name: str) -> None:
    fn = FUNCTIONS[name]
    node, leaves = applied(fn)
    values = dict(zip(leaves, draws(fn), strict=True))
    seed = Leaf("g", (11,))
    values[seed] = np.ones(11)
    first = reverse(node, seed, leaves)
    for k, x in enumerate(leaves):

        def shifted(v: np.ndarray, k: int = k) -> np.ndarray:
            args = [values[leaf] for leaf in leaves]
            args[k] = v
            return np.asarray(fn.numpy(*args), dtype=float)

        slope = np.diag(differences(shifted, values[x]))
        got = interpret([first[x]], values, {})[0] if x in first else np.zeros(11)
        assert close(got, slope)
        if x not in first:
            continue
        second = reverse(first[x], delta(first[x].sizes), leaves, lead=1)
        for y in leaves:

            def again(v: np.ndarray, x: Leaf = x, y: Leaf = y) -> np.ndarray:
                return interpret([first[x]], {**values, y: v}, {})[0]

            wanted = differences(again, values[y])
            got = interpret([second[y]], values, {})[0] if y in second else np.zeros((11, 11))
            assert close(got, wanted)


@pytest.mark.parametrize("name", [n for n in NAMES if FUNCTIONS[n].body is not None])
def test_the_body_says_what_numpy_computes(name: str) -> None:
    fn = FUNCTIONS[name]
    arguments = draws(fn)
    exact = sp.lambdify(ARGS[: fn.arity], fn.body, "numpy")(*arguments)
    assert close(np.asarray(fn.numpy(*arguments)), exact, 1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_facts_hold_on_draws(name: str) -> None:
    fn = FUNCTIONS[name]
    for seed in range(5):
        arguments = draws(fn, seed)
        value = np.asarray(fn.numpy(*arguments), dtype=float)
        assert not fn.positive or np.all(value > 0)
        assert not fn.nonnegative or np.all(value >= 0)
        assert not fn.zero_one or np.all((value == 0) | (value == 1))
        if fn.parity:
            mirrored = np.asarray(fn.numpy(-arguments[0]), dtype=float)
            assert close(mirrored, fn.parity * value, 1e-12)
        if fn.homogeneous:
            assert close(np.asarray(fn.numpy(2.5 * arguments[0])), 2.5 * value, 1e-12)


@pytest.mark.parametrize(
    ("name", "at", "value", "slope"),
    [("relu", 0.0, 0, 0), ("abs", 0.0, 0, 0), ("sign", 0.0, 0, 0), ("step", 0.0, 0, 0)],
)
def test_the_table_of_kinks(name: str, at: float, value: float, slope: float) -> None:
    fn = FUNCTIONS[name]
    x = Leaf("x", ())
    node = map_node(fn, (), [(x, ())])
    assert interpret([node], {x: at}, {})[0] == value
    g = Leaf("g", ())
    found = reverse(node, g, [x])
    assert interpret([found[x]], {x: at, g: 1.0}, {})[0] == slope if x in found else slope == 0


@pytest.mark.parametrize("name", ["max2", "min2"])
def test_ties_of_maximum_and_minimum_go_to_the_first(name: str) -> None:
    a, b, g = Leaf("a", ()), Leaf("b", ()), Leaf("g", ())
    node = map_node(FUNCTIONS[name], (), [(a, ()), (b, ())])
    found = reverse(node, g, [a, b])
    known = {a: 1.0, b: 1.0, g: 1.0}
    assert [float(interpret([found[x]], known, {})[0]) for x in (a, b)] == [1, 0]


def test_every_derivative_is_known() -> None:
    for name in NAMES:
        for k in range(FUNCTIONS[name].arity):
            derivative(FUNCTIONS[name], k)
