r"""The document model as LaTeX for pdflatex and xelatex, with packages of every installation.

The preamble is `assets/print.tex`; what `symnn.drawing` drew is TikZ, what matplotlib drew is PDF,
the files of `figure_files`. Law: every text goes through `text.tex`, every formula is the LaTeX of
the notation tree. To extend: one arm in `tex_blocks.block`.
"""

from __future__ import annotations

from importlib import resources

from symnn.report.printing.document import Document, Part, Section
from symnn.report.printing.pdf_blocks import anchors_of
from symnn.report.printing.tex_blocks import TexBlocks, macro
from symnn.text.phrases import language
from symnn.text.tex import tex_text


def to_tex(document: Document) -> str:
    r"""A document as LaTeX source.

    Raises:
        UnsupportedError: unknown language.

    >>> print(to_tex(Document("en", "A sheet", "", ()))[-16:-1])
    \end{document}
    """
    preamble = resources.files("symnn.report").joinpath("assets", "print.tex").read_text("utf-8")
    writer = TexBlocks(document.words, anchors_of(document))
    title, subtitle = tex_text(document.title), tex_text(document.subtitle)
    contents = tex_text(document.words.get("contents", "")).capitalize()
    lines = [
        preamble.replace("[LANGUAGE]", f"[{language(document.lang).babel}]"),
        r"\begin{document}\markboth{}{}\thispagestyle{empty}",
        rf"{{\LARGE\bfseries {title}\par}}",
        rf"{{\color{{symnnmuted}}{subtitle}\par}}",
        rf"\renewcommand{{\contentsname}}{{{contents}}}",
        r"{\footnotesize\hypersetup{allcolors=symnnink}\parskip=0pt\tableofcontents}",
        *(_part(part, writer, title) for part in document.parts),
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _part(part: Part, writer: TexBlocks, title: str) -> str:
    writer.begin_part()
    label, name = tex_text(part.label), tex_text(part.title)
    over = (
        rf"{{\sffamily\small\bfseries\color{{symnnblue}}\MakeUppercase{{{label}}}\hfill"
        rf"\color{{symnnink}}{tex_text(part.marks)}\par}}"
    )
    lines = [
        r"\clearpage",
        macro("markboth", *[rf"\upshape\small {title}\hfill {label}\qquad "] * 2),
        rf"\hypertarget{{{part.anchor}}}{{}}{over}\nopagebreak",
        macro("section*", name),
        rf"\addcontentsline{{toc}}{{section}}{{\numberline{{{tex_text(part.number)}}}{name}}}",
        writer.blocks(part.head),
    ]
    return "\n".join([*lines, *(_section(section, writer) for section in part.sections)])


def _section(section: Section, writer: TexBlocks) -> str:
    writer.begin_section()
    number, name = tex_text(section.number), tex_text(section.title)
    return "\n".join([
        rf"\subsection*{{\hypertarget{{{section.anchor}}}{{}}{number}\quad {name}}}",
        rf"\addcontentsline{{toc}}{{subsection}}{{\numberline{{{number}}}{name}}}",
        writer.blocks(section.blocks),
    ])  # fmt: skip
