"""What a notebook shows of sizes, verdicts and gradients."""

from __future__ import annotations

import numpy as np

import symnn as sn


def test_a_size_is_a_formula() -> None:
    x = sn.tensor("x", ("n", "m"))
    n, m = x.shape
    assert n._repr_latex_() == "$n$"
    assert (n * m + 1)._repr_latex_() == "$m n + 1$"


def test_a_verdict_is_a_table_of_its_counterexample() -> None:
    x = sn.tensor("x", ("n",))
    assert sn.same(x + x, 2 * x)._repr_html_() == "<p>equal: one normal form</p>"
    shown = sn.same(x, 2 * x)._repr_html_()
    assert shown.startswith("<p>different (relative deviation ")
    assert "<tr><td>x</td><td>[" in shown
    assert shown.count("<p>") == shown.count("<table>") == 1


def test_gradients_are_equations() -> None:
    W, b = sn.parameter("W", ("p", "n")), sn.parameter("b", ("p",))
    x = sn.tensor("x", ("n",))
    z = sn.named("z", W @ x + b)
    both = sn.derive(np.sum(z**2), wrt=[W, b]).gradients._repr_latex_()
    where = r" \quad \text{where } \nabla_{z} = 2 z"
    assert rf"\nabla_{{W}} = \nabla_{{z}} \, x^{{\top}}{where} \\" in both
    assert both.count(r"\begin{gathered}") == 1
    one = sn.derive(np.sum((x - 1) ** 2), wrt=x).gradients._repr_latex_()
    assert one == r"$\displaystyle \nabla_{x} = 2(x - 1)$"
