"""Convolutions and their transposes on nodes, in any rank, grouped, dilated, padded.

    y[n,o,h,v] = sum(c,k,l: x[n,c, s*h+d*k-p, s*v+d*l-p] * w[o,c,k,l]) + b[o]

Padding is a range bracket on the term (0 outside), never a copy. Groups are a mixed-radix channel:
group g reads its own channels `g*c' + c`. The transpose writes where the convolution reads. Sizes
are assumed to fit (the layers check and explain).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp

from symnn.calculus.brackets import inside, same_place
from symnn.calculus.build import positions
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import Factor, Node, Term
from symnn.core.scalars import Scalar, add, exact, mul, power, sub, to_sympy
from symnn.ops.algebra import build


@dataclass(frozen=True)
class Window:
    """One spatial axis of a window operation.

    Attributes:
        kernel: taps.  stride: step.  dilation: distance of taps.
        before, after: padding on the two sides.
        ceil: whether a last window that is not full counts (torch's ceil_mode).
    """

    kernel: Scalar
    stride: Scalar = 1
    before: Scalar = 0
    after: Scalar = 0
    dilation: Scalar = 1
    ceil: bool = False

    @property
    def span(self) -> Scalar:
        """Cells from the first tap to the last, both included."""
        return add(mul(self.dilation, sub(self.kernel, 1)), 1)

    def steps(self, size: Scalar) -> Scalar:
        """Output size on an axis of `size`: `floor((n + 2p - d(k-1) - 1)/s) + 1`.

        >>> Window(4, stride=4, before=1, after=1).steps(14)
        4
        """
        room = sub(add(size, add(self.before, self.after)), self.span)
        if not self.ceil:
            return add(floor_divided(room, self.stride), 1)
        full = add(floor_divided(add(room, sub(self.stride, 1)), self.stride), 1)
        started = add(floor_divided(sub(add(size, self.before), 1), self.stride), 1)
        return exact(sp.Min(to_sympy(full), to_sympy(started)))

    def place(self, out: Index, tap: Index) -> Affine:
        """The position read: `s*out + d*tap - before`."""
        scaled = combine(constant(0), out.pos, self.stride)
        return combine(combine(scaled, tap.pos, self.dilation), constant(self.before), -1)


def floor_divided(a: Scalar, b: Scalar) -> Scalar:
    """`floor(a / b)`."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return exact(sp.floor(to_sympy(mul(a, power(b, -1)))))


def _axes(batch: Sequence[Index], channel: Sequence[Index], space: Sequence[Index],
          last: bool) -> tuple[Index, ...]:  # fmt: skip
    return (*batch, *space, *channel) if last else (*batch, *channel, *space)


def _lay(batch: Sequence[Affine], channel: Affine, space: Sequence[Affine],
         last: bool) -> tuple[Affine, ...]:  # fmt: skip
    return (*batch, *space, channel) if last else (*batch, channel, *space)


def _digit(group: Index, inner: Index) -> Affine:
    """Channel `inner` of `group`."""
    return combine(inner.pos, group.pos, inner.size)


def convolve(
    x: Node, w: Node, b: Node | None, windows: Sequence[Window], *, groups: Scalar = 1,
    last: bool = False,
) -> Node:  # fmt: skip
    """`w: [out, in/groups, *kernel]` over `x: [*batch, in, *space]` (channels last: at the end)."""
    rank = len(windows)
    lead = x.rank - rank - 1
    space = x.sizes[lead:-1] if last else x.sizes[lead + 1 :]
    batch = tuple(Index(s) for s in x.sizes[:lead])
    out = tuple(Index(a.steps(s)) for a, s in zip(windows, space, strict=True))
    taps = tuple(Index(a.kernel) for a in windows)
    reads = tuple(a.place(h, u) for a, h, u in zip(windows, out, taps, strict=True))
    guards = tuple(g for p, s in zip(reads, space, strict=True) for g in inside(p, s))
    channel, read_c, read_o, bound, digits = _grouped(w.sizes[0], w.sizes[1], groups)
    factors = (
        Factor(x, _lay(positions(batch), read_c, reads, last)),
        Factor(w, (read_o, bound.pos, *positions(taps))),
        *guards,
    )
    term = Term(1, (bound, *taps), factors)
    whole = _merged(batch, channel, digits, out, term)
    return _plus_bias(whole, b, batch, channel, out, last)


def _grouped(
    made: Scalar, each: Scalar, groups: Scalar
) -> tuple[Index, Affine, Affine, Index, tuple[Index, Index] | None]:
    """Output channel, input channel read, weight row read, summed channel, (group, inner)."""
    bound = Index(each)
    channel = Index(made)
    if groups == 1:
        return channel, bound.pos, channel.pos, bound, None
    inner = exact(sp.cancel(to_sympy(made) / to_sympy(groups)))
    if inner == 1:
        return channel, _digit(channel, bound), channel.pos, bound, None
    group, row = Index(groups), Index(inner)
    return channel, _digit(group, bound), _digit(group, row), bound, (group, row)


def _merged(
    batch: Sequence[Index], channel: Index, digits: tuple[Index, Index] | None,
    out: Sequence[Index], term: Term,
) -> Term:  # fmt: skip
    """The term over the output channel: (group, inner) become one axis."""
    if digits is None:
        return term
    split = build((*batch, *digits, *out), term)
    group, row = (d.fresh() for d in digits)
    back = same_place(channel.pos, _digit(group, row))
    read = Factor(split, (*positions(batch), group.pos, row.pos, *positions(out)))
    return Term(1, (group, row), (read, back))


def _plus_bias(
    whole: Term, b: Node | None, batch: Sequence[Index], channel: Index, out: Sequence[Index],
    last: bool,
) -> Node:  # fmt: skip
    axes = _axes(batch, (channel,), out, last)
    if b is None:
        return build(axes, whole)
    return build(axes, whole, Term(1, (), (Factor(b, (channel.pos,)),)))


def transposed_steps(window: Window, size: Scalar, extra: Scalar = 0) -> Scalar:
    """Output size of the transpose: `(n-1)s - p - q + d(k-1) + 1 + extra`."""
    grown = add(mul(sub(size, 1), window.stride), add(window.span, extra))
    return sub(grown, add(window.before, window.after))


def convolve_transposed(
    x: Node, w: Node, b: Node | None, windows: Sequence[Window], *, extra: Sequence[Scalar],
    groups: Scalar = 1, last: bool = False,
) -> Node:  # fmt: skip
    """`w: [in, out/groups, *kernel]`: every input entry is written where a convolution reads it."""
    rank = len(windows)
    lead = x.rank - rank - 1
    space = x.sizes[lead:-1] if last else x.sizes[lead + 1 :]
    batch = tuple(Index(s) for s in x.sizes[:lead])
    grown = [transposed_steps(a, s, e) for a, s, e in zip(windows, space, extra, strict=True)]
    out = tuple(Index(s) for s in grown)
    steps = tuple(Index(s) for s in space)
    taps = tuple(Index(a.kernel) for a in windows)
    writes = tuple(
        same_place(o.pos, a.place(h, u))
        for o, a, h, u in zip(out, windows, steps, taps, strict=True)
    )
    made = mul(w.sizes[1], groups)
    bound = Index(exact(sp.cancel(to_sympy(w.sizes[0]) / to_sympy(groups))))
    channel, read_c, write_o, _, digits = _grouped_writes(made, w.sizes[1], bound, groups)
    factors = (
        Factor(x, _lay(positions(batch), read_c, positions(steps), last)),
        Factor(w, (read_c, write_o, *positions(taps))),
        *writes,
    )
    term = Term(1, (bound, *steps, *taps), factors)
    whole = _merged(batch, channel, digits, out, term)
    return _plus_bias(whole, b, batch, channel, out, last)


def _grouped_writes(
    made: Scalar, each: Scalar, bound: Index, groups: Scalar
) -> tuple[Index, Affine, Affine, Index, tuple[Index, Index] | None]:
    """As `_grouped`, for a weight that is [in, out/groups]."""
    channel = Index(made)
    if groups == 1:
        return channel, bound.pos, channel.pos, bound, None
    if each == 1:
        return channel, _digit(channel, bound), constant(0), bound, None
    group, row = Index(groups), Index(each)
    return channel, _digit(group, bound), row.pos, bound, (group, row)
