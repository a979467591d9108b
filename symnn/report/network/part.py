"""Exercise of kind `network`: diagram, sizes and parameters, multiplications, what goes beyond.

The counts are in `symnn.analysis`; here its plain data becomes formulas, tables, figures. Law: no
number or formula is made here. Each section is one function of the shared `Network`.
"""

from __future__ import annotations

from collections.abc import Callable

from symnn.analysis.section import solve_question
from symnn.core.errors import CheckError, SymnnError
from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise
from symnn.report.network.beyond import beyond_section
from symnn.report.network.figures import network_picture
from symnn.report.network.page import Network
from symnn.report.printing.document import (
    Answer,
    Badge,
    Block,
    Figure,
    Note,
    Paragraph,
    Run,
    Runs,
    Section,
    Strong,
    Table,
)
from symnn.report.printing.markup import quoted
from symnn.report.words import Words

Maker = Callable[[Network], tuple[str, list[Block]]]


def solve_network(exercise: Exercise, words: Words, seed: int) -> Solved:
    """Answer every question, and show the evidence."""
    number = str(exercise.number)
    try:
        found = solve_question(exercise.data, words.lang)
    except SymnnError as error:
        return _unanswered(error, words, number)
    page = Network(exercise, words, found)
    sections = []
    for k, maker in enumerate(SECTIONS, start=1):
        title, blocks = maker(page)
        sections.append(Section(f"s{number}-{k}", f"{number}.{k}", title, tuple(blocks)))
    totals = found["totals"]
    summary = words.text(
        "network.summary", parameters=page.number(totals["parameters"]),
        macs=page.number(totals["macs"]),
    )  # fmt: skip
    return Solved((), tuple(sections), {"answer": found}, {}, [], [f"{number}: {summary}"])


def _unanswered(error: SymnnError, words: Words, number: str) -> Solved:
    """What cannot be answered says why; counts that disagree are a failed check."""
    first, *_ = str(error).splitlines()
    answers = {"not_answered": [str(error)]}
    if not isinstance(error, CheckError):
        return Solved((Note(words.title("label.note") + ".", (first,)),), (), answers)
    reason = words.text("network.failed", reason=first)
    return Solved((Badge("failed", reason),), (), answers, {}, [f"{number}: {reason}"])


def diagram_section(page: Network) -> tuple[str, list[Block]]:
    """The network by layers, to scale."""
    label = page.figure_label()
    asked = page.question("diagram")
    if asked:
        label = f"{page.words.title('label.answer', n=asked)} · {label}"
    picture = network_picture(page.found, page.words.lang, f"net{page.key}")
    caption = page.words.runs("network.diagram_caption")
    return page.words.title("network.diagram_title"), [
        Figure(f"fig{page.key}-1", picture.html, label, caption, wide=True,
               basis=page.basis("derived", "drawn"), tikz=picture.tikz)
    ]  # fmt: skip


def layers_section(page: Network) -> tuple[str, list[Block]]:
    """The rules, then every layer with its numbers put in, and k."""
    w, found = page.words, page.found
    rules = tuple(
        ((page.said(r["name"]),), (quoted(r["latex"]),), (f"({page.key}.{k})",))
        for k, r in enumerate(found["rules"], start=1)
    )
    letters = {c: quoted(c) for c in "npkscmo"}
    blocks: list[Block] = [
        Table((w.text("network.rule"), w.text("network.formula"), ""), rules, basis=page.counted()),
        Paragraph(w.runs("network.letters", **letters)),
    ]
    blocks += _deduced(page)
    blocks += [_layers_table(page), Paragraph((page.said(found["rounding"]["text"], start=True),
                                               ". ", *_without_bias(page)))]  # fmt: skip
    return w.title("network.layers_title"), blocks


def _without_bias(page: Network) -> Runs:
    count = page.found["totals"]["parameters_without_bias"]
    return page.words.runs("network.without_bias", count=page.number(count))


def _deduced(page: Network) -> list[Block]:
    """The depth of the filters, boxed where a question asks for the layer."""
    blocks: list[Block] = []
    for row in page.found["deduced"]:
        if row["first"]:
            continue
        asked = page.question("layer", row["layer"])
        label = page.words.title("network.value_of_k")
        if asked:
            label = f"{page.words.title('label.answer', n=asked)} · {label[:1].lower()}{label[1:]}"
        blocks.append(
            Answer(
                f"k{page.key}-{len(blocks) + 1}",
                label,
                None,
                (page.said(row["text"]),),
                basis=page.counted(),
            )
        )
    return blocks


def _layers_table(page: Network) -> Table:
    w, found, totals = page.words, page.found, page.found["totals"]
    rows: list[tuple[Runs, ...]] = []
    for row in found["rows"]:
        size = quoted(row["size"]["latex"]) if row["size"]["latex"] else "–"
        rows.append((
            (page.question("layer", row["key"]) or "–",), (page.name(row),), (size,),
            (page.shape(row["output_shape"]),), page.equal(row["parameters"]),
            page.equal(row["multiplications"]),
        ))  # fmt: skip
    sums = (totals["parameters"], totals["multiplications"])
    rows.append((
        ("",), (Strong(w.title("network.total")),), ("",), ("",),
        *((Strong(page.number(s)),) for s in sums),
    ))  # fmt: skip
    references = {"size": 1, "parameters": 2, "multiplications": 3}
    heads = tuple(
        w.text(f"network.{h}") + (f" ({page.key}.{references[h]})" if h in references else "")
        for h in ("question", "layer", "size", "output", "parameters", "multiplications")
    )
    label = w.text("network.table", n=f"{page.key}.1")
    return Table(heads, tuple(rows), label, w.runs("network.table_caption"), wide=True,
                 basis=page.counted())  # fmt: skip


def multiplications_section(page: Network) -> tuple[str, list[Block]]:
    """The first layer with products, boxed, in every convention; then the whole network."""
    w, found, totals = page.words, page.found, page.found["totals"]
    blocks: list[Block] = []
    if found["conventions"]:
        layer = found["conventions"][0]["layer"]
        row = next(r for r in found["rows"] if r["key"] == layer)
        asked = page.question("multiplications", layer)
        label = w.title("label.answer", n=asked) if asked else layer
        value: tuple[Run, ...] = (*page.equal(row["multiplications"]), " ",
                                  w.text("network.per_image"))  # fmt: skip
        blocks.append(Answer(f"a{page.key}-1", label, None, value, badge=page.badge()))
        rows = tuple(
            ((Strong(page.number(c["value"])),), (c["unit"],), (page.said(c["meaning"]),))
            for c in found["conventions"]
        )
        heads = tuple(w.text(f"network.{h}") for h in ("count", "unit", "convention"))
        blocks += [Paragraph(w.runs("network.conventions", layer=layer)), Table(heads, rows)]
    blocks.append(Paragraph(w.runs(
        "network.totals", macs=page.number(totals["macs"]),
        inside=page.number(totals["multiplications_inside"]), flops=page.number(totals["flops"]),
    )))  # fmt: skip
    return w.title("network.multiplications_title"), blocks


SECTIONS: tuple[Maker, ...] = (
    diagram_section, layers_section, multiplications_section, beyond_section,
)  # fmt: skip
