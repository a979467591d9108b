"""`sn.draw`: one function for every kind of drawing.

A loss or derivation gives its computational graph, forward and backward; a model with its inputs,
an analysis or plain rows give the network by layers. Law: an unknown kind raises and lists what
there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from symnn.analysis.analyzer import Analysis, analyze
from symnn.core.errors import UnsupportedError, explain
from symnn.derivation.derivation import Derivation, derive
from symnn.drawing.blocks import frame_blocks
from symnn.drawing.diagram import Diagram
from symnn.drawing.dot import to_dot
from symnn.drawing.folding import fold_blocks
from symnn.drawing.graph import Graph
from symnn.drawing.model_graph import is_chain, model_graph
from symnn.drawing.picture import graph_picture
from symnn.drawing.reading import computational_graph, forward_graph
from symnn.drawing.rows import rows_of
from symnn.drawing.volumes import layers_diagram
from symnn.lang.call import below
from symnn.lang.tensor import Tensor
from symnn.nn.module import Module

_MANY = 40  # vertices from which repeated blocks are folded


def draw(
    what: Any, *inputs: Tensor, backward: bool = True, lang: str = "en",
    depth: int | None = None, fold: bool | None = None, roles: Mapping[str, str] | None = None,
    engine: str = "",
) -> Diagram:  # fmt: skip
    """Draw a loss, a derivation, a value, or a model.

    Args:
        what: a scalar loss or a Derivation (computational graph, forward and backward); any other
            tensor (forward only); a model with its inputs, an Analysis, or rows with `name`, `op`,
            `output_shape`, `parameters`, `kernel`, `stride` (network by layers; a model with
            branches as the graph of its layers).
        *inputs: symbolic tensors for a model.
        backward: with the gradient on each edge.
        lang: language of words and numbers.
        depth: for models and what they return, how deep names are opened, forward only: 1 draws
            `encoder`, 2 `encoder.block1`.
        fold: draw repeated blocks once; default: in large graphs.
        roles: words below the names of inputs and parameters, by name.
        engine: "pygraphviz", "dot" or "own"; default: the best that works.

    Returns:
        Diagram: `.svg`, `.dot`, `.save("net.pdf")`; shown as it is in a notebook.

    Raises:
        UnsupportedError: something that cannot be drawn.

    >>> import numpy as np, symnn as sn
    >>> x = sn.parameter("x", ("n",))
    >>> draw(np.sum(x * x))
    Diagram(Computational graph, layout: path)
    """
    if isinstance(what, Module):
        branched = model_graph(what(*inputs), lang, depth)
        if depth is not None or not is_chain(branched):
            return graph_diagram(branched if fold is False else fold_blocks(branched), lang, engine)
    if isinstance(what, Analysis | Module) or _are_rows(what):
        rows = rows_of(analyze(what, *inputs) if isinstance(what, Module) else what)
        return layers_diagram(rows, lang, depth=depth)
    if isinstance(what, Tensor) and depth is not None and "layer" in what.call.attrs:
        layers = model_graph(what, lang, depth)
        return graph_diagram(layers if fold is False else fold_blocks(layers), lang, engine)
    graph = _graph_of(what, lang, backward, roles)
    if fold or (fold is None and len(graph.nodes) > _MANY):
        graph = frame_blocks(graph, lang)
    return graph_diagram(graph, lang, engine)


def _graph_of(what: Any, lang: str, backward: bool, roles: Mapping[str, str] | None) -> Graph:
    """The graph of a derivation or a tensor."""
    if isinstance(what, Derivation):
        return computational_graph(what, lang, backward=backward, roles=roles)
    if isinstance(what, Tensor):
        return _of_tensor(what, lang, backward, roles)
    raise UnsupportedError(
        explain("sn.draw", found=type(what).__name__,
                expected="a tensor, a Derivation, a model with inputs, an Analysis, or rows",
                fix="for a function, call it on symbolic tensors first")
    )  # fmt: skip


def _are_rows(what: Any) -> bool:
    return isinstance(what, Sequence) and bool(what) and all(isinstance(r, Mapping) for r in what)


def _of_tensor(value: Tensor, lang: str, backward: bool, roles: Mapping[str, str] | None) -> Graph:
    learned = any(c.op == "parameter" for c in below([value.call]))
    if backward and not value.ndim and learned:
        return computational_graph(derive(value), lang, roles=roles)
    return forward_graph(value, lang)


def graph_diagram(graph: Graph, lang: str, engine: str = "") -> Diagram:
    """The diagram of a graph, both layouts."""
    text = "".join(graph.sources()) + "".join(graph.nodes)
    prefix = "s" + sha256(text.encode()).hexdigest()[:8]
    wide = graph_picture(graph, lang, "wide", prefix=f"{prefix}w", engine=engine)
    tall = partial(graph_picture, graph, lang, "tall", prefix=f"{prefix}t", engine=engine)
    return Diagram(wide, tall, partial(to_dot, graph, wide.title))
