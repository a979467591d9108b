"""The estimator of the bound in three rewrites, and two gradients of it, all by sampling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp

from symnn.probability.gaussian import EPSILON, Linear, density, linear_model, mean
from symnn.report.printing.document import Block, Paragraph, Runs, Table
from symnn.report.vae.bound import POINT as _POINT
from symnn.report.vae.divergences import ERRORS as _ERRORS
from symnn.report.vae.divergences import SAMPLES as _SAMPLES
from symnn.report.vae.page import VaePage, set_latex, symbolic

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
        Paragraph(page.said("vae.rewrite_naive"), bullet=True),
        Paragraph(page.said("vae.rewrite_exact"), bullet=True),
        Paragraph(page.said("vae.rewrite_path"), bullet=True),
        Table(heads, tuple(rows), caption=w.runs("vae.estimator_caption", samples=_SAMPLES)),
        page.claim(worst, "vae.estimator_checked", _ERRORS),
        Paragraph(page.said("vae.estimator_reading")),
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
    """The derivatives of the expected log-likelihood: exact, by score, by path."""
    w = page.words
    guess = _GUESSES["vae.far"]
    rows: list[tuple[Runs, ...]] = []
    shown: list[Paragraph] = []
    worst, found = 0.0, {}
    for name, by in _slopes(model).items():
        score, path = _both(model, by)
        exact = by(model.reconstruction)
        code = model.m + sp.sqrt(model.v) * EPSILON
        for integrand in (path, score.subs(_Z, code)):
            worst = max(worst, 0.0 if sp.simplify(mean(integrand) - exact) == 0 else np.inf)
        here = _values(model, guess)
        e = page.ctx.rng(22).standard_normal(_SAMPLES)
        samples = {
            "vae.score": sp.lambdify(_Z, score.subs(here), "numpy")(
                guess[0] + np.sqrt(guess[1]) * e),
            "vae.path": sp.lambdify(EPSILON, path.subs(here), "numpy")(e),
        }  # fmt: skip
        for key, values in samples.items():
            error = float(np.std(values) / np.sqrt(_SAMPLES))
            worst = max(worst, abs(float(np.mean(values)) - float(exact.subs(here))) / error)
            rows.append(((set_latex(name),), (w.text(key),),
                         (f"{w.number(float(np.mean(values)), 4)} ± {w.number(error, 1)}",),
                         (w.number(float(exact.subs(here)), 4),),
                         (w.number(float(np.var(values)), 3),)))  # fmt: skip
        found[name] = float(np.var(samples["vae.score"]) / np.var(samples["vae.path"]))
        shown.append(Paragraph((symbolic(sp.simplify(path), display=True),), display=True))
    page.ctx.answers["gradient_estimators"] = {"variance_ratio": min(found.values()), **found}
    heads = (w.text("vae.parameter"), w.text("vae.estimator"), w.text("vae.mean"),
             w.text("vae.exact"), w.text("attention.variance"))  # fmt: skip
    ratios = f" {w.text('vae.and')} ".join(w.number(r, 2) for r in found.values())
    return [
        Paragraph(page.said("vae.gradient_opening")), *shown,
        Table(heads, tuple(rows), caption=w.runs("vae.gradient_caption", ratio=ratios)),
        page.claim(worst, "vae.gradient_checked", _ERRORS),
    ]  # fmt: skip


_Z = sp.Symbol("z", real=True)
Slope = Callable[[sp.Expr], sp.Expr]


def _slopes(model: Linear) -> dict[str, Slope]:
    """The derivatives in the mean and in the log-variance of the code."""
    return {
        r"\mu": lambda f: sp.diff(f, model.m),
        r"\log v": lambda f: model.v * sp.diff(f, model.v),
    }


def _both(model: Linear, by: Slope) -> tuple[sp.Expr, sp.Expr]:
    """The two integrands: log-likelihood times score, over z; its slope along the path, over
    epsilon.
    """
    like = density(model.x, model.w * _Z, model.s)
    score = like * by(density(_Z, model.m, model.v))
    return score, by(like.subs(_Z, model.m + sp.sqrt(model.v) * EPSILON))
