"""Closed forms of domains, counts as polynomials, receptive fields: each against brute force."""

from __future__ import annotations

import itertools
import random

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn import nn
from symnn.analysis import scalars
from symnn.analysis.analyzer import analyze
from symnn.analysis.floors import flattened
from symnn.analysis.points import points
from symnn.core import scalars as exact_scalars
from symnn.core.index import Index, combine, constant
from symnn.core.scalars import evaluate_scalar
from symnn.lang.tensor import tensor

n, m = sp.symbols("n m", integer=True, positive=True)


def brute(sizes: list[int], guards: list[tuple[int, list[int]]]) -> int:
    return sum(
        all(const + sum(c * i for c, i in zip(cs, at, strict=True)) >= 0 for const, cs in guards)
        for at in itertools.product(*(range(s) for s in sizes))
    )


@pytest.mark.parametrize("seed", range(60))
def test_numeric_domains_are_enumerated(seed: int) -> None:
    rng = random.Random(seed)
    sizes = [rng.randint(1, 5) for _ in range(rng.randint(1, 3))]
    rows = [(rng.randint(-3, 6), [rng.randint(-2, 2) for _ in sizes]) for _ in range(2)]
    indices = [Index(s) for s in sizes]
    guards = []
    for const, cs in rows:
        p = constant(const)
        for c, i in zip(cs, indices, strict=True):
            p = combine(p, i.pos, c)
        guards.append(p)
    assert points(indices, guards) == brute(sizes, rows)


@pytest.mark.parametrize(("kernel", "stride", "pad"), [(3, 1, 1), (5, 1, 2), (2, 2, 0), (3, 2, 1)])
def test_padded_taps_at_a_symbolic_size(kernel: int, stride: int, pad: int) -> None:
    conv = nn.Conv1d(1, 1, kernel, stride, pad)
    closed = analyze(conv, tensor("x", (1, 1, "n")), padding=False).macs
    for size in range(kernel, 20):
        number = analyze(conv, tensor("x", (1, 1, size)), padding=False).macs
        assert evaluate_scalar(closed, {n: size}) == number


def test_a_triangle_of_symbols() -> None:
    i, j = Index(n), Index(n)
    found = scalars.expr(points((i, j), [combine(i.pos, j.pos, -1)]))
    assert sp.expand(found - n * (n + 1) / 2) == 0


ROWS = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2), st.integers(0, 2)), max_size=3)


@given(ROWS, ROWS)
@settings(max_examples=60, deadline=None)
def test_counts_add_and_multiply_as_scalars_do(a: list, b: list) -> None:
    left, right = (
        exact_scalars.exact(sp.expand(sum((c * n**i * m**j for c, i, j in x), sp.Integer(0))))
        for x in (a, b)
    )
    for ours, theirs in ((scalars.mul, exact_scalars.mul), (scalars.add, exact_scalars.add),
                         (scalars.sub, exact_scalars.sub)):  # fmt: skip
        assert scalars.expr(ours(left, right)) == theirs(left, right)


def test_nested_floors_join_without_changing_the_value() -> None:
    for a, b, c in itertools.product((2, 3), (-2, 1), (2, 4)):
        value = sp.floor(sp.floor(n / a) / c + sp.Rational(b, c)) + 1
        joined = flattened(value)
        assert all(value.subs(n, k) == joined.subs(n, k) for k in range(1, 60))


NETS = [
    nn.Sequential(nn.Conv1d(1, 1, 3), nn.MaxPool1d(2), nn.Conv1d(1, 1, 3, dilation=2)),
    nn.Sequential(nn.Conv1d(1, 1, 3, padding=1), nn.Conv1d(1, 1, 5, stride=2, padding=2)),
    nn.Sequential(nn.AvgPool1d(2), nn.ReLU(), nn.Conv1d(1, 1, 2, stride=2)),
]


@pytest.mark.parametrize("case", range(len(NETS)))
def test_a_receptive_field_is_what_a_change_reaches(case: int) -> None:
    """Ones everywhere: the output moves exactly where a changed input is seen."""
    size = 32
    a = analyze(NETS[case], tensor("x", (1, 1, size)))
    seen = a.layers[-1].fields[2]
    assert seen is not None
    middle = int(a.layers[-1].output_shape[2]) // 2  # type: ignore[arg-type]
    start = int(seen.start) + middle * int(seen.jump)  # type: ignore[arg-type]
    expected = set(range(start, start + int(seen.width)))  # type: ignore[arg-type]
    assert _reached(NETS[case], size, middle) == expected


def _reached(net: nn.Module, size: int, place: int) -> set[int]:
    spans = {place}
    for layer in reversed(list(net)):  # type: ignore[call-overload]
        if not hasattr(layer, "windows"):
            continue
        (w,) = layer.windows
        spans = {
            int(w.stride) * i + int(w.dilation) * u - int(w.before)
            for i in spans for u in range(int(w.kernel))
        }  # fmt: skip
    return {k for k in spans if 0 <= k < size}
