"""Structured matrices: the rule is a step, and is the slope along the moves that keep them."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.derivation import structured
from symnn.derivation.structured import STRUCTURES, Structure


def quadratic(fact: str) -> sn.Derivation:
    A, x = sn.parameter("A", ("n", "n"), assume={fact}), sn.tensor("x", ("n",))
    return sn.derive(x @ A @ A @ x, wrt=A, structured=True)


def log_density() -> sn.Derivation:
    A, x = sn.parameter("A", ("n", "n"), assume={"pd"}), sn.tensor("x", ("n",))
    loss = np.linalg.slogdet(A)[1] + x @ np.linalg.inv(A) @ x
    return sn.derive(loss, wrt=A, structured=True)


@pytest.mark.parametrize(
    ("build", "answer"),
    [
        (lambda: quadratic("symmetric"), "2(A x xᵀ + x xᵀ A) − 2 diag(x ⊙ (A x))"),
        (lambda: quadratic("diagonal"), "2 diag(x ⊙ (A x))"),
        (log_density, "2(A⁻¹ − A⁻¹ x xᵀ A⁻¹) + diag((A⁻¹ x) ⊙ (A⁻¹ x) − diag(A⁻¹))"),
    ],
)
def test_the_answer_follows_from_the_ambient_gradient(build, answer: str) -> None:
    d = build()
    steps = [s for s in d.steps if s.kind in ("answer", "structured")]
    assert [s.level for s in steps] == ["main", "answer"]
    assert steps[1].refs == [steps[0]]
    first, *rest = d.text().splitlines()
    assert first.endswith(f" = {answer}")
    assert first.startswith("dL / dA = ∇_A")
    assert rest[0].startswith("  where ∇_A = ") or not rest
    checks = {c.subject: c for c in d.check().checks}
    assert "central differences" in checks["d_A"].method
    assert checks["d_A"].error < 1e-6


def test_the_reason_names_the_two_entries_in_both_languages() -> None:
    d = quadratic("symmetric")
    assert "A_{k,l} and A_{l,k} are one variable" in d.text("main")
    assert "A_{k,l} et A_{l,k} sont une seule variable" in d.text("main", "fr")
    assert r"\frac{\mathrm{d} L}{\mathrm{d} A}" in d.latex()


def test_the_derived_gradient_has_the_structure() -> None:
    d = quadratic("symmetric")
    values = {"A": np.array([[1.0, 2.0], [2.0, -1.0]]), "x": np.array([0.5, 2.0])}
    found = sn.evaluate(d.gradients["A"], values)
    assert np.array_equal(found, found.T)


def test_the_ambient_rule_fails_the_check(monkeypatch) -> None:
    """Taking the ambient gradient for the answer deviates along the moves that keep A."""
    symmetric = next(s for s in STRUCTURES if s.name == "symmetric")
    mutant = Structure(symmetric.name, symmetric.facts, lambda g: symmetric.parts(g)[:1],
                       symmetric.written, symmetric.directions)  # fmt: skip
    monkeypatch.setattr(structured, "STRUCTURES", (mutant,))
    with pytest.raises(sn.CheckError):
        quadratic("symmetric").check()
