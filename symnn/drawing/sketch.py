"""Drawings whose places their author chooses: boxes, arrows, words and formulas of trees.

Layouts place graphs; a sketch is for the few pictures that have one natural form (a scheme, a map
of numbers, bars). Law: formulas come from trees, so that SVG and LaTeX show the same; a place is
named by the box that stands there, and an arrow runs from box to box.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.lettering import Lettering, text_width
from symnn.drawing.picture import Picture
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst

_GROUND = 2.5  # of the page around words that stand on a line


@dataclass(frozen=True)
class Drawn:
    """Pictures for a page: markup for HTML, and the wide picture for LaTeX."""

    html: str
    tikz: str


class Sketch:
    """A canvas, with formulas given as trees.

    Args:
        trees: every formula that will be drawn.
        prefix: put before the ids, unique on a page.
        lang: language of the numbers.

    >>> from symnn.notation.tree import Sym
    >>> sketch = Sketch([Sym("x")], "s")
    >>> box = sketch.box(Sym("x"), (0, 0), "blue")
    >>> sketch.picture("A box", "A box with x.").svg()[:4]
    '<svg'
    """

    def __init__(self, trees: Iterable[Tree], prefix: str, lang: str = "en") -> None:
        self._style = Style(lang=lang)
        self._latex = {to_typst(x, self._style): to_latex(x, self._style) for x in trees}
        self.canvas = Canvas(Lettering(list(self._latex), prefix), prefix)

    def width(self, shown: Tree | str, size: float) -> float:
        """Of words or of a formula, in pixels."""
        if isinstance(shown, str):
            return text_width(shown, size)
        return self.canvas.letters.width(to_typst(shown, self._style), size)

    def extent(self, tree: Tree, size: float) -> tuple[float, float]:
        """Width and height of a formula, in pixels."""
        found = self.canvas.letters.formula(to_typst(tree, self._style), size)
        return found.w, found.ascent + found.depth

    def write(
        self, shown: Tree | str, at: Point, tone: str = "ink", *, size: float = 15,
        anchor: str = "middle", bold: bool = False, ground: bool = False, of: str = "",
    ) -> Box:  # fmt: skip
        """Words or a formula, whose middle height is that of `at`; on a bit of page if `ground`."""
        x, y = at
        if isinstance(shown, str):
            baseline = y + 0.35 * size
            if ground:
                self._clear(text_width(shown, size, bold=bold), size, at, anchor)
            return self.canvas.text(
                shown, x, baseline, tone, size=size, anchor=anchor, bold=bold, of=of
            )
        source = to_typst(shown, self._style)
        found = self.canvas.letters.formula(source, size)
        if ground:
            self._clear(found.w, found.ascent + found.depth, at, anchor)
        baseline = y + (found.ascent - found.depth) / 2
        return self.canvas.formula(source, x, baseline, tone, size=size, anchor=anchor, of=of)

    def _clear(self, width: float, height: float, at: Point, anchor: str) -> None:
        x = at[0] + {"start": 0.5, "middle": 0.0, "end": -0.5}[anchor] * width
        box = Box.around(x, at[1], width + 2 * _GROUND, height + 2 * _GROUND)
        self.canvas.rectangle(box, "none", fill="page", corner=0, width=0)

    def box(
        self, shown: Tree | str, at: Point, tone: str, *, least: float = 44, height: float = 44,
        dash: bool = False, corner: float = 4, fill: str = "", size: float = 15,
    ) -> Box:  # fmt: skip
        """A box around words or a formula, with its middle at a place."""
        width = max(least, self.width(shown, size) + 24)
        found = Box.around(*at, width, height)
        name = shown if isinstance(shown, str) else to_typst(shown, self._style)
        self.canvas.rectangle(found, tone, of=name, corner=corner, dash=dash, fill=fill)
        self.write(shown, at, size=size, of=name)
        return found

    def arrow(self, source: Box, target: Box, tone: str = "blue") -> None:
        """From the side of a box to the facing side of another one."""
        (x, y), (u, v) = source.centre, target.centre
        if target.x >= source.right:
            ends = [(source.right, y), (target.x, v)]
        elif target.right <= source.x:
            ends = [(source.x, y), (target.right, v)]
        elif v > y:
            ends = [(x, source.bottom), (u, target.y)]
        else:
            ends = [(x, source.y), (u, target.bottom)]
        self.canvas.path(ends, tone)

    def picture(self, title: str, alt: str) -> Picture:
        """What was drawn."""
        return Picture(self.canvas, "scale", title, alt, self._latex)


def on_page(wide: Picture, tall: Picture | None = None) -> Drawn:
    """A picture for a page, with another one for a narrow page if it has one.

    >>> one = Sketch([], "s").picture("Nothing", "Nothing.")
    >>> on_page(one).html == one.svg(), "on-narrow" in on_page(one, one).html
    (True, True)
    """
    if tall is None:
        return Drawn(wide.svg(), wide.tikz())
    shown = f'<div class="on-wide">{wide.svg()}</div><div class="on-narrow">{tall.svg()}</div>'
    return Drawn(shown, wide.tikz())
