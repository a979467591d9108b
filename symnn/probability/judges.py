"""Models on which the lines of `bound` are evaluated: a Gaussian one, and tables of numbers.

Law: nothing here knows a rule. A model gives the logarithm of every density at the nodes of z, and
weights that integrate over z: equidistant nodes for the Gaussian (exact to rounding for analytic
functions that vanish at both ends; Trefethen and Weideman, SIAM Review 56, 2014), ones for a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import sympy as sp

from symnn.probability.bound import (
    EVIDENCE,
    GUESS,
    JOINT,
    LIKELIHOOD,
    POSTERIOR,
    PRIOR,
    Density,
    Divergence,
    Integral,
    Line,
    Log,
    Mean,
    Ratio,
    Sum,
    Tree,
)
from symnn.probability.gaussian import Linear, density, linear_model

_NODES, _WIDTH = 4001, 14.0


@dataclass(frozen=True)
class Judge:
    """Logarithms of the densities at the nodes of z, for one x; weights of the integral."""

    logs: Mapping[Density, np.ndarray]
    weights: np.ndarray

    def integral(self, values: np.ndarray) -> float:
        """Over z."""
        return float(np.sum(self.weights * values))


def value(tree: Tree | Integral, judge: Judge) -> float:
    """The number that a tree has on a model."""
    match tree:
        case Log(tuple() as factors):
            return float(_log(factors, judge)[0])
        case Log(Integral() | Mean() as body):
            return float(np.log(value(body, judge)))
        case Integral(factors):
            return judge.integral(np.exp(_log(factors, judge)))
        case Mean(law, tuple() as factors):
            return judge.integral(np.exp(judge.logs[law] + _log(factors, judge)))
        case Mean(law, Log(tuple() as factors)):
            return judge.integral(np.exp(judge.logs[law]) * _log(factors, judge))
        case Mean(law, Sum(terms)):
            return sum(value(Mean(law, x), judge) for x in terms if isinstance(x, Log))
        case Divergence(law, other, sign):
            ratio = _log((Ratio(law, other),), judge)
            return sign * judge.integral(np.exp(judge.logs[law]) * ratio)
        case Sum(terms):
            return sum(value(x, judge) for x in terms)
    raise TypeError(f"no value is known for {tree}")


def _log(factors: Sequence[Ratio], judge: Judge) -> np.ndarray:
    total = np.zeros(len(judge.weights))
    for f in factors:
        total = total + judge.logs[f.top] - (0.0 if f.below is None else judge.logs[f.below])
    return total


def deviation(lines: Sequence[Line], judge: Judge) -> float:
    """The largest |line - what it must be|: the line before it, less what Jensen loses.

    >>> from symnn.probability.bound import BOUND, rewritten
    >>> deviation(rewritten(BOUND), table_judge(np.random.default_rng(0), 5)) < 1e-12
    True
    """
    values = [value(line.tree, judge) for line in lines]
    lost = value(Divergence(GUESS, POSTERIOR), judge)
    if lost < 0:
        return float("inf")
    worst = 0.0
    for before, after, line in zip(values, values[1:], lines[1:], strict=False):
        expected = before - lost if line.relation == ">=" else before
        worst = max(worst, abs(after - expected) / max(1.0, abs(expected)))
    return worst


def table_judge(rng: np.random.Generator, states: int) -> Judge:
    """A code of some states, all probabilities drawn at random."""
    prior, guess = rng.dirichlet(np.ones(states)), rng.dirichlet(np.ones(states))
    likelihood = rng.random(states)
    joint = prior * likelihood
    evidence = np.full(states, joint.sum())
    tables = {EVIDENCE: evidence, JOINT: joint, LIKELIHOOD: likelihood, PRIOR: prior,
              POSTERIOR: joint / evidence, GUESS: guess}  # fmt: skip
    return Judge({d: np.log(p) for d, p in tables.items()}, np.ones(states))


@lru_cache(maxsize=1)
def _model() -> Linear:
    return linear_model()


def gaussian_judge(numbers: Mapping[str, float]) -> Judge:
    """The linear Gaussian model at numbers for x, w, s, mu, v; p(x) and p(z | x) from SymPy.

    >>> judge = gaussian_judge({"x": 1.5, "w": 1.2, "s": 0.64, "mu": 0.2, "v": 0.7})
    >>> round(judge.integral(np.exp(judge.logs[POSTERIOR])), 12)
    1.0
    """
    m = _model()
    z = sp.Symbol("z", real=True)
    here = {s: numbers[s.name] for s in (m.x, m.w, m.s, m.m, m.v)}
    laws = {
        EVIDENCE: m.evidence, LIKELIHOOD: density(m.x, m.w * z, m.s),
        PRIOR: density(z, sp.Integer(0), sp.Integer(1)), GUESS: density(z, m.m, m.v),
        POSTERIOR: density(z, *m.posterior),
    }  # fmt: skip
    peaks = [(0.0, 1.0), (numbers["mu"], numbers["v"]),
             tuple(float(p.subs(here)) for p in m.posterior)]  # fmt: skip
    low = min(c - _WIDTH * v**0.5 for c, v in peaks)
    high = max(c + _WIDTH * v**0.5 for c, v in peaks)
    nodes = np.linspace(low, high, _NODES)
    logs = {
        d: np.broadcast_to(np.asarray(sp.lambdify(z, e.subs(here), "numpy")(nodes), float),
                           nodes.shape)
        for d, e in laws.items()
    }  # fmt: skip
    logs[JOINT] = logs[LIKELIHOOD] + logs[PRIOR]
    return Judge(logs, np.full(_NODES, nodes[1] - nodes[0]))


def random_numbers(rng: np.random.Generator) -> dict[str, float]:
    """Numbers for the linear Gaussian model; both variances positive."""
    return {
        "x": float(rng.normal(0, 2)), "w": float(rng.normal(0, 1.5)),
        "s": float(rng.uniform(0.2, 2)), "mu": float(rng.normal()), "v": float(rng.uniform(0.2, 2)),
    }  # fmt: skip
