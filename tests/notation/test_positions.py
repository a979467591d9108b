"""Printed ranges and positions are true as read."""

from __future__ import annotations

import pytest

from symnn.notation import tree as t
from symnn.notation.latex import to_latex
from symnn.notation.layout import style
from symnn.notation.parse import parse_text
from symnn.notation.positions import bases, shifted
from symnn.notation.text import to_text

x, w, y, n, k = (t.Sym(c) for c in "xwynk")
i, j, u = (t.Index(c) for c in "iju")
SYMBOLS = [x, w, y, n, k]


def total(body, *ranges):
    return t.BigOp("sum", body, ranges)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (total(t.Entry(x, (i,)), ("i", n)), "∑_{i=1}^{n} x_i"),
        (total(t.Entry(x, (t.Add((i, u)),)), ("u", k)), "∑_{u=0}^{k − 1} x_{i + u}"),
        (total(t.Entry(x, (t.Add((i, u)),)), ("u", t.Num(3))), "∑_{u=0}^{2} x_{i + u}"),
        # w shares the letter u, so its axis counts from 0 too; a lone number on it stays
        (
            total(t.Mul((t.Entry(w, (u,)), t.Entry(x, (t.Add((i, u)),)), t.Entry(w, (t.Num(0),)))),
                  ("u", k)),
            "∑_{u=0}^{k − 1} w_u x_{i + u} w_0",
        ),
        # the same axis of the same tensor counts one way
        (
            t.Add((total(t.Entry(x, (j,)), ("j", n)), t.Entry(x, (t.Mul((t.Num(2), i)),)))),
            "∑_{j=0}^{n − 1} x_j + x_{2 i}",
        ),
        (t.Entry(x, (t.Num(0),)), "x_1"),
        (t.Entry(w, (t.Num(9), t.Num(11))), "w_{10,12}"),
        (t.Entry(x, (t.Colon(t.Num(1), n),)), "x_{2:n}"),  # both ends are in it
        (t.Entry(w, (t.Colon(k, t.Mul((t.Num(2), k))), t.Colon())), "w_{k + 1:2 k,:}"),
        (t.Entry(x, (t.Colon(t.Num(0), n, 2),)), "x_{1:2:n}"),
        (  # beside a computed position its axis counts from 0
            t.Add((t.Entry(x, (t.Colon(t.Num(1), n),)), t.Entry(x, (t.Mul((t.Num(2), i)),)))),
            "x_{1:n − 1} + x_{2 i}",
        ),
        (t.Entry(x, (y,)), "x_y"),  # data: a class, as it is
        (t.Iverson(t.Relation("=", i, y)), "[i = y]"),
        (t.Iverson(t.Relation("<=", i, j)), "[i ≤ j]"),
        (
            total(t.Iverson(t.Relation("<", i, n)), ("i", n)),
            "∑_{i=0}^{n − 1} [i < n]",
        ),
        (t.ForEach(t.Entry(x, (i,)), "i", n), "x_i for i = 1..n"),
        (t.ForEach(t.Entry(x, (t.Mul((t.Num(2), i)),)), "i", n), "x_{2 i} for i = 0..n − 1"),
        (total(t.Mul((i, t.Entry(x, (i,)))), ("i", n)), "∑_{i=0}^{n − 1} i x_i"),
    ],
)  # fmt: skip
def test_letters_and_numbers_count_as_the_formula_reads(tree, text):
    assert to_text(tree) == text
    assert parse_text(text, SYMBOLS) == tree


def test_letters_compared_with_a_counted_letter_count_with_it():
    flat = t.Relation("=", j, t.Add((t.Mul((n, i)), u)))
    assert bases(t.Iverson(flat)).letters == {"i", "j", "u"}
    assert bases(t.All((flat, t.Relation("=", t.Index("m"), j)))).letters >= {"m"}


@pytest.mark.parametrize("size", [n, t.Num(4), t.Add((n, t.Num(2))), t.Add((n, k)), t.Neg(n)])
def test_shifting_back_undoes_the_shift(size):
    assert shifted(shifted(size, -1), 1) == size


def test_components_are_light_and_slices_bold():
    X = t.Sym("X")
    ranks = {X: 2}
    shown = [to_latex(style(t.Entry(X, p), ranks)) for p in [(i, j), (i,), (t.Colon(), j)]]
    assert shown == ["X_{ij}", r"\mathbf{X}_{i}", r"\mathbf{X}_{:,j}"]
