r"""A canvas as TikZ, for documents that set their figures themselves.

Plain TikZ without libraries; formulas are the LaTeX of the same trees. Laws: only
`\usepackage{tikz}` with amsmath, amssymb and bm is needed; lines, colours and places are those of
the SVG; a formula or words that the document's fonts set wider than the room measured for them
shrink to it, so that nothing overlaps here that does not overlap there; names are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from symnn.core.errors import UnsupportedError
from symnn.drawing.canvas import LIGHT, Canvas, Point, number
from symnn.text.tex import tex_text

_ANCHOR = {"start": "base west", "middle": "base", "end": "base east"}
_WIDEST = 459.0  # of a picture in points: the text of a page of A4 with margins of 24 mm
_TALLEST = 680.0  # and its height, with a line or two of caption
_UNIT = 0.75  # points of a pixel, where the picture is not too large
_DASHES = "5 3"  # of a rectangle, as in the SVG
_WITHIN = (
    r"\providecommand{\symnnwithin}[2]{\sbox0{#2}"
    r"\ifdim\wd0>#1\resizebox{#1}{!}{\usebox0}\else\usebox0\fi}"
)


def to_tikz(canvas: Canvas, latex: Mapping[str, str]) -> str:
    """The picture as a `tikzpicture`, not larger than a page.

    Args:
        canvas: a finished drawing.
        latex: the LaTeX of each formula on it, by its Typst source.
    """
    box = canvas.bounds()
    writer = _Writer(min(_UNIT, _WIDEST / box.w, _TALLEST / box.h), latex)
    lines = [writer.line(operation) for operation in canvas.operations]
    used = [f"\\definecolor{{symnn-{k}}}{{HTML}}{{{v[1:].upper()}}}" for k, v in LIGHT.items()]
    begin = f"\\begin{{tikzpicture}}[x={writer.unit:.4f}bp,y=-{writer.unit:.4f}bp]"
    bounds = f"\\useasboundingbox {_place(box.x, box.y)} rectangle {_place(box.right, box.bottom)};"
    head = [line + "%" for line in (_WITHIN, *used)]  # a bare end of line would be a space
    return "\n".join([*head, begin, bounds, *lines, "\\end{tikzpicture}%", ""])


class _Writer:
    """Writes operations at a scale."""

    def __init__(self, unit: float, latex: Mapping[str, str]) -> None:
        self.unit, self.latex = unit, latex

    def line(self, operation: tuple[Any, ...]) -> str:
        """One operation of a canvas."""
        match operation:
            case ("rectangle", box, tone, fill, corner, dash, width):
                round_ = min(corner, box.w / 2, box.h / 2)
                options = [*_painted(fill, tone), *self._pen(width, _DASHES if dash else "")]
                if round_:
                    options.append(f"rounded corners={self.length(round_)}")
                corners = f"{_place(box.x, box.y)} rectangle {_place(box.right, box.bottom)}"
                return f"\\path[{','.join(options)}] {corners};"
            case ("path", points, tone, curve, dashes, width):
                options = [f"draw=symnn-{tone}", *self._pen(width, dashes)]
                return f"\\path[{','.join(options)}] {_route(points, curve)};"
            case ("shade", box, tone, share):
                options = [*_painted(tone, "page"), f"fill opacity={number(share)}"]
                corners = f"{_place(box.x, box.y)} rectangle {_place(box.right, box.bottom)}"
                return f"\\path[{','.join([*options, *self._pen(0.8, '')])}] {corners};"
            case ("area", points, tone):
                return f"\\fill[symnn-{tone}] {_route(points, False)} -- cycle;"
            case ("formula", source, x, y, tone, size, anchor, width):
                return self._node(f"${self.latex[source]}$", (x, y), tone, size, anchor, width)
            case ("text", words, x, y, tone, size, anchor, width, bold):
                face = r"\sffamily\bfseries{}" if bold else r"\sffamily{}"
                return self._node(face + tex_text(words), (x, y), tone, size, anchor, width)
        raise UnsupportedError(f"no TikZ for {operation[0]!r}")

    def length(self, pixels: float) -> str:
        """A length of the picture."""
        return f"{number(pixels * self.unit)}bp"

    def _pen(self, width: float, dashes: str) -> list[str]:
        options = [f"line width={self.length(width)}"]
        if dashes:
            parts = zip(cycle(("on", "off")), map(float, dashes.split()), strict=False)
            strokes = " ".join(f"{word} {self.length(part)}" for word, part in parts)
            options.append(f"dash pattern={strokes}")
        return options

    def _node(self, text: str, at: Point, tone: str, size: float, anchor: str, room: float) -> str:
        font = f"\\fontsize{{{self.length(size)}}}{{{self.length(1.2 * size)}}}\\selectfont"
        held = f"\\symnnwithin{{{self.length(room)}}}{{{text}}}"
        options = f"anchor={_ANCHOR[anchor]},inner sep=0,text=symnn-{tone},font={font}"
        return f"\\node[{options}] at {_place(*at)} {{{held}}};"


def _painted(fill: str, tone: str) -> list[str]:
    asked = {"fill": fill, "draw": tone}
    return [f"{what}=symnn-{name}" for what, name in asked.items() if name != "none"]


def _place(x: float, y: float) -> str:
    return f"({number(x)},{number(y)})"


def _route(points: Sequence[Point], curve: bool) -> str:
    """A line through points, or cubic curves with two controls each."""
    places = [_place(x, y) for x, y in points]
    if not curve:
        return " -- ".join(places)
    text = places[0]
    for k in range(1, len(places), 3):
        first, second, end = places[k : k + 3]
        text += f" .. controls {first} and {second} .. {end}"
    return text
