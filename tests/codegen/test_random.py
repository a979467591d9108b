"""Compiled = interpreted on random NumPy programs, raw terms and the golden set of losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum
from symnn.codegen.compiled import compile
from symnn.codegen.gradients import gradients
from symnn.core.errors import ShapeError
from symnn.core.walk import leaves
from symnn.lang.call import Call
from symnn.oracle import interpret
from tests.derivation.problems import PROBLEMS, Problem
from tests.programs import Program
from tests.strategies import NUMBERS, RawTerms

QUICK = [*range(120), 204]  # 204: a step 1 - m, which is negative and does not look it
ALL = range(120, 500)


def compare(values: list[sn.Tensor], numbers: dict[sn.Tensor, Any]) -> None:
    """One compiled function against the oracle; relative to the largest entry of each output."""
    f = compile(values)
    known = {t: numbers[t] for t in numbers if t.call in f.function.inputs}
    for got, value in zip(f(known), values, strict=True):
        wanted = sn.evaluate(value, known)
        assert got.shape == wanted.shape
        scale = max(1.0, float(np.max(np.abs(wanted), initial=0)))
        assert np.max(np.abs(got - wanted), initial=0) <= 1e-11 * scale, f.source


def law(seed: int) -> None:
    program = Program(seed)
    tensors = [sn.tensor("abc"[k], s) for k, s in enumerate(program.shapes)]
    try:
        value = program.run(*tensors)
    except ShapeError:
        return  # its sizes fit by number only: no symbolic program
    loss = np.sum(np.tanh(value))
    read = [t for t in tensors if t.call in compile(loss).function.inputs]
    first = list(gradients(loss, read).values())
    numbers = dict(zip(tensors, program.arrays, strict=True))
    compare([value, loss, *first], numbers)
    again = sum(np.sum(np.sin(g)) for g in first)
    inside = [t for t in read if t.call in compile(again).function.inputs]
    compare(list(gradients(again, inside).values()), numbers)


@pytest.mark.parametrize("seed", QUICK)
def test_random_programs_and_their_gradients_of_orders_1_and_2(seed: int) -> None:
    law(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", ALL)
def test_more_random_programs(seed: int) -> None:
    law(seed)


@pytest.mark.parametrize("policy", [None, STRUCTURE], ids=["reader", "structure"])
@pytest.mark.parametrize("seed", range(60))
def test_raw_terms(seed: int, policy: Any) -> None:
    made = RawTerms(seed)
    out, terms = made.sum()
    node = make_sum(out, terms, policy) if policy else make_sum(out, terms)
    used = [x for x in leaves([node]) if x in made.values]
    calls = [Call("input", (), x, name=x.name) for x in used]
    sizes = [sn.tensor(f"size_{s}", (s,)) for s in NUMBERS]
    f = compile(sn.Tensor(Call("raw", [*calls, *(t.call for t in sizes)], node)))
    given = {sn.Tensor(c): made.values[c.port] for c in calls}
    given.update((t, np.zeros(NUMBERS[t.sizes[0]])) for t in sizes)
    got = f({t: a for t, a in given.items() if t.call in f.function.inputs})
    wanted = interpret([node], made.values, NUMBERS)[0]
    assert np.allclose(got, wanted, rtol=1e-10, atol=1e-10), f.source


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda p: p.name)
def test_derived_gradients_compile(problem: Problem) -> None:
    loss, wrt = problem.build()
    derived = sn.derive(loss, wrt=[wrt]).gradients[wrt]
    values = [loss, derived, gradients(loss, [wrt])[wrt]]
    inputs = compile(values).inputs
    rng = np.random.default_rng(0)
    sizes: dict[str, int] = {}
    numbers = {}
    for t in inputs:
        shape = [
            s if isinstance(s, int) else sizes.setdefault(str(s), 3 + len(sizes)) for s in t.sizes
        ]
        numbers[t] = rng.uniform(0.2, 0.9, shape)
    compare(values, numbers)
