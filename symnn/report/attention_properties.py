"""Properties of attention, each read off its equations and measured; what breaks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symnn.core.node import Factor, Leaf, Node, Softmax, Sum
from symnn.core.scalars import Scalar
from symnn.core.walk import topological
from symnn.derivation.bench import relative
from symnn.derivation.derivation import derive
from symnn.lang.call import opened
from symnn.lang.face import Tensor, named, parameter, tensor
from symnn.nn.attention import MultiHeadAttention, TransformerBlock
from symnn.notation import tree as t
from symnn.notation.layout import style
from symnn.notation.matrix import matrix_form
from symnn.report.attention_model import Net, attention_net
from symnn.report.attention_page import TRIALS, Page, value_of
from symnn.report.document import Badge, Block, Paragraph, Run, Runs, Table, formula
from symnn.report.slopes import LIMIT, slope_error

_EXACT = 1e-10


# -- permutations --------------------------------------------------------------------------------


def treats_tokens_alike(root: Node, size: Scalar, tokens: Leaf) -> str:
    """What stands in the way of commuting with every permutation of an axis; "" if nothing does.

    Proof on the index form: renaming an index over the tokens by a permutation changes nothing if
    it occurs only as a bare position (no bracket, no shift, no domain), and if no leaf but the
    tokens themselves has that axis.
    """
    for node in topological([root]):
        if isinstance(node, Leaf) and node is not tokens and size in node.sizes:
            return "leaf"
        if isinstance(node, Softmax) and node.domain:
            return "domain"
        if isinstance(node, Sum):
            factors = [f for term in node.terms for f in term.factors]
            if any(_fixed(f, size) for f in factors):
                return "position"
    return ""


def _fixed(f: Factor, size: Scalar) -> bool:
    """Whether a factor uses an index over the tokens other than as a bare position."""
    over = [p for p in f.pos if any(i.size == size for i in p.indices())]
    return any(f.is_bracket or p.bare is None for p in over)


@dataclass(frozen=True)
class _Case:
    key: str
    net: Net
    fixed: bool  # whether positions are added


def properties_section(page: Page) -> tuple[str, list[Block]]:
    """Permutations of the tokens, the convex hull, and one table of what was measured."""
    w = page.words
    pi = t.Sym("P", bold=True)
    X, Z = page.name("X"), page.name("Z")
    values = page.net.values
    facts = values["A"].call.port.facts
    return w.title("attention.properties_title"), [
        Paragraph(w.runs("attention.permutation", X=page.formula(X), Z=page.formula(Z), P=pi)),
        _permutations(page),
        Paragraph(w.runs("attention.permutation_reading")),
        Paragraph(w.runs("attention.hull", A=page.formula(page.name("A")),
                         Z=page.formula(Z), V=page.formula(page.name("V")))),
        _hull(page, "positive" in facts and any("sums to 1" in f for f in facts)),
    ]  # fmt: skip


def _permutations(page: Page) -> Table:
    w, s = page.words, page.shape
    x = tensor("X", (s.tokens, s.width))
    place = tensor("P", (s.tokens, s.width), latex="P")
    known = page.net.parameters
    cases = (
        _Case("attention.plain", page.net, False),
        _Case("attention.pooled_case", attention_net(s, pooled=True, parameters=known), False),
        _Case("attention.causal", attention_net(replace(s, masked=True), parameters=known), False),
        _Case("attention.positions",
              replace(attention_net(s, X=named("E", x + place), parameters=known), X=x), True),
    )  # fmt: skip
    rows: list[tuple[Runs, ...]] = []
    found = []
    for case in cases:
        proof, deviation = _proof(case), _moved(page, case)
        holds = proof == ""
        if holds != (deviation < _EXACT):
            page.ctx.fail(f"{case.key}: {proof or 'proved'}, {deviation:.1e}")
        said = w.text(f"attention.alike_{proof}" if proof else "attention.alike")
        rows.append(((w.text(case.key),), (said,), (w.number(deviation, 1),),
                     ("✓" if holds else w.text("attention.broken"),)))  # fmt: skip
        found.append({"case": case.key, "proof": proof or "renaming", "deviation": deviation})
    page.ctx.answers["permutations"] = found
    heads = (
        w.text("attention.case"), w.text("attention.on_equations"),
        w.text("attention.difference", draws=TRIALS), w.text("attention.property"),
    )  # fmt: skip
    return Table(heads, tuple(rows), basis=page.ctx.basis("proved", "renamed", draws=TRIALS))


def _output(net: Net) -> Tensor:
    return net.values.get("h", net.values.get("H", net.values["Z"]))


def _proof(case: _Case) -> str:
    call = _output(case.net).call
    tokens = case.net.X.call.port
    return treats_tokens_alike(opened([call])[call], tokens.sizes[0], tokens)


def _moved(page: Page, case: _Case) -> float:
    """Largest deviation between f(PX) and P f(X) (f(X), if pooled)."""
    rng, worst = page.ctx.rng(7), 0.0
    output = _output(case.net)
    for values in page.draws(case.net, 8):
        T, d = values["X"].shape
        here: dict[str, Any] = {**values, "P": sinusoids(T, d)}
        order = rng.permutation(T)
        if T > 1 and np.all(order == np.arange(T)):
            order = np.roll(order, 1)
        before = value_of([output], here)[0]
        after = value_of([output], {**here, "X": values["X"][order]})[0]
        expected = before if output.ndim == 1 else before[order]
        worst = max(worst, relative(after, expected))
    return worst


def sinusoids(count: int, width: int) -> np.ndarray:
    """The positional encodings of Vaswani et al. (2017): sines and cosines of falling frequency."""
    k = np.arange(width)
    angle = np.arange(count)[:, None] / 10000.0 ** (2 * (k // 2) / width)
    return np.where(k % 2 == 0, np.sin(angle), np.cos(angle))


def _hull(page: Page, proved: bool) -> Badge:
    """Positive weights of sum 1 (facts of the program); outputs between the extreme values."""
    outside = 0.0
    for values in page.draws(page.net, 9):
        A, V, Z = value_of([page.net.values[n] for n in "AVZ"], values)
        low, high = V.min(axis=0), V.max(axis=0)
        outside = max(outside, float(np.max(low - Z)), float(np.max(Z - high)),
                      float(np.max(np.abs(A.sum(1) - 1))), -float(A.min()))  # fmt: skip
    return page.claim(max(outside, 0.0) if proved else np.inf, "attention.hull_checked",
                      draws=TRIALS)  # fmt: skip


# -- variants ------------------------------------------------------------------------------------


def variants_section(page: Page) -> tuple[str, list[Block]]:
    """Heads, masks, another sequence, rotations, a whole block: the same rules, all checked."""
    w, rng = page.words, page.ctx.rng(10)
    rows: list[tuple[Runs, ...]] = []
    found = []
    for key, y, fixed in _made():
        loss = named("L", np.sum(y * tensor("G", y.sizes)))
        d = derive(loss)
        gradients = {str(x.call.name): d.gradients[x] for x in d.wrt}
        error = slope_error(loss, gradients, rng, fixed=fixed, draws=1)
        if error > LIMIT:
            page.ctx.fail(f"{key}: {error:.1e}")
        rows.append(((w.text(key),), (f"{len(d.wrt)}",), (f"{len(d.steps)}",),
                     (f"{'✓' if error <= LIMIT else '✗'} {w.number(error, 1)}",)))  # fmt: skip
        found.append({"variant": key, "parameters": len(d.wrt), "steps": len(d.steps),
                      "deviation": error})  # fmt: skip
    page.ctx.answers["variants"] = found
    heads = (w.text("attention.variant"), w.text("attention.count_parameters"),
             w.text("attention.count_steps"), w.text("attention.all_grads"))  # fmt: skip
    return w.title("attention.variants_title"), [
        Paragraph(w.runs("attention.variants_opening")),
        *_heads(page),
        Table(
            heads,
            tuple(rows),
            caption=w.runs("attention.variants_checked"),
            basis=page.ctx.basis("checked", "column"),
        ),
    ]


def _made() -> list[tuple[str, Tensor, Mapping[str, Any]]]:
    def heads(**options: Any) -> Tensor:
        return MultiHeadAttention("d", 4, head_dim="k", **options)(tensor("X", ("T", "d")))

    memory = MultiHeadAttention("d", 2, head_dim="k", memory_dim="e")
    cross = memory(tensor("X", ("T", "d")), tensor("M", ("U", "e")))
    padded = _padded()
    block = TransformerBlock(4, 2, hidden="m")(tensor("X", ("T", 4)))
    rotary = MultiHeadAttention("d", 2, head_dim=4, rotary=True)(tensor("X", ("T", "d")))
    return [
        ("attention.multi_head", heads(), {}),
        ("attention.grouped", heads(kv_heads=2), {}),
        ("attention.cross", cross, {}),
        ("attention.causal", heads(causal=True), {}),
        ("attention.padding", padded, {"B": np.array([[0.0, 0.0, 0.0, -1e9, -1e9]])}),
        ("attention.rotary", rotary, {}),
        ("attention.block", block, {}),
    ]


def _padded() -> Tensor:
    """A bias of -1e9 at the padded keys: their weights are 0 in double precision."""
    made = MultiHeadAttention("d", 2, head_dim="k")
    return made(tensor("X", (5, "d")), bias=tensor("B", (1, 5)))


def _heads(page: Page) -> list[Block]:
    """Several heads side by side, then one matrix: printed from a net with two named heads."""
    w, s = page.words, page.shape
    x = tensor("X", (s.tokens, s.width))
    heads = []
    for k in (1, 2):
        made = attention_net(s, X=x).values["Z"]
        heads.append(named(f"Z_{k}", made, latex=f"Z_{k}"))
    out = [parameter(f"O_{k}", (s.values, s.width), latex=f"O_{k}") for k in (1, 2)]
    total = named("Y", sum(z @ o for z, o in zip(heads, out, strict=True)), latex="Y")
    d = derive(named("L", np.sum(total * tensor("G", total.sizes))), wrt=[*out, *heads])
    names = d.names
    lines: list[Run] = []
    for leaf in (total.call.port, *(z.call.port for z in heads), *(o.call.port for o in out)):
        cotangent = leaf is not total.call.port
        value = d.cotangents[leaf].value if cotangent else d.program.by_leaf[leaf].definition
        left = t.Grad(names(leaf)) if cotangent else names(leaf)
        tree = t.Relation("=", left, matrix_form(value, names).tree)
        known = {names(y): y.rank for y in [*(c.port for c in d.program.inputs),
                                            *(b.leaf for b in d.program.bindings)]}  # fmt: skip
        lines += ["\u2003 "] * bool(lines) + [formula(style(tree, known), w.lang, display=True)]
    return [Paragraph(w.runs("attention.heads_text")), Paragraph(tuple(lines), display=True)]
