"""Going through a notation tree, whatever its kinds: the trees below a node, all of them, changed.

Law: order is that of the fields, so that names are met as they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from symnn.notation.tree import Tree


def children(tree: Tree) -> Iterator[Tree]:
    """Yield the trees directly below, in the order of the fields.

    >>> from symnn.notation.tree import Mul, Sym
    >>> [c.base for c in children(Mul((Sym("W"), Sym("x"))))]
    ['W', 'x']
    """
    for spec in fields(tree):
        yield from _trees(getattr(tree, spec.name))


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
    new = {s.name: _mapped(getattr(tree, s.name), change) for s in fields(tree)}
    same = all(new[s.name] is getattr(tree, s.name) for s in fields(tree))
    return tree if same else replace(tree, **new)


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
