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

from symnn.report.printing.svg import without_metadata
from symnn.separation.palette import COLOURS, styled, to_svg, with_tokens

_INK = LinearSegmentedColormap.from_list("ink", [COLOURS["page"], COLOURS["ink"]])
_SIDE = 8


def scheme(labels: Mapping[str, str], words: Mapping[str, str], description: str) -> str:
    """Encoder, code, decoder and loss of both networks; the random source in plum, dashed."""
    with styled():
        figure = Figure(figsize=(7.4, 4.65))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_aspect("equal")
        axes.axis("off")
        _autoencoder(axes, labels, words)
        _variational(axes, labels, words)
        axes.set_xlim(-0.6, 31)
        axes.set_ylim(-8.4, 11.4)
        return without_metadata(with_tokens(to_svg(figure, description)), "vs")


def _autoencoder(axes: Axes, labels: Mapping[str, str], words: Mapping[str, str]) -> None:
    axes.text(-0.4, 10.6, words["ae"], fontsize=9, color=COLOURS["blue"], weight="bold")
    y = 8.4
    _box(axes, 1, y, labels["X"], "muted")
    _box(axes, 8, y, words["encoder"], "ochre", 4.6)
    _box(axes, 15, y, labels["M"], "blue")
    _box(axes, 22, y, words["decoder"], "ochre", 4.6)
    _box(axes, 29, y, labels["O"], "muted")
    for a, b in ((2.1, 5.7), (10.3, 13.9), (16.1, 19.7), (24.3, 27.9)):
        _arrow(axes, (a, y), (b, y))
    _reconstruction(axes, y, labels, words)


def _variational(axes: Axes, labels: Mapping[str, str], words: Mapping[str, str]) -> None:
    axes.text(-0.4, 2.9, words["vae"], fontsize=9, color=COLOURS["blue"], weight="bold")
    y = -1.6
    axes.add_patch(FancyBboxPatch(
        (11.2, y - 3.4), 3.6, 6.8, boxstyle="round,pad=0.1", facecolor="none",
        edgecolor=COLOURS["hairline"], linewidth=1,
    ))  # fmt: skip
    _box(axes, 1, y, labels["X"], "muted")
    _box(axes, 7, y, words["encoder"], "ochre", 4.6)
    _box(axes, 13, y + 1.9, labels["M"], "blue")
    _box(axes, 13, y - 1.9, labels["S"], "blue")
    _box(axes, 18.2, y, labels["Z"], "green")
    _box(axes, 18.2, y - 3.7, labels["E"], "plum", dashed=True)
    _box(axes, 23.2, y, words["decoder"], "ochre", 4.6)
    _box(axes, 29, y, labels["O"], "muted")
    _box(axes, 13, y - 5.6, labels["D"], "vermillion")
    for start, end in (
        ((2.1, y), (4.7, y)), ((9.3, y + 0.4), (11.9, y + 1.9)), ((9.3, y - 0.4), (11.9, y - 1.9)),
        ((14.1, y + 1.9), (17.1, y + 0.4)), ((14.1, y - 1.9), (17.1, y - 0.4)),
        ((18.2, y - 2.6), (18.2, y - 1.1)), ((19.3, y), (20.9, y)), ((25.5, y), (27.9, y)),
        ((13, y - 3.5), (13, y - 4.5)),
    ):  # fmt: skip
        _arrow(axes, start, end)
    _word(axes, 18.2, y - 5.4, words["noise"], "plum", "center")
    _word(axes, 13, y + 4.0, words["law"], "muted", "center")
    _word(axes, 11.7, y - 5.6, words["to_prior"], "vermillion", "right")
    _reconstruction(axes, y, labels, words)


def _reconstruction(
    axes: Axes, y: float, labels: Mapping[str, str], words: Mapping[str, str]
) -> None:
    """The loss that compares the output with the input, below the output."""
    _box(axes, 29, y - 3.4, labels["R"], "vermillion")
    _arrow(axes, (29, y - 1.1), (29, y - 2.3))
    _word(axes, 27.7, y - 3.4, words["to_image"], "vermillion", "right")


def _word(axes: Axes, x: float, y: float, text: str, colour: str, at: str) -> None:
    axes.text(x, y, text, fontsize=8, color=COLOURS[colour], ha=at, va="center")


def _box(
    axes: Axes, x: float, y: float, text: str, colour: str, width: float = 2.0, *,
    dashed: bool = False,
) -> None:  # fmt: skip
    axes.add_patch(FancyBboxPatch(
        (x - width / 2 + 0.2, y - 0.8), width - 0.4, 1.6, boxstyle="round,pad=0.2",
        facecolor=COLOURS["page"], edgecolor=COLOURS[colour], linewidth=1,
        linestyle=(0, (3, 1.6)) if dashed else "solid",
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
