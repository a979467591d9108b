"""Graphs of any kind: ranks from left to right, or from top to bottom.

Each edge runs through the cell of its label: the shape on one side of the solid line, the gradient
on the other side of the dashed one. Between two ranks lines are S-curves; inside a rank they are
straight and keep to their cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.engines import arrange
from symnn.drawing.graph import NONE, Edge, Graph
from symnn.drawing.ranks import Cell, Layers, make_layers, place, spaced, straighten
from symnn.drawing.shapes import Choice, Look, draw_vertex, gradient_label, size

_LINES = 5.0  # half the distance of the two lines of an edge
_PORTS = 24.0


def draw_layered(
    canvas: Canvas, graph: Graph, look: Look, tall: bool, engine: str = ""
) -> tuple[list[Choice], str]:
    """Draw a graph; return the labels backward and the engine's name."""
    drawing = Layered(canvas, graph, look, tall)
    name = arrange(drawing.layers, engine)
    drawing.refine()
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
    bands: list[tuple[float, float]] = field(init=False, default_factory=list)

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
        self.layers = make_layers(vertices, ends, labels)

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

    def refine(self) -> None:
        """Move cells so that lines run straight into their ports; the order stays."""
        for _ in range(2):
            self.layers.ports = self._ports()
            place(self.layers, fresh=False)
        straighten(self.layers)

    def draw(self) -> None:
        """Draw the lines, then the vertices."""
        self._make_bands()
        ports = self._ports()
        for n, route in enumerate(self.layers.routes):
            self._edge(n, route, ports)
        for rank in self.layers.ranks:
            for cell in rank:
                if cell.kind == "vertex":
                    start, end = self.bands[cell.rank]
                    x, y = self._point((start + end) / 2, cell.at)
                    box = Box.around(x, y, *self.sizes[cell.key])
                    draw_vertex(self.canvas, self.graph.nodes[cell.key], box, self.look)

    def _make_bands(self) -> None:
        """The extent of every rank along the main axis; steep links get wider gaps."""
        steep = [0.0] * len(self.layers.ranks)
        for a, b in self.layers.links:
            steep[a.rank] = max(steep[a.rank], abs(a.at - b.at))
        at = 0.0
        for r, rank in enumerate(self.layers.ranks):
            deep = max((c.main for c in rank), default=0.0)
            self.bands.append((at, at + deep))
            at += deep + min(80.0, max(20.0, 14 + 0.25 * steep[r]))

    def _point(self, along: float, across: float) -> Point:
        return (across, along) if self.tall else (along, across)

    def _ports(self) -> dict[tuple[Cell, Cell], float]:
        """Where each link leaves or enters a vertex: near its neighbour, never two at one place."""
        result: dict[tuple[Cell, Cell], float] = {}
        before, after = self.layers.neighbours()
        for side in (before, after):
            for cell, links in side.items():
                if cell.kind == "vertex" and links:
                    near = sorted(links, key=lambda c: c.at)
                    room = max(cell.before - self._corner(cell), 0.0)
                    gap = min(_PORTS, 2 * room / max(len(near) - 1, 1))
                    wanted = [min(max(c.at - cell.at, -room), room) for c in near]
                    places = spaced(wanted, [1.0] * len(near), [gap] * (len(near) - 1))
                    shift = min(0.0, room - places[-1]) + max(0.0, -room - places[0])
                    for c, p in zip(near, places, strict=True):
                        result[cell, c] = p + shift
        return result

    def _corner(self, cell: Cell) -> float:
        """How much of a side is too near to a corner for a line to end there."""
        vertex = self.graph.nodes[cell.key]
        if not vertex.round:
            return 16.0
        return cell.before if not self.tall or vertex.kind == "output" else cell.main / 2

    def _edge(self, n: int, route: list[Cell], ports: dict[tuple[Cell, Cell], float]) -> None:
        edge, choice = self.graph.edges[n], self.picked[n]
        start = route[0].at + ports[route[0], route[1]]
        end = route[-1].at + ports[route[-1], route[-2]]
        half = _LINES if choice else 0.0
        points = self._route(route, start - half, end - half, -half)
        self.canvas.path(points, "blue", curve=True)
        if choice:
            back = self._route(route, start + half, end + half, half)
            self.canvas.path(back[::-1], "vermillion", curve=True, dash=True)
        cell = next(c for c in route if c.kind == "label")
        self._write(edge, choice, cell, half)

    def _route(self, route: list[Cell], start: float, end: float, shift: float) -> list[Point]:
        """Cubic curves from vertex to vertex: straight in ranks, S-shaped between them."""
        along, across = self._edge_of(route[0], True), start
        points = [self._point(along, across)]
        for k, cell in enumerate(route[1:], 1):
            last = k == len(route) - 1
            target = end if last else cell.at + shift
            here, there = self.bands[route[k - 1].rank][1], self.bands[cell.rank][0]
            points += self._straight(along, here, across)
            middle = (here + there) / 2
            points += [
                self._point(middle, across), self._point(middle, target),
                self._point(there, target),
            ]  # fmt: skip
            along, across = there, target
        points += self._straight(along, self._edge_of(route[-1], False) - 1, across)
        return points

    def _edge_of(self, cell: Cell, leaving: bool) -> float:
        start, end = self.bands[cell.rank]
        middle = (start + end) / 2
        return middle + cell.main / 2 if leaving else middle - cell.main / 2

    def _straight(self, start: float, end: float, across: float) -> list[Point]:
        if end - start < 0.01:
            return []
        third = (end - start) / 3
        steps = (start + third, start + 2 * third, end)
        return [self._point(s, across) for s in steps]

    def _write(self, edge: Edge, choice: Choice | None, cell: Cell, half: float) -> None:
        start, end = self.bands[cell.rank]
        middle, size_ = (start + end) / 2, self.look.edge
        shape = self.canvas.letters.formula(edge.shape.typst, size_)
        there, back = f"{edge.source}>{edge.target}", f"{edge.target}>{edge.source}"
        x, y = self._point(middle, cell.at)
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
