"""Steps of a derivation as lines of the page: trees, rule, references, reasons, shapes.

The engine's views are shown as they are, with one addition: where the sheet writes an activation
sigma, its name stays visible (`ŷ = σ(z) = z`, `∇ŷ ⊙ σ'(z)`) beside what it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from symnn.core.node import Leaf
from symnn.derivation.checks import CheckReport
from symnn.derivation.definitions import Binding
from symnn.derivation.steps import Step
from symnn.derivation.texts import matrix_equation
from symnn.derivation.views import View
from symnn.notation import tree as t
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.context import Context
from symnn.report.answers.model import Model
from symnn.report.answers.shape_lines import Shapes, shape, shape_line
from symnn.report.exam.consistency import LEFT
from symnn.report.printing.document import Ref, Run, Runs, StepLine
from symnn.text.phrases import language


def leaf_shapes(model: Model) -> dict[t.Sym, tuple[Tree, ...]]:
    """Sizes of every symbol of a model, gradients included."""
    d = model.derivation
    found: dict[t.Sym, tuple[Tree, ...]] = {}
    for leaf in [*(c.port for c in d.program.inputs), *(b.leaf for b in d.program.bindings)]:
        for tree in (model.names(leaf), model.names.gradient(leaf)):
            if isinstance(tree, t.Sym):
                found[tree] = tuple(map(size_tree, leaf.sizes))
    return found


def through_activation(model: Model) -> dict[Leaf, Leaf]:
    """Values that the sheet writes as `name = sigma(other)`: value to argument."""
    found: dict[Leaf, Leaf] = {}
    for text in model.exercise.data["equations"]:
        match = LEFT.match(text)
        call = re.fullmatch(r"\s*sigma\s*\(\s*(\w+)\s*(?:\[[^\]]*\])?\s*\)\s*",
                            text[match.end() :] if match else "")  # fmt: skip
        if match and call and call[1] in model.values:
            value, argument = model.values[match[1]], model.values[call[1]]
            found[value.call.port] = argument.call.port
    return found


class StepLines:
    """Turns views into lines; keeps the number and anchor of each step."""

    def __init__(self, ctx: Context, model: Model, report: CheckReport | str) -> None:
        self.ctx, self.model = ctx, model
        self.views: dict[int, View] = {id(v.step): v for v in model.derivation.views}
        self.shapes: Shapes = leaf_shapes(model)
        self.sigma = through_activation(model)
        self.numbers: dict[int, str] = {}
        self.passed = not isinstance(report, str)
        self.errors = {} if isinstance(report, str) else _errors(report)

    def of(self, views: Iterable[View]) -> tuple[StepLine, ...]:
        """Lines of these views; a detail is folded under the next line of the main level."""
        lines: list[StepLine] = []
        waiting: list[View] = []
        for view in views:
            if view.step.level == "detail":
                waiting.append(view)
                continue
            number = self.ctx.next_number()
            details = []
            for k, detail in enumerate(waiting):
                self.numbers[id(detail.step)] = f"{number}{chr(ord('a') + k % 26)}"
                details.append(self.line(detail))
            waiting = []
            self.numbers[id(view.step)] = number
            lines.append(self.line(view, tuple(details)))
        return tuple(lines)

    def number(self, step: Step) -> str:
        """The number of a step on the page, or "" if it is not shown."""
        return self.numbers.get(id(step), "")

    def line(self, view: View, details: tuple[StepLine, ...] = ()) -> StepLine:
        """One view as a line."""
        ctx, step = self.ctx, view.step
        number = self.number(step)
        components, matrix = self._with_sigma(view)
        left = t.Chain((view.left, *components))
        right = None if matrix is None else _matrix_side(view, matrix)
        sizes_line = None
        if matrix is not None and step.kind != "local":
            result = tuple(map(size_tree, step.subject.sizes))
            sizes_line = shape_line(matrix[0], result, self.shapes)
        elif matrix is not None:
            sizes = () if step.user is None else (*step.user.sizes, *step.subject.sizes)
            plain = not view.entrywise and view.kind == "matrix"
            result = tuple(map(size_tree, sizes))
            sizes_line = shape_line(t.Num(1), result, {}) if plain else None
        words: Runs = ()
        if view.words is not None:
            words = self._said(*view.words)
        elif view.entrywise:
            words = ctx.words.runs("report.entry_by_entry")
        return StepLine(
            anchor(number), number, ctx.formula(left, self.model, display=True),
            None if right is None else ctx.formula(right, self.model, display=True),
            words, sizes_line, self.passed and right is not None, self._rule(view), self._why(view),
            details, self.errors.get(step.number),
        )  # fmt: skip

    # -- the activation's own name ---------------------------------------------------------------

    def _with_sigma(self, view: View) -> tuple[tuple[Tree, ...], tuple[Tree, ...] | None]:
        step = view.step
        matrix = None if view.matrix is None else (view.matrix,)
        if step.kind == "forward" and step.subject in self.sigma:
            z = self.model.names(self.sigma[step.subject])
            entry = t.Entry(z, view.left.positions) if isinstance(view.left, t.Entry) else z
            applied = (_sigma(entry), *view.components)
            return applied, matrix and (_sigma(z), *matrix)
        if step.kind == "gradient" and self._is_identity(step.user):
            assert step.user is not None
            z, user = self.model.names(step.subject), self.model.names(step.user)
            letters = tuple(t.Index(x) for x in step.subject_letters)
            entry = t.Entry(z, letters) if letters else z
            above = t.Partial(self.model.names.loss, (t.Entry(user, letters) if letters else user,))
            grad = t.Grad(user, self.model.names.loss)
            first = t.Mul((above, _sigma(entry, 1)))
            components = (first, *(c for c in view.components if not _symbolic(c)))
            return components, matrix and (t.Hadamard((grad, _sigma(z, 1))), *matrix)
        return view.components, matrix

    def _is_identity(self, user: Leaf | None) -> bool:
        binding: Binding | None = self.model.derivation.program.by_leaf.get(user) if user else None
        return binding is not None and user in self.sigma and isinstance(binding.definition, Leaf)

    # -- words -----------------------------------------------------------------------------------

    def _rule(self, view: View) -> str:
        step = view.step
        if step.kind == "gradient" and self._is_identity(step.user):
            return self.ctx.words.text("rule.chain_activation")
        if step.kind == "forward" and self._is_identity(step.subject):
            return self.ctx.words.text("rule.activation_identity")
        return self.ctx.words.text(step.rule)

    def _why(self, view: View) -> Runs:
        """References, reasons and facts, parted by semicolons."""
        parts: list[Runs] = []
        refs: list[Run] = []
        for step in view.step.refs:
            number = self.number(step)
            if number:
                refs += [", "] * bool(refs) + [Ref(anchor(number), f"({number})")]
        if refs:
            parts.append(tuple(refs))
        parts += [self._said(key, values) for key, values in view.reasons]
        if view.step.kind == "gradient" and self._is_identity(view.step.user):
            z = self.model.names(view.step.subject)
            letters = tuple(t.Index(x) for x in view.step.subject_letters)
            slope = t.Relation("=", _sigma(t.Entry(z, letters) if letters else z, 1), t.Num(1))
            parts.append((self.ctx.formula(slope, self.model),))
        for key, values in view.facts:
            parts.append((self.ctx.words.text("label.since"), " ", *self._said(key, values)))
        joined: list[Run] = []
        mark = language(self.ctx.words.lang).semicolon
        for part in parts:
            joined += [mark] * bool(joined) + list(part)
        return tuple(joined)

    def _said(self, key: str, values: dict[str, object]) -> Runs:
        return self.ctx.words.runs(key, **{k: self._shown(v) for k, v in values.items()})

    def _shown(self, value: object) -> Run:
        """A formula, a shape or words."""
        if isinstance(value, tuple):
            return shape(value)
        return self.ctx.formula(value, self.model) if isinstance(value, Tree) else str(value)


def _errors(report: CheckReport) -> dict[str, float]:
    """The largest deviation of the printed forms of each step."""
    found: dict[str, float] = {}
    for check in report.checks:
        match = re.match(r"\((\w+)\) ", check.subject)
        if match and check.verified:
            found[match[1]] = max(found.get(match[1], 0.0), check.error)
    return found


def _symbolic(tree: Tree) -> bool:
    """Whether a form is the chain rule in symbols."""
    return isinstance(tree, t.Mul) and any(isinstance(f, t.Partial) for f in tree.factors)


def _sigma(argument: Tree, prime: int = 0) -> Tree:
    return t.Apply("sigma", (argument,), prime=prime, symbol=True)


def anchor(number: str) -> str:
    """The anchor of an equation."""
    return "eq" + number.replace(".", "-")


def _matrix_side(view: View, matrix: tuple[Tree, ...]) -> Tree:
    """The matrix form with its left side; that of one slice takes the letters of the slice."""
    sliced = matrix_equation(view) if matrix == (view.matrix,) and not view.before else None
    return sliced if isinstance(sliced, t.ForEach) else t.Chain((view.matrix_left, *matrix))
