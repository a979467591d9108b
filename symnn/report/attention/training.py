"""Attention trained with its derived gradients: descent, Adam, and a task that needs attention.

Law: the programs that train are the printed algorithms; their steps are compared with the oracle's
gradients, and the losing start stands beside the winning ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from symnn.codegen.compiled import compile as compiled
from symnn.drawing.heat import heat_map
from symnn.drawing.sketch import on_page
from symnn.lang.face import evaluate
from symnn.lang.optimizers import Adam
from symnn.notation import tree as t
from symnn.report.answers.curves import Curve, draw_curves
from symnn.report.answers.descent import DATASET, EPOCHS, ETA, Descent, make_descent
from symnn.report.answers.generated import Program, program
from symnn.report.attention.adam import SYMBOLS, adam_block, adam_program
from symnn.report.attention.model import Net, Shape, attention_net, model_of
from symnn.report.attention.page import EXACT, TRIALS, Page, worst
from symnn.report.derivation.algorithm import algorithm_block
from symnn.report.printing.document import Badge, Block, Figure, Paragraph, Runs, Table
from symnn.text.symbols import symbol_from_identifier

_FREE = Shape("T", "d", "d_k", "d_v", "m")
_SIZES = {"T": 5, "d": 4, "d_k": 3, "d_v": 3, "m": 2}
_SEQUENCES, _EPOCHS = 80, 60
_RATE, _ADAM_RATE = 0.02, 0.005
Parameters = tuple[np.ndarray, ...]
Examples = list[tuple[np.ndarray, np.ndarray]]
Losses = Callable[[Parameters], tuple[float, list[np.ndarray]]]


@dataclass(frozen=True)
class Trainer:
    """The printed algorithms as functions, at given sizes."""

    net: Net
    descent: Descent
    whole: Program
    epoch: Program
    adam: Program

    def start(self, sizes: Mapping[str, int], rng: np.random.Generator) -> Parameters:
        """The initial parameters of the algorithm: what it returns after no epoch."""
        found: Parameters = self.whole.run([], *sizes.values(), 0.0, 0, rng)
        return found

    def descend(
        self, examples: Examples, sizes: Mapping[str, int], rate: float, at: Parameters
    ) -> Parameters:
        """One epoch of descent."""
        found: Parameters = self.epoch.run(examples, *sizes.values(), rate, *at)
        return found

    def adam_epoch(
        self, examples: Examples, sizes: Mapping[str, int], rule: Adam, at: Parameters,
        states: list[tuple[np.ndarray | float, ...]],
    ) -> Parameters:  # fmt: skip
        """One epoch of Adam; the gradient is a step of descent of rate 1, turned round."""
        rates = (rule.lr, rule.beta1, rule.beta2, rule.eps)
        for example in examples:
            moved = self.descend([example], sizes, 1.0, at)
            new = []
            for k, (x, y) in enumerate(zip(at, moved, strict=True)):
                value, *rest = self.adam.run(x, x - y, *states[k], *rates)
                states[k] = tuple(rest)
                new.append(value)
            at = tuple(new)
        return at


def training_section(page: Page) -> tuple[str, list[Block]]:
    """The algorithm of the derived gradients, Adam as equations, and a small task."""
    w, label = page.words, page.ctx.number
    shape = replace(_FREE, activation=page.shape.activation)
    net = page.net if page.shape == shape else attention_net(shape)
    model = model_of(page.ctx.exercise, net, list(net.parameters.values()))
    descent = make_descent(model, w)
    sizes = tuple(symbol_from_identifier(name) for name in _SIZES)
    whole = program(descent.algorithm, "descent", descent.ranks, (DATASET, *sizes, ETA, EPOCHS))
    inputs = (DATASET, *sizes, ETA, *descent.parameters)
    epoch = program(descent.epoch, "epoch", descent.ranks, inputs)
    algorithm, adam = adam_program(w.title("attention.adam_title"))
    trainer = Trainer(net, descent, whole, epoch, adam)
    page.ctx.answers["descent"] = {"program": whole.source, "adam": adam.source}
    return w.title("attention.training_title"), [
        Paragraph(w.runs("attention.training_opening")),
        algorithm_block(page.ctx, descent, whole, f"{label}.2", "", page.lines),
        _step_badge(page, trainer),
        Paragraph(w.runs("attention.adam_opening", m=SYMBOLS["mean"], v=SYMBOLS["square"])),
        adam_block(page, algorithm, adam, f"{label}.3"),
        Paragraph(w.runs("attention.adam_reading", eta=ETA)),
        *_task(page, trainer),
    ]  # fmt: skip


def _step_badge(page: Page, trainer: Trainer) -> Badge:
    """A step of the program against the derived gradients, evaluated by the oracle."""
    net, rng, pairs = trainer.net, page.ctx.rng(13), []
    d = model_of(page.ctx.exercise, net, list(net.parameters.values())).derivation
    for values in page.draws(net, 14):
        at = tuple(values[n] for n in net.parameters)
        shapes = (values["X"].shape, values["W_Q"].shape, values["W_V"].shape, values["b_1"].shape)
        (tokens, width), (_, keys), (_, wide), (hidden,) = shapes
        sizes = dict(zip(_SIZES, (tokens, width, keys, wide, hidden), strict=True))
        rate = float(rng.uniform(0.01, 0.1))
        moved = trainer.descend([(values["X"], values["Y"])], sizes, rate, at)
        found = evaluate([net.loss, *(d.gradients[n] for n in net.parameters)], values)[1:]
        pairs += [((x - y) / rate, g) for x, y, g in zip(at, moved, found, strict=True)]
    return page.claim(worst(pairs), "attention.step_checked", EXACT, draws=TRIALS)


# -- the task ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Run:
    key: str
    losses: list[float]
    share: float  # of the attention that goes to the marked token
    last: Parameters


def sequences(rng: np.random.Generator, count: int) -> tuple[Examples, np.ndarray]:
    """Tokens `(1, mark, content)`; every target row is the content of the marked token."""
    tokens, width, content = _SIZES["T"], _SIZES["d"], _SIZES["m"]
    marked = rng.integers(0, tokens, count)
    examples: Examples = []
    for k in marked:
        x = np.zeros((tokens, width))
        x[:, 0] = 1.0
        x[k, 1] = 1.0
        x[:, width - content :] = rng.uniform(0.1, 0.9, (tokens, content))
        examples.append((x, np.tile(x[k, width - content :], (tokens, 1))))
    return examples, marked


def _task(page: Page, trainer: Trainer) -> list[Block]:
    w = page.words
    examples, marked = sequences(page.ctx.rng(15), _SEQUENCES)
    start = trainer.start(_SIZES, page.ctx.rng(16))
    names = list(trainer.net.parameters)
    blind = tuple(0 * x if n in ("W_Q", "W_K") else x for n, x in zip(names, start, strict=True))
    rule = Adam(_ADAM_RATE)
    states = [(np.zeros_like(x), np.zeros_like(x), 0.0) for x in start]
    epochs: dict[str, tuple[Parameters, Callable[[Parameters], Parameters]]] = {
        "attention.run_descent": (start, lambda at: trainer.descend(examples, _SIZES, _RATE, at)),
        "attention.run_adam": (
            start, lambda at: trainer.adam_epoch(examples, _SIZES, rule, at, states)
        ),
        "attention.run_blind": (blind, lambda at: trainer.descend(examples, _SIZES, _RATE, at)),
    }  # fmt: skip
    judge = _judge(trainer.net, examples)
    runs = [_run(judge, key, at, step, marked) for key, (at, step) in epochs.items()]
    page.ctx.answers["training"] = {
        r.key: {"first": r.losses[0], "last": r.losses[-1], "share": r.share} for r in runs
    }
    zero = runs[-1].last[names.index("W_Q")]
    Q, K = (page.formula(page.name(f"W_{n}")) for n in "QK")
    stays = float(np.max(np.abs(zero)))
    return [
        Paragraph(w.runs("attention.task", T=_SIZES["T"], n=_SEQUENCES, epochs=_EPOCHS)),
        _curves(page, runs),
        _results(page, runs),
        page.claim(_ratio(runs), "attention.task_checked", 0.1),
        Paragraph(w.runs("attention.blind", Q=Q, K=K, gradient=page.formula(page.gradient("W_Q")))),
        page.claim(stays, "attention.blind_checked", 0.0),
        _learned(page, judge, runs[0], marked),
    ]  # fmt: skip


def _ratio(runs: list[_Run]) -> float:
    """The worse of the two trained losses over that with uniform attention."""
    return max(r.losses[-1] for r in runs[:-1]) / runs[-1].losses[-1]


def _run(
    losses_of: Losses, key: str, at: Parameters, step: Callable[[Parameters], Parameters],
    marked: np.ndarray,
) -> _Run:  # fmt: skip
    losses = [losses_of(at)[0]]
    for _ in range(_EPOCHS):
        at = step(at)
        loss, weights = losses_of(at)
        losses.append(loss)
    share = float(np.mean([a[:, k].mean() for a, k in zip(weights, marked, strict=True)]))
    return _Run(key, losses, share, at)


def _judge(net: Net, examples: Examples) -> Losses:
    """Mean loss and attention weights of parameters, compiled from the equations as written."""
    both = compiled([net.loss, net.values["A"]])

    def losses(at: Parameters) -> tuple[float, list[np.ndarray]]:
        known = dict(zip(net.parameters, at, strict=True))
        found = [both({**known, "X": x, "Y": y}) for x, y in examples]
        return float(np.mean([f[0] for f in found])), [f[1] for f in found]

    return losses


def _curves(page: Page, runs: list[_Run]) -> Figure:
    w = page.words
    svg = draw_curves(
        [Curve(w.text(r.key), r.losses) for r in runs], w, x=w.text("algorithm.epoch"),
        description=w.text("attention.curves_description"), prefix="at3",
    )  # fmt: skip
    n = page.ctx.number
    label = w.title("label.figure", n=f"{n}.3") + "."
    return Figure(f"fig{n}-3", svg, label, w.runs("attention.curves_caption"))


def _results(page: Page, runs: list[_Run]) -> Table:
    w = page.words
    rows: list[tuple[Runs, ...]] = []
    for r in runs:
        cells = [w.text(r.key), w.number(r.losses[0], 3), w.number(r.losses[-1], 3)]
        rows.append((*((c,) for c in cells), (w.percent(r.share),)))
    heads = (w.text("attention.run"), w.text("attention.first_loss"),
             w.text("attention.last_loss"), w.text("attention.marked_share"))  # fmt: skip
    rates = {"rate": w.number(_RATE), "adam": w.number(_ADAM_RATE)}
    return Table(heads, tuple(rows), caption=w.runs("attention.runs_caption", eta=ETA, **rates),
                 basis=page.ctx.basis("measured", "trained"))  # fmt: skip


def _learned(page: Page, losses_of: Losses, run: _Run, marked: np.ndarray) -> Figure:
    """The weights of the first sequence after training, as a map."""
    w, n = page.words, page.ctx.number
    weights, k = losses_of(run.last)[1][0], int(marked[0])
    tokens = [t.Entry(t.Sym("x", bold=True), (t.Num(i),)) for i in range(len(weights))]
    said = w.text("attention.learned_description")
    drawn = on_page(heat_map(weights, tokens, tokens, w.lang, alt=said, prefix="at4"))
    label = w.title("label.figure", n=f"{n}.4") + "."
    caption = w.runs("attention.learned_caption", x=tokens[k], A=page.formula(page.name("A")))
    return Figure(f"fig{n}-4", drawn.html, label, caption, tikz=drawn.tikz)
