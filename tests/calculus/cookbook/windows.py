"""Convolutions and pools, written once: by an equation in index notation, and by slices for jax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax.numpy as jnp

import symnn as sn


def _taps(
    x: Any, kernel: tuple[int, int], stride: int, padding: int, dilation: int
) -> Iterator[tuple[int, int, Any]]:
    """(u, v, x[..., s i + d u - p, s j + d v - p]) for each tap."""
    x = jnp.pad(x, [(0, 0)] * (x.ndim - 2) + [(padding, padding)] * 2)
    counts = [(x.shape[a - 2] - dilation * (kernel[a] - 1) - 1) // stride + 1 for a in (0, 1)]
    for u in range(kernel[0]):
        for v in range(kernel[1]):
            rows = slice(dilation * u, dilation * u + stride * (counts[0] - 1) + 1, stride)
            columns = slice(dilation * v, dilation * v + stride * (counts[1] - 1) + 1, stride)
            yield u, v, x[..., rows, columns]


def convolution(x: Any, K: Any, s: int = 1, p: int = 0, d: int = 1) -> Any:
    """`sum(c,u,v: x[c, s i + d u - p, s j + d v - p] K[o,c,u,v])`; a batch axis may lead x."""
    if isinstance(x, sn.Tensor):
        n = "n," * (x.ndim - 3)
        equation = f"y[{n}o,i,j] = sum(c,u,v: x[{n}c,s*i+d*u-p,s*j+d*v-p] * K[o,c,u,v])"
        return sn.define(equation, x=x, K=K, s=s, p=p, d=d, outside={"x": 0})
    return sum(jnp.einsum("...chw,oc->...ohw", part, K[:, :, u, v])
               for u, v, part in _taps(x, K.shape[2:], s, p, d))  # fmt: skip


def grouped(x: Any, K: Any) -> Any:
    """One convolution for each group: x[g,c,...] with K[g,o,c,...]."""
    if isinstance(x, sn.Tensor):
        return sn.define("y[g,o,i,j] = sum(c,u,v: x[g,c,i+u,j+v] * K[g,o,c,u,v])", x=x, K=K)
    return sum(jnp.einsum("gchw,goc->gohw", part, K[..., u, v])
               for u, v, part in _taps(x, K.shape[3:], 1, 0, 1))  # fmt: skip


def pool(kind: str, x: Any, k: int, s: int, p: int = 0) -> Any:
    """The largest or the mean value of each window; padding counts as 0 in a mean."""
    if isinstance(x, sn.Tensor):
        equation = f"y[c,i,j] = {kind}(u,v: x[c,s*i+u-p,s*j+v-p])"
        outside = {"x": "skip" if kind == "max" else 0}
        return sn.define(equation, x=x, s=s, p=p, sizes={"u": k, "v": k}, outside=outside)
    if kind == "max":
        x = jnp.pad(x, ((0, 0), (p, p), (p, p)), constant_values=-1e9)
        p = 0
    parts = jnp.stack([part for _, _, part in _taps(x, (k, k), s, p, 1)])
    over: Callable[..., Any] = jnp.max if kind == "max" else jnp.mean
    return over(parts, axis=0)
