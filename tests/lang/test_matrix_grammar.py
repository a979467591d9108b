"""The matrix grammar: what is typed evaluates to what it says; errors point at the column."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnn as sn
from symnn.core.errors import ParseError, ShapeError, SymnnError

rng = np.random.default_rng(3)
A, B, X = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=(3, 4))
W, Y = rng.normal(size=(4, 2)), rng.normal(size=(3, 2))
x, y, u, v = (rng.normal(size=4) for _ in range(4))
z = rng.normal(size=3)
VALUES = {
    "A": A, "B": B, "X": X, "W": W, "Y": Y, "x": x, "y": y, "u": u, "v": v, "z": z,
    "b": np.array([0.3, -0.2]), "c": np.array(0.7), "alpha": np.array(1.3),
}  # fmt: skip


def _softmax(scores: Any) -> Any:
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


CASES = [
    ("x'*A*x", x @ A @ x),
    ("x'*A*x + c*sin(y)'*x", x @ A @ x + 0.7 * np.sin(y) @ x),
    ("norm2(X*x - z)^2", np.sum((X @ x - z) ** 2)),
    ("norm1(x)", np.abs(x).sum()),
    ("norm2(X)", np.linalg.norm(X)),
    ("tr(A*B')", np.trace(A @ B.T)),
    ("det(A)", np.linalg.det(A)),
    ("logdet(A)", np.linalg.slogdet(A)[1]),
    ("inv(A)*x", np.linalg.solve(A, x)),
    ("A^-1", np.linalg.inv(A)),
    ("A^3", A @ A @ A),
    ("A.^2", A**2),
    ("2^c", 2**0.7),
    ("x*y'", np.outer(x, y)),
    ("x.*y./u", x * y / u),
    ("diag(x)*A", np.diag(x) @ A),
    ("diag(A)", np.diag(A)),
    ("sum(exp(-x) + vector(1))", np.sum(np.exp(-x) + 1)),
    ("tr(A*(A + matrix(c)))", np.trace(A @ (A + 0.7))),
    ("A + alpha*eye", A + 1.3 * np.eye(4)),
    ("x - 2", x - 2),
    ("-x.^2", -(x**2)),
    ("2 - -c", 2.7),
    ("(x'*y)/(norm2(x)*norm2(y))", x @ y / np.linalg.norm(x) / np.linalg.norm(y)),
    ("softmax(X*W)", _softmax(X @ W)),
    ("softmax(x)", _softmax(x)),
    ("X*W + b'", X @ W + [0.3, -0.2]),
    ("logsumexp(X)", np.log(np.exp(X).sum(1))),
    ("rowsum(X)", X.sum(1)),
    ("max(x, y)", np.maximum(x, y)),
    ("relu(x)' * step(y)", np.maximum(x, 0) @ (y > 0)),
    ("mean(X)", X.mean()),
    ("sqrt(abs(x))", np.sqrt(np.abs(x))),
    ("h = tanh(X*x); norm2(h - z)^2", np.sum((np.tanh(X @ x) - z) ** 2)),
    ("h = x'\nh*A", x @ A),
    ("# least squares\nnorm2(X*x - z)", np.linalg.norm(X @ x - z)),
    ("1e-2*c + .5", 0.507),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[c[0] for c in CASES])
def test_text_evaluates_to_what_it_says(text: str, expected: Any) -> None:
    given = {"c": ""} if "c" in text.split("*sin", maxsplit=1)[0] else {}
    value = sn.parse(text, b="k", **given) if "b'" in text else sn.parse(text, **given)
    names = {n.name for n in _leaves(value)}
    found = sn.evaluate(value, {k: v for k, v in VALUES.items() if k in names})
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def _leaves(value: Any) -> list[Any]:
    from symnn.lang.binding import leaf_calls

    return leaf_calls([value.call])


def test_declared_sizes_facts_and_parameters_reach_the_tensors() -> None:
    value = sn.parse("X: matrix(N,d); S: pd matrix(d); w: parameter vector(d)\nX*S*w")
    leaves = {c.name: c.port for c in _leaves(value)}
    assert list(map(str, leaves["X"].sizes)) == ["N", "d"]
    assert leaves["S"].facts == {"pd"}
    assert leaves["w"].role == "parameter"


def test_given_sizes_may_be_numbers_or_tensors() -> None:
    V = sn.parameter("V", ("m", 3))
    value = sn.parse("V*x", V=V, x="3")
    assert list(map(str, value.sizes)) == ["m"]


def test_intermediates_are_named_in_the_gradient() -> None:
    loss = sn.parse("z = W*x + b; norm2(z - y)^2", wrt="W", W="m n", b="m", y="m")
    assert sn.derive(loss).text() == "∇_W(L) = 2(z − y) xᵀ"


def test_an_undeclared_letter_is_a_scalar_only_where_a_vector_does_not_fit() -> None:
    leaves = {c.name: c.port.rank for c in _leaves(sn.parse("a'*x + b*x'*x"))}
    assert leaves == {"a": 1, "x": 1, "b": 0}


ERRORS = [
    ("norm2(W*x + ", ParseError, 12, "expected a number, a name or a parenthesis"),
    ("foo(x)", ParseError, 0, "unknown function foo; there is: abs, "),
    ("y + ln(x)", ParseError, 4, "fix: write log(x)"),
    ("tr(sgm(A))", ParseError, 3, "unknown function sgm"),
    ("softmx(x)", ParseError, 0, "fix: write softmax(...)"),
    ("x × y", ParseError, 2, "fix: write * for a product"),
    ("A@x", ParseError, 1, "fix: write * for a product"),
    ("x**2", ParseError, 1, "fix: write ^, or .^"),
    ("x^T*y", ShapeError, 1, "fix: write x' for the transpose"),
    ("x.T", ParseError, 1, "fix: write x' for the transpose"),
    ("2x", ParseError, 1, "fix: write * between factors"),
    ("W*x+b)", ParseError, 5, "fix: leave it out, or open one before"),
    ("1e400*x", ParseError, 0, "at most 308 digits"),
    ("sin(x,y)", ShapeError, 0, "sin takes 1 argument"),
    ("x ? y", ParseError, 2, "'?' is not part of the grammar"),
    ("X: matrx(n)", ParseError, 3, "unknown kind 'matrx'"),
    ("X: matrix(n); X: vector(n); X", ParseError, 14, "X is declared twice"),
    ("(x + y", ParseError, 6, "expected ')' to close the parenthesis, found the end"),
    ("x y", ParseError, 2, "expected an operator, ';' or the end, found 'y'"),
    ("x*y", ShapeError, 1, "fix: write .* for entries"),
    ("inv(x)", ShapeError, 0, "inv needs a square matrix"),
    ("x'*y/z", ShapeError, 4, "only a scalar divides"),
    ("A + A*x", ShapeError, 2, "+ needs operands of one shape"),
    ("A: matrix(m,n); x: vector(m); A*x", ShapeError, 31, "found: n against m"),
    ("A^x", ShapeError, 1, "the exponent of ^ is a scalar"),
    ("A^0.5", ParseError, 1, "a whole number"),
]


@pytest.mark.parametrize(("text", "kind", "column", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors_point_at_the_column(text: str, kind: Any, column: int, message: str) -> None:
    with pytest.raises(kind) as info:
        sn.parse(text)
    lines = str(info.value).splitlines()
    assert lines[1] == " " * column + "^"
    assert message in str(info.value)


def test_greek_letters_are_names() -> None:
    loss = sn.parse("λ*norm2(w)^2 + lambda_1*norm1(w)", wrt="w")
    assert sn.derive(loss).text() == "∇_w(L) = λ_1 sign(w) + 2 λ w"


def test_text_is_never_evaluated() -> None:
    with pytest.raises(SymnnError):
        sn.parse("__import__('os').system('true')")


@given(st.text("AXxyab*+-./^'(),;:= 12\n", max_size=24))
@settings(max_examples=300, deadline=None)
def test_any_text_parses_or_raises_one_error(text: str) -> None:
    with contextlib.suppress(SymnnError):  # anything else fails the test
        sn.parse(text)
