"""Images as layers hold them: channels last, grouped, causal, in 1 to 3 dimensions; their norms.

Published forms: the layers of PyTorch and JAX (`conv_general_dilated`, whose dimension numbers are
the letters of the axes); Ioffe & Szegedy, 2015; Ulyanov et al., 2016; Wu & He, 2018. Equations
here, `jax.lax` as the judge.
"""

from __future__ import annotations

from typing import Any

from jax import lax

import symnn as sn

from .problem import Source, named

image = Source("image")


def _square(np: Any, y: Any) -> Any:
    return np.sum(named("Y", y) ** 2) / 2


def _conv(
    text: str, axes: tuple[str, str, str], s: int = 1, p: tuple[int, int] = (0, 0), d: int = 1,
    g: int = 1, **options: Any,
) -> Any:  # fmt: skip
    """A convolution by an equation, and by jax's of the same axes (N I O for batch and channels)."""

    def loss(np: Any, x: Any, K: Any) -> Any:
        if isinstance(x, sn.Tensor):
            return _square(np, sn.define(text, x=x, K=K, outside={"x": 0}, **options))
        space = len(axes[0]) - 2
        settings = {"rhs_dilation": (d,) * space, "dimension_numbers": axes}
        if g != 1:
            settings["feature_group_count"] = x.shape[axes[0].index("C")] if g < 0 else g
            K = K[..., None, :] if axes[1].endswith("IO") else K
        return _square(np, lax.conv_general_dilated(x, K, (s,) * space, [p] * space, **settings))

    return loss


_LAST = ("NHWC", "HWIO", "NHWC")
_CONVOLUTIONS: list[tuple[str, Any, dict[str, str], str, str]] = [
    ("channels last", _conv("y[n,i,j,o] = sum(u,v,c: x[n,i+u,j+v,c] * K[u,v,c,o])", _LAST),
     {"x": "N H V C", "K": "2 3 C F"},
     "corr(x, Y; NHWC, NHWO → HWCO)", "convᵀ(Y, K; NHWO, HWCO → NHWC)"),
    ("channels last, stride and padding",
     _conv("y[n,i,j,o] = sum(u,v,c: x[n,2*i+u-1,2*j+v-1,c] * K[u,v,c,o])", _LAST, 2, (1, 1)),
     {"x": "N 7 9 C", "K": "3 3 C F"}, "corr(x, Y; s=2, p=1, NHWC, NHWO → HWCO)",
     "convᵀ(Y, K; s=2, p=1, NHWO, HWCO → NHWC)"),
    ("channels last, depthwise",
     _conv("y[n,i,j,c] = sum(u,v: x[n,i+u,j+v,c] * K[u,v,c])", _LAST, g=-1),
     {"x": "N H V C", "K": "2 3 C"},
     "corr(x, Y; NHWC, NHWC → HWC)", "convᵀ(Y, K; NHWC, HWC → NHWC)"),
    ("causal, dilated",
     _conv("y[n,o,t] = sum(c,u: x[n,c,t+2*u-4] * K[o,c,u])", ("NCH", "OIH", "NCH"), 1, (4, 0), 2,
           sizes={"t": 9}),
     {"x": "N C 9", "K": "F C 3"}, "corr(x, Y; p=4, d=2, k=3)", "convᵀ(Y, K; p=4, d=2, n=9)"),
    ("1-d, stride and dilation",
     _conv("y[n,o,t] = sum(c,u: x[n,c,2*t+3*u-2] * K[o,c,u])", ("NCH", "OIH", "NCH"), 2, (2, 2), 3),
     {"x": "N C 13", "K": "F C 3"}, "corr(x, Y; s=2, p=2, d=3)", "convᵀ(Y, K; s=2, p=2, d=3)"),
    ("3-d", _conv("y[n,o,h,i,j] = sum(c,w,u,v: x[n,c,h+w,i+u,j+v] * K[o,c,w,u,v])",
                  ("NCDHW", "OIDHW", "NCDHW")),
     {"x": "N C 4 5 6", "K": "F C 2 3 2"}, "corr(x, Y)", "convᵀ(Y, K)"),
]  # fmt: skip
for number, f, shapes, kernel, data in _CONVOLUTIONS:
    image(f"{number}, kernel", kernel, f, "K", **shapes)
    image(f"{number}, input", data, f, "x", **shapes)


def _average_inside(np: Any, x: Any) -> Any:
    """The mean of the cells inside of windows of 3 x 3, stride 2, padding 1."""
    if isinstance(x, sn.Tensor):
        return _square(np, sn.nn.AvgPool2d(3, 2, 1, count_include_pad=False)(x))
    window = {"window_dimensions": (1, 1, 3, 3), "window_strides": (1, 1, 2, 2),
              "padding": ((0, 0), (0, 0), (1, 1), (1, 1))}  # fmt: skip
    total, count = (lax.reduce_window(a, 0.0, lax.add, **window) for a in (x, np.ones_like(x)))
    return _square(np, total / count)


def _largest(np: Any, x: Any) -> Any:
    """The maximum of windows of 3 x 3, stride 2, padding 1, channels last."""
    if isinstance(x, sn.Tensor):
        return _square(np, sn.nn.MaxPool2d(3, 2, 1, channels="last")(x))
    return _square(np, lax.reduce_window(
        x, -np.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), ((0, 0), (1, 1), (1, 1), (0, 0))))  # fmt: skip


def _shuffled(np: Any, x: Any) -> Any:
    """Depth to space by 2."""
    n, c, h, w = x.shape
    split = x.reshape((n, c // 4, 2, 2, h, w)).transpose((0, 1, 4, 2, 5, 3))
    return _square(np, split.reshape((n, c // 4, 2 * h, 2 * w)))


image("average of the cells inside", "avgunpool(Y; k=(3, 3), s=2, p=1, c=0)", _average_inside, "x",
      x="N C 7 9")  # fmt: skip
image("maximum, channels last", "maxunpool(Y, x; k=(3, 3), s=2, p=1, NHWC)", _largest, "x",
      x="N 7 9 C")  # fmt: skip
image("nearest neighbours", "4 avgpool(Y; k=(2, 2))",
      lambda np, x: _square(np, np.repeat(np.repeat(x, 2, axis=2), 2, axis=3)), "x",
      x="N C H V")  # fmt: skip
image("depth to space", "rearrange(Y; R=2, S=2, NC(HR)(WS) → N(CRS)HW)", _shuffled, "x",
      x="N 8 H V")  # fmt: skip


def _norm(axes: tuple[int, ...], groups: int = 0) -> Any:
    def loss(np: Any, X: Any, G: Any, gamma: Any, eps: Any) -> Any:
        z = X.reshape((X.shape[0], groups, 6 // groups, *X.shape[2:])) if groups else X
        centre = z - np.mean(z, axis=axes, keepdims=True)
        y = centre / np.sqrt(np.mean(centre**2, axis=axes, keepdims=True) + eps)
        return np.sum(G * (gamma[:, None, None] * y.reshape(X.shape)))

    return loss


_SHAPES = {"X": "N C H V", "G": "N C H V", "gamma": "C", "eps": "", "positive": "eps"}
_SUMS = "sum(G_{:,c} ⊙ X̂_{:,c}) for c = 1..C"
image("batch norm", "(∇_{X̂_{n,c}} − mean(∇_{X̂_{:,c}}) 𝟏_{H×V} − mean(∇_{X̂_{:,c}} ⊙ X̂_{:,c}) "
      "X̂_{n,c}) / σ_c for n = 1..N, c = 1..C", _norm((0, 2, 3)), "X", **_SHAPES)  # fmt: skip
image("batch norm, scale", _SUMS, _norm((0, 2, 3)), "gamma", **_SHAPES)
image("instance norm", "(∇_{X̂_{n,c}} − mean(∇_{X̂_{n,c}}) 𝟏_{H×V} − mean(∇_{X̂_{n,c}} ⊙ X̂_{n,c}) "
      "X̂_{n,c}) / σ_{n,c} for n = 1..N, c = 1..C", _norm((2, 3)), "X", **_SHAPES)  # fmt: skip
image("layer norm of images", "(∇_{X̂_n} − mean(∇_{X̂_n}) 𝟏_{C×H×V} − mean(∇_{X̂_n} ⊙ X̂_n) X̂_n) "
      "/ σ_n for n = 1..N", _norm((1, 2, 3)), "X", **_SHAPES)  # fmt: skip
_GROUPS = {**_SHAPES, "X": "N 6 H V", "G": "N 6 H V", "gamma": "6"}
image("group norm", "reshape(∇_{X_g}; n=(N, 6, H, V))", _norm((2, 3, 4), 2), "X", **_GROUPS)
image("group norm, scale", "sum(G_{:,c} ⊙ X̂_{:,c}) for c = 1..6", _norm((2, 3, 4), 2), "gamma",
      **_GROUPS)  # fmt: skip
