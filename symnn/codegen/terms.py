"""One term of a sum as arrays: reads, brackets, contraction.

A bracket `[o = q]` with an output index o and summed indices in q makes the term a *write*: it is
computed over the indices of q and then placed (`scatter`). Other brackets are masks. Law: where a
bracket is 0 the term is 0, whatever is read there (an infinity too).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce

import sympy as sp

from symnn.calculus.facts import nonnegative_factors
from symnn.codegen.arrays import Array, aligned, as_number, multiplied, ordered, summed
from symnn.codegen.code import Code, call, over, power, subscript, times
from symnn.codegen.contraction import contracted
from symnn.codegen.masks import holds, mask
from symnn.codegen.reads import Reader, Source
from symnn.codegen.scatter import scattered
from symnn.codegen.size_source import number
from symnn.codegen.writes import Job, find_targets, inner_indices, reopen
from symnn.core.index import Index
from symnn.core.node import EQ, GE, Factor, Map, Node, Term
from symnn.core.scalars import Scalar, is_negative, is_number, mul, neg

_STEEP = ("exp", "expm1", "sinh", "cosh")  # they overflow at arguments that networks meet


@dataclass
class Product:
    """`coef * tops / bottoms`, entry by entry."""

    coef: Scalar
    tops: list[Array] = field(default_factory=list)
    bottoms: list[Array] = field(default_factory=list)


class Terms:
    """Turns terms into products of arrays.

    Attributes:
        source: the Source of a node.
        finite: whether a node has no infinite or undefined entries.
    """

    def __init__(
        self, reader: Reader, source: Callable[[Node], Source], finite: Callable[[Factor], bool]
    ) -> None:
        self.reader, self.writer = reader, reader.writer
        self.source, self.finite = source, finite

    def lower(self, out: tuple[Index, ...], term: Term) -> Product:
        """The term over (some of) the output indices."""
        reads = [f for f in term.factors if not f.is_bracket]
        equal = [f.pos[0] for f in term.factors if f.node is EQ]
        guards = {f.pos[0]: None for f in term.factors if f.node is GE}
        job = Job(out, reads, equal, guards)
        reopen(job)
        find_targets(job)
        product = self._product(job, inner_indices(job), term.coef)
        if not job.targets:
            return product
        value = self.joined(product, inner_indices(job))
        return Product(product.coef, [scattered(self.reader, value, job.targets, out)])

    def _product(self, job: Job, out: tuple[Index, ...], coef: Scalar) -> Product:
        safe = all(self.finite(f) for f in job.reads)
        self.reader.guard([*job.equal, *job.guards, *(t.place for t in job.targets)])
        tops, bottoms, steep = [], [], []
        for f in job.reads:
            below = is_negative(f.power)
            array = self.reader.read(
                self.source(f.node), f.pos, job.guards, "1" if below else "0",
                drop=safe and not below,
            )  # fmt: skip
            exponent = neg(f.power) if below else f.power
            raised = replace(self._raised(array, exponent), nonnegative=nonnegative_factors((f,)))
            (bottoms if below else tops).append(raised)
            if not below and isinstance(f.node, Map) and f.node.fn.name in _STEEP:
                steep.append(raised)
        _chosen(tops, steep)
        masks = [mask(self.reader, p, out, equal=True) for p in job.equal]
        masks += [mask(self.reader, p, out, equal=False) for p in job.guards]
        if masks and not safe:
            return Product(coef, [self._where(masks, tops, bottoms, out)])
        for m in list(masks):
            rest = [x for x in (*masks, *bottoms) if x is not m]
            if _absorbed(m, tops, rest, out):
                masks.remove(m)
        return self._contracted(Product(coef, tops + masks, bottoms), out)

    def _raised(self, array: Array, exponent: Scalar) -> Array:
        if exponent == 1:
            return array
        array = as_number(self.writer, array)
        if exponent == Fraction(1, 2):
            return Array(call("np.sqrt", array.code), array.labels)
        return Array(power(array.code, self.writer.real(exponent)), array.labels)

    def _where(
        self, masks: list[Array], tops: list[Array], bottoms: list[Array], out: Sequence[Index]
    ) -> Array:
        """The product over its whole box, 0 where a bracket is 0, then summed."""
        labels = ordered(dict.fromkeys(i for p in (*tops, *bottoms, *masks) for i in p.labels), out)
        value = self.joined(Product(1, tops, bottoms), labels)
        held = holds(masks, labels, aligned)
        inside = aligned(value, labels)
        code = call("np.where", held, inside, "0")
        return summed(Array(code, labels), [i for i in labels if i not in out])

    def _contracted(self, product: Product, out: tuple[Index, ...]) -> Product:
        tops, final = product.tops, []
        for b in product.bottoms:
            if all(i in out for i in b.labels):
                final.append(b)
                continue
            wide = [k for k, t in enumerate(tops) if set(t.labels) >= set(b.labels)]
            if not wide or (len(b.labels) == 1 and _are_twins([tops[k] for k in wide])):
                quotient = over(Code("1"), b.code)
                tops.append(Array(quotient, b.labels, nonnegative=b.nonnegative))
                continue
            k = min(wide, key=lambda k: len(tops[k].labels))
            top, both = tops[k], tops[k].nonnegative and b.nonnegative
            quotient = over(top.code, aligned(b, top.labels))
            tops[k] = Array(quotient, top.labels, nonnegative=both)
        if len(tops) == 1 and not final:
            return self._lone(tops[0], product.coef, out)
        return Product(product.coef, contracted(self.writer, tops, out), final)

    def _lone(self, array: Array, coef: Scalar, out: Sequence[Index]) -> Product:
        """One array summed, or averaged where the coefficient says so."""
        gone = [i for i in array.labels if i not in out]
        if not gone:
            return Product(coef, [array])
        array = as_number(self.writer, array)
        count = reduce(mul, (i.size for i in gone), 1)
        ratio = mul(coef, count)
        if count != 1 and _is_mean(coef, ratio):
            return Product(ratio, [summed(array, gone, "mean")])
        return Product(coef, [summed(array, gone)])

    def joined(self, product: Product, out: Sequence[Index]) -> Array:
        """One array, without the coefficient."""
        tops = product.tops or [Array(Code("1"))]
        if not product.bottoms:
            return multiplied(self.writer, tops, out)
        labels = ordered(dict.fromkeys(i for p in (*tops, *product.bottoms) for i in p.labels), out)
        top = times([aligned(as_number(self.writer, t), labels) for t in tops])
        below = times([aligned(b, labels) for b in product.bottoms])
        return Array(over(top, below), labels)

    def code(self, product: Product, out: Sequence[Index]) -> tuple[bool, Array]:
        """(is subtracted, the array with its coefficient)."""
        minus = is_negative(product.coef)
        coef = neg(product.coef) if minus else product.coef
        if not product.tops and not product.bottoms:
            return minus, Array(self.writer.real(coef))
        above, below = self._coefficient(coef)
        if above is not None and _spreads(product.tops):
            small = min(range(len(product.tops)), key=lambda k: len(product.tops[k].labels))
            part = as_number(self.writer, product.tops[small])
            product.tops[small] = replace(part, code=times([above, part.code]))
            above = None
        value = self.joined(product, out)
        if below is None or self.writer.array_type():
            value = as_number(self.writer, value)
        elif value.kind == "bool":
            value = Array(value.code, value.labels)  # truth values over a number are numbers
        code = value.code
        if above is not None:
            lone = not product.tops and product.bottoms
            code = Code(code.text.replace("1", above.text, 1), code.level) if lone and (
                code.text.startswith("1 / ")
            ) else times([above, code])  # fmt: skip
        if below is not None:
            code = over(code, below)
        return minus, Array(code, value.labels)

    def _coefficient(self, coef: Scalar) -> tuple[Code | None, Code | None]:
        if coef == 1:
            return None, None
        if isinstance(coef, (int, Fraction)):
            whole = number(coef)
            if " / " not in whole.text:
                return whole, None
            top, bottom = whole.text.split(" / ")
            return (None if top == "1" else Code(top)), Code(bottom)
        top, bottom = sp.fraction(sp.together(coef))
        return (
            None if top == 1 else self.writer.real(top),
            None if bottom == 1 else self.writer.real(bottom),
        )


def _chosen(tops: list[Array], steep: list[Array]) -> None:
    """`np.where(x < 0, np.exp(x), 0)` of `[x < 0] exp(x)`: 0 times infinity is NaN."""
    for test in [t for t in tops if t.kind == "bool"]:
        for k, top in enumerate(tops):
            if any(top is s for s in steep) and set(test.labels) <= set(top.labels):
                code = call("np.where", aligned(test, top.labels), top.code, "0")
                tops[k] = Array(code, top.labels, nonnegative=top.nonnegative)
                steep.append(tops[k])
                tops[:] = [t for t in tops if t is not test]
                break


def _are_twins(tops: Sequence[Array]) -> bool:
    """Whether there are two reads of one matrix, `X[n,i] X[n,j]`: their weight stays apart."""
    return len(tops) == 2 and tops[0].code.text == tops[1].code.text and len(tops[0].labels) == 2


def _spreads(tops: Sequence[Array]) -> bool:
    """Whether a product of rank 3 or more has no operand of its own size: a pass saved."""
    labels = {i for t in tops for i in t.labels}
    return len(labels) > 2 and all(len(t.labels) < len(labels) for t in tops)


def _is_mean(coef: Scalar, ratio: Scalar) -> bool:
    return ratio in (1, -1) or (not is_number(coef) and is_number(ratio))


def _absorbed(bracket: Array, tops: list[Array], rest: list[Array], out: Sequence[Index]) -> bool:
    """Put a bracket into a factor: triangle, diagonal matrix, running sum. False: it stays."""
    if len(bracket.labels) != 2 or not bracket.code.text.startswith(("np.tri(", "np.eye(")):
        return False
    i, j = bracket.labels
    sizes = bracket.code.text[7:].removesuffix(", dtype=bool)").split(", ")
    shift = sizes[2] if len(sizes) > 2 else ""
    triangle = bracket.code.text.startswith("np.tri(")
    alone = len(tops) == 1 and not any({i, j} & set(r.labels) for r in rest)
    for k, top in enumerate(tops):
        made = None
        if triangle and top.labels[-2:] == (i, j):
            made = Array(call("np.tril", top.code, *([shift] if shift else [])), top.labels)
        elif triangle and top.labels[-2:] == (j, i) and not shift:
            made = Array(call("np.triu", top.code), top.labels)
        elif triangle and len(sizes) == 1 and alone:
            made = _running_sum(top, i, j, out)
        elif not triangle and len(sizes) == 1 and alone and top.labels in ((i,), (j,)):
            made = Array(call("np.diag", top.code), (i, j)) if i in out and j in out else None
        if made is not None:
            tops[k] = made
            return True
    return False


def _running_sum(top: Array, i: Index, j: Index, out: Sequence[Index]) -> Array | None:
    """`sum(j: x[j] [j <= i])`, or from the end `sum(i: x[i] [j <= i])`."""
    if j in top.labels and i not in top.labels and i in out and j not in out:
        axis = top.labels.index(j)
        labels = tuple(i if x is j else x for x in top.labels)
        return Array(call("np.cumsum", top.code, f"axis={axis}"), labels)
    if i in top.labels and j not in top.labels and j in out and i not in out:
        axis = top.labels.index(i)
        labels = tuple(j if x is i else x for x in top.labels)
        back = [*[":"] * axis, "::-1"]
        sums = call("np.cumsum", subscript(top.code, back), f"axis={axis}")
        return Array(subscript(sums, back), labels)
    return None
