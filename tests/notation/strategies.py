"""Random notation trees: every kind, with index letters bound where they are used."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from symnn.notation import tree as t
from symnn.notation.multilinear import KhatriRao, ModeProduct, Unfolding
from symnn.text.symbols import parse_symbol

NAMES = [
    r"\hat y", "y", "W", "W_Q", "W^{[1]}", "x", "x_{in}", r"\delta", r"\delta^{(3)}",
    r"\mathcal{L}", r"\tilde\theta", "b'", r"\operatorname{loss}", r"\Sigma",
    r"\bar x_{ih,0}", "A^{T}", "v^*",
]  # fmt: skip
SYMBOLS = [parse_symbol(name) for name in NAMES]
SIZES = [t.Sym("n"), t.Sym("p"), t.Sym("q")]
LETTERS = ["i", "j", "k", "l", "i'"]
CONDITIONS = ["=", "!=", "<", "<=", ">", ">="]

symbols = st.sampled_from(SYMBOLS)
sizes = st.one_of(
    st.sampled_from(SIZES),
    st.integers(2, 12).map(t.Num),
    st.sampled_from(SIZES).map(lambda n: t.Add((n, t.Num(1)))),
)
numbers = st.one_of(
    st.integers(-12, 1200),
    st.sampled_from([Fraction(1, 2), Fraction(-3, 4), Fraction(8943, 200000), Fraction(7, 13)]),
).map(t.Num)
indices = st.sampled_from(LETTERS).map(t.Index)


def affine(index: st.SearchStrategy[t.Tree]) -> st.SearchStrategy[t.Tree]:
    scaled = st.tuples(st.integers(2, 3).map(t.Num), index).map(t.Mul)
    return st.tuples(scaled, index, st.just(t.Neg(SIZES[1]))).map(t.Add)


positions = st.one_of(
    indices,
    indices,
    st.integers(0, 11).map(t.Num),
    affine(indices),
    st.just(SYMBOLS[1]),
    st.just(t.Colon()),
    st.builds(t.Colon, st.integers(0, 3).map(t.Num), sizes, st.integers(1, 3)),
)
entries = st.builds(t.Entry, symbols, st.lists(positions, min_size=1, max_size=3).map(tuple))
relations = st.one_of(
    st.builds(t.Relation, st.sampled_from(CONDITIONS), indices, indices),
    st.builds(t.Relation, st.sampled_from(CONDITIONS), affine(indices), st.sampled_from(SIZES)),
)
conditions = st.one_of(relations, st.lists(relations, min_size=2, max_size=3).map(tuple).map(t.All))
leaves = st.one_of(
    symbols,
    numbers,
    entries,
    st.sampled_from(["pi", "inf"]).map(t.Const),
    conditions.map(t.Iverson),
    sizes.map(t.Identity),
    sizes.map(t.Ones),
    st.builds(t.Ones, sizes, sizes),
    st.lists(sizes, max_size=2).map(tuple).map(t.Zeros),
    symbols.map(t.Grad),
    st.sampled_from(["since", "row by row"]).map(t.Words),
)


def _several(inner: st.SearchStrategy[t.Tree]) -> st.SearchStrategy[tuple[t.Tree, ...]]:
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


def _big(inner: st.SearchStrategy[t.Tree]) -> st.SearchStrategy[t.Tree]:
    ops = st.sampled_from(["sum", "prod", "max", "min"])
    letter = st.sampled_from(LETTERS)
    ranges = st.lists(st.tuples(letter, sizes), min_size=1, max_size=2, unique_by=lambda r: r[0])
    bounded = st.builds(t.BigOp, ops, inner, ranges.map(tuple), st.one_of(st.none(), conditions))
    open_ = st.builds(lambda op, b, i: t.BigOp(op, b, ((i, None),)), ops, inner, letter)
    apart = st.builds(
        lambda op, b, i, c: t.BigOp(op, b, ((i, None),), t.Relation("!=", t.Index(i), c)),
        ops, inner, letter, indices,
    )  # fmt: skip
    return st.one_of(bounded, open_, apart)


def _applications(inner: st.SearchStrategy[t.Tree]) -> st.SearchStrategy[t.Tree]:
    one = st.lists(inner, min_size=1, max_size=1).map(tuple)
    named = st.sampled_from(["tanh", "log", "sqrt", "Phi", "softmax", "diag", "tr", "abs", "inv"])
    return st.one_of(
        st.builds(t.Apply, named, one),
        st.builds(t.Apply, st.sampled_from(["sigma", "f"]), one, st.integers(0, 2), st.just(True)),
        st.builds(t.Apply, st.sampled_from(["max", "ge"]), st.tuples(inner, inner)),
        st.builds(lambda c, a, b: t.Apply("where", (c, a, b)), relations, inner, inner),
    )


def _extend(inner: st.SearchStrategy[t.Tree]) -> st.SearchStrategy[t.Tree]:
    several = _several(inner)
    exponents = st.one_of(st.integers(-2, 3).map(t.Num), numbers, inner)
    return st.one_of(
        inner.map(t.Neg),
        several.map(t.Add),
        several.map(t.Mul),
        several.map(t.Mul),
        several.map(t.Hadamard),
        several.map(t.Kron),
        several.map(KhatriRao),
        st.builds(Unfolding, inner, st.integers(1, 12)),
        st.builds(lambda b, m, k: ModeProduct(b, (m,), (k,)), inner, inner, st.integers(1, 12)),
        st.builds(t.Frac, inner, inner, st.booleans()),
        st.builds(t.Pow, inner, exponents, st.booleans()),
        inner.map(t.Transpose),
        _applications(inner),
        st.builds(t.Norm, inner, st.sampled_from(["2", "1", "inf", "F"]), st.booleans()),
        _big(inner),
        st.builds(t.Entry, inner, st.lists(indices, min_size=1, max_size=2).map(tuple)),
        st.builds(t.Grad, symbols, inner),
        st.builds(t.Partial, inner, st.lists(entries, min_size=1, max_size=2).map(tuple)),
        inner.map(t.Differential),
        st.builds(t.Inner, inner, inner),
        st.builds(t.Cases, st.lists(st.tuples(inner, conditions), min_size=1).map(tuple), inner),
        st.lists(_several(inner), min_size=1, max_size=2).map(tuple).map(t.Grid),
    )


expressions = st.recursive(leaves, _extend, max_leaves=12)
equations = st.one_of(
    st.builds(t.Relation, st.sampled_from(["=", "approx", "assigned"]), symbols, expressions),
    st.lists(expressions, min_size=2, max_size=4).map(tuple).map(t.Chain),
    st.builds(
        t.ForEach, st.builds(t.Relation, st.just("="), symbols, expressions),
        st.sampled_from(LETTERS), st.one_of(st.none(), sizes),
    ),
    st.builds(
        t.Relation, st.just("in"), symbols,
        st.lists(sizes, max_size=3).map(tuple).map(t.Space),
    ),
)  # fmt: skip
definitions = st.builds(t.Relation, st.sampled_from(["=", "defined"]), symbols, expressions)
formulas = st.one_of(
    expressions,
    equations,
    st.builds(
        t.Where, st.one_of(expressions, equations), st.lists(definitions, min_size=1).map(tuple)
    ),
)
