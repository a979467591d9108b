"""Recurrences as a researcher writes them: each with its twin in JAX.

A problem is a loss over `sn.scan`, what it is differentiated in, and the same as a `lax.scan` of
the values by name. `T` and every other size are symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import symnn as sn

T, n, p, k, N, d = sn.sizes("T n p k N d")


@dataclass
class Problem:
    """A loss, what it is differentiated in, and the twin: values by name -> loss."""

    loss: sn.Tensor
    wrt: list[sn.Tensor]
    twin: Callable[[dict[str, Any]], Any]


def states(step: Callable[[Any, Any], Any], init: Any, xs: Any) -> Any:
    """The stacked states of a `lax.scan`."""

    def both(s: Any, x: Any) -> Any:
        new = step(s, x)
        return new, new

    return lax.scan(both, init, xs)[1]


def moving_average() -> Problem:
    x, y, a = sn.tensor("x", (T,)), sn.tensor("y", (T,)), sn.parameter("alpha")
    m = sn.named("m", sn.scan(lambda m, x: a * m + (1 - a) * x, 0.0, x))

    def twin(v: Any) -> Any:
        a = v["alpha"]
        return jnp.sum((states(lambda m, x: a * m + (1 - a) * x, 0.0, v["x"]) - v["y"]) ** 2)

    return Problem(np.sum((m - y) ** 2), [a, x], twin)


def cumulative_sum() -> Problem:
    x, y = sn.tensor("x", (T,)), sn.tensor("y", (T,))
    s = sn.named("s", sn.scan(lambda s, x: s + x, 0.0, x))
    return Problem(np.sum((s - y) ** 2), [x], lambda v: jnp.sum((jnp.cumsum(v["x"]) - v["y"]) ** 2))


def cumulative_product() -> Problem:
    x, y = sn.tensor("x", (T,)), sn.tensor("y", (T,))
    q = sn.named("q", sn.scan(lambda q, x: q * x, 1.0, x))
    return Problem(np.sum(q * y), [x], lambda v: jnp.sum(jnp.cumprod(v["x"]) * v["y"]))


def log_cumsum_exp() -> Problem:
    x, y, s0 = sn.tensor("x", (T,)), sn.tensor("y", (T,)), sn.tensor("s0", ())
    s = sn.named("s", sn.scan(lambda s, x: np.log(np.exp(s) + np.exp(x)), s0, x))

    def twin(v: Any) -> Any:
        return jnp.sum(states(jnp.logaddexp, v["s0"], v["x"]) * v["y"])

    return Problem(np.sum(s * y), [x, s0], twin)


def discounted_returns() -> Problem:
    r, b, g = sn.tensor("r", (T,)), sn.tensor("b", (T,)), sn.parameter("gamma")
    G = sn.named("G", sn.scan(lambda G, r: r + g * G, 0.0, r, reverse=True))

    def twin(v: Any) -> Any:
        G = states(lambda G, r: r + v["gamma"] * G, 0.0, v["r"][::-1])[::-1]
        return jnp.sum((G - v["b"]) ** 2)

    return Problem(np.sum((G - b) ** 2), [r, g], twin)


def linear_system() -> Problem:
    A, B, C = sn.parameter("A", (p, p)), sn.parameter("B", (p, n)), sn.parameter("C", (k, p))
    u, y, s0 = sn.tensor("u", (T, n)), sn.tensor("y", (T, k)), sn.parameter("s0", (p,))
    s = sn.named("s", sn.scan(lambda s, u: A @ s + B @ u, s0, u))

    def twin(v: Any) -> Any:
        s = states(lambda s, u: v["A"] @ s + v["B"] @ u, v["s0"], v["u"])
        return jnp.sum((s @ v["C"].T - v["y"]) ** 2)

    return Problem(np.sum((s @ C.T - y) ** 2), [A, B, C, s0], twin)


def kalman() -> Problem:
    """The observer: a gain K corrects the prediction by the innovation."""
    A, C, K = sn.parameter("A", (p, p)), sn.parameter("C", (k, p)), sn.parameter("K", (p, k))
    y, s0 = sn.tensor("y", (T, k)), sn.parameter("s0", (p,))

    def step(s: Any, y: Any) -> Any:
        e = sn.named("e", y - C @ (A @ s))
        return sn.named("s", A @ s + K @ e), e

    _, e = sn.scan(step, s0, y)

    def twin(v: Any) -> Any:
        def step(s: Any, y: Any) -> Any:
            e = y - v["C"] @ (v["A"] @ s)
            return v["A"] @ s + v["K"] @ e, e

        return jnp.sum(lax.scan(step, v["s0"], v["y"])[1] ** 2)

    return Problem(np.sum(e**2), [A, C, K, s0], twin)


def euler() -> Problem:
    """A neural ODE by Euler's method, with a width for every step."""
    W, b, z0 = sn.parameter("W", (p, p)), sn.parameter("b", (p,)), sn.parameter("z0", (p,))
    y, widths = sn.tensor("y", (p,)), sn.tensor("s", (T,))
    z = sn.named("z", sn.scan(lambda z, s: z + s * np.tanh(W @ z + b), z0, widths))

    def twin(v: Any) -> Any:
        f = lambda z, s: z + s * jnp.tanh(v["W"] @ z + v["b"])  # noqa: E731
        return jnp.sum((states(f, v["z0"], v["s"])[-1] - v["y"]) ** 2)

    return Problem(np.sum((z[-1] - y) ** 2), [W, b, z0], twin)


def _cell(W: Any, U: Any) -> Callable[[Any, Any], Any]:
    return lambda h, x: np.tanh(W @ x + U @ h)


def _twin_cell(W: Any, U: Any) -> Callable[[Any, Any], Any]:
    return lambda h, x: jnp.tanh(W @ x + U @ h)


def bidirectional() -> Problem:
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    V, R = sn.parameter("V", (p, n)), sn.parameter("R", (p, p))
    A, B = sn.parameter("A", (k, p)), sn.parameter("B", (k, p))
    x, y, h0 = sn.tensor("x", (T, n)), sn.tensor("y", (T, k)), sn.tensor("h0", (p,))
    h = sn.named("h", sn.scan(_cell(W, U), h0, x))
    g = sn.named("g", sn.scan(_cell(V, R), h0, x, reverse=True))
    o = sn.named("o", h @ A.T + g @ B.T)

    def twin(v: Any) -> Any:
        h = states(_twin_cell(v["W"], v["U"]), v["h0"], v["x"])
        g = states(_twin_cell(v["V"], v["R"]), v["h0"], v["x"][::-1])[::-1]
        return jnp.sum((h @ v["A"].T + g @ v["B"].T - v["y"]) ** 2)

    return Problem(np.sum((o - y) ** 2), [W, U, V, R, A, B], twin)


def stacked() -> Problem:
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    V, R = sn.parameter("V", (k, p)), sn.parameter("R", (k, k))
    x, y = sn.tensor("x", (T, n)), sn.tensor("y", (T, k))
    h0, g0 = sn.tensor("h0", (p,)), sn.tensor("g0", (k,))
    h = sn.named("h", sn.scan(_cell(W, U), h0, x))
    g = sn.named("g", sn.scan(_cell(V, R), g0, h))

    def twin(v: Any) -> Any:
        h = states(_twin_cell(v["W"], v["U"]), v["h0"], v["x"])
        g = states(_twin_cell(v["V"], v["R"]), v["g0"], h)
        return jnp.sum((g - v["y"]) ** 2)

    return Problem(np.sum((g - y) ** 2), [W, U, V, R], twin)


def seq2seq() -> Problem:
    """Encoder and decoder; the decoder reads the target shifted by one (teacher forcing)."""
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    V, R, C = sn.parameter("V", (p, k)), sn.parameter("R", (p, p)), sn.parameter("C", (k, p))
    S = sn.sizes("S")
    x, h0 = sn.tensor("x", (S, n)), sn.tensor("h0", (p,))
    before = sn.tensor("u", (T, k))
    y = sn.tensor("y", (T, k), assume={"simplex"})
    h = sn.named("h", sn.scan(_cell(W, U), h0, x))
    g = sn.named("g", sn.scan(_cell(V, R), h[-1], before))
    q = sn.named("q", sn.softmax(g @ C.T, axis=-1))

    def twin(v: Any) -> Any:
        h = states(_twin_cell(v["W"], v["U"]), v["h0"], v["x"])
        g = states(_twin_cell(v["V"], v["R"]), h[-1], v["u"])
        return -jnp.sum(v["y"] * jax.nn.log_softmax(g @ v["C"].T, axis=-1))

    return Problem(-np.sum(y * np.log(q)), [W, U, V, R, C], twin)


def batch() -> Problem:
    """Samples in front, as data come: (N, T, d)."""
    W, U, b = sn.parameter("W", (p, d)), sn.parameter("U", (p, p)), sn.parameter("b", (p,))
    x, y = sn.tensor("x", (N, T, d)), sn.tensor("y", (N, p))
    h0 = sn.tensor("h0", (N, p))
    h = sn.scan(lambda h, x: np.tanh(x @ W.T + h @ U.T + b), h0, np.swapaxes(x, 0, 1))
    h = sn.named("h", h)

    def twin(v: Any) -> Any:
        f = lambda h, x: jnp.tanh(x @ v["W"].T + h @ v["U"].T + v["b"])  # noqa: E731
        return jnp.sum((states(f, v["h0"], jnp.swapaxes(v["x"], 0, 1))[-1] - v["y"]) ** 2)

    return Problem(np.sum((h[-1] - y) ** 2), [W, U, b], twin)


def last_step() -> Problem:
    W, U, h0 = sn.parameter("W", (p, n)), sn.parameter("U", (p, p)), sn.parameter("h0", (p,))
    x, y = sn.tensor("x", (T, n)), sn.tensor("y", (p,))
    h = sn.named("h", sn.scan(_cell(W, U), h0, x))

    def twin(v: Any) -> Any:
        h = states(_twin_cell(v["W"], v["U"]), v["h0"], v["x"])
        return jnp.sum((h[-1] - v["y"]) ** 2)

    return Problem(np.sum((h[-1] - y) ** 2), [W, U, h0], twin)


def padded() -> Problem:
    """Behind the end of a sequence (mask 0) the state stays and no loss is counted."""
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    x, y, h0 = sn.tensor("x", (T, n)), sn.tensor("y", (T, p)), sn.tensor("h0", (p,))
    m = sn.tensor("m", (T,), assume={"mask"})

    def step(h: Any, now: Any) -> Any:
        x, m = now
        return m * np.tanh(W @ x + U @ h) + (1 - m) * h

    h = sn.named("h", sn.scan(step, h0, (x, m)))

    def twin(v: Any) -> Any:
        def step(h: Any, now: Any) -> Any:
            x, m = now
            return m * jnp.tanh(v["W"] @ x + v["U"] @ h) + (1 - m) * h

        h = states(step, v["h0"], (v["x"], v["m"]))
        return jnp.sum(v["m"][:, None] * (h - v["y"]) ** 2)

    return Problem(np.sum(m[:, None] * (h - y) ** 2), [W, U], twin)


def forward_algorithm() -> Problem:
    """The likelihood of a hidden Markov model; its gradients are posterior probabilities."""
    A, e, a0 = sn.parameter("A", (k, k)), sn.parameter("e", (T, k)), sn.parameter("a0", (k,))
    a = sn.named("a", sn.scan(lambda a, e: e + sn.logsumexp(a[:, None] + A, axis=0), a0, e))

    def twin(v: Any) -> Any:
        f = lambda a, e: e + jax.nn.logsumexp(a[:, None] + v["A"], axis=0)  # noqa: E731
        return jax.nn.logsumexp(states(f, v["a0"], v["e"])[-1])

    return Problem(sn.logsumexp(a[-1]), [A, e, a0], twin)


def viterbi() -> Problem:
    """The score of the best path: its gradient is that path."""
    A, e, a0 = sn.parameter("A", (k, k)), sn.parameter("e", (T, k)), sn.parameter("a0", (k,))
    a = sn.named("a", sn.scan(lambda a, e: e + np.max(a[:, None] + A, axis=0), a0, e))

    def twin(v: Any) -> Any:
        f = lambda a, e: e + jnp.max(a[:, None] + v["A"], axis=0)  # noqa: E731
        return jnp.max(states(f, v["a0"], v["e"])[-1])

    return Problem(np.max(a[-1]), [A, e, a0], twin)


def adam() -> Problem:
    """Adam's update as a recurrence, differentiated in its learning rate and decay."""
    eta, one, two = (sn.parameter(x, assume={"positive"}) for x in ("eta", "beta1", "beta2"))
    target, w0 = sn.tensor("c", (p,)), sn.parameter("w0", (p,))
    scale = sn.tensor("s", (T,), assume={"positive"})
    eps = sn.tensor("epsilon", (), assume={"positive"})

    def step(state: Any, s: Any) -> Any:
        w, m, v = state
        g = sn.named("g", w - target)
        m = sn.named("m", one * m + (1 - one) * g)
        v = sn.named("v", two * v + (1 - two) * g**2)
        return sn.named("w", w - eta * s * m / (np.sqrt(v) + eps)), m, v

    v0 = sn.tensor("v0", (p,), assume={"positive"})
    w, *_ = sn.scan(step, (w0, 0.0 * w0, v0), scale)

    def twin(vals: Any) -> Any:
        one, two = vals["beta1"], vals["beta2"]

        def step(state: Any, s: Any) -> Any:
            w, m, v = state
            g = w - vals["c"]
            m, v = one * m + (1 - one) * g, two * v + (1 - two) * g**2
            return w - vals["eta"] * s * m / (jnp.sqrt(v) + vals["epsilon"]), m, v

        ws, *_ = states(step, (vals["w0"], jnp.zeros_like(vals["c"]), vals["v0"]), vals["s"])
        return jnp.sum((ws[-1] - vals["c"]) ** 2)

    return Problem(np.sum((w[-1] - target) ** 2), [eta, one, w0], twin)


PROBLEMS = (
    moving_average, cumulative_sum, cumulative_product, log_cumsum_exp, discounted_returns,
    linear_system, kalman, euler, bidirectional, stacked, seq2seq, batch, last_step, padded,
    forward_algorithm, viterbi, adam,
)  # fmt: skip
