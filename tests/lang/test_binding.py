"""Sizes from shapes: symbols, expressions of one unknown, floors; and Size objects."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn

n, m = sn.sizes("n m")


def bound(shapes: list, extents: list, value: object = None) -> float:  # type: ignore[type-arg]
    """The value of n where tensors of these shapes are given arrays of these extents."""
    tensors = [sn.tensor(f"t{k}", s) for k, s in enumerate(shapes)]
    total = sum(np.sum(t) * 0 for t in tensors) + (n if value is None else value)
    arrays = {t: np.ones(e) for t, e in zip(tensors, extents, strict=True)}
    return float(sn.evaluate(total, arrays))


@pytest.mark.parametrize(("shapes", "extents", "wanted"), [
    ([(n,)], [(4,)], 4), ([(2 * n,)], [(8,)], 4), ([(2 * n + 1,)], [(9,)], 4),
    ([(n * m, m)], [(12, 3)], 4), ([(n * m,), (2 * m,)], [(12,), (6,)], 4),
    ([(n + m, n * m), (m,)], [(7, 12), (3,)], 4), ([(n * n,)], [(16,)], 4), ([(n / 2,)], [(2,)], 4),
])  # fmt: skip
def test_sizes_are_solved_from_expressions(shapes, extents, wanted) -> None:  # type: ignore
    assert bound(shapes, extents) == wanted


def test_a_size_without_a_whole_solution_is_an_error() -> None:
    with pytest.raises(sn.ShapeError, match=r"t0 axis 0 is 7, and 2\*n = 7 has no whole solution"):
        bound([(2 * n,)], [(7,)])
    with pytest.raises(sn.ShapeError, match=r"and m\*n = 6 has more than one unknown size"):
        bound([(n * m,)], [(6,)])
    with pytest.raises(sn.ShapeError, match=r"has several solutions \[4, 5\]"):
        bound([(n // 2,)], [(2,)])
    with pytest.raises(sn.ShapeError, match=r"t1 axis 0 is 9, expected 2\*n = 8"):
        bound([(n,), (2 * n,)], [(4,), (9,)])


def test_a_floor_is_fine_once_its_size_is_known() -> None:
    assert bound([(n // 2,), (n,)], [(2,), (5,)]) == 5


def test_sizes_compute_and_compare() -> None:
    assert str(n + 1) == "n + 1"
    assert str(2 * n - n) == "n"
    assert 6 - n != n
    assert n * m == m * n
    assert str(n // 2) == "floor(n/2)"
    assert {n: 1}[sn.sizes("n")] == 1
    assert (n >= 1) is True
    assert (n > 0) is True
    assert (n < 1) is False
    with pytest.raises(sn.DomainError, match="n - 3 >= 0 depends on the size n"):
        bool(n >= 3)


def test_sizes_stand_in_numpy_functions() -> None:
    x = sn.tensor("x", (n,))
    values = {"x": np.ones(4)}
    for value, wanted in [
        (x / np.sqrt(x.shape[0]), np.ones(4) / 2), (x * n, 4 * np.ones(4)),
        (n * x, 4 * np.ones(4)), (np.sum(x) / n, 1), (n / np.sum(x), 1), (x - n, -3 * np.ones(4)),
        (np.log(x.shape[0]) * x, np.log(4) * np.ones(4)), (np.float64(2) * n * x, 8 * np.ones(4)),
        (x ** n, np.ones(4)), (np.maximum(x, n), 4 * np.ones(4)), (x.size * x, 4 * np.ones(4)),
        (np.size(x) * x, 4 * np.ones(4)), (np.full_like(x, n), 4 * np.ones(4)),
    ]:  # fmt: skip
        assert np.allclose(sn.evaluate(value + 0 * np.sum(x), values), wanted)


def test_values_may_be_keyed_by_tensor_or_name() -> None:
    x, y = sn.tensor("x", (n,)), sn.tensor("y", (n,))
    total = np.sum(x * y)
    ones, twos = np.ones(3), 2 * np.ones(3)
    assert sn.evaluate(total, x=ones, y=twos) == 6
    assert sn.evaluate(total, {x: ones, y: twos}) == 6
    assert sn.evaluate(total, {x: ones}, y=twos) == 6
    assert sn.evaluate(total, {"x": ones, "y": twos}) == 6
    assert [float(v.sum()) for v in sn.evaluate([x, y], x=ones, y=twos)] == [3, 6]
    assert sn.interpret(total, x=ones, y=twos) == 6


def test_a_reshape_that_needs_a_divisible_size_says_so() -> None:
    x = sn.tensor("x", (n,))
    pairs = x.reshape(-1, 2)
    assert np.array_equal(sn.evaluate(pairs, x=np.arange(6)), np.arange(6).reshape(3, 2))
    with pytest.raises(sn.ShapeError, match=r"floor\(n/2\) = n/2 was assumed"):
        sn.evaluate(pairs, x=np.arange(5))


def test_a_reshape_of_undecided_volume_is_a_condition() -> None:
    x = sn.tensor("x", (n,))
    y = sn.tensor("y", (m, 3))
    z = x.reshape(m, 3) + y
    assert sn.evaluate(z, x=np.arange(6), y=np.zeros((2, 3))).shape == (2, 3)
    with pytest.raises(sn.ShapeError, match=r"n = 3\*m was assumed"):
        sn.evaluate(z, x=np.arange(7), y=np.zeros((2, 3)))
