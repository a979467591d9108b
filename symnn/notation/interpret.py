"""The value of each kind of the notation tree in a scope; `evaluate` is the way in.

Component forms are evaluated over the box of all index letters at once. To extend: one arm in
`value_of` or `_other` per new kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from symnn.core.errors import ShapeError, UnsupportedError, explain
from symnn.notation import arrays
from symnn.notation import tree as t
from symnn.notation.axis_names import AxisNames
from symnn.notation.commutation import Commutation, commutation_matrix
from symnn.notation.layout import unknown_kind
from symnn.notation.multilinear import Multilinear, value_by_mode
from symnn.notation.reads import parts, read
from symnn.notation.settings import split
from symnn.notation.text import to_text
from symnn.notation.traversal import children, walk
from symnn.notation.tree import Tree
from symnn.notation.values import (
    Scope,
    Value,
    filled,
    is_literal,
    lifted,
    same_shapes,
    squeezed,
)  # fmt: skip

_COMPARE = {
    "=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal,
}  # fmt: skip
_REDUCE = {
    "sum": (np.sum, 0.0), "prod": (np.prod, 1.0), "max": (np.max, -np.inf), "min": (np.min, np.inf),
}  # fmt: skip
_CONSTANTS = {"pi": np.pi, "e": np.e, "inf": np.inf}


def value_of(tree: Tree, scope: Scope) -> Value:
    """Evaluate a normalised tree in a scope."""
    if not isinstance(tree, t.Sym) and tree in scope.raw:
        return lifted(scope.raw[tree], len(scope.letters))
    match tree:
        case t.Num(value):
            return lifted(np.array(float(value)), len(scope.letters))
        case t.Const(name):
            return lifted(np.array(_CONSTANTS[name]), len(scope.letters))
        case t.Sym():
            return scope.named(tree)
        case t.Index(letter):
            return scope.letter(letter)
        case t.Entry():
            return _entry(tree, scope)
        case t.Neg(arg):
            found = value_of(arg, scope)
            return Value(-found.array, found.rank)
        case t.Add(terms):
            return _entrywise(tree, terms, [value_of(a, scope) for a in terms], np.add)
        case t.Mul(factors):
            return arrays.product(tree, _factors(factors, scope))
        case t.Hadamard(factors):
            return _entrywise(tree, factors, _factors(factors, scope), np.multiply)
        case t.Kron(factors):
            return arrays.kronecker([value_of(f, scope) for f in factors])
        case t.Frac(num, den, elementwise):
            return _quotient(tree, [value_of(num, scope), value_of(den, scope)], elementwise)
        case t.Pow(base, exponent, elementwise):
            both = value_of(base, scope), value_of(exponent, scope)
            return arrays.power(tree, *both, elementwise=elementwise)
        case t.Transpose(arg):
            return arrays.transposed(tree, value_of(arg, scope))
        case t.Inner(left, right):
            both = [value_of(left, scope), value_of(right, scope)]
            return arrays.total(_entrywise(tree, (left, right), both, np.multiply))
        case t.Norm(arg, kind, squared):
            return arrays.norm(tree, value_of(arg, scope), kind, squared=squared)
    return _other(tree, scope)


def _other(tree: Tree, scope: Scope) -> Value:
    """Go on with the kinds that bind letters or names, and with the constant arrays."""
    match tree:
        case t.Apply():
            return _apply(tree, scope)
        case t.BigOp():
            return _big(tree, scope)
        case t.Iverson(condition):
            found = truth(condition, scope)
            return Value(found.array * 1.0, found.rank)
        case t.Cases(rows, otherwise):
            return _cases(rows, otherwise, scope)
        case t.ForEach(body, index, upper):
            return _stacked(body, index, upper, scope)
        case t.Where(body, definitions):
            return value_of(body, _defined(definitions, scope))
        case t.Identity(size):
            return lifted(np.eye(_size(size, scope)), len(scope.letters))
        case Commutation(rows, columns):
            found = commutation_matrix(_size(rows, scope), _size(columns, scope))
            return lifted(found, len(scope.letters))
        case t.Ones():
            shape = [_size(s, scope) for s in tree.sizes]
            return lifted(np.ones(shape), len(scope.letters))
        case t.Zeros(sizes):
            return lifted(np.zeros([_size(s, scope) for s in sizes]), len(scope.letters))
        case t.Grid(rows):
            return arrays.grid([[value_of(e, scope) for e in row] for row in rows])
        case t.Partial():
            return _partial(tree, scope)
        case Multilinear():
            found = [value_of(child, scope) for child in children(tree)]
            return squeezed(Value(*value_by_mode(tree, [(v.array, v.rank) for v in found])))
        case t.Grad(wrt, of) if of is not None and t.Grad(wrt) in scope.raw:
            return value_of(t.Grad(wrt), scope)
        case t.Grad(t.Entry(base, positions), of):  # the gradient in one step is that of the stack
            return value_of(t.Entry(t.Grad(base, of), positions), scope)
    if type(tree) not in Tree.__subclasses__():
        raise unknown_kind(tree)
    raise UnsupportedError(
        f"{to_text(tree)} has no value of its own; of an equation evaluate the right side "
        f"(`right_side`), give a gradient in `values`"
    )


def truth(tree: Tree, scope: Scope) -> Value:
    """Evaluate a condition."""
    match tree:
        case t.Relation(rel, left, right) if rel in _COMPARE:
            both = [value_of(left, scope), value_of(right, scope)]
            like = max(both, key=lambda v: v.rank)
            full = [filled(v, like) for v in both]  # a number is compared with every entry
            return _entrywise(tree, (left, right), full, _COMPARE[rel])
        case t.All(conditions):
            return _entrywise(
                tree, conditions, [truth(c, scope) for c in conditions], np.logical_and
            )
        case t.Relation():
            raise UnsupportedError(f"{to_text(tree)} is no condition")
    found = value_of(tree, scope)
    return Value(found.array != 0, found.rank)


def _entrywise(
    tree: Tree, parts: tuple[Tree, ...], values: list[Value], op: Callable[..., Any]
) -> Value:
    """Combine values of one shape; a literal number takes the shape of the others."""
    like = max(values, key=lambda v: v.rank)
    pairs = zip(parts, values, strict=True)
    values = [filled(v, like) if is_literal(p) else v for p, v in pairs]
    same_shapes(tree, parts, values)
    result = values[0].array
    for value in values[1:]:
        result = op(result, value.array)
    return Value(result, values[0].rank)


def _factors(factors: tuple[Tree, ...], scope: Scope) -> list[Value]:
    """Evaluate the brackets first: where one is 0, the other factors do not matter."""
    done = {k: value_of(f, scope) for k, f in enumerate(factors) if isinstance(f, t.Iverson)}
    for value in done.values():
        if value.rank == 0:
            scope = scope.where(value.array != 0)
    return [done[k] if k in done else value_of(f, scope) for k, f in enumerate(factors)]


def _quotient(tree: t.Frac, both: list[Value], elementwise: bool) -> Value:
    if elementwise:
        return _entrywise(tree, (tree.num, tree.den), both, np.divide)
    num, den = both
    if den.rank:
        found = f"{to_text(tree.den)} is {den.shown()}"
        raise ShapeError(explain(to_text(tree), expected="a scalar denominator", found=found))
    return Value(num.array / filled(den, num).array, num.rank)


def _entry(tree: t.Entry, scope: Scope) -> Value:
    positions = [None if isinstance(p, t.Colon) else value_of(p, scope) for p in tree.positions]
    raw = scope.raw.get(tree.base)
    if tree.base in scope.series and positions[0] is not None:
        if isinstance(tree.positions[0], t.Sym) and np.all(positions[0].array == len(raw)):
            positions[0] = Value(positions[0].array - 1, 0)  # the number of steps: the last one
        raw, front = scope.series[tree.base].extended()
        positions[0] = Value(positions[0].array + front, positions[0].rank)
    base = value_of(tree.base, scope) if raw is None else raw
    return read(tree, parts(tree, base, lambda s: _size(s, scope)), positions, scope)


def _partial(tree: t.Partial, scope: Scope) -> Value:
    """Read `∂L/∂W_{kl}` off the gradient of W, `∂u_i/∂v_j` off the local derivative."""
    parts = [(p.base, p.positions) if isinstance(p, t.Entry) else (p, ()) for p in
             (tree.num, *tree.den)]  # fmt: skip
    names, positions = [p[0] for p in parts], [q for p in parts for q in p[1]]
    keys: list[Tree] = [t.Partial(names[0], tuple(names[1:]))]
    if len(names) == 2:
        keys += [t.Grad(names[1], names[0]), t.Grad(names[1])]
    key = next((k for k in keys if k in scope.raw), None)
    if key is None:
        raise UnsupportedError(f"no value for {to_text(tree)}; give {to_text(keys[-1])}")
    return value_of(t.Entry(key, tuple(positions)) if positions else key, scope)


def _apply(tree: t.Apply, scope: Scope) -> Value:
    if tree.fn == "where" and not tree.prime:
        condition, yes, no = tree.args
        return _cases(((yes, condition),), no, scope)
    plain, settings = split(tree.args)
    given: dict[str, tuple[int, ...]] = {}
    axes: tuple[str, ...] = ()
    for a in settings:
        if isinstance(a, AxisNames):
            axes = (*a.reads, a.made) if a.made else a.reads
        else:
            given[a.name] = tuple(_size(v, scope) for v in a.values)
    return arrays.applied(tree, [value_of(a, scope) for a in plain], scope, given, axes)


def _big(tree: t.BigOp, scope: Scope) -> Value:
    reduce, neutral = _REDUCE[tree.op]
    letters = tuple((letter, _range(tree.body, letter, u, scope)) for letter, u in tree.indices)
    inner = scope.within(letters)
    condition = None if tree.condition is None else truth(tree.condition, inner).array
    body = value_of(tree.body, inner if condition is None else inner.where(condition))
    depth, count = len(scope.letters), len(letters)
    array = body.array
    if condition is not None:
        array = np.where(condition.reshape(condition.shape + (1,) * body.rank), array, neutral)
    shape = list(array.shape)
    shape[depth : depth + count] = [size for _, size in letters]
    full = np.broadcast_to(array, shape)
    return Value(reduce(full, axis=tuple(range(depth, depth + count))), body.rank)


def _range(body: Tree, letter: str, upper: Tree | None, scope: Scope) -> int:
    """Return the size of a letter: its bound, or that of an axis that it reads alone."""
    if upper is not None:
        return _size(upper, scope)
    for node in walk(body):
        if isinstance(node, t.Entry) and t.Index(letter) in node.positions:
            axis = node.positions.index(t.Index(letter))
            if node.base in scope.raw:
                return scope.raw[node.base].shape[axis]
    raise UnsupportedError(f"the range of {letter} is not known; give its upper bound")


def _size(tree: Tree, scope: Scope) -> int:
    value = value_of(tree, replace(scope, letters=(), live=np.array(True)))
    if value.rank or value.array != np.rint(value.array) or value.array < 0:
        raise ShapeError(f"the size {to_text(tree)} is not a whole number: {value.array}")
    return int(value.array)


def _cases(rows: tuple[tuple[Tree, Tree], ...], otherwise: Tree, scope: Scope) -> Value:
    if not rows:
        return value_of(otherwise, scope)
    (form, condition), *rest = rows
    holds = truth(condition, scope)
    there = scope if holds.rank else scope.where(holds.array)
    elsewhere = scope if holds.rank else scope.where(~holds.array)
    values = [value_of(form, there), _cases(tuple(rest), otherwise, elsewhere)]
    like = max([*values, holds], key=lambda v: v.rank)
    parts = (condition, form, otherwise)
    full = [filled(v, like) for v in (holds, *values)]
    same_shapes(t.Cases(rows, otherwise), parts, full)
    return Value(np.where(full[0].array, full[1].array, full[2].array), like.rank)


def _stacked(body: Tree, index: str, upper: Tree | None, scope: Scope) -> Value:
    """Stack slices along a new first axis: numbers to a vector, vectors to the rows of a matrix."""
    size = _range(body, index, upper, scope)
    value = value_of(body, scope.within(((index, size),)))
    shape = list(value.array.shape)
    shape[len(scope.letters)] = size
    array = np.broadcast_to(value.array, shape)
    if value.rank == 0:
        return squeezed(Value(array[..., None], 2))
    if value.rank == 2 and value.shape[1] == 1:
        return Value(array[..., 0], 2)
    return Value(array, value.rank + 1)


def _defined(definitions: tuple[Tree, ...], scope: Scope) -> Scope:
    """Evaluate definitions in order; `s_i := ...` defines a tensor by its components."""
    for definition in definitions:
        if not isinstance(definition, t.Relation) or isinstance(definition.left, t.Mul):
            continue  # words, or a law such as 𝐊 (a ⊗ b) = b ⊗ a
        name, free = definition.left, ()
        if isinstance(name, t.Entry):
            letters = [p.letter for p in name.positions if isinstance(p, t.Index)]
            free = tuple((i, _range(definition.right, i, None, scope)) for i in letters)
            name = name.base
        inner = replace(scope, letters=(), live=np.array(True)).within(free)
        value = value_of(definition.right, inner)
        array = np.broadcast_to(value.array, (*(s for _, s in free), *value.shape))
        if value.rank == 2 and value.shape[1] == 1:
            array = array[..., 0]
        scope = replace(scope, raw={**scope.raw, name: array})
    return scope
