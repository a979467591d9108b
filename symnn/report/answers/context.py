"""What the sections of one derivation share: model, words, seed, numbers, results of checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from symnn.core.errors import CheckError, SymnnError
from symnn.core.node import Leaf
from symnn.derivation.checks import CheckReport
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.layout import style
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.report.answers.generated import Programs
from symnn.report.answers.model import Model, build, predicted
from symnn.report.answers.solved import Solved
from symnn.report.exam.sheet import Exercise
from symnn.report.printing.document import Badge, Basis, Block, Formula, Section, formula
from symnn.report.words import Words
from symnn.text.phrases import language

Made = tuple[str, list[Block]]
DRAWS = 20
# What a claim rests on goes with its phrase; all others are checks against numbers.
CLAIM_KINDS = {
    "attention.row_sums_checked": "proved", "attention.key_bias_checked": "proved",
    "attention.hull_checked": "proved", "attention.crossing_checked": "proved",
    "attention.variance_checked": "measured", "attention.task_checked": "measured",
    "attention.blind_checked": "measured",
    "vae.decomposition_checked": "proved", "vae.code_checked": "proved",
    "vae.kl_sampled": "measured", "vae.estimator_checked": "measured",
    "vae.gradient_checked": "proved", "vae.jensen_checked": "proved",
    "vae.variance_checked": "proved",
}  # fmt: skip


@dataclass
class Context:
    """The state of one exercise while it is answered.

    Attributes:
        answers: plain data for answers.json, filled section by section.
        failures: failed checks, one line each.
        files: further files of the folder.
    """

    exercise: Exercise
    words: Words
    seed: int
    answers: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    summary: list[str] = field(default_factory=list)
    report: CheckReport | str = ""
    programs: Programs | None = None
    _count: int = 0
    _figures: int = 0

    @property
    def number(self) -> str:
        """The exercise's number."""
        return str(self.exercise.number)

    @cached_property
    def model(self) -> Model:
        """The model of the sheet's equations."""
        return build(self.exercise)

    @cached_property
    def batch_model(self) -> Model:
        """The same for a mini-batch."""
        return build(self.exercise, batch=True)

    def predictions(self) -> dict[Leaf, Tensor]:
        """Values that the loss compares with a target, by their leaf."""
        found = {}
        for name in self.model.tensors:
            if self.model.role(name) == "target":
                value = predicted(self.model, name)
                if value is not None:
                    found[value.call.port] = value
        return found

    def question(self, asks: str) -> str:
        """The number of the question that asks for something; "" if none does."""
        return next((q.number for q in self.exercise.questions if q.asks == asks), "")

    def rng(self, purpose: int) -> np.random.Generator:
        """A generator of random numbers for one purpose."""
        return np.random.default_rng([self.seed, self.exercise.number, purpose])

    def next_number(self) -> str:
        """The number of the next equation."""
        self._count += 1
        return f"{self.number}.{self._count}"

    def next_figure(self) -> tuple[str, str]:
        """The anchor and the label of the next figure."""
        self._figures += 1
        label = self.words.title("label.figure", n=f"{self.number}.{self._figures}") + "."
        return f"fig{self.number}-{self._figures}", label

    def formula(self, tree: Tree, model: Model | None = None, *, display: bool = False) -> Formula:
        """A tree as a formula, vectors and matrices bold."""
        return formula(self.styled(tree, model), self.words.lang, display=display)

    def styled(self, tree: Tree, model: Model | None = None) -> Tree:
        """A tree with bold vectors and matrices."""
        chosen = model or self.model
        return style(_in_full(tree, chosen.names.loss), ranks(chosen))

    def basis(self, kind: str, how: str, **values: object) -> Basis:
        """What a block without a badge rests on; `how` is a phrase under `evidence`."""
        return Basis(kind, self.words.text(f"evidence.{how}", **values))

    # -- checks ----------------------------------------------------------------------------------

    def checked(self, model: Model, draws: int = DRAWS) -> CheckReport | str:
        """The report of a derivation's checks, or the message of a failure, which is noted."""
        try:
            return model.derivation.check(draws=draws, seed=self.seed)
        except CheckError as error:
            self.fail(str(error))
            return str(error)
        except SymnnError as error:  # no usable draw: nothing is verified
            return f"{error}"

    def fail(self, message: str) -> None:
        """Note a failed check."""
        colon = language(self.words.lang).colon
        self.failures.append(self.words.text("label.exercise", n=self.number) + colon + message)

    def claim(self, deviation: float, limit: float, key: str, **values: object) -> Badge:
        """A badge for a numeric claim: verified below the limit, else failed and noted."""
        text = self.words.text(key, error=self.words.number(deviation, 1), **values)
        kind = CLAIM_KINDS.get(key, "checked")
        if np.isfinite(deviation) and deviation <= limit:
            return Badge("verified", text, kind=kind)
        self.fail(f"{text} > {self.words.number(limit, 1)}")
        return Badge("failed", self.words.text("label.failed", reason=text), kind=kind)


def _in_full(tree: Tree, loss: Tree) -> Tree:
    """Gradients with the loss that they are of: ∇_W L in place of ∇_W."""
    if isinstance(tree, t.Grad) and tree.of is None:
        return t.Grad(tree.wrt, loss)
    return map_children(tree, lambda child: _in_full(child, loss))


def ranks(model: Model) -> dict[t.Sym, int]:
    """The rank of every symbol of a model, gradients included."""
    d = model.derivation
    found: dict[t.Sym, int] = {}
    for leaf in [*(c.port for c in d.program.inputs), *(b.leaf for b in d.program.bindings)]:
        for tree in (model.names(leaf), model.names.gradient(leaf)):
            if isinstance(tree, t.Sym):
                found[tree] = leaf.rank
    return found


def gradient_badge(ctx: Context, report: CheckReport | str, name: str) -> Badge:
    """The badge of one gradient: draws, largest deviation, and how it was checked."""
    w = ctx.words
    if isinstance(report, str):
        first, *_ = report.splitlines()
        return Badge("failed", w.text("label.failed", reason=first),
                     ((w.text("label.method"), report),))  # fmt: skip
    mine = [c for c in report.checks if c.subject == f"∇_{name}"]
    differences = next((c for c in mine if "difference" in c.method), None)
    forms = next((c for c in mine if c.method == "equal forms"), None)
    if differences is None:
        return Badge("unchecked", w.text("label.not_verified", reason=name))
    lines = [
        (w.text("label.method"), w.text("report.differences")),
        (w.text("label.sizes"), sizes_text(report.sizes)),
        (w.text("label.relative_error"), w.number(differences.error, 2)),
    ]
    if forms is not None:
        lines.append((w.text("label.components_and_matrices"), w.number(forms.error, 2)))
    text = w.text("label.verified", draws=differences.draws, error=w.number(differences.error, 1))
    return Badge("verified", text, tuple(lines))


def sizes_text(sizes: list[dict[str, int]]) -> str:
    """The sizes of all draws, each set once: `n, p = 4, 6; 5, 3`.

    >>> sizes_text([{"n": 4, "p": 6}, {"n": 4, "p": 6}, {"n": 5, "p": 3}])
    '(n, p) = (4, 6), (5, 3)'
    """
    if not sizes or not sizes[0]:
        return "–"
    names = ", ".join(sizes[0])
    seen = dict.fromkeys(tuple(s.values()) for s in sizes)
    return f"({names}) = " + ", ".join(f"({', '.join(map(str, s))})" for s in seen)


def answered(ctx: Context, made: Iterable[Made | None]) -> Solved:
    """The exercise answered: its sections (title and blocks) numbered in order, None left out."""
    sections: list[Section] = []
    for found in made:
        if found is not None:
            number = f"{ctx.exercise.number}.{len(sections) + 1}"
            title, blocks = found
            sections.append(Section(f"s{number.replace('.', '-')}", number, title, tuple(blocks)))
    summary = [f"{ctx.exercise.number}: {line}" for line in ctx.summary]
    return Solved((), tuple(sections), ctx.answers, ctx.files, ctx.failures, summary)
