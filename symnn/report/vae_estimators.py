"""The estimator of the bound in three rewrites, and two gradients of it, all by sampling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp

from symnn.probability.gaussian import EPSILON, Linear, density, linear_model, mean
from symnn.report.document import Block, Paragraph, Runs, Table
from symnn.report.vae_bound import POINT as _POINT
from symnn.report.vae_divergences import ERRORS as _ERRORS
from symnn.report.vae_divergences import SAMPLES as _SAMPLES
from symnn.report.vae_page import VaePage, symbolic

_GUESSES = {"vae.far": (0.2, 0.7), "vae.near": (0.87, 0.31)}


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
