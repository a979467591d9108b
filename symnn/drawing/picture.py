"""From a graph to a finished canvas: chooses the layout, and narrows it until it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symnn.core.errors import UnsupportedError
from symnn.drawing.canvas import Canvas
from symnn.drawing.graph import Graph
from symnn.drawing.layered import draw_layered
from symnn.drawing.lettering import Lettering
from symnn.drawing.ranks import longest_path_ranks
from symnn.drawing.shapes import TALL, WIDE, Look, below_lines, legend
from symnn.drawing.spine import WideSpine, spine_of
from symnn.drawing.spine_tall import TallSpine
from symnn.drawing.tikz import to_tikz
from symnn.text.phrases import language, phrase

ORIENTATIONS = {"wide": WIDE, "tall": TALL}
_LEAST_STEP = 100  # pixels from one vertex of a path to the next, at least
_NARROWER = (
    replace(TALL, longest=64, widest=130),
    replace(TALL, longest=44, widest=96, formula=13, edge=12.5, words=11, pad=10, least=50),
)

_SHORTER = (replace(WIDE, longest=120, widest=170), replace(WIDE, longest=70, widest=110))
MOST_WIDER = 1.6  # of the page, before a wide picture turns


@dataclass(frozen=True)
class Picture:
    """A drawing, with the name of the layout that placed it.

    Attributes:
        latex: the LaTeX of its formulas, by their Typst source.
        unit: pixels of the picture for one pixel of the data, where it is to scale.
    """

    canvas: Canvas
    layout: str
    title: str
    alt: str
    latex: Mapping[str, str]
    unit: float = 0.0

    def svg(self, *, standalone: bool = False) -> str:
        """The SVG text."""
        return self.canvas.svg(self.title, self.alt, standalone=standalone)

    def tikz(self) -> str:
        """The picture for LaTeX."""
        return to_tikz(self.canvas, self.latex)


def graph_picture(
    graph: Graph, lang: str = "en", orientation: str = "wide", *, prefix: str = "graph",
    engine: str = "",
) -> Picture:  # fmt: skip
    """Draw a graph.

    Args:
        graph: from `computational_graph`.
        lang: language of the legend.
        orientation: "wide" (left to right; turns where it is over 1.6 pages wide) or "tall".
        prefix: put before the ids, unique on a page.
        engine: "own", "dot" or "pygraphviz" for graphs that are no path; default: the best.

    Raises:
        UnsupportedError: an unknown orientation; the message lists what exists.
    """
    if orientation not in ORIENTATIONS:
        known = ", ".join(ORIENTATIONS)
        raise UnsupportedError(f"no orientation {orientation!r}\n  there is: {known}")
    letters = Lettering(graph.sources(), prefix)
    look = ORIENTATIONS[orientation]
    if orientation == "wide" and _surely_wider(graph, look):
        drawn = _turned(graph, letters, lang, prefix, engine)
        return _finished(*drawn, graph, lang)
    canvas, layout = _drawn(graph, letters, look, lang, orientation, prefix, engine)
    for narrow in _NARROWER if orientation == "tall" else ():
        if canvas.bounds().w > look.page * 1.03:
            canvas, layout = _drawn(graph, letters, narrow, lang, orientation, prefix, engine)
    if orientation == "wide" and canvas.bounds().w > look.page * MOST_WIDER:
        turned, other = _turned(graph, letters, lang, prefix, engine)
        if turned.bounds().w < canvas.bounds().w:
            canvas, layout = turned, other
    return _finished(canvas, layout, graph, lang)


def _turned(
    graph: Graph, letters: Lettering, lang: str, prefix: str, engine: str
) -> tuple[Canvas, str]:
    """A wide picture from top to bottom, with shorter labels where that is too wide as well."""
    drawn = _drawn(graph, letters, WIDE, lang, "tall", prefix, engine)
    for look in _SHORTER:
        if drawn[0].bounds().w > WIDE.page * MOST_WIDER:
            drawn = _drawn(graph, letters, look, lang, "tall", prefix, engine)
    return drawn


def _finished(canvas: Canvas, layout: str, graph: Graph, lang: str) -> Picture:
    latex = {label.typst: label.latex for label in graph.labels()}
    return Picture(canvas, layout, title_of(graph, lang), alt_text(graph, lang), latex)


def _drawn(
    graph: Graph, letters: Lettering, look: Look, lang: str, orientation: str, prefix: str,
    engine: str,
) -> tuple[Canvas, str]:  # fmt: skip
    canvas = Canvas(letters, prefix)
    path = spine_of(graph)
    if path is None:
        choices, layout = draw_layered(canvas, graph, look, orientation == "tall", engine)
    else:
        kind = WideSpine if orientation == "wide" else TallSpine
        spine = kind(graph, path, canvas, look)
        spine.draw()
        choices, layout = spine.choices, "path"
    legend(canvas, graph, below_lines(graph, choices, letters, look), look, lang)
    return canvas, layout


def _surely_wider(graph: Graph, look: Look) -> bool:
    """Whether the longest path alone is wider than a wide picture may be."""
    ends = [(e.source, e.target) for e in graph.edges]
    ranks = longest_path_ranks(list(graph.nodes), ends)
    return max(ranks.values(), default=0) * _LEAST_STEP > look.page * MOST_WIDER


def title_of(graph: Graph, lang: str) -> str:
    """What the picture is."""
    return graph.title or phrase("drawing.graph", lang)


def alt_text(graph: Graph, lang: str) -> str:
    """The graph in words, for those who do not see it.

    >>> import numpy as np, symnn as sn
    >>> from symnn.drawing.reading import computational_graph
    >>> x = sn.parameter("x", ("n",))
    >>> alt_text(computational_graph(sn.derive(np.sum(x * x))), "en")
    'Computational graph: ‖x‖² reads x; L reads ‖x‖²; gradient back to x: ∇_x(L) = 2 x.'
    """
    parts = []
    for key in graph.nodes:
        sources = [_name(graph, e.source) for e in graph.into(key)]
        if sources:
            listed = ", ".join(sources)
            parts.append(
                phrase("drawing.alt_reads", lang, target=_name(graph, key), sources=listed)
            )
    for e in graph.edges:
        if e.gradient.text and graph.nodes[e.target].kind != "output":
            source = _name(graph, e.source)
            parts.append(
                phrase("drawing.alt_gradient", lang, source=source, gradient=e.gradient.text)
            )
    marks = language(lang)
    return title_of(graph, lang) + marks.colon + marks.semicolon.join(parts[:60]) + "."


def _name(graph: Graph, key: str) -> str:
    vertex = graph.nodes[key]
    is_loss = vertex.kind == "loss"
    return vertex.label.text if is_loss or not vertex.short.text else vertex.short.text
