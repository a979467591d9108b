"""Formulas of a page: collected while the page is written, set in one run at the end.

`place` returns a mark; `finish` replaces all marks. Law: a mark holds private characters that
`clean` removes from every text, so that no text of a sheet can forge one.
"""

from __future__ import annotations

import html
import re

from symnn.report.printing.document import Formula
from symnn.text.typesetting import render_svgs

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def clean(text: str) -> str:
    r"""A text escaped for HTML, without the characters of marks.

    >>> clean("<b>\ue000")
    '&lt;b&gt;'
    """
    return html.escape(text.replace(_OPEN, "").replace(_CLOSE, ""))


class Typesetter:
    """Collects the formulas of one page."""

    def __init__(self) -> None:
        self.sources: dict[tuple[str, bool], int] = {}

    def place(self, formula: Formula) -> str:
        """Markup of a formula, with marks in place of its pieces."""
        known = self.sources
        marks = [
            '<span class="piece">'
            f"{_OPEN}{known.setdefault((s, formula.display), len(known))}{_CLOSE}</span>"
            for s in formula.pieces
        ]
        label = clean(formula.text)
        return f'<span class="math" role="math" aria-label="{label}">' + " ".join(marks) + "</span>"

    def finish(self, page: str) -> str:
        """The page with every formula set; the glyphs stand right after `<body...>`."""
        sources, displays = zip(*self.sources, strict=True) if self.sources else ((), ())
        done = render_svgs(sources, prefix="g", display=displays)
        page = _MARK.sub(lambda mark: done.formulas[int(mark[1])].svg, page)
        at = page.index(">", page.index("<body")) + 1
        return page[:at] + done.defs + page[at:]
