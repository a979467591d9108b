"""The Hessian and the largest stable step, from the derived equations.

For one example: the residual after an update, derived, is a multiple of the residual before. For
the whole batch: the Hessian, derived, and its largest eigenvalue.
"""

from __future__ import annotations

import numpy as np

from symnn.core.node import Node
from symnn.derivation.checks import relative
from symnn.derivation.definitions import direct_leaves
from symnn.derivation.draws import draw_sizes, draw_values, symbols_of
from symnn.derivation.products import hessian, jacobian
from symnn.lang import face  # noqa: F401  fills the tables of the NumPy face
from symnn.lang.binding import evaluate
from symnn.lang.call import opened
from symnn.lang.tensor import Tensor, named, tensor
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.tree import Tree
from symnn.report.answers.context import DRAWS, Context
from symnn.report.answers.model import Model, predicted, redefine
from symnn.report.answers.steps_view import StepLines, anchor
from symnn.report.printing.document import Answer, Badge, Block, Note, Paragraph, Runs, Table

_LIMIT = 1e-9


def curvature_section(ctx: Context, lines: StepLines) -> tuple[str, list[Block]] | None:
    """Second derivatives, then what they say about the step."""
    if not quadratic(ctx.model):
        return None
    w = ctx.words
    blocks: list[Block] = [Paragraph(w.runs("report.hessian_opening")), _hessians(ctx)]
    if all(x.call.is_leaf for x in ctx.model.wrt):  # a value cannot be moved by itself
        blocks.append(_blocks_checked(ctx))
    blocks += _one_example(ctx)
    return w.title("report.curvature"), blocks


def quadratic(model: Model) -> bool:
    """Whether the loss is quadratic in the wanted tensors: no second derivative reads one."""
    wanted = {x.call.port for x in model.wrt}
    for u in model.wrt:
        for v in model.wrt:
            block = hessian(model.loss, u, v)
            whole = opened([block.call])[block.call]
            if wanted & set(direct_leaves(whole)):
                return False
    return True


def _hessians(ctx: Context) -> Table:
    """The blocks of the Hessian, for one example and for the mean over a batch."""
    w = ctx.words
    rows: list[tuple[Runs, ...]] = []
    found = []
    for i, u in enumerate(ctx.model.wrt):
        for v in ctx.model.wrt[i:]:
            cells: list[Runs] = [(ctx.formula(_second(ctx.model, u, v), display=True),)]
            for model in (ctx.model, ctx.batch_model):
                a, b = _counterparts(model, u, v)
                block = hessian(model.loss, a, b)
                form = matrix_form(_body(block), model.names, rows=a.ndim)
                cells.append((ctx.formula(form.tree, model, display=True),))
                found.append({"of": [u.name, v.name], "latex": ctx.formula(form.tree, model).latex})
            rows.append(tuple(cells))
    ctx.answers["hessian"] = found
    heads = (w.text("report.block"), w.text("report.one_example"), w.text("report.mean_of_batch"))
    return Table(heads, tuple(rows), caption=(w.text("note.vec_rows"),))


def _blocks_checked(ctx: Context) -> Badge:
    """Every block times a direction against the difference of two gradients.

    The gradients are affine in the parameters here, so that the difference is exact for any step.
    """
    rng, worst = ctx.rng(5), 0.0
    for model in (ctx.model, ctx.batch_model):
        leaves = [c.port for c in model.derivation.program.inputs]
        for _ in range(DRAWS):
            drawn, _ = draw_values(leaves, [], draw_sizes(symbols_of(leaves), [], rng), rng)
            given = {Tensor(leaf.tag): drawn[leaf] for leaf in leaves}
            for u in model.wrt:
                for v in model.wrt:
                    worst = max(worst, _slope_error(model, u, v, given, rng))
    return ctx.claim(worst, _LIMIT, "report.hessian_drawn", draws=DRAWS)


def _slope_error(
    model: Model, u: Tensor, v: Tensor, given: dict[Tensor, np.ndarray], rng: np.random.Generator
) -> float:
    slope = model.derivation.gradients[u]
    at = next(x for x in given if x.call is v.call)
    way = rng.standard_normal(np.shape(given[at]))
    block = np.asarray(evaluate(hessian(model.loss, u, v), given))
    found = np.tensordot(block, way, way.ndim)
    ahead, behind = (
        np.asarray(evaluate(slope, {**given, at: given[at] + s * way})) for s in (0.5, -0.5)
    )
    return relative(found, ahead - behind)


def _body(value: Tensor) -> Node:
    return value.call.body


def _second(model: Model, u: Tensor, v: Tensor) -> Tree:
    return t.Partial(model.names.loss, (model.names(u.call.port), model.names(v.call.port)))


def _counterparts(model: Model, u: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    by_name = {x.name: x for x in model.wrt}
    return by_name[u.name], by_name[v.name]


# -- one example ---------------------------------------------------------------------------------


def _one_example(ctx: Context) -> list[Block]:
    """The factor by which one update multiplies the residual, derived and proved numerically."""
    w, model = ctx.words, ctx.model
    target = next((n for n in model.tensors if model.role(n) == "target"), None)
    prediction = predicted(model, target) if target else None
    if target is None or prediction is None:
        return []
    eta = tensor("eta", (), latex=r"\eta")
    before, after = _residuals(ctx, prediction, model.tensors[target], eta)
    factor = _factor(ctx, after, model.tensors[target])
    if factor is None:
        return []
    r = t.Sym("r", bold=True)
    new = t.Sym("r", sup="+", bold=True)
    tree = t.Relation("=", new, t.Mul((factor, r)))
    here = ctx.next_number()
    badge = _proof(ctx, before, after, eta)
    ctx.answers["residual_factor"] = {
        "latex": ctx.formula(factor).latex, "state": badge.state, "text": badge.text,
    }  # fmt: skip
    residual = ctx.formula(
        t.Relation("=", r, t.Add((model.names(prediction.call.port),
                                  t.Neg(model.names(model.tensors[target].call.port)))))
    )  # fmt: skip
    return [
        Paragraph(w.runs("report.residual_opening", residual=residual)),
        Answer(anchor(here), w.title("report.residual_label"), ctx.formula(tree), (), None, here,
               badge),
        Note(w.title("label.reading") + ".", (
            *w.runs("report.residual_reading", factor=ctx.formula(factor), eta=t.Sym("eta"),
                    bound=ctx.formula(_bound(factor))),
            " ", *_on_example(ctx, after, model.tensors[target], eta),
        )),
    ]  # fmt: skip


def _on_example(ctx: Context, after: Tensor, target: Tensor, eta: Tensor) -> Runs:
    """The factor with the numbers of the update by hand, and the loss that it explains."""
    example, by_hand = ctx.exercise.data["example"], ctx.answers.get("update_by_hand")
    if example is None or by_hand is None:
        return ()
    model = ctx.model
    values = {model.tensors[n]: np.asarray(v, float) for n, v in example["values"].items()}
    J, _ = evaluate([jacobian(after, target), after], {**values, eta: float(example["rate"])})
    factor = -float(np.asarray(J)[0, 0])
    ratio = by_hand["loss_after"] / by_hand["loss_before"]
    if abs(ratio - factor**2) > _LIMIT:
        ctx.fail(f"{ratio} != {factor}**2")
    return ctx.words.runs("report.residual_example", factor=float(f"{factor:.6g}"),
                          ratio=float(f"{ratio:.6g}"))  # fmt: skip


def _residuals(
    ctx: Context, prediction: Tensor, target: Tensor, eta: Tensor
) -> tuple[Tensor, Tensor]:
    """The residual before, and after every wanted tensor made one step along its gradient."""
    model = ctx.model
    moved = {str(x.name): x - eta * model.derivation.gradients[x] for x in model.wrt}
    again = redefine(model, str(prediction.name), moved)
    return prediction - target, named("r_new", again - target)


def _factor(ctx: Context, after: Tensor, target: Tensor) -> Tree | None:
    """`1 - 2 eta (1 + |x|^2)`, read off the derivative of the new residual in the target.

    The new residual is linear in the old one, which is the prediction less the target; so its
    derivative in the target is minus the factor, times the identity.
    """
    J = jacobian(after, target)
    tree = matrix_form(_body(J), ctx.model.names, rows=1).tree
    negative = isinstance(tree, t.Neg)
    inner = tree.arg if isinstance(tree, t.Neg) else tree
    if (
        not negative
        or not isinstance(inner, t.Mul)
        or not isinstance(inner.factors[-1], t.Identity)
    ):
        return None
    rest = inner.factors[:-1]
    return rest[0] if len(rest) == 1 else t.Mul(rest)


def _bound(factor: Tree) -> Tree:
    """The step below which |factor| < 1: `1 - eta c` gives `2 / c`."""
    if isinstance(factor, t.Add) and len(factor.terms) == 2 and isinstance(factor.terms[1], t.Neg):
        inner = factor.terms[1].arg
        if isinstance(inner, t.Mul):
            rest = [f for f in inner.factors if f not in (t.Sym("eta"), t.Num(2))]
            if len(rest) == len(inner.factors) - 2:
                return t.Frac(t.Num(1), rest[0] if len(rest) == 1 else t.Mul(tuple(rest)))
    return factor


def _proof(ctx: Context, before: Tensor, after: Tensor, eta: Tensor) -> Badge:
    """`r+ = factor r` at random draws: the factor from the Jacobian, evaluated by the oracle."""
    model = ctx.model
    rng = ctx.rng(3)
    target = next(x for n, x in model.tensors.items() if model.role(n) == "target")
    J = jacobian(after, target)
    leaves = [c.port for c in model.derivation.program.inputs] + [eta.call.port]
    worst = 0.0
    for _ in range(DRAWS):
        sizes = draw_sizes(symbols_of(leaves), [], rng)
        drawn, _ = draw_values(leaves, [], sizes, rng)
        values = {leaf.tag: drawn[leaf] for leaf in leaves}
        given = {Tensor(call): array for call, array in values.items()}
        found, old, slope = evaluate([after, before, J], given)
        expected = -np.asarray(slope) @ np.asarray(old)
        scale = max(1.0, float(np.max(np.abs(expected))))
        worst = max(worst, float(np.max(np.abs(np.asarray(found) - expected))) / scale)
    return ctx.claim(worst, _LIMIT, "report.proved", draws=DRAWS)
