"""The step writer: goes forward, then back from the loss, and writes the worked solution.

Order: forward equations; then back from the loss, a parameter right after the value that uses it;
then the answers. A gradient step is a chain of equal forms (see `steps.Step`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from symnn.calculus.build import number_node
from symnn.core.node import Leaf, Map, Node, Sum
from symnn.derivation.answers import answer_value
from symnn.derivation.backward import (
    Cotangent,
    Path,
    definitions_by_node,
)
from symnn.derivation.definitions import Binding, Program, direct_leaves
from symnn.derivation.form_writer import FormWriter
from symnn.derivation.forward_rules import forward_rule
from symnn.derivation.local_derivatives import LocalDerivatives
from symnn.derivation.normalised_names import normalised_rule
from symnn.derivation.recurrences import initial_value, is_before, is_named_first
from symnn.derivation.rules import gradient_rule
from symnn.derivation.step_parts import (
    derivation_letters,
    distinct,
    is_identity,
    raw_form,
    role_of,
)
from symnn.derivation.steps import ANSWER, DETAIL, MAIN, Form, Prefer, Step, number_steps
from symnn.derivation.structured import rule_node, structure_of
from symnn.derivation.through_time import sum_of_paths


class StepWriter:
    """Generates the steps of a derivation."""

    def __init__(
        self,
        program: Program,
        cotangents: dict[Leaf, Cotangent],
        wrt: list[Leaf],
        structured: Mapping[Leaf, Node],
    ) -> None:
        self.structured = structured
        self.program, self.cotangents, self.wrt = program, cotangents, wrt
        self.letters = derivation_letters(program)
        self.batch = {s for s, role in self.letters.roles.items() if role == "batch"}
        self.steps = {g.length for g in program.groups}
        self.done: dict[Leaf, Step] = {}
        self.forward: dict[Leaf, Step] = {}
        self.forms = FormWriter(self.letters)
        self.local = LocalDerivatives(self.forms, definitions_by_node(program), self.forward)

    def write(self) -> list[Step]:
        """All steps in order, numbered."""
        steps = [*self._forward_steps(), *self._backward_steps(), *self._answers()]
        number_steps(steps)
        return steps

    # -- forward ---------------------------------------------------------------------------------

    def _forward_steps(self) -> Iterator[Step]:
        for b in self.program.written:
            if is_before(b.leaf):
                if not is_named_first(b):
                    yield self._initial_step(b)
                continue
            used: set[str] = set()
            letters = self.letters.for_axes(b.leaf.sizes, "output", used)
            shown = b.shown or b.definition
            form = self.forms.write(shown, letters, used)
            step = Step(
                "forward", MAIN, b.leaf, [form], shown,
                "rule.normalisation" if b.shown is not None and b.shown is not b.definition
                else forward_rule(
                    b.definition, identity=is_identity(b), output=b is self.program.output
                ),
                subject_letters=tuple(letters),
            )  # fmt: skip
            step.refs = [self.forward[x] for x in direct_leaves(shown) if x in self.forward]
            self.forward[b.leaf] = step
            yield step

    def _initial_step(self, b: Binding) -> Step:
        """`h_0 = ...`: the state before the first step."""
        value = initial_value(b)
        used: set[str] = set()
        letters = self.letters.for_axes(value.sizes, "output", used)
        step = Step(
            "initial", MAIN, b.leaf, [self.forms.write(value, letters, used)], value,
            "rule.initial_state", subject_letters=tuple(letters),
        )  # fmt: skip
        step.refs = [self.forward[x] for x in direct_leaves(value) if x in self.forward]
        self.forward[b.leaf] = step
        return step

    # -- backward --------------------------------------------------------------------------------

    def _backward_steps(self) -> Iterator[Step]:
        first_user = self._first_users()
        for u in reversed(self.program.written):
            if u.leaf not in self.cotangents:
                continue
            if u is not self.program.output and not is_before(u.leaf):
                yield from self._gradient_steps(self.cotangents[u.leaf])
            for leaf in direct_leaves(u.definition):
                is_input = leaf in self.cotangents and leaf not in self.program.by_leaf
                if is_input and first_user[leaf] is u:
                    yield from self._gradient_steps(self.cotangents[leaf])

    def _first_users(self) -> dict[Leaf, Binding]:
        return {leaf: users[0] for leaf, users in self.program.users().items()}

    def _gradient_steps(self, c: Cotangent) -> Iterator[Step]:
        if not c.paths:
            return
        single = len(c.paths) == 1
        collected = []
        for path in c.paths:
            local = self.local.step(path.user, c.target)
            if local is not None and not self._is_seed(path.user):
                yield local
            step = self._path_step(c, path, local, single=single)
            collected.append(step)
            yield step
        if single:
            self.done[c.target] = collected[0]
            return
        total = self._sum_step(c, collected)
        self.done[c.target] = total
        yield total

    def _is_seed(self, u: Binding) -> bool:
        """Whether u's cotangent is the constant 1: its local step is the gradient step."""
        read = self.cotangents[u.leaf].read
        return isinstance(read, Sum) and read is number_node(1)

    def _path_step(self, c: Cotangent, path: Path, local: Step | None, *, single: bool) -> Step:
        u, v = path.user, c.target
        refs = [self.done[u.leaf]] if u.leaf in self.done else []
        seed = self._is_seed(u)
        if local is not None:
            refs += [self.forward[u.leaf]] if seed else [local]
        result = c.value if single else path.final
        forms, low, top, summed = self._chain(u, v, path, local)
        batch = any(s in self.batch for s in u.leaf.sizes) and v.role == "parameter"
        step = Step(
            "gradient" if single else "path",
            MAIN if single else DETAIL,
            v,
            forms,
            result,
            self._gradient_rule(u, path, local, batch=batch),
            user=u.leaf,
            refs=refs,
            subject_letters=low,
            user_letters=top,
            summed=summed,
            put_in=path.put_in,
            local=None if local is None else local.value,
            reasons=local.reasons if local is not None and seed else self._ends(u.leaf),
        )
        self._settled_forms(step, c, path, single=single)
        if single:
            step.facts, step.nonzero = list(c.facts), list(c.nonzero)
        return step

    def _settled_forms(self, step: Step, c: Cotangent, path: Path, *, single: bool) -> None:
        """The equal forms behind the raw one: normal form, put in, with facts."""
        u, low, top = path.user, step.subject_letters, step.user_letters
        sizes = dict(zip(top, u.leaf.sizes, strict=True)) if top else {}
        prefer: Prefer = {}
        for letter in step.summed:
            prefer.setdefault(sizes[letter], []).append(letter)
        settled = [c.plain, c.value] if single else []
        nodes = [*([] if path.put_in else [path.named]), path.final, *settled]
        used = set(low) | set(top)
        if not isinstance(u.definition, Leaf) or is_identity(u):
            step.forms += [self.forms.write(n, list(low), used, prefer) for n in distinct(nodes)]
        if not step.forms:
            step.forms.append(self.forms.write(step.value, list(low), used, prefer))

    def _ends(self, user: Leaf) -> list[tuple[str, dict[str, object]]]:
        """What the step behind the last one passes back: nothing."""
        group = next((g for g in self.program.groups if user in g.leaves), None)
        if group is None or not is_before(user):
            return []
        return [("reason.after_last", {"s": (group.length, -1 if group.backward else 1)})]

    def _gradient_rule(self, u: Binding, path: Path, local: Step | None, *, batch: bool) -> str:
        cotangent = self.cotangents[u.leaf].read
        if cotangent.rank == 0 and not direct_leaves(cotangent) and local is not None:
            return local.rule
        if is_before(u.leaf):
            return "rule.through_time"
        if isinstance(u.definition, Leaf):
            return "rule.activation_identity" if is_identity(u) else "rule.definition"
        if u.shown is not None:
            return normalised_rule(u)
        rule = gradient_rule(path.named, u.definition, cotangent, batch=batch)
        summed = rule in ("rule.sum_over_batch", "rule.sum_over_axis")
        steps = summed and u.leaf.sizes[0] in self.steps
        return "rule.sum_over_steps" if steps else rule

    def _chain(
        self, u: Binding, v: Leaf, path: Path, local: Step | None
    ) -> tuple[list[Form], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """Raw form of `sum_i ∇u_i J_ik`, with the letters of v, of u, and the summed ones."""
        used: set[str] = set()
        if local is None:
            low = self.letters.for_axes(v.sizes, role_of(v), used)
            return [], tuple(low), (), ()
        low, top = list(local.subject_letters), list(local.user_letters)
        summed = tuple(x for x in top if x not in low)
        cotangent = self.cotangents[u.leaf].read
        if cotangent.rank == 0 and not direct_leaves(cotangent):
            return [], tuple(low), tuple(top), summed
        if path.put_in and isinstance(u.definition, Map):
            return [], tuple(low), tuple(top), summed  # the result itself shows it put in
        seed = self.cotangents[u.leaf].value if path.put_in else cotangent
        raw = raw_form(local, seed, u.leaf)
        return [raw], tuple(low), tuple(top), summed

    def _sum_step(self, c: Cotangent, parts: list[Step]) -> Step:
        used: set[str] = set()
        low = self.letters.for_axes(c.target.sizes, role_of(c.target), used)
        forms = [self.forms.write(n, low, set(used)) for n in distinct([c.plain, c.value])]
        if c.closed is not None:
            forms = [sum_of_paths(c, tuple(low))]
        return Step(
            "sum", MAIN, c.target, forms, c.value, "rule.sum_over_paths", refs=list(parts),
            reasons=[r for part in parts for r in self._ends(part.user)] if c.closed else [],
            facts=list(c.facts), nonzero=list(c.nonzero), subject_letters=tuple(low),
        )  # fmt: skip

    # -- answers ---------------------------------------------------------------------------------

    def _answers(self) -> Iterator[Step]:
        for leaf in self.wrt:
            c = self.cotangents[leaf]
            value = answer_value(c, self.cotangents)
            used: set[str] = set()
            low = self.letters.for_axes(leaf.sizes, role_of(leaf), used)
            ambient = Step(
                "answer", MAIN if leaf in self.structured else ANSWER, leaf,
                [self.forms.write(value, low, used)], value, "rule.substitution",
                refs=[self.done[leaf]] if leaf in self.done else [], subject_letters=tuple(low),
            )  # fmt: skip
            yield ambient
            if leaf in self.structured:
                yield self._structured_step(leaf, ambient)

    def _structured_step(self, leaf: Leaf, ambient: Step) -> Step:
        """The derivative in the independent entries, from the ambient one."""
        structure = structure_of(leaf)
        assert structure is not None
        value = self.structured[leaf]
        nodes = distinct([rule_node(self.cotangents[leaf].read, structure), value])
        low = list(ambient.subject_letters)
        places = {"a": (leaf, low), "b": (leaf, low[::-1])}
        if structure.name == "diagonal":
            del places["b"]
        return Step(
            "structured", ANSWER, leaf, [self.forms.write(n, low, set(low)) for n in nodes], value,
            f"rule.structured_{structure.name}", refs=[ambient],
            reasons=[(f"reason.structured_{structure.name}", dict(places))],
            subject_letters=tuple(low), local=self.cotangents[leaf].value,
        )  # fmt: skip
