"""Reverse mode from name to name.

Each definition is differentiated on its own with the names in it held opaque; the contributions of
several readers are summed; each result becomes a named cotangent. So the names of the forward pass
stay in every result by construction, and the work is linear in the graph.

A cotangent is put into the next step only through a function (DESIGN: `-y/p` into the softmax's
`p_i([i=j] - p_j)` gives `p - y`), and only where its value has no other reader.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.build import number_node, rebuild, substitute
from symnn.calculus.facts import Policy, Uses, recording
from symnn.calculus.normal import make_sum
from symnn.calculus.reading import cost
from symnn.calculus.simplify import simplify
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
    """

    user: Binding
    named: Node
    final: Node
    put_in: bool = False


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
    """

    target: Leaf
    paths: list[Path]
    plain: Node
    value: Node
    facts: list[tuple[Node, str]] = field(default_factory=list)
    nonzero: list[Node] = field(default_factory=list)
    call: Call | None = None

    @property
    def read(self) -> Node:
        """What a later step reads: the name, or the constant itself."""
        return self.value if self.call is None else self.call.port


def backward(
    program: Program, wrt: Collection[Leaf], *, simple: bool = True, named: bool = True
) -> dict[Leaf, Cotangent]:
    """The cotangents of every value between the output and the `wrt` leaves.

    Args:
        program: from `trace`; its output must be a scalar.
        wrt: leaves or ports.
        simple: run the simplifier on each (False: the normal form only).
        named: give each cotangent a name (False: put definitions in).
    """
    needed = _needed(program, wrt)
    seed = number_node(1)
    done: dict[Leaf, Cotangent] = {}
    output = program.output
    done[output.leaf] = Cotangent(output.leaf, [], seed, seed)
    parts: dict[Leaf, list[Path]] = {}
    names = definitions_by_node(program)
    for u in reversed(program.bindings):
        if u.leaf not in needed:
            continue
        if u is not output:
            if u.leaf not in parts:
                continue
            done[u.leaf] = _settle(u.leaf, parts.pop(u.leaf), simple=simple, named=named)
        for path_target, path in _paths(u, done[u.leaf], needed, names, simple=simple):
            parts.setdefault(path_target, []).append(path)
    for leaf, paths in parts.items():
        done[leaf] = _settle(leaf, paths, simple=simple, named=named)
    return done


def _needed(program: Program, wrt: Collection[Leaf]) -> set[Leaf]:
    needed: set[Leaf] = set(wrt)
    for b in program.bindings:
        if any(leaf in needed for leaf in direct_leaves(b.definition)):
            needed.add(b.leaf)
    return needed


def _paths(
    u: Binding,
    cotangent: Cotangent,
    needed: set[Leaf],
    names: dict[Node, Node],
    *,
    simple: bool,
) -> list[tuple[Leaf, Path]]:
    targets = [x for x in direct_leaves(u.definition) if x in needed]
    if isinstance(u.definition, Leaf):
        same = Path(u, cotangent.read, cotangent.value, put_in=True)
        return [(u.definition, same)]
    hook = simplify if simple else None
    found = reverse(u.definition, cotangent.read, targets, simplify=hook)
    result = []
    for leaf in targets:
        if leaf not in found:
            continue
        contribution = with_names(found[leaf], names)
        if simple:
            contribution = simplify(contribution)
        lone = len(targets) == 1
        result.append((leaf, _put_in(u, contribution, cotangent, lone=lone)))
    return result


def definitions_by_node(program: Program) -> dict[Node, Node]:
    """The name of every definition that is more than another name."""
    return {b.definition: b.leaf for b in program.bindings if not isinstance(b.definition, Leaf)}


def with_names(node: Node, names: dict[Node, Node]) -> Node:
    """The node with every whole definition inside it read by its name."""
    inside = {n: names[n] for n in topological([node]) if n in names}
    return substitute(node, inside) if inside else node


def _put_in(u: Binding, named: Node, cotangent: Cotangent, *, lone: bool) -> Path:
    """Decide whether the user's cotangent is put in (notes: only through a map or softmax)."""
    if cotangent.call is None:
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
    if cost(_with_facts(candidate)[0]) <= cost(named) + allowance:
        return Path(u, named, candidate, put_in=True)
    return Path(u, named, named)


def _through_function(definition: Node) -> bool:
    return isinstance(definition, (Map, Softmax))


def _forward_only(node: Node) -> bool:
    return not any(_is_gradient(leaf) for leaf in direct_leaves(node))


def _is_gradient(leaf: Leaf) -> bool:
    return isinstance(leaf.tag, Call) and leaf.tag.op == "gradient"


def _replaced(node: Node, cotangent: Cotangent) -> Node:
    assert cotangent.call is not None
    return simplify(substitute(node, {cotangent.call.port: cotangent.value}))


def _settle(leaf: Leaf, paths: list[Path], *, simple: bool, named: bool) -> Cotangent:
    with recording() as uses:
        plain = paths[0].final if len(paths) == 1 else _total([p.final for p in paths])
        if simple:
            plain = simplify(plain)
    value, facts = _with_facts(plain) if simple else (plain, [])
    result = Cotangent(leaf, paths, plain, value, facts, _unproved(uses))
    if named and not _constant(value):
        result.call = gradient_call(leaf, value)
    return result


def _unproved(uses: Uses) -> list[Node]:
    return list(uses.nonzero)


def _constant(value: Node) -> bool:
    return isinstance(value, Sum) and not direct_leaves(value) and value.rank == 0


def _total(nodes: Sequence[Node]) -> Node:
    own = tuple(Index(s) for s in nodes[0].sizes)
    pos = tuple(i.pos for i in own)
    return make_sum(own, [Term(1, (), (Factor(n, pos),)) for n in nodes])


def gradient_call(leaf: Leaf, value: Node) -> Call:
    """The Call that names the gradient of `leaf`; its body is the value over names."""
    args = [x.tag for x in direct_leaves(value) if isinstance(x.tag, Call)]
    return Call("gradient", args, value, name=f"grad_{leaf.name}", attrs={"of": leaf})


# -- facts ---------------------------------------------------------------------------------------


def _with_facts(plain: Node) -> tuple[Node, list[tuple[Node, str]]]:
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


# -- higher order --------------------------------------------------------------------------------


def jacobian_node(program: Program, wrt: Leaf) -> Node | None:
    """D output / d wrt as one node over names; axes: output, then wrt. None: no dependence."""
    needed = _needed(program, [wrt])
    lead = program.output.definition.rank
    names = definitions_by_node(program)
    pending: dict[Leaf, list[Node]] = {}
    for u in reversed(program.bindings):
        if u.leaf not in needed:
            continue
        if u is program.output:
            grad = delta(u.definition.sizes)
        elif u.leaf in pending:
            grad = simplify(_total(pending.pop(u.leaf)))
        else:
            continue
        targets = [x for x in direct_leaves(u.definition) if x in needed]
        if isinstance(u.definition, Leaf):
            pending.setdefault(u.definition, []).append(grad)
            continue
        found = reverse(u.definition, grad, targets, lead=lead, simplify=simplify)
        for leaf, value in found.items():
            pending.setdefault(leaf, []).append(simplify(with_names(value, names)))  # type: ignore[arg-type]
    if wrt not in pending:
        return None
    value, _ = _with_facts(simplify(_total(pending[wrt])))
    return value
