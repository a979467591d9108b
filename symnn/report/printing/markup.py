"""The small markup of statements: paragraphs, bullets, **strong**, *slanted*, $formulas$.

Law: anything else is plain text. A formula outside the quoting grammar shows its source.
"""

from __future__ import annotations

import re

from symnn.report.printing.document import Emphasis, Formula, Paragraph, Run, Runs, Source, Strong
from symnn.report.printing.quoted import quoted_formula
from symnn.text.inline import readable

_INLINE = re.compile(r"\$([^$\n]+)\$|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*")
_DISPLAY = re.compile(r"\$\$([^$]+)\$\$", re.DOTALL)
_RELATION = re.compile(r"(?<=\S)\s+=\s+")


def paragraphs(text: str, lead: str = "") -> tuple[Paragraph, ...]:
    r"""Read a text into paragraphs; `lead` stands in front of the first, strong.

    >>> [p.bullet for p in paragraphs("a\n\n- b\n- c")]
    [False, True, True]
    """
    found: list[Paragraph] = []
    for block in re.split(r"\n\s*\n", text.strip()):
        display = _DISPLAY.fullmatch(block.strip())
        if display:
            found.append(Paragraph((quoted(display[1], display=True),), display=True))
            continue
        lines = block.strip().split("\n")
        if all(line.startswith("- ") for line in lines):
            found += [Paragraph(runs(line[2:]), bullet=True) for line in lines]
        else:
            found.append(Paragraph(runs(" ".join(lines))))
    if lead:
        first = found[0] if found and not found[0].display else Paragraph(())
        found[:1] = [
            Paragraph((Strong(lead), " ", *first.runs)),
            *(() if first.runs else found[:1]),
        ]
    return tuple(found)


def runs(text: str) -> Runs:
    """Read one line of text.

    >>> runs("pas *stride* de $n$")[1:3]
    (Emphasis(text='stride'), ' de ')
    """
    result: list[Run] = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            result.append(text[at : match.start()])
        formula, strong, slanted = match.groups()
        if formula:
            result.append(quoted(formula, display=False))
        else:
            result.append(Strong(strong) if strong else Emphasis(slanted))
        at = match.end()
    if at < len(text):
        result.append(text[at:])
    return tuple(result)


def quoted(latex: str, *, display: bool = False) -> Run:
    """A quoted formula, which may break before the signs of equality at its top level."""
    plain = " ".join(latex.split())
    parts = _parts(plain)
    sources = [quoted_formula(p) for p in parts]
    if any(s is None for s in sources):
        return Source(plain)
    return Formula(tuple(str(s) for s in sources), plain, readable(plain), display)


_PAIRS = (re.compile(r"\{|\\left\b"), re.compile(r"\}|\\right\b"))


def _balanced(piece: str) -> bool:
    opened, closed = (len(mark.findall(piece)) for mark in _PAIRS)
    return opened == closed


def _parts(latex: str) -> list[str]:
    if "{=" in latex:
        return [latex]
    pieces = _RELATION.split(latex)
    if not all(map(_balanced, pieces)) or "\\{" in latex:
        return [latex]
    return [pieces[0], *(f"= {p}" for p in pieces[1:])]
