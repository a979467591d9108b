"""From nodes to expressions: one function a kind of node.

`Lowering` holds the Source of every node seen so far; `lower` makes that of one more, whose
children are known. To extend: an arm of the match. Law: compiled = interpreted, for every kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from symnn.calculus.facts import nonzero
from symnn.codegen.arrays import Array, aligned, as_number, filled, summed, transposed
from symnn.codegen.code import COMPARE, Code, call, compare, method, over, plus, subscript
from symnn.codegen.linear import linalg_code
from symnn.codegen.loops import scan_code
from symnn.codegen.masks import holds, mask
from symnn.codegen.reads import Reader, Source
from symnn.codegen.sums import Sums
from symnn.codegen.templates import applied, level_of, one_bracket
from symnn.codegen.terms import Terms
from symnn.codegen.usage import inputs_first, operands
from symnn.codegen.writer import Writer
from symnn.core.errors import UnsupportedError
from symnn.core.index import Affine, Index
from symnn.core.node import (
    ArgExtremum,
    Extremum,
    Factor,
    Indicator,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
)
from symnn.core.recurrence import Scan, ScanState
from symnn.core.scalars import is_negative

_UNBOUNDED = {"log", "log1p", "tan", "arcsin", "arccos", "pow"}


class Lowering:
    """The expressions of nodes, in the order in which they are lowered.

    Attributes:
        known: the Source of each lowered node.
        infinite: nodes that may have entries that are not finite.
        orders: axis orders that the readers of a sum want.
        squared: sums whose sign is free, because only even powers are read.
        names: variables reserved for nodes.
        loops: the stacks of each recurrence.
    """

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.known: dict[Node, Source] = {}
        self.infinite: set[Node] = set()
        self.orders: dict[Node, tuple[int, ...]] = {}
        self.squared: set[Node] = set()
        self.names: dict[Node, str] = {}
        self.loops: dict[Scan, tuple[Source, ...]] = {}
        self.reader = Reader(writer, self._source)
        self.sums = Sums(Terms(self.reader, self._source, self._finite))

    def _source(self, node: Node) -> Source:
        return self.known[node]

    def _finite(self, f: Factor) -> bool:
        if f.node in self.infinite:
            return False
        return not is_negative(f.power) or nonzero(f.node)

    def lower(self, node: Node) -> Source:
        """The expression of a node whose operands are known."""
        if self._may_be_infinite(node):
            self.infinite.add(node)
        kind = "float"
        match node:
            case Sum():
                code = self._sum(node)
            case Map():
                code, kind = self._map(node)
            case Softmax():
                code = self._softmax(node)
            case LogSumExp():
                code = self._logsumexp(node)
            case LinAlg():
                code = linalg_code(node, self._number(node.arg))
            case Extremum():
                code = self._window(node, node.kind, "-np.inf" if node.kind == "max" else "np.inf")
            case Product():
                code = self._window(node, "prod", "1")
            case Indicator():
                code = self._indicator(node.extremum)
            case ArgExtremum():
                code, kind = self._argument(node.extremum), "int"
            case Scan():
                self.loops[node] = scan_code(node, self.known, self.writer, self.names, self._inner)
                code = Code("None")  # the tuple of its stacks; only they are read
            case ScanState():
                code = self.loops[node.scan][node.number].code
            case _:
                raise UnsupportedError(
                    f"no NumPy code is known for the kind {type(node).__name__}\n  there is: Sum, "
                    "Map, Softmax, LogSumExp, LinAlg, Extremum, Product, Indicator, ArgExtremum, "
                    "Scan, ScanState"
                )
        self.known[node] = Source(code, node.sizes, kind, self.orders.get(node))
        return self.known[node]

    def _inner(
        self, known: dict[Node, Source], orders: dict[Node, tuple[int, ...]]
    ) -> Callable[[Node], Source]:
        """The lowering of the body of a loop."""
        inner = Lowering(self.writer)
        inner.known, inner.orders = known, orders
        return inner.lower

    def _may_be_infinite(self, node: Node) -> bool:
        if isinstance(node, Map) and node.fn.name in _UNBOUNDED:
            return True
        if isinstance(node, Sum) and not all(
            self._finite(f) for t in node.terms for f in t.factors if not f.is_bracket
        ):
            return True
        if isinstance(node, Map) and node.fn.zero_one:
            return False
        return any(c in self.infinite for c in operands(node))

    def _sum(self, node: Sum) -> Code:
        if not node.terms:
            self.orders.pop(node, None)
        flip = node in self.squared and inputs_first(node)
        return self.sums.lower(node, self.orders.get(node), flip=flip)

    def _number(self, node: Node) -> Code:
        s = self.known[node]
        return as_number(self.writer, Array(s.natural(), (), s.kind)).code

    # -- functions ----------------------------------------------------------------------------
    def _map(self, node: Map) -> tuple[Code, str]:
        own = tuple(Index(s) for s in node.sizes)
        codes = []
        for k, (arg, axes) in enumerate(node.args):
            s = self.known[arg]
            labels = tuple(own[a] for a in axes)
            if s.order is not None:
                labels = tuple(labels[k] for k in s.order)
            array = Array(s.code, labels, s.kind)
            truth = node.fn.name in ("not", "truth") or (node.fn.name == "where" and k == 0)
            if not truth:
                array = as_number(self.writer, array)
            if truth and node.fn.name == "where" and s.kind != "bool":
                array = array.with_code(compare(array.code, "!=", Code("0")))
            codes.append(self.writer.short("t", aligned(array, own)))
        text = applied(node.fn.source, codes)
        for name in re.findall(r"(?<![\w.])erf(?=\()", text):
            self.writer.imports[f"from scipy.special import {name}"] = None
        if node.fn.zero_one and text.endswith(".astype(float)"):
            text = text.removesuffix(".astype(float)")
            inner = Code(text[1:-1], COMPARE) if one_bracket(text) else Code(text)
            return inner, "bool"
        return Code(text, level_of(text)), "float"

    # -- softmax ------------------------------------------------------------------------------
    def _exponentials(self, node: Softmax | LogSumExp) -> tuple[Code, Code]:
        """(the maximum, exp(z - maximum)), both assigned; the maximum keeps its axis."""
        w = self.writer
        z = w.assign("scores", self._number(node.arg))
        if node.domain:
            own = node.indices
            held = holds(
                [mask(self.reader, p, own, equal=False) for p in node.domain], own, aligned
            )
            z = w.assign("scores", call("np.where", held, z, "-np.inf"))
        where = (
            ()
            if len(node.sizes) == 1 and isinstance(node, Softmax)
            else (f"axis={node.axis}", "keepdims=True")
        )
        if isinstance(node, LogSumExp) and len(node.arg.sizes) == 1:
            where = ()
        top = w.assign(f"{z}_max", method(z, "max", *where))
        return top, w.assign(f"exp_{z}", call("np.exp", plus([(False, z), (True, top)])))

    def _softmax(self, node: Softmax) -> Code:
        _, e = self._exponentials(node)
        where = () if node.rank == 1 else (f"axis={node.axis}", "keepdims=True")
        return over(e, method(e, "sum", *where))

    def _logsumexp(self, node: LogSumExp) -> Code:
        top, e = self._exponentials(node)
        where = () if not node.rank else (f"axis={node.axis}",)
        if node.rank:
            top = subscript(top, [*[":"] * node.axis, "0"])
        return plus([(False, call("np.log", method(e, "sum", *where))), (False, top)])

    # -- windows ------------------------------------------------------------------------------
    def _body(self, node: Extremum | Product, fill: str) -> Array:
        """The body over (output, bound) indices, `fill` where the domain excludes it."""
        s = self.known[node.body]
        source = Source(self._number(node.body), s.sizes)
        guards: dict[Affine, None] = dict.fromkeys(node.domain)
        self.reader.guard(node.domain)
        array = self.reader.read(source, node.pos, guards, fill, drop=True)
        labels = (*node.indices, *node.bound)
        if guards:
            held = [mask(self.reader, p, labels, equal=False) for p in guards]
            over_all = tuple(
                i for i in labels if i in array.labels or any(i in h.labels for h in held)
            )
            code = call("np.where", holds(held, over_all, aligned), aligned(array, over_all), fill)
            array = Array(code, over_all)
        return array

    def _window(self, node: Extremum | Product, function: str, fill: str) -> Code:
        array = self._body(node, fill)
        missing = [b for b in node.bound if b not in array.labels]
        if missing and isinstance(node, Product):
            labels = (*node.indices, *node.bound)
            array = Array(filled(self.writer, array, labels), labels)
        result = summed(array, node.bound, function)
        return filled(self.writer, result, node.indices)

    def _flat(self, node: Extremum) -> Code:
        """The body with the bound indices as one last axis, assigned."""
        labels = (*node.indices, *node.bound)
        array = self._body(node, "-np.inf" if node.kind == "max" else "np.inf")
        full = filled(self.writer, transposed(array, labels), labels)
        if len(node.bound) > 1:
            rest = [self.writer.whole(i.size) for i in node.indices]
            full = method(full, "reshape", *rest, "-1")
        return self.writer.short("flat", full)

    def _argument(self, node: Extremum) -> Code:
        return method(self._flat(node), f"arg{node.kind}", "axis=-1")

    def _indicator(self, node: Extremum) -> Code:
        w = self.writer
        flat = w.assign("flat", self._flat(node))
        first = w.short("first", method(flat, f"arg{node.kind}", "axis=-1"))
        at = subscript(first, ["...", "None"]) if node.rank else first
        hot = compare(at, "==", call("np.arange", Code(f"{flat}.shape[-1]")))
        value = w.as_float(hot)
        if len(node.bound) > 1:
            value = method(
                value, "reshape", *(w.whole(i.size) for i in (*node.indices, *node.bound))
            )
        return value
