"""The computational graph, read off a derivation.

Inputs, parameters and named values become nodes; each read becomes an edge with the shape of what
moves forward and, where the derivation passed a gradient back along it, that gradient.

Law: every binding is a node, every name that a definition reads is an edge, every gradient is the
derivation's own printed form. Nothing is typed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.core.node import Extremum, Leaf, Map, Node, Softmax, Sum
from symnn.derivation.backward import Cotangent
from symnn.derivation.definitions import Binding, Program, direct_leaves
from symnn.derivation.derivation import Derivation
from symnn.derivation.forward_rules import forward_rule
from symnn.derivation.names import Names
from symnn.derivation.program import trace
from symnn.derivation.rules import local_rule
from symnn.derivation.step_parts import is_identity
from symnn.drawing.graph import NONE, Edge, Graph, Label, Vertex
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.layout import Style, style
from symnn.notation.matrix import Form, matrix_form
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst
from symnn.text.phrases import phrase


class GraphBuilder:
    """Reads a derivation into a graph."""

    def __init__(
        self, program: Program, names: Names, cotangents: Mapping[Leaf, Cotangent], lang: str,
        *, backward: bool, roles: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.program, self.names, self.cotangents = program, names, cotangents
        self.lang, self.backward, self.roles = lang, backward, roles
        self.users = self.program.users()
        self.same = _aliases(program, self.users)
        self.called = {
            named(b): named(a)
            for b, a in self.same.items()
            if b is not program.output.leaf
            for named in (names, names.gradient)
        }  # fmt: skip
        self.ranks = _ranks(program, names)
        self._keys: dict[Leaf, str] = {}
        self._taken: dict[str, int] = {}
        self._labels: dict[Tree, Label] = {}
        self._forms: dict[Node, Form] = {}

    def build(self) -> Graph:
        """The graph."""
        graph = Graph({}, [], loss=to_text(self.names.loss))
        for call in self.program.inputs:
            if call.port in self.users:
                self._add(graph, self._leaf(call.port))
        for b in self.program.bindings:
            if b.leaf not in self.same and self._is_read(b):
                self._add(graph, self._operation(b))
                for leaf in direct_leaves(b.definition):
                    graph.edges.append(self._edge(leaf, b))
        self._output(graph)
        self._sums(graph)
        return graph

    def _is_read(self, b: Binding) -> bool:
        return b.leaf in self.users or b is self.program.output

    @staticmethod
    def _add(graph: Graph, node: Vertex) -> None:
        graph.nodes[node.key] = node

    def key(self, leaf: Leaf) -> str:
        """A unique key of a value, by its name."""
        leaf = self.same.get(leaf, leaf)
        if leaf not in self._keys:
            count = self._taken.get(leaf.name, 0)
            self._taken[leaf.name] = count + 1
            self._keys[leaf] = leaf.name if not count else f"{leaf.name}#{count + 1}"
        return self._keys[leaf]

    def label(self, tree: Tree) -> Label:
        """A tree with bold vectors and matrices, for all targets."""
        if tree not in self._labels:
            full = _in_full(self._called(tree), self.names.loss)
            styled = style(full, self.ranks)
            source = to_typst(styled, Style(lang=self.lang))
            words = to_text(full, Style(lang=self.lang, quoted=False))
            self._labels[tree] = Label(source, words, (styled,))
        return self._labels[tree]

    def _called(self, tree: Tree) -> Tree:
        """A tree without names of layers that only hand on what another layer gives."""
        if tree in self.called:
            return self.called[tree]
        return map_children(tree, self._called) if self.called else tree

    def form(self, node: Node) -> Form:
        """The matrix form of a node, worked out once."""
        if node not in self._forms:
            self._forms[node] = matrix_form(node, self.names)
        return self._forms[node]

    # -- nodes -----------------------------------------------------------------------------------

    def _leaf(self, leaf: Leaf) -> Vertex:
        role = self.roles.get(leaf.name) or self._role(leaf)
        kind = "parameter" if leaf.role == "parameter" else "data"
        if is_random(leaf):
            kind = "random"
        return Vertex(self.key(leaf), kind, self.label(self.names(leaf)), role)

    def _role(self, leaf: Leaf) -> str:
        """Weights, bias or parameter; target or input: as its readers use it."""
        readers = self.users.get(leaf, [])
        if is_random(leaf):
            return phrase("role.noise", self.lang)
        if leaf.role == "parameter":
            rules = {local_rule(b.definition, leaf) for b in readers}
            found = {
                "rule.bias": "bias",
                "rule.affine_weights": "weights",
                "rule.derivative_of_linear_form": "weights",
            }
            known = {found.get(r, "parameter") for r in rules}
            role = known.pop() if len(known) == 1 else "parameter"
        else:
            last = self.program.output
            others = [x for x in direct_leaves(last.definition) if x in self.program.by_leaf]
            role = "target" if readers == [last] and others else "input"
        return phrase(f"role.{role}", self.lang)

    def _operation(self, b: Binding) -> Vertex:
        output = b is self.program.output
        form = self.form(b.definition)
        value = self.label(form.tree)
        left = _with_letters(self.names(b.leaf), form.letters)
        equation = self.label(t.Relation("=", left, form.tree))
        whole = value if output else equation
        rule = forward_rule(b.definition, identity=is_identity(b), output=output)
        if isinstance(b.definition, Leaf):
            rule = "rule.activation_identity"
        kind = "loss" if output else _kind(b.definition)
        name = self.label(self.names(b.leaf))
        words = phrase(rule, self.lang)
        return Vertex(self.key(b.leaf), kind, whole, words, short=name, equation=equation)

    def _output(self, graph: Graph) -> None:
        """A round node for the value of the last operation."""
        leaf = self.program.output.leaf
        key = f"{self.key(leaf)} value"
        words = phrase("role.loss" if self.backward else "role.output", self.lang)
        graph.nodes[key] = Vertex(key, "output", self.label(self.names(leaf)), words)
        seed = self.label(t.Num(1)) if self.backward and not leaf.rank else NONE
        graph.edges.append(Edge(self.key(leaf), key, self.shape(leaf), seed, seed, seed))

    # -- edges -----------------------------------------------------------------------------------

    def _edge(self, leaf: Leaf, user: Binding) -> Edge:
        ends = self.key(leaf), self.key(user.leaf)
        cotangent = self.cotangents.get(leaf) if self.backward else None
        path = next((p for p in cotangent.paths if p.user is user), None) if cotangent else None
        if cotangent is None or path is None:
            return Edge(*ends, self.shape(leaf))
        if len(cotangent.paths) > 1:
            value = self._value(path.final)
            return Edge(*ends, self.shape(leaf), value, value, value)
        whole, name = self._gradient(leaf, cotangent)
        return Edge(*ends, self.shape(leaf), whole, name, self._value(cotangent.value))

    def _gradient(self, leaf: Leaf, cotangent: Cotangent) -> tuple[Label, Label]:
        form = self.form(cotangent.value)
        left = _with_letters(self.names.gradient(leaf), form.letters)
        name = self.label(self.names.gradient(leaf))
        return self.label(t.Relation("=", left, form.tree)), name

    def _value(self, node: Node) -> Label:
        return self.label(self.form(node).tree)

    def shape(self, leaf: Leaf) -> Label:
        """`p × n`, the shape of a value."""
        sizes = [size_tree(s) for s in leaf.sizes]
        if not sizes:
            return self.label(t.Num(1))
        style_ = Style(lang=self.lang)
        typst = " × ".join(to_typst(s, style_) for s in sizes)
        return Label(typst, " × ".join(to_text(s) for s in sizes), tuple(sizes))

    def _sums(self, graph: Graph) -> None:
        """Values with several readers: the whole gradient, said below the picture."""
        if not self.backward:
            return
        for leaf, cotangent in self.cotangents.items():
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
    d, given = derivation, roles or {}
    return GraphBuilder(
        d.program, d.names, d.cotangents, lang, backward=backward, roles=given
    ).build()


def forward_graph(value: Tensor, lang: str = "en") -> Graph:
    """The graph of any value, forward only.

    >>> from symnn.lang.tensor import tensor
    >>> x = tensor("x", ("n",))
    >>> [e.shape.text for e in forward_graph(2 * x).edges]
    ['n', 'n']
    """
    program = trace(value.call, output_name="y")
    return GraphBuilder(program, Names(program), {}, lang, backward=False, roles={}).build()


def _aliases(program: Program, users: Mapping[Leaf, Sequence[Binding]]) -> dict[Leaf, Leaf]:
    """Values of containers that are those of their last layer, by what they stand for."""
    paths = [str(b.call.attrs.get("path", "")) for b in program.bindings]
    containers = {path[:n] for path in paths for n, c in enumerate(path) if c == "."}
    found: dict[Leaf, Leaf] = {}
    for b, path in zip(program.bindings, paths, strict=True):
        of = b.definition
        if not isinstance(of, Leaf) or of not in program.by_leaf or users[of] != [b]:
            continue
        if path in containers or b.call.op == "Sequential":
            found[b.leaf] = found.get(of, of)
    return found


def is_random(leaf: Leaf) -> bool:
    """Whether a leaf is a random source, which is not differentiated."""
    return isinstance(leaf.tag, Call) and "source" in leaf.tag.attrs


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


def _ranks(program: Program, names: Names) -> dict[t.Sym, int]:
    found: dict[t.Sym, int] = {}
    for leaf in [*(c.port for c in program.inputs), *(b.leaf for b in program.bindings)]:
        for tree in (names(leaf), names.gradient(leaf)):
            if isinstance(tree, t.Sym):
                found[tree] = leaf.rank
    return found
