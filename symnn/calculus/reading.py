"""How long a node reads: the cost that the simplifier lowers.

About 1 per leaf factor, 0.6 and its content for a group, 1.5 for a function, 0.3 per term, 0.4 for
a coefficient, 0.95 for a power, 1 for a sum over one factor (it prints as a vector of ones).
"""

from __future__ import annotations

from symnn.core.node import Leaf, Map, Node, Sum, Term


def cost(node: Node) -> float:
    """How long a node reads: about 1 per leaf factor, 1.5 per function, 0.3 per term."""
    known = node.cache.get("cost")
    if known is None:
        known = _cost(node)
        node.cache["cost"] = known
    return float(known)


def _cost(node: Node) -> float:
    if isinstance(node, Leaf):
        return 1.0
    if isinstance(node, Sum):
        return sum(term_cost(t) for t in node.terms) if node.terms else 0.2
    if isinstance(node, Map):
        return 1.5 + sum(cost(n) for n, _ in node.args)
    return 1.8 + sum(cost(c) for c in node.children())


def term_cost(term: Term) -> float:
    """How long a term reads."""
    total = 0.3 + (0.0 if term.coef in (1, -1) else 0.4)
    for f in term.factors:
        total += 1.0 if f.is_bracket else _read_cost(f.node)
        total += 0.0 if f.power == 1 else 0.95
    return total + _lone_sums(term)


def _lone_sums(term: Term) -> float:
    """1 for each index summed over one factor only: it prints as a vector of ones."""
    if not term.bound:
        return 0.0
    readers = [i for f in term.factors for i in set(f.indices())]
    return float(sum(readers.count(b) == 1 for b in term.bound))


def _read_cost(node: Node) -> float:
    return 0.6 + cost(node) if isinstance(node, Sum) else cost(node)
