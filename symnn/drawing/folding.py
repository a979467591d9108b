"""Repeated blocks drawn once: "× 12".

Operations stand in the program's order; a stretch that comes again and again with the same
formulas, shapes and ways of reading, up to the numbers in the names, is a repeated block. Its first
copy stays, marked with the count; its parameters stand for those of all copies.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symnn.drawing.graph import Edge, Frame, Graph, Vertex

_LEAST = 3  # copies worth folding
_LONGEST = 40  # operations of a block
_INPUT, _PARAMETER = -1, -2  # in place of a distance
Sign = tuple[tuple[str, str, str], tuple[tuple[str, int], ...]]
_NUMBERS = re.compile(r"[\^_]?[\[({]?[0-9₀-₉⁰¹²³⁴-⁹]+[\])}]?|[′']")


def fold_blocks(graph: Graph) -> Graph:
    """The graph with each repeated block once.

    Law: a graph without repetition comes back as it is; no vertex loses all its edges.
    """
    inner = [k for k in graph.nodes if graph.nodes[k].kind not in ("data", "parameter", "output")]
    into: dict[str, list[Edge]] = {k: [] for k in graph.nodes}
    for e in graph.edges:
        into[e.target].append(e)
    place = {k: n for n, k in enumerate(inner)}
    signs = [_sign(graph, k, into[k], place) for k in inner]
    stands = {k: k for k in graph.nodes}
    repeat: dict[str, int] = {}
    start = 0
    while start < len(inner):
        period, copies = _block(signs, start)
        if copies < _LEAST:
            start += 1
            continue
        start = _framed(graph, inner, signs, start, period, copies)
        for k in range(period * copies):
            first = inner[start + k % period]
            stands[inner[start + k]] = first
            repeat[first] = copies
        start += period * copies
    return _rebuilt(graph, into, stands, repeat) if repeat else graph


def _sign(graph: Graph, key: str, into: list[Edge], place: dict[str, int]) -> Sign:
    """What two copies share: kind, formula without numbers, shapes, distances to what is read."""
    vertex = graph.nodes[key]
    here = place[key]
    kinds = {"parameter": _PARAMETER}
    reads = tuple(
        (e.shape.text, here - place[e.source] if e.source in place
         else kinds.get(graph.nodes[e.source].kind, _INPUT))
        for e in into
    )  # fmt: skip
    return (vertex.kind, _NUMBERS.sub("", vertex.label.text), vertex.words), reads


def _block(signs: list[Sign], start: int) -> tuple[int, int]:
    """The period and the number of copies of the block that starts here; (1, 1) for none."""
    best = (1, 1)
    for period in range(1, min(_LONGEST, (len(signs) - start) // _LEAST) + 1):
        second = signs[start + period : start + 2 * period]
        if not _enters(signs[start : start + period], second):
            continue
        copies = 2
        while signs[start + copies * period : start + (copies + 1) * period] == second:
            copies += 1
        if copies >= _LEAST and period * copies > best[0] * best[1]:
            best = (period, copies)
    return best


def _framed(
    graph: Graph, inner: list[str], signs: list[Sign], start: int, period: int, copies: int
) -> int:
    """Where the block starts: of equally good places the one where a frame does."""
    heads = {frame.keys[0] for frame in graph.frames}
    for k in range(start, start + period):
        if inner[k] in heads and _block(signs, k) == (period, copies):
            return k
    return start


def _enters(first: list[Sign], second: list[Sign]) -> bool:
    """Whether the first copy is like the second; what comes from before the block may be data."""
    for k, ((a, reads_a), (b, reads_b)) in enumerate(zip(first, second, strict=True)):
        if a != b or len(reads_a) != len(reads_b):
            return False
        for (shape_a, far_a), (shape_b, far_b) in zip(reads_a, reads_b, strict=True):
            entering = far_b > k and (far_a > k or far_a == _INPUT)
            if shape_a != shape_b or not (far_a == far_b or entering):
                return False
    return True


def _rebuilt(
    graph: Graph, into: dict[str, list[Edge]], stands: dict[str, str], repeat: dict[str, int]
) -> Graph:
    kept = {k for k in graph.nodes if stands[k] == k}
    edges: dict[tuple[str, str], Edge] = {}
    for key in graph.nodes:
        if key not in kept:
            continue
        for e in into[key]:
            source = stands[e.source]
            if source != key and (source, key) not in edges and _earlier(graph, source, key):
                edges[source, key] = replace(e, source=source)
    used = {end for pair in edges for end in pair}
    nodes: dict[str, Vertex] = {}
    for key, vertex in graph.nodes.items():
        if key in kept and key in used:
            nodes[key] = replace(vertex, repeat=repeat.get(key, 1))
    totals = {k: v for k, v in graph.totals.items() if k in nodes}
    frames = _folded_frames(graph.frames, nodes)
    return Graph(nodes, list(edges.values()), graph.title, graph.loss, totals, frames)


def _folded_frames(frames: list[Frame], nodes: dict[str, Vertex]) -> list[Frame]:
    """Frames of what is left; one whose vertices all repeat says how often, in their place."""
    kept: list[Frame] = []
    for frame in frames:
        keys = tuple(k for k in frame.keys if k in nodes)
        counts = {nodes[k].repeat for k in keys}
        if len(keys) < len(frame.keys) or not keys:
            continue
        if len(counts) == 1:
            nodes.update({k: replace(nodes[k], repeat=1) for k in keys})
        kept.append(Frame(keys, frame.caption, counts.pop() if len(counts) == 1 else 1))
    return kept


def _earlier(graph: Graph, source: str, target: str) -> bool:
    """Whether the source stands before the target: a folded block reads nothing behind it."""
    order = graph.__dict__.setdefault("_order", {k: n for n, k in enumerate(graph.nodes)})
    return bool(order[source] < order[target])
