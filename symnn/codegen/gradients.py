"""Gradients for code: reverse mode from variable to variable, every cotangent a variable too.

The structure stays as it was written (contractions shared, nothing factored), so the result is
linear in the size of the graph. Law: equal to the gradients that `derive` shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from symnn.calculus.adjoint import reverse
from symnn.calculus.build import fresh_indices, number_node, positions
from symnn.calculus.facts import STRUCTURE
from symnn.calculus.normal import make_sum
from symnn.codegen.program import Definition, definitions
from symnn.core.errors import DomainError, ShapeError, UnknownNameError
from symnn.core.node import Factor, Leaf, Node, Term
from symnn.core.walk import leaves
from symnn.lang.call import Call, below
from symnn.lang.tensor import Tensor


def gradients(loss: Tensor, wrt: Sequence[Tensor]) -> dict[Tensor, Tensor]:
    """The gradient of a scalar in each tensor.

    Args:
        loss: rank 0.
        wrt: float tensors below it; one that the loss does not depend on has gradient 0.

    Raises:
        ShapeError: the loss is no scalar.  DomainError: integers in wrt.
        UnknownNameError: a tensor that the loss does not read.

    >>> import numpy as np
    >>> from symnn.lang.face import evaluate, parameter
    >>> w = parameter("w", ("n",))
    >>> evaluate(gradients(np.sum(w * w), [w])[w], w=[1.0, 3.0]).tolist()
    [2.0, 6.0]
    """
    calls = [t.call for t in wrt]
    _check(loss, calls)
    found = definitions([loss.call], calls, contractions=True)
    wanted = {c.port for c in calls}
    parts: dict[Node, list[Node]] = {loss.call.port: [number_node(1)]}
    done: dict[Node, Call] = {}
    needed = _needed(found, wanted)
    for call, node in reversed(found):
        if call.port not in parts or call.port not in needed:
            continue
        cotangent = _total(call.port, parts.pop(call.port))
        done[call.port] = cotangent
        seed = cotangent.port if leaves([cotangent.body]) else cotangent.body
        targets = [x for x in leaves([node]) if x in needed and x is not call.port]
        if isinstance(node, Leaf):
            parts.setdefault(node, []).append(seed)
            continue
        for leaf, part in reverse(node, seed, targets, policy=STRUCTURE).items():
            parts.setdefault(leaf, []).append(part)
    return {t: Tensor(done.get(t.call.port) or _total(t.call.port, parts.get(t.call.port, [])))
            for t in wrt}  # fmt: skip


def _check(loss: Tensor, calls: Sequence[Call]) -> None:
    if loss.ndim:
        shape = ", ".join(map(str, loss.sizes))
        raise ShapeError(
            f"ShapeError in gradients\n  expected: a scalar loss\n  found: shape [{shape}]\n"
            "  fix: sum or average it (np.sum, np.mean)"
        )
    inside = set(below([loss.call]))
    for c in calls:
        if c not in inside:
            raise UnknownNameError(
                f"gradients: the loss does not depend on {c.path}\n"
                "  fix: differentiate in a tensor that it reads"
            )
        if c.port.dtype == "int":
            raise DomainError(
                f"gradients: {c.path} holds integers and has no derivative\n"
                "  expected: a float tensor\n  fix: leave it out of wrt"
            )


def _needed(found: Sequence[Definition], wanted: set[Leaf]) -> set[Node]:
    needed: set[Node] = set(wanted)
    for call, node in found:
        if any(x in needed for x in leaves([node])):
            needed.add(call.port)
    return needed


def _total(leaf: Leaf, parts: Sequence[Node]) -> Call:
    """The Call of a cotangent: what the readers pass, summed."""
    own = fresh_indices(leaf)
    terms = [Term(1, (), (Factor(p, positions(own)),)) for p in parts]
    node = make_sum(own, terms, STRUCTURE)
    args = [x.tag for x in leaves([node]) if isinstance(x.tag, Call)]
    of = leaf.tag if isinstance(leaf.tag, Call) else None
    if of is not None and of not in args:
        args.append(of)  # its shape binds the sizes of a gradient that is constant
    name = f"grad_{of.name}" if of is not None and of.name else None
    return Call("gradient", args, node, name=name, attrs={"of": leaf})
