"""The second route: dL as a linear form, built by forward mode, then identified.

Each name's differential comes from the product and chain rules (`calculus.tangent`); the form is
rewritten from the output down, and the coefficient of dW in `dL = <G, dW>` is the gradient. Nothing
of the adjoint is used, so the agreement of both routes is evidence.

Through a recurrence every step has its own differentials: `dL = Σ_t <G_t, dh_t>`, where dh_t is put
in step by step and what is left over of dh_{t-1} is read one step later: the equation of G_t.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symnn.calculus.build import number_node, positions
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import simplify
from symnn.calculus.tangent import coefficient, tangent
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.scalars import mul
from symnn.derivation.backward import definitions_by_node, with_names
from symnn.derivation.definitions import Binding, Group, Program, direct_leaves
from symnn.derivation.shifts import shifted


@dataclass(eq=False)
class DifferentialStep:
    """`du = ...` for one name, and what it turns dL into.

    Attributes:
        binding: the name u.
        differential: the leaf du.
        value: du over names and differentials.
        pairing: `<G_u, du>` with du put in: a scalar linear form over names.
        coefficients: the coefficient that each differential in it receives, by target leaf.
        alone: whether nothing else is left of dL, so that dL itself is `<G_u, du>`.
    """

    binding: Binding
    differential: Leaf
    value: Node
    pairing: Node
    coefficients: dict[Leaf, Node]
    alone: bool = True


@dataclass(eq=False)
class CollectedStep:
    """The differentials of the states, collected over all steps: `∇_{h_t} = ...`, `∇_{h_0} = ...`.

    Attributes:
        group: the recurrence.
        parts: what adds up to the coefficients of the states, and of what they start from.
    """

    group: Group
    parts: dict[Leaf, list[Node]]


@dataclass(eq=False)
class SecondRoute:
    """All differential steps, first the output's, and the identified gradients."""

    steps: list[DifferentialStep | CollectedStep]
    differentials: dict[Leaf, Leaf]
    gradients: dict[Leaf, Node]


def second_route(program: Program, wrt: list[Leaf], given: dict[Leaf, Node]) -> SecondRoute:
    """Derive the gradients again by differentials.

    Args:
        program: forward bindings.
        wrt: the wanted leaves.
        given: names of cotangents to use once a coefficient is known (port by target leaf); the
            coefficient itself is what this route finds.
    """
    moving = _moving(program, wrt)
    work = _Route(definitions_by_node(program), _differentials(program, moving), given)
    work.form[program.output.leaf] = [number_node(1)]
    done: set[Leaf] = set()
    for b in reversed(program.bindings):
        group = program.group_of(b)
        if b.leaf in done or not (group or b.leaf in work.form):
            continue
        if group is None:
            work.put_in(b)
        else:
            work.through_steps(group)
            done |= group.leaves
    for leaf, values in work.form.items():
        work.found[leaf] = simplify(_total(values))
    return SecondRoute(work.steps, work.d, work.found)


def _differentials(program: Program, moving: list[Leaf]) -> dict[Leaf, Leaf]:
    """A leaf for each differential; inside of a recurrence it is read as its value is."""
    d = {leaf: Leaf(f"d{leaf.name}", leaf.sizes, role="differential") for leaf in moving}
    for leaf in (b.leaf for g in program.groups for b in g.members if b.leaf in d):
        d[leaf].cache.update({k: leaf.cache.get(k) for k in ("stepwise", "steps")})
        if "neighbour" in leaf.cache:
            state, by = leaf.cache["neighbour"]
            d[leaf].cache["neighbour"] = (d[state], by)
    return d


@dataclass(eq=False)
class _Route:
    """One second route on the way: what the linear form holds, and what has been found."""

    names: dict[Node, Node]
    d: dict[Leaf, Leaf]
    given: dict[Leaf, Node]
    form: dict[Leaf, list[Node]] = field(default_factory=dict)
    steps: list[DifferentialStep | CollectedStep] = field(default_factory=list)
    found: dict[Leaf, Node] = field(default_factory=dict)

    def put_in(self, b: Binding) -> None:
        """Put the differential of a name in: its coefficient is known."""
        total = simplify(_total(self.form.pop(b.leaf)))
        self.found[b.leaf] = total
        self._step(b, total if _short(total) else self.given.get(b.leaf, total))

    def _step(self, b: Binding, cotangent: Node) -> None:
        step = replace(_step(b, cotangent, self.d, self.names), alone=not self.form)
        self.steps.append(step)
        for leaf, value in step.coefficients.items():
            self.form.setdefault(leaf, []).append(value)

    def through_steps(self, group: Group) -> None:
        """Put the differentials of one step in, then collect those of the states."""
        for b in reversed(group.step):
            if b.leaf in group.nexts:
                if b.leaf in self.given and b.leaf in self.d:
                    self._step(b, self.given[b.leaf])
            elif b.leaf in self.form:
                self.put_in(b)
        parts: dict[Leaf, list[Node]] = {}
        for state, before in zip(group.states, group.befores, strict=True):
            own = self.form.pop(state.leaf, [])
            if before.leaf in self.form:
                value = simplify(_total(self.form.pop(before.leaf)))
                self.found[before.leaf] = value
                own = [*own, shifted(value, group)]
                parts |= self._to_start(before, value)
            if own and state.leaf in self.d:
                parts[state.leaf] = own
                self.found[state.leaf] = simplify(_total(own))
        if parts:
            self.steps.append(CollectedStep(group, dict(reversed(parts.items()))))

    def _to_start(self, before: Binding, value: Node) -> dict[Leaf, list[Node]]:
        """What the first step leaves over of the initial state."""
        state, _ = before.leaf.cache["neighbour"]
        coefficients = dict(_step(before, value, self.d, self.names).coefficients)
        coefficients.pop(state, None)
        for leaf, part in coefficients.items():
            self.form.setdefault(leaf, []).append(part)
        return {leaf: [part] for leaf, part in coefficients.items()}


def _moving(program: Program, wrt: list[Leaf]) -> list[Leaf]:
    moving: dict[Leaf, None] = dict.fromkeys(wrt)
    for b in program.bindings:
        if any(x in moving for x in direct_leaves(b.definition)):
            moving[b.leaf] = None
    return list(moving)


def _short(node: Node) -> bool:
    return node.rank == 0 and not direct_leaves(node)


def _step(
    b: Binding, cotangent: Node, d: dict[Leaf, Leaf], names: dict[Node, Node]
) -> DifferentialStep:
    inside: dict[Node, Node] = {x: d[x] for x in direct_leaves(b.definition) if x in d}
    value = simplify(with_names(tangent(b.definition, inside), names))
    own = tuple(Index(s) for s in b.leaf.sizes)
    pos = positions(own)
    pairing = expand_linear(
        make_sum((), [Term(1, own, (Factor(cotangent, pos), Factor(value, pos)))]), set(d.values())
    )
    coefficients = {x: simplify(coefficient(pairing, d[x])) for x in map(_leaf, inside)}
    return DifferentialStep(b, d[b.leaf], value, pairing, coefficients)


def _leaf(node: Node) -> Leaf:
    assert isinstance(node, Leaf)
    return node


def expand_linear(node: Node, differentials: set[Leaf]) -> Node:
    """Multiply out every group that holds a differential, so that each term has exactly one."""
    while isinstance(node, Sum):
        terms: list[Term] = []
        changed = False
        for t in node.terms:
            group = next((f for f in t.factors if _holds(f, differentials)), None)
            if group is None:
                terms.append(t)
                continue
            changed = True
            terms.extend(_opened(t, group))
        if not changed:
            return node
        node = make_sum(node.indices, terms)
    return node


def _holds(f: Factor, differentials: set[Leaf]) -> bool:
    if not isinstance(f.node, Sum):
        return False
    return any(x in differentials for x in direct_leaves(f.node))


def _opened(t: Term, group: Factor) -> list[Term]:
    rest = tuple(f for f in t.factors if f is not group)
    assert isinstance(group.node, Sum)
    inner = (instantiate(group.node, o, group.pos) for o in group.node.terms)
    return [Term(mul(t.coef, o.coef), (*t.bound, *o.bound), (*rest, *o.factors)) for o in inner]


def _total(nodes: list[Node]) -> Node:
    own = tuple(Index(s) for s in nodes[0].sizes)
    return make_sum(own, [Term(1, (), (Factor(n, positions(own)),)) for n in nodes])
