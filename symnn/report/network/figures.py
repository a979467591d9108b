"""Pictures of exercise 3: the network by layers, and the shares of each layer as bars.

Law: every number is a row of the analysis; colours are tokens of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symnn.drawing.canvas import Box
from symnn.drawing.figures import Figure, layers_figure
from symnn.drawing.lettering import text_width
from symnn.drawing.sketch import Drawn, Sketch, on_page
from symnn.text.phrases import language

_HIGH = 26
_TONES = ("blue", "plum", "green", "ochre", "slate", "vermillion")


@dataclass(frozen=True)
class Layout:
    """Of two bars, in pixels: `left` and `top` make room for a label beside or above a bar."""

    width: int
    left: int
    top: int
    step: int


WIDE, NARROW = Layout(734, 116, 0, 34), Layout(358, 0, 22, 58)


def network_picture(found: Mapping[str, Any], lang: str, prefix: str) -> Figure:
    """The layers to scale, for a wide and for a narrow page, and for LaTeX."""
    rows: list[dict[str, Any]] = [
        {"name": "", "op": "input", "output_shape": found["input"]["shape"]}
    ]
    for row in found["rows"]:
        settings = row["settings"]
        rows.append({
            "name": row["key"], "op": row["op"], "output_shape": row["output_shape"],
            "parameters": row["parameters"]["value"], "kernel": settings.get("kernel_size"),
            "stride": settings.get("stride"), "padding": settings.get("padding"),
            "activation": row["activation"],
        })  # fmt: skip
    return layers_figure(rows, lang, prefix=prefix)


def share_bars(found: Mapping[str, Any], labels: Mapping[str, str], prefix: str) -> Drawn:
    """Two stacked bars, for a wide and for a narrow page; `labels` are their names."""
    shares, lang = found["shares"], found["lang"]
    alt = language(lang).semicolon.join(
        f"{label} (" + ", ".join(f"{s['layer']} {s['text']}" for s in shares[what]) + ")"
        for what, label in labels.items()
    )
    title = ", ".join(labels.values())
    wide, narrow = (
        _bars(found, labels, layout, f"{prefix}{k}").picture(title, alt)
        for k, layout in enumerate((WIDE, NARROW))
    )
    return on_page(wide, narrow)


def _bars(
    found: Mapping[str, Any], labels: Mapping[str, str], layout: Layout, prefix: str
) -> Sketch:
    learned = [r["key"] for r in found["rows"] if r["parameters"]["value"]]
    sketch = Sketch([], prefix, found["lang"])
    for k, (what, label) in enumerate(labels.items()):
        y = float(k * layout.step)
        at = (0.0, y + (layout.top or _HIGH) / 2)
        sketch.write(label, at, "muted", size=14, anchor="start", of="name")
        _bar(sketch, found["shares"][what], learned, y + layout.top, layout)
    return sketch


def _bar(
    sketch: Sketch, rows: Sequence[Mapping[str, Any]], learned: Sequence[str], y: float,
    layout: Layout,
) -> None:  # fmt: skip
    """One bar; a part too short for its words has none."""
    x = float(layout.left)
    for row in rows:
        wide = row["share"] * (layout.width - layout.left)
        place = learned.index(row["layer"]) if row["layer"] in learned else -1
        part = Box(x, y, max(wide - 1, 0.8), _HIGH)
        tone = _TONES[place % len(_TONES)]
        sketch.canvas.rectangle(part, "none", of=row["layer"], fill=tone, corner=0, width=0)
        full = f"{row['layer']} · {row['text']}"
        words = (t for t in (full, row["text"]) if text_width(t, 13, bold=True) <= wide - 8)
        if shown := next(words, ""):
            sketch.write(shown, part.centre, "page", size=13, bold=True, of=row["layer"])
        x += wide
