"""A page to draw on: shapes, words and formulas with their boxes, written as SVG.

Law: the same drawing gives the same bytes; every visible thing has its box in `boxes`, so that
tests can prove that no label touches a node or another label, and the view box holds all of them.
Colours are the page's tokens with fallbacks (`var(--blue,#0069a6)`): the page restyles them.
Extend: a method that appends markup and notes its box.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from symnn.drawing.lettering import Lettering, text_width

LIGHT = {
    "ink": "#1b2733", "muted": "#5a6772", "hairline": "#d3dae1", "page": "#ffffff",
    "panel": "#f4f6f8", "blue": "#0069a6", "blue-tint": "#e6f1f9", "vermillion": "#b84a00",
    "vermillion-tint": "#fcebe0", "green": "#00704f", "green-tint": "#e4f4ee",
    "ochre": "#8a5a00", "ochre-tint": "#fdf2d8", "plum": "#85417a", "plum-tint": "#f4e9f2",
    "slate": "#52606d", "slate-tint": "#ebeff3",
}  # fmt: skip
DARK = {
    "ink": "#e4eaf0", "muted": "#9fadba", "hairline": "#2d3843", "page": "#12181f",
    "panel": "#1a222b", "blue": "#74bdf2", "blue-tint": "#12293b", "vermillion": "#ff9d61",
    "vermillion-tint": "#3a2318", "green": "#56cfa4", "green-tint": "#12302a",
    "ochre": "#e9b95f", "ochre-tint": "#352a12", "plum": "#dba0cd", "plum-tint": "#33212f",
    "slate": "#a9b6c2", "slate-tint": "#222c36",
}  # fmt: skip
SANS = "'Source Sans 3','Source Sans Pro','Noto Sans',system-ui,Arial,'DejaVu Sans',sans-serif"
_TOKEN = re.compile(r"var\(--([a-z-]+),(#[0-9a-f]+)\)")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in pixels."""

    x: float
    y: float
    w: float
    h: float

    @classmethod
    def around(cls, x: float, y: float, w: float, h: float) -> Box:
        """The box with this centre.

        >>> Box.around(5, 5, 4, 2)
        Box(x=3.0, y=4.0, w=4, h=2)
        """
        return cls(x - w / 2, y - h / 2, w, h)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.h

    @property
    def centre(self) -> Point:
        """The middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether two boxes come nearer than `gap`.

        >>> Box(0, 0, 2, 2).overlaps(Box(3, 0, 2, 2)), Box(0, 0, 2, 2).overlaps(Box(3, 0, 1, 1), 2)
        (False, True)
        """
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies within another box."""
        return (
            self.x >= other.x - 1e-6
            and self.y >= other.y - 1e-6
            and self.right <= other.right + 1e-6
            and self.bottom <= other.bottom + 1e-6
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """One visible thing: kind "node", "label", "text" or "line", what it belongs to, its box."""

    kind: str
    of: str
    box: Box


def paint(tone: str) -> str:
    """The colour of a token, with the light value as fallback.

    >>> paint("blue")
    'var(--blue,#0069a6)'
    """
    return tone if tone == "none" else f"var(--{tone},{LIGHT[tone]})"


def clean(text: str) -> str:
    r"""A text escaped for SVG, without the characters that XML forbids.

    >>> clean("<b>\x00")
    '&lt;b&gt;'
    """
    return escape(_CONTROL.sub("", text))


def number(value: float) -> str:
    """A coordinate: two decimals at most.

    >>> number(3.0), number(-0.001), number(2.345)
    ('3', '0', '2.35')
    """
    text = f"{value + 1e-9:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain_colours(svg: str, dark: bool = False) -> str:
    """The same picture with fixed colours, for programs that know no CSS variables.

    >>> plain_colours('<g style="fill:var(--blue,#0069a6)"/>')
    '<g style="fill:#0069a6"/>'
    """
    return _TOKEN.sub(lambda m: DARK[m[1]] if dark else m[2], svg)


@dataclass
class Canvas:
    """Collects markup and boxes; `svg` writes the picture."""

    letters: Lettering
    prefix: str = "g"
    marks: list[Mark] = field(default_factory=list)
    operations: list[tuple[Any, ...]] = field(default_factory=list)
    _body: list[str] = field(default_factory=list)

    def note(self, kind: str, of: str, box: Box) -> None:
        """Remember a box without drawing."""
        self.marks.append(Mark(kind, of, box))

    def rectangle(
        self, box: Box, tone: str, *, of: str = "", corner: float = 4, dash: bool = False,
        fill: str = "", title: str = "", width: float = 1.5,
    ) -> None:  # fmt: skip
        """A rectangle; a corner of half the height makes it round."""
        dashes = ";stroke-dasharray:5 3" if dash else ""
        filled = fill or f"{tone}-tint"
        shape = (
            f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.w)}" '
            f'height="{number(box.h)}" rx="{number(corner)}" style="fill:'
            f'{paint(filled)};stroke:{paint(tone)};stroke-width:{width}{dashes}"'
        )
        self.operations.append(("rectangle", box, tone, filled, corner, dash, width))
        inner = f"><title>{clean(title)}</title></rect>" if title else "/>"
        self._body.append(shape + inner)
        if of:
            self.note("node", of, box)

    def path(
        self, points: Sequence[Point], tone: str, *, curve: bool = False, dash: bool = False,
        arrow: bool = True, width: float = 1.6, dashes: str = "6 4",
    ) -> None:  # fmt: skip
        """A line through points, or cubic curves with two controls each; an arrow at its end."""
        line = list(points)
        if arrow:
            (tip_x, tip_y), (dx, dy) = points[-1], _direction(points)
            line[-1] = tip_x - 5 * dx, tip_y - 5 * dy
        dots = dashes if dash else ""
        self.operations.append(("path", tuple(line), tone, curve, dots, width))
        shown = [f"{number(x)} {number(y)}" for x, y in line]
        joined = "L".join(shown)
        if curve:
            groups = [" ".join(shown[k : k + 3]) for k in range(1, len(shown), 3)]
            joined = shown[0] + "".join("C" + g for g in groups)
        dashed = f";stroke-dasharray:{dashes}" if dash else ""
        self._body.append(
            f'<path d="M{joined}" style="fill:none;stroke:{paint(tone)};'
            f'stroke-width:{width}{dashed}"/>'
        )
        if arrow:
            self._arrow(points, tone)
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        box = Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
        self.note("line", "", box)

    def _arrow(self, points: Sequence[Point], tone: str) -> None:
        (x, y), (dx, dy) = points[-1], _direction(points)
        corners = ((0, 0), (-9, 3.4), (-7, 0), (-9, -3.4))
        places = [(x + a * dx - b * dy, y + a * dy + b * dx) for a, b in corners]
        self.area(places, tone)

    def area(self, corners: Sequence[Point], tone: str) -> None:
        """A filled polygon, under what follows."""
        shown = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
        self.operations.append(("area", tuple(corners), tone))
        self._body.append(f'<polygon points="{shown}" style="fill:{paint(tone)}"/>')

    def shade(self, box: Box, tone: str, share: float) -> None:
        """A cell: a tone at an opacity, with a hairline of the ground around it."""
        self.operations.append(("shade", box, tone, share))
        self._body.append(
            f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.w)}" '
            f'height="{number(box.h)}" style="fill:{paint(tone)};fill-opacity:{number(share)};'
            f'stroke:{paint("page")};stroke-width:0.8"/>'
        )

    def formula(
        self, source: str, x: float, baseline: float, tone: str = "ink", *,
        size: float = 15, anchor: str = "middle", of: str = "",
    ) -> Box:  # fmt: skip
        """A typeset formula on a baseline; `x` is its left edge, middle or right edge."""
        found = self.letters.formula(source, size)
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * found.w
        box = Box(left, baseline - found.ascent, found.w, found.ascent + found.depth)
        self.operations.append(("formula", source, x, baseline, tone, size, anchor, found.w))
        self._body.append(
            f'<g transform="translate({number(left)} {number(box.y)}) scale({number(size / 10)})" '
            f'style="color:{paint(tone)}">{found.body}</g>'
        )
        self.note("label", of, box)
        return box

    def text(
        self, words: str, x: float, baseline: float, tone: str = "muted", *,
        size: float = 12, anchor: str = "middle", bold: bool = False, of: str = "",
    ) -> Box:  # fmt: skip
        """Words in the sans of the labels."""
        width = text_width(words, size, bold=bold)
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        weight = ";font-weight:600" if bold else ""
        self.operations.append(("text", words, x, baseline, tone, size, anchor, width, bold))
        self._body.append(
            f'<text x="{number(x)}" y="{number(baseline)}" text-anchor="{anchor}" '
            f'style="font-family:{SANS};font-size:{number(size)}px;fill:{paint(tone)}{weight}">'
            f"{clean(words)}</text>"
        )
        box = Box(left, baseline - 0.75 * size, width, size)
        self.note("text", of, box)
        return box

    def bounds(self, margin: float = 6) -> Box:
        """The box around everything."""
        boxes = [m.box for m in self.marks] or [Box(0, 0, 1, 1)]
        x, y = min(b.x for b in boxes) - margin, min(b.y for b in boxes) - margin
        right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
        return Box(x, y, right + margin - x, bottom + margin - y)

    def svg(self, title: str, description: str, *, standalone: bool = False) -> str:
        """The picture. Standalone: with its own ground and its own dark colours."""
        box = self.bounds()
        view = " ".join(number(v) for v in (box.x, box.y, box.w, box.h))
        name = f"{self.prefix}-svg"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" viewBox="{view}" '
            f'width="{number(box.w)}" height="{number(box.h)}" role="img" '
            f'aria-label="{clean(description)}"><title>{clean(title)}</title>'
        )
        style = _own_colours(name, box) if standalone else ""
        return head + style + self.letters.defs + "".join(self._body) + "</svg>"


def _direction(points: Sequence[Point]) -> Point:
    """Of the end of a path, of length 1."""
    (x, y) = points[-1]
    for a, b in reversed(points[:-1]):
        length = ((x - a) ** 2 + (y - b) ** 2) ** 0.5
        if length > 1e-6:
            return (x - a) / length, (y - b) / length
    return 1.0, 0.0


def _own_colours(name: str, box: Box) -> str:
    light = ";".join(f"--{k}:{v}" for k, v in LIGHT.items())
    dark = ";".join(f"--{k}:{v}" for k, v in DARK.items())
    ground = (
        f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.w)}" '
        f'height="{number(box.h)}" style="fill:{paint("page")}"/>'
    )
    return (
        f"<style>#{name}{{{light}}}@media (prefers-color-scheme:dark){{#{name}{{{dark}}}}}</style>"
        + ground
    )
