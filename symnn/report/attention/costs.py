"""What attention costs: products counted on the equations, the crossover solved, and two rivals.

Law: every count is a closed form of `analysis` on the derived equations; nothing is typed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import sympy as sp

from symnn.analysis.analyzer import analyze
from symnn.analysis.costs import cost_of
from symnn.analysis.counters import settled
from symnn.core.node import Node
from symnn.core.scalars import exact, to_sympy
from symnn.lang.call import opened
from symnn.lang.face import Tensor, evaluate, parameter, tensor
from symnn.nn.attention import SelfAttention
from symnn.nn.convolution import Conv1d
from symnn.notation import tree as t
from symnn.notation.scalars import size_tree
from symnn.notation.tree import Tree
from symnn.report.answers.steps_view import anchor
from symnn.report.attention.page import ATTENTION, Page
from symnn.report.printing.document import Answer, Block, Note, Paragraph, Runs, Table

_TOKENS, _WIDTH, _KERNEL = 8, 3, 3


def macs(nodes: Iterable[Node]) -> sp.Expr:
    """Multiply-adds of expressions over names, each evaluated once."""
    counts = (settled(cost_of([n]).counter).get("mac", 0) for n in nodes)
    return sp.expand(sum((to_sympy(c) for c in counts), sp.Integer(0)))


def costs_section(page: Page) -> tuple[str, list[Block]]:
    """Products per line, forward and backward; where the square of T takes over; the rivals."""
    w, d = page.words, page.model.derivation
    by_leaf = d.program.by_leaf
    forward = {n: macs([by_leaf[page.leaf(n)].definition]) for n in ATTENTION}
    back = macs(c.value for leaf, c in d.cotangents.items() if leaf in _inside(page))
    total = sp.expand(sum(forward.values()))
    T = to_sympy(page.leaf("X").sizes[0])
    square = sp.Poly(total, T).coeff_monomial(T**2) * T**2
    crossing = sp.simplify(sp.solve(sp.Eq(square, total - square), T)[-1])
    width = to_sympy(page.leaf("X").sizes[1])
    equal = {to_sympy(page.leaf(n).sizes[1]): width for n in ("Q", "V")}
    rows: list[tuple[Runs, ...]] = [
        ((page.formula(page.name(n)),), _count(page, c)) for n, c in forward.items() if c != 0
    ]
    rows += [((w.text("attention.sum_forward"),), _count(page, total)),
             ((w.text("attention.sum_backward"),), _count(page, back))]  # fmt: skip
    here = page.ctx.next_number()
    badge = page.claim(_recount(total, square, crossing, T), "attention.crossing_checked")
    relation = t.Chain((_tree(T), _tree(crossing)))
    same = sp.simplify(crossing.subs(equal))
    page.ctx.answers["costs"] = {
        "forward": str(total), "backward": str(back), "crossover": str(crossing),
        "crossover_equal_widths": str(same),
    }  # fmt: skip
    heads = (w.text("attention.line"), w.text("attention.multiply_adds"))
    return w.title("attention.costs_title"), [
        Table(heads, tuple(rows), caption=w.runs("attention.costs_caption")),
        Paragraph(w.runs("attention.crossing", square=_count(page, square)[0])),
        Answer(anchor(here), w.title("attention.crossing_label"), page.formula(relation), (), None,
               here, badge),
        Paragraph(w.runs("attention.equal_widths", d=_tree(width), at=page.formula(
            t.Relation("=", _tree(T), _tree(same))))),
        Paragraph(w.runs("attention.memory", A=page.formula(page.name("A")),
                         n=_count(page, T**2)[0])),
        *_rivals(page),
    ]  # fmt: skip


def _inside(page: Page) -> set[object]:
    names = (*ATTENTION[:-1], "W_Q", "W_K", "W_V", "X")
    return {page.leaf(n) for n in names}


def _tree(e: sp.Expr) -> Tree:
    return size_tree(exact(e))


def _count(page: Page, e: sp.Expr) -> Runs:
    return (page.formula(_tree(sp.expand(e))),)


def _recount(total: sp.Expr, square: sp.Expr, crossing: sp.Expr, T: sp.Expr) -> float:
    """At the crossing both parts are equal, at sizes drawn."""
    rng = np.random.default_rng(0)
    symbols = sorted(total.free_symbols - {T}, key=str)
    worst = 0.0
    for _ in range(5):
        values = {
            s: int(v) for s, v in zip(symbols, rng.integers(2, 99, len(symbols)), strict=True)
        }
        at = {**values, T: crossing.subs(values)}
        both = [sp.Rational(x.subs(at)) for x in (square, total - square)]
        worst = max(worst, float(abs(both[0] / both[1] - 1)))
    return worst


# -- rivals --------------------------------------------------------------------------------------


def _rivals(page: Page) -> list[Block]:
    """Attention, a recurrent net and a convolution of the same width, side by side."""
    w = page.words
    attention = analyze(SelfAttention("d", "d"), tensor("x", ("T", "d"))).total
    convolution = analyze(Conv1d("d", "d", _KERNEL, padding=_KERNEL // 2, bias=False),
                          tensor("x", (1, "d", "T"))).total  # fmt: skip
    step = macs(_opened(_recurrent_step("d")))
    counts = {
        "attention.this": to_sympy(attention.forward["mac"]),
        "attention.recurrent": sp.Symbol("T") * step,
        "attention.convolution": to_sympy(convolution.forward["mac"]),
    }
    reach = {name: _reach(layer) for name, layer in _layers().items()}
    rows: list[tuple[Runs, ...]] = []
    for key, count in counts.items():
        seen = reach[key]
        rows.append(((w.text(key),), _count(page, count), (w.text(f"{key}_serial"),),
                     (f"{seen[0]}",), (seen[1] or w.text("attention.never"),)))  # fmt: skip
    page.ctx.answers["rivals"] = {
        key: {"macs": str(count), "tokens_seen": reach[key][0], "layers_to_see_all": reach[key][1]}
        for key, count in counts.items()
    }
    heads = (w.text("attention.layer"), w.text("attention.multiply_adds"),
             w.text("attention.serial"), w.text("attention.seen", T=_TOKENS),
             w.text("attention.layers_needed"))  # fmt: skip
    return [
        Paragraph(w.runs("attention.rivals_opening", T=_TOKENS, k=_KERNEL)),
        Table(heads, tuple(rows), basis=page.ctx.basis("measured", "probed")),
        Note(w.title("label.reading") + ".", w.runs("attention.rivals_reading")),
    ]


def _opened(x: Tensor) -> list[Node]:
    return [opened([x.call])[x.call]]


def _recurrent_step(width: object) -> Tensor:
    """`W x + U h`: the products of one step of a recurrent net."""
    W, U = parameter("W", (width, width)), parameter("U", (width, width))
    made: Tensor = W @ tensor("x", (width,)) + U @ tensor("h", (width,))
    return made


Layer = Callable[[np.ndarray], np.ndarray]


def _layers() -> dict[str, Layer]:
    """One layer of each kind with random weights, as a function of the tokens."""
    rng = np.random.default_rng(0)
    layer = SelfAttention(_WIDTH, _WIDTH)
    x = tensor("x", (_TOKENS, _WIDTH))
    y = layer(x)
    weights = {p.name: rng.standard_normal(p.shape) for p in layer.parameters()}
    conv = Conv1d(_WIDTH, _WIDTH, _KERNEL, padding=_KERNEL // 2, bias=False)
    xc = tensor("x", (1, _WIDTH, _TOKENS))
    yc = conv(xc)
    kernel = {p.name: rng.standard_normal(p.shape) for p in conv.parameters()}
    step = _recurrent_step(_WIDTH)
    square = {n: rng.standard_normal((_WIDTH, _WIDTH)) for n in "WU"}

    def recurrent(v: np.ndarray) -> np.ndarray:
        h, states = np.zeros(_WIDTH), []
        for row in v:
            h = np.tanh(np.asarray(evaluate(step, {**square, "x": row, "h": h})))
            states.append(h)
        return np.array(states)

    return {
        "attention.this": lambda v: np.asarray(evaluate(y, {**weights, "x": v})),
        "attention.recurrent": recurrent,
        "attention.convolution": lambda v: (
            np.asarray(evaluate(yc, {**kernel, "x": v.T[None]}))[0].T
        ),
    }


def _reach(layer: Layer) -> tuple[int, str]:
    """(most tokens that one output sees, layers until every output sees every token or "").

    Measured: each token is moved, and the outputs that change are those that see it.
    """
    rng = np.random.default_rng(1)
    x = rng.standard_normal((_TOKENS, _WIDTH))
    base = layer(x)
    sees = np.zeros((_TOKENS, _TOKENS), dtype=bool)
    for j in range(_TOKENS):
        moved = x.copy()
        moved[j] += 0.5
        sees[:, j] = np.any(np.abs(layer(moved) - base) > 1e-12, axis=1)
    reach, layers = sees.copy(), 1
    while not reach.all() and layers <= _TOKENS:
        reach, layers = (reach.astype(int) @ sees.astype(int)) > 0, layers + 1
    return int(sees.sum(axis=1).max()), str(layers) if reach.all() else ""
