"""Scalars as written: exact numbers, sizes, roots, and where their parts go."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from symnn.core.index import Index
from symnn.core.scalars import evaluate_scalar, exact
from symnn.core.sizes import size_symbol
from symnn.notation.evaluate import evaluate
from symnn.notation.scalars import joined, scalar_tree, split_scalar
from symnn.notation.sums import content, partition
from symnn.notation.text import to_text

n, d, H, k = (size_symbol(x) for x in "ndHk")

CASES = [
    (3, "3"),
    (-2, "−2"),
    (Fraction(1, 2), "1/2"),
    (exact(0.044715), "0.044715"),
    (n, "n"),
    (n + 1, "n + 1"),
    (1 / n, "1 / n"),
    (2 / n, "2 / n"),
    (1 / (2 * n), "1 / (2 n)"),
    (1 / sp.sqrt(d), "1 / √(d)"),
    (-n * d, "−d n"),
    (sp.floor((H - k) / 2) + 1, "floor((H − k) / 2) + 1"),
    (sp.sqrt(2 / sp.pi), "√(2) / √(π)"),
    (n**2, "n²"),
]


@pytest.mark.parametrize(("scalar", "text"), CASES, ids=[text for _, text in CASES])
def test_a_scalar_reads_as_a_textbook_writes_it(scalar: object, text: str) -> None:
    assert to_text(scalar_tree(scalar)) == text


@pytest.mark.parametrize("scalar", [c for c, _ in CASES])
def test_a_written_scalar_keeps_its_value(scalar: object) -> None:
    sizes = {n: 5, d: 3, H: 11, k: 4}
    named = {str(s): v for s, v in sizes.items()}
    wanted = float(evaluate_scalar(scalar, sizes))
    assert float(evaluate(scalar_tree(scalar), {}, named)) == pytest.approx(wanted, rel=1e-12)
    assert float(evaluate(joined(split_scalar(scalar)), {}, named)) == pytest.approx(wanted)


def test_content_times_the_rest_gives_the_coefficients() -> None:
    for coefs in ([2, -4], [1 / n, -3 / n], [Fraction(1, 2), 1], [-1, -2], [n, d]):
        common = content(coefs)
        assert all(sp.simplify(sp.sympify(c) / common * common - c) == 0 for c in coefs)
    assert content([-1, -2]) == -1
    assert content([2 / n, -2 / n]) == 2 / n


def test_indices_that_share_a_factor_stay_under_one_sum() -> None:
    i, j, m = Index(2), Index(3), Index(4)
    groups = partition([i, j, m], [{i, j}, {m}, {j}])
    assert [(set(g), numbers) for g, numbers in groups] == [({i, j}, [0, 2]), ({m}, [1])]
