"""A weight on the divergence (beta-VAE): its place in the gradients, its effect in training.

Law: the same nets, images, seeds and steps as the demonstration; beta alone differs.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from symnn.lang.face import tensor
from symnn.report.answers.steps_view import anchor
from symnn.report.printing.document import Answer, Block, Paragraph, Table
from symnn.report.vae.model import coder
from symnn.report.vae.page import VaePage
from symnn.report.vae.training import (
    SEEDS,
    Digits,
    Trained,
    measure,
    train,
)

BETAS = (0.25, 1.0, 4.0)
_MEASURES = ("reconstruction", "rate", "standard_frechet", "standard_nearest", "standard_classes")


def beta_section(page: VaePage) -> tuple[str, list[Block]]:
    """The gradients with beta, then three values of it in training."""
    w = page.words
    blocks: list[Block] = [Paragraph(page.said("vae.beta_opening")), _gradients(page)]
    if page.digits is not None:
        blocks += _trained(page, page.digits)
    return w.title("vae.beta_title"), blocks


def _gradients(page: VaePage) -> Answer:
    beta = tensor("beta", ())
    net = coder(*page.sizes, variational=True, beta=beta, likelihood=page.likelihood)
    wrt = [net.values[name] for name in ("D", "M", "S")]
    d = page.derived(net.values["L"], wrt, net.values, draws=2)
    here = page.ctx.next_number()
    rows = [d.definition("L")]
    for x in wrt:
        rows += ["\u2003 ", d.gradient(x)]  # type: ignore[list-item]
    page.ctx.answers["beta"] = {
        "gradients": {str(x.name): d.model.derivation.gradients[x].text(where=False) for x in wrt}
    }
    claim = page.claim(d.error, "vae.kl_checked", 1e-6, draws=2)
    title = page.words.title("vae.beta_label")
    return Answer(anchor(here), title, None, tuple(rows), None, here, claim)


def _trained(page: VaePage, digits: Digits) -> list[Block]:
    w = page.words
    runs = {beta: [_run(page, digits, seed, beta) for seed in SEEDS] for beta in BETAS}
    found = {beta: {n: [r.measures[n] for r in made] for n in _MEASURES}
             for beta, made in runs.items()}  # fmt: skip
    page.ctx.answers["beta"]["trained"] = {str(b): v for b, v in found.items()}
    rows = [
        ((w.text(f"vae.measure_{name}"),), *(page.spread(found[b][name]) for b in BETAS))
        for name in _MEASURES
    ]
    pairs = list(pairwise(BETAS))
    ordered = sum(
        all(found[a]["reconstruction"][k] < found[b]["reconstruction"][k]
            and found[a]["rate"][k] > found[b]["rate"][k] for a, b in pairs)
        for k in range(len(SEEDS))
    )  # fmt: skip
    page.ctx.answers["beta"]["ordered"] = ordered
    heads = (w.text("vae.measure"), *(f"β = {w.number(b)}" for b in BETAS))
    collapsed = [b for b in BETAS if np.max(found[b]["rate"]) < 0.1]
    said: list[Block] = [
        Paragraph(page.said("vae.beta_training")),
        Table(
            heads,
            tuple(rows),
            caption=w.runs("vae.beta_caption", seeds=len(SEEDS)),
            basis=page.trained_basis(),
        ),
        Paragraph(page.said("vae.beta_reading", ordered=ordered, seeds=len(SEEDS))),
    ]
    if collapsed:
        betas = ", ".join(w.number(b) for b in collapsed)
        said.append(Paragraph(page.said("vae.beta_collapse", betas=betas)))
    return said


def _run(page: VaePage, digits: Digits, seed: int, beta: float) -> Trained:
    """A run of the demonstration where it has one."""
    for known in page.trained:
        if beta == 1 and known.kind == "vae" and known.seed == seed:
            return known
    made, net = train(digits, seed, variational=True, beta=beta)
    measure(made, net, digits)
    return made
