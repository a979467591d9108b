"""Who places the cells: pygraphviz in this process, `dot` on PATH, or the own layout.

Graphviz orders the cells of each rank and gives their positions across; ranks, labels and routes
are ours, so that all engines keep the same laws. No figure is ever missing: whatever fails falls
to the next engine, and the name of the one that placed the picture is returned.
"""

from __future__ import annotations

import shutil
import subprocess
import warnings
from itertools import pairwise

import graphviz

from symnn.core.errors import UnsupportedError
from symnn.drawing.ranks import APART, Cell, Layers, own_layout

try:  # a bare system lacks the libraries of its wheel: that is an ImportError as well
    import pygraphviz
except ImportError:  # pragma: no cover
    pygraphviz = None

ENGINES = ("pygraphviz", "dot", "own")
_POINTS = 72.0
_MOST_CELLS = 1500  # beyond, dot takes minutes and the own layout a second
_SECONDS = 20


def available() -> tuple[str, ...]:
    """The engines that work here, the best first.

    >>> available()[-1]
    'own'
    """
    here = {"pygraphviz": pygraphviz is not None, "dot": shutil.which("dot") is not None}
    return tuple(name for name in ENGINES if here.get(name, True))


def arrange(layers: Layers, engine: str = "") -> str:
    """Place the cells with an engine, or with the best that works; return its name.

    Raises:
        UnsupportedError: an engine that does not exist or does not work here.
    """
    working = available()
    if engine and engine not in working:
        known = ", ".join(working)
        raise UnsupportedError(f"no layout engine {engine!r} here\n  there is: {known}")
    many = sum(map(len, layers.ranks)) > _MOST_CELLS
    for name in [engine] if engine else working:
        if name == "own" or (many and not engine):
            break
        text = _plain(cells_dot(layers), name)
        if text is not None and _take(layers, text):
            return name
    own_layout(layers)
    return "own"


def cells_dot(layers: Layers) -> str:
    """The cells as DOT text with fixed sizes and names of our own making."""
    graph = graphviz.Digraph(
        "cells",
        graph_attr={"rankdir": "TB", "nodesep": str(APART / _POINTS), "ranksep": "0.4"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
        edge_attr={"arrowhead": "none"},
    )
    names = _names(layers)
    for cell, name in names.items():
        wide = 2 * max(cell.before, cell.after) / _POINTS
        graph.node(name, width=f"{wide:.4f}", height="0.3")
    for a, b in layers.links:
        weight = "8" if "vertex" not in (a.kind, b.kind) else "3"
        graph.edge(names[a], names[b], weight=weight)
    return str(graph.source)


def _names(layers: Layers) -> dict[Cell, str]:
    cells = [c for rank in layers.ranks for c in rank]
    return {cell: f"c{k}" for k, cell in enumerate(cells)}


def _plain(dot: str, engine: str) -> str | None:
    """Graphviz' `plain` output, or None where it fails."""
    try:
        if engine == "pygraphviz":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = pygraphviz.AGraph(string=dot).draw(format="plain", prog="dot")
            return found.decode() if isinstance(found, bytes) else str(found)
        done = subprocess.run(
            ["dot", "-Tplain"], input=dot, capture_output=True, text=True, check=True,
            timeout=_SECONDS,
        )  # fmt: skip
        return done.stdout
    except (OSError, subprocess.SubprocessError, ValueError, RuntimeError):
        return None


def _take(layers: Layers, text: str) -> bool:
    """Read the positions; False where Graphviz did not keep our ranks apart."""
    found: dict[str, float] = {}
    for line in text.splitlines():
        parts = line.split()
        if parts and parts[0] == "node":
            found[parts[1]] = float(parts[2]) * _POINTS
    names = _names(layers)
    if any(name not in found for name in names.values()):
        return False
    for cell, name in names.items():
        cell.at = found[name]
    for rank in layers.ranks:
        rank.sort(key=lambda c: c.at)
        for a, b in pairwise(rank):
            if b.at - a.at < a.after + b.before + APART / 2:
                return False
    return True
