"""`sn.scan`: equal to the Python loop, in values, gradients, both modes and second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.calculus.adjoint import reverse
from symnn.calculus.build import number_node
from symnn.calculus.tangent import tangent
from symnn.codegen.gradients import gradients
from symnn.core.errors import DomainError, ShapeError
from symnn.core.node import Leaf
from symnn.lang.binding import leaf_calls
from symnn.lang.call import opened
from symnn.oracle import interpret

N, P, T = sn.sizes("n p T")
Step = Callable[..., Any]


def _rnn() -> tuple[Step, Any, bool]:
    W, U, b = sn.parameter("W", (P, N)), sn.parameter("U", (P, P)), sn.parameter("b", (P,))
    return (lambda h, x: np.tanh(W @ x + U @ h + b)), sn.tensor("h0", (P,)), False


def _backward_rnn() -> tuple[Step, Any, bool]:
    step, init, _ = _rnn()
    return step, init, True


def _two_states() -> tuple[Step, Any, bool]:
    W, U = sn.parameter("W", (P, N)), sn.parameter("U", (P, P))

    def step(s: Any, x: Any) -> Any:
        h, c = s
        c = sn.sigmoid(U @ h) * c + np.tanh(W @ x)
        return sn.softmax(c) * h + c, c

    return step, (sn.tensor("h0", (P,)), np.zeros(1) + sn.tensor("c0", (P,))), False


def _relu() -> tuple[Step, Any, bool]:
    W, U = sn.parameter("W", (P, N)), sn.parameter("U", (P, P))
    return (lambda h, x: np.maximum(W @ x + U @ h, 0) + h), sn.tensor("h0", (P,)), False


def _product_of_inputs() -> tuple[Step, Any, bool]:
    W = sn.parameter("W", (P, N))
    return (lambda h, x: (W @ x) * h + h), sn.tensor("h0", (P,)), False


STEPS = {f.__name__: f for f in (_rnn, _backward_rnn, _two_states, _relu, _product_of_inputs)}


def _loop(step: Step, init: Any, x: sn.Tensor, length: int, *, backward: bool) -> Any:
    """The same by a Python loop: the stacks of all states."""
    state, found = init, [None] * length
    for t in range(length)[:: -1 if backward else 1]:
        state = step(state, x[t])
        found[t] = state
    if isinstance(init, tuple):
        return tuple(np.stack([s[k] for s in found]) for k in range(len(init)))
    return np.stack(found)


def _losses(name: str, length: int) -> tuple[sn.Tensor, sn.Tensor]:
    """(by scan over T steps, by the loop); both read the same parameters."""
    step, init, backward = STEPS[name]()
    x = sn.tensor("x", (T, N))
    y = sn.tensor("x", (length, N))
    made = sn.scan(step, init, x, reverse=backward)
    looped = _loop(step, init, y, length, backward=backward)

    def loss(h: Any) -> sn.Tensor:
        parts = h if isinstance(h, tuple) else (h,)
        return sum(np.sum(q**2) + np.sum(np.sin(q[-1])) for q in parts)

    return loss(made), loss(looped)


def _values(loss: sn.Tensor, length: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(length)
    sizes = {"n": 3, "p": 4, "T": length}
    calls = sorted(leaf_calls([loss.call]), key=lambda c: str(c.name))
    return {
        str(c.name): rng.normal(size=[sizes.get(str(s), s) for s in c.port.sizes]) for c in calls
    }


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("name", STEPS)
def test_a_scan_is_the_loop_in_value_and_gradient(name: str, length: int) -> None:
    scanned, looped = _losses(name, length)
    values = _values(scanned, length)
    assert np.allclose(sn.evaluate(scanned, values), sn.evaluate(looped, values), 1e-12)

    def all_gradients(loss: sn.Tensor) -> dict[str, np.ndarray]:
        wrt = [sn.Tensor(c) for c in leaf_calls([loss.call])]
        found = {str(t.name): g for t, g in gradients(loss, wrt).items()}
        result: dict[str, np.ndarray] = sn.compile(found)(values)
        return result

    mine, theirs = all_gradients(scanned), all_gradients(looped)
    for leaf, value in theirs.items():
        assert np.allclose(mine[leaf], value, 1e-10, 1e-12), leaf


@pytest.mark.parametrize("name", STEPS)
def test_forward_mode_is_reverse_mode(name: str) -> None:
    scanned, _ = _losses(name, 3)
    root = opened([scanned.call])[scanned.call]
    leaves = {str(c.name): c.port for c in leaf_calls([scanned.call])}
    values = _values(scanned, 3)
    d = {leaf: Leaf(f"d{leaf.name}", leaf.sizes) for leaf in leaves.values()}
    form = tangent(root, d)
    found = reverse(root, number_node(1), list(leaves.values()))
    rng = np.random.default_rng(1)
    sizes = {N.expr: 3, P.expr: 4, T.expr: 3}
    known: dict[Any, Any] = {leaves[k]: v for k, v in values.items()}
    ways = {leaf: rng.normal(size=known[leaf].shape) for leaf in leaves.values()}
    known.update({d[leaf]: way for leaf, way in ways.items()})
    forward = interpret([form], known, sizes)[0]
    parts = [np.sum(interpret([g], known, sizes)[0] * ways[leaf]) for leaf, g in found.items()]  # type: ignore[index]
    assert np.isclose(forward, sum(parts), 1e-11)


@pytest.mark.parametrize("name", ["_rnn", "_product_of_inputs"])
def test_second_derivatives_are_those_of_the_loop(name: str) -> None:
    scanned, looped = _losses(name, 3)
    values = _values(scanned, 3)

    def second(loss: sn.Tensor) -> np.ndarray:
        W = next(sn.Tensor(c) for c in leaf_calls([loss.call]) if c.name == "W")
        first = gradients(loss, [W])[W]
        again = gradients(np.sum(first**2), [W])[W]
        result: np.ndarray = sn.compile(again)(values)
        return result

    assert np.allclose(second(scanned), second(looped), 1e-9, 1e-11)


def test_a_jacobian_goes_through_a_scan() -> None:
    x = sn.tensor("x", ("T",))
    m = sn.scan(lambda m, x: 0.5 * m + 0.5 * x, 0.0, x)
    at = np.arange(4.0)
    found = sn.evaluate(sn.jacobian(m, x), x=at)
    i, j = np.indices((4, 4))
    assert np.allclose(found, np.where(i >= j, 0.5 ** (i - j + 1.0), 0))


def test_equal_steps_are_one_scan() -> None:
    W, x = sn.parameter("W", (P, P)), sn.tensor("x", (T, P))
    one = sn.scan(lambda h, x: np.tanh(W @ h + x), sn.tensor("h0", (P,)), x)
    scan = one.call.body.scan
    other = sn.scan(lambda state, now: np.tanh(now + W @ state), one[0], x).call.body.scan
    assert scan.next == other.next
    assert scan is not other


def test_outputs_are_functions_of_the_states() -> None:
    x, V = sn.tensor("x", (T,)), sn.parameter("V", ())
    states, (before, out) = sn.scan(lambda s, x: (s + x, (s, V * (s + x) * x)), 1.0, x)
    at = np.array([2.0, 3.0, 4.0])
    got = sn.evaluate([states, before, out], x=at, V=2.0)
    assert np.allclose(got[0], [3, 6, 10])
    assert np.allclose(got[1], [1, 3, 6])
    assert np.allclose(got[2], [12, 36, 80])


def test_dicts_and_lengths() -> None:
    found = sn.scan(lambda s: {"a": s["b"], "b": s["a"] + s["b"]}, {"a": 0.0, "b": 1.0}, length=6)
    assert sn.evaluate(found["a"]).tolist() == [1, 1, 2, 3, 5, 8]


def test_integer_inputs_are_positions() -> None:
    E, U = sn.parameter("E", ("V", P)), sn.parameter("U", (P, P))
    tokens = sn.tensor("tokens", (T,), dtype=int, below="V")
    h = sn.scan(lambda h, k: np.tanh(E[k] + U @ h), sn.tensor("h0", (P,)), tokens)
    rng = np.random.default_rng(0)
    values = {"E": rng.normal(size=(3, 2)), "U": rng.normal(size=(2, 2)), "h0": np.zeros(2)}
    d = gradients(np.sum(h**2), [E])[E]
    f, g = sn.compile(np.sum(h**2)), sn.compile(d)
    at = {**values, "tokens": np.array([0, 2, 2, 1])}
    slope = [
        (f({**at, "E": at["E"] + e}) - f({**at, "E": at["E"] - e})) / 2e-5
        for e in 1e-5 * np.eye(6).reshape(6, 3, 2)
    ]
    assert np.allclose(g(at).ravel(), slope, 1e-7, 1e-8)


def test_a_scan_in_a_scan() -> None:
    x = sn.tensor("x", ("T", "S"))
    a = sn.parameter("a")

    def row(total: Any, x: Any) -> Any:
        inner = sn.scan(lambda s, y: a * s + y, total, x)
        return np.tanh(inner[-1])

    h = sn.scan(row, 0.0, x)
    at = np.random.default_rng(0).normal(size=(3, 2))

    def plain(a: float) -> float:
        s = 0.0
        found = 0.0
        for r in at:
            for v in r:
                s = a * s + v
            s = np.tanh(s)
            found += s**2
        return found

    loss = np.sum(h**2)
    values = {"x": at, "a": np.array(0.7)}
    assert np.isclose(sn.compile(loss)(values), plain(0.7))
    slope = (plain(0.7 + 1e-6) - plain(0.7 - 1e-6)) / 2e-6
    assert np.isclose(sn.compile(gradients(loss, [a])[a])(values), slope, 1e-7)
    assert np.isclose(sn.evaluate(gradients(loss, [a])[a], values), slope, 1e-7)


def test_a_loss_for_one_sequence_trains_on_a_batch() -> None:
    W, U = sn.parameter("W", (P, N)), sn.parameter("U", (P, P))
    x, y = sn.tensor("x", (T, N)), sn.tensor("y", (P,))
    h = sn.scan(lambda h, x: np.tanh(W @ x + U @ h), 0 * y, x)
    loss = np.sum((h[-1] - y) ** 2)
    rng = np.random.default_rng(0)
    start = {"W": rng.normal(size=(2, 3)), "U": rng.normal(size=(2, 2))}
    step = sn.compile_step(loss, [W, U], sn.SGD(0.1), batch=4).load(start)
    xs, ys = rng.normal(size=(4, 5, 3)), rng.normal(size=(4, 2))
    step.step(x=xs, y=ys)
    one = sn.compile(gradients(loss, [U])[U])
    mean = np.mean([one(**start, x=a, y=b) for a, b in zip(xs, ys, strict=True)], axis=0)
    assert np.allclose(step.params["U"], start["U"] - 0.1 * mean, 1e-12)


# -- errors ----------------------------------------------------------------------------------------


def test_a_step_that_changes_the_shape() -> None:
    W, h0 = sn.parameter("W", ("m", P)), sn.tensor("h0", (P,))
    with pytest.raises(ShapeError) as error:
        sn.scan(lambda h, x: W @ h, h0, sn.tensor("x", (T,)))
    assert str(error.value) == (
        "ShapeError in scan: the step changes the shape of the state\n"
        "  expected: [p], as h0 has it\n"
        "  found: [m] from matmul\n"
        "  fix: give init the shape that the step returns"
    )


def test_inputs_of_different_lengths() -> None:
    with pytest.raises(ShapeError) as error:
        sn.scan(lambda s, x: s, 0.0, (sn.tensor("x", ("T",)), sn.tensor("y", ("S",))))
    assert str(error.value) == (
        "ShapeError in scan\n"
        "  expected: one number of steps on the first axes\n"
        "  found: x has T, y has S\n"
        "  fix: give all inputs the same first axis"
    )


def test_neither_inputs_nor_a_length() -> None:
    with pytest.raises(DomainError) as error:
        sn.scan(lambda s: s, 0.0)
    assert str(error.value) == (
        "scan: how many steps?\n"
        "  expected: xs, or length=\n"
        "  found: neither\n"
        "  fix: give length=T where the step reads no sequence"
    )


def test_an_input_without_a_first_axis() -> None:
    with pytest.raises(ShapeError, match="x of rank 0"):
        sn.scan(lambda s, x: s + x, 0.0, sn.tensor("x", ()))


def test_a_state_of_another_form() -> None:
    with pytest.raises(DomainError) as error:
        sn.scan(lambda s, x: x, (0.0, 1.0), sn.tensor("x", (T,)))
    assert str(error.value) == (
        "scan: the step returns another form than its state\n"
        "  expected: 2 tensors\n"
        "  found: a tensor\n"
        "  fix: return the new state in the form of init, or (state, output)"
    )


def test_a_length_on_no_input_axis_is_given_by_name() -> None:
    x0, A = sn.tensor("x0", (P,)), sn.tensor("A", (P, P))
    loss = np.sum(sn.scan(lambda x: A @ x, x0, length=T) ** 2)
    rng = np.random.default_rng(5)
    values = {"x0": rng.normal(size=3), "A": rng.normal(size=(3, 3))}
    expected, state = 0.0, values["x0"]
    for _ in range(4):
        state = values["A"] @ state
        expected += float(state @ state)
    assert np.isclose(sn.evaluate(loss, values, sizes={"T": 4}), expected, rtol=1e-13)
    assert np.isclose(sn.compile(loss, sizes={T: 4})(values), expected, rtol=1e-13)
    for run in (lambda: sn.evaluate(loss, values), lambda: sn.compile(loss)):
        with pytest.raises(ShapeError, match=r'sizes=\{"T": 10\}'):
            run()
    with pytest.raises(ShapeError, match="size p is 2 from sizes= but 3 from x0 axis 0"):
        sn.evaluate(loss, values, sizes={"T": 4, "p": 2})
