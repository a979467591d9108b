"""Compiled Hessians beside `jax.hessian` under jit: run `python -m tests.bench.bench_hessian`.

x'Ax, logistic regression (2048 x 256, mean log loss) and matrix factorisation (n = 100, k = 5:
in U, the mixed block, and all four blocks), in float64 and in one run. Law: a round is timed only
once both sides agree to 1e-10 of the largest entry. Times are medians of interleaved rounds, with
one thread a side (the command sets it before the libraries load), so that a busy machine is fair.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import symnn as sn

jax.config.update("jax_enable_x64", True)

RNG = np.random.default_rng(0)
TOLERANCE = 1e-10
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


@dataclass(frozen=True)
class Case:
    """One Hessian, by both sides.

    Attributes:
        name: in the table.
        loss: NumPy-style code, called as loss(np, *tensors).
        shapes: names of the sizes of each tensor.
        values: arrays by name.
        blocks: pairs of names; the Hessian, or several of its blocks.
    """

    name: str
    loss: Callable[..., Any]
    shapes: dict[str, tuple[str, ...]]
    values: dict[str, Any]
    blocks: tuple[tuple[str, str], ...]

    def compiled(self) -> Callable[[], list[Any]]:
        """The blocks by symnn."""
        tensors = {k: sn.parameter(k, sizes) for k, sizes in self.shapes.items()}
        value = self.loss(sn.numpy, *tensors.values())
        f = sn.compile([sn.hessian(value, tensors[a], tensors[b]) for a, b in self.blocks])
        values = {str(t.name): self.values[str(t.name)] for t in f.inputs}
        return lambda: f(values)

    def by_jax(self) -> Callable[[], list[Any]]:
        """The blocks by jax."""
        names = list(self.shapes)
        arguments = [jnp.asarray(self.values[n]) for n in names]
        wrt = tuple(dict.fromkeys(names.index(n) for pair in self.blocks for n in pair))
        at = [(wrt.index(names.index(a)), wrt.index(names.index(b))) for a, b in self.blocks]

        def f(*args: Any) -> list[Any]:
            if len(self.blocks) == 1:  # jax would compute all four
                ((a, b),) = self.blocks
                grad = jax.grad(lambda *x: self.loss(jnp, *x), names.index(a))
                return [jax.jacfwd(grad, names.index(b))(*args)]
            found = jax.hessian(lambda *x: self.loss(jnp, *x), wrt)(*args)
            return [found[a][b] for a, b in at]

        jitted = jax.jit(f)
        return lambda: jax.block_until_ready(jitted(*arguments))


def quadratic(np: Any, x: Any, A: Any) -> Any:
    return x @ A @ x


def logistic(np: Any, w: Any, X: Any, y: Any) -> Any:
    z = X @ w
    return np.mean(np.log(1 + np.exp(z)) - y * z)


def factorisation(np: Any, U: Any, V: Any, X: Any) -> Any:
    return np.sum((X - U @ V.T) ** 2)


def cases(
    n: int = 256,
    samples: int = 2048,
    features: int = 256,
    m: int = 100,
    k: int = 5,
    columns: int = 100,
) -> list[Case]:
    """The cases at the sizes of the issue, or at others."""
    normal = RNG.normal
    x = {"x": normal(size=n), "A": normal(size=(n, n))}
    data = {
        "w": normal(size=features) / features**0.5,
        "X": normal(size=(samples, features)),
        "y": RNG.integers(0, 2, samples).astype(float),
    }
    mf = {"U": normal(size=(m, k)), "V": normal(size=(columns, k)), "X": normal(size=(m, columns))}
    shapes = {"U": ("m", "k"), "V": ("n", "k"), "X": ("m", "n")}
    both = (("U", "U"), ("U", "V"), ("V", "U"), ("V", "V"))
    return [
        Case("x'Ax", quadratic, {"x": ("n",), "A": ("n", "n")}, x, (("x", "x"),)),
        Case("logistic", logistic, {"w": ("d",), "X": ("N", "d"), "y": ("N",)}, data,
             (("w", "w"),)),
        Case("factorisation U", factorisation, shapes, mf, (("U", "U"),)),
        Case("factorisation U V", factorisation, shapes, mf, (("U", "V"),)),
        Case("factorisation, all", factorisation, shapes, mf, both),
    ]  # fmt: skip


def deviation(ours: list[Any], theirs: list[Any]) -> float:
    """The largest difference, as a part of the largest entry."""
    return max(
        float(np.max(np.abs(a - np.asarray(b)))) / max(1.0, float(np.max(np.abs(b))))
        for a, b in zip(ours, theirs, strict=True)
    )


def compared(case: Case, rounds: int = 30) -> tuple[float, float, float]:
    """(seconds by symnn, seconds by jax, deviation)."""
    runs = case.compiled(), case.by_jax()
    difference = deviation(runs[0](), runs[1]())
    if not difference < TOLERANCE:
        raise AssertionError(f"{case.name}: the two sides differ by {difference:.1e}")
    times = [tuple(_timed(run) for run in runs) for _ in range(rounds)]
    return median(t[0] for t in times), median(t[1] for t in times), difference


def _timed(run: Callable[[], Any]) -> float:
    run()  # warm: the round before used other memory
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    if "OPENBLAS_NUM_THREADS" not in os.environ:  # both libraries read it when they are loaded
        os.execve(sys.executable, [sys.executable, "-m", "tests.bench.bench_hessian"],
                  {**os.environ, **ONE_THREAD})  # fmt: skip
    print(f"{'':22}{'symnn':>10}{'jax.hessian':>13}{'ratio':>8}{'deviation':>11}")
    for case in cases():
        ours, theirs, difference = compared(case)
        print(f"{case.name:22}{ours * 1e3:>7.3f} ms{theirs * 1e3:>10.3f} ms"
              f"{theirs / ours:>8.1f}{difference:>11.0e}")  # fmt: skip


if __name__ == "__main__":
    main()
