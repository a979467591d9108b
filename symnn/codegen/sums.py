"""Sums: their terms added up, joined along an axis, or written on a diagonal of the result.

Each term is one product of arrays (`terms`); what is left is their order, their signs, and the
axes that some of them lack. Law: equal to the sum over the box, entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.codegen.arrays import Array, aligned, as_number, filled, shape_text, transposed
from symnn.codegen.code import Code, call, plus, subscript
from symnn.codegen.diagonals import diagonal_of, fresh, written
from symnn.codegen.joins import beside, concatenation, stack
from symnn.codegen.terms import Terms
from symnn.codegen.usage import contracts
from symnn.core.index import Index
from symnn.core.node import Factor, Node, Sum, Term
from symnn.core.scalars import neg

_MATRIX_RANK = 2


class Sums:
    """Turns a sum whose operands are known into one expression."""

    def __init__(self, terms: Terms) -> None:
        self.writer, self.terms, self.source = terms.writer, terms, terms.source

    def lower(self, node: Sum, order: tuple[int, ...] | None, *, flip: bool) -> Code:
        """The expression, its axes in the given order; `flip`: minus the sum."""
        if not node.terms:
            zeros = call(
                "np.zeros", shape_text(self.writer, node.indices) + self.writer.array_type()
            )
            return zeros if node.rank else Code("0.0")
        out = node.indices if order is None else tuple(node.indices[k] for k in order)
        joined = self._joined(node)
        if joined is not None:
            return transposed(joined, out).code
        terms = [t.scaled(neg(t.coef)) for t in node.terms] if flip else list(node.terms)
        return self._with_diagonals(out, terms)

    def _with_diagonals(self, out: tuple[Index, ...], terms: list[Term]) -> Code:
        """The terms, those on a diagonal of the result written through a view of it."""
        found = [(t, diagonal_of(t, out)) for t in terms]
        if all(d is None for _, d in found):
            return self._of_terms(out, terms)
        full = [t for t, d in found if d is None]
        zeros = call("np.zeros", shape_text(self.writer, out) + self.writer.array_type())
        parts = []
        for d in (d for _, d in found if d is not None):
            own = d.labels(out)
            minus, value = self.terms.code(self.terms.lower(own, d.term), own)
            parts.append((minus, d, aligned(as_number(self.writer, value), own)))
        whole = any(self.source(f.node).kind == "int" for t in full for f in _reads(t))
        start = fresh(self.writer, self._of_terms(out, full), whole=whole) if full else zeros
        return written(self.writer, start, parts, out, empty=not full)

    def _of_terms(self, out: tuple[Index, ...], terms: Sequence[Term]) -> Code:
        parts = []
        for k, t in enumerate(terms):
            ramp = self._ramp(out, t)
            minus, array = (
                (False, ramp)
                if ramp is not None
                else self.terms.code(self.terms.lower(out, t), out)
            )
            weight = (minus, not contracts(t), not array.labels, -len(t.factors), k)
            parts.append((weight, minus, array))
        parts.sort(key=lambda e: e[0])
        if len(parts) == 1 and not parts[0][1]:
            return filled(self.writer, parts[0][2], out)
        labels = tuple(i for i in out if any(i in a.labels for _, _, a in parts))
        codes = [
            (minus, self.writer.short("t", aligned(as_number(self.writer, a), labels)))
            for _, minus, a in parts
        ]
        return filled(self.writer, Array(plus(codes), labels), out)

    def _ramp(self, out: tuple[Index, ...], t: Term) -> Array | None:
        """`sum(k: [i > k])` is the value of i."""
        if t.coef != 1 or len(t.bound) != 1 or len(t.factors) != 1 or t.factors[0].node.uid != 1:
            return None
        p, k = t.factors[0].pos[0], t.bound[0]
        others = [(a, c) for a, c in p.terms if a is not k]
        if p.const != -1 or p.coefficient(k) != -1 or len(others) != 1:
            return None
        index, c = others[0]
        if c != 1 or index not in out or index.size != k.size:
            return None
        kind = "float" if self.writer.array_type() == "" else f"np.{self.writer.dtype.name}"
        return Array(call("np.arange", self.writer.whole(index.size), f"dtype={kind}"), (index,))

    def _joined(self, node: Sum) -> Array | None:
        whole = concatenation(node)
        if whole is not None:
            axis, reads = whole
            texts = ", ".join(self._part(f.node) for f in reads)
            where = [f"axis={axis}"] if axis else []
            return Array(call("np.concatenate", f"[{texts}]", *where), node.indices)
        neighbour = beside(node)
        if neighbour is not None:
            return self._beside(node, *neighbour)
        layers = stack(node)
        if layers is None:
            return None
        axis, terms = layers
        out = tuple(i for k, i in enumerate(node.indices) if k != axis)
        texts = ", ".join(self.writer.short("t", self._of_terms(out, ts)).text for ts in terms)
        where = [f"axis={axis}"] if axis else []
        return Array(call("np.stack", f"[{texts}]", *where), node.indices)

    def _beside(
        self, node: Sum, index: Index, early: bool, read: Factor, terms: Sequence[Term]
    ) -> Array:
        """An array moved by one place, and what takes the free end."""
        labels = tuple(next(i for i in node.indices if i in p.indices()) for p in read.pos)
        axis = labels.index(index)
        out = tuple(i for i in labels if i is not index)
        end = self.writer.short("t", self._of_terms(out, terms))
        whole = Code(self.writer.short("t", Code(self._number(read.node))).text)
        lead = [":"] * axis
        parts = [subscript(end, [*lead, "None"]) if out else Code(f"[{end}]"),
                 subscript(whole, [*lead, ":-1" if early else "1:"])]  # fmt: skip
        texts = ", ".join(p.text for p in (parts if early else parts[::-1]))
        where = [f"axis={axis}"] if axis else []
        return Array(call("np.concatenate", f"[{texts}]", *where), labels)

    def _part(self, node: Node) -> str:
        """One of several arrays side by side: of rank 3 or more a variable, for it is large."""
        text = self._number(node)
        return self.writer.assign("part", Code(text)).text if node.rank > _MATRIX_RANK else text

    def _number(self, node: Node) -> str:
        s = self.source(node)
        return as_number(self.writer, Array(s.natural(), (), s.kind)).code.text


def _reads(term: Term) -> list[Factor]:
    return [f for f in term.factors if not f.is_bracket]
