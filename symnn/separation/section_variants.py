"""The part of a report on other networks: smooth, ReLU, skip, the existence theorem, training.

Law: each entry has its sentence under `text` beside its numbers, and was run on every point.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from symnn.separation.dichotomies import linear_dichotomies
from symnn.separation.drawing_training import draw_training
from symnn.separation.formulas import network_latex, number_latex
from symnn.separation.palette import with_tokens
from symnn.separation.result import Design
from symnn.separation.statements import nouns
from symnn.separation.stripes import stripes
from symnn.separation.training import train_network
from symnn.separation.variants import relu_variant, skip_variant, smooth_variant
from symnn.text.numbers import format_number
from symnn.text.phrases import fitting, phrase


def describe_variants(design: Design, lang: str) -> dict[str, Any]:
    """Run the other kinds of network, and state the general existence theorem."""
    return {
        "sigmoid": _smooth(design, lang, "sigmoid"),
        "tanh": _smooth(design, lang, "tanh"),
        "relu": _relu(design, lang),
        "skip": _skip(design, lang),
        "existence": _existence(design, lang),
    }


def _smooth(design: Design, lang: str, activation: str) -> dict[str, Any]:
    found = smooth_variant(design.network, design.points, activation)
    key = "separation.sigmoid" if found.bound else "separation.sigmoid_any"
    text = fitting(
        key,
        lang,
        name=phrase(f"separation.name_{activation}", lang),
        points=len(design.points),
        bound=format_number(found.bound, lang, digits=4, target="latex"),
        used=format_number(found.used, lang, target="latex"),
        right=found.right,
        measured=format_number(found.measured, lang, target="latex"),
    )
    return {
        "text": text,
        "inequality": r"\sum_j \frac{\left|v_j\right|}{1 + e^{\beta \left|z_j(x)\right|}}"
        r" < \left|v \cdot h(x) + c\right|",
        "closed_form": _closed_form(design, lang, 1 if activation == "sigmoid" else 2),
        "bound": found.bound,
        "used": found.used,
        "right": found.right,
        "measured": found.measured,
    }


def _closed_form(design: Design, lang: str, factor: int) -> str:
    """Write the coarser bound ln(V / mu - 1) / m of the least margins, with its numbers."""
    points, network = design.points.coordinates, design.network
    m = min(abs(unit.value(p)) for unit in network.hidden for p in points)
    mu = min(abs(network.score(p)) for p in points)
    ratio = sum(map(abs, network.output), Fraction(0)) / mu - 1
    value = max(0.0, math.log(ratio)) / float(m) / factor if ratio > 0 else 0.0
    shown = format_number(value, lang, digits=4, target="latex")
    share = "" if m * factor == 1 else number_latex(1 / (m * factor))
    front = r"\frac{1}{m}" if factor == 1 else r"\frac{1}{2m}"
    return (
        rf"\beta > {front} \ln\left(\frac{{V}}{{\mu}} - 1\right) = "
        rf"{share} \ln {number_latex(ratio)} \approx {shown}"
    )


def _relu(design: Design, lang: str) -> dict[str, Any]:
    found = relu_variant(design.network, design.points)
    labels = zip(design.points.coordinates, design.points.labels, strict=True)
    right = sum((found.score(point) > 0) == label for point, label in labels)
    text = fitting(
        "separation.relu_ramp" if found.ramps else "separation.relu_plain",
        lang,
        count=len(found.units),
        right=right,
        points=len(design.points),
        **nouns(lang, design.points.dimension),
    )
    return {
        "text": text,
        "units": len(found.units),
        "right": right,
        "hidden": [[str(Fraction(w)) for w in (*u.weights, u.bias)] for u in found.units],
        "output": [str(Fraction(v)) for v in (*found.output, found.bias)],
    }


def _skip(design: Design, lang: str) -> dict[str, Any]:
    splits = linear_dichotomies(design.points.coordinates)
    found = skip_variant(design.network, design.points, splits)
    labels = zip(design.points.coordinates, design.points.labels, strict=True)
    right = sum(found.network.classify(point) == label for point, label in labels)
    text = fitting(
        "separation.skip_proved" if found.proved else "separation.skip_open",
        lang,
        count=len(found.network.hidden),
        right=right,
        points=len(design.points),
    )
    latex = network_latex(found.network, design.points.axes) if found.network.hidden else {}
    return {
        "text": text,
        "units": len(found.network.hidden),
        "proved": found.proved,
        "equations": latex,
    }


def _existence(design: Design, lang: str) -> dict[str, Any]:
    grid, _ = design.points.scaled()
    found = stripes(grid, np.array(design.points.labels), thorough=False, deadline=float("inf"))
    direction = ", ".join(map(str, found.direction))
    text = phrase("separation.existence", lang, direction=direction, count=len(found.sides))
    return {"text": text, "direction": list(found.direction), "units": len(found.sides)}


def describe_training(design: Design, lang: str, seed: int) -> dict[str, Any]:
    """Train the same network by gradient descent and say what came of it."""
    run = train_network(design.points, design.hidden_units, seed=seed)
    text = phrase(
        "separation.training",
        lang,
        epochs=run.epochs,
        success=run.success,
        restarts=len(run.right),
        right=max(run.right),
        points=run.points,
        loss=format_number(run.best_loss, lang, digits=2),
    )
    picture = draw_training(run, lang)
    return {
        "text": text,
        "right": list(run.right),
        "epochs": run.epochs,
        "picture": picture,
        "picture_tokens": with_tokens(picture),
    }
