"""Terms as a rule gives them: brackets unsolved, letters by role, gradients of the loss."""

from __future__ import annotations

from symnn.calculus.brackets import same_place
from symnn.calculus.build import positions
from symnn.core.index import Index
from symnn.core.node import Factor, Leaf, Term
from symnn.core.sizes import size_symbol
from symnn.notation.components import component_form, component_terms
from symnn.notation.letters import Letters
from symnn.notation.maps import FormStyle
from symnn.notation.matrix import matrix_form
from symnn.notation.naming import default_name
from symnn.notation.text import to_text
from symnn.notation.tree import Grad, Sym, Tree
from symnn.ops.algebra import elementwise

n, p = size_symbol("n"), size_symbol("p")


def test_a_raw_term_keeps_its_bracket_and_its_sum_in_front() -> None:
    delta, x = Leaf("delta", (p,)), Leaf("x", (n,))
    i, k, l_ = Index(p), Index(p), Index(n)
    term = Term(
        1, (i,), (Factor(delta, (i.pos,)), same_place(i.pos, k.pos), Factor(x, (l_.pos,)))
    )  # fmt: skip
    tree = component_terms((k, l_), [term], letters=Letters({i: "i", k: "k", l_: "l"}))
    assert to_text(tree) == "∑_{i=1}^{p} δ_i [i = k] x_l"


def test_a_gradient_name_is_a_derivative_of_the_loss() -> None:
    W = Leaf("W", (p, n))

    def names(leaf: Leaf) -> Tree:
        return Grad(default_name(leaf))

    tree = component_form(W, names, free=["k", "l"], loss=Sym("L"))
    assert to_text(tree) == "∂L/∂W_{k,l}"


def test_letters_avoid_names_and_sizes() -> None:
    i_, j_ = Leaf("i", (n, p)), Leaf("j", (p,))
    a, b = Index(n), Index(p)
    term = Term(1, (b,), (Factor(i_, positions((a, b))), Factor(j_, (b.pos,))))
    text = to_text(component_terms((a,), [term]))
    assert text == "∑_{l=1}^{p} i_{k,l} j_l"


def test_relu_is_written_as_the_style_says() -> None:
    z = Leaf("z", (n,))
    node = elementwise("relu", [z], (n,))
    assert to_text(matrix_form(node).tree) == "max(0, z)"
    assert to_text(matrix_form(node, style=FormStyle(relu="relu")).tree) == "relu(z)"
