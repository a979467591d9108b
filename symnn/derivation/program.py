"""The program of a derivation: named values in order, each defined by earlier names.

`trace` turns the Calls below a loss into bindings: named, wanted and output calls stay opaque,
everything else is opened, folded, and named automatically where a reader needs a name (a sum under
a function, a value with two readers). Law: opening all names gives the original expression.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from symnn.calculus.build import peel, positions, rebuild, substitute
from symnn.calculus.facts import Policy, nonnegative, positive
from symnn.calculus.folds import fold
from symnn.calculus.normal import instantiate, make_sum, primitive
from symnn.calculus.simplify import cost
from symnn.core.index import Index, constant
from symnn.core.node import (
    Extremum,
    Factor,
    Leaf,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.scalars import is_negative, mul, power
from symnn.core.walk import leaves, topological
from symnn.lang.call import Call, below, opened

LETTERS = {"softmax": ("p", "P"), "map": ("h", "H"), "sum": ("u", "U"), "other": ("v", "V")}


MOST_UNNAMED_COST = 4.0


@dataclass(eq=False)
class Binding:
    """One named value.

    Attributes:
        call: the Call that carries name and symbol; its port is what readers read.
        definition: its value over leaves and the ports of earlier bindings.
        auto: named by the program, not by the user.
        name: the identifier; a call without a name keeps none, the binding has it.
    """

    call: Call
    definition: Node
    auto: bool = False
    name: str = ""

    @property
    def leaf(self) -> Leaf:
        """What other definitions read."""
        return self.call.port


@dataclass
class Program:
    """Inputs, then bindings, each after what it reads; the last one is the output."""

    inputs: list[Call]
    bindings: list[Binding]
    output: Binding
    by_leaf: dict[Leaf, Binding] = field(default_factory=dict)

    def users(self) -> dict[Leaf, list[Binding]]:
        """Who reads each leaf, in program order."""
        result: dict[Leaf, list[Binding]] = {}
        for b in self.bindings:
            for leaf in direct_leaves(b.definition):
                result.setdefault(leaf, []).append(b)
        return result


def direct_leaves(node: Node) -> list[Leaf]:
    """Leaves and ports that a definition reads, by first use."""
    known = node.cache.get("leaves")
    if known is None:
        known = leaves([node])
        node.cache["leaves"] = known
    return list(known)


def trace(output: Call, wrt: Sequence[Call] = (), output_name: str = "L") -> Program:
    """The program that computes `output`."""
    calls = below([output])
    opaque = [c for c in calls if _is_opaque(c, wrt, output)]
    expressions = opened([output, *opaque], opaque)
    definitions = fold([expressions[c] for c in opaque])
    taken = {str(c.name) for c in calls if c.name}
    bindings = [
        _bound(c, d, output, output_name, taken)
        for c, d in zip(opaque, definitions, strict=True)
    ]
    program = _auto_named(bindings, taken)
    definitions_of: dict[Node, Node] = {}
    for b in program:
        _prove_facts(b, definitions_of)
        definitions_of[b.leaf] = b.definition
    inputs = [c for c in calls if c.is_leaf]
    return Program(inputs, program, program[-1], {b.leaf: b for b in program})


def _is_opaque(call: Call, wrt: Sequence[Call], output: Call) -> bool:
    if call.is_leaf or call.op == "number":
        return False
    return call.name is not None or call is output or call in wrt


def _bound(call: Call, definition: Node, output: Call, output_name: str, taken: set[str]) -> Binding:
    """The binding of an opaque call; an unnamed output or wanted value is given a name."""
    if call.name is not None:
        return Binding(call, definition, name=call.name)
    name = _free_name(output_name if call is output else "u", taken)
    taken.add(name)
    call.port.name = name  # a label for messages; the call itself stays unnamed
    return Binding(call, definition, name=name)


def _free_name(base: str, taken: Collection[str]) -> str:
    if base not in taken:
        return base
    k = 1
    while f"{base}{k}" in taken:
        k += 1
    return f"{base}{k}"


# -- automatic names ---------------------------------------------------------------------------


def _auto_named(bindings: list[Binding], taken: set[str]) -> list[Binding]:
    """Name the anonymous nodes that need it, and bring every definition to normal form."""
    wanted = _wanting_names([b.definition for b in bindings])
    whole = {b.definition for b in bindings}
    result: list[Binding] = []
    replaced: dict[Node, Node] = {}
    for b in bindings:
        inner = topological([b.definition]) if wanted else []
        for node in inner:
            if node in wanted and node not in replaced and node not in whole:
                made = _new_binding(node, _normal(node, replaced), taken)
                result.append(made)
                replaced.update(_readings(node, made.leaf))
        result.append(replace(b, definition=_normal(b.definition, replaced)))
        if not isinstance(b.definition, Leaf):
            replaced.update(_readings(b.definition, b.leaf))
    return result


def _normal(node: Node, replaced: dict[Node, Node]) -> Node:
    """The node over names below it, in the reader's normal form."""
    inner = [n for n in topological([node]) if n in replaced and n is not node]
    known: dict[Node, Node] = {n: replaced[n] for n in inner}
    for n in topological([node], lambda m: () if m in known else m.children()):
        if n not in known:
            known[n] = rebuild(n, known, Policy())
    return known[node]


def _readings(node: Node, leaf: Leaf) -> dict[Node, Node]:
    """What to read in place of a named node, and of the primitive group behind it."""
    result: dict[Node, Node] = {node: leaf}
    if isinstance(node, Sum) and node.terms:
        content, group, axes = primitive(node)
        if group is not node and not isinstance(group, Leaf):
            own = tuple(Index(s) for s in group.sizes)
            place = {a: own[k].pos for k, a in enumerate(axes)}
            read = Factor(leaf, tuple(place.get(a, constant(0)) for a in range(node.rank)))
            result[group] = make_sum(own, [Term(power(content, -1), (), (read,))])
    return result


def _group(node: Node) -> Node:
    """One representative for all multiples and axis orders of a sum."""
    return primitive(node)[1] if isinstance(node, Sum) and node.terms else node


def _new_binding(node: Node, definition: Node, taken: set[str]) -> Binding:
    kind = _letter_kind(node)
    small, large = LETTERS[kind]
    name = _free_name(large if node.rank >= 2 else small, taken)
    taken.add(name)
    ports = [x for x in direct_leaves(definition)]
    args = [call for call in (call_of(p) for p in ports) if call is not None]
    call = Call(f"auto {kind}", args, definition, name=name)
    return Binding(call, definition, auto=True, name=name)




def call_of(leaf: Leaf) -> Call | None:
    """The Call whose value a leaf stands for."""
    return leaf.tag if isinstance(leaf.tag, Call) else None


def _letter_kind(node: Node) -> str:
    if isinstance(node, Softmax):
        return "softmax"
    if isinstance(node, Map):
        return "map"
    return "sum" if isinstance(node, Sum) else "other"


def _wanting_names(definitions: Iterable[Node]) -> set[Node]:
    """Anonymous nodes that a reader needs a name for."""
    wanted: set[Node] = set()
    readers: dict[Node, int] = {}
    roots = list(definitions)
    order = topological(roots)
    for node in order:
        for child in node.children():
            if _group(child) is not _group(node):
                readers[_group(child)] = readers.get(_group(child), 0) + 1
            if _is_function(node) and _is_compound(child):
                wanted.add(child)
    for node in roots:
        readers[_group(node)] = readers.get(_group(node), 0) + 1
    wanted |= {f.node for n in order for f in _layer_inputs(n)}
    return wanted | {n for n in order if readers.get(_group(n), 0) > 1 and _worth_sharing(n)}


def _layer_inputs(node: Node) -> list[Factor]:
    """Activations that a layer multiplies with a parameter: `tanh(U)` in `tanh(U) W`."""
    if not isinstance(node, Sum):
        return []
    return [
        f
        for t in node.terms
        if t.bound and any(isinstance(g.node, Leaf) and g.node.role == "parameter" for g in t.factors)
        for f in t.factors
        if isinstance(f.node, (Map, Softmax))
    ]


def _is_function(node: Node) -> bool:
    if isinstance(node, Map):
        return not node.fn.zero_one
    return isinstance(node, (Softmax, LogSumExp, Extremum, Product))


def _is_compound(node: Node) -> bool:
    """A contraction, or a sum too long to repeat under a function."""
    if not isinstance(node, Sum) or not direct_leaves(node):
        return False
    contracted = any(t.bound and len(t.factors) > 1 for t in node.terms)
    return contracted or cost(node) > MOST_UNNAMED_COST


def _worth_sharing(node: Node) -> bool:
    if isinstance(node, (Leaf,)) or not direct_leaves(node):
        return False
    if isinstance(node, Sum):
        return any(t.bound or len(t.factors) > 1 for t in node.terms) or len(node.terms) > 1
    return not (isinstance(node, Map) and node.fn.zero_one)


# -- facts of names ------------------------------------------------------------------------------


def _prove_facts(b: Binding, known: dict[Node, Node]) -> None:
    """Give the name the facts that its definition has: sign, and constant sums along axes."""
    facts = set(b.leaf.facts)
    definition, pos = peel(b.definition, positions(_own(b.definition)))
    if positive(definition):
        facts.add("positive")
    elif nonnegative(definition):
        facts.add("nonnegative")
    if isinstance(definition, Softmax) and [p.bare for p in pos] == list(_own(b.definition)):
        facts.add(f"sums to 1 along {definition.axis}")
    if isinstance(definition, Leaf) and definition.sizes == b.leaf.sizes:
        facts |= definition.facts
    for axis in range(b.definition.rank):
        if _may_be_centred(b.definition, axis) and _sums_to_zero(b.definition, axis, known):
            facts.add(f"sums to 0 along {axis}")
    if facts != set(b.leaf.facts):
        b.leaf.facts = frozenset(facts)
        b.leaf.cache.clear()


def _own(node: Node) -> tuple[Index, ...]:
    if isinstance(node, Sum):
        return node.indices
    known = node.cache.setdefault("own", tuple(Index(s) for s in node.sizes))
    result: tuple[Index, ...] = known
    return result


def _may_be_centred(node: Node, axis: int) -> bool:
    """Only a difference with a term that is constant along the axis can sum to 0."""
    if not isinstance(node, Sum) or len(node.terms) < 2:
        return False
    index = node.indices[axis]
    constant = [t for t in node.terms if all(index not in f.indices() for f in t.factors)]
    signs = {is_negative(t.coef) for t in node.terms}
    return bool(constant) and len(signs) == 2


def _sums_to_zero(node: Node, axis: int, known: dict[Node, Node]) -> bool:
    inner: dict[Node, Node] = {x: known[x] for x in direct_leaves(node) if x in known}
    opened_node = substitute(node, inner)
    own = _own(opened_node)
    rest = own[:axis] + own[axis + 1 :]
    total = make_sum(rest, [Term(1, (own[axis],), (Factor(opened_node, positions(own)),))])
    if not isinstance(total, Sum):
        return False
    spread = make_sum(rest, _spread(total))
    return isinstance(spread, Sum) and not spread.terms


def _spread(total: Sum) -> list[Term]:
    """Sums over a group taken inside: the only expansion that centring needs."""
    from_terms: list[Term] = []
    for t in total.terms:
        groups = [f for f in t.factors if isinstance(f.node, Sum) and f.power == 1]
        if len(t.factors) == 1 and groups:
            from_terms.extend(_opened_group(t, groups[0]))
        else:
            from_terms.append(t)
    return from_terms


def _opened_group(t: Term, f: Factor) -> list[Term]:
    return [
        Term(mul(t.coef, o.coef), (*t.bound, *o.bound), o.factors)
        for o in (instantiate(f.node, inner, f.pos) for inner in f.node.terms)
    ]
