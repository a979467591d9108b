"""The document model as a PDF: Typst source, compiled with the faces that Typst embeds.

The layout is `assets/print.typ`; this module and `pdf_blocks` call its functions. Law: every text
is a Typst string, never markup, and every formula is the source of the notation tree; the same
document gives the same bytes on every machine. To extend: one arm in `pdf_blocks.block`.
"""

from __future__ import annotations

from importlib import resources

import typst

from symnn.core.errors import UnsupportedError, explain
from symnn.report.printing.document import Document, Part, Section
from symnn.report.printing.figure_files import string
from symnn.report.printing.pdf_blocks import PdfBlocks, anchors_of, called


def to_pdf(document: Document) -> bytes:
    """A document as the bytes of a PDF.

    Raises:
        UnsupportedError: Typst refuses the source; the message says why.

    >>> to_pdf(Document("en", "A sheet", "", ()))[:5]
    b'%PDF-'
    """
    source = pdf_source(document)
    try:
        found = typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, timestamp=0)
    except typst.TypstError as error:
        raise UnsupportedError(
            explain("Typst refuses the printed sheet", found=str(error).splitlines()[0])
        ) from error
    assert isinstance(found, bytes)
    return found


def pdf_source(document: Document) -> str:
    """The Typst source of a document, its layout included."""
    writer = PdfBlocks(document.words, document.lang, anchors_of(document))
    layout = resources.files("symnn.report").joinpath("assets", "print.typ").read_text("utf-8")
    show = f"#show: sheet.with(title: {string(document.title)}, lang: {string(document.lang)})"
    parts = [_part(part, writer) for part in document.parts]
    return "\n".join([layout, show, _front(document), *parts]) + "\n"


def _front(document: Document) -> str:
    parts = [
        "({}, {}, {}, {}, ({}))".format(
            string(p.anchor), string(p.number), string(p.title), string(p.marks),
            "".join(
                f"({string(s.anchor)}, {string(s.number)}, {string(s.title)}), "
                for s in p.sections
            ),
        )
        for p in document.parts
    ]  # fmt: skip
    contents = document.words.get("contents", "")
    rows = "".join(f"{p}, " for p in parts)
    return called(
        "front", string(document.title), string(document.subtitle), string(contents), f"({rows})"
    )


def _part(part: Part, writer: PdfBlocks) -> str:
    writer.begin_part()
    head = called(
        "part", string(part.anchor), string(part.label), string(part.title), string(part.marks)
    )
    sections = [_section(section, writer) for section in part.sections]
    return "\n".join([head, writer.blocks(part.head), *sections])


def _section(section: Section, writer: PdfBlocks) -> str:
    writer.begin_section()
    head = called("section", string(section.anchor), string(section.number), string(section.title))
    return f"{head}\n{writer.blocks(section.blocks)}"
