"""A solved exercise as text and back: what the cache keeps and what worker processes send.

Law: `decoded(encoded(s))` says the same as `s`, and every solved exercise goes through here before
it is printed, wherever it came from: fresh, cached and parallel runs give the same bytes. The text
is JSON with the name of each document class; nothing is executed when it is read. A new class of
the document model needs nothing here.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import fields, is_dataclass
from typing import Any

from symnn.core.errors import UnsupportedError
from symnn.report import document
from symnn.report.solved import Solved

_KIND = "is"
_CLASSES: dict[str, type[Any]] = {
    name: value for name, value in vars(document).items()
    if isinstance(value, type) and is_dataclass(value)
}  # fmt: skip


def encoded(solved: Solved) -> str:
    """The text of a solved exercise.

    >>> decoded(encoded(Solved(answers={"n": 1}, summary=["one"]))).summary
    ['one']
    """
    plain = {f.name: getattr(solved, f.name) for f in fields(solved)}
    blocks = {name: _plain(plain[name]) for name in ("head", "sections", "files")}
    return json.dumps({**plain, **blocks}, ensure_ascii=False, separators=(",", ":"))


def decoded(text: str) -> Solved:
    """The solved exercise of a text.

    Raises:
        ValueError, KeyError, TypeError: the text is none of a solved exercise.
    """
    plain = json.loads(text)
    blocks = {name: _value(plain[name]) for name in ("head", "sections")}
    files = {name: _value(value) for name, value in plain["files"].items()}
    return Solved(**{**plain, **blocks, "files": files})


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return {_KIND: "bytes", "data": b64encode(value).decode("ascii")}
        case tuple() | list():
            return [_plain(v) for v in value]
        case dict():
            return {name: _plain(v) for name, v in value.items()}
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise UnsupportedError(f"no class {name} in the document model; there are {[*_CLASSES]}")
    return {_KIND: name, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)}}


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_value(v) for v in plain)
    if not isinstance(plain, dict):
        return plain
    kind = plain[_KIND]
    if kind == "bytes":
        return b64decode(plain["data"], validate=True)
    return _CLASSES[kind](**{name: _value(v) for name, v in plain.items() if name != _KIND})
