"""Beyond the exercise: receptive fields, shares, symbolic image size, verification, backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symnn.analysis.analyzer import Analysis, analyze
from symnn.analysis.executor import Executor
from symnn.analysis.floors import flattened, floor_text
from symnn.analysis.graph import read_graph, resolved
from symnn.analysis.section_formulas import shape_text
from symnn.core.errors import CheckError
from symnn.core.node import Node
from symnn.core.scalars import Scalar, evaluate_scalar
from symnn.core.sizes import size_symbol
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor, tensor
from symnn.nn.layer_types import image_model
from symnn.oracle import interpret
from symnn.text.numbers import format_fixed, format_number, format_percent
from symnn.text.phrases import fitting, phrase

_OTHERS = (28, 32, 56, 64, 112, 224)
MOST_LOOPED = 3_000_000


def receptive_part(analysis: Analysis, lang: str) -> list[dict[str, Any]]:
    """What one entry of each layer's output sees of the image."""
    height, width = analysis.input_shape[:2]
    found = []
    for row in analysis.layers:
        seen = [s for s in row.fields[:2] if s is not None]
        whole = len(seen) < 2 or any(s.axis < 0 for s in seen)
        sides = [height, width] if whole else [
            min(int(s.width), int(n)) for s, n in zip(seen, (height, width), strict=True)
        ]  # fmt: skip
        text = phrase("analysis.receptive", lang, height=sides[0], width=sides[1])
        if sides == [height, width]:
            text = phrase("analysis.whole", lang)
        jumps = [] if whole else [int(s.jump) for s in seen]
        found.append({"layer": row.title, "size": sides, "jump": jumps, "text": text})
    return found


def share_part(analysis: Analysis, lang: str) -> dict[str, Any]:
    """Each layer's part of the parameters and of the multiplications."""
    made: dict[str, Any] = {}
    sentences = {
        "parameters": "analysis.largest_parameters",
        "multiplications": "analysis.largest_products",
    }
    for what, sentence in sentences.items():
        total = int(getattr(analysis.total, what))
        rows: list[dict[str, Any]] = [
            {"layer": r.title, "value": int(getattr(r, what)),
             "share": int(getattr(r, what)) / total if total else 0.0}
            for r in analysis.layers if getattr(r, what) != 0
        ]  # fmt: skip
        made[what] = rows
        for row in rows:
            row["text"] = format_percent(format_fixed(100 * row["share"], 1, lang), lang)
        if rows:
            top = max(rows, key=lambda r: r["share"])
            made[f"{what}_text"] = phrase(sentence, lang, layer=top["layer"], share=top["text"])
    return made


def symbolic_part(network: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The same layers on an image of n × n pixels, and the counts at some n."""
    n = size_symbol("n")
    source = {**network["input"], "height": n, "width": n}
    model, _ = image_model({**network, "input": source})
    x = tensor("x", (n, n, network["input"]["channels"]))
    analysis = analyze(model(x), convention="multiplications")
    rows = [
        {"layer": r.title, "output_shape": [str(flattened(s)) for s in r.output_shape],
         "output_text": shape_text([_in_shape(s, r.output_shape) for s in r.output_shape]),
         "output_latex": r" \times ".join(
             _in_shape(s, r.output_shape, latex=True) for s in r.output_shape),
         "parameters": str(flattened(r.parameters)),
         "parameters_text": floor_text(flattened(r.parameters)),
         "parameters_latex": floor_text(flattened(r.parameters), latex=True),
         "multiplications": str(flattened(r.multiplications)),
         "multiplications_text": floor_text(flattened(r.multiplications)),
         "multiplications_latex": floor_text(flattened(r.multiplications), latex=True)}
        for r in analysis.layers
    ]  # fmt: skip
    total = {k: getattr(analysis.total, k) for k in ("parameters", "multiplications")}
    table = []
    for size in _OTHERS:
        if _valid(analysis, size):
            values = {k: int(evaluate_scalar(v, {n: size})) for k, v in total.items()}
            table.append({"n": size, **values})
    return {
        "symbol": "n", "rows": rows, "table": table,
        "total": {k: str(flattened(v)) for k, v in total.items()},
        "total_text": {k: floor_text(flattened(v)) for k, v in total.items()},
        "total_latex": {k: floor_text(flattened(v), latex=True) for k, v in total.items()},
        "assumptions": analysis.notes, "text": phrase("analysis.symbolic", lang, n="n"),
    }  # fmt: skip


def _in_shape(size: Scalar, shape: Sequence[Scalar], *, latex: bool = False) -> str:
    """A side of a shape: a sum among other sides is in brackets."""
    found = flattened(size)
    text = floor_text(found, latex=latex)
    if len(shape) == 1 or not getattr(found, "is_Add", False):
        return text
    return rf"\left({text}\right)" if latex else f"({text})"


def _valid(analysis: Analysis, size: int) -> bool:
    n = size_symbol("n")
    shapes = [s for r in analysis.layers for s in r.output_shape]
    return all(evaluate_scalar(s, {n: size}) >= 1 for s in shapes)


def verification_part(value: Tensor, analysis: Analysis, lang: str) -> dict[str, Any]:
    """The counts again by plain loops, on random numbers, and the values by the interpreter.

    Raises:
        CheckError: a count or a value differs.
    """
    if int(analysis.total.flops_exact) > MOST_LOOPED:
        return {"done": False, "products": 0, "largest_error": None, "text": ""}
    rng = np.random.default_rng(2024)
    graph = read_graph([value.call])
    values: dict[Call, np.ndarray[Any, Any]] = {}
    for leaf in graph.leaves:
        values[leaf] = rng.normal(size=[int(s) for s in leaf.port.sizes])
    products, error, by_call = 0, 0.0, {}
    for op in graph.order:
        given: dict[Node, Any] = {a.port: values[resolved(a)] for a in op.args}
        executor = Executor(given)
        made = executor.run(op.body)
        error = max(error, float(np.abs(made - interpret([op.body], given, {})[0]).max()))
        products += executor.counts["mul"]
        by_call[op] = executor.counts["mul"]
        values[op] = made
    if products != analysis.total.multiplications or error > 1e-9:
        raise CheckError(
            f"the loop counted {products} products, the analyser {analysis.total.multiplications}; "
            f"largest deviation {error:.1e}"
        )
    rows = [{"op": op.op, "products": count} for op, count in by_call.items() if count]
    shown = {
        "products": format_number(products, lang), "error": format_number(error, lang, digits=1),
    }  # fmt: skip
    return {"done": True, "products": products, "largest_error": error, "rows": rows,
            "text": phrase("analysis.verified", lang, **shown)}  # fmt: skip


def backward_part(analysis: Analysis, lang: str) -> dict[str, Any]:
    """MACs of the backward pass, from the derived cotangents, and the rule that they obey."""
    total: Scalar = analysis.total.count("macs", backward=True)
    first = next((r.macs for r in analysis.layers if r.macs != 0), 0)
    holds = total == 2 * analysis.macs - first
    numbers = {"total": total, "forward": analysis.macs, "first": first}
    shown = {k: format_number(int(v), lang) for k, v in numbers.items()}
    rows = [{"layer": r.title, "macs": r.count("macs", backward=True)} for r in analysis.layers]
    key = "analysis.backward" if holds else "analysis.backward_other"
    return {**numbers, "rows": rows, "rule_holds": holds, "text": fitting(key, lang, **shown)}
