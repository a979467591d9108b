"""Shape lines: the shapes of the factors of the top product, then of the whole."""

from __future__ import annotations

import pytest

from symnn.core.errors import UnknownNameError
from symnn.notation.parse import parse_text
from symnn.notation.shapes import shape_line, shape_of, shape_text
from symnn.notation.tree import Num, Sym

n, p, N = Sym("n"), Sym("p"), Sym("N")
SHAPES = {
    Sym("W"): (p, n), Sym("x"): (n,), Sym("b"): (p,), Sym("delta"): (p,), Sym("X"): (N, n),
    Sym("D"): (N, p), Sym("A"): (n, n), Sym("a"): (),
}  # fmt: skip

CASES = [
    ("δ xᵀ", "(p × 1)(1 × n) = (p × n)"),
    ("2 δ xᵀ / N", "(p × 1)(1 × n) = (p × n)"),
    ("Wᵀ δ", "(n × p)(p × 1) = (n × 1)"),
    ("W x + b", "(p × 1) + (p × 1) = (p × 1)"),
    ("δ ⊙ (1 − tanh(b))", "(p × 1) ⊙ (p × 1) = (p × 1)"),
    ("Dᵀ X", "(p × N)(N × n) = (p × n)"),
    ("Dᵀ 𝟏_N", "(p × N)(N × 1) = (p × 1)"),
    ("xᵀ A x", "(1 × n)(n × n)(n × 1) = (1 × 1)"),
    ("diag(x) A", "(n × n)(n × n) = (n × n)"),
    ("𝐈_p ⊗ xᵀ", "(p × p n)"),
    ("‖x‖²", "(1 × 1)"),
    ("X_1", "(n × 1)"),
    ("colmean(X)", "(n × 1)"),
]


@pytest.mark.parametrize(("text", "line"), CASES, ids=[t for t, _ in CASES])
def test_the_shape_line_of(text: str, line: str) -> None:
    tree = parse_text(text, [*SHAPES, n, p, N])
    assert shape_text(shape_line(tree, SHAPES)) == line


def test_a_name_without_shape_is_an_error_that_lists_the_names() -> None:
    with pytest.raises(UnknownNameError, match=r"no shape for y; shapes are given for W, x"):
        shape_of(Sym("y"), SHAPES)


def test_a_number_has_no_axes() -> None:
    assert shape_of(Num(3), SHAPES) == ()
