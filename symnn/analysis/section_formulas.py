"""Formulas of the exercise, the numbers put in, as text and LaTeX, checked against the counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symnn.analysis.report import Row, domain_text, number
from symnn.core.errors import CheckError
from symnn.core.scalars import Scalar
from symnn.text.numbers import format_number
from symnn.text.phrases import phrase

_RULES = (
    ("size_rule", "o = ⌊(n + 2p − k)/s⌋ + 1",
     r"o = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1"),
    ("parameter_rule", "N_par = m (k² c + 1)", r"N_{\mathrm{par}} = m \left(k^2 c + 1\right)"),
    ("multiplication_rule", "N_mul = o² m × k² c", r"N_{\mathrm{mul}} = o^2 m \times k^2 c"),
)  # fmt: skip


def rules(lang: str) -> list[dict[str, str]]:
    """The three rules, before the numbers."""
    return [
        {"name": phrase(f"analysis.{key}", lang), "text": text, "latex": latex}
        for key, text, latex in _RULES
    ]


def shape_text(sizes: Sequence[Any]) -> str:
    """`28 × 28 × 4`."""
    return " × ".join(map(str, sizes))


def _grouped(value: Scalar, lang: str, target: str = "text") -> str:
    return format_number(int(value), lang, target=target)


def size_formula(row: Row) -> dict[str, Any]:
    """The rule of the output size of a window layer along its first axis."""
    if row.op == "Flatten":
        product = " · ".join(str(s) for s in row.input_shape)
        latex = r" \cdot ".join(str(s) for s in row.input_shape)
        (value,) = row.output_shape
        return {"text": f"{product} = {value}", "latex": f"{latex} = {value}", "division": "",
                "exact": True, "value": value}  # fmt: skip
    if "kernel_size" not in row.settings:
        return {"text": "", "latex": "", "division": "", "exact": True, "value": None}
    n, k = row.input_shape[0], row.settings["kernel_size"][0]
    s, (before, after) = row.settings["stride"][0], row.settings["padding"][0]
    room = int(n) + before + after - k
    value = room // s + 1
    if value != row.output_shape[0]:
        raise CheckError(
            f"{row.title}: the size rule gives {value}, the equations {row.output_shape[0]}"
        )
    pads = f" + 2·{before}" if before == after and before else ""
    pads = f" + {before} + {after}" if before != after else pads
    latex_pads = pads.replace("·", r" \cdot ")
    return {
        "text": f"⌊({n}{pads} − {k})/{s}⌋ + 1 = {value}",
        "latex": rf"\lfloor ({n}{latex_pads} - {k})/{s} \rfloor + 1 = {value}",
        "division": f"{room}/{s}",
        "exact": room % s == 0,
        "value": value,
    }


def parameter_formula(row: Row, lang: str) -> dict[str, Any]:
    """`4 (3² · 1 + 1) = 40`."""
    trained = [w for w in row.weights if w.trained]
    value = int(row.parameters)
    if not trained:
        return {"text": "0", "formula": "", "latex": "", "value": 0}
    weight = trained[0].shape
    rows, depth, kernel = weight[0], weight[1], weight[2:]
    bias = len(trained) > 1
    text, latex = _window_text(kernel, depth)
    check = int(rows) * (_volume(weight[1:]) + bias)
    if check != value:
        raise CheckError(f"{row.title}: the parameter rule gives {check}, the equations {value}")
    formula = f"{rows} ({text} + 1)" if bias else f"{rows} · {text}"
    tex = rf"{rows} \left({latex} + 1\right)" if bias else rf"{rows} \cdot {latex}"
    shown = _grouped(value, lang)
    return {"text": f"{formula} = {shown}", "formula": formula, "latex": tex, "value": value}


def _window_text(kernel: Sequence[Scalar], depth: Scalar) -> tuple[str, str]:
    """`3² · 1` or `3 · 2 · 1`; a dense layer has only its depth."""
    if not kernel:
        return str(depth), str(depth)
    if len(kernel) == 2 and kernel[0] == kernel[1]:
        return f"{kernel[0]}² · {depth}", rf"{kernel[0]}^2 \cdot {depth}"
    sizes = [*map(str, kernel), str(depth)]
    return " · ".join(sizes), r" \cdot ".join(sizes)


def multiplication_formula(row: Row, lang: str) -> dict[str, Any]:
    """`28·28·4 × 3·3·1 = 28 224`, from the domain of the layer's equation."""
    value = int(row.multiplications)
    if not row.domains:
        return {"text": _grouped(value, lang), "formula": "", "latex": "", "value": value}
    domain = row.domains[0]
    text = domain_text(domain)
    if _volume(domain.outputs) * _volume(domain.summed) != value:
        raise CheckError(f"{row.title}: {text} is not {value}")
    latex = r" \times ".join(
        r" \cdot ".join(number(s) for s in part) for part in (domain.outputs, domain.summed)
    )
    shown = _grouped(value, lang)
    return {"text": f"{text} = {shown}", "formula": text, "latex": latex,
            "outputs": list(domain.outputs),
            "summed": list(domain.summed), "value": value}  # fmt: skip


def _volume(sizes: Sequence[Any]) -> int:
    total = 1
    for s in sizes:
        total *= int(s)
    return total
