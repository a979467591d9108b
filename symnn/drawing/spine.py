"""Graphs that are one path with inputs at its side: the picture of a textbook.

Left to right: the path in a row, what enters it above, shapes on the blue lines, gradients below
the dashed arcs. `spine_of` says whether a graph is of this kind; others take the layered layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from symnn.drawing.canvas import Box, Canvas
from symnn.drawing.graph import NONE, Edge, Graph
from symnn.drawing.lettering import Lettering
from symnn.drawing.shapes import WIDE, Choice, Look, draw_vertex, gradient_label, size

MOST_AT_SIDE = 3
_DROP = 62  # height of the lines from the upper row
_GAP = 46
_BULGE = 42
_APART = 9  # half the distance of two parallel lines


@dataclass
class Place:
    """A vertex of the path with what stands at its side."""

    key: str
    w: float
    h: float
    side: list[Edge] = field(default_factory=list)
    centre: float = 0.0


def spine_of(graph: Graph) -> list[str] | None:
    """The path through a graph's operations from its main input, or None.

    Its other inputs have one reader each, at most three for one operation.
    """
    if graph.frames or any(v.repeat > 1 for v in graph.nodes.values()):
        return None
    inner = [k for k in graph.nodes if graph.into(k)]
    for key in graph.nodes:
        if len(graph.out_of(key)) > 1:
            return None
    for before, key in zip([None, *inner[:-1]], inner, strict=True):
        sources = [e.source for e in graph.into(key) if e.source in inner]
        if sources != ([before] if before else []):
            return None
    inputs = [e.source for e in graph.into(inner[0])]
    data = [k for k in inputs if graph.nodes[k].kind == "data"] or inputs
    path = [data[0], *inner]
    if any(len(at_side(graph, path, key)) > MOST_AT_SIDE for key in inner):
        return None
    return path


def at_side(graph: Graph, path: list[str], key: str) -> list[Edge]:
    """Edges into a vertex of the path from outside of it, in the order of the formula."""
    found = [e for e in graph.into(key) if e.source not in path]
    text = graph.nodes[key].label.text.split(" = ", 1)[-1]
    place = {e.source: text.find(graph.nodes[e.source].label.text) for e in found}
    return sorted(found, key=lambda e: place[e.source])


def edge_between(graph: Graph, source: str, target: str) -> Edge:
    """The edge from one vertex to another."""
    return next(e for e in graph.out_of(source) if e.target == target)


@dataclass
class Slot:
    """A vertex of the upper row with its line and labels: extents left and right of the line."""

    edge: Edge
    choice: Choice | None
    left: float
    right: float
    w: float
    h: float
    x: float = 0.0


class WideSpine:
    """The picture from left to right."""

    def __init__(self, graph: Graph, path: list[str], canvas: Canvas, look: Look = WIDE) -> None:
        self.graph, self.path, self.canvas, self.look = graph, path, canvas, look
        self.letters: Lettering = canvas.letters
        self.choices: list[Choice] = []
        self.places = [self._place(k) for k in path]
        self.slots = [[self._slot(e) for e in p.side] for p in self.places]
        self.edges = [edge_between(graph, a, b) for a, b in pairwise(path)]
        self.arcs = [
            gradient_label(e, self.letters, look) if e.gradient is not NONE else None
            for e in self.edges
        ]
        self.choices += [c for c in self.arcs if c]

    def _place(self, key: str) -> Place:
        w, h = size(self.graph.nodes[key], self.letters, self.look)
        return Place(key, w, h, at_side(self.graph, self.path, key))

    def _slot(self, edge: Edge) -> Slot:
        w, h = size(self.graph.nodes[edge.source], self.letters, self.look)
        shape = self.letters.width(edge.shape.typst, self.look.edge)
        if edge.gradient is NONE:
            return Slot(edge, None, max(w / 2, shape + 10), w / 2, w, h)
        choice = gradient_label(edge, self.letters, self.look)
        self.choices.append(choice)
        label = self.letters.width(choice.label.typst, self.look.edge)
        left = max(w / 2, shape + 10 + _APART)
        return Slot(edge, choice, left, max(w / 2, label + 10 + _APART), w, h)

    # -- where -----------------------------------------------------------------------------------

    def arrange(self) -> None:
        """Give every vertex its place."""
        for place, slots in zip(self.places, self.slots, strict=True):
            self._spread(place, slots)
        upper = label_end = -1e9
        for i, place in enumerate(self.places):
            slots = self.slots[i]
            if i:
                place.centre = self._nearest(i, upper, label_end)
                choice = self.arcs[i - 1]
                if choice:
                    middle = (place.centre + self.places[i - 1].centre) / 2
                    label_end = middle + self._width(choice) / 2
            if slots:
                upper = place.centre + slots[-1].x + slots[-1].right

    def _width(self, choice: Choice) -> float:
        return self.letters.width(choice.label.typst, self.look.edge)

    def _nearest(self, i: int, upper: float, label_end: float) -> float:
        place, before, slots = self.places[i], self.places[i - 1], self.slots[i]
        shape = self.letters.width(self.edges[i - 1].shape.typst, self.look.edge)
        gap = max(_GAP, shape + 28)
        centre = before.centre + before.w / 2 + gap + place.w / 2
        if slots:
            centre = max(centre, upper + 20 - slots[0].x + slots[0].left)
        choice = self.arcs[i - 1]
        if choice:
            half = self._width(choice) / 2
            centre = max(centre, 2 * (label_end + 16 + half) - before.centre)
        return centre

    @staticmethod
    def _spread(place: Place, slots: list[Slot]) -> None:
        """Put the upper row's lines side by side; the vertex grows to take them all."""
        if not slots:
            return
        x = 0.0
        for k, slot in enumerate(slots):
            if k:
                x += slots[k - 1].right + 12 + slot.left
            slot.x = x
        for slot in slots:
            slot.x -= x / 2
        place.w = max(place.w, x + 2 * (_APART + 18))

    # -- drawing ---------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw edges, then vertices."""
        self.arrange()
        tallest = max(p.h for p in self.places)
        for i, place in enumerate(self.places):
            box = Box.around(place.centre, 0, place.w, place.h)
            for slot in self.slots[i]:
                self._draw_slot(place, slot, tallest)
            if i:
                self._draw_step(i, tallest)
            draw_vertex(self.canvas, self.graph.nodes[place.key], box, self.look)

    def _draw_slot(self, place: Place, slot: Slot, tallest: float) -> None:
        x, top, low = place.centre + slot.x, -tallest / 2 - _DROP, -place.h / 2
        middle, size_ = (top + low) / 2 + 4, self.look.edge
        vertex = self.graph.nodes[slot.edge.source]
        box = Box.around(x, top - slot.h / 2, slot.w, slot.h)
        apart = _APART if slot.choice else 0.0
        self.canvas.path([(x - apart, top + 2), (x - apart, low - 1)], "blue")
        shape = slot.edge.shape.typst
        self.canvas.formula(shape, x - apart - 8, middle, "blue", size=size_, anchor="end",
                            of=f"{vertex.key}>{place.key}")  # fmt: skip
        if slot.choice:
            ends = [(x + apart, low - 1), (x + apart, top + 2)]
            self.canvas.path(ends, "vermillion", dash=True)
            label = slot.choice.label.typst
            self.canvas.formula(label, x + apart + 8, middle, "vermillion", size=size_,
                                anchor="start", of=f"{place.key}>{vertex.key}")  # fmt: skip
        draw_vertex(self.canvas, vertex, box, self.look)

    def _draw_step(self, i: int, tallest: float) -> None:
        left, right, edge = self.places[i - 1], self.places[i], self.edges[i - 1]
        start, end = left.centre + left.w / 2, right.centre - right.w / 2
        self.canvas.path([(start, 0), (end - 1, 0)], "blue")
        self.canvas.formula(edge.shape.typst, (start + end) / 2 - 2, -9, "blue",
                            size=self.look.edge, of=f"{left.key}>{right.key}")  # fmt: skip
        choice = self.arcs[i - 1]
        if choice is None:
            return
        a = right.centre - min(18, right.w / 5)
        b = left.centre + min(18, left.w / 5)
        low = tallest / 2 + _BULGE
        bend = (a - b) * 0.16
        points = [(a, right.h / 2), (a - bend, low), (b + bend, low), (b, left.h / 2 + 1)]
        self.canvas.path(points, "vermillion", curve=True, dash=True)
        found = self.letters.formula(choice.label.typst, self.look.edge)
        base = tallest / 2 + 0.75 * _BULGE + 12 + max(found.ascent, 9)
        middle = (left.centre + right.centre) / 2
        self.canvas.formula(choice.label.typst, middle, base, "vermillion", size=self.look.edge,
                            of=f"{right.key}>{left.key}")  # fmt: skip
