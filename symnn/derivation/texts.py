"""Texts of a derivation: answers, main steps or every step, as Unicode text or LaTeX.

Depths: "answers" (one line a gradient), "main" (the steps of a worked solution), "all". Words come
from the phrase catalogue of the language; formulas from the views.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from symnn.core.errors import ShapeError, UnknownNameError, UnsupportedError
from symnn.derivation.layers import LayerLine, fold_layers, range_text
from symnn.derivation.layouts import Layout
from symnn.derivation.views import View
from symnn.notation import tree as t
from symnn.notation.each import slice_equation
from symnn.notation.latex import to_latex
from symnn.notation.layout import Style
from symnn.notation.shapes import ShapeLine, shape_line, shape_text
from symnn.notation.text import to_text
from symnn.notation.traversal import walk
from symnn.notation.tree import Tree
from symnn.notation.typst import to_typst
from symnn.text.phrases import language, phrase

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
    if not view.before:
        free = view.matrix_letters if view.kind in ("index", "entries") else ()
        sliced = slice_equation(view.matrix_left, view.matrix, free)
        if sliced is not None:
            return sliced
    return equation(view.matrix_left, [*view.before, view.matrix])


def component_equation(view: View) -> Tree:
    """`∂L/∂W_{kl} = ... = δ_k x_l`."""
    return equation(view.left, view.components)


def said(item: tuple[str, dict[str, object]], lang: str, printer: Printer) -> str:
    """A phrase with its formulas and shapes printed."""

    def shown(value: object) -> object:
        if isinstance(value, tuple):
            return " × ".join(map(printer, value))
        return printer(value) if isinstance(value, Tree) else value

    key, values = item
    return phrase(key, lang, **{k: shown(v) for k, v in values.items()})


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
    return language(lang).semicolon.join(parts)


def derivation_text(views: Sequence[View], depth: str, lang: str, layout: Layout) -> str:
    """The derivation as Unicode text."""
    printer = partial(to_text, style=Style(lang=lang))
    views = [layout.view(v) for v in views]
    head = [f"# {phrase(key, lang)}" for key in convention(layout)]
    if depth == "layers":
        return "\n".join([*head, layers_text(views, lang)])
    shown = at_depth(views, depth)
    if depth == "answers":
        lines = [_one_line(v, printer) for v in shown]
        word = phrase("formula.where", lang)
        for k, v in enumerate(explained(views, shown, layout)):
            lines.append(f"  {' ' * len(word) if k else word} {_one_line(v, printer)}")
        return "\n".join([*head, *lines])
    lines = head
    for v in shown:
        matrix = matrix_equation(v)
        second = printer(matrix) if matrix is not None else _words(v, lang, printer)
        sizes = shape_note(v, layout)
        lines.append(f"({v.step.number})  {printer(component_equation(v))}")
        lines.append(f"      {second}{sizes and '   '}{sizes}   [{notes(v, lang, printer)}]")
    return "\n".join(lines)


def convention(layout: Layout) -> list[str]:
    """Phrase keys that state a layout; none for the usual one."""
    found = [] if layout.layout == "mixed" else [f"note.layout_{layout.layout}"]
    found += ["note.samples_columns"] if layout.samples == "columns" else []
    turned = any(name.turned for name in layout.steps.values())
    return found + (["note.layout_steps"] if turned else [])


def shape_note(view: View, layout: Layout) -> str:
    """`(p × 1)(1 × n) = (p × n)`, or `(p × n)` where the top is no product; "" for numbers.

    Raises:
        ShapeError: the shape of the formula is not that of the value.
    """
    if view.matrix is None or view.kind != "matrix" or view.step.kind == "local":
        return ""
    wanted = layout.shape(view)
    if not wanted:
        return ""
    if isinstance(view.matrix, t.Grid):  # blocks: the shapes of their rows add up
        return shape_text(ShapeLine("", (), wanted))
    try:
        line = shape_line(view.matrix, layout.shapes)
    except UnknownNameError:  # a form without shapes of its parts: that of the value is shown
        return shape_text(ShapeLine("", (), wanted))
    if line.result != wanted and line.result:
        raise ShapeError(
            f"ShapeError in step ({view.step.number})\n  {to_text(view.matrix)}\n"
            f"  expected: {shape_text(ShapeLine('', (), wanted))}\n  found: {shape_text(line)}"
        )
    return shape_text(ShapeLine(*("product", line.parts) if line.op == "product" else ("", ()),
                                wanted))  # fmt: skip


def explained(views: Sequence[View], shown: Sequence[View], layout: Layout) -> list[View]:
    """Definitions of what the answers read and the writer did not name, in the order of the steps.

    These are gradients, and values named here.
    """
    own = {b.leaf for b in layout.program.bindings if not b.auto}
    defined: dict[Tree, list[View]] = {}
    for v in views:
        given = v.step.kind in ("forward", "initial") and v.step.subject in own
        if not given and v.step.kind in ("forward", "initial", "gradient", "sum"):
            defined.setdefault(whole_name(v.matrix_left), []).append(v)
    wanted: set[View] = set()
    waiting = list(shown)
    while waiting:
        for part in (x for tree in _right_sides(waiting.pop()) for x in walk(tree)):
            found = [v for v in defined.get(whole_name(part), ()) if v not in wanted]
            wanted.update(found)
            waiting += found
    return [v for v in views if v in wanted]


def whole_name(tree: Tree) -> Tree:
    """What an entry is one of: `δ` of `δ_{t + 1}`, `∇_h` of `∇_{h_t}`."""
    match tree:
        case t.Entry(base):
            return base
        case t.Grad(t.Entry(base), of):
            return t.Grad(base, of)
    return tree


def _right_sides(v: View) -> tuple[Tree, ...]:
    return v.components if v.matrix is None else (*v.before, v.matrix)


def layer_lines(views: Sequence[View]) -> list[LayerLine]:
    """Forward equations and gradients in matrix form, repeated layers once."""
    shown = [v for v in views if v.step.kind in ("forward", "gradient", "sum") and v.matrix]
    return fold_layers([(v.matrix_left, _equation_of(v)) for v in shown])


def _equation_of(v: View) -> Tree:
    found = matrix_equation(v)
    return found if found is not None else component_equation(v)


def layers_text(views: Sequence[View], lang: str) -> str:
    """The derivation of a deep net with each repeated layer written once."""
    rows = []
    for line in layer_lines(views):
        word = phrase("formula.for", lang)
        tail = f"   {word} {range_text(line.layers)}" if line.layers else ""
        rows.append(to_text(line.equation, Style(lang=lang)) + tail)
    return "\n".join(rows)


def _one_line(v: View, printer: Printer) -> str:
    matrix = matrix_equation(v)
    return printer(matrix if matrix is not None else component_equation(v))


def _words(v: View, lang: str, printer: Printer) -> str:
    return said(v.words, lang, printer) if v.words is not None else ""


def derivation_latex(views: Sequence[View], depth: str, lang: str, layout: Layout) -> str:
    r"""The derivation as LaTeX: one formula, or `aligned` lines (amsmath)."""
    rows = _rows(views, depth, layout, partial(to_latex, style=Style(lang=lang)), lang)
    if len(rows) == 1:
        return rows[0]
    body = " \\\\\n".join(row.replace(" = ", " &= ", 1) for row in rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def derivation_typst(views: Sequence[View], depth: str, lang: str, layout: Layout) -> str:
    """The derivation as Typst mathematics, its lines aligned at the first equals sign."""
    rows = _rows(views, depth, layout, partial(to_typst, style=Style(lang=lang)), lang)
    return " \\\n".join(row.replace(" = ", " &= ", 1) for row in rows)


def _rows(
    views: Sequence[View], depth: str, layout: Layout, printer: Printer, lang: str
) -> list[str]:
    """The layout in words, a line for each part of the sentence, then the formulas."""
    views = [layout.view(v) for v in views]
    said = " ".join(phrase(key, lang) for key in convention(layout))
    parts = re.split(r"(?<=,) ", said) if said else []
    head = [f"& {printer(t.Words(part))}" for part in parts]
    if depth == "layers":
        return [*head, *(printer(line.equation) for line in layer_lines(views))]
    shown = at_depth(views, depth)
    rows = [*head, *(_one_line(v, printer) for v in shown)]
    if depth == "answers":
        where = printer(t.Words(phrase("formula.where", lang)))
        rows += [f"{where} {_one_line(v, printer)}" for v in explained(views, shown, layout)]
    return rows
