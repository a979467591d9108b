"""The kinds of value that a sheet's keys take, and one reader that is strict about them.

Law: a value is accepted as exactly one kind or refused with a `SheetError` that names the
exercise, the key, the line, what was expected and what was found. To add a kind: a class here with
`read`, and its sentence in `expected`.
"""

from __future__ import annotations

import difflib
import keyword
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from symnn.core.errors import SymnnError, explain
from symnn.report.exam.toml_lines import Path
from symnn.text.phrases import languages

ALWAYS = "fr"  # the language that every sheet has
_LONGEST_NAME = 40
_LONGEST_TEXT = 20_000


class SheetError(SymnnError):
    """Something in a sheet that its author can mend."""


@dataclass
class Place:
    """Where the reader is: the file's name, the line of every key, the exercise."""

    file: str
    lines: Mapping[Path, int]
    exercise: str = ""

    def fail(
        self, path: Path, expected: str, found: str, fix: str = "", detail: str = ""
    ) -> NoReturn:
        """Refuse the value at `path`; `detail` keeps its lines (a caret stays in its place)."""
        known = (path[:k] for k in range(len(path), -1, -1))
        line = next((self.lines[p] for p in known if p in self.lines), 0)
        inside = path[2:] if self.exercise else path
        key = ".".join(str(p) if isinstance(p, str) else f"{p + 1}" for p in inside) or "(all)"
        where = f"{self.file}, line {line}: " if line else f"{self.file}: "
        where += f"{self.exercise}, " if self.exercise else ""
        message = explain(f"{where}key {key}", expected=expected, found=found, fix=fix)
        raise SheetError("\n".join([message, *(f"  {x}" for x in detail.splitlines())]))


@dataclass(frozen=True)
class Kind:
    """Base of all kinds."""

    @property
    def expected(self) -> str:
        """What the value has to be, in words."""
        raise NotImplementedError

    def read(self, value: Any, path: Path, place: Place) -> Any:
        """The value, checked."""
        raise NotImplementedError


def shown(value: Any) -> str:
    """A short form of a found value.

    >>> shown({"a": 1}), shown("x" * 90)[:12]
    ('a table', "'xxxxxxxxxxx")
    """
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True)
class Text(Kind):
    """Any text; it is escaped wherever it is shown."""

    @property
    def expected(self) -> str:
        return "a text"

    def read(self, value: Any, path: Path, place: Place) -> str:
        if not isinstance(value, str):
            place.fail(path, self.expected, shown(value))
        if not value.strip() or len(value) > _LONGEST_TEXT:
            place.fail(path, f"a text of 1 to {_LONGEST_TEXT} characters", f"{len(value)}")
        bad = next((c for c in value if _unwritable(c)), "")
        if bad:
            place.fail(path, "a text without control or private characters", ascii(bad))
        return value


def _unwritable(c: str) -> bool:
    """Control, private and unassigned characters, and those that turn the writing direction."""
    turns = "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"
    return turns or (c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn"))


@dataclass(frozen=True)
class Name(Kind):
    """An identifier: letters, digits and _; no keyword."""

    @property
    def expected(self) -> str:
        return "a name of letters, digits and _ that starts with a letter"

    def read(self, value: Any, path: Path, place: Place) -> str:
        plain = isinstance(value, str) and value.isascii() and value.isidentifier()
        if not plain or value.startswith("_") or len(value) > _LONGEST_NAME:
            place.fail(path, self.expected, shown(value), "give the printed form with latex =")
        if keyword.iskeyword(value):
            place.fail(path, "a name that is no word of Python", shown(value), f"write {value}_1")
        return str(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(self.words)

    def read(self, value: Any, path: Path, place: Place) -> str:
        if value not in self.words or not isinstance(value, str):
            place.fail(path, self.expected, shown(value), _nearest(value, self.words))
        return value


@dataclass(frozen=True)
class Whole(Kind):
    """An integer within bounds."""

    least: int = 1
    most: int = 10**12

    @property
    def expected(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def read(self, value: Any, path: Path, place: Place) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            place.fail(path, self.expected, shown(value))
        if not self.least <= value <= self.most:
            place.fail(path, self.expected, shown(value))
        return value


@dataclass(frozen=True)
class Number(Kind):
    """A finite number, within bounds."""

    least: float = -1e12
    most: float = 1e12

    @property
    def expected(self) -> str:
        return f"a number from {self.least:g} to {self.most:g}"

    def read(self, value: Any, path: Path, place: Place) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            place.fail(path, self.expected, shown(value))
        if not math.isfinite(value) or not self.least <= value <= self.most:
            place.fail(path, self.expected, shown(value))
        return value


@dataclass(frozen=True)
class Flag(Kind):
    """True or false."""

    @property
    def expected(self) -> str:
        return "true or false"

    def read(self, value: Any, path: Path, place: Place) -> bool:
        if not isinstance(value, bool):
            place.fail(path, self.expected, shown(value))
        return value


@dataclass(frozen=True)
class Either(Kind):
    """The first of several kinds whose type fits."""

    kinds: tuple[Kind, ...]

    @property
    def expected(self) -> str:
        return ", or ".join(k.expected for k in self.kinds)

    def read(self, value: Any, path: Path, place: Place) -> Any:
        for kind in self.kinds:
            try:
                return kind.read(value, path, place)
            except SheetError:
                continue
        return place.fail(path, self.expected, shown(value))


@dataclass(frozen=True)
class Several(Kind):
    """A list of one kind."""

    of: Kind
    least: int = 1
    most: int = 10_000

    @property
    def expected(self) -> str:
        return f"a list, each {self.of.expected}"

    def read(self, value: Any, path: Path, place: Place) -> list[Any]:
        if not isinstance(value, list):
            place.fail(path, self.expected, shown(value))
        if not self.least <= len(value) <= self.most:
            place.fail(path, f"{self.least} to {self.most} entries", f"{len(value)}")
        return [self.of.read(v, (*path, k), place) for k, v in enumerate(value)]


@dataclass(frozen=True)
class Key:
    """One key of a table."""

    kind: Kind
    help: str
    required: bool = True
    default: Any = None


@dataclass(frozen=True)
class Table(Kind):
    """A table with known keys; any other key is refused."""

    name: str
    keys: Mapping[str, Key] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def expected(self) -> str:
        return f"a table with {', '.join(self.keys)}"

    def read(self, value: Any, path: Path, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            place.fail(path, self.expected, shown(value))
        for name in value:
            if name not in self.keys:
                place.fail(
                    (*path, name), f"one of {', '.join(self.keys)}", repr(name),
                    _nearest(name, tuple(self.keys)),
                )  # fmt: skip
        missing = [n for n, k in self.keys.items() if k.required and n not in value]
        if missing:
            place.fail(path, f"the key {missing[0]} ({self.keys[missing[0]].help})", "no such key")
        return {
            name: key.kind.read(value[name], (*path, name), place) if name in value else key.default
            for name, key in self.keys.items()
        }


@dataclass(frozen=True)
class Named(Kind):
    """A table whose keys are names of the author's own."""

    of: Kind
    most: int = 200
    least: int = 1

    @property
    def expected(self) -> str:
        return f"a table by name, each {self.of.expected}"

    def read(self, value: Any, path: Path, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict) or not self.least <= len(value) <= self.most:
            place.fail(path, self.expected, shown(value))
        for name in value:
            Name().read(name, (*path, name), place)
        return {n: self.of.read(v, (*path, n), place) for n, v in value.items()}


WORDS = Table(
    "words", {lang: Key(Text(), f"the text in {lang}", lang == ALWAYS) for lang in languages()}
)


def _nearest(value: Any, words: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(str(value), words, 1, 0.6)
    return f"did you mean {near[0]}?" if near else ""
