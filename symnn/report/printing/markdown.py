r"""The document model as Markdown: formulas in dollars, for GitHub, pandoc and notebooks.

Law: words are escaped, so that none of them is markup; a table never holds a bare bar. To extend:
one arm in `block`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symnn.core.errors import UnsupportedError
from symnn.report.printing import document as doc
from symnn.report.printing.document import Block, Document, Formula, Runs
from symnn.report.printing.figure_files import file_names, pictures

_MARKUP = re.compile(r"([\\`*_\[\]<>&$|~])")
_OPENING = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ue000\ue001\ud800-\udfff]")
_SIGNS = {"verified": "✓", "failed": "✗", "unchecked": "○"}


def to_markdown(document: Document) -> str:
    r"""A document as Markdown.

    >>> print(to_markdown(Document("en", "A sheet", "for *all*", ())).strip())
    # A sheet
    <BLANKLINE>
    for \*all\*
    """
    lines = [f"# {words(document.title)}", words(document.subtitle)]
    for part in document.parts:
        title = " · ".join(words(t) for t in (part.label, part.title, part.marks) if t)
        lines.append(f"{_anchor(part.anchor)}\n\n## {title}")
        lines += _blocks(part.head)
        for section in part.sections:
            number, title = words(section.number), words(section.title)
            lines.append(f"{_anchor(section.anchor)}\n\n### {number} {title}")
            lines += _blocks(section.blocks)
    return "\n\n".join(line for line in lines if line) + "\n"


def words(text: str) -> str:
    r"""A text escaped for Markdown, in one line.

    >>> print(words("a_b | <c> [d](e) $f$"))
    a\_b \| \<c\> \[d\](e) \$f\$
    """
    return _MARKUP.sub(r"\\\1", _CONTROL.sub(" ", text))


def runs(found: Runs) -> str:
    """Runs of one line."""
    return "".join(_run(run) for run in found)


def _run(run: doc.Run) -> str:
    match run:
        case str():
            return words(run)
        case Formula():
            return f"${_latex(run)}$"
        case doc.Strong(text) | doc.Emphasis(text):
            mark = "**" if isinstance(run, doc.Strong) else "*"
            inner = text.strip()
            if not inner:
                return text
            start = len(text) - len(text.lstrip())
            return f"{text[:start]}{mark}{words(inner)}{mark}{text[start + len(inner) :]}"
        case doc.Source(text):
            return _code(text)
        case doc.Ref(target, text):
            return f"[{words(text)}](#{target})"
    raise UnsupportedError(f"no Markdown for a run of kind {type(run).__name__}")


def _latex(formula: Formula) -> str:
    """LaTeX without bars, which a table would take for its own."""
    latex = " ".join(formula.latex.split())
    return latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(m) for m in re.findall("`+", text)), default=0))
    inner = _CONTROL.sub(" ", text).replace("|", "¦")
    return f"{fence} {inner} {fence}"


def _anchor(name: str) -> str:
    return f'<a id="{name}"></a>'


def _blocks(blocks: Sequence[Block]) -> list[str]:
    return ["\n\n".join(_block(block)) for block in blocks]


def _block(block: Block) -> Iterator[str]:
    match block:
        case doc.Paragraph(found, bullet, display):
            yield _displayed(found) if display else ("- " if bullet else "") + _start(runs(found))
        case doc.Statement(label, blocks, notes):
            inner = "\n\n".join([f"**{words(label)}**", *_blocks(blocks)])
            yield "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
            yield from _blocks(notes)
        case doc.Given(label, rows, notes):
            cells = [[runs((r.symbol,)), runs((r.shape,)), words(r.role)] for r in rows]
            yield f"**{words(label)}**"
            yield _table(["", "", ""], cells)
            yield from _blocks(notes)
        case doc.Steps():
            yield from _steps(block)
        case doc.Answer():
            yield from _answer(block)
        case doc.AlgorithmBlock():
            yield from _algorithm(block)
        case doc.Figure(anchor, _, label, caption):
            names = zip(file_names(block), pictures(block), strict=True)
            images = [f"![{words(p.alt)}]({name}.svg)" for name, p in names]
            yield f"{_anchor(anchor)}\n\n" + " ".join(images)
            yield f"**{words(label)}** {runs(caption)}"
        case doc.Table(heads, rows, label, caption):
            yield _table([_run(h) for h in heads], [[runs(c) for c in row] for row in rows])
            if label or caption:
                yield f"**{words(label)}** {runs(caption)}" if label else runs(caption)
        case doc.Fold(summary, blocks):
            yield f"**{words(summary)}**"
            yield from _blocks(blocks)
        case doc.Badge(state, text, lines):
            facts = "".join(f" · *{words(name)}* {words(value)}" for name, value in lines)
            yield f"{_SIGNS[state]} {words(text)}{facts}"
        case doc.Note(label, found):
            yield f"**{words(label)}** {runs(found)}" if label else _start(runs(found))
        case _:
            raise UnsupportedError(f"no Markdown for a block of kind {type(block).__name__}")


def _start(line: str) -> str:
    """A line whose first sign opens no heading, list or rule."""
    return _OPENING.sub(r"\1\\\2" if not line[:1].isdigit() else r"\1\2\\", line)


def _displayed(found: Runs) -> str:
    items = [r for r in found if not isinstance(r, str) or r.strip()]
    if all(isinstance(r, Formula) for r in items):
        body = r" \qquad ".join(_latex(r) for r in items if isinstance(r, Formula))
        return f"$$\n{body}\n$$"
    return _start(runs(found))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _steps(steps: doc.Steps) -> Iterator[str]:
    if steps.label:
        yield f"**{words(steps.label)}**"
    heads = ["", *(words(head) for head in steps.heads)]
    yield _table(heads, [row for line in steps.lines for row in _step_rows(line)])


def _step_rows(line: doc.StepLine) -> Iterator[list[str]]:
    number = f"{_anchor(line.anchor)}({words(line.number)})" if line.number else ""
    matrix = f"${_latex(line.matrix)}$" if line.matrix else ""
    shape = f"${_latex(line.shape)}$" if line.shape else ""
    tick = "✓" if line.checked else ""
    forms = " ".join(part for part in (matrix, runs(line.words), shape, tick) if part)
    component = f"${_latex(line.component)}$" if line.component else ""
    rule = f"*{words(line.rule)}* " if line.rule else ""
    yield [number, component, forms, f"{rule}{runs(line.reasons)}".strip()]
    for detail in line.details:
        yield from _step_rows(detail)


def _answer(a: doc.Answer) -> Iterator[str]:
    number = f" ({words(a.number)})" if a.number else ""
    yield f"{_anchor(a.anchor)}**{words(a.label)}**{number}"
    space = f" ${_latex(a.space)}$" if a.space else ""
    value = runs((a.formula,)) if a.formula else runs(a.runs)
    yield f"> {_start(value)}{space}"
    if a.badge:
        yield from _block(a.badge)


def _algorithm(a: doc.AlgorithmBlock) -> Iterator[str]:
    answer = f"**{words(a.answer)}** " if a.answer else ""
    yield f"{_anchor(a.anchor)}{answer}**{words(a.label)}** {words(a.title)}"
    if a.inputs:
        yield runs(a.inputs)
    rows = [
        [str(k), "&emsp;" * line.depth + runs(line.runs),
         f"▷ {runs(line.comment)}" if line.comment else ""]
        for k, line in enumerate(a.lines, start=1)
    ]  # fmt: skip
    yield _table(["", "", ""], rows)
    fence = "`" * max(3, 1 + max((len(m) for m in re.findall("`+", a.program)), default=0))
    yield f"{words(a.program_label)}\n\n{fence}python\n{a.program.rstrip()}\n{fence}"
    if a.badge:
        yield from _block(a.badge)
