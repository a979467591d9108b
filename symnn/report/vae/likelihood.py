"""The reconstruction terms: minus the logarithm of a density, expanded by the program.

Law: a density is written once, as its textbook formula; every further line is what SymPy made of
the line before, and all lines have the same number at random points. The array forms are those of
`symnn`, whose gradients are derived, and they agree with the scalar line summed over pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import sympy as sp

from symnn.lang.face import Tensor, named, tensor
from symnn.probability.gaussian import tidy
from symnn.report.answers.steps_view import anchor
from symnn.report.attention.page import value_of
from symnn.report.printing.document import Answer, Block, Paragraph
from symnn.report.vae.page import Derived, Row, VaePage, symbolic, unbroken

X, OUT, ELL = sp.symbols("x o ell", real=True)
P, S, N, Q = sp.symbols("p s n Q", positive=True)
BERNOULLI = P**X * (1 - P) ** (1 - X)
GAUSSIAN = sp.exp(-((X - OUT) ** 2) / (2 * S)) / sp.sqrt(2 * sp.pi * S)
_POINT = {X: sp.Rational(3, 4), OUT: sp.Rational(2, 5), S: sp.Rational(1, 2)}
_DRAWS, _EXACT = 20, 1e-10
Lines = list[tuple[str, sp.Expr]]


def likelihood_section(page: VaePage) -> tuple[str, list[Block]]:
    """Bernoulli with logits; Gaussian with a fixed and with a learned variance."""
    w = page.words
    bernoulli, fixed, learned = bernoulli_lines(), fixed_lines(), learned_lines()
    page.ctx.answers["likelihood"] = {
        key: str(lines[-1][1])
        for key, lines in (("bernoulli", bernoulli), ("fixed", fixed), ("learned", learned))
    }
    worst = max(map(_spread, (bernoulli, fixed, learned)))
    return w.title("vae.likelihood_title"), [
        Paragraph(page.said("vae.likelihood_opening")),
        Paragraph(page.said("vae.bernoulli_opening")),
        _shown(page, bernoulli), *_array(page, "bernoulli", *_bernoulli(page)),
        Paragraph(page.said("vae.bernoulli_reading")),
        Paragraph(page.said("vae.fixed_opening")),
        _shown(page, fixed), *_array(page, "fixed", *_fixed(page)),
        _weight(page),
        Paragraph(page.said("vae.learned_opening")),
        _shown(page, learned), *_array(page, "learned", *_learned(page)),
        *_best_variance(page),
        page.claim(worst, "vae.lines_checked", _EXACT, draws=_DRAWS),
    ]  # fmt: skip


# -- the lines -----------------------------------------------------------------------------------


def bernoulli_lines() -> Lines:
    """From the mass of one pixel to softplus(o) - x o.

    >>> bernoulli_lines()[-1][1]
    -o*x + log(exp(o) + 1)
    """
    start = -sp.log(BERNOULLI)
    apart = sp.expand_log(start, force=True)
    logits = apart.subs(P, 1 / (1 + sp.exp(-OUT)))
    return [("start", start), ("logarithm", apart), ("logits", logits), ("collect", _flat(logits))]


def fixed_lines() -> Lines:
    """From the normal density to a squared error; s is the variance.

    >>> fixed_lines()[-1][1]
    log(2*pi*s)/2 + (-o + x)**2/(2*s)
    """
    start = -sp.log(GAUSSIAN)
    return [("start", start), ("logarithm", tidy(start))]


def learned_lines() -> Lines:
    """The same with s = exp(ell)."""
    fixed = fixed_lines()[-1][1]
    put = fixed.subs(S, sp.exp(ELL))
    return [("start", fixed), ("log_variance", put), ("logarithm", sp.expand_log(put, force=True))]


def _flat(value: sp.Expr) -> sp.Expr:
    """Fractions under the logarithms joined, then every logarithm taken apart."""
    joined = value.replace(sp.log, lambda inner: sp.log(sp.together(inner)))
    return sp.expand(sp.expand_log(sp.expand_log(joined, force=True), force=True))


def _spread(lines: Lines) -> float:
    """The largest difference between the lines of one derivation, at random points."""
    rng, worst = np.random.default_rng(0), 0.0
    for _ in range(_DRAWS):
        o, s = float(rng.normal()), float(rng.uniform(0.2, 2))
        here = {X: float(rng.random()), OUT: o, S: s, ELL: np.log(s), P: 1 / (1 + np.exp(-o))}
        values = [float(value.subs(here)) for _, value in lines]
        worst = max(worst, max(values) - min(values))
    return worst


def _shown(page: VaePage, lines: Lines) -> Block:
    point = {**_POINT, ELL: sp.log(_POINT[S]), P: 1 / (1 + sp.exp(-_POINT[OUT]))}
    rows: list[Row] = []
    for k, (rule, value) in enumerate(lines):
        latex = symbolic(value).latex
        number = page.words.number(float(value.subs(point)), 5)
        rows.append(("= " * bool(k) + latex, number, f"vae.rule_{rule}", ()))
    return page.rewrites(rows, ("vae.line", "vae.value_point"))


# -- arrays --------------------------------------------------------------------------------------


def _vectors(page: VaePage) -> tuple[Tensor, Tensor]:
    return tensor("x", (page.sizes[1],)), tensor("o", (page.sizes[1],))


def _bernoulli(page: VaePage) -> tuple[Tensor, list[Tensor], sp.Expr]:
    x, o = _vectors(page)
    return np.sum(np.logaddexp(0, o) - x * o), [o], bernoulli_lines()[-1][1]  # type: ignore


def _fixed(page: VaePage) -> tuple[Tensor, list[Tensor], sp.Expr]:
    x, o = _vectors(page)
    s = tensor("s", (), assume={"positive"})
    value = np.sum((x - o) ** 2) / (2 * s) + page.size(page.sizes[1]) * np.log(s) / 2
    return value, [o], fixed_lines()[-1][1]  # type: ignore


def _learned(page: VaePage) -> tuple[Tensor, list[Tensor], sp.Expr]:
    x, o = _vectors(page)
    ell = tensor("ell", o.sizes)
    value = np.sum((x - o) ** 2 * np.exp(-ell) + ell) / 2
    return value, [o, ell], learned_lines()[-1][1]  # type: ignore


def _array(
    page: VaePage, key: str, value: Tensor, wrt: list[Tensor], scalar: sp.Expr
) -> list[Block]:
    """The sum over pixels with its gradients, held to differences and to the scalar line."""
    w = page.words
    loss = named("R", value)
    d = page.derived(loss, wrt, {"R": loss})
    here = page.ctx.next_number()
    rows = [d.definition("R")]
    for x in wrt:
        rows += ["\u2003 ", d.gradient(x)]  # type: ignore[list-item]
    deviation = max(d.error, _against_scalar(page, loss, scalar))
    claim = page.claim(deviation, "vae.likelihood_checked", 1e-6)
    page.ctx.answers["likelihood"][f"{key}_gradients"] = _texts(d, wrt)
    return [Answer(anchor(here), w.title(f"vae.{key}_label"), None, tuple(rows), None, here, claim)]


def _texts(d: Derived, wrt: Sequence[Tensor]) -> dict[str, str]:
    return {str(x.name): d.model.derivation.gradients[x].text() for x in wrt}


def _against_scalar(page: VaePage, loss: Tensor, scalar: sp.Expr) -> float:
    rng = page.ctx.rng(26)
    n = page.sizes[1] if isinstance(page.sizes[1], int) else 5
    given = {"x": rng.random(n), "o": rng.standard_normal(n), "s": float(rng.uniform(0.2, 2)),
             "ell": rng.standard_normal(n)}  # fmt: skip
    f = sp.lambdify((X, OUT, S, ELL), scalar - _constant(scalar), "numpy")
    found = float(value_of([loss], given)[0])
    return abs(found - float(np.sum(f(*(given[k] for k in ("x", "o", "s", "ell"))))))


def _constant(scalar: sp.Expr) -> sp.Expr:
    """What depends on nothing, left out of the array form: log(2 pi) / 2, or 0."""
    apart = sp.expand_log(scalar, force=True)
    return sum((x for x in sp.Add.make_args(apart) if not x.free_symbols), sp.Integer(0))


# -- what follows --------------------------------------------------------------------------------


def _weight(page: VaePage) -> Paragraph:
    """2 s times the loss: a squared error plus 2 s times the divergence."""
    D = sp.Symbol("D")
    scaled = sp.expand(2 * S * (fixed_lines()[-1][1] + D))
    square = sp.expand((X - OUT) ** 2)
    rest = sp.simplify(sp.expand(scaled - square))
    return Paragraph(page.said("vae.fixed_reading", scaled=symbolic((X - OUT) ** 2 + rest)))


def _best_variance(page: VaePage) -> list[Block]:
    """One variance for n pixels of total squared error Q: its best value, and the loss there."""
    total = Q * sp.exp(-ELL) / 2 + N * (ELL + sp.log(2 * sp.pi)) / 2
    (best,) = sp.solve(sp.diff(total, ELL), ELL)
    variance = sp.simplify(sp.exp(best))
    bend = sp.simplify(sp.diff(total, ELL, 2).subs(ELL, best))
    left = sp.simplify(total.subs(ELL, best))
    page.ctx.answers["likelihood"]["variance"] = {
        "best": str(variance), "second_derivative": str(bend), "loss": str(left),
    }  # fmt: skip
    here = page.ctx.next_number()
    formula = unbroken(symbolic(variance, r"\hat{s}", display=True))
    minimum = 0.0 if bend.is_positive else np.inf
    return [
        Answer(anchor(here), page.words.title("vae.variance_label"), formula, (), None, here,
               page.claim(minimum, "vae.variance_checked")),
        Paragraph(page.said("vae.variance_reading", loss=symbolic(left))),
    ]  # fmt: skip
