"""Pictures of exercise 3: the network by layers, and the shares of each layer as bars.

Law: every number is a row of the analysis; colours are tokens of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symnn.drawing.figures import layers_figure
from symnn.report.typesetter import clean

_WIDTH, _LEFT, _HIGH, _STEP = 734, 116, 26, 34
_TONES = ("blue", "plum", "green", "ochre", "slate", "red")


def network_picture(found: Mapping[str, Any], lang: str, prefix: str) -> str:
    """The layers to scale, for a wide and for a narrow page."""
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
    return layers_figure(rows, lang, prefix=prefix).html


def share_bars(found: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Two stacked bars, parameters and multiplications; `labels` are their names."""
    shares = found["shares"]
    parts: list[str] = []
    names = [row["key"] for row in found["rows"]]
    said = "; ".join(
        f"{label}: " + ", ".join(f"{s['layer']} {s['text']}" for s in shares[what])
        for what, label in labels.items()
    )
    for k, (what, label) in enumerate(labels.items()):
        y = k * _STEP
        parts.append(
            f'<text x="0" y="{y + 18}" fill="var(--muted)" font-size="14">{clean(label)}</text>'
        )
        parts += _bar(shares[what], names, y)
    high = (len(labels) - 1) * _STEP + _HIGH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {high}" '
        f'width="{_WIDTH}" height="{high}" font-family="var(--sans)"><title>{clean(said)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _bar(rows: Sequence[Mapping[str, Any]], names: Sequence[str], y: int) -> list[str]:
    """One bar; a part too short for its words has none."""
    made, x = [], float(_LEFT)
    learned = [n for n in names if any(r["layer"] == n for r in rows)]
    for row in rows:
        wide = row["share"] * (_WIDTH - _LEFT)
        tone = _TONES[learned.index(row["layer"]) % len(_TONES)]
        made.append(
            f'<rect x="{x:.1f}" y="{y}" width="{max(wide - 1, 0.8):.1f}" height="{_HIGH}" '
            f'fill="var(--{tone})"/>'
        )
        words = f"{row['layer']} · {row['text']}"
        if len(words) * 7.2 > wide - 8:
            words = row["text"] if len(row["text"]) * 7.2 <= wide - 8 else ""
        if words:
            made.append(
                f'<text x="{x + wide / 2:.1f}" y="{y + 18}" fill="var(--page)" font-size="13" '
                f'font-weight="600" text-anchor="middle">{clean(words)}</text>'
            )
        x += wide
    return made
