"""The network by layers, to scale: one sheet per channel, one bar per vector.

Left to right in rows with texts above and shapes below, or top to bottom with texts at the right.
The window of a filter stands where it computes the marked value: its place follows from stride and
padding. Shapes, settings and counts come from the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from math import log2

from symnn.drawing.canvas import Box, Canvas
from symnn.drawing.columns import columns
from symnn.drawing.diagram import Diagram
from symnn.drawing.layer_texts import alt_text, details, heading, rows_dot, shape_label
from symnn.drawing.lettering import Lettering, text_width
from symnn.drawing.picture import Picture
from symnn.drawing.rows import LayerRow, prepared, shown_number
from symnn.text.phrases import phrase

_SHEETS = 12
_PAGE = 774.0  # pixels of a row: words of 12 px are 7.5 pt where it is printed 174 mm wide
_TALL_SIDE, _WIDE_SIDES = 84.0, (104.0, 88.0, 76.0, 64.0)
_LINE = 15.0
_GAP, _APART = 26.0, 12.0  # between pictures, between words
_BOLD_APART = (14.0, 18.0)  # between names, between counts of parameters
_SHAPE = 15.0
_MOST_LINES = 4  # above a picture: name, settings in two lines, parameters
_BETWEEN, _TURN = 44.0, 10.0  # from row to row; of the line around a row
Lines = list[tuple[str, str, float, bool]]  # words, tone, size, bold


class Volumes:
    """One drawing of rows: sizes of pictures, then their places."""

    def __init__(self, rows: Sequence[LayerRow], canvas: Canvas, lang: str, side: float) -> None:
        self.rows, self.canvas, self.lang = rows, canvas, lang
        self.unit = scale_of(rows, side)
        self.least = 4.0

    def step(self, row: LayerRow) -> tuple[int, float]:
        """How many sheets are drawn, and how far apart."""
        sheets = min(int(row.shape[2]), _SHEETS)
        return sheets, min(9.0, 34.0 / max(sheets - 1, 1))

    def extent(self, row: LayerRow) -> tuple[float, float]:
        """Width and height of the picture of a row."""
        if row.kind == "volume":
            sheets, step = self.step(row)
            front = self.front(row)
            return front[0] + step * (sheets - 1), front[1] + step * (sheets - 1)
        if row.kind == "bar":
            return 12.0, min(140.0, 40 + 12 * log2(max(int(row.shape[0]), 1)))
        return 76.0, 44.0

    def front(self, row: LayerRow) -> tuple[float, float]:
        """Width and height of one sheet."""
        high, wide = float(row.shape[0]), float(row.shape[1])
        return max(wide * self.unit, self.least), max(high * self.unit, self.least)

    def picture(self, row: LayerRow, x: float, y: float) -> Box:
        """Draw a row around a centre; return the box of its front."""
        w, h = self.extent(row)
        tone = _stroke(row)
        self.canvas.note("node", row.name or "input", Box.around(x, y, w, h))
        if row.kind == "volume":
            return self._sheets(row, Box.around(x, y, w, h), tone)
        box = Box.around(x, y, w, h)
        self.canvas.rectangle(box, tone, corner=0 if row.kind == "bar" else 4, width=1.2)
        count = int(row.shape[0]) if row.kind == "bar" else 0
        if 1 < count <= 40:
            for k in range(1, count):
                at = box.y + k * h / count
                self.canvas.path([(box.x, at), (box.right, at)], tone, arrow=False, width=0.6)
        return box

    def _sheets(self, row: LayerRow, whole: Box, tone: str) -> Box:
        sheets, step = self.step(row)
        w, h = self.front(row)
        box = Box(whole.x, whole.bottom - h, w, h)
        for k in range(sheets - 1, -1, -1):
            box = Box(whole.x + k * step, whole.bottom - h - k * step, w, h)
            self.canvas.rectangle(box, tone, fill="page" if k else f"{tone}-tint", corner=0,
                                  width=1.0)  # fmt: skip
        return box

    def window(self, before: LayerRow, row: LayerRow, source: Box, target: Box) -> None:
        """The window of a filter on its input, and the value that it computes."""
        unit, tone = self.unit, row.tone
        stride = row.stride or (1, 1)
        padding = row.padding or (0, 0)
        cell = []
        for axis in (0, 1):
            out, size, kernel = int(row.shape[axis]), int(before.shape[axis]), row.kernel[axis]
            k = out * 2 // 5
            low = max(k * stride[axis] - padding[axis], 0)
            high = min(k * stride[axis] - padding[axis] + kernel, size)
            cell.append((k, low, high))
        (i, top, bottom), (j, left, right) = cell
        window = Box(source.x + left * unit, source.y + top * unit, (right - left) * unit,
                     (bottom - top) * unit)  # fmt: skip
        end = target.x + (j + 0.5) * unit, target.y + (i + 0.5) * unit
        for corner in (window.y, window.bottom):
            self.canvas.path([(window.right, corner), end], tone, arrow=False, width=0.9)
        self.canvas.rectangle(window, tone, corner=0, width=1.2, fill=f"{tone}-tint")
        side = max(unit, 3.0)
        self.canvas.rectangle(Box.around(*end, side, side), tone, corner=0, fill=tone, width=0.5)

    def link(self, k: int, source: Box, target: Box) -> None:
        """What joins two neighbours from left to right."""
        before, row = self.rows[k - 1], self.rows[k]
        if before.kind == row.kind == "volume" and len(row.kernel) == 2:
            self.window(before, row, source, target)
        elif before.kind == row.kind == "bar":
            corners = ((source.right, source.y), (target.x, target.y), (target.x, target.bottom),
                       (source.right, source.bottom))  # fmt: skip
            self.canvas.area(corners, "green-tint")
        else:
            _, y = target.centre
            start = source.right + (self.extent(before)[0] - source.w) + 4
            self.canvas.path([(start, y), (target.x - 4, y)], "muted", width=1.2)

    def draw_wide(self) -> None:
        """Left to right, in rows: texts above, pictures, shapes below."""
        texts = [self._narrow_texts(r) for r in self.rows]
        boxes: list[Box] = []
        ends: list[int] = []
        middle, below = 0.0, 0.0
        rows, texts = self._fitted(texts)
        for line in rows:
            members = [self.rows[k] for k, _ in line]
            half = max(self.extent(r)[1] for r in members) / 2
            above = max(len(texts[k]) for k, _ in line)
            middle = below + half + 14 + above * _LINE if boxes else 0.0
            for k, x in line:
                self._write_above(texts[k], x, middle - half - 14 - (above - 1) * _LINE)
                self._write_below(self.rows[k], x, middle + half + 22)
                boxes.append(Box.around(x, middle, *self.extent(self.rows[k])))
            ends.append(len(boxes))
            below = middle + half + 22 + 16 + _BETWEEN
        self._draw_row_by_row(boxes, set(ends))

    def _fitted(self, texts: list[Lines]) -> tuple[list[list[tuple[int, float]]], list[Lines]]:
        """The columns at the largest scale that takes one row, else in several rows.

        Where no scale takes one row, names that stand alone move down between shorter words.
        """
        name, count = _BOLD_APART
        apart = (name, *[_APART] * (_MOST_LINES - 2), count, _GAP, _APART, _APART)
        for lines in (texts, [texts[0], *map(_lowered, texts[1:])]):
            for side in _WIDE_SIDES:
                found = self._columns(lines, side, apart)
                if len(found) == 1:
                    return found, lines
        return self._columns(texts, _WIDE_SIDES[0], apart), texts

    def _columns(
        self, texts: Sequence[Lines], side: float, apart: Sequence[float]
    ) -> list[list[tuple[int, float]]]:
        """The columns at a scale."""
        self.unit = scale_of(self.rows, side)
        widths = [self._widths(r, lines) for r, lines in zip(self.rows, texts, strict=True)]
        return columns(widths, apart, _PAGE)

    def _narrow_texts(self, row: LayerRow) -> Lines:
        """The lines of text, those of a bar with the count in a line of its own."""
        lines = self._texts(row)
        if row.kind != "bar" or row.parameters == 0:
            return lines
        words, *look = lines[-1]
        count, _, unit = words.partition(" ")
        return [*lines[:-1], (count, *look), (unit, *look)]

    def _widths(self, row: LayerRow, lines: Lines) -> list[float]:
        """Of a column, by level: lines of text, picture, shape, number of values."""
        words = [text_width(s, z, bold=b) for s, _, z, b in lines]
        shape = self.canvas.letters.width(shape_label(row).typst, _SHAPE)
        values = text_width(self._values(row), 12)
        return [*words, *[0.0] * (_MOST_LINES - len(words)), self.extent(row)[0], shape, values]

    def _draw_row_by_row(self, boxes: list[Box], starts: set[int]) -> None:
        """Pictures over the areas between bars, other links over pictures."""
        fronts = [self._front_box(r, b) for r, b in zip(self.rows, boxes, strict=True)]
        inner = [k for k in range(1, len(boxes)) if k not in starts]
        bars = {k for k in inner if self.rows[k - 1].kind == self.rows[k].kind == "bar"}
        for k in sorted(bars):
            self.link(k, fronts[k - 1], fronts[k])
        for row, box in zip(self.rows, boxes, strict=True):
            self.picture(row, *box.centre)
        for k in (k for k in inner if k not in bars):
            self.link(k, fronts[k - 1], fronts[k])
        for k in sorted(starts - {len(boxes)}):
            self._turn(boxes[k - 1], boxes[k])

    def _turn(self, last: Box, first: Box) -> None:
        """The line from the end of a row to the start of the next."""
        whole = self.canvas.bounds(_TURN)
        words = [m.box.y for m in self.canvas.marks if m.of == "text"]
        between = min(y for y in words if last.bottom < y < first.y) - _BETWEEN / 2
        (_, y), (_, low) = last.centre, first.centre
        corners = [(last.right + 4, y), (whole.right, y), (whole.right, between),
                   (whole.x, between), (whole.x, low), (first.x - 4, low)]  # fmt: skip
        self.canvas.path(corners, "muted", width=1.2)

    def _front_box(self, row: LayerRow, box: Box) -> Box:
        if row.kind != "volume":
            return box
        w, h = self.front(row)
        return Box(box.x, box.bottom - h, w, h)

    def _texts(self, row: LayerRow) -> Lines:
        lines = [(heading(row, self.lang), row.tone, 14.0, True)]
        lines += [(s, "muted", 12.0, False) for s in details(row, self.lang)]
        if row.parameters != 0:
            count = phrase(
                "drawing.parameters", self.lang, n=shown_number(row.parameters, self.lang)
            )
            lines.append((count, "ochre", 12.0, True))
        return lines

    def _write_above(self, lines: Lines, x: float, top: float) -> None:
        for k, (words, tone, size, bold) in enumerate(lines):
            if words:
                self.canvas.text(words, x, top + k * _LINE, tone, size=size, bold=bold, of="text")

    def _write_below(self, row: LayerRow, x: float, y: float) -> None:
        self.canvas.formula(shape_label(row).typst, x, y, "blue", size=_SHAPE, of=row.name)
        if values := self._values(row):
            self.canvas.text(values, x, y + 16, size=12, of=row.name)

    def _values(self, row: LayerRow) -> str:
        """How many values a layer of several axes puts out."""
        known = row.values is not None and len(row.shape) > 1
        return shown_number(row.values or 0, self.lang) if known else ""

    def draw_tall(self) -> None:
        """Top to bottom: pictures in a column, texts at the right."""
        y = 0.0
        widest = max(self.extent(r)[0] for r in self.rows)
        for k, row in enumerate(self.rows):
            lines = self._texts(row)
            h = self.extent(row)[1]
            high = max(h, len(lines) * _LINE + 40)
            if k:
                self.canvas.path([(0, y - 24), (0, y + (high - h) / 2 - 3)], "blue", width=1.3)
            y += high / 2
            self.picture(row, 0, y)
            left, top = widest / 2 + 20, y - (len(lines) * _LINE + 18) / 2 + 10
            for n, (words, tone, size, bold) in enumerate(lines):
                self.canvas.text(words, left, top + n * _LINE, tone, size=size, bold=bold,
                                 anchor="start", of="text")  # fmt: skip
            self.canvas.formula(shape_label(row).typst, left, top + len(lines) * _LINE + 6, "blue",
                                size=14, anchor="start", of=row.name)  # fmt: skip
            y += h / 2 + 27


def scale_of(rows: Sequence[LayerRow], side: float) -> float:
    """Pixels of the picture for one pixel of the data."""
    sides = [max(r.shape[0], r.shape[1]) for r in rows if r.kind == "volume"]
    return float(side / max(sides, default=1))


def _lowered(lines: Lines) -> Lines:
    """A name without other lines, two lines lower."""
    return [*[("", "muted", 0.0, False)] * 2, *lines] if len(lines) == 1 else lines


def _stroke(row: LayerRow) -> str:
    if row.kind == "bar":
        return "green" if row.parameters != 0 else "slate"
    return "blue" if row.tone == "ochre" else row.tone


def volumes_picture(rows: Sequence[LayerRow], lang: str, orientation: str, prefix: str) -> Picture:
    """Draw prepared rows of layers, wide (in as many rows as the page needs) or tall."""
    latex = {shape_label(r).typst: shape_label(r).latex for r in rows}
    canvas = Canvas(Lettering(list(latex), prefix), prefix)
    scene = Volumes(rows, canvas, lang, _WIDE_SIDES[0] if orientation == "wide" else _TALL_SIDE)
    if orientation == "wide":
        scene.draw_wide()
    else:
        scene.draw_tall()
    title = phrase("drawing.network", lang)
    return Picture(canvas, "scale", title, alt_text(rows, lang), latex, scene.unit)


def layers_diagram(rows: Sequence[LayerRow], lang: str, depth: int | None = None) -> Diagram:
    """The diagram of a network by layers."""
    shown = prepared(rows, depth)
    prefix = "s" + sha256(repr(shown).encode()).hexdigest()[:8]
    wide = volumes_picture(shown, lang, "wide", f"{prefix}w")
    tall = partial(volumes_picture, shown, lang, "tall", f"{prefix}t")
    return Diagram(wide, tall, partial(rows_dot, shown, lang))
