"""Why the scores are divided by sqrt(d_k): the variance, derived and measured; a pass by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from symnn.drawing.heat import heat_map
from symnn.drawing.sketch import on_page
from symnn.lang.face import Tensor
from symnn.lang.size import scalar_of
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.probability.moments import STANDARDISED, expectation, source, variance
from symnn.report.attention.forward import loops
from symnn.report.attention.model import Shape, attention_net
from symnn.report.attention.page import Page, value_of
from symnn.report.derivation.algorithm import number_tree
from symnn.report.printing.document import Block, Figure, Note, Paragraph, Run, Runs, Table

_WIDTHS = (4, 16, 64, 256)
_PAIRS, _KEYS = 4000, 8
_ERRORS = 4.0  # standard errors within which a measured variance has to lie


def scale_section(page: Page) -> tuple[str, list[Block]]:
    """The variance of a score by the moment rules, then measured; what it does to the softmax."""
    w = page.words
    q = source("q", (page.shape.keys,), kind=STANDARDISED)
    k = source("k", (page.shape.keys,), kind=STANDARDISED)
    score: Tensor = q @ k
    scaled: Tensor = score / np.sqrt(page.size(page.shape.keys))
    rows: list[tuple[Runs, ...]] = []
    for value in (score, scaled):
        cells = (value, expectation(value, [q, k]), variance(value, [q, k]))
        rows.append(tuple((page.printed(x),) for x in cells))
    heads = (w.text("attention.score"), w.text("attention.mean"), w.text("attention.variance"))
    page.ctx.answers["variance"] = [page.printed(variance(v, [q, k])).text for v in (score, scaled)]
    measured, worst = _measured(page)
    return w.title("attention.scale_title"), [
        Paragraph(w.runs("attention.scale_opening", d=size_tree(scalar_of(page.shape.keys)))),
        Table(heads, tuple(rows), caption=w.runs("attention.scale_rule")),
        Paragraph(w.runs("attention.scale_measured", n=_PAIRS, keys=_KEYS)),
        measured,
        page.claim(worst, "attention.variance_checked", _ERRORS, widths=len(_WIDTHS)),
        Note(w.title("label.reading") + ".", w.runs("attention.scale_reading")),
    ]  # fmt: skip


def _measured(page: Page) -> tuple[Table, float]:
    w, rng = page.words, page.ctx.rng(6)
    rows: list[tuple[Runs, ...]] = []
    worst, found = 0.0, []
    for d in _WIDTHS:
        q = rng.standard_normal((_PAIRS, 1, d))
        k = rng.standard_normal((_PAIRS, _KEYS, d))
        s = np.sum(q * k, axis=-1)
        one = s[:, 0]
        var = float(np.mean(one**2))
        error = float(np.std(one**2) / np.sqrt(len(one)))
        worst = max(worst, abs(var - d) / error)
        plain, scaled = _softmax_facts(s), _softmax_facts(s / np.sqrt(d))
        cells = [f"{d}", f"{w.number(var, 4)} ± {w.number(error, 1)}"]
        cells += [w.number(x, 3) for x in (plain[0], scaled[0], plain[1], scaled[1])]
        rows.append(tuple((c,) for c in cells))
        found.append({
            "d_k": d, "variance": var, "standard_error": error, "entropy": plain[0],
            "entropy_scaled": scaled[0], "slope": plain[1], "slope_scaled": scaled[1],
        })  # fmt: skip
    page.ctx.answers["variance_measured"] = found
    heads = (
        page.formula(size_tree(scalar_of(page.shape.keys))), w.text("attention.var_measured"),
        w.text("attention.entropy"), w.text("attention.entropy_scaled"),
        w.text("attention.slope"), w.text("attention.slope_scaled"),
    )  # fmt: skip
    return Table(heads, tuple(rows)), worst


def _softmax_facts(scores: np.ndarray) -> tuple[float, float]:
    """(entropy over its largest, mean slope p(1 - p) of the softmax) over rows of scores."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    entropy = -np.sum(p * np.log(np.maximum(p, 1e-300)), axis=1) / np.log(p.shape[1])
    return float(np.mean(entropy)), float(np.mean(p * (1 - p)))


# -- by hand -------------------------------------------------------------------------------------

_HAND: Mapping[str, Any] = {
    "X": [[1, 0], [0, 1], [1, 1]],
    "W_Q": [[2, 0, 0, 0], [0, 2, 0, 2]],
    "W_K": [[0, 1, 0, 1], [2, 0, 0, 0]],
    "W_V": [[1, 0], [0, 2]],
    "W_1": [[1, -1, 0], [0, 1, 2]],
    "b_1": [0, 0, -1],
}
_ROW = ("Q", "K", "V", "S", "A", "Z", "H")


def example_section(page: Page) -> tuple[str, list[Block]]:
    """Three tokens, small integers: every value in a row, and the map of the weights."""
    w = page.words
    values = {n: np.asarray(v, float) for n, v in _HAND.items()}
    net = attention_net(Shape(3, 2, 4, 2, 3, page.shape.activation))
    found = dict(zip(_ROW, value_of([net.values[n] for n in _ROW], values), strict=True))
    given: list[Run] = []
    for n, v in values.items():
        given += ["\u2003 "] * bool(given) + [_equal(page, (page.name(n), _grid(v, page)))]
    blocks: list[Block] = [Paragraph(w.runs("attention.hand_opening")),
                           Paragraph(tuple(given), display=True)]  # fmt: skip
    by_leaf = page.model.derivation.program.by_leaf
    for names in (("Q", "K", "V"), ("S",), ("A",), ("Z",), ("H",)):
        line: list[Run] = []
        for n in names:
            form = matrix_form(by_leaf[page.leaf(n)].definition, page.model.names).tree
            line += ["\u2003 "] * bool(line)
            line.append(_equal(page, (page.name(n), form, _grid(found[n], page))))
        blocks.append(Paragraph(tuple(line), display=True))
    judge = loops(values, page.shape.activation)
    worst = max(float(np.max(np.abs(found[n] - judge[n]))) for n in ("Z", "H"))
    A = found["A"]
    page.ctx.answers["example"] = {n: np.round(v, 6).tolist() for n, v in found.items()}
    tokens = [t.Entry(t.Sym("x", bold=True), (t.Num(k),)) for k in range(3)]
    said = w.text("attention.map_description")
    drawn = on_page(heat_map(A, tokens, tokens, w.lang, alt=said, prefix="at2"))
    i, j = np.unravel_index(int(np.argmax(A)), A.shape)
    caption = w.runs(
        "attention.map_caption", A=page.formula(page.name("A")),
        i=t.Entry(t.Sym("x", bold=True), (t.Num(int(i)),)),
        j=t.Entry(t.Sym("x", bold=True), (t.Num(int(j)),)),
        share=w.percent(float(A[i, j])),
    )  # fmt: skip
    label = w.title("label.figure", n=f"{page.ctx.number}.2") + "."
    return w.title("attention.hand_title"), [
        *blocks, page.claim(worst, "attention.hand_checked"),
        Figure(f"fig{page.ctx.number}-2", drawn.html, label, caption, tikz=drawn.tikz),
    ]  # fmt: skip


def _equal(page: Page, parts: tuple[Tree, ...]) -> Run:
    return page.formula(t.Chain(parts), display=True)


def _grid(value: np.ndarray, page: Page) -> Tree:
    rows = value if value.ndim == 2 else value[:, None]
    lang = page.words.lang
    return t.Grid(tuple(tuple(_number(float(x), lang) for x in row) for row in rows))


def _number(x: float, lang: str) -> Tree:
    return number_tree(round(x, 3), lang)
