"""Products by mode: the laws of Kolda & Bader (2009), and numbers of entry after entry."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import ParseError
from symnn.notation import tree as t
from symnn.notation.evaluate import evaluate
from symnn.notation.parse import parse_text

RNG = np.random.default_rng(5)
SHAPES = {"G": (2, 3, 4), "X": (5, 6, 7), "A": (5, 2), "B": (6, 3), "C": (7, 4), "Q": (6, 2),
          "R": (7, 2)}  # fmt: skip
VALUES = {t.Sym(name): RNG.normal(size=shape) for name, shape in SHAPES.items()}


def value(text: str) -> np.ndarray:
    return evaluate(parse_text(text, list(VALUES)), VALUES, {})


def of(name: str) -> np.ndarray:
    return VALUES[t.Sym(name)]


def test_mode_products_contract_one_axis_each() -> None:
    expected = np.einsum("abc,ia,kc->ibk", of("G"), of("A"), of("C"))
    np.testing.assert_allclose(value("G ×₁ A ×₃ C"), expected)
    np.testing.assert_allclose(value("(G ×₃ C) ×₁ A"), expected)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(G ×₁ A ×₂ B ×₃ C)_(1)", "A G_(1) (C ⊗ B)ᵀ"),
        ("(G ×₁ A ×₂ B ×₃ C)_(2)", "B G_(2) (C ⊗ A)ᵀ"),
        ("(G ×₁ A ×₂ B ×₃ C)_(3)", "C G_(3) (B ⊗ A)ᵀ"),
        ("(R ⋄ Q)ᵀ (R ⋄ Q)", "(Rᵀ R) ⊙ (Qᵀ Q)"),
    ],
)
def test_the_laws_of_unfoldings(left: str, right: str) -> None:
    np.testing.assert_allclose(value(left), value(right))


def test_an_unfolding_times_a_khatri_rao_product() -> None:
    expected = np.einsum("ijk,jr,kr->ir", of("X"), of("Q"), of("R"))
    np.testing.assert_allclose(value("X_(1) (R ⋄ Q)"), expected)


@pytest.mark.parametrize("text", ["X_(0)", "X_(1/2)", "G ×₀ A", "G × A"])
def test_modes_count_from_one(text: str) -> None:
    with pytest.raises(ParseError):
        value(text)


def test_tucker_is_written_by_modes() -> None:
    a, b, c, m, n, k = sn.sizes("a b c m n k")
    G, X = sn.parameter("G", (a, b, c)), sn.tensor("X", (m, n, k))
    A, B, C = (sn.parameter(x, s) for x, s in zip("ABC", ((m, a), (n, b), (k, c)), strict=True))
    made = sn.named("T", sn.numpy.einsum("abc,ia,jb,kc->ijk", G, A, B, C))
    d = sn.derive(sn.numpy.sum((made - X) ** 2) / 2, wrt=[A, G])
    assert d.check().passed
    text = d.text("all")
    assert "T = G ×₁ A ×₂ B ×₃ C" in text
    assert "L = 1/2 ‖X − T‖_F²" in text
    assert "∇_A(L) = (T − X)_(1) (G ×₂ B ×₃ C)_(1)ᵀ" in text
    assert "∇_G(L) = (T − X) ×₁ Aᵀ ×₂ Bᵀ ×₃ Cᵀ" in text
