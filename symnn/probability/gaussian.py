"""Gaussians on one axis by symbolic integration, and the exact accounts of a linear model.

Law: every closed form is an integral that SymPy did, over the standard normal density; nothing is
looked up. `kl_to_standard` is for numbers: a full Gaussian against N(0, I).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

EPSILON = sp.Symbol("epsilon", real=True)


def density(x: sp.Expr, mean: sp.Expr, var: sp.Expr) -> sp.Expr:
    """The logarithm of a normal density."""
    return -((x - mean) ** 2) / (2 * var) - sp.log(2 * sp.pi * var) / 2


def tidy(value: sp.Expr) -> sp.Expr:
    """Logarithms in one term, the rest over one denominator.

    >>> x, s = sp.Symbol("x", real=True), sp.Symbol("s", positive=True)
    >>> tidy(density(x, sp.Integer(0), s))
    -log(2*pi*s)/2 - x**2/(2*s)
    """
    apart = sp.expand(sp.expand_log(value, force=True))
    logs, rest = sp.Integer(0), sp.Integer(0)
    for term in sp.Add.make_args(apart):
        if term.has(sp.log):
            logs += term
        else:
            rest += term
    inner = sp.powsimp(sp.exp(sp.logcombine(2 * logs, force=True)))
    top, below = sp.fraction(sp.factor(inner))
    joined = -sp.log(below) / 2 if top == 1 else sp.log(inner) / 2
    return sp.factor(rest) + joined


@lru_cache(maxsize=64)
def moment(order: int) -> sp.Expr:
    """`E[epsilon^order]` of a standard normal variable, by integration.

    >>> [moment(k) for k in range(5)]
    [1, 0, 1, 0, 3]
    """
    weight = sp.exp(-(EPSILON**2) / 2) / sp.sqrt(2 * sp.pi)
    return sp.integrate(EPSILON**order * weight, (EPSILON, -sp.oo, sp.oo))


def mean(value: sp.Expr) -> sp.Expr:
    """The mean over a standard normal epsilon of a polynomial in it."""
    poly = sp.Poly(sp.expand(value), EPSILON)
    return sum((c * moment(k) for (k,), c in poly.terms()), sp.Integer(0))


def kl(m: sp.Expr, v: sp.Expr, m0: sp.Expr, v0: sp.Expr) -> sp.Expr:
    """KL of N(m, v) from N(m0, v0).

    >>> m, v = sp.Symbol("m", real=True), sp.Symbol("v", positive=True)
    >>> sp.simplify(kl(m, v, sp.Integer(0), sp.Integer(1)) - (m**2 + v - 1 - sp.log(v)) / 2)
    0
    """
    z = m + sp.sqrt(v) * EPSILON
    return sp.simplify(mean(density(z, m, v) - density(z, m0, v0)))


@dataclass(frozen=True)
class Linear:
    """`z ~ N(0, 1)`, `x | z ~ N(w z, s)`, and `q(z) = N(m, v)`; s and v are variances."""

    x: sp.Symbol
    w: sp.Symbol
    s: sp.Symbol
    m: sp.Symbol
    v: sp.Symbol
    evidence: sp.Expr
    posterior: tuple[sp.Expr, sp.Expr]
    reconstruction: sp.Expr
    divergence: sp.Expr

    @property
    def bound(self) -> sp.Expr:
        """The evidence lower bound."""
        return self.reconstruction - self.divergence

    @property
    def gap(self) -> sp.Expr:
        """KL of q from the exact posterior."""
        return kl(self.m, self.v, *self.posterior)


def linear_model() -> Linear:
    """The model, its evidence by integrating z out, its posterior by Bayes' rule."""
    x, w, m = sp.symbols("x w mu", real=True)
    s, v = sp.symbols("s v", positive=True)
    z = sp.Symbol("z", real=True)
    joint = sp.expand(density(x, w * z, s) + density(z, sp.Integer(0), sp.Integer(1)))
    a, b = -joint.coeff(z, 2), joint.coeff(z, 1)  # joint = -a z^2 + b z + c
    peak, var = sp.simplify(b / (2 * a)), sp.simplify(1 / (2 * a))
    rest = joint.subs(z, peak)
    width = sp.Symbol("t", positive=True)
    area = sp.integrate(sp.exp(-(z**2) / (2 * width)), (z, -sp.oo, sp.oo)).subs(width, var)
    code = m + sp.sqrt(v) * EPSILON
    return Linear(
        x, w, s, m, v, tidy(rest + sp.log(area)), (peak, var), tidy(mean(density(x, w * code, s))),
        kl(m, v, sp.Integer(0), sp.Integer(1)),
    )  # fmt: skip


def code_optimum(model: Linear, beta: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Mean and variance of the code that minimise `reconstruction loss + beta divergence`.

    >>> model = linear_model()
    >>> code_optimum(model, sp.Integer(1)) == model.posterior
    True
    """
    loss = -model.reconstruction + beta * model.divergence
    (found,) = sp.solve([sp.diff(loss, model.m), sp.diff(loss, model.v)], [model.m, model.v],
                        dict=True)  # fmt: skip
    return sp.factor(found[model.m]), sp.factor(found[model.v])


def weight_optima(model: Linear, second: sp.Expr) -> list[sp.Expr]:
    """Stationary points in w of the mean evidence, over data with mean of x² `second`.

    >>> weight_optima(linear_model(), sp.Symbol("c", positive=True))
    [0, -sqrt(c - s), sqrt(c - s)]
    """
    slope = sp.together(sp.diff(mean_evidence(model, second), model.w))
    found = sp.solve(sp.numer(slope), model.w)
    return sorted(found, key=sp.default_sort_key)


def mean_evidence(model: Linear, second: sp.Expr) -> sp.Expr:
    """The mean of log p(x) over data with the mean `second` of x²: it is quadratic in x."""
    poly = sp.Poly(sp.expand(model.evidence), model.x)
    moments = {0: sp.Integer(1), 2: second}
    return sum((c * moments[k] for (k,), c in poly.terms()), sp.Integer(0))


def kl_to_standard(codes: np.ndarray) -> float:
    """KL of the Gaussian with the codes' mean and covariance from N(0, I), in nats."""
    m, S = codes.mean(axis=0), np.cov(codes.T)
    _, logdet = np.linalg.slogdet(S)
    return float(0.5 * (m @ m + np.trace(S) - len(m) - logdet))


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Fréchet distance of the Gaussians fitted to two sets of rows (Dowson and Landau, 1982)."""
    (ma, Sa), (mb, Sb) = ((s.mean(axis=0), np.cov(s.T)) for s in (a, b))
    values, vectors = np.linalg.eigh(Sa)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    inner = np.linalg.eigvalsh(root @ Sb @ root)
    cross = float(np.sum(np.sqrt(np.maximum(inner, 0))))
    return float((ma - mb) @ (ma - mb) + np.trace(Sa) + np.trace(Sb) - 2 * cross)
