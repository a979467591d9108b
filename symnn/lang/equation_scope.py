"""Names of an equation resolved: indices by scope, positions as affine combinations.

The first pass over the tree: every binder gets its own `Index`, every read its positions, so that
sizes can be inferred before anything is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symnn.core.errors import ParseError, UnknownNameError, UnsupportedError
from symnn.core.index import Affine, Index, Read, combine, constant
from symnn.core.scalars import Scalar, add, exact, mul, power
from symnn.lang.equation_sizes import Extents, Place
from symnn.lang.equation_text import pointed
from symnn.lang.equation_tree import (
    Apply,
    Binary,
    Equation,
    Expression,
    Iverson,
    Name,
    Negate,
    Number,
    ReadOf,
    Reduce,
    start_of,
)
from symnn.lang.places import whole_number
from symnn.lang.shapes import shape_text
from symnn.lang.tensor import Tensor

Scope = Mapping[str, Index]


@dataclass
class Names:
    """What the names of an equation mean."""

    tensors: Mapping[str, Tensor]
    scalars: Mapping[str, Scalar]
    outside: Mapping[str, Any]
    extents: Extents
    used: dict[str, None] = field(default_factory=dict)
    positions: dict[int, tuple[Affine, ...]] = field(default_factory=dict)
    binders: dict[int, tuple[Index, ...]] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)

    def unknown(self, name: Name, what: str) -> UnknownNameError:
        """An error that lists what there is."""
        there = ", ".join([*self.tensors, *self.scalars]) or "nothing"
        return UnknownNameError(
            f"UnknownNameError in define\n{pointed(self.extents.text, name.at)}\n"
            f"  {name.text} is {what}\n  expected: {there}\n"
            f"  fix: pass {name.text}= to define, or correct the name"
        )

    def wrong(self, at: int, expected: str, found: str, fix: str) -> ParseError:
        """A parse error with a caret."""
        return ParseError(
            f"ParseError in define\n{pointed(self.extents.text, at)}\n"
            f"  expected: {expected}\n  found: {found}\n  fix: {fix}"
        )

    def index(self, name: Name) -> Index:
        """A new index for a binder."""
        if name.text in self.tensors or name.text in self.scalars:
            raise self.wrong(
                name.at, "a name for an index", f"{name.text}, which is bound by keyword",
                "rename the index",
            )  # fmt: skip
        made = Index(0, name.text)
        self.extents.indices[made] = name.at
        return made


def resolve(names: Names, equation: Equation) -> tuple[Index, ...]:
    """Give binders their indices and reads their positions; the output indices."""
    texts = [n.text for n in equation.indices]
    for k, n in enumerate(equation.indices):
        if n.text in texts[:k]:
            raise names.wrong(n.at, "pairwise different indices", f"{n.text} twice", "rename one")
    out = tuple(names.index(n) for n in equation.indices)
    _walk(names, equation.body, dict(zip(texts, out, strict=True)))
    return out


def _walk(names: Names, root: Expression, scope: Scope) -> None:
    names.scopes[id(root)] = scope
    match root:
        case ReadOf():
            _read(names, root, scope)
        case Apply():
            for a in root.args:
                _walk(names, a, scope)
        case Binary():
            _walk(names, root.left, scope)
            _walk(names, root.right, scope)
        case Negate():
            _walk(names, root.value, scope)
        case Reduce(kind="softmax"):
            names.binders[id(root)] = tuple(_known_index(names, n, scope) for n in root.indices)
            _walk(names, root.body, scope)
        case Reduce():
            bound = tuple(names.index(n) for n in root.indices)
            names.binders[id(root)] = bound
            inner = {**scope, **{n.text: i for n, i in zip(root.indices, bound, strict=True)}}
            _walk(names, root.body, inner)
        case Iverson():
            gaps = [combine(affine(names, a, scope), affine(names, b, scope), -1)
                    for _, a, b in root.relations]  # fmt: skip
            names.positions[id(root)] = tuple(gaps)


def _known_index(names: Names, name: Name, scope: Scope) -> Index:
    if name.text not in scope:
        raise names.unknown(name, "no index here")
    return scope[name.text]


def _tensor(names: Names, read: ReadOf) -> Tensor:
    if read.name.text not in names.tensors:
        raise names.unknown(read.name, "no tensor")
    t = names.tensors[read.name.text]
    if t.ndim != len(read.positions):
        shape = shape_text(t.sizes)
        raise names.wrong(
            read.at, f"{t.ndim} positions: {t.call.path} has shape {shape}",
            f"{len(read.positions)}", "give one position per axis",
        )  # fmt: skip
    names.used[read.name.text] = None
    return t


def _read(names: Names, read: ReadOf, scope: Scope) -> tuple[Affine, ...]:
    t = _tensor(names, read)
    positions = tuple(affine(names, p, scope) for p in read.positions)
    names.positions[id(read)] = positions
    padded = read.name.text in names.outside
    for axis, (pos, tree) in enumerate(zip(positions, read.positions, strict=True)):
        names.extents.places.append(Place(t, axis, pos, start_of(tree), padded))
    return positions


def affine(names: Names, tree: Expression, scope: Scope) -> Affine:
    """A position: affine in indices and integer reads, coefficients in scalars."""
    match tree:
        case Number():
            return _whole(names, tree.at, exact(tree.value))
        case Name() if tree.text in scope:
            return scope[tree.text].pos
        case Name() if tree.text in names.scalars:
            names.used[tree.text] = None
            return _whole(names, tree.at, names.scalars[tree.text])
        case Name() if tree.text not in names.tensors:
            raise names.unknown(tree, "neither an index here nor a scalar")
        case Negate():
            return combine(constant(0), affine(names, tree.value, scope), -1)
        case Binary(op="+") | Binary(op="-"):
            left, right = affine(names, tree.left, scope), affine(names, tree.right, scope)
            return combine(left, right, 1 if tree.op == "+" else -1)
        case Binary(op="*"):
            left, right = affine(names, tree.left, scope), affine(names, tree.right, scope)
            if not left.terms:
                return combine(constant(0), right, left.const)
            if not right.terms:
                return combine(constant(0), left, right.const)
        case ReadOf():
            return _integer_read(names, tree, scope)
    raise names.wrong(
        tree.at, "a position affine in the indices, such as s*i + k - p", "something else",
        "compute it as an integer tensor first, and read that",
    )  # fmt: skip


def _whole(names: Names, at: int, value: Scalar) -> Affine:
    if not whole_number(value):
        raise names.wrong(at, "a whole number in a position", str(value), "round it")
    return constant(value)


def _integer_read(names: Names, tree: ReadOf, scope: Scope) -> Affine:
    pos = _read(names, tree, scope)
    port = names.tensors[tree.name.text].call.port
    if port.dtype != "int" or port.below is None:
        raise names.wrong(
            tree.at, "an integer tensor with below= in a position", tree.name.text,
            f"sn.tensor({tree.name.text!r}, shape, dtype=int, below=V)",
        )  # fmt: skip
    return Affine(0, ((Read(port, pos), 1),))


def scalar(names: Names, tree: Expression) -> Scalar | None:
    """The value of an expression of numbers and scalars; None if it is anything else."""
    match tree:
        case Number():
            return exact(tree.value)
        case Name() if tree.text in names.scalars and tree.text not in names.scopes[id(tree)]:
            names.used[tree.text] = None
            return names.scalars[tree.text]
        case Negate():
            inner = scalar(names, tree.value)
            return None if inner is None else mul(-1, inner)
        case Binary():
            a, b = scalar(names, tree.left), scalar(names, tree.right)
            return None if a is None or b is None else _combined(names, tree, a, b)
    return None


def _combined(names: Names, tree: Binary, a: Scalar, b: Scalar) -> Scalar:
    match tree.op:
        case "+":
            return add(a, b)
        case "-":
            return add(a, mul(-1, b))
        case "*":
            return mul(a, b)
        case "/" if b == 0:
            raise names.wrong(tree.at, "a divisor that is not 0", "0", "change it")
        case "/":
            return mul(a, power(b, -1))
        case "^":
            return power(a, b)
    raise UnsupportedError(f"define: no operator {tree.op!r}\n  there is: + - * / ^")
