"""Beyond the questions of exercise 3: shares, backward pass, memory, fields, open image size."""

from __future__ import annotations

from typing import Any

from symnn.report.network.figures import share_bars
from symnn.report.network.page import Network
from symnn.report.printing.document import Block, Figure, Fold, Paragraph, Runs, Strong, Table
from symnn.report.printing.markup import quoted


def beyond_section(page: Network) -> tuple[str, list[Block]]:
    """Where the counts are, what training costs, what each layer sees, other image sizes."""
    w, found = page.words, page.found
    blocks: list[Block] = [*_shares(page)]
    blocks.append(Paragraph((page.said(found["backward"]["text"], start=True), ".")))
    memory = page.said(found["memory"]["text"])
    blocks.append(Paragraph((Strong(w.text("network.memory") + "."), f" {memory}.")))
    blocks.append(_fields(page))
    blocks.append(Fold(w.text("network.symbolic"), tuple(_symbolic(page)), opened=True))
    return w.title("network.beyond_title"), blocks


def _shares(page: Network) -> list[Block]:
    w, shares = page.words, page.found["shares"]
    if not shares["parameters"] or not shares["multiplications"]:
        return []
    labels = {k: w.text(f"network.{k}") for k in ("parameters", "multiplications")}
    texts = {k: page.said(shares[f"{k}_text"]) for k in labels}
    caption = w.runs("network.shares_caption", **texts)
    drawn = share_bars(page.found, labels, f"shares{page.key}")
    return [
        Figure(
            f"fig{page.key}-2",
            drawn.html,
            page.figure_label(),
            caption,
            basis=page.basis("derived", "counts"),
            tikz=drawn.tikz,
        )
    ]


def _fields(page: Network) -> Table:
    w, found = page.words, page.found
    whole = found["input"]["shape"][:2]
    backward = {r["layer"]: r["macs"] for r in found["backward"]["rows"]}
    rows: list[tuple[Runs, ...]] = []
    for row, field in zip(found["rows"], found["receptive"], strict=True):
        sides = {"height": field["size"][0], "width": field["size"][1]}
        seen = (
            w.text("network.whole") if field["size"] == whole
            else w.text("network.pixels", **sides)
        )  # fmt: skip
        rows.append((
            (page.name(row),), (seen,), (_jump(field),), (page.number(row["saved_bytes"]),),
            (page.number(backward[row["key"]]),),
        ))  # fmt: skip
    heads = tuple(
        w.text(f"network.{h}") for h in ("layer", "field", "jump", "kept", "backward_products")
    )
    label = w.text("network.table", n=f"{page.key}.2")
    return Table(heads, tuple(rows), label, w.runs("network.fields_caption"),
                 basis=page.basis("derived", "counts"))  # fmt: skip


def _jump(field: dict[str, Any]) -> str:
    jumps = field["jump"]
    if not jumps:
        return "–"
    return str(jumps[0]) if len(set(jumps)) == 1 else " × ".join(map(str, jumps))


def _symbolic(page: Network) -> list[Block]:
    w, found = page.words, page.found["symbolic"]
    n = quoted(found["symbol"])
    names = {r["key"]: page.name(r) for r in page.found["rows"]}
    rows: list[tuple[Runs, ...]] = [
        (
            (names[r["layer"]],), (quoted(r["output_latex"]),), (quoted(r["parameters_latex"]),),
            (quoted(r["multiplications_latex"]),),
        )
        for r in found["rows"]
    ]  # fmt: skip
    keys = ("parameters", "multiplications")
    totals = tuple((quoted(found["total_latex"][k]),) for k in keys)
    rows.append(((Strong(w.title("network.total")),), ("",), *totals))
    heads = tuple(w.text(f"network.{h}") for h in ("layer", "output", *keys))
    sizes: list[tuple[Runs, ...]] = [
        ((page.number(r["n"]),), *((page.number(r[k]),) for k in keys)) for r in found["table"]
    ]
    return [
        Paragraph(w.runs("network.symbolic_opening", n=n)),
        Table(heads, tuple(rows), wide=True, basis=page.basis("derived", "counts")),
        Table((found["symbol"], *(w.text(f"network.{k}") for k in keys)), tuple(sizes),
              caption=w.runs("network.sizes_caption", n=n),
              basis=page.basis("derived", "counts")),
    ]  # fmt: skip
