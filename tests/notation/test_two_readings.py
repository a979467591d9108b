"""Two independent readings of random matrix formulas agree: the evaluator and NumPy source."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symnn.notation import tree as t
from symnn.notation.evaluate import evaluate
from symnn.notation.numpy_names import HELPERS, identifiers
from symnn.notation.numpy_source import to_numpy_expression
from symnn.notation.parse import parse_text
from symnn.notation.text import to_text

A, B, x, y, s, n = (t.Sym(c) for c in "ABxysn")
RANKS = {A: 2, B: 2, x: 1, y: 1, s: 0, n: 0}
RNG = np.random.default_rng(3)
SIZE = 4
VALUES = {k: RNG.uniform(0.3, 1.2, (SIZE,) * r) for k, r in RANKS.items() if k != n}


def _typed(depth):
    """Strategies of square matrices, columns and numbers that fit by construction."""
    if depth == 0:
        ones = t.Ones(n)
        return (
            st.sampled_from([A, B, t.Identity(n)]),
            st.sampled_from([x, y, ones]),
            st.one_of(st.just(s), st.integers(1, 3).map(t.Num)),
        )
    M, v, c = _typed(depth - 1)

    def build(*options):
        return st.one_of(*options)

    def pair(kind, a, b):
        return st.tuples(a, b).map(kind)

    row = v.map(t.Transpose)
    diagonal = v.map(lambda a: t.Apply("diag", (a,)))
    matrices = build(
        M, pair(t.Add, M, M), pair(t.Add, M, M.map(t.Neg)), pair(t.Mul, M, M), pair(t.Mul, v, row),
        pair(t.Mul, c, M), pair(t.Mul, M, c), M.map(t.Transpose), M.map(t.Neg),
        pair(t.Hadamard, M, M), diagonal, pair(t.Mul, diagonal, M), pair(t.Mul, M, diagonal),
        st.builds(t.Frac, M, c), M.map(lambda a: t.Apply("tanh", (a,))),
        M.map(lambda a: t.Apply("rowsoftmax", (a,))),
        M.map(lambda a: t.Pow(a, t.Num(2), elementwise=True)), M.map(lambda a: t.Pow(a, t.Num(2))),
    )  # fmt: skip
    vectors = build(
        v, pair(t.Add, v, v), pair(t.Mul, M, v), pair(t.Mul, c, v), pair(t.Hadamard, v, v),
        v.map(t.Neg), v.map(lambda a: t.Apply("softmax", (a,))), pair(t.Mul, diagonal, v),
        M.map(lambda a: t.Apply("rowsum", (a,))), st.builds(t.Frac, v, c),
        v.map(lambda a: t.Add((t.Num(1), t.Neg(a)))),
        pair(t.Mul, row, M).map(t.Transpose),
    )  # fmt: skip
    numbers = build(
        c, pair(t.Mul, row, v), pair(t.Mul, c, c), pair(t.Add, c, c), c.map(t.Neg),
        M.map(lambda a: t.Apply("tr", (a,))), v.map(lambda a: t.Norm(a, squared=True)),
        M.map(lambda a: t.Apply("sum", (a,))), st.builds(t.Inner, M, M),
    )  # fmt: skip
    return matrices, vectors, numbers


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.one_of(*_typed(2), *_typed(3)))
def test_evaluator_and_source_agree(tree):
    names = identifiers(RANKS)
    space = {names[k]: v for k, v in VALUES.items()} | {"n": SIZE, "np": np}
    exec("\n".join(HELPERS.values()), space)
    source = to_numpy_expression(tree, RANKS)
    expected = evaluate(tree, VALUES, {"n": SIZE})
    np.testing.assert_allclose(eval(source, space), expected, rtol=1e-9, err_msg=source)
    again = evaluate(parse_text(to_text(tree), list(RANKS)), VALUES, {"n": SIZE})
    np.testing.assert_allclose(again, expected, rtol=1e-9)
