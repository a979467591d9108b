"""Beyond the question: any activation, any number of layers, each derived and checked anew."""

from __future__ import annotations

from dataclasses import replace

from symnn.core.errors import CheckError
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.traversal import map_children
from symnn.notation.tree import Tree
from symnn.report.answers.context import Context
from symnn.report.answers.model import build
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.derivation.depth import (
    ACTIVATIONS,
    LAYERS,
    DeepNet,
    derive_deep,
    general_recursion,
)
from symnn.report.printing.document import (
    Answer,
    Badge,
    Block,
    Formula,
    Paragraph,
    Runs,
    Table,
    formula,
)

_DRAWS = 5
_DEEP_DRAWS = 2
_VECTORS = {"a": 1, "z": 1, "delta": 1, "b": 1, "y": 1, "W": 2, "x": 1}


def beyond_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]] | None:
    """The same layer with other activations; then the recursion of a deep net."""
    if ctx.exercise.data["activation"] is None:
        return None
    return ctx.words.title("report.beyond"), [*_activations(ctx), *_depth(ctx)]


def _activations(ctx: Context) -> list[Block]:
    """One row per activation: the delta that replaces the sheet's own, with its check."""
    w = ctx.words
    rows: list[tuple[Runs, ...]] = []
    found = []
    for name in ACTIVATIONS:
        model = build(ctx.exercise, activation=name)
        report = ctx.checked(model, draws=_DRAWS)
        deltas = model.names.deltas
        if not deltas:
            continue
        leaf = deltas[-1]
        value = matrix_form(model.derivation.cotangents[leaf].value, model.names).tree
        tree = t.Relation("=", model.names.gradient(leaf), value)
        shown = ctx.formula(tree, model)
        check = _check_words(ctx, report)
        rows.append(((w.text(f"report.activation_{name}"),), (shown,), (check,)))
        found.append({"activation": name, "latex": shown.latex, "check": check})
    ctx.answers["activations"] = found
    heads = (w.text("role.activation"), w.text("report.delta"), w.text("report.check"))
    gradients = [
        t.Relation("=", t.Grad(ctx.model.names(x.call.port)),
                   matrix_form(ctx.model.derivation.cotangents[x.call.port].value,
                               ctx.model.names).tree)
        for x in ctx.model.wrt
    ]  # fmt: skip
    shown_gradients = [ctx.formula(g) for g in gradients]
    opening: list[object] = [*w.runs("report.any_activation"), " "]
    for k, g in enumerate(shown_gradients):
        opening += [", "] * bool(k) + [g]
    return [Paragraph((*opening, "."), False), Table(heads, tuple(rows))]


def _check_words(ctx: Context, report: object) -> str:
    w = ctx.words
    if isinstance(report, str):
        return w.text("label.failed", reason=report.splitlines()[0])
    worst = w.number(report.largest, 1)  # type: ignore[attr-defined]
    return f"✓ {w.text('report.draws_short', draws=_DRAWS, error=worst)}"


# -- depth ---------------------------------------------------------------------------------------


def _depth(ctx: Context) -> list[Block]:
    w = ctx.words
    nets = [derive_deep(name) for name in ACTIVATIONS]
    general = [general_recursion(n.recursion) for n in nets if n.recursion is not None]
    if len(general) != len(nets) or len(set(general)) != 1 or general[0] is None:
        return [Paragraph(w.runs("report.no_recursion"))]
    weights, bias = nets[0].weights, nets[0].bias
    delta, names = t.Sym("delta", sup="[l]"), nets[0].names
    rules: list[Tree] = [t.Relation("=", delta, general[0])]
    if weights is not None and bias is not None:
        loss = names.loss
        rules.append(t.Relation("=", t.Grad(t.Sym("W", sup="[l]"), loss), weights))
        rules.append(t.Relation("=", t.Grad(t.Sym("b", sup="[l]"), loss), bias))
    here = ctx.next_number()
    shown = [_formula(ctx, r) for r in rules]
    badge = _deep_badge(ctx, nets)
    ctx.answers["recursion"] = {
        "latex": [s.latex for s in shown],
        "layers": LAYERS,
        "activations": list(ACTIVATIONS),
        "state": badge.state,
    }
    runs: list[object] = []
    for k, s in enumerate(shown):
        runs += ["\u2003"] * bool(k) + [s.shown()]
    last = t.Relation("=", t.Sym("delta", sup="[L]"), _last(nets))
    return [
        Paragraph(w.runs("report.depth_opening", layers=LAYERS, L=t.Sym("L"))),
        Answer(
            anchor(here), w.title("report.recursion_label"), None, tuple(runs), None, here, badge
        ),
        Paragraph(w.runs("report.recursion_start", start=_formula(ctx, last))),
        _slopes(ctx, nets),
    ]


def _last(nets: list[DeepNet]) -> Tree:
    """`delta^[L]` in general: the gradient in the last activation times the slope there."""
    top = t.Grad(t.Sym("a", sup="[L]"), nets[0].names.loss)
    slope = t.Apply("sigma", (t.Sym("z", sup="[L]"),), prime=1, symbol=True)
    return t.Hadamard((top, slope))


def _formula(ctx: Context, tree: Tree) -> Formula:
    return formula(_bold(tree), ctx.words.lang)


def _bold(tree: Tree) -> Tree:
    if isinstance(tree, t.Sym):
        return replace(tree, bold=True) if tree.base in _VECTORS and not tree.font else tree
    return map_children(tree, _bold)


def _slopes(ctx: Context, nets: list[DeepNet]) -> Table:
    w = ctx.words
    argument = t.Sym("z", sup="[l]")
    slope = t.Apply("sigma", (argument,), prime=1, symbol=True)
    rows = tuple(
        ((w.text(f"report.activation_{n.activation}"),), (_formula(ctx, n.slope or slope),))
        for n in nets
    )
    return Table(
        (w.text("role.activation"), _formula(ctx, slope)), rows, caption=w.runs("report.slopes")
    )


def _deep_badge(ctx: Context, nets: list[DeepNet]) -> Badge:
    w = ctx.words
    worst, draws, rows = 0.0, _DEEP_DRAWS, []
    for net in nets:
        try:
            report = net.check(draws, ctx.seed)
        except CheckError as error:
            ctx.fail(f"{net.activation}: {error}")
            return Badge("failed", w.text("label.failed", reason=net.activation),
                         ((w.text("label.method"), str(error)),))  # fmt: skip
        worst = max(worst, report.largest)
        name = w.text(f"report.activation_{net.activation}")
        rows.append((name, w.number(report.largest, 2)))
    text = w.text("report.deep_verified", nets=len(nets), layers=LAYERS, draws=draws,
                  error=w.number(worst, 1))  # fmt: skip
    return Badge("verified", text, ((w.text("label.method"), w.text("report.differences")), *rows))
