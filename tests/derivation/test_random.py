"""500 random programs: gradients and Hessian products right, every printed form parsed again."""

from __future__ import annotations

import numpy as np
import pytest

import symnn as sn
from symnn.derivation.bench import Bench, relative

from .programs import ProgramMaker

QUICK, ALL = range(120), range(120, 500)


def law(seed: int) -> None:
    """One program: every step checked at two draws."""
    loss = ProgramMaker(seed).loss()
    report = sn.derive(loss).check(draws=2)
    assert report.passed, str(report)


def second_order(seed: int) -> None:
    """Hessian times a vector against the difference of gradients."""
    loss = ProgramMaker(seed).loss()
    d = sn.derive(loss)
    wrt = d.wrt[0]
    bench = Bench(d.program, d.cotangents, np.random.default_rng(seed))
    if not bench.smooth:
        return
    v = sn.tensor("v", wrt.shape)
    product = sn.hvp(loss, wrt, v)
    direction = np.random.default_rng(seed + 1).normal(size=np.shape(bench.values[wrt.call.port]))
    values = {sn.Tensor(c): bench.values[c.port] for c in d.program.inputs}
    h = 1e-5

    def gradient(shift: float) -> np.ndarray:
        moved = {**values, wrt: values[wrt] + shift * direction}
        return np.asarray(sn.evaluate(d.gradients[wrt], moved))

    expected = (8 * (gradient(h) - gradient(-h)) - (gradient(2 * h) - gradient(-2 * h))) / (12 * h)
    found = sn.evaluate(product, {**values, v: direction})
    scale = max(1.0, float(np.max(np.abs(gradient(0.0)))))
    assert relative(found / scale, expected / scale) < 1e-5


@pytest.mark.parametrize("seed", QUICK)
def test_random_program(seed: int) -> None:
    law(seed)


@pytest.mark.parametrize("seed", range(80))
def test_random_program_at_second_order(seed: int) -> None:
    second_order(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", ALL)
def test_more_random_programs(seed: int) -> None:
    law(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(80, 500))
def test_more_random_programs_at_second_order(seed: int) -> None:
    second_order(seed)
