"""Cotangents: what the readers of a value pass to it, settled into one named result.

Each definition is differentiated on its own with the names in it held opaque. A cotangent is put
into the next step only through a function, and only where its value has no other reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symnn.calculus.adjoint import reverse
from symnn.calculus.build import rebuild, substitute
from symnn.calculus.facts import READER, Policy, recording
from symnn.calculus.normal import make_sum
from symnn.calculus.read_back import Readings, read_back
from symnn.calculus.reading import cost
from symnn.calculus.simplify import expand, simplify
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Map, Node, Softmax, Sum, Term
from symnn.core.walk import topological
from symnn.derivation.definitions import Binding, Program, direct_leaves
from symnn.lang.call import Call


@dataclass(eq=False)
class Path:
    """What one reader `user` passes to a value.

    Attributes:
        user: the binding that reads the value.
        named: the contribution with the user's cotangent by its name.
        final: the same as it enters the sum (the user's cotangent perhaps put in).
        put_in: whether it was.
        nonzero: values that must not be 0 for the derivative to be this one.
    """

    user: Binding
    named: Node
    final: Node
    put_in: bool = False
    nonzero: tuple[Node, ...] = ()


@dataclass(eq=False)
class Cotangent:
    """The gradient of the output in one value.

    Attributes:
        target: the leaf or port.
        paths: one per reader, last reader first.
        plain: the sum of the paths in normal form, before facts.
        value: the result, facts used.
        facts: facts that `value` needed, as (node, fact).
        nonzero: values that were cancelled and must not be 0.
        call: the Call that names it; None where it is a constant and needs no name.
        closed: the same without names that need this one, where `value` is a recurrence.
    """

    target: Leaf
    paths: list[Path]
    plain: Node
    value: Node
    facts: list[tuple[Node, str]] = field(default_factory=list)
    nonzero: list[Node] = field(default_factory=list)
    call: Call | None = None
    closed: Node | None = None

    @property
    def read(self) -> Node:
        """What a later step reads: the name, or the constant itself."""
        return self.value if self.call is None else self.call.port


def paths_of(
    u: Binding,
    cotangent: Cotangent,
    needed: set[Leaf],
    names: dict[Node, Node],
    *,
    simple: bool,
) -> list[tuple[Leaf, Path]]:
    """What a binding whose cotangent is known passes to each leaf that it reads."""
    targets = [x for x in direct_leaves(u.definition) if x in needed]
    if isinstance(u.definition, Leaf):
        same = Path(u, cotangent.read, cotangent.value, put_in=True)
        return [(u.definition, same)]
    hook = simplify if simple and u.shown is None else None  # names first, then short forms
    with recording() as uses:
        found = reverse(u.definition, cotangent.read, targets, simplify=hook)
    result = []
    for leaf in targets:
        if leaf not in found:
            continue
        contribution = named_derivative(u, found[leaf], names)
        if simple:
            contribution = simplify(contribution)
        lone = len(targets) == 1
        path = _put_in(u, contribution, cotangent, lone=lone)
        path.nonzero = tuple(n for n in uses.nonzero if leaf in direct_leaves(n))
        result.append((leaf, path))
    return result


def definitions_by_node(program: Program) -> Readings:
    """The name of every definition that is more than another name."""
    bindings = [*program.bindings, *program.written]
    return Readings(
        (node, b.leaf)
        for b in bindings
        for node in (b.definition, b.shown)
        if node is not None and not isinstance(node, Leaf)
    )


with_names = read_back


def named_derivative(u: Binding, node: Node, names: Readings) -> Node:
    """A derivative of a definition over names; of a normalised value, with its sums opened first.

    Its sums are opened down to `x - mean(x)`, which then vanishes where it is summed.
    """
    if u.shown is not None:
        node = expand(node, READER, lambda f: f.node not in names.quotients)
    return with_names(node, names)


def _put_in(u: Binding, named: Node, cotangent: Cotangent, *, lone: bool) -> Path:
    """Decide whether the user's cotangent is put in (notes: only through a map or softmax)."""
    if cotangent.call is None or cotangent.closed is not None:
        return Path(u, named, named)
    if isinstance(cotangent.value, Sum) and not direct_leaves(cotangent.value):
        return Path(u, named, _replaced(named, cotangent), put_in=True)
    function = lone and _through_function(u.definition)
    if not function:
        return Path(u, named, named)
    candidate = _replaced(named, cotangent)
    allowance = 0.0 if isinstance(u.definition, Softmax) else 2.2
    if isinstance(u.definition, Map) and _forward_only(cotangent.value):
        allowance = 4.5
    if cost(with_facts(candidate)[0]) <= cost(named) + allowance:
        return Path(u, named, candidate, put_in=True)
    return Path(u, named, named)


def _through_function(definition: Node) -> bool:
    return isinstance(definition, (Map, Softmax))


def _forward_only(node: Node) -> bool:
    return not any(is_gradient(leaf) for leaf in direct_leaves(node))


def is_gradient(leaf: Leaf) -> bool:
    """Whether a leaf is the name of a cotangent."""
    return isinstance(leaf.tag, Call) and leaf.tag.op == "gradient"


def _replaced(node: Node, cotangent: Cotangent) -> Node:
    assert cotangent.call is not None
    return simplify(substitute(node, {cotangent.call.port: cotangent.value}))


def settle(leaf: Leaf, paths: list[Path], *, simple: bool, named: bool) -> Cotangent:
    """The cotangent that paths add up to, simplified, by facts where they shorten it."""
    with recording() as uses:
        plain = paths[0].final if len(paths) == 1 else total([p.final for p in paths])
        if simple:
            plain = simplify(plain)
    value, facts = with_facts(plain) if simple else (plain, [])
    nonzero = dict.fromkeys([n for p in paths for n in p.nonzero] + list(uses.nonzero))
    result = Cotangent(leaf, paths, plain, value, facts, list(nonzero))
    if named and not _constant(value):
        result.call = gradient_call(leaf, value)
    return result


def _constant(value: Node) -> bool:
    return isinstance(value, Sum) and not direct_leaves(value) and value.rank == 0


def total(nodes: Sequence[Node]) -> Node:
    """The sum of nodes of one shape."""
    own = tuple(Index(s) for s in nodes[0].sizes)
    pos = tuple(i.pos for i in own)
    return make_sum(own, [Term(1, (), (Factor(n, pos),)) for n in nodes])


def gradient_call(leaf: Leaf, value: Node) -> Call:
    """The Call that names the gradient of `leaf`; its body is the value over names."""
    args = [x.tag for x in direct_leaves(value) if isinstance(x.tag, Call)]
    return Call("gradient", args, value, name=f"grad_{leaf.name}", attrs={"of": leaf})


# -- facts ---------------------------------------------------------------------------------------


def with_facts(plain: Node) -> tuple[Node, list[tuple[Node, str]]]:
    """Use declared and proved facts where they shorten the result; keep only the needed ones."""
    if not any(x.facts for x in direct_leaves(plain)):
        return plain, []
    with recording() as uses:
        best = _rebuilt(plain, frozenset())
    if cost(best) >= cost(plain) - 1e-9:
        return plain, []
    needed = list(uses.facts)
    disabled: frozenset[tuple[Node, str]] = frozenset()
    for fact in list(needed):
        trial = _rebuilt(plain, disabled | {fact})
        if cost(trial) <= cost(best) + 1e-9:
            disabled |= {fact}
            needed.remove(fact)
    return best, needed


def _rebuilt(node: Node, disabled: frozenset[tuple[Node, str]]) -> Node:
    policy = Policy(facts=True, disabled=disabled)
    known: dict[Node, Node] = {}
    for n in topological([node]):
        known[n] = simplify(rebuild(n, known, policy), policy)
    return known[node]
