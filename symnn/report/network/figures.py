"""Pictures of exercise 3: the network by layers, and the shares of each layer as bars.

Law: every number is a row of the analysis; colours are tokens of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symnn.drawing.figures import Figure, layers_figure
from symnn.report.printing.typesetter import clean
from symnn.text.phrases import language

_HIGH = 26
_TONES = ("blue", "plum", "green", "ochre", "slate", "red")


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


def share_bars(found: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Two stacked bars, for a wide and for a narrow page; `labels` are their names."""
    wide, narrow = (_bars(found, labels, layout) for layout in (WIDE, NARROW))
    return f'<div class="on-wide">{wide}</div><div class="on-narrow">{narrow}</div>'


def _bars(found: Mapping[str, Any], labels: Mapping[str, str], layout: Layout) -> str:
    shares = found["shares"]
    learned = [r["key"] for r in found["rows"] if r["parameters"]["value"]]
    said = language(found["lang"]).semicolon.join(
        f"{label} (" + ", ".join(f"{s['layer']} {s['text']}" for s in shares[what]) + ")"
        for what, label in labels.items()
    )
    parts: list[str] = []
    for k, (what, label) in enumerate(labels.items()):
        y = k * layout.step
        parts.append(
            f'<text x="0" y="{y + 18 - layout.top // 4}" fill="var(--muted)" font-size="14">'
            f"{clean(label)}</text>"
        )
        parts += _bar(shares[what], learned, y + layout.top, layout)
    high = (len(labels) - 1) * layout.step + layout.top + _HIGH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {layout.width} {high}" '
        f'width="{layout.width}" height="{high}" style="font-family:var(--sans)">'
        f"<title>{clean(said)}</title>{''.join(parts)}</svg>"
    )


def _bar(
    rows: Sequence[Mapping[str, Any]], learned: Sequence[str], y: int, layout: Layout
) -> list[str]:
    """One bar; a part too short for its words has none."""
    made, x = [], float(layout.left)
    for row in rows:
        wide = row["share"] * (layout.width - layout.left)
        place = learned.index(row["layer"]) if row["layer"] in learned else -1
        made.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(wide - 1, 0.8):.1f}" height="{_HIGH}" '
            f'fill="var(--{_TONES[place % len(_TONES)]})"/>'
        )
        full = f"{row['layer']} · {row['text']}"
        words = next((t for t in (full, row["text"]) if len(t) * 7.2 <= wide - 8), "")
        if words:
            made.append(
                f'<text x="{x + wide / 2:.1f}" y="{y + 18}" fill="var(--page)" font-size="13" '
                f'font-weight="600" text-anchor="middle">{clean(words)}</text>'
            )
        x += wide
    return made
