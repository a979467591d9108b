"""Writes one Python function from definitions: names, sizes off shapes, statements, return.

A node with several readers, a named value and a long expression become variables; everything else
is written where it is read. Law: each node is computed once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy as sp

from symnn.codegen.arrays import Array, as_number
from symnn.codegen.code import Code
from symnn.codegen.kinds import Lowering
from symnn.codegen.program import Definition, constants_of, definitions, inputs_of
from symnn.codegen.reads import Source
from symnn.codegen.size_source import whole
from symnn.codegen.usage import axis_orders, count_readers, only_squared, operands
from symnn.codegen.writer import Writer
from symnn.core.errors import ShapeError, UnsupportedError
from symnn.core.node import (
    Extremum,
    Indicator,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
)
from symnn.core.recurrence import Scan
from symnn.core.scalars import to_sympy
from symnn.core.walk import topological
from symnn.lang.call import Call

_MOST_LITERAL = 400


@dataclass(frozen=True)
class Function:
    """Generated source and what its arguments stand for.

    Attributes:
        name: of the function.
        source: a whole module.
        inputs: the leaf calls, one an argument, in order.
        kinds: "float" or "int", one an output.
        constants: arrays too long to be printed, passed after the inputs.
        by_size: whether the order of some product depends on sizes that are symbols.
    """

    name: str
    source: str
    inputs: tuple[Call, ...]
    kinds: tuple[str, ...]
    constants: tuple[np.ndarray, ...] = ()  # type: ignore[type-arg]
    by_size: bool = False


def write_function(
    roots: Sequence[Call],
    *,
    name: str = "f",
    keys: Sequence[str] | None = None,
    single: bool = False,
    dtype: np.dtype = np.dtype(float),  # type: ignore[type-arg]  # noqa: B008
    extents: Mapping[sp.Symbol, int] | None = None,
    given: Mapping[sp.Symbol, int] | None = None,
) -> Function:
    """The function that computes the roots.

    Args:
        roots: output calls.
        name: of the function.
        keys: keys of the dict that it returns; None: a tuple.
        single: return the only output itself.
        dtype: floating-point type.
        extents: numbers of the sizes, by which products are ordered.
        given: numbers of the sizes that no input may have an axis of.
    """
    found = definitions(roots)
    body = _Body(roots, found, Writer(np.dtype(dtype), extents), keys)
    body.write()
    returned, kinds = body.results(single=single)
    lines = [*body.literals, *body.writer.lines, f"return {returned}"]
    lines = [*_used(body.size_lines(given or {}), lines), *lines]
    head = ["import numpy as np", *sorted(body.writer.imports)]
    arguments = ", ".join([*body.arguments.values(), *body.extra])
    text = "\n".join(head) + f"\n\n\ndef {name}({arguments}):\n"
    text += f'    """{body.signature()}."""\n' + "".join(f"    {x}\n" for x in lines)
    return Function(name, text, tuple(body.arguments), kinds, tuple(body.extra.values()),
                    body.writer.compared)  # fmt: skip


def _used(assignments: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The assignments that later lines read."""
    words = {w for line in lines for w in re.findall(r"\w+", line)}
    kept: list[str] = []
    for line in reversed(assignments):
        if line.split(" = ")[0] in words:
            kept.insert(0, line)
            words.update(re.findall(r"\w+", line))
    return kept


class _Body:
    """The statements of the function, written in the order of the definitions."""

    def __init__(
        self,
        roots: Sequence[Call],
        found: list[Definition],
        writer: Writer,
        keys: Sequence[str] | None,
    ) -> None:
        self.roots, self.found, self.writer, self.keys = roots, found, writer, keys
        self.lowering = Lowering(writer)
        self.arguments = {c: writer.name(str(c.name)) for c in inputs_of(roots)}
        self.extra: dict[str, np.ndarray] = {}  # type: ignore[type-arg]
        self.literals: list[str] = []
        for call, argument in self.arguments.items():
            kind = "int" if call.port.dtype == "int" else "float"
            self._know(call.port, Code(argument), kind)
        for leaf in constants_of(found, roots):
            self._constant(leaf)
        self.names = self.lowering.names = self._reserved()
        self.gradients = {
            n: c.attrs["of"] for c, n in found if not c.name and isinstance(c.attrs.get("of"), Leaf)
        }
        self.readers = count_readers(found)
        self.lowering.orders = axis_orders([node for _, node in found])
        self.lowering.squared = only_squared(found)

    def _know(self, node: Node, code: Code, kind: str) -> None:
        self.lowering.known[node] = Source(code, node.sizes, kind)

    def _constant(self, leaf: Leaf) -> None:
        value = np.asarray(leaf.cache["value"])
        name = self.writer.name("c")
        integer = value.dtype.kind in "iu"
        if value.size > _MOST_LITERAL:
            self.extra[name] = value if integer else value.astype(self.writer.dtype)
        else:
            kind = "" if integer else self.writer.array_type() or ", dtype=float"
            self.literals.append(f"{name} = np.array({value.tolist()!r}{kind})")
        self._know(leaf, Code(name), "int" if integer else "float")

    def _reserved(self) -> dict[Node, str]:
        """The names of named definitions, taken before any other variable is named."""
        names: dict[Node, str] = {}
        wanted = dict(zip(self.roots, self.keys, strict=True)) if self.keys else {}
        for call, node in self.found:
            label = call.name or wanted.get(call)
            if label and not isinstance(node, Leaf) and node not in names:
                names[node] = self.writer.name(label if label.isidentifier() else "value")
        return names

    def write(self) -> None:
        """All statements."""
        known = self.lowering.known
        for call, node in self.found:
            for n in topological([node], lambda n: () if n in known else operands(n)):
                if n not in known:
                    self._node(n)
            source = known[node]
            known[call.port] = Source(source.code, call.port.sizes, source.kind)
            if node in self.lowering.infinite:
                self.lowering.infinite.add(call.port)

    def _node(self, node: Node) -> None:
        if isinstance(node, Leaf):
            raise UnsupportedError(f"no value is known for {node!r}: it belongs to no input")
        source = self.lowering.lower(node)
        if isinstance(node, Scan):
            return  # its lines are written
        if node in self.names:
            code = self.writer.define(self.names[node], source.code)
        elif self.readers[node] > 1 and not _is_plain(node):
            code = self.writer.assign(self._wanted(node), source.code)
        else:
            return
        self.lowering.known[node] = replace(source, code=code)

    def _wanted(self, node: Node) -> str:
        of = self.lowering.known.get(self.gradients[node]) if node in self.gradients else None
        if of is not None and of.code.text.isidentifier():
            return f"grad_{of.code}"
        return _hint(node, self.lowering)

    def results(self, *, single: bool) -> tuple[str, tuple[str, ...]]:
        """The text after `return`, and the kinds of the outputs."""
        sources = [self.lowering.known[r.port] for r in self.roots]
        kinds = tuple("int" if s.kind == "int" else "float" for s in sources)
        texts = [as_number(self.writer, Array(s.code, (), s.kind)).code.text for s in sources]
        if self.keys:
            pairs = ", ".join(f"{k!r}: {t}" for k, t in zip(self.keys, texts, strict=True))
            return f"{{{pairs}}}", kinds
        if single:
            return texts[0], kinds
        return ", ".join(texts) + ("," if len(texts) == 1 else ""), kinds

    def signature(self) -> str:
        """`W: [p, n], x: [n]` for the docstring."""
        shapes = (
            f"{name}: [{', '.join(map(str, call.port.sizes))}]"
            for call, name in self.arguments.items()
        )
        return ", ".join(shapes) or "No inputs"

    # -- sizes --------------------------------------------------------------------------------
    def size_lines(self, given: Mapping[sp.Symbol, int]) -> list[str]:
        """`n = x.shape[0]` for each size that is used; `T = 10` for those that are given."""
        lines = {s: f"{self.writer.size_name(s)} = {value}" for s, value in given.items()}
        for symbol in list(self.writer.sizes):
            self._read_size(symbol, lines, ())
        return list(lines.values())

    def _read_size(
        self, symbol: sp.Symbol, lines: dict[sp.Symbol, str], asked: tuple[sp.Symbol, ...]
    ) -> None:
        if symbol in lines:
            return
        axes = [
            (to_sympy(size), f"{name}.shape[{k}]")
            for call, name in self.arguments.items()
            for k, size in enumerate(call.port.sizes)
        ]
        for size, text in axes:
            if size == symbol:
                lines[symbol] = f"{self.writer.size_name(symbol)} = {text}"
                return
        for size, text in axes:
            if symbol in size.free_symbols and not size.free_symbols & set(asked):
                for other in sorted(size.free_symbols - {symbol}, key=str):
                    self._read_size(other, lines, (*asked, symbol))
                lines[symbol] = self._solved(symbol, size, text)
                return
        raise ShapeError(
            f"ShapeError in compile\n  size {symbol} cannot be bound: no input has an axis of it\n"
            f'  fix: give it a number: sizes={{"{symbol}": 10}}'
        )

    def _solved(self, symbol: sp.Symbol, size: sp.Expr, text: str) -> str:
        extent = sp.Symbol("extent", integer=True, positive=True)
        roots = sp.solve(size - extent, symbol) if not size.has(sp.floor) else []
        if len(roots) != 1:
            raise ShapeError(
                f"ShapeError in compile\n  size {symbol} cannot be read off an axis of size {size}"
                f"\n  fix: give an input an axis of size {symbol}"
            )
        value = whole(
            roots[0], lambda s: text if s is extent or s == extent else self.writer.size_name(s)
        )
        return f"{self.writer.size_name(symbol)} = {value}"


def _is_plain(node: Node) -> bool:
    """A number, which costs nothing to write again."""
    return isinstance(node, Sum) and not node.rank and not node.children()


def _hint(node: Node, lowering: Lowering) -> str:
    match node:
        case Map():
            argument = lowering.known[node.args[0][0]].code.text
            name = {"max2": "larger", "min2": "smaller"}.get(node.fn.name, node.fn.name)
            return f"{name}_{argument}" if argument.isidentifier() else name
        case Softmax():
            return "P" if node.rank > 1 else "p"
        case LogSumExp():
            return "lse"
        case LinAlg():
            return {"inv": "inverse", "cholesky": "L"}.get(node.kind, node.kind)
        case Extremum():
            return "largest" if node.kind == "max" else "smallest"
        case Indicator():
            return "hot"
        case Product():
            return "product"
    return "t"
