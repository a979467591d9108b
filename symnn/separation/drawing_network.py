"""The picture of the network: inputs, hidden units, output, the weights beside their edges.

Law: the numbers drawn are those of the network, written as fractions. The colour and dash of a
hidden unit are those of its line. Beyond 6 units only the output weights are written; beyond 8 the
middle units are left out, and dots say so.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from symnn.separation.network import Network
from symnn.separation.palette import COLOURS, styled, to_svg, unit_style
from symnn.text.phrases import phrase

_MOST_SHOWN = 8
_HEAD, _TAIL = 5, 2
_MOST_INPUTS = 6
_STEP = 1.34
_RADIUS = 0.34
_COLUMNS = (0.0, 2.5, 4.6)

Spot = tuple[float, float]


def draw_network(network: Network, lang: str = "en") -> str:
    """Return the drawing as SVG text.

    >>> from symnn.separation.designer import design
    >>> draw_network(design([(0, 0), (1, 1)], [0, 1]).network).startswith("<svg role")
    True
    """
    words = phrase(
        "separation.network_words",
        lang,
        inputs=len(network.hidden[0].weights),
        count=len(network.hidden),
    )
    with styled():
        return to_svg(network_figure(network), words)


def network_figure(network: Network) -> Figure:
    """Draw the figure; call it inside `palette.styled()`."""
    shown = _shown(len(network.hidden), _MOST_SHOWN)
    inputs = _shown(len(network.hidden[0].weights), _MOST_INPUTS)
    height = max(len(shown), len(inputs), 2) * _STEP
    width = _COLUMNS[-1] + 2.2
    figure = Figure(figsize=(0.62 * width, 0.62 * height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(-0.7, width - 0.7)
    axes.set_ylim(-height / 2, height / 2)
    axes.set_aspect("equal")
    axes.axis("off")
    left, middle = _column(inputs, 0), _column(shown, 1)
    right = (_COLUMNS[2], 0.0)
    for k in (k for k in shown if k is not None):
        for j in (j for j in inputs if j is not None):
            _edge(axes, left[j], middle[k], network.hidden[k].weights[j], k, len(shown) <= 6)
        _edge(axes, middle[k], right, network.output[k], None, labelled=True)
    for j in (j for j in inputs if j is not None):
        _node(axes, left[j], f"x_{{{j + 1}}}", COLOURS["slate"], COLOURS["slate-tint"])
    for k in (k for k in shown if k is not None):
        colour, _ = unit_style(k)
        _node(axes, middle[k], f"h_{{{k + 1}}}", colour, COLOURS["page"])
        _under(axes, middle[k], f"b_{{{k + 1}}} = {mathtext(network.hidden[k].bias)}", colour)
    _node(axes, right, r"\hat{y}", COLOURS["green"], COLOURS["green-tint"])
    _under(axes, right, f"c = {mathtext(network.bias)}", COLOURS["green"])
    for column, spots in ((0, inputs), (1, shown)):
        if None in spots:
            at = (_COLUMNS[column], _height(spots, spots.index(None)))
            axes.text(*at, r"$\vdots$", ha="center", va="center", fontsize=16)
    return figure


def mathtext(value: Fraction) -> str:
    """Write a fraction for mathtext.

    >>> mathtext(Fraction(-1, 2))
    '-1/2'
    """
    return str(value)


def _shown(count: int, most: int) -> list[int | None]:
    """List the units drawn; None stands for those left out."""
    if count <= most:
        return list(range(count))
    return [*range(_HEAD), None, *range(count - _TAIL, count)]


def _height(spots: list[int | None], position: int) -> float:
    return _STEP * ((len(spots) - 1) / 2 - position) + 0.12


def _column(spots: list[int | None], column: int) -> dict[int, Spot]:
    return {
        k: (_COLUMNS[column], _height(spots, position))
        for position, k in enumerate(spots)
        if k is not None
    }


def _edge(
    axes: Axes, start: Spot, end: Spot, weight: Fraction, unit: int | None, labelled: bool
) -> None:
    """Draw an edge with its weight near the unit; output edges carry it in their middle."""
    a, b = np.array(start), np.array(end)
    along = (b - a) / np.hypot(*(b - a))
    a, b = a + _RADIUS * along, b - _RADIUS * along
    colour, dash = unit_style(unit) if unit is not None else (COLOURS["slate"], (0, None))
    faint = weight == 0
    axes.annotate(
        "",
        b,
        a,
        zorder=1,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.14,head_length=0.28",
            "color": colour,
            "linewidth": 0.6 if faint else 1.1,
            "alpha": 0.55 if faint else 1.0,
            "linestyle": dash,
            "shrinkA": 0,
            "shrinkB": 1,
        },
    )
    if labelled:
        share = 0.70 if unit is not None else 0.42
        x, y = a + share * (b - a)
        axes.text(
            x,
            y,
            f"${mathtext(weight)}$",
            color=colour,
            fontsize=9,
            ha="center",
            va="center",
            zorder=2,
            bbox={"facecolor": COLOURS["page"], "edgecolor": "none", "pad": 0.8},
        )


def _node(axes: Axes, spot: Spot, name: str, colour: str, fill: str) -> None:
    axes.add_patch(Circle(spot, _RADIUS, facecolor=fill, edgecolor=colour, linewidth=1.3, zorder=3))
    axes.text(*spot, f"${name}$", ha="center", va="center", fontsize=12, zorder=4)


def _under(axes: Axes, spot: Spot, text: str, colour: str) -> None:
    axes.text(
        spot[0],
        spot[1] - _RADIUS - 0.06,
        f"${text}$",
        ha="center",
        va="top",
        fontsize=9,
        color=colour,
        zorder=2.5,
        bbox={"facecolor": COLOURS["page"], "edgecolor": "none", "pad": 0.6},
    )
