"""The question on the descent algorithm: pseudocode and program of one tree, run by hand once."""

from __future__ import annotations

from typing import Any

import numpy as np

from symnn.lang.binding import evaluate
from symnn.lang.tensor import Tensor
from symnn.notation import tree as t
from symnn.notation.numpy_names import identifiers
from symnn.notation.pseudocode import Draw, For, Keyword, Line
from symnn.notation.pseudocode import lines as algorithm_lines
from symnn.notation.tree import Tree
from symnn.report.answers.context import Context
from symnn.report.answers.descent import Descent, Origin, styled
from symnn.report.answers.generated import Program, Programs, make_programs, size_symbol
from symnn.report.answers.generated import example as one_example
from symnn.report.answers.model import DATA
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.printing.document import (
    AlgorithmBlock,
    AlgorithmLine,
    Badge,
    Block,
    Fold,
    Note,
    Paragraph,
    Ref,
    Run,
    Runs,
    Strong,
)
from symnn.text.numbers import format_number
from symnn.text.phrases import language

_LIMIT = 1e-9


def algorithm_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]]:
    """Per example as the exam asks; per mini-batch beside it; one update by hand."""
    w = ctx.words
    batch = bool(ctx.exercise.data["batch"])
    programs = make_programs(ctx.model, ctx.batch_model, w, batch=batch)
    ctx.programs = programs
    ctx.files["descent.py"] = programs.file(
        f"{w.title('report.program_header')}.", _demo(ctx, programs)
    )
    number = ctx.question("algorithm")
    answer = w.title("label.answer", n=number) if number else ""
    blocks: list[Block] = [
        algorithm_block(ctx, programs.sample, programs.descent, f"{ctx.number}.1", answer, lines),
        Note(w.title("report.beware") + ".", w.runs("report.same_parameters")),
        *_by_hand(ctx, programs),
    ]
    if programs.batch is not None and programs.batch_descent is not None:
        report = ctx.checked(ctx.batch_model, draws=5)
        blocks.append(
            Fold(w.title("report.by_batches"), (
                Paragraph(w.runs("report.batch_opening", m=size_symbol(ctx.batch_model))),
                algorithm_block(ctx, programs.batch, programs.batch_descent,
                                f"{ctx.number}.2", "", None),
                _batch_badge(ctx, report),
            ), opened=True)
        )  # fmt: skip
    ctx.answers["algorithm"] = {"program": programs.descent.source, "file": "descent.py"}
    return w.title("report.algorithm_title"), blocks


def _demo(ctx: Context, programs: Programs) -> str:
    """Lines that train on random data when the file is run; "" without sizes in the sheet."""
    training = ctx.exercise.data["training"]
    if training is None:
        return ""
    model = ctx.batch_model
    data = [
        (_identifier(model.names(x.call.port)), [str(s) for s in x.sizes])
        for n, x in model.tensors.items() if model.role(n) in DATA
    ]  # fmt: skip
    found = ", ".join(_identifier(s) for s in programs.sample.parameters)
    sizes = [_identifier(s) for s in programs.sample.sizes]
    m = _identifier(size_symbol(model))
    rows = [f"{name} = rng.standard_normal(({', '.join(shape)}))" for name, shape in data]
    names = ", ".join(name for name, _ in data)
    draws = any(isinstance(s, Draw) for s in programs.sample.algorithm.body)
    drawn = ["np.random.default_rng(0)"] if draws else []
    whole = f"list(zip({names}))" if len(data) > 1 else f"list({names})"
    lines = [
        "rng = np.random.default_rng(0)",
        *(f"{size} = {value}" for size, value in training["sizes"].items()),
        f"{m} = {training['samples']}",
        *rows,
        "for epochs in (0, 1, 10, 100):",
        f"    {found} = descent({', '.join([whole, *sizes, '0.01', 'epochs', *drawn])})",
        f"    print(epochs, mean_loss({names}, {m}, {found}))",
    ]
    return "\n".join(['if __name__ == "__main__":', *(f"    {line}" for line in lines)])


def _identifier(tree: Tree) -> str:
    assert isinstance(tree, t.Sym)
    return identifiers([tree])[tree]


def _batch_badge(ctx: Context, report: Any) -> Badge:
    w = ctx.words
    if isinstance(report, str):
        return Badge("failed", w.text("label.failed", reason=report.splitlines()[0]))
    text = w.text("label.verified", draws=len(report.sizes), error=w.number(report.largest, 1))
    return Badge("verified", text)


def algorithm_block(
    ctx: Context, descent: Descent, program: Program, label: str, answer: str,
    lines: StepLines | None,
) -> AlgorithmBlock:  # fmt: skip
    """A descent as pseudocode, with links to the steps on the page, and its program."""
    w = ctx.words
    algorithm = styled(descent.algorithm, descent.ranks)
    shown = algorithm_lines(algorithm, w.lang)
    first = len(shown) - 1 - len(descent.origins)
    rows = []
    for k, line in enumerate(shown):
        origin = descent.origins[k - first] if first <= k < first + len(descent.origins) else None
        rows.append(AlgorithmLine(line.depth, _runs(ctx, line), _comment(ctx, origin, lines)))
    key = "report.inputs_batch" if lines is None else "report.inputs_sample"
    size = {"m": size_symbol(ctx.batch_model)} if lines is None else {}
    source, eta, epochs = (ctx.formula(item) for item in algorithm.inputs)
    inputs = [
        Strong(w.title("algorithm.input")), language(w.lang).colon,
        *w.runs(key, source=source, eta=eta, epochs=epochs, **size),
    ]  # fmt: skip
    return AlgorithmBlock(
        f"alg{label.replace('.', '-')}", w.title("label.algorithm", n=label), algorithm.title,
        tuple(inputs), tuple(rows), program.source.replace("\n\n\n", "\n\n"),
        w.text("label.same_program"), answer,
    )  # fmt: skip


def _runs(ctx: Context, line: Line) -> Runs:
    return tuple(run_of(ctx, part) for part in line.parts)


def run_of(ctx: Context, part: Any) -> Run:
    """A part of a line of an algorithm: keyword, formula or words."""
    if isinstance(part, Keyword):
        return Strong(part.text)
    return ctx.formula(part) if isinstance(part, Tree) else str(part)


def _comment(ctx: Context, origin: Origin | None, lines: StepLines | None) -> Runs:
    """The word for what a line does, with a link to the equation that it comes from."""
    if origin is None:
        return ()
    word = {"forward": "algorithm.forward", "backward": "algorithm.backward",
            "update": "algorithm.step_size"}[origin.kind]  # fmt: skip
    text = ctx.words.text(word) if origin.kind != "update" else ""
    number = ""
    if lines is not None:
        kinds = ("forward",) if origin.kind == "forward" else ("gradient", "sum")
        steps = [
            s for s in ctx.model.derivation.steps
            if s.subject is origin.leaf and s.kind in kinds
        ]  # fmt: skip
        number = lines.number(steps[0]) if steps else ""
    if not number:
        return (text,) if text else ()
    return (f"{text} " if text else "", Ref(anchor(number), f"({number})"))


# -- one update by hand --------------------------------------------------------------------------


def _by_hand(ctx: Context, programs: Programs) -> list[Block]:
    """One example, small numbers: every line of the algorithm with its values."""
    example = ctx.exercise.data["example"]
    if example is None:
        return []
    w, model = ctx.words, ctx.model
    values = {n: np.asarray(v, float) for n, v in example["values"].items()}
    rate = float(example["rate"])
    data = [values[n] for n in model.tensors if model.role(n) in ("input", "target")]
    parameters = [_by_symbol(ctx, s) for s in programs.sample.parameters]
    before = [values[n] for n in parameters]
    after = programs.epoch.run([one_example(tuple(data))], rate, *before)
    after = after if isinstance(after, tuple) else (after,)
    rows = [[_equal(ctx, n, values[n]) for n in model.tensors]]
    rows[0].append(t.Relation("=", t.Sym("eta"), number_tree(rate, w.lang)))
    rows.append(_middle(ctx, programs.sample, values))
    changed = [
        t.Relation("assigned", model.names(model.tensors[n].call.port), _grid(a, w.lang))
        for n, a in zip(parameters, after, strict=True)
    ]
    old = float(evaluate(model.loss, **values))
    new = float(evaluate(model.loss, **{**values, **dict(zip(parameters, after, strict=True))}))
    rows.append([*changed])
    loss = [*w.runs("report.loss_falls", loss=ctx.formula(model.names.loss), old=old, new=new)]
    ctx.answers["update_by_hand"] = {"loss_before": old, "loss_after": new}
    deviation = _by_derivation(ctx, values, rate, parameters, after)
    shown = [_spaced(ctx, row) for row in rows]
    return [
        Fold(w.title("report.by_hand"), (
            *(Paragraph(r, display=True) for r in shown),
            Paragraph(tuple(loss)),
            ctx.claim(deviation, _LIMIT, "report.recomputed"),
        ), opened=True)
    ]  # fmt: skip


def _by_symbol(ctx: Context, symbol: t.Sym) -> str:
    return next(n for n, x in ctx.model.tensors.items() if ctx.model.names(x.call.port) == symbol)


def _equal(ctx: Context, name: str, value: np.ndarray) -> Tree:
    return t.Relation(
        "=", ctx.model.names(ctx.model.tensors[name].call.port), _grid(value, ctx.words.lang)
    )


def _middle(ctx: Context, descent: Descent, values: dict[str, np.ndarray]) -> list[Tree]:
    """The forward and backward lines with their values, each evaluated by the oracle."""
    model = ctx.model
    tensors = {v.call.port: v for v in [*model.values.values()]}
    found: list[Tree] = []
    statements = _inner(descent)
    for statement, origin in zip(statements, descent.origins, strict=True):
        if origin.kind == "update":
            continue
        if origin.kind == "forward":
            wanted = tensors[_target(model, statement.target)]
            value, _ = evaluate([wanted, model.loss], values)
        else:
            value = _gradient_value(ctx, origin, values)
        found.append(
            t.Chain((statement.target, statement.value, _grid(np.asarray(value), ctx.words.lang)))
        )
    return found


def _target(model: Any, symbol: Tree) -> Any:
    return next(v.call.port for v in model.values.values() if model.names(v.call.port) == symbol)


def _inner(descent: Descent) -> Any:
    over = next(s for s in descent.epoch.body if isinstance(s, For))
    return over.body


def _gradient_value(ctx: Context, origin: Origin, values: dict[str, np.ndarray]) -> Any:
    cotangent = ctx.model.derivation.cotangents[origin.leaf]
    needed = Tensor(cotangent.call) if cotangent.call is not None else None
    if needed is None:
        return 1.0
    _, value = evaluate([ctx.model.loss, needed], values)
    return value


def _by_derivation(
    ctx: Context, values: dict[str, np.ndarray], rate: float, parameters: list[str],
    after: tuple[np.ndarray, ...],
) -> float:  # fmt: skip
    """The program's update against `theta - eta * gradient` with the oracle's gradient."""
    d = ctx.model.derivation
    worst = 0.0
    for name, found in zip(parameters, after, strict=True):
        _, gradient = evaluate([ctx.model.loss, d.gradients[name]], values)
        expected = values[name] - rate * np.asarray(gradient)
        worst = max(worst, float(np.max(np.abs(found - expected))))
    return worst


def _spaced(ctx: Context, trees: list[Tree]) -> Runs:
    row: list[Run] = []
    for k, tree in enumerate(trees):
        row += ["\u2003 "] * bool(k) + [ctx.formula(tree, display=True)]
    return tuple(row)


def _grid(value: np.ndarray, lang: str) -> Tree:
    if value.ndim == 0:
        return number_tree(float(value), lang)
    rows = value if value.ndim == 2 else value[:, None]
    return t.Grid(tuple(tuple(number_tree(float(x), lang) for x in row) for row in rows))


def number_tree(x: float, lang: str) -> Tree:
    """A number as a tree: whole, or a decimal of the language."""
    if x == round(x) and abs(x) < 1e15:
        return t.Num(round(x)) if x >= 0 else t.Neg(t.Num(-round(x)))
    shown = t.Words(format_number(abs(x), lang, digits=6))
    return shown if x >= 0 else t.Neg(shown)
