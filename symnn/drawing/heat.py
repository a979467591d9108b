"""Shares as a map: one cell per share with its number, names of rows at the left, columns above.

Law: every cell is a number that was computed, and its number stands on it in ink; the shade stays
so light (dark in the dark) that ink can be read on all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symnn.drawing.canvas import Box
from symnn.drawing.picture import Picture
from symnn.drawing.sketch import Sketch
from symnn.notation.tree import Tree
from symnn.text.numbers import format_fixed

_CELL = 50.0
_PALE, _DEEP = 0.04, 0.46


def heat_map(
    weights: np.ndarray, rows: Sequence[Tree], columns: Sequence[Tree], lang: str = "en", *,
    title: str = "", alt: str = "", prefix: str = "heat",
) -> Picture:  # fmt: skip
    """Draw shares of 0 to 1 as a map.

    Args:
        weights: (rows, columns).
        rows: their names.
        columns: their names.
        lang: language of the numbers.
        title: what it is.
        alt: the picture in words.
        prefix: put before the ids, unique on a page.

    >>> from symnn.notation.tree import Sym
    >>> names = [Sym("x", sub="1"), Sym("x", sub="2")]
    >>> "0,25" in heat_map(np.array([[0.25, 0.75], [1.0, 0.0]]), names, names, "fr").svg()
    True
    """
    sketch = Sketch([*rows, *columns], prefix, lang)
    count, wide = weights.shape
    for (i, j), share in np.ndenumerate(weights):
        cell = Box(j * _CELL, i * _CELL, _CELL, _CELL)
        sketch.canvas.shade(cell, "green", _PALE + _DEEP * float(share))
        sketch.write(format_fixed(float(share), 2, lang), cell.centre, size=13, of=f"{i},{j}")
    for i, name in enumerate(rows):
        sketch.write(name, (-10, (i + 0.5) * _CELL), anchor="end", of="row")
    for j, name in enumerate(columns):
        sketch.write(name, ((j + 0.5) * _CELL, -15), of="column")
    frame = Box(0, 0, wide * _CELL, count * _CELL)
    sketch.canvas.rectangle(frame, "green", of="map", fill="none", corner=0, width=1.2)
    return sketch.picture(title or alt, alt)
