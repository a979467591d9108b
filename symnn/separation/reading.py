"""Labelled points from a CSV file or its text.

Law: coordinates first, the label in the last column, a header or none; the line and column of
whatever cannot be read are named. What is read is checked by points.py.
"""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

from symnn.core.errors import ParseError, explain
from symnn.separation.points import PointSet, build_points, coordinate, plain_number

DATA = Path(__file__).parent / "data"


def read_points(path: str | Path, *, positive: str | None = None) -> PointSet:
    """Read a CSV file: coordinates first, the label in the last column, header or not.

    The separator is a comma, a tab, or a semicolon (then a decimal comma is understood).

    Raises:
        ParseError: the file is unreadable, empty, ragged, or holds text or NaN as a coordinate.
        DomainError: not two classes, or equal points with different labels.

    >>> read_points(DATA / "xor.csv").classes
    ('0', '1')
    """
    place = Path(path)
    try:
        text = place.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "text that is not UTF-8" if isinstance(error, UnicodeError) else error.strerror
        raise ParseError(
            explain(
                str(place),
                expected="a CSV file of labelled points",
                found=str(reason),
                fix="give the path of a readable UTF-8 file",
            )
        ) from None
    return parse_points(text, source=place.name, positive=positive)


def parse_points(text: str, *, source: str = "points", positive: str | None = None) -> PointSet:
    r"""Read CSV text; see `read_points`.

    >>> parse_points("x1,x2,shape\n0,0,star\n1,1,circle\n").axes
    ('x1', 'x2')
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ParseError(
            explain(
                source,
                expected="one line per point: x1, x2, ..., label",
                found="an empty file",
                fix="write at least two points of two classes",
            )
        )
    delimiter = next((mark for mark in ";\t" if mark in lines[0]), ",")
    rows = _rows(text, delimiter, source)
    axes, rows = _take_header(rows, delimiter)
    if not rows:
        raise ParseError(
            explain(
                source,
                expected="points below the header",
                found="no line of numbers",
                fix="write at least two points of two classes",
            )
        )
    coordinates = []
    for line, row in rows:
        _check_width(source, line, row, len(axes) + 1)
        coordinates.append(
            tuple(
                coordinate(cell, delimiter, f"{source}, line {line}, column {k + 1} ({axis})")
                for k, (cell, axis) in enumerate(zip(row, axes, strict=False))
            )
        )
    places = [f"line {line}" for line, _ in rows]
    return build_points(coordinates, [row[-1] for _, row in rows], axes, positive, source, places)


def _rows(text: str, delimiter: str, source: str) -> list[tuple[int, list[str]]]:
    """List the lines that are not blank, with their numbers."""
    reader = csv.reader(StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        return [
            (reader.line_num, [cell.strip() for cell in row])
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise ParseError(
            explain(
                f"{source}, line {reader.line_num}",
                expected="comma separated values",
                found=str(error),
                fix="write one point per line: x1, x2, ..., label",
            )
        ) from None


def _take_header(
    rows: list[tuple[int, list[str]]], delimiter: str
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Use the first row as header when none of its coordinates is a number (NaN counts as one)."""
    first = rows[0][1]
    if len(first) > 1 and not any(_looks_numeric(cell, delimiter) for cell in first[:-1]):
        return first[:-1], rows[1:]
    return [f"x{k + 1}" for k in range(len(first) - 1)], rows


def _looks_numeric(cell: str, delimiter: str) -> bool:
    return (
        cell.strip("+-").lower() in {"", "nan", "inf", "infinity"}
        or plain_number(cell, delimiter) is not None
    )


def _check_width(source: str, line: int, row: list[str], width: int) -> None:
    if len(row) != width or width < 2:
        raise ParseError(
            explain(
                f"{source}, line {line}",
                expected=f"{max(width, 2)} columns, coordinates then label",
                found=f"{len(row)} column{'s' * (len(row) != 1)}",
                fix="separate the columns with commas and give every line the same number",
            )
        )
