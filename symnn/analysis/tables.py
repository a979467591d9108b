"""Tables of an analysis: terminal, text, CSV, JSON, Markdown, LaTeX, HTML.

The JSON schema is `SCHEMA`: numbers where sizes are known, else strings that SymPy reads back.
Every table carries the unit of its counts and ends with what was not counted.
"""

from __future__ import annotations

import csv
import html
import io
import json
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from symnn.analysis.counters import ARITHMETIC, NOTES
from symnn.analysis.receptive import Seen
from symnn.analysis.report import Row, number
from symnn.core.errors import UnsupportedError, explain
from symnn.core.scalars import Scalar

if TYPE_CHECKING:
    from symnn.analysis.analyzer import Analysis

SCHEMA = "symnn.analysis/1"
TARGETS = ("text", "csv", "json", "markdown", "latex", "html")


def shape_text(sizes: tuple[Scalar, ...]) -> str:
    """`28 × 28 × 4`."""
    return " × ".join(number(s) for s in sizes)


def field_text(row: Row) -> str:
    """`6 × 6`, or `all`, per axis of the input that windows move over."""
    shown = []
    for seen in row.fields:
        if seen is None:
            continue
        if seen.axis < 0:
            shown.append("all")
        elif seen != Seen(seen.axis):
            shown.append(number(seen.width))
    return " × ".join(shown)


def cells(analysis: Analysis) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of the table, the total last."""
    head = ["layer", "output", "parameters", analysis.unit, f"backward {analysis.unit}",
            "saved bytes", "receptive field"]  # fmt: skip
    rows = []
    for row in [*analysis.layers, analysis.total]:
        last = row is analysis.total
        rows.append([
            row.title if last else row.name, "" if last else shape_text(row.output_shape),
            row.parameters, row.count(analysis.view.name),
            row.count(analysis.view.name, backward=True), row.saved_bytes,
            "" if last else field_text(row),
        ])  # fmt: skip
    return head, rows


def foot(analysis: Analysis, lang: str = "en") -> list[str]:
    """The lines under a table: conventions, memory, notes, what is missing."""
    padding = "with" if analysis.padding else "without"
    lines = [
        f"{analysis.unit}: {analysis.view.meaning}; {padding} products against padding zeros",
        f"memory: parameters {number(analysis.parameter_bytes, lang)} bytes, saved for backward "
        f"{number(analysis.saved_bytes, lang)} bytes, peak forward "
        f"{number(analysis.peak_bytes, lang)} bytes ({analysis.bytes_each} per float)",
        *analysis.notes,
        "not counted: " + ("; ".join(analysis.not_counted) or "nothing left out"),
    ]
    if analysis.total.buffers != 0:
        lines.insert(1, f"buffers: {number(analysis.total.buffers, lang)} entries, not trained")
    return lines


def _shown(value: Any, lang: str) -> str:
    return value if isinstance(value, str) else number(value, lang)


def rich_table(analysis: Analysis, *, lang: str = "en") -> Table:
    """A table for a terminal."""
    head, rows = cells(analysis)
    table = Table(title=None, caption="\n".join(foot(analysis, lang)), caption_justify="left")
    for k, name in enumerate(head):
        table.add_column(name, justify="left" if k < 2 else "right")
    for row in rows[:-1]:
        table.add_row(*(_shown(v, lang) for v in row))
    table.add_section()
    table.add_row(*(_shown(v, lang) for v in rows[-1]), style="bold")
    return table


def render(analysis: Analysis, target: str, *, lang: str = "en", width: int = 120) -> str:
    """The table in a format.

    Raises:
        UnsupportedError: lists the formats.
    """
    writers = {
        "text": lambda: _text(analysis, lang, width), "csv": lambda: _csv(analysis),
        "json": lambda: json.dumps(as_data(analysis), ensure_ascii=False, indent=1),
        "markdown": lambda: _markdown(analysis, lang), "latex": lambda: _latex(analysis, lang),
        "html": lambda: _html(analysis, lang),
    }  # fmt: skip
    if target not in writers:
        raise UnsupportedError(
            explain(f"unknown format {target!r}", expected=", ".join(writers), fix="choose one")
        )
    return writers[target]()


def _text(analysis: Analysis, lang: str, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    with console.capture() as capture:
        console.print(rich_table(analysis, lang=lang))
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def plain(value: Scalar) -> int | str:
    """A number, or a string that SymPy reads back."""
    return value if isinstance(value, int) else str(value)


def as_data(analysis: Analysis) -> dict[str, Any]:
    """The analysis as plain data, schema `symnn.analysis/1`.

    Keys: schema, convention, unit, padding, bytes_each, sizes, input_shape, layers, total,
    peak_bytes, parameter_bytes, saved_bytes, notes, not_counted. A layer has name, title, op,
    settings, input_shape, output_shape, parameters, buffers, count (the convention's), macs,
    multiplications, additions, comparisons, divisions, functions, flops, flops_exact, backward
    (the same counters), saved (list), saved_bytes, moved_bytes, receptive_field, explanation.
    """
    return {
        "schema": SCHEMA,
        "convention": analysis.view.name,
        "unit": analysis.unit,
        "padding": analysis.padding,
        "bytes_each": analysis.bytes_each,
        "sizes": [str(s) for s in analysis.symbols],
        "input_shape": [plain(s) for s in analysis.input_shape],
        "layers": [row_data(r, analysis.view.name) for r in analysis.layers],
        "total": row_data(analysis.total, analysis.view.name),
        "peak_bytes": plain(analysis.peak_bytes),
        "parameter_bytes": plain(analysis.parameter_bytes),
        "saved_bytes": plain(analysis.saved_bytes),
        "notes": analysis.notes,
        "not_counted": analysis.not_counted,
    }


def row_data(row: Row, convention: str) -> dict[str, Any]:
    """One row as plain data."""
    return {
        "name": row.name,
        "title": row.title,
        "op": row.op,
        "settings": {k: str(v) for k, v in row.settings.items()},
        "input_shape": [plain(s) for s in row.input_shape],
        "output_shape": [plain(s) for s in row.output_shape],
        "parameters": plain(row.parameters),
        "buffers": plain(row.buffers),
        "count": plain(row.count(convention)),
        **_counter_data(row.forward),
        "backward": _counter_data(row.backward),
        "saved": [{"name": s.name, "kind": s.kind, "bytes": plain(s.size)} for s in row.saved],
        "saved_bytes": plain(row.saved_bytes),
        "moved_bytes": plain(row.moved),
        "receptive_field": field_text(row),
        "explanation": row.explain("macs") if row.domains else "",
    }


def _counter_data(counter: dict[str, Scalar]) -> dict[str, Any]:
    words = {"mul": "multiplications", "add": "additions", "cmp": "comparisons", "div": "divisions"}
    found: dict[str, Any] = {"macs": plain(counter.get("mac", 0))}
    found |= {word: plain(counter.get(kind, 0)) for kind, word in words.items()}
    functions = {k: plain(v) for k, v in counter.items() if k not in (*ARITHMETIC, *NOTES)}
    return {**found, "functions": functions}


def _csv(analysis: Analysis) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head, rows = cells(analysis)
    writer.writerow(head)
    for row in rows:
        writer.writerow([v if isinstance(v, str) else plain(v) for v in row])
    return out.getvalue()


def _markdown(analysis: Analysis, lang: str) -> str:
    head, rows = cells(analysis)
    lines = ["| " + " | ".join(head) + " |", "|---|---" + "|---:" * (len(head) - 2) + "|"]
    for row in rows:
        shown = [_shown(v, lang).replace("|", "\\|") for v in row]
        lines.append("| " + " | ".join(shown) + " |")
    return "\n".join([*lines, "", *(f"{line}  " for line in foot(analysis, lang))])


_LATEX = {"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#", "$": r"\$", "×": r"$\times$",
          "·": r"$\cdot$", "^": r"\^{}", "\u202f": r"\,"}  # fmt: skip


def _latex_text(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)


def _latex(analysis: Analysis, lang: str) -> str:
    head, rows = cells(analysis)
    made = [" & ".join(_latex_text(_shown(v, lang)) for v in row) + r" \\" for row in rows]
    top = " & ".join(map(_latex_text, head)) + r" \\"
    columns = "ll" + "r" * (len(head) - 2)
    notes = [f"% {line}" for line in foot(analysis, lang)]
    return "\n".join([
        rf"\begin{{tabular}}{{{columns}}}", r"\toprule", top, r"\midrule", *made[:-1], r"\midrule",
        made[-1], r"\bottomrule", r"\end{tabular}", *notes,
    ])  # fmt: skip


def _html(analysis: Analysis, lang: str) -> str:
    head, rows = cells(analysis)
    top = "".join(f"<th>{html.escape(h)}</th>" for h in head)
    body = [
        "<tr>" + "".join(f"<td>{html.escape(_shown(v, lang))}</td>" for v in row) + "</tr>"
        for row in rows
    ]
    notes = "".join(f"<p>{html.escape(line)}</p>" for line in foot(analysis, lang))
    return (
        f"<table><thead><tr>{top}</tr></thead><tbody>{''.join(body[:-1])}</tbody>"
        f"<tfoot>{body[-1]}</tfoot></table>{notes}"
    )
