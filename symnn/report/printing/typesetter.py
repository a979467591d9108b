"""Formulas of a page: collected while the page is written, set in one run at the end.

`place` returns a mark; `finish` replaces all marks. A piece that turns out wider than a column is
cut between its terms, so that it breaks before it shrinks; where a part is still wider, the two
forms of its step stand one below the other, over both columns. Law: a mark holds private characters
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
_WIDER = 18.5  # em: what the column of the matrix forms holds
_ROW = re.compile(
    '(<div class="step)(" id="[^"]*"><div class="comp">)(.*?)'
    '(<div class="mat">.*?<div class="num">)',
    re.DOTALL,
)  # fmt: skip
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
        """Markup of a formula, marks in place of its pieces; its LaTeX is read out."""
        known = self.sources
        marks = [
            f"{_OPEN}{known.setdefault((s, formula.display), len(known))}{_CLOSE}"
            for s in formula.pieces
        ]
        label = clean(formula.latex)
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
        page = _ROW.sub(lambda row: _row(row, pieces), page)
        page = _MARK.sub(lambda mark: " ".join(map(_piece, pieces[int(mark[1])])), page)
        at = page.index(">", page.index("<body")) + 1
        return page[:at] + done.defs + page[at:]


def _row(row: re.Match[str], pieces: list[list[SvgFormula]]) -> str:
    """A step; it takes both columns for each of its forms where one is wider than its own."""
    wide = [
        max((p.width for n in _MARK.findall(part) for p in pieces[int(n)]), default=0.0)
        for part in row.groups()[2:]
    ]
    over = " over" if wide[0] > _COLUMN or wide[1] > _WIDER else ""
    return row[1] + over + "".join(row.groups()[1:])


def _piece(formula: SvgFormula) -> str:
    return f'<span class="piece">{formula.svg}</span>'
