"""Smart constructors and rebuilding: every node passes through here after its children change.

`map_node` looks through plain copies, so `tanh(z.T)` is `tanh(z)` read transposed, and a function
never stores an axis that its arguments do not use. `substitute` replaces nodes below a root.
Law: a rebuilt node has the value of the old one with the replacement put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp

from symnn.calculus.facts import READER, Policy
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.core.errors import UnsupportedError
from symnn.core.function import ARGS, OUT, Function, function
from symnn.core.index import Affine, Index, Read, combine, constant
from symnn.core.node import (
    ArgExtremum,
    Extremum,
    Factor,
    Indicator,
    Leaf,
    LinAlg,
    LogSumExp,
    Map,
    Node,
    Product,
    Softmax,
    Sum,
    Term,
    make_arg_extremum,
    make_extremum,
    make_indicator,
    make_logsumexp,
    make_map,
    make_product,
    make_softmax,
)
from symnn.core.recurrence import Scan, ScanState, make_scan, make_scan_state
from symnn.core.scalars import Scalar, exact
from symnn.core.walk import topological

Positions = tuple[Affine, ...]


def fresh_indices(node: Node) -> tuple[Index, ...]:
    """One new index per axis."""
    return tuple(Index(s) for s in node.sizes)


def positions(indices: Iterable[Index]) -> Positions:
    """Bare positions of indices."""
    return tuple(i.pos for i in indices)


def number_node(value: Scalar, indices: tuple[Index, ...] = ()) -> Node:
    """The constant `value` over the given axes."""
    return make_sum(indices, [Term(exact(value), (), ())])


def peel(node: Node, pos: Positions) -> tuple[Node, Positions]:
    """Look through sums that only copy: (the node behind, its positions)."""
    while isinstance(node, Sum) and len(node.terms) == 1:
        term = node.terms[0]
        if term.coef != 1 or term.bound or len(term.factors) != 1:
            break
        f = term.factors[0]
        if f.is_bracket or f.power != 1 or any(p.bare is None for p in f.pos):
            break
        mapping = dict(zip(node.indices, pos, strict=True))
        node, pos = f.node, tuple(p.substitute(mapping) for p in f.pos)
    return node, pos


def map_node(
    fn: Function,
    indices: tuple[Index, ...],
    args: list[tuple[Node, Positions]],
    policy: Policy = READER,
) -> Node:
    """`fn` of reads over `indices`; arguments read at bare indices or anything else."""
    peeled = [_distinct(*peel(node, pos), policy) for node, pos in args]
    used = {p.bare for _, pos in peeled for p in pos}
    own = tuple(i for i in indices if i in used)
    axis = {index: k for k, index in enumerate(own)}
    reads = tuple((node, tuple(axis[p.bare] for p in pos if p.bare)) for node, pos in peeled)
    order = _first_use(reads)
    if order != tuple(range(len(own))):
        place = {old: new for new, old in enumerate(order)}
        own = tuple(own[o] for o in order)
        reads = tuple((n, tuple(place[a] for a in axes)) for n, axes in reads)
    node = make_map(fn, tuple(i.size for i in own), reads)
    return make_sum(indices, [Term(1, (), (Factor(node, positions(own)),))], policy)


def _first_use(reads: tuple[tuple[Node, tuple[int, ...]], ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(a for _, axes in reads for a in axes))


def _distinct(node: Node, pos: Positions, policy: Policy) -> tuple[Node, Positions]:
    """Make the read plain: bare, different indices over whole axes (else a copy is interposed)."""
    bare = [p.bare for p in pos]
    whole = all(i is not None and i.size == s for i, s in zip(bare, node.sizes, strict=True))
    if whole and len(set(bare)) == len(bare):
        return node, pos
    own = tuple(dict.fromkeys(i for p in pos for i in p.indices()))
    return make_sum(own, [Term(1, (), (Factor(node, pos),))], policy), positions(own)


def expression_node(
    expr: sp.Expr,
    indices: tuple[Index, ...],
    reads: Mapping[sp.Symbol, tuple[Node, Positions]],
) -> Node:
    """The node of a SymPy expression whose symbols are reads."""
    return make_sum(indices, expression_terms(expr, indices, reads))


def expression_terms(
    expr: sp.Expr,
    indices: tuple[Index, ...],
    reads: Mapping[sp.Symbol, tuple[Node, Positions]],
) -> list[Term]:
    """The terms of a SymPy expression; a sum inside a product becomes one factor."""
    return [_product(sp.sympify(t), indices, reads) for t in sp.Add.make_args(sp.sympify(expr))]


def _product(
    expr: sp.Expr,
    indices: tuple[Index, ...],
    reads: Mapping[sp.Symbol, tuple[Node, Positions]],
) -> Term:
    coef: Scalar = 1
    factors: list[Factor] = []
    for part in sp.Mul.make_args(expr):
        whole = part.is_number or isinstance(part, sp.exp)  # SymPy calls exp(x) a power of E
        base, exponent = (part, sp.Integer(1)) if whole else part.as_base_exp()
        if part.is_number or not part.free_symbols & {*ARGS, OUT}:
            coef = (
                exact(sp.sympify(coef) * part) if not isinstance(coef, int) else exact(coef * part)
            )
        elif base in reads:
            node, pos = reads[base]
            factors.append(Factor(node, pos, exact(exponent)))
        else:
            node = _compound(base, indices, reads)
            factors.append(Factor(node, positions(indices), exact(exponent)))
    return Term(coef, (), tuple(factors))


def _compound(
    expr: sp.Expr,
    indices: tuple[Index, ...],
    reads: Mapping[sp.Symbol, tuple[Node, Positions]],
) -> Node:
    if isinstance(expr, sp.Add):
        return expression_node(expr, indices, reads)
    if isinstance(expr, (sp.Function, sp.exp)):
        args = [(expression_node(a, indices, reads), positions(indices)) for a in expr.args]
        name = {"Abs": "abs"}.get(type(expr).__name__, type(expr).__name__)
        return map_node(function(name), indices, args)
    raise UnsupportedError(f"cannot turn {expr} into equations")


def substitute(root: Node, replacement: Mapping[Node, Node], policy: Policy = READER) -> Node:
    """The root with nodes replaced, rebuilt through the normal form."""
    return substitute_all([root], replacement, policy)[0]


def substitute_all(
    roots: list[Node], replacement: Mapping[Node, Node], policy: Policy = READER
) -> list[Node]:
    """Several roots with nodes replaced, sharing the work."""
    known: dict[Node, Node] = dict(replacement)
    for node in topological(roots, lambda n: () if n in known else n.children()):
        if node not in known:
            known[node] = rebuild(node, known, policy)
    return [known[r] for r in roots]


def rebuild(node: Node, known: Mapping[Node, Node], policy: Policy = READER) -> Node:
    """The node over the new children; itself if nothing changed and the policy is plain."""
    if policy is READER and all(known.get(c, c) is c for c in node.children()):
        return node
    match node:
        case Leaf():
            return node
        case Sum():
            return make_sum(node.indices, [_rebuild_term(t, known) for t in node.terms], policy)
        case Map():
            return _rebuild_map(node, known, policy)
        case Extremum():
            return make_extremum(
                node.kind, node.indices, node.bound, *_body(node, known), node.domain
            )
        case Product():
            return make_product(node.indices, node.bound, *_body(node, known), node.domain)
        case Indicator():
            return make_indicator(_extremum_below(node.extremum, known))
        case ArgExtremum():
            return make_arg_extremum(_extremum_below(node.extremum, known))
        case Softmax():
            return make_softmax(known[node.arg], node.axis, node.indices, node.domain)
        case LogSumExp():
            return make_logsumexp(known[node.arg], node.axis, node.indices, node.domain)
        case LinAlg():
            return linalg_node(node.kind, known[node.arg], policy)
        case Scan():
            return _rebuild_scan(node, known)
        case ScanState():
            return make_scan_state(known[node.scan], node.number)  # type: ignore[arg-type]
    raise UnsupportedError(f"cannot rebuild the kind {type(node).__name__}")


def _rebuild_scan(node: Scan, known: Mapping[Node, Node]) -> Scan:
    """The recurrence over new arguments; its body is closed."""
    inits, xs, held = (tuple(known[a] for a in row) for row in (node.inits, node.xs, node.held))
    return make_scan(
        node.next, node.states, node.inputs, node.captures, inits, xs, held, node.length,
        backward=node.backward,
    )  # fmt: skip


def _body(node: Extremum | Product, known: Mapping[Node, Node]) -> tuple[Node, Positions]:
    return peel(known[node.body], node.pos)


def _extremum_below(old: Extremum, known: Mapping[Node, Node]) -> Extremum:
    """The extremum that an indicator belongs to: itself where its value was only given a name."""
    new = known[old]
    if isinstance(new, Extremum):
        return new
    pos = old.pos
    body, pos = peel(known.get(old.body, old.body), pos)
    return make_extremum(old.kind, old.indices, old.bound, body, pos, old.domain)


def _rebuild_term(term: Term, known: Mapping[Node, Node]) -> Term:
    factors = tuple(
        Factor(
            known.get(f.node, f.node), tuple(_rebuild_position(p, known) for p in f.pos), f.power
        )
        for f in term.factors
    )
    return Term(term.coef, term.bound, factors)


def _rebuild_position(p: Affine, known: Mapping[Node, Node]) -> Affine:
    if not any(isinstance(a, Read) for a, _ in p.terms):
        return p
    total = constant(p.const)
    for atom, c in p.terms:
        if isinstance(atom, Read):
            inner = tuple(_rebuild_position(q, known) for q in atom.pos)
            atom = _read(known.get(atom.node, atom.node), inner, atom.node.below)  # noqa: PLW2901
        total = combine(total, Affine(0, ((atom, 1),)), c)
    return total


def _read(node: Node, pos: Positions, below: Scalar | None) -> Read:
    """An integer read of the new node, which keeps the range of the one that it replaces."""
    node, pos = peel(node, pos)
    if node.below is None:
        node.below = below
    return Read(node, pos)


def _rebuild_map(node: Map, known: Mapping[Node, Node], policy: Policy) -> Node:
    indices = fresh_indices(node)
    args = [(known[n], tuple(indices[a].pos for a in axes)) for n, axes in node.args]
    return map_node(node.fn, indices, args, policy)


def at(node: Node, *pos: Affine | int) -> Factor:
    """A read of the node at positions or numbers."""
    return Factor(node, tuple(constant(p) if isinstance(p, int) else p for p in pos))
