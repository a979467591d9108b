"""A model with branches as a graph of its layers: residual paths, attention, parallel branches.

Every layer call is a vertex, every read an edge with the shape that moves along it; operations
that a container does itself (a residual sum, the core of attention) are vertices of their own.
Law: shapes and counts are those of the calls; nothing is worked out again here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from symnn.analysis.graph import Graph as Calls
from symnn.analysis.graph import LayerCall, base, is_view, read_graph
from symnn.core.scalars import Scalar, add, mul
from symnn.drawing.graph import Edge, Frame, Graph, Label, Vertex
from symnn.drawing.reading import is_random
from symnn.drawing.rows import activation_word, in_pairs
from symnn.lang.call import Call
from symnn.lang.tensor import Tensor
from symnn.notation.layout import Style
from symnn.notation.scalars import size_tree
from symnn.notation.text import to_text
from symnn.notation.tree import Num, Words
from symnn.notation.typst import to_typst
from symnn.text.numbers import format_number
from symnn.text.phrases import catalogue, phrase

_KINDS = {"linear": "operation", "conv": "operation", "embedding": "operation",
          "pool": "selection", "flatten": "selection", "reshape": "selection"}  # fmt: skip

_SIGNS = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷"}


@dataclass(eq=False)
class Unit:
    """A vertex to be: one layer, or connected operations of one container."""

    layer: LayerCall
    operations: list[Call] = field(default_factory=list)
    leaves: list[Call] = field(default_factory=list)
    own: bool = False

    @property
    def path(self) -> str:
        """Dotted path of the layer; "" outside of layers."""
        return str(self.layer.call.attrs.get("path", ""))

    def parameters(self) -> Scalar:
        """How many entries it learns."""
        total: Scalar = 0
        for leaf in self.leaves:
            if leaf.port.role == "parameter":
                entries: Scalar = 1
                for s in leaf.port.sizes:
                    entries = mul(entries, s)
                total = add(total, entries)
        return total


def model_graph(value: Tensor, lang: str = "en", depth: int | None = None) -> Graph:
    """The graph of a model's output by layers.

    Args:
        value: what the model returned.
        lang: language of the words.
        depth: layers with longer paths are drawn as one: 1 draws `block1`, 2 `block1.attn`.

    >>> from symnn import nn
    >>> from symnn.lang.tensor import tensor
    >>> y = nn.Sequential(nn.Residual(nn.Linear("d", "d")))(tensor("x", ("T", "d")))
    >>> [v.words for v in model_graph(y).nodes.values()]
    ['input', 'dense layer · d + d² parameters', 'residual sum', 'output']
    """
    return _Reader(read_graph([value.call]), lang, depth).graph()


class _Reader:
    def __init__(self, calls: Calls, lang: str, depth: int | None) -> None:
        self.calls, self.lang, self.depth = calls, lang, depth
        self.unit: dict[Call, Unit] = {}
        self.units: list[Unit] = []
        self.whole: dict[LayerCall, Unit] = {}
        self.keys: dict[Unit | Call, str] = {}

    def graph(self) -> Graph:
        """Inputs, units in the order of execution, output, and frames of containers."""
        for op in self.calls.order:
            if not is_view(op):
                self._place(op)
        for leaf in self.calls.leaves:
            owner = self.calls.owner.get(leaf)
            if owner is not None:
                self._layer_of(owner).leaves.append(leaf)
        graph = Graph({}, [], title=phrase("drawing.network", self.lang))
        for unit in self.units:
            self._inputs(graph, unit)
            self._vertex(graph, unit)
            self._edges(graph, unit)
        self._output(graph)
        graph.frames.extend(self._frames())
        return graph

    # -- units -----------------------------------------------------------------------------------

    def _drawn(self, layer: LayerCall) -> LayerCall:
        """The layer that stands for this one at the chosen depth."""
        found = layer
        while found.parent is not None and self.depth is not None and _level(found) > self.depth:
            found = found.parent
        return found

    def _layer_of(self, layer: LayerCall) -> Unit:
        drawn = self._drawn(layer)
        if drawn not in self.whole:
            self.whole[drawn] = Unit(drawn)
        return self.whole[drawn]

    def _place(self, op: Call) -> None:
        layer = self.calls.owner[op]
        drawn = self._drawn(layer)
        merged = drawn is not layer or _level(drawn) == self.depth
        own = not merged and bool(layer.children)
        unit = self._near(op, drawn) if own else self._layer_of(layer)
        if unit is None:
            unit = Unit(drawn, own=own)
        if not unit.operations:
            self.units.append(unit)
        unit.operations.append(op)
        self.unit[op] = unit

    def _near(self, op: Call, layer: LayerCall) -> Unit | None:
        """The container's own unit that this operation continues, unless a layer lies between."""
        read = [u for u in (self.unit.get(base(a)) for a in op.args) if u is not None]
        for unit in (u for u in read if u.own and u.layer is layer):
            if not any(self._reads(other, unit) for other in read if other is not unit):
                self.units.remove(unit)  # it now reads what came after it
                self.units.append(unit)
                return unit
        return None

    def _reads(self, unit: Unit, earlier: Unit) -> bool:
        """Whether a unit reads another, directly or through others."""
        seen, todo = {unit}, [unit]
        while todo:
            for op in todo.pop().operations:
                for a in op.args:
                    found = self.unit.get(base(a))
                    if found is earlier:
                        return True
                    if found is not None and found not in seen:
                        seen.add(found)
                        todo.append(found)
        return False

    # -- vertices --------------------------------------------------------------------------------

    def _inputs(self, graph: Graph, unit: Unit) -> None:
        for op in unit.operations:
            for a in op.args:
                leaf = base(a)
                data = leaf.is_leaf and leaf.port.role == "input" and leaf.op != "buffer"
                if data and leaf not in self.keys:
                    key = self.keys[leaf] = self._key(graph, str(leaf.name))
                    name = _named(str(leaf.name))
                    kind, role = ("random", "role.noise") if is_random(leaf.port) else (
                        "data", "drawing.role_input")  # fmt: skip
                    graph.nodes[key] = Vertex(key, kind, name, phrase(role, self.lang))

    def _vertex(self, graph: Graph, unit: Unit) -> None:
        key = self.keys[unit] = self._key(graph, unit.path or unit.operations[-1].op)
        name, kind, said = self._said(unit)
        count = unit.parameters()
        if count != 0:
            exact = to_text(size_tree(count))
            shown = format_number(count, self.lang) if isinstance(count, int) else exact
            said += " · " + phrase("drawing.parameters", self.lang, n=shown)
        label = _named(name)
        graph.nodes[key] = Vertex(key, kind, label, said, short=label)

    def _said(self, unit: Unit) -> tuple[str, str, str]:
        """Name, kind and words of a unit."""
        last = unit.path.rpartition(".")[2]
        names = [op.op for op in unit.operations]
        if unit.own or not last:
            if set(names) == {"add"}:
                return "+", "operation", phrase("drawing.kind_residual", self.lang)
            if "softmax" in names:
                return last or "softmax", "activation", phrase("drawing.kind_attention", self.lang)
            if names[-1] in _SIGNS:
                return _SIGNS[names[-1]], "operation", phrase("drawing.square", self.lang)
            word = phrase("drawing.kind_activation", self.lang)
            return activation_word(names[-1]), "activation", word
        kind = str(getattr(unit.layer.call.attrs["layer"], "kind", ""))
        found = next((k for k in _KINDS if k in kind), "")
        known = f"drawing.kind_{kind}" in catalogue(self.lang)
        said = phrase(f"drawing.kind_{kind}", self.lang) if known else activation_word(kind)
        return last, _KINDS.get(found, "activation"), " ".join([said, *_window(unit.layer.call)])

    def _output(self, graph: Graph) -> None:
        out = base(self.calls.outputs[0])
        key = self._key(graph, "output")
        graph.nodes[key] = Vertex(
            key, "data", _named("y"), phrase("drawing.role_output", self.lang)
        )
        graph.edges.append(Edge(self._source(out), key, shape_of(self.calls.outputs[0])))

    def _edges(self, graph: Graph, unit: Unit) -> None:
        seen: set[str] = set()
        inner = set(unit.operations)
        for op in unit.operations:
            for a in op.args:
                source = base(a)
                if source in inner or (source not in self.unit and source not in self.keys):
                    continue
                key = self._source(source)
                if key not in seen and key != self.keys[unit]:
                    seen.add(key)
                    graph.edges.append(Edge(key, self.keys[unit], shape_of(source)))

    def _source(self, call: Call) -> str:
        return self.keys[self.unit[call]] if call in self.unit else self.keys[call]

    @staticmethod
    def _key(graph: Graph, name: str) -> str:
        key, k = name, 2
        while key in graph.nodes:
            key, k = f"{name}#{k}", k + 1
        return key

    # -- frames ----------------------------------------------------------------------------------

    def _frames(self) -> list[Frame]:
        """A frame around the units of each outermost container."""
        members: dict[str, list[str]] = {}
        for unit in self.units:
            head, _, rest = unit.path.partition(".")
            if head and (rest or unit.own):
                members.setdefault(head, []).append(self.keys[unit])
        block = phrase("drawing.kind_sequential", self.lang)
        return [
            Frame(tuple(keys), block if head.rstrip("0123456789") == "sequential" else head)
            for head, keys in members.items()
            if len(keys) > 1
        ]


def shape_of(call: Call) -> Label:
    """`T × 64`, the shape of a value."""
    trees = [size_tree(s) for s in call.port.sizes] or [Num(1)]
    style = Style()
    return Label(
        " × ".join(to_typst(x, style) for x in trees), " × ".join(map(to_text, trees)),
        tuple(trees),
    )  # fmt: skip


def is_chain(graph: Graph) -> bool:
    """Whether every vertex reads the one before it alone."""
    order = list(graph.nodes)
    ends = [(e.source, e.target) for e in graph.edges]
    return ends == list(pairwise(order))


def _window(call: Call) -> list[str]:
    """`3 × 3, s = 2, p = 1` of a convolution or a pool."""
    settings = call.attrs["layer"].settings()
    sizes = {k: in_pairs(settings.get(k)) for k in ("kernel_size", "stride", "padding")}
    if not sizes["kernel_size"]:
        return []
    parts = [" × ".join(map(str, sizes["kernel_size"]))]
    for letter, key, plain in (("s", "stride", 1), ("p", "padding", 0)):
        if any(v != plain for v in sizes[key]):
            same = len(set(sizes[key])) == 1
            shown = str(sizes[key][0]) if same else " × ".join(map(str, sizes[key]))
            parts.append(f"{letter} = {shown}")
    return [", ".join(parts)]


def _named(name: str) -> Label:
    tree = Words(name)
    return Label(to_typst(tree), name, (tree,))


def _level(layer: LayerCall) -> int:
    path = str(layer.call.attrs.get("path", ""))
    return path.count(".") + 1 if path and layer.parent is not None else 0
