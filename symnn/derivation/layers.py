"""Deep nets once: equations that repeat from layer to layer are written for a general layer l.

The numbers in the scripts of symbols (`z^[3]`, `W_3`) are turned into distances from the layer of
the left side; lines that become equal are one line with its range of l. Law: putting the numbers
back gives the original lines (a test does it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from symnn.notation import tree as t
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class LayerLine:
    """An equation and the layers that it stands for; None: it stands for itself.

    Attributes:
        equation: with `l`, `l+1`, `l-1` in the scripts where it repeats.
        layers: the layer numbers in the order of the derivation.
        places: positions of the original lines.
    """

    equation: Tree
    layers: tuple[int, ...] | None
    places: tuple[int, ...]


def layer_of(left: Tree) -> int | None:
    """The layer number of a left side: that of its first symbol that has one."""
    match left:
        case t.Sym():
            found = _NUMBER.search(left.sup) or _NUMBER.search(left.sub)
            return int(found.group()) if found else None
        case t.Grad():
            return layer_of(left.wrt)
        case t.Partial():
            return layer_of(left.den[0])
        case t.Entry():
            return layer_of(left.base)
    return None


def general(tree: Tree, layer: int) -> Tree:
    """The tree with each layer number written as its distance from `layer`."""
    if isinstance(tree, t.Sym):
        return replace(tree, sup=_script(tree.sup, layer), sub=_script(tree.sub, layer))
    return map_children(tree, lambda child: general(child, layer))


def particular(tree: Tree, layer: int) -> Tree:
    """The inverse of `general`."""
    if isinstance(tree, t.Sym):
        return replace(tree, sup=_numbered(tree.sup, layer), sub=_numbered(tree.sub, layer))
    return map_children(tree, lambda child: particular(child, layer))


def _script(script: str, layer: int) -> str:
    return _NUMBER.sub(lambda m: _distance(int(m.group()) - layer), script, count=1)


def _distance(d: int) -> str:
    return "l" if d == 0 else f"l{d:+d}"


def _numbered(script: str, layer: int) -> str:
    return re.sub(r"l([+-]\d+)?", lambda m: str(layer + int(m.group(1) or 0)), script, count=1)


def fold_layers(equations: Sequence[tuple[Tree, Tree]], least: int = 2) -> list[LayerLine]:
    """Fold (left, equation) lines that repeat from layer to layer.

    Args:
        equations: left side and whole equation, in order.
        least: how many layers a pattern must have to be written once.
    """
    groups: dict[Tree, list[tuple[int, int]]] = {}
    patterns: list[Tree | None] = []
    for place, (left, equation) in enumerate(equations):
        layer = layer_of(left)
        pattern = None if layer is None else general(equation, layer)
        patterns.append(pattern)
        if pattern is not None and layer is not None:
            groups.setdefault(pattern, []).append((layer, place))
    return list(_lines(equations, patterns, groups, least))


def _lines(
    equations: Sequence[tuple[Tree, Tree]],
    patterns: Sequence[Tree | None],
    groups: dict[Tree, list[tuple[int, int]]],
    least: int,
) -> Iterable[LayerLine]:
    for place, ((_, equation), pattern) in enumerate(zip(equations, patterns, strict=True)):
        members = groups.get(pattern, []) if pattern is not None else []
        if pattern is None or len(members) < least:
            yield LayerLine(equation, None, (place,))
        elif members[0][1] == place:
            yield LayerLine(
                pattern, tuple(layer for layer, _ in members), tuple(p for _, p in members)
            )


def range_text(layers: Sequence[int]) -> str:
    """`l = 1, ..., 4`, in the order in which they are computed."""
    if len(layers) == 1:
        return f"l = {layers[0]}"
    middle = ", " if len(layers) == 2 else ", ..., "
    return f"l = {layers[0]}{middle}{layers[-1]}"
