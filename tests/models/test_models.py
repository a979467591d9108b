"""Published networks have their exact parameters and MACs, and backward obeys its rule."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from symnn.analysis.analyzer import Analysis, analyze
from symnn.lang.tensor import Tensor, tensor
from tests.models import nets


def image(side: int, channels: int = 3) -> Tensor:
    return tensor("x", (1, channels, side, side))


def tokens(name: str, shape: tuple[Any, ...], below: Any) -> Tensor:
    return tensor(name, shape, dtype=int, below=below)


# name: (model, inputs, parameters, MACs, MACs of the first layer that reads the image)
CONVOLUTIONAL = {
    "LeNet-5": (nets.lenet5, image(32, 1), 61_706, 416_520, 117_600),
    "AlexNet": (nets.alexnet, image(224), 61_100_840, 714_188_480, 70_276_800),
    "VGG16": (nets.vgg16, image(224), 138_357_544, 15_470_264_320, 86_704_128),
    "ResNet-18": (
        lambda: nets.resnet((2, 2, 2, 2), False), image(224), 11_689_512, 1_814_073_344,
        118_013_952,
    ),
    "ResNet-50": (
        lambda: nets.resnet((3, 4, 6, 3), True), image(224), 25_557_032, 4_089_184_256,
        118_013_952,
    ),
    "MobileNetV2": (nets.mobilenet_v2, image(224), 3_504_872, 300_774_272, 10_838_016),
    "DenseNet-121": (nets.densenet121, image(224), 7_978_856, 2_834_161_664, 118_013_952),
    "ViT-B/16": (nets.ViT, image(224), 86_567_656, 17_563_828_224, 115_605_504),
}  # fmt: skip


@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_parameters_macs_and_backward_are_exact(name: str) -> None:
    model, x, parameters, macs, first = CONVOLUTIONAL[name]
    a = analyze(model(), x)
    assert a.parameters == parameters
    assert a.macs == macs
    assert a.total.count("macs", backward=True) == 2 * macs - first
    assert a.not_counted == []


def test_batch_norm_statistics_are_buffers() -> None:
    a = analyze(nets.mobilenet_v2(), image(224))
    assert a.total.buffers == 34_112  # 3,538,984 in Keras = 3,504,872 + 34,112


def gpt2(*sizes: Any, shape: tuple[Any, ...] = (1, 128)) -> Analysis:
    return analyze(nets.GPT2(*sizes), tokens("t", shape, sizes[0]))


def test_gpt2_small_and_xl() -> None:
    small, xl = gpt2(50257, 1024, 768, 12, 12), gpt2(50257, 1024, 1600, 48, 25)
    assert (small.parameters, xl.parameters) == (124_439_808, 1_557_611_200)
    assert small.macs == 16_114_089_984
    assert small.total.count("macs", backward=True) == 2 * small.macs
    assert any("counted once" in note for note in small.notes)


def test_gpt2_prints_its_closed_form() -> None:
    V, T, d, L, B = sp.symbols("V T d L B", integer=True, positive=True)
    a = gpt2("V", "T", "d", "L", "h", shape=("B", "T"))
    assert (
        a.parameters == 12 * L * d**2 + 13 * L * d + (V + T) * d + 2 * d
        or sp.expand(a.parameters - (12 * L * d**2 + 13 * L * d + (V + T) * d + 2 * d)) == 0
    )
    assert sp.expand(a.macs - (12 * B * L * T * d**2 + 2 * B * L * T**2 * d + B * T * V * d)) == 0


def test_attention_overtakes_the_linear_part_at_six_widths() -> None:
    a = gpt2("V", "T", "d", "L", "h", shape=("B", "T"))
    core = a.quantity("attn.macs") - 4 * sp.Symbol("B", integer=True, positive=True) * _linear()
    d = sp.Symbol("d", integer=True, positive=True)
    assert a.solve(core, a.quantity("mlp.macs") + _rest(), "T") == [6 * d]


def _linear() -> sp.Expr:
    L, T, d = sp.symbols("L T d", integer=True, positive=True)
    return L * T * d**2


def _rest() -> sp.Expr:
    return 4 * sp.Symbol("B", integer=True, positive=True) * _linear()


def llama_macs(T: int, V: int, d: int, L: int, heads: int, kv: int, f: int) -> int:
    """Projections, grouped keys and values, scores and mixtures, gated feed-forward, logits."""
    layer = T * (2 * d * d + 2 * d * kv * d // heads + 3 * d * f) + 2 * T * T * d
    return L * layer + T * V * d


def t5_macs(T: int, V: int, d: int, L: int, f: int) -> int:
    """Encoder and decoder of one length; the decoder attends twice; heads fill the width."""
    encoder = T * (4 * d * d + 2 * d * f) + 2 * T * T * d
    decoder = T * (8 * d * d + 2 * d * f) + 4 * T * T * d
    return L * (encoder + decoder) + T * V * d


TRANSFORMERS = {
    "BERT-base": (
        nets.Bert, (tokens("t", (1, 128), 30522), tokens("s", (1, 128), 2)), 109_482_240,
        11_174_215_680,
    ),
    "Llama-2-7B": (
        lambda: nets.Llama(32000, 4096, 32, 32, 32, 11008), (tokens("t", (1, 16), 32000),),
        6_738_415_616, llama_macs(16, 32000, 4096, 32, 32, 32, 11008),
    ),
    "Llama-3-8B": (
        lambda: nets.Llama(128256, 4096, 32, 32, 8, 14336), (tokens("t", (1, 16), 128256),),
        8_030_261_248, llama_macs(16, 128256, 4096, 32, 32, 8, 14336),
    ),
    "T5-base": (
        lambda: nets.T5(32128, 768, 12, 12, 64, 3072),
        (tokens("s", (1, 8), 32128), tokens("t", (1, 8), 32128), tokens("n", (8, 8), 32),
         tokens("f", (8, 8), 32)), 222_903_552, t5_macs(8, 32128, 768, 12, 3072),
    ),
    "U-Net": (nets.UNet, (image(64, 1),), 31_030_658, 3_006_005_248),
}  # fmt: skip


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_parameters_are_exact(name: str) -> None:
    model, inputs, parameters, macs = TRANSFORMERS[name]
    a = analyze(model(), *inputs)
    assert a.parameters == parameters
    assert macs is None or a.macs == macs
    assert a.not_counted == []


def test_lstm_language_model() -> None:
    V, d, h, layers, T = 1000, 32, 48, 2, 10
    a = analyze(nets.LSTMModel(V, d, h, layers), tokens("t", (1, T), V))
    assert a.parameters == V * d + 4 * h * (d + h + 2) + 4 * h * (h + h + 2) + h * V + V
    assert a.macs == T * (4 * h * (d + h) + 4 * h * (h + h) + h * V)
