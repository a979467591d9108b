r"""Blocks of the document model as LaTeX, with the macros of `assets/print.tex`.

Law: as in `tex`: words are escaped, formulas are the LaTeX of the notation tree.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.blocks import BlockPrinter
from symnn.report.printing.document import Block, Formula, Runs
from symnn.report.printing.figure_files import file_names, pictures
from symnn.report.printing.tex_formulas import groups, inline
from symnn.report.printing.tex_tables import longtable
from symnn.text.tex import tex_code, tex_text

_TEXT_WIDTH, _TALLEST = 162.0, 92.0  # mm
_POINT = 25.4 / 72
_DEPTH = 5  # mm for each level of an algorithm
_UNBROKEN = 30  # lines of an algorithm that surely fit a page


def macro(name: str, *arguments: str) -> str:
    r"""A macro with its arguments in braces.

    >>> print(macro("aside", "Note.", "x"))
    \aside{Note.}{x}
    """
    return f"\\{name}" + "".join(f"{{{a}}}" for a in arguments)


class TexBlocks(BlockPrinter):
    """Writes blocks; an exercise says no evidence twice, and a section no heads of columns."""

    target = "LaTeX"

    def __init__(self, words: Mapping[str, str], anchors: set[str]) -> None:
        self.words, self.anchors = words, anchors
        self.told: set[tuple[str, str]] = set()
        self.heads: tuple[str, ...] = ()

    def begin_part(self) -> None:
        """Start an exercise."""
        self.told.clear()

    def begin_section(self) -> None:
        """Start a section of an exercise."""
        self.heads = ()

    def runs(self, runs: Runs) -> str:
        """Runs of one line."""
        return "".join(self.run(run) for run in runs)

    def run(self, run: doc.Run) -> str:
        """One run."""
        match run:
            case str():
                return tex_text(run)
            case Formula():
                return inline(run)
            case doc.Strong(text):
                return macro("textbf", tex_text(text))
            case doc.Emphasis(text):
                return macro("emph", tex_text(text))
            case doc.Source(text):
                return macro("texttt", tex_text(text))
            case doc.Ref(target, text) if target in self.anchors:
                return macro("hyperlink", target, tex_text(text))
            case doc.Ref(_, text):
                return tex_text(text)
        raise UnsupportedError(f"no LaTeX for a run of kind {type(run).__name__}")

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Blocks one below the other."""
        return "\n\n".join(self.block(block) for block in blocks)

    def own_paragraph(self, p: doc.Paragraph) -> str:
        return self.paragraph(p, r"\linewidth")

    def fold(self, f: doc.Fold) -> str:
        inner = self.blocks(f.blocks)
        size = "" if f.opened else r"\small "
        return f"{macro('grouplabel', tex_text(f.summary))}\n{{{size}{inner}\\par}}"

    def own_badge(self, b: doc.Badge) -> str:
        return self.badge(b)

    def note(self, n: doc.Note) -> str:
        if not n.label:
            return macro("todo", self.runs(n.runs))
        return macro("aside", tex_text(n.label), self.runs(n.runs))

    def paragraph(self, p: doc.Paragraph, width: str) -> str:
        if p.bullet:
            return macro("bulletitem", self.runs(p.runs))
        if p.display:
            return macro("display", self.displayed(p.runs, width))
        return self.runs(p.runs) + r"\par"

    def displayed(self, runs: Runs, width: str) -> str:
        """The items of a displayed line: formulas in display style, words between them."""
        items = [r for r in runs if not isinstance(r, str) or r.strip()]
        return r"\qquad ".join(
            rf"\mbox{{\fit{{{width}}}{groups(r)}}}" if isinstance(r, Formula) else self.run(r)
            for r in items
        )

    def notes(self, notes: tuple[doc.Note, ...]) -> str:
        return "\n".join(self.block(note) for note in notes)

    def statement(self, s: doc.Statement) -> str:
        inner = "\n".join(self.paragraph(p, r"\dimexpr\linewidth-2em\relax") for p in s.blocks)
        label = tex_text(s.label)
        return (
            f"\\begin{{statement}}{{{label}}}\n{inner}\n\\end{{statement}}\n{self.notes(s.notes)}"
        )

    def given(self, g: doc.Given) -> str:
        heads = tuple(self.words[key] for key in ("symbol", "shape", "role"))
        rows = tuple(((r.symbol,), (r.shape,), (r.role,)) for r in g.rows)
        label = macro("grouplabel", tex_text(g.label))
        return f"{label}\n{self.table(doc.Table(heads, rows))}\n{self.notes(g.notes)}"

    # -- derivations -----------------------------------------------------------------------------

    def steps(self, s: doc.Steps) -> str:
        label = macro("grouplabel", tex_text(s.label)) if s.label else ""
        heads = macro("stepheads", *(tex_text(head) for head in s.heads))
        if s.heads == self.heads:
            heads = ""
        self.heads = s.heads
        lines = "\n".join(self.step(line) for line in s.lines)
        return f"{label}\n{heads}\n{lines}\n\\stepend"

    def step(self, line: doc.StepLine) -> str:
        shape = inline(line.shape) if line.shape else ""
        tick = r"\ \textcolor{symnngreen}{$\checkmark$}" if line.checked else ""
        rule = macro("ruleword", tex_text(line.rule)) if line.rule else ""
        row = macro(
            "stepline", line.anchor, f"({tex_text(line.number)})" if line.number else "",
            groups(line.component), groups(line.matrix), f"{self.runs(line.words)} {shape}{tick}",
            f"{rule} {self.runs(line.reasons)}",
        )  # fmt: skip
        if not line.details:
            return row
        inner = "\n".join(self.step(d) for d in line.details)
        return f"{row}\n{{\\footnotesize {inner}\\par}}"

    def answer(self, a: doc.Answer) -> str:
        badge = f"\n{self.badge(a.badge)}" if a.badge else ""
        runs = (a.formula,) if a.formula else a.runs
        number = f"({tex_text(a.number)})" if a.number else ""
        if not a.formula and any(isinstance(r, str) and r.strip() for r in runs):
            words = self.runs(runs) + (rf"\hfill {number}" if number else "")
            return macro("longanswer", a.anchor, tex_text(a.label), words) + badge
        value = self.displayed(runs, r"\linewidth")
        space = inline(a.space) if a.space else ""
        return macro("answer", a.anchor, tex_text(a.label), value, space, number) + badge

    def badge(self, b: doc.Badge) -> str:
        new = [line for line in b.lines if line not in self.told]
        self.told.update(new)
        rows = [macro("evidence", tex_text(name), tex_text(value)) for name, value in new]
        return "\n".join([macro(f"badge{b.state}", tex_text(b.text)), *rows])

    # -- algorithms, figures, tables -------------------------------------------------------------

    def algorithm(self, a: doc.AlgorithmBlock) -> str:
        head = macro("algorithmhead", a.anchor, *map(tex_text, (a.label, a.title, a.answer)))
        inputs = macro("algorithminputs", self.runs(a.inputs)) if a.inputs else ""
        lines = [
            macro("algorithmline", f"{k}", f"{line.depth * _DEPTH}", self.runs(line.runs),
                  rf"$\triangleright$ {self.runs(line.comment)}" if line.comment else "")
            for k, line in enumerate(a.lines, start=1)
        ]  # fmt: skip
        code = "\n".join(tex_code(row) + r"\mbox{}\par" for row in a.program.rstrip().split("\n"))
        program = f"\\begin{{program}}{{{tex_text(a.program_label)}}}\n{code}\n\\end{{program}}"
        badge = self.badge(a.badge) if a.badge else ""
        box = "\n".join([head, inputs, *lines, r"\algorithmend"])
        if len(lines) <= _UNBROKEN:
            box = rf"\begin{{minipage}}{{\linewidth}}\parskip=3pt\relax{box}\end{{minipage}}"
        return "\n".join([box, program, badge])

    def figure(self, f: doc.Figure) -> str:
        images = []
        for name, picture in zip(file_names(f), pictures(f), strict=True):
            width, height = picture.width * _POINT, picture.height * _POINT
            share = min(1.0, _TEXT_WIDTH / width, _TALLEST / height)
            shown = ("drawing", f"{name}.tikz") if f.tikz else ("printedfigure", f"{name}.pdf")
            images.append(macro(*shown, f"{share * width:.1f}mm"))
        caption = macro("figurecaption", tex_text(f.label), self.runs(f.caption))
        target = macro("hypertarget", f.anchor, "")
        return f"\\par\\addvspace{{8pt}}{target}\n" + "\\quad\n".join(images) + "\n" + caption

    def table(self, t: doc.Table) -> str:
        caption = ""
        if t.caption or t.label:
            caption = macro("figurecaption", tex_text(t.label), self.runs(t.caption))
        return f"{longtable(t, self)}\n{caption}"
