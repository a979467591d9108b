"""The mean of a per-sample loss over a batch: what depends on the data gets a first axis.

In index notation this is one more index on each read. Law: with one sample in the batch the value
is the loss itself; with n it is the mean of the n losses.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.build import fresh_indices, map_node, rebuild
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.matrices import linalg_node
from symnn.calculus.normal import make_sum
from symnn.codegen.program import definitions
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
from symnn.core.scalars import Scalar, power
from symnn.core.sizes import size_symbol
from symnn.core.walk import leaves, topological
from symnn.lang.call import Call, below
from symnn.lang.tensor import Tensor


def mean_over_samples(
    loss: Tensor, data: Sequence[Tensor]
) -> tuple[Tensor, dict[Call, Tensor], Scalar]:
    """The mean loss of a batch.

    Args:
        loss: rank 0, written for one sample.
        data: the inputs that differ from sample to sample.

    Returns:
        (mean loss, the batched input of each data call, the batch size's symbol).

    >>> import numpy as np
    >>> from symnn.lang.face import evaluate, tensor
    >>> x = tensor("x", ("n",))
    >>> mean, inputs, _ = mean_over_samples(np.sum(x**2), [x])
    >>> float(evaluate(mean, {inputs[x.call]: [[1.0, 2.0], [0.0, 1.0]]}))
    3.0
    """
    size = _batch_symbol(loss.call)
    work = _Batch(size)
    made: dict[Call, Tensor] = {}
    for t in data:
        made[t.call] = work.input(t.call)
    new: dict[Call, Call] = {c: t.call for c, t in made.items()}
    for call, node in definitions([loss.call]):
        value = work.node(node)
        args = [x.tag for x in leaves([value]) if isinstance(x.tag, Call)]
        new[call] = Call(
            call.op, args, value, name=call.name, symbol=call.symbol, conditions=call.conditions
        )
        work.known[call.port] = new[call].port
        if work.depends(node):
            work.moving.add(call.port)
    last = new[loss.call]
    if loss.call.port not in work.moving:
        return Tensor(last), made, size
    b = Index(size)
    mean = make_sum((), [Term(power(size, -1), (b,), (Factor(last.port, (b.pos,)),))], STRUCTURE)
    return Tensor(Call("mean", [last], mean, conditions=_conditions(loss.call))), made, size


def _conditions(root: Call) -> tuple[tuple[object, object], ...]:
    return tuple(c for call in below([root]) for c in call.conditions)


def _batch_symbol(root: Call) -> Scalar:
    taken = {str(s) for c in below([root]) for size in c.port.sizes
             for s in getattr(size, "free_symbols", ())}  # fmt: skip
    taken |= {str(c.name) for c in below([root])}
    name = "N"
    while name in taken:
        name += "_"
    return size_symbol(name)


class _Batch:
    """Rewrites nodes; `moving` are the old nodes that depend on the data."""

    def __init__(self, size: Scalar) -> None:
        self.size = size
        self.known: dict[Node, Node] = {}
        self.moving: set[Node] = set()

    def input(self, call: Call) -> Tensor:
        """The input with a batch axis in front."""
        old = call.port
        leaf = Leaf(
            old.name, (self.size, *old.sizes), role=old.role, dtype=old.dtype, below=old.below,
            facts=frozenset(f for f in old.facts if " along " not in f),
        )  # fmt: skip
        self.known[old] = leaf
        self.moving.add(old)
        return Tensor(Call(call.op, (), leaf, name=call.name, symbol=call.symbol))

    def depends(self, node: Node) -> bool:
        """Whether a node reads the data."""
        return node in self.moving

    def node(self, root: Node) -> Node:
        """The node for a whole batch."""
        for n in topological([root], lambda m: () if m in self.known else m.children()):
            if n in self.known:
                continue
            if any(c in self.moving for c in n.children()):
                self.moving.add(n)
                self.known[n] = self._moved(n)
            else:
                self.known[n] = self._still(n)
        return self.known[root]

    def _still(self, n: Node) -> Node:
        """A node without data below it, over the new ports."""
        if isinstance(n, Leaf) or all(self.known.get(c, c) is c for c in n.children()):
            return n
        return rebuild(n, self.known, STRUCTURE)

    def _moved(self, n: Node) -> Node:
        b = Index(self.size)
        match n:
            case Sum():
                terms = [self._term(t, b) for t in n.terms]
                return make_sum((b, *n.indices), terms, STRUCTURE)
            case Map():
                own = fresh_indices(n)
                args = [(self.known[a], self._pos(a, tuple(own[k].pos for k in axes), b))
                        for a, axes in n.args]  # fmt: skip
                return map_node(n.fn, (b, *own), args, STRUCTURE)
            case Softmax() | LogSumExp():
                make = make_softmax if isinstance(n, Softmax) else make_logsumexp
                return make(self.known[n.arg], n.axis + 1, (b, *n.indices), n.domain)
            case LinAlg():
                return linalg_node(n.kind, self.known[n.arg], STRUCTURE)
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
        raise UnsupportedError(f"no batch form is known for the kind {type(n).__name__}")

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
