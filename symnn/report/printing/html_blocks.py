"""Blocks of the document model as HTML: the arms of the page writer.

Law: as in `html`: texts are cleaned, SVG of the program is passed through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.blocks import BlockPrinter
from symnn.report.printing.document import Formula, Runs
from symnn.report.printing.typesetter import Typesetter, clean

_PUNCTUATION = re.compile("[\u00a0\u202f]?[,.;:)!?]+")


class BlockWriter(BlockPrinter):
    """Writes blocks; formulas go to the page's typesetter."""

    target = "HTML"

    def __init__(self, typesetter: Typesetter, words: Mapping[str, str], lang: str) -> None:
        self.typesetter, self.words, self.lang = typesetter, words, lang

    def runs(self, runs: Runs) -> str:
        """Runs of one line; punctuation stays with the formula before it."""
        parts: list[str] = []
        for k, run in enumerate(runs):
            before = runs[k - 1] if k else None
            if isinstance(run, str) and isinstance(before, Formula) and len(before.pieces) == 1:
                mark = _PUNCTUATION.match(run)
                if mark:
                    glued = f'<span class="glue">{parts.pop()}{clean(mark[0])}</span>'
                    parts += [glued, clean(run[mark.end() :])]
                    continue
            parts.append(self.run(run))
        return "".join(parts)

    def run(self, run: doc.Run) -> str:
        """One run."""
        match run:
            case str():
                return clean(run)
            case Formula():
                return self.typesetter.place(run)
            case doc.Strong(text):
                return f"<b>{clean(text)}</b>"
            case doc.Emphasis(text):
                return f"<i>{clean(text)}</i>"
            case doc.Source(text):
                return f"<code>{clean(text)}</code>"
            case doc.Ref(target, text):
                return f'<a href="#{clean(target)}">{clean(text)}</a>'
        raise UnsupportedError(f"no HTML for a run of kind {type(run).__name__}")

    def own_paragraph(self, p: doc.Paragraph) -> str:
        return f'<div class="block">{self.paragraph(p)}</div>'

    def fold(self, f: doc.Fold) -> str:
        inner = "\n".join(self.block(b) for b in f.blocks)
        state = " open" if f.opened else ""
        name = clean(f.kind or "group")
        return (
            f'<details class="{name}"{state}><summary>{clean(f.summary)}</summary>{inner}</details>'
        )

    def own_badge(self, b: doc.Badge) -> str:
        return self.badge(b)

    def note(self, n: doc.Note) -> str:
        kind = ' class="todo-box"' if not n.label else ' class="note"'
        lead = f"<b>{clean(n.label)}</b> " if n.label else ""
        return f"<div{kind}>{lead}{self.runs(n.runs)}</div>"

    def paragraph(self, p: doc.Paragraph) -> str:
        if p.bullet:
            return f"<ul><li>{self.runs(p.runs)}</li></ul>"
        kind = ' class="display"' if p.display else ""
        return f"<p{kind}>{self.runs(p.runs)}</p>"

    def notes(self, notes: tuple[doc.Note, ...]) -> str:
        rows = "".join(f"<p><b>{clean(n.label)}</b> {self.runs(n.runs)}</p>" for n in notes)
        return f'<div class="margin">{rows}</div>'

    def statement(self, s: doc.Statement) -> str:
        inner = "".join(self.paragraph(p) for p in s.blocks).replace("</ul><ul>", "")
        lang = f' lang="{clean(s.lang)}"' if s.lang and s.lang != self.lang else ""
        return (
            f'<div class="row"><div class="panel"><div class="label">{clean(s.label)}</div>'
            f'<blockquote style="margin:0"{lang}>{inner}</blockquote></div>'
            f"{self.notes(s.notes)}</div>"
        )

    def given(self, g: doc.Given) -> str:
        heads = "".join(
            f'<th scope="col">{clean(self.words[k])}</th>' for k in ("symbol", "shape", "role")
        )
        rows = "".join(
            f"<tr><td>{self.run(r.symbol)}</td><td>{self.run(r.shape)}</td>"
            f'<td class="{clean(r.kind)}">{clean(r.role)}</td></tr>'
            for r in g.rows
        )
        return (
            f'<h3>{clean(g.label)}</h3><div class="row"><div><table class="given"><thead><tr>'
            f"{heads}</tr></thead><tbody>{rows}</tbody></table></div>{self.notes(g.notes)}</div>"
        )

    # -- derivations -----------------------------------------------------------------------------

    def steps(self, s: doc.Steps) -> str:
        heads = [*s.heads[:2], "", s.heads[2]]
        head = "".join(f"<span>{clean(h)}</span>" for h in heads)
        lines = "\n".join(self.step(line, s.detail_word) for line in s.lines)
        body = f'<div class="heads" aria-hidden="true">{head}</div>\n{lines}'
        if not s.label:
            return f'<div class="steps">{body}</div>'
        return f'<details class="group" open><summary>{clean(s.label)}</summary>{body}</details>'

    def step(self, line: doc.StepLine, detail_word: str) -> str:
        component = self.run(line.component) if line.component else ""
        matrix = self.run(line.matrix) if line.matrix else ""
        tick = f'<span class="ok" title="{clean(self.words["verified"])}">✓</span>'
        mark = tick if line.checked else ""
        below = f'<div class="shape">{self.run(line.shape)}{mark}</div>' if line.shape else ""
        mark = "" if line.shape else mark
        words = f'<div class="words">{self.runs(line.words)}{mark}</div>' if line.words else ""
        matrix += "" if line.words else mark
        rule = f'<span class="rule">{clean(line.rule)}</span>' if line.rule else ""
        number = f"({clean(line.number)})" if line.number else ""
        row = (
            f'<div class="step" id="{line.anchor}"><div class="comp">{component}</div>'
            f'<div class="mat">{matrix}{words}{below}</div><div class="num">{number}</div>'
            f'<div class="why">{rule}<span>{self.runs(line.reasons)}</span></div></div>'
        )
        if not line.details:
            return row
        inner = "\n".join(self.step(d, detail_word) for d in line.details)
        summary = f"<summary>{clean(detail_word)}</summary>"
        return f'{row}<details class="detail">{summary}{inner}</details>'

    def answer(self, a: doc.Answer) -> str:
        value = self.run(a.formula.shown()) if a.formula else self.runs(a.runs)
        space = f'<span class="space">{self.run(a.space)}</span>' if a.space else ""
        number = f'<span class="num">({clean(a.number)})</span>' if a.number else ""
        prose = any(isinstance(r, str) and r.strip() for r in a.runs)
        latex = (
            a.formula.latex
            if a.formula
            else " \\qquad ".join(r.latex for r in a.runs if isinstance(r, Formula))
        )
        tex = self.tex(latex) if latex and not prose else ""
        box = (
            f'<div class="answer" id="{a.anchor}"><span class="tab">{clean(a.label)}</span>'
            f'<span class="value">{value}</span>{space}{number}{tex}</div>'
        )
        return box + (self.badge(a.badge) if a.badge else "")

    def tex(self, latex: str) -> str:
        return (
            '<details class="tex"><summary>LaTeX</summary>'
            f"<pre><code>{clean(latex)}</code></pre></details>"
        )

    def badge(self, b: doc.Badge) -> str:
        sign = {"verified": "✓", "failed": "✗", "unchecked": "○"}[b.state]
        mark = f'<span aria-hidden="true">{sign}</span>'
        pill = f'<span class="badge {b.state}">{mark} {clean(b.text)}</span>'
        if not b.lines:
            return f'<div class="badge-line">{pill}</div>'
        rows = "".join(f"<dt>{clean(k)}</dt><dd>{clean(v)}</dd>" for k, v in b.lines)
        more = f'<span class="more">{clean(self.words["how"])}</span>'
        return (
            f'<details class="evidence"><summary>{pill}{more}</summary>'
            f'<dl class="evidence">{rows}</dl></details>'
        )

    # -- algorithms, figures, tables -------------------------------------------------------------

    def algorithm(self, a: doc.AlgorithmBlock) -> str:
        tab = f'<span class="tab">{clean(a.answer)}</span>' if a.answer else ""
        lines = "".join(self.algorithm_line(line) for line in a.lines)
        inputs = f'<div class="inputs">{self.runs(a.inputs)}</div>' if a.inputs else ""
        program = f'<pre><code class="python">{_hanging(a.program)}</code></pre>'
        return (
            f'<div class="pair" id="{a.anchor}"><div class="algorithm">{tab}<div class="title">'
            f"<b>{clean(a.label)}</b> {clean(a.title)}</div>{inputs}<ol>{lines}</ol></div>"
            f'<div class="program"><div class="label"><b>NumPy</b> {clean(a.program_label)}</div>'
            f"{program}</div></div>" + (self.badge(a.badge) if a.badge else "")
        )

    def algorithm_line(self, line: doc.AlgorithmLine) -> str:
        inner = f'<div class="text">{self.runs(line.runs)}</div>'
        for _ in range(line.depth):
            inner = f'<div class="in">{inner}</div>'
        note = f'<span class="note">▷ {self.runs(line.comment)}</span>' if line.comment else ""
        return f'<li><div class="text">{inner}</div>{note}</li>'

    def figure(self, f: doc.Figure) -> str:
        wide = ' class="wide"' if f.wide else ""
        return (
            f'<figure id="{f.anchor}"{wide}><div class="pictures">{f.svg}</div><figcaption><b>'
            f"{clean(f.label)}</b> {self.runs(f.caption)}</figcaption></figure>"
        )

    def table(self, t: doc.Table) -> str:
        heads = "".join(f'<th scope="col">{self.run(h)}</th>' for h in t.heads)
        names = [h if isinstance(h, str) else h.text for h in t.heads]
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td data-head="{clean(h)}"><span>{self.runs(cell)}</span></td>'
                for h, cell in zip(names, row, strict=True)
            )
            + "</tr>"
            for row in t.rows
        )
        label = f"<b>{clean(t.label)}</b> " if t.label else ""
        caption = f'<div class="caption">{label}{self.runs(t.caption)}</div>' if t.caption else ""
        kind = "data wide" if t.wide else "data"
        return (
            f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
            f"{caption}"
        )


def _hanging(program: str) -> str:
    """Lines of a program; what does not fit stands further in than the line's own start."""
    rows = []
    for line in program.rstrip().split("\n"):
        inset = len(line) - len(line.lstrip()) + 8
        style = f"padding-left:{inset}ch;text-indent:-{inset}ch"
        rows.append(f'<span class="code-line" style="{style}">{clean(line)}</span>')
    return "\n".join(rows)
