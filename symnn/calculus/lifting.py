"""Lifting: an expression for one sample (or one step) becomes one for a whole axis of them.

What depends on a *moving* node gets a new first axis, one more index on each read; the rest stays
as it is. Law: entry k of the lifted expression is the expression at entry k of the moving nodes.
To extend: an arm of the match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symnn.calculus.build import fresh_indices, map_node, positions, rebuild
from symnn.calculus.facts import STRUCTURE, Policy
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.core.errors import UnsupportedError
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
    make_product,
    make_softmax,
)
from symnn.core.recurrence import (
    CAPTURE,
    INPUT,
    STATE,
    Scan,
    ScanState,
    make_scan,
    make_scan_state,
    scan_port,
)
from symnn.core.scalars import Scalar
from symnn.core.walk import topological


class Lift:
    """Rewrites nodes with a new first axis of `size`.

    Attributes:
        known: what stands for an old node; with the new axis where it is in `moving`.
        moving: the old nodes that depend on the new axis.
    """

    def __init__(self, size: Scalar, policy: Policy = STRUCTURE) -> None:
        self.size, self.policy = size, policy
        self.known: dict[Node, Node] = {}
        self.moving: set[Node] = set()

    def depends(self, node: Node) -> bool:
        """Whether a node moves."""
        return node in self.moving

    def node(self, root: Node) -> Node:
        """The root rewritten; without the new axis if it does not move."""
        for n in topological([root], lambda m: () if m in self.known else m.children()):
            if n in self.known:
                continue
            if any(c in self.moving for c in n.children()):
                self.moving.add(n)
                self.known[n] = self._moved(n)
            else:
                self.known[n] = self._still(n)
        return self.known[root]

    def whole(self, root: Node) -> Node:
        """The root rewritten, always with the new axis."""
        made = self.node(root)
        if root in self.moving:
            return made
        own = fresh_indices(made)
        term = Term(1, (), (Factor(made, positions(own)),))
        return make_sum((Index(self.size), *own), [term], self.policy)

    def _still(self, n: Node) -> Node:
        """A node that does not move, over the new nodes."""
        if isinstance(n, Leaf) or all(self.known.get(c, c) is c for c in n.children()):
            return n
        return rebuild(n, self.known, self.policy)

    def _moved(self, n: Node) -> Node:
        b = Index(self.size)
        match n:
            case Sum():
                terms = [self._term(t, b) for t in n.terms]
                return make_sum((b, *n.indices), terms, self.policy)
            case Map():
                own = fresh_indices(n)
                args = [(self.known[a], self._pos(a, tuple(own[k].pos for k in axes), b))
                        for a, axes in n.args]  # fmt: skip
                return map_node(n.fn, (b, *own), args, self.policy)
            case Softmax() | LogSumExp():
                make = make_softmax if isinstance(n, Softmax) else make_logsumexp
                return make(self.known[n.arg], n.axis + 1, (b, *n.indices), n.domain)
            case LinAlg():
                return linalg_node(n.kind, self.known[n.arg], self.policy)
            case Extremum():
                return make_extremum(
                    n.kind, (b, *n.indices), n.bound, self.known[n.body], (b.pos, *n.pos), n.domain
                )
            case Product():
                pos = (b.pos, *n.pos)
                return make_product((b, *n.indices), n.bound, self.known[n.body], pos, n.domain)
            case Indicator():
                return make_indicator(self.known[n.extremum])  # type: ignore[arg-type]
            case ArgExtremum():
                return make_arg_extremum(self.known[n.extremum])  # type: ignore[arg-type]
            case Scan():
                return self._scan(n)
            case ScanState():
                scan = self.known[n.scan]
                assert isinstance(scan, Scan)
                return exchanged(make_scan_state(scan, n.number), self.policy)
        raise UnsupportedError(f"no lifted form is known for the kind {type(n).__name__}")

    def _scan(self, n: Scan) -> Node:
        """All recurrences at once: every state moves, and the steps stay in front."""
        inner = Lift(self.size, self.policy)
        states = [self._port(inner, STATE, k, p, moving=True) for k, p in enumerate(n.states)]
        inputs = [self._port(inner, INPUT, k, p, moving=x in self.moving)
                  for k, (p, x) in enumerate(zip(n.inputs, n.xs, strict=True))]  # fmt: skip
        captures = [self._port(inner, CAPTURE, k, p, moving=x in self.moving)
                    for k, (p, x) in enumerate(zip(n.captures, n.held, strict=True))]  # fmt: skip
        bodies = tuple(inner.whole(b) for b in n.next)
        inits = tuple(self.whole(i) for i in n.inits)
        xs = tuple(exchanged(self.known[x], self.policy) if x in self.moving else self.known[x]
                   for x in n.xs)  # fmt: skip
        held = tuple(self.known[x] for x in n.held)
        return make_scan(
            bodies, tuple(states), tuple(inputs), tuple(captures), inits, xs, held, n.length,
            backward=n.backward,
        )  # fmt: skip

    def _port(self, inner: Lift, kind: str, number: int, old: Leaf, *, moving: bool) -> Leaf:
        """The port of a lifted body, noted there."""
        sizes = (self.size, *old.sizes) if moving else old.sizes
        like = Leaf(old.name, sizes, dtype=old.dtype, below=old.below)
        port = scan_port(kind, number, like)
        inner.known[old] = port
        if moving:
            inner.moving.add(old)
        return port

    def _term(self, t: Term, b: Index) -> Term:
        factors = tuple(
            Factor(
                self.known.get(f.node, f.node),
                self._pos(f.node, tuple(self._position(p, b) for p in f.pos), b),
                f.power,
            )
            for f in t.factors
        )
        return Term(t.coef, t.bound, factors)

    def _pos(self, node: Node, pos: tuple[Affine, ...], b: Index) -> tuple[Affine, ...]:
        return (b.pos, *pos) if node in self.moving else pos

    def _position(self, p: Affine, b: Index) -> Affine:
        total = constant(p.const)
        for atom, c in p.terms:
            if isinstance(atom, Read):
                inner = tuple(self._position(q, b) for q in atom.pos)
                node = self.known.get(atom.node, atom.node)
                if node.below is None:
                    node.below = atom.node.below
                atom = Read(node, self._pos(atom.node, inner, b))  # noqa: PLW2901
            total = combine(total, Affine(0, ((atom, 1),)), c)
        return total


def exchanged(node: Node, policy: Policy = STRUCTURE) -> Node:
    """The first two axes exchanged."""
    first, second, *rest = own = fresh_indices(node)
    term = Term(1, (), (Factor(node, positions(own)),))
    return make_sum((second, first, *rest), [term], policy)


def lift(
    roots: Sequence[Node], moving: Mapping[Node, Node], still: Mapping[Node, Node], size: Scalar,
    policy: Policy = STRUCTURE,
) -> list[Node]:  # fmt: skip
    """The roots over a new first axis.

    Args:
        roots: expressions for one entry of the axis.
        moving: what stands for a node, with the new axis in front.
        still: what stands for a node, without it.
        size: of the new axis.
        policy: normal form of the results.

    >>> from symnn.calculus.build import number_node
    >>> x, xs = Leaf("x", ()), Leaf("xs", (4,))
    >>> lift([x], {x: xs}, {}, 4)[0] is xs
    True
    """
    work = Lift(size, policy)
    work.known = {**still, **moving}
    work.moving = set(moving)
    return [work.whole(r) for r in roots]
