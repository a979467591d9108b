"""What is drawn of a computation, before anything has a place: vertices, edges, labels.

`reading` makes it from a derivation; layouts place it; `networkx()` gives it to other tools.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx

from symnn.notation.latex import to_latex
from symnn.notation.tree import Tree

_TONES = {"parameter": "ochre", "data": "slate", "operation": "blue", "activation": "green",
          "selection": "plum", "loss": "vermillion", "output": "vermillion"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """A formula for every target; a shape has one tree per axis."""

    typst: str
    text: str
    trees: tuple[Tree, ...] = ()

    @property
    def latex(self) -> str:
        """LaTeX for mathematics mode."""
        return r" \times ".join(to_latex(tree) for tree in self.trees)


NONE = Label("", "")


@dataclass(frozen=True, slots=True)
class Vertex:
    """One node: its key, what it is ("data", "parameter", "operation", ...), label and words.

    `short` is its name alone, `equation` name and value; `repeat` counts folded copies.
    """

    key: str
    kind: str
    label: Label
    words: str
    short: Label = NONE
    repeat: int = 1
    equation: Label = NONE

    @property
    def round(self) -> bool:
        """Round: data, parameter, output. Otherwise an operation."""
        return self.kind in ("data", "parameter", "output", "random")

    @property
    def tone(self) -> str:
        """The colour token."""
        return _TONES.get(self.kind, "slate")


@dataclass(frozen=True, slots=True)
class Edge:
    """One read: the shape forward; backward the whole gradient, its name and its value."""

    source: str
    target: str
    shape: Label
    gradient: Label = NONE
    name: Label = NONE
    value: Label = NONE


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle around vertices that belong together; `repeat` counts folded copies.

    `letter` stands for the number of the copy in its names.
    """

    keys: tuple[str, ...]
    caption: str
    repeat: int = 1
    letter: str = ""

    @property
    def said(self) -> str:
        """`block × 12, ℓ = 1, …, 12`."""
        if self.repeat == 1:
            return self.caption
        count = f"{self.caption.rstrip('0123456789')} × {self.repeat}"
        return f"{count}, {self.letter} = 1, …, {self.repeat}" if self.letter else count


@dataclass
class Graph:
    """Nodes in the program's order, edges, frames."""

    nodes: dict[str, Vertex]
    edges: list[Edge]
    title: str = ""
    loss: str = ""
    totals: dict[str, Label] = field(default_factory=dict)
    frames: list[Frame] = field(default_factory=list)

    @cached_property
    def _ends(self) -> tuple[dict[str, list[Edge]], dict[str, list[Edge]]]:
        into: dict[str, list[Edge]] = {k: [] for k in self.nodes}
        out_of: dict[str, list[Edge]] = {k: [] for k in self.nodes}
        for e in self.edges:
            into[e.target].append(e)
            out_of[e.source].append(e)
        return into, out_of

    def into(self, key: str) -> list[Edge]:
        """Edges that end here (of a finished graph)."""
        return self._ends[0][key]

    def out_of(self, key: str) -> list[Edge]:
        """Edges that start here (of a finished graph)."""
        return self._ends[1][key]

    def networkx(self) -> nx.MultiDiGraph:
        """The same as a networkx graph, with texts as attributes."""
        graph = nx.MultiDiGraph(name=self.title)
        for node in self.nodes.values():
            graph.add_node(node.key, kind=node.kind, label=node.label.text, words=node.words)
        for e in self.edges:
            graph.add_edge(e.source, e.target, shape=e.shape.text, gradient=e.gradient.text)
        return graph

    def labels(self) -> list[Label]:
        """All labels, those of vertices first."""
        found = [s for v in self.nodes.values() for s in (v.label, v.short, v.equation)]
        for e in self.edges:
            found += [e.shape, e.gradient, e.name, e.value]
        return [*found, *self.totals.values()]

    def sources(self) -> list[str]:
        """The Typst sources of all labels."""
        return [s for s in dict.fromkeys(label.typst for label in self.labels()) if s]
