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
    first = sn.derive(np.linalg.det(A), wrt=A).gradients[A]
    d = sn.derive(np.sum(first * B), wrt=A)
    assert "where A is invertible" in d.text("main", "en")
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 4, 4))
    found = sn.evaluate(d.gradients[A], {A: a, B: b})
    inverse = np.linalg.inv(a)
    expected = np.linalg.det(a) * (np.trace(inverse @ b) * inverse - inverse @ b @ inverse).T
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_declared_invertible_matrix_needs_no_condition() -> None:
    A = sn.parameter("A", ("n", "n"), assume={"invertible"})
    assert "where" not in sn.derive(np.linalg.det(A), wrt=A).text("main", "en")
