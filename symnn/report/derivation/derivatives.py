"""Jacobians and Hessians as equations with a left side, each able to check itself.

Law: axes are those of the value, then those of what it is differentiated in; a Hessian is the
Jacobian of a gradient, and so is its check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symnn.derivation.derivation import derive
from symnn.derivation.names import named_symbol
from symnn.derivation.products import hessian, jacobian
from symnn.derivation.showing import tensor_tree
from symnn.derivation.slopes import jacobian_error
from symnn.lang.call import below
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.tree import Tree


@dataclass(frozen=True)
class Derivative:
    """One Jacobian, or one block of a Hessian.

    Attributes:
        value: the derived array.
        of: what its last axes differentiate: the value, or a gradient.
        wrt: in what.
        left: `∂y/∂x` or `∂²L/∂x∂y`.
        first: of a Hessian, what the gradient was taken in.
    """

    value: Tensor
    of: Tensor
    wrt: Tensor
    left: Tree
    first: Tensor | None = None

    @property
    def right(self) -> Tree:
        """The formula with its `where` lines."""
        return tensor_tree(self.value)

    @property
    def tree(self) -> Tree:
        """Left and right side; `where` lines stay behind the whole."""
        right = self.right
        if isinstance(right, t.Where):
            return t.Where(t.Relation("=", self.left, right.body), right.definitions)
        return t.Relation("=", self.left, right)

    def check(self, draws: int, seed: int) -> float | None:
        """The deviation from central differences; None where only kinks were drawn."""
        return jacobian_error(self.of, self.wrt, self.value, draws=draws, seed=seed)


def jacobians(value: Tensor, wrt: Sequence[Tensor]) -> list[Derivative]:
    """The Jacobian in each tensor.

    >>> from symnn.notation.text import to_text
    >>> import symnn as sn
    >>> A, x = sn.tensor("A", ("m", "n")), sn.tensor("x", ("n",))
    >>> print(to_text(jacobians(A @ x, [x])[0].tree))
    ∂y/∂x = A
    """
    name = _name(value, "y")
    return [
        Derivative(jacobian(value, w), value, w, t.Partial(name, (named_symbol(w.call),)))
        for w in wrt
    ]


def _name(value: Tensor, usual: str) -> Tree:
    """The symbol of a value; of one without a name, a letter that nothing else has."""
    taken = {c.name for c in below([value.call])}
    return named_symbol(value.call, next(n for n in (usual, *"fgqFGQ", "result") if n not in taken))


def hessians(loss: Tensor, wrt: Sequence[Tensor]) -> list[Derivative]:
    """Every block of the Hessian, on and above the diagonal.

    >>> from symnn.notation.text import to_text
    >>> import symnn as sn
    >>> A, x = sn.tensor("A", ("n", "n")), sn.tensor("x", ("n",))
    >>> print(to_text(hessians(x @ A @ x, [x])[0].tree))
    ∂²L/∂x∂x = A + Aᵀ
    """
    name = _name(loss, "L")
    found = []
    for k, first in enumerate(wrt):
        gradient = derive(loss, wrt=first).gradients[first]
        for other in wrt[k:]:
            left = t.Partial(name, (named_symbol(first.call), named_symbol(other.call)))
            found.append(Derivative(hessian(loss, first, other), gradient, other, left, first))
    return found
