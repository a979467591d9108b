"""Views: a step as trees, ready for any printer.

The chain of equal component forms, the matrix form or the words where there is none, and why.
Nothing is computed here that the step does not hold; what is printed is what is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symnn.calculus.facts import READER
from symnn.calculus.row_blocks import row_blocks
from symnn.calculus.simplify import expand
from symnn.core.errors import SymnnError
from symnn.core.node import Leaf, LinAlg, Map, Node, Softmax
from symnn.derivation.definitions import Program
from symnn.derivation.left_sides import LeftSides, step_letter
from symnn.derivation.names import Names
from symnn.derivation.signs import spent_signs
from symnn.derivation.steps import Form, Step
from symnn.derivation.structured import rule_tree, settled_parts, structure_of
from symnn.notation import tree as t
from symnn.notation.components import component_terms
from symnn.notation.letters import Letters
from symnn.notation.matrix import matrix_form, step_form
from symnn.notation.measure import length
from symnn.notation.normal import normalise
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree


@dataclass(frozen=True, eq=False)
class View:
    """A step as trees.

    Attributes:
        left: left side by component (`∂L/∂W_{kl}`), with `components` its equal right sides.
        matrix_left, matrix: the matrix form; `matrix` is None where there is none.
        words: phrase key and values in place of a matrix form.
        free: letters of the left side with their sizes, in axis order.
        reasons: phrase keys with trees or texts as values.
        facts: (phrase key, name) of the facts used.
        before: equal matrix forms in front of `matrix`.
        kind: of the matrix form ("matrix", "kronecker", "slices", "entries", "index").
        matrix_letters: letters of its axes where it is in index notation.
    """

    step: Step
    left: Tree
    components: tuple[Tree, ...]
    matrix_left: Tree
    matrix: Tree | None
    words: tuple[str, dict[str, object]] | None = None
    free: tuple[tuple[str, object], ...] = ()
    reasons: tuple[tuple[str, dict[str, object]], ...] = ()
    facts: tuple[tuple[str, dict[str, object]], ...] = ()
    shape: tuple[object, ...] = ()
    kind: str = "matrix"
    matrix_letters: tuple[str, ...] = ()
    entrywise: bool = False
    before: tuple[Tree, ...] = ()
    details: tuple[Tree, ...] = field(default=())


class Viewer:
    """Turns the steps of one derivation into views."""

    def __init__(self, program: Program, names: Names, letters: Letters) -> None:
        self.names, self.letters = names, letters
        self.program, self.left = program, LeftSides(program, names)

    def view(self, step: Step) -> View:
        """The trees of one step."""
        own = step.value.sizes if step.kind == "initial" else step.subject.sizes
        left = self.left.by_component(step)
        components = self._components(step)
        matrix, kind, letters, entrywise = self._matrix(step)
        return View(
            step,
            left,
            components,
            self.left.in_matrix_form(step),
            matrix,
            words=None if matrix is not None else self._words(step),
            free=tuple(zip(step.subject_letters, own, strict=True)),
            reasons=(
                *(self._reason(step, key, given) for key, given in step.reasons),
                *map(self._condition, step.nonzero),
            ),
            facts=tuple(self._fact(node, fact) for node, fact in step.facts),
            shape=tuple(own),
            kind=kind,
            matrix_letters=letters,
            entrywise=entrywise,
            before=self._before(step, matrix),
        )

    def _before(self, step: Step, matrix: Tree | None) -> tuple[Tree, ...]:
        """The rule for a structured matrix over the ambient gradient."""
        structure = structure_of(step.subject)
        if step.kind != "structured" or structure is None:
            return ()
        rule = rule_tree(self.names.gradient(step.subject), step.subject, structure)
        return () if rule == matrix else (rule,)

    # -- right sides -----------------------------------------------------------------------------

    def form_tree(self, form: Form) -> Tree:
        """One form in index notation."""
        letters = Letters(form.letters, forbidden=self.letters.forbidden, roles=self.letters.roles)
        written = component_terms(
            form.indices, form.terms, self.names, letters, loss=self.names.loss
        )
        return spent_signs(written)

    def _components(self, step: Step) -> tuple[Tree, ...]:
        parts: dict[Tree, Tree] = {}
        symbolic = self.left.symbolic(step)
        if symbolic is not None and step.kind != "path":
            parts[normalise(symbolic)] = symbolic
        for form in step.forms:
            tree = self.form_tree(form)
            parts.setdefault(normalise(tree), tree)
        return tuple(parts.values())

    def _matrix(self, step: Step) -> tuple[Tree | None, str, tuple[str, ...], bool]:
        value: Node = step.value
        entrywise = False
        if self.left.by_steps(step):
            letter = step_letter(step)
            form = self._one_step(step, letter)
            if form is not None:
                return form, "index", (letter,), False
            return None, "words", (), False
        if step.kind == "local":
            shared = step.forms[0].node
            entrywise = shared is not None and shared.rank < value.rank and value.rank > 2
            if entrywise and shared is not None and shared.rank <= 2:
                value = shared
            elif value.rank > 2:
                return None, "words", (), False
            if entrywise and self.left.within_a_step(step):
                letter = step.subject_letters[0]
                tree = step_form(value, self.names, self.letters, letter)
                if tree is not None:
                    return tree, "index", (letter,), True
        free = (*step.user_letters, *step.subject_letters) if step.kind == "local" else None
        forms = [
            matrix_form(v, self.names, letters=self.letters, free=self._free(v, free, step))
            for v in dict.fromkeys((value, _opened(value) if step.kind == "local" else value))
        ]
        best = min(forms, key=lambda f: (f.kind != "matrix", length(f.tree)))
        parts = self._by_parts(step) or (self._blocks(value) if best.kind == "index" else None)
        if parts is not None:
            return parts, "matrix", (), False
        return best.tree, best.kind, best.letters, entrywise

    def _blocks(self, value: Node) -> Tree | None:
        """`[∇_{W_i}; ∇_{W_f}]`: what is read in slices, one block of rows below the other."""
        blocks = row_blocks(value) or []
        forms = [matrix_form(b, self.names, letters=self.letters) for b in blocks]
        if not forms or any(f.kind != "matrix" for f in forms):
            return None
        return t.Grid(tuple((f.tree,) for f in forms))

    def _one_step(self, step: Step, letter: str) -> Tree | None:
        """The matrix form at one step; of a sum over paths, path by path where that is shorter."""
        whole = step_form(step.value, self.names, self.letters, letter)
        members = {x for g in self.program.groups for x in g.leaves}
        if step.kind != "sum" or step.subject not in members:
            return whole
        parts = [step_form(r.value, self.names, self.letters, letter) for r in step.refs]
        if whole is None or any(p is None for p in parts):
            return whole
        return min(t.Add(tuple(p for p in parts if p is not None)), whole, key=length)

    def _by_parts(self, step: Step) -> Tree | None:
        """A structured derivative with its diagonal apart: `G + Gᵀ` settled, then the rest."""
        structure = structure_of(step.subject)
        if step.kind != "structured" or structure is None or step.local is None:
            return None
        parts = settled_parts(step.local, structure)
        forms = [matrix_form(p, self.names, letters=self.letters) for p in parts]
        if len(forms) < 2 or any(f.kind != "matrix" for f in forms):
            return None
        return normalise(t.Add(tuple(f.tree for f in forms)))

    def _free(self, value: Node, free: tuple[str, ...] | None, step: Step) -> tuple[str, ...]:
        letters = free if free is not None else step.subject_letters
        return tuple(dict.fromkeys(letters))[: value.rank]

    def _words(self, step: Step) -> tuple[str, dict[str, object]]:
        if step.user is None or self.left.by_steps(step):
            return "reason.component_only", {}
        shape = tuple(map(size_tree, (*step.user.sizes, *step.subject.sizes)))
        return "reason.never_formed", {"shape": shape, "v": self.names.gradient(step.user)}

    # -- words -----------------------------------------------------------------------------------

    def _reason(
        self, step: Step, key: str, given: dict[str, object]
    ) -> tuple[str, dict[str, object]]:
        values: dict[str, object] = {}
        for name, item in given.items():
            if name == "f":
                form, term = item  # type: ignore[misc]
                values[name] = self.form_tree(Form(form.indices, (term,), form.letters))
            elif name == "i":
                values[name] = ", ".join(step.subject_letters)
            elif name == "w":
                values[name] = self.left.entry(self.names(item), step.subject_letters)  # type: ignore[arg-type]
            elif name == "s":
                length, by = item  # type: ignore[misc]
                values[name] = t.Add((size_tree(length), t.Num(1))) if by > 0 else t.Num(0)
            elif name in ("z", "a", "b"):
                leaf, letters = item  # type: ignore[misc]
                values[name] = self.left.entry(self.names(leaf), tuple(letters))
            else:
                values[name] = self.left.entry(self.names(item), step.subject_letters)  # type: ignore[arg-type]
        return key, values

    def _fact(self, node: Node, fact: str) -> tuple[str, dict[str, object]]:
        key = next((k for prefix, k in _FACT_KEYS.items() if fact.startswith(prefix)), None)
        if key is None:
            raise SymnnError(f"no phrase for the fact {fact!r}; there is: {', '.join(_FACT_KEYS)}")
        assert isinstance(node, (Leaf, Map, Softmax)) or node.rank >= 0
        name = self.names(node) if isinstance(node, Leaf) else self._node_name(node)
        return key, {"x": name}

    def _condition(self, node: Node) -> tuple[str, dict[str, object]]:
        """What must hold where a value was divided by, or a determinant differentiated."""
        if isinstance(node, LinAlg):
            return "reason.where_invertible", {"x": self._node_name(node.arg)}
        return "reason.where_nonzero", {"x": self._node_name(node)}

    def _node_name(self, node: Node) -> Tree:
        return matrix_form(node, self.names, letters=self.letters).tree


def _opened(node: Node) -> Node:
    """Multiplied out: `diag(p) − p pᵀ` reads better than a product with I."""
    return expand(node, READER, lambda f: True)


_FACT_KEYS = {
    "symmetric": "fact.symmetric",
    "simplex": "fact.sums_to_one",
    "onehot": "fact.sums_to_one",
    "sums to 1": "fact.sums_to_one",
    "sums to 0": "fact.sums_to_zero",
    "pd": "fact.symmetric",
    "diagonal": "fact.diagonal",
    "orthogonal": "fact.orthogonal",
    "unit": "fact.unit_norm",
}
