"""Automatic names: what a reader needs a name for, and where it is read instead.

A contraction under a function, an activation that a layer multiplies, a value with two readers get
a name; multiples and transposes of one sum share it. Law: opening the names gives the original.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from symnn.calculus.build import rebuild
from symnn.calculus.facts import Policy
from symnn.calculus.normal import make_sum, primitive
from symnn.calculus.reading import cost
from symnn.core.index import Index, constant
from symnn.core.node import (
    EQ,
    Extremum,
    Factor,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
)
from symnn.core.recurrence import Scan
from symnn.core.scalars import Scalar, power
from symnn.core.walk import topological
from symnn.derivation.definitions import Binding, call_of, direct_leaves
from symnn.derivation.orientation import readable
from symnn.lang.call import Call
from symnn.notation.writable import has_matrix_form

LETTERS = {"softmax": ("p", "P"), "map": ("h", "H"), "sum": ("u", "U"), "other": ("v", "V")}
STEP_LETTERS = "azvqedrmgw"
MOST_UNNAMED_COST = 4.0
_SHORT = ("abs", "sign", "max2", "min2")  # |r| says more than a name for it


def auto_named(
    bindings: list[Binding], taken: set[str], lengths: Collection[Scalar] = ()
) -> list[Binding]:
    """Name the anonymous nodes that need it, and bring every definition to normal form.

    `lengths` are the numbers of steps of recurrences: a stack is named for one step of it.
    """
    opened = [b for b in bindings if b.shown is None]
    groups = Groups(b.definition for b in opened)
    wanted = _wanting_names([b.definition for b in opened], groups)
    whole = {b.definition for b in bindings}
    result: list[Binding] = []
    replaced: dict[Node, Node] = {}
    for b in bindings:
        if b.shown is not None:
            whole_forms = (_normal(b.definition, {}), _normal(b.shown, {}))
            result.append(replace(b, definition=whole_forms[0], shown=whole_forms[1]))
            continue
        inner = topological([b.definition]) if wanted else []
        for node in inner:
            if node in wanted and node not in replaced and node not in whole:
                shown, factor, axes = steps_first(node, lengths) or readable(node)
                letters = step_letters(shown, b, taken, lengths) or LETTERS[_letter_kind(node)]
                made = _new_binding(shown, _normal(shown, replaced), taken, letters)
                result.append(made)
                replaced.update(_readings(shown, made.leaf, groups))
                if shown is not node:
                    replaced[node] = _read(node, made.leaf, factor, axes)
        result.append(replace(b, definition=_normal(b.definition, replaced)))
        if not isinstance(b.definition, Leaf):
            leaf = b.call.attrs["of"].port if b.call.op == "scan next" else b.leaf
            replaced.update(_readings(b.definition, leaf, groups))
    return result


def _normal(node: Node, replaced: dict[Node, Node]) -> Node:
    """The node over names below it, in the reader's normal form."""
    inner = [n for n in topological([node]) if n in replaced and n is not node]
    known: dict[Node, Node] = {n: replaced[n] for n in inner}
    for n in topological([node], lambda m: () if m in known else m.children()):
        if n not in known:
            known[n] = rebuild(n, known, Policy())
    return known[node]


def _readings(node: Node, leaf: Leaf, groups: Groups) -> dict[Node, Node]:
    """What to read in place of a named node, and of the primitive group behind it."""
    result: dict[Node, Node] = {node: leaf}
    if isinstance(node, Sum) and groups.has_relatives(node):
        content, group, axes = primitive(node)
        if group is not node and not isinstance(group, Leaf):
            own = tuple(Index(s) for s in group.sizes)
            place = {a: own[k].pos for k, a in enumerate(axes)}
            read = Factor(leaf, tuple(place.get(a, constant(0)) for a in range(node.rank)))
            result[group] = make_sum(own, [Term(power(content, -1), (), (read,))])
    return result


def _read(node: Node, leaf: Leaf, factor: Scalar, axes: tuple[int, ...]) -> Node:
    """`factor * leaf` with the leaf's axes in the order of the node's."""
    own = tuple(Index(s) for s in node.sizes)
    read = Factor(leaf, tuple(own[a].pos for a in axes))
    return make_sum(own, [Term(factor, (), (read,))])


class Groups:
    """Which sums are multiples or transposes of one another.

    The primitive group of a sum is dear; only sums that read the same nodes in as many terms can
    share one, so only those are asked for it.
    """

    def __init__(self, roots: Iterable[Node]) -> None:
        counts: dict[object, int] = {}
        for node in topological(roots):
            signature = self._signature(node)
            counts[signature] = counts.get(signature, 0) + 1
        self._shared = {s for s, count in counts.items() if count > 1}

    @staticmethod
    def _signature(node: Node) -> object:
        if not isinstance(node, Sum):
            return None
        return (len(node.terms), frozenset(c.uid for c in node.children()))

    def has_relatives(self, node: Node) -> bool:
        """Whether another sum may be a multiple or transpose of it."""
        if not isinstance(node, Sum) or not node.terms:
            return False
        return self._signature(node) in self._shared

    def representative(self, node: Node) -> Node:
        """One node for all multiples and axis orders of a sum."""
        return primitive(node)[1] if self.has_relatives(node) else node  # type: ignore[arg-type]


def steps_first(
    node: Node, lengths: Collection[Scalar]
) -> tuple[Node, Scalar, tuple[int, ...]] | None:
    """A stack inside a recurrence with its steps on axis 0, as `readable` gives a sum."""
    steps = [k for k, s in enumerate(node.sizes) if s in lengths]
    if not steps or not isinstance(node, Sum):
        return None
    axes = (steps[0], *(k for k in range(node.rank) if k != steps[0]))
    return make_sum(tuple(node.indices[a] for a in axes), node.terms), 1, axes


def step_letters(
    node: Node, reader: Binding, taken: Collection[str], lengths: Collection[Scalar]
) -> tuple[str, str] | None:
    """The name of a stack inside a recurrence: `a_f` below a gate f, else a free letter.

    A number behind it would read as the number of a step.
    """
    if not node.rank or node.sizes[0] not in lengths:
        return None
    if reader.call.op == "scan name" and _letter_kind(node) == "sum":
        name = f"a_{reader.name}"
    else:
        name = next((x for x in STEP_LETTERS if x not in taken), STEP_LETTERS[0])
    return name, name


def _new_binding(
    node: Node, definition: Node, taken: set[str], letters: tuple[str, str]
) -> Binding:
    kind = _letter_kind(node)
    small, large = letters
    name = free_name(large if node.rank >= 2 else small, taken)
    taken.add(name)
    args = [call for call in map(call_of, direct_leaves(definition)) if call is not None]
    call = Call(f"auto {kind}", args, definition, name=name)
    return Binding(call, definition, auto=True, name=name)


def _letter_kind(node: Node) -> str:
    if isinstance(node, Softmax):
        return "softmax"
    if isinstance(node, Map):
        return "map"
    return "sum" if isinstance(node, Sum) else "other"


def _wanting_names(definitions: Iterable[Node], groups: Groups) -> set[Node]:
    """Anonymous nodes that a reader needs a name for."""
    wanted: set[Node] = set()
    readers: dict[Node, int] = {}
    roots = list(definitions)
    order = topological(roots)
    group = {node: groups.representative(node) for node in order}
    for node in order:
        for child in node.children():
            if group[child] is not group[node]:
                readers[group[child]] = readers.get(group[child], 0) + 1
            if _is_function(node) and _is_compound(child) and not _is_short_case(node, child):
                wanted.add(child)
            if isinstance(node, LinAlg) and not has_matrix_form(child):
                wanted.add(child)  # U⁻¹ of a U in components
    for node in roots:
        readers[group[node]] = readers.get(group[node], 0) + 1
    wanted |= {f.node for n in order for f in _layer_inputs(n)}
    return wanted | {n for n in order if readers.get(group[n], 0) > 1 and _worth_sharing(n)}


def _layer_inputs(node: Node) -> list[Factor]:
    """Activations that a layer multiplies with a parameter: `tanh(U)` in `tanh(U) W`."""
    if not isinstance(node, Sum):
        return []
    return [
        f
        for t in node.terms
        if t.bound
        and any(isinstance(g.node, Leaf) and g.node.role == "parameter" for g in t.factors)
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


def _is_short_case(node: Node, child: Node) -> bool:
    """A branch of cases without contraction, or a factor with a bracket, reads well in place."""
    if isinstance(node, Product) and isinstance(child, Sum):
        return any(f.node is EQ for t in child.terms for f in t.factors)
    cases = isinstance(node, Map) and node.fn.name == "where"
    return cases and isinstance(child, Sum) and not any(t.bound for t in child.terms)


def _worth_sharing(node: Node) -> bool:
    if isinstance(node, (Leaf, Scan)) or not direct_leaves(node):
        return False
    if isinstance(node, Sum):
        return any(t.bound or len(t.factors) > 1 for t in node.terms) or len(node.terms) > 1
    return not (isinstance(node, Map) and (node.fn.zero_one or node.fn.name in _SHORT))


def free_name(base: str, taken: Collection[str]) -> str:
    """The name, with a number behind it if it is taken."""
    if base not in taken:
        return base
    k = 1
    while f"{base}{k}" in taken:
        k += 1
    return f"{base}{k}"
