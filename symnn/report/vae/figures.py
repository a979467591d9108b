"""Pictures of exercise 4: rows of images, as the networks saw and made them.

Law: the same numbers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from symnn.report.printing.svg import without_metadata
from symnn.separation.palette import COLOURS, styled, to_svg, with_tokens

_INK = LinearSegmentedColormap.from_list("ink", [COLOURS["page"], COLOURS["ink"]])
_SIDE = 8


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
