"""A solved exercise as text and back: what the cache keeps and what worker processes send.

Law: `decoded(encoded(s))` says the same as `s`, and every solved exercise goes through here before
it is printed, wherever it came from: fresh, cached and parallel runs give the same bytes. The text
is JSON with the name of each document class; nothing is executed when it is read. A new class of
the document model needs nothing here.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from symnn.core.errors import UnsupportedError
from symnn.report.answers.solved import Solved
from symnn.report.printing import document

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
    whole = {f.name: getattr(solved, f.name) for f in fields(solved)}
    blocks = {name: plain(whole[name]) for name in ("head", "sections", "files")}
    return _json({**whole, **blocks})


def decoded(text: str) -> Solved:
    """The solved exercise of a text.

    Raises:
        ValueError, KeyError, TypeError: the text is none of a solved exercise.
    """
    whole = json.loads(text)
    blocks = {name: _value(whole[name]) for name in ("head", "sections")}
    files = {name: _value(value) for name, value in whole["files"].items()}
    return Solved(**{**whole, **blocks, "files": files})


def encoded_files(files: Mapping[str, str | bytes]) -> str:
    """The text of some files.

    >>> decoded_files(encoded_files({"a": b"1", "b": "2"}))
    {'a': b'1', 'b': '2'}
    """
    return _json({name: plain(text) for name, text in files.items()})


def decoded_files(text: str) -> dict[str, str | bytes]:
    """The files of a text."""
    return {name: _value(value) for name, value in json.loads(text).items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A part of a document as plain data: lists, dictionaries, texts and numbers."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return {_KIND: "bytes", "data": b64encode(value).decode("ascii")}
        case tuple() | list():
            return [plain(v) for v in value]
        case dict():
            return {name: plain(v) for name, v in value.items()}
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise UnsupportedError(f"no class {name} in the document model; there are {[*_CLASSES]}")
    return {_KIND: name, **{f.name: plain(getattr(value, f.name)) for f in fields(value)}}


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_value(v) for v in data)
    if not isinstance(data, dict):
        return data
    kind = data[_KIND]
    if kind == "bytes":
        return b64decode(data["data"], validate=True)
    return _CLASSES[kind](**{name: _value(v) for name, v in data.items() if name != _KIND})
