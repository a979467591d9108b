"""Exam sheets: a TOML file, read strictly into exercises and questions.

Law: a sheet that loads is consistent with itself; everything else is one `SheetError` with the
file, the line, the exercise and the key. Texts are kept as written: who shows one escapes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path as File
from typing import Any

from symnn.report.exam.consistency import check_exercise
from symnn.report.exam.fields import ALWAYS, Place, SheetError
from symnn.report.exam.schema import EXERCISE, SHEET
from symnn.report.exam.toml_lines import Path, key_lines

DEFAULT = "amis-2024.toml"
_LARGEST = 1_000_000
Words = Mapping[str, str | None]


@dataclass(frozen=True)
class Question:
    """One question: its printed number, its text by language, what it asks for."""

    number: str
    text: Words
    asks: str
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """One exercise; `data` is the table of its kind, as the schema says."""

    number: int
    marks: int | float | None
    title: Words
    kind: str
    statement: Words
    assumptions: tuple[Words, ...]
    questions: tuple[Question, ...]
    data: Mapping[str, Any]
    place: Place
    path: Path


@dataclass(frozen=True)
class Sheet:
    """A whole sheet."""

    name: str
    title: Words
    subtitle: Words | None
    exercises: tuple[Exercise, ...]


def said(words: Words, lang: str) -> str:
    """The text in a language; in the one that every sheet has, where there is none.

    >>> said({"fr": "perte", "en": "loss"}, "en")
    'loss'
    """
    return str(words.get(lang) or words[ALWAYS])


def load_sheet(file: str | File | None = None) -> Sheet:
    """Read a sheet; without a file, the exam that ships with the package.

    Raises:
        SheetError: the file cannot be read, is no TOML, or breaks the schema.

    >>> [e.kind for e in load_sheet().exercises]
    ['points', 'derivation', 'network', 'generative', 'attention']
    """
    if file is None:
        text = resources.files("symnn.report").joinpath("sheets", DEFAULT).read_text("utf-8")
        return read_sheet(text, DEFAULT)
    path = File(file)
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except OSError as error:
        raise SheetError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from error
    if data is None:
        raise SheetError(f"{path}: a sheet has at most {_LARGEST} bytes")
    try:
        return read_sheet(data.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SheetError(f"{path}, line {line}: not UTF-8 text\n  fix: save it as UTF-8") from error


def read_sheet(text: str, name: str = "sheet") -> Sheet:
    """Read a sheet from its text."""
    try:
        raw = tomllib.loads(text.replace("\r\n", "\n"))
        place = Place(name, key_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise SheetError(f"{name}: not TOML: {str(error)[:1].lower()}{str(error)[1:]}") from error
    except (RecursionError, ValueError) as error:
        raise SheetError(f"{name}: not a sheet: nested too deeply, or a number too long") from error
    whole = SHEET.read(_without_exercises(raw, place), (), place)
    exercises = [_exercise(value, k, place) for k, value in enumerate(raw["exercises"])]
    _distinct(exercises)
    return Sheet(name, whole["title"], whole["subtitle"], tuple(exercises))


def _without_exercises(raw: dict[str, Any], place: Place) -> dict[str, Any]:
    """The sheet with its exercises read one by one, so that an error can name the exercise."""
    found = raw.get("exercises")
    if isinstance(found, list):
        for k, value in enumerate(found):
            EXERCISE.read(value, ("exercises", k), _inside(value, k, place))
    return raw


def _inside(value: Any, k: int, place: Place) -> Place:
    number = value.get("number", k + 1) if isinstance(value, dict) else k + 1
    plain = isinstance(number, int) and not isinstance(number, bool)
    return Place(place.file, place.lines, f"exercise {number if plain else k + 1}")


def _exercise(value: dict[str, Any], k: int, place: Place) -> Exercise:
    path: Path = ("exercises", k)
    inside = _inside(value, k, place)
    known = EXERCISE.read(value, path, inside)
    check_exercise(known, path, inside)
    questions = [
        Question(q["number"], q["text"], q["asks"], tuple(q["layers"])) for q in known["questions"]
    ]
    return Exercise(
        known["number"], known["marks"], known["title"], known["kind"], known["statement"],
        tuple(known["assumptions"]), tuple(questions), known[known["kind"]], inside,
        (*path, known["kind"]),
    )  # fmt: skip


def _distinct(exercises: list[Exercise]) -> None:
    seen: set[int] = set()
    for k, exercise in enumerate(exercises):
        if exercise.number in seen:
            exercise.place.fail(
                ("exercises", k, "number"), "a number of its own", str(exercise.number)
            )
        seen.add(exercise.number)
