"""The computational graph of an exercise, as the figure of its forward pass."""

from __future__ import annotations

from symnn.drawing.figures import graph_figure
from symnn.report.answers.context import Context
from symnn.report.printing.document import Block, Figure, Run

_MOST = 40  # equations from which a graph is too large for a page


def graph_blocks(ctx: Context) -> list[Block]:
    """The graph with shapes forward and gradients backward; nothing if it is too large."""
    w, model = ctx.words, ctx.model
    if len(model.derivation.program.bindings) > _MOST:
        return []
    roles = {name: w.text(f"role.{model.role(name)}") for name in model.tensors}
    figure = graph_figure(model.derivation, w.lang, prefix=f"graph{ctx.number}", roles=roles)
    before, *after = figure.template.split("{loss}")
    caption: list[Run] = [before]
    for text in after:
        caption += [ctx.formula(figure.formula), text]
    anchor, label = ctx.next_figure()
    return [Figure(anchor, figure.html, label, tuple(caption), wide=True, tikz=figure.tikz)]
