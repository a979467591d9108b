"""Linear, embedding, dropout, flatten, reshape: layers without windows."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from symnn.calculus.build import fresh_indices, positions
from symnn.core.errors import DomainError
from symnn.core.index import Index
from symnn.core.node import Factor, Term
from symnn.core.sizes import same_size
from symnn.lang.arithmetic import divide, multiply
from symnn.lang.shaping import reshape
from symnn.lang.size import as_size, scalar_of
from symnn.lang.tensor import Tensor, _leaf, make
from symnn.nn.activation import activation
from symnn.nn.module import Module, size_or_none
from symnn.ops.algebra import build


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`y[...,o] = sum(i: x[...,i] * w[o,i]) + b[o]`."""
    node, w = x.call.port, weight.call.port
    own = fresh_indices(node)
    i, o = own[-1], Index(w.sizes[0])
    terms = [Term(1, (i,), (Factor(node, positions(own)), Factor(w, (o.pos, i.pos))))]
    if bias is not None:
        terms.append(Term(1, (), (Factor(bias.call.port, (o.pos,)),)))
    args = [x, weight] if bias is None else [x, weight, bias]
    return make("linear", args, build((*own[:-1], o), *terms))


class Linear(Module):
    """`x W^T + b` on the last axis.

    Args:
        in_features: width of the input; None takes the input's.
        out_features: width of the output.
        bias: whether to add b.
        activation: a function applied to the result, by name.

    >>> from symnn.lang.tensor import tensor
    >>> Linear("n", "p")(tensor("x", ("N", "n"))).sizes
    (N, p)
    """

    kind = "linear"

    def __init__(
        self, in_features: Any, out_features: Any, bias: bool = True, *,
        activation: Any = None, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.in_features = size_or_none(in_features)
        self.out_features = scalar_of(out_features)
        self.use_bias, self.activation = bias, activation

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        made = {"weight": (self.out_features, self.in_features)}
        return {**made, "bias": (self.out_features,)} if self.use_bias else made

    def settings(self) -> dict[str, Any]:
        found = {"in_features": self.in_features, "out_features": self.out_features}
        return found if self.activation is None else {**found, "activation": self.activation}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        width = x.sizes[-1]
        if self.in_features is None:
            self.in_features = width
        if same_size(self.in_features, width) is False:
            raise self.misfit(
                x, f"a last axis of {self.in_features} (in_features)", f"{width}",
                f"in_features={width}",
            )  # fmt: skip
        weight = self.parameter("weight", (self.out_features, self.in_features))
        bias = self.parameter("bias", (self.out_features,)) if self.use_bias else None
        return activation(self.activation)(linear(x, weight, bias))


class Embedding(Module):
    """The row of a table for each integer.

    >>> from symnn.lang.tensor import tensor
    >>> Embedding("V", "d")(tensor("t", ("B", "T"), dtype=int, below="V")).sizes
    (B, T, d)
    """

    kind = "embedding"
    letters: ClassVar[dict[str, str]] = {"weight": "E"}

    def __init__(self, num_embeddings: Any, embedding_dim: Any, name: str | None = None) -> None:
        super().__init__(name)
        self.num_embeddings = scalar_of(num_embeddings)
        self.embedding_dim = scalar_of(embedding_dim)

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def settings(self) -> dict[str, Any]:
        return {"num_embeddings": self.num_embeddings, "embedding_dim": self.embedding_dim}

    def forward(self, indices: Tensor) -> Tensor:  # type: ignore[override]
        if not indices.is_integer:
            raise DomainError(
                f"Embedding needs integers, found {indices!r}\n"
                f"  fix: sn.tensor(name, shape, dtype=int, below={self.num_embeddings})"
            )
        return self.parameter("weight", (self.num_embeddings, self.embedding_dim))[indices]


class Dropout(Module):
    """While training, entries kept with probability 1 - p and divided by it; else the identity.

    The mask is a tensor of zeros and ones, `mask_...`, that each run is given.

    >>> from symnn.lang.tensor import tensor
    >>> Dropout(0.1)(tensor("x", ("N", "n"))).sizes
    (N, n)
    """

    kind = "dropout"

    def __init__(self, p: float = 0.5, name: str | None = None) -> None:
        super().__init__(name)
        if not 0 <= p < 1:
            raise DomainError(f"Dropout(p={p})\n  expected: 0 <= p < 1\n  fix: choose such a p")
        self.p = p

    def settings(self) -> dict[str, Any]:
        return {"p": self.p}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        if not self.training or self.p == 0:
            return x
        mask = _leaf("mask", self._leaf_name("mask"), x.shape, float, ("mask",), None, None)
        keep = round(1 - self.p, 12)
        return divide(multiply(x, mask), keep)


class Flatten(Module):
    """Axes `start_dim` to `end_dim` as one, row-major.

    >>> from symnn.lang.tensor import tensor
    >>> Flatten()(tensor("x", ("N", 4, 7, 7))).sizes
    (N, 196)
    """

    kind = "flatten"

    def __init__(self, start_dim: int = 1, end_dim: int = -1, name: str | None = None) -> None:
        super().__init__(name)
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        first, last = self.start_dim % x.ndim, self.end_dim % x.ndim
        total: Any = 1
        for s in x.shape[first : last + 1]:
            total = total * s
        return reshape(x, (*x.shape[:first], total, *x.shape[last + 1 :]))


class Reshape(Module):
    """Another shape of the same entries; the first (batch) axis stays.

    >>> from symnn.lang.tensor import tensor
    >>> Reshape(4, -1)(tensor("x", ("N", 28))).sizes
    (N, 4, 7)
    """

    kind = "reshape"

    def __init__(self, *shape: Any, name: str | None = None) -> None:
        super().__init__(name)
        self.shape = tuple(shape)

    def settings(self) -> dict[str, Any]:
        return {"shape": self.shape}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        return reshape(x, (x.shape[0], *self.shape))


class PositionalEncoding(Module):
    """Learned positions, or the fixed sines and cosines, added to [.., T, d].

    Source of the fixed ones: Vaswani et al., Attention Is All You Need, 2017, section 3.5; even
    columns first, then odd ones, is not used: columns alternate as printed there.

    >>> from symnn.lang.tensor import tensor
    >>> PositionalEncoding("T", "d")(tensor("x", ("N", "T", "d"))).sizes
    (N, T, d)
    """

    kind = "positions"
    letters: ClassVar[dict[str, str]] = {"weight": "P"}

    def __init__(
        self, length: Any, width: Any, *, learned: bool = True, name: str | None = None
    ) -> None:
        super().__init__(name)
        self.length, self.width, self.learned = scalar_of(length), scalar_of(width), learned

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        return {"weight": (self.length, self.width)} if self.learned else {}

    def settings(self) -> dict[str, Any]:
        return {"length": self.length, "width": self.width, "learned": self.learned}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        rows = x.shape[-2]
        if self.learned:
            table = self.parameter("weight", (self.length, self.width))
            return x + (table if rows == as_size(self.length) else table[:rows])
        return x + sinusoids(x.sizes[-2], x.sizes[-1])


def sinusoids(rows: Any, width: Any) -> np.ndarray[Any, Any]:
    """The fixed table of sines and cosines.

    >>> sinusoids(2, 2).round(3).tolist()
    [[0.0, 1.0], [0.841, 0.54]]
    """
    if not isinstance(rows, int) or not isinstance(width, int):
        raise DomainError(
            f"fixed positions need numbers for length and width, found {rows} and {width}\n"
            "  fix: give the axes numbers, or learned=True"
        )
    t, k = np.arange(rows)[:, None], np.arange(width)[None, :]
    angle = t / 10000.0 ** ((k - k % 2) / width)
    return np.where(k % 2 == 0, np.sin(angle), np.cos(angle))
