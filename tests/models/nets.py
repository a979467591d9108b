"""Published networks, built with symnn.nn; parameter and MAC counts are in test_models.py."""

from __future__ import annotations

from typing import Any

from symnn import nn
from symnn.lang.assembly import concatenate
from symnn.lang.creation import arange
from symnn.lang.shaping import broadcast_to
from symnn.lang.tensor import Tensor


def cnn6074() -> nn.Sequential:
    """The exam's network, channels last."""
    last: dict[str, Any] = {"channels": "last"}
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1, activation="relu", name="Conv 1", **last),
        nn.MaxPool2d(2, name="MaxPool 1", **last),
        nn.Conv2d(4, 8, 4, stride=4, padding=1, activation="relu", name="Conv 2", **last),
        nn.MaxPool2d(2, name="MaxPool 2", **last),
        nn.Flatten(-3),
        nn.Linear(32, 128, activation="relu", name="FC 1"),
        nn.Linear(128, 10, activation="softmax", name="FC 2"),
    )


def lenet5() -> nn.Sequential:
    """LeNet-5 as it is taught: 6, 16 and 120 feature maps of 5 x 5, 84, 10."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, activation="tanh"), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5, activation="tanh"), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5, activation="tanh"), nn.Flatten(),
        nn.Linear(120, 84, activation="tanh"), nn.Linear(84, 10),
    )  # fmt: skip


def alexnet() -> nn.Sequential:
    """AlexNet, the variant of torchvision (Krizhevsky, One weird trick, 2014)."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        nn.AdaptiveAvgPool2d(6), nn.Flatten(), nn.Dropout(),
        nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(),
        nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000),
    )  # fmt: skip


def vgg16() -> nn.Sequential:
    """VGG16, configuration D."""
    layers: list[Any] = []
    channels = 3
    for width in (64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M",
                  512, 512, 512, "M"):  # fmt: skip
        if width == "M":
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
    head = [nn.Linear(25088, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), *head, nn.Linear(4096, 1000))


def conv_bn(c: int, m: int, k: int, s: int = 1, groups: int = 1, act: str = "relu") -> list[Any]:
    """Convolution without bias, batch norm, activation."""
    made = [nn.Conv2d(c, m, k, s, k // 2, groups=groups, bias=False), nn.BatchNorm2d(m)]
    return [*made, nn.Activation(act)] if act else made


def resnet(blocks: tuple[int, ...], bottleneck: bool) -> nn.Sequential:
    """ResNet v1.5: the stride sits in the 3 x 3 convolution."""
    layers: list[Any] = [*conv_bn(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)]
    channels, grow = 64, 4 if bottleneck else 1
    for stage, count in enumerate(blocks):
        width = 64 * 2**stage
        for k in range(count):
            s = 2 if stage and not k else 1
            body = (
                [*conv_bn(channels, width, 1), *conv_bn(width, width, 3, s),
                 *conv_bn(width, width * 4, 1, act="")]
                if bottleneck
                else [*conv_bn(channels, width, 3, s), *conv_bn(width, width, 3, act="")]
            )  # fmt: skip
            other = s != 1 or channels != width * grow
            shortcut = (
                nn.Sequential(*conv_bn(channels, width * grow, 1, s, act="")) if other else None
            )
            layers += [nn.Residual(*body, shortcut=shortcut), nn.ReLU()]
            channels = width * grow
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))


def mobilenet_v2() -> nn.Sequential:
    """MobileNetV2: inverted residuals."""
    rows = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1)]  # fmt: skip
    layers, c = conv_bn(3, 32, 3, 2, act="relu6"), 32
    for t, m, n, stride in rows:
        for k in range(n):
            s, wide = stride if k == 0 else 1, c * t
            body = conv_bn(c, wide, 1, act="relu6") if t != 1 else []
            body += [*conv_bn(wide, wide, 3, s, groups=wide, act="relu6"),
                     *conv_bn(wide, m, 1, act="")]  # fmt: skip
            layers.append(nn.Residual(*body) if s == 1 and c == m else nn.Sequential(*body))
            c = m
    layers += [*conv_bn(c, 1280, 1, act="relu6"), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(1280, 1000))


def norm_conv(c: int, m: int, k: int) -> list[Any]:
    """Batch norm, ReLU, convolution."""
    return [nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, m, k, padding=k // 2, bias=False)]


def densenet121() -> nn.Sequential:
    """DenseNet-121, growth 32."""
    layers: list[Any] = [*conv_bn(3, 64, 7, 2), nn.MaxPool2d(3, 2, 1)]
    c = 64
    for stage, count in enumerate((6, 12, 24, 16)):
        for _ in range(count):
            body = nn.Sequential(*norm_conv(c, 128, 1), *norm_conv(128, 32, 3))
            layers.append(nn.Concat(nn.Identity(), body))
            c += 32
        if stage < 3:
            layers += [*norm_conv(c, c // 2, 1), nn.AvgPool2d(2)]
            c //= 2
    layers += [nn.BatchNorm2d(c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(c, 1000))


class ViT(nn.Module):
    """ViT: patches, a class token, learned positions, blocks, a head on the class token."""

    def __init__(self, d: int = 768, L: int = 12, heads: int = 12, patch: int = 16) -> None:
        super().__init__()
        self.d = d
        self.patches = nn.Conv2d(3, d, patch, stride=patch, name="patches")
        self.blocks = nn.Sequential(
            *(nn.TransformerBlock(d, heads, eps=1e-6) for _ in range(L)), name="blocks"
        )
        self.norm = nn.LayerNorm(d, name="norm")
        self.head = nn.Linear(d, 1000, name="head")
        self.positions = nn.PositionalEncoding(197, d, name="positions")

    def forward(self, x: Tensor) -> Tensor:
        p = self.patches(x)
        n = p.sizes[0]
        tokens = p.reshape((n, self.d, -1)).transpose(0, 2, 1)
        cls = self.parameter("class_token", (1, 1, self.d))
        whole = concatenate([broadcast_to(cls, (n, 1, self.d)), tokens], axis=1)
        return self.head(self.norm(self.blocks(self.positions(whole)))[:, 0])


class GPT2(nn.Module):
    """GPT-2: tied embeddings, pre-norm blocks, fused QKV."""

    def __init__(self, V: Any, T: Any, d: Any, L: Any, heads: Any) -> None:
        super().__init__()
        self.tokens = nn.Embedding(V, d, name="tokens")
        self.positions = nn.Embedding(T, d, name="positions")
        self.blocks = nn.Repeat(
            lambda: nn.TransformerBlock(d, heads, causal=True, fused=True, activation="gelu_tanh"),
            L, name="blocks",
        )  # fmt: skip
        self.norm = nn.LayerNorm(d, name="norm")
        self.head = nn.Linear(d, V, bias=False, name="head")
        self.head.weight = self.tokens.weight

    def forward(self, t: Tensor) -> Tensor:
        h = self.tokens(t) + self.positions(arange(t.shape[-1]))
        return self.head(self.norm(self.blocks(h)))


class Llama(nn.Module):
    """Llama: RMS norm, rotary positions, gated feed-forward, grouped queries."""

    def __init__(self, V: int, d: int, L: int, heads: int, kv: int, hidden: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(V, d, name="tokens")
        self.blocks = nn.Sequential(
            *(
                nn.TransformerBlock(
                    d, heads, hidden, kv_heads=kv, norm="rms", activation="silu", gated=True,
                    bias=False, causal=True, rotary=True,
                )
                for _ in range(L)
            ),
            name="blocks",
        )  # fmt: skip
        self.norm = nn.RMSNorm(d, name="norm")
        self.head = nn.Linear(d, V, bias=False, name="head")

    def forward(self, t: Tensor) -> Tensor:
        return self.head(self.norm(self.blocks(self.tokens(t))))


class Bert(nn.Module):
    """BERT-base with its pooler."""

    def __init__(self, V: int = 30522, T: int = 512, d: int = 768, L: int = 12) -> None:
        super().__init__()
        self.tokens = nn.Embedding(V, d, name="tokens")
        self.positions = nn.Embedding(T, d, name="positions")
        self.segments = nn.Embedding(2, d, name="segments")
        self.norm = nn.LayerNorm(d, eps=1e-12, name="norm")
        self.blocks = nn.Sequential(
            *(nn.TransformerBlock(d, 12, norm_first=False, eps=1e-12) for _ in range(L)),
            name="blocks",
        )
        self.pooler = nn.Linear(d, d, activation="tanh", name="pooler")

    def forward(self, t: Tensor, segment: Tensor) -> Tensor:
        h = self.tokens(t) + self.positions(arange(t.shape[-1])) + self.segments(segment)
        return self.pooler(self.blocks(self.norm(h))[:, 0])


class T5Block(nn.Module):
    """One block of T5: self-attention, cross-attention in a decoder, feed-forward; no biases."""

    kind = "block"

    def __init__(self, d: int, heads: int, d_kv: int, hidden: int, decoder: bool) -> None:
        super().__init__()
        more: dict[str, Any] = {"head_dim": d_kv, "bias": False, "scale": False}
        self.norm1 = nn.RMSNorm(d, name="norm1")
        self.attention = nn.MultiHeadAttention(d, heads, causal=decoder, name="self", **more)
        self.decoder = decoder
        if decoder:
            self.norm2 = nn.RMSNorm(d, name="norm2")
            self.cross = nn.MultiHeadAttention(d, heads, name="cross", **more)
        self.norm3 = nn.RMSNorm(d, name="norm3")
        self.mlp = nn.FeedForward(d, hidden, activation="relu", bias=False, name="mlp")

    def forward(self, x: Tensor, bias: Tensor, memory: Tensor | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), bias=bias)
        if self.decoder:
            x = x + self.cross(self.norm2(x), memory=memory)
        return x + self.mlp(self.norm3(x))


class T5(nn.Module):
    """T5: encoder and decoder, relative position biases in 32 buckets, tied embeddings."""

    def __init__(self, V: int, d: int, L: int, heads: int, d_kv: int, hidden: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(V, d, name="tokens")
        self.encoder = [T5Block(d, heads, d_kv, hidden, False) for _ in range(L)]
        self.decoder = [T5Block(d, heads, d_kv, hidden, True) for _ in range(L)]
        for part, blocks in (("encoder", self.encoder), ("decoder", self.decoder)):
            for k, block in enumerate(blocks):
                block.name = f"{part}_{k}"
        self.bias_encoder = nn.Embedding(32, heads, name="bias_encoder")
        self.bias_decoder = nn.Embedding(32, heads, name="bias_decoder")
        self.norm_encoder = nn.RMSNorm(d, name="norm_encoder")
        self.norm_decoder = nn.RMSNorm(d, name="norm_decoder")
        self.head = nn.Linear(d, V, bias=False, name="head")
        self.head.weight = self.tokens.weight

    def forward(self, source: Tensor, target: Tensor, near: Tensor, far: Tensor) -> Tensor:
        memory = self.tokens(source)
        bias = self.bias_encoder(near).transpose(2, 0, 1)
        for block in self.encoder:
            memory = block(memory, bias)
        memory = self.norm_encoder(memory)
        h = self.tokens(target)
        bias = self.bias_decoder(far).transpose(2, 0, 1)
        for block in self.decoder:
            h = block(h, bias, memory)
        return self.head(self.norm_decoder(h))


class UNet(nn.Module):
    """U-Net with padding: two convolutions a level, four levels, upsampling by transposes."""

    def __init__(self, c: int = 1, classes: int = 2, width: int = 64) -> None:
        super().__init__()
        widths = [width * 2**k for k in range(5)]
        self.down = [self._double(a, b, f"down{k}") for k, (a, b) in
                     enumerate(zip([c, *widths[:-1]], widths, strict=True))]  # fmt: skip
        self.pool = nn.MaxPool2d(2, name="pool")
        self.up = [nn.ConvTranspose2d(2 * w, w, 2, stride=2, name=f"grow{k}")
                   for k, w in enumerate(reversed(widths[:-1]))]  # fmt: skip
        self.joined = [self._double(2 * w, w, f"up{k}") for k, w in
                       enumerate(reversed(widths[:-1]))]  # fmt: skip
        self.last = nn.Conv2d(width, classes, 1, name="last")

    @staticmethod
    def _double(a: int, b: int, name: str) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(a, b, 3, padding=1, activation="relu"),
            nn.Conv2d(b, b, 3, padding=1, activation="relu"), name=name,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        kept = []
        for k, block in enumerate(self.down):
            x = block(x if k == 0 else self.pool(x))
            kept.append(x)
        for grow, block, skip in zip(self.up, self.joined, reversed(kept[:-1]), strict=True):
            x = block(concatenate([skip, grow(x)], axis=1))
        return self.last(x)


class LSTMModel(nn.Module):
    """An LSTM language model: embedding, LSTM, tied or own head."""

    def __init__(self, V: int, d: int, h: int, layers: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(V, d, name="tokens")
        self.lstm = nn.LSTM(d, h, layers, name="lstm")
        self.head = nn.Linear(h, V, name="head")

    def forward(self, t: Tensor) -> Tensor:
        return self.head(self.lstm(self.tokens(t)))
