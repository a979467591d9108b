"""Writing a term at computed places: what `[o = q]` with summed indices in q lowers to.

A mixed-radix number that covers its axis is a reshape. Otherwise zeros are made, wide enough that
no place falls outside, and the values are added: by one strided slice for each tap of a window, or
by `np.add.at` where a place depends on data. The border is cut off at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.codegen.arrays import Array, aligned, as_number, filled, transposed
from symnn.codegen.code import Code, method, plus, subscript, times
from symnn.codegen.patterns import backward, descending, is_digits, overhang, smallness
from symnn.codegen.reads import Reader
from symnn.codegen.writer import Writer
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.scalars import Scalar, add, is_negative, mul, neg, sub


@dataclass(frozen=True)
class Target:
    """The output index that stands at a place."""

    index: Index
    place: Affine


def scattered(
    reader: Reader, value: Array, targets: Sequence[Target], out: Sequence[Index]
) -> Array:
    """The array over `out` with the values added at their places."""
    value = as_number(reader.writer, value)
    own = [set(t.place.indices()) for t in targets]
    apart = sum(map(len, own)) == len(set().union(*own))
    inside = any(i in out for t in targets for i in t.place.indices())
    plain = all(isinstance(a, Index) for t in targets for a, _ in t.place.terms)
    if apart and plain and not inside:
        if all(is_digits(t.place, t.index.size) for t in targets):
            return _reshaped(reader.writer, value, targets, out)
        if all(_sliceable(t.place) for t in targets):
            return _by_taps(reader.writer, value, targets, out)
    return _added_at(reader, value, targets, out)


def _reshaped(w: Writer, value: Array, targets: Sequence[Target], out: Sequence[Index]) -> Array:
    at = {t.index: [i for i, _ in descending(t.place)] for t in targets}
    labels = [x for i in out for x in at.get(i, [i])]
    full = filled(w, value, labels)
    return Array(method(full, "reshape", *(w.whole(i.size) for i in out)), tuple(out))


# -- taps --------------------------------------------------------------------------------------


@dataclass
class _Axis:
    """One target: the index written as a slice, those looped over, the buffer's margins."""

    sliced: Index | None
    step: Scalar
    loops: list[tuple[Index, Scalar]]
    start: Scalar
    before: Scalar
    size: Scalar


def _sliceable(p: Affine) -> bool:
    return any(not backward(c) for _, c in p.terms)


def _margins(t: Target) -> tuple[Scalar, Scalar]:
    """(room before, size of the buffer)."""
    before, after = overhang(t.place, t.index.size)
    return before, add(t.index.size, add(before, after))


def _axis(t: Target) -> _Axis:
    before, size = _margins(t)
    forward = [(i, c) for i, c in t.place.terms if not backward(c)]
    sliced, step = min(forward, key=lambda e: (smallness(e[0].size), -e[0].uid))
    loops = [(i, c) for i, c in t.place.terms if i is not sliced]
    return _Axis(sliced, step, loops, add(t.place.const, before), before, size)


def _by_taps(w: Writer, value: Array, targets: Sequence[Target], out: Sequence[Index]) -> Array:
    axes = {t.index: _axis(t) for t in targets}
    loops = [entry for i in out if i in axes for entry in axes[i].loops]
    shown = [axes[i].sliced if i in axes else i for i in out]
    labels = [x for x in (*shown, *(i for i, _ in loops)) if x in value.labels]
    value = transposed(value, labels)  # type: ignore[arg-type]
    values = w.assign("t", value.code) if loops else w.short("t", value.code)
    names = {i: w.name("klmuv"[min(k, 4)]) for k, (i, _) in enumerate(loops)}
    buffer = w.name("placed")
    shape = tuple(axes[i].size if i in axes else i.size for i in out)
    sizes = ", ".join(w.whole(s).text for s in shape)
    w.statements(
        [f"{buffer} = np.zeros(({sizes}{',' if len(shape) == 1 else ''}){w.array_type()})"]
    )
    items = [_slice_text(w, axes[i], names) if i in axes else ":" for i in out]
    inner = [*[":"] * sum(i in value.labels for i in shown)]
    picked = subscript(
        values, [*inner, *(names[i] for i, _ in loops if i in value.labels)]
    ) if any(i in value.labels for i, _ in loops) else values  # fmt: skip
    rest = Array(picked, tuple(i for i in value.labels if i in shown))
    written = aligned(rest, [i for i in shown if i is not None])
    op = "+=" if loops else "="
    lines = [f"{'    ' * len(loops)}{buffer}[{', '.join(items)}] {op} {written}"]
    for depth in reversed(range(len(loops))):
        index = loops[depth][0]
        extent = w.whole(index.size)
        lines.insert(0, f"{'    ' * depth}for {names[index]} in range({extent}):")
    w.statements(lines)
    return _cut(w, Code(buffer), [axes.get(i) for i in out], out)


def _slice_text(w: Writer, axis: _Axis, names: dict[Index, str]) -> str:
    assert axis.sliced is not None
    parts = []
    for i, c in axis.loops:
        size = neg(c) if is_negative(c) else c
        name = Code(names[i])
        parts.append((is_negative(c), name if size == 1 else times([w.whole(size), name])))
    last = add(mul(axis.step, sub(axis.sliced.size, 1)), 1)
    if not parts:
        stop = w.whole(add(axis.start, last)).text
        begin = "" if axis.start == 0 else w.whole(axis.start).text
        return f"{begin}:{stop}" + ("" if axis.step == 1 else f":{w.whole(axis.step)}")
    parts.sort(key=lambda e: e[0])
    start = _offset(w, parts, axis.start)
    stop_code = _offset(w, parts, add(axis.start, last))
    return f"{start}:{stop_code}" + ("" if axis.step == 1 else f":{w.whole(axis.step)}")


def _offset(w: Writer, parts: list[tuple[bool, Code]], by: Scalar) -> Code:
    if by == 0:
        return plus(parts)
    minus = is_negative(by)
    return plus([*parts, (minus, w.whole(neg(by) if minus else by))])


def _cut(w: Writer, buffer: Code, margins: Sequence[_Axis | None], out: Sequence[Index]) -> Array:
    items = []
    for axis, i in zip(margins, out, strict=True):
        if axis is None or (axis.before == 0 and sub(axis.size, i.size) == 0):
            items.append(":")
        else:
            begin = "" if axis.before == 0 else w.whole(axis.before).text
            items.append(f"{begin}:{w.whole(add(axis.before, i.size))}")
    return Array(subscript(buffer, items), tuple(out))


# -- anywhere ----------------------------------------------------------------------------------


def _added_at(
    reader: Reader, value: Array, targets: Sequence[Target], out: Sequence[Index]
) -> Array:
    w = reader.writer
    place = {t.index: t for t in targets}
    axes = {t.index: _Axis(None, 1, [], 0, *_margins(t)) for t in targets}
    lone = len(targets) == 1 and not any(i in out for i in targets[0].place.indices())
    own: list[Index] = []
    for i in out:
        own += place[i].place.indices() if i in place else [i]
    labels = list(dict.fromkeys(own))
    items = []
    for i in out:
        if i in place:
            shifted = combine(place[i].place, constant(axes[i].before))
            among = list(dict.fromkeys(shifted.indices())) if lone else labels
            items.append(reader.grid(shifted, among).code.text)
        else:
            items.append(":" if lone else reader.grid(i.pos, labels).code.text)
    if lone:
        while items[-1] == ":":
            items.pop()
        items = ["slice(None)" if x == ":" else x for x in items]
    buffer = w.name("placed")
    sizes = ", ".join(w.whole(axes[i].size if i in axes else i.size).text for i in out)
    w.statements([
        f"{buffer} = np.zeros(({sizes}{',' if len(out) == 1 else ''}){w.array_type()})",
        f"np.add.at({buffer}, {items[0] if len(items) == 1 else '(' + ', '.join(items) + ')'}, "
        f"{filled(w, value, labels)})",
    ])  # fmt: skip
    return _cut(w, Code(buffer), [axes.get(i) for i in out], out)
