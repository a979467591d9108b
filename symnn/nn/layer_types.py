"""The types of layers that a description may name, one line each in `TYPES`.

To add a type: a line with the function that makes the layer, the keys that it takes, and those that
it needs; `COMMON` keys (type, name, repeat, output) are added to all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symnn.core.scalars import Scalar
from symnn.nn.activation import Activation
from symnn.nn.attention import MultiHeadAttention, SelfAttention, TransformerBlock
from symnn.nn.containers import Concat, Residual, Sequential
from symnn.nn.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose2d
from symnn.nn.dense import Dropout, Embedding, Flatten, Linear, PositionalEncoding, Reshape
from symnn.nn.description import COMMON, TYPES, Builder, Entry, Path, Type, nearest
from symnn.nn.module import Module
from symnn.nn.normalisation import BatchNorm, GroupNorm, LayerNorm, RMSNorm
from symnn.nn.pooling import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    AvgPool1d,
    AvgPool2d,
    MaxPool1d,
    MaxPool2d,
    Upsample,
)
from symnn.nn.recurrent import GRU, LSTM, RNN


def _conv(cls: type[Any]) -> Callable[[Builder, Entry, Path], Module]:
    def make(b: Builder, e: Entry, path: Path) -> Module:
        more = b.given(e, path, stride="stride", padding="padding", dilation="dilation",
                       groups="groups", bias="bias", output_padding="output_padding")  # fmt: skip
        kernel = b.sizes(e["kernel"], (*path, "kernel"))
        made = cls(
            b.depth(e, "depth", path), b.size(e["filters"], (*path, "filters")), kernel,
            channels=e.get("channels", b.channels), activation=e.get("activation"),
            name=e.get("name"), **more,
        )  # fmt: skip
        return b.opened(made, e, "depth")

    return make


def _pool(cls: type[Any]) -> Callable[[Builder, Entry, Path], Module]:
    def make(b: Builder, e: Entry, path: Path) -> Module:
        more = b.given(e, path, stride="stride", padding="padding", ceil_mode="ceil_mode")
        kernel = b.sizes(e["kernel"], (*path, "kernel"))
        order = e.get("channels", b.channels)
        made: Module = cls(kernel, channels=order, name=e.get("name"), **more)
        return made

    return make


def _dense(b: Builder, e: Entry, path: Path) -> Module:
    made = Linear(
        b.depth(e, "inputs", path), b.size(e["units"], (*path, "units")), bias=e.get("bias", True),
        activation=e.get("activation"), name=e.get("name"),
    )  # fmt: skip
    return b.opened(made, e, "inputs")


def _plain(cls: type[Any], *args: str, **options: str) -> Callable[[Builder, Entry, Path], Module]:
    """A layer from positional keys and optional ones, as they are named."""

    def make(b: Builder, e: Entry, path: Path) -> Module:
        first = [b.sizes(e[k], (*path, k)) for k in args]
        more = {arg: e[key] for arg, key in options.items() if key in e}
        made: Module = cls(*first, name=e.get("name"), **more)
        return made

    return make


def _adaptive(cls: type[Any]) -> Callable[[Builder, Entry, Path], Module]:
    def make(b: Builder, e: Entry, path: Path) -> Module:
        made: Module = cls(
            b.sizes(e.get("size", 1), (*path, "size")), channels=e.get("channels", b.channels),
            name=e.get("name"),
        )  # fmt: skip
        return made

    return make


def _residual(b: Builder, e: Entry, path: Path) -> Module:
    shortcut = e.get("shortcut")
    side = b.sequence(shortcut, (*path, "shortcut")) if shortcut else None
    body = b.sequence(e["layers"], (*path, "layers"))
    return Residual(body, shortcut=side, name=e.get("name"))


def _concat(b: Builder, e: Entry, path: Path) -> Module:
    rows = e["branches"]
    parts = [b.sequence(r, (*path, "branches", k)) for k, r in enumerate(rows)]
    return Concat(*parts, dim=e.get("axis", -1 if b.channels == "last" else 1), name=e.get("name"))


def _group(b: Builder, e: Entry, path: Path) -> Module:
    made = b.sequence(e["layers"], (*path, "layers"))
    made.name = e.get("name")
    return made


def _use(b: Builder, e: Entry, path: Path) -> Module:
    name = e["use"]
    if name not in b.blocks:
        raise b.fail((*path, "use"), f"a block: {', '.join(b.blocks) or 'none is defined'}",
                     repr(name), nearest(str(name), list(b.blocks)))  # fmt: skip
    if name in b.using:
        raise b.fail((*path, "use"), "a block that does not contain itself",
                     " -> ".join((*b.using, name)), "break the circle")  # fmt: skip
    inner = Builder(b.channels, b.blocks, b.fail, b.open, (*b.using, name))
    made = inner.sequence(b.blocks[name], ("blocks", name, "layers"))
    made.name = e.get("name", name)
    return made


def _batch(b: Builder, e: Entry, path: Path) -> Module:
    return BatchNorm(b.size(e["features"], (*path, "features")), channels=b.channels,
                     name=e.get("name"))  # fmt: skip


def _flatten(b: Builder, e: Entry, path: Path) -> Module:
    return Flatten(e.get("start", 1), name=e.get("name"))


_CONV_KEYS = ("filters", "kernel", "stride", "padding", "dilation", "groups", "bias", "depth",
              "activation", "channels")  # fmt: skip
_POOL_KEYS = ("kernel", "stride", "padding", "ceil_mode", "channels")
_BLOCK = ("width", "heads", "hidden", "kv_heads", "activation", "gated", "norm", "norm_first",
          "bias", "causal", "rotary", "fused", "dropout")  # fmt: skip
_SEQUENCE = ("input_size", "hidden_size", "num_layers", "bias", "bidirectional", "last_only")

TYPES |= {
    "conv": Type(_conv(Conv2d), _CONV_KEYS, ("filters", "kernel")),
    "conv1d": Type(_conv(Conv1d), _CONV_KEYS, ("filters", "kernel")),
    "conv3d": Type(_conv(Conv3d), _CONV_KEYS, ("filters", "kernel")),
    "conv_transpose": Type(_conv(ConvTranspose2d), (*_CONV_KEYS, "output_padding"),
                           ("filters", "kernel")),
    "maxpool": Type(_pool(MaxPool2d), _POOL_KEYS, ("kernel",)),
    "avgpool": Type(_pool(AvgPool2d), _POOL_KEYS, ("kernel",)),
    "maxpool1d": Type(_pool(MaxPool1d), _POOL_KEYS, ("kernel",)),
    "avgpool1d": Type(_pool(AvgPool1d), _POOL_KEYS, ("kernel",)),
    "global_avgpool": Type(_adaptive(AdaptiveAvgPool2d), ("size", "channels")),
    "global_maxpool": Type(_adaptive(AdaptiveMaxPool2d), ("size", "channels")),
    "upsample": Type(_plain(Upsample, "factor", channels="channels"), ("factor", "channels"),
                     ("factor",)),
    "flatten": Type(_flatten, ("start",)),
    "reshape": Type(lambda b, e, p: Reshape(*b.sizes(e["shape"], (*p, "shape")),
                                            name=e.get("name")), ("shape",), ("shape",)),
    "dense": Type(_dense, ("units", "inputs", "bias", "activation"), ("units",)),
    "activation": Type(_plain(Activation, "function"), ("function",), ("function",)),
    "batchnorm": Type(_batch, ("features",), ("features",)),
    "layernorm": Type(_plain(LayerNorm, "width", eps="eps"), ("width", "eps"), ("width",)),
    "rmsnorm": Type(_plain(RMSNorm, "width", eps="eps"), ("width", "eps"), ("width",)),
    "groupnorm": Type(_plain(GroupNorm, "groups", "features"), ("groups", "features"),
                      ("groups", "features")),
    "dropout": Type(lambda b, e, p: Dropout(e.get("p", 0.5), name=e.get("name")), ("p",)),
    "embedding": Type(_plain(Embedding, "entries", "width"), ("entries", "width"),
                      ("entries", "width")),
    "positions": Type(_plain(PositionalEncoding, "length", "width", learned="learned"),
                      ("length", "width", "learned"), ("length", "width")),
    "attention": Type(_plain(SelfAttention, "width", key_width="key_width", causal="causal"),
                      ("width", "key_width", "causal"), ("width",)),
    "multihead": Type(_plain(MultiHeadAttention, "width", "heads", kv_heads="kv_heads",
                             causal="causal", bias="bias"),
                      ("width", "heads", "kv_heads", "causal", "bias"), ("width", "heads")),
    "transformer": Type(_plain(TransformerBlock, "width", "heads",
                               **{k: k for k in _BLOCK[2:]}), _BLOCK, ("width", "heads")),
    "rnn": Type(_plain(RNN, "input_size", "hidden_size", **{k: k for k in _SEQUENCE[2:]}),
                _SEQUENCE, ("input_size", "hidden_size")),
    "lstm": Type(_plain(LSTM, "input_size", "hidden_size", **{k: k for k in _SEQUENCE[2:]}),
                 _SEQUENCE, ("input_size", "hidden_size")),
    "gru": Type(_plain(GRU, "input_size", "hidden_size", **{k: k for k in _SEQUENCE[2:]}),
                _SEQUENCE, ("input_size", "hidden_size")),
    "residual": Type(_residual, ("layers", "shortcut"), ("layers",)),
    "concat": Type(_concat, ("branches", "axis"), ("branches",)),
    "sequential": Type(_group, ("layers",), ("layers",)),
    "block": Type(_use, ("use",), ("use",)),
}  # fmt: skip


def image_model(network: Entry) -> tuple[Sequential, tuple[Scalar, ...]]:
    """The model and input shape of an image network: `{input = {height, width, channels}, layers}`.

    Channels are last and there is no batch axis, as on paper.

    >>> layers = [{"type": "conv", "filters": 4, "kernel": 3, "padding": 1}]
    >>> model, shape = image_model({"input": {"height": 28, "width": 28, "channels": 1},
    ...                             "layers": layers})
    >>> shape, len(model)
    ((28, 28, 1), 1)
    """
    source = network["input"]
    builder = Builder(channels="last")
    entries = []
    spatial = True
    for e in network["layers"]:
        entry = {k: v for k, v in e.items() if v is not None}
        if entry["type"] in ("maxpool", "avgpool"):
            entry = {k: v for k, v in entry.items() if k not in ("activation", "bias")}
        if entry["type"] == "flatten":
            entry, spatial = {"type": "flatten", "start": -3, **_named(entry)}, False
        if entry["type"] == "dense":
            if spatial:
                entries.append({"type": "flatten", "start": -3, "name": "flatten"})
            spatial = False
            entry = {k: v for k, v in entry.items() if k in (*TYPES["dense"].keys, *COMMON)}
        if entry.get("activation") == "identity":
            entry.pop("activation")
        entries.append(entry)
    model = builder.sequence(entries, ("layers",))
    return model, (source["height"], source["width"], source["channels"])


def _named(entry: Entry) -> dict[str, Any]:
    return {"name": entry["name"]} if entry.get("name") else {}
