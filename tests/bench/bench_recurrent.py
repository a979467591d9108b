"""Loss and gradients of recurrent layers beside jax: `python -m tests.bench.bench_recurrent`.

RNN, LSTM and GRU over 64 steps, 32 samples, 32 inputs and 64 states, in float64 and one thread;
jax runs `lax.scan` under jit. Law: timed only once both agree to 1e-10; least processor times of
interleaved rounds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import symnn as sn
from symnn.codegen.gradients import gradients

from .bench_hessian import ONE_THREAD, deviation

jax.config.update("jax_enable_x64", True)
SIZES = {"N": 32, "T": 64, "n": 32, "h": 64}
GATES = {"RNN": 1, "LSTM": 4, "GRU": 3}
RNG = np.random.default_rng(0)


def values(kind: str) -> dict[str, Any]:
    """Data and parameters, by the letters X, Y, W, U, b, c."""
    N, T, n, h = SIZES.values()
    rows = GATES[kind] * h
    shapes = {"X": (N, T, n), "Y": (N, T, h), "W": (rows, n), "b": (rows,), "U": (rows, h),
              "c": (rows,)}  # fmt: skip
    return {k: RNG.normal(size=s) / (1 if k in "XY" else 8) for k, s in shapes.items()}


def compiled(kind: str, at: dict[str, Any]) -> Callable[[], list[Any]]:
    """The loss, then the gradients in W, U, b, c, by symnn."""
    layer = getattr(sn.nn, kind)("n", "h")
    X, Y = sn.tensor("X", ("N", "T", "n")), sn.tensor("Y", ("N", "T", "h"))
    loss = np.mean((layer(X) - Y) ** 2)
    found = {str(t.name).split("_", maxsplit=1)[0]: t for t in layer.parameters()}
    f = sn.compile([loss, *gradients(loss, [found[k] for k in "WUbc"]).values()])
    given = {str(t.name): at[str(t.name).split("_", maxsplit=1)[0]] for t in f.inputs}
    return lambda: f(given)


def by_jax(kind: str, at: dict[str, Any]) -> Callable[[], list[Any]]:
    """The same by jax."""
    arrays = {k: jnp.asarray(v) for k, v in at.items()}

    def loss(p: dict[str, Any]) -> Any:
        inputs = jnp.swapaxes(arrays["X"] @ p["W"].T + p["b"], 0, 1)
        start = jnp.zeros((inputs.shape[1], SIZES["h"]))
        step = STEPS[kind]
        _, states = jax.lax.scan(
            lambda s, a: step(s, a, s[0] @ p["U"].T + p["c"]), (start, start), inputs
        )
        return jnp.mean((jnp.swapaxes(states, 0, 1) - arrays["Y"]) ** 2)

    run = jax.jit(jax.value_and_grad(loss))
    p = {k: arrays[k] for k in "WUbc"}

    def call() -> list[Any]:
        value, found = jax.block_until_ready(run(p))
        return [value, *(found[k] for k in "WUbc")]

    return call


def _rnn(state: Any, a: Any, z: Any) -> Any:
    h = jnp.tanh(a + z)
    return (h, state[1]), h


def _lstm(state: Any, a: Any, z: Any) -> Any:
    i, f, g, o = jnp.split(a + z, 4, axis=1)
    c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def _gru(state: Any, a: Any, z: Any) -> Any:
    (a_r, a_z, a_n), (h_r, h_z, h_n) = jnp.split(a, 3, axis=1), jnp.split(z, 3, axis=1)
    r, u = jax.nn.sigmoid(a_r + h_r), jax.nn.sigmoid(a_z + h_z)
    h = (1 - u) * jnp.tanh(a_n + r * h_n) + u * state[0]
    return (h, state[1]), h


STEPS = {"RNN": _rnn, "LSTM": _lstm, "GRU": _gru}


def compared(kind: str, rounds: int = 20) -> tuple[float, float, float]:
    """(seconds by symnn, seconds by jax, deviation)."""
    at = values(kind)
    runs = compiled(kind, at), by_jax(kind, at)
    difference = deviation(runs[0](), runs[1]())
    if not difference < 1e-10:
        raise AssertionError(f"{kind}: the two sides differ by {difference:.1e}")
    times = [[_timed(run) for run in runs] for _ in range(rounds)]
    return min(t[0] for t in times), min(t[1] for t in times), difference


def _timed(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:  # both libraries read it when they are loaded
        os.execve(sys.executable, [sys.executable, "-m", "tests.bench.bench_recurrent"],
                  {**os.environ, **ONE_THREAD})  # fmt: skip
    print(f"{'':8}{'symnn':>10}{'jax':>13}{'ratio':>8}{'deviation':>11}")
    for kind in STEPS:
        ours, theirs, difference = compared(kind)
        print(f"{kind:8}{ours * 1e3:>7.2f} ms{theirs * 1e3:>10.2f} ms"
              f"{theirs / ours:>8.2f}{difference:>11.0e}")  # fmt: skip


if __name__ == "__main__":
    main()
