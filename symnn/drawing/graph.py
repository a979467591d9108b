"""The computational graph of a derivation: what is drawn, before anything has a place.

Inputs, parameters and named values become nodes; each read becomes an edge with the shape of what
moves forward and, where the derivation passed a gradient back along it, that gradient.

Law: every binding is a node, every name that a definition reads is an edge, every gradient is the
derivation's own printed form. Nothing is typed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import networkx as nx

from symnn.core.node import Extremum, Leaf, Map, Node, Softmax, Sum
from symnn.derivation.backward import Cotangent
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.derivation import Derivation
from symnn.derivation.program import Binding
from symnn.derivation.rules import forward_rule, local_rule
from symnn.derivation.step_parts import is_identity
from symnn.notation import tree as t
from symnn.notation.layout import Style, style
from symnn.notation.matrix import matrix_form
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst
from symnn.text.phrases import phrase

RANDOM = ("noise", "random")
_TONES = {"parameter": "ochre", "data": "slate", "operation": "blue", "activation": "green",
          "selection": "plum", "loss": "vermillion", "output": "vermillion"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """A formula for every target: Typst source, Unicode text and the tree."""

    typst: str
    text: str
    tree: Tree | None = None


NONE = Label("", "")


@dataclass(frozen=True, slots=True)
class Vertex:
    """One node: its key, what it is ("data", "parameter", "operation", ...), label and words."""

    key: str
    kind: str
    label: Label
    words: str
    short: Label = NONE
    repeat: int = 1

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


@dataclass
class Graph:
    """Nodes in the program's order, and edges."""

    nodes: dict[str, Vertex]
    edges: list[Edge]
    title: str = ""
    loss: str = ""
    totals: dict[str, Label] = field(default_factory=dict)

    def into(self, key: str) -> list[Edge]:
        """Edges that end here."""
        return [e for e in self.edges if e.target == key]

    def out_of(self, key: str) -> list[Edge]:
        """Edges that start here."""
        return [e for e in self.edges if e.source == key]

    def networkx(self) -> nx.MultiDiGraph:
        """The same as a networkx graph, with texts as attributes."""
        graph = nx.MultiDiGraph(name=self.title)
        for node in self.nodes.values():
            graph.add_node(node.key, kind=node.kind, label=node.label.text, words=node.words)
        for e in self.edges:
            graph.add_edge(e.source, e.target, shape=e.shape.text, gradient=e.gradient.text)
        return graph

    def sources(self) -> list[str]:
        """The Typst sources of all labels."""
        found = [s.typst for n in self.nodes.values() for s in (n.label, n.short)]
        for e in self.edges:
            found += [e.shape.typst, e.gradient.typst, e.name.typst, e.value.typst]
        found += [label.typst for label in self.totals.values()]
        return [s for s in dict.fromkeys(found) if s]


class GraphBuilder:
    """Reads a derivation into a graph."""

    def __init__(
        self, derivation: Derivation, lang: str, *, backward: bool, roles: Mapping[str, str]
    ) -> None:
        self.d, self.lang, self.backward, self.roles = derivation, lang, backward, roles
        self.program, self.names = derivation.program, derivation.names
        self.users = self.program.users()
        self.ranks = _ranks(derivation)
        self._keys: dict[Leaf, str] = {}
        self._taken: dict[str, int] = {}

    def build(self) -> Graph:
        """The graph."""
        graph = Graph({}, [], loss=to_text(self.names.loss))
        for call in self.program.inputs:
            if call.port in self.users:
                self._add(graph, self._leaf(call.port))
        for b in self.program.bindings:
            self._add(graph, self._operation(b))
            for leaf in direct_leaves(b.definition):
                graph.edges.append(self._edge(leaf, b))
        self._output(graph)
        self._sums(graph)
        return graph

    @staticmethod
    def _add(graph: Graph, node: Vertex) -> None:
        graph.nodes[node.key] = node

    def key(self, leaf: Leaf) -> str:
        """A unique key of a value, by its name."""
        if leaf not in self._keys:
            count = self._taken.get(leaf.name, 0)
            self._taken[leaf.name] = count + 1
            self._keys[leaf] = leaf.name if not count else f"{leaf.name}#{count + 1}"
        return self._keys[leaf]

    def label(self, tree: Tree) -> Label:
        """A tree with bold vectors and matrices, for all targets."""
        full = _in_full(tree, self.names.loss)
        styled = style(full, self.ranks)
        return Label(to_typst(styled, Style(lang=self.lang)), to_text(full), styled)

    # -- nodes -----------------------------------------------------------------------------------

    def _leaf(self, leaf: Leaf) -> Vertex:
        role = self.roles.get(leaf.name) or self._role(leaf)
        kind = "parameter" if leaf.role == "parameter" else "data"
        return Vertex(self.key(leaf), kind, self.label(self.names(leaf)), role)

    def _role(self, leaf: Leaf) -> str:
        """Weights, bias or parameter; target or input: as its readers use it."""
        readers = self.users.get(leaf, [])
        if leaf.role == "parameter":
            rules = {local_rule(b.definition, leaf) for b in readers}
            found = {"rule.bias": "bias", "rule.affine_weights": "weights"}
            known = {found.get(r, "parameter") for r in rules}
            role = known.pop() if len(known) == 1 else "parameter"
        else:
            last = self.program.output
            others = [x for x in direct_leaves(last.definition) if x in self.program.by_leaf]
            role = "target" if readers == [last] and others else "input"
        return phrase(f"role.{role}", self.lang)

    def _operation(self, b: Binding) -> Vertex:
        output = b is self.program.output
        form = matrix_form(b.definition, self.names)
        value = self.label(form.tree)
        left = _with_letters(self.names(b.leaf), form.letters)
        whole = value if output else self.label(t.Relation("=", left, form.tree))
        rule = forward_rule(b.definition, identity=is_identity(b), output=output)
        if isinstance(b.definition, Leaf):
            rule = "rule.activation_identity"
        kind = "loss" if output else _kind(b.definition)
        name = self.label(self.names(b.leaf))
        return Vertex(self.key(b.leaf), kind, whole, phrase(rule, self.lang), short=name)

    def _output(self, graph: Graph) -> None:
        """A round node for the value of the last operation."""
        leaf = self.program.output.leaf
        key = f"{self.key(leaf)} value"
        words = phrase("role.loss" if self.backward else "role.output", self.lang)
        graph.nodes[key] = Vertex(key, "output", self.label(self.names(leaf)), words)
        seed = self.label(t.Num(1)) if self.backward and not leaf.rank else NONE
        graph.edges.append(
            Edge(self.key(leaf), key, self._shape(leaf), seed, seed, seed)
        )

    # -- edges -----------------------------------------------------------------------------------

    def _edge(self, leaf: Leaf, user: Binding) -> Edge:
        ends = self.key(leaf), self.key(user.leaf)
        cotangent = self.d.cotangents.get(leaf) if self.backward else None
        path = next((p for p in cotangent.paths if p.user is user), None) if cotangent else None
        if cotangent is None or path is None:
            return Edge(*ends, self._shape(leaf))
        if len(cotangent.paths) > 1:
            value = self._value(path.final)
            return Edge(*ends, self._shape(leaf), value, value, value)
        whole, name = self._gradient(leaf, cotangent)
        return Edge(*ends, self._shape(leaf), whole, name, self._value(cotangent.value))

    def _gradient(self, leaf: Leaf, cotangent: Cotangent) -> tuple[Label, Label]:
        form = matrix_form(cotangent.value, self.names)
        left = _with_letters(self.names.gradient(leaf), form.letters)
        name = self.label(self.names.gradient(leaf))
        return self.label(t.Relation("=", left, form.tree)), name

    def _value(self, node: Node) -> Label:
        return self.label(matrix_form(node, self.names).tree)

    def _shape(self, leaf: Leaf) -> Label:
        sizes = [size_tree(s) for s in leaf.sizes]
        if not sizes:
            return self.label(t.Num(1))
        style_ = Style(lang=self.lang)
        typst = " × ".join(to_typst(s, style_) for s in sizes)
        return Label(typst, " × ".join(to_text(s) for s in sizes))

    def _sums(self, graph: Graph) -> None:
        """Values with several readers: the whole gradient, said below the picture."""
        if not self.backward:
            return
        for leaf, cotangent in self.d.cotangents.items():
            if len(cotangent.paths) > 1 and leaf in self._keys:
                graph.totals[self._keys[leaf]] = self._gradient(leaf, cotangent)[0]


def computational_graph(
    derivation: Derivation, lang: str = "en", *, backward: bool = True,
    roles: Mapping[str, str] | None = None,
) -> Graph:  # fmt: skip
    """The graph of a derivation.

    Args:
        derivation: from `sn.derive`.
        lang: language of the words.
        backward: with gradients on the edges that they travel.
        roles: words below the names of inputs and parameters, in place of the derived ones.

    >>> import numpy as np, symnn as sn
    >>> x = sn.parameter("x", ("n",))
    >>> graph = computational_graph(sn.derive(np.sum(x * x)))
    >>> [(e.source, e.target, e.shape.text, e.gradient.text) for e in graph.edges]
    [('x', 'L', 'n', '∇_x(L) = 2 x'), ('L', 'L value', '1', '1')]
    """
    return GraphBuilder(derivation, lang, backward=backward, roles=roles or {}).build()


def _kind(definition: Node) -> str:
    match definition:
        case Map() | Softmax() | Leaf():
            return "activation"
        case Extremum():
            return "selection"
        case Sum() if len(definition.terms) == 1 and not definition.terms[0].bound:
            factors = [f for f in definition.terms[0].factors if not f.is_bracket]
            return "selection" if len(factors) == 1 else "operation"
    return "operation"


def _with_letters(name: Tree, letters: tuple[str, ...]) -> Tree:
    """`z_ij` where the right side is written with its letters."""
    return t.Entry(name, tuple(t.Index(x) for x in letters)) if letters else name


def _in_full(tree: Tree, loss: Tree) -> Tree:
    """Gradients with the loss that they are of: ∇_W L in place of ∇_W."""
    if isinstance(tree, t.Grad) and tree.of is None:
        return t.Grad(tree.wrt, loss)
    return map_children(tree, lambda child: _in_full(child, loss))


def _ranks(d: Derivation) -> dict[t.Sym, int]:
    found: dict[t.Sym, int] = {}
    for leaf in [*(c.port for c in d.program.inputs), *(b.leaf for b in d.program.bindings)]:
        for tree in (d.names(leaf), d.names.gradient(leaf)):
            if isinstance(tree, t.Sym):
                found[tree] = leaf.rank
    return found
