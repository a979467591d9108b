"""Iterative traversals: 10,000 nodes are ordinary, so nothing here recurses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symnn.core.node import Leaf, Node


def topological(
    roots: Iterable[Node], children: Callable[[Node], tuple[Node, ...]] = Node.children
) -> list[Node]:
    """All nodes below the roots, each after its children; order is by first visit."""
    done: dict[Node, None] = {}
    stack: list[tuple[Node, bool]] = [(r, False) for r in reversed(list(roots))]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if ready:
            done[node] = None
            continue
        stack.append((node, True))
        stack.extend((c, False) for c in reversed(kids(node, children)) if c not in done)
    return list(done)


def kids(node: Node, children: Callable[[Node], tuple[Node, ...]]) -> tuple[Node, ...]:
    """Children by the given function, or the node's own ones."""
    return node.children() if children is Node.children else children(node)


def leaves(roots: Iterable[Node]) -> list[Leaf]:
    """The leaves below the roots, by first visit."""
    return [n for n in topological(roots) if isinstance(n, Leaf)]
