"""One line per spelling: what to compute, on tensors of which sizes, drawn from where.

`Case.f` runs on NumPy arrays and on symbolic tensors alike; sizes are letters, pairwise different.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

SIZES = {"n": 3, "m": 4, "p": 5, "k": 2, "q": 6}
window = np.lib.stride_tricks.sliding_window_view


@dataclass(frozen=True)
class Case:
    name: str
    shapes: str
    f: Callable[..., Any]
    low: float = -1.5
    high: float = 1.5

    def arrays(self, seed: int = 0) -> list[np.ndarray]:
        rng = np.random.default_rng(seed)
        return [rng.uniform(self.low, self.high, s) for s in self.numbers()]

    def symbols(self) -> list[tuple[Any, ...]]:
        return [tuple(int(s) if s.isdigit() else s for s in t.split()) for t in self.tensors()]

    def numbers(self) -> list[tuple[int, ...]]:
        return [tuple(SIZES.get(s, s) for s in shape) for shape in self.symbols()]

    def tensors(self) -> list[str]:
        return self.shapes.split(";")


def _(name: str, shapes: str, f: Callable[..., Any], low: float = -1.5, high: float = 1.5) -> Case:
    return Case(name, shapes, f, low, high)


ELEMENTWISE = [
    _("add", "n m;m", lambda a, b: a + b),
    _("add a number", "n m", lambda a: 2 + a),
    _("subtract", "n 1;m", lambda a, b: a - b),
    _("negative", "n", lambda a: -a),
    _("positive", "n", lambda a: +a),
    _("multiply", "n m;n 1", lambda a, b: a * b),
    _("divide", "n m;m", lambda a, b: a / b, 0.5, 2),
    _("np.divide", "n m;m", np.divide, 0.5, 2),
    _("number over tensor", "n", lambda a: 2 / a, 0.5, 2),
    _("power", "n m", lambda a: a**3),
    _("power of a tensor", "n m;m", lambda a, b: a**b, 0.5, 2),
    _("number to a tensor", "n", lambda a: 2.0**a),
    _("fractional power", "n", lambda a: (3 * a) ** 1.5, 0.5, 2),
    _("negative inside an even root", "n", lambda a: (-2 * a) ** 0.5, -2, -0.5),
    _("root of a square", "n m", lambda a: np.sqrt(a**2 * 4)),
    _("square", "n", np.square),
    _("sqrt", "n", np.sqrt, 0.5, 2),
    _("cbrt", "n", np.cbrt, 0.5, 2),
    _("reciprocal", "n", np.reciprocal, 0.5, 2),
    _("exp", "n m", np.exp),
    _("log", "n m", np.log, 0.5, 2),
    _("log1p", "n", np.log1p, -0.5, 2),
    _("expm1", "n", np.expm1),
    _("logaddexp", "n m;m", np.logaddexp),
    _("softplus by logaddexp", "n", lambda a: np.logaddexp(0, a)),
    _("trigonometry", "n", lambda a: np.sin(a) + np.cos(2 * a) * np.tan(a / 2)),
    _("hyperbolic", "n", lambda a: np.sinh(a) + np.cosh(a) * np.tanh(a)),
    _("inverse trigonometry", "n", lambda a: np.arcsin(a) + np.arccos(a) * np.arctan(a), -0.9, 0.9),
    _("arctan2", "n m;m", np.arctan2, 0.5, 2),
    _("abs", "n m", lambda a: np.abs(a) * a),
    _("built-in abs", "n", abs),
    _("fabs", "n", np.fabs),
    _("sign", "n", lambda a: np.sign(a) * a),
    _("maximum", "n m;m", lambda a, b: np.maximum(a, b) ** 2),
    _("relu", "n", lambda a: np.maximum(0, a) ** 2),
    _("minimum", "n m;m", np.minimum),
    _("minimum with 0", "n", lambda a: np.minimum(a, 0)),
    _("clip", "n", lambda a: np.clip(a, -0.5, 0.7) * a),
    _("clip method", "n", lambda a: a.clip(-0.5, 0.7)),
    _("where", "n m;m", lambda a, b: np.where(a > b, a * b, np.exp(a))),
    _("where with numbers", "n", lambda a: np.where(a > 0, a, 0.1 * a)),
    _("comparisons", "n m;m", lambda a, b: (a > b) * a + (a <= b) * b**2 + (a >= 0) * a),
    _("not equal", "n;n", lambda a, b: np.not_equal(a, b) * a),
    _("logic", "n;n", lambda a, b: np.where((a > 0) & (b > 0), a, b) + ((a > 0) | (b > 0)) * a),
    _("not", "n", lambda a: ~(a > 0) * a),
    _("gradient through a constant array", "n 4", lambda a: a * np.array([1.0, -2.0, 0.5, 3.0])),
]

REDUCTIONS = [
    _("sum", "n m", np.sum),
    _("sum axis", "n m p", lambda a: a.sum(axis=1) ** 2),
    _("sum axes", "n m p", lambda a: np.sum(a, axis=(0, -1), keepdims=True) * a),
    _("mean", "n m", lambda a: np.mean(a, axis=0) * a),
    _("var", "n m", lambda a: np.var(a, axis=1)),
    _("var ddof", "n m", lambda a: a.var(axis=0, ddof=1)),
    _("std", "n m", lambda a: np.std(a, axis=-1, keepdims=True) * a),
    _("max", "n m", lambda a: np.max(a, axis=1) ** 2),
    _("amax", "n m", lambda a: np.amax(a, axis=0) - np.amin(a, axis=0)),
    _("max of all", "n m", lambda a: a.max() * a),
    _("max over two axes", "n m k", lambda a: a.max(axis=(0, 2), keepdims=True) * a),
    _("min", "n m", lambda a: a.min(axis=0)),
    _("prod", "n m", lambda a: np.prod(a, axis=1)),
    _("prod of all", "n k", lambda a: a.prod()),
    _("add.reduce", "n m", np.add.reduce),
    _("maximum.reduce", "n m", lambda a: np.maximum.reduce(a, axis=1)),
    _("cumsum", "n m", lambda a: np.cumsum(a, axis=1) ** 2),
    _("cumsum of a vector", "n", lambda a: a.cumsum()),
    _("norm", "n m", np.linalg.norm),
    _("norm of rows", "n m", lambda a: np.linalg.norm(a, axis=1, keepdims=True)),
    _("norm 1", "n m", lambda a: np.linalg.norm(a, 1, axis=0)),
    _("norm inf", "n m", lambda a: np.linalg.norm(a, np.inf, axis=1)),
    _("Frobenius", "n m", lambda a: np.linalg.norm(a, "fro")),
]

PRODUCTS = [
    _("matrix times vector", "n m;m", lambda a, b: a @ b),
    _("vector times matrix", "n;n m", lambda a, b: a @ b),
    _("vector times vector", "n;n", lambda a, b: a @ b),
    _("matrix times matrix", "n m;m p", np.matmul),
    _("batched matmul", "k n m;m p", lambda a, b: a @ b),
    _("batched on the right", "n m;k m p", lambda a, b: a @ b),
    _("Gram matrix", "n m", lambda a: a @ a.T),
    _("quadratic form", "n n;n", lambda a, b: b @ a @ b),
    _("dot", "n m;m p", np.dot),
    _("dot method", "n m;m", lambda a, b: a.dot(b)),
    _("dot of rank 3", "k n m;m p", np.dot),
    _("dot with a scalar", "n;", np.dot),
    _("inner", "n m;p m", np.inner),
    _("outer", "n;m", np.outer),
    _("outer with itself", "n", lambda a: np.outer(a, a)),
    _("vdot", "n m;n m", np.vdot),
    _("einsum dense", "n m;m p", lambda a, b: np.einsum("ij,jk->ik", a, b)),
    _("einsum implicit", "n m;m p", lambda a, b: np.einsum("ij,jk", a, b)),
    _("einsum ellipsis", "k n m;m p", lambda a, b: np.einsum("...ij,jk->...ik", a, b)),
    _("einsum diagonal", "n n", lambda a: np.einsum("ii->i", a)),
    _("einsum trace", "n n;n n", lambda a, b: np.einsum("ij,ji", a, b)),
    _("einsum of three", "n m;m;n", lambda a, b, c: np.einsum("ij,j,i->", a, b, c)),
    _("einsum that broadcasts", "n 1;m", lambda a, b: np.einsum("ij,j->ij", a, b)),
    _("tensordot", "k n m;n m p", lambda a, b: np.tensordot(a, b, 2)),
    _("tensordot axes", "n m;p m", lambda a, b: np.tensordot(a, b, axes=([1], [1]))),
    _("kron", "n k;k m", np.kron),
    _("kron of vectors", "n;m", np.kron),
    _("kron of different ranks", "n;k m", np.kron),
    _("trace", "n n", lambda a: np.trace(a @ a)),
    _("trace with offset", "n n", lambda a: np.trace(a, 1)),
]

SHAPING = [
    _("transpose", "n m p", lambda a: np.transpose(a, (2, 0, 1)) ** 2),
    _("transpose method", "n m", lambda a: np.tanh(a.transpose()) * a.T),
    _("swapaxes", "n m p", lambda a: np.swapaxes(a, 0, -1)),
    _("moveaxis", "n m p", lambda a: np.moveaxis(a, 0, -1)),
    _("reshape merge", "n m p", lambda a: a.reshape(a.shape[0], -1) ** 2),
    _("reshape split", "6", lambda a: np.reshape(a, (2, 3)) ** 2),
    _("reshape back", "n m", lambda a: np.tanh(a.reshape(-1)).reshape(a.shape)),
    _("reshape across axes", "4 6", lambda a: a.reshape(3, 8) ** 2),
    _("reshape across axes, twice", "4 6", lambda a: (a.reshape(3, 8) ** 2).reshape(6, 4)),
    _("ravel", "n m", lambda a: np.ravel(a) ** 2),
    _("flatten a transpose", "n m", lambda a: a.T.flatten() ** 2),
    _("squeeze", "n 1 m", lambda a: np.squeeze(a) ** 2),
    _("squeeze axis", "n 1 m 1", lambda a: a.squeeze(axis=1)),
    _("expand_dims", "n m", lambda a: np.expand_dims(a, (0, 2)) * a),
    _("broadcast_to", "n 1", lambda a: np.broadcast_to(a, (2, a.shape[0], 4)) ** 2),
    _("concatenate", "n m;p m", lambda a, b: np.concatenate([a, b * a[0]], axis=0)),
    _("concatenate columns", "n m;n p", lambda a, b: np.concatenate([a, b], axis=1) ** 2),
    _("concatenate three", "n;m;p", lambda a, b, c: np.concatenate([a, b, c]) ** 2),
    _("stack", "n m;n m", lambda a, b: np.stack([a, b, a * b], axis=1)),
    _("vstack", "n m;m", lambda a, b: np.vstack([a, b])),
    _("hstack", "n;m", lambda a, b: np.hstack([a, b]) ** 2),
    _("hstack of matrices", "n m;n p", lambda a, b: np.hstack([a, b])),
    _("pad", "n m", lambda a: np.pad(a, 1) ** 2),
    _("pad one axis with a value", "n m", lambda a: np.pad(a, ((0, 0), (2, 1)), constant_values=3)),
    _("pad corners", "n m", lambda a: np.pad(a, 1, constant_values=((1, 2), (3, 4)))),
    _("flip", "n m", lambda a: np.flip(a) * a),
    _("repeat", "n m", lambda a: np.repeat(a, 2)),
    _("repeat axis", "n m", lambda a: np.repeat(a, 3, axis=0) ** 2),
    _("flip axis", "n m", lambda a: np.flip(a, axis=1) * a),
    _("roll", "n m", lambda a: np.roll(a, 1, axis=1) * a),
    _("roll back", "n m", lambda a: np.roll(a, -1, axis=0) * a),
    _("roll two axes", "n m", lambda a: np.roll(a, (1, 2), (0, 1)) * a),
    _("roll a known size", "5", lambda a: np.roll(a, 7) * a),
    _("tril", "n n", lambda a: np.tril(a) @ a),
    _("triu", "n m", lambda a: np.triu(a, 1) ** 2),
    _("tril of a batch", "k n m", lambda a: np.tril(a, -1)),
    _("diag of a vector", "n", lambda a: np.diag(a) ** 2 + np.diag(a)),
    _("diag above", "n", lambda a: np.diag(a, 1)),
    _("diag below", "n", lambda a: np.diag(a, -2)),
    _("diag of a matrix", "n n", lambda a: np.diag(a) ** 2),
    _("diagonal", "k n n", lambda a: np.diagonal(a, axis1=1, axis2=2)),
    _("diagonal of a known matrix", "3 5", lambda a: np.diagonal(a, 1)),
    _("diagonal of any matrix", "n m", lambda a: np.diag(a) ** 2),
    _("diagonal below of any matrix", "n m", lambda a: np.diag(a, -1) * np.trace(a)),
    _("tanh of a diagonal", "n n", lambda a: np.tanh(np.diag(a)) * np.diag(a)),
    _("windows", "q", lambda a: window(a, 3) ** 2),
    _("windows of a matrix", "n m", lambda a: window(a, (2, 3)) ** 2),
    _("windows of windows", "q", lambda a: window(a, (2, 3), axis=(0, 0))),
    _("convolution by windows", "q;2", lambda a, b: window(a, 2) @ b),
]

INDEXING = [
    _("slice from 1", "n m", lambda a: a[1:] ** 2),
    _("slice to -1", "n m", lambda a: a[:-1] * a[1:]),
    _("slice to 2", "n m", lambda a: a[:2] ** 2),
    _("second half", "q", lambda a: a[3:] * a[:3]),
    _("tanh of a slice", "n m", lambda a: np.tanh(a[:-1]) + np.tanh(a)[1:]),
    _("sum of a slice", "n m", lambda a: np.sum(np.exp(a[:, :-1]), axis=1)),
    _("step", "q", lambda a: a[::2] ** 2),
    _("step from 1", "q", lambda a: a[1::3] ** 2),
    _("reversed", "n m", lambda a: a[::-1] * a),
    _("negative step", "6", lambda a: a[4:0:-2] ** 2),
    _("integer", "n m", lambda a: a[0] * a),
    _("negative integer", "n m", lambda a: a[-1] * a[:, -2][:, None]),
    _("None", "n m", lambda a: a[:, None] * a[None]),
    _("Ellipsis", "n m p", lambda a: a[..., 0] + a[..., -1]),
    _("mixed", "n m p", lambda a: a[1, :, None, 1:] ** 2),
    _("integer list", "n m", lambda a: a[[0, 2, 1, 0]] ** 2),
    _("integer array with repeats", "5 m", lambda a: a[np.array([4, 0, 4])] ** 2),
    _("two integer arrays", "n m", lambda a: a[np.array([0, 2, 2]), np.array([3, 0, 1])] ** 2),
    _("integer arrays that broadcast", "n m",
      lambda a: a[np.array([[0], [2]]), np.array([3, 0, 1])] ** 2),
    _("arrays apart go in front", "n m p", lambda a: a[np.array([0, 2]), :, np.array([1, 0])] ** 2),
    _("array and integer", "n m p", lambda a: a[0, :, np.array([1, 0, 2])] ** 2),
    _("arrays together stay", "n m p", lambda a: a[:, np.array([0, 2]), np.array([1, 0])]),
    _("take", "n m", lambda a: np.take(a, np.array([[1, 0], [2, 0]]), axis=1)),
    _("take of all", "n m", lambda a: np.take(a, np.array([1, 5, 7])) ** 2),
    _("take_along_axis", "3 m", lambda a: np.take_along_axis(a, np.array([[0], [3], [1]]), 1)),
    _("by argmax", "n m", lambda a: np.take_along_axis(a, np.argmax(a, axis=1)[:, None], 1) ** 2),
]  # fmt: skip

SOFTMAX = [
    _("softmax", "n m", lambda a: np.exp(a) / np.sum(np.exp(a), axis=1, keepdims=True)),
    _("softmax np.divide", "n m",
      lambda a: np.divide(np.exp(a), np.exp(a).sum(axis=-1, keepdims=True))),
    _("softmax None", "n m", lambda a: np.exp(a) / np.exp(a).sum(1)[:, None]),
    _("softmax transposed", "n m", lambda a: (np.exp(a).T / np.exp(a).sum(1)).T),
    _("softmax expand_dims", "n m", lambda a: np.exp(a) / np.expand_dims(np.exp(a).sum(1), 1)),
    _("softmax shifted", "n m", lambda a: np.exp(a - a.max(1, keepdims=True))
      / np.exp(a - np.max(a, axis=1)[:, None]).sum(1, keepdims=True)),
    _("softmax by a power", "n m", lambda a: np.exp(a) * np.exp(a).sum(1, keepdims=True) ** -1),
    _("softmax by logs", "n m",
      lambda a: np.exp(a - np.log(np.sum(np.exp(a), axis=1, keepdims=True)))),
    _("softmax by einsum", "n m",
      lambda a: np.einsum("ij,i->ij", np.exp(a), 1 / np.einsum("ij->i", np.exp(a)))),
]  # fmt: skip

LOGSUMEXP = [
    _("lse", "n m", lambda a: np.log(np.sum(np.exp(a), axis=1))),
    _("lse method", "n m", lambda a: np.log(np.exp(a).sum(-1))),
    _("lse matmul", "n m", lambda a: np.log(np.einsum("ij,j->i", np.exp(a), np.ones_like(a[0])))),
    _("lse shifted", "n m", lambda a: np.log(np.exp(a - a.max(1)[:, None]).sum(1)) + a.max(1)),
    _("lse einsum", "n m", lambda a: np.log(np.einsum("ij->i", np.exp(a)))),
    _("lse mean", "n m", lambda a: np.log(np.mean(np.exp(a), axis=1)) + np.log(4)),
    _("lse swapped", "n m", lambda a: np.log(np.sum(np.exp(a.T), axis=0))),
]

VARIANCE = [
    _("var", "n m", lambda a: np.var(a, axis=1)),
    _("var by mean", "n m",
      lambda a: np.mean((a - np.mean(a, axis=1, keepdims=True)) ** 2, axis=1)),
    _("var by sums", "n m", lambda a: ((a - a.mean(1)[:, None]) ** 2).sum(1) / 4),
    _("var by moments", "n m", lambda a: np.mean(a * a, axis=1) - np.mean(a, axis=1) ** 2),
    _("var by square", "n m",
      lambda a: np.square(a - np.sum(a, axis=1, keepdims=True) / a.shape[1]).mean(axis=1)),
    _("var by std", "n m", lambda a: np.std(a, axis=1) ** 2),
]  # fmt: skip

NORM = [
    _("norm", "n m", lambda a: np.linalg.norm(a, axis=1)),
    _("norm by sqrt", "n m", lambda a: np.sqrt(np.sum(a**2, axis=1))),
    _("norm by power", "n m", lambda a: (a * a).sum(1) ** 0.5),
    _("norm by einsum", "n m", lambda a: np.sqrt(np.einsum("ij,ij->i", a, a))),
    _("norm by diag", "n m", lambda a: np.diag(a @ a.T) ** 0.5),
    _("norm by matmul", "n m", lambda a: np.sqrt((a[:, None, :] @ a[:, :, None])[:, 0, 0])),
    _("norm by abs", "n m", lambda a: np.sqrt(np.sum(np.square(np.abs(a)), axis=-1))),
]

DENSE = [
    _("dense", "n m;p m;p", lambda x, w, b: x @ w.T + b),
    _("dense dot", "n m;p m;p", lambda x, w, b: np.dot(x, w.T) + b[None, :]),
    _("dense einsum", "n m;p m;p", lambda x, w, b: np.einsum("bi,oi->bo", x, w) + b),
    _("dense columns", "n m;p m;p", lambda x, w, b: (w @ x.T + b[:, None]).T),
    _("dense tensordot", "n m;p m;p", lambda x, w, b: b + np.tensordot(x, w, axes=(1, 1))),
    _("dense inner", "n m;p m;p", lambda x, w, b: np.add(np.inner(x, w), b)),
    _("dense by sums", "n m;p m;p", lambda x, w, b: (x[:, None] * w).sum(-1) + b),
    _("dense homogeneous", "n m;p m;p", lambda x, w, b: np.hstack([x, x[:, :1] * 0 + 1])
      @ np.vstack([w.T, b])),
]  # fmt: skip

ALL = [*ELEMENTWISE, *REDUCTIONS, *PRODUCTS, *SHAPING, *INDEXING]
FAMILIES = {
    "softmax": SOFTMAX, "logsumexp": LOGSUMEXP, "variance": VARIANCE, "norm": NORM, "dense": DENSE,
}  # fmt: skip
