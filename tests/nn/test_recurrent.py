"""Recurrent layers over a symbolic length: the unrolled layer, and lax.scan of JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symnn as sn
from symnn.codegen.gradients import gradients
from symnn.core.scalars import evaluate_scalar
from symnn.core.sizes import size_symbol
from symnn.lang.binding import leaf_calls

KINDS = ("RNN", "LSTM", "GRU")
OPTIONS: list[dict[str, Any]] = [
    {},
    {"num_layers": 2, "bidirectional": True},
    {"last_only": True, "batch_first": False},
    {"bias": False},
]


def _values(model: sn.Tensor, sizes: dict[str, int], seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    calls = sorted(leaf_calls([model.call]), key=lambda c: str(c.name))
    bound = {size_symbol(name): value for name, value in sizes.items()}
    shapes = {str(c.name): [evaluate_scalar(s, bound) for s in c.port.sizes] for c in calls}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}  # type: ignore[arg-type]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 2, 5])
def test_the_scan_is_the_unrolled_layer(kind: str, options: dict[str, Any], length: int) -> None:
    layer = getattr(sn.nn, kind)
    first = options.get("batch_first", True)

    def model(steps: Any) -> sn.Tensor:
        shape = ("N", steps, "n") if first else (steps, "N", "n")
        return layer("n", 4, **options)(sn.tensor("x", shape))

    symbolic, unrolled = model("T"), model(length)
    values = _values(symbolic, {"N": 2, "T": length, "n": 3})
    assert np.allclose(sn.evaluate(symbolic, values), sn.evaluate(unrolled, values), 1e-12, 1e-13)
    assert np.allclose(sn.compile(symbolic)(values), sn.evaluate(unrolled, values), 1e-12, 1e-13)


def _jax_layer(kind: str, p: dict[str, Any], x: Any) -> Any:
    """The layer of torch.nn as a lax.scan; x is [N, T, n]."""

    name = kind.lower()
    w, u, b, c = (p[f"{k}_{name}"] for k in "WUbc")
    start = jnp.zeros((x.shape[0], u.shape[1]))

    def step(state: Any, now: Any) -> Any:
        a, s = now @ w.T + b, state[0] @ u.T + c
        if kind == "RNN":
            new: Any = (jnp.tanh(a + s),)
        elif kind == "LSTM":
            i, f, g, o = jnp.split(a + s, 4, axis=-1)
            cell = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
            new = (jax.nn.sigmoid(o) * jnp.tanh(cell), cell)
        else:
            (ar, az, an), (sr, sz, s_n) = jnp.split(a, 3, axis=-1), jnp.split(s, 3, axis=-1)
            r, z = jax.nn.sigmoid(ar + sr), jax.nn.sigmoid(az + sz)
            new = ((1 - z) * jnp.tanh(an + r * s_n) + z * state[0],)
        return new, new[0]

    carried = (start, start) if kind == "LSTM" else (start,)
    _, h = jax.lax.scan(step, carried, jnp.swapaxes(x, 0, 1))
    return jnp.swapaxes(h, 0, 1)


SIZES = [{"N": 2, "T": 4, "n": 3, "m": 5}, {"N": 3, "T": 9, "n": 2, "m": 4}]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_lax_scan(kind: str, sizes: dict[str, int]) -> None:
    jax.config.update("jax_enable_x64", True)
    x = sn.tensor("x", ("N", "T", "n"))
    h = getattr(sn.nn, kind)("n", "m")(x)
    loss = np.sum(h**2 + h)
    wrt = [sn.Tensor(c) for c in leaf_calls([loss.call])]
    found = sn.compile({str(t.name): g for t, g in gradients(loss, wrt).items()})
    values = _values(loss, sizes)
    mine = found(values)

    def peer(p: dict[str, Any]) -> Any:
        out = _jax_layer(kind, p, p["x"])
        return (out**2 + out).sum()

    theirs = jax.grad(peer)({k: jax.numpy.asarray(v) for k, v in values.items()})
    for name, value in theirs.items():
        scale = np.abs(value).max()
        assert np.abs(mine[name] - np.asarray(value)).max() <= 1e-10 * scale, name


@pytest.mark.parametrize("kind", KINDS)
def test_the_cost_of_a_sequence_is_that_of_its_steps(kind: str) -> None:
    def forward(steps: Any) -> dict[str, Any]:
        x = sn.tensor("x", ("N", steps, "n"))
        return sn.analyze(getattr(sn.nn, kind)("n", "m"), x).total.forward

    whole, unrolled = forward("T"), forward(5)
    bound = {sn.sizes("T").expr: 5}
    for operation in ("mac", "mul", "exp", "tanh", "div"):
        if operation in unrolled:
            assert whole[operation].xreplace(bound).equals(unrolled[operation]), operation


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (
            "LSTM",
            [
                "i_t = sigmoid((a_i)_t)",
                "c_t = c_{t − 1} ⊙ f_t + i_t ⊙ g_t",
                "h_t = o_t ⊙ tanh(c_t)",
                "∇_{(a_g)_t} = i_t ⊙ ∇_{c_t} ⊙ (1 − g_t ⊙ g_t)",
                "∇_{W_o} = ∑_{t=1}^{T} ∇_{(a_o)_t}ᵀ x_{:,t}",
                "∇_{b_o} = ∑_{t=1}^{T} ∇_{(a_o)_t}ᵀ 𝟏_N",
                "∇_{U_lstm} = [∇_{U_i}; ∇_{U_f}; ∇_{U_g}; ∇_{U_o}]",
            ],
        ),
        (
            "GRU",
            [
                "z_t = sigmoid((a_z)_t)",
                "h_t = h_{t − 1} ⊙ z_t + n_t ⊙ (1 − z_t)",
                "∇_{n_t} = ∇_{h_t} ⊙ (1 − z_t)",
                "∇_{U_z} = ∑_{t=1}^{T} ∇_{(a_z)_t}ᵀ h_{t − 1}",
                "∇_{b_gru} = [∇_{b_r}; ∇_{b_z}; ∇_{b_n}]",
            ],
        ),
    ],
)
def test_the_gates_have_their_names(kind: str, lines: list[str]) -> None:
    out = getattr(sn.nn, kind)("d", "p", last_only=True)(sn.tensor("x", ("N", "T", "d")))
    text = sn.derive(np.sum((out - sn.tensor("y", ("N", "p"))) ** 2)).text("layers")
    for line in lines:
        assert line in text.splitlines(), line
