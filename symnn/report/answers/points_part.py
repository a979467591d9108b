"""Exercise of kind `points`: the smallest network with one hidden layer, as page blocks.

The mathematics is in `symnn.separation`; here its plain data becomes formulas, tables, figures.
"""

from __future__ import annotations

from typing import Any

from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise, said
from symnn.report.printing.document import (
    Answer,
    Badge,
    Basis,
    Block,
    Figure,
    Fold,
    Formula,
    Note,
    Paragraph,
    Run,
    Section,
    Table,
)
from symnn.report.printing.markup import quoted, runs
from symnn.report.printing.svg import without_metadata
from symnn.report.words import Words
from symnn.separation.section import solve_question


def solve_points(exercise: Exercise, words: Words, seed: int) -> Solved:
    """Answer the question, and the comparison set if the sheet has one."""
    number = str(exercise.number)
    first = _solve(exercise.data, words, seed)
    sections = [
        Section(f"s{number}-1", f"{number}.1", words.title("report.points_answer"),
                tuple(_answer(exercise, first, words, f"{number}"))),
        Section(f"s{number}-2", f"{number}.2", words.title("report.points_evidence"),
                tuple(_evidence(first, words, number))),
    ]  # fmt: skip
    answers = {"answer": first["data"], "equations": first["equations"]}
    summary = [f"{number}: {first['status']}"]
    comparison = exercise.data["comparison"]
    if comparison is not None:
        second = _solve(comparison, words, seed)
        title = words.title("report.points_comparison", what=said(comparison["title"], words.lang))
        sections.append(
            Section(f"s{number}-3", f"{number}.3", title, tuple(_short(second, words, number)))
        )
        answers["comparison"] = second["data"]
    failures = [f"{number}: {row['point']}" for row in first["checks"] if not row["right"]]
    return Solved((), tuple(sections), answers, {}, failures, summary)


def _solve(data: Any, words: Words, seed: int) -> dict[str, Any]:
    classes = data["classes"]
    labels = [
        said(classes[name], words.lang) if name in classes else name for name in data["labels"]
    ]
    return solve_question(data["data"], labels, lang=words.lang, seed=seed)


def _answer(exercise: Exercise, found: dict[str, Any], words: Words, number: str) -> list[Block]:
    blocks: list[Block] = []
    if exercise.data["own_data"]:
        blocks.append(Paragraph(runs(found["given_note"])))
    blocks.append(Paragraph(runs(found["convention"])))
    blocks += _picture(found, "picture", f"fig{number}-1", words, "report.figure_regions", number)
    blocks += _formulas(found["equations"]["units"])
    output = quoted(found["equations"]["output"], display=True)
    label = words.title("label.answer", n="1")
    badge = Badge("verified", found["checked"], kind="proved")
    blocks.append(Answer(f"a{number}-1", label, None, (output,), badge=badge))
    blocks.append(Paragraph(runs(f"{found['status']} {found['reading']}")))
    blocks += _picture(found, "network", f"fig{number}-2", words, "report.figure_network", number)
    return blocks


def _picture(
    found: dict[str, Any], key: str, anchor: str, words: Words, caption: str, number: str
) -> list[Block]:
    svg = found.get(f"{key}_tokens")
    if not svg:
        note = found.get("picture_note") if key == "picture" else ""
        return [Note("", (note,))] if note else []
    label = words.title("label.figure", n=f"{number}.{anchor[-1]}") + "."
    basis = _basis(words, "measured", "trained") if key == "picture" and "epochs" in found else None
    shown = without_metadata(svg, anchor)
    tikz = found.get(f"{key}_tikz", "")
    return [Figure(anchor, shown, label, words.runs(caption), basis=basis, tikz=tikz)]


def _formulas(latex: list[str]) -> list[Block]:
    return [Paragraph((quoted(f, display=True),), display=True) for f in latex]


def _evidence(found: dict[str, Any], words: Words, number: str) -> list[Block]:
    variants = found["variants"]
    folded = found["equations"]
    other: list[Block] = [
        Paragraph(
            runs(variants["sigmoid"]["text"]), basis=_basis(words, "proved", "exact", "variants")
        ),
        *_formulas([variants["sigmoid"]["inequality"]]),
        Paragraph(words.runs("separation.bound_letters")),
        *_formulas([variants["sigmoid"]["closed_form"]]),
        Paragraph(runs(variants["tanh"]["text"])),
        Paragraph(runs(variants["relu"]["text"])),
        Paragraph(runs(variants["skip"]["text"])),
    ]
    matrix: list[Block] = [
        *_formulas([folded["hidden"], folded["output"]]),
        Paragraph(runs(found["bias_folded"])),
        *_formulas([folded["folded_hidden"], folded["folded_output"]]),
    ]
    return [
        _proof(found, words),
        _truth_table(found, words),
        Fold(words.title("report.every_point"), (_points_table(found, words),)),
        Fold(words.title("label.matrix_form"), tuple(matrix), opened=True),
        Fold(words.title("report.other_units"), tuple(other)),
        Paragraph(runs(found["variants"]["existence"]["text"]),
                  basis=_basis(words, "proved", "exact", "every_set")),
        Paragraph(runs(found["training"]["text"]),
                  basis=_basis(words, "measured", "trained", "runs")),
        *_picture(found["training"], "picture", f"fig{number}-3", words, "report.figure_training",
                  number),
    ]  # fmt: skip


def _basis(words: Words, kind: str, how: str, what: str = "") -> Basis:
    claim = words.title(f"evidence.{what}") if what else ""
    return Basis(kind, words.text(f"evidence.{how}"), claim)


def _proof(found: dict[str, Any], words: Words) -> Paragraph:
    """The proof that fewer units do not suffice; where none was found the row says so."""
    kind, how = ("proved", "exact") if found["proved"] else ("", "nothing")
    return Paragraph(runs(found["proof"]), basis=_basis(words, kind, how, "lower_bound"))


def _truth_table(found: dict[str, Any], words: Words) -> Table:
    table = found["truth_table"]
    heads = tuple(_head(h) for h in table["header"])
    rows = tuple(
        (
            *((str(h),) for h in row["code"]),
            (quoted(row["value"]),),
            (str(row["output"]),),
            (row["words"] or words.text("report.empty_region" if row["has_region"] else
                                        "report.no_region"),),
        )
        for row in table["rows"]
    )  # fmt: skip
    basis = _basis(words, "proved", "exact")
    heads = (*heads, words.text("report.points_there"))
    return Table(heads, rows, caption=(table["title"] + ".",), basis=basis)


def _head(latex: str) -> str | Formula:
    """A head of a column: a formula, or its source where the grammar does not know it."""
    run = quoted(latex)
    return run if isinstance(run, Formula) else latex


def _points_table(found: dict[str, Any], words: Words) -> Table:
    rows = []
    for row in found["checks"]:
        point: list[Run] = ["("]
        for k, value in enumerate(row["point"]):
            point += [", "] * bool(k) + [quoted(value)]
        code = "".join(map(str, row["code"]))
        sign = "✓" if row["right"] else "✗"
        rows.append(
            ((*point, ")"), (row["label"],), (code,), (quoted(row["value"]),),
             (f"{row['output']} {sign}",))
        )  # fmt: skip
    x, h, y = (_head(name) for name in ("x", "h", r"\hat{y}"))
    heads = (x, words.text("role.label"), h, words.text("report.value"), y)
    return Table(heads, tuple(rows), basis=_basis(words, "proved", "exact"))


def _short(found: dict[str, Any], words: Words, number: str) -> list[Block]:
    return [
        Paragraph(runs(f"{found['status']} {found['reading']}")),
        *_picture(found, "picture", f"fig{number}-4", words, "report.figure_regions", number),
        *_formulas([*found["equations"]["units"], found["equations"]["output"]]),
        Badge("verified", found["checked"], kind="proved"),
        _proof(found, words),
    ]
