"""Gradients of recurrences, compiled, against jax.jit of lax.scan; and their growth with T.

`python -m tests.bench.bench_scan` prints the time to derive, milliseconds of both for the loss's
gradients of an RNN and an LSTM in float64 (medians of interleaved rounds), and their ratio. On a
busy machine threads of BLAS wait for each other: set OPENBLAS_NUM_THREADS=1, and for JAX
XLA_FLAGS=--xla_cpu_multi_thread_eigen=false.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import symnn as sn
from symnn.codegen.gradients import gradients
from symnn.lang.binding import leaf_calls

jax.config.update("jax_enable_x64", True)
WIDTHS = {"N": 32, "d": 32, "p": 64}
LENGTHS = (32, 128, 512)
ROUNDS = 5
Params = dict[str, Any]


def twin(kind: str) -> Callable[[Params, Any], Any]:
    """The loss of a layer of torch.nn as a lax.scan; x is [N, T, d]."""

    def loss(w: Params, x: Any) -> Any:
        W, U, b, c = (w[f"{k}_{kind.lower()}"] for k in "WUbc")
        start = jnp.zeros((x.shape[0], U.shape[1]))

        def step(state: Any, now: Any) -> Any:
            a = now @ W.T + b + state[0] @ U.T + c
            if kind == "RNN":
                return (jnp.tanh(a),), None
            i, f, g, o = jnp.split(a, 4, axis=-1)
            cell = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(cell), cell), None

        carried = (start,) if kind == "RNN" else (start, start)
        return jnp.sum(jax.lax.scan(step, carried, jnp.swapaxes(x, 0, 1))[0][0] ** 2)

    return loss


def ours(kind: str) -> tuple[sn.Compiled, float]:
    """The compiled gradients over a symbolic length, and the seconds that they took to make."""
    start = time.perf_counter()
    h = getattr(sn.nn, kind)("d", "p", last_only=True)(sn.tensor("x", ("N", "T", "d")))
    loss = np.sum(h**2)
    wrt = [sn.Tensor(c) for c in leaf_calls([loss.call]) if c.name != "x"]
    f = sn.compile({str(t.name): g for t, g in gradients(loss, wrt).items()})
    return f, time.perf_counter() - start


def values_of(kind: str, length: int) -> Params:
    """Weights of the size that keeps the states alive."""
    rng = np.random.default_rng(0)
    d, p = WIDTHS["d"], WIDTHS["p"]
    rows = p if kind == "RNN" else 4 * p
    shapes = {"W": (rows, d), "U": (rows, p), "b": (rows,), "c": (rows,)}
    made = {f"{k}_{kind.lower()}": rng.normal(size=s) / np.sqrt(p) for k, s in shapes.items()}
    return {**made, "x": rng.normal(size=(WIDTHS["N"], length, d))}


def seconds(run: Callable[[], Any]) -> float:
    """One call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def ready(f: Callable[..., Any], *args: Any) -> Any:
    """A call whose result has arrived."""
    return jax.block_until_ready(f(*args))


def main() -> None:
    """Print the table."""
    for kind in ("RNN", "LSTM"):
        f, made = ours(kind)
        theirs = jax.jit(jax.grad(twin(kind)))
        print(f"{kind}: derived and compiled once for all T in {made:.2f} s")
        for length in LENGTHS:
            values = values_of(kind, length)
            given = {k: jnp.asarray(v) for k, v in values.items() if k != "x"}
            x = jnp.asarray(values["x"])
            mine, other = f(values), theirs(given, x)
            deviation = max(
                np.abs(mine[k] - np.asarray(v)).max() / np.abs(v).max() for k, v in other.items()
            )
            runs = partial(f, values), partial(ready, theirs, given, x)
            spent = [[seconds(run) for run in runs] for _ in range(ROUNDS)]
            a, b = (1e3 * median(s[k] for s in spent) for k in (0, 1))
            print(
                f"  T={length:4d}  symnn {a:8.2f} ms  jax.jit(lax.scan) {b:8.2f} ms  "
                f"ratio {a / b:5.2f}  deviation {deviation:.0e}"
            )


if __name__ == "__main__":
    main()
