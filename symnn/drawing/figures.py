"""Pictures for a page: a wide and a tall SVG, a caption, and the picture in words.

The page shows the tall one on a phone. Colours are the page's tokens; ids carry the prefix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symnn.analysis.analyzer import Analysis
from symnn.derivation.derivation import Derivation
from symnn.drawing.picture import graph_picture
from symnn.drawing.reading import computational_graph
from symnn.drawing.rows import prepared, rows_of
from symnn.drawing.volumes import volumes_picture
from symnn.notation.tree import Num, Tree
from symnn.text.numbers import format_number
from symnn.text.phrases import fitting, phrase


@dataclass(frozen=True)
class Figure:
    """A picture for a page.

    Attributes:
        wide, tall: SVG texts without ground; natural widths up to 942 and about 360 px.
        caption: text; the formula of the loss stands in `formula` and as `{loss}` in `template`.
        alt: the picture in words.
        layout: what placed it.
        tikz: the wide picture for LaTeX.
    """

    wide: str
    tall: str
    caption: str
    template: str
    formula: Tree
    alt: str
    layout: str
    tikz: str

    @property
    def html(self) -> str:
        """Both pictures; the page's style shows the one that fits (`on-wide`, `on-narrow`)."""
        return f'<div class="on-wide">{self.wide}</div><div class="on-narrow">{self.tall}</div>'


def layers_figure(
    network: Analysis | Sequence[Mapping[str, Any]], lang: str = "en", *, depth: int | None = None,
    prefix: str = "layers",
) -> Figure:  # fmt: skip
    """A network by layers, to scale.

    Args:
        network: an Analysis (its input is drawn first), or rows with `name`, `op`, `output_shape`,
            `parameters`, `kernel`, `stride`, `padding`, `activation`.
        lang: language of words and numbers.
        depth: how deep dotted names are opened; None: all.
        prefix: put before the ids, unique on a page.

    >>> rows = [{"name": "x", "op": "input", "output_shape": (8, 8, 1)},
    ...         {"name": "Conv", "op": "Conv2d", "output_shape": (8, 8, 4), "parameters": 40,
    ...          "kernel": 3, "stride": 1, "padding": 1}]
    >>> layers_figure(rows).alt
    'Network by layers: x 8 × 8 × 1; Conv 8 × 8 × 4, 40 parameters.'
    """
    rows = prepared(rows_of(network), depth)
    wide = volumes_picture(rows, lang, "wide", f"{prefix}-w")
    tall = volumes_picture(rows, lang, "tall", f"{prefix}-t")
    unit = format_number(round(wide.unit, 1), lang)
    caption = phrase("drawing.network_caption", lang, unit=unit)
    return Figure(
        wide.svg(), tall.svg(), caption, caption, Num(0), wide.alt, wide.layout, wide.tikz()
    )


def graph_figure(
    derivation: Derivation, lang: str = "en", *, backward: bool = True, prefix: str = "graph",
    roles: Mapping[str, str] | None = None,
) -> Figure:  # fmt: skip
    """The computational graph of a derivation, forward and backward in one picture.

    Args:
        derivation: from `sn.derive`.
        lang: language of words and numbers.
        backward: with the gradients.
        prefix: put before the ids, unique on a page.
        roles: words below the names of inputs and parameters, by name.

    >>> import numpy as np, symnn as sn
    >>> x = sn.parameter("x", ("n",))
    >>> figure = graph_figure(sn.derive(np.sum(x * x)), "fr")
    >>> figure.caption[:16], figure.wide[:4], figure.tall[:4]
    ('Graphe de calcul', '<svg', '<svg')
    """
    graph = computational_graph(derivation, lang, backward=backward, roles=roles)
    wide = graph_picture(graph, lang, "wide", prefix=f"{prefix}-w")
    tall = graph_picture(graph, lang, "tall", prefix=f"{prefix}-t")
    key = "drawing.graph_caption" if backward else "drawing.graph_caption_forward"
    template = fitting(key, lang, loss="{loss}")
    if graph.totals:
        template += " " + phrase("drawing.several", lang)
    return Figure(
        wide.svg(), tall.svg(), template.replace("{loss}", graph.loss), template,
        derivation.names.loss, wide.alt, wide.layout, wide.tikz(),
    )  # fmt: skip
