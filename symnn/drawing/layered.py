"""Graphs of any kind: ranks from left to right, or from top to bottom.

Each edge runs through the cell of its label: the shape on one side of the solid line, the gradient
on the other side of the dashed one. Between two ranks lines are S-curves; inside a rank they are
straight and keep to their cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.engines import arrange
from symnn.drawing.graph import NONE, Edge, Frame, Graph
from symnn.drawing.lettering import text_width
from symnn.drawing.ranks import Cell, Layers, make_layers
from symnn.drawing.routes import Ports, Routes
from symnn.drawing.shapes import Choice, Look, draw_vertex, gradient_label, size

_MARGIN = 22.0  # of a frame around its vertices
_LINES = 5.0  # half the distance of the two lines of an edge


def draw_layered(
    canvas: Canvas, graph: Graph, look: Look, tall: bool, engine: str = ""
) -> tuple[list[Choice], str]:
    """Draw a graph; return the labels backward and the engine's name."""
    drawing = Layered(canvas, graph, look, tall)
    name = arrange(drawing.layers, engine)
    drawing.routes.refine()
    drawing.draw()
    return drawing.choices, name


@dataclass
class Layered:
    """One drawing: sizes, cells, then lines."""

    canvas: Canvas
    graph: Graph
    look: Look
    tall: bool
    layers: Layers = field(init=False)
    routes: Routes = field(init=False)

    def __post_init__(self) -> None:
        letters, look = self.canvas.letters, self.look
        self.sizes = {k: size(v, letters, look) for k, v in self.graph.nodes.items()}
        self.picked = [
            gradient_label(e, letters, look, look.longest * (0.8 if self.tall else 1))
            if e.gradient is not NONE
            else None
            for e in self.graph.edges
        ]
        vertices = {k: self._turn(s) for k, s in self.sizes.items()}
        labels = [self._label(e, c) for e, c in zip(self.graph.edges, self.picked, strict=True)]
        ends = [(e.source, e.target) for e in self.graph.edges]
        frames = [frame.keys for frame in self.graph.frames]
        self.layers = make_layers(vertices, ends, labels, frames)
        self.routes = Routes(self.layers, self.tall, self._corner)

    @property
    def choices(self) -> list[Choice]:
        """The labels backward."""
        return [c for c in self.picked if c]

    def _turn(self, pair: Point) -> Point:
        return (pair[1], pair[0]) if self.tall else pair

    def _label(self, edge: Edge, choice: Choice | None) -> tuple[float, float, float]:
        """Extents of a label's cell: along the ranks, before and after its line."""
        shape = self.canvas.letters.formula(edge.shape.typst, self.look.edge)
        half = _LINES if choice else 0.0
        found = self.canvas.letters.formula(choice.label.typst, self.look.edge) if choice else None
        if self.tall:
            height = max(shape.ascent + shape.depth, found.ascent + found.depth if found else 0)
            return height + 8, half + 8 + shape.w, half + (8 + found.w if found else 4)
        width = max(shape.w, found.w if found else 0)
        below = half + 8 + found.ascent + found.depth if found else 6
        return width + 8, half + 8 + shape.ascent + shape.depth, below

    # -- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the lines, then the vertices."""
        self.routes.make_bands()
        ports = self.routes.ports()
        boxes = self._boxes()
        frames = self._frames(boxes)
        for n, route in enumerate(self.layers.routes):
            self._edge(n, route, ports)
        for frame, box in frames:
            self._caption(frame, box)
        for key, box in boxes.items():
            draw_vertex(self.canvas, self.graph.nodes[key], box, self.look)

    def _boxes(self) -> dict[str, Box]:
        found: dict[str, Box] = {}
        for rank in self.layers.ranks:
            for cell in rank:
                if cell.kind == "vertex":
                    start, end = self.routes.bands[cell.rank]
                    x, y = self.routes.point((start + end) / 2, cell.at)
                    found[cell.key] = Box.around(x, y, *self.sizes[cell.key])
        return found

    def _frames(self, boxes: dict[str, Box]) -> list[tuple[Frame, Box]]:
        """Dashed rectangles; none where it would hold a vertex of others or cross another one."""
        drawn: list[tuple[Frame, Box]] = []
        for frame in self.graph.frames:
            box = self._frame(frame, boxes)
            others = [b for key, b in boxes.items() if key not in frame.keys]
            if any(box.overlaps(b) for b in (*others, *(b for _, b in drawn))):
                continue
            self.canvas.rectangle(box, "muted", fill="page", corner=10, dash=True, width=1.2)
            self.canvas.note("frame", frame.caption, box)
            drawn.append((frame, box))
        return drawn

    def _frame(self, frame: Frame, boxes: dict[str, Box]) -> Box:
        """Around the members, the lines from and to them, and other lines that run close by."""
        own = [boxes[k] for k in frame.keys]
        inside = {c.rank for rank in self.layers.ranks for c in rank if c.key in frame.keys}
        lines: dict[bool, list[Box]] = {True: [], False: []}
        for route in self.layers.routes:
            ends = route[0].key in frame.keys or route[-1].key in frame.keys
            for cell in route:
                if cell.kind != "vertex" and min(inside) <= cell.rank <= max(inside):
                    along = sum(self.routes.bands[cell.rank]) / 2
                    for side in (-cell.before, cell.after):
                        lines[ends].append(Box(*self.routes.point(along, cell.at + side), 0, 0))
        box = _framed([*own, *lines[True]])
        near = [line for line in lines[False] if line.overlaps(box, _MARGIN)]
        return _framed([*own, *lines[True], *near])

    def _caption(self, frame: Frame, box: Box) -> None:
        """What a frame holds, in the first of its corners that no line crosses."""
        size_ = self.look.words
        w, h = text_width(frame.said, size_), size_ + 7
        corners = [
            Box(x, y, w, h)
            for y in (box.y + 1, box.bottom - h - 1)
            for x in (box.x + 10, box.right - 10 - w)
        ]
        lines = [_around(o[1][k : k + 4]) for o in self.canvas.operations if o[0] == "path"
                 for k in range(0, len(o[1]) - 1, 3)]  # fmt: skip
        free = (c for c in corners if not any(c.overlaps(line, 4) for line in lines))
        at = next(free, corners[0])
        self.canvas.text(frame.said, at.x, at.y + size_ + 4, "muted", size=size_,
                         anchor="start", of="frame")  # fmt: skip

    def _corner(self, cell: Cell) -> float:
        """How much of a side is too near to a corner for a line to end there."""
        vertex = self.graph.nodes[cell.key]
        if not vertex.round:
            return 16.0
        return cell.before if not self.tall or vertex.kind == "output" else cell.main / 2

    def _edge(self, n: int, route: list[Cell], ports: Ports) -> None:
        edge, choice = self.graph.edges[n], self.picked[n]
        start = route[0].at + ports[route[0], route[1]]
        end = route[-1].at + ports[route[-1], route[-2]]
        half = _LINES if choice else 0.0
        points = self.routes.route(route, start - half, end - half, -half)
        self.canvas.path(points, "blue", curve=True)
        if choice:
            back = self.routes.route(route, start + half, end + half, half)
            self.canvas.path(back[::-1], "vermillion", curve=True, dash=True)
        cell = next(c for c in route if c.kind == "label")
        self._write(edge, choice, cell, half)

    def _write(self, edge: Edge, choice: Choice | None, cell: Cell, half: float) -> None:
        start, end = self.routes.bands[cell.rank]
        middle, size_ = (start + end) / 2, self.look.edge
        shape = self.canvas.letters.formula(edge.shape.typst, size_)
        there, back = f"{edge.source}>{edge.target}", f"{edge.target}>{edge.source}"
        x, y = self.routes.point(middle, cell.at)
        write = self.canvas.formula
        if self.tall:
            base = y + (shape.ascent - shape.depth) / 2
            write(edge.shape.typst, x - half - 7, base, "blue", size=size_, anchor="end", of=there)
        else:
            write(edge.shape.typst, x, y - half - 7 - shape.depth, "blue", size=size_, of=there)
        if choice is None:
            return
        source = choice.label.typst
        found = self.canvas.letters.formula(source, size_)
        if self.tall:
            base = y + (found.ascent - found.depth) / 2
            write(source, x + half + 7, base, "vermillion", size=size_, anchor="start", of=back)
        else:
            write(source, x, y + half + 7 + found.ascent, "vermillion", size=size_, of=back)


def _around(points: Sequence[Point]) -> Box:
    """The least box over points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _framed(boxes: Sequence[Box]) -> Box:
    """The box around boxes, with the margin of a frame."""
    left, top = min(b.x for b in boxes) - _MARGIN, min(b.y for b in boxes) - _MARGIN
    right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
    return Box(left, top, right + _MARGIN - left, bottom + _MARGIN - top)
