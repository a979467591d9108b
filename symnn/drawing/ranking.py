"""Ranks of vertices: how many steps each stands from the sources.

Law: every edge goes to a higher rank; what a frame reads, and what reads it, keeps two ranks away
from all of the frame's members, so that its border has room and goes around them alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def longest_path_ranks(
    keys: Sequence[str],
    edges: Sequence[tuple[str, str]],
    frames: Sequence[Collection[str]] = (),
) -> dict[str, int]:
    """A rank for each vertex (keys in topological order); sources stand next to their readers.

    >>> longest_path_ranks(["a", "b", "c", "d"], [("a", "b"), ("b", "d"), ("c", "d")])
    {'a': 0, 'b': 1, 'c': 1, 'd': 2}
    >>> longest_path_ranks(["a", "b", "c", "d"], [("a", "b"), ("b", "d"), ("c", "d")], ["b"])
    {'a': 0, 'b': 2, 'c': 3, 'd': 4}
    """
    before: dict[str, list[str]] = {k: [] for k in keys}
    after: dict[str, list[str]] = {k: [] for k in keys}
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    of = {k: n for n, frame in enumerate(frames) for k in frame}
    rank = _from_sources(keys, before, frames, of)
    inner = [[rank[k] for k in frame if before[k]] for frame in frames]
    for key in keys:
        if not before[key] and after[key]:
            apart = {of[b] for b in after[key] if b in of and of[b] != of.get(key)}
            near = [rank[b] - 1 for b in after[key] if of.get(b) not in apart]
            rank[key] = min(near + [min(inner[n]) - 2 for n in sorted(apart) if inner[n]])
    lowest = min(rank.values(), default=0)
    return {k: r - lowest for k, r in rank.items()}


def _from_sources(
    keys: Sequence[str],
    before: Mapping[str, list[str]],
    frames: Sequence[Collection[str]],
    of: Mapping[str, int],
) -> dict[str, int]:
    """The longest path to each vertex, with steps of two across the border of a frame."""
    reads = [
        {a for k in frame for a in before[k] if of.get(a) != n} for n, frame in enumerate(frames)
    ]
    rank: dict[str, int] = {}
    last = [0] * len(frames)  # the highest rank of a member so far
    for key in keys:
        own = of.get(key)
        least = [rank[a] + 1 for a in before[key] if of.get(a) == own]
        foreign = {a for a in before[key] if of.get(a) != own}
        if own is not None and before[key]:
            foreign |= {a for a in reads[own] if a in rank}
        least += [(last[of[a]] if a in of else rank[a]) + 2 for a in foreign]
        rank[key] = max(least, default=0)
        if own is not None:
            last[own] = max(last[own], rank[key])
    return rank
