"""Exercise 5: what the page claims holds, and each claim can fail."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

import symnn as sn
from symnn.calculus.build import substitute
from symnn.derivation.derivation import derive
from symnn.lang.call import opened
from symnn.nn.attention import TransformerBlock
from symnn.notation import tree as t
from symnn.notation.matrix import matrix_form
from symnn.notation.measure import length
from symnn.notation.parse import parse_text
from symnn.report import phrases_attention_en, phrases_attention_fr
from symnn.report.attention_backward import row_sum, through
from symnn.report.attention_model import Net, Shape, attention_net, model_of
from symnn.report.attention_part import solve_attention
from symnn.report.attention_properties import treats_tokens_alike
from symnn.report.sheet import Exercise, load_sheet
from symnn.report.slopes import slope_error
from symnn.report.solved import Solved
from symnn.report.words import Words
from symnn.text.phrases import placeholders

SHAPE = Shape("T", "d", "d_k", "d_v", "m", "tanh")


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return next(e for e in load_sheet().exercises if e.kind == "attention")


@pytest.fixture(scope="module")
def solved(exercise: Exercise) -> Solved:
    return solve_attention(exercise, Words("en"), 0)


def test_nothing_fails_and_every_question_is_answered(solved: Solved) -> None:
    assert solved.failures == []
    assert {"attention", "hidden_layer", "gradients", "costs"} <= set(solved.answers)


def test_the_gradients_are_as_short_as_published(exercise: Exercise) -> None:
    net = attention_net(SHAPE)
    model = model_of(exercise, net, list(net.parameters.values()))
    leaf = {**net.values, **net.parameters}
    short = through(model, leaf["W_Q"].call.port, leaf["Q"].call.port)
    symbols = [s for s in model.names.symbols() if isinstance(s, t.Sym)]
    symbols += [t.Sym("T"), t.Sym("d", sub="k")]

    def published(text: str) -> int:
        return length(parse_text(text, symbols))

    assert length(matrix_form(short, model.names).tree) <= published("Xᵀ ∇_S K / √(d_k)")
    scores = model.derivation.cotangents[leaf["S"].call.port].value
    rows = "A ⊙ (∇_A − (A ⊙ ∇_A) 𝟏_T 𝟏_Tᵀ)"
    assert length(matrix_form(scores, model.names).tree) <= published(rows)


def test_gradients_agree_with_jax() -> None:
    import jax

    jax.config.update("jax_enable_x64", True)
    jnp = jax.numpy
    net = attention_net(SHAPE)
    d = derive(net.loss)

    def loss(p, X, Y):  # type: ignore[no-untyped-def]
        Q, K, V = (X @ p[f"W_{n}"] for n in "QKV")
        A = jax.nn.softmax(Q @ K.T / jnp.sqrt(Q.shape[1]), axis=-1)
        return jnp.sum((jnp.tanh(A @ V @ p["W_1"] + p["b_1"]) - Y) ** 2)

    for T, width, keys, values, m in ((5, 4, 3, 2, 6), (3, 6, 2, 5, 4)):
        rng = np.random.default_rng(T)
        shapes = {"W_Q": (width, keys), "W_K": (width, keys), "W_V": (width, values),
                  "W_1": (values, m), "b_1": (m,)}  # fmt: skip
        p = {n: rng.standard_normal(s) for n, s in shapes.items()}
        X, Y = rng.standard_normal((T, width)), rng.standard_normal((T, m))
        expected = jax.grad(loss)(p, X, Y)
        for name in shapes:
            _, found = sn.evaluate([net.loss, d.gradients[name]], {**p, "X": X, "Y": Y})
            np.testing.assert_allclose(found, expected[name], rtol=1e-10, atol=1e-10)


def test_the_row_sums_open_to_one_expression(exercise: Exercise) -> None:
    net = attention_net(SHAPE)
    model = model_of(exercise, net, [net.parameters["W_Q"]])
    d = model.derivation
    A, Z = (net.values[n].call.port for n in "AZ")
    gA, gZ = d.cotangents[A], d.cotangents[Z]
    assert gA.call is not None
    assert gZ.call is not None
    left = substitute(row_sum(gA.call.port, A), {gA.call.port: gA.value})
    right = substitute(row_sum(gZ.call.port, Z), {Z: d.program.by_leaf[Z].definition})
    assert left is right


def _alike(net: Net, name: str) -> str:
    call = net.values[name].call
    tokens = net.X.call.port
    return treats_tokens_alike(opened([call])[call], tokens.sizes[0], tokens)


def test_permutations_are_proved_only_where_they_hold() -> None:
    assert _alike(attention_net(SHAPE), "H") == ""
    assert _alike(attention_net(replace(SHAPE, masked=True)), "H") == "domain"
    x = sn.tensor("X", ("T", "d"))
    moved = attention_net(SHAPE, X=sn.named("E", x + sn.tensor("P", ("T", "d"))))
    assert _alike(replace(moved, X=x), "H") == "leaf"
    shifted = attention_net(SHAPE, X=sn.named("E", x[::-1]))
    assert _alike(replace(shifted, X=x), "Q") == "position"


def test_a_wrong_gradient_is_seen() -> None:
    net = attention_net(SHAPE)
    d = derive(net.loss)
    right = {n: d.gradients[n] for n in net.parameters}
    rng = np.random.default_rng(0)
    assert slope_error(net.loss, right, rng) < 1e-6
    assert slope_error(net.loss, {"W_Q": 1.001 * d.gradients["W_Q"]}, rng) > 1e-5


def test_a_block_with_all_steps_and_checks_takes_less_than_five_seconds() -> None:
    start = time.process_time()
    y = TransformerBlock(4, 2, hidden="m")(sn.tensor("X", ("T", 4)))
    loss = np.sum(y * sn.tensor("G", y.sizes))
    d = derive(loss)
    assert len(d.wrt) == 16
    assert len(d.steps) > 40
    assert d.check(draws=1, printed=False).passed
    assert time.process_time() - start < 5


def test_the_variance_is_derived_and_measured(solved: Solved) -> None:
    assert solved.answers["variance"] == ["d_k", "1"]
    for row in solved.answers["variance_measured"]:
        assert abs(row["variance"] - row["d_k"]) < 4 * row["standard_error"]
        assert row["entropy"] < row["entropy_scaled"]


def test_costs_and_crossover(solved: Solved) -> None:
    assert solved.answers["costs"]["crossover_equal_widths"] == "3*d/2"
    assert solved.answers["rivals"]["attention.this"]["layers_to_see_all"] == "1"


def test_both_languages_have_the_same_phrases() -> None:
    en, fr = phrases_attention_en.PHRASES, phrases_attention_fr.PHRASES
    assert list(en) == list(fr)
    for key in en:
        assert sorted(placeholders(en[key])) == sorted(placeholders(fr[key])), key
