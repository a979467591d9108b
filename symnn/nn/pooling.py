"""Pooling and upsampling layers, in one, two and three dimensions.

Names and arguments follow torch.nn. A maximum skips what lies outside (padding is -inf); an average
counts padding zeros unless `count_include_pad=False`, and with `ceil_mode` never what lies beyond.
"""

from __future__ import annotations

from typing import Any

from symnn.core.errors import DomainError, explain
from symnn.core.node import Node
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, make
from symnn.nn.module import Module
from symnn.nn.windows import check_rank, fit, is_last, paddings, per_axis, spatial_axes
from symnn.ops import pooling
from symnn.ops.convolution import Window


class _Pool(Module):
    rank = 0
    op = "max_pool"

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, *,
        ceil_mode: bool = False, channels: str = "first", name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.kernel_size = per_axis(kernel_size, self.rank, "kernel_size")
        self.stride = per_axis(kernel_size if stride is None else stride, self.rank, "stride")
        self.dilation = per_axis(dilation, self.rank, "dilation")
        self.padding = paddings(padding, self.rank, self.kernel_size, self.stride, self.dilation)
        self.ceil_mode, self.last = ceil_mode, is_last(channels)
        for k, (before, after) in zip(self.kernel_size, self.padding, strict=True):
            if all(isinstance(v, int) for v in (k, before, after)) and max(before, after) * 2 > k:  # type: ignore[call-overload,operator]
                raise DomainError(
                    explain(f"{self.title}: padding {before}, {after} with kernel_size {k}",
                            expected="padding of at most half the kernel",
                            fix=f"padding={k // 2}")  # type: ignore[operator]
                )  # fmt: skip

    def settings(self) -> dict[str, Any]:
        found = {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}
        return {**found, "ceil_mode": True} if self.ceil_mode else found

    @property
    def windows(self) -> list[Window]:
        """One window per spatial axis."""
        return [
            Window(k, s, p[0], p[1], d, self.ceil_mode)
            for k, s, p, d in zip(
                self.kernel_size, self.stride, self.padding, self.dilation, strict=True
            )
        ]

    def body(self, x: Node, axes: tuple[int, ...]) -> Node:
        """The pooled node."""
        return pooling.max_pool(x, axes, self.windows)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        check_rank(self, x, self.rank, last=self.last)
        axes = spatial_axes(x, self.rank, self.last)
        conditions = fit(self, x, axes, self.windows)
        body = self.body(x.call.port, axes)
        return make(self.op, [x], body, conditions=conditions, attrs=self.settings())


class MaxPool1d(_Pool):
    """The largest entry of each window of [N, C, L].

    >>> from symnn.lang.tensor import tensor
    >>> MaxPool1d(3, stride=2)(tensor("x", ("N", 4, 21))).sizes
    (N, 4, 10)
    """

    rank, kind = 1, "maxpool"


class MaxPool2d(_Pool):
    """The largest entry of each window of [N, C, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> MaxPool2d(2)(tensor("x", ("N", 4, 28, 28))).sizes
    (N, 4, 14, 14)
    """

    rank, kind = 2, "maxpool"


class MaxPool3d(_Pool):
    """The largest entry of each window of [N, C, D, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> MaxPool3d(2)(tensor("x", ("N", 4, 8, 8, 8))).sizes
    (N, 4, 4, 4, 4)
    """

    rank, kind = 3, "maxpool"


class _AvgPool(_Pool):
    op = "avg_pool"

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
        count_include_pad: bool = True, *, channels: str = "first", name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            kernel_size, stride, padding, ceil_mode=ceil_mode, channels=channels, name=name
        )
        self.count_include_pad = count_include_pad

    def body(self, x: Node, axes: tuple[int, ...]) -> Node:
        return pooling.mean_pool(x, axes, self.windows, count_padding=self.count_include_pad)


class AvgPool1d(_AvgPool):
    """The mean of each window of [N, C, L].

    >>> from symnn.lang.tensor import tensor
    >>> AvgPool1d(2)(tensor("x", ("N", 4, 20))).sizes
    (N, 4, 10)
    """

    rank, kind = 1, "avgpool"


class AvgPool2d(_AvgPool):
    """The mean of each window of [N, C, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> AvgPool2d(2)(tensor("x", ("N", 4, 28, 28))).sizes
    (N, 4, 14, 14)
    """

    rank, kind = 2, "avgpool"


class AvgPool3d(_AvgPool):
    """The mean of each window of [N, C, D, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> AvgPool3d(2)(tensor("x", ("N", 4, 8, 8, 8))).sizes
    (N, 4, 4, 4, 4)
    """

    rank, kind = 3, "avgpool"


class _Adaptive(Module):
    rank = 0
    op = "adaptive_avg_pool"

    def __init__(
        self, output_size: Any = 1, *, channels: str = "first", name: str | None = None
    ) -> None:
        super().__init__(name)
        self.output_size = output_size
        self.last = is_last(channels)

    def settings(self) -> dict[str, Any]:
        return {"output_size": self.output_size}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        check_rank(self, x, self.rank, last=self.last)
        axes = spatial_axes(x, self.rank, self.last)
        many = self.output_size
        many = many if isinstance(many, (tuple, list)) else (many,) * self.rank
        sizes = [x.sizes[a] if m is None else scalar_of(m) for a, m in zip(axes, many, strict=True)]
        return make(self.op, [x], self.body(x.call.port, axes, sizes), attrs=self.settings())

    def body(self, x: Node, axes: tuple[int, ...], sizes: list[Any]) -> Node:
        """Even cuts are plain windows; the others carry brackets."""
        even = all(
            isinstance(x.sizes[a], int) and isinstance(m, int) and x.sizes[a] % m == 0
            for a, m in zip(axes, sizes, strict=True)
        ) or all(m == 1 for m in sizes)
        maximum = self.op == "adaptive_max_pool"
        if even:
            cuts = zip(axes, sizes, strict=True)
            steps = [x.sizes[a] if m == 1 else x.sizes[a] // m for a, m in cuts]  # type: ignore[operator]
            windows = [Window(s, s) for s in steps]
            return (pooling.max_pool if maximum else pooling.mean_pool)(x, axes, windows)
        return (pooling.adaptive_max if maximum else pooling.adaptive_mean)(x, axes, sizes)


class AdaptiveAvgPool1d(_Adaptive):
    """Means over `output_size` parts of the axis.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveAvgPool1d(5)(tensor("x", ("N", 4, 21))).sizes
    (N, 4, 5)
    """

    rank, kind = 1, "avgpool"


class AdaptiveAvgPool2d(_Adaptive):
    """Means over `output_size` parts of each axis; 1 is global average pooling.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveAvgPool2d(1)(tensor("x", ("N", 512, 7, 7))).sizes
    (N, 512, 1, 1)
    """

    rank, kind = 2, "avgpool"


class AdaptiveAvgPool3d(_Adaptive):
    """Means over `output_size` parts of each axis.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveAvgPool3d(2)(tensor("x", ("N", 4, 6, 6, 6))).sizes
    (N, 4, 2, 2, 2)
    """

    rank, kind = 3, "avgpool"


class AdaptiveMaxPool1d(_Adaptive):
    """Maxima over `output_size` parts of the axis.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveMaxPool1d(5)(tensor("x", ("N", 4, 21))).sizes
    (N, 4, 5)
    """

    rank, kind, op = 1, "maxpool", "adaptive_max_pool"


class AdaptiveMaxPool2d(_Adaptive):
    """Maxima over `output_size` parts of each axis; 1 is global max pooling.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveMaxPool2d(1)(tensor("x", ("N", 512, 7, 7))).sizes
    (N, 512, 1, 1)
    """

    rank, kind, op = 2, "maxpool", "adaptive_max_pool"


class AdaptiveMaxPool3d(_Adaptive):
    """Maxima over `output_size` parts of each axis.

    >>> from symnn.lang.tensor import tensor
    >>> AdaptiveMaxPool3d(2)(tensor("x", ("N", 4, 6, 6, 6))).sizes
    (N, 4, 2, 2, 2)
    """

    rank, kind, op = 3, "maxpool", "adaptive_max_pool"


class Upsample(Module):
    """Every entry repeated `scale_factor` times along each spatial axis (nearest).

    >>> from symnn.lang.tensor import tensor
    >>> Upsample(2)(tensor("x", ("N", 4, "h", "w"))).sizes
    (N, 4, 2*h, 2*w)
    """

    kind = "upsample"

    def __init__(
        self, scale_factor: Any = 2, mode: str = "nearest", *, channels: str = "first",
        name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        if mode != "nearest":
            raise DomainError(
                explain(f"Upsample(mode={mode!r})", expected="'nearest'", fix="use mode='nearest'")
            )
        self.scale_factor, self.last = scale_factor, is_last(channels)

    def settings(self) -> dict[str, Any]:
        return {"scale_factor": self.scale_factor}

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        rank = x.ndim - 2
        axes = spatial_axes(x, rank, self.last)
        factors = per_axis(self.scale_factor, rank, "scale_factor")
        body = pooling.repeat_nearest(x.call.port, axes, factors)
        return make("upsample", [x], body, attrs=self.settings())
