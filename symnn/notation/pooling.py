"""Pools by name: `avgpool(X; k, s, p)`, `maxpool`, `minpool`, what undoes them, and `upsample`.

The last axes slide, or those that letters name (`NHWC`); the others are the same in both tensors.
An average shares an entry out over its window on the way back (`avgunpool`, or `upsample` where
windows tile), a maximum sends it to its place (`maxunpool(∇_Y, X)`). k is the window, s the stride
(k if not given); with c=0 an average counts only cells inside.
Law: the name, times the factor that comes with it, has the value of the term.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import GE, Extremum, Factor, Indicator, Sum, Term
from symnn.core.scalars import Scalar, add, mul, sub
from symnn.notation import pieces
from symnn.notation.axis_names import SLIDING, AxisNames, label_of
from symnn.notation.convolution import Writes
from symnn.notation.pieces import Piece
from symnn.notation.settings import Setting, setting
from symnn.notation.sliding import (
    Axis,
    Positions,
    Read,
    Sliding,
    cells_of,
    full,
    operand,
    relation,
    steps_of,
)
from symnn.notation.terms import opened
from symnn.notation.tree import Apply, Num
from symnn.notation.window_counts import always_inside, counts_inside, is_count


@dataclass(frozen=True, slots=True)
class Window:
    """One axis that slides, its number of taps, and the index that counts them, if any."""

    axis: Axis
    taps: Scalar
    tap: Index | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of the larger tensor (`cells`) to the smaller (`steps`)."""

    cells: Read
    steps: Read
    windows: tuple[Window, ...]
    at: tuple[int, ...]

    def settings(self, *, made: str) -> tuple[Setting, ...]:
        """k, s, p, d, and the size of the result where it does not follow ("" for none)."""
        taps = [w.taps for w in self.windows]
        axes = [w.axis for w in self.windows]
        count = len(axes)
        found = (
            *setting("k", taps, None, whole=True),
            *setting("s", [a.stride for a in axes], taps),
            *setting("p", [a.padding for a in axes], (0,) * count),
            *setting("d", [a.dilation for a in axes], (1,) * count),
        )
        cells, steps = self.space()
        if made == "steps":
            each = zip(cells, taps, axes, strict=True)
            return (*found, *setting("n", steps, [steps_of(a, u, x) for a, u, x in each]))
        if made == "cells":
            each = zip(steps, taps, axes, strict=True)
            return (*found, *setting("n", cells, [cells_of(i, u, x) for i, u, x in each]))
        return found

    def space(self) -> tuple[list[Scalar], list[Scalar]]:
        """The sizes of the axes that slide."""
        return [self.cells.sizes[k] for k in self.at], [self.steps.sizes[k] for k in self.at]

    def letters(self) -> tuple[AxisNames, ...] | None:
        """The letters of the axes where others than the last slide; None where there are none."""
        rank = len(self.cells.pos)
        kept = [k for k in range(rank) if k not in self.at]
        if self.at == tuple(range(rank - len(self.at), rank)):
            return ()
        if len(self.at) > 3 or len(kept) > 5:
            return None
        chosen = dict(zip(self.at, SLIDING[len(self.at)], strict=True))
        chosen.update(zip(kept, "NBTM", strict=False))
        chosen[kept[-1]] = "C"
        return (AxisNames((label_of([chosen[k] for k in range(rank)]),)),)

    @property
    def tiles(self) -> bool:
        """Whether windows stand side by side and fill the larger tensor."""
        pairs = zip(self.windows, *self.space(), strict=True)
        return all(
            sub(w.axis.stride, w.taps) == 0 and w.axis.padding == 0 and w.axis.dilation == 1
            and sub(mul(i, w.taps), a) == 0
            for w, a, i in pairs
        )  # fmt: skip


def pooling(
    writer: Writes, term: Term, target: tuple[Index, ...]
) -> tuple[Piece, Scalar, list[Factor]] | None:
    """The pool that a term is, the number in front, and the factors that multiply it, or None."""
    sliding = Sliding(term, target)
    if not sliding.slides or not sliding.whole:
        return None
    routed = [f for r in sliding.reads for f in r.factors if isinstance(f.node, Indicator)]
    if routed:
        found = _routed(writer, sliding, routed)
        return found and (found, 1, sliding.rest)
    counts = {r.pos[0]: r for r in sliding.reads if is_count(r)}
    reads = [r for r in sliding.reads if not is_count(r)]
    if len(reads) != 1:
        return None
    made, (read,) = _made(sliding), reads
    pool, ahead = _pool(sliding, read, made), True
    if pool is None:
        pool, ahead = _pool(sliding, made, read), False
    number = None if pool is None else _divisor(pool, counts)
    if pool is None or number is None:
        return None
    if not ahead and not counts and pool.tiles:
        piece, number = _piece(writer, "upsample", [read], pool, pool.settings(made="")[:1]), 1
    else:
        settings = pool.settings(made="steps" if ahead else "cells")
        inside = (Setting("c", (Num(0),)),) if counts else ()
        name = "avgpool" if ahead else "avgunpool"
        piece = _piece(writer, name, [read], pool, (*settings, *inside))
    return piece and (piece, number, sliding.rest)


def max_piece(writer: Writes, node: Extremum) -> Piece | None:
    """`maxpool(X)`: a maximum over windows of the last axes, or None."""
    found = _of_extremum(node)
    if found is None:
        return None
    return _piece(writer, f"{node.kind}pool", [found.cells], found, found.settings(made="steps"))


def _of_extremum(node: Extremum) -> Pool | None:
    sliding = Sliding(_inside(node), node.indices)
    if node.kind not in ("max", "min") or len(sliding.reads) != 1 or not sliding.slides:
        return None
    return _pool(sliding, sliding.reads[0], _made(sliding))


def _inside(node: Extremum) -> Term:
    """What the maximum is taken of, seen through a reshape, with its domain."""
    factors: tuple[Factor, ...] = (Factor(node.body, node.pos),)
    if isinstance(node.body, Sum):
        (first, *more) = opened(node.body, node.pos)
        if not more and first.coef == 1 and not first.bound:
            factors = first.factors
    return Term(1, node.bound, (*factors, *(Factor(GE, (d,)) for d in node.domain)))


def _made(sliding: Sliding) -> Read:
    return Read((), sliding.target, tuple(i.size for i in sliding.axes))


def _divisor(pool: Pool, counts: Mapping[Affine, Read]) -> Scalar | None:
    """What the sum over a window is of its mean; None where the counts are not those of cells.

    Without counts an average divides by all taps; with them by the cells inside, on every axis.
    """
    found: Scalar = 1
    for w, k in zip(pool.windows, pool.at, strict=True):
        count = counts.get(pool.steps.pos[k])
        if count is not None and not counts_inside(count, w.axis, w.taps, pool.cells.sizes[k]):
            return None
        if count is None and counts and not always_inside(w.axis, w.taps, pool.steps.sizes[k],
                                                          pool.cells.sizes[k]):  # fmt: skip
            return None
        found = mul(found, 1 if count is not None else w.taps)
    steps = {pool.steps.pos[k] for k in pool.at}
    return found if set(counts) <= steps else None


def _piece(
    writer: Writes, name: str, reads: Sequence[Read], pool: Pool, settings: Sequence[Setting]
) -> Piece | None:
    letters = pool.letters()
    if letters is None:
        return None
    read = [writer.sum_piece((term,), own) for term, own in map(operand, reads)]
    args = (*(p.tree for p in read), *settings, *letters)
    weight = 1 + sum(p.weight for p in read) + 2 * len(settings) + len(letters)
    return pieces.whole(Apply(name, args), weight, len(pool.cells.pos))


def _pool(sliding: Sliding, cells: Read, steps: Read) -> Pool | None:
    """The windows by which one read slides over the other, or None."""
    if len(cells.pos) != len(steps.pos) or not (full(cells) and full(steps)):
        return None
    pairs = list(zip(cells.pos, steps.pos, strict=True))
    at = [k for k, (a, i) in enumerate(pairs) if a != i or a.bare is None]
    windows = [_window(sliding, *pairs[k]) for k in at]
    found = [w for w in windows if w is not None]
    if not windows or len(found) < len(windows):
        return None
    computed = [p for k in at for p in pairs[k]]
    sizes = [size for k in at for size in (cells.sizes[k], steps.sizes[k])]
    taps = _tap_positions([pairs[k] for k in at], found)
    ranges = (computed, [p for p, _ in taps]), (sizes, [size for _, size in taps])
    complete = sliding.complete((cells.pos, steps.pos), len(pairs) + len(found))
    if not complete or not sliding.only_ranges(*ranges):
        return None
    return Pool(cells, steps, tuple(found), tuple(at))


def _tap_positions(
    pairs: Sequence[tuple[Affine, Affine]], windows: Sequence[Window]
) -> list[tuple[Affine, Scalar]]:
    """`a − s i + p` and the number of taps, where no index counts these."""
    return [
        (combine(combine(constant(w.axis.padding), a), i, mul(-1, w.axis.stride)), w.taps)
        for (a, i), w in zip(pairs, windows, strict=True)
        if w.tap is None
    ]


def _window(sliding: Sliding, cell: Affine, step: Affine) -> Window | None:
    if cell == step and cell.bare is not None:
        return None
    if cell.bare is not None and step.bare is not None:
        return _between(sliding.ranges, cell.bare, step.bare)
    loose, other = (cell, step) if cell.bare is None else (step, cell)
    taps = [i for i in loose.indices() if i is not other.bare]
    if other.bare is None or len(taps) != 1:
        return None
    axis = relation(cell, step, taps[0].pos)
    return axis and Window(axis, taps[0].size, taps[0])


def _between(ranges: Sequence[Affine], cell: Index, step: Index) -> Window | None:
    """The window `0 ≤ a − s i + p < k` that two brackets say."""
    own = [r for r in ranges if set(r.indices()) == {cell, step}]
    low = [r for r in own if r.coefficient(cell) == 1]
    high = [r for r in own if r.coefficient(cell) == -1]
    if len(low) != 1 or len(high) != 1:
        return None
    last = combine(low[0], high[0])
    axis = relation(cell.pos, step.pos, low[0])
    return Window(axis, add(last.const, 1)) if axis and not last.terms else None


def _routed(writer: Writes, sliding: Sliding, routed: Sequence[Factor]) -> Piece | None:
    """`maxunpool(G, X)`: a read of the smaller tensor, sent where the maximum is attained."""
    (hit, *more), others = routed, [r for r in sliding.reads if routed[0] not in r.factors]
    if more or len(sliding.reads) != 2 or len(others) != 1 or not isinstance(hit.node, Indicator):
        return None
    extremum = hit.node.extremum
    pool = _of_extremum(extremum)
    places = [p.substitute(sliding.solved) for p in hit.pos]
    made, rank = _made(sliding), extremum.rank
    if pool is None or tuple(places[:rank]) != others[0].pos or len(made.pos) != rank:
        return None
    taps = [places[rank + extremum.bound.index(w.tap)] for w in pool.windows if w.tap]
    kept = [k for k in range(rank) if k not in pool.at]
    if len(taps) < len(pool.windows) or any(made.pos[k] != others[0].pos[k] for k in kept):
        return None
    axes = [relation(made.pos[k], places[k], u) for k, u in zip(pool.at, taps, strict=True)]
    reads: list[Positions] = [made.pos, tuple(places)]
    sizes = [made.sizes, hit.node.sizes]
    if axes != [w.axis for w in pool.windows] or not sliding.only_ranges(reads, sizes):
        return None
    if not sliding.complete(reads, rank + len(taps)) or not full(others[0]):
        return None
    read = [others[0], pool.cells]
    return _piece(writer, f"{extremum.kind}unpool", read, pool, pool.settings(made=""))
