"""How the nodes of a program are read: how often, in which axis order, at which powers.

What is read twice becomes a variable; a sum is written in the axis order of its first reader, and
with the sign that reads best where only even powers of it are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symnn.codegen.program import Definition
from symnn.core.index import Index
from symnn.core.node import ArgExtremum, Factor, Indicator, Leaf, Map, Node, Sum, Term
from symnn.core.scalars import is_negative
from symnn.core.walk import topological

_MATRIX = 2


def operands(node: Node) -> tuple[Node, ...]:
    """The nodes whose values the lowering of a node reads."""
    return (node.extremum.body,) if isinstance(node, (Indicator, ArgExtremum)) else node.children()


def count_readers(found: Sequence[Definition]) -> Counter[Node]:
    """How often each node is read; reading a variable is reading its definition."""
    roots = [node for _, node in found]
    counts: Counter[Node] = Counter()
    for node in topological(roots, operands):
        counts.update(occurrences(node))
    for call, node in reversed(found):
        counts[node] += max(1, counts[call.port])
    return counts


def axis_orders(roots: Sequence[Node]) -> dict[Node, tuple[int, ...]]:
    """The axis order in which the first reader wants a sum, where that is not its own order.

    Readers come before what they read, so that an entrywise reader asks for the order in which it
    is written itself. A sum over indices takes operands of rank 3 or more as they lie in memory.
    """
    whole = {node: tuple(range(node.rank)) for node in roots}
    wanted: dict[Node, tuple[int, ...]] = dict(whole)
    free: dict[Node, tuple[int, ...]] = {}
    for reader in reversed(topological(roots, operands)):
        own = wanted.get(reader, free.get(reader))
        for child, order in reversed(_readings(reader, own)):
            if child in whole:
                continue
            if order is not None:
                wanted[child] = order
            elif isinstance(child, Sum):
                free[child] = _first_order(child)
    return {
        n: order
        for n, order in {**free, **wanted}.items()
        if isinstance(n, Sum) and order != tuple(range(n.rank))
    }


def _readings(
    reader: Node, own: tuple[int, ...] | None
) -> list[tuple[Node, tuple[int, ...] | None]]:
    """Each read child and the axis order that the reader wants; None: any."""
    match reader:
        case Sum():
            indices = tuple(reader.indices[k] for k in own) if own else reader.indices
            reads = [(t, f) for t in reader.terms for f in t.factors if not f.is_bracket]
            direct = {f.node for _, f in reads}
            inner = [c for c in reader.children() if c not in direct]
            return [*((f.node, _order(indices, t, f)) for t, f in reads),
                    *((c, tuple(range(c.rank))) for c in inner)]  # fmt: skip
        case Map():
            return [(a, tuple(sorted(range(len(axes)), key=lambda k, x=axes: x[k])))
                    for a, axes in reader.args]  # fmt: skip
    return [(c, tuple(range(c.rank))) for c in operands(reader)]


def only_squared(found: Sequence[Definition]) -> set[Node]:
    """Sums of which only even powers are read: their sign is free."""
    roots = [node for _, node in found]
    even: dict[Node, bool] = dict.fromkeys(roots, False)
    for reader in topological(roots, operands):
        factors = [f for t in reader.terms for f in t.factors] if isinstance(reader, Sum) else []
        for f in factors:
            power = isinstance(f.power, int) and f.power % 2 == 0
            even[f.node] = even.get(f.node, True) and power
        direct = {f.node for f in factors}
        even.update((c, False) for c in operands(reader) if c not in direct)
    return {n for n, yes in even.items() if yes and isinstance(n, Sum)}


def _first_order(node: Sum) -> tuple[int, ...]:
    """The axes in the order in which the largest plain factor has them."""
    place = {i: k for k, i in enumerate(node.indices)}
    plain = [
        [place[i] for p in f.pos for i in p.indices() if i in place]
        for t in node.terms
        for f in t.factors
        if not f.is_bracket
    ]
    first = max(plain, key=len, default=[])
    order = (*dict.fromkeys(first), *(k for k in range(node.rank) if k not in first))
    return tuple(order)


def _order(indices: Sequence[Index], term: Term, f: Factor) -> tuple[int, ...] | None:
    """The axes of a factor in the order of the reader's indices; None: any order will do."""
    bare = [p.bare for p in f.pos]
    if f.is_bracket or not any(i in indices for i in bare):
        return None
    if len(bare) > _MATRIX and any(i in term.bound for i in bare):
        return None
    place = {i: k for k, i in enumerate(indices)}
    return tuple(sorted(range(len(bare)), key=lambda k: place.get(bare[k], len(place))))  # type: ignore[arg-type]


def occurrences(node: Node) -> list[Node]:
    """What a node reads, as often as it does."""
    match node:
        case Sum():
            direct = [f.node for t in node.terms for f in t.factors if not f.is_bracket]
            return direct + [c for c in node.children() if c not in direct]
        case Map():
            return [arg for arg, _ in node.args]
    return list(operands(node))


def contracts(term: Term) -> bool:
    """Whether a term is or reads a sum over indices: it is written first."""
    inner = [f.node for f in term.factors if isinstance(f.node, Sum)]
    return bool(term.bound) or any(t.bound for n in inner for t in n.terms)


def inputs_first(node: Sum) -> bool:
    """Whether the sign makes inputs positive and computed values negative (`y - y_hat`)."""
    gain = 0
    for t in node.terms:
        leaf = all(isinstance(f.node, Leaf) and f.node.role == "input" for f in t.factors)
        gain += (1 if is_negative(t.coef) else -1) * (-1 if leaf else 1)
    return gain > 0
