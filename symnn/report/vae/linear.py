"""The linear Gaussian VAE solved exactly: bound, optimum, weight of the divergence, limit.

Law: every formula is an integral, a limit or a root that SymPy found; the roots are held to a
numerical search that knows none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp
from scipy.optimize import minimize

from symnn.probability.gaussian import (
    Linear,
    code_optimum,
    linear_model,
    mean_evidence,
    tidy,
    weight_optima,
)
from symnn.report.answers.steps_view import anchor
from symnn.report.printing.document import Answer, Block, Formula, Paragraph, Run, Table
from symnn.report.vae.page import VaePage, symbolic, unbroken

_MEAN = r"\mathbb{E}_{q} \left[ \log p(x \mid z) \right]"
_KL = r"\mathrm{KL} \left( q \parallel p(z) \right)"
_CASES = ((2.0, 0.5), (1.5, 0.3), (0.8, 1.0))  # mean of x², variance s; the last one collapses
_FOUND = 1e-6  # the search stops at gradients of 1e-10


@dataclass(frozen=True)
class Optimum:
    """The best code for any weight of the divergence, and the best decoder weight."""

    beta: sp.Symbol
    second: sp.Symbol
    code: tuple[sp.Expr, sp.Expr]
    squares: list[sp.Expr]


def solved(model: Linear) -> Optimum:
    """All stationary points."""
    beta, second = sp.symbols("beta c", positive=True)
    roots = weight_optima(model, second)
    squares = list(dict.fromkeys(sp.expand(r**2) for r in roots))
    return Optimum(beta, second, code_optimum(model, beta), squares)


def linear_section(page: VaePage) -> tuple[str, list[Block]]:
    """The account in symbols, the optimum, what beta does, and the limit that is an AE."""
    w, model = page.words, linear_model()
    best = solved(model)
    lines = (
        (model.reconstruction, _MEAN), (model.divergence, _KL), (model.evidence, r"\log p(x)"),
    )  # fmt: skip
    rest = sp.expand(model.evidence - model.bound - model.gap)
    zero = sp.simplify(sp.expand_log(rest, force=True))
    page.ctx.answers["decomposition"] = {"remainder": str(zero)}
    return w.title("vae.linear_title"), [
        Paragraph(page.said("vae.linear_model")),
        *(_display(symbolic(value, left, display=True)) for value, left in lines),
        Paragraph(page.said("vae.posterior")),
        _display(symbolic(model.posterior[0], r"\mu_{\text{post}}", display=True),
                 symbolic(model.posterior[1], r"v_{\text{post}}", display=True)),
        page.claim(0.0 if zero == 0 else np.inf, "vae.decomposition_checked"),
        *_optimum(page, model, best),
        *_limit(page, model),
    ]  # fmt: skip


def _display(*shown: Formula) -> Paragraph:
    runs: list[Run] = []
    for formula in shown:
        runs += ["\u2003 "] * bool(runs) + [unbroken(formula)]
    return Paragraph(tuple(runs), display=True)


def _optimum(page: VaePage, model: Linear, best: Optimum) -> list[Block]:
    w = page.words
    m, v = best.code
    here = page.ctx.next_number()
    answer = Answer(
        anchor(here), w.title("vae.code_label"), None,
        (unbroken(symbolic(m, r"\hat{\mu}", display=True)), "\u2003 ",
         unbroken(symbolic(v, r"\hat{v}", display=True))),
        None, here, page.claim(_gap(model, best), "vae.code_checked"),
    )  # fmt: skip
    table, worst = _searched(page, model, best)
    inner = [x for x in best.squares if x != 0]
    page.ctx.answers["optimum"] |= {
        "mu": str(m), "v": str(v), "w_squared": [str(x) for x in best.squares],
    }  # fmt: skip
    return [
        Paragraph(page.said("vae.code_opening", beta=symbolic(best.beta))),
        answer,
        Paragraph(page.said("vae.code_reading")),
        Paragraph(page.said("vae.weight_opening", w2=symbolic(inner[0], "w^2"))),
        table,
        page.claim(worst, "vae.weight_checked", _FOUND),
    ]


def _gap(model: Linear, best: Optimum) -> float:
    """0 if beta = 1 gives the posterior, where the bound is the evidence."""
    at_one = {model.m: best.code[0].subs(best.beta, 1), model.v: best.code[1].subs(best.beta, 1)}
    gap = sp.simplify(model.gap.subs(at_one))
    same = all(
        sp.simplify(a - b) == 0 for a, b in zip(at_one.values(), model.posterior, strict=True)
    )
    return 0.0 if gap == 0 and same else float("inf")


def _searched(page: VaePage, model: Linear, best: Optimum) -> tuple[Table, float]:
    """The bound over data, raised numerically in w and the encoder (mean a x, variance v)."""
    w, worst, rows = page.words, 0.0, []
    page.ctx.answers["optimum"] = {"searched": []}
    for c, s in _CASES:
        found, bound = _search(page, model, c, s)
        here = {best.second: c, model.s: s}
        values = [float(x.subs(here)) for x in best.squares]
        expected = max(values)
        ceiling = mean_evidence(model, best.second).subs(here)
        gap = float(ceiling.subs(model.w, found[0])) - bound
        top = float(ceiling.subs(model.w, np.sqrt(expected)))
        v = float(model.posterior[1].subs({model.s: s, model.w: np.sqrt(expected)}))
        worst = max(worst, abs(found[0] ** 2 - expected), abs(np.exp(found[2]) - v),
                    abs(gap), abs(top - bound))  # fmt: skip
        cells = (c, s, expected, found[0] ** 2, v, np.exp(found[2]), gap)
        shown = (*(w.number(round(float(x), 8), 4) for x in cells[:-1]), w.number(abs(gap), 1))
        rows.append(tuple((text,) for text in shown))
        page.ctx.answers["optimum"]["searched"].append(dict(zip(
            ("c", "s", "w2", "w2_found", "v", "v_found", "gap"), map(float, cells), strict=True)
        ))  # fmt: skip
    heads = (
        symbolic(best.second), symbolic(model.s), symbolic(sp.Symbol("w") ** 2),
        w.text("vae.found"), symbolic(model.v), w.text("vae.found"), w.text("vae.gap"),
    )  # fmt: skip
    return Table(heads, tuple(rows), caption=page.said("vae.weight_caption")), worst


def _search(page: VaePage, model: Linear, c: float, s: float) -> tuple[np.ndarray, float]:
    a, log_v = sp.symbols("a l", real=True)
    bound = sp.expand(model.bound.subs({model.m: a * model.x, model.v: sp.exp(log_v)}))
    poly = sp.Poly(sp.expand_log(bound.subs(model.s, s), force=True), model.x)
    mean = sum(k * c ** (n // 2) for (n,), k in poly.terms())
    unknown = (model.w, a, log_v)
    value = sp.lambdify(unknown, -mean)
    slope = sp.lambdify(unknown, [sp.diff(-mean, x) for x in unknown])
    start = np.abs(page.ctx.rng(24).standard_normal(3)) + 0.3
    found = minimize(lambda p: float(value(*p)), start, jac=lambda p: np.array(slope(*p), float),
                     method="BFGS", options={"gtol": 1e-10, "maxiter": 2000})  # fmt: skip
    return found.x, -float(found.fun)


def _limit(page: VaePage, model: Linear) -> list[Block]:
    """As s goes to 0: the code a point, the divergence infinite, s times it 0."""
    w = sp.Symbol("w", positive=True)
    peak, var = (x.subs(model.w, w) for x in model.posterior)
    cost = model.divergence.subs({model.m: peak, model.v: var})
    squared = tidy(-2 * model.s * model.reconstruction.subs(model.v, 0))
    limits = {
        "code": sp.limit(peak, model.s, 0, "+"), "variance": sp.limit(var, model.s, 0, "+"),
        "divergence": sp.limit(cost, model.s, 0, "+"),
        "weighted": sp.limit(model.s * cost, model.s, 0, "+"),
        "reconstruction": sp.factor(sp.limit(squared, model.s, 0, "+")),
    }  # fmt: skip
    page.ctx.answers["limit"] = {k: str(v) for k, v in limits.items()}
    return [Paragraph(page.said("vae.limit_model", **{k: symbolic(v) for k, v in limits.items()}))]
