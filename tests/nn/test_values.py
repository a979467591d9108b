"""Layers have the values that JAX and plain NumPy give, forward and backward."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import symnn as sn
from symnn import nn
from symnn.lang.call import below
from symnn.lang.tensor import Tensor

jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(7)


def values_of(y: Tensor) -> dict[Tensor, np.ndarray]:
    """A random array for every leaf below a value."""
    found = {}
    for c in below([y.call]):
        if c.is_leaf and c.op not in ("constant", "number"):
            positive = "positive" in c.port.facts
            found[Tensor(c)] = (
                rng.uniform(0.5, 2, c.port.sizes) if positive else rng.normal(size=c.port.sizes)
            )
    return found


def by_op(values: dict[Tensor, np.ndarray], op: str) -> list[np.ndarray]:
    return [v for t, v in values.items() if t.call.op == op]


def check(y: Tensor, peer: Any) -> None:
    """Value and gradients of sum(y * r) in input and parameters against JAX."""
    values = values_of(y)
    args = [v for t, v in values.items() if t.call.op in ("input", "parameter")]
    r = rng.normal(size=[int(s) for s in y.sizes])
    expected = peer(*args)
    np.testing.assert_allclose(sn.evaluate(y, values), expected, rtol=1e-10, atol=1e-10)
    wrt = [t for t in values if t.call.op in ("input", "parameter")]
    gradients = sn.derive(np.sum(y * r), wrt=wrt).gradients
    wanted = jax.grad(lambda *a: (peer(*a) * r).sum(), argnums=tuple(range(len(args))))(*args)
    for t, g in zip(wrt, wanted, strict=True):
        np.testing.assert_allclose(
            sn.evaluate(gradients[t], values), g, rtol=1e-9, atol=1e-9, err_msg=str(t)
        )


CONVOLUTIONS = [
    (nn.Conv1d(2, 3, 3, 2, 1), (2, 2, 8)),
    (nn.Conv1d(4, 6, 2, groups=2), (1, 4, 5)),
    (nn.Conv2d(2, 3, 3, padding=1), (2, 2, 5, 4)),
    (nn.Conv2d(2, 4, (3, 2), (2, 1), (1, 0), (1, 2)), (1, 2, 6, 7)),
    (nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), (1, 3, 4, 4)),
    (nn.Conv2d(2, 2, 2, padding="same"), (1, 2, 4, 5)),
    (nn.Conv2d(2, 2, 3, padding=[(2, 1), (0, 1)]), (1, 2, 4, 5)),
    (nn.Conv3d(1, 2, 2, stride=2, padding=1), (1, 1, 3, 4, 3)),
]


@pytest.mark.parametrize("case", range(len(CONVOLUTIONS)))
def test_convolutions_agree_with_jax(case: int) -> None:
    layer, shape = CONVOLUTIONS[case]

    def peer(x: Any, w: Any, b: Any = None) -> Any:
        y = jax.lax.conv_general_dilated(
            x, w, layer.stride, layer.padding, rhs_dilation=layer.dilation,
            feature_group_count=layer.groups,
        )  # fmt: skip
        return y if b is None else y + b.reshape(-1, *[1] * layer.rank)

    check(layer(sn.tensor("x", shape)), peer)


def test_channels_last_is_the_transpose_of_channels_first() -> None:
    layer = nn.Conv2d(2, 3, 3, padding=1, channels="last")

    def peer(x: Any, w: Any, b: Any) -> Any:
        y = jax.lax.conv_general_dilated(jnp.moveaxis(x, -1, 1), w, (1, 1), [(1, 1)] * 2)
        return jnp.moveaxis(y, 1, -1) + b

    check(layer(sn.tensor("x", (2, 5, 4, 2))), peer)


@pytest.mark.parametrize("groups", [1, 2])
def test_a_transposed_convolution_is_the_gradient_of_a_convolution(groups: int) -> None:
    layer = nn.ConvTranspose2d(4, 6, 3, 2, 1, output_padding=1, groups=groups, bias=False)

    def conv(y: Any, w: Any) -> Any:
        return jax.lax.conv_general_dilated(y, w, (2, 2), [(1, 1)] * 2, feature_group_count=groups)

    def peer(x: Any, w: Any) -> Any:
        zero = jnp.zeros((1, 6, 6, 8))
        _, pull = jax.vjp(lambda y: conv(y, w), zero)
        return pull(x)[0]

    check(layer(sn.tensor("x", (1, 4, 3, 4))), peer)


def pooled(x: Any, layer: Any, start: float, reduce: Any) -> Any:
    window, stride = (1, 1, *layer.kernel_size), (1, 1, *layer.stride)
    padding = [(0, 0), (0, 0), *layer.padding]
    return jax.lax.reduce_window(x, start, reduce, window, stride, padding)


def test_max_pool_skips_its_padding() -> None:
    layer = nn.MaxPool2d(3, 2, 1)
    check(layer(sn.tensor("x", (1, 2, 6, 5))), lambda x: pooled(x, layer, -jnp.inf, jax.lax.max))


def test_average_pool_counts_padding_or_not() -> None:
    for counted in (True, False):
        layer = nn.AvgPool2d(3, 2, 1, count_include_pad=counted)

        def peer(x: Any, layer: Any = layer, counted: bool = counted) -> Any:
            cells = 9.0 if counted else pooled(jnp.ones_like(x), layer, 0.0, jax.lax.add)
            return pooled(x, layer, 0.0, jax.lax.add) / cells

        check(layer(sn.tensor("x", (1, 2, 6, 5))), peer)


def test_adaptive_pools_cut_the_axis_as_torch_does() -> None:
    def cuts(x: Any, reduce: Any) -> Any:
        n, m = x.shape[-1], 3
        parts = [x[..., i * n // m : -(-(i + 1) * n // m)] for i in range(m)]
        return jnp.stack([reduce(p, -1) for p in parts], -1)

    check(nn.AdaptiveAvgPool1d(3)(sn.tensor("x", (1, 2, 7))), lambda x: cuts(x, jnp.mean))
    check(nn.AdaptiveMaxPool1d(3)(sn.tensor("x", (1, 2, 7))), lambda x: cuts(x, jnp.max))


def standardised(x: Any, axes: Any, eps: float = 1e-5) -> Any:
    c = x - x.mean(axes, keepdims=True)
    return c / jnp.sqrt((c * c).mean(axes, keepdims=True) + eps)


def test_normalisations_are_their_formulas() -> None:
    x = sn.tensor("x", (2, 4, 3))
    check(nn.LayerNorm(3)(x), lambda x, g, b: standardised(x, (-1,)) * g + b)
    check(nn.RMSNorm(3)(x), lambda x, g: x / jnp.sqrt((x * x).mean(-1, keepdims=True) + 1e-6) * g)
    batch = nn.BatchNorm1d(4)
    batch.train()
    check(batch(x), lambda x, g, b: standardised(x, (0, 2)) * g[:, None] + b[:, None])

    def groups(x: Any, g: Any, b: Any) -> Any:
        y = standardised(x.reshape(2, 2, 6), (-1,)).reshape(2, 4, 3)
        return y * g[:, None] + b[:, None]

    check(nn.GroupNorm(2, 4)(x), groups)


def test_batch_norm_at_inference_uses_its_buffers() -> None:
    y = nn.BatchNorm2d(3)(sn.tensor("x", (2, 3, 2, 2)))
    values = values_of(y)
    x = by_op(values, "input")[0]
    mean, var = by_op(values, "buffer")
    gamma, beta = by_op(values, "parameter")
    at = (slice(None), None, None)
    expected = (x - mean[at]) / np.sqrt(var[at] + 1e-5) * gamma[at] + beta[at]
    np.testing.assert_allclose(sn.evaluate(y, values), expected, rtol=1e-10)


def heads(x: Any, w: Any, b: Any, count: int) -> Any:
    y = x @ w.T + b
    return jnp.moveaxis(y.reshape(*y.shape[:-1], count, -1), -2, -3)


@pytest.mark.parametrize(("kv", "causal"), [(4, False), (2, True), (1, False)])
def test_grouped_query_attention_repeats_keys_and_values(kv: int, causal: bool) -> None:
    layer = nn.MultiHeadAttention(8, 4, kv_heads=kv, causal=causal)

    def peer(x: Any, wq: Any, bq: Any, wk: Any, bk: Any, wv: Any, bv: Any, wo: Any, bo: Any) -> Any:
        q = heads(x, wq, bq, 4)
        k, v = (jnp.repeat(heads(x, w, b, kv), 4 // kv, 1) for w, b in ((wk, bk), (wv, bv)))
        scores = q @ jnp.swapaxes(k, -1, -2) / jnp.sqrt(2.0)
        if causal:
            scores = jnp.where(jnp.tril(jnp.ones(scores.shape[-2:])) > 0, scores, -jnp.inf)
        y = jnp.moveaxis(jax.nn.softmax(scores) @ v, -3, -2)
        return y.reshape(x.shape) @ wo.T + bo

    check(layer(sn.tensor("x", (2, 3, 8))), peer)


def test_activations_are_their_formulas() -> None:
    x = sn.tensor("x", (3, 4))
    peers = {
        "relu": jax.nn.relu, "gelu": lambda v: jax.nn.gelu(v, approximate=False),
        "gelu_tanh": jax.nn.gelu, "silu": jax.nn.silu, "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh, "softplus": jax.nn.softplus, "elu": jax.nn.elu,
        "leaky_relu": jax.nn.leaky_relu, "relu6": jax.nn.relu6, "softmax": jax.nn.softmax,
        "log_softmax": jax.nn.log_softmax, "hard_swish": jax.nn.hard_swish,
        "hard_sigmoid": jax.nn.hard_sigmoid, "mish": jax.nn.mish, "selu": jax.nn.selu,
        "softsign": jax.nn.soft_sign, "log_sigmoid": jax.nn.log_sigmoid,
        "hard_tanh": jax.nn.hard_tanh,
    }  # fmt: skip
    for name, peer in peers.items():
        y = nn.Activation(name)(x)
        values = values_of(y)
        np.testing.assert_allclose(
            sn.evaluate(y, values), peer(values[x]), rtol=1e-7, atol=1e-9, err_msg=name
        )


def test_lstm_follows_its_equations() -> None:
    layer = nn.LSTM(2, 3)
    y = layer(sn.tensor("x", (2, 4, 2)))

    def peer(x: Any, w: Any, b: Any, u: Any, c: Any) -> Any:
        h = s = jnp.zeros((2, 3))
        out = []
        for t in range(4):
            i, f, g, o = jnp.split(x[:, t] @ w.T + b + h @ u.T + c, 4, axis=-1)
            s = jax.nn.sigmoid(f) * s + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(s)
            out.append(h)
        return jnp.stack(out, 1)

    values = values_of(y)
    names = {str(t.call.name): v for t, v in values.items()}
    args = [names[k] for k in ("x", "W_lstm", "b_lstm", "U_lstm", "c_lstm")]
    np.testing.assert_allclose(sn.evaluate(y, values), peer(*args), rtol=1e-10)


def test_upsample_repeats_and_concat_joins() -> None:
    x = sn.tensor("x", (1, 2, 3, 2))
    check(nn.Upsample(2)(x), lambda v: v.repeat(2, 2).repeat(2, 3))
    check(nn.Concat(nn.Identity(), nn.ReLU())(x), lambda v: jnp.concatenate(
        [v, jax.nn.relu(v)], 1))  # fmt: skip


def test_a_residual_adds_its_input() -> None:
    x = sn.tensor("x", (2, 3))
    check(nn.Residual(nn.Linear(3, 3))(x), lambda v, w, b: v @ w.T + b + v)
