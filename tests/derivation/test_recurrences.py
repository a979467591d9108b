"""Backpropagation through time as a textbook has it: every line checked, two of them golden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import symnn as sn

T, n, p, k, N = sn.sizes("T n p k N")


def rnn() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, U, b = sn.parameter("W", (p, n)), sn.parameter("U", (p, p)), sn.parameter("b", (p,))
    x, y, h0 = sn.tensor("x", (T, n)), sn.tensor("y", (T, p)), sn.tensor("h0", (p,))
    h = sn.named("h", sn.scan(lambda h, x: np.tanh(W @ x + U @ h + b), h0, x))
    return np.sum((h - y) ** 2), [W, U, b]


def lstm() -> tuple[sn.Tensor, list[sn.Tensor]]:
    x, y = sn.tensor("x", (T, n)), sn.tensor("y", (T, p))
    layers = {
        g: (
            sn.parameter(f"W_{g}", (p, n)), sn.parameter(f"U_{g}", (p, p)),
            sn.parameter(f"b_{g}", (p,)),
        )
        for g in "ifgo"
    }  # fmt: skip

    def step(state: Any, x: Any) -> Any:
        h, c = state
        i, f, g, o = (
            sn.named(name, (np.tanh if name == "g" else sn.sigmoid)(W @ x + U @ h + b))
            for name, (W, U, b) in layers.items()
        )
        c = sn.named("c", f * c + i * g)
        return sn.named("h", o * np.tanh(c)), c

    start = sn.tensor("h0", (p,)), sn.tensor("c0", (p,))
    h, _ = sn.scan(step, start, x)
    return np.sum((h - y) ** 2), [t for own in layers.values() for t in own]


def gru() -> tuple[sn.Tensor, list[sn.Tensor]]:
    x = sn.tensor("x", (T, n))
    made = [sn.parameter(f"{a}_{g}", (p, s)) for g in "rzn" for a, s in (("W", n), ("U", p))]
    Wr, Ur, Wz, Uz, Wn, Un = made

    def step(h: Any, x: Any) -> Any:
        r, z = sn.sigmoid(Wr @ x + Ur @ h), sn.sigmoid(Wz @ x + Uz @ h)
        return (1 - z) * np.tanh(Wn @ x + r * (Un @ h)) + z * h

    return np.sum(sn.scan(step, sn.tensor("h0", (p,)), x)[-1] ** 2), made


def with_an_output_layer() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, U, V = sn.parameter("W", (p, n)), sn.parameter("U", (p, p)), sn.parameter("V", (k, p))
    x, labels = sn.tensor("x", (T, n)), sn.tensor("y", (T, k), assume={"simplex"})

    def step(h: Any, x: Any) -> Any:
        h = np.tanh(W @ x + U @ h)
        return h, V @ h

    _, o = sn.scan(step, sn.tensor("h0", (p,)), x)
    return -np.sum(labels * np.log(sn.softmax(o, axis=-1))) / T, [W, U, V]


def moving_average() -> tuple[sn.Tensor, list[sn.Tensor]]:
    x, a = sn.tensor("x", (T,)), sn.parameter("alpha")
    m = sn.named("m", sn.scan(lambda m, x: a * m + (1 - a) * x, 0.0, x))
    return np.sum(m**2), [a, x]


def in_reverse() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    x, s = sn.tensor("x", (T, n)), sn.parameter("s", (p,))
    h = sn.scan(lambda h, x: np.tanh(W @ x + U @ h), s, x, reverse=True)
    return np.sum(sn.named("h", h) ** 3), [W, U, s]


def gated_by_inputs() -> tuple[sn.Tensor, list[sn.Tensor]]:
    x, u, h0 = sn.tensor("x", (T, n)), sn.parameter("u", (n,)), sn.parameter("h0", (n,))
    h = sn.named("h", sn.scan(lambda h, x: x * h + u, h0, x))
    return np.sum(h**2), [u, h0, x]


def a_batch() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    x, h0 = sn.tensor("x", (T, N, n)), sn.tensor("h0", (N, p))
    h = sn.named("h", sn.scan(lambda h, x: np.tanh(x @ W.T + h @ U.T), h0, x))
    return np.sum(h[-1] ** 2), [W, U]


def read_from_outside() -> tuple[sn.Tensor, list[sn.Tensor]]:
    W, U = sn.parameter("W", (p, n)), sn.parameter("U", (p, p))
    x, h0 = sn.tensor("x", (T, n)), sn.parameter("h0", (p,))

    def step(h: Any, x: Any) -> Any:
        a = sn.named("a", W @ x + U @ h)
        return np.tanh(a), (a, h)

    h, (a, before) = sn.scan(step, h0, x)
    return np.sum(a**2) + np.sum(before**3) + np.sum(h), [W, U, h0]


def layer(kind: str) -> Callable[[], tuple[sn.Tensor, Any]]:
    def build() -> tuple[sn.Tensor, Any]:
        h = getattr(sn.nn, kind)("n", "m", last_only=True)(sn.tensor("x", ("N", "T", "n")))
        return np.mean((h - sn.tensor("y", ("N", "m"))) ** 2), None

    build.__name__ = f"nn.{kind}"
    return build


CASES = [
    layer("RNN"), pytest.param(layer("GRU"), marks=pytest.mark.slow),
    pytest.param(layer("LSTM"), marks=pytest.mark.slow),
    rnn, gru, with_an_output_layer, moving_average, in_reverse, gated_by_inputs, a_batch,
    read_from_outside, pytest.param(lstm, marks=pytest.mark.slow),
]  # fmt: skip


@pytest.mark.parametrize("build", CASES, ids=lambda f: f.__name__)
def test_every_line_of_a_recurrence_is_checked(build: Callable[[], Any]) -> None:
    loss, wrt = build()
    report = sn.derive(loss, wrt=wrt).check(draws=1)
    assert report.passed
    assert not report.unverified
    assert report.largest < 1e-6


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("build", [rnn, lstm], ids=lambda f: f.__name__)
def test_golden_steps(
    build: Callable[[], Any], lang: str, golden: Callable[[str, str], None]
) -> None:
    loss, wrt = build()
    golden(f"derivation/{build.__name__}.{lang}.txt", sn.derive(loss, wrt=wrt).text("all", lang))


def test_the_recurrence_reads_like_the_textbook() -> None:
    loss, wrt = rnn()
    d = sn.derive(loss, wrt=wrt)
    lines = [line.split("   [")[0].strip() for line in d.text("main").splitlines()]
    for line in (
        "h_t = tanh(a_t)",
        "∇_{h_t} = 2(h_t − y_t) + Uᵀ δ_{t + 1}",
        "δ_t = ∇_{h_t} ⊙ (1 − h_t ⊙ h_t)",
    ):
        assert line in lines
    assert d.text().splitlines()[1] == "∇_U(L) = ∑_{t=1}^{T} δ_t h_{t − 1}ᵀ"
    assert r"\nabla_{U} L = \sum_{t=1}^{T} \delta_{t} h_{t - 1}^{\top}" in d.latex().replace(
        "&", ""
    )


def test_a_wrong_line_of_a_recurrence_fails() -> None:
    """The check is one that can fail: the gradient without what the next step passes back."""
    loss, wrt = rnn()
    d = sn.derive(loss, wrt=wrt)
    (group,) = d.program.groups
    state = d.cotangents[group.states[0].leaf]
    state.value = state.plain = state.paths[0].final
    with pytest.raises(sn.CheckError):
        d.check(draws=1, printed=False)


def test_the_last_step_and_the_one_behind_it() -> None:
    """Steps count from 1: the last state is h_T, and only it gets the gradient from outside."""
    loss, wrt = layer("RNN")()
    text = sn.derive(loss, wrt=wrt).text("main")
    assert "rnn = h_T " in text
    assert "∇_{h_t} = [t = T] ∇_rnn + δ_{t + 1} U_rnn" in text


def test_derived_gradients_compile() -> None:
    loss, wrt = lstm()
    d = sn.derive(loss, wrt=wrt)
    f = sn.compile({str(t.name): d.gradients[t] for t in wrt})
    rng = np.random.default_rng(0)
    sizes = {"T": 4, "n": 3, "p": 2}
    values = {t: rng.normal(size=[sizes.get(str(s), s) for s in t.sizes]) for t in f.inputs}
    mine = f(values)
    for t in wrt:
        assert np.allclose(mine[str(t.name)], sn.evaluate(d.gradients[t], values), 1e-11, 1e-12)
    assert f.source.count("for t") == 2  # forward in time, then backward; nothing is unrolled
