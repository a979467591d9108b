"""Texts of a derivation: answers, main steps or every step, as Unicode text or LaTeX.

Depths: "answers" (one line a gradient), "main" (the steps of a worked solution), "all". Words come
from the phrase catalogue of the language; formulas from the views.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symnn.core.errors import UnsupportedError
from symnn.derivation.layers import LayerLine, fold_layers, range_text
from symnn.derivation.views import View
from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.text import to_text
from symnn.notation.tree import Tree
from symnn.text.phrases import phrase

DEPTHS = {"answers": ("answer",), "main": ("answer", "main"), "all": ("answer", "main", "detail")}
Printer = Callable[[Tree], str]


def at_depth(views: Sequence[View], depth: str) -> list[View]:
    """The views that a depth shows.

    Raises:
        UnsupportedError: an unknown depth; lists what exists.
    """
    if depth not in DEPTHS:
        raise UnsupportedError(f"unknown depth {depth!r}\n  there is: answers, layers, main, all")
    return [v for v in views if v.step.level in DEPTHS[depth]]


def equation(left: Tree, rights: Sequence[Tree]) -> Tree:
    """`left = right = right`."""
    return t.Chain((left, *rights)) if len(rights) != 1 else t.Relation("=", left, rights[0])


def matrix_equation(view: View) -> Tree | None:
    """`∇_W = δ xᵀ`, or None where there is only a component form."""
    if view.matrix is None:
        return None
    return equation(view.matrix_left, [*view.before, view.matrix])


def component_equation(view: View) -> Tree:
    """`∂L/∂W_{kl} = ... = δ_k x_l`."""
    return equation(view.left, view.components)


def said(item: tuple[str, dict[str, object]], lang: str, printer: Printer) -> str:
    """A phrase with its formulas printed."""
    key, values = item
    shown = {k: printer(v) if isinstance(v, Tree) else v for k, v in values.items()}
    return phrase(key, lang, **shown)


def notes(view: View, lang: str, printer: Printer) -> str:
    """Rule, references, reasons and facts in one line."""
    parts = [phrase(view.step.rule, lang)]
    if view.entrywise:
        parts.append(phrase("rule.elementwise", lang))
    refs = ", ".join(f"({r.number})" for r in view.step.refs)
    if refs:
        parts.append(refs)
    parts += [said(r, lang, printer) for r in view.reasons]
    parts += [phrase("reason.since_fact", lang, fact=said(f, lang, printer)) for f in view.facts]
    return "; ".join(parts)


def derivation_text(views: Sequence[View], depth: str, lang: str) -> str:
    """The derivation as Unicode text."""
    if depth == "layers":
        return layers_text(views)
    shown = at_depth(views, depth)
    if depth == "answers":
        return "\n".join(_one_line(v, to_text) for v in shown)
    lines = []
    for v in shown:
        matrix = matrix_equation(v)
        second = to_text(matrix) if matrix is not None else _words(v, lang, to_text)
        lines.append(f"({v.step.number})  {to_text(component_equation(v))}")
        lines.append(f"      {second}   [{notes(v, lang, to_text)}]")
    return "\n".join(lines)


def layer_lines(views: Sequence[View]) -> list[LayerLine]:
    """Forward equations and gradients in matrix form, repeated layers once."""
    shown = [v for v in views if v.step.kind in ("forward", "gradient", "sum") and v.matrix]
    return fold_layers([(v.matrix_left, _equation_of(v)) for v in shown])


def _equation_of(v: View) -> Tree:
    found = matrix_equation(v)
    return found if found is not None else component_equation(v)


def layers_text(views: Sequence[View]) -> str:
    """The derivation of a deep net with each repeated layer written once."""
    rows = []
    for line in layer_lines(views):
        tail = f"   for {range_text(line.layers)}" if line.layers else ""
        rows.append(to_text(line.equation) + tail)
    return "\n".join(rows)


def _one_line(v: View, printer: Printer) -> str:
    matrix = matrix_equation(v)
    return printer(matrix if matrix is not None else component_equation(v))


def _words(v: View, lang: str, printer: Printer) -> str:
    return said(v.words, lang, printer) if v.words is not None else ""


def derivation_latex(views: Sequence[View], depth: str) -> str:
    r"""The derivation as LaTeX: one formula, or `aligned` lines (amsmath)."""
    shown = at_depth(views, depth)
    rows = [_one_line(v, to_latex) for v in shown]
    if len(rows) == 1:
        return rows[0]
    body = " \\\\\n".join(row.replace(" = ", " &= ", 1) for row in rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
