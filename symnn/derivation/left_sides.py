"""The left sides of steps: what is defined, differentiated, or passed back.

By component (`∂L/∂W_{kl}`), in matrix form (`∇_W`), and at one step of a recurrence (`∇_{h_t}`).
Law: a left side is made of names alone; nothing is evaluated for it.
"""

from __future__ import annotations

from symnn.core.node import Leaf
from symnn.derivation.answers import is_stepwise
from symnn.derivation.definitions import Program, direct_leaves
from symnn.derivation.names import Names
from symnn.derivation.recurrences import is_before
from symnn.derivation.steps import Step
from symnn.notation import tree as t
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree


class LeftSides:
    """Writes the left sides of the steps of one derivation."""

    def __init__(self, program: Program, names: Names) -> None:
        self.program, self.names = program, names

    def entry(self, base: Tree, letters: tuple[str, ...]) -> Tree:
        """`W_{kl}`; without letters the name itself."""
        return t.Entry(base, tuple(t.Index(x) for x in letters)) if letters else base

    def gradient_entry(self, leaf: Leaf, letters: tuple[str, ...]) -> Tree:
        """`∂L/∂W_{kl}`, or `δ_k` where the gradient has a name."""
        name = self.names.gradient(leaf)
        if isinstance(name, t.Grad):
            return t.Partial(self.names.loss, (self.entry(self.names(leaf), letters),))
        return self.entry(name, letters)

    def by_component(self, step: Step) -> Tree:
        """The left side of the component form."""
        if step.kind == "initial":
            return self._initial(step, step.subject_letters)
        if step.kind == "forward":
            return self.entry(self.names(step.subject), step.subject_letters)
        if step.kind == "local":
            assert step.user is not None
            top = self.entry(self.names(step.user), step.user_letters)
            return t.Partial(top, (self.entry(self.names(step.subject), step.subject_letters),))
        if step.kind == "path":
            symbolic = self.symbolic(step)
            if symbolic is not None:
                return symbolic
            if self.by_steps(step) and step.user is not None and is_before(step.user):
                places = tuple(t.Index(x) for x in step.subject_letters[1:])
                whole = self._through_time(step)
                return t.Entry(whole, places) if places else whole
        if step.kind == "answer":
            entry = self.entry(self.names(step.subject), step.subject_letters)
            return t.Partial(self.names.loss, (entry,))
        if step.kind == "structured":
            return self._total(step.subject, step.subject_letters)
        return self.gradient_entry(step.subject, step.subject_letters)

    def _total(self, of: Leaf, letters: tuple[str, ...] = ()) -> Tree:
        """`dL/dA`: with the dependent entries moving along."""
        whole = t.Frac(t.Differential(self.names.loss), t.Differential(self.names(of)))
        return self.entry(whole, letters)

    def in_matrix_form(self, step: Step) -> Tree:
        """The left side of the matrix form."""
        if step.kind == "initial":
            return self._initial(step, ())
        if self.by_steps(step):
            return self._at_one_step(step)
        if step.kind == "forward":
            return self.names(step.subject)
        if step.kind == "local":
            assert step.user is not None
            ends = self.names(step.user), self.names(step.subject)
            if self.within_a_step(step):
                at = (t.Index(step.subject_letters[0]),)
                ends = t.Entry(ends[0], at), t.Entry(ends[1], at)
            return t.Partial(ends[0], (ends[1],))
        if step.kind == "path" and step.user is not None:
            local = t.Partial(self.names(step.user), (self.names(step.subject),))
            return t.Mul((t.Transpose(local), self.names.gradient(step.user)))
        if step.kind == "answer":
            return t.Grad(self.names(step.subject), self.names.loss)
        if step.kind == "structured":
            return self._total(step.subject)
        return self.names.gradient(step.subject)

    def symbolic(self, step: Step) -> Tree | None:
        """`Σ_i ∂L/∂u_i · ∂u_i/∂v_k`, the chain rule in symbols."""
        if step.kind not in ("gradient", "path") or step.user is None or step.local is None:
            return None
        if step.user is self.program.output.leaf:
            return None
        top = self.entry(self.names(step.user), step.user_letters)
        low = self.entry(self.names(step.subject), step.subject_letters)
        product = t.Mul((self.gradient_entry(step.user, step.user_letters), t.Partial(top, (low,))))
        if not step.summed:
            return product
        sizes = dict(zip(step.user_letters, step.user.sizes, strict=True))
        return t.BigOp("sum", product, tuple((x, size_tree(sizes[x])) for x in step.summed))

    # -- recurrences -----------------------------------------------------------------------------

    def _initial(self, step: Step, letters: tuple[str, ...]) -> Tree:
        """`h_0`: the entry before the first one (behind the last one where time runs back)."""
        state, by = step.subject.cache["neighbour"]
        at = t.Num(-1) if by < 0 else t.Add((size_tree(state.sizes[0]), t.Num(1)))
        return t.Entry(self.names(state), (at, *(t.Index(x) for x in letters)))

    def by_steps(self, step: Step) -> bool:
        """Whether the matrix form is that of one step: of a value in a recurrence, or its gradient.

        So is what reads such values with the steps on its own first axis.
        """
        if step.kind not in ("forward", "gradient", "sum", "path", "answer"):
            return False
        inside = {b.leaf: g.length for g in self.program.groups for b in g.members}
        if step.subject in inside:
            return True
        if step.kind == "path" and step.user is not None and is_before(step.user):
            return False  # into the state before the first step, whose first axis is no step
        lengths = {g.length for g in self.program.groups}
        first = step.value.sizes[0] if step.value.rank else None
        return first in lengths and any(is_stepwise(x) for x in direct_leaves(step.value))

    def within_a_step(self, step: Step) -> bool:
        """Whether a local derivative is that of two values of one step."""
        members = {x for g in self.program.groups for x in g.leaves}
        same = step.user_letters[:1] == step.subject_letters[:1]
        return same and step.subject in members and step.user in members

    def _at_one_step(self, step: Step) -> Tree:
        at = (t.Index(step_letter(step)),)
        value = t.Entry(self.names(step.subject), at)
        if step.kind == "forward":
            return value
        if step.kind == "answer":
            return t.Grad(value, self.names.loss)
        if step.kind == "path" and step.user is not None:
            return self._through_time(step) if is_before(step.user) else self._path_left(step, at)
        return self._gradient_at(step.subject, at[0])

    def _gradient_at(self, leaf: Leaf, at: Tree) -> Tree:
        """`∇_{h_t}` or `δ_t`."""
        name = self.names.gradient(leaf)
        inside = t.Entry(self.names(leaf), (at,))
        return t.Grad(inside) if isinstance(name, t.Grad) else t.Entry(name, (at,))

    def _path_left(self, step: Step, at: tuple[Tree, ...]) -> Tree:
        """`(∂h_t/∂c_t)ᵀ ∇_{h_t}`: what one reader passes back."""
        assert step.user is not None
        low = t.Entry(self.names(step.subject), at)
        top, grad = self.names(step.user), self.names.gradient(step.user)
        if self.within_a_step(step):
            top, grad = t.Entry(top, at), self._gradient_at(step.user, at[0])
        return t.Mul((t.Transpose(t.Partial(top, (low,))), grad))

    def _through_time(self, step: Step) -> Tree:
        """`(∂h_{t+1}/∂h_t)ᵀ ∇_{h_{t+1}}`, summed over the states: what is passed back in time."""
        group = next(g for g in self.program.groups if step.subject in g.leaves)
        now = t.Index(step.subject_letters[0])
        after = t.Add((now, t.Neg(t.Num(1)) if group.backward else t.Num(1)))
        low = t.Entry(self.names(step.subject), (now,))
        terms = []
        for state in group.states:
            top = t.Partial(t.Entry(self.names(state.leaf), (after,)), (low,))
            terms.append(t.Mul((t.Transpose(top), self._gradient_at(state.leaf, after))))
        return terms[0] if len(terms) == 1 else t.Add(tuple(terms))


def step_letter(step: Step) -> str:
    """The letter of the step in a form at one step: t, also where the components have t'."""
    return step.subject_letters[0].rstrip("'")
