"""Where the columns of a wide picture stand: side by side, in several rows where one is too wide.

A column has one width per level (a line of text, the picture, its shape). Law: two columns of a row
keep the gap of each level apart on that level, so that a wide word may reach over a narrow picture;
rows are as even as the limit allows, and only a single column may be wider than it.
"""

from __future__ import annotations

from collections.abc import Sequence

Widths = Sequence[float]  # one per level; 0 where a column has nothing there
_LESS = 0.97  # the step by which rows are made even


def columns(
    widths: Sequence[Widths], gaps: Sequence[float], limit: float
) -> list[list[tuple[int, float]]]:
    """Rows of columns: for each its number and the place of its middle; a row starts at 0.

    >>> columns([(10, 4), (10, 4), (10, 4)], (2, 6), 40)
    [[(0, 5.0), (1, 17.0), (2, 29.0)]]
    >>> columns([(10, 4), (0, 4), (10, 4)], (2, 6), 25)
    [[(0, 5.0), (1, 15.0)], [(2, 5.0)]]
    """
    found = tighter = _rows(widths, gaps, limit)
    while len(tighter) == len(found) > 1:
        found = min(found, tighter, key=lambda rows: _widest(rows, widths))
        limit *= _LESS
        tighter = _rows(widths, gaps, limit)
    return found


def _rows(
    widths: Sequence[Widths], gaps: Sequence[float], limit: float
) -> list[list[tuple[int, float]]]:
    """Rows filled one after the other."""
    rows: list[list[tuple[int, float]]] = [[]]
    for k, own in enumerate(widths):
        at = _next(rows[-1], widths, own, gaps)
        if rows[-1] and at + max(own) / 2 > limit:
            rows.append([])
            at = _next([], widths, own, gaps)
        rows[-1].append((k, at))
    return rows


def _next(
    row: list[tuple[int, float]], widths: Sequence[Widths], own: Widths, gaps: Sequence[float]
) -> float:
    """The first place right of a row, on every level."""
    least = [max(own) / 2]
    for j, at in row:
        least += [
            at + (a + b) / 2 + gap
            for a, b, gap in zip(widths[j], own, gaps, strict=True)
            if a and b
        ]  # fmt: skip
    return max(least)


def _widest(rows: list[list[tuple[int, float]]], widths: Sequence[Widths]) -> float:
    return max(at + max(widths[k]) / 2 for row in rows for k, at in row)
