"""Where arrows and labels stand in the picture: far from points, lines and one another.

Law: distances are measured on the screen, in pixels of the figure; among a fixed grid of places
the roomiest wins, the first one on ties, so the picture is the same every time.
"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from symnn.separation.palette import COLOURS, unit_style
from symnn.separation.result import Design

Array = NDArray[np.float64]

_ARROW = 15.0
_STEPS = 41


def flat_lines(design: Design) -> Array:
    """Return the lines as [k, 3] floats (w1, w2, b)."""
    rows = []
    for unit in design.network.hidden:
        weights = [float(w) for w in unit.weights]
        rows.append([*weights, *[0.0] * (2 - len(weights)), float(unit.bias)])
    return np.array(rows)


def place_arrow(
    axes: Axes, design: Design, k: int, ends: Array, spots: Array, taken: Array
) -> Array:
    """Place arrow and label of a unit far from everything else, rather in the tinted region."""
    lines = flat_lines(design)
    to_screen = axes.transData
    a, b = to_screen.transform(ends)
    normal = np.array([-(b - a)[1], (b - a)[0]]) / max(float(np.hypot(*(b - a))), 1e-9)
    ahead = to_screen.transform(
        ends[:1] + lines[k, :2] * 1e-3 * np.ptp(ends) / np.hypot(*lines[k, :2])
    )[0]
    normal = normal if normal @ (ahead - a) > 0 else -normal
    scale = axes.figure.dpi / 72
    foot = a + np.linspace(0.04, 0.96, _STEPS)[:, None] * (b - a)
    tip = foot + _ARROW * scale * normal
    label = foot + (_ARROW + 9) * scale * normal
    room = np.minimum(*(_room(axes, at, k, lines, spots, taken) for at in (tip, label)))
    inverse = to_screen.inverted()
    tinted = _positive(design, lines, inverse.transform(label))
    best = int(np.argmax(np.minimum(room, 24 * scale) * np.where(tinted, 1.25, 1.0)))
    colour, _ = unit_style(k)
    axes.annotate(
        "",
        _spot(inverse.transform(tip[best])),
        _spot(inverse.transform(foot[best])),
        arrowprops={
            "arrowstyle": "-|>,head_width=0.18,head_length=0.35",
            "color": colour,
            "linewidth": 1.1,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=3,
    )
    x, y = _spot(inverse.transform(label[best]))
    axes.text(
        x, y, f"$h_{{{k + 1}}}$", color=colour, fontsize=11, ha="center", va="center", zorder=3
    )
    return np.vstack([(x, y), inverse.transform(tip[best])])


def _spot(place: Array) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _room(axes: Axes, at: Array, k: int | None, lines: Array, spots: Array, taken: Array) -> Array:
    """Measure the distance, on screen, from places to points, labels, other lines and the edge."""
    to_screen = axes.transData
    blocks = to_screen.transform(np.vstack([spots, taken]))
    room = np.hypot(*(at[:, None, :] - blocks[None, :, :]).transpose(2, 0, 1)).min(axis=1)
    origin, unit_x, unit_y = to_screen.transform([(0, 0), (1, 0), (0, 1)])
    back = np.linalg.inv(np.array([unit_x - origin, unit_y - origin]).T)
    for other, line in enumerate(lines):
        if other != k:
            screen = line[:2] @ back
            values = (at - origin) @ screen + line[2]
            room = np.minimum(room, 1.5 * np.abs(values) / np.hypot(*screen))
    box = axes.get_window_extent()
    edge = np.minimum(at - [box.x0, box.y0], [box.x1, box.y1] - at).min(axis=1)
    nearest: Array = np.minimum(room, 1.5 * edge)
    return nearest


def place_class_labels(
    axes: Axes, design: Design, lines: Array, spots: Array, taken: Array
) -> None:
    """Write the output's value in the roomiest place of each class."""
    box = axes.get_window_extent()
    grid = np.stack(
        np.meshgrid(np.linspace(box.x0, box.x1, 60), np.linspace(box.y0, box.y1, 60)), axis=-1
    ).reshape(-1, 2)
    inside = axes.transData.inverted().transform(grid)
    positive = _positive(design, lines, inside)
    room = _room(axes, grid, None, lines, spots, taken)
    for flag, colour in ((True, COLOURS["green"]), (False, COLOURS["vermillion"])):
        fitting = np.where(positive == flag, room, -1.0)
        best = int(np.argmax(fitting))
        if fitting[best] > 8:
            x, y = _spot(inside[best])
            axes.text(
                x,
                y,
                rf"$\hat{{y}} = {int(flag)}$",
                color=colour,
                fontsize=11,
                ha="center",
                va="center",
                zorder=3,
            )


def _positive(design: Design, lines: Array, places: Array) -> NDArray[np.bool_]:
    """Tell at which places the drawn network says class 1."""
    codes = (places @ lines[:, :2].T + lines[:, 2] > 0).astype(int)
    values = np.array([float(v) for v in design.network.output])
    above: NDArray[np.bool_] = codes @ values + float(design.network.bias) > 0
    return above
