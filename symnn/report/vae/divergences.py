"""The divergences of exercise 4: one axis by SymPy, then every law by the moment rules or a sum.

Law: each value is the mean of log q - log p taken by the program; each gradient is derived from it,
held to central differences, and the value to samples of the law with their standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp
from scipy import stats

from symnn.lang.face import Tensor, evaluate, named, tensor
from symnn.lang.functions import sigmoid, softmax
from symnn.probability import divergences as kl_of
from symnn.probability.gaussian import kl
from symnn.report.answers.steps_view import anchor
from symnn.report.printing.document import Answer, Block, Fold, Paragraph, Run
from symnn.report.vae.page import Derived, VaePage, symbolic

SAMPLES = 20_000
ERRORS = 4.5
_AXES = 4
DRAWS = 4
Numbers = dict[str, np.ndarray]


@dataclass(frozen=True)
class Law:
    """One divergence: its tensors, and how to draw numbers for it and samples of log q - log p."""

    key: str
    value: Tensor
    wrt: tuple[Tensor, ...]
    values: dict[str, Tensor]
    numbers: Callable[[np.random.Generator], Numbers]
    log_ratio: Callable[[Numbers, np.random.Generator], np.ndarray]


def divergence_section(page: VaePage) -> tuple[str, list[Block]]:
    """KL by integration on one axis, then for every law; gradients; samples."""
    w = page.words
    m, v = sp.Symbol("mu", real=True), sp.Symbol("v", positive=True)
    scalar = kl(m, v, sp.Integer(0), sp.Integer(1))
    general = kl(m, v, sp.Symbol("mu_0", real=True), sp.Symbol("v_0", positive=True))
    page.ctx.answers["kl"] = {
        "scalar": str(scalar), "general": str(general), "limit": str(sp.limit(scalar, v, 0, "+")),
    }  # fmt: skip
    return w.title("vae.kl_title"), [
        Paragraph(page.said("vae.kl_scalar")),
        Paragraph((symbolic(scalar, r"\mathrm{KL}", display=True),), display=True),
        Paragraph(page.said("vae.kl_general")),
        Paragraph((symbolic(general, r"\mathrm{KL}", display=True),), display=True),
        *(block for law in laws(page.sizes[3]) for block in _shown(page, law)),
        Paragraph(page.said("vae.kl_reading")),
    ]  # fmt: skip


def _shown(page: VaePage, law: Law) -> list[Block]:
    """What is computed and how, the result, two badges, the steps."""
    w = page.words
    d = page.derived(law.value, law.wrt, law.values, DRAWS)
    numbers = law.numbers(page.ctx.rng(20))
    mean, error, exact = _sampled(page, law, numbers)
    here = page.ctx.next_number()
    claim = page.claim(d.error, "vae.kl_checked", 1e-6, draws=DRAWS)
    page.ctx.answers["kl"][law.key] = {
        "value": law.value.text(),
        "gradients": {str(x.name): d.model.derivation.gradients[x].text() for x in law.wrt},
        "deviation": d.error, "sampled": mean, "standard_error": error, "exact": exact,
    }  # fmt: skip
    return [
        Paragraph(page.said(f"vae.kl_{law.key}")),
        Answer(anchor(here), w.title(f"vae.kl_{law.key}_label"), None, _rows(d, law.wrt), None,
               here, claim),
        page.claim(abs(mean - exact) / error, "vae.kl_sampled", ERRORS, samples=SAMPLES,
                   value=w.number(exact, 4)),
        Fold(w.title("vae.all_steps"), (d.steps(),)),
    ]  # fmt: skip


def _rows(d: Derived, wrt: Sequence[Tensor]) -> tuple[Run, ...]:
    row: list[Run] = []
    for name in d.model.values:
        row += ["\u2003 "] * bool(row) + [d.definition(name)]
    for x in wrt:
        row += ["\u2003 ", d.gradient(x)]
    return tuple(row)


def _sampled(page: VaePage, law: Law, numbers: Numbers) -> tuple[float, float, float]:
    """(mean of log q - log p at samples, its standard error, the closed form)."""
    values = law.log_ratio(numbers, page.ctx.rng(25))
    exact = float(evaluate(law.value, numbers))
    return float(np.mean(values)), float(np.std(values) / np.sqrt(len(values))), exact


# -- the laws ------------------------------------------------------------------------------------


def laws(latent: object) -> tuple[Law, ...]:
    """Gaussians with a diagonal, a full and a factored covariance; Bernoulli; categorical."""
    return (_diagonal(latent), _full(), _factored(), _bernoulli(), _categorical())


def _vector(name: str, size: object, latex: str = "") -> Tensor:
    return tensor(name, (size,), latex=latex or None)


def _matrix(name: str, size: object) -> Tensor:
    return tensor(name, (size, size), assume={"symmetric", "pd"})


def _definite(rng: np.random.Generator) -> np.ndarray:
    A = rng.standard_normal((_AXES, _AXES + 2))
    return A @ A.T / _AXES + 0.2 * np.eye(_AXES)


def _diagonal(latent: object) -> Law:
    mu, s = _vector("mu", latent), _vector("s", latent)
    axes = latent if isinstance(latent, int) else _AXES

    def log_ratio(x: Numbers, rng: np.random.Generator) -> np.ndarray:
        spread = np.exp(x["s"] / 2)
        z = x["mu"] + spread * rng.standard_normal((SAMPLES, axes))
        log_q = stats.norm.logpdf(z, x["mu"], spread)
        return np.sum(log_q - stats.norm.logpdf(z), axis=1)

    value = named("D", kl_of.gaussian_diagonal(mu, s))
    return Law("diagonal", value, (mu, s), {"D": value}, lambda rng: {
        "mu": rng.standard_normal(axes), "s": rng.standard_normal(axes),
    }, log_ratio)  # fmt: skip


def _full() -> Law:
    m, m0 = _vector("mu", "k"), _vector("mu_0", "k", r"\mu_0")
    S, P = _matrix("S", "k"), _matrix("P", "k")

    def log_ratio(x: Numbers, rng: np.random.Generator) -> np.ndarray:
        q = stats.multivariate_normal(x["mu"], x["S"])
        p = stats.multivariate_normal(x["mu_0"], np.linalg.inv(x["P"]))
        z = q.rvs(SAMPLES, random_state=rng)
        return np.asarray(q.logpdf(z) - p.logpdf(z))

    value = named("D", kl_of.gaussian_full(m, S, m0, P))
    return Law("full", value, (m, S), {"D": value}, lambda rng: {
        "mu": rng.standard_normal(_AXES), "mu_0": rng.standard_normal(_AXES),
        "S": _definite(rng), "P": _definite(rng),
    }, log_ratio)  # fmt: skip


def _factored() -> Law:
    m, L = _vector("mu", "k"), tensor("L", ("k", "k"))

    def log_ratio(x: Numbers, rng: np.random.Generator) -> np.ndarray:
        e = rng.standard_normal((SAMPLES, _AXES))
        z = x["mu"] + e @ x["L"].T
        q = stats.multivariate_normal(x["mu"], x["L"] @ x["L"].T)
        return np.asarray(q.logpdf(z) - np.sum(stats.norm.logpdf(z), axis=1))

    value = named("D", kl_of.gaussian_factor(m, L))
    return Law("factored", value, (m, L), {"D": value}, lambda rng: {
        "mu": rng.standard_normal(_AXES), "L": np.linalg.cholesky(_definite(rng)),
    }, log_ratio)  # fmt: skip


def _bernoulli() -> Law:
    a, p = _vector("a", "k"), _vector("p", "k")
    q = named("q", sigmoid(a))
    none = named("q_none", 1 - q, latex=r"\bar q")

    def log_ratio(x: Numbers, rng: np.random.Generator) -> np.ndarray:
        p, q = x["p"], 1 / (1 + np.exp(-x["a"]))
        z = rng.random((SAMPLES, _AXES)) < q
        return np.sum(stats.bernoulli.logpmf(z, q) - stats.bernoulli.logpmf(z, p), axis=1)

    value = named("D", kl_of.discrete((q, none), (p, 1 - p)))
    return Law("bernoulli", value, (none, q, a), {"q": q, "q_none": none, "D": value}, lambda rng: {
        "a": rng.standard_normal(_AXES), "p": rng.uniform(0.1, 0.9, _AXES),
    }, log_ratio)  # fmt: skip


def _categorical() -> Law:
    a, p = _vector("a", "k"), tensor("p", ("k",), assume={"simplex"})
    q = named("q", softmax(a))

    def log_ratio(x: Numbers, rng: np.random.Generator) -> np.ndarray:
        e = np.exp(x["a"])
        q = e / e.sum()
        return np.log(q / x["p"])[rng.choice(_AXES, SAMPLES, p=q)]

    value = named("D", kl_of.categorical(q, p))
    return Law("categorical", value, (q, a), {"q": q, "D": value}, lambda rng: {
        "a": rng.standard_normal(_AXES), "p": rng.dirichlet(np.ones(_AXES)),
    }, log_ratio)  # fmt: skip
