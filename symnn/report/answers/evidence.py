"""The table of evidence: what every claim of the report rests on, one claim a row.

Law: rows are read off the finished blocks, so that nothing shown can lack one. Lines of one
section are one row; a basis is one row; a badge is one row, and stands for the answers, tables and
figures before it that have neither. In a section without a badge these are listed as not verified.
A failed check is a red line.
To add a kind of claim: its word in the catalogue under `evidence.KIND` and a place in `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symnn.report.printing.document import (
    AlgorithmBlock,
    Answer,
    Badge,
    Basis,
    Block,
    Figure,
    Fold,
    Formula,
    Paragraph,
    Part,
    Ref,
    Run,
    Runs,
    Section,
    StepLine,
    Steps,
    Table,
)
from symnn.report.words import Words

KINDS = ("derived", "proved", "checked", "measured", "stated")
_SIGNS = {"verified": "✓", "failed": "✗", "unchecked": "○"}
_ANCHOR = "evidence"


@dataclass(frozen=True, slots=True)
class Row:
    """One claim.

    Attributes:
        where: links to it.
        claim: what is claimed.
        kind: one of `KINDS`, or "" where nothing was checked.
        how: rules, draws and deviation, seeds, or the source.
        state: as of a badge.
        anchors: all places of the page that the row stands for.
        span: whether the links are the two ends of a run of lines.
    """

    where: tuple[Ref, ...]
    claim: Runs
    kind: str
    how: str
    state: str
    anchors: tuple[str, ...]
    span: bool = False


def evidence_rows(part: Part, words: Words) -> list[Row]:
    """The rows of one exercise, in the order of the page."""
    head = Section(part.anchor, part.number, part.title, part.head)
    return [r for s in (head, *part.sections) for r in _section_rows(s, words)]


def evidence_part(parts: Sequence[Part], failures: Sequence[str], words: Words) -> Part:
    """The table as the last part of the page."""
    rows = {p.anchor: evidence_rows(p, words) for p in parts}
    every = [r for found in rows.values() for r in found]
    counts = [
        f"{words.text(f'evidence.{kind}')} {n}"
        for kind in (*KINDS, "unverified")
        if (n := sum((r.kind or "unverified") == kind for r in every))
    ]
    opening = words.runs("evidence.opening", rows=len(every), counts=", ".join(counts))
    failed = len(failures) or sum(r.state == "failed" for r in every)
    verdict = words.title("evidence.failed" if failed else "evidence.none_failed", n=failed)
    head: list[Block] = [Paragraph(opening), Badge("failed" if failed else "verified", verdict)]
    head += [Badge("failed", line) for line in failures]
    sections = tuple(
        Section(f"{_ANCHOR}-{p.number}", f"A.{p.number}", p.title, (_table(rows[p.anchor], words),))
        for p in parts
    )  # fmt: skip
    return Part(_ANCHOR, "A", words.text("evidence.label"), words.title("evidence.title"), "",
                tuple(head), sections)  # fmt: skip


def evidence_data(part: Part, words: Words) -> dict[str, Any]:
    """The same as plain data, every line of every derivation on its own."""
    lines = [line for b in leaves(_blocks(part)) if isinstance(b, Steps) for line in _lines(b)]
    return {
        "claims": [
            {"where": [r.text for r in row.where], "claim": plain(row.claim), "kind": row.kind,
             "evidence": row.how, "state": row.state}
            for row in evidence_rows(part, words)
        ],
        "lines": [
            {"number": x.number, "rule": x.rule, "evaluated": x.checked, "deviation": x.deviation}
            for x in lines
        ],
    }  # fmt: skip


def leaves(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks with the folded ones in their place."""
    for block in blocks:
        if isinstance(block, Fold):
            yield from leaves(block.blocks)
        else:
            yield block


def plain(runs: Runs) -> str:
    """Runs as text."""
    return "".join(run if isinstance(run, str) else run.text for run in runs)


def _blocks(part: Part) -> list[Block]:
    return [*part.head, *(b for s in part.sections for b in s.blocks)]


def _lines(steps: Steps) -> Iterator[StepLine]:
    for line in steps.lines:
        yield from (*line.details, line)


# -- rows ----------------------------------------------------------------------------------------


def _section_rows(section: Section, words: Words) -> list[Row]:
    titled = [*_titled(section.blocks, section)]
    steps = [b for b, _ in titled if isinstance(b, Steps) and b.lines]
    rows = [_steps_row(steps, words)] if steps else []
    judged: list[tuple[Block, Badge, list[Block], Section]] = []
    waiting: list[Block] = []
    for block, place in titled:
        badge = block if isinstance(block, Badge) else getattr(block, "badge", None)
        basis = getattr(block, "basis", None)
        if badge is not None:
            judged.append((block, badge, waiting, place))
            waiting = []
        elif basis is not None:
            rows.append(_basis_row(block, basis, place, words))
        elif isinstance(block, Answer | AlgorithmBlock | Table | Figure):
            waiting.append(block)
    if judged:
        judged[-1][2].extend(waiting)
    else:
        rows += [_basis_row(b, Basis("", ""), section, words) for b in waiting]
    return rows + [_badge_row(*j, words) for j in judged]


def _titled(blocks: Sequence[Block], section: Section) -> Iterator[tuple[Block, Section]]:
    """Blocks, each with its place; what is folded is called by what the fold is called."""
    for block in blocks:
        if isinstance(block, Fold):
            yield from _titled(block.blocks, replace(section, title=block.summary))
        else:
            yield block, section


def _steps_row(steps: list[Steps], words: Words) -> Row:
    main = [line for s in steps for line in s.lines]
    every = [line for s in steps for line in _lines(s)]
    rules = ", ".join(dict.fromkeys(line.rule for line in every if line.rule))
    errors = [line.deviation for line in every if line.deviation is not None]
    parts = [words.text("evidence.rules", rules=rules)] if rules else []
    evaluated = sum(line.checked for line in every)
    parts += [words.text("evidence.evaluated", n=evaluated)] if evaluated else []
    if errors:
        parts.append(words.text("evidence.largest", error=words.number(max(errors), 1)))
    named = ", ".join(dict.fromkeys(s.label.lower() for s in steps if s.label))
    claim = words.text("evidence.lines", n=len(every)) + (f" ({named})" if named else "")
    ends = [main[0], *([main[-1]] if len(main) > 1 else [])]
    where = tuple(Ref(x.anchor, f"({x.number})") for x in ends)
    return Row(where, (claim,), "derived", words.text("evidence.join").join(parts),
               "verified", tuple(line.anchor for line in every), span=True)  # fmt: skip


def _badge_row(
    block: Block, badge: Badge, covers: list[Block], section: Section, words: Words
) -> Row:
    """A badge, standing for the blocks before it as well."""
    kind = badge.kind if badge.state != "unchecked" else ""
    blocks = [block, *covers]
    claim = _claim(block, section, words)
    names = _listed([_claim(b, section, words, short=True) for b in covers], ", ")
    if isinstance(block, Badge) and covers:
        claim = names
    elif covers:
        claim = (*claim, *_around("evidence.also", "names", names, words))
    named: dict[str, Ref] = {}
    for each in blocks:
        link = _link(each, section)
        named.setdefault(link.text, link)
    links = tuple(named.values())
    return Row(links, claim, kind, badge.text, badge.state, tuple(x.target for x in links))


def _basis_row(block: Block, basis: Basis, section: Section, words: Words) -> Row:
    link = _link(block, section)
    state = "verified" if basis.kind else "unchecked"
    claim = (basis.what,) if basis.what else _claim(block, section, words)
    how = basis.how or words.text("evidence.nothing")
    return Row((link,), claim, basis.kind, how, state, (link.target,))


def _link(block: Block, section: Section) -> Ref:
    anchor = getattr(block, "anchor", "")
    number = getattr(block, "number", "")
    if isinstance(block, Figure | AlgorithmBlock):
        name = block.label.rstrip(".").rsplit("· ", 1)[-1]  # "Answer 1 · Figure 3.1."
        return Ref(anchor, name.replace(" ", "\u00a0"))
    if anchor and number:
        return Ref(anchor, f"({number})")
    return Ref(anchor or section.anchor, f"§\u00a0{section.number}")


def _claim(block: Block, section: Section, words: Words, *, short: bool = False) -> Runs:
    """What a block claims, in a line; `short`: its name."""
    match block:
        case Answer(_, label, value, runs):
            prose = any(isinstance(r, str) and r.strip(" ,;") for r in runs)
            shown: list[Run] = [value] if value else [] if prose else [*runs]
            formulas = [r for r in shown if isinstance(r, Formula)]
            return (label,) if short or not formulas else (
                *words.runs("evidence.named", name=label), *_apart(formulas))  # fmt: skip
        case AlgorithmBlock():
            return (block.label, " (", block.title, ")")
        case Figure(label=label, caption=caption) | Table(label=label, caption=caption):
            opening = () if short and label else _first_sentence(caption)
            if label or opening:
                return (label.rstrip("."), *[". "] * bool(label and opening), *opening)
            return _headed(block, words)
    return (section.title,)


def _first_sentence(runs: Runs) -> Runs:
    found: list[Run] = []
    for run in runs:
        if isinstance(run, str) and (end := re.search(r"[.:;]( |$)|[\u00a0\u202f][:;]", run)):
            return (*found, run[: end.start()])
        found.append(run)
    return tuple(found)


def _headed(block: Block, words: Words) -> Runs:
    """A table without a caption, by the heads of its columns."""
    heads: list[Runs] = [(h,) for h in getattr(block, "heads", ()) if h]
    return _around("evidence.table", "heads", _listed(heads, " · "), words)


def _around(key: str, place: str, runs: Runs, words: Words) -> Runs:
    """A phrase around runs."""
    before, after = words.text(key, **{place: "\0"}).split("\0")
    return (before, *runs, after)


def _listed(found: Sequence[Runs], mark: str) -> Runs:
    return tuple(run for k, runs in enumerate(found) for run in ((mark, *runs) if k else runs))


def _apart(formulas: Sequence[Run]) -> Iterator[Run]:
    for k, formula in enumerate(formulas):
        if k:
            yield ", "
        yield replace(formula, display=False) if isinstance(formula, Formula) else formula


def _table(rows: list[Row], words: Words) -> Table:
    heads = tuple(words.text(f"evidence.{h}") for h in ("where", "claim", "kind", "how"))
    return Table(heads, tuple(_cells(r, words) for r in rows), wide=True)


def _cells(row: Row, words: Words) -> tuple[Runs, ...]:
    where: list[Run] = []
    for k, link in enumerate(row.where):
        where += ["–" if row.span else ", "] * bool(k) + [link]
    kind = words.text(f"evidence.{row.kind or 'unverified'}")
    return (tuple(where), row.claim, (f"{_SIGNS[row.state]}\u00a0{kind}",), (row.how,))
