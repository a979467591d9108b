"""Recurrences as researchers write them: gradients of lax.scan at two sizes, every line checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import pytest

import symnn as sn
from symnn.calculus.facts import positive
from symnn.core.scalars import evaluate_scalar
from symnn.core.sizes import size_symbol

from .sequences import PROBLEMS, Problem, batch, forward_algorithm, last_step, padded, viterbi

jax.config.update("jax_enable_x64", True)
Build = Callable[[], Problem]
SIZES = (
    {"T": 5, "n": 3, "p": 4, "k": 2, "N": 6, "d": 7, "S": 8},
    {"T": 9, "n": 2, "p": 3, "k": 5, "N": 4, "d": 6, "S": 3},
)
FORMS = {
    "moving_average": "∇_{m_t} = 2(m_t − y_t) + α ∇_{m_{t + 1}}",
    "cumulative_sum": "∇_{s_t} = 2(s_t − y_t) + ∇_{s_{t + 1}}",
    "cumulative_product": "∇_{q_t} = y_t + x_{t + 1} ∇_{q_{t + 1}}",
    "discounted_returns": "G_t = r_t + γ G_{t + 1}",
    "linear_system": "∇_{s_t} = 2 Cᵀ (C s_t − y_t) + Aᵀ ∇_{s_{t + 1}}",
    "kalman": "∇_{e_t} = 2 e_t + Kᵀ ∇_{s_t}",
    "euler": "∇_{z_0} = ∇_{z_1} + Wᵀ ∇_{a_1}",
    "bidirectional": "∇_{g_t} = Bᵀ (∇_o)_t + Rᵀ ∇_{z_{t − 1}}",
    "stacked": "∇_{h_t} = Vᵀ ∇_{z_t} + Uᵀ ∇_{a_{t + 1}}",
    "seq2seq": "∇_{h_t} = [t = S] Rᵀ ∇_{z_1} + Uᵀ ∇_{a_{t + 1}}",
    "batch": "δ_t = ∇_{h_t} ⊙ (1 − h_t ⊙ h_t)",
    "last_step": "∇_{h_t} = 2 [t = T] (h_T − y) + Uᵀ δ_{t + 1}",
    "adam": "∇_{w_t} = 2 [t = T] (w_T − c) + ∇_{w_{t + 1}} + ∇_{g_{t + 1}}",
}

LONG = ("bidirectional", "stacked", "seq2seq", "adam", "kalman")
ALL = [pytest.param(f, marks=pytest.mark.slow) if f.__name__ in LONG else f for f in PROBLEMS]


def values_of(problem: Problem, sizes: dict[str, int], seed: int) -> dict[str, Any]:
    """Random values of all inputs that keep what was declared of them."""
    rng = np.random.default_rng(seed)
    bound = {size_symbol(k): v for k, v in sizes.items()}
    found: dict[str, Any] = {}
    for call in sn.derive(problem.loss, wrt=problem.wrt).program.inputs:
        value = rng.normal(size=[evaluate_scalar(s, bound) for s in call.port.sizes])
        if positive(call.port):
            value = 0.1 + 0.5 * np.abs(value)
        if "mask" in call.port.facts:
            value = 1.0 * (np.arange(len(value)) < len(value) - 2)
        if "simplex" in call.port.facts:
            value = np.exp(value) / np.exp(value).sum(-1, keepdims=True)
        found[str(call.name)] = value
    return found


@pytest.mark.parametrize("build", ALL, ids=lambda f: f.__name__)
def test_gradients_are_those_of_lax_scan(build: Build) -> None:
    problem = build()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    names = [str(t.name) for t in problem.wrt]
    f = sn.compile({str(t.name): d.gradients[t] for t in problem.wrt})
    for seed, sizes in enumerate(SIZES):
        values = values_of(problem, sizes, seed)
        mine = f({t: values[str(t.name)] for t in f.inputs})
        own = {x: values[x] for x in names}
        theirs = jax.grad(lambda w, v=values: problem.twin({**v, **w}))(own)
        for name in names:
            value = np.asarray(theirs[name])
            scale = max(float(np.abs(value).max()), 1e-6)
            assert np.abs(mine[name] - value).max() <= 1e-11 * scale, name


@pytest.mark.parametrize("build", ALL, ids=lambda f: f.__name__)
def test_every_line_is_checked_and_reads_as_books_have_it(build: Build) -> None:
    problem = build()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    report = d.check(draws=1)
    assert report.passed
    assert not report.unverified
    if build.__name__ in FORMS:
        assert FORMS[build.__name__] in d.text("layers").splitlines()
    for lang in ("en", "fr"):
        assert d.latex("all", lang)
        assert d.typst("all", lang)


def test_the_gradients_of_goodfellow_chapter_10() -> None:
    """Deep Learning, equations 10.8 to 10.11 and 10.18 to 10.28: the network of figure 10.3."""
    T, n, p, k = sn.sizes("T n p k")
    W, U, V = (sn.parameter(*a) for a in (("W", (p, p)), ("U", (p, n)), ("V", (k, p))))
    b, c = sn.parameter("b", (p,)), sn.parameter("c", (k,))
    x, y = sn.tensor("x", (T, n)), sn.tensor("y", (T, k), assume={"simplex"})

    def step(h: Any, x: Any) -> Any:
        h = sn.named("h", np.tanh(b + W @ h + U @ x))
        return h, sn.named("o", c + V @ h)

    _, o = sn.scan(step, sn.tensor("h0", (p,)), x)
    q = sn.named("y_hat", sn.softmax(o, axis=-1))
    d = sn.derive(-np.sum(y * np.log(q)), wrt=[W, U, V, b, c])
    assert d.check(draws=1).passed
    assert d.text("layers").splitlines()[-8:] == [
        "∇_{o_t} = ŷ_t − y_t",
        "∇_c = ∑_{t=1}^{T} ∇_{o_t}",
        "∇_V = ∑_{t=1}^{T} ∇_{o_t} h_tᵀ",
        "∇_{h_t} = Vᵀ ∇_{o_t} + Wᵀ ∇_{a_{t + 1}}",
        "∇_{a_t} = ∇_{h_t} ⊙ (1 − h_t ⊙ h_t)",
        "∇_b = ∑_{t=1}^{T} ∇_{a_t}",
        "∇_W = ∑_{t=1}^{T} ∇_{a_t} h_{t − 1}ᵀ",
        "∇_U = ∑_{t=1}^{T} ∇_{a_t} x_tᵀ",
    ]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_second_derivatives_through_time_are_those_of_jax(sizes: dict[str, int]) -> None:
    """The Hessian in the recurrent weights, and its product with a matrix."""
    problem = last_step()
    U = problem.wrt[1]
    R = sn.tensor("R", ("p", "p"))
    values = values_of(problem, sizes, 0)
    way = np.random.default_rng(1).normal(size=values["U"].shape)
    theirs = np.asarray(
        jax.hessian(lambda u: problem.twin({**values, "U": u}))(jax.numpy.asarray(values["U"]))
    )
    (mine,) = sn.compile([sn.hessian(problem.loss, U)])(values)
    (product,) = sn.compile([sn.hvp(problem.loss, U, R)])({**values, "R": way})
    scale = np.abs(theirs).max()
    assert np.abs(mine - theirs).max() <= 1e-11 * scale
    assert np.abs(product - np.einsum("ijkl,kl->ij", theirs, way)).max() <= 1e-11 * scale


@pytest.mark.parametrize("build", [padded, batch, last_step], ids=lambda f: f.__name__)
def test_no_index_but_the_step_is_in_sight(build: Build) -> None:
    problem = build()
    for line in sn.derive(problem.loss, wrt=problem.wrt).text("layers").splitlines():
        assert "_{t,i}" not in line, line
        assert "∑_{i" not in line, line


def test_the_gradients_of_the_forward_algorithm_are_posteriors() -> None:
    """In the emissions they sum to 1 at every step; in the transitions to the number of steps."""
    problem = forward_algorithm()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    values = values_of(problem, SIZES[0], 0)
    transitions, emissions, start = (sn.evaluate(d.gradients[t], values) for t in problem.wrt)
    assert np.allclose(emissions.sum(axis=1), 1)
    assert np.allclose(start.sum(), 1)
    assert np.allclose(transitions.sum(), SIZES[0]["T"])


def test_the_gradient_of_the_best_score_is_the_best_path() -> None:
    problem = viterbi()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    path = sn.evaluate(d.gradients[problem.wrt[1]], values_of(problem, SIZES[0], 3))
    assert sorted(np.unique(path).tolist()) == [0, 1]
    assert np.all(path.sum(axis=1) == 1)


@pytest.mark.slow
def test_evaluation_takes_time_in_proportion_to_the_steps() -> None:
    problem = last_step()
    d = sn.derive(problem.loss, wrt=problem.wrt)
    f = sn.compile([d.gradients[t] for t in problem.wrt])
    seconds = {}
    for steps in (1000, 8000):
        values = values_of(problem, {**SIZES[0], "T": steps}, 0)
        given = {t: values[str(t.name)] for t in f.inputs}
        spent = []
        for _ in range(5):
            start = time.perf_counter()
            f(given)
            spent.append(time.perf_counter() - start)
        seconds[steps] = min(spent)
    assert seconds[8000] < 14 * seconds[1000]
