"""What a step needs is said in it: an invertible matrix, a value that is not 0."""

from __future__ import annotations

import numpy as np

import symnn as sn


def test_the_derivative_of_a_determinant_says_that_the_matrix_is_invertible() -> None:
    A = sn.parameter("A", ("n", "n"))
    d = sn.derive(np.linalg.det(A), wrt=A)
    assert "where A is invertible" in d.text("main", "en")
    assert "là où A est inversible" in d.text("main", "fr")


def test_at_order_two_it_says_so_too() -> None:
    A, B = sn.parameter("A", ("n", "n")), sn.tensor("B", ("n", "n"))
    first = sn.named("D", sn.derive(np.linalg.det(A), wrt=A).gradients[A])
    d = sn.derive(np.sum(first * B), wrt=A)
    assert "where A is invertible" in d.text("main", "en")
    assert d.check(draws=3).passed


def test_a_declared_invertible_matrix_needs_no_condition() -> None:
    A = sn.parameter("A", ("n", "n"), assume={"invertible"})
    assert "where" not in sn.derive(np.linalg.det(A), wrt=A).text("main", "en")
