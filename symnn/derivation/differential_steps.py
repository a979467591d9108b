"""Differentials inside of a recurrence, as they are written: at one step, summed over the steps.

`da_t = dU h_{t-1} + U dh_{t-1}` puts a differential in, `Σ_t (Uᵀ δ_t)ᵀ dh_{t-1}` is what it makes
of dL, and `∇_{h_t} = 2(h_t − y_t) + Uᵀ δ_{t+1}` is what all steps have for dh_t. Law: a form at one
step is that entry of the node that is checked.
"""

from __future__ import annotations

from collections.abc import Collection

from symnn.core.node import Leaf, Node
from symnn.core.scalars import Scalar
from symnn.derivation.answers import is_stepwise
from symnn.derivation.definitions import Program, direct_leaves
from symnn.derivation.names import Names
from symnn.notation import tree as t
from symnn.notation.letters import Letters
from symnn.notation.matrix import step_form
from symnn.notation.scalars import size_tree
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree


class StepForms:
    """Writes forms at one step of the recurrences of one program."""

    def __init__(self, program: Program, names: Names, letters: Letters) -> None:
        self.names, self.letters = names, letters
        self.lengths: set[Scalar] = {g.length for g in program.groups}
        self.states = {b.leaf for g in program.groups for b in (*g.states, *g.befores)}
        self.members = {b.leaf for g in program.groups for b in g.members}

    def letter(self, length: Scalar) -> str:
        """The letter of the step."""
        return self.letters.for_axes((length,), "value", set())[0]

    def reads_steps(self, leaf: Leaf, *values: Node) -> bool:
        """Whether a value goes by steps: a member, or one that reads members on its first axis."""
        if leaf in self.members:
            return True
        first = leaf.rank > 0 and leaf.sizes[0] in self.lengths
        return first and any(is_stepwise(x) for v in values for x in direct_leaves(v))

    def form(self, node: Node) -> Tree | None:
        """One step of a stack; None where it has no matrix notation."""
        made = step_form(node, self.names, self.letters, self.letter(node.sizes[0]))
        return None if made is None else inside_out(made)

    def name(self, leaf: Leaf) -> Tree:
        """`h_t`, of a stack of states before the step `h_{t-1}`."""
        at: Tree = t.Index(self.letter(leaf.sizes[0]))
        stack = leaf
        if "neighbour" in leaf.cache:
            stack, by = leaf.cache["neighbour"]
            at = t.Add((at, t.Num(1) if by > 0 else t.Neg(t.Num(1))))
        return t.Entry(self.names(stack), (at,))

    def differential(self, leaf: Leaf) -> Tree:
        """`dh_t`."""
        return t.Differential(self.name(leaf))

    def gradient(self, leaf: Leaf) -> Tree:
        """`∇_{h_t}` or `δ_t`."""
        name, value = self.names.gradient(leaf), self.name(leaf)
        assert isinstance(value, t.Entry)
        return t.Grad(value) if isinstance(name, t.Grad) else t.Entry(name, value.positions)

    def summed(self, body: Tree, length: Scalar) -> Tree:
        """`Σ_t` of a form."""
        return t.BigOp("sum", body, ((self.letter(length), size_tree(length)),))

    def known(self, leaves: Collection[Leaf]) -> list[Leaf]:
        """Those whose coefficient is complete: not the states, which later steps read too."""
        return [x for x in leaves if x not in self.states]


def inside_out(tree: Tree) -> Tree:
    """`dh_t` for `(dh)_t`."""
    match tree:
        case t.Entry(t.Differential(arg), positions):
            return t.Differential(t.Entry(arg, positions))
    return map_children(tree, inside_out)
