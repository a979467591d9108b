"""Pooling and resizing on nodes: windows that read, never copies.

A maximum outside the tensor is skipped: padding is a *domain* bracket of the extremum. An average
divides by what it counts: the whole window, the padded range, or the cells inside. An adaptive
window is the pair of brackets `floor(i n/m) <= a < ceil((i+1) n/m)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.brackets import at_least_zero, decide_ge, inside, same_place
from symnn.calculus.build import positions
from symnn.core.index import Affine, Index, combine, constant, difference
from symnn.core.node import Factor, Node, Term, make_extremum
from symnn.core.scalars import Scalar, add, mul, power, sub
from symnn.ops.algebra import build
from symnn.ops.convolution import Window


def _space(x: Node, axes: Sequence[int], sizes: Sequence[Scalar]) -> tuple[Index, ...]:
    """Output indices: `sizes` on the pooled axes."""
    made = dict(zip(axes, sizes, strict=True))
    return tuple(Index(made.get(k, s)) for k, s in enumerate(x.sizes))


def _reads(
    x: Node, axes: Sequence[int], windows: Sequence[Window]
) -> tuple[tuple[Index, ...], tuple[Index, ...], tuple[Affine, ...]]:
    """Output indices, taps, positions of the read."""
    steps = [w.steps(x.sizes[a]) for a, w in zip(axes, windows, strict=True)]
    out = _space(x, axes, steps)
    taps = tuple(Index(w.kernel) for w in windows)
    place = {a: w.place(out[a], u) for a, w, u in zip(axes, windows, taps, strict=True)}
    return out, taps, tuple(place.get(k, i.pos) for k, i in enumerate(out))


def max_pool(x: Node, axes: Sequence[int], windows: Sequence[Window]) -> Node:
    """The largest entry of each window; cells outside the tensor are skipped."""
    out, taps, reads = _reads(x, axes, windows)
    domain = tuple(g.pos[0] for a in axes for g in inside(reads[a], x.sizes[a]))
    return make_extremum("max", out, taps, x, reads, domain)


def mean_pool(
    x: Node, axes: Sequence[int], windows: Sequence[Window], *, count_padding: bool = True
) -> Node:
    """The mean of each window; `count_padding` says whether padding zeros count as entries."""
    out, taps, reads = _reads(x, axes, windows)
    guards = [g for a in axes for g in inside(reads[a], x.sizes[a])]
    scale: Scalar = 1
    factors: list[Factor] = [Factor(x, reads), *guards]
    for a, w, u in zip(axes, windows, taps, strict=True):
        cells = _counted(reads[a], x.sizes[a], w, count_padding)
        if cells:
            count = build((out[a],), Term(1, (u,), tuple(cells)))
            factors.append(Factor(count, (out[a].pos,), -1))
        else:
            scale = mul(scale, power(w.kernel, -1))
    return build(out, Term(scale, taps, tuple(factors)))


def _counted(read: Affine, size: Scalar, window: Window, padding: bool) -> list[Factor]:
    """Brackets of the cells that the divisor counts; none if that is always the whole window."""
    if not padding:
        return inside(read, size)
    over = combine(constant(sub(add(size, window.after), 1)), read, -1)
    return [] if decide_ge(over) is True else [at_least_zero(over)]


def _adaptive(
    x: Node, axes: Sequence[int], sizes: Sequence[Scalar]
) -> tuple[tuple[Index, ...], tuple[Index, ...], tuple[Affine, ...], list[list[Affine]]]:
    out = _space(x, axes, sizes)
    cells = tuple(Index(x.sizes[a]) for a in axes)
    place = {a: c.pos for a, c in zip(axes, cells, strict=True)}
    reads = tuple(place.get(k, i.pos) for k, i in enumerate(out))
    domains = []
    for a, c in zip(axes, cells, strict=True):
        i, n, m = out[a], c.size, out[a].size
        scaled = difference(combine(constant(0), c.pos, m), combine(constant(0), i.pos, n))
        low = combine(scaled, constant(sub(m, 1)))  # a >= floor(i n / m)
        high = combine(constant(sub(n, 1)), scaled, -1)  # a < ceil((i+1) n / m)
        domains.append([d for d in (low, high) if decide_ge(d) is not True])
    return out, cells, reads, domains


def adaptive_max(x: Node, axes: Sequence[int], sizes: Sequence[Scalar]) -> Node:
    """Maxima over windows that cut each axis into `sizes` parts."""
    out, cells, reads, domains = _adaptive(x, axes, sizes)
    return make_extremum("max", out, cells, x, reads, tuple(d for ds in domains for d in ds))


def adaptive_mean(x: Node, axes: Sequence[int], sizes: Sequence[Scalar]) -> Node:
    """Means over windows that cut each axis into `sizes` parts."""
    out, cells, reads, domains = _adaptive(x, axes, sizes)
    scale: Scalar = 1
    factors: list[Factor] = [Factor(x, reads)]
    for a, c, ds in zip(axes, cells, domains, strict=True):
        factors += [at_least_zero(d) for d in ds]
        if ds:
            count = build((out[a],), Term(1, (c,), tuple(at_least_zero(d) for d in ds)))
            factors.append(Factor(count, (out[a].pos,), -1))
        else:
            scale = mul(scale, power(c.size, -1))
    return build(out, Term(scale, cells, tuple(factors)))


def repeat_nearest(x: Node, axes: Sequence[int], factors: Sequence[Scalar]) -> Node:
    """Every entry repeated `factor` times along its axis: `y[f*i + r] = x[i]`."""
    grown = [mul(x.sizes[a], f) for a, f in zip(axes, factors, strict=True)]
    out = _space(x, axes, grown)
    bound: list[Index] = []
    brackets: list[Factor] = []
    reads = list(positions(out))
    for a, f in zip(axes, factors, strict=True):
        if f == 1:
            continue
        cell, rest = Index(x.sizes[a]), Index(f)
        bound += [cell, rest]
        brackets.append(same_place(out[a].pos, combine(rest.pos, cell.pos, f)))
        reads[a] = cell.pos
    return build(out, Term(1, tuple(bound), (Factor(x, tuple(reads)), *brackets)))
