"""The printed forms of a solved sheet: the files that lie beside `index.html`.

Law: each is written from the same document as the page, so that no formula is said twice in
different words. To extend: one line in `printed_documents`.
"""

from __future__ import annotations

from symnn.report.printing.document import Document
from symnn.report.printing.figure_files import figure_files
from symnn.report.printing.markdown import to_markdown
from symnn.report.printing.pdf import to_pdf
from symnn.report.printing.plain import to_plain
from symnn.report.printing.tex import to_tex


def printed_documents(document: Document) -> dict[str, str | bytes]:
    """The printed files of a document by name.

    >>> sorted(printed_documents(Document("en", "A sheet", "", ())))
    ['exam.md', 'exam.pdf', 'exam.tex', 'exam.txt']
    """
    return {
        "exam.pdf": to_pdf(document),
        "exam.tex": to_tex(document),
        "exam.md": to_markdown(document),
        "exam.txt": to_plain(document),
        **figure_files(document),
    }
