"""What the sections of exercise 4 share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy as sp

from symnn.core.errors import UnsupportedError
from symnn.derivation.checks import CheckReport
from symnn.derivation.derivation import derive
from symnn.derivation.views import View
from symnn.lang.face import Tensor
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.report.answers.context import Context
from symnn.report.answers.model import Model
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.attention.model import Net, model_of
from symnn.report.attention.page import Page
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Basis, Formula, Runs, StepLine, Steps
from symnn.report.printing.markup import quoted
from symnn.report.vae.model import coder
from symnn.report.vae.training import SEEDS
from symnn.report.words import Words

_DRAWS = 2


_LEADING_MINUS = re.compile(r"(?:^|\\left\(|\{)- ")
Row = tuple[str, str, str, Runs]  # LaTeX, value, key of the rule, why


class VaePage(Page):
    """The state of exercise 4 while it is answered: the variational net, derived and checked."""

    def __init__(self, exercise: Exercise, words: Words, seed: int) -> None:
        data = exercise.data
        self.sizes: tuple[Any, ...] = ("N", data["observed"], "h", data["latent"])
        self.likelihood = str(data["likelihood"])
        self.vae = coder(*self.sizes, variational=True, likelihood=self.likelihood)
        self.ae = coder(*self.sizes, variational=False, likelihood=self.likelihood)
        self.net = Net(self.vae.values, self.vae.parameters, self.vae.X)
        self.model = model_of(exercise, self.net, list(self.vae.parameters.values()))
        self.ctx = Context(exercise, words, seed)
        self.digits: Any = None  # images and runs of the demonstration, for the section after it
        self.trained: list[Any] = []
        self.ctx.__dict__["model"] = self.model
        self.words = words
        self.report = self.ctx.checked(self.model, draws=_DRAWS)
        self.ctx.report = self.report
        self.lines = StepLines(self.ctx, self.model, self.report)

    def trained_basis(self) -> Basis:
        """What the measured parts rest on: the seeds of the training."""
        return self.ctx.basis("measured", "seeds", seeds=", ".join(map(str, SEEDS)))

    def said(self, key: str, **values: Any) -> Runs:
        """A phrase as runs."""
        return self.words.runs(key, **values)

    def spread(self, values: Sequence[float]) -> Runs:
        """`mean ± half the spread` over the seeds."""
        if not np.all(np.isfinite(values)):
            return ("–",)
        half = (max(values) - min(values)) / 2
        mean = self.words.number(float(np.mean(values)), 3)
        return (f"{mean}\u00a0±\u00a0{self.words.number(float(half), 1)}",)

    def figure(self, k: int) -> tuple[str, str]:
        """The anchor and the label of figure k."""
        label = self.words.title("label.figure", n=f"{self.ctx.number}.{k}") + "."
        return f"fig{self.ctx.number}-{k}", label

    def rewrites(self, rows: Sequence[Row], heads: tuple[str, str], label: str = "") -> Steps:
        """Numbered lines of formulas that are no steps of a derivation: formula, value, rule."""
        made = []
        for latex, value, rule, why in rows:
            number = self.ctx.next_number()
            made.append(StepLine(
                anchor(number), number, unbroken(set_latex(latex, display=True)), None,
                (value,), None, True, self.words.text(rule), why,
            ))  # fmt: skip
        texts = [self.words.text(h) for h in (*heads, "label.rule")]
        return Steps((texts[0], texts[1], texts[2]), tuple(made), label)

    def derived(
        self, loss: Tensor, wrt: Sequence[Tensor], values: Mapping[str, Tensor], draws: int = 4
    ) -> Derived:
        """A small derivation beside the network's, checked by finite differences."""
        derivation = derive(loss, wrt=list(wrt))
        roles = {str(x.name): {"role": "input"} for x in derivation.wrt}
        stand_in = replace(self.ctx.exercise, data={"equations": [], "tensors": roles})
        known = {str(x.name): x for x in derivation.wrt}
        model = Model(stand_in, known, dict(values), loss, derivation, derivation.names)
        return Derived(self, model, self.ctx.checked(model, draws=draws))


@dataclass(frozen=True)
class Derived:
    """A value, its gradients, and the report of their checks."""

    page: VaePage
    model: Model
    report: CheckReport | str

    @property
    def error(self) -> float:
        """The largest deviation of any check; nan where a check failed."""
        return float("nan") if isinstance(self.report, str) else self.report.largest

    def definition(self, name: str) -> Formula:
        """`value = ...`."""
        leaf = self.model.values[name].call.port
        binding = self.model.derivation.program.by_leaf[leaf]
        return self._shown(self.model.names(leaf), binding.definition)

    def gradient(self, x: Tensor) -> Formula:
        """`gradient = ...`, over the names of the derivation."""
        leaf, names = x.call.port, self.model.names
        value = self.model.derivation.cotangents[leaf].value
        return self._shown(t.Grad(names(leaf), names.loss), value)

    def _shown(self, left: t.Tree, value: Any) -> Formula:
        tree = t.Relation("=", left, matrix_form(value, self.model.names).tree)
        return unbroken(self.page.formula(tree, self.model))

    def steps(self) -> Steps:
        """Every line, the answers left out."""
        lines = StepLines(self.page.ctx, self.model, self.report)
        views: list[View] = [v for v in self.model.derivation.views if v.step.kind != "answer"]
        heads = self.page.heads
        return Steps(heads, lines.of(views), detail_word=self.page.words.text("label.detail"))


def unbroken(shown: Formula) -> Formula:
    """A formula that stays on one line."""
    return replace(shown, pieces=(" ".join(shown.pieces),))


def symbolic(value: sp.Expr, left: str = "", *, display: bool = False) -> Formula:
    """A SymPy expression as a formula; `left =` in front.

    Raises:
        UnsupportedError: its LaTeX is outside the grammar of quoted formulas.
    """
    latex = min((sp.latex(value, fold_short_frac=False, order=o) for o in (None, "rev-lex")),
                key=lambda text: len(_LEADING_MINUS.findall(text)))  # fmt: skip
    return set_latex(f"{left} = {latex}" if left else latex, display=display)


def set_latex(latex: str, *, display: bool = False) -> Formula:
    """LaTeX that the program wrote, as a formula; never its source."""
    shown = quoted(latex, display=display)
    if not isinstance(shown, Formula):
        raise UnsupportedError(f"the grammar of quoted formulas does not read {latex}")
    return shown
