"""Blocks of the document model as calls of the functions in `assets/print.typ`.

Law: as in `pdf`: texts are strings, formulas are sources of the notation tree. A note or a badge
goes into the margin beside the block before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.blocks import BlockPrinter
from symnn.report.printing.document import Block, Document, Formula, Runs
from symnn.report.printing.figure_files import image, pictures, string
from symnn.report.printing.pdf_formulas import display_parts, inline, tall

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "₀₁₂₃₄₅₆₇₈₉₊₋"
_PLAIN = str.maketrans(_RAISED + _LOWERED, "0123456789+−" * 2)
_SCRIPTS = re.compile(f"([{_RAISED}]+|[{_LOWERED}]+)")
_NARROW = (doc.Paragraph, doc.Answer, doc.Table, doc.Figure, doc.AlgorithmBlock)


def called(name: str, *arguments: str, **named: str) -> str:
    """A call of a function of the layout; empty named arguments are left out.

    >>> called("note", '"a"', number="", space="[b]")
    '#note("a", space: [b])'
    """
    rest = [f"{k}: {v}" for k, v in named.items() if v]
    return f"#{name}({', '.join([*arguments, *rest])})"


def anchors_of(document: Document) -> set[str]:
    """The names that links of a document can lead to."""
    found = {name for part in document.parts for name in (part.anchor, *_names(part.head))}
    for part in document.parts:
        for section in part.sections:
            found |= {section.anchor, *_names(section.blocks)}
    return found


def _names(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case doc.Answer(anchor) | doc.AlgorithmBlock(anchor) | doc.Figure(anchor):
                yield anchor
            case doc.Steps(_, lines):
                yield from _line_names(lines)
            case doc.Fold(_, inner):
                yield from _names(inner)


def _line_names(lines: tuple[doc.StepLine, ...]) -> Iterator[str]:
    for line in lines:
        yield line.anchor
        yield from _line_names(line.details)


def words(text: str) -> str:
    """A text as a Typst expression; raised and lowered digits are set by the face of the text.

    >>> words("8·10⁻¹⁰")
    '("8·10" + super("−10"))'
    """
    parts = []
    for part in _SCRIPTS.split(text):
        plain = part.translate(_PLAIN)
        kind = "super" if part[:1] in _RAISED else "sub"
        parts.append(string(part) if plain == part else f"{kind}({string(plain)})")
    if len(parts) == 1:
        return parts[0]
    return f"({' + '.join(part for part in parts if part != string(''))})"


class PdfBlocks(BlockPrinter):
    """Writes blocks; an exercise says no evidence twice, and a section no heads of columns."""

    target = "Typst"

    def __init__(self, words: Mapping[str, str], lang: str, anchors: set[str]) -> None:
        self.words, self.lang, self.anchors = words, lang, anchors
        self.told: set[tuple[str, str]] = set()
        self.heads: tuple[str, ...] = ()

    def begin_part(self) -> None:
        """Start an exercise."""
        self.told.clear()

    def begin_section(self) -> None:
        """Start a section of an exercise."""
        self.heads = ()

    # -- runs ------------------------------------------------------------------------------------

    def runs(self, runs: Runs) -> str:
        """Runs of one line, as Typst content."""
        prose = any(isinstance(run, str) and run.strip() for run in runs)
        return "[" + "".join(f"#{self.run(run, prose=prose)};" for run in runs) + "]"

    def run(self, run: doc.Run, *, prose: bool = False) -> str:
        """One run as a Typst expression."""
        match run:
            case str():
                return words(run)
            case Formula():
                return inline(run, "among" if prose else "inline")
            case doc.Strong(text):
                return f"strong({words(text)})"
            case doc.Emphasis(text):
                return f"emph({words(text)})"
            case doc.Source(text):
                return f"raw({string(text)})"
            case doc.Ref(target, text) if target in self.anchors:
                return f"link(label({string(target)}), {string(text)})"
            case doc.Ref(_, text):
                return string(text)
        raise UnsupportedError(f"no Typst for a run of kind {type(run).__name__}")

    # -- blocks ----------------------------------------------------------------------------------

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Blocks one below the other; notes and badges beside the block that they follow."""
        found: list[str] = []
        k = 0
        while k < len(blocks):
            block, aside = blocks[k], list[str]()
            while isinstance(block, _NARROW) and k + 1 < len(blocks) and _marginal(blocks[k + 1]):
                k += 1
                aside.append(f"[{self.block(blocks[k])}]")
            body = self.block(block)
            if isinstance(block, doc.Answer | doc.AlgorithmBlock) and block.badge:
                aside.insert(0, f"[{self.badge(block.badge)}]")
                body = called("kept", f"[{body}\n{self.evidence(block.badge)}]")
            elif _marginal(block):
                body = called("column", f"[{body}]")
            found.append(called("beside", f"[{body}]", *aside) if aside else body)
            k += 1
        return "\n".join(part for part in found if part)

    def own_paragraph(self, p: doc.Paragraph) -> str:
        return self.paragraph(p)

    def fold(self, f: doc.Fold) -> str:
        closed = "false" if f.opened else "true"
        return called("fold", string(f.summary), closed, f"[{self.blocks(f.blocks)}]")

    def own_badge(self, b: doc.Badge) -> str:
        return self.badge(b) + self.evidence(b)

    def note(self, n: doc.Note) -> str:
        if not n.label:
            return called("todo", self.runs(n.runs))
        return called("note", string(n.label), self.runs(n.runs))

    def paragraph(self, p: doc.Paragraph) -> str:
        if p.bullet:
            return called("column", f"[{called('bullet', self.runs(p.runs))}]")
        if p.display:
            return called("display", *self.displayed(p.runs))
        said = [run for run in p.runs if not isinstance(run, str) or run.strip()]
        opens = said and isinstance(said[-1], str) and said[-1].rstrip().endswith(":")
        return called("column", self.runs(p.runs), sticky="true" if opens else "")

    def displayed(self, runs: Runs) -> list[str]:
        """The items of a displayed line: formulas in display style, words between them."""
        items = [r for r in runs if not isinstance(r, str) or r.strip()]
        return [display_parts(r) if isinstance(r, Formula) else self.run(r) for r in items]

    def statement(self, s: doc.Statement) -> str:
        inner = "\n".join(self.statement_paragraph(p) for p in s.blocks)
        body = called("statement", string(s.label), string(s.lang or self.lang), f"[{inner}]")
        return self.with_notes(body, s.notes)

    def statement_paragraph(self, p: doc.Paragraph) -> str:
        if p.bullet:
            return called("bullet", self.runs(p.runs))
        if p.display:
            return called("display", *self.displayed(p.runs), width="118mm")
        return called("block", self.runs(p.runs))

    def with_notes(self, body: str, notes: tuple[doc.Note, ...]) -> str:
        aside = [f"[{self.block(n)}]" for n in notes]
        return called("beside", f"[{body}]", *aside) if aside else body

    def given(self, g: doc.Given) -> str:
        heads = "".join(f"{string(self.words[k])}, " for k in ("symbol", "shape", "role"))
        rows = "".join(
            f"({inline(r.symbol)}, {inline(r.shape)}, {string(r.role)}, {string(r.kind)}), "
            for r in g.rows
        )
        return self.with_notes(called("given", string(g.label), f"({heads})", f"({rows})"), g.notes)

    def steps(self, s: doc.Steps) -> str:
        """A run of lines."""
        label = called("small-caps-label", string(s.label), fill="blue") if s.label else ""
        heads = called("step-heads", *(string(head) for head in s.heads))
        if s.heads == self.heads:
            heads = ""
        self.heads = s.heads
        lines = "\n".join(self.step(line) for line in s.lines)
        return "\n".join([label, heads, called("steps", f"[{lines}]")])

    def step(self, line: doc.StepLine) -> str:
        shape = f"[#{inline(line.shape)}]" if line.shape else ""
        if line.checked:
            shape = f"[{shape[1:-1]} #tick]"
        row = called(
            "step", string(line.anchor), string(f"({line.number})" if line.number else ""),
            display_parts(line.component), display_parts(line.matrix),
            words=self.runs(line.words) if line.words else "", shape=shape,
            rule=string(line.rule), reasons=self.runs(line.reasons) if line.reasons else "",
        )  # fmt: skip
        if not line.details:
            return row
        inner = "\n".join(self.step(d) for d in line.details)
        return f"{row}\n{called('details', f'[{inner}]')}"

    def answer(self, a: doc.Answer) -> str:
        runs = (a.formula,) if a.formula else a.runs
        formulas = all(not isinstance(r, str) or not r.strip() for r in runs)
        value = (
            called("answer-formulas", *self.displayed(runs)) if formulas else self.runs(runs)[1:-1]
        )
        return called(
            "answer", string(a.anchor), string(a.label), f"[{value}]",
            space=inline(a.space) if a.space else "",
            number=string(f"({a.number})") if a.number else "",
        )  # fmt: skip

    def badge(self, b: doc.Badge) -> str:
        return called("badge", string(b.state), words(b.text))

    def evidence(self, b: doc.Badge) -> str:
        """What stands behind a badge, as far as the exercise has not said it."""
        new = [line for line in b.lines if line not in self.told]
        self.told.update(new)
        rows = [f"({string(name)}, {words(value)})" for name, value in new]
        return called("evidence", *rows) if rows else ""

    def algorithm(self, a: doc.AlgorithmBlock) -> str:
        lines = "".join(
            f"({line.depth}, {self.cell(line.runs)}, "
            f"{self.runs(line.comment) if line.comment else 'none'}), "
            for line in a.lines
        )
        inputs = self.runs(a.inputs) if a.inputs else "none"
        box = called(
            "algorithm", string(a.anchor), string(a.label), string(a.title), inputs, f"({lines})",
            answer=string(a.answer) if a.answer else "",
        )  # fmt: skip
        return f"{box}\n{called('program', string(a.program_label), string(a.program.rstrip()))}"

    def figure(self, f: doc.Figure) -> str:
        images = [f"({p.width:.2f}pt, {p.height:.2f}pt, {image(p)})" for p in pictures(f)]
        return called("picture", string(f.anchor), string(f.label), self.runs(f.caption),
                      "true" if f.wide else "false", *images)  # fmt: skip

    def table(self, t: doc.Table) -> str:
        heads = "".join(f"{self.run(h)}, " for h in t.heads)
        rows = "".join(f"({''.join(f'{self.cell(c)}, ' for c in row)}), " for row in t.rows)
        return called("data", f"({heads})", f"({rows})", title=string(t.label) if t.label else "",
                      body=self.runs(t.caption) if t.caption else "")  # fmt: skip

    def cell(self, runs: Runs) -> str:
        if len(runs) == 1 and isinstance(runs[0], Formula):
            return f"cell({display_parts(runs[0])}, {'true' if tall(runs[0]) else 'false'})"
        return self.runs(runs)


def _marginal(block: Block) -> bool:
    return isinstance(block, doc.Badge) or (isinstance(block, doc.Note) and bool(block.label))
