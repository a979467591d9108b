"""The bound by Jensen and its exact account, line by line, each line evaluated on two models.

Law: a line is what a rule of `symnn.probability.bound` made of the line before; its value beside it
is an integral over the density nodes of a model, which knows no rule.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import sympy as sp

from symnn.probability import bound as b
from symnn.probability.judges import (
    Judge,
    deviation,
    gaussian_judge,
    random_numbers,
    table_judge,
    value,
)
from symnn.report.answers.steps_view import anchor
from symnn.report.printing.document import (
    Answer,
    Badge,
    Block,
    Note,
    Paragraph,
    Ref,
    Steps,
)
from symnn.report.vae.page import VaePage, set_latex, symbolic, unbroken

POINT = {"x": 1.5, "w": 1.2, "s": 0.64, "mu": 0.2, "v": 0.7}
_DRAWS = 20
_EXACT = 1e-10


def bound_section(page: VaePage) -> tuple[str, list[Block]]:
    """Jensen's bound and the exact decomposition as steps."""
    w = page.words
    bound, exact = b.rewritten(b.BOUND), b.rewritten(b.DECOMPOSITION)
    judge = gaussian_judge(POINT)
    first = _steps(page, bound, judge, "vae.bound_label")
    at = next(k for k, line in enumerate(bound) if line.relation == ">=")
    assert isinstance(exact[-1].tree, b.Sum)
    assert bound[at].tree in exact[-1].tree.terms  # the bound itself, the same tree
    jensen = first.lines[at]
    boxed = _boxed(page, "vae.bound_label", r"\log p(x) \geq " + _latex(bound[-1].tree))
    second = _steps(page, exact, judge, "vae.account_label")
    ref = Ref(jensen.anchor, f"({jensen.number})")
    account = r"\log p(x) = \text{ELBO} + " + _latex(exact[-1].tree.terms[0])
    claim = page.claim(_worst(page, bound, exact), "vae.bound_checked", _EXACT, draws=_DRAWS)
    lost = value(b.Divergence(b.GUESS, b.POSTERIOR), judge)
    page.ctx.answers["bound"] = {
        "lines": [_latex(line.tree) for line in bound],
        "account": [_latex(line.tree) for line in exact],
        "evidence": value(bound[0].tree, judge), "bound": value(bound[-1].tree, judge),
        "lost": lost,
    }  # fmt: skip
    return w.title("vae.bound_title"), [
        Paragraph(page.said("vae.bound_opening")),
        first,
        *_jensen(page),
        boxed,
        Paragraph(page.said("vae.bound_reading")),
        Paragraph(page.said("vae.account_opening")),
        second,
        Paragraph(page.said("vae.account_reading", bound=ref, lost=w.number(lost, 4))),
        _boxed(page, "vae.account_label", account, claim),
    ]  # fmt: skip


def _boxed(page: VaePage, label: str, latex: str, badge: Badge | None = None) -> Answer:
    here = page.ctx.next_number()
    shown = set_latex(latex, display=True)
    title = page.words.title(label)
    return Answer(anchor(here), title, unbroken(shown), (), None, here, badge)


def _worst(page: VaePage, *derivations: Sequence[b.Line]) -> float:
    """Over random Gaussian models and random tables."""
    rng = page.ctx.rng(23)
    judges = [gaussian_judge(random_numbers(rng)) for _ in range(_DRAWS)]
    judges += [table_judge(rng, 2 + k % 6) for k in range(_DRAWS)]
    return max(deviation(lines, judge) for lines in derivations for judge in judges)


def _steps(page: VaePage, lines: Sequence[b.Line], judge: Judge, label: str) -> Steps:
    w, rows = page.words, []
    for k, line in enumerate(lines):
        sign = {"=": "= ", ">=": r"\geq "}[line.relation] if k else ""
        why = page.said(f"vae.why_{line.rule}") if line.rule else ()
        rows.append((sign + _latex(line.tree), w.number(value(line.tree, judge), 5),
                     f"vae.rule_{line.rule or 'start'}", why))  # fmt: skip
    return page.rewrites(rows, ("vae.line", "vae.value"), w.title(label))


def _jensen(page: VaePage) -> tuple[Note, Badge]:
    """Jensen's inequality: the tangent of the logarithm lies above it."""
    u, c = sp.symbols("u c", positive=True)
    curve = sp.log(u)
    tangent = curve.subs(u, c) + sp.diff(curve, u).subs(u, c) * (u - c)
    touching = sp.solve(sp.diff(curve - tangent, u), u)
    proved = (
        touching == [c]
        and sp.simplify((curve - tangent).subs(u, c)) == 0
        and bool(sp.diff(curve - tangent, u, 2).is_negative)
    )
    page.ctx.answers["jensen"] = {"tangent": str(tangent), "proved": proved}
    said = page.said("vae.jensen_note", bend=symbolic(sp.diff(curve, u, 2)),
                     tangent=symbolic(tangent))  # fmt: skip
    claim = page.claim(0.0 if proved else math.inf, "vae.jensen_checked")
    return Note(page.words.title("vae.jensen_label") + ".", said), claim


# -- LaTeX of the trees --------------------------------------------------------------------------


def _latex(tree: b.Tree | b.Integral) -> str:
    match tree:
        case b.Log(tuple() as factors):
            inner = _product(factors)
            return rf"\log \left( {inner} \right)" if len(factors) > 1 else rf"\log {inner}"
        case b.Log(body):
            return rf"\log {_latex(body)}"
        case b.Integral(factors):
            return rf"\int {_product(factors)} \, d z"
        case b.Mean(law, body):
            inner = _product(body) if isinstance(body, tuple) else _latex(body)
            return rf"\mathbb{{E}}_{{{law.law}}} \left[ {inner} \right]"
        case b.Divergence(law, other):
            return rf"\mathrm{{KL}} \left( {_density(law)} \parallel {_density(other)} \right)"
        case b.Sum(terms):
            text = _latex(terms[0])
            for x in terms[1:]:
                negative = isinstance(x, b.Divergence) and x.sign < 0
                text += (" - " if negative else " + ") + _latex(x)
            return text
    raise TypeError(f"no form is known for {tree}")


def _product(factors: Sequence[b.Ratio]) -> str:
    return r" \, ".join(
        _density(f.top)
        if f.below is None
        else rf"\frac{{{_density(f.top)}}}{{{_density(f.below)}}}"
        for f in factors
    )


def _density(d: b.Density) -> str:
    given = r" \mid " + ", ".join(d.given) if d.given else ""
    return f"{d.law}({', '.join(d.of)}{given})"
