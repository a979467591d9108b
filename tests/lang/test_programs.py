"""Random NumPy programs: the oracle equals NumPy, gradients equal differences at orders 1 and 2."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symnn as sn
from symnn.calculus import adjoint
from symnn.calculus.adjoint import reverse
from symnn.calculus.build import number_node
from symnn.calculus.facts import STRUCTURE
from symnn.core.node import Extremum, Map
from symnn.core.walk import topological
from symnn.lang.binding import bind_sizes, conditions_of, leaf_calls
from symnn.lang.call import opened
from symnn.oracle import interpret
from tests import strategies  # noqa: F401  loads the profile
from tests.differences import check_gradients, close
from tests.programs import Program

SEEDS = st.integers(0, 2**32)


def symbolic(program: Program) -> dict[sn.Tensor, np.ndarray]:
    tensors = [sn.tensor(f"t{k}", s) for k, s in enumerate(program.shapes)]
    return dict(zip(tensors, program.arrays, strict=True))


@settings(max_examples=150)
@given(SEEDS)
def test_the_oracle_gives_what_numpy_gives(seed: int) -> None:
    program = Program(seed, length=10)
    numbers = symbolic(program)
    value = run(program, numbers)
    if value is None:
        return
    wanted = leaf_calls([value.call])
    got = sn.evaluate(value, {t: a for t, a in numbers.items() if t.call in wanted})
    assert close(got, np.asarray(program.run(*program.arrays), dtype=float), 1e-10), program


@settings(max_examples=80)
@given(SEEDS)
def test_gradients_are_differences_at_orders_1_and_2(seed: int) -> None:
    program = Program(seed, length=6)
    numbers = symbolic(program)
    value = run(program, numbers)
    if value is None:
        return
    wanted = leaf_calls([value.call])
    known = {t: a for t, a in numbers.items() if t.call in wanted}
    if near_a_kink(value, known):
        return  # differences mean nothing at a tie
    try:
        check_gradients(value, known, None, tolerance=1e-5)
    except sn.DomainError as error:
        assert "GiB" in str(error)


REFUSED: list[Program] = []


def run(program: Program, numbers: dict[sn.Tensor, np.ndarray]) -> sn.Tensor | None:
    """The symbolic value; None where sizes fit by number only (n - 2 stretched as a 1, say)."""
    try:
        value = program.run(*numbers)
        bind_sizes({t.call: a for t, a in numbers.items()}, conditions_of([value.call]))
        return value
    except sn.ShapeError:
        REFUSED.append(program)
        return None


def test_a_wrong_adjoint_is_found(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The checks can fail: an adjoint that drops a factor's exponent is seen at once."""
    x = sn.tensor("x", ("n",))
    number = {x: np.array([0.3, -0.7, 1.1])}
    check_gradients(x**3, number, None)
    monkeypatch.setattr(adjoint, "sub", lambda a, b: a)
    with pytest.raises(AssertionError):
        check_gradients(x**3, number, None)


def test_a_deep_residual_net_is_linear() -> None:
    def seconds(layers: int) -> float:
        start = time.perf_counter()
        h, weights = sn.tensor("x", ("B", "n")), []
        for k in range(layers):
            weights.append(sn.parameter(f"W{k}", ("n", "n")))
            h = h + np.tanh(h @ weights[-1].T)
        loss = np.sum(h**2)
        root = opened([loss.call])[loss.call]
        found = reverse(root, number_node(1), [w.call.port for w in weights], policy=STRUCTURE)
        assert len(found) == layers
        return time.perf_counter() - start

    seconds(10)  # the first run pays for imports and caches
    few, many = min(seconds(50) for _ in range(2)), min(seconds(200) for _ in range(2))
    assert many < 10 * few  # 4 if linear, 16 if quadratic


def test_few_programs_were_refused() -> None:
    assert len(REFUSED) <= 8, REFUSED


def near_a_kink(value: sn.Tensor, numbers: dict[sn.Tensor, np.ndarray]) -> bool:
    """Whether a comparison or a maximum is nearly tied: differences mean nothing there."""
    root = opened([value.call])[value.call]
    known = {t.call.port: a for t, a in numbers.items()}
    sizes = bind_sizes({t.call: a for t, a in numbers.items()})
    for node in topological([root]):
        if isinstance(node, Extremum):
            body = np.sort(np.ravel(interpret([node.body], known, sizes)[0]))
            if np.any((gaps := np.diff(body)) < 1e-3) and np.any(gaps[gaps < 1e-3] > 1e-12):
                return True
        if isinstance(node, Map) and node.fn.kinked:
            args = [interpret([a], known, sizes)[0] for a, _ in node.args[:2]]
            if len(args) == 1 and any(np.any(np.abs(args[0] - k) < 1e-3) for k in node.fn.kinks):
                return True
            if len(args) == 2:
                gap = np.abs(np.subtract.outer(args[0], args[1]))
                if np.any(gap < 1e-3):
                    return True
    return False
