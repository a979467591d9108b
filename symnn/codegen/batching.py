"""The mean of a per-sample loss over a batch: what depends on the data gets a first axis.

In index notation this is one more index on each read. Law: with one sample in the batch the value
is the loss itself; with n it is the mean of the n losses.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.facts import STRUCTURE
from symnn.calculus.lifting import Lift
from symnn.calculus.normal import make_sum
from symnn.codegen.program import definitions
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Term
from symnn.core.scalars import Scalar, power
from symnn.core.sizes import size_symbol
from symnn.core.walk import leaves
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


class _Batch(Lift):
    """Rewrites nodes; `moving` are the old nodes that depend on the data."""

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
