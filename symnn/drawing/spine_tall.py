"""The same path from top to bottom, for a phone or a narrow column.

Inputs stand at the left, gradients go back along arcs at the right. It is a layout of its own:
shrinking the wide one would make it unreadable.
"""

from __future__ import annotations

from itertools import pairwise

from symnn.drawing.canvas import Box, Canvas
from symnn.drawing.graph import NONE, Edge, Graph
from symnn.drawing.shapes import TALL, Choice, Look, draw_vertex, gradient_label, size
from symnn.drawing.spine import Place, at_side, edge_between

_GAP = 52
_BULGE = 30
_APART = 6
_ROW = 66  # from one input at the side to the next


class TallSpine:
    """The picture from top to bottom."""

    def __init__(self, graph: Graph, path: list[str], canvas: Canvas, look: Look = TALL) -> None:
        self.graph, self.path, self.canvas, self.look = graph, path, canvas, look
        self.letters = canvas.letters
        self.places = [self._place(k) for k in path]
        self.edges = [edge_between(graph, a, b) for a, b in pairwise(path)]
        self.widest = max(p.w for p in self.places)
        self._chosen: dict[Edge, Choice] = {}
        for e in graph.edges:
            if e.gradient is not NONE:
                self._chosen[e] = self._choose(e)

    @property
    def choices(self) -> list[Choice]:
        """The labels backward."""
        return list(self._chosen.values())

    def _choose(self, edge: Edge) -> Choice:
        """The value alone where the arrow is short: it ends at what it is the gradient of."""
        if edge in self.edges:
            return gradient_label(edge, self.letters, self.look)
        width = self.letters.width
        if width(edge.value.typst, self.look.edge) <= 84:
            return Choice(edge.value)
        return Choice(edge.name, edge.gradient)

    def _place(self, key: str) -> Place:
        w, h = size(self.graph.nodes[key], self.letters, self.look)
        side = at_side(self.graph, self.path, key)
        return Place(key, w, max(h, _ROW * len(side) - 14), side)

    def draw(self) -> None:
        """Draw everything."""
        y = 0.0
        for i, place in enumerate(self.places):
            y += place.h / 2
            place.centre = y
            y += place.h / 2 + _GAP
            if i:
                self._step(i)
        for place in self.places:
            for k, edge in enumerate(place.side):
                self._side(place, edge, (k - (len(place.side) - 1) / 2) * _ROW)
            box = Box.around(0, place.centre, place.w, place.h)
            draw_vertex(self.canvas, self.graph.nodes[place.key], box, self.look)

    def _step(self, i: int) -> None:
        upper, lower, edge = self.places[i - 1], self.places[i], self.edges[i - 1]
        top, low = upper.centre + upper.h / 2, lower.centre - lower.h / 2
        self.canvas.path([(0, top), (0, low - 1)], "blue")
        middle, size_ = (top + low) / 2 + 3, self.look.edge
        self.canvas.formula(edge.shape.typst, -9, middle, "blue", size=size_, anchor="end",
                            of=f"{upper.key}>{lower.key}")  # fmt: skip
        choice = self._chosen.get(edge)
        if choice is None:
            return
        a = (lower.w / 2, lower.centre - min(10, lower.h / 5))
        b = (upper.w / 2 + 1, upper.centre + min(10, upper.h / 5))
        far = max(a[0], b[0]) + _BULGE
        points = [a, (far, a[1] - 4), (far, b[1] + 4), b]
        self.canvas.path(points, "vermillion", curve=True, dash=True)
        found = self.letters.formula(choice.label.typst, size_)
        base = (a[1] + b[1]) / 2 + (found.ascent - found.depth) / 2
        reach = 0.125 * (a[0] + b[0]) + 0.75 * far
        self.canvas.formula(choice.label.typst, reach + 8, base, "vermillion", size=size_,
                            anchor="start", of=f"{lower.key}>{upper.key}")  # fmt: skip

    def _side(self, place: Place, edge: Edge, shift: float) -> None:
        vertex, letters, size_ = self.graph.nodes[edge.source], self.letters, self.look.edge
        w, h = size(vertex, letters, self.look)
        choice = self._chosen.get(edge)
        labels = [edge.shape.typst] + ([choice.label.typst] if choice else [])
        gap = max(letters.width(s, size_) for s in labels) + 20
        end, y = -place.w / 2, place.centre + shift
        start = min(end - gap, -self.widest / 2 - 30)
        apart = _APART if choice else 0
        self.canvas.path([(start, y - apart), (end - 1, y - apart)], "blue")
        middle = (start + end) / 2 - 3
        shape = letters.formula(edge.shape.typst, size_)
        self.canvas.formula(edge.shape.typst, middle, y - apart - 6 - shape.depth, "blue",
                            size=size_, of=f"{edge.source}>{place.key}")  # fmt: skip
        if choice:
            ends = [(end, y + apart), (start + 1, y + apart)]
            self.canvas.path(ends, "vermillion", dash=True)
            found = letters.formula(choice.label.typst, size_)
            self.canvas.formula(choice.label.typst, middle + 6, y + apart + 8 + found.ascent,
                                "vermillion", size=size_,
                                of=f"{place.key}>{edge.source}")  # fmt: skip
        box = Box(start - w, y - h / 2, w, h)
        draw_vertex(self.canvas, vertex, box, self.look)
