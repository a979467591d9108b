"""The document model as Unicode text, for a terminal or a mail.

Law: prose is filled to a width, formulas are never cut; no character moves the cursor. To extend:
one arm in `_block`.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.document import Block, Document, Formula, Runs

_WIDTH = 96
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SIGNS = {"verified": "✓", "failed": "✗", "unchecked": "○"}


def to_plain(document: Document) -> str:
    """A document as Unicode text.

    >>> print(to_plain(Document("en", "A sheet", "of exercises", ())))
    A sheet
    =======
    <BLANKLINE>
    of exercises
    <BLANKLINE>
    """
    parts = [_headed(document.title, "="), _filled(document.subtitle)]
    for part in document.parts:
        title = " · ".join(text for text in (part.label, part.title, part.marks) if text)
        parts += [_headed(title, "="), *_blocks(part.head)]
        for section in part.sections:
            parts += [_headed(f"{section.number} {section.title}", "-"), *_blocks(section.blocks)]
    return _CONTROL.sub("", "\n\n".join(part for part in parts if part)) + "\n"


def _headed(text: str, sign: str) -> str:
    line = " ".join(text.split())
    return f"{line}\n{sign * _columns(line)}"


def _filled(text: str, first: str = "", rest: str | None = None) -> str:
    """Prose in lines; a space that must not break stays one."""
    return "\n".join(
        textwrap.wrap(text, _WIDTH, initial_indent=first, break_long_words=False,
                      subsequent_indent=" " * len(first) if rest is None else rest,
                      break_on_hyphens=False)
    )  # fmt: skip


def _runs(runs: Runs) -> str:
    return "".join(run if isinstance(run, str) else run.text for run in runs).replace("\n", " ")


def _columns(text: str) -> int:
    """The columns that a text takes on a terminal."""
    shown = [c for c in text if not unicodedata.combining(c)]
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _blocks(blocks: Sequence[Block]) -> list[str]:
    return ["\n".join(_block(block)) for block in blocks]


def _block(block: Block) -> Iterator[str]:
    match block:
        case doc.Paragraph(runs, bullet, display):
            text = _runs(runs)
            yield f"    {text.strip()}" if display else _filled(text, "  • " if bullet else "")
        case doc.Statement(label, blocks, notes):
            inner = "\n\n".join([label, *_blocks(blocks)])
            yield "\n".join(f"│ {line}".rstrip() for line in inner.split("\n"))
            yield from _blocks(notes)
        case doc.Given(label, rows, notes):
            yield label
            yield from _table([[r.symbol.text, r.shape.text, r.role] for r in rows])
            yield from _blocks(notes)
        case doc.Steps(_, lines, label):
            if label:
                yield label
            for line in lines:
                yield from _step(line, "")
        case doc.Answer():
            yield from _answer(block)
        case doc.AlgorithmBlock():
            yield from _algorithm(block)
        case doc.Figure(anchor, _, label, caption):
            yield _filled(f"[figures/{anchor}.svg] {label} {_runs(caption)}")
        case doc.Table(heads, rows, label, caption):
            names = [head if isinstance(head, str) else head.text for head in heads]
            yield from _table([names, *([_runs(cell) for cell in row] for row in rows)])
            if label or caption:
                yield _filled(f"{label} {_runs(caption)}".strip())
        case doc.Fold(summary, blocks):
            yield f"{summary}\n"
            yield "\n\n".join(_blocks(blocks))
        case doc.Badge(state, text, lines):
            yield _filled(text, f"{_SIGNS[state]} ")
            for name, value in lines:
                yield _filled(f"{name} · {value}", "    ", "      ")
        case doc.Note(label, runs):
            yield _filled(f"{label} {_runs(runs)}".strip())
        case _:
            raise UnsupportedError(f"no text for a block of kind {type(block).__name__}")


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    plain = [[" ".join(cell.split("\n")) for cell in row] for row in rows]
    widths = [max(_columns(row[k]) for row in plain) for k in range(len(plain[0]))]
    for row in plain:
        cells = (c + " " * (w - _columns(c)) for c, w in zip(row, widths, strict=True))
        yield ("  " + "   ".join(cells)).rstrip()


def _step(line: doc.StepLine, indent: str) -> Iterator[str]:
    number = f"({line.number})" if line.number else ""
    forms = [form.text for form in (line.component, line.matrix) if form]
    if line.words:
        forms.append(_runs(line.words))
    rule = " · ".join(part for part in (line.rule, _runs(line.reasons)) if part)
    tick = " ✓" if line.checked else ""
    for k, form in enumerate(forms or [""]):
        lead = number if k == 0 else ""
        tail = f"{tick}   [{rule}]" if k == len(forms or [""]) - 1 and rule else ""
        yield f"{indent}{lead:<10}{form}{tail}".rstrip()
    for detail in line.details:
        yield from _step(detail, indent + "    ")


def _answer(a: doc.Answer) -> Iterator[str]:
    number = f" ({a.number})" if a.number else ""
    yield f"{a.label}{number}"
    space = f"   {a.space.text}" if a.space else ""
    formulas = a.formula or all(not isinstance(r, str) or not r.strip() for r in a.runs)
    value = a.formula.text if isinstance(a.formula, Formula) else _runs(a.runs)
    yield f"  ┃ {value}{space}" if formulas else _filled(value, "  ┃ ", "  ┃ ")
    if a.badge:
        yield from _block(a.badge)


def _algorithm(a: doc.AlgorithmBlock) -> Iterator[str]:
    yield " · ".join(text for text in (a.answer, a.label, a.title) if text)
    if a.inputs:
        yield _filled(_runs(a.inputs))
    for k, line in enumerate(a.lines, start=1):
        comment = f"   ▷ {_runs(line.comment)}" if line.comment else ""
        yield f"{k:>3}  {'    ' * line.depth}{_runs(line.runs)}{comment}"
    yield f"\n{a.program_label}\n"
    yield textwrap.indent(a.program.rstrip(), "    ")
    if a.badge:
        yield from _block(a.badge)
