"""Expectations on the index form: against sampling, and where they must refuse."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symnn as sn
from symnn.core.errors import UnsupportedError
from symnn.probability.gaussian import frechet, kl, kl_to_standard, linear_model
from symnn.probability.moments import STANDARDISED, expectation, source, variance

SAMPLES = 200_000


def test_moments_of_a_quadratic_form_agree_with_sampling() -> None:
    e, W, m = source("e", ("d",)), sn.tensor("W", ("d", "d")), sn.tensor("m", ("d",))
    value = (e + m) @ W @ (e + m)
    rng = np.random.default_rng(0)
    given = {"W": rng.standard_normal((3, 3)), "m": rng.standard_normal(3)}
    draws = rng.standard_normal((SAMPLES, 3)) + given["m"]
    found = np.einsum("si,ij,sj->s", draws, given["W"], draws)
    mean = float(sn.evaluate(expectation(value, [e]), given))
    assert abs(found.mean() - mean) < 5 * found.std() / np.sqrt(SAMPLES)
    spread = float(sn.evaluate(variance(value, [e]), given))
    assert spread == pytest.approx(found.var(), rel=0.03)


def test_the_variance_of_a_scalar_product_is_its_width() -> None:
    q, k = (source(n, ("d_k",), kind=STANDARDISED) for n in "qk")
    assert variance(q @ k, [q, k]).text() == "d_k"
    assert expectation(q @ k, [q, k]).text() == "0"


def test_the_fourth_moment_needs_a_normal_source() -> None:
    e, u = source("e", ("d",)), source("u", ("d",), kind=STANDARDISED)
    w = sn.tensor("w", ("d",))
    w2 = float(sn.evaluate(expectation((w @ e) ** 4, [e]), w=[1.0, 2.0]))
    assert w2 == pytest.approx(3 * 25)
    with pytest.raises(UnsupportedError, match="at most two entries of u"):
        expectation((w @ u) ** 4, [u])


def test_no_polynomial_no_mean() -> None:
    e = source("e", ("d",))
    with pytest.raises(UnsupportedError, match="a polynomial in the sources"):
        expectation(np.sum(np.tanh(e)), [e])


def test_named_values_keep_their_names() -> None:
    e, x = source("e", ("d",)), sn.tensor("x", ("d",))
    h = sn.named("h", np.tanh(x))
    assert "h" in expectation(np.sum((h + e) ** 2), [e]).text(where=False)


def test_the_divergence_and_its_gradients() -> None:
    mu, s, e = sn.tensor("mu", ("d",)), sn.tensor("s", ("d",)), source("e", ("d",))
    z = mu + np.exp(s / 2) * e
    value = sn.named("D", expectation((np.sum(z * z) - np.sum(e * e) - np.sum(s)) / 2, [e]))
    d = sn.derive(value, wrt=[mu, s])
    assert d.gradients["mu"].text(where=False) == "μ"
    assert d.gradients["s"].text(where=False) == "1/2 (exp(s) − 1)"
    assert d.check().passed


def test_the_decomposition_of_the_evidence_is_exact() -> None:
    m = linear_model()
    rest = sp.expand_log(sp.expand(m.evidence - m.bound - m.gap), force=True)
    assert sp.simplify(rest) == 0
    here = {m.x: 1.5, m.w: 1.2, m.s: 0.64, m.m: 0.2, m.v: 0.7}
    exact = -0.5 * np.log(2 * np.pi * (1.44 + 0.64)) - 1.5**2 / 2 / (1.44 + 0.64)
    assert float(m.evidence.subs(here)) == pytest.approx(exact)
    assert float(m.gap.subs(here)) > 0


def test_full_gaussians_of_numbers() -> None:
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((50_000, 3))
    assert kl_to_standard(codes) < 1e-3
    moved = 2 * codes + 1
    one = float(kl(sp.Integer(1), sp.Integer(4), sp.Integer(0), sp.Integer(1)))
    assert kl_to_standard(moved) == pytest.approx(3 * one, rel=0.02)
    assert frechet(codes, moved) == pytest.approx(3 * (1 + 1), rel=0.03)
