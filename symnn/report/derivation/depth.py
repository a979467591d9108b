"""Any number of layers: derive a deep net, and read one recursion off its layers.

Every layer's derived formula is written relative to its number; when all are the same tree, that
tree is printed once, for `l`. Law: nothing is stated that two different layers did not show.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from symnn.derivation.checks import CheckReport
from symnn.derivation.derivation import Derivation, derive
from symnn.derivation.names import Names
from symnn.lang.definition import define
from symnn.lang.tensor import Tensor, parameter, tensor
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.traversal import map_children, walk
from symnn.notation.tree import Tree

LAYERS = 4
ACTIVATIONS = ("sigmoid", "tanh", "relu")
_LAYER = re.compile(r"\[(\d+)\]")


@dataclass
class DeepNet:
    """One derived deep net.

    Attributes:
        activation: what follows every layer.
        derivation, names: as everywhere.
        recursion: `delta^[l]` for l below the last, or None if the layers differ.
        weights, bias: the gradients of layer l.
        slope: the derivative of the activation, as derived, in the values of layer l.
        last: `delta^[L]`.
    """

    activation: str
    derivation: Derivation
    names: Names
    recursion: Tree | None
    weights: Tree | None
    bias: Tree | None
    slope: Tree | None
    last: Tree

    def check(self, draws: int, seed: int) -> CheckReport:
        """Central differences of every gradient."""
        return self.derivation.check(draws=draws, seed=seed, printed=False)


def derive_deep(activation: str, layers: int = LAYERS) -> DeepNet:
    """Derive a net of dense layers of different widths with the squared error."""
    values: dict[str, Tensor] = {"a0": tensor("a0", ("n0",), latex="a^{[0]}")}
    weights, biases = [], []
    for k in range(1, layers + 1):
        W = parameter(f"W{k}", (f"n{k}", f"n{k - 1}"), latex=f"W^{{[{k}]}}")
        b = parameter(f"b{k}", (f"n{k}",), latex=f"b^{{[{k}]}}")
        z = _named(f"z{k}[i] = sum(j: W{k}[i,j]*a{k - 1}[j]) + b{k}[i]", f"z^{{[{k}]}}",
                   {f"W{k}": W, f"b{k}": b, f"a{k - 1}": values[f"a{k - 1}"]})  # fmt: skip
        values[f"a{k}"] = _named(f"a{k}[i] = {activation}(z{k}[i])", f"a^{{[{k}]}}", {f"z{k}": z})
        weights.append(W)
        biases.append(b)
    y = tensor("y", (f"n{layers}",))
    top = f"a{layers}"
    loss = _named(f"L = sum(i: ({top}[i] - y[i])^2)", r"\mathcal{L}", {top: values[top], "y": y})
    derivation = derive(loss, wrt=[*weights, *biases])
    return _read(activation, derivation, layers)


def _named(text: str, latex: str, known: dict[str, Tensor]) -> Tensor:
    value = define(text, **known)
    value.call.symbol = latex
    return value


def _read(activation: str, derivation: Derivation, layers: int) -> DeepNet:
    names = Names(derivation.program)
    trees: dict[str, Tree] = {}
    for leaf, cotangent in derivation.cotangents.items():
        trees[leaf.name] = matrix_form(cotangent.value, names).tree
    deltas = [relative(trees[f"z{k}"], k) for k in range(1, layers)]
    weights = [relative(trees[f"W{k}"], k) for k in range(1, layers + 1)]
    biases = [relative(trees[f"b{k}"], k) for k in range(1, layers + 1)]
    recursion = _same(deltas)
    return DeepNet(
        activation, derivation, names, recursion, _same(weights), _same(biases),
        _slope(recursion) if recursion is not None else None,
        _named_last(trees[f"z{layers}"], layers),
    )  # fmt: skip


def _same(trees: list[Tree]) -> Tree | None:
    return trees[0] if all(x == trees[0] for x in trees) else None


def _named_last(tree: Tree, layers: int) -> Tree:
    return _scripts(tree, lambda k: "[L]" if k == layers else f"[L-{layers - k}]")


def relative(tree: Tree, layer: int) -> Tree:
    """The tree with superscripts relative to a layer: [3] seen from 2 is [l+1].

    >>> relative(t.Sym("W", sup="[3]"), 2).sup
    '[l+1]'
    """

    def shifted(k: int) -> str:
        step = k - layer
        return "[l]" if not step else f"[l{step:+d}]"

    return _scripts(tree, shifted)


def _scripts(tree: Tree, written: object) -> Tree:
    def put(node: Tree) -> Tree:
        if isinstance(node, t.Sym):
            match = _LAYER.fullmatch(node.sup)
            return replace(node, sup=written(int(match[1]))) if match else node  # type: ignore[operator]
        return map_children(node, put)

    return put(tree)


def _slope(recursion: Tree) -> Tree | None:
    """The factor of the recursion that does not come from the layer above."""
    if not isinstance(recursion, t.Hadamard):
        return None
    rest = tuple(f for f in recursion.factors if not _has_delta(f))
    if len(rest) == len(recursion.factors) or not rest:
        return None
    return rest[0] if len(rest) == 1 else t.Hadamard(rest)


def _has_delta(tree: Tree) -> bool:
    return any(isinstance(n, t.Sym) and n.base == "delta" for n in walk(tree))


def general_recursion(recursion: Tree) -> Tree | None:
    """The recursion with the slope written as sigma'(z)."""
    if not isinstance(recursion, t.Hadamard):
        return None
    above = tuple(f for f in recursion.factors if _has_delta(f))
    slope = t.Apply("sigma", (t.Sym("z", sup="[l]"),), prime=1, symbol=True)
    return t.Hadamard((*above, slope))
