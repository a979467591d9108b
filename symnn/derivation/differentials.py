"""The second route: dL as a linear form, built by forward mode, then identified.

Each name's differential comes from the product and chain rules (`calculus.tangent`); the form is
rewritten from the output down, and the coefficient of dW in `dL = <G, dW>` is the gradient. Nothing
of the adjoint is used, so the agreement of both routes is evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from symnn.calculus.build import number_node, positions
from symnn.calculus.instances import instantiate
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import simplify
from symnn.calculus.tangent import coefficient, tangent
from symnn.core.errors import UnsupportedError
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.core.scalars import mul
from symnn.derivation.backward import definitions_by_node, with_names
from symnn.derivation.definitions import Binding, Program, direct_leaves


@dataclass(eq=False)
class DifferentialStep:
    """`du = ...` for one name, and what it turns dL into.

    Attributes:
        binding: the name u.
        differential: the leaf du.
        value: du over names and differentials.
        pairing: `<G_u, du>` with du put in: a scalar linear form over names.
        coefficients: the coefficient that each differential in it receives, by target leaf.
    """

    binding: Binding
    differential: Leaf
    value: Node
    pairing: Node
    coefficients: dict[Leaf, Node]


@dataclass(eq=False)
class SecondRoute:
    """All differential steps, first the output's, and the identified gradients."""

    steps: list[DifferentialStep]
    differentials: dict[Leaf, Leaf]
    gradients: dict[Leaf, Node]


def second_route(program: Program, wrt: list[Leaf], given: dict[Leaf, Node]) -> SecondRoute:
    """Derive the gradients again by differentials.

    Args:
        program: forward bindings.
        wrt: the wanted leaves.
        given: names of cotangents to use once a coefficient is known (port by target leaf); the
            coefficient itself is what this route finds.

    Raises:
        UnsupportedError: the program has a recurrence.
    """
    if program.groups:
        raise UnsupportedError(
            "no derivation by differentials goes through a recurrence (sn.scan)\n"
            '  fix: read the steps of the chain rule, d.text("all")'
        )
    moving = _moving(program, wrt)
    names = definitions_by_node(program)
    d = {leaf: Leaf(f"d{leaf.name}", leaf.sizes, role="differential") for leaf in moving}
    form: dict[Leaf, list[Node]] = {program.output.leaf: [number_node(1)]}
    steps: list[DifferentialStep] = []
    found: dict[Leaf, Node] = {}
    for b in reversed(program.bindings):
        if b.leaf not in form:
            continue
        total = simplify(_total(form.pop(b.leaf)))
        found[b.leaf] = total
        step = _step(b, total if _short(total) else given.get(b.leaf, total), d, names)
        steps.append(step)
        for leaf, value in step.coefficients.items():
            form.setdefault(leaf, []).append(value)
    for leaf, values in form.items():
        found[leaf] = simplify(_total(values))
    return SecondRoute(steps, d, found)


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
