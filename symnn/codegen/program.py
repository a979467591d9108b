"""The calls that become variables, each with its definition over earlier ones.

Named calls, gradients and outputs stay variables; so does an unnamed call with several readers
that the normal form would copy into each of them. The rest is opened and folded, so that a
softmax written by hand is the stable one. Law: opening every variable gives the outputs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from symnn.calculus.folds import fold
from symnn.codegen.structure import restructured
from symnn.core.node import Leaf, Node, Sum
from symnn.core.walk import leaves
from symnn.lang.call import Call, below, opened

Definition = tuple[Call, Node]


def definitions(
    roots: Sequence[Call], wrt: Sequence[Call] = (), *, contractions: bool = False
) -> list[Definition]:
    """The variables that the roots need, in order; a root that is a leaf has none.

    What a recurrence reads is one as well. With `contractions`, every product that is summed is one
    too: then its cotangent is computed once, however many operands it goes to.
    """
    calls = below(roots)
    readers = Counter(a for c in calls for a in c.args)
    keep = {*roots, *wrt}
    looped = {a for c in calls if c.op == "scan" for a in c.args if a.op != "number"}
    opaque = [c for c in calls if not c.is_leaf and (c in keep or _is_variable(c, readers[c])
              or c in looped or (contractions and _contracts(c.body)))]  # fmt: skip
    expressions = opened(list(roots), opaque)
    folded = restructured(fold([expressions[c] for c in opaque]))
    return _alive(list(zip(opaque, folded, strict=True)), keep)


def _is_variable(call: Call, readers: int) -> bool:
    if call.op == "number" or not call.args:
        return False
    return call.name is not None or call.op == "gradient" or (readers > 1 and _melts(call.body))


def _contracts(body: Node) -> bool:
    """Whether the body sums a product."""
    return isinstance(body, Sum) and any(t.bound and len(t.factors) > 1 for t in body.terms)


def _melts(body: Node) -> bool:
    """Whether the normal form copies the body into its readers."""
    return isinstance(body, Sum) and any(not t.bound for t in body.terms)


def _alive(found: list[Definition], keep: set[Call]) -> list[Definition]:
    """Without the variables that nothing reads any more."""
    read: set[Node] = set()
    alive: list[Definition] = []
    for call, node in reversed(found):
        if call in keep or call.port in read:
            alive.append((call, node))
            read.update(leaves([node]))
    return alive[::-1]


def inputs_of(roots: Sequence[Call]) -> list[Call]:
    """The leaves below the roots, in the order in which they were made.

    A leaf that cancelled out is still an input: its shape may bind a size.
    """
    return [c for c in below(roots) if c.is_leaf and c.op != "constant"]


def constants_of(found: Sequence[Definition], roots: Sequence[Call]) -> list[Leaf]:
    """Arrays of numbers inside the definitions."""
    nodes = [node for _, node in found] + [r.body for r in roots if r.is_leaf]
    return [x for x in leaves(nodes) if "value" in x.cache]
