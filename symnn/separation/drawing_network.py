"""The picture of the network: inputs, hidden units, output, the weights on their edges.

Law: the numbers drawn are those of the network, written as fractions. The colour and dash of a
hidden unit are those of its line. A weight stands on a bit of page on its own edge, where it covers
no other edge and no other weight as far as there is such a place. Beyond 6 units only the output
weights are written; beyond 8 the middle units are left out, and dots say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symnn.drawing.canvas import Box, Point
from symnn.drawing.picture import Picture
from symnn.drawing.sketch import Sketch
from symnn.notation.tree import Num, Relation, Sym, Tree
from symnn.separation.network import Network
from symnn.separation.palette import COLOURS, unit_style
from symnn.text.phrases import phrase

_MOST_SHOWN = 8
_HEAD, _TAIL = 5, 2
_MOST_INPUTS = 6
_MOST_WRITTEN = 6
_STEP = 92.0
_RADIUS = 23.0
_COLUMNS = (0.0, 210.0, 380.0)
_SIZE = 14.0  # of weights and biases
_SHARES = (0.66, 0.74, 0.58, 0.82, 0.5, 0.42, 0.34)  # where a weight may stand on its edge
_TONES = {colour: name for name, colour in COLOURS.items()}

Edge = tuple[Point, Point]


def network_picture(network: Network, lang: str = "en", prefix: str = "network") -> Picture:
    """Draw the network.

    >>> from symnn.separation.designer import design
    >>> network_picture(design([(0, 0), (1, 1)], [0, 1]).network).svg()[:4]
    '<svg'
    """
    width, count = len(network.hidden[0].weights), len(network.hidden)
    words = phrase("separation.network_words", lang, inputs=width, count=count)
    scene = _Scene(network, lang, prefix)
    scene.draw()
    return scene.sketch.picture(phrase("separation.network_title", lang), words)


class _Scene:
    """One drawing: places of units, edges, then weights, units and biases over them."""

    def __init__(self, network: Network, lang: str, prefix: str) -> None:
        self.network = network
        inputs = _shown(len(network.hidden[0].weights), _MOST_INPUTS)
        hidden = _shown(len(network.hidden), _MOST_SHOWN)
        self.written = len(hidden) <= _MOST_WRITTEN
        self.inputs, self.hidden = _column(inputs, 0), _column(hidden, 1)
        self.output: Point = (_COLUMNS[2], 0.0)
        self.dots = [
            (_COLUMNS[column], _height(spots, spots.index(None)))
            for column, spots in enumerate((inputs, hidden))
            if None in spots
        ]
        self.edges: list[Edge] = [(a, b) for a, b, *_ in self._edges()]
        self.taken: list[Box] = [
            Box.around(*at, 2 * _RADIUS, 2 * _RADIUS)
            for at in (*self.inputs.values(), *self.hidden.values(), self.output)
        ]
        self.sketch = Sketch(self._trees(), prefix, lang)

    def _trees(self) -> list[Tree]:
        names: list[Tree] = [*map(_input, self.inputs), *map(_unit, self.hidden), _OUTPUT]
        biases = [self._bias(k) for k in self.hidden]
        weights: list[Tree] = [Num(w) for _, _, w, _, _ in self._edges()]
        return [*names, *biases, *weights, Relation("=", Sym("c"), Num(self.network.bias))]

    def _bias(self, k: int) -> Tree:
        return Relation("=", Sym("b", sub=str(k + 1)), Num(self.network.hidden[k].bias))

    def _edges(self) -> Iterator[tuple[Point, Point, Fraction, int | None, bool]]:
        """Start, end, weight, the hidden unit that an edge leads to, whether it is written."""
        for k, spot in self.hidden.items():
            for j, start in self.inputs.items():
                yield *_shortened(start, spot), self.network.hidden[k].weights[j], k, self.written
            yield *_shortened(spot, self.output), self.network.output[k], None, True

    def draw(self) -> None:
        """Edges under weights under units."""
        for start, end, weight, k, _ in self._edges():
            tone, dashes = _style(k)
            thin = 0.8 if weight == 0 else 1.6
            self.sketch.canvas.path(
                [start, end], tone, width=thin, dash=bool(dashes), dashes=dashes or "6 4"
            )
        for start, end, weight, k, written in self._edges():
            if written:
                self._weigh((start, end), weight, _style(k)[0])
        for j, at in self.inputs.items():
            self._node(_input(j), at, "slate", "slate-tint")
        for k, at in self.hidden.items():
            tone, _ = _style(k)
            self._node(_unit(k), at, tone, "page")
            self._under(self._bias(k), at, tone)
        self._node(_OUTPUT, self.output, "green", "green-tint")
        self._under(Relation("=", Sym("c"), Num(self.network.bias)), self.output, "green")
        for x, y in self.dots:
            for step in (-8, 0, 8):
                dot = Box.around(x, y + step, 3.4, 3.4)
                self.sketch.canvas.rectangle(dot, "muted", fill="muted", corner=1.7, width=0.5)

    def _weigh(self, edge: Edge, weight: Fraction, tone: str) -> None:
        """A weight where it covers least: other weights and units, then other edges."""
        (x, y), (u, v) = edge
        found = self.sketch.extent(Num(weight), _SIZE)
        order = _SHARES if u < self.output[0] - _STEP else (0.45, 0.36, 0.54, 0.63, 0.27)
        places = [(x + s * (u - x), y + s * (v - y)) for s in order]
        boxes = [Box.around(*at, found[0] + 6, found[1] + 5) for at in places]
        best = min(range(len(boxes)), key=lambda k: (self._covered(boxes[k], edge), k))
        self.taken.append(boxes[best])
        self.sketch.write(Num(weight), places[best], tone, size=_SIZE, ground=True, of="weight")

    def _covered(self, box: Box, own: Edge) -> tuple[int, int]:
        others = sum(box.overlaps(other) for other in self.taken)
        return others, sum(_meets(box, edge) for edge in self.edges if edge != own)

    def _node(self, name: Tree, at: Point, tone: str, fill: str) -> None:
        circle = Box.around(*at, 2 * _RADIUS, 2 * _RADIUS)
        self.sketch.canvas.rectangle(circle, tone, of=f"{at}", corner=_RADIUS, fill=fill, width=1.8)
        self.sketch.write(name, at, size=17, of=f"{at}")

    def _under(self, bias: Tree, at: Point, tone: str) -> None:
        room = self.sketch.extent(bias, _SIZE)[1]
        place = at[0], at[1] + _RADIUS + 6 + room / 2
        self.sketch.write(bias, place, tone, size=_SIZE, ground=True, of="bias")


_OUTPUT = Sym("y", accent="hat")


def _input(j: int) -> Tree:
    return Sym("x", sub=str(j + 1))


def _unit(k: int) -> Tree:
    return Sym("h", sub=str(k + 1))


def _style(k: int | None) -> tuple[str, str]:
    """Tone and dashes, in pixels, of the edges to a hidden unit; plain slate to the output."""
    if k is None:
        return "slate", ""
    colour, (_, pattern) = unit_style(k)
    return _TONES[colour], " ".join(f"{1.6 * part:g}" for part in pattern or ())


def _shown(count: int, most: int) -> list[int | None]:
    """List the units drawn; None stands for those left out."""
    if count <= most:
        return list(range(count))
    return [*range(_HEAD), None, *range(count - _TAIL, count)]


def _height(spots: list[int | None], position: int) -> float:
    return _STEP * (position - (len(spots) - 1) / 2)


def _column(spots: list[int | None], column: int) -> dict[int, Point]:
    return {
        k: (_COLUMNS[column], _height(spots, position))
        for position, k in enumerate(spots)
        if k is not None
    }


def _shortened(start: Point, end: Point) -> Edge:
    """From the rim of a circle to the rim of the next."""
    (x, y), (u, v) = start, end
    length = ((u - x) ** 2 + (v - y) ** 2) ** 0.5
    dx, dy = (u - x) / length * _RADIUS, (v - y) / length * _RADIUS
    return (x + dx, y + dy), (u - dx, v - dy)


def _meets(box: Box, edge: Edge) -> bool:
    """Whether an edge runs through a box: it is cut to the strip of the box's sides."""
    (x, y), (u, v) = edge
    low, high = max(box.x, x), min(box.right, u)
    if low > high:
        return False
    ends = [y + (at - x) / (u - x) * (v - y) for at in (low, high)]
    return min(ends) < box.bottom and max(ends) > box.y
