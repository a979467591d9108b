"""Equal blocks of a computation drawn once, in a frame: "block × 12, ℓ = 1, …, 12".

The second copy stands for all of them, under names with ℓ. What it reads of the first copy becomes
a round vertex of its own, the block's input with ℓ - 1, which reads what the first copy reads
there; what follows reads the last copy. So every edge backward in the frame carries the gradient
of a copy in the midst. Law: a graph without repetition comes back as it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from symnn.drawing.block_names import LETTER, Short, renamed, short_names
from symnn.drawing.graph import NONE, Edge, Frame, Graph, Label, Vertex
from symnn.drawing.repetition import Repetition, name_of, plain, repetitions
from symnn.notation.layout import Style
from symnn.notation.text import to_text
from symnn.notation.tree import Grad, Num, Relation, Sym, Tree
from symnn.notation.typst import to_typst
from symnn.text.phrases import phrase

_REP = 1  # the copy that stands for all


def frame_blocks(graph: Graph, lang: str = "en") -> Graph:
    """The graph with each repeated block once, in a frame.

    >>> import numpy as np, symnn as sn
    >>> from symnn.drawing.reading import forward_graph
    >>> h = sn.tensor("x", ("n",))
    >>> for k in range(5):
    ...     h = sn.named(f"h{k}", np.tanh(sn.parameter(f"W{k}", ("n", "n")) @ h))
    >>> small = frame_blocks(forward_graph(sn.named("y", -h)))
    >>> [f.said for f in small.frames], [v.label.text for v in small.nodes.values()][2:4]
    (['block × 5, ℓ = 1, …, 5'], ['h^{(ℓ-1)}', 'u^{(ℓ)} = W^{(ℓ)} h^{(ℓ-1)}'])
    """
    found = repetitions(graph)
    return _Framing(graph, found, lang).graph() if found else graph


class _Framing:
    def __init__(self, whole: Graph, found: list[Repetition], lang: str) -> None:
        self.whole, self.found, self.lang = whole, found, lang
        self.copy: dict[str, tuple[int, int]] = {}  # block and copy of operations and own leaves
        self.stands: dict[str, str] = {}
        self.names: dict[Sym, Short] = {}
        for n, block in enumerate(found):
            self._enrol(n, block)
        self._name()

    def _enrol(self, n: int, block: Repetition) -> None:
        """Operations and the leaves that only one copy reads."""
        for c, keys in enumerate(block.copies):
            for k, key in enumerate(keys):
                self.copy[key] = n, c
                self.stands[key] = block.copies[_REP][k]
            for leaf in self._leaves(keys):
                self.copy[leaf] = n, c
        for first in block.entering.values():
            if self.whole.nodes[first].round:
                self.copy.pop(first, None)

    def _leaves(self, keys: tuple[str, ...]) -> list[str]:
        """Leaves read by these operations alone, in the order of reading."""
        own = set(keys)
        read = [e.source for k in keys for e in self.whole.into(k)]
        return [
            s for s in dict.fromkeys(read)
            if self.whole.nodes[s].round and all(e.target in own for e in self.whole.out_of(s))
        ]  # fmt: skip

    def _name(self) -> None:
        outside = [v for k, v in self.whole.nodes.items() if k not in self.copy]
        taken = {x for x in map(_symbol, outside) if x}
        deltas = self._deltas()
        for n, block in enumerate(self.found):
            names = [[_symbol(self.whole.nodes[k]) for k in keys] for keys in block.copies]
            families = [f for f in zip(*names, strict=True) if None not in f]
            families += self._leaf_families(block)
            self.names.update(short_names(families, n, taken, deltas))  # type: ignore[arg-type]

    def _deltas(self) -> dict[Sym, Sym]:
        """Gradients called δ, by the names of their values."""
        whole = self.whole
        named = [(e.source, e.name) for e in whole.edges] + list(whole.totals.items())
        found: dict[Sym, Sym] = {}
        for key, label in named:
            value = _symbol(whole.nodes[key])
            tree = plain(label.trees[0]) if label.trees else None
            tree = tree.left if isinstance(tree, Relation) else tree
            if value and tree == Sym("delta", sub=value.sub, sup=value.sup):
                found[value] = tree
        return found

    def _leaf_families(self, block: Repetition) -> list[tuple[Sym | None, ...]]:
        """One family for each own leaf: copies read them in the same places of their formulas."""
        leaves = [[x for x in self._leaves(keys) if x in self.copy] for keys in block.copies]
        if len({len(x) for x in leaves[_REP:]}) > 1:
            return []
        if len(leaves[0]) != len(leaves[_REP]):
            return []
        ordered = [sorted(x, key=self._first_place) for x in leaves]
        names = [[_symbol(self.whole.nodes[k]) for k in keys] for keys in ordered]
        return [f for f in zip(*names, strict=True) if None not in f]

    def _first_place(self, leaf: str) -> tuple[int, str]:
        """The operation of its copy that reads it, then its name without numbers."""
        reader = self.whole.out_of(leaf)[0].target
        n, c = self.copy[reader]
        bare = "".join(x for x in leaf if not x.isdigit())
        return self.found[n].copies[c].index(reader), bare

    # -- the small graph -------------------------------------------------------------------------

    def graph(self) -> Graph:
        """Vertices in their order, edges, the whole gradients of those that stay, frames."""
        whole = self.whole
        nodes: dict[str, Vertex] = {}
        for key, v in whole.nodes.items():
            place = self.copy.get(key)
            if place and place[1] == 0 and key == self.found[place[0]].copies[0][0]:
                nodes.update(self._entries(place[0]))
            if place is None or place[1] == _REP:
                nodes[key] = self._vertex(v, None if place is None else place[0])
        edges = {(e.source, e.target): e for e in reversed(self._edges())}
        frames = [self._frame(n, nodes) for n in range(len(self.found))]
        small = Graph(nodes, list(edges.values())[::-1], whole.title, whole.loss, {}, frames)
        small.totals.update(self._totals(nodes))
        return small

    def _entries(self, n: int) -> dict[str, Vertex]:
        """The values that enter a block, as round vertices."""
        found = {}
        for key in self.found[n].entering:
            label = self._label(name_label(self.whole.nodes[key]), n)
            said = phrase("drawing.block_input", self.lang)
            found[_entry(key)] = Vertex(_entry(key), "data", label, said)
        return found

    def _vertex(self, v: Vertex, n: int | None) -> Vertex:
        label, short, equation = (self._label(x, n) for x in (v.label, v.short, v.equation))
        return replace(v, label=label, short=short, equation=equation)

    def _edges(self) -> list[Edge]:
        result: list[Edge] = []
        for e in self.whole.edges:
            target, source = self.copy.get(e.target), self.copy.get(e.source)
            if target is None:
                if source is None or e.source in self.stands:
                    result.append(self._edge(e, self.stands.get(e.source, e.source), None))
            elif target[1] == _REP:
                entering = e.source in self.found[target[0]].entering
                start = _entry(e.source) if entering else self.stands.get(e.source, e.source)
                result.append(self._edge(e, start, target[0]))
        for block in self.found:
            result += [self._entering(key, first) for key, first in block.entering.items()]
        return result

    def _edge(self, e: Edge, source: str, n: int | None) -> Edge:
        shape, gradient, name, value = (
            self._label(x, n) for x in (e.shape, e.gradient, e.name, e.value)
        )
        return Edge(source, e.target, shape, gradient, name, value)

    def _entering(self, key: str, first: str) -> Edge:
        """From what the first copy reads to the block's input; backward its gradient's name."""
        reads = [e for e in self.whole.out_of(first) if e.target in self.copy]
        source = self.stands.get(first, first)
        back = NONE
        if any(e.gradient is not NONE for e in reads):
            name = renamed(name_of(self.whole.nodes[first]), self.names, None)
            back = made(Grad(name, Sym(self.whole.loss)), self.lang)
        return Edge(source, _entry(key), reads[0].shape, back, back, back)

    def _totals(self, nodes: dict[str, Vertex]) -> dict[str, Label]:
        found: dict[str, Label] = {}
        for key, label in self.whole.totals.items():
            place = self.copy.get(key)
            if place is None and key in nodes:
                found[key] = self._label(label, None)
            elif place and _entry(key) in nodes:
                found[_entry(key)] = self._label(label, place[0])
            elif place and place[1] == _REP and key not in self._passed:
                found[key] = self._label(label, place[0])
        return found

    @cached_property
    def _passed(self) -> set[str]:
        """What a copy hands to the next: its gradient is that of the block's input."""
        return {self.stands[key] for block in self.found for key in block.entering}

    def _frame(self, n: int, nodes: dict[str, Vertex]) -> Frame:
        block = self.found[n]
        keys = [k for k in nodes if self.copy.get(k, (-1, 0))[0] == n]
        keys += [_entry(k) for k in block.entering]
        return Frame(
            tuple(keys), phrase("drawing.kind_sequential", self.lang), len(block.copies), LETTER
        )

    def _label(self, label: Label, n: int | None) -> Label:
        if len(label.trees) != 1:
            return label
        new = renamed(label.trees[0], self.names, n)
        return label if new is label.trees[0] else made(new, self.lang)


def made(tree: Tree, lang: str) -> Label:
    """The label of a styled tree."""
    return Label(to_typst(tree, Style(lang=lang)), to_text(plain(tree)), (tree,))


def name_label(vertex: Vertex) -> Label:
    """The label of its name alone."""
    return vertex.short if vertex.short.trees else vertex.label


def _entry(key: str) -> str:
    return f"{key} before"


def _symbol(vertex: Vertex) -> Sym | None:
    tree = plain(name_of(vertex)) if (vertex.short.trees or vertex.label.trees) else Num(0)
    return tree if isinstance(tree, Sym) and not isinstance(tree, Relation) else None
