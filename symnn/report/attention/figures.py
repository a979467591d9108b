"""Pictures of exercise 5: one real pass drawn to the scale of its shapes, and weights as a map.

Law: every cell is a number that was computed, every label a formula that was derived; the same
numbers give the same bytes; colours are tokens of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from symnn.report.printing.svg import without_metadata
from symnn.report.words import Words
from symnn.separation.palette import COLOURS, styled, to_svg, with_tokens
from symnn.text.numbers import format_fixed

Place = tuple[float, float]
_PALE, _DEEP = 0.06, 0.85


@dataclass(frozen=True)
class Layout:
    """Where the centre of each value stands, in cells; the size of the page in inches."""

    size: tuple[float, float]
    places: Mapping[str, Place]
    pills: Mapping[str, Place]
    text: float
    weight_cell: float = 1.7


@dataclass(frozen=True)
class Labels:
    """LaTeX of names, shapes and remarks."""

    names: Mapping[str, str]
    shapes: Mapping[str, str]
    remarks: Mapping[str, str]


WIDE = Layout(
    (8.6, 4.2),
    {"X": (2, 0), "Q": (17.5, 10.4), "K": (17.5, 0), "V": (17.5, -10.4), "S": (28, 5.4),
     "A": (42, 5.4), "Z": (52.5, -5), "H": (58.5, -5)},
    {"W_Q": (10, 10.4), "W_K": (10, 0), "W_V": (10, -10.4)}, 8.5,
)  # fmt: skip
NARROW = Layout(
    (3.6, 6.1),
    {"X": (2, 0), "Q": (16.5, 10.4), "K": (16.5, 0), "V": (16.5, -10.4), "S": (25.5, 5.2),
     "A": (20.5, -24.5), "Z": (9, -24.5), "H": (2.5, -24.5)},
    {"W_Q": (9.3, 10.4), "W_K": (9.3, 0), "W_V": (9.3, -10.4)}, 7.5,
)  # fmt: skip
_ARROWS = (
    ("X", "W_Q"), ("X", "W_K"), ("X", "W_V"), ("W_Q", "Q"), ("W_K", "K"), ("W_V", "V"),
    ("Q", "S"), ("K", "S"), ("S", "A"), ("A", "Z"), ("V", "Z"), ("Z", "H"),
)  # fmt: skip


def flow_picture(
    values: Mapping[str, np.ndarray], labels: Labels, words: Words, description: str, prefix: str
) -> str:
    """One pass through attention and the hidden layer, for a wide and for a narrow page."""
    parts = []
    for name, layout in (("wide", WIDE), ("narrow", NARROW)):
        svg = _flow(values, labels, words, layout, description)
        parts.append(f'<div class="on-{name}">{without_metadata(svg, f"{prefix}{name[0]}")}</div>')
    return "".join(parts)


def _flow(
    values: Mapping[str, np.ndarray], labels: Labels, words: Words, layout: Layout,
    description: str,
) -> str:  # fmt: skip
    with styled():
        figure, axes = _canvas(layout.size)
        boxes = {name: _box(name, values[name], at, layout) for name, at in layout.places.items()}
        boxes |= {
            name: (x - 2.6, x + 2.6, y - 1.9, y + 1.9) for name, (x, y) in layout.pills.items()
        }
        for source, target in _ARROWS:
            _arrow(axes, boxes[source], boxes[target], vertical=_turns(source, target, boxes))
        for name in layout.places:
            _grid(axes, boxes[name], values[name], name, words, layout)
            _caption(axes, boxes[name], name, labels, layout.text)
        for name, (x, y) in layout.pills.items():
            _pill(axes, x, y, labels.names[name], labels.shapes[name], layout.text)
        everything = np.array(list(boxes.values()))
        axes.set_xlim(everything[:, 0].min() - 1.2, everything[:, 1].max() + 1.6)
        axes.set_ylim(everything[:, 2].min() - 2.4, everything[:, 3].max() + 2.6)
        return with_tokens(to_svg(figure, description))


def _canvas(size: tuple[float, float]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_aspect("equal")
    axes.axis("off")
    return figure, axes


Box = tuple[float, float, float, float]


def _box(name: str, value: np.ndarray, at: Place, layout: Layout) -> Box:
    cell = layout.weight_cell if name == "A" else 1.0
    rows, columns = value.shape
    x, y = at
    return x - columns * cell / 2, x + columns * cell / 2, y - rows * cell / 2, y + rows * cell / 2


def _turns(source: str, target: str, boxes: Mapping[str, Box]) -> bool:
    """Whether an arrow goes down to the next row of a narrow page."""
    return boxes[target][3] < boxes[source][2] and (source, target) in (("S", "A"), ("V", "Z"))


def _arrow(axes: Axes, a: Box, b: Box, *, vertical: bool) -> None:
    if vertical:
        start, end = ((a[0] + a[1]) / 2, a[2] - 1.9), ((b[0] + b[1]) / 2, b[3] + 2.8)
    else:
        back = b[1] < a[0]  # the second row of a narrow page runs from right to left
        start = ((a[0] - 0.25) if back else (a[1] + 0.25), (a[2] + a[3]) / 2)
        end = ((b[1] + 0.25) if back else (b[0] - 0.25), (b[2] + b[3]) / 2)
    rise = end[1] - start[1]
    bend = f"arc3,rad={-0.12 if rise > 0 else 0.12}" if abs(rise) > 0.5 else "arc3"
    axes.add_patch(FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=7, linewidth=0.9, color=COLOURS["blue"],
        connectionstyle=bend, shrinkA=0, shrinkB=0,
    ))  # fmt: skip


def _grid(axes: Axes, box: Box, value: np.ndarray, name: str, words: Words, layout: Layout) -> None:
    left, right, bottom, top = box
    rows, columns = value.shape
    cell = (right - left) / columns
    scale = float(np.max(np.abs(value), initial=1e-12))
    for i in range(rows):
        for j in range(columns):
            v = float(value[i, j])
            colour = COLOURS["green"] if name == "A" else COLOURS["blue" if v > 0 else "vermillion"]
            share = v if name == "A" else abs(v) / scale
            corner = (left + j * cell, top - (i + 1) * cell)
            axes.add_patch(Rectangle(corner, cell, cell, facecolor=colour, linewidth=0,
                                     alpha=_PALE + _DEEP * share))  # fmt: skip
            if name == "A":
                ink = COLOURS["page" if share > 0.55 else "ink"]
                axes.text(corner[0] + cell / 2, corner[1] + cell / 2,
                          format_fixed(v, 2, words.lang), color=ink,
                          fontsize=layout.text * 0.62, ha="center", va="center")  # fmt: skip
    edge = COLOURS["green" if name == "A" else "muted"]
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False,
                             edgecolor=edge, linewidth=0.9))  # fmt: skip


def _caption(axes: Axes, box: Box, name: str, labels: Labels, size: float) -> None:
    x = (box[0] + box[1]) / 2
    axes.text(x, box[3] + 0.45, f"${labels.names[name]}$", fontsize=size * 1.2, ha="center",
              va="bottom")  # fmt: skip
    axes.text(x, box[2] - 0.4, f"${labels.shapes[name]}$", fontsize=size * 0.9, ha="center",
              va="top", color=COLOURS["blue"])  # fmt: skip
    if name in labels.remarks:
        axes.text(x, box[2] - 1.75, labels.remarks[name], fontsize=size * 0.9, ha="center",
                  va="top", color=COLOURS["muted"])  # fmt: skip


def _pill(axes: Axes, x: float, y: float, name: str, shape: str, size: float) -> None:
    axes.add_patch(FancyBboxPatch(
        (x - 1.9, y - 1.2), 3.8, 2.4, boxstyle="round,pad=0.7,rounding_size=1.6", linewidth=0.9,
        edgecolor=COLOURS["ochre"], facecolor=COLOURS["page"],
    ))  # fmt: skip
    axes.text(x, y + 0.75, f"${name}$", fontsize=size * 1.1, ha="center", va="center")
    axes.text(x, y - 0.95, f"${shape}$", fontsize=size * 0.85, ha="center", va="center",
              color=COLOURS["ochre"])  # fmt: skip


def heat_map(
    weights: np.ndarray, rows: Sequence[str], columns: Sequence[str], words: Words,
    description: str, prefix: str,
) -> str:  # fmt: skip
    """Attention weights as a map with their numbers; row i is where token i looks."""
    count, wide = weights.shape
    with styled():
        figure, axes = _canvas((0.62 * wide + 1.2, 0.62 * count + 0.6))
        for i in range(count):
            for j in range(wide):
                share = float(weights[i, j])
                axes.add_patch(Rectangle((j, -i - 1), 1, 1, facecolor=COLOURS["green"],
                                         alpha=_PALE + _DEEP * share, linewidth=0))  # fmt: skip
                ink = COLOURS["page" if share > 0.55 else "ink"]
                axes.text(j + 0.5, -i - 0.5, format_fixed(share, 2, words.lang), color=ink,
                          fontsize=9, ha="center", va="center")  # fmt: skip
        for i, label in enumerate(rows):
            axes.text(-0.15, -i - 0.5, f"${label}$", fontsize=10, ha="right", va="center")
        for j, label in enumerate(columns):
            axes.text(j + 0.5, 0.12, f"${label}$", fontsize=10, ha="center", va="bottom")
        axes.add_patch(Rectangle((0, -count), wide, count, fill=False, linewidth=0.9,
                                 edgecolor=COLOURS["green"]))  # fmt: skip
        axes.set_xlim(-1.1, wide + 0.1)
        axes.set_ylim(-count - 0.1, 0.8)
        return without_metadata(with_tokens(to_svg(figure, description)), prefix)
