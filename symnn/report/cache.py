"""Solved exercises kept between runs, so that a second run of a sheet is fast.

Law: an entry is found only under the digest of everything that it depends on: the exercise with
its texts and lines, language, seed, every file of symnn and of the languages, the versions of
Python and of the packages, the layout engine. What is damaged is computed again. Entries are texts
(see `encoding`), never executed; they are written beside and renamed, so that runs at the same time
do no harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from symnn.drawing.engines import available
from symnn.report.encoding import plain
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Document
from symnn.text.phrases import language_files

VARIABLE = "SYMNN_CACHE"
OFF = "off"
LARGEST = 200_000_000  # bytes, all entries together
_PACKAGES = ("sympy", "numpy", "scipy", "networkx", "graphviz", "opt_einsum", "matplotlib",
             "typst", "scikit-learn", "pygraphviz")  # fmt: skip
_ABANDONED = 3600  # seconds after which an unfinished file is one of a killed run
_LOADED = time.time()
_ROOT = Path(str(resources.files("symnn")))


def default_folder() -> Path | None:
    """The folder of the cache: $SYMNN_CACHE, else symnn in the user's; None if that is "off"."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen == OFF:
        return None
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if Path(base).is_absolute() else Path("~/.cache").expanduser()
    return home / "symnn"


@dataclass
class Cache:
    """Entries in one folder.

    Attributes:
        folder: made when the first entry is stored.
        largest: bytes that all entries together may take; the oldest ones are dropped.
        troubles: why entries could not be kept, one line each.
    """

    folder: Path
    largest: int = LARGEST
    troubles: list[str] = field(default_factory=list)

    def find(self, key: str) -> str | None:
        """The text under a key; None if there is none, or if it is damaged."""
        path = self._path(key)
        try:
            head, _, body = path.read_text("utf-8").partition("\n")
            if head != _seal(key, body):
                return None
            os.utime(path)
        except (OSError, UnicodeDecodeError):
            return None
        return body

    def store(self, key: str, text: str) -> None:
        """Keep a text under a key; a folder that cannot be written is noted, no error.

        Nothing is kept where a file of symnn has changed since it was loaded: the key is of the
        new file, the text of the old one.
        """
        if any(p.stat().st_mtime > _LOADED for p in _sources()):
            self.troubles.append("files of symnn changed while it ran")
            return
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(prefix=".", suffix=".new", dir=self.folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                    file.write(f"{_seal(key, text)}\n{text}")
                Path(made).replace(self._path(key))
            finally:
                Path(made).unlink(missing_ok=True)
            self._drop()
        except OSError as error:
            self.troubles.append(f"{self.folder}: {error.strerror or error}")

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _drop(self) -> None:
        """Drop the entries used longest ago, and unfinished files of killed runs."""
        found = []
        for path in self.folder.iterdir():
            try:
                seen = path.stat()
            except FileNotFoundError:  # dropped by a run at the same time
                continue
            if path.name.endswith(".new") and time.time() - seen.st_mtime > _ABANDONED:
                path.unlink(missing_ok=True)
            elif path.suffix == ".json":
                found.append((seen.st_mtime, seen.st_size, path))
        room = self.largest
        for _, size, path in sorted(found, reverse=True):
            room -= size
            if room < 0:
                path.unlink(missing_ok=True)


def key_of(exercise: Exercise, lang: str, seed: int) -> str:
    """The digest of everything that the answer to an exercise depends on."""
    place = exercise.place
    lines = sorted((json.dumps(k), v) for k, v in place.lines.items()
                   if k[: len(exercise.path) - 1] == exercise.path[:-1])  # fmt: skip
    parts = {**asdict(exercise), "place": [place.file, place.exercise, lines]}
    whole = {"exercise": parts, "lang": lang, "seed": seed, "program": program_digest()}
    return _digest(json.dumps(whole, sort_keys=True, ensure_ascii=False))


def key_of_document(page: Document) -> str:
    """The digest of a page and of what writes it."""
    return _digest(json.dumps([plain(page), program_digest()], ensure_ascii=False))


@cache
def program_digest() -> str:
    """The digest of symnn's files and of what it runs on."""
    digest = hashlib.sha256()
    for path in _sources():
        data = path.read_bytes()
        inside = path.is_relative_to(_ROOT)
        name = path.relative_to(_ROOT).as_posix() if inside else path.name
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    surroundings = [
        platform.python_implementation(), platform.python_version(), platform.system(),
        platform.machine(), *(f"{p} {_version(p)}" for p in _PACKAGES),
        *available(),
    ]  # fmt: skip
    digest.update("\n".join(surroundings).encode())
    return digest.hexdigest()


def _sources() -> list[Path]:
    files = {p for p in _ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    return sorted(files | set(language_files().values()))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _seal(key: str, body: str) -> str:
    return _digest(f"{key}\n{body}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
