"""Vertices and labels as shapes: their sizes before layout, their drawing after it.

Round means data, parameter or output; a rectangle an operation; a dashed outline a random source.
Law: what is measured here is what is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnn.drawing.canvas import Box, Canvas, Point
from symnn.drawing.graph import NONE, Edge, Graph, Label, Vertex
from symnn.drawing.lettering import Lettering, text_width
from symnn.text.phrases import phrase

_MOST_LINES = 16  # equations below a graph
_MOST_WIDER = 1.6  # of the page, for one of them
_SMALLEST = 10.0  # their size in pixels


@dataclass(frozen=True, slots=True)
class Look:
    """Sizes of letters in pixels, and how wide a gradient beside a line may be."""

    formula: float = 15
    words: float = 12
    edge: float = 14
    longest: float = 200
    widest: float = 230
    pad: float = 24
    least: float = 68
    page: float = 942


WIDE = Look()
TALL = Look(formula=14, words=11.5, edge=13, longest=112, widest=170, pad=18, page=358)


def fitted(vertex: Vertex, letters: Lettering, look: Look) -> tuple[Label, bool]:
    """The label that fits into a vertex: the whole equation, else its name alone."""
    whole = letters.width(vertex.label.typst, look.formula)
    if whole <= look.widest or vertex.short is NONE:
        return vertex.label, True
    return vertex.short, False


def said(vertex: Vertex) -> str:
    """The words below a name, with the count of a repeated block."""
    if vertex.repeat == 1:
        return vertex.words
    what, dot, size_ = vertex.words.partition(" · ")  # the count of a block is that of one copy
    return f"{what} × {vertex.repeat}{dot}{size_}"


def size(vertex: Vertex, letters: Lettering, look: Look) -> tuple[float, float]:
    """Width and height of a vertex."""
    label, _ = fitted(vertex, letters, look)
    found = letters.formula(label.typst, look.formula)
    if vertex.kind == "output":
        side = max(50.0, found.w + 26)
        return side, 50.0
    wide = max(found.w, text_width(said(vertex), look.words))
    pad = look.pad + 8 if vertex.round else look.pad
    tall = found.ascent + found.depth + look.words + 26
    return max(wide + pad, look.least), max(tall, 52.0)


def draw_vertex(canvas: Canvas, vertex: Vertex, box: Box, look: Look) -> None:
    """A vertex: outline, formula, words below it."""
    label, _ = fitted(vertex, canvas.letters, look)
    corner = box.h / 2 if vertex.round else 4
    if vertex.round and box.h > 80:
        corner = 26
    canvas.rectangle(
        box, vertex.tone, of=vertex.key, corner=min(corner, box.w / 2),
        dash=vertex.kind == "random", title=f"{vertex.label.text} ({vertex.words})",
    )  # fmt: skip
    x, y = box.centre
    found = canvas.letters.formula(label.typst, look.formula)
    if vertex.kind == "output":
        canvas.formula(label.typst, x, y + (found.ascent - found.depth) / 2, size=look.formula,
                       of=vertex.key)  # fmt: skip
        return
    total = found.ascent + found.depth + look.words
    base = y - total / 2 + found.ascent - 2
    canvas.formula(label.typst, x, base, size=look.formula, of=vertex.key)
    canvas.text(said(vertex), x, base + found.depth + look.words + 3, size=look.words,
                of=vertex.key)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """The label of an edge backward, and the whole gradient where only its name fits."""

    label: Label
    listed: Label = NONE


def gradient_label(edge: Edge, letters: Lettering, look: Look, limit: float = 0) -> Choice:
    """`∇_W L = δ xᵀ` where it fits, else the value, else the name with the whole below."""
    limit = limit or look.longest
    for label in (edge.gradient, edge.value):
        if letters.width(label.typst, look.edge) <= limit:
            return Choice(label)
    return Choice(edge.name, edge.gradient)


def below_lines(graph: Graph, chosen: list[Choice], letters: Lettering, look: Look) -> list[Label]:
    """Equations to write below the graph: long gradients, sums of parts, long definitions."""
    lines = [v.equation for v in graph.nodes.values() if not fitted(v, letters, look)[1]]
    lines += [c.listed for c in chosen if c.listed is not NONE]
    lines += list(graph.totals.values())
    return list(dict.fromkeys(lines))


def _listed(lines: list[Label], letters: Lettering, look: Look) -> list[Label]:
    """The first lines that a reader can take in: not too many, none much wider than the page."""
    widest = _MOST_WIDER * look.page
    short = [x for x in lines if letters.width(x.typst, _SMALLEST) <= widest]
    return short[:_MOST_LINES]


def legend(canvas: Canvas, graph: Graph, lines: list[Label], look: Look, lang: str) -> None:
    """Equations that did not fit, then the key of arrows and shapes, below everything."""
    bounds = canvas.bounds(0)
    x, y = bounds.x, bounds.bottom + 12
    shown = _listed(lines, canvas.letters, look)
    for line in shown:
        found = canvas.letters.formula(line.typst, look.edge)
        size_ = min(look.edge, max(_SMALLEST, look.edge * look.page / max(found.w, 1)))
        found = canvas.letters.formula(line.typst, size_)
        y += max(found.ascent + 10, 20)
        tone = "vermillion" if "∇" in line.text or "δ" in line.text else "ink"
        canvas.formula(line.typst, x, y, tone, size=size_, anchor="start", of="list")
        y += found.depth
    if len(shown) < len(lines):
        y += 22
        left = phrase("drawing.left_out", lang, n=len(lines) - len(shown))
        canvas.text(left, x, y, size=look.words, anchor="start", of="list")
    back = any(e.gradient is not NONE for e in graph.edges)
    entries = ["forward"] + ["backward"] * back + ["round", "square"]
    if any(v.kind == "random" for v in graph.nodes.values()):
        entries.append("random")
    y += 30
    start, limit = x, x + max(bounds.w, min(look.page, 300))
    for key in entries:
        words = phrase(f"drawing.{key}", lang)
        width = text_width(words, look.words) + (46 if key in ("forward", "backward") else 32)
        if x > start and x + width > limit:
            x, y = start, y + 22
        _entry(canvas, key, words, (x, y), look)
        x += width + 22


def _entry(canvas: Canvas, key: str, words: str, at: Point, look: Look) -> None:
    x, y = at
    mid = y - look.words * 0.33
    if key in ("forward", "backward"):
        tone = "blue" if key == "forward" else "vermillion"
        ends = [(x, mid), (x + 38, mid)]
        canvas.path(ends if key == "forward" else ends[::-1], tone, dash=key == "backward")
        canvas.text(words, x + 46, y, tone, size=look.words, anchor="start", of="legend")
        return
    corner = 2.0 if key == "square" else 6.5
    canvas.rectangle(Box(x, mid - 6.5, 24, 13), "muted", fill="page", corner=corner,
                     dash=key == "random", width=1.3)  # fmt: skip
    canvas.text(words, x + 31, y, size=look.words, anchor="start", of="legend")
