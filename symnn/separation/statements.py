"""Sentences and formulas about a design, built from its numbers.

Law: no number is written here; each comes from the network, the reading or the proof. Nouns follow
the dimension (threshold, line, hyperplane).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

from symnn.separation.formulas import number_latex
from symnn.separation.network import Network, Reading
from symnn.separation.points import PointSet
from symnn.separation.proof import Proof, RadonPoint
from symnn.text.numbers import format_number
from symnn.text.phrases import fitting, phrase

_MOST_LISTED = 16


class Designed(Protocol):
    """What the sentences need to know of a design."""

    @property
    def points(self) -> PointSet: ...
    @property
    def network(self) -> Network: ...
    @property
    def proof(self) -> Proof: ...
    @property
    def reading(self) -> Reading: ...
    @property
    def interrupted(self) -> bool: ...


def nouns(lang: str, dimension: int) -> dict[str, str]:
    """Return the words for border and half in a dimension.

    >>> nouns("en", 2)["borders"]
    'lines'
    """
    suffix = str(min(dimension, 3))
    keys = ("border", "borders", "a_border", "no_border", "halves")
    words = {key: phrase(f"separation.{key}_{suffix}", lang) for key in keys}
    return words | {"half": phrase(f"separation.the_half_{suffix}", lang)}


def status_statement(design: Designed, lang: str) -> str:
    """Say how many hidden units there are and whether that is minimal."""
    count, lower = len(design.network.hidden), design.proof.lower
    if count == lower:
        key = "separation.proved_one" if count == 1 else "separation.proved_many"
        text = fitting(key, lang, count=count)
    else:
        text = phrase("separation.open", lang, count=count, lower=lower, upper=count)
    return text + (phrase("separation.interrupted", lang) if design.interrupted else "")


def reading_statement(design: Designed, lang: str) -> str:
    """Say what the output unit computes."""
    reading, count = design.reading, len(design.network.hidden)
    words = nouns(lang, design.points.dimension)
    name = design.points.classes[1]
    key = f"separation.reading_{reading.kind}"
    if reading.kind == "cases" and (not reading.cases or len(reading.cases) > 6):
        key = "separation.reading_plain"
    if reading.kind == "and" and count == 2 and _opposite(design.network):
        key = "separation.reading_band"
    each = [
        phrase("separation.and", lang).join(f"$h_{k + 1}$" for k in case) for case in reading.cases
    ]
    cases = phrase("separation.or", lang).join(each)
    text = fitting(key, lang, name=name, count=count, need=reading.need, cases=cases, **words)
    return text + (phrase("separation.reading_xor", lang) if reading.xor and count == 2 else "")


def _opposite(network: Network) -> bool:
    first, second = (unit.weights for unit in network.hidden)
    return all(
        a * d == b * c
        for a, b in zip(first, second, strict=True)
        for c, d in zip(first, second, strict=True)
    )


def proof_statement(design: Designed, lang: str) -> str:
    """Say why fewer units cannot do, and what is not settled."""
    proof, words = design.proof, nouns(lang, design.points.dimension)
    lower, upper = proof.lower, len(design.network.hidden)
    match proof.kind:
        case "one":
            text = fitting("separation.proof_one", lang, **words)
        case "radon":
            assert proof.radon is not None
            text = _radon_statement(proof.radon, design.points, words, lang)
        case "packing":
            text = _packing_statement(proof, design.points, words, lang)
        case _:
            text = fitting(
                "separation.proof_search",
                lang,
                lower=lower,
                size=lower - 1,
                dichotomies=format_number(proof.dichotomies, lang),
                sets=format_number(proof.sets, lang),
                certificates=format_number(proof.certificates, lang),
                pairs=format_number(proof.pairs, lang),
                nodes=format_number(proof.nodes, lang),
                judged=format_number(proof.judged, lang),
                **words,
            )
    if lower < upper:
        text += " " + phrase("separation.proof_open", lang, lower=lower, below=upper - 1)
    return text


def _radon_statement(radon: RadonPoint, points: PointSet, words: dict[str, str], lang: str) -> str:
    def combination(shares: tuple[tuple[int, Fraction], ...]) -> str:
        return " + ".join(
            (rf"{number_latex(share)} \cdot " if share != 1 else "")
            + f"({_listed(points.coordinates[k])})"
            for k, share in shares
        )

    return fitting(
        "separation.proof_radon",
        lang,
        point=_listed(radon.point),
        ones=combination(radon.ones),
        zeros=combination(radon.zeros),
        **words,
    )


def _packing_statement(proof: Proof, points: PointSet, words: dict[str, str], lang: str) -> str:
    packing = proof.packing
    assert packing is not None
    same = set(packing.weights) == {1}
    weighted = "" if same else phrase("separation.proof_weighted", lang, total=packing.total)
    rows = points.coordinates
    named = [f"$({_listed(rows[p])})$–$({_listed(rows[q])})$" for p, q in packing.pairs]
    short = same and len(named) <= _MOST_LISTED
    listed = ", ".join(named) if short else phrase("separation.proof_listed", lang)
    return fitting(
        "separation.proof_packing",
        lang,
        listed=listed,
        lower=packing.bound,
        count=len(packing.pairs),
        weighted=weighted,
        most=packing.most,
        total=packing.total,
        dichotomies=format_number(proof.dichotomies, lang),
        **words,
    )


def _listed(values: Sequence[Fraction]) -> str:
    return ", ".join(map(str, values))


def linear_text(weights: Sequence[Fraction], names: Sequence[str], bias: Fraction) -> str:
    """Write a linear form as text.

    >>> linear_text((Fraction(2), Fraction(-1)), ("x1", "x2"), Fraction(-1, 2))
    '2·x1 − x2 − 1/2'
    """
    parts = [
        (w < 0, name if abs(w) == 1 else f"{abs(w)}·{name}")
        for w, name in zip(weights, names, strict=True)
        if w
    ]
    parts += [(bias < 0, str(abs(bias)))] if bias or not parts else []
    head = ("−" if parts[0][0] else "") + parts[0][1]
    return head + "".join((" − " if negative else " + ") + text for negative, text in parts[1:])


def unit_formulas(network: Network, axes: Sequence[str]) -> list[str]:
    """Write the equation of every unit as text, the output last."""
    lines = [
        f"h{k + 1} = [{linear_text(unit.weights, axes, unit.bias)} > 0]"
        for k, unit in enumerate(network.hidden)
    ]
    names = [f"h{k + 1}" for k in range(len(network.hidden))] + list(axes[: len(network.skip)])
    return [*lines, f"ŷ = [{linear_text(network.output + network.skip, names, network.bias)} > 0]"]
