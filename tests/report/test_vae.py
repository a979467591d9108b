"""Exercise 4: what the page claims holds, with and without the images."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.derivation.derivation import derive
from symnn.report import phrases_vae_en, phrases_vae_fr, vae_demonstration
from symnn.report.sheet import Exercise, load_sheet
from symnn.report.slopes import slope_error
from symnn.report.solved import Solved
from symnn.report.vae_model import coder
from symnn.report.vae_part import solve_vae
from symnn.report.vae_training import MissingDataError
from symnn.report.words import Words
from symnn.text.phrases import placeholders

SIZES = ("N", "n", "h", "d")


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return next(e for e in load_sheet().exercises if e.kind == "generative")


@pytest.fixture(scope="module")
def solved(exercise: Exercise) -> Solved:
    return solve_vae(exercise, Words("fr"), 0)


def test_nothing_fails_and_the_accounts_are_exact(solved: Solved) -> None:
    assert solved.failures == []
    assert solved.answers["decomposition"] == {"remainder": "0"}
    assert solved.answers["kl"]["limit"] == "oo"
    assert solved.answers["gradient_estimators"]["variance_ratio"] > 1


def test_estimators_agree_with_the_exact_bound(solved: Solved) -> None:
    for row in solved.answers["estimators"]:
        assert abs(row["mean"] - row["exact"]) < 4.5 * row["standard_error"]


def test_gradients_agree_with_jax() -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    net = coder(*SIZES, variational=True)
    d = derive(net.values["L"])

    def loss(p, X, E):  # type: ignore[no-untyped-def]
        H = jnp.tanh(X @ p["W_1"] + p["b_1"])
        M, S = H @ p["W_mu"] + p["b_mu"], H @ p["W_s"] + p["b_s"]
        Z = M + jnp.exp(S / 2) * E
        logits = jnp.tanh(Z @ p["W_3"] + p["b_3"]) @ p["W_4"] + p["b_4"]
        R = jnp.sum(jnp.logaddexp(0, logits) - X * logits)
        return (R - 0.5 * jnp.sum(1 + S - M**2 - jnp.exp(S))) / len(X)

    for numbers in ({"N": 4, "n": 6, "h": 5, "d": 3}, {"N": 3, "n": 5, "h": 4, "d": 2}):
        rng = np.random.default_rng(0)
        p = {k: rng.standard_normal([numbers[str(s)] for s in x.sizes])
             for k, x in net.parameters.items()}  # fmt: skip
        X, E = (
            rng.random((numbers["N"], numbers["n"])),
            rng.standard_normal((numbers["N"], numbers["d"])),
        )
        expected = jax.grad(loss)(p, X, E)
        for name in p:
            _, found = sn.evaluate([net.values["L"], d.gradients[name]], {**p, "X": X, "E": E})
            np.testing.assert_allclose(found, expected[name], rtol=1e-10, atol=1e-12)


def test_the_autoencoder_is_derived_too() -> None:
    net = coder(*SIZES, variational=False)
    d = derive(net.values["L"])
    gradients = {n: d.gradients[n] for n in net.parameters}
    assert slope_error(net.values["L"], gradients, np.random.default_rng(0)) < 1e-6


def test_the_demonstration_tells_gains_and_losses(solved: Solved) -> None:
    verdicts = solved.answers["verdicts"]
    assert verdicts["vae.claim_prior"] == 3
    assert verdicts["vae.claim_reconstruction"] == 0
    rows = solved.answers["demonstration"]
    assert max(rows["prior"]["vae"]) < min(rows["prior"]["ae"])


def test_without_the_images_the_page_says_so(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingDataError("none")

    monkeypatch.setattr(vae_demonstration, "load_digits", missing)
    found = solve_vae(exercise, Words("en"), 0)
    assert found.failures == []
    assert found.answers["demonstration"] == "images not installed"
    assert "symnn[data]" in str(found.sections[-1].blocks)


def test_both_languages_have_the_same_phrases() -> None:
    en, fr = phrases_vae_en.PHRASES, phrases_vae_fr.PHRASES
    assert list(en) == list(fr)
    for key in en:
        assert sorted(placeholders(en[key])) == sorted(placeholders(fr[key])), key
