"""Where each key of a TOML text stands, so that an error can name its line.

`tomllib` keeps no positions. This scanner walks a text that `tomllib` has already accepted, and
needs to know strings, brackets and headers only. Law: every path of the parsed data has its line.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_KEY = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_BLANK = re.compile(r"(?:\s|#[^\n]*)*")
_PLAIN = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[Path, int]:
    r"""Map every key path to its line, counted from 1.

    >>> key_lines("a = 1\n[[b]]\nc = [1,\n 2]\n")[("b", 0, "c", 1)]
    4
    """
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.lines: dict[Path, int] = {(): 1}
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        prefix: Path = ()
        while self.blank():
            if self.text[self.at] == "[":
                prefix = self.header()
            else:
                self.pair(prefix)
        return self.lines

    def blank(self) -> bool:
        """Skip blanks and comments; whether anything is left."""
        self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]
        return self.at < len(self.text)

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def key(self) -> list[str]:
        parts = []
        while True:
            self.spaces()
            match = _KEY.match(self.text, self.at)
            if match is None:
                return parts
            parts.append(match.group().strip("\"'"))
            self.at = match.end()
            self.spaces()
            if self.text[self.at : self.at + 1] != ".":
                return parts
            self.at += 1

    def spaces(self) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t") and self.at < len(self.text):
            self.at += 1

    def header(self) -> Path:
        line = self.line()
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        parts = self.key()
        self.at += 2 if many else 1
        path: Path = ()
        for k, part in enumerate(parts):
            path = (*path, part)
            if many and k == len(parts) - 1:
                self.lines.setdefault(path, line)
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.lines[path] = line
        return path

    def pair(self, prefix: Path) -> None:
        line = self.line()
        start = self.at
        path = prefix
        for part in self.key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.spaces()
        if self.text[self.at : self.at + 1] == "=":
            self.at += 1
            self.value(path)
        elif self.at == start:
            self.at += 1  # a stray character cannot hold the scanner up

    def value(self, path: Path) -> None:
        self.blank()
        self.lines.setdefault(path, self.line())
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self.array(path)
        elif opening == "{":
            self.table(path)
        else:
            match = _STRING.match(self.text, self.at) or _PLAIN.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1

    def array(self, path: Path) -> None:
        self.at += 1
        count = 0
        while self.blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.value((*path, count))
            count += 1
        self.at += 1

    def table(self, path: Path) -> None:
        self.at += 1
        while self.blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.pair(path)
        self.at += 1
