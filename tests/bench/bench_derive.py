"""How long deriving takes: run `python -m tests.bench.bench_derive`.

Prints, in one run: import, small derivations, deep residual nets (linear growth), the golden set
(derive, simplify and print, without checks), a transformer block with all steps and checks. Times
are processor times.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import symnn as sn
from symnn.report.attention.nets import VARIANTS

from ..derivation.problems import PROBLEMS


def seconds(action: Callable[[], Any], repeat: int = 1) -> float:
    """The median processor time of an action."""
    found = []
    for _ in range(repeat):
        start = time.process_time()
        action()
        found.append(time.process_time() - start)
    return statistics.median(found)


def deep(layers: int) -> tuple[Any, list[Any]]:
    """A residual MLP with symbolic sizes."""
    X = sn.tensor("X", ("N", "d"))
    h, parameters = X, []
    for k in range(layers):
        W, b = sn.parameter(f"W{k}", ("d", "d")), sn.parameter(f"b{k}", ("d",))
        h = sn.named(f"h{k}", h + np.tanh(h @ W + b))
        parameters += [W, b]
    return np.sum(h**2), parameters


def _printed(loss: Any, wrt: Any) -> str:
    return sn.derive(loss, wrt=wrt).text()


def golden() -> list[float]:
    """Derive, simplify and print each golden problem."""
    found = []
    for problem in PROBLEMS:
        loss, wrt = problem.build()
        found.append(seconds(partial(_printed, loss, wrt)))
    return found


def block() -> None:
    """A transformer block: every step, every formula read back, every gradient differenced."""
    d = sn.derive(VARIANTS["attention.block"]().loss)
    assert len(d.steps) > 100
    d.check(draws=1)


def main() -> None:
    """Print the table."""
    code = (
        "import time; t = time.process_time(); import symnn as sn; print(time.process_time() - t)"
    )
    bare = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(f"import symnn                     {float(bare.stdout):8.3f} s")
    golden()  # warm caches once, as one process would be
    times = golden()
    print(f"golden set, median of {len(times)}         {1000 * statistics.median(times):8.1f} ms")
    print(f"golden set, largest              {1000 * max(times):8.1f} ms")
    print(f"transformer block, all checked   {seconds(block, 3):8.3f} s")
    base = None
    for layers in (20, 200, 2000):
        loss, parameters = deep(layers)
        took = seconds(partial(sn.derive, loss, wrt=parameters))
        base = base or took / layers
        print(f"{layers:5d} residual layers            {took:8.3f} s   per layer / first "
              f"{took / layers / base:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
