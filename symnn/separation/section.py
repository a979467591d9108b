"""Everything a report shows about the smallest network, as plain data.

Law: strings, numbers, lists and dicts only; formulas are LaTeX built from the computed numbers;
pictures are SVG text, once with colours and once with CSS variables. The page is made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from symnn.core.errors import DomainError, explain
from symnn.drawing.canvas import plain_colours
from symnn.separation.designer import design_points
from symnn.separation.drawing import draw_picture
from symnn.separation.drawing_network import network_picture
from symnn.separation.formulas import network_latex, number_latex
from symnn.separation.palette import with_tokens
from symnn.separation.points import PointSet, points_of
from symnn.separation.reading import DATA, read_points
from symnn.separation.regions import occurring_codes
from symnn.separation.result import Design
from symnn.separation.section_variants import describe_training, describe_variants
from symnn.separation.statements import (
    nouns,
    proof_statement,
    reading_statement,
    status_statement,
)
from symnn.text.numbers import format_number
from symnn.text.phrases import fitting, phrase

DEFAULTS = ("stars", "xor")


def solve_question(
    points: Iterable[Sequence[Any]] | None = None,
    labels: Iterable[Any] | None = None,
    names: Sequence[str] | None = None,
    lang: str = "en",
    *,
    time_limit: float = 10.0,
    seed: int = 0,
) -> dict[str, Any]:
    """Solve "describe a perceptron with one hidden layer that classifies all points".

    Args:
        points: the points; None takes the stars inside a ring of circles that ship here.
        labels: their labels, of two classes.
        names: the names of the coordinates, x1, x2, ... by default.
        lang: en or fr.
        time_limit: seconds for the search.
        seed: of the random starts of the training.

    Returns:
        Texts, LaTeX, tables and SVG; see the keys.

    >>> answer = solve_question([(0, 0), (1, 1), (0, 1), (1, 0)], [0, 0, 1, 1])
    >>> answer["hidden_units"], answer["proved"], answer["equations"]["units"][0]
    (2, True, 'h_{1} = ...')
    """
    if points is None:
        chosen = default_points("stars", lang)
    else:
        chosen = points_of(points, labels if labels is not None else ())
    if names is not None:
        chosen = _renamed(chosen, names)
    return describe(design_points(chosen, time_limit=time_limit, seed=seed), lang, seed=seed)


def default_points(name: str, lang: str = "en") -> PointSet:
    """Return a point set that ships here, stars or xor, its class names in a language.

    >>> len(default_points("xor"))
    4
    """
    if name not in DEFAULTS:
        raise DomainError(
            explain(
                "default points",
                expected=" or ".join(DEFAULTS),
                found=repr(name),
                fix="choose one of them, or give a CSV file",
            )
        )
    points = read_points(DATA / f"{name}.csv")
    if name == "xor":
        return points
    zero, one = (phrase(f"separation.class_{word}", lang) for word in points.classes)
    return replace(points, classes=(zero, one))


def describe(design: Design, lang: str = "en", *, seed: int = 0) -> dict[str, Any]:
    """Return everything a report shows about a design."""
    picture, network = draw_picture(design, lang), network_picture(design.network, lang)
    words = nouns(lang, design.points.dimension)
    return {
        "given_note": phrase("separation.not_given", lang),
        "graph": phrase(
            "separation.graph", lang, inputs=design.points.dimension, count=design.hidden_units
        ),
        "convention": fitting("separation.convention", lang, **words),
        "classes": list(design.points.classes),
        "axes": list(design.points.axes),
        "hidden_units": design.hidden_units,
        "lower": design.lower,
        "upper": design.upper,
        "proved": design.proved,
        "status": status_statement(design, lang),
        "reading": reading_statement(design, lang),
        "proof": proof_statement(design, lang),
        "checked": phrase(
            "separation.checked",
            lang,
            count=design.check(),
            distance=format_number(min(design.distances()), lang),
        ),
        "equations": network_latex(design.network, design.points.axes),
        "bias_folded": phrase("separation.bias_folded", lang),
        "units": _units(design),
        "truth_table": _truth_table(design, lang),
        "checks": _checks(design),
        "picture_title": fitting("separation.picture_title", lang, **words),
        "network_title": phrase("separation.network_title", lang),
        "picture": picture,
        "picture_tokens": with_tokens(picture),
        "picture_note": "" if picture else _no_picture(design, lang),
        "network": plain_colours(network.svg()),
        "network_tokens": network.svg(),
        "network_tikz": network.tikz(),
        "variants": describe_variants(design, lang),
        "training": describe_training(design, lang, seed),
        "data": design.to_json(),
    }


def _no_picture(design: Design, lang: str) -> str:
    if design.points.dimension > 2:
        return phrase("separation.no_picture", lang, count=design.points.dimension)
    return phrase("separation.no_picture_scale", lang)


def _renamed(points: PointSet, names: Sequence[str]) -> PointSet:
    if len(names) != points.dimension:
        raise DomainError(
            explain(
                "names",
                expected=f"{points.dimension} names of coordinates",
                found=str(list(names)),
                fix="give one name per coordinate",
            )
        )
    return replace(points, axes=tuple(names))


def _units(design: Design) -> list[dict[str, Any]]:
    """Describe each hidden unit: weights, two points of its line, distance to the nearest point."""
    rows = []
    formulas = network_latex(design.network, design.points.axes)
    halves = formulas["half_planes"]
    assert isinstance(halves, list)
    for k, (unit, distance) in enumerate(
        zip(design.network.hidden, design.distances(), strict=True)
    ):
        weights = ", ".join(number_latex(w) for w in unit.weights)
        rows.append(
            {
                "name": f"h_{{{k + 1}}}",
                "half_plane": halves[k],
                "weights": rf"({weights};\ {number_latex(unit.bias)})",
                "through": _through(design, k),
                "distance": distance,
            }
        )
    return rows


def _through(design: Design, k: int) -> list[str]:
    """Write two points of a line of the plane, at the ends of the first or second axis' range."""
    unit = design.network.hidden[k]
    if design.points.dimension != 2:
        return []
    axis = 0 if unit.weights[1] else 1
    values = [p[axis] for p in design.points.coordinates]
    found = []
    for value in (min(values), max(values)):
        other = -(unit.bias + unit.weights[axis] * value) / unit.weights[1 - axis]
        pair = (value, other) if axis == 0 else (other, value)
        found.append(f"({number_latex(pair[0])}, {number_latex(pair[1])})")
    return found


def _truth_table(design: Design, lang: str) -> dict[str, Any]:
    """List the codes with their value, class, points, and whether they have a region at all."""
    regions = occurring_codes(design.network)
    held = {row.code: row for row in design.truth_table()}
    rows = []
    for code in [*held, *(code for code in regions if code not in held)]:
        value = design.network.score_of_code(code)
        count = len(held[code].points) if code in held else 0
        rows.append(
            {
                "code": list(code),
                "value": number_latex(value),
                "output": int(value > 0),
                "points": count,
                "has_region": code in held or regions[code],
                "words": phrase(
                    "separation.points_counted",
                    lang,
                    count=count,
                    name=design.points.classes[value > 0],
                )
                if count
                else "",
            }
        )
    header = [f"h_{{{k + 1}}}" for k in range(design.hidden_units)]
    score = network_latex(design.network, design.points.axes)["score"]
    return {
        "title": phrase("separation.truth_table", lang),
        "header": [*header, score, r"\hat{y}"],
        "rows": rows,
    }


def _checks(design: Design) -> list[dict[str, Any]]:
    """Run the network on each point: hidden values, code, output value, class, right or not."""
    rows = []
    for point, label in zip(design.points.coordinates, design.points.labels, strict=True):
        score = design.network.score(point)
        rows.append(
            {
                "point": [number_latex(v) for v in point],
                "hidden_values": [number_latex(u.value(point)) for u in design.network.hidden],
                "code": list(design.network.code(point)),
                "value": number_latex(score),
                "output": int(score > 0),
                "label": design.points.classes[label],
                "right": (score > 0) == label,
            }
        )
    return rows
