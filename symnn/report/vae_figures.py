"""Pictures of exercise 4: the two networks as drawings, and images that they made.

Law: labels are formulas that the program printed; the same numbers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from symnn.report.svg import without_metadata
from symnn.separation.palette import COLOURS, styled, to_svg, with_tokens

_INK = LinearSegmentedColormap.from_list("ink", [COLOURS["page"], COLOURS["ink"]])
_SIDE = 8


def scheme(labels: Mapping[str, str], words: Mapping[str, str], description: str) -> str:
    """Encoder, code and decoder of both networks; the random source in plum."""
    with styled():
        figure = Figure(figsize=(7.4, 3.5))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_aspect("equal")
        axes.axis("off")
        _autoencoder(axes, labels, words)
        _variational(axes, labels, words)
        axes.set_xlim(-0.6, 31)
        axes.set_ylim(-6.6, 8.1)
        return without_metadata(with_tokens(to_svg(figure, description)), "vs")


def _autoencoder(axes: Axes, labels: Mapping[str, str], words: Mapping[str, str]) -> None:
    axes.text(-0.4, 7.4, words["ae"], fontsize=9, color=COLOURS["blue"], weight="bold")
    y = 5.2
    _box(axes, 1, y, labels["X"], "muted")
    _box(axes, 8, y, words["encoder"], "ochre", 4.6)
    _box(axes, 15, y, labels["M"], "blue")
    _box(axes, 22, y, words["decoder"], "ochre", 4.6)
    _box(axes, 29, y, labels["O"], "muted")
    for a, b in ((2.1, 5.7), (10.3, 13.9), (16.1, 19.7), (24.3, 27.9)):
        _arrow(axes, (a, y), (b, y))


def _variational(axes: Axes, labels: Mapping[str, str], words: Mapping[str, str]) -> None:
    axes.text(-0.4, 2.4, words["vae"], fontsize=9, color=COLOURS["blue"], weight="bold")
    y = -1.6
    _box(axes, 1, y, labels["X"], "muted")
    _box(axes, 7, y, words["encoder"], "ochre", 4.6)
    _box(axes, 13, y + 1.9, labels["M"], "blue")
    _box(axes, 13, y - 1.9, labels["S"], "blue")
    _box(axes, 17.6, y, labels["Z"], "green")
    _box(axes, 17.6, y - 3.6, labels["E"], "plum")
    _box(axes, 23, y, words["decoder"], "ochre", 4.6)
    _box(axes, 29, y, labels["O"], "muted")
    for start, end in (
        ((2.1, y), (4.7, y)), ((9.3, y + 0.4), (11.9, y + 1.9)), ((9.3, y - 0.4), (11.9, y - 1.9)),
        ((14.1, y + 1.9), (16.5, y + 0.4)), ((14.1, y - 1.9), (16.5, y - 0.4)),
        ((17.6, y - 2.5), (17.6, y - 1.1)), ((18.7, y), (20.7, y)), ((25.3, y), (27.9, y)),
    ):  # fmt: skip
        _arrow(axes, start, end)
    axes.text(18.9, y - 3.6, words["noise"], fontsize=8, color=COLOURS["plum"], va="center")
    axes.text(13, y + 3.3, words["law"], fontsize=8, color=COLOURS["muted"], ha="center")


def _box(axes: Axes, x: float, y: float, text: str, colour: str, width: float = 2.0) -> None:
    axes.add_patch(FancyBboxPatch(
        (x - width / 2 + 0.2, y - 0.8), width - 0.4, 1.6, boxstyle="round,pad=0.2",
        facecolor=COLOURS["page"], edgecolor=COLOURS[colour], linewidth=1,
    ))  # fmt: skip
    axes.text(x, y, text, fontsize=10 if "$" in text else 8.5, ha="center", va="center")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8, linewidth=0.9,
                                   color=COLOURS["blue"], shrinkA=0, shrinkB=0))  # fmt: skip


def image_rows(rows: Sequence[tuple[str, np.ndarray]], description: str, prefix: str) -> str:
    """Rows of 8 x 8 images, each with its label at the left."""
    columns = max(len(images) for _, images in rows)
    with styled():
        figure = Figure(figsize=(7.4, 0.56 * len(rows) + 0.05))
        for k, (label, images) in enumerate(rows):
            strip = np.zeros((_SIDE, columns * (_SIDE + 1) - 1))
            for j, image in enumerate(images):
                at = j * (_SIDE + 1)
                strip[:, at : at + _SIDE] = image.reshape(_SIDE, _SIDE)
            height = 1 / len(rows)
            axes = figure.add_axes((0.27, 1 - (k + 1) * height + 0.01, 0.72, height - 0.02))
            axes.imshow(strip, cmap=_INK, vmin=0, vmax=1, interpolation="nearest", aspect="equal")
            axes.axis("off")
            figure.text(0.26, 1 - (k + 0.5) * height, label, fontsize=9, ha="right", va="center")
        return without_metadata(with_tokens(to_svg(figure, description)), prefix)
