"""A graph as DOT text, for other programs: names escaped, formulas as Unicode text."""

from __future__ import annotations

import re

import graphviz

from symnn.drawing.canvas import LIGHT
from symnn.drawing.graph import Graph

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def to_dot(graph: Graph, title: str = "") -> str:
    """The graph in the language of Graphviz: forward solid with shapes, backward dashed.

    >>> import numpy as np, symnn as sn
    >>> from symnn.drawing.reading import computational_graph
    >>> x = sn.parameter("x", ("n",))
    >>> "∇_x(L) = 2 x" in to_dot(computational_graph(sn.derive(np.sum(x * x))))
    True
    """
    out = graphviz.Digraph(
        "symnn",
        graph_attr={"rankdir": "LR", "fontname": "sans-serif", "label": quoted(title)},
        node_attr={"fontname": "sans-serif", "style": "filled,rounded"},
        edge_attr={"fontname": "sans-serif", "fontsize": "10"},
    )
    names = {key: f"n{k}" for k, key in enumerate(graph.nodes)}
    for key, v in graph.nodes.items():
        out.node(
            names[key], label=quoted(f"{v.label.text}\n{v.words}"),
            shape="ellipse" if v.round else "box", color=LIGHT[v.tone],
            fillcolor=LIGHT[f"{v.tone}-tint"],
            style="filled,dashed" if v.kind == "random" else "filled",
        )  # fmt: skip
    for e in graph.edges:
        ends = names[e.source], names[e.target]
        out.edge(*ends, label=quoted(e.shape.text), color=LIGHT["blue"], fontcolor=LIGHT["blue"])
        if e.gradient.text:
            red = LIGHT["vermillion"]
            out.edge(*ends, label=quoted(e.gradient.text), dir="back", style="dashed", color=red,
                     fontcolor=red)  # fmt: skip
    return str(out.source)


def quoted(text: str) -> str:
    r"""A text that Graphviz shows as it is: no HTML label, no escape of its own.

    >>> print(quoted("<b>\\N"))
    <b>\\N
    """
    escaped: str = graphviz.escape(_CONTROL.sub("", text))
    return escaped
