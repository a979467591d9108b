"""Questions 1 to 3 of exercise 5: the mechanism, its formalism, the hidden layer after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import erf

from symnn.calculus.build import substitute
from symnn.drawing.matrices import matrices_figure
from symnn.lang.face import parameter, tensor
from symnn.lang.size import scalar_of
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.pseudocode import Algorithm, Assign, Return
from symnn.notation.pseudocode import lines as algorithm_lines
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.descent import styled
from symnn.report.answers.shape_lines import space
from symnn.report.answers.slopes import LIMIT, slope_error
from symnn.report.answers.steps_view import anchor
from symnn.report.attention.model import attention_net, model_of
from symnn.report.attention.page import ATTENTION, TRIALS, Page, value_of, worst
from symnn.report.attention.program import compiled_program, written_program
from symnn.report.printing.document import (
    AlgorithmBlock,
    AlgorithmLine,
    Answer,
    Badge,
    Block,
    Figure,
    Formula,
    Note,
    Paragraph,
    Ref,
    Run,
    Runs,
    Strong,
    Table,
)
from symnn.text.phrases import language

_FIGURE_SIZES = (6, 4, 3, 2, 5)  # tokens, width, keys, values, hidden units of the drawing
_CHAIN = ("Q", "K", "V", "S", "A", "Z", "H")


def explain_section(page: Page) -> tuple[str, list[Block]]:
    """The mechanism in a few sentences, and one real pass as a picture."""
    w = page.words
    i, j = t.Index("i"), t.Index("j")
    row = {n: t.Entry(t.Sym(n.lower(), bold=True), (i,)) for n in ("X", "Q", "K", "V", "Z")}
    weight = t.Entry(t.Sym("A"), (i, j))
    text = w.runs(
        "attention.explain", x=row["X"], q=row["Q"], k=row["K"], v=row["V"], z=row["Z"],
        kj=t.Entry(t.Sym("k", bold=True), (j,)), vj=t.Entry(t.Sym("v", bold=True), (j,)),
        a=weight, i=i, j=j,
    )  # fmt: skip
    label = w.title("label.answer", n=page.ctx.question("explain") or "1")
    return w.title("attention.explain_title"), [
        Answer(
            f"a{page.ctx.number}-1", label, None, text, basis=page.ctx.basis("stated", "vaswani")
        ),
        *_flow(page),
        Paragraph(w.runs("attention.why_self")),
    ]


def _flow(page: Page) -> list[Block]:
    w, shape = page.words, page.shape
    names = (shape.tokens, shape.width, shape.keys, shape.values, shape.hidden)
    sizes = dict(zip(map(str, names), _FIGURE_SIZES, strict=True))
    rng = page.ctx.rng(3)
    leaves = {**page.net.parameters, "X": page.net.X}
    values = {
        n: rng.standard_normal([sizes.get(str(s), s) for s in x.sizes]) for n, x in leaves.items()
    }
    shown = [page.net.values[n] for n in _CHAIN]
    found = dict(zip(_CHAIN, value_of(shown, values), strict=True))
    sized = t.All(
        tuple(t.Relation("=", size_tree(scalar_of(n)), t.Num(v)) for n, v in sizes.items())
    )
    picture = matrices_figure(
        page.net.values["H"], sizes, w.lang, arrays=values, prefix=f"flow{page.ctx.number}",
        alt=w.text("attention.flow_description"),
    )  # fmt: skip
    label = w.title("label.figure", n=f"{page.ctx.number}.1") + "."
    A = found["A"]
    at, top = np.unravel_index(int(np.argmax(A)), A.shape)
    badge = page.claim(float(np.max(np.abs(A.sum(1) - 1))), "attention.rows_checked")
    return [
        Figure(f"fig{page.ctx.number}-1", picture.html, label,
               w.runs("attention.flow_caption", sizes=sized, A=page.formula(page.name("A"))), True,
               tikz=picture.tikz),
        Note(w.title("label.reading") + ".", w.runs(
            "attention.flow_reading", share=w.percent(float(A[at, top]), 2),
            z=_row(page, "z", int(at)), v=_row(page, "v", int(top)))),
        badge,
    ]  # fmt: skip


def _row(page: Page, letter: str, k: int) -> Tree:
    return t.Entry(t.Sym(letter, bold=True), (t.Num(k),))


# -- formalism -----------------------------------------------------------------------------------


def formalism_section(page: Page) -> tuple[str, list[Block]]:
    """Token by token and as matrices; the whole in one formula."""
    w = page.words
    here = page.forward(ATTENTION)
    tree = page.in_inputs("Z")
    number = page.ctx.next_number()
    label = w.title("label.answer", n=page.ctx.question("formalism") or "2")
    shown = page.formula(tree)
    page.ctx.answers["attention"] = {"latex": shown.latex, "text": shown.text}
    return w.title("attention.formalism_title"), [
        Paragraph(w.runs("attention.conventions", X=page.formula(page.name("X")),
                         T=page.sizes_of("X")[0], d=page.sizes_of("X")[1],
                         q=_column_form(page))),
        here,
        Answer(anchor(number), label, shown, (), space(page.sizes_of("Z")), number,
               _loop_badge(page, "Z")),
    ]  # fmt: skip


def _column_form(page: Page) -> Formula:
    """The query of one token as a column, printed by the program."""
    x = tensor("x", (page.shape.width,), latex="x_i")
    W = parameter("W_Q", (page.shape.width, page.shape.keys), latex="W_Q")
    return page.printed(x @ W, t.Sym("q", sub="i", bold=True))


def _loop_badge(page: Page, name: str) -> Badge:
    """Matrices against loops over tokens in plain Python, sizes drawn anew."""
    pairs = []
    for values in page.draws(page.net, 4):
        found = value_of([page.net.values[name]], values)[0]
        pairs.append((found, loops(values, page.shape.activation, page.shape.masked)[name]))
    return page.claim(worst(pairs), "attention.loops_checked", draws=TRIALS)


_ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda s: np.maximum(s, 0), "tanh": np.tanh, "identity": lambda s: s,
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)), "softplus": lambda s: np.log1p(np.exp(s)),
    "softmax": lambda s: np.exp(s) / np.exp(s).sum(),
    "gelu": lambda s: s * (1 + erf(s / np.sqrt(2))) / 2,
}  # fmt: skip


def loops(v: Any, activation: str, masked: bool = False) -> dict[str, np.ndarray]:
    """Attention and the hidden layer written token by token: the judge of the matrix forms."""
    rows, hidden = [], []
    for i, x in enumerate(v["X"]):
        q, seen = v["W_Q"].T @ x, v["X"][: i + 1] if masked else v["X"]
        scores = [float(q @ (v["W_K"].T @ y)) / len(q) ** 0.5 for y in seen]
        weights = [np.exp(s - max(scores)) for s in scores]
        share = [a / sum(weights) for a in weights]
        z = sum(a * (v["W_V"].T @ y) for a, y in zip(share, seen, strict=True))
        u = v["W_1"].T @ z + v["b_1"]
        rows.append(z)
        hidden.append(_ACTIVATIONS[activation](u))
    return {"Z": np.array(rows), "H": np.array(hidden)}


# -- the hidden layer ----------------------------------------------------------------------------


def hidden_section(page: Page) -> tuple[str, list[Block]]:
    """Attention, then a hidden layer: per token, pooled, with an output layer; pseudocode."""
    w = page.words
    steps = page.forward(("U", "H"))
    tree = page.in_inputs("H")
    layer = t.Relation("=", page.name("H"), _layer(page))
    number = page.ctx.next_number()
    label = w.title("label.answer", n=page.ctx.question("forward") or "3")
    shown = page.formula(layer)
    page.ctx.answers["hidden_layer"] = {
        "latex": shown.latex, "text": shown.text, "in_inputs": page.formula(tree).latex,
    }  # fmt: skip
    return w.title("attention.hidden_title"), [
        Paragraph(w.runs("attention.hidden_opening")),
        steps,
        Answer(anchor(number), label, shown, (), space(page.sizes_of("H")), number,
               _loop_badge(page, "H")),
        *([] if page.shape.masked else [
            Paragraph(w.runs("attention.whole")),
            Paragraph((page.formula(tree, display=True),), display=True),
        ]),
        _variants(page),
        _algorithm(page),
    ]  # fmt: skip


def _layer(page: Page) -> Tree:
    """The hidden layer over the name of what attention returns."""
    program_ = page.model.derivation.program.by_leaf
    inner = program_[page.leaf("U")].definition
    whole = substitute(program_[page.leaf("H")].definition, {page.leaf("U"): inner})
    return matrix_form(whole, page.model.names).tree


def _variants(page: Page) -> Table:
    w, s = page.words, page.shape
    made = (
        ("attention.per_token", attention_net(s)),
        ("attention.pooled", attention_net(s, pooled=True)),
        ("attention.with_output", attention_net(s, output="c")),
        ("attention.pooled_output", attention_net(s, pooled=True, output="c")),
    )
    rows: list[tuple[Runs, ...]] = []
    for key, net in made:
        model = model_of(page.ctx.exercise, net, list(net.parameters.values()))
        gradients = {n: model.derivation.gradients[n] for n in net.parameters}
        error = slope_error(net.loss, gradients, page.ctx.rng(11), draws=2)
        if error > LIMIT:
            page.ctx.fail(f"{key}: {error:.1e}")
        after = [b for b in model.derivation.program.bindings
                 if str(b.leaf.name) not in (*ATTENTION, "L")]  # fmt: skip
        cells: list[Run] = []
        for b in after:
            tree = t.Relation("=", model.names(b.leaf), matrix_form(b.definition, model.names).tree)
            cells += ["\u2003"] * bool(cells) + [page.formula(tree, model)]
        mark = "✓" if error <= LIMIT else "✗"
        rows.append(((w.text(key),), tuple(cells), (f"{mark} {w.number(error, 1)}",)))
    heads = (w.text("attention.variant"), w.text("attention.after"), w.text("attention.all_grads"))
    return Table(
        heads,
        tuple(rows),
        caption=w.runs("attention.variants_caption", Z=page.formula(page.name("Z"))),
        basis=page.ctx.basis("checked", "column"),
    )


def _algorithm(page: Page) -> AlgorithmBlock:
    """The forward pass as pseudocode and as the program of the same tree."""
    w, model = page.words, page.model
    names = (*ATTENTION, "U", "H")
    bindings = {b.leaf: b for b in model.derivation.program.bindings}
    order = [b for b in bindings.values() if b.leaf in {page.leaf(n) for n in names}]
    body = [Assign(model.names(b.leaf), matrix_form(b.definition, model.names).tree) for b in order]
    inputs = [page.name(n) for n in ("X", "W_Q", "W_K", "W_V", "W_1", "b_1")]
    title = w.title("attention.algorithm_title")
    algorithm = Algorithm(title, tuple(inputs), (*body, Return((page.name("H"),))))
    ranks = {
        s: leaf.rank for leaf in [*(page.leaf(n) for n in page.net.parameters), page.leaf("X"),
                                  *bindings]
        if isinstance(s := model.names(leaf), t.Sym)
    }  # fmt: skip
    ranks |= {s: 0 for n in ("Z", "Q", "X") for s in page.sizes_of(n) if isinstance(s, t.Sym)}
    make = compiled_program if page.shape.masked else written_program
    source, run = make(page, algorithm, ranks)
    pairs = [
        (run(values), value_of([page.net.values["H"]], values)[0])
        for values in page.draws(page.net, 5)
    ]
    badge = page.claim(worst(pairs), "attention.program_checked", draws=TRIALS)
    shown = algorithm_lines(styled(algorithm, ranks), w.lang)
    rows = []
    for line, b in zip(shown, [*order, None], strict=True):
        step = next((s for s in model.derivation.steps if b and s.subject is b.leaf
                     and s.kind == "forward"), None)  # fmt: skip
        number = page.lines.number(step) if step else ""
        comment = (Ref(anchor(number), f"({number})"),) if number else ()
        rows.append(AlgorithmLine(line.depth, tuple(_part(page, p) for p in line.parts), comment))
    listed: list[Run] = [Strong(w.title("algorithm.input")), language(w.lang).colon]
    for k, x in enumerate(inputs):
        listed += [", "] * bool(k) + [page.formula(x)]
    label = f"{page.ctx.number}.1"
    return AlgorithmBlock(
        f"alg{label.replace('.', '-')}", w.title("label.algorithm", n=label), title, tuple(listed),
        tuple(rows), source.replace("\n\n\n", "\n\n"), w.text("label.same_program"), "", badge,
    )  # fmt: skip


def _part(page: Page, part: Any) -> Run:
    if isinstance(part, Tree):
        return page.formula(part)
    return Strong(part.text) if hasattr(part, "text") else str(part)
