"""The picture of a design in the plane: points, lines, positive sides, regions.

Law: what is drawn is the network of the design; labels are placed where they cover no point and no
other label. Points of class 1 are filled stars, of class 0 open circles. One dimension is drawn as
a strip; beyond two there is no picture, and the caller says so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from symnn.separation.palette import COLOURS, styled, to_svg, unit_style
from symnn.separation.placement import flat_lines, place_arrow, place_class_labels
from symnn.separation.result import Design
from symnn.separation.statements import nouns
from symnn.text.numbers import format_number
from symnn.text.phrases import fitting

Array = NDArray[np.float64]

_WIDTH = 4.6
_PAD = 0.11
_MOST_LABELLED = 14
_MOST_PAIRS = 16


def draw_picture(design: Design, lang: str = "en") -> str:
    """Return the picture as SVG text; empty beyond two coordinates, or where floats cannot tell
    the points apart.

    >>> from symnn.separation.designer import design
    >>> draw_picture(design([(0, 0), (1, 1)], [0, 1])).startswith("<svg role")
    True
    """
    if design.points.dimension > 2 or not _drawable(flat_points(design)):
        return ""
    words = fitting(
        "separation.picture_words",
        lang,
        count=design.hidden_units,
        name=design.points.classes[1],
        **nouns(lang, design.points.dimension),
    )
    with styled():
        return to_svg(picture_figure(design, lang), words)


def _drawable(spots: Array) -> bool:
    size = float(np.abs(spots).max())
    return size < 1e30 and float(np.ptp(spots, axis=0).max()) > 1e-6 * size


def picture_figure(design: Design, lang: str) -> Figure:
    """Draw the figure, numbers as in the language; call it inside `palette.styled()`."""
    spots = flat_points(design)
    low, high = _window(spots)
    span = high - low
    equal = 0.3 < span[1] / span[0] < 3.3
    ratio = span[1] / span[0] if equal else 0.75
    figure = Figure(figsize=(_WIDTH, _WIDTH * min(ratio, 1.25) + 0.35))
    axes = figure.add_axes((0.08, 0.09, 0.9, 0.84))
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    if equal:
        axes.set_aspect("equal")
    _frame(axes, design, lang)
    lines = flat_lines(design)
    _regions(axes, design, lines, low, high)
    _pairs(axes, design, spots)
    taken = _lines(axes, design, lines, spots)
    _points(axes, design, spots)
    place_class_labels(axes, design, lines, spots, taken)
    return figure


def flat_points(design: Design) -> Array:
    """Return the points as [N, 2] floats; one coordinate gets a second one, 0."""
    rows = [[float(v) for v in p] + [0.0] * (2 - len(p)) for p in design.points.coordinates]
    return np.array(rows)


def clip_half(polygon: Array, line: Array) -> Array:
    """Cut a convex polygon [n, 2] to the side w . x + b >= 0 (Sutherland, Hodgman 1974).

    >>> square = np.array([(0, 0), (2, 0), (2, 2), (0, 2)], float)
    >>> clip_half(square, np.array([1.0, 0.0, -1.0])).tolist()
    [[1.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 2.0]]
    """
    values = polygon @ line[:2] + line[2]
    kept: list[Array] = []
    for k in range(len(polygon)):
        j = (k + 1) % len(polygon)
        if values[k] >= 0:
            kept.append(polygon[k])
        if values[k] * values[j] < 0:
            share = values[k] / (values[k] - values[j])
            kept.append(polygon[k] + share * (polygon[j] - polygon[k]))
    return _rolled(np.array(kept).reshape(-1, 2))


def _rolled(polygon: Array) -> Array:
    """Start a polygon at its lowest, leftmost corner."""
    if not len(polygon):
        return polygon
    first = int(np.lexsort((polygon[:, 0], polygon[:, 1]))[0])
    return np.roll(polygon, -first, axis=0)


def _window(spots: Array) -> tuple[Array, Array]:
    low, high = spots.min(axis=0), spots.max(axis=0)
    span = high - low
    size = span.max() or 1.0
    floor = np.where(span > 0.12 * size, span, 0.3 * size)
    middle = (low + high) / 2
    half = floor / 2 + _PAD * np.where(span > 0.12 * size, span, size)
    return middle - half, middle + half


def _frame(axes: Axes, design: Design, lang: str) -> None:
    for side in axes.spines.values():
        side.set_visible(False)
    axes.grid(color=COLOURS["hairline"], linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=9, labelcolor=COLOURS["muted"], pad=3)
    plane = design.points.dimension == 2
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=False, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_locator(MaxNLocator(6 if plane else 1, steps=[1, 2, 5, 10]))

    def tick(value: float, _: object = None) -> str:
        return f"${format_number(float(f'{value:g}'), lang, digits=6, target='latex')}$"

    axes.xaxis.set_major_formatter(tick)
    axes.yaxis.set_major_formatter(tick if plane else "")
    style: dict[str, Any] = {"color": COLOURS["muted"], "fontsize": 10}
    names = [_axis_name(name) for name in design.points.axes]
    axes.annotate(
        names[0],
        (1, 0),
        (0, -13),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="right",
        va="top",
        **style,
    )
    if plane:
        axes.annotate(
            names[1],
            (0, 1),
            (-4, 8),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            va="bottom",
            **style,
        )


def _axis_name(name: str) -> str:
    """Typeset x1 as a symbol; any other name as it stands, its dollars escaped."""
    if name[:1] == "x" and name[1:].isdecimal():
        return f"$x_{{{name[1:]}}}$"
    return name[:30].replace("$", r"\$")


def _cells(lines: Array, low: Array, high: Array) -> list[tuple[Array, tuple[int, ...]]]:
    """Cut the window along all lines into cells with their hidden codes."""
    window = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    cells: list[tuple[Array, tuple[int, ...]]] = [(window, ())]
    for line in lines:
        halves = [
            (part, (*code, bit))
            for cell, code in cells
            for bit, part in ((1, clip_half(cell, line)), (0, clip_half(cell, -line)))
        ]
        cells = [(part, code) for part, code in halves if len(part) > 2]
    return cells


def _regions(axes: Axes, design: Design, lines: Array, low: Array, high: Array) -> None:
    for cell, code in _cells(lines, low, high):
        if design.network.score_of_code(code) > 0:
            axes.add_patch(
                Polygon(
                    cell,
                    closed=True,
                    facecolor=COLOURS["green-tint"],
                    edgecolor=COLOURS["green-tint"],
                    linewidth=0.6,
                    zorder=0.6,
                )
            )


def _pairs(axes: Axes, design: Design, spots: Array) -> None:
    """Draw the pairs of the packing proof as thin links."""
    packing = design.proof.packing
    if packing is None or len(packing.pairs) > _MOST_PAIRS:
        return
    for p, q in packing.pairs:
        axes.plot(
            *spots[[p, q]].T,
            color=COLOURS["muted"],
            linewidth=0.7,
            alpha=0.8,
            linestyle=(0, (1, 1.6)),
            zorder=1.5,
        )


def _lines(axes: Axes, design: Design, lines: Array, spots: Array) -> Array:
    """Draw each line with an arrow to its positive side; return where labels stand."""
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    taken = np.zeros((0, 2))
    for k, line in enumerate(lines):
        ends = _visible(line, low, high)
        if ends is None:
            continue
        colour, dash = unit_style(k)
        axes.plot(*ends.T, color=colour, linewidth=1.6, linestyle=dash, zorder=2)
        if len(lines) <= _MOST_LABELLED:
            taken = np.vstack([taken, place_arrow(axes, design, k, ends, spots, taken)])
    return taken


def _visible(line: Array, low: Array, high: Array) -> Array | None:
    """Return the two ends of a line inside the window."""
    window = np.array([low, (high[0], low[1]), high, (low[0], high[1])])
    part = clip_half(window, line)
    on = [
        corner
        for corner in part
        if abs(corner @ line[:2] + line[2])
        < 1e-9 * np.abs(line).max() * max(1.0, float(np.abs(window).max()))
    ]
    return np.array([on[0], on[-1]]) if len(on) > 1 else None


def _points(axes: Axes, design: Design, spots: Array) -> None:
    labels = np.array(design.points.labels)
    size = float(np.clip(2600 / len(spots), 14, 90))
    zero, one = design.points.classes
    circles = axes.scatter(
        spots[~labels, 0],
        spots[~labels, 1],
        s=size,
        marker="o",
        facecolors=COLOURS["page"],
        edgecolors=COLOURS["vermillion"],
        linewidths=1.4,
        zorder=4,
    )
    stars = axes.scatter(
        spots[labels, 0],
        spots[labels, 1],
        s=1.7 * size,
        marker="*",
        color=COLOURS["green"],
        linewidths=0,
        zorder=4,
    )
    legend = axes.legend(
        [stars, circles],
        [one[:30], zero[:30]],
        loc="lower right",
        bbox_to_anchor=(1, 1.0),
        ncols=2,
        frameon=False,
        fontsize=9,
        handletextpad=0.1,
        columnspacing=1.0,
        borderpad=0.1,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)
