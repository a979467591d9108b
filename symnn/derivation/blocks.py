"""The Hessian in several tensors at once: a block matrix with named pieces.

Each block is a second derivative `∂²L/∂a ∂b` as a matrix, all entries of a tensor in one column.
Law: the blocks below the diagonal are the transposes of those above, for second derivatives
commute; a piece that stands in another, as H_bb in `H_bb ⊗ x xᵀ`, is written by its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from symnn.core.errors import UnknownNameError, UnsupportedError
from symnn.derivation.names import named_symbol
from symnn.derivation.products import hessian as second_derivative
from symnn.derivation.showing import tensor_tree, with_lines
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.commutation import VecOrder
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.measure import length
from symnn.notation.text import symbol_text, to_text
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree


@dataclass(frozen=True)
class HessianBlocks:
    """The Hessian of a scalar in several tensors.

    Attributes:
        loss: the scalar.
        wrt: the tensors, in the order of the blocks.
    """

    loss: Tensor
    wrt: tuple[Tensor, ...]

    def __getitem__(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        """One block: the axes of the first tensor, then those of the second.

        Raises:
            UnknownNameError: a tensor that the Hessian was not taken in.
        """
        for x in pair:
            if not any(x is w for w in self.wrt):
                known = ", ".join(w.call.path for w in self.wrt)
                raise UnknownNameError(f"no block of {x.call.path}; there is: {known}")
        return second_derivative(self.loss, *pair)

    def tree(self, *, vec: str = "rows") -> Tree:
        """The block matrix with its pieces as `where` lines, each after what it is made of."""
        count = range(len(self.wrt))
        grid = t.Grid(tuple(tuple(self._name(j, k) for k in count) for j in count))
        pairs = [(j, k) for k in count for j in range(k + 1)]
        bodies, more = self._written(pairs, vec)
        pairs.sort(key=lambda p: (p[0] != p[1], length(bodies[p])))
        known: dict[Tree, Tree] = {}
        lines: list[Tree] = []
        for pair in pairs:
            body = _with_names(bodies[pair], known)
            lines.append(t.Relation("=", self._name(*pair), body))
            if pair[0] == pair[1] and length(body) > 1:
                known.setdefault(body, self._name(*pair))
        words = [x for x in more if isinstance(x, VecOrder)]
        return with_lines(grid, [*(x for x in more if x not in words), *lines, *words])

    def _written(
        self, pairs: Sequence[tuple[int, int]], vec: str
    ) -> tuple[dict[tuple[int, int], Tree], list[Tree]]:
        """Each block, and all that their own `where` lines say, once."""
        bodies, more = {}, {}
        for j, k in pairs:
            first, second = self.wrt[j], self.wrt[k]
            block = tensor_tree(self[first, second], vec=vec)
            said: tuple[Tree, ...] = ()
            if isinstance(block, t.Where):
                block, said = block.body, block.definitions
            if min(first.ndim, second.ndim) == 0 and max(first.ndim, second.ndim) > 1:
                block, said = t.Apply("vec", (block,)), (*said, VecOrder(vec))
                block = t.Transpose(block) if first.ndim == 0 else block
            elif first.ndim == 0 and second.ndim == 1:
                block = t.Transpose(block)
            bodies[j, k] = block
            more.update(dict.fromkeys(said))
        return bodies, list(more)

    def _name(self, j: int, k: int) -> Tree:
        """`H_{W,b}`; below the diagonal `H_{W,b}ᵀ`."""
        if j > k:
            return t.Transpose(self._name(k, j))
        shown = [symbol_text(named_symbol(self.wrt[i].call)) for i in (j, k)]
        return t.Sym("H", sub=",".join("".join(filter(str.isalnum, s)) for s in shown))

    def text(self, *, vec: str = "rows", lang: str = "en") -> str:
        """Unicode text of the block matrix."""
        return to_text(self.tree(vec=vec), Style(lang=lang))

    def latex(self, *, vec: str = "rows", lang: str = "en") -> str:
        """LaTeX of the block matrix."""
        return to_latex(self.tree(vec=vec), Style(lang=lang))

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"


@overload
def hessian(loss: Tensor, wrt: Tensor, other: Tensor | None = None) -> Tensor: ...


@overload
def hessian(loss: Tensor, wrt: Sequence[Tensor]) -> HessianBlocks: ...


def hessian(
    loss: Tensor, wrt: Tensor | Sequence[Tensor], other: Tensor | None = None
) -> Tensor | HessianBlocks:
    """Second derivatives of a scalar.

    Args:
        loss: the scalar.
        wrt: a tensor, or several for a block matrix.
        other: of one tensor, the second one to differentiate in (default: `wrt` again).

    Returns:
        A tensor with the axes of `wrt`, then of `other`; or the blocks.

    Raises:
        UnsupportedError: `other` beside several tensors.

    >>> import numpy as np
    >>> import symnn as sn
    >>> W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    >>> x, y = sn.tensor("x", ("n",)), sn.tensor("y", ("p",))
    >>> print(hessian(np.sum((W @ x + b - y) ** 2), [W, b]).text())
    [H_{W,W}, H_{W,b}; H_{W,b}ᵀ, H_{b,b}]
      where H_{b,b} = 2 𝐈_p
            H_{W,W} = H_{b,b} ⊗ (x xᵀ)
            H_{W,b} = H_{b,b} ⊗ x
            "vec goes row by row"
    """
    if isinstance(wrt, Tensor):
        return second_derivative(loss, wrt, other)
    if other is not None:
        raise UnsupportedError("with several tensors give them all in one list: hessian(L, [W, b])")
    return HessianBlocks(loss, tuple(wrt))


def _with_names(tree: Tree, known: dict[Tree, Tree]) -> Tree:
    """Factors of Kronecker products that are a piece, by its name."""
    match tree:
        case t.Mul((scale, t.Kron(factors))):
            named = tuple(known.get(t.Mul((scale, f)), f) for f in factors)
            if named != factors:
                return t.Kron(named)
        case t.Kron(factors):
            return t.Kron(tuple(known.get(f, f) for f in factors))
    return map_children(tree, lambda child: _with_names(child, known))
