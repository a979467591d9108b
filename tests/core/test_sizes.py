"""What is proved about sizes is true at every size; what is undecided is never claimed."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.core.scalars import add, evaluate_scalar, exact, mul, neg, power, scalar_id, sub
from symnn.core.sizes import same_size, sign, size_symbol
from tests import strategies  # noqa: F401  loads the profile

n, m, k = (size_symbol(s) for s in "nmk")
SYMBOLS = [n, m, k]
BOX = np.meshgrid(*[np.arange(1, 9)] * 3)
SEEDS = st.integers(0, 2**32)


def polynomial(rng: random.Random, *, floors: bool) -> sp.Expr:
    total = sp.Integer(rng.randint(-3, 3))
    for _ in range(rng.randint(1, 3)):
        term = rng.choice([-2, -1, 1, 1, 2]) * rng.choice(SYMBOLS)
        if rng.random() < 0.4:
            term *= rng.choice(SYMBOLS)
        if floors and rng.random() < 0.6:
            inner = rng.choice(SYMBOLS) + rng.randint(-2, 2)
            term = rng.choice([-2, -1, 1, 2]) * sp.floor(inner / rng.choice([2, 3]))
        total += term
    return sp.expand(total)


@settings(max_examples=200)
@given(SEEDS, st.booleans())
def test_a_proved_sign_holds_at_every_size(seed: int, floors: bool) -> None:
    value = exact(polynomial(random.Random(seed), floors=floors))
    verdict = sign(value)
    numbers = sp.lambdify(SYMBOLS, sp.sympify(value), "numpy")(*BOX)
    if verdict == 1:
        assert np.min(numbers) >= 0
    if verdict == -1:
        assert np.max(numbers) < 0


@pytest.mark.parametrize(("value", "wanted"), [
    (n - 1, 1), (-n, -1), (n - 2, None), (n * m - n, 1), (n * m - n - m + 1, 1), (-n * m, -1),
    (n - m, None), (sp.Integer(0), 1), (n**2 - n, 1), (1 - 2 * n, -1), (n - 2 * n * m, -1),
    (n - sp.floor(n / 2), 1), (n - 1 - sp.floor((n - 1) / 2) * 2, 1), (2 * sp.floor(n / 2), 1),
    (sp.floor((n + 2) / 3) * 3 - n, 1), (n - 1 - sp.floor(n / 2), None), (sp.Min(n, m), None),
    (sp.Rational(1, 2) * n, 1),
])  # fmt: skip
def test_signs_that_slices_and_windows_need(value: sp.Expr, wanted: int | None) -> None:
    assert sign(exact(value)) == wanted


@pytest.mark.parametrize(("a", "b", "wanted"), [
    (n, n, True), (n, m, False), (n, 3, False), (3, 3, True), (3, 4, False),
    (n * m, m * n, True), ((n + 1) * m, n * m + m, True), (n * m, n, None), (n + 1, n, False),
    (2 * n, n + n, True), (n * m, k, None), (n - 1, m, None), (2 * n, n, False),
])  # fmt: skip
def test_equality_of_sizes_is_three_valued(a: object, b: object, wanted: bool | None) -> None:
    assert same_size(exact(a), exact(b)) is wanted


@settings(max_examples=100)
@given(SEEDS)
def test_scalars_compute_exactly_and_equal_values_are_equal_objects(seed: int) -> None:
    rng = random.Random(seed)
    a, b = (exact(polynomial(rng, floors=False)) for _ in range(2))
    at = {s: rng.randint(1, 9) for s in SYMBOLS}
    x, y = evaluate_scalar(a, at), evaluate_scalar(b, at)
    assert evaluate_scalar(add(a, b), at) == x + y
    assert evaluate_scalar(mul(a, b), at) == x * y
    assert evaluate_scalar(sub(a, b), at) == x - y
    assert scalar_id(add(a, b)) == scalar_id(add(b, a))
    assert scalar_id(mul(a, b)) == scalar_id(mul(b, a))
    assert sub(add(a, b), b) == a
    assert neg(neg(a)) == a
    if x:
        assert abs(evaluate_scalar(mul(a, power(a, -1)), at) - 1) < 1e-12


def test_a_root_stays_exact() -> None:
    assert power(4, exact(0.5)) == 2
    assert mul(power(n, exact(0.5)), power(n, exact(-0.5))) == 1
    assert exact(0.1) == exact(sp.Rational(1, 10))
