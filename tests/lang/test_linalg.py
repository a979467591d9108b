"""Linear algebra of the face: equal to NumPy's, with gradients of orders 1 and 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.codegen.compiled import compile
from symnn.core.errors import ShapeError, UnsupportedError
from symnn.lang.binding import leaf_calls

rng = np.random.default_rng(0)


def _spd(n: int, *batch: int) -> Any:
    a = rng.normal(size=(*batch, n, n))
    return a @ np.swapaxes(a, -1, -2) + 2 * np.eye(n)


S, T3 = _spd(4), _spd(3, 2)
G = rng.normal(size=(4, 4)) + 3 * np.eye(4)
V, M = rng.normal(size=4), rng.normal(size=(5, 4))

FUNCTIONS: list[tuple[str, Callable[..., Any], Any]] = [
    ("inv", np.linalg.inv, G),
    ("inv of a stack", np.linalg.inv, T3),
    ("det", np.linalg.det, G),
    ("det of a stack", np.linalg.det, T3),
    ("slogdet", lambda a: np.linalg.slogdet(a)[1], G),
    ("sign", lambda a: np.linalg.slogdet(a)[0], G),
    ("cholesky", np.linalg.cholesky, S),
    ("cholesky of a stack", np.linalg.cholesky, T3),
    ("solve", lambda a: np.linalg.solve(a, a[0]), G),
    ("solve several", lambda a: np.linalg.solve(a, a.T), G),
    ("pinv", np.linalg.pinv, M),
    ("power 3", lambda a: np.linalg.matrix_power(a, 3), G),
    ("power -2", lambda a: np.linalg.matrix_power(a, -2), G),
    ("power 0", lambda a: np.linalg.matrix_power(a, 0) @ a, G),
    ("inv of a product", lambda a: np.linalg.inv(a @ a.T), G),
    ("inv of a scaled", lambda a: np.linalg.inv(3 * a), G),
    ("inv of a scalar times", lambda a: np.linalg.inv(a[0, 0] * a), G),
    ("det of a product", lambda a: np.linalg.det(a @ a @ a.T), G),
    ("det of a scaled", lambda a: np.linalg.det(-2 * a), G),
    ("det of a sum", lambda a: np.linalg.det(2 * a + 4 * a.T), G),
    ("logdet of a sum", lambda a: np.linalg.slogdet(-a - a.T)[1], G),
    ("inv of inv", lambda a: np.linalg.inv(np.linalg.inv(a.T)), G),
    ("det of inv", lambda a: np.linalg.det(np.linalg.inv(a)), G),
    ("inv of a diagonal", lambda a: np.linalg.inv(np.diag(a[0])), G),
    ("det of a diagonal", lambda a: np.linalg.det(np.diag(a[0])), G),
    ("inverse times matrix", lambda a: np.linalg.inv(a) @ a.T @ a, G),
    ("gram inverse times gram", lambda a: np.linalg.inv(a.T @ a) @ a.T @ a @ a[0], M[:, :4]),
    ("projection", lambda a: a @ np.linalg.inv(a.T @ a) @ a.T, M),
    ("log of det", lambda a: np.log(np.linalg.det(a @ a.T)), G),
]


@pytest.mark.parametrize(("name", "f", "array"), FUNCTIONS, ids=[f[0] for f in FUNCTIONS])
def test_value_equals_numpy(name: str, f: Callable[..., Any], array: Any) -> None:
    a = sn.tensor("A", tuple(array.shape) if "stack" in name else _sizes(array))
    np.testing.assert_allclose(sn.evaluate(f(a), A=array), f(array), rtol=1e-9, atol=1e-12)


def _sizes(array: Any) -> tuple[str, ...]:
    return ("n", "n") if array.shape[0] == array.shape[1] else ("m", "n")


def _value(tensor: Any, **arrays: Any) -> Any:
    """The value; arrays that it does not read are left out."""
    read = {c.name for c in leaf_calls([tensor.call])}
    return sn.evaluate(tensor, {k: v for k, v in arrays.items() if k in read})


@pytest.mark.parametrize(("name", "f", "array"), FUNCTIONS, ids=[f[0] for f in FUNCTIONS])
def test_gradient_and_hessian_product_are_differences(
    name: str, f: Callable[..., Any], array: Any
) -> None:
    a = sn.parameter("A", tuple(array.shape))
    weights = np.asarray(rng.normal(size=f(array).shape))
    loss = np.sum(f(a) * weights)
    gradient = sn.derive(loss, wrt=a).gradients[a]
    direction = rng.normal(size=array.shape)
    if "chol" in name:
        direction = direction + np.swapaxes(direction, -1, -2)
    h = 1e-5
    numeric = (np.sum(f(array + h * direction) * weights)
               - np.sum(f(array - h * direction) * weights)) / (2 * h)  # fmt: skip
    found = np.sum(_value(gradient, A=array) * direction)
    np.testing.assert_allclose(found, numeric, rtol=2e-6, atol=1e-6)
    v = sn.tensor("v", tuple(array.shape))
    second = _value(sn.hvp(loss, a, v), A=array, v=direction)
    ends = [_value(gradient, A=array + s * h * direction) for s in (1, -1)]
    np.testing.assert_allclose(second, (ends[0] - ends[1]) / (2 * h), rtol=1e-5, atol=2e-5)


@pytest.mark.parametrize(("name", "f", "array"), FUNCTIONS, ids=[f[0] for f in FUNCTIONS])
def test_forward_mode_agrees(name: str, f: Callable[..., Any], array: Any) -> None:
    a, v = sn.parameter("A", tuple(array.shape)), sn.tensor("v", tuple(array.shape))
    loss = np.sum(f(a) * np.asarray(rng.normal(size=f(array).shape)))
    direction = rng.normal(size=array.shape)
    forward = _value(sn.jvp(loss, a, v), A=array, v=direction)
    backward = np.sum(_value(sn.derive(loss, wrt=a).gradients[a], A=array) * direction)
    np.testing.assert_allclose(forward, backward, rtol=1e-9, atol=1e-9)


LAWS = [
    (lambda A, B: np.linalg.inv(A) @ A @ B, "B"),
    (lambda A, B: A @ np.linalg.inv(A) @ B, "B"),
    (lambda A, B: np.linalg.inv(A.T) @ A.T @ B, "B"),
    (lambda A, B: np.linalg.inv(A @ B) @ A @ B @ A, "A"),
    (lambda A, B: B @ np.linalg.inv(A + B) @ (B + A), "B"),
    (lambda A, B: np.linalg.inv(np.linalg.inv(A)), "A"),
    (lambda A, B: np.linalg.inv(2 * A.T + 2 * B.T) @ (A + B).T @ B, "1/2 B"),
]


@pytest.mark.parametrize("number", range(len(LAWS)))
def test_inverses_cancel(number: int) -> None:
    f, text = LAWS[number]
    A, B = sn.tensor("A", ("n", "n")), sn.tensor("B", ("n", "n"))
    C = sn.parameter("C", ("n", "n"))
    loss = np.sum(f(A, B) * C)
    assert sn.derive(loss, wrt=C).text() == f"∇_C(L) = {text}"


def test_facts_shorten_and_are_named() -> None:
    Q = sn.tensor("Q", ("n", "n"), assume={"orthogonal"})
    x, b = sn.parameter("x", ("n",)), sn.tensor("b", ("n",))
    d = sn.derive(np.sum((Q @ x - b) ** 2), wrt=x)
    assert d.text() == "∇_x(L) = 2(x − Qᵀ b)"
    assert "Q is orthogonal" in d.text("main")
    d.check()


def test_a_unit_vector_has_norm_1() -> None:
    u, x = sn.tensor("u", ("n",), assume={"unit"}), sn.parameter("x", ("n",))
    r = u * (u @ x)
    assert sn.derive(r @ r / 2, wrt=x).text() == "∇_x(L) = u uᵀ x"


def test_shapes_are_checked() -> None:
    with pytest.raises(ShapeError, match="a square matrix"):
        np.linalg.inv(sn.tensor("A", ("m", "n")))
    with pytest.raises(ShapeError, match="expected: a matrix"):
        np.linalg.det(sn.tensor("x", ("n",)))
    with pytest.raises(ShapeError, match="as many rows"):
        np.linalg.solve(sn.tensor("A", ("n", "n")), sn.tensor("b", ("m",)))
    with pytest.raises(UnsupportedError, match="tolerance"):
        np.linalg.pinv(sn.tensor("A", ("m", "n")), 1e-3)


@pytest.mark.parametrize(("name", "f", "array"), FUNCTIONS, ids=[f[0] for f in FUNCTIONS])
def test_compiled_is_interpreted(name: str, f: Callable[..., Any], array: Any) -> None:
    a = sn.parameter("A", tuple(array.shape))
    loss = np.sum(f(a) * np.asarray(rng.normal(size=f(array).shape)))
    gradient = sn.derive(loss, wrt=a).gradients[a]
    compiled = compile({"L": loss, "g": gradient})(A=array)
    np.testing.assert_allclose(compiled["L"], sn.evaluate(loss, A=array), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(compiled["g"], _value(gradient, A=array), rtol=1e-9, atol=1e-9)
