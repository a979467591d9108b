"""Arrays with an index on every axis: the operands of products and sums.

`Array(code, labels)` is an expression whose axis k runs over the whole range of `labels[k]`; labels
are distinct. All operations here only rearrange, broadcast or sum. Law: entry by entry equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from symnn.codegen.code import ATOM, Code, attribute, call, method, times
from symnn.codegen.writer import Writer
from symnn.core.index import Index


@dataclass(frozen=True)
class Array:
    """An expression and the index of each of its axes; `kind` is "float", "int" or "bool".

    `nonnegative`: every entry is known to be at least 0.
    """

    code: Code
    labels: tuple[Index, ...] = ()
    kind: str = "float"
    nonnegative: bool = False

    def with_code(self, code: Code) -> Array:
        """The same axes under another expression."""
        return replace(self, code=code)


def ordered(labels: Collection[Index], out: Sequence[Index]) -> tuple[Index, ...]:
    """The labels that `out` has, in its order, then the others."""
    inside = tuple(i for i in out if i in labels)
    return inside + tuple(i for i in labels if i not in inside)


def transposed(a: Array, labels: Sequence[Index]) -> Array:
    """The same array with its axes in the order of `labels`."""
    wanted = tuple(i for i in labels if i in a.labels)
    if wanted == a.labels:
        return a
    if wanted == a.labels[::-1]:
        text = a.code.text
        back = text.endswith(".T") and a.code.level == ATOM
        code = Code(text[:-2]) if back else attribute(a.code, "T")
        return replace(a, code=code, labels=wanted)
    axes = ", ".join(str(a.labels.index(i)) for i in wanted)
    return replace(a, code=method(a.code, "transpose", axes), labels=wanted)


def aligned(a: Array, out: Sequence[Index], *, lead: bool = False) -> Code:
    """The array broadcast-ready under `out`: axes in order, None where it has none.

    With `lead` also in front, so that axes of size 1 are really there.
    """
    a = transposed(a, out)
    items = [":" if i in a.labels else "None" for i in out]
    if not lead:
        while items and items[0] == "None":
            items.pop(0)
    if all(x == ":" for x in items):
        return a.code
    if not a.labels and not lead:
        return a.code
    return _expanded(a.code, items)


def _expanded(code: Code, items: list[str]) -> Code:
    """`code[:, None]`; a scalar becomes an array first."""
    kept = list(items)
    while kept and kept[-1] == ":":
        kept.pop()
    if ":" not in items:
        return method(call("np.reshape", code, "(" + "1, " * len(items) + ")"), "copy")
    return Code(f"{_atomic(code)}[{', '.join(kept)}]")


def _atomic(code: Code) -> str:
    return code.text if code.level == ATOM else f"({code.text})"


def summed(a: Array, gone: Collection[Index], function: str = "sum") -> Array:
    """Sum (or mean, max, ...) over some of the axes."""
    axes = [k for k, i in enumerate(a.labels) if i in gone]
    if not axes:
        return a
    kept = tuple(i for i in a.labels if i not in gone)
    where = () if not kept else (f"axis={axes[0] if len(axes) == 1 else tuple(axes)}",)
    if a.code.level == ATOM:
        code = method(a.code, function, *where)
    else:
        code = call(f"np.{function}", a.code, *where)
    return replace(a, code=code, labels=kept)


def as_number(writer: Writer, a: Array) -> Array:
    """Truth values as floats."""
    if a.kind != "bool":
        return a
    if not a.labels and "[" not in a.code.text and a.code.level == 0:
        return Array(call("float", a.code))  # a comparison of sizes
    if a.code.text.endswith(", dtype=bool)") and a.code.level == ATOM:
        text = a.code.text.removesuffix(", dtype=bool)") + writer.array_type() + ")"
        return Array(Code(text), a.labels)
    return Array(writer.as_float(a.code), a.labels)


def multiplied(writer: Writer, parts: Sequence[Array], out: Sequence[Index]) -> Array:
    """The elementwise product, over all labels of the parts."""
    if len(parts) == 1:
        return parts[0]
    labels = ordered(dict.fromkeys(i for p in parts for i in p.labels), out)
    parts = sorted(parts, key=lambda p: p.kind == "bool")  # -(a > 0) is no number
    if all(p.kind == "bool" for p in parts):
        parts = [as_number(writer, parts[0]), *parts[1:]]
    if len(parts) == 2 and _is_outer(parts, labels):
        a, b = sorted(parts, key=lambda p: labels.index(p.labels[0]))
        return Array(call("np.outer", a.code, b.code), labels)
    codes = [writer.short("t", aligned(p, labels)) for p in parts]
    return Array(times(codes), labels, nonnegative=all(p.nonnegative for p in parts))


def _is_outer(parts: Sequence[Array], labels: tuple[Index, ...]) -> bool:
    return len(labels) == 2 and all(len(p.labels) == 1 and p.kind != "bool" for p in parts)


def ranges(writer: Writer, index: Index, among: Sequence[Index]) -> Code:
    """`np.arange(n)` placed on the axis of `index` under the labels `among`."""
    return aligned(Array(call("np.arange", writer.whole(index.size)), (index,)), among)


def tuple_text(codes: Sequence[Code]) -> str:
    """`(a, b)` or `(a,)`."""
    inside = ", ".join(c.text for c in codes)
    return f"({inside},)" if len(codes) == 1 else f"({inside})"


def shape_text(writer: Writer, labels: Sequence[Index]) -> str:
    """The sizes of the labels as a shape: `n`, `(n, p)`, `()`."""
    codes = [writer.whole(i.size) for i in labels]
    return codes[0].text if len(codes) == 1 else tuple_text(codes) if codes else "()"


def filled(writer: Writer, a: Array, out: Sequence[Index]) -> Code:
    """The array over exactly `out`: missing axes of size 1 inserted, others broadcast."""
    missing = [i for i in out if i not in a.labels and i.size != 1]
    if not missing:
        return aligned(a, out, lead=True)
    shape = shape_text(writer, out)
    if not a.labels:
        return call("np.full", shape, a.code.text + writer.array_type())
    return call("np.broadcast_to", aligned(a, out), shape)
