"""Convolution layers in one, two and three dimensions, and their transposes.

Names and arguments follow torch.nn; besides, `padding` takes pairs (before, after), sizes may be
symbols, `channels="last"` puts channels at the end, `in_channels=None` takes the input's number,
and `activation="relu"` applies a function to the result.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from symnn.core.errors import DomainError, explain
from symnn.core.scalars import Scalar, add, exact, sub, to_sympy
from symnn.core.sizes import same_size, sign
from symnn.lang.shapes import Bound
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, make
from symnn.nn.activation import activation
from symnn.nn.module import Module, size_or_none
from symnn.nn.windows import check_rank, fit, is_last, paddings, per_axis, spatial_axes
from symnn.ops.convolution import Window, convolve, convolve_transposed, transposed_steps


class _Conv(Module):
    rank = 0
    kind = "conv"

    def __init__(
        self, in_channels: Any, out_channels: Any, kernel_size: Any, stride: Any = 1,
        padding: Any = 0, dilation: Any = 1, groups: Any = 1, bias: bool = True, *,
        channels: str = "first", activation: Any = None, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name)
        self.in_channels, self.out_channels = size_or_none(in_channels), scalar_of(out_channels)
        self.kernel_size = per_axis(kernel_size, self.rank, "kernel_size")
        self.stride = per_axis(stride, self.rank, "stride")
        self.dilation = per_axis(dilation, self.rank, "dilation")
        self.padding = paddings(padding, self.rank, self.kernel_size, self.stride, self.dilation)
        self.groups, self.use_bias, self.last = scalar_of(groups), bias, is_last(channels)
        self.activation = activation
        self._divided(self.out_channels, "out_channels")
        if self.in_channels is not None:
            self._divided(self.in_channels, "in_channels")

    def _divided(self, channels: Scalar, what: str) -> Scalar:
        """Channels per group."""
        each = exact(sp.cancel(to_sympy(channels) / to_sympy(self.groups)))
        whole = isinstance(each, int) or (isinstance(each, sp.Expr) and not each.is_number)
        if not whole:
            raise DomainError(
                explain(f"{self.title}: {what}={channels} with groups={self.groups}",
                        expected=f"{what} divisible by groups",
                        fix=f"{what}={-(-channels // self.groups) * self.groups}")  # type: ignore[operator]
            )  # fmt: skip
        return each

    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "in_channels": self.in_channels, "out_channels": self.out_channels,
            "kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding,
        }  # fmt: skip
        if any(d != 1 for d in self.dilation):
            found["dilation"] = self.dilation
        if self.groups != 1:
            found["groups"] = self.groups
        if self.activation is not None:
            found["activation"] = self.activation
        return found

    @property
    def windows(self) -> list[Window]:
        """One window per spatial axis."""
        return [
            Window(k, s, p[0], p[1], d)
            for k, s, p, d in zip(
                self.kernel_size, self.stride, self.padding, self.dilation, strict=True
            )
        ]

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        each = None if self.in_channels is None else self._divided(self.in_channels, "in_channels")
        made: dict[str, tuple[Any, ...]] = {"weight": (self.out_channels, each, *self.kernel_size)}
        return {**made, "bias": (self.out_channels,)} if self.use_bias else made

    def _tensors(self, x: Tensor) -> list[Tensor]:
        """The input and the parameters, once channels are known to fit."""
        check_rank(self, x, self.rank, last=self.last)
        found = x.sizes[-1] if self.last else x.sizes[-1 - self.rank]
        if self.in_channels is None:
            self.in_channels = found
            self._divided(found, "in_channels")
        if same_size(self.in_channels, found) is False:
            raise self.misfit(
                x, f"{self.in_channels} channels (in_channels)", f"{found}", f"in_channels={found}"
            )
        return [x, *(self.parameter(k, s) for k, s in self.shapes().items())]

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        parts = self._tensors(x)
        conditions = fit(self, x, spatial_axes(x, self.rank, self.last), self.windows)
        ports = [t.call.port for t in parts]
        body = convolve(
            ports[0], ports[1], ports[2] if self.use_bias else None, self.windows,
            groups=self.groups, last=self.last,
        )  # fmt: skip
        made = make("conv", parts, body, conditions=conditions, attrs=self.settings())
        return activation(self.activation)(made)


class Conv1d(_Conv):
    """A convolution over [N, C, L].

    >>> from symnn.lang.tensor import tensor
    >>> Conv1d(3, 8, 5, stride=2)(tensor("x", ("N", 3, 21))).sizes
    (N, 8, 9)
    """

    rank = 1


class Conv2d(_Conv):
    """A convolution over [N, C, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> Conv2d(1, 4, 3, padding=1)(tensor("x", ("N", 1, "n", "n"))).sizes
    (N, 4, n, n)
    """

    rank = 2


class Conv3d(_Conv):
    """A convolution over [N, C, D, H, W].

    >>> from symnn.lang.tensor import tensor
    >>> Conv3d(1, 4, 3)(tensor("x", ("N", 1, 9, 9, 9))).sizes
    (N, 4, 7, 7, 7)
    """

    rank = 3


class _ConvTranspose(_Conv):
    kind = "convt"

    def __init__(
        self, in_channels: Any, out_channels: Any, kernel_size: Any, stride: Any = 1,
        padding: Any = 0, output_padding: Any = 0, groups: Any = 1, bias: bool = True,
        dilation: Any = 1, *, channels: str = "first", activation: Any = None,
        name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            channels=channels, activation=activation, name=name,
        )  # fmt: skip
        self.output_padding = per_axis(output_padding, self.rank, "output_padding")

    def shapes(self) -> dict[str, tuple[Any, ...]]:
        each = self._divided(self.out_channels, "out_channels")
        made: dict[str, tuple[Any, ...]] = {"weight": (self.in_channels, each, *self.kernel_size)}
        return {**made, "bias": (self.out_channels,)} if self.use_bias else made

    def _grown(self, x: Tensor) -> tuple[Bound, ...]:
        """Conditions for every output axis to have at least one cell."""
        conditions = []
        axes = spatial_axes(x, self.rank, self.last)
        for a, w, extra in zip(axes, self.windows, self.output_padding, strict=True):
            room = sub(transposed_steps(w, x.sizes[a], extra), 1)
            if sign(room) == -1:
                raise self.misfit(
                    x, f"an output of 1 cell or more on axis {a}", f"{add(room, 1)}",
                    f"padding less than {w.before}, or a larger kernel_size",
                )  # fmt: skip
            if sign(room) is None:
                conditions.append(Bound(room))
        return tuple(conditions)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        parts = self._tensors(x)
        conditions = self._grown(x)
        ports = [t.call.port for t in parts]
        body = convolve_transposed(
            ports[0], ports[1], ports[2] if self.use_bias else None, self.windows,
            extra=self.output_padding, groups=self.groups, last=self.last,
        )  # fmt: skip
        return activation(self.activation)(
            make("conv_transpose", parts, body, conditions=conditions, attrs=self.settings())
        )


class ConvTranspose1d(_ConvTranspose):
    """The transpose of Conv1d: writes where it reads.

    >>> from symnn.lang.tensor import tensor
    >>> ConvTranspose1d(8, 4, 2, stride=2)(tensor("x", ("N", 8, 7))).sizes
    (N, 4, 14)
    """

    rank = 1


class ConvTranspose2d(_ConvTranspose):
    """The transpose of Conv2d.

    >>> from symnn.lang.tensor import tensor
    >>> ConvTranspose2d(8, 4, 2, stride=2)(tensor("x", ("N", 8, 7, 7))).sizes
    (N, 4, 14, 14)
    """

    rank = 2


class ConvTranspose3d(_ConvTranspose):
    """The transpose of Conv3d.

    >>> from symnn.lang.tensor import tensor
    >>> ConvTranspose3d(8, 4, 2, stride=2)(tensor("x", ("N", 8, 3, 3, 3))).sizes
    (N, 4, 6, 6, 6)
    """

    rank = 3
