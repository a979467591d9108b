"""The bound of the VAE: its exact account, the divergence, three estimators, two gradients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp

from symnn.derivation.derivation import derive
from symnn.derivation.names import Names
from symnn.lang.face import named, tensor
from symnn.notation import tree as t
from symnn.notation.layout import style
from symnn.notation.matrix import matrix_form
from symnn.probability.gaussian import EPSILON, Linear, density, kl, linear_model, mean
from symnn.probability.moments import expectation, source
from symnn.report.document import Answer, Block, Paragraph, Run, Runs, Table, formula
from symnn.report.steps_view import anchor
from symnn.report.vae_page import VaePage, symbolic

_SAMPLES = 20_000
_ERRORS = 4.5
_LIKELIHOOD = r"\text{E} [ \log p(x \mid z) ]"
_POINT = {"x": 1.5, "w": 1.2, "s": 0.64}
_GUESSES = {"vae.far": (0.2, 0.7), "vae.near": (0.87, 0.31)}


def bound_section(page: VaePage) -> tuple[str, list[Block]]:
    """The exact decomposition on a model where every integral can be done."""
    w, model = page.words, linear_model()
    rest = sp.expand(model.evidence - model.bound - model.gap)
    zero = sp.simplify(sp.expand_log(rest, force=True))
    page.ctx.answers["decomposition"] = {"remainder": str(zero)}
    here = page.ctx.next_number()
    claim = page.claim(0.0 if zero == 0 else np.inf, "vae.decomposition_checked")
    return w.title("vae.bound_title"), [
        Paragraph(w.runs("vae.jensen")),
        Paragraph(w.runs("vae.linear_model")),
        Paragraph((symbolic(model.reconstruction, _LIKELIHOOD, display=True),), display=True),
        Paragraph((symbolic(model.divergence, r"\text{KL}", display=True),), display=True),
        Paragraph((symbolic(model.posterior[0], r"\mu_{\text{post}}", display=True), "\u2003 ",
                   symbolic(model.posterior[1], r"v_{\text{post}}", display=True)), display=True),
        Answer(anchor(here), w.title("vae.decomposition_label"), None,
               w.runs("vae.decomposition"), None, here, claim),
    ]  # fmt: skip


def divergence_section(page: VaePage) -> tuple[str, list[Block]]:
    """KL by integration on one axis, by the moment rules on all; its gradients; its limit."""
    w = page.words
    m, v = sp.Symbol("mu", real=True), sp.Symbol("v", positive=True)
    scalar = kl(m, v, sp.Integer(0), sp.Integer(1))
    general = kl(m, v, sp.Symbol("mu_0", real=True), sp.Symbol("v_0", positive=True))
    latent = page.sizes[3]
    mu, s = tensor("mu", (latent,)), tensor("s", (latent,))
    e = source("epsilon", (latent,))
    z = mu + np.exp(s / 2) * e
    log_ratio = (np.sum(z * z) - np.sum(e * e) - np.sum(s)) / 2
    value = named("D", expectation(log_ratio, [e]))
    d = derive(value, wrt=[mu, s])
    error = d.check(draws=10, seed=page.ctx.seed).largest
    blocks: list[Block] = [
        Paragraph(w.runs("vae.kl_scalar")),
        Paragraph((symbolic(scalar, r"\text{KL}", display=True),), display=True),
        Paragraph(w.runs("vae.kl_general")),
        Paragraph((symbolic(general, r"\text{KL}", display=True),), display=True),
        Paragraph(w.runs("vae.kl_diagonal", z=page.printed(z, t.Sym("z", bold=True)),
                         s=t.Sym("s", bold=True))),
    ]  # fmt: skip
    rows = _divergence_rows(page, d.names, d, [mu, s])
    here = page.ctx.next_number()
    blocks.append(Answer(anchor(here), w.title("vae.kl_label"), None, rows, None, here,
                         page.claim(error, "vae.kl_checked", 1e-6)))  # fmt: skip
    limit = sp.limit(scalar, v, 0, "+")
    page.ctx.answers["kl"] = {"scalar": str(scalar), "limit": str(limit), "diagonal": value.text()}
    far, deviation = _sampled_divergence(page)
    blocks += [
        page.claim(deviation, "vae.kl_sampled", _ERRORS, samples=_SAMPLES,
                   value=w.number(far, 4)),
        Paragraph(w.runs("vae.limit", limit=symbolic(limit))),
    ]  # fmt: skip
    return w.title("vae.kl_title"), blocks


def _divergence_rows(page: VaePage, names: Names, d: object, wrt: list[object]) -> Runs:
    program = d.program  # type: ignore[attr-defined]
    known = {names(c.port): c.port.rank for c in program.inputs}
    trees = [t.Relation("=", names.loss, matrix_form(program.output.definition, names).tree)]
    for x in wrt:
        leaf = x.call.port  # type: ignore[attr-defined]
        value = matrix_form(d.cotangents[leaf].value, names).tree  # type: ignore[attr-defined]
        trees.append(t.Relation("=", t.Grad(names(leaf), names.loss), value))
    row: list[Run] = []
    for tree in trees:
        row += ["\u2003 "] * bool(row)
        row.append(formula(style(tree, known), page.words.lang, display=True))
    return tuple(row)


def _sampled_divergence(page: VaePage) -> tuple[float, float]:
    """(mean of log q - log p at samples, its distance from the closed form in standard errors)."""
    rng = page.ctx.rng(20)
    mu, s = rng.standard_normal(4), rng.standard_normal(4)
    e = rng.standard_normal((_SAMPLES, 4))
    z = mu + np.exp(s / 2) * e
    values = 0.5 * np.sum(z**2 - e**2 - s, axis=1)
    exact = 0.5 * float(np.sum(mu**2 + np.exp(s) - s - 1))
    error = float(np.std(values) / np.sqrt(_SAMPLES))
    return exact, abs(float(np.mean(values)) - exact) / error


# -- estimators ----------------------------------------------------------------------------------


def estimator_section(page: VaePage) -> tuple[str, list[Block]]:
    """Three rewrites of one bound, then two gradients of it, all by sampling."""
    w, model = page.words, linear_model()
    rows: list[tuple[Runs, ...]] = []
    worst, found = 0.0, []
    for key, guess in _GUESSES.items():
        exact = float(model.bound.subs(_values(model, guess)))
        for name, sample in _estimators(model, guess).items():
            values = sample(page.ctx.rng(21))
            error = float(np.std(values) / np.sqrt(_SAMPLES))
            worst = max(worst, abs(float(np.mean(values)) - exact) / error)
            rows.append(((w.text(key),), (w.text(name),),
                         (f"{w.number(float(np.mean(values)), 4)} ± {w.number(error, 1)}",),
                         (w.number(exact, 4),), (w.number(float(np.var(values)), 3),)))  # fmt: skip
            found.append({"q": key, "estimator": name, "mean": float(np.mean(values)),
                          "standard_error": error, "exact": exact})  # fmt: skip
    page.ctx.answers["estimators"] = found
    heads = (w.text("vae.guess"), w.text("vae.estimator"), w.text("vae.mean"),
             w.text("vae.exact"), w.text("attention.variance"))  # fmt: skip
    return w.title("vae.estimator_title"), [
        Paragraph(w.runs("vae.estimator_opening")),
        Paragraph(w.runs("vae.rewrite_naive"), bullet=True),
        Paragraph(w.runs("vae.rewrite_exact"), bullet=True),
        Paragraph(w.runs("vae.rewrite_path"), bullet=True),
        Table(heads, tuple(rows), caption=w.runs("vae.estimator_caption", samples=_SAMPLES)),
        page.claim(worst, "vae.estimator_checked", _ERRORS),
        Paragraph(w.runs("vae.estimator_reading")),
        *_gradient_estimators(page, model),
    ]


def _values(model: Linear, guess: tuple[float, float]) -> dict[sp.Symbol, float]:
    return {model.x: _POINT["x"], model.w: _POINT["w"], model.s: _POINT["s"],
            model.m: guess[0], model.v: guess[1]}  # fmt: skip


Sampler = Callable[[np.random.Generator], np.ndarray]


def _estimators(model: Linear, guess: tuple[float, float]) -> dict[str, Sampler]:
    """The three forms as functions of samples, made from the symbolic model."""
    z = sp.Symbol("z", real=True)
    here = _values(model, guess)
    like = density(model.x, model.w * z, model.s).subs(here)
    ratio = (density(z, model.m, model.v) - density(z, sp.Integer(0), sp.Integer(1))).subs(here)
    path = (density(model.x, model.w * (model.m + sp.sqrt(model.v) * EPSILON), model.s)
            - model.divergence).subs(here)  # fmt: skip
    naive = sp.lambdify(z, like - ratio, "numpy")
    exact = sp.lambdify(z, like - model.divergence.subs(here), "numpy")
    by_path = sp.lambdify(EPSILON, path, "numpy")
    m, v = guess
    return {
        "vae.naive": lambda rng: naive(rng.normal(m, np.sqrt(v), _SAMPLES)),
        "vae.exact_kl": lambda rng: exact(rng.normal(m, np.sqrt(v), _SAMPLES)),
        "vae.reparameterised": lambda rng: by_path(rng.standard_normal(_SAMPLES)),
    }


def _gradient_estimators(page: VaePage, model: Linear) -> list[Block]:
    """The derivative of the expected log-likelihood in mu: exact, by score, by path."""
    w = page.words
    guess = _GUESSES["vae.far"]
    here = _values(model, guess)
    z = sp.Symbol("z", real=True)
    like = density(model.x, model.w * z, model.s)
    score = like * sp.diff(density(z, model.m, model.v), model.m)
    path = sp.diff(like.subs(z, model.m + sp.sqrt(model.v) * EPSILON), model.m)
    exact = float(sp.diff(model.reconstruction, model.m).subs(here))
    unbiased = sp.simplify(mean(path) - sp.diff(model.reconstruction, model.m))
    e = page.ctx.rng(22).standard_normal(_SAMPLES)
    samples = {
        "vae.score": sp.lambdify(z, score.subs(here), "numpy")(guess[0] + np.sqrt(guess[1]) * e),
        "vae.path": sp.lambdify(EPSILON, path.subs(here), "numpy")(e),
    }
    rows: list[tuple[Runs, ...]] = []
    worst = 0.0 if unbiased == 0 else np.inf
    for key, values in samples.items():
        error = float(np.std(values) / np.sqrt(_SAMPLES))
        worst = max(worst, abs(float(np.mean(values)) - exact) / error)
        rows.append(((w.text(key),),
                     (f"{w.number(float(np.mean(values)), 4)} ± {w.number(error, 1)}",),
                     (w.number(exact, 4),), (w.number(float(np.var(values)), 3),)))  # fmt: skip
    ratio = float(np.var(samples["vae.score"]) / np.var(samples["vae.path"]))
    page.ctx.answers["gradient_estimators"] = {"variance_ratio": ratio}
    heads = (w.text("vae.estimator"), w.text("vae.mean"), w.text("vae.exact"),
             w.text("attention.variance"))  # fmt: skip
    return [
        Paragraph(w.runs("vae.gradient_opening")),
        Paragraph((symbolic(sp.simplify(path), display=True),), display=True),
        Table(heads, tuple(rows), caption=w.runs("vae.gradient_caption",
                                                 ratio=w.number(ratio, 2))),
        page.claim(worst, "vae.gradient_checked", _ERRORS),
    ]  # fmt: skip
