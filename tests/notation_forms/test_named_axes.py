"""Convolutions and pools with named axes: each printed name, read back, has the value."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import symnn as sn
from symnn.core.errors import ParseError, ShapeError, UnsupportedError
from symnn.lang.call import opened
from symnn.notation import named_kernels, window_kernels
from symnn.notation.evaluate import evaluate
from symnn.notation.latex import to_latex
from symnn.notation.matrix import matrix_form
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text
from symnn.notation.tree import Sym
from symnn.notation.typst import to_typst
from symnn.text.typesetting import render_svgs

from .judge import agree

nn = sn.nn
RNG = np.random.default_rng(5)
Equation = tuple[str, tuple[Any, ...], tuple[Any, ...], dict[str, Any], tuple[str, str, str]]

EQUATIONS: dict[str, Equation] = {
    "groups": (
        "y[n,g,o,i,j] = sum(c,u,v: X[n,g,c,i+u,j+v] * K[g,o,c,u,v])",
        ("N", "G", "C", "H", "V"), ("G", "O", "C", 2, 2), {},
        ("conv(X, K; NGCHW, GOCHW → NGOHW)", "convᵀ(D, K; NGOHW, GOCHW → NGCHW)",
         "corr(X, D; NGCHW, NGOHW → GOCHW)")),
    "groups in one axis of channels": (
        "y[n,g,o,i] = sum(c,u: X[n,3*g+c,i+u] * K[g,o,c,u])", ("N", 6, "H"), (2, "O", 3, 2), {},
        ("conv(X, K; N(GC)L, GOCL → NGOL)", "convᵀ(D, K; NGOL, GOCL → N(GC)L)",
         "corr(X, D; N(GC)L, NGOL → GOCL)")),
    "depthwise": (
        "y[n,c,i,j] = sum(u,v: X[n,c,i+u,j+v] * K[c,u,v])", ("N", "C", "H", "V"), ("C", 2, 2), {},
        ("conv(X, K; NCHW, CHW → NCHW)", "convᵀ(D, K; NCHW, CHW → NCHW)",
         "corr(X, D; NCHW, NCHW → CHW)")),
    "depthwise, several of each": (
        "y[n,c,m,i] = sum(u: X[n,c,i+u] * K[c,m,u])", ("N", "C", "H"), ("C", "M", 2), {},
        ("conv(X, K; NCL, COL → NCOL)", "convᵀ(D, K; NCOL, COL → NCL)",
         "corr(X, D; NCL, NCOL → COL)")),
    "channels last": (
        "y[n,i,j,o] = sum(u,v,c: X[n,i+u,j+v,c] * K[u,v,c,o])", ("N", "H", "V", "C"),
        (2, 2, "C", "O"), {},
        ("conv(X, K; NHWC, HWCO → NHWO)", "convᵀ(D, K; NHWO, HWCO → NHWC)",
         "corr(X, D; NHWC, NHWO → HWCO)")),
    "channels last, stride, padding and dilation": (
        "y[n,i,o] = sum(u,c: X[n,2*i+3*u-1,c] * K[u,c,o])", ("N", 9, "C"), (2, "C", "O"),
        {"outside": {"X": 0}},
        ("conv(X, K; s=2, p=1, d=3, NLC, LCO → NLO)",
         "convᵀ(D, K; s=2, p=1, d=3, n=9, NLO, LCO → NLC)",
         "corr(X, D; s=2, p=1, d=3, NLC, NLO → LCO)")),
    "channels last, depthwise": (
        "y[n,i,c] = sum(u: X[n,i+u,c] * K[u,c])", ("N", "H", "C"), (2, "C"), {},
        ("conv(X, K; NLC, LC → NLC)", "convᵀ(D, K; NLC, LC → NLC)",
         "corr(X, D; NLC, NLC → LC)")),
    "two batch axes": (
        "y[b,s,o,i] = sum(c,u: X[b,s,c,i+u] * K[o,c,u])", ("B", "S", "C", "H"), ("O", "C", 2), {},
        ("conv(X, K; NBCL, OCL → NBOL)", "convᵀ(D, K; NBOL, OCL → NBCL)",
         "corr(X, D; NBCL, NBOL → OCL)")),
    "images without channels": (
        "y[n,i,j] = sum(u,v: X[n,i+u,j+v] * K[u,v])", ("N", "H", "V"), (2, 2), {},
        ("conv(X, K; NHW, HW → NHW)", "convᵀ(D, K; NHW, HW → NHW)",
         "corr(X, D; NHW, NHW → HW)")),
    "one channel in": (
        "y[o,i,j] = sum(u,v: X[i+u,j+v] * K[o,u,v])", ("H", "V"), ("O", 2, 2), {},
        ("conv(X, K; HW, OHW → OHW)", "convᵀ(D, K; OHW, OHW → HW)",
         "corr(X, D; HW, OHW → OHW)")),
    "causal, the kernel reversed": (
        "y[n,o,t] = sum(c,u: X[n,c,t-u] * K[o,c,u])", ("N", "C", "T"), ("O", "C", 2),
        {"outside": {"X": 0}, "sizes": {"t": "T"}},
        ("convᵀ(X, K; n=T, NOL, COL → NCL)", "conv(D, K; n=T, NCL, COL → NOL)",
         "corr(D, X; k=2, NCL, NOL → COL)")),
    "3-d, channels last": (
        "y[h,i,j,o] = sum(w,u,v,c: X[h+w,i+u,j+v,c] * K[w,u,v,c,o])", ("D", "H", "V", "C"),
        (2, 2, 2, "C", "O"), {},
        ("conv(X, K; DHWC, DHWCO → DHWO)", "convᵀ(D, K; DHWO, DHWCO → DHWC)",
         "corr(X, D; DHWC, DHWO → DHWCO)")),
}  # fmt: skip

LAYERS: dict[str, tuple[Any, tuple[Any, ...], tuple[str, ...]]] = {
    "channels last, with a bias": (
        nn.Conv2d(2, 3, 2, padding=1, channels="last"), ("N", "H", "V", 2),
        ("conv(X, W, b; p=1, NHWC, OCHW, O → NHWO)", "convᵀ(D, W; p=1, NHWO, OCHW → NHWC)",
         "corr(X, D; p=1, NHWC, NHWO → OCHW)")),
    "channels last, grouped": (
        nn.Conv2d(4, 6, 2, groups=2, channels="last"), ("N", "H", "V", 4),
        ("conv(X, W, b; g=2, NHW(GC), (GO)CHW, (GO) → NHW(GO))",
         "convᵀ(D, W; g=2, NHW(GO), (GO)CHW → NHW(GC))",
         "corr(X, D; g=2, NHW(GC), NHW(GO) → (GO)CHW)")),
    "channels last, transposed": (
        nn.ConvTranspose1d(2, 3, 3, stride=2, channels="last", bias=False), ("N", "T", 2),
        ("convᵀ(X, W; s=2, NLO, OCL → NLC)", "conv(D, W; s=2, NLC, OCL → NLO)",
         "corr(D, X; s=2, NLC, NLO → OCL)")),
}  # fmt: skip


POOLS: dict[str, tuple[Any, tuple[Any, ...], tuple[str, str]]] = {
    "maximum, channels last": (
        nn.MaxPool2d(2, channels="last"), ("N", 4, 6, "C"),
        ("maxpool(X; k=(2, 2), NHWC)", "maxunpool(D, X; k=(2, 2), NHWC)")),
    "maximum, padded, channels last": (
        nn.MaxPool1d(3, 2, padding=1, channels="last"), ("N", 7, "C"),
        ("maxpool(X; k=3, s=2, p=1, NLC)", "maxunpool(D, X; k=3, s=2, p=1, NLC)")),
    "average, channels last": (
        nn.AvgPool2d(2, channels="last"), ("N", 4, 6, "C"),
        ("avgpool(X; k=(2, 2), NHWC)", "1/4 upsample(D; k=(2, 2), NHWC)")),
    "average of the cells inside": (
        nn.AvgPool2d(3, 2, 1, count_include_pad=False), ("N", "C", 5, 7),
        ("avgpool(X; k=(3, 3), s=2, p=1, c=0)", "avgunpool(D; k=(3, 3), s=2, p=1, c=0)")),
    "average of the cells inside, padded on one axis": (
        nn.AvgPool2d((2, 3), 1, (0, 1), count_include_pad=False), ("N", "C", 4, 5),
        ("avgpool(X; k=(2, 3), s=1, p=(0, 1), c=0)",
         "avgunpool(D; k=(2, 3), s=1, p=(0, 1), c=0)")),
    "average, a last window that is not full": (
        nn.AvgPool1d(3, 2, ceil_mode=True), ("N", "C", 8),
        ("avgpool(X; k=3, s=2, n=4, c=0)", "avgunpool(D; k=3, s=2, n=8, c=0)")),
    "upsampling, channels last": (
        nn.Upsample(scale_factor=2, channels="last"), ("N", "H", "V", "C"),
        ("upsample(X; k=(2, 2), NHWC)", "4 avgpool(D; k=(2, 2), NHWC)")),
}  # fmt: skip


def printed(y: Any, inputs: list[Any]) -> tuple[str, ...]:
    """The forward form and the gradients, each compared with its numbers at two draws."""
    d = sn.derive(np.sum(y * sn.tensor("D", y.shape)), wrt=inputs)
    calls = [y.call, *(d.gradients[w].call for w in inputs)]
    nodes = [opened([call])[call] for call in calls]
    return tuple(re.sub(r"_conv(t|_transpose)?\b", "", agree(n, matrix_form(n))) for n in nodes)


@pytest.mark.parametrize("name", EQUATIONS)
def test_an_equation_of_any_order_of_axes_prints_by_name(name: str) -> None:
    text, data, kernel, options, wanted = EQUATIONS[name]
    X, K = sn.tensor("X", data), sn.parameter("K", kernel)
    assert printed(sn.define(text, X=X, K=K, **options), [X, K]) == wanted


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_with_channels_last_prints_by_name(name: str) -> None:
    layer, shape, wanted = LAYERS[name]
    x = sn.tensor("X", shape)
    y = layer(x)
    assert printed(y, [x, *layer.parameters()[:1]]) == wanted


@pytest.mark.parametrize("name", POOLS)
def test_a_pool_over_any_axes_prints_by_name(name: str) -> None:
    layer, shape, wanted = POOLS[name]
    x = sn.tensor("X", shape)
    assert printed(layer(x), [x]) == wanted


POOL_EQUATIONS = {
    "y[n,c,i] = max(u: X[n,c,2*i+u-1])": (
        "maxpool(X; k=3, s=2, p=1)", "maxunpool(D, X; k=3, s=2, p=1)"),
    "y[n,i,c] = min(u: X[n,2*i+u-1,c])": (
        "minpool(X; k=3, s=2, p=1, NLC)", "minunpool(D, X; k=3, s=2, p=1, NLC)"),
}  # fmt: skip


@pytest.mark.parametrize("text", POOL_EQUATIONS)
def test_an_equation_that_skips_what_is_outside_is_a_padded_pool(text: str) -> None:
    X = sn.tensor("X", ("N", 7, 7))
    y = sn.define(text, X=X, sizes={"u": 3}, outside={"X": "skip"})
    assert printed(y, [X]) == POOL_EQUATIONS[text]


def test_an_average_over_other_counts_keeps_its_sums() -> None:
    layer = nn.AvgPool1d(3, 2, padding=1, ceil_mode=True)  # the padding counts, what is behind not
    x = sn.tensor("X", ("N", "C", 8))
    assert all("pool" not in text for text in printed(layer(x), [x]))


def test_a_kernel_that_differs_from_place_to_place_is_no_convolution() -> None:
    X, K = sn.tensor("X", ("N", "C", "T")), sn.parameter("K", ("O", "C", "S", 2))
    y = sn.define("y[n,o,t] = sum(c,u: X[n,c,t+u] * K[o,c,t,u])", X=X, K=K, sizes={"t": "S"},
                  outside={"X": 0})  # fmt: skip
    assert all("conv" not in text and "corr" not in text for text in printed(y, [X, K]))


def test_a_diagonal_is_no_letter() -> None:
    X, K = sn.tensor("X", ("C", "C", "T")), sn.parameter("K", ("O", "C", 2))
    y = sn.define("y[o,t] = sum(c,u: X[c,c,t+u] * K[o,c,u])", X=X, K=K)
    assert all("conv" not in text and "corr" not in text for text in printed(y, [X, K]))


def test_with_the_letters_of_pytorch_the_value_is_that_without() -> None:
    x, k, y, b = (RNG.normal(size=s) for s in ((2, 6, 7, 9), (4, 3, 3, 3), (2, 4, 4, 5), (4,)))
    step = {"s": (2,), "p": (1,), "g": (2,)}
    grouped = ("N(GC)HW", "(GO)CHW", "N(GO)HW")
    cases = [
        (named_kernels.conv(x, k, b, axes=(*grouped[:2], "(GO)", grouped[2]), **step),
         window_kernels.conv(x, k, b, **step)),
        (named_kernels.conv_transposed(y, k, axes=(grouped[2], grouped[1], grouped[0]), **step),
         window_kernels.conv_transposed(y, k, **step)),
        (named_kernels.correlation(x, y, axes=(grouped[0], grouped[2], grouped[1]), **step),
         window_kernels.correlation(x, y, **step)),
    ]  # fmt: skip
    for found, wanted in cases:
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


NAMES = [Sym("X"), Sym("K"), Sym("N"), Sym("C")]


def test_letters_of_axes_are_read_back_and_set_in_every_target() -> None:
    tree = parse_text("conv(X, K; s=2, N(GC)1HW, C → N)", NAMES)
    assert to_text(tree) == "conv(X, K; s=2, N(GC)1HW, C → N)"
    assert to_latex(tree).endswith(r"(X, K; s=2, \mathrm{N(GC)1HW}, \mathrm{C} \to \mathrm{N})")
    assert len(render_svgs([to_typst(tree)])) == 1


@pytest.mark.parametrize(("text", "caret"), [
    ("conv(X, K; NHWc → N)", "           ^\nthe letters of axes are capitals"),
    ("conv(X, K; nhwc)", "           ^\nexpected a setting such as s=2, or the letters of axes"),
    ("conv(X, K; NHWC →)", "                 ^\nexpected a setting such as s=2"),
])  # fmt: skip
def test_bad_letters_of_axes_are_refused_with_a_caret(text: str, caret: str) -> None:
    with pytest.raises(ParseError) as error:
        parse_text(text, NAMES)
    assert caret in str(error.value)


def test_letters_that_do_not_fit_are_refused() -> None:
    values = {Sym("X"): RNG.normal(size=(4, 5)), Sym("K"): RNG.normal(size=(2, 3))}
    with pytest.raises(ShapeError, match="should have"):
        evaluate(parse_text("conv(X, K; LC, LC → LC)", NAMES), values, {})
    with pytest.raises(ShapeError, match="has not the axes"):
        evaluate(parse_text("conv(X, K; NLC, LC → NLC)", NAMES), values, {})
    with pytest.raises(UnsupportedError, match="the axes of vec have no letters"):
        evaluate(parse_text("vec(X; NHWC)", NAMES), values, {})


def _normalised(x: Any, axes: tuple[int, ...]) -> Any:
    mean = x.mean(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(((x - mean) ** 2).mean(axis=axes, keepdims=True) + 0.1)


NORMS: dict[str, tuple[tuple[int, ...], list[str]]] = {
    "batch norm": ((0, 2, 3), [
        "∇_{X_{n,i}}(L) = (∇_{X̂_{n,i}} − mean(∇_{X̂_{:,i}}) 𝟏_{H×V} "
        "− mean(X̂_{:,i} ⊙ ∇_{X̂_{:,i}}) X̂_{n,i}) / σ_i for n = 1..N, i = 1..C",
        "∇_{γ_i}(L) = sum(S_{:,i} ⊙ X̂_{:,i}) for i = 1..C",
        "  where σ_i = √(var(X_{:,i}) + 0.1) for i = 1..C",
        "        X̂_{n,i} = (X_{n,i} − mean(X_{:,i}) 𝟏_{H×V}) / σ_i for n = 1..N, i = 1..C",
    ]),
    "instance norm": ((2, 3), [
        "∇_{X_{n,i}}(L) = (∇_{X̂_{n,i}} − mean(X̂_{n,i} ⊙ ∇_{X̂_{n,i}}) X̂_{n,i} "
        "− mean(∇_{X̂_{n,i}}) 𝟏_{H×V}) / σ_{n,i} for n = 1..N, i = 1..C",
        "∇_{γ_i}(L) = sum(S_{:,i} ⊙ X̂_{:,i}) for i = 1..C",
        "  where σ_{n,i} = √(var(X_{n,i}) + 0.1) for n = 1..N, i = 1..C",
    ]),
    "layer norm of images": ((1, 2, 3), [
        "∇_{X_n}(L) = (∇_{X̂_n} − mean(X̂_n ⊙ ∇_{X̂_n}) X̂_n − mean(∇_{X̂_n}) 𝟏_{C×H×V}) / σ_n "
        "for n = 1..N",
        "  where σ_n = √(var(X_n) + 0.1) for n = 1..N",
        "        X̂_n = (X_n − mean(X_n) 𝟏_{C×H×V}) / σ_n for n = 1..N",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", NORMS)
def test_a_norm_of_images_has_the_three_terms_by_name(name: str) -> None:
    axes, wanted = NORMS[name]
    x, gamma = sn.tensor("X", ("N", "C", "H", "V")), sn.parameter("gamma", ("C",))
    y = _normalised(x, axes) * gamma[:, None, None]
    d = sn.derive(np.sum(y * sn.tensor("S", y.shape)), wrt=[x, gamma])
    lines = d.text().splitlines()
    assert [line for line in wanted if line not in lines] == []
    assert d.check(draws=3).passed


def test_a_constant_beside_a_tensor_is_a_number() -> None:
    x = sn.tensor("X", ("N", "C", "H"))
    call = (x + 1).call
    node = opened([call])[call]
    assert agree(node, matrix_form(node)) == "X + 1"


def _shuffled(x: Any, r: int) -> Any:
    n, c, h, w = x.shape
    split = x.reshape((n, c // (r * r), r, r, h, w)).transpose((0, 1, 4, 2, 5, 3))
    return split.reshape((n, c // (r * r), h * r, w * r))


MOVES: dict[str, tuple[Any, tuple[Any, ...], tuple[str, str]]] = {
    "depth to space": (
        lambda x: _shuffled(x, 2), ("N", 8, "H", "V"),
        ("rearrange(X; R=2, S=2, N(CRS)HW → NC(HR)(WS))",
         "rearrange(D; R=2, S=2, NC(HR)(WS) → N(CRS)HW)")),
    "groups of channels": (
        lambda x: x.reshape((x.shape[0], 2, 3, x.shape[2])), ("N", 6, "L"),
        ("reshape(X; n=(N, 2, 3, L))", "reshape(D; n=(N, 6, L))")),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_a_tensor_whose_entries_only_move_is_rearranged_by_name(name: str) -> None:
    f, shape, wanted = MOVES[name]
    x = sn.tensor("X", shape)
    assert printed(f(x), [x]) == wanted
