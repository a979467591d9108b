"""What the schema cannot say key by key: values of one exercise that contradict each other.

Law: each rule is one function over the read table; the first that fails names its key. To add a
rule: a function in the tuple of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from symnn.core.errors import SymnnError
from symnn.report.exam.fields import Name, Place
from symnn.report.exam.schema import ASKS, KINDS
from symnn.report.exam.toml_lines import Path
from symnn.text.symbols import parse_symbol

LEFT = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*(?:\[([^\]]*)\])?\s*=")
Table = dict[str, Any]


def check_exercise(exercise: Table, path: Path, place: Place) -> None:
    """Refuse an exercise whose parts contradict each other."""
    kind = exercise["kind"]
    for other in KINDS:
        if other != kind and exercise[other] is not None:
            place.fail((*path, other), f"no table {other}, since kind is {kind!r}", "such a table")
    if exercise[kind] is None:
        place.fail(path, f"the table {kind}, since kind is {kind!r}", "no such table")
    _questions(exercise, path, place)
    for rule in _RULES[kind]:
        rule(exercise[kind], (*path, kind), place)


def check_derivation(data: Table, path: Path, place: Place) -> None:
    """Refuse a derivation table whose parts contradict each other."""
    for rule in _RULES["derivation"]:
        rule(data, path, place)


def _questions(exercise: Table, path: Path, place: Place) -> None:
    seen: set[str] = set()
    allowed = ASKS[exercise["kind"]]
    names = [layer["name"] for layer in (exercise["network"] or {}).get("layers", [])]
    for k, question in enumerate(exercise["questions"]):
        here: Path = (*path, "questions", k)
        if question["number"] in seen:
            place.fail((*here, "number"), "a number of its own", repr(question["number"]))
        seen.add(question["number"])
        if question["asks"] not in allowed:
            expected = f"one of {', '.join(allowed)}, since kind is {exercise['kind']!r}"
            place.fail((*here, "asks"), expected, repr(question["asks"]))
        for j, name in enumerate(question["layers"]):
            if name not in names:
                known = ", ".join(names) or "none, since this is no network"
                place.fail((*here, "layers", j), f"the name of a layer: {known}", repr(name))


# -- points ------------------------------------------------------------------------------------


def _points(data: Table, path: Path, place: Place) -> None:
    points, labels = data["data"], data["labels"]
    if len(points) != len(labels):
        place.fail((*path, "labels"), f"{len(points)} labels, one per point", str(len(labels)))
    for k, point in enumerate(points):
        if len(point) != len(points[0]):
            place.fail((*path, "data", k), f"{len(points[0])} coordinates", str(len(point)))
    classes = list(dict.fromkeys(labels))
    if len(classes) != 2:
        place.fail((*path, "labels"), "two classes", ", ".join(classes))
    first: dict[tuple[float, ...], str] = {}
    for k, (point, label) in enumerate(zip(points, labels, strict=True)):
        if first.setdefault(tuple(point), label) != label:
            place.fail((*path, "data", k), "one class per point", f"{point} in both classes")
    for name in data["classes"]:
        if name not in classes:
            place.fail((*path, "classes", name), f"one of {', '.join(classes)}", repr(name))


def _comparison(data: Table, path: Path, place: Place) -> None:
    if data["comparison"] is not None:
        _points(data["comparison"], (*path, "comparison"), place)


# -- derivation --------------------------------------------------------------------------------


def _equations(data: Table, path: Path, place: Place) -> None:
    known = dict.fromkeys(data["tensors"])
    for k, equation in enumerate(data["equations"]):
        here: Path = (*path, "equations", k)
        match = LEFT.match(equation)
        if match is None:
            place.fail(here, "name[i,...] = expression", repr(equation))
        name = Name().read(match[1], here, place)
        if name in known:
            place.fail(here, "a new name on the left", f"{name}, which is defined already")
        known[name] = None
    _known_names(data, known, path, place)


def _known_names(data: Table, known: dict[str, Any], path: Path, place: Place) -> None:
    lefts = [name for name in known if name not in data["tensors"]]
    if data["loss"] not in lefts:
        place.fail((*path, "loss"), f"the left side of an equation: {', '.join(lefts)}",
                   repr(data["loss"]))  # fmt: skip
    for k, name in enumerate(data["wrt"]):
        if name not in known:
            place.fail((*path, "wrt", k), f"one of {', '.join(known)}", repr(name))
    for name in data["symbols"] or {}:
        if name not in lefts:
            place.fail((*path, "symbols", name), f"one of {', '.join(lefts)}", repr(name))
    uses = any(re.search(r"\bsigma\s*\(", e) for e in data["equations"])
    if uses and data["activation"] is None:
        place.fail(path, "the key activation, since an equation has sigma(...)", "no such key")
    if data["activation"] is not None and not uses:
        place.fail((*path, "activation"), "an equation with sigma(...)", "none")


def _symbols(data: Table, path: Path, place: Place) -> None:
    latex = {(*path, "tensors", n, "latex"): t["latex"] for n, t in data["tensors"].items()}
    latex |= {(*path, "symbols", n): s for n, s in (data["symbols"] or {}).items()}
    for here, symbol in latex.items():
        if symbol is None:
            continue
        try:
            parse_symbol(symbol)
        except SymnnError as error:
            place.fail(here, "one symbol", repr(symbol), str(error).splitlines()[-1])


def _example(data: Table, path: Path, place: Place) -> None:
    if data["example"] is None:
        return
    sizes: dict[str, int] = {}
    values = data["example"]["values"]
    for name, tensor in data["tensors"].items():
        here: Path = (*path, "example", "values", name)
        if name not in values:
            place.fail((*path, "example", "values"), f"a value for {name}", "none")
        try:
            shape = np.shape(values[name])
        except ValueError:
            place.fail(here, "rows of one length", "rows of several lengths")
        if len(shape) != len(tensor["shape"]):
            place.fail(here, f"{len(tensor['shape'])} axes", f"{len(shape)}")
        for size, extent in zip(tensor["shape"], shape, strict=True):
            wanted = size if isinstance(size, int) else sizes.setdefault(size, extent)
            if wanted != extent:
                place.fail(here, f"{size} = {wanted} entries", str(extent))
    for name in values:
        if name not in data["tensors"]:
            place.fail((*path, "example", "values", name),
                       f"one of {', '.join(data['tensors'])}", repr(name))  # fmt: skip


def _training(data: Table, path: Path, place: Place) -> None:
    if data["training"] is None:
        return
    given = data["training"]["sizes"]
    here: Path = (*path, "training", "sizes")
    wanted = {s for t in data["tensors"].values() for s in t["shape"] if isinstance(s, str)}
    for size in sorted(wanted - set(given)):
        place.fail(here, f"a number for the size {size}", "none")
    for size in given:
        if size not in wanted:
            place.fail((*here, size), f"one of {', '.join(sorted(wanted))}", repr(size))


# -- network, generative, attention -------------------------------------------------------------

_VAE_SIZES = ("N", "h")
_NEEDS = {"conv": ("filters", "kernel"), "maxpool": ("kernel",), "avgpool": ("kernel",),
          "dense": ("units",), "flatten": ()}  # fmt: skip
_ALIEN = {"conv": ("units",), "maxpool": ("units", "filters"), "avgpool": ("units", "filters"),
          "dense": ("filters", "kernel"), "flatten": ("units", "filters", "kernel")}  # fmt: skip


def _layers(data: Table, path: Path, place: Place) -> None:
    side: Any = data["input"]["height"]
    names: set[str] = set()
    for k, layer in enumerate(data["layers"]):
        here: Path = (*path, "layers", k)
        if layer["name"] in names:
            place.fail((*here, "name"), "a name of its own", repr(layer["name"]))
        names.add(layer["name"])
        for key in _NEEDS[layer["type"]]:
            if layer[key] is None:
                place.fail(here, f"the key {key}, since type is {layer['type']!r}", "no such key")
        for key in _ALIEN[layer["type"]]:
            if layer[key] is not None:
                place.fail((*here, key), f"no {key} in a {layer['type']} layer", str(layer[key]))
        side = _next_side(side, layer, here, place)


def _next_side(side: Any, layer: Table, here: Path, place: Place) -> Any:
    kernel, stride, padding = layer["kernel"], layer["stride"], layer["padding"]
    if kernel is None or not all(isinstance(v, int) for v in (side, kernel, stride, padding)):
        return side if kernel is None else None
    room = side + 2 * padding
    if kernel > room:
        place.fail((*here, "kernel"), f"at most the {room} rows that reach this layer", str(kernel))
    return (room - kernel) // stride + 1


def _heads(data: Table, path: Path, place: Place) -> None:
    width, heads = data["key_width"], data["heads"]
    if isinstance(width, int) and width % heads:
        place.fail((*path, "heads"), f"a divisor of key_width = {width}", str(heads))
    if heads > 1:
        place.fail((*path, "heads"), "1: the answer derives one head, and several as a variant",
                   str(heads), "leave the key out")  # fmt: skip


def _generative(data: Table, path: Path, place: Place) -> None:
    for key in ("observed", "latent"):
        if data[key] in _VAE_SIZES:
            place.fail((*path, key), f"another name than {' and '.join(_VAE_SIZES)}, which the "
                       "answer uses for the images and the hidden units", data[key])  # fmt: skip


_RULES: dict[str, tuple[Callable[[Table, Path, Place], None], ...]] = {
    "points": (_points, _comparison),
    "derivation": (_equations, _symbols, _example, _training),
    "network": (_layers,),
    "generative": (_generative,),
    "attention": (_heads,),
}
