"""Adam as an algorithm: the equations of `lang.optimizers`, printed, and run as a program.

Law: nothing of the rule is written here; lines and program come from the tensors that
`adam_equations` returns, and are compared with weighted means written out in full.
"""

from __future__ import annotations

import numpy as np

from symnn.core.node import Leaf
from symnn.derivation.program import trace
from symnn.lang.face import Tensor, named, tensor
from symnn.lang.optimizers import Adam, adam_equations
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.pseudocode import Algorithm, Assign, Return
from symnn.notation.pseudocode import lines as algorithm_lines
from symnn.report.answers.descent import ETA
from symnn.report.answers.generated import Program, program
from symnn.report.attention.page import EXACT, Page, worst
from symnn.report.derivation.algorithm import run_of
from symnn.report.printing.document import AlgorithmBlock, AlgorithmLine, Badge, Run, Strong
from symnn.text.phrases import language

SYMBOLS = {
    "parameter": t.Sym("theta"), "gradient": t.Sym("g"), "mean": t.Sym("m"),
    "square": t.Sym("v"), "count": t.Sym("t"), "mean_corrected": t.Sym("m", accent="hat"),
    "square_corrected": t.Sym("v", accent="hat"),
}  # fmt: skip
_RATES = (ETA, t.Sym("beta", sub="1"), t.Sym("beta", sub="2"), t.Sym("epsilon"))
_RETURNED = ("parameter", "mean", "square", "count")
_STEPS = 12


def adam_program(title: str) -> tuple[Algorithm, Program]:
    """One step of Adam for one entry: the algorithm, and its program on whole arrays."""
    known = {key: tensor(key, ("N",)) for key in ("parameter", "gradient", "mean", "square")}
    known["count"] = tensor("count", ())
    rates = [tensor(f"rate_{k}", ()) for k in range(3)] + [tensor("small", ("N",))]
    symbols: dict[Leaf, t.Sym] = {x.call.port: SYMBOLS[key] for key, x in known.items()}
    symbols |= {x.call.port: s for x, s in zip(rates, _RATES, strict=True)}
    lines: list[Assign] = []

    def assigned(key: str, value: Tensor) -> Tensor:
        made = named(f"new_{key}", value)
        right = matrix_form(trace(made.call).output.definition, symbols.__getitem__).tree
        lines.append(Assign(SYMBOLS[key], right))
        symbols[made.call.port] = SYMBOLS[key]
        return made

    lr, beta1, beta2, eps = rates
    adam_equations(known["parameter"], known["gradient"], known, (lr, beta1, beta2, eps), assigned)
    returned = tuple(SYMBOLS[key] for key in _RETURNED)
    inputs = (*(SYMBOLS[key] for key in known), *_RATES)
    algorithm = Algorithm(title, inputs, (*lines, Return(returned)))
    ranks = dict.fromkeys([*SYMBOLS.values(), *_RATES], 0)
    return algorithm, program(algorithm, "adam_step", ranks, inputs)


def adam_block(page: Page, algorithm: Algorithm, made: Program, label: str) -> AlgorithmBlock:
    """The step of Adam as pseudocode with its program and its check."""
    w = page.words
    rows = []
    for line in algorithm_lines(algorithm, w.lang):
        rows.append(AlgorithmLine(line.depth, tuple(run_of(page.ctx, p) for p in line.parts)))
    inputs: list[Run] = [Strong(w.title("algorithm.input")), language(w.lang).colon]
    for k, x in enumerate(algorithm.inputs):
        inputs += [", "] * bool(k) + [page.formula(x)]
    return AlgorithmBlock(
        f"alg{label.replace('.', '-')}", w.title("label.algorithm", n=label), algorithm.title,
        tuple(inputs), tuple(rows), made.source, w.text("label.same_program"), "",
        _means_badge(page, made),
    )  # fmt: skip


def _means_badge(page: Page, made: Program) -> Badge:
    """Each step against weighted means of all gradients so far, weights that sum to 1."""
    rng = page.ctx.rng(12)
    rule = Adam()
    at, state = rng.standard_normal(4), (np.zeros(4), np.zeros(4), 0)
    gradients: list[np.ndarray] = []
    pairs = []
    for n in range(1, _STEPS + 1):
        gradients.append(rng.standard_normal(4))
        old = np.arange(n)[::-1]
        expected = []
        for share, values in ((rule.beta1, gradients), (rule.beta2, [g**2 for g in gradients])):
            weights = share**old / np.sum(share**old)
            expected.append(np.tensordot(weights, np.array(values), 1))
        wanted = at - rule.lr * expected[0] / (np.sqrt(expected[1]) + rule.eps)
        at, *rest = made.run(at, gradients[-1], *state, rule.lr, rule.beta1, rule.beta2, rule.eps)
        state = tuple(rest)
        pairs.append((at, wanted))
    return page.claim(worst(pairs), "attention.adam_checked", EXACT, steps=_STEPS)
