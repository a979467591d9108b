"""A network with one hidden layer or more, unit by unit.

Round units in columns, every weight a line; with numbers, the line's width says the weight's size
and its dash the sign. Beyond eight units the middle is left out, and the count says so. Names of
units carry their layer: `x_1`, `h_2^(1)`, `y_1`.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any

import graphviz
import numpy as np

from symnn.core.errors import ShapeError, explain
from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.diagram import Diagram
from symnn.drawing.lettering import Lettering
from symnn.drawing.picture import Picture
from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.typst import to_typst
from symnn.text.phrases import language, phrase

_MOST, _HEAD, _TAIL = 8, 5, 2
_RADIUS = 19.0
_STEP, _COLUMN = 52.0, 190.0
_TALL_STEP, _TALL_ROW = 46.0, 130.0


def units_diagram(
    sizes: Sequence[int], lang: str = "en", *, weights: Sequence[Any] | None = None,
    hidden: str = "h",
) -> Diagram:  # fmt: skip
    """Draw a fully connected network with its units.

    Args:
        sizes: units per layer, inputs first, output last.
        lang: language of the words.
        weights: one matrix per step, (units of the next layer, units of this one).
        hidden: the letter of hidden units.

    Raises:
        ShapeError: fewer than two layers, or weights of another shape.

    >>> units_diagram([2, 3, 1]).title
    'Network with its units'
    """
    arrays = _checked(sizes, weights)
    prefix = "s" + sha256(repr((list(sizes), hidden, lang)).encode()).hexdigest()[:8]
    names = {k: _names(sizes, layer, hidden) for k, layer in enumerate(range(len(sizes)))}
    wide = _picture(sizes, names, arrays, lang, False, f"{prefix}w")

    def tall() -> Picture:
        return _picture(sizes, names, arrays, lang, True, f"{prefix}t")

    return Diagram(wide, tall, lambda: _dot(sizes))


def _checked(sizes: Sequence[int], weights: Sequence[Any] | None) -> list[np.ndarray] | None:
    if len(sizes) < 2 or any(n < 1 for n in sizes):
        raise ShapeError(
            explain("a network with units", expected="at least two layers of at least one unit",
                    found=", ".join(map(str, sizes)) or "none")
        )  # fmt: skip
    if weights is None:
        return None
    arrays = [np.asarray(w, dtype=float) for w in weights]
    wanted = [(b, a) for a, b in pairwise(sizes)]
    found = [a.shape for a in arrays]
    if found != wanted:
        raise ShapeError(
            explain("weights of a network with units", expected=", ".join(map(str, wanted)),
                    found=", ".join(map(str, found)))
        )  # fmt: skip
    return arrays


def shown_units(count: int) -> list[int | None]:
    """Which units are drawn; None stands for those left out.

    >>> shown_units(3), shown_units(20)
    ([0, 1, 2], [0, 1, 2, 3, 4, None, 18, 19])
    """
    if count <= _MOST:
        return list(range(count))
    return [*range(_HEAD), None, *range(count - _TAIL, count)]


def _names(sizes: Sequence[int], layer: int, hidden: str) -> list[t.Tree | None]:
    last = len(sizes) - 1
    base = {0: "x", last: "y"}.get(layer, hidden)
    sup = f"({layer})" if 0 < layer < last and last > 2 else ""
    accent = "hat" if layer == last else ""
    return [
        None if k is None else t.Sym(base, accent=accent, sub=str(k + 1), sup=sup)
        for k in shown_units(sizes[layer])
    ]


def _picture(
    sizes: Sequence[int], names: dict[int, list[t.Tree | None]],
    weights: list[np.ndarray] | None, lang: str, tall: bool, prefix: str,
) -> Picture:  # fmt: skip
    latex = {to_typst(x): to_latex(x) for column in names.values() for x in column if x}
    canvas = Canvas(Lettering(list(latex), prefix), prefix)
    places = _places(sizes, tall)
    _lines(canvas, sizes, places, weights)
    for layer, column in names.items():
        for (x, y), name in zip(places[layer], column, strict=True):
            _unit(canvas, (x, y), name, _tone(layer, len(sizes)), tall)
        _captions(canvas, sizes, layer, places[layer], lang, tall)
    words = phrase("drawing.units", lang)
    alt = words + language(lang).colon + " → ".join(map(str, sizes)) + "."
    return Picture(canvas, "scale", words, alt, latex)


def _tone(layer: int, layers: int) -> str:
    return "slate" if layer == 0 else "vermillion" if layer == layers - 1 else "green"


def _places(sizes: Sequence[int], tall: bool) -> list[list[Point]]:
    result = []
    for layer, count in enumerate(sizes):
        units = shown_units(count)
        step = _TALL_STEP if tall else _STEP
        across = [(k - (len(units) - 1) / 2) * step for k in range(len(units))]
        along = layer * (_TALL_ROW if tall else _COLUMN)
        result.append([(a, along) if tall else (along, a) for a in across])
    return result


def _lines(
    canvas: Canvas, sizes: Sequence[int], places: list[list[Point]],
    weights: list[np.ndarray] | None,
) -> None:  # fmt: skip
    for layer in range(len(sizes) - 1):
        before, after = shown_units(sizes[layer]), shown_units(sizes[layer + 1])
        for a, start in zip(before, places[layer], strict=True):
            for b, end in zip(after, places[layer + 1], strict=True):
                if a is None or b is None:
                    continue
                if weights is None:
                    _line(canvas, start, end, "blue", 1.0, False)
                    continue
                w = weights[layer]
                share = abs(float(w[b, a])) / (float(np.abs(w).max()) or 1.0)
                negative = float(w[b, a]) < 0
                tone = "vermillion" if negative else "blue"
                _line(canvas, start, end, tone, 0.4 + 2.4 * share, negative)


def _line(canvas: Canvas, start: Point, end: Point, tone: str, width: float, dash: bool) -> None:
    (x, y), (u, v) = start, end
    length = ((u - x) ** 2 + (v - y) ** 2) ** 0.5
    dx, dy = (u - x) / length * _RADIUS, (v - y) / length * _RADIUS
    ends = [(x + dx, y + dy), (u - dx, v - dy)]
    canvas.path(ends, tone, width=round(width, 2), dash=dash, arrow=False)


def _unit(canvas: Canvas, at: Point, name: t.Tree | None, tone: str, tall: bool) -> None:
    x, y = at
    if name is None:
        for k in (-8, 0, 8):
            spot = Box.around(x + k * tall, y + k * (not tall), 3.4, 3.4)
            canvas.rectangle(spot, "muted", fill="muted", corner=1.7, width=0.5)
        canvas.note("node", "more", Box.around(x, y, 2 * _RADIUS, 2 * _RADIUS))
        return
    box = Box.around(x, y, 2 * _RADIUS, 2 * _RADIUS)
    canvas.rectangle(box, tone, of=f"{x},{y}", corner=_RADIUS)
    found = canvas.letters.formula(to_typst(name), 14)
    canvas.formula(to_typst(name), x, y + (found.ascent - found.depth) / 2, size=14,
                   of=f"{x},{y}")  # fmt: skip


def _captions(
    canvas: Canvas, sizes: Sequence[int], layer: int, places: list[Point], lang: str, tall: bool
) -> None:
    """The role of a layer and its number of units, above its column or left of its row."""
    last = len(sizes) - 1
    role = "role.input" if layer == 0 else "role.output" if layer == last else "role.hidden"
    words = f"{phrase(role, lang)} · {sizes[layer]}"
    x, y = places[0]
    if tall:
        middle = sum(p[0] for p in places) / len(places)
        low = y + _RADIUS + 16 if layer == last else y - _RADIUS - 8
        if 0 < layer < last:
            right = max(p[0] for p in places) + _RADIUS + 8
            canvas.text(words, right, y + 4, size=11.5, anchor="start", of="caption")
            return
        canvas.text(words, middle, low, size=11.5, of="caption")
        return
    canvas.text(words, x, y - _RADIUS - 12, size=12, of="caption")


def _dot(sizes: Sequence[int]) -> str:
    out = graphviz.Digraph("symnn", graph_attr={"rankdir": "LR", "splines": "line"})
    for layer, count in enumerate(sizes):
        for k in range(count):
            out.node(f"u{layer}_{k}", label="", shape="circle")
            for j in range(sizes[layer - 1]) if layer else ():
                out.edge(f"u{layer - 1}_{j}", f"u{layer}_{k}")
    return str(out.source)
