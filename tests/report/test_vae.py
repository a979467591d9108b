"""Exercise 4: what the page claims holds, with and without the images."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import symnn as sn
from symnn.derivation.derivation import derive
from symnn.importers.data import DataError
from symnn.report.answers.slopes import slope_error
from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise, load_sheet
from symnn.report.vae import demonstration as vae_demonstration
from symnn.report.vae.model import coder
from symnn.report.vae.part import solve_vae
from symnn.report.words import Words

SIZES = ("N", "n", "h", "d")


pytestmark = pytest.mark.xdist_group("vae")  # its page is made once


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


def test_the_bound_comes_line_by_line_and_loses_the_divergence(solved: Solved) -> None:
    bound = solved.answers["bound"]
    assert len(bound["lines"]) == 9
    assert len(bound["account"]) == 7
    assert bound["lines"][4] in bound["account"][-1]
    assert bound["evidence"] - bound["bound"] == pytest.approx(bound["lost"], abs=1e-10)
    assert solved.answers["jensen"]["proved"] is True


@pytest.mark.parametrize("law", ["diagonal", "full", "factored", "bernoulli", "categorical"])
def test_every_divergence_agrees_with_samples_of_its_law(solved: Solved, law: str) -> None:
    row = solved.answers["kl"][law]
    assert row["deviation"] < 1e-6
    assert abs(row["sampled"] - row["exact"]) < 4.5 * row["standard_error"]
    assert 0 < row["standard_error"] < 0.1 * row["exact"]


def test_gradients_of_the_divergences_are_the_short_ones(solved: Solved) -> None:
    kl = solved.answers["kl"]
    assert kl["diagonal"]["gradients"] == {"mu": "μ", "s": "1/2 (exp(s) − 1)"}
    assert kl["full"]["gradients"] == {"mu": "P (μ − μ_0)", "S": "1/2 (P − S⁻¹)"}
    assert kl["factored"]["gradients"] == {"mu": "μ", "L": "L − L⁻ᵀ"}


def test_densities_expand_to_the_losses(solved: Solved) -> None:
    found = solved.answers["likelihood"]
    x, o, s, ell = sp.symbols("x o s ell", real=True)
    given = {"x": x, "o": o, "s": s, "ell": ell}

    def same(text: str, expected: sp.Expr) -> bool:
        return sp.simplify(sp.expand_log(sp.sympify(text, given) - expected, force=True)) == 0

    assert same(found["bernoulli"], sp.log(1 + sp.exp(o)) - x * o)
    assert same(found["fixed"], (x - o) ** 2 / (2 * s) + sp.log(2 * sp.pi * s) / 2)
    assert same(found["learned"], ((x - o) ** 2 * sp.exp(-ell) + ell + sp.log(2 * sp.pi)) / 2)
    assert found["bernoulli_gradients"] == {"o": "sigmoid(o) − x"}
    assert found["variance"]["best"] == "Q/n"


@pytest.mark.parametrize("size", [3, 6])
def test_reconstruction_gradients_agree_with_jax(size: int) -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp, log_pdf = jax.numpy, jax.scipy.stats.norm.logpdf
    x, o, ell = (sn.tensor(name, ("n",)) for name in ("x", "o", "ell"))
    rng = np.random.default_rng(size)
    given = {"x": rng.random(size), "o": rng.standard_normal(size),
             "ell": rng.standard_normal(size)}  # fmt: skip
    learned = sn.named("R", np.sum((x - o) ** 2 * np.exp(-ell) + ell) / 2)
    logits = sn.named("R", np.sum(np.logaddexp(0, o) - x * o))
    for loss, wrt, judge in (
        (learned, [o, ell], lambda x, o, ell: -jnp.sum(log_pdf(x, o, jnp.exp(ell / 2)))),
        (logits, [o], lambda x, o, ell: -jnp.sum(
            x * jax.nn.log_sigmoid(o) + (1 - x) * jax.nn.log_sigmoid(-o))),
    ):  # fmt: skip
        d = derive(loss, wrt=wrt)
        mine = {k: v for k, v in given.items() if k != "ell" or loss is learned}
        expected = jax.grad(judge, argnums=(1, 2))(*given.values())
        for tensor, slope in zip(wrt, expected, strict=False):
            _, found = sn.evaluate([loss, d.gradients[tensor]], mine)
            np.testing.assert_allclose(found, slope, rtol=1e-10, atol=1e-12)


def test_the_linear_model_has_its_optimum_and_its_limit(solved: Solved) -> None:
    best = solved.answers["optimum"]
    assert set(best["w_squared"]) == {"0", "c - s"}
    for row in best["searched"]:
        assert row["w2_found"] == pytest.approx(max(row["c"] - row["s"], 0), abs=1e-6)
        assert abs(row["gap"]) < 1e-8
    limit = solved.answers["limit"]
    assert (limit["code"], limit["variance"]) == ("x/w", "0")
    assert (limit["divergence"], limit["weighted"]) == ("oo", "0")


def test_beta_trades_reconstruction_for_divergence(solved: Solved) -> None:
    beta = solved.answers["beta"]
    assert beta["ordered"] == 3
    assert max(beta["trained"]["4.0"]["rate"]) < 0.1


def test_the_map_of_codes_is_drawn_and_measured(solved: Solved) -> None:
    found = solved.answers["latent_map"]
    assert found["vae"]["inside"] > found["ae"]["inside"]
    assert min(row["accuracy"] for row in found.values()) > 0.5


@pytest.mark.parametrize("beta", [1, 0.25])
def test_gradients_agree_with_jax(beta: float) -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    net = coder(*SIZES, variational=True, beta=beta)
    d = derive(net.values["L"])

    def loss(p, X, E):  # type: ignore[no-untyped-def]
        H = jnp.tanh(X @ p["W_1"] + p["b_1"])
        M, S = H @ p["W_mu"] + p["b_mu"], H @ p["W_s"] + p["b_s"]
        Z = M + jnp.exp(S / 2) * E
        logits = jnp.tanh(Z @ p["W_3"] + p["b_3"]) @ p["W_4"] + p["b_4"]
        R = jnp.sum(jnp.logaddexp(0, logits) - X * logits)
        return (R - beta * 0.5 * jnp.sum(1 + S - M**2 - jnp.exp(S))) / len(X)

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
    assert verdicts["vae.claim_straight"] == 3
    assert all(x >= 1 for kind in ("ae", "vae") for x in rows["bend"][kind])


@pytest.mark.slow
def test_without_the_images_the_page_says_so(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise DataError("none")

    monkeypatch.setattr(vae_demonstration, "load_digits", missing)
    found = solve_vae(exercise, Words("en"), 0)
    assert found.failures == []
    assert found.answers["demonstration"] == "images not installed"
    assert any("symnn[data]" in str(section.blocks) for section in found.sections)
    assert "trained" not in found.answers["beta"]
