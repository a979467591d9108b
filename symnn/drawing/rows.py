"""Rows of a network: one layer each, from an analysis or from plain mappings.

Law: shapes, counts and settings are what the row says; nothing is worked out again here. Repeated
stretches are folded with their count; `depth` merges rows below one dotted name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symnn.analysis.analyzer import Analysis
from symnn.core.errors import UnsupportedError, explain
from symnn.core.scalars import Scalar
from symnn.text.numbers import format_number

NEEDED = ("name", "op", "output_shape")
KNOWN = (*NEEDED, "parameters", "kernel", "stride", "padding", "activation", "title", "filters")
_BLOCK = 24  # layers from which repeated stretches are folded
_WORDS = {"relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "elu": "ELU"}


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer: `shape` without a batch axis, channels last; `channels` of what it reads."""

    name: str
    op: str
    shape: tuple[Scalar, ...]
    parameters: Scalar = 0
    kernel: tuple[int, ...] = ()
    stride: tuple[int, ...] = ()
    padding: tuple[int, ...] = ()
    activation: str = ""
    repeat: int = 1
    channels: int | None = None

    @property
    def kind(self) -> str:
        """How it is drawn: "volume", "bar" or "box"."""
        numbers = all(isinstance(s, int) for s in self.shape)
        if numbers and len(self.shape) == 3:
            return "volume"
        return "bar" if numbers and len(self.shape) == 1 else "box"

    @property
    def tone(self) -> str:
        """Ochre learns, plum pools or reshapes, slate is data."""
        if self.parameters != 0:
            return "ochre"
        if self.op == "input":
            return "slate"
        return "plum"

    @property
    def values(self) -> int | None:
        """How many numbers it puts out; None where sizes are symbols."""
        product = 1
        for s in self.shape:
            if not isinstance(s, int):
                return None
            product *= s
        return product


def rows_of(given: Analysis | Sequence[Mapping[str, Any]]) -> list[LayerRow]:
    """Rows from an analysis (with its input first) or from mappings.

    Raises:
        UnsupportedError: a row without a name, op or shape, or with an unknown key.

    >>> rows_of([{"name": "FC", "op": "Linear", "output_shape": (10,), "parameters": 1290}])[0].kind
    'bar'
    """
    if isinstance(given, Analysis):
        return _of_analysis(given)
    rows = [_of_mapping(k, r) for k, r in enumerate(given)]
    return _channels_last(rows)


def _of_analysis(a: Analysis) -> list[LayerRow]:
    rows = [LayerRow("", "input", tuple(a.input_shape))]
    for r in a.layers:
        s = r.settings
        rows.append(
            LayerRow(
                r.name,
                r.op,
                tuple(r.output_shape),
                r.parameters,
                in_pairs(s.get("kernel_size")),
                in_pairs(s.get("stride")),
                in_pairs(s.get("padding")),
                str(s.get("activation") or ""),
            )
        )
    return _channels_last(rows)


def _of_mapping(k: int, row: Mapping[str, Any]) -> LayerRow:
    missing = [n for n in NEEDED if n not in row]
    unknown = [n for n in row if n not in KNOWN]
    if missing or unknown:
        found = f"without {', '.join(missing)}" if missing else f"with {', '.join(unknown)}"
        raise UnsupportedError(
            explain(f"row {k + 1} of the network", expected=", ".join(KNOWN), found=found)
        )
    return LayerRow(
        str(row.get("title") or row["name"]), str(row["op"]), tuple(row["output_shape"]),
        row.get("parameters", 0), in_pairs(row.get("kernel")), in_pairs(row.get("stride")),
        in_pairs(row.get("padding")), str(row.get("activation") or ""),
    )  # fmt: skip


def in_pairs(value: Any) -> tuple[int, ...]:
    """Two numbers from 3, (3, 3) or ((1, 1), (1, 1)); () for none.

    >>> in_pairs(3), in_pairs(((1, 1), (1, 1))), in_pairs(None)
    ((3, 3), (1, 1), ())
    """
    if value is None:
        return ()
    if isinstance(value, int):
        return (value, value)
    firsts = [v[0] if isinstance(v, Sequence) else v for v in value]
    return tuple(v for v in firsts if isinstance(v, int))


def _channels_last(rows: list[LayerRow]) -> list[LayerRow]:
    """Without the batch axis; channels last, as they are stacked in the picture."""
    batch = rows[0].shape[0] if rows[0].shape else None
    if len(rows[0].shape) > 1 and not isinstance(batch, int):
        rows = [replace(r, shape=r.shape[1:]) if r.shape[:1] == (batch,) else r for r in rows]
    votes = 0
    for r in rows:
        if r.kind == "volume":
            a, b, c = r.shape
            votes += (a == b) - (b == c)
    if votes < 0:
        rows = [
            replace(r, shape=(*r.shape[1:], r.shape[0])) if r.kind == "volume" else r for r in rows
        ]
    read = [None, *rows[:-1]]
    return [
        replace(r, channels=int(b.shape[2])) if b is not None and b.kind == "volume" else r
        for b, r in zip(read, rows, strict=True)
    ]


def at_depth(rows: Sequence[LayerRow], depth: int) -> list[LayerRow]:
    """Rows with all layers below one name merged: parameters add up, the last shape stays."""
    merged: list[LayerRow] = []
    for r in rows:
        name = ".".join(r.name.split(".")[:depth])
        if merged and merged[-1].name == name and name:
            total = merged[-1].parameters + r.parameters
            merged[-1] = LayerRow(name, "block", r.shape, total)
        else:
            merged.append(replace(r, name=name))
    return merged


def fold_rows(rows: Sequence[LayerRow]) -> list[LayerRow]:
    """Equal stretches in a row once, with their count.

    >>> r = LayerRow("block1", "block", (8,), 4)
    >>> [x.repeat for x in fold_rows([r, replace(r, name="block2"), replace(r, name="block3")])]
    [3]
    """
    signs = [replace(r, name="") for r in rows]
    result: list[LayerRow] = []
    at = 0
    while at < len(rows):
        period, copies = 1, 1
        for p in range(1, (len(rows) - at) // 2 + 1):
            n = 1
            while signs[at + n * p : at + (n + 1) * p] == signs[at : at + p]:
                n += 1
            if n > 1 and n * p > period * copies:
                period, copies = p, n
        copies = copies if copies * period >= 3 else 1
        period = period if copies > 1 else 1
        result += [replace(r, repeat=copies) for r in rows[at : at + period]]
        at += period * copies
    return result


def prepared(rows: Sequence[LayerRow], depth: int | None) -> list[LayerRow]:
    """Rows as they are drawn."""
    if depth is not None:
        rows = at_depth(rows, depth)
    return fold_rows(rows) if len(rows) > _BLOCK else list(rows)


def activation_word(name: str) -> str:
    """`ReLU` for "relu"; others as they are."""
    return _WORDS.get(name, name)


def shown_number(value: Scalar, lang: str) -> str:
    """A count, or the expression of one."""
    return format_number(value, lang) if isinstance(value, int) else str(value)
