"""Gradients of exercise 5 against JAX in float64: every variant, written independently."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.derivation.derivation import derive
from symnn.report.answers.slopes import drawn
from symnn.report.attention.model import Net, Shape, attention_net
from symnn.report.attention.nets import VARIANTS

SHAPE = Shape("T", "d", "d_k", "d_v", "m", "tanh")


def _attention(jnp: Any, softmax: Any, p: Any, x: Any) -> Any:
    Q, K, V = (x @ p[f"W_{n}"] + p.get(f"b_{n}", 0.0) for n in "QKV")
    return softmax(Q @ K.T / jnp.sqrt(Q.shape[1]), axis=-1) @ V


SHORT = [(False, None, False), (True, "c", True)]
NETS = list(itertools.product([False, True], [None, "c"], [False, True]))


@pytest.mark.parametrize(
    ("pooled", "output", "biases"),
    [n if n in SHORT else pytest.param(*n, marks=pytest.mark.slow) for n in NETS],
)
def test_gradients_agree_with_jax(pooled: bool, output: str | None, biases: bool) -> None:
    jax, jnp = _jax()
    net = attention_net(SHAPE, pooled=pooled, output=output, biases=biases)
    target = "y" if pooled else "Y"

    def loss(p: Any) -> Any:
        Z = _attention(jnp, jax.nn.softmax, p, p["X"])
        H = jnp.tanh((Z.mean(0) if pooled else Z) @ p["W_1"] + p["b_1"])
        if output is None:
            return jnp.sum((H - p[target]) ** 2)
        return -jnp.sum(p[target] * jax.nn.log_softmax(H @ p["W_2"] + p["b_2"], axis=-1))

    _compare(net, loss, jax)


def _normed(jnp: Any, p: Any, x: Any, k: int) -> Any:
    c = x - x.mean(-1, keepdims=True)
    r = 1 / jnp.sqrt((c**2).mean(-1, keepdims=True) + p["epsilon"])
    return c * r * p[f"gamma_{k}"] + p[f"beta_{k}"]


def _peer(key: str, jax: Any, jnp: Any) -> Any:
    """The output of a variant, written independently."""
    softmax = jax.nn.softmax

    def heads(p: Any, query: str, key_: str, source: str) -> Any:
        Q = jnp.einsum(f"td,{query}dk->{query}tk", p["X"], p["W_Q"])
        K, V = (jnp.einsum(f"td,{key_}dk->{key_}tk", p[source], p[f"W_{n}"]) for n in "KV")
        S = jnp.einsum(f"{query}tk,{key_}sk->{query}ts", Q, K) / jnp.sqrt(Q.shape[-1])
        Z = jnp.einsum(f"{query}ts,{key_}sk->{query}tk", softmax(S, axis=-1), V)
        return jnp.einsum(f"{query}tk,{query}kd->td", Z, p["W_O"]) if query else Z

    def masked(p: Any, keep: Any) -> Any:
        Q, K, V = (p["X"] @ p[f"W_{n}"] for n in "QKV")
        return softmax(Q @ K.T / jnp.sqrt(Q.shape[1]), axis=-1, where=keep(Q.shape[0], p)) @ V

    def turned(p: Any) -> Any:
        angle = jnp.outer(p["p"], p["omega"])
        turn = jnp.exp(1j * angle)  # the plane as complex numbers
        Q, K = ((p["X"] @ (p[f"W_{n}1"] + 1j * p[f"W_{n}2"])) * turn for n in "QK")
        S = jnp.real(Q @ jnp.conj(K).T) / jnp.sqrt(2 * Q.shape[1])
        return softmax(S, axis=-1) @ (p["X"] @ p["W_V"])

    def block(p: Any) -> Any:
        R = p["X"] + _attention(jnp, softmax, p, _normed(jnp, p, p["X"], 1)) @ p["W_O"] + p["b_O"]
        H = jax.nn.relu(_normed(jnp, p, R, 2) @ p["W_1"] + p["b_1"])
        return R + H @ p["W_2"] + p["b_2"]

    return {
        "attention.multi_head": lambda p: heads(p, "h", "h", "X"),
        "attention.grouped": lambda p: heads(p, "gr", "g", "X"),
        "attention.cross": lambda p: heads(p, "", "", "M"),
        "attention.causal": lambda p: masked(p, lambda n, _: jnp.tril(jnp.ones((n, n), bool))),
        "attention.padding": lambda p: masked(p, lambda n, q: (q["M"] > 0)[None, :]),
        "attention.sinusoidal": lambda p: _attention(
            jnp, softmax, p, p["X"] + jnp.sin(jnp.outer(p["p"], p["omega"]) + p["phi"])
        ),
        "attention.rotary": turned,
        "attention.block": block,
    }[key]


@pytest.mark.slow
@pytest.mark.parametrize("key", list(VARIANTS))
def test_variants_agree_with_jax(key: str) -> None:
    jax, jnp = _jax()
    output = _peer(key, jax, jnp)
    _compare(VARIANTS[key](), lambda p: jnp.sum((output(p) - p["Y"]) ** 2), jax)


def _jax() -> tuple[Any, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax, jax.numpy


def _compare(net: Net, loss: Any, jax: Any) -> None:
    """All gradients, that in the tokens included, at two sizes."""
    names = [*net.parameters, "X"]
    d = derive(net.loss, wrt=[*net.parameters.values(), net.X])
    for seed in (0, 1):
        values = drawn([net.loss], np.random.default_rng(seed), {})
        for name, value in values.items():
            if name == "M" and value.ndim == 1:  # a mask that leaves more than one place
                values[name] = np.arange(len(value)) % 3 != 1
            if name == "epsilon":
                values[name] = np.array(0.01)
        if "M" in values and values["M"].dtype == bool:
            values["M"] = values["M"].astype(int)
        fixed = {n: v for n, v in values.items() if n not in names}
        at = {n: values[n] for n in names}
        expected = jax.grad(lambda q, fixed=fixed: loss({**fixed, **q}))(at)
        _, *found = sn.evaluate([net.loss, *(d.gradients[n] for n in names)], values)
        for name, gradient in zip(names, found, strict=True):
            np.testing.assert_allclose(gradient, expected[name], rtol=1e-10, atol=1e-10)
