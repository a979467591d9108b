"""Rules have the names that a lecturer gives them, whatever the equation is called."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import symnn as sn
from symnn.text.phrases import phrase

LANGUAGES = ("en", "fr")


def vector(name: str) -> sn.Tensor:
    return sn.tensor(name, ("n",))


def square(name: str) -> sn.Tensor:
    return sn.tensor(name, ("n", "n"))


def rules(loss: sn.Tensor, wrt: sn.Tensor, lang: str = "en") -> tuple[str, str]:
    """The words for the loss, and for the gradient in a tensor that it reads."""
    steps = sn.derive(loss, wrt=wrt).steps
    last = next(s for s in reversed(steps) if s.kind == "forward")
    first = next(s for s in steps if s.kind == "gradient")
    return phrase(last.rule, lang), phrase(first.rule, lang)


def entries() -> tuple[sn.Tensor, sn.Tensor]:
    Y = sn.named("Y", square("X") + square("H"))
    return np.sum(Y * square("G")), Y


def linear() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return x @ sn.parameter("w", ("n",)), x


def quadratic() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return x @ square("A") @ x, x


def bilinear() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return vector("y") @ square("A") @ x, x


def inverted() -> tuple[sn.Tensor, sn.Tensor]:
    x, A = vector("x"), square("A")
    return x @ np.linalg.inv(A) @ x, A


def log_determinant() -> tuple[sn.Tensor, sn.Tensor]:
    A = square("A")
    return np.linalg.slogdet(A)[1], A


def norm() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return np.linalg.norm(x), x


def squared_norm() -> tuple[sn.Tensor, sn.Tensor]:
    A = square("A")
    return np.sum(A**2), A


def mean() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return np.mean(x), x


def total() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return np.sum(x), x


def trace() -> tuple[sn.Tensor, sn.Tensor]:
    A = square("A")
    return np.trace(A), A


def maximum() -> tuple[sn.Tensor, sn.Tensor]:
    x = vector("x")
    return np.max(x), x


def lasso() -> tuple[sn.Tensor, sn.Tensor]:
    w = sn.parameter("w", ("n",))
    return np.sum((square("X") @ w - vector("y")) ** 2) + np.sum(np.abs(w)), w


@pytest.mark.parametrize(("build", "english", "french"), [
    (entries, ("inner product", "derivative of a linear form"),
     ("produit scalaire", "dérivée d’une forme linéaire")),
    (linear, ("inner product", "derivative of a linear form"),
     ("produit scalaire", "dérivée d’une forme linéaire")),
    (quadratic, ("quadratic form", "derivative of a product"),
     ("forme quadratique", "dérivée d’un produit")),
    (bilinear, ("bilinear form", "derivative of a linear form"),
     ("forme bilinéaire", "dérivée d’une forme linéaire")),
    (inverted, ("quadratic form", "derivative of an inverse"),
     ("forme quadratique", "dérivée d’une inverse")),
    (log_determinant, ("log-determinant", "derivative of a log-determinant"),
     ("log-déterminant", "dérivée d’un log-déterminant")),
    (norm, ("norm", "derivative of a power"), ("norme", "dérivée d’une puissance")),
    (squared_norm, ("squared norm", "derivative of a square"),
     ("carré de la norme", "dérivée d’un carré")),
    (mean, ("mean", "derivative of a mean"), ("moyenne", "dérivée d’une moyenne")),
    (total, ("sum of the entries", "derivative of a sum"),
     ("somme des éléments", "dérivée d’une somme")),
    (trace, ("trace", "derivative of a sum"), ("trace", "dérivée d’une somme")),
    (maximum, ("maximum", "derivative of a maximum"), ("maximum", "dérivée d’un maximum")),
    (lasso, ("sum", "derivative of a sum"), ("somme", "dérivée d’une somme")),
])  # fmt: skip
def test_losses_are_named_by_what_they_are(
    build: Callable[[], tuple[sn.Tensor, sn.Tensor]],
    english: tuple[str, str],
    french: tuple[str, str],
) -> None:
    assert rules(*build()) == english
    assert rules(*build(), lang="fr") == french


def local_rules(loss: sn.Tensor, wrt: sn.Tensor) -> set[str]:
    steps = sn.derive(loss, wrt=wrt).steps
    return {s.rule for s in steps if s.kind == "local" and s.subject is wrt.call.port}


def test_only_a_product_with_a_parameter_is_a_layer() -> None:
    X, W = square("X"), sn.parameter("W", ("n", "n"))
    by_weights = sn.named("Z", X @ W)
    by_data = sn.named("Z", X @ square("Q"))
    assert local_rules(np.sum(by_weights**2), X) == {"rule.affine_input"}
    assert local_rules(np.sum(by_weights**2), W) == {"rule.affine_weights"}
    assert local_rules(np.sum(by_data**2), X) == {"rule.derivative_of_matrix_product"}


def test_a_division_is_no_entrywise_product() -> None:
    x, y = vector("x"), vector("y")
    d = sn.derive(np.sum(sn.named("r", x / y) ** 2), wrt=x)
    assert next(s.rule for s in d.steps if s.kind == "forward") == "rule.quotient"
    assert local_rules(d.loss, x) == {"rule.derivative_of_quotient"}


def test_without_a_batch_nothing_is_summed_over_one() -> None:
    x, c = vector("x"), sn.tensor("c", ())
    d = sn.derive(np.sum(sn.named("z", x - c) ** 3), wrt=c)
    assert [s.rule for s in d.steps if s.kind == "gradient"][-1] == "rule.sum_of_entries"
