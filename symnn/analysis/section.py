"""The answer to the exercise on a convolutional network, as plain data for a report.

Every number comes from the analyser, every formula from the layer's window and shapes with the
numbers put in, and the formula's value is checked against the analyser's. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnn.analysis.analyzer import Analysis, analyze
from symnn.analysis.report import Row
from symnn.analysis.section_formulas import (
    multiplication_formula,
    parameter_formula,
    rules,
    shape_text,
    size_formula,
)
from symnn.analysis.section_more import (
    backward_part,
    receptive_part,
    share_part,
    symbolic_part,
    verification_part,
)
from symnn.lang.tensor import tensor
from symnn.nn.layer_types import image_model
from symnn.text.numbers import format_number
from symnn.text.phrases import phrase


def solve_question(network: Mapping[str, Any], lang: str = "en") -> dict[str, Any]:
    """Answer the questions on an image network.

    Args:
        network: `{input = {height, width, channels}, layers = [...]}`, as in a sheet.
        lang: a language.

    Returns:
        Plain data: input, rules, rows (one a layer: shapes, formula with the numbers put in, value,
        for size, parameters and multiplications), totals, deduced, conventions (of the first
        layer with products), memory, receptive, shares, symbolic, verification, backward.

    >>> layers = [{"type": "conv", "name": "Conv 1", "filters": 4, "kernel": 3, "padding": 1}]
    >>> found = solve_question({"input": {"height": 28, "width": 28, "channels": 1},
    ...                         "layers": layers})
    >>> found["rows"][0]["multiplications"]["text"], found["totals"]["parameters"]
    ('28·28·4 × 3·3·1 = 28,224', 40)
    """
    model, shape = image_model(network)
    x = tensor("x", shape)
    value = model(x)
    analysis = analyze(value, convention="multiplications")
    inside = analyze(value, convention="multiplications", padding=False)
    rows = [_row(r, inside.layers[k], lang) for k, r in enumerate(analysis.layers)]
    return {
        "kind": "network",
        "lang": lang,
        "input": {"shape": list(shape), "text": shape_text(shape), "entries": _volume(shape)},
        "rules": rules(lang),
        "rows": rows,
        "totals": _totals(analysis, inside),
        "total_label": phrase("analysis.total", lang),
        "deduced": _deduced(analysis, lang),
        "rounding": _rounding(rows, lang),
        "conventions": _conventions(analysis, inside, lang),
        "memory": _memory(analysis, lang),
        "receptive": receptive_part(analysis, lang),
        "shares": share_part(analysis, lang),
        "symbolic": symbolic_part(network, lang),
        "verification": verification_part(value, analysis, lang),
        "backward": backward_part(analysis, lang),
        "not_counted": analysis.not_counted,
        "phrases": {
            "diagram": phrase("analysis.diagram", lang),
            "per_image": phrase("analysis.per_image", lang),
        },
    }


def _volume(sizes: Any) -> int:
    total = 1
    for s in sizes:
        total *= int(s)
    return total


def _row(row: Row, inside: Row, lang: str) -> dict[str, Any]:
    settings = row.settings
    flat = row.title.lower().startswith("flatten")
    return {
        "name": phrase("analysis.flatten", lang) if flat else row.title,
        "key": row.title,
        "op": row.op,
        "activation": settings.get("activation", ""),
        "settings": {k: _plain(v) for k, v in settings.items()},
        "input_shape": list(row.input_shape),
        "output_shape": list(row.output_shape),
        "output_text": shape_text(row.output_shape),
        "entries": _volume(row.output_shape),
        "size": size_formula(row),
        "parameters": parameter_formula(row, lang),
        "multiplications": multiplication_formula(row, lang),
        "multiplications_inside": inside.multiplications,
        "counters": dict(row.forward),
        "backward": dict(row.backward),
        "saved_bytes": row.saved_bytes,
        "answer": phrase(
            "analysis.layer_answer", lang, name=row.title, shape=shape_text(row.output_shape),
            parameters=format_number(int(row.parameters), lang),
        ),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value if isinstance(value, (int, str, bool, float)) or value is None else str(value)


def _totals(analysis: Analysis, inside: Analysis) -> dict[str, Any]:
    total = analysis.total
    weights = [w for w in total.weights if w.trained]
    return {
        "parameters": total.parameters,
        "parameters_without_bias": sum(int(w.entries) for w in weights if len(w.shape) > 1),
        "multiplications": total.multiplications,
        "multiplications_inside": inside.total.multiplications,
        "macs": total.macs,
        "flops": total.flops,
        "operations": total.flops_exact,
        "additions": total.additions,
        "comparisons": total.comparisons,
    }


def _deduced(analysis: Analysis, lang: str) -> list[dict[str, Any]]:
    """The depth of each filter: that of its input."""
    found: list[dict[str, Any]] = []
    for row in analysis.layers:
        if row.op.startswith("Conv"):
            depth = row.input_shape[-1]
            found.append({
                "layer": row.title, "symbol": "k", "value": depth, "first": not found,
                "input": shape_text(row.input_shape),
                "filter": shape_text((*row.settings["kernel_size"], depth)),
                "text": phrase("analysis.deduced", lang, layer=row.title, value=depth,
                               shape=shape_text(row.input_shape)),
            })  # fmt: skip
    return found


def _rounding(rows: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    """Whether the floor of the size rule changes anything."""
    sizes = [r["size"] for r in rows if r["size"]["division"]]
    uneven = [r["key"] for r in rows if r["size"]["division"] and not r["size"]["exact"]]
    divisions = ", ".join(dict.fromkeys(s["division"] for s in sizes))
    text = (
        phrase("analysis.rounded", lang, layers=", ".join(uneven)) if uneven
        else phrase("analysis.exact", lang, divisions=divisions)
    )  # fmt: skip
    return {"exact": not uneven, "layers": uneven, "text": text}


def _conventions(analysis: Analysis, inside: Analysis, lang: str) -> list[dict[str, Any]]:
    """The first layer with products, in every convention."""
    place = next((k for k, r in enumerate(analysis.layers) if r.macs != 0), None)
    if place is None:
        return []
    row, cut = analysis.layers[place], inside.layers[place]
    counts = [
        ("macs", row.macs, "unit_macs"), ("inside", cut.macs, "unit_macs"),
        ("flops", row.flops, "unit_flops"), ("flops_exact", row.flops_exact, "unit_operations"),
        ("connections", row.count("connections"), "unit_connections"),
        ("additions", row.additions, "unit_additions"),
    ]  # fmt: skip
    said = {k: phrase(f"analysis.{k}", lang) for name, _, unit in counts for k in (name, unit)}
    return [
        {"layer": row.title, "name": name, "value": value, "unit": said[unit],
         "meaning": said[name], "text": f"{format_number(int(value), lang)} {said[unit]}"}
        for name, value, unit in counts
    ]  # fmt: skip


def _memory(analysis: Analysis, lang: str) -> dict[str, Any]:
    values = {
        "parameters": int(analysis.parameter_bytes), "saved": int(analysis.saved_bytes),
        "peak": int(analysis.peak_bytes),
    }  # fmt: skip
    shown = {k: format_number(v, lang) for k, v in values.items()}
    kept = [
        {"layer": r.title, "name": s.name, "kind": s.kind, "bytes": int(s.size)}
        for r in analysis.layers
        for s in r.saved
    ]
    return {**values, "kept": kept, "text": phrase("analysis.memory", lang, **shown)}
