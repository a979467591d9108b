"""Jacobians and Hessians as matrices: the whole printed text, read back, has the value.

Row by row the matrix of a Jacobian is its array reshaped; column by column the axes of the output
and of what is differentiated are reversed first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.core.walk import leaves
from symnn.lang.call import opened
from symnn.notation.evaluate import evaluate
from symnn.notation.latex import to_latex
from symnn.notation.naming import default_name
from symnn.notation.parse import parse_text
from symnn.notation.traversal import walk
from symnn.notation.tree import Sym
from symnn.oracle import interpret
from symnn.text.symbols import symbol_from_identifier

from .judge import draw

X, A, B = sn.tensor("X", ("n", "m")), sn.tensor("A", ("n", "n")), sn.tensor("B", ("m", "p"))
C, S = sn.tensor("C", ("q", "n")), sn.tensor("S", ("n", "n"), assume={"symmetric"})
W, b, c = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",)), sn.parameter("c", ())
x, y, v = sn.tensor("x", ("n",)), sn.tensor("y", ("p",)), sn.tensor("v", ("m",))
M, U, V = sn.tensor("M", ("n", "m")), sn.parameter("U", ("n", "k")), sn.parameter("V", ("m", "k"))
SQUARES, FACTORS = np.sum((W @ x + b - y) ** 2), np.sum((M - U @ V.T) ** 2)
SIGMOID = np.sum((sn.sigmoid(W @ x + b) - y) ** 2)

CASES: dict[str, tuple[Callable[[], Any], str]] = {
    "d XᵀX": (lambda: sn.jacobian(X.T @ X, X), "(𝐈_{m²} + 𝐊_{m×m}) (Xᵀ ⊗ 𝐈_m)"),
    "d XXᵀ": (lambda: sn.jacobian(X @ X.T, X), "(𝐈_{n²} + 𝐊_{n×n}) (𝐈_n ⊗ X)"),
    "d XᵀAX": (lambda: sn.jacobian(X.T @ A @ X, X),
               "(Xᵀ A) ⊗ 𝐈_m + 𝐊_{m×m} ((A X)ᵀ ⊗ 𝐈_m)"),
    "d AᵀA − AAᵀ": (lambda: sn.jacobian(X.T @ X - 3 * (B @ B.T), X),
                    "(𝐈_{m²} + 𝐊_{m×m}) (Xᵀ ⊗ 𝐈_m)"),
    "d A − Aᵀ": (lambda: sn.jacobian(A - A.T, A), "𝐈_{n²} − 𝐊_{n×n}"),
    "d CXB": (lambda: sn.jacobian(C @ X @ B, X), "C ⊗ Bᵀ"),
    "d Xᵀ": (lambda: sn.jacobian(X.T, X), "𝐊_{n×m}"),
    "d CXᵀ": (lambda: sn.jacobian(B.T @ (C @ X).T, X), ""),
    "d inverse": (lambda: sn.jacobian(np.linalg.inv(A), A), "−A⁻¹ ⊗ A⁻ᵀ"),
    "d power": (lambda: sn.jacobian(A @ A @ A, A), "A ⊗ Aᵀ + 𝐈_n ⊗ (Aᵀ)² + A² ⊗ 𝐈_n"),
    "d Xᵀx": (lambda: sn.jacobian(X.T @ x, X), "xᵀ ⊗ 𝐈_m"),
    "d xvᵀ": (lambda: sn.jacobian(np.outer(x, v), v), "x ⊗ 𝐈_m"),
    "H_WW": (lambda: sn.hessian(SQUARES, W), "2(𝐈_p ⊗ (x xᵀ))"),
    "H_Wb": (lambda: sn.hessian(SQUARES, W, b), "2(𝐈_p ⊗ x)"),
    "H_bW": (lambda: sn.hessian(SQUARES, b, W), "2(𝐈_p ⊗ xᵀ)"),
    "H_Wx": (lambda: sn.hessian(SQUARES, W, x), "2((W x + b − y) ⊗ 𝐈_n + W ⊗ x)"),
    "H_xW": (lambda: sn.hessian(SQUARES, x, W), ""),
    "H_UU": (lambda: sn.hessian(FACTORS, U), "2(𝐈_n ⊗ (Vᵀ V))"),
    "H_UV": (lambda: sn.hessian(FACTORS, U, V),
             "2(𝐊_{k×n} (Vᵀ ⊗ U) − (M − U Vᵀ) ⊗ 𝐈_k)"),
    "sigmoid": (lambda: sn.hessian(SIGMOID, W), ""),
    "quadratic": (lambda: sn.hessian(np.trace(X.T @ S @ X), X), "2(S ⊗ 𝐈_m)"),
}  # fmt: skip


def read_back(text: str, nodes: Sequence[Any], extra: Sequence[Sym], seed: int) -> tuple[Any, Any]:
    """The text evaluated, and the values of the nodes, at random sizes."""
    joint = sn.numpy.concatenate([np.ravel(n) for n in nodes]) if len(nodes) > 1 else nodes[0]
    whole = opened([joint.call])[joint.call]
    values, sizes = draw(whole, [3, 4, 5, 6, 7, 2] if seed else [5, 3, 4, 2, 6, 7], seed)
    found = [interpret([opened([n.call])[n.call]], values, sizes)[0] for n in nodes]
    bound = {default_name(leaf): value for leaf, value in values.items() if leaf in leaves([whole])}
    symbols = [*bound, *(symbol_from_identifier(s.name) for s in sizes), *extra]
    tree = parse_text(text, symbols)
    return evaluate(tree, bound, {str(s): n for s, n in sizes.items()}), found


def as_matrix(array: Any, rows: int, vec: str) -> Any:
    if vec == "columns":
        axes = [*range(rows)[::-1], *range(rows, array.ndim)[::-1]]
        array = array.transpose(axes)
    return array.reshape(int(np.prod(array.shape[:rows])), -1)


@pytest.mark.parametrize("vec", ["rows", "columns"])
@pytest.mark.parametrize("name", CASES)
def test_the_printed_matrix_has_the_value_of_the_derivative(name: str, vec: str) -> None:
    make, wanted = CASES[name]
    value = make()
    text = value.text(vec=vec)
    if vec == "rows" and wanted:
        assert text.split("\n")[0] == wanted
    assert f'"vec goes {vec[:-1]} by {vec[:-1]}"' in text
    rows = value.call.attrs["of"][0].ndim
    extra = [s for b in leaves([value.call.body]) if isinstance(s := default_name(b), Sym)]
    for seed in range(2):
        names = [
            *extra,
            Sym("p", sub="1"),
            *map(symbol_from_identifier, ("u", "u_1", "h", "delta")),
        ]
        found, (array,) = read_back(text, [value], names, seed)
        expected = as_matrix(array, rows, vec)
        np.testing.assert_allclose(found.reshape(expected.shape), expected, atol=1e-9)


def test_the_differential_form_has_the_value_of_the_jacobian_in_a_direction() -> None:
    form = sn.jacobian(X.T @ A @ X, X).text(form="differential")
    assert form == "Xᵀ A dX + (dX)ᵀ A X"
    with pytest.raises(UnsupportedError, match="only a Jacobian"):
        SQUARES.text(form="differential")
    with pytest.raises(UnsupportedError, match="there is: vec rows, columns"):
        SQUARES.text(vec="diagonal")


BLOCKS: dict[str, tuple[Any, list[Any]]] = {
    "affine": (SQUARES, [W, b]),
    "bias first": (SQUARES, [b, W]),
    "sigmoid": (SIGMOID, [W, b]),
    "factors": (FACTORS, [U, V]),
    "weights and input": (SQUARES, [W, x]),
    "a number": (SQUARES + c * np.sum(W) + c**3, [W, c, b]),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_the_block_matrix_has_the_value_of_its_blocks(name: str) -> None:
    loss, wrt = BLOCKS[name]
    H = sn.hessian(loss, wrt)
    tree = H.tree()
    text = H.text()
    pieces = [s for s in walk(tree) if isinstance(s, Sym) and s.base == "H"]
    names = [*pieces, *map(symbol_from_identifier, ("u", "u_1", "h", "delta"))]
    blocks = [[H[p, q] for q in wrt] for p in wrt]
    found, values = read_back(text, [x for row in blocks for x in row], names, 1)
    flat = iter(values)
    expected = np.block([[as_matrix(next(flat), p.ndim, "rows") for _ in wrt] for p in wrt])
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert r"\begin{bmatrix}" in to_latex(tree)


def test_blocks_are_asked_for_by_their_tensors() -> None:
    H = sn.hessian(SQUARES, [W, b])
    assert H[W, b].sizes == sn.hessian(SQUARES, W, b).sizes
    with pytest.raises(UnknownNameError, match="no block of x; there is: W, b"):
        H[W, x]
    with pytest.raises(UnsupportedError, match="in one list"):
        sn.hessian(SQUARES, [W], b)
