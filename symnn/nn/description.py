"""Models from plain data: one table a layer, `{type = "conv", filters = 4, kernel = 3, ...}`.

`TYPES` (filled by `layer_types`) says which keys a type takes and how it is made. `"?"` is a
value that the input decides (the depth of a filter); what was found is recorded with its reason.
Texts come from anybody: keys and types are checked, nothing is evaluated.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symnn.core.errors import UnknownNameError, explain
from symnn.core.scalars import Scalar
from symnn.lang.shapes import shape_text
from symnn.nn.containers import Repeat, Sequential
from symnn.nn.module import Module

Entry = Mapping[str, Any]
Path = tuple[str | int, ...]
UNKNOWN = "?"


@dataclass(frozen=True)
class Deduced:
    """A value that the description left open.

    Attributes:
        layer: title.  key: the open key.  value: what it is.
        shape: of the input that decides it.
    """

    layer: str
    key: str
    value: Scalar
    shape: tuple[Scalar, ...]

    @property
    def reason(self) -> str:
        """Why, in one line."""
        return (
            f"{self.layer}: {self.key} = {self.value}, "
            f"since its input has the shape {shape_text(self.shape)}"
        )


@dataclass
class Builder:
    """Turns entries into layers.

    Attributes:
        channels: "first" or "last", for layers that do not say.
        blocks: lists of entries by name, for `use`.
        fail: raises an error at a path: (path, expected, found, fix).
        open: layers with a `"?"`: (layer, key).
    """

    channels: str = "first"
    blocks: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    fail: Callable[[Path, str, str, str], Exception] = None  # type: ignore[assignment]
    open: list[tuple[Module, str]] = field(default_factory=list)
    using: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.fail is None:
            self.fail = lambda path, expected, found, fix: UnknownNameError(
                explain(".".join(map(str, path)), expected=expected, found=found, fix=fix)
            )

    def sequence(self, entries: Sequence[Entry], path: Path) -> Sequential:
        """The layers of a list."""
        made = [self.layer(e, (*path, k)) for k, e in enumerate(entries)]
        names = [m.name for m in made if m.name]
        for k, m in enumerate(made):
            if m.name and m.name in names[: names.index(m.name)]:
                raise self.fail((*path, k, "name"), "a name of its own", repr(m.name), "rename it")
        return Sequential(*made) if made else Sequential({})

    def layer(self, entry: Entry, path: Path) -> Module:
        """One layer; with `repeat`, several."""
        if not isinstance(entry, Mapping):
            raise self.fail(path, "a table", repr(entry), 'write { type = "..." }')
        times = entry.get("repeat")
        if times is not None:
            once = {k: v for k, v in entry.items() if k not in ("repeat", "name")}
            return Repeat(lambda: self.layer(once, path), self.size(times, (*path, "repeat")),
                          name=entry.get("name"))  # fmt: skip
        kind = entry.get("type")
        if kind not in TYPES:
            raise self.fail(
                (*path, "type"), ", ".join(TYPES), repr(kind), nearest(str(kind), list(TYPES))
            )
        made = TYPES[str(kind)]
        for key in entry:
            if key not in (*made.keys, *COMMON):
                raise self.fail(
                    (*path, key), f"a key of {kind}: {', '.join((*made.keys, *COMMON))}", repr(key),
                    nearest(key, [*made.keys, *COMMON]),
                )  # fmt: skip
        for key in made.needs:
            if key not in entry:
                raise self.fail(path, f"the key {key} of a {kind} layer", "no such key",
                                f"add {key} = ...")  # fmt: skip
        return made.make(self, entry, path)

    def size(self, value: Any, path: Path) -> Any:
        """A whole number, or the name of a size."""
        good = (isinstance(value, int) and not isinstance(value, bool) and value >= 0) or (
            isinstance(value, str) and value.isidentifier()
        )
        if not good:
            raise self.fail(path, "a whole number, or the name of a size", repr(value), "change it")
        return value

    def sizes(self, value: Any, path: Path) -> Any:
        """A size, or one per axis (or a pair per axis)."""
        if isinstance(value, list):
            return tuple(self.sizes(v, (*path, k)) for k, v in enumerate(value))
        return value if value in ("same", "valid") else self.size(value, path)

    def given(self, entry: Entry, path: Path, **names: str) -> dict[str, Any]:
        """Arguments by name from the keys that are there."""
        return {
            arg: self.sizes(entry[key], (*path, key)) if not isinstance(entry[key], bool)
            else entry[key]
            for arg, key in names.items() if key in entry
        }  # fmt: skip

    def depth(self, entry: Entry, key: str, path: Path) -> Any:
        """An input width: None where it is open or not given."""
        value = entry.get(key)
        return None if value in (None, UNKNOWN) else self.size(value, (*path, key))

    def opened(self, layer: Module, entry: Entry, key: str) -> Module:
        """Remember a layer whose width is asked for."""
        if entry.get(key) == UNKNOWN:
            self.open.append((layer, key))
        return layer

    def deductions(self) -> list[Deduced]:
        """What the open keys are, once the model has been called."""
        found = []
        for layer, key in self.open:
            value = getattr(layer, "in_channels", None) or getattr(layer, "in_features", None)
            if value is not None:
                shape = getattr(layer, "seen_shape", ())
                found.append(Deduced(layer.title, key, value, shape))
        return found


@dataclass(frozen=True)
class Type:
    """What a layer type takes: its keys, those it needs, and how the layer is made."""

    make: Callable[[Builder, Entry, Path], Module]
    keys: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


COMMON = ("type", "name", "repeat", "output")


def nearest(word: str, known: list[str]) -> str:
    """Advice: the nearest known word.

    >>> nearest("fliters", ["filters", "kernel"])
    'did you mean filters?'
    """
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"use one of: {', '.join(known)}"


TYPES: dict[str, Type] = {}  # filled by `layer_types`
