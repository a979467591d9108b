"""Symbols of names: what a leaf, a named value or a gradient is called in print.

A value prints by its `latex=` symbol, else by its identifier. The gradient in an affine value with
a parameter that only a function (or the loss's output name) reads is `δ` with the value's scripts;
every other gradient is `∇` of its value, and one of an earlier derivation says of which loss:
`∇_W(L)` under `M`. Repeated names get an occurrence superscript, and so does
a name that is also a size: in `d′ / d` the reader and the parser tell the tensor from its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symnn.core.node import Leaf, Map, Softmax, Sum
from symnn.derivation.definitions import Program, direct_leaves
from symnn.lang.call import Call
from symnn.notation.scalars import size_tree
from symnn.notation.traversal import walk
from symnn.notation.tree import Differential, Grad, Sym, Tree
from symnn.text.symbols import parse_symbol, symbol_from_identifier


class Names:
    """Maps a leaf to the tree of its name; call it with a leaf.

    Attributes:
        deltas: values whose gradient is called δ.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._known: dict[Leaf, Tree] = {}
        self._taken: dict[Tree, int] = dict.fromkeys(_size_symbols(program), 1)
        for call in program.inputs:
            self._known[call.port] = self._unique(named_symbol(call))
        for b in program.bindings:
            if b.call.op != "gradient":
                self._known[b.leaf] = self._unique(named_symbol(b.call, b.name))
        self._name_earlier([b.call for b in program.bindings if b.call.op == "gradient"])
        self.deltas = _delta_values(program)
        self._delta_symbols = self._choose_deltas()

    def _name_earlier(self, gradients: list[Call]) -> None:
        """The loss tells a gradient of an earlier derivation from the one that is derived now."""
        if self.program.output.call.op == "gradient" and self.program.output.leaf.rank:
            return  # shown by itself: nothing is derived from it
        losses: dict[Leaf, Tree] = {}
        for call in gradients:
            loss = call.attrs["loss"]
            if loss not in losses:
                known = self._known.get(loss)
                losses[loss] = known or self._unique(named_symbol(loss.tag, loss.name))
            self._known[call.port] = Grad(self(call.attrs["of"]), losses[loss])

    @property
    def loss(self) -> Tree:
        """The symbol of the output."""
        return self(self.program.output.leaf)

    def _unique(self, symbol: Sym) -> Sym:
        count = self._taken.get(symbol, 0)
        self._taken[symbol] = count + 1
        return symbol if not count else replace(symbol, sup=symbol.sup + "′" * count)

    def _choose_deltas(self) -> dict[Leaf, Sym]:
        chosen: dict[Leaf, Sym] = {}
        for leaf in self.deltas:
            value = self._known.get(leaf)
            if not isinstance(value, Sym):
                continue
            chosen[leaf] = Sym("delta", sub=value.sub, sup=value.sup)
        counts: dict[Sym, int] = {}
        for symbol in chosen.values():
            counts[symbol] = counts.get(symbol, 0) + 1
        taken = set(self._known.values())
        return {x: s for x, s in chosen.items() if counts[s] == 1 and s not in taken}

    def __call__(self, leaf: Leaf) -> Tree:
        """The tree of a leaf's name."""
        known = self._known.get(leaf)
        if known is None:
            known = self._other(leaf)
            self._known[leaf] = known
        return known

    def _other(self, leaf: Leaf) -> Tree:
        call = leaf.tag
        if isinstance(call, Call) and call.op == "gradient":
            return self.gradient(call.attrs["of"])
        if leaf.role == "differential":
            of = next(x for x in self._known if f"d{x.name}" == leaf.name)
            return Differential(self(of))
        return named_symbol(call) if isinstance(call, Call) else symbol_from_identifier(leaf.name)

    def gradient(self, of: Leaf) -> Tree:
        """The name of the gradient in a value: δ or ∇."""
        if of in self._delta_symbols:
            return self._delta_symbols[of]
        return Grad(self(of))

    def symbols(self) -> list[Tree]:
        """All names given so far."""
        return list(self._known.values())


def _size_symbols(program: Program) -> Iterator[Tree]:
    """Symbols of the sizes, however they occur in a shape."""
    leaves = [*(c.port for c in program.inputs), *(b.leaf for b in program.bindings)]
    for size in dict.fromkeys(size for leaf in leaves for size in leaf.sizes):
        yield from (x for x in walk(size_tree(size)) if isinstance(x, Sym))


def named_symbol(call: Call, name: str = "") -> Sym:
    """The symbol of a call: its `latex=`, or its identifier; `name` where it has none.

    >>> from symnn.lang.tensor import tensor
    >>> named_symbol(tensor("y_hat", ("n",)).call).accent
    'hat'
    """
    if call.symbol:
        return parse_symbol(call.symbol)
    return symbol_from_identifier(name if call.name is None else str(call.name))


def _delta_values(program: Program) -> list[Leaf]:
    """Affine values with a parameter, read only by functions of them alone."""
    users = program.users()
    chosen = []
    for b in program.written:
        reads_parameter = any(x.role == "parameter" for x in direct_leaves(b.definition))
        if not isinstance(b.definition, Sum) or not reads_parameter or not b.leaf.rank:
            continue
        readers = users.get(b.leaf, [])
        if readers and all(isinstance(u.definition, (Map, Softmax, Leaf)) for u in readers):
            chosen.append(b.leaf)
    return chosen
