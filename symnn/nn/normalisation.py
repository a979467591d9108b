"""Normalisation layers: batch, layer, group, instance, RMS.

Each is written out in Calls, `c = x - mean(x)`, `r = (mean(c^2) + eps)^(-1/2)`, `c * r * w + b`, so
that derivation, count and memory follow from what stands there. Batch norm uses its running
statistics (buffers) unless `train()` was called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from symnn.core.errors import DomainError, explain
from symnn.core.scalars import Scalar
from symnn.core.sizes import same_size
from symnn.lang.arithmetic import add, power_
from symnn.lang.reductions import mean
from symnn.lang.shaping import reshape
from symnn.lang.size import as_size, scalar_of
from symnn.lang.tensor import Tensor, make
from symnn.nn.module import Module
from symnn.ops import normalisation as ops


def scaled(
    x: Tensor, scales: Sequence[tuple[Tensor, Sequence[int]]],
    shift: tuple[Tensor, Sequence[int]] | None = None,
) -> Tensor:  # fmt: skip
    """`x * s_1 * ... + shift` as one Call, each part read at its axes of x."""
    parts = [(t.call.port, a) for t, a in scales]
    last = None if shift is None else (shift[0].call.port, shift[1])
    args = [x, *(t for t, _ in scales), *([] if shift is None else [shift[0]])]
    return make("scale_and_shift", args, ops.scale_and_shift(x.call.port, parts, last))


def centred(x: Tensor, average: Tensor, axes: Sequence[int]) -> Tensor:
    """`x - average`, the average read at `axes` of x."""
    body = ops.subtract_along(x.call.port, (average.call.port, axes))
    return make("centre", [x, average], body)


def inverse_deviation(c: Tensor, axes: Sequence[int], eps: Any) -> Tensor:
    """`(mean(c^2) + eps)^(-1/2)` over axes."""
    return power_(add(mean(power_(c, 2), axis=tuple(axes)), eps), -0.5)


def standardised(x: Tensor, axes: Sequence[int], eps: Any) -> tuple[Tensor, Tensor, list[int]]:
    """(x - mean, inverse deviation, the axes that it is read at)."""
    rest = [k for k in range(x.ndim) if k not in axes]
    c = centred(x, mean(x, axis=tuple(axes)), rest)
    return c, inverse_deviation(c, axes, eps), rest


class _OverLast(Module):
    letters: ClassVar[dict[str, str]] = {"weight": "gamma", "bias": "beta"}

    def __init__(
        self, normalized_shape: Any, eps: Any = 1e-5, elementwise_affine: bool = True,
        bias: bool = True, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        listed = isinstance(normalized_shape, (tuple, list))
        many = normalized_shape if listed else (normalized_shape,)
        self.normalized_shape = tuple(scalar_of(s) for s in many)
        self.eps, self.affine, self.use_bias = eps, elementwise_affine, bias

    def settings(self) -> dict[str, Any]:
        return {"normalized_shape": self.normalized_shape, "eps": self.eps}

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        if not self.affine:
            return {}
        made = {"weight": self.normalized_shape}
        return {**made, "bias": self.normalized_shape} if self.use_bias else made

    def _axes(self, x: Tensor) -> list[int]:
        count = len(self.normalized_shape)
        found = x.sizes[x.ndim - count :]
        if any(same_size(a, b) is False for a, b in zip(self.normalized_shape, found, strict=True)):
            text = ", ".join(map(str, found))
            raise self.misfit(
                x, f"last axes {list(self.normalized_shape)} (normalized_shape)", f"[{text}]",
                f"normalized_shape=[{text}]",
            )  # fmt: skip
        return list(range(x.ndim - count, x.ndim))

    def _affine(self, x: Tensor, r: Tensor, rest: list[int], axes: list[int]) -> Tensor:
        made = {k: (self.parameter(k, s), axes) for k, s in self.shapes().items()}
        scales = [(r, rest), *([made["weight"]] if "weight" in made else [])]
        return scaled(x, scales, made.get("bias"))


class LayerNorm(_OverLast):
    """Zero mean and unit variance over the last axes, then `* weight + bias`.

    >>> from symnn.lang.tensor import tensor
    >>> LayerNorm("d")(tensor("x", ("B", "T", "d"))).sizes
    (B, T, d)
    """

    kind = "layernorm"

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        axes = self._axes(x)
        c, r, rest = standardised(x, axes, self.eps)
        return self._affine(c, r, rest, axes)


class RMSNorm(_OverLast):
    """Unit mean square over the last axes, then `* weight`.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.

    >>> from symnn.lang.tensor import tensor
    >>> RMSNorm("d")(tensor("x", ("B", "T", "d"))).sizes
    (B, T, d)
    """

    kind = "rmsnorm"

    def __init__(
        self, normalized_shape: Any, eps: Any = 1e-6, elementwise_affine: bool = True,
        name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(normalized_shape, eps, elementwise_affine, False, name)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        axes = self._axes(x)
        rest = [k for k in range(x.ndim) if k not in axes]
        return self._affine(x, inverse_deviation(x, axes, self.eps), rest, axes)


class _PerChannel(Module):
    letters: ClassVar[dict[str, str]] = {
        "weight": "gamma", "bias": "beta", "running_mean": "mu", "running_var": "var",
    }  # fmt: skip

    def __init__(
        self, num_features: Any, eps: Any = 1e-5, affine: bool = True, *,
        channels: str = "first", name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.num_features = scalar_of(num_features)
        self.eps, self.affine, self.channels = eps, affine, channels

    def settings(self) -> dict[str, Any]:
        return {"num_features": self.num_features, "eps": self.eps}

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        return dict.fromkeys(("weight", "bias"), (self.num_features,)) if self.affine else {}

    def _channel(self, x: Tensor) -> int:
        axis = x.ndim - 1 if self.channels == "last" else 1
        if same_size(x.sizes[axis], self.num_features) is False:
            raise self.misfit(
                x, f"{self.num_features} channels (num_features) on axis {axis}",
                f"{x.sizes[axis]}", f"num_features={x.sizes[axis]}",
            )  # fmt: skip
        return axis

    def _affine(self, c: Tensor, r: Tensor, rest: Sequence[int], axis: int) -> Tensor:
        made = {k: (self.parameter(k, s), [axis]) for k, s in self.shapes().items()}
        scales = [(r, rest), *([made["weight"]] if self.affine else [])]
        return scaled(c, scales, made.get("bias"))


class BatchNorm(_PerChannel):
    """Normalisation per channel, by the batch while training, by running statistics after.

    >>> from symnn.lang.tensor import tensor
    >>> BatchNorm("C")(tensor("x", ("N", "C", "n"))).sizes
    (N, C, n)
    """

    kind = "batchnorm"

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        axis = self._channel(x)
        each = (self.num_features,)
        average = self.buffer("running_mean", each)
        variance = self.buffer("running_var", each, assume=("positive",))
        if self.training:
            c, r, rest = standardised(x, [k for k in range(x.ndim) if k != axis], self.eps)
            return self._affine(c, r, rest, axis)
        r = power_(add(variance, self.eps), -0.5)
        return self._affine(centred(x, average, [axis]), r, [axis], axis)


class BatchNorm1d(BatchNorm):
    """BatchNorm of [N, C] or [N, C, L].

    >>> from symnn.lang.tensor import tensor
    >>> BatchNorm1d("C")(tensor("x", ("N", "C"))).sizes
    (N, C)
    """


class BatchNorm2d(BatchNorm):
    """BatchNorm of [N, C, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> BatchNorm2d(8)(tensor("x", ("N", 8, "n", "n"))).sizes
    (N, 8, n, n)
    """


class BatchNorm3d(BatchNorm):
    """BatchNorm of [N, C, D, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> BatchNorm3d(8)(tensor("x", ("N", 8, "n", "n", "n"))).sizes
    (N, 8, n, n, n)
    """


class InstanceNorm(_PerChannel):
    """Normalisation per sample and channel, over space."""

    kind = "instancenorm"

    def __init__(
        self, num_features: Any, eps: Any = 1e-5, affine: bool = False, **more: Any
    ) -> None:
        super().__init__(num_features, eps, affine, **more)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        axis = self._channel(x)
        c, r, rest = standardised(x, [k for k in range(x.ndim) if k not in (0, axis)], self.eps)
        return self._affine(c, r, rest, axis)


class InstanceNorm1d(InstanceNorm):
    """InstanceNorm of [N, C, L].

    >>> from symnn.lang.tensor import tensor
    >>> InstanceNorm1d(8)(tensor("x", ("N", 8, "n"))).sizes
    (N, 8, n)
    """


class InstanceNorm2d(InstanceNorm):
    """InstanceNorm of [N, C, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> InstanceNorm2d(8)(tensor("x", ("N", 8, "n", "n"))).sizes
    (N, 8, n, n)
    """


class InstanceNorm3d(InstanceNorm):
    """InstanceNorm of [N, C, D, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> InstanceNorm3d(8)(tensor("x", ("N", 8, "n", "n", "n"))).sizes
    (N, 8, n, n, n)
    """


class GroupNorm(_PerChannel):
    """Normalisation over groups of channels and space, then `* weight + bias` per channel.

    >>> from symnn.lang.tensor import tensor
    >>> GroupNorm(2, 8)(tensor("x", ("N", 8, "n", "n"))).sizes
    (N, 8, n, n)
    """

    kind = "groupnorm"

    def __init__(
        self, num_groups: int, num_channels: Any, eps: Any = 1e-5, affine: bool = True,
        name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(num_channels, eps, affine, name=name)
        self.num_groups = num_groups
        left = num_channels % num_groups if isinstance(num_channels, int) else 0
        if left:
            raise DomainError(
                explain(
                    f"GroupNorm(num_groups={num_groups}, num_channels={num_channels})",
                    expected="channels divisible by groups",
                    fix=f"num_channels={num_channels - left + num_groups}",
                )
            )

    def settings(self) -> dict[str, Any]:
        return {"num_groups": self.num_groups, **super().settings()}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        axis = self._channel(x)
        each: Scalar = scalar_of(as_size(self.num_features) / self.num_groups)  # type: ignore[operator]
        split = reshape(x, (x.shape[0], self.num_groups, each, *x.shape[2:]))
        c, r, rest = standardised(split, range(2, split.ndim), self.eps)
        whole = reshape(scaled(c, [(r, rest)]), x.shape)
        if not self.affine:
            return whole
        weight, bias = (self.parameter(k, s) for k, s in self.shapes().items())
        return scaled(whole, [(weight, [axis])], (bias, [axis]))
