"""Going through a notation tree, whatever its kinds: the trees below a node, all of them, changed.

Law: order is that of the fields, so that names are met as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache

from symnn.notation.tree import Tree

_PLAIN = frozenset({"str", "int", "bool", "int | Fraction"})  # as annotated in `tree`


def children(tree: Tree) -> Iterator[Tree]:
    """Yield the trees directly below, in the order of the fields.

    >>> from symnn.notation.tree import Mul, Sym
    >>> [c.base for c in children(Mul((Sym("W"), Sym("x"))))]
    ['W', 'x']
    """
    for name in _names(type(tree)):
        yield from _trees(getattr(tree, name))


def walk(tree: Tree) -> Iterator[Tree]:
    """Yield the tree and all below it, parents first."""
    stack = [tree]
    while stack:
        top = stack.pop()
        yield top
        stack.extend(reversed(list(children(top))))


def map_children(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """Return the tree with `change` applied to each tree directly below.

    >>> from symnn.notation.tree import Neg, Sym
    >>> map_children(Neg(Sym("x")), lambda c: Sym("y")).arg.base
    'y'
    """
    new = {}
    for name in _names(type(tree)):
        old = getattr(tree, name)
        changed = _mapped(old, change)
        if changed is not old:
            new[name] = changed
    return replace(tree, **new) if new else tree


@cache
def _names(kind: type[Tree]) -> tuple[str, ...]:
    """The fields of a kind of tree that may hold trees: all but texts, numbers and switches."""
    return tuple(s.name for s in fields(kind) if s.type not in _PLAIN)


def _trees(value: object) -> Iterator[Tree]:
    if isinstance(value, Tree):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _trees(item)


def _mapped(value: object, change: Callable[[Tree], Tree]) -> object:
    if isinstance(value, Tree):
        return change(value)
    if isinstance(value, tuple):
        new = tuple(_mapped(item, change) for item in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    return value
