"""The own layered layout: ranks, cells for labels and long edges, order, positions.

Every vertex has a rank; an edge passes through one cell in each rank between its ends, so links
join neighbouring ranks only. The label of an edge is such a cell, with the lines through it: so no
label can lie on a vertex, on another label, or under a foreign line.

Law: in a rank, cells stand in order and never nearer than `APART`. Linear in cells for each sweep.
Sources: Sugiyama, Tagawa & Toda 1981 (method); Gansner et al. 1993 (median sweeps).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from symnn.drawing.ranking import longest_path_ranks

APART = 14.0
_SWEEPS = 12
_SETTLE = 16
_LIGHT = 0.02  # the pull of an input that stands beside its reader
_MANY = 3000  # cells, beyond which half the sweeps must do


@dataclass(eq=False)
class Cell:
    """A vertex, a label or a bend: extents along the ranks (`main`) and across, from its line.

    `light` cells follow their reader and do not pull at it: inputs that it alone reads.
    """

    key: str
    rank: int
    main: float
    before: float
    after: float
    kind: str = "vertex"
    at: float = 0.0
    light: bool = False


@dataclass
class Layers:
    """Cells by rank in order, and links between neighbouring ranks."""

    ranks: list[list[Cell]]
    links: list[tuple[Cell, Cell]]
    routes: list[list[Cell]] = field(default_factory=list)
    ports: dict[tuple[Cell, Cell], float] = field(default_factory=dict)

    def neighbours(self) -> tuple[dict[Cell, list[Cell]], dict[Cell, list[Cell]]]:
        """Cells before and after each cell."""
        before: dict[Cell, list[Cell]] = {c: [] for rank in self.ranks for c in rank}
        after: dict[Cell, list[Cell]] = {c: [] for rank in self.ranks for c in rank}
        for a, b in self.links:
            after[a].append(b)
            before[b].append(a)
        return before, after


def make_layers(
    vertices: Mapping[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    labels: Sequence[tuple[float, float, float]],
    frames: Sequence[Collection[str]] = (),
) -> Layers:
    """Cells for vertices (main, cross) and for the labels (main, before, after) of edges."""
    rank = longest_path_ranks(list(vertices), edges, frames)
    alone = _alone(vertices, edges)
    framed = {k: n for n, frame in enumerate(frames) for k in frame}
    cells = {
        k: Cell(k, 2 * rank[k], main, cross / 2, cross / 2) for k, (main, cross) in vertices.items()
    }
    layers = Layers([[] for _ in range(2 * max(rank.values(), default=0) + 1)], [])
    for cell in cells.values():
        layers.ranks[cell.rank].append(cell)
    fan = {k: sum(a == k for a, _ in edges) for k in vertices} if len(edges) < 500 else {}
    for n, ((a, b), (main, before, after)) in enumerate(zip(edges, labels, strict=True)):
        first, last = 2 * rank[a] + 1, 2 * rank[b] - 1
        own = last if fan.get(a, 1) > 1 else first
        if framed.get(a) != framed.get(b):  # outside of the frame
            own = last if a in framed else first
        route = [cells[a]]
        for r in range(first, last + 1):
            cell = (
                Cell(f"{a}>{b}/{n}", r, main, before, after, "label")
                if r == own
                else Cell(f"{a}>{b}/{n}/{r}", r, 0, 9, 9, "bend")
            )
            layers.ranks[r].append(cell)
            route.append(cell)
        route.append(cells[b])
        for cell in route[:-1] if a in alone else ():
            cell.light = True
        layers.routes.append(route)
        layers.links += pairwise(route)
    return layers


def _alone(keys: Collection[str], edges: Sequence[tuple[str, str]]) -> set[str]:
    """Sources with one reader that reads something else as well."""
    readers: dict[str, list[str]] = {k: [] for k in keys}
    for a, b in edges:
        readers[a].append(b)
    inner = {b for _, b in edges}
    fed = {b for a, b in edges if a in inner or len(readers[a]) > 1}
    return {k for k in keys if k not in inner and len(readers[k]) == 1 and readers[k][0] in fed}


# -- order ---------------------------------------------------------------------------------------


def order(layers: Layers) -> None:
    """Order the cells of each rank with few crossings: sweeps by medians, the best order kept."""
    before, after = layers.neighbours()
    _first_order(layers, after)
    best, fewest = [list(r) for r in layers.ranks], crossings(layers)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        indices = range(1, len(layers.ranks)) if down else range(len(layers.ranks) - 2, -1, -1)
        for r in indices:
            _by_medians(layers.ranks, r, before if down else after, r - 1 if down else r + 1)
        found = crossings(layers)
        if found < fewest:
            best, fewest = [list(rank) for rank in layers.ranks], found
    layers.ranks[:] = best


def _first_order(layers: Layers, after: dict[Cell, list[Cell]]) -> None:
    """By first visit, depth first from the sources."""
    seen: dict[Cell, int] = {}
    for start in [c for rank in layers.ranks for c in rank]:
        stack = [start]
        while stack:
            cell = stack.pop()
            if cell not in seen:
                seen[cell] = len(seen)
                stack += reversed(after[cell])
    for rank in layers.ranks:
        rank.sort(key=seen.__getitem__)


def _by_medians(
    ranks: list[list[Cell]], r: int, neighbours: dict[Cell, list[Cell]], fixed: int
) -> None:
    place = {c: k for k, c in enumerate(ranks[fixed])}
    wanted: dict[Cell, float] = {}
    for k, cell in enumerate(ranks[r]):
        found = sorted(place[n] for n in neighbours[cell])
        middle = len(found) // 2
        if not found:
            wanted[cell] = float(k)
        elif len(found) % 2:
            wanted[cell] = float(found[middle])
        else:
            wanted[cell] = (found[middle - 1] + found[middle]) / 2
    ranks[r].sort(key=wanted.__getitem__)


def crossings(layers: Layers) -> int:
    """How many pairs of links cross."""
    place = {c: k for rank in layers.ranks for k, c in enumerate(rank)}
    by_rank: dict[int, list[tuple[int, int]]] = {}
    for a, b in layers.links:
        by_rank.setdefault(a.rank, []).append((place[a], place[b]))
    total = 0
    for pairs in by_rank.values():
        seen: list[int] = []
        for _, end in sorted(pairs):
            total += len(seen) - bisect_right(seen, end)
            insort(seen, end)
    return total


# -- positions -----------------------------------------------------------------------------------


def place(layers: Layers, *, fresh: bool = True) -> None:
    """Positions across: as near to the neighbours as the order and the widths allow."""
    before, after = layers.neighbours()
    for rank in layers.ranks if fresh else ():
        x = 0.0
        for cell in rank:
            cell.at = x + cell.before
            x = cell.at + cell.after + APART
    sweeps = _SETTLE if len(before) < _MANY else _SETTLE // 2
    for sweep in range(sweeps):
        down = sweep % 2 == 0
        indices = range(len(layers.ranks)) if down else range(len(layers.ranks) - 1, -1, -1)
        both = sweep >= sweeps - 4
        for r in indices:
            side = (before, after) if both else (before,) if down else (after,)
            _settle(layers, layers.ranks[r], side)


def _settle(layers: Layers, rank: list[Cell], sides: Sequence[dict[Cell, list[Cell]]]) -> None:
    """Move a rank's cells to where their links run straight from port to port."""
    ports = layers.ports
    wanted, weights = [], []
    for cell in rank:
        near = [n for side in sides for n in side[cell]]
        pulls = [n.at + ports.get((n, cell), 0.0) - ports.get((cell, n), 0.0) for n in near]
        strong = [_LIGHT if n.light and not cell.light else 1.0 for n in near]
        total = sum(a * b for a, b in zip(pulls, strong, strict=True))
        wanted.append(total / sum(strong) if near else cell.at)
        straight = 4.0 if cell.kind != "vertex" else 1.0 + len(near)
        weights.append(straight if near else 0.05)
    gaps = [a.after + b.before + APART for a, b in pairwise(rank)]
    for cell, at in zip(rank, spaced(wanted, weights, gaps), strict=True):
        cell.at = at


def straighten(layers: Layers) -> None:
    """Take the bends out of long edges where there is room beside their neighbours."""
    lowest: dict[Cell, tuple[Cell | None, Cell | None]] = {}
    for rank in layers.ranks:
        for k, cell in enumerate(rank):
            right = rank[k + 1] if k + 1 < len(rank) else None
            lowest[cell] = (rank[k - 1] if k else None, right)

    def room(cell: Cell) -> tuple[float, float]:
        left, right = lowest[cell]
        low = left.at + left.after + cell.before + APART if left else -1e9
        high = right.at - right.before - cell.after - APART if right else 1e9
        return low, high

    for route in layers.routes:
        inner, k = route[1:-1], 0
        while k < len(inner):
            low, high = room(inner[k])
            end = k + 1
            while end < len(inner):
                a, b = room(inner[end])
                if max(low, a) > min(high, b):
                    break
                low, high, end = max(low, a), min(high, b), end + 1
            run = inner[k:end]
            mean = sum(c.at for c in run) / len(run)
            for c in run:
                c.at = min(max(mean, low), high)
            k = end


def spaced(wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The positions nearest to the wanted ones (least squares) with at least these gaps.

    Pool adjacent violators on the positions without their gaps.

    >>> spaced([0, 0, 10], [1, 1, 1], [2, 2])
    [-1.0, 1.0, 10.0]
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[list[float]] = []  # mean, weight, count
    for want, weight, offset in zip(wanted, weights, offsets, strict=False):
        pools.append([want - offset, weight, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            mean, heavy, count = pools.pop()
            last = pools[-1]
            last[0] = (last[0] * last[1] + mean * heavy) / (last[1] + heavy)
            last[1] += heavy
            last[2] += count
    flat = [pool[0] for pool in pools for _ in range(int(pool[2]))]
    return [x + offset for x, offset in zip(flat, offsets, strict=False)]


def own_layout(layers: Layers) -> None:
    """Order and place."""
    order(layers)
    place(layers)
    straighten(layers)
