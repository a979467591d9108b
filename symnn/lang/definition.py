"""`define`: an operation in one line of index notation.

The tree of the text becomes terms: a product of reads is one term, a sum under a power or a
function a node of its own. A read that may leave its tensor is guarded where `outside` says so,
and is an error elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symnn.calculus.brackets import at_least_zero, equal_to_zero, inside
from symnn.calculus.build import positions
from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.core.function import FUNCTIONS, function
from symnn.core.index import Affine, Index, combine, constant
from symnn.core.node import (
    Factor,
    Node,
    Term,
    make_extremum,
    make_logsumexp,
    make_product,
    make_softmax,
)
from symnn.core.scalars import Scalar, exact, mul, neg, power
from symnn.lang.call import Call, source_line
from symnn.lang.equation_scope import Names, resolve, scalar
from symnn.lang.equation_sizes import Extents, infer, outside
from symnn.lang.equation_terms import free, lone_read, mapped, raised, single, times
from symnn.lang.equation_text import parse_equation
from symnn.lang.equation_tree import (
    Apply,
    Binary,
    Expression,
    Iverson,
    Name,
    Negate,
    ReadOf,
    Reduce,
    start_of,
)
from symnn.lang.places import constant_value
from symnn.lang.shapes import Bound, describe
from symnn.lang.size import Size, scalar_of
from symnn.lang.tensor import Tensor, as_tensor
from symnn.ops.algebra import build
from symnn.ops.constants import index_value

_ALIASES = {"maximum": "max2", "minimum": "min2"}
_ROOTS = {"sqrt": exact(0.5), "square": 2}


def define(
    text: str, *, outside: Mapping[str, Any] | None = None, sizes: Mapping[str, Any] | None = None,
    **bound: Any,
) -> Tensor:  # fmt: skip
    """A tensor from one equation in index notation.

    Args:
        text: "y[n,h] = sum(k: x[n,s*h+k-p] * w[k])"; also max, min, prod, mean, logsumexp over
            indices, softmax[k](...), elementwise functions, brackets [i >= j].
        outside: value of a tensor outside its range: 0, or "skip" under max, min, prod, softmax.
        sizes: sizes of indices that no tensor tells.
        **bound: the tensors and scalars (numbers, Sizes) that the text names.

    Returns:
        The tensor, with the axes of the left side.

    Raises:
        ParseError, UnknownNameError, ShapeError: with a caret under the place.

    >>> from symnn.lang.tensor import tensor
    >>> x, w = tensor("x", ("n", "c", 32, 32)), tensor("w", (8, "c", 3, 3))
    >>> define("y[n,o,h,v] = sum(c,k,l: x[n,c,s*h+k-p,s*v+l-p] * w[o,c,k,l])",
    ...        x=x, w=w, s=2, p=1, outside={"x": 0})
    Tensor(y: [n, 8, 16, 16])
    """
    equation = parse_equation(text)
    names = _names(text, bound, outside or {})
    out = resolve(names, equation)
    infer(names.extents, {k: scalar_of(v) for k, v in (sizes or {}).items()})
    terms = _Builder(names).terms(equation.body)
    unread = [n for n in bound if n not in names.used]
    if unread:
        raise UnknownNameError(
            f"define: {', '.join(unread)} given, but not in {text!r}\n  fix: drop it, or read it"
        )
    body = build(out, *terms)
    args = [t.call for name, t in names.tensors.items() if name in names.used]
    conditions = tuple(dict.fromkeys(names.extents.conditions))
    call = Call(
        "define", args, body, name=equation.name.text, conditions=conditions, attrs={"text": text}
    )
    return Tensor(call)


def _names(text: str, bound: Mapping[str, Any], outside: Mapping[str, Any]) -> Names:
    tensors: dict[str, Tensor] = {}
    scalars: dict[str, Scalar] = {}
    for name, value in bound.items():
        number = value.expr if isinstance(value, Size) else None
        made = as_tensor(value)
        number = constant_value(made) if number is None else number
        if number is None:
            tensors[name] = made
        else:
            scalars[name] = number
    for name, value in outside.items():
        if name not in tensors:
            raise UnknownNameError(
                f"define: outside= names {name}\n  expected: {', '.join(tensors)}\n"
                "  fix: name a tensor that is read"
            )
        if (isinstance(value, str) and value != "skip") or (
            not isinstance(value, str) and value != 0
        ):
            raise UnsupportedError(
                f"define: outside={{{name!r}: {value!r}}}\n  there is: 0, 'skip'"
            )
    where = source_line()
    return Names(tensors, scalars, outside, Extents(text, f" ({where})" if where else ""))


class _Builder:
    """Terms of the tree; `domain` collects the positions that a `skip` read needs >= 0."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.domain: list[Affine] = []
        self.skips = 0

    def terms(self, tree: Expression) -> list[Term]:
        value = scalar(self.names, tree)
        if value is not None:
            return [Term(value, (), ())]
        match tree:
            case Name():
                return [self.name(tree)]
            case ReadOf():
                return [self.read(tree)]
            case Negate():
                return [t.scaled(neg(t.coef)) for t in self.terms(tree.value)]
            case Binary():
                return self.binary(tree)
            case Apply():
                return [self.apply(tree)]
            case Iverson():
                return [self.iverson(tree)]
            case Reduce():
                return self.reduce(tree)
        raise UnsupportedError(f"define cannot build a {type(tree).__name__}")

    def name(self, tree: Name) -> Term:
        scope = self.names.scopes[id(tree)]
        if tree.text in scope:
            return index_value(scope[tree.text])
        if tree.text not in self.names.tensors:
            raise self.names.unknown(tree, "neither a tensor, a scalar nor an index here")
        t = self.names.tensors[tree.text]
        if t.ndim:
            raise self.names.wrong(
                tree.at, f"{t.ndim} positions after {tree.text}", "none", f"write {tree.text}[...]"
            )
        self.names.used[tree.text] = None
        return Term(1, (), (Factor(t.call.port, ()),))

    def read(self, tree: ReadOf) -> Term:
        t = self.names.tensors[tree.name.text]
        pos = self.names.positions[id(tree)]
        rule = self.names.outside.get(tree.name.text)
        guards: list[Factor] = []
        for axis, (p, where) in enumerate(zip(pos, tree.positions, strict=True)):
            if rule is None:
                self.must_stay(t, axis, p, start_of(where))
            else:
                guards += inside(p, t.sizes[axis])
        if rule == "skip" and guards:
            if not self.skips:
                raise self.names.wrong(
                    tree.at, "a read with outside='skip' under max, min, prod or softmax",
                    "one outside of them", "say outside=0",
                )  # fmt: skip
            self.domain += [g.pos[0] for g in guards]
        return Term(1, (), (Factor(t.call.port, pos), *guards))

    def must_stay(self, t: Tensor, axis: int, p: Affine, at: int) -> None:
        leaves, unsure = outside(p, t.sizes[axis])
        if leaves:
            raise self.names.extents.error(
                at,
                [f"the read leaves axis {axis} of size {t.sizes[axis]}   {describe(t.call)}"],
                f'say what is there with outside={{"{t.call.path}": 0}}, or shift the position',
            )
        self.names.extents.conditions += [Bound(v) for v in unsure]

    def binary(self, tree: Binary) -> list[Term]:
        left = self.terms(tree.left)
        if tree.op == "^":
            return [self.power(tree, left)]
        right = self.terms(tree.right)
        match tree.op:
            case "+":
                return left + right
            case "-":
                return left + [t.scaled(neg(t.coef)) for t in right]
            case "*":
                return [times(single(left), single(right))]
        return [times(single(left), raised(right, -1))]

    def power(self, tree: Binary, base: list[Term]) -> Term:
        exponent = scalar(self.names, tree.right)
        if exponent is not None:
            return raised(base, exponent)
        return mapped("pow", [base, self.terms(tree.right)])

    def apply(self, tree: Apply) -> Term:
        name = _ALIASES.get(tree.name.text, tree.name.text)
        args = [self.terms(a) for a in tree.args]
        if name in _ROOTS and len(args) == 1:
            return raised(args[0], _ROOTS[name])
        if name not in FUNCTIONS:
            known = ", ".join(sorted({*FUNCTIONS, *_ALIASES, *_ROOTS}))
            error = self.names.unknown(tree.name, "no function")
            raise UnknownNameError(f"{error}\n  functions: {known}")
        if function(name).arity != len(args):
            raise self.names.wrong(
                tree.at, f"{function(name).arity} arguments of {name}", str(len(args)), "count them"
            )
        return mapped(name, args)

    def iverson(self, tree: Iverson) -> Term:
        factors = []
        for (op, _, _), p in zip(tree.relations, self.names.positions[id(tree)], strict=True):
            turned = combine(constant(0), p, -1) if op in ("<=", "<") else p
            strict = combine(turned, constant(-1)) if op in (">", "<") else turned
            factors.append(equal_to_zero(p) if op == "=" else at_least_zero(strict))
        return Term(1, (), tuple(factors))

    def reduce(self, tree: Reduce) -> list[Term]:
        bound = self.names.binders[id(tree)]
        if tree.kind in ("sum", "mean"):
            return self.summed(tree, bound)
        before, self.domain = self.domain, []
        self.skips += 1
        terms = self.terms(tree.body)
        self.skips -= 1
        domain, self.domain = tuple(dict.fromkeys(self.domain)), before
        own = tuple(dict.fromkeys([*free(terms), *bound]))
        kept = tuple(i for i in own if i not in bound)
        if tree.kind in ("softmax", "logsumexp"):
            return [self.along(tree, own, bound, terms, domain)]
        made: Node
        if tree.kind == "prod":
            made = make_product(kept, bound, build(own, *terms), positions(own), domain)
        else:
            body = lone_read(terms, domain) or Factor(build(own, *terms), positions(own))
            made = make_extremum(tree.kind, kept, bound, body.node, body.pos, domain)
        return [Term(1, (), (Factor(made, positions(kept)),))]

    def along(
        self, tree: Reduce, own: tuple[Index, ...], bound: tuple[Index, ...], terms: list[Term],
        domain: tuple[Affine, ...],
    ) -> Term:  # fmt: skip
        if len(bound) != 1:
            raise self.names.wrong(
                tree.at, f"one index of {tree.kind}", str(len(bound)), "nest them, or flatten"
            )
        axis = own.index(bound[0])
        fresh = tuple(i.fresh() for i in own)
        mapping = {i: f.pos for i, f in zip(own, fresh, strict=True)}
        moved = tuple(d.substitute(mapping) for d in domain)
        node = build(own, *terms)
        if tree.kind == "softmax":
            return Term(1, (), (Factor(make_softmax(node, axis, fresh, moved), positions(own)),))
        kept = positions(i for i in own if i is not bound[0])
        return Term(1, (), (Factor(make_logsumexp(node, axis, fresh, moved), kept),))

    def summed(self, tree: Reduce, bound: tuple[Index, ...]) -> list[Term]:
        scale: Scalar = 1
        if tree.kind == "mean":
            for b in bound:
                scale = mul(scale, power(b.size, -1))
        terms = self.terms(tree.body)
        return [Term(mul(scale, t.coef), (*t.bound, *bound), t.factors) for t in terms]
