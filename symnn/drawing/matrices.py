"""A forward pass drawn as matrices: attention, or any program of matrices.

Inputs and named values are grids in true proportion; a parameter that one product reads is a round
vertex on the way to it. Name and shape stand above a grid, what it is below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from symnn.derivation.names import Names
from symnn.derivation.program import trace
from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.engines import arrange
from symnn.drawing.figures import Figure
from symnn.drawing.graph import NONE, Edge, Graph, Label, Vertex
from symnn.drawing.grids import Grid, draw_grid, grids_of
from symnn.drawing.lettering import Lettering, text_width
from symnn.drawing.picture import Picture, alt_text
from symnn.drawing.ranks import Cell, make_layers
from symnn.drawing.reading import GraphBuilder
from symnn.drawing.routes import Routes
from symnn.drawing.shapes import TALL, WIDE
from symnn.lang.tensor import Tensor
from symnn.text.phrases import phrase

_ABOVE, _BELOW = 26.0, 22.0


def matrices_figure(
    value: Tensor, sizes: Mapping[str, int], lang: str = "en", *, seed: int = 0,
    arrays: Mapping[str, Any] | None = None, prefix: str = "matrices", alt: str = "",
) -> Figure:  # fmt: skip
    """Draw what a value computes as matrices of real numbers.

    Args:
        value: the last matrix, for example the output of attention.
        sizes: a number for each size.
        lang: language of words and numbers.
        seed: of the draws for inputs without values.
        arrays: values of inputs by name.
        prefix: put before the ids, unique on a page.
        alt: the picture in words; default: what reads what.

    >>> import numpy as np, symnn as sn
    >>> X, W = sn.tensor("X", ("T", "d")), sn.parameter("W", ("d", "k"))
    >>> figure = matrices_figure(sn.named("Q", X @ W), {"T": 4, "d": 3, "k": 2})
    >>> figure.layout in ("own", "dot", "pygraphviz")
    True
    """
    program = trace(value.call, output_name="Y")
    builder = GraphBuilder(program, Names(program), {}, lang, backward=False, roles={})
    plain = _without_end(builder.build())
    grids = grids_of(program, plain, sizes, seed, arrays)
    leaves = [*(c.port for c in program.inputs), *program.by_leaf]
    shapes = {builder.key(leaf): builder.shape(leaf) for leaf in leaves}
    graph = _through_parameters(plain)
    pictures = [
        _picture(graph, grids, shapes, lang, way, f"{prefix}-{way[0]}") for way in ("wide", "tall")
    ]
    if alt:
        pictures = [replace(picture, alt=alt) for picture in pictures]
    caption = phrase("drawing.attention_caption", lang)
    return Figure(
        pictures[0].svg(), pictures[1].svg(), caption, caption, builder.names.loss,
        pictures[0].alt, pictures[0].layout, pictures[0].tikz(),
    )  # fmt: skip


def _without_end(graph: Graph) -> Graph:
    """Without the round vertex behind the last operation: its grid is the end."""
    nodes = {k: v for k, v in graph.nodes.items() if v.kind != "output"}
    nodes = {k: replace(v, kind="operation") if v.kind == "loss" else v for k, v in nodes.items()}
    return Graph(nodes, [e for e in graph.edges if e.target in nodes], graph.title, graph.loss)


def _through_parameters(graph: Graph) -> Graph:
    """The way of data runs through a parameter that one product of two reads."""
    edges = list(graph.edges)
    for key, vertex in graph.nodes.items():
        readers = graph.out_of(key)
        if vertex.kind != "parameter" or len(readers) != 1:
            continue
        into = graph.into(readers[0].target)
        others = [e for e in into if e.source != key]
        if len(into) == 2 and graph.nodes[others[0].source].kind != "parameter":
            edges.remove(others[0])
            edges.append(Edge(others[0].source, key, others[0].shape))
    order = _sorted(list(graph.nodes), edges)
    return Graph({k: graph.nodes[k] for k in order}, edges, graph.title, graph.loss)


def _sorted(keys: list[str], edges: list[Edge]) -> list[str]:
    """Keys so that each stands after what it reads."""
    waiting, done = list(keys), dict[str, None]()
    while waiting:
        ready = [k for k in waiting if all(e.source in done for e in edges if e.target == k)]
        done.update(dict.fromkeys(ready))
        waiting = [k for k in waiting if k not in done]
    return list(done)


class _Scene:
    """One drawing: sizes of vertices with their texts, cells, lines."""

    def __init__(
        self, canvas: Canvas, graph: Graph, grids: Mapping[str, Grid], shapes: Mapping[str, Label],
        lang: str, tall: bool,
    ) -> None:  # fmt: skip
        self.canvas, self.graph, self.grids, self.lang = canvas, graph, grids, lang
        self.shapes, self.tall, self.look = shapes, tall, TALL if tall else WIDE
        sizes = {k: self.whole(k) for k in graph.nodes}
        turned = {k: (h, w) if tall else (w, h) for k, (w, h) in sizes.items()}
        ends = [(e.source, e.target) for e in graph.edges]
        self.layers = make_layers(turned, ends, [(0.0, 8.0, 8.0)] * len(ends))
        self.engine = arrange(self.layers)
        self.routes = Routes(self.layers, tall, self._corner)

    def _is_grid(self, key: str) -> bool:
        return self.graph.nodes[key].kind != "parameter"

    def pill(self, key: str) -> tuple[float, float]:
        """The size of a parameter's round vertex."""
        width, look = self.canvas.letters.width, self.look
        name, shape = self.graph.nodes[key].label.typst, self.shapes[key].typst
        return max(width(name, look.formula), width(shape, look.edge - 1)) + 34, 50.0

    def whole(self, key: str) -> tuple[float, float]:
        """The size with the texts above and below."""
        if not self._is_grid(key):
            return self.pill(key)
        w, h = self.grids[key].size
        vertex = self.graph.nodes[key]
        letters, size_ = self.canvas.letters, self.look.formula
        above = letters.width(self.name(vertex).typst, size_) + 10
        above += letters.width(self.shape(key).typst, size_ - 1)
        below = text_width(self.below(key), 12) if self.below(key) else 0.0
        below = max(below, letters.width(self.formula(key).typst, 13))
        return max(w, above, below), h + 2 * _ABOVE + (44 if self._both(key) else 10)

    def name(self, vertex: Vertex) -> Label:
        """The name of a vertex."""
        return vertex.label if vertex.short is NONE else vertex.short

    def shape(self, key: str) -> Label:
        """The shape of a vertex."""
        return self.shapes.get(key, NONE)

    def below(self, key: str) -> str:
        """Words below a grid."""
        if self.grids[key].weights:
            return phrase("drawing.row_sums", self.lang)
        return self.graph.nodes[key].words if self.graph.nodes[key].round else ""

    def formula(self, key: str) -> Label:
        """The equation below a grid that no parameter on the way explains."""
        explained = any(self.graph.into(e.source) for e in self.graph.into(key)
                        if not self._is_grid(e.source))  # fmt: skip
        vertex = self.graph.nodes[key]
        return NONE if explained or vertex.round else vertex.label

    def _both(self, key: str) -> bool:
        return bool(self.below(key)) and self.formula(key) is not NONE

    def _corner(self, cell: Cell) -> float:
        if not self._is_grid(cell.key):
            return cell.before
        w, h = self.grids[cell.key].size
        return cell.before - (w if self.tall else h) / 2 + 6

    def draw(self) -> None:
        """Lines, then grids."""
        self.routes.refine()
        self.routes.make_bands()
        ports = self.routes.ports()
        for route in self.layers.routes:
            start = route[0].at + ports[route[0], route[1]]
            end = route[-1].at + ports[route[-1], route[-2]]
            points = self.routes.route(route, start, end, 0.0)
            points = self._to_grid(route[0], points, 0)
            points = self._to_grid(route[-1], points, -1)
            self.canvas.path(points, "blue", curve=True)
        for rank in self.layers.ranks:
            for cell in rank:
                if cell.kind == "vertex":
                    self._draw_cell(cell)

    def _to_grid(self, cell: Cell, points: list[Point], end: int) -> list[Point]:
        """Lines that reach the grid itself, not the room for the texts around it."""
        if not self._is_grid(cell.key) or (self.tall and end):
            return points
        along = self.grids[cell.key].size[1 if self.tall else 0]
        texts = 0.0
        if self.tall:
            texts = 26.0 * (self.formula(cell.key) is not NONE)
            texts += 24.0 * bool(self.below(cell.key))
        room = (cell.main - along) / 2 - texts - 2
        if room < 2:
            return points
        x, y = points[end]
        steps = [room * k / 3 * (1 if end else -1) for k in (1, 2, 3)]
        extra = [(x, y + s) if self.tall else (x + s, y) for s in steps]
        return [*points, *extra] if end else [*reversed(extra), *points]

    def _draw_cell(self, cell: Cell) -> None:
        start, end = self.routes.bands[cell.rank]
        x, y = self.routes.point((start + end) / 2, cell.at)
        if not self._is_grid(cell.key):
            self._draw_pill(self.graph.nodes[cell.key], x, y)
            return
        vertex, grid = self.graph.nodes[cell.key], self.grids[cell.key]
        box = Box.around(x, y, *grid.size)
        draw_grid(self.canvas, vertex, grid, box, self.lang)
        self._texts(vertex, box)

    def _draw_pill(self, vertex: Vertex, x: float, y: float) -> None:
        box = Box.around(x, y, *self.pill(vertex.key))
        self.canvas.rectangle(box, vertex.tone, of=vertex.key, corner=box.h / 2,
                              title=f"{vertex.label.text} ({vertex.words})")  # fmt: skip
        self.canvas.formula(vertex.label.typst, x, y - 3, size=self.look.formula, of=vertex.key)
        self.canvas.formula(self.shapes[vertex.key].typst, x, y + 15, "muted",
                            size=self.look.edge - 1, of=vertex.key)  # fmt: skip

    def _texts(self, vertex: Vertex, box: Box) -> None:
        x, _ = box.centre
        size_, canvas, key = self.look.formula, self.canvas, vertex.key
        name, shape = self.name(vertex).typst, self.shape(key).typst
        total = canvas.letters.width(name, size_) + canvas.letters.width(shape, size_ - 1)
        left = x - (total + (9 if shape else 0)) / 2
        first = canvas.formula(name, left, box.y - 8, "ink", size=size_, anchor="start", of="name")
        if shape:
            canvas.formula(shape, first.right + 9, box.y - 8, "blue", size=size_ - 1,
                           anchor="start", of="shape")  # fmt: skip
        y = box.bottom + 17
        if self.formula(key) is not NONE:
            label = self.formula(key).typst
            found = canvas.letters.formula(label, 13)
            canvas.formula(label, x, box.bottom + 6 + found.ascent, "blue", size=13, of="formula")
            y += 20
        if self.below(key):
            canvas.text(self.below(key), x, y, size=12, of="below")


def _picture(
    graph: Graph,
    grids: Mapping[str, Grid],
    shapes: Mapping[str, Label],
    lang: str,
    way: str,
    prefix: str,
) -> Picture:
    latex = {label.typst: label.latex for label in (*graph.labels(), *shapes.values())}
    canvas = Canvas(Lettering(list(latex), prefix), prefix)
    scene = _Scene(canvas, graph, grids, shapes, lang, way == "tall")
    scene.draw()
    return Picture(
        canvas, scene.engine, phrase("drawing.attention", lang), alt_text(graph, lang), latex
    )
