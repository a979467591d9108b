"""What is written beside a layer: its name, its settings, its shape; layers in words and DOT."""

from __future__ import annotations

from collections.abc import Sequence

import graphviz

from symnn.drawing.graph import Label
from symnn.drawing.rows import LayerRow, activation_word, shown_number
from symnn.notation.layout import Style
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.tree import Num
from symnn.notation.typst import to_typst
from symnn.text.phrases import language, phrase

_FLATTEN = "Flatten"


def heading(row: LayerRow, lang: str) -> str:
    """The reader's name of a layer, with its count where it repeats."""
    name = phrase("drawing.input", lang) if row.op == "input" and not row.name else row.name
    if row.op == _FLATTEN and row.name.lower().startswith("flatten"):
        name = phrase("rule.flatten", lang)
    return name if row.repeat == 1 else f"{name} × {row.repeat}"


def details(row: LayerRow, lang: str) -> list[str]:
    """Kernel, stride, padding and activation."""
    lines: list[str] = []
    pool = "pool" in row.op.lower()
    if row.kernel:
        kernel = " × ".join(map(str, row.kernel))
        if pool or row.kind != "volume":
            lines.append(phrase("drawing.window", lang, k=kernel))
        else:
            deep = f"{kernel} × {row.channels}" if row.channels else kernel
            lines.append(phrase("drawing.filters", lang, n=row.shape[2], k=deep))
    settings = []
    if row.stride:
        settings.append(f"s = {_one(row.stride)}")
    if row.padding and any(row.padding):
        settings.append(f"p = {_one(row.padding)}")
    text = ", ".join(settings)
    act = activation_word(row.activation)
    lines += [s for s in (" · ".join(filter(None, (text, act))),) if s]
    return lines


def _one(pair: tuple[int, ...]) -> str:
    return str(pair[0]) if len(set(pair)) == 1 else " × ".join(map(str, pair))


def shape_label(row: LayerRow) -> Label:
    """`28 × 28 × 4` for every target."""
    trees = [size_tree(s) for s in row.shape]
    if not trees:
        return Label("1", "1", (Num(1),))
    style = Style()
    return Label(
        " × ".join(to_typst(x, style) for x in trees), " × ".join(to_text(x) for x in trees),
        tuple(trees),
    )  # fmt: skip


def alt_text(rows: Sequence[LayerRow], lang: str) -> str:
    """The layers in words."""
    parts: list[str] = []
    for r in rows:
        count = f", {phrase('drawing.parameters', lang, n=shown_number(r.parameters, lang))}"
        parts.append(f"{heading(r, lang)} {shape_label(r).text}{count if r.parameters else ''}")
    marks = language(lang)
    return phrase("drawing.network", lang) + marks.colon + marks.semicolon.join(parts) + "."


def rows_dot(rows: Sequence[LayerRow], lang: str) -> str:
    """The layers as DOT text."""
    out = graphviz.Digraph("symnn", node_attr={"shape": "box", "fontname": "sans-serif"})
    for k, r in enumerate(rows):
        lines = [heading(r, lang), *details(r, lang), shape_label(r).text]
        out.node(f"n{k}", label=graphviz.escape("\n".join(lines)))
        if k:
            out.edge(f"n{k - 1}", f"n{k}")
    return str(out.source)
