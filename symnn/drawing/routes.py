"""Where lines run once cells have their places: bands of ranks, ports of vertices, curves.

Inside a rank a line is straight and keeps to its cell; between two ranks it is an S-curve. Law: two
lines never share a port of a vertex that has room for both.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.drawing.canvas import Point
from symnn.drawing.ranks import Cell, Layers, place, spaced, straighten

_PORTS = 24.0
Ports = dict[tuple[Cell, Cell], float]


class Routes:
    """Bands and curves of placed layers; `corner` says how much of a side lines must leave free."""

    def __init__(self, layers: Layers, tall: bool, corner: Callable[[Cell], float]) -> None:
        self.layers, self.tall, self.corner = layers, tall, corner
        self.bands: list[tuple[float, float]] = []

    def refine(self) -> None:
        """Move cells so that lines run straight into their ports; the order stays."""
        for _ in range(2):
            self.layers.ports = self.ports(centred=True)
            place(self.layers, fresh=False)
        straighten(self.layers)

    def make_bands(self) -> None:
        """The extent of every rank along the main axis; steep links get wider gaps."""
        steep = [0.0] * len(self.layers.ranks)
        for a, b in self.layers.links:
            steep[a.rank] = max(steep[a.rank], abs(a.at - b.at))
        at = 0.0
        for r, rank in enumerate(self.layers.ranks):
            deep = max((c.main for c in rank), default=0.0)
            self.bands.append((at, at + deep))
            at += deep + min(80.0, max(20.0, 14 + 0.25 * steep[r]))

    def point(self, along: float, across: float) -> Point:
        """Along the ranks and across them, as x and y."""
        return (across, along) if self.tall else (along, across)

    def ports(self, *, centred: bool = False) -> Ports:
        """Where each link leaves or enters a vertex: near its neighbour, never two at one place.

        Centred, a line alone on its side stands in the middle, so that it draws its ends together.
        """
        result: Ports = {}
        before, after = self.layers.neighbours()
        for side in (before, after):
            for cell, links in side.items():
                if cell.kind == "vertex" and len(links) > centred:
                    result.update(self._ports(cell, sorted(links, key=lambda c: c.at)))
        return result

    def _ports(self, cell: Cell, near: list[Cell]) -> Ports:
        """The ports of one side; the one line that is not of a mere input runs to the middle."""
        room = max(cell.before - self.corner(cell), 0.0)
        gap = min(_PORTS, 2 * room / max(len(near) - 1, 1))
        heavy = [k for k, c in enumerate(near) if not c.light]
        if len(heavy) == 1 < len(near):
            gap = min(gap, room / max(heavy[0], len(near) - 1 - heavy[0]))
            return {(cell, c): (k - heavy[0]) * gap for k, c in enumerate(near)}
        wanted = [min(max(c.at - cell.at, -room), room) for c in near]
        places = spaced(wanted, [1.0] * len(near), [gap] * (len(near) - 1))
        shift = min(0.0, room - places[-1]) + max(0.0, -room - places[0])
        return {(cell, c): p + shift for c, p in zip(near, places, strict=True)}

    def route(self, route: list[Cell], start: float, end: float, shift: float) -> list[Point]:
        """Cubic curves from vertex to vertex: straight in ranks, S-shaped between them."""
        along, across = self.edge_of(route[0], True), start
        points = [self.point(along, across)]
        for k, cell in enumerate(route[1:], 1):
            last = k == len(route) - 1
            target = end if last else cell.at + shift
            here, there = self.bands[route[k - 1].rank][1], self.bands[cell.rank][0]
            points += self.straight(along, here, across)
            middle = (here + there) / 2
            points += [
                self.point(middle, across), self.point(middle, target),
                self.point(there, target),
            ]  # fmt: skip
            along, across = there, target
        points += self.straight(along, self.edge_of(route[-1], False) - 1, across)
        return points

    def edge_of(self, cell: Cell, leaving: bool) -> float:
        """Where a cell's side is along the main axis."""
        start, end = self.bands[cell.rank]
        middle = (start + end) / 2
        return middle + cell.main / 2 if leaving else middle - cell.main / 2

    def straight(self, start: float, end: float, across: float) -> list[Point]:
        """A straight piece as a cubic curve; nothing where it has no length."""
        if end - start < 0.01:
            return []
        third = (end - start) / 3
        steps = (start + third, start + 2 * third, end)
        return [self.point(s, across) for s in steps]
