"""Attention: scaled dot products over heads, and the blocks of transformers.

    softmax(Q K^T / sqrt(d_k) [+ mask]) V

Heads are an axis; grouped-query attention reads each key and value head by `heads / kv_heads`
query heads. A causal mask is a domain of the softmax, never a large negative number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import DomainError, explain
from symnn.core.scalars import Scalar, exact, to_sympy
from symnn.lang.arithmetic import add, divide, multiply
from symnn.lang.assembly import concatenate
from symnn.lang.comparisons import greater_equal, where
from symnn.lang.contraction import matmul
from symnn.lang.creation import arange
from symnn.lang.functions import softmax
from symnn.lang.shaping import reshape, swapaxes
from symnn.lang.size import Size, as_size, scalar_of
from symnn.lang.tensor import Tensor, as_tensor
from symnn.nn.activation import activation
from symnn.nn.dense import Dropout, Linear
from symnn.nn.module import Module
from symnn.nn.normalisation import LayerNorm, RMSNorm


def quotient(a: Any, b: Any, what: str) -> Scalar:
    """A / b, which must be whole.

    >>> quotient(768, 12, "width")
    64
    """
    made = exact(sp.cancel(to_sympy(scalar_of(a)) / to_sympy(scalar_of(b))))
    if not isinstance(made, (int, sp.Expr)):
        raise DomainError(
            explain(
                f"{what}: {a} over {b}",
                expected="a whole number",
                found=f"{made}",
                fix="choose sizes that divide",
            )
        )
    return made


def causal_mask(rows: Any, columns: Any) -> Tensor:
    """Whether row i may see column j: `i + columns - rows >= j`."""
    i = arange(as_size(rows))[:, None] + (as_size(columns) - as_size(rows))
    made: Tensor = greater_equal(i, arange(as_size(columns))[None, :])
    return made


def attention(
    q: Tensor, k: Tensor, v: Tensor, *, causal: bool = False, scale: bool = True,
    bias: Tensor | None = None, dropout: Module | None = None,
) -> Tensor:  # fmt: skip
    """`softmax(q k^T / sqrt(d)) v` on the last two axes.

    >>> from symnn.lang.tensor import tensor
    >>> q, k, v = (tensor(n, ("T", "d")) for n in "qkv")
    >>> attention(q, k, v, causal=True).sizes
    (T, d)
    """
    scores = matmul(q, swapaxes(k, -1, -2))
    if scale:
        scores = divide(scores, np.sqrt(Size(q.sizes[-1])) if isinstance(q.sizes[-1], sp.Expr)
                        else as_tensor(Size(sp.sqrt(q.sizes[-1]))))  # fmt: skip
    if bias is not None:
        scores = add(scores, bias)
    if causal:
        scores = where(causal_mask(q.sizes[-2], k.sizes[-2]), scores, -np.inf)
    weights = softmax(scores, axis=-1)
    if dropout is not None:
        weights = dropout(weights)
    return matmul(weights, v)


class SelfAttention(Module):
    """One head: `softmax(x W_Q (x W_K)^T / sqrt(d_k)) x W_V`.

    >>> from symnn.lang.tensor import tensor
    >>> SelfAttention("d", "k")(tensor("x", ("T", "d"))).sizes
    (T, k)
    """

    kind = "attention"

    def __init__(
        self, width: Any, key_width: Any = None, value_width: Any = None, *, bias: bool = False,
        causal: bool = False, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        key = width if key_width is None else key_width
        value = key if value_width is None else value_width
        self.causal = causal
        self.q = Linear(width, key, bias, name="Q")
        self.k = Linear(width, key, bias, name="K")
        self.v = Linear(width, value, bias, name="V")

    def settings(self) -> dict[str, Any]:
        return {"causal": self.causal}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return attention(self.q(x), self.k(x), self.v(x), causal=self.causal)


class MultiHeadAttention(Module):
    """Attention of `num_heads` heads, with `kv_heads` key and value heads.

    Args:
        embed_dim: width of input and output.
        num_heads: query heads.
        kv_heads: key and value heads (grouped-query attention); default: as many.
        head_dim: width of a head; default embed_dim / num_heads.
        bias, out_bias: of the projections in and out.
        causal: no look ahead.
        fused: one projection for Q, K and V, as in GPT-2.
        rotary: turn queries and keys by their position (Su et al., RoFormer, 2021).
        dropout: of the attention weights, while training.

    >>> from symnn.lang.tensor import tensor
    >>> MultiHeadAttention(64, 8)(tensor("x", ("T", 64))).sizes
    (T, 64)
    """

    kind = "attention"

    def __init__(
        self, embed_dim: Any, num_heads: Any, *, kv_heads: Any = None, head_dim: Any = None,
        bias: bool = True, out_bias: bool | None = None, causal: bool = False, fused: bool = False,
        rotary: bool = False, scale: bool = True, dropout: float = 0.0, memory_dim: Any = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.embed_dim, self.num_heads = scalar_of(embed_dim), scalar_of(num_heads)
        self.kv_heads = self.num_heads if kv_heads is None else scalar_of(kv_heads)
        self.head_dim = (
            quotient(embed_dim, num_heads, "embed_dim per head") if head_dim is None
            else scalar_of(head_dim)
        )  # fmt: skip
        self.share = quotient(self.num_heads, self.kv_heads, "num_heads per kv_heads")
        self.causal, self.fused, self.rotary, self.scale = causal, fused, rotary, scale
        inner = as_size(self.num_heads) * as_size(self.head_dim)
        kv = as_size(self.kv_heads) * as_size(self.head_dim)
        source = self.embed_dim if memory_dim is None else memory_dim
        if fused:
            self.qkv = Linear(embed_dim, inner + 2 * kv, bias, name="QKV")
        else:
            self.q = Linear(embed_dim, inner, bias, name="Q")
            self.k = Linear(source, kv, bias, name="K")
            self.v = Linear(source, kv, bias, name="V")
        self.out = Linear(inner, embed_dim, bias if out_bias is None else out_bias, name="O")
        self.dropout = Dropout(dropout, name="drop")

    def settings(self) -> dict[str, Any]:
        found = {"embed_dim": self.embed_dim, "num_heads": self.num_heads, "causal": self.causal}
        return found if self.share == 1 else {**found, "kv_heads": self.kv_heads}

    def forward(  # type: ignore[override]
        self, x: Tensor, memory: Tensor | None = None, bias: Tensor | None = None
    ) -> Tensor:
        source = x if memory is None else memory
        if self.fused:
            q, k, v = self._parts(self.qkv(x))
        else:
            q, k, v = self.q(x), self.k(source), self.v(source)
        heads = [self._heads(q, self.num_heads), *(self._heads(t, self.kv_heads) for t in (k, v))]
        if self.rotary:
            heads[:2] = [rotated(t) for t in heads[:2]]
        if self.share != 1:
            lead = heads[0].shape[:-3]
            heads[0] = reshape(heads[0], (*lead, self.kv_heads, self.share, *heads[0].shape[-2:]))
            heads[1:] = [t[(Ellipsis, None, slice(None), slice(None))] for t in heads[1:]]
        dropout = self.dropout if self.dropout.p else None
        made = attention(*heads, causal=self.causal, scale=self.scale, bias=bias, dropout=dropout)
        if self.share != 1:
            made = reshape(made, (*x.shape[:-2], self.num_heads, *made.shape[-2:]))
        joined = swapaxes(made, -2, -3)
        return self.out(reshape(joined, (*x.shape[:-1], self.out.in_features)))

    def _parts(self, qkv: Tensor) -> list[Tensor]:
        inner = as_size(self.num_heads) * as_size(self.head_dim)
        kv = as_size(self.kv_heads) * as_size(self.head_dim)
        cuts = [(0, inner), (inner, inner + kv), (inner + kv, inner + 2 * kv)]
        return [qkv[(Ellipsis, slice(a, b))] for a, b in cuts]

    def _heads(self, t: Tensor, heads: Scalar) -> Tensor:
        """[..., T, heads*hd] as [..., heads, T, hd]."""
        split = reshape(t, (*t.shape[:-1], heads, self.head_dim))
        return swapaxes(split, -2, -3)


def rotated(x: Tensor) -> Tensor:
    """Each pair (x_j, x_{j+h/2}) turned by the angle of its position; [..., T, h]."""
    half = quotient(x.sizes[-1], 2, "half a head")
    left, right = x[(Ellipsis, slice(0, half))], x[(Ellipsis, slice(half, None))]
    rows = arange(as_size(x.sizes[-2]))[:, None] * 1
    exponent = divide(arange(as_size(half)), as_size(half))
    angle = multiply(rows, np.exp(multiply(exponent, -float(np.log(10000.0))))[None, :])
    cos, sin = np.cos(angle), np.sin(angle)
    return concatenate([left * cos - right * sin, right * cos + left * sin], axis=-1)


class FeedForward(Module):
    """`W_2 act(W_1 x)`, or gated, `W_2 (act(W_g x) * W_1 x)` (Shazeer, GLU Variants, 2020).

    >>> from symnn.lang.tensor import tensor
    >>> FeedForward("d", 4)(tensor("x", ("T", "d"))).sizes
    (T, d)
    """

    kind = "mlp"

    def __init__(
        self, width: Any, hidden: Any, *, activation: str = "gelu", gated: bool = False,
        bias: bool = True, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.function, self.gated = activation, gated
        self.up = Linear(width, hidden, bias, name="up")
        self.down = Linear(hidden, width, bias, name="down")
        if gated:
            self.gate = Linear(width, hidden, bias, name="gate")

    def settings(self) -> dict[str, Any]:
        return {"activation": self.function, "gated": self.gated}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        function = activation(self.function)
        if self.gated:
            return self.down(multiply(function(self.gate(x)), self.up(x)))
        return self.down(function(self.up(x)))


class TransformerBlock(Module):
    """Attention and feed-forward, each with its norm and its residual sum.

    Args:
        width: of the stream.
        num_heads, kv_heads, causal, bias, rotary, fused: as in MultiHeadAttention.
        hidden: width inside the feed-forward layer; default 4 width.
        norm: "layer" or "rms".
        norm_first: normalise before each part (GPT-2, Llama) or after the sum (BERT).
        dropout: after attention weights and both parts, while training.

    >>> from symnn.lang.tensor import tensor
    >>> TransformerBlock(64, 8)(tensor("x", ("T", 64))).sizes
    (T, 64)
    """

    kind = "block"

    def __init__(
        self, width: Any, num_heads: Any, hidden: Any = None, *, kv_heads: Any = None,
        activation: str = "gelu", gated: bool = False, norm: str = "layer", norm_first: bool = True,
        bias: bool = True, causal: bool = False, rotary: bool = False, fused: bool = False,
        dropout: float = 0.0, eps: float | None = None, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        kinds = {"layer": LayerNorm, "rms": RMSNorm}
        if norm not in kinds:
            wanted = "'layer' or 'rms'"
            raise DomainError(explain(f"norm={norm!r}", expected=wanted, fix="choose one"))
        wide = 4 * as_size(scalar_of(width)) if hidden is None else hidden
        options = {} if eps is None else {"eps": eps}
        self.norm_first = norm_first
        self.norm1 = kinds[norm](width, name="norm1", **options)  # type: ignore[abstract,arg-type]
        self.attention = MultiHeadAttention(
            width, num_heads, kv_heads=kv_heads, bias=bias, causal=causal, rotary=rotary,
            fused=fused, dropout=dropout, name="attn",
        )  # fmt: skip
        self.norm2 = kinds[norm](width, name="norm2", **options)  # type: ignore[abstract,arg-type]
        self.mlp = FeedForward(
            width, wide, activation=activation, gated=gated, bias=bias, name="mlp"
        )
        self.drop1, self.drop2 = Dropout(dropout, name="drop1"), Dropout(dropout, name="drop2")

    def settings(self) -> dict[str, Any]:
        return {"norm_first": self.norm_first}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        if self.norm_first:
            h = add(x, self._dropped(self.drop1, self.attention(self.norm1(x))))
            return add(h, self._dropped(self.drop2, self.mlp(self.norm2(h))))
        h = self.norm1(add(x, self._dropped(self.drop1, self.attention(x))))
        return self.norm2(add(h, self._dropped(self.drop2, self.mlp(h))))

    @staticmethod
    def _dropped(layer: Dropout, value: Tensor) -> Tensor:
        return layer(value) if layer.p else value
