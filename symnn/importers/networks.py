"""Networks written in TOML, read strictly.

    name = "cnn"
    channels = "last"                      # or "first" (default)
    [input]                                # height, width, channels; or shape = ["N", 3, 32, 32]
    height = 28
    [[layers]]
    type = "conv"                          # name, repeat, output: every layer
    [blocks.NAME]                          # layers = [...]; use with {type = "block", use = "NAME"}
    [loss]                                 # type, target: see `losses`

Law: a file that loads builds; every error is one message with file, line, key, what was expected
and what was found, with the nearest known name. Nothing in a file is evaluated.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import symnn.nn.layer_types  # noqa: F401  fills the types that a file may name
from symnn.core.errors import ShapeError, SymnnError, explain
from symnn.core.scalars import Scalar
from symnn.core.sizes import same_size
from symnn.lang.call import below
from symnn.lang.shapes import shape_text
from symnn.lang.size import scalar_of
from symnn.lang.tensor import Tensor, tensor
from symnn.nn.containers import Sequential
from symnn.nn.description import Builder, Deduced, Path, nearest

_TOP = ("name", "channels", "input", "layers", "blocks", "loss")
_LOSS = ("type", "target")
_INPUT = ("shape", "height", "width", "channels", "batch", "dtype", "below", "name")
_LARGEST = 1_000_000


class NetworkError(SymnnError):
    """A network file that cannot be read."""


@dataclass
class Network:
    """A network that was read.

    Attributes:
        name: from the file.  model: the layers.  input: the symbolic input.
        value: the model called on it.  deduced: what the file left open.
        loss: the table of its loss, if it has one.
    """

    name: str
    model: Sequential
    input: Tensor
    value: Tensor
    deduced: list[Deduced] = field(default_factory=list)
    loss: dict[str, str] = field(default_factory=dict)


def read_network(path: str | File) -> Network:
    """Read a TOML file.

    Raises:
        NetworkError: it is missing, too large, or not as described above.
    """
    file = File(path)
    try:
        if file.stat().st_size > _LARGEST:
            raise NetworkError(
                explain(str(path), expected=f"at most {_LARGEST} bytes", fix="use repeat")
            )
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise NetworkError(
            explain(
                str(path),
                expected="a network file in TOML",
                found=str(reason),
                fix="check the path",
            )
        ) from None
    return parse_network(text, str(path))


def parse_network(text: str, where: str = "network.toml") -> Network:
    """The network of a TOML text.

    >>> net = parse_network('''
    ... [input]
    ... shape = ["N", 4]
    ... [[layers]]
    ... type = "dense"
    ... units = 3
    ... ''')
    >>> net.value.sizes
    (N, 3)
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NetworkError(
            explain(where, expected="TOML", found=str(error), fix="correct that line")
        ) from None
    return _Reader(text, where).read(data)


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where

    def fail(self, path: Path, expected: str, found: str, fix: str) -> NetworkError:
        """The error of a key, with its line."""
        place = ".".join(map(str, path))
        line = line_of(self.text, path)
        head = f"{self.where}, line {line}, {place}" if line else f"{self.where}, {place}"
        return NetworkError(explain(head, expected=expected, found=found, fix=fix))

    def read(self, data: Mapping[str, Any]) -> Network:
        self.known(data, _TOP, ())
        for key in ("input", "layers"):
            if key not in data:
                raise self.fail((key,), f"the key {key}", "no such key", f"add {key}")
        channels = data.get("channels", "first")
        if channels not in ("first", "last"):
            raise self.fail(("channels",), '"first" or "last"', repr(channels), "use one of these")
        blocks = self.blocks(data.get("blocks", {}))
        builder = Builder(channels, blocks, self.fail)
        try:
            model = builder.sequence(data["layers"], ("layers",))
            source = self.source(data["input"], channels)
            value = model(source)
        except NetworkError:
            raise
        except SymnnError as error:
            raise NetworkError(f"{self.where}: {error}") from None
        except (TypeError, ValueError) as error:
            raise NetworkError(
                explain(
                    self.where,
                    expected="values of the right kind",
                    found=str(error),
                    fix="correct the layer",
                )
            ) from None
        self.outputs(data["layers"], model, value)
        name = data.get("name", "network")
        loss = self.loss(data.get("loss", {}))
        return Network(name, model, source, value, builder.deductions(), loss)

    def loss(self, table: Any) -> dict[str, str]:
        """What the output is compared with, and how."""
        self.known(table, _LOSS, ("loss",))
        for key, value in table.items():
            if not isinstance(value, str) or not value.isidentifier():
                raise self.fail(("loss", key), "a name", repr(value), "write it in quotes")
        return dict(table)

    def known(self, table: Any, keys: tuple[str, ...], path: Path) -> None:
        """Refuse unknown keys."""
        if not isinstance(table, Mapping):
            raise self.fail(path, "a table", repr(table), "write [name]")
        for key in table:
            if key not in keys:
                raise self.fail((*path, key), f"one of {', '.join(keys)}", repr(key),
                                nearest(key, list(keys)))  # fmt: skip

    def blocks(self, table: Any) -> dict[str, Any]:
        """Named lists of layers."""
        if not isinstance(table, Mapping):
            raise self.fail(("blocks",), "a table of blocks", repr(table), "write [blocks.NAME]")
        for name, block in table.items():
            self.known(block, ("layers",), ("blocks", name))
            if "layers" not in block:
                raise self.fail(("blocks", name), "the key layers", "no such key", "add layers")
        return {name: block["layers"] for name, block in table.items()}

    def source(self, table: Any, channels: str) -> Tensor:
        """The symbolic input."""
        self.known(table, _INPUT, ("input",))
        shape = table.get("shape")
        if shape is None:
            for key in ("height", "width", "channels"):
                if key not in table:
                    raise self.fail(("input", key), "height, width and channels, or shape",
                                    f"no {key}", f"add {key} = ...")  # fmt: skip
            space, depth = [table["height"], table["width"]], [table["channels"]]
            shape = [*space, *depth] if channels == "last" else [*depth, *space]
            batch = table.get("batch", None if channels == "last" else "N")
            shape = shape if batch is None else [batch, *shape]
        for k, s in enumerate(shape):
            good = (isinstance(s, int) and s > 0) or (isinstance(s, str) and s.isidentifier())
            if not good:
                raise self.fail(("input", "shape", k), "a size of 1 or more, or a name", repr(s),
                                "change it")  # fmt: skip
        kind = table.get("dtype", "float")
        if kind not in ("float", "int"):
            raise self.fail(("input", "dtype"), '"float" or "int"', repr(kind), "use one of these")
        dtype = int if kind == "int" else float
        return tensor(table.get("name", "x"), tuple(shape), dtype=dtype, below=table.get("below"))

    def outputs(self, layers: list[Any], model: Sequential, value: Tensor) -> None:
        """Compare the shapes that the file states with the derived ones."""
        found: dict[Any, tuple[Scalar, ...]] = {}
        for call in below([value.call]):
            if "layer" in call.attrs:
                found[id(call.attrs["layer"])] = call.port.sizes
        for k, (entry, layer) in enumerate(zip(layers, model, strict=True)):
            wanted = entry.get("output")
            if wanted is None:
                continue
            got = found[id(layer)]
            sizes = [scalar_of(s) for s in wanted]
            if len(sizes) == len(got) - 1:  # without the batch axis, as on paper
                got = got[1:]
            if len(sizes) != len(got) or any(
                same_size(a, b) is False for a, b in zip(sizes, got, strict=True)
            ):
                error = self.fail(("layers", k, "output"), f"the derived shape {shape_text(got)}",
                                  str(wanted), "correct the layer or its output")  # fmt: skip
                raise ShapeError(str(error))


def line_of(text: str, path: Path) -> int | None:
    r"""The line of a key, as far as headers and plain keys tell.

    >>> line_of('[input]\nheight = 2\n[[layers]]\ntype = "x"\n', ("layers", 0, "type"))
    4
    """
    names = [p for p in path if isinstance(p, str)]
    numbers = [p for p in path if isinstance(p, int)]
    if not names:
        return None
    counts: dict[str, int] = {}
    inside, best = "", None
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\"-]+)\s*\]?\]", line)
        if header:
            inside = header[1].replace('"', "")
            counts[inside] = counts.get(inside, -1) + 1
            if _within(inside, counts[inside], names, numbers):
                best = number
            continue
        here = _within(inside, counts.get(inside, 0), names, numbers) or (
            not inside and len(names) == 1
        )
        if here and re.match(rf"\s*[\"']?{re.escape(names[-1])}[\"']?\s*=", line):
            return number
        if best is not None and re.search(rf"[{{,\s]{re.escape(names[-1])}\s*=", line) and inside:
            return number
    return best or _inline(text, names[-1])


def _within(inside: str, count: int, names: list[str], numbers: list[int]) -> bool:
    parts = inside.split(".") if inside else []
    return bool(parts) and parts == names[: len(parts)] and (not numbers or numbers[0] == count)


def _inline(text: str, name: str) -> int | None:
    """The first line where a key of an inline table stands."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(rf"(?:^|[{{,\s]){re.escape(name)}\s*=", line):
            return number
    return None
