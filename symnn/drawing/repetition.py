"""Where a computation repeats itself: blocks of operations that come again with other names.

Operations stand in the program's order. Law: two copies are equal only where their definitions are,
read as trees in which every name stands for its place: the same operation of its own copy, of the
copy before, the same value from further back, or a leaf that its copy alone reads. The first copy
may read anything where the others read the copy before them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symnn.drawing.graph import Edge, Graph, Vertex
from symnn.notation.text import to_text
from symnn.notation.traversal import map_children
from symnn.notation.tree import Add, Hadamard, Relation, Sym, Tree

LEAST = 3  # copies worth folding
_LONGEST = 40  # operations of a block
_DIGITS = re.compile(r"[0-9]+")
Place = tuple[str, str]  # where a read value stands: "own", "before", "far" or "leaf", and which


@dataclass(frozen=True)
class Repetition:
    """A block: the keys of each copy.

    `entering` maps what the second copy reads of the first to what the first reads there.
    """

    copies: tuple[tuple[str, ...], ...]
    entering: Mapping[str, str]


def repetitions(graph: Graph) -> list[Repetition]:
    """All repeated blocks of a computational graph, in its order.

    >>> import numpy as np, symnn as sn
    >>> from symnn.drawing.reading import forward_graph
    >>> h = sn.tensor("x", ("n",))
    >>> for k in range(5):
    ...     h = sn.named(f"h{k}", np.tanh(sn.parameter(f"W{k}", ("n", "n")) @ h))
    >>> [(len(r.copies), dict(r.entering)) for r in repetitions(forward_graph(sn.named("y", -h)))]
    [(5, {'h0': 'x'})]
    """
    return _Search(graph).found()


class _Search:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.keys = [k for k, v in graph.nodes.items() if not v.round]
        self.at = {k: n for n, k in enumerate(self.keys)}
        self.signs = [self._sign(k) for k in self.keys]

    def found(self) -> list[Repetition]:
        result: list[Repetition] = []
        start = 0
        while start < len(self.keys):
            best = self._best(start)
            if best is None:
                start += 1
                continue
            period, copies = len(best.copies[0]), len(best.copies)
            for later in range(start + 1, start + period):
                other = self._best(later)
                if other and len(other.copies) == copies and len(other.copies[0]) == period:
                    best = min(best, other, key=_cut)
            result.append(best)
            start = self.at[best.copies[-1][-1]] + 1
        return result

    def _sign(self, key: str) -> tuple[object, ...]:
        """What is quickly compared."""
        v = self.graph.nodes[key]
        return v.kind, v.words, tuple(sorted(e.shape.text for e in self.graph.into(key)))

    def _best(self, start: int) -> Repetition | None:
        """The longest repetition that starts here."""
        best: Repetition | None = None
        longest = 0
        for period in range(1, min(_LONGEST, (len(self.keys) - start) // LEAST) + 1):
            found = self._repetition(start, period)
            if found and period * len(found.copies) > longest:
                best, longest = found, period * len(found.copies)
        return best

    def _repetition(self, start: int, period: int) -> Repetition | None:
        second = start + period
        if self.signs[start:second] != self.signs[second : second + period]:
            return None
        end = second
        model = self._copy(second, period)
        while self.signs[end : end + period] == self.signs[second : second + period]:
            if end > second and self._copy(end, period) != model:
                break
            end += period
        copies = (end - start) // period
        if copies < LEAST:
            return None
        entering = self._entering(start, period, model)
        if entering is None:
            return None
        keys = (tuple(self.keys[k : k + period]) for k in range(start, end, period))
        return Repetition(tuple(keys), entering)

    # -- comparison ------------------------------------------------------------------------------

    def _copy(
        self, begin: int, period: int, stand: Mapping[Place, Place] | None = None
    ) -> list[str]:
        """The definitions of one copy with places in place of names."""
        return [self._definition(k, begin, period, stand or {}) for k in self._range(begin, period)]

    def _range(self, begin: int, period: int) -> list[str]:
        return self.keys[begin : begin + period]

    def _definition(self, key: str, begin: int, period: int, stand: Mapping[Place, Place]) -> str:
        names: dict[Tree, Tree] = {}
        reads = []
        for e in self.graph.into(key):
            place = self._place(e, begin, period)
            shown = "·".join(stand.get(place, place))
            names[plain(name_of(self.graph.nodes[e.source]))] = Sym(shown)
            reads.append(f"{shown}:{e.shape.text}")
        tree = plain(value_of(self.graph.nodes[key]))
        return "; ".join([*sorted(reads), to_text(_ordered(_renamed(tree, names)))])

    def _place(self, edge: Edge, begin: int, period: int) -> Place:
        at = self.at.get(edge.source)
        if at is not None:
            if at >= begin:
                return "own", str(at - begin)
            return (
                ("before", str(at - begin + period))
                if at >= begin - period
                else ("far", edge.source)
            )
        readers = [self.at.get(e.target, -1) for e in self.graph.out_of(edge.source)]
        if all(begin <= r < begin + period for r in readers):
            return "leaf", _DIGITS.sub("", edge.source)
        return "far", edge.source

    def _entering(self, start: int, period: int, model: list[str]) -> dict[str, str] | None:
        """What the second copy reads of the first, by what the first reads there."""
        first, second = (self._sources(b, period) for b in (start, start + period))
        new = [p for p in first if p not in second]
        old = [p for p in second if p not in first]
        if len(new) != len(old) or any(p[0] != "before" for p in old):
            return None
        stand = dict(zip(new, old, strict=True))
        if self._copy(start, period, stand) != model:
            return None
        back = {stand.get(p, p): key for p, key in first.items()}
        return {key: back[p] for p, key in second.items() if p[0] == "before"}

    def _sources(self, begin: int, period: int) -> dict[Place, str]:
        found: dict[Place, str] = {}
        for key in self._range(begin, period):
            for e in sorted(self.graph.into(key), key=lambda e: e.shape.text):
                found.setdefault(self._place(e, begin, period), e.source)
        return found


def _cut(block: Repetition) -> tuple[int, int]:
    """How well a block is cut out: few values enter it, and its names have much in common."""
    keys = block.copies[1]
    common = next((n for n, c in enumerate(keys[0]) if any(k[n : n + 1] != c for k in keys)), 99)
    return len(block.entering), -common


def name_of(vertex: Vertex) -> Tree:
    """The tree of a vertex's name."""
    label = vertex.short if vertex.short.trees else vertex.label
    return label.trees[0]


def value_of(vertex: Vertex) -> Tree:
    """The tree of what it computes."""
    label = vertex.equation if vertex.equation.trees else vertex.label
    tree = label.trees[0]
    return tree.right if isinstance(tree, Relation) else tree


def plain(tree: Tree) -> Tree:
    """Without bold, which depends on where a name stands."""
    if isinstance(tree, Sym):
        return replace(tree, bold=False)
    return map_children(tree, plain)


def _renamed(tree: Tree, names: Mapping[Tree, Tree]) -> Tree:
    return names[tree] if tree in names else map_children(tree, lambda x: _renamed(x, names))


def _ordered(tree: Tree) -> Tree:
    """Sums and entrywise products in one order, whatever the names were."""
    new = map_children(tree, _ordered)
    if isinstance(new, Add):
        return Add(tuple(sorted(new.terms, key=to_text)))
    if isinstance(new, Hadamard):
        return Hadamard(tuple(sorted(new.factors, key=to_text)))
    return new
