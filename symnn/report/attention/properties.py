"""Properties of attention, each read off its equations and measured; what breaks them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symnn.core.node import Factor, Leaf, Node, Softmax, Sum
from symnn.core.scalars import Scalar
from symnn.core.walk import topological
from symnn.derivation.bench import relative
from symnn.lang.call import opened
from symnn.lang.face import Tensor, named, tensor
from symnn.notation import tree as t
from symnn.report.attention.model import Net, attention_net, model_of
from symnn.report.attention.page import TRIALS, Page, value_of
from symnn.report.printing.document import Badge, Block, Paragraph, Runs, Table

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
    plain = page.net if not page.shape.masked else attention_net(
        replace(page.shape, masked=False), parameters=page.net.parameters)  # fmt: skip
    model_of(page.ctx.exercise, plain, [plain.X])  # which proves the facts of its names
    facts = plain.values["A"].call.port.facts
    return w.title("attention.properties_title"), [
        Paragraph(w.runs("attention.permutation", X=page.formula(X), Z=page.formula(Z), P=pi)),
        _permutations(page, plain),
        Paragraph(w.runs("attention.permutation_reading")),
        Paragraph(w.runs("attention.hull", A=page.formula(page.name("A")),
                         Z=page.formula(Z), V=page.formula(page.name("V")))),
        _hull(page, plain, "positive" in facts and any("sums to 1" in f for f in facts)),
    ]  # fmt: skip


def _permutations(page: Page, plain: Net) -> Table:
    w, s = page.words, replace(page.shape, masked=False)
    x = tensor("X", (s.tokens, s.width))
    place = tensor("P", (s.tokens, s.width), latex="P")
    known = page.net.parameters
    cases = (
        _Case("attention.plain", plain, False),
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


def _hull(page: Page, plain: Net, proved: bool) -> Badge:
    """Positive weights of sum 1 (facts of the program); outputs between the extreme values."""
    outside = 0.0
    for values in page.draws(plain, 9):
        A, V, Z = value_of([plain.values[n] for n in "AVZ"], values)
        low, high = V.min(axis=0), V.max(axis=0)
        outside = max(outside, float(np.max(low - Z)), float(np.max(Z - high)),
                      float(np.max(np.abs(A.sum(1) - 1))), -float(A.min()))  # fmt: skip
    return page.claim(max(outside, 0.0) if proved else np.inf, "attention.hull_checked",
                      draws=TRIALS)  # fmt: skip
