"""The backward pass of attention: every step, every gradient, two identities with their proofs."""

from __future__ import annotations

import numpy as np

from symnn.calculus.build import substitute
from symnn.calculus.facts import READER, WITH_FACTS
from symnn.calculus.normal import make_sum
from symnn.calculus.simplify import expand, simplify
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Node, Sum, Term
from symnn.derivation.bench import Bench, relative
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.tree import Tree
from symnn.report.answers.context import gradient_badge
from symnn.report.answers.model import Model
from symnn.report.answers.shape_lines import shape, space
from symnn.report.answers.steps_view import anchor
from symnn.report.attention.model import attention_net, model_of
from symnn.report.attention.page import EXACT, ORDER, Page
from symnn.report.printing.document import Answer, Badge, Block, Paragraph, Table

_GROUPS = (
    ("attention.group_hidden", ("H", "U", "b_1", "W_1", "Z")),
    ("attention.group_values", ("V", "W_V")),
    ("attention.group_weights", ("A", "S")),
    ("attention.group_queries", ("K", "W_K", "Q", "W_Q")),
    ("attention.group_tokens", ("X",)),
)
_BENCHES = 5


def backward_section(page: Page) -> tuple[str, list[Block]]:
    """Every step from the loss back to the tokens, then all gradients in one table."""
    w = page.words
    views = [v for v in page.model.derivation.views if v.step.kind not in ("forward", "answer")]
    blocks: list[Block] = [
        Paragraph(w.runs("attention.backward_opening", L=page.formula(page.model.names.loss))),
        page.forward(("L",)),
    ]
    for key, names in _GROUPS:
        mine = [v for v in views if v.step.subject in {page.leaf(n) for n in names}]
        blocks.append(page.steps(mine, w.title(key)))
    blocks += [_boxed(page, "S", page.model.derivation.cotangents[page.leaf("S")].value),
               _boxed(page, "W_Q", through(page.model, page.leaf("W_Q"), page.leaf("Q"))),
               _all_gradients(page)]  # fmt: skip
    return w.title("attention.backward_title"), blocks


def through(model: Model, wanted: Leaf, middle: Leaf) -> Node:
    """A gradient with the gradient of one value on its way put in."""
    found = model.derivation.cotangents
    call = found[middle].call
    assert call is not None
    return simplify(substitute(found[wanted].value, {call.port: found[middle].value}))


def _boxed(page: Page, name: str, value: Node) -> Answer:
    w = page.words
    tree = t.Relation("=", _in_loss(page, name), matrix_form(value, page.model.names).tree)
    here = page.ctx.next_number()
    label = w.title(f"attention.gradient_of_{name}")
    return Answer(
        anchor(here), label, page.formula(tree), (), space(page.sizes_of(name)), here,
        gradient_badge(page.ctx, page.report, page.leaf(name).name),
    )  # fmt: skip


def _in_loss(page: Page, name: str) -> Tree:
    return t.Grad(page.name(name), page.model.names.loss)


def _all_gradients(page: Page) -> Table:
    w, model = page.words, page.model
    rows, found = [], []
    chain = {"W_V": "V", "W_Q": "Q", "W_K": "K"}
    for name in ("Z", "V", "A", "S", "Q", "K", *ORDER):
        cotangent = model.derivation.cotangents[page.leaf(name)]
        middle = chain.get(name)
        value = (
            cotangent.value
            if middle is None
            else through(model, page.leaf(name), page.leaf(middle))
        )
        tree = t.Relation("=", page.gradient(name), matrix_form(value, model.names).tree)
        formula = page.formula(tree)
        error = _error(page, page.leaf(name).name)
        rows.append(
            (
                (formula,),
                (shape(page.sizes_of(name)),),
                (w.number(error, 1),),
            )
        )
        found.append({"of": name, "latex": formula.latex, "text": formula.text, "deviation": error})
    page.ctx.answers["gradients"] = found
    heads = (w.text("label.gradients"), w.text("label.shape"), w.text("label.relative_error"))
    return Table(heads, tuple(rows), caption=w.runs("attention.gradients_caption"))


def _error(page: Page, name: str) -> float:
    if isinstance(page.report, str):
        return float("nan")
    mine = [c.error for c in page.report.checks
            if c.subject == f"∇_{name}" and "difference" in c.method]  # fmt: skip
    return max(mine, default=float("nan"))


# -- two identities ------------------------------------------------------------------------------


def identities_section(page: Page) -> tuple[str, list[Block]]:
    """The row sums that need no second product of T x T numbers; the key bias without gradient."""
    w = page.words
    return w.title("attention.identities_title"), [*_row_sums(page), *_key_bias(page)]


def row_sum(a: Leaf, b: Leaf) -> Node:
    """`sum over s of a[t, s] b[t, s]`: one number per row."""
    i, j = (Index(s) for s in b.sizes)
    factors = tuple(Factor(x, (i.pos, j.pos)) for x in (a, b))
    return make_sum((i,), [Term(1, (j,), factors)])


def _row_sums(page: Page) -> list[Block]:
    w, model = page.words, page.model
    d, names = model.derivation, model.names
    A, Z = page.leaf("A"), page.leaf("Z")
    gA, gZ = (d.cotangents[x].call.port for x in (A, Z))  # type: ignore[union-attr]
    left, right = row_sum(gA, A), row_sum(gZ, Z)
    opened_left = substitute(left, {gA: d.cotangents[A].value})
    opened_right = substitute(right, {Z: d.program.by_leaf[Z].definition})
    same = opened_left is opened_right
    forms = [matrix_form(n, names).tree for n in (left, opened_left, right)]
    short = _short_form(page, gZ)
    worst = 0.0
    for bench in _benches(model, page.ctx.seed):
        expected = bench.value(d.cotangents[page.leaf("S")].value)
        worst = max(worst, relative(bench.value(left), bench.value(right)),
                    relative(bench.value(short), expected))  # fmt: skip
    if not same:
        worst = float("inf")
    tree = t.Relation("=", page.gradient("S"), matrix_form(short, names).tree)
    here = page.ctx.next_number()
    return [
        Paragraph(w.runs("attention.row_sums", A=page.formula(page.name("A")),
                         T=page.sizes_of("X")[0], d=page.sizes_of("Z")[1])),
        Answer(anchor(here), w.title("attention.row_sums_label"),
               page.formula(t.Chain(tuple(forms))), (), None, here,
               page.claim(worst, "attention.row_sums_checked", EXACT, draws=_BENCHES)),
        Paragraph(w.runs("attention.row_sums_use")),
        Paragraph((page.formula(tree, display=True),), display=True),
    ]  # fmt: skip


def _short_form(page: Page, gZ: Leaf) -> Node:
    """The gradient of the scores with the row sums taken on the outputs."""
    d = page.model.derivation
    A, Z = page.leaf("A"), page.leaf("Z")
    i, j = (Index(s) for s in A.sizes)
    gA = d.cotangents[A].call.port  # type: ignore[union-attr]
    sums = row_sum(gZ, Z)
    at = (i.pos, j.pos)
    terms = [Term(1, (), (Factor(gA, at),)), Term(-1, (), (Factor(sums, (i.pos,)),))]
    inner = make_sum((i, j), terms)
    return make_sum((i, j), [Term(1, (), (Factor(A, at), Factor(inner, at)))])


def _benches(model: Model, seed: int) -> list[Bench]:
    rng = np.random.default_rng(seed)
    d = model.derivation
    return [Bench(d.program, d.cotangents, rng) for _ in range(_BENCHES)]


def _key_bias(page: Page) -> list[Block]:
    """Found on the equations: rows of the gradient of the scores sum to 0."""
    w = page.words
    net = attention_net(page.shape, biases=True)
    biases = [net.parameters[f"b_{n}"] for n in "QKV"]
    model = model_of(page.ctx.exercise, net, biases)
    d, names = model.derivation, model.names
    S, K, b = net.values["S"].call.port, net.values["K"].call.port, biases[1].call.port
    score = d.cotangents[S]
    i, j = (Index(s) for s in S.sizes)
    rows = make_sum((i,), [Term(1, (j,), (Factor(score.value, (i.pos, j.pos)),))])
    opened, zero = _with_facts(rows)
    through_scores = through(model, b, K)
    assert score.call is not None
    _, answer = _with_facts(substitute(through_scores, {score.call.port: score.value}))
    biased = [t.Relation("=", names(x), matrix_form(d.program.by_leaf[x].definition, names).tree)
              for x in (net.values[n].call.port for n in "QKV")]  # fmt: skip
    ones = t.Ones(page.sizes_of("X")[0])
    proof = t.Chain((t.Mul((names.gradient(S), ones)), matrix_form(opened, names).tree,
                     matrix_form(zero, names).tree))  # fmt: skip
    forms = (d.cotangents[b].value, through_scores, answer)
    result = t.Chain((t.Grad(names(b), names.loss), *(matrix_form(n, names).tree for n in forms)))
    here = page.ctx.next_number()
    proved = all(isinstance(n, Sum) and not n.terms for n in (zero, answer))
    page.ctx.answers["key_bias"] = {"proved_zero": proved}
    found: list[object] = []
    for x in biased:
        found += ["\u2003 "] * bool(found) + [page.formula(x, model, display=True)]
    return [
        Paragraph(w.runs("attention.key_bias")),
        Paragraph(tuple(found), display=True),  # type: ignore[arg-type]
        Paragraph((page.formula(proof, model, display=True),), display=True),
        Paragraph(w.runs("attention.rows_zero", A=page.formula(page.name("A")))),
        Answer(anchor(here), w.title("attention.key_bias_label"), page.formula(result, model), (),
               None, here, _bias_badge(page, model, proved)),
        Paragraph(w.runs("attention.key_bias_why", S=page.formula(names(S), model))),
    ]  # fmt: skip


def _with_facts(node: Node) -> tuple[Node, Node]:
    """Multiplied out, and then with the facts of the names (rows of a softmax sum to 1)."""
    opened = expand(node, READER, lambda f: True)
    assert isinstance(opened, Sum)
    return opened, make_sum(opened.indices, opened.terms, WITH_FACTS)


def _bias_badge(page: Page, model: Model, proved: bool) -> Badge:
    """The key bias is moved by central differences: nothing happens; the query bias: something."""
    largest = {"b_K": 0.0, "b_Q": np.inf}
    for bench in _benches(model, page.ctx.seed)[:3]:
        scale = abs(bench.output)
        for name, known in largest.items():
            leaf = model.tensors[name].call.port
            _, slopes = bench.slopes(leaf, np.zeros(bench.values[leaf].shape))
            size = float(np.max(np.abs(slopes))) / scale
            largest[name] = max(known, size) if name == "b_K" else min(known, size)
    return page.claim(
        largest["b_K"] if proved else np.inf, "attention.key_bias_checked", 1e-8,
        other=page.words.number(largest["b_Q"], 1),
    )  # fmt: skip
