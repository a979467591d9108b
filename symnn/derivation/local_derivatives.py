"""Local derivatives: `∂u_i/∂v_k`, one definition differentiated in one name that it reads.

Law: the names in the definition are held fixed, so the derivative is over names too. The first step
of its pattern is a main one; a later one is a detail.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnn.calculus.adjoint import delta, reverse
from symnn.calculus.simplify import simplify
from symnn.core.node import Leaf, Map, Node, Softmax
from symnn.derivation.backward import named_derivative
from symnn.derivation.definitions import Binding
from symnn.derivation.form_writer import FormWriter
from symnn.derivation.recurrences import is_before
from symnn.derivation.rules import local_rule
from symnn.derivation.step_parts import is_identity, local_reasons, role_of, shared_axes
from symnn.derivation.steps import DETAIL, MAIN, Step


class LocalDerivatives:
    """Writes the local derivatives of one derivation; `names` gives each definition its name."""

    def __init__(
        self, forms: FormWriter, names: dict[Node, Node], forward: Mapping[Leaf, Step]
    ) -> None:
        self.forms, self.letters, self.names, self.forward = forms, forms.letters, names, forward
        self.patterns: set[object] = set()

    def step(self, u: Binding, v: Leaf) -> Step | None:
        """`∂u_i/∂v_k = J`, the derivative of one definition in one name."""
        if is_before(u.leaf) or (isinstance(u.definition, Leaf) and not is_identity(u)):
            return None
        lead = u.leaf.rank
        hook = simplify if u.shown is None else None
        found = reverse(u.definition, delta(u.leaf.sizes), [v], lead=lead, simplify=hook)
        if v not in found:
            return None
        jac = simplify(named_derivative(u, found[v], self.names))
        used: set[str] = set()
        top = self.letters.for_axes(u.leaf.sizes, "output", used)
        role = role_of(v) if u.leaf.rank else "output"
        jac_node, shared = shared_axes(jac, u.leaf, v)
        low = [
            top[shared[k]] if k in shared else self.forms.letter(s, role, used)
            for k, s in enumerate(v.sizes)
        ]
        letters = top + [x for k, x in enumerate(low) if k not in shared]
        form = self.forms.write(jac_node, letters, used)
        rule = local_rule(u.definition, v)
        pattern = (rule, bool(shared), v.role == "parameter", u.leaf.rank, v.rank)
        new = pattern not in self.patterns
        self.patterns.add(pattern)
        function = isinstance(u.definition, (Map, Softmax, Leaf))
        level = MAIN if new and (v.role == "parameter" or function) else DETAIL
        return Step(
            "local", level, v, [form], jac, rule, user=u.leaf,
            refs=[self.forward[u.leaf]],
            reasons=local_reasons(u, v, jac_node, form),
            subject_letters=tuple(low), user_letters=tuple(top),
        )  # fmt: skip
