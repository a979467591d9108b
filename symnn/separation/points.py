"""Labelled points, read and checked: exact coordinates, two classes, no contradiction.

Law: a coordinate is the rational number that was written (`0.1` is 1/10). Everything that cannot be
classified is refused here, once, with the place, what was expected, what was found and the fix.
Class 1 is True, or the greater label when both are numbers, else the label met first; `positive=`
chooses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symnn.core.errors import DomainError, ParseError, explain

_NUMBER = re.compile(
    r"[+-]?(\d{1,60}(\.\d{0,60})?|\.\d{1,60})(e[+-]?\d{1,2})?", re.IGNORECASE | re.ASCII
)
_RATIO = re.compile(r"[+-]?\d{1,60}/0*[1-9]\d{0,59}", re.ASCII)
_NUMBER_HELP = "a number such as 2, -0.5, 1e-3 or 1/3"
_SHOWN = 8
_MOST_DIGITS = 60


@dataclass(frozen=True, slots=True)
class PointSet:
    """Distinct points of two classes.

    Attributes:
        coordinates: N tuples of d exact numbers.
        labels: N flags, True for class 1.
        classes: the names of class 0 and class 1.
        axes: the names of the d coordinates.
        repeats: how often each point was given.
    """

    coordinates: tuple[tuple[Fraction, ...], ...]
    labels: tuple[bool, ...]
    classes: tuple[str, str]
    axes: tuple[str, ...]
    repeats: tuple[int, ...]

    def __len__(self) -> int:
        """Count the distinct points."""
        return len(self.coordinates)

    @property
    def dimension(self) -> int:
        """Number of coordinates."""
        return len(self.axes)

    def scaled(self) -> tuple[NDArray[Any], int]:
        """Return integer coordinates [N, d] and their common scale; int64 where that is safe.

        >>> points_of([(0.5, 1), (2, 3)], "ab").scaled()[0].tolist()
        [[1, 2], [4, 6]]
        """
        scale = math.lcm(*(v.denominator for row in self.coordinates for v in row))
        whole = [[int(v * scale) for v in row] for row in self.coordinates]
        reach = max(abs(v) for row in whole for v in row)
        return np.array(whole, dtype=np.int64 if reach < 2**20 else object), scale


def points_of(
    points: Iterable[Sequence[Any]], labels: Iterable[Any], *, positive: Any = None
) -> PointSet:
    """Check points given as Python or NumPy numbers; a float means the decimal it prints as.

    Raises:
        DomainError: no two classes, contradictions, lengths that differ.

    >>> points_of([(0, 0.1), (1, 1)], ["circle", "star"]).coordinates[0]
    (Fraction(0, 1), Fraction(1, 10))
    """
    rows, names = [_row(row) for row in points], [_name(y) for y in labels]
    if len(rows) != len(names) or not rows or len({len(row) for row in rows}) != 1:
        raise DomainError(
            explain(
                "design",
                expected="N points of equal length and N labels",
                found=f"points of lengths {sorted({len(row) for row in rows})}, "
                f"{len(rows)} points, {len(names)} labels",
                fix="give one label per point and every point the same coordinates",
            )
        )
    axes = [f"x{k + 1}" for k in range(len(rows[0]))]
    coordinates = [
        tuple(
            coordinate(str(value), ",", f"design, point {k}, coordinate {axis}")
            for value, axis in zip(row, axes, strict=True)
        )
        for k, row in enumerate(rows)
    ]
    places = [f"point {k}" for k in range(len(rows))]
    chosen = None if positive is None else _name(positive)
    return build_points(coordinates, names, axes, chosen, "design", places)


def _row(point: Any) -> tuple[Any, ...]:
    """List the coordinates of one point without changing their type; a lone number is one."""
    if isinstance(point, np.ndarray | np.generic):
        point = point.tolist()
    return tuple(point) if isinstance(point, list | tuple) else (point,)


def _name(label: Any) -> str:
    return str(label.item() if isinstance(label, np.generic) else label)


def plain_number(cell: str, delimiter: str) -> Fraction | None:
    """Read a decimal number or a ratio exactly; None for anything else.

    >>> plain_number("0,5", ";"), plain_number("nan", ",")
    (Fraction(1, 2), None)
    """
    text = cell.replace(",", ".") if delimiter == ";" else cell
    if _NUMBER.fullmatch(text) or _RATIO.fullmatch(text):
        return Fraction(text)
    return None


def coordinate(cell: str, delimiter: str, place: str) -> Fraction:
    """Read a coordinate.

    Raises:
        ParseError: the cell is no number; the message names its place.
    """
    value = plain_number(cell, delimiter)
    if value is None:
        raise ParseError(
            explain(
                place,
                expected=_NUMBER_HELP,
                found=f"'{cell[:40]}'",
                fix="correct this cell, or leave the point out",
            )
        )
    return value


def build_points(
    coordinates: list[tuple[Fraction, ...]],
    names: list[str],
    axes: list[str],
    positive: str | None,
    source: str,
    places: list[str],
) -> PointSet:
    """Choose the two classes, merge repeated points, refuse contradictions."""
    zero, one = _classes(names, positive, source)
    first_seen: dict[tuple[Fraction, ...], int] = {}
    repeats: dict[tuple[Fraction, ...], int] = {}
    for k, point in enumerate(coordinates):
        earlier = first_seen.setdefault(point, k)
        repeats[point] = repeats.get(point, 0) + 1
        if (names[k] == one) != (names[earlier] == one):
            raise DomainError(
                explain(
                    f"{source}, {places[earlier]} and {places[k]}",
                    expected="one label for equal points",
                    found=f"({', '.join(map(str, point))}) is '{names[earlier]}' and '{names[k]}'",
                    fix="correct a label or remove one of the points: no network can satisfy both",
                )
            )
    _check_scale(coordinates, source)
    return PointSet(
        tuple(first_seen),
        tuple(names[k] == one for k in first_seen.values()),
        (zero, one),
        tuple(axes),
        tuple(repeats[point] for point in first_seen),
    )


def _check_scale(coordinates: list[tuple[Fraction, ...]], source: str) -> None:
    """Refuse numbers whose common denominator or size would make the arithmetic endless."""
    flat = [value for row in coordinates for value in row]
    scale = math.lcm(*(value.denominator for value in flat))
    reach = max(abs(value.numerator) // value.denominator for value in flat)
    if max(scale, reach) >= 10**_MOST_DIGITS:
        raise DomainError(
            explain(
                source,
                expected=f"coordinates below 10^{_MOST_DIGITS}, with a common denominator below it",
                found=f"up to 10^{len(str(reach)) - 1}, "
                f"common denominator of {len(str(scale))} digits",
                fix="rescale the coordinates, or round them",
            )
        )


def _classes(names: list[str], positive: str | None, source: str) -> tuple[str, str]:
    """Return the names of class 0 and class 1."""
    found = list(dict.fromkeys(names))
    listed = ", ".join(f"'{name[:40]}'" for name in found[:_SHOWN])
    listed += ", ..." * (len(found) > _SHOWN)
    if positive is not None and positive not in found:
        raise DomainError(
            explain(
                f"{source}, class '{positive}'",
                expected=f"one of {listed}",
                found="no such label",
                fix="choose a label that occurs",
            )
        )
    if len(found) < 2:
        raise DomainError(
            explain(
                source,
                expected="points of two classes",
                found=f"only {listed}",
                fix="add points of the other class",
            )
        )
    if len(found) > 2 and positive is None:
        raise DomainError(
            explain(
                source,
                expected="two classes",
                found=f"{len(found)}: {listed}",
                fix="solve one class against the rest: symnn design POINTS.csv --positive "
                f"'{found[0][:40]}', or design(..., positive={found[0][:40]!r}), once per class",
            )
        )
    one = positive if positive is not None else _default_positive(found)
    rest = [name for name in found if name != one]
    return (rest[0] if len(rest) == 1 else f"not {one}", one)


def _default_positive(found: list[str]) -> str:
    if set(found) == {"False", "True"}:
        return "True"
    values = [plain_number(name, ",") for name in found]
    if values[0] is not None and values[1] is not None:
        return found[0] if values[0] > values[1] else found[1]
    return found[0]
