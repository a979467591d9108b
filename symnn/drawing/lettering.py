"""Formulas and words of a picture: typeset once, measured before anything is placed.

Formulas come from the engine of the text (Typst), one run for a picture; words are set by the
reader's browser, so their width is an estimate that is never too small for the fonts in use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.text.typesetting import render_svgs

# Widths in thousandths of the size, from the common sans faces, rounded up.
_WIDTHS = {
    "ijl.,:;'|!I’·": 300, "ftr()[]-/ \u00a0\u202f«»*“”": 390, "mwMW%@×—": 900,
    "ABCDEFGHKLNOPQRSTUVXYZÀÉ&+=<>−": 690,
}  # fmt: skip
_WIDTH = {letter: width for letters, width in _WIDTHS.items() for letter in letters}
_OTHER = 570
_WIDE = 1000
_BOLD = 1.18  # DejaVu Sans, the widest of the faces


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """An upper estimate of the width of words, in pixels.

    >>> 20 < text_width("poids", 12) < 40
    True
    """
    total = sum(_WIDTH.get(c, _OTHER if ord(c) < 0x2000 else _WIDE) for c in text)
    return total * size / 1000 * (_BOLD if bold else 1.0)


@dataclass(frozen=True, slots=True)
class Set:
    """A formula at a size: lengths in pixels, markup in units of a tenth of the size."""

    w: float
    ascent: float
    depth: float
    body: str


class Lettering:
    """The formulas of one picture.

    >>> letters = Lettering(["x", "x_1"], "a")
    >>> letters.formula("x", 15).w < letters.formula("x_1", 15).w
    True
    """

    def __init__(self, sources: Sequence[str], prefix: str) -> None:
        unique = list(dict.fromkeys(s for s in sources if s))
        page = render_svgs(unique, prefix=f"{prefix}-g", display=False)
        self._known = dict(zip(unique, page.formulas, strict=True))
        start, end = page.defs.index("<defs>"), page.defs.index("</defs>")
        self.defs = page.defs[start : end + len("</defs>")]

    def formula(self, source: str, size: float) -> Set:
        """A formula at a size in pixels."""
        found = self._known[source]
        ascent = (found.height - found.depth) * size
        return Set(found.width * size, ascent, found.depth * size, found.body)

    def width(self, source: str, size: float) -> float:
        """The width of a formula; 0 for none."""
        return self.formula(source, size).w if source else 0.0
