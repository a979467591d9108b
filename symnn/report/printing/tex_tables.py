r"""Tables for LaTeX: columns of fixed widths, taken from what stands in them.

Law: the widths add up to no more than the line; a formula that is too wide for its column breaks
or shrinks, as everywhere.
"""

from __future__ import annotations

from typing import Protocol

from symnn.report.printing import document as doc
from symnn.report.printing.document import Formula, Runs
from symnn.report.printing.tex_formulas import groups, visible

_LINE, _GAP = 162.0, 4.0  # mm
_SIZES = {"small": 1.9, "footnotesize": 1.7, "scriptsize": 1.5}  # mm: about the width of a sign
_FORMULA = 1.35
_LEAST, _SPARE = 8.0, 2.5  # mm: the least width of a column, and its play


class RunWriter(Protocol):
    """What writes the cells."""

    def runs(self, runs: Runs) -> str:
        """Runs of one line."""
        ...


def longtable(table: doc.Table, writer: RunWriter) -> str:
    """A table that may break between pages, its head repeated."""
    size, widths = _widths(table)
    columns = "".join(rf">{{\raggedright\arraybackslash}}p{{{w:.1f}mm}}" for w in widths)
    heads = " & ".join(rf"\textcolor{{symnnmuted}}{{{writer.runs((h,))}}}" for h in table.heads)
    rows = [
        " & ".join(_cell(cell, width, writer) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    ]
    body = " \\\\\n".join(rows)
    return (
        f"{{\\{size}\\setlength{{\\tabcolsep}}{{{_GAP / 2}mm}}"
        "\\renewcommand{\\arraystretch}{1.25}%\n"
        f"\\begin{{longtable}}[l]{{@{{}}{columns}@{{}}}}\n\\toprule\n{heads} \\\\\n\\midrule\n"
        f"\\endhead\n{body} \\\\\n\\bottomrule\n\\end{{longtable}}}}"
    )


def _cell(runs: Runs, width: float, writer: RunWriter) -> str:
    if len(runs) == 1 and isinstance(runs[0], Formula):
        return rf"\fitcell{{{width:.1f}mm}}{groups(runs[0])}"
    return writer.runs(runs)


def _widths(table: doc.Table) -> tuple[str, list[float]]:
    """A size of type and widths of columns; where all are too large, wide columns give way."""
    columns = [[(head,), *(row[k] for row in table.rows)] for k, head in enumerate(table.heads)]
    signs = [max(map(_signs, column)) for column in columns]
    room = _LINE - _GAP * (len(signs) - 1)
    for size, sign in _SIZES.items():
        natural = [max(_LEAST, count * sign + _SPARE) for count in signs]
        if sum(natural) <= room:
            return size, natural
    natural = [max(_LEAST, count * _SIZES["footnotesize"] + _SPARE) for count in signs]
    rigid = [_is_formula(max(column, key=_signs)) for column in columns]
    if sum(w for w, fixed in zip(natural, rigid, strict=True) if fixed) > room / 2:
        rigid = [False] * len(natural)
    limit = max(w for w, fixed in zip(natural, rigid, strict=True) if not fixed)
    while sum(_given(natural, rigid, limit)) > room:
        limit *= 0.97
    return "footnotesize", _given(natural, rigid, limit)


def _given(natural: list[float], rigid: list[bool], limit: float) -> list[float]:
    return [w if fixed else min(w, limit) for w, fixed in zip(natural, rigid, strict=True)]


def _is_formula(cell: Runs) -> bool:
    """Whether a cell is one formula, which cannot be wrapped as words are."""
    return len(cell) == 1 and isinstance(cell[0], Formula)


def _signs(runs: Runs) -> float:
    """About how many signs of text are as wide; formulas have wider ones, and spaces of theirs."""
    return sum(
        len(r) if isinstance(r, str)
        else _FORMULA * visible(r) if isinstance(r, Formula)
        else len(r.text)
        for r in runs
    )  # fmt: skip
