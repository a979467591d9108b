"""The map of a code space with two axes: where each network puts the images of each class.

Law: a mark is the digit of its image, so that class is told by shape as well as by colour; the two
maps have the same images, seed and steps, and axes as wide as their codes need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Circle

from symnn.report.printing.document import Block, Figure, Paragraph
from symnn.report.printing.svg import without_metadata
from symnn.report.vae.page import VaePage
from symnn.report.vae.training import SEEDS, Digits, Runner, train
from symnn.separation.palette import COLOURS, styled, to_svg, with_tokens

_CLASS_COLOURS = tuple(COLOURS[n] for n in ("blue", "vermillion", "green", "plum", "ochre", "ink"))
_NEIGHBOURS = 5


def latent_blocks(page: VaePage, digits: Digits) -> list[Block]:
    """Both networks trained with two axes, their test codes drawn and measured."""
    w = page.words
    codes: dict[str, np.ndarray] = {}
    found: dict[str, dict[str, float]] = {}
    for kind in ("ae", "vae"):
        made, net = train(digits, SEEDS[0], variational=kind == "vae", latent=2)
        run = Runner(net, made.parameters)
        codes[kind] = run.encode(digits.test)[0]
        known = run.encode(digits.train)[0]
        found[kind] = {
            "reach": float(np.max(np.linalg.norm(codes[kind], axis=1))),
            "inside": float(np.mean(np.linalg.norm(codes[kind], axis=1) < 2)),
            "accuracy": _accuracy(codes[kind], digits.test_labels, known, digits.labels),
        }
    page.ctx.answers["latent_map"] = found
    words = {k: w.text(f"vae.{k}") for k in codes}
    svg = latent_map(codes, digits.test_labels, words, w.text("vae.map_description"))
    shown = {f"{k}_{n}": w.number(v if n == "reach" else 100 * v, 2)
             for k, row in found.items() for n, v in row.items()}  # fmt: skip
    anchor, label = page.figure(3)
    return [
        Paragraph(page.said("vae.map_opening")),
        Figure(
            anchor, svg, label, page.said("vae.map_caption", **shown), True, page.trained_basis()
        ),
    ]


def _accuracy(
    codes: np.ndarray, labels: np.ndarray, known: np.ndarray, classes: np.ndarray
) -> float:
    """How often the nearest known codes, by a vote, have the class of a code."""
    squares = np.sum((codes[:, None] - known[None]) ** 2, axis=2)
    near = classes[np.argsort(squares, axis=1, kind="stable")[:, :_NEIGHBOURS]]
    votes = np.array([np.bincount(row, minlength=10).argmax() for row in near])
    return float(np.mean(votes == labels))


def latent_map(
    codes: Mapping[str, np.ndarray], labels: Sequence[int], words: Mapping[str, str],
    description: str,
) -> str:  # fmt: skip
    """Scatter plots side by side, digits as marks; circles of the prior's radius 1 and 2."""
    with styled():
        figure = Drawing(figsize=(7.4, 3.75))
        for k, (kind, points) in enumerate(codes.items()):
            axes = figure.add_axes((0.045 + 0.5 * k, 0.065, 0.445, 0.85))
            _panel(axes, points, np.asarray(labels))
            axes.set_title(words[kind], fontsize=9, color=COLOURS["blue"], weight="bold", pad=5)
        return without_metadata(with_tokens(to_svg(figure, description)), "vl")


def _panel(axes: Axes, points: np.ndarray, labels: np.ndarray) -> None:
    for radius in (1, 2):
        axes.add_patch(Circle((0, 0), radius, fill=False, linewidth=0.9, linestyle=(0, (4, 2)),
                              edgecolor=COLOURS["muted"]))  # fmt: skip
    for digit in range(10):
        mine = points[labels == digit]
        axes.scatter(mine[:, 0], mine[:, 1], marker=rf"$\mathbf{{{digit}}}$", s=32, linewidths=0,
                     color=_CLASS_COLOURS[digit % len(_CLASS_COLOURS)])  # fmt: skip
    axes.set_aspect("equal", adjustable="datalim")
    axes.tick_params(labelsize=7, length=2, colors=COLOURS["muted"])
    for side in axes.spines.values():
        side.set_color(COLOURS["hairline"])
