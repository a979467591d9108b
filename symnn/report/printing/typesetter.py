"""Formulas of a page: collected while the page is written, set in one run at the end.

`place` returns a mark; `finish` replaces all marks. A piece that turns out wider than a column is
cut between its terms, so that it breaks before it shrinks. Law: a mark holds private characters
that `clean` removes from every text, so that no text of a sheet can forge one.
"""

from __future__ import annotations

import html
import re

from symnn.report.printing.document import Formula
from symnn.report.printing.pdf_formulas import terms
from symnn.text.typesetting import SvgFormula, render_svgs

_OPEN, _CLOSE = "\ue000", "\ue001"
_COLUMN = 16.0  # em: what the narrower column of a derivation holds
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
            f"{_OPEN}{known.setdefault((s, formula.display), len(known))}{_CLOSE}"
            for s in formula.pieces
        ]
        label = clean(formula.text)
        return f'<span class="math" role="math" aria-label="{label}">' + " ".join(marks) + "</span>"

    def finish(self, page: str) -> str:
        """The page with every formula set; the glyphs stand right after `<body...>`."""
        wholes = list(self.sources)
        cuts = {whole: [(term, whole[1]) for term in terms(whole[0])] for whole in wholes}
        sources = list(dict.fromkeys([*wholes, *(term for cut in cuts.values() for term in cut)]))
        done = render_svgs([s for s, _ in sources], prefix="g", display=[d for _, d in sources])
        svgs = dict(zip(sources, done.formulas, strict=True))
        pieces = [
            [svgs[term] for term in cuts[whole]] if svgs[whole].width > _COLUMN else [svgs[whole]]
            for whole in wholes
        ]
        page = _MARK.sub(lambda mark: " ".join(map(_piece, pieces[int(mark[1])])), page)
        at = page.index(">", page.index("<body")) + 1
        return page[:at] + done.defs + page[at:]


def _piece(formula: SvgFormula) -> str:
    return f'<span class="piece">{formula.svg}</span>'
