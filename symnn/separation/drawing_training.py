"""The loss curves of the trained network, one per random start.

Law: both scales are logarithmic; curves differ by dash, and those that end with every point right
are green and solid at their end with a filled dot, the others vermillion with an open one.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from symnn.separation.palette import COLOURS, UNIT_DASHES, styled, to_svg
from symnn.separation.training import Training
from symnn.text.phrases import phrase


def draw_training(training: Training, lang: str = "en") -> str:
    """Return the curves as SVG text."""
    with styled():
        return to_svg(training_figure(training, lang), phrase("separation.training_figure", lang))


def training_figure(training: Training, lang: str) -> Figure:
    """Draw the figure; call it inside `palette.styled()`."""
    figure = Figure(figsize=(3.4, 2.1))
    axes = figure.add_axes((0.14, 0.2, 0.83, 0.76))
    for k, (curve, right) in enumerate(zip(training.losses, training.right, strict=True)):
        good = right == training.points
        colour = COLOURS["green" if good else "vermillion"]
        axes.plot(
            training.steps,
            curve,
            color=colour,
            linewidth=1.1,
            linestyle=UNIT_DASHES[k % len(UNIT_DASHES)],
        )
        axes.plot(
            training.steps[-1],
            curve[-1],
            "o",
            markersize=4,
            color=colour,
            markerfacecolor=colour if good else COLOURS["page"],
            clip_on=False,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(COLOURS["hairline"])
    axes.minorticks_off()
    axes.tick_params(length=0, labelsize=8, labelcolor=COLOURS["muted"])
    axes.grid(color=COLOURS["hairline"], linewidth=0.5)
    axes.set_xlabel(
        phrase("separation.epoch", lang), fontsize=8, color=COLOURS["muted"], labelpad=1
    )
    axes.set_ylabel(phrase("separation.loss", lang), fontsize=8, color=COLOURS["muted"], labelpad=1)
    return figure
