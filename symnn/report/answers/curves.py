"""Loss curves as SVG: direct labels, dashes besides colours, tokens in place of colours.

Law: the same numbers give the same bytes; no legend, at most four ticks an axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from symnn.report.printing.svg import without_metadata
from symnn.report.words import Words
from symnn.separation.palette import COLOURS, UNIT_DASHES, styled, to_svg, with_tokens
from symnn.text.alphabet import raised

_TONES = ("blue", "green", "vermillion", "plum")
_WIDE = ((6.6, 2.9), (0.085, 0.165, 0.7, 0.8), 9.5)
_NARROW = ((3.5, 2.5), (0.13, 0.17, 0.56, 0.8), 8.5)  # a phone: drawn anew, not shrunk
_MOST_TICKS = 4
Layout = tuple[tuple[float, float], tuple[float, float, float, float], float]


@dataclass(frozen=True)
class Curve:
    """One line: its label, the values at 0, 1, 2, ..., and a multiple of the horizontal step."""

    label: str
    values: Sequence[float]
    every: int = 1


def draw_curves(
    curves: Sequence[Curve], words: Words, *, x: str, description: str, prefix: str,
    level: tuple[str, float] | None = None,
) -> str:  # fmt: skip
    """Curves on a logarithmic vertical axis, labelled at their ends.

    Args:
        curves: at most four.
        words: the language of the numbers.
        x: the name of the horizontal axis.
        description: what a reader hears who does not see the picture.
        prefix: put before the ids, unique on the page.
        level: label and height of a dotted line.

    Returns:
        Two pictures, for a wide and for a narrow page; the page's style shows one of them.
    """
    if level is not None and level[1] <= 0:  # no place on a logarithmic axis
        level = None
    parts = []
    for name, layout in (("wide", _WIDE), ("narrow", _NARROW)):
        svg = _drawn(curves, words, x, description, level, layout)
        parts.append(f'<div class="on-{name}">{without_metadata(svg, f"{prefix}{name[0]}")}</div>')
    return "".join(parts)


def _drawn(
    curves: Sequence[Curve], words: Words, x: str, description: str,
    level: tuple[str, float] | None, layout: Layout,
) -> str:  # fmt: skip
    size, place, text = layout
    with styled():
        figure = Figure(figsize=size)
        axes = figure.add_axes(place)
        axes.set_yscale("log")
        for k, curve in enumerate(curves):
            _line(axes, curve, k)
        if level is not None:
            axes.axhline(level[1], color=COLOURS["muted"], linewidth=1, linestyle=(0, (1, 1.6)))
        _labels(axes, curves, level, text)
        _dress(axes, words, x, text)
        return with_tokens(to_svg(figure, description))


def _line(axes: Axes, curve: Curve, k: int) -> None:
    steps = np.arange(len(curve.values)) * curve.every
    axes.plot(
        steps, curve.values, color=COLOURS[_TONES[k]], linewidth=1.5,
        linestyle=UNIT_DASHES[k % len(UNIT_DASHES)],
    )  # fmt: skip


def _labels(
    axes: Axes, curves: Sequence[Curve], level: tuple[str, float] | None, text: float
) -> None:
    """Labels right of the ends, moved apart so that no two touch."""
    ends = [(float(c.values[-1]), c.label, COLOURS[_TONES[k]]) for k, c in enumerate(curves)]
    if level is not None:
        ends.append((level[1], level[0], COLOURS["muted"]))
    ends.sort(key=lambda e: e[0])
    low, high = np.log(axes.get_ylim())
    heights = [(np.log(v) - low) / (high - low) for v, _, _ in ends]
    gap = 0.075 if text > 9 else 0.085
    for k in range(1, len(heights)):
        heights[k] = max(heights[k], heights[k - 1] + gap)
    over = max(0.0, heights[-1] - 1.0)
    heights = [h - over for h in heights]
    for k in range(len(heights) - 2, -1, -1):
        heights[k] = min(heights[k], heights[k + 1] - gap)
    for height, (_, label, colour) in zip(heights, ends, strict=True):
        axes.text(1.015, height, label, transform=axes.transAxes, color=colour, fontsize=text,
                  va="center", ha="left")  # fmt: skip


def _dress(axes: Axes, words: Words, x: str, text: float) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(COLOURS["hairline"])
    axes.tick_params(length=0, labelsize=text, labelcolor=COLOURS["muted"])
    axes.grid(color=COLOURS["hairline"], linewidth=0.5)
    axes.set_xlabel(x, fontsize=text, color=COLOURS["muted"], labelpad=2)
    axes.margins(x=0)
    right = axes.get_xlim()[1]
    axes.xaxis.set_major_locator(FixedLocator(_ticks(right)))
    low, high = np.log10(axes.get_ylim())
    powers = np.arange(np.ceil(low), np.floor(high) + 1)
    if len(powers) < 2:
        powers = np.linspace(low, high, 3)[1:]
    step = int(np.ceil(len(powers) / _MOST_TICKS))
    axes.yaxis.set_major_locator(FixedLocator([float(10**p) for p in powers[::step]]))
    axes.yaxis.set_minor_locator(NullLocator())
    form = FuncFormatter(lambda value, _: _power(value, words))
    axes.yaxis.set_major_formatter(form)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: words.number(round(v))))


def _power(value: float, words: Words) -> str:
    """A tick: a plain number between 0.01 and 1000, else the power of ten alone."""
    exponent = round(float(np.log10(value)))
    if 1e-3 < value < 1e4 or abs(value / 10.0**exponent - 1) > 1e-6:
        return words.number(float(f"{value:.2g}"), 2)
    return f"10{raised(str(exponent).replace('-', '−'))}"


def _ticks(right: float) -> list[float]:
    raw = right / 3
    scale = 10 ** np.floor(np.log10(raw))
    step = next(m * scale for m in (1, 2, 5, 10) if m * scale >= raw * 0.999)
    return [float(k * step) for k in range(_MOST_TICKS) if k * step <= right * 1.001]
