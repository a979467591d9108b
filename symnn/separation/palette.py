"""Colours, dashes and the SVG writer of this package's pictures.

Law: the same figure gives the same bytes (fixed hash salt, no date, glyphs as paths of the fonts
that matplotlib ships). Colour never speaks alone: units also differ by dash and label, classes by
shape. `with_tokens` turns colours into CSS variables, so that a page can restyle them.
"""

from __future__ import annotations

import io
import re
from contextlib import AbstractContextManager
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

COLOURS = {
    "ink": "#1b2733",
    "muted": "#5a6772",
    "hairline": "#d3dae1",
    "page": "#fdfdfc",
    "blue": "#0069a6",
    "vermillion": "#b84a00",
    "green": "#00704f",
    "green-tint": "#e4f4ee",
    "ochre": "#8a5a00",
    "plum": "#85417a",
    "slate": "#52606d",
    "slate-tint": "#ebeff3",
}
UNIT_COLOURS = tuple(COLOURS[name] for name in ("blue", "plum", "ochre", "slate"))
UNIT_DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None),
    (0, (4, 2)),
    (0, (5, 1.6, 1.2, 1.6)),
    (0, (1.2, 1.4)),
    (0, (7, 1.5)),
)
STYLE: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "symnn",
    "mathtext.fontset": "cm",
    "font.family": "DejaVu Sans",
    "text.color": COLOURS["ink"],
    "font.size": 10,
    "path.simplify": False,
}


def unit_style(k: int) -> tuple[str, tuple[float, tuple[float, ...] | None]]:
    """Return colour and dash of hidden unit k; the first 20 units all differ.

    >>> unit_style(0) == unit_style(4)
    False
    """
    return UNIT_COLOURS[k % len(UNIT_COLOURS)], UNIT_DASHES[k % len(UNIT_DASHES)]


def styled() -> AbstractContextManager[None]:
    """Return the context in which figures are drawn and written."""
    context: AbstractContextManager[None] = mpl.rc_context(STYLE)
    return context


def to_svg(figure: Figure, words: str) -> str:
    """Write a figure as SVG text with a description for readers who do not see it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    start = text.index("<svg ")
    label = f'<svg role="img" aria-label="{escape(words, quote=True)}" '
    return re.sub(r"[ \t]+\n", "\n", label + text[start + len("<svg ") :])


def with_tokens(svg: str) -> str:
    """Replace each colour by a CSS variable that falls back to it.

    >>> with_tokens("fill: #0069a6")
    'fill: var(--blue, #0069a6)'
    """
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name}, {colour})")
    return svg
