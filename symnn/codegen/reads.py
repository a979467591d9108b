"""A read `node[positions]` as an array with one axis an index.

Padding makes every position stay inside; then whole axes are plain, one index is a slice, a
mixed-radix number is a reshape, two indices are a sliding window, and anything else is gathered
by a grid of integers. A guard `[position >= 0]` that padding with zeros says by itself is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from symnn.codegen.arrays import Array, aligned, ordered, ranges
from symnn.codegen.code import Code, attribute, call, method, plus, subscript, times
from symnn.codegen.patterns import (
    backward,
    descending,
    diagonal_axes,
    in_order,
    is_digits,
    overhang,
    shares_indices,
    sides,
    window_of,
)  # fmt: skip
from symnn.codegen.writer import Writer
from symnn.core.index import Affine, Index, Read, combine, constant
from symnn.core.node import Node
from symnn.core.scalars import Scalar, add, is_negative, mul, neg, sub
from symnn.core.sizes import sign

Guards = dict[Affine, None]


@dataclass
class Source:
    """What is read: an expression and its axis sizes.

    `order` says which axis of the node each axis of the expression is (None: its own).
    """

    code: Code
    sizes: tuple[Scalar, ...]
    kind: str = "float"
    order: tuple[int, ...] | None = None

    def natural(self) -> Code:
        """The expression with the node's own axes."""
        if self.order is None:
            return self.code
        if self.order == tuple(range(len(self.order)))[::-1]:
            return attribute(self.code, "T")
        back = (str(self.order.index(k)) for k in range(len(self.order)))
        return method(self.code, "transpose", *back)


class Reader:
    """Reads sources at positions.

    Attributes:
        of: the Source of a node (for integer reads inside positions).
        guarded: indices in brackets of the term: only a position with one of them may leave its
            tensor (all others are checked when sizes are bound); None: any may.
    """

    def __init__(self, writer: Writer, of: Callable[[Node], Source]) -> None:
        self.writer = writer
        self.of = of
        self.guarded: set[Index] | None = set()

    def read(
        self,
        source: Source,
        pos: Sequence[Affine],
        guards: Guards,
        fill: str = "0",
        *,
        drop: bool = False,
    ) -> Array:
        """The array of the read; labels by first appearance where possible.

        Args:
            source: what is read.
            pos: one position an axis.
            guards: the brackets of the term.
            fill: the value outside.
            drop: remove the guards that say no more than `fill` does.
        """
        places = list(pos)
        if source.order is not None:
            places = [pos[k] for k in source.order]
            sizes = tuple(source.sizes[k] for k in source.order)
            source = Source(source.code, sizes, source.kind)
        source, places = self._padded(source, places, guards if drop else {}, fill)
        diagonal = diagonal_axes(places, source.sizes)
        if diagonal:
            return self._diagonal(source, places, diagonal)
        if shares_indices(places):
            return self._joint(source, places)
        return self._by_axis(source, places)

    def guard(self, brackets: Iterable[Affine]) -> None:
        """Say which brackets the term has; one on sizes alone may guard any read."""
        places = [p.indices() for p in brackets]
        self.guarded = {i for own in places for i in own} if all(places) else None

    # -- padding ------------------------------------------------------------------------------
    def _padded(
        self, source: Source, pos: list[Affine], guards: Guards, fill: str
    ) -> tuple[Source, list[Affine]]:
        widths: list[tuple[Scalar, Scalar]] = []
        for k, (p, size) in enumerate(zip(pos, source.sizes, strict=True)):
            low, high = overhang(p, size) if self._may_leave(p) else (0, 0)
            widths.append((low, high))
            if low != 0 or high != 0:
                pos[k] = combine(p, constant(low))
                for side in sides(p, size):
                    guards.pop(side, None)
        if all(w == (0, 0) for w in widths):
            return source, pos
        w = self.writer
        texts = [f"({w.whole(a)}, {w.whole(b)})" for a, b in widths]
        inner = f"({', '.join(texts)})" if len(texts) > 1 else texts[0]
        value = "" if fill == "0" else f", constant_values={fill}"
        base = w.short("t", source.code)
        padded = w.assign(_hint(base, "padded"), call("np.pad", base, inner + value))
        sizes = tuple(
            add(s, add(a, b)) for s, (a, b) in zip(source.sizes, widths, strict=True)
        )  # fmt: skip
        return Source(padded, sizes, source.kind), pos

    def _may_leave(self, p: Affine) -> bool:
        return self.guarded is None or bool(self.guarded.intersection(p.indices()))

    # -- axis by axis -------------------------------------------------------------------------
    def _by_axis(self, source: Source, pos: list[Affine]) -> Array:
        items, labels, later = [], [], []
        for p, size in zip(pos, source.sizes, strict=True):
            if not p.terms:
                items.append(self.writer.whole(p.const).text)
                continue
            if len(p.terms) == 1 and isinstance(p.terms[0][0], Index):
                items.append(self._slice(p, size))
                labels.append(p.terms[0][0])
                continue
            items.append(":")
            later.append((len(labels), p, size))
            labels.append(p)
        array = subscript(self.writer.short("t", source.code), items)
        return self._compound(array, labels, later, source.kind)

    def _slice(self, p: Affine, size: Scalar) -> str:
        (index, step), start = p.terms[0], p.const
        if step == 1 and start == 0 and index.size == size:
            return ":"
        last = add(start, mul(step, sub(index.size, 1)))
        w = self.writer
        if backward(step):
            stop = "" if last == 0 else w.whole(sub(last, 1)).text
            begin = "" if start == sub(size, 1) else w.whole(start).text
            if last != 0 and sign(sub(last, 1)) != 1:
                stop = f"({w.whole(sub(last, 1))} if {w.whole(last)} > 0 else None)"
            return f"{begin}:{stop}:{w.whole(step)}"
        end = add(last, 1)
        begin = "" if start == 0 else w.whole(start).text
        stop = "" if sub(end, size) == 0 else w.whole(end).text
        return f"{begin}:{stop}" if step == 1 else f"{begin}:{stop}:{w.whole(step)}"

    def _compound(
        self, code: Code, labels: list[object], later: list[tuple[int, Affine, Scalar]], kind: str
    ) -> Array:
        windows = [
            entry for entry in later if window_of(entry[1]) and not is_digits(entry[1], entry[2])
        ]
        if windows and len(windows) == len(later):
            return self._windows(code, labels, windows, kind)
        digits = {p: [i for i, _ in descending(p)] for _, p, size in later if is_digits(p, size)}
        if digits:
            extents = {p: size for _, p, size in later}
            labels = [x for label in labels for x in digits.get(label, [label])]  # type: ignore[call-overload]
            code = method(code, "reshape", *(self._extent(x, extents) for x in labels))
        for axis in reversed(range(len(labels))):
            label = labels[axis]
            if isinstance(label, Affine):
                grid = self.grid(label)
                code = subscript(code, [*[":"] * axis, grid.code.text])
                labels[axis : axis + 1] = grid.labels
        return Array(code, tuple(labels), kind)  # type: ignore[arg-type]

    def _extent(self, label: object, compound: dict[Affine, Scalar]) -> Code:
        size = label.size if isinstance(label, Index) else compound[label]  # type: ignore[index]
        return self.writer.whole(size)

    def _windows(
        self, code: Code, labels: list[object], windows: list[tuple[int, Affine, Scalar]], kind: str
    ) -> Array:
        w = self.writer
        axes = [axis for axis, _, _ in windows]
        inner = [window_of(p) for _, p, _ in windows]
        w.imports["from numpy.lib.stride_tricks import sliding_window_view"] = None
        extents = [w.whole(k.size).text for _, (k, _) in inner]  # type: ignore[misc]
        shape = extents[0] if len(extents) == 1 else f"({', '.join(extents)})"
        where = str(axes[0]) if len(axes) == 1 else f"({', '.join(map(str, axes))})"
        view = call("sliding_window_view", w.short("t", code), shape, f"axis={where}")
        items = [":"] * (len(labels) + len(axes))
        for n, ((axis, p, size), found) in enumerate(zip(windows, inner, strict=True)):
            (start, step), (k, sense) = found  # type: ignore[misc]
            labels[axis] = start
            first = p.const if sense == 1 else sub(p.const, sub(k.size, 1))
            items[axis] = self._slice(
                combine(constant(first), start.pos, step), sub(size, sub(k.size, 1))
            )
            items[len(labels) + n] = ":" if sense == 1 else "::-1"
        made = w.assign(_hint(code, "windows"), subscript(view, items))
        return Array(made, (*labels, *(k for _, (k, _) in inner)), kind)  # type: ignore[misc,arg-type]

    # -- gathered -----------------------------------------------------------------------------
    def grid(self, p: Affine, among: Sequence[Index] | None = None) -> Array:
        """The values of a position, over its own indices in order (or under `among`)."""
        own = ordered(dict.fromkeys(in_order(p)), among or ())
        labels = tuple(among) if among is not None else own
        parts = []
        for atom, c in p.terms:
            if isinstance(atom, Index):
                value = ranges(self.writer, atom, labels)
            else:
                value = aligned(self._integers(atom), labels)
            sign_, size = is_negative(c), neg(c) if is_negative(c) else c
            code = value if size == 1 else times([self.writer.whole(size), value])
            parts.append((sign_, code))
        parts.sort(key=lambda part: part[0])
        if p.const != 0 or not parts:
            minus = is_negative(p.const)
            parts.append((minus, self.writer.whole(neg(p.const) if minus else p.const)))
        return Array(self.writer.short("at", plus(parts)), own, "int")

    def _integers(self, atom: Read) -> Array:
        source = self.of(atom.node)
        found = self.read(source, atom.pos, {})
        if source.kind == "int":
            return found
        return Array(method(found.code, "astype", "int"), found.labels, "int")

    def _joint(self, source: Source, pos: list[Affine]) -> Array:
        labels = tuple(dict.fromkeys(i for p in pos for i in in_order(p)))
        items = [self.grid(p, labels).code.text for p in pos]
        code = subscript(self.writer.short("t", source.code), items)
        return Array(code, labels, source.kind)

    def _diagonal(self, source: Source, pos: list[Affine], axes: tuple[int, int]) -> Array:
        code = self.writer.short("t", source.code)
        labels = [p.bare for k, p in enumerate(pos) if k not in axes] + [pos[axes[0]].bare]
        where = () if axes == (0, 1) else (f"axis1={axes[0]}", f"axis2={axes[1]}")
        return Array(call("np.diagonal", code, *where), tuple(labels), source.kind)  # type: ignore[arg-type]


def _hint(code: Code, what: str) -> str:
    name = code.text.removesuffix("_padded")
    return f"{name}_{what}" if name.isidentifier() else what
