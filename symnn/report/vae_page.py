"""What the sections of exercise 4 share."""

from __future__ import annotations

from typing import Any

import sympy as sp

from symnn.report.attention_model import Net, model_of
from symnn.report.attention_page import Page
from symnn.report.context import Context
from symnn.report.document import Run
from symnn.report.markup import quoted
from symnn.report.sheet import Exercise
from symnn.report.steps_view import StepLines
from symnn.report.vae_model import coder
from symnn.report.words import Words

_DRAWS = 2


class VaePage(Page):
    """The state of exercise 4 while it is answered: the variational net, derived and checked."""

    def __init__(self, exercise: Exercise, words: Words, seed: int) -> None:
        data = exercise.data
        self.sizes: tuple[Any, ...] = ("N", data["observed"], "h", data["latent"])
        self.vae = coder(*self.sizes, variational=True)
        self.ae = coder(*self.sizes, variational=False)
        self.net = Net(self.vae.values, self.vae.parameters, self.vae.X)
        self.model = model_of(exercise, self.net, list(self.vae.parameters.values()))
        self.ctx = Context(exercise, words, seed)
        self.ctx.__dict__["model"] = self.model
        self.words = words
        self.report = self.ctx.checked(self.model, draws=_DRAWS)
        self.ctx.report = self.report
        self.lines = StepLines(self.ctx, self.model, self.report)


def symbolic(value: sp.Expr, left: str = "", *, display: bool = False) -> Run:
    """A SymPy expression as a formula; `left =` in front."""
    latex = sp.latex(value, fold_short_frac=False)
    return quoted(f"{left} = {latex}" if left else latex, display=display)
